/** format.mjs: numbers as text, the same as Python writes them. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { magnitude, short, significant, weightText } from "../../nnkit/widgets/static/format.mjs";

// tests/test_javascript.py writes this table with nnkit.text.number: {"name": [[value, text], ...]}.
const file = process.env.NNKIT_NUMBERS;
const tables = file ? JSON.parse(readFileSync(file, "utf8")) : {};

for (const name of ["special", "random", "halfway"]) {
  const skip = file ? false : "run it by pytest tests/test_javascript.py, which makes the table";
  test(`significant() writes ${name} numbers as Python does`, { skip }, () => {
    const rows = tables[name];
    assert.ok(rows.length >= 20);
    const wrong = rows.map(([value, expected]) => ({ value, expected, actual: significant(value) }))
      .filter(({ expected, actual }) => actual !== expected);
    assert.deepEqual(wrong, []);
  });
}

test("significant() takes another number of digits", () => {
  assert.equal(significant(Math.PI, 3), "3.14");
  assert.equal(significant(1234.5, 3), "1.23e+03");
  assert.equal(significant(0.5, 3), "0.5");
});

test("significant() leaves what is not finite as JavaScript says it", () => {
  assert.equal(significant(NaN), "NaN");
  assert.equal(significant(-Infinity), "-Infinity");
});

test("short() has two decimals where they say enough, else one digit and a power", () => {
  const expected = [[0, "0.00"], [-0, "0.00"], [0.5, "0.50"], [-0.5, "-0.50"], [1, "1.00"], [12.345, "12.35"],
    [0.01, "0.01"], [999.99, "999.99"], [1000, "1e3"], [-12345, "-1e4"], [0.0099, "1e-2"], [-0.0012, "-1e-3"],
    [1e-300, "1e-300"]];
  for (const [value, text] of expected) assert.equal(short(value), text);
});

test("short() fits into a pill", () => {
  for (let power = -300; power <= 300; power++) {
    assert.ok(short(-9.5 * 10 ** power).length <= 8, short(-9.5 * 10 ** power));
  }
});

test("magnitude() has two digits and a power, or 0", () => {
  assert.equal(magnitude(0), "0");
  assert.equal(magnitude(2.149e-10), "2.1e-10");
  assert.equal(magnitude(1), "1.0e+0");
});

test("weightText() is 1/N, nothing for a sum, and the number itself for anything else", () => {
  assert.deepEqual([weightText(1 / 4, 4), weightText(1, 4), weightText(1, 1)], ["1/4", "", ""]);
  assert.deepEqual([weightText(1 / 16, 4), weightText(4, 4)], ["0.0625", "4"]);
});
