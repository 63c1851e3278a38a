/** axes.mjs: the numbers that are written at an axis. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { marksOf } from "../../nnkit/widgets/static/axes.mjs";

test("a linear axis has round numbers inside its range", () => {
  assert.deepEqual(marksOf({ low: -5, high: 5 }, 6), [-4, -2, 0, 2, 4]);
});

test("a logarithmic axis has powers of ten, not too many", () => {
  assert.deepEqual(marksOf({ low: 0.01, high: 10, log: true }, 6), [0.01, 0.1, 1, 10]);
  const many = marksOf({ low: 1e-30, high: 1, log: true }, 6);
  assert.ok(many.length <= 7 && many.length >= 4, String(many));
});

test("a logarithmic axis within one power of ten has round numbers", () => {
  const marks = marksOf({ low: 0.5, high: 0.72, log: true }, 6);
  assert.ok(marks.length >= 3 && marks.every((value) => value >= 0.5 && value <= 0.72), String(marks));
});
