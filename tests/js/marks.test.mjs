/** marks.mjs: lines that can be told apart, and labels that do not cover one another. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { LOOKS, look, spread } from "../../nnkit/widgets/static/marks.mjs";

test("eight lines differ in their dash and in their marker, each by itself", () => {
  assert.equal(LOOKS.length, 8);
  for (const key of ["dash", "marker", "path"]) assert.equal(new Set(LOOKS.map((one) => one[key])).size, 8, key);
  assert.equal(look(9), LOOKS[1]);
});

test("labels keep their distance, their order and the range", () => {
  for (const wanted of [[10, 11, 12, 90], [95, 96, 97], [0, 0, 0], [50], [30, 10, 20, 11]]) {
    const placed = spread(wanted, 12, [0, 100]);
    const sorted = [...placed].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) assert.ok(sorted[i] - sorted[i - 1] >= 12 - 1e-9, String(placed));
    assert.ok(sorted[0] >= 0 && sorted.at(-1) <= 100);
    for (let i = 0; i < wanted.length; i++) {
      for (let j = 0; j < wanted.length; j++) if (wanted[i] < wanted[j]) assert.ok(placed[i] < placed[j]);
    }
  }
  assert.deepEqual(spread([20, 60], 12, [0, 100]), [20, 60]);
});
