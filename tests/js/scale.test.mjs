/** scale.mjs: places, round numbers and paths. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { clipped, extent, linear, logarithmic, path, powersOfTen, ticks } from "../../nnkit/widgets/static/scale.mjs";

test("a linear scale meets both ends and the middle, also upside down", () => {
  const scale = linear([-1, 3], [200, 0]);
  assert.deepEqual([-1, 1, 3].map(scale), [200, 100, 0]);
});

test("a scale of one number has a place for it", () => assert.equal(linear([2, 2], [0, 10])(2), 0));

test("a logarithmic scale has equal distances for equal factors", () => {
  const scale = logarithmic([0.01, 1], [0, 100]);
  assert.deepEqual([0.01, 0.1, 1].map((value) => Math.round(scale(value))), [0, 50, 100]);
});

test("ticks are round and inside", () => {
  assert.deepEqual(ticks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(-1, 1, 4), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(ticks(3, 3), [3]);
  for (const tick of ticks(0.013, 0.087, 4)) assert.ok(tick >= 0.013 && tick <= 0.087);
});

test("powers of ten include both ends", () => assert.deepEqual(powersOfTen(0.1, 100), [0.1, 1, 10, 100]));

test("the extent leaves out what is not finite", () => {
  assert.deepEqual(extent([3, NaN, -1, Infinity]), [-1, 3]);
  assert.deepEqual(extent([NaN]), [0, 1]);
});

test("a path is broken where a point is missing", () => {
  assert.equal(path([[0, 0], [1, 2.345], [2, NaN], [3, 1], [4, 1]]), "M0 0L1 2.35M3 1L4 1");
});

test("what lies in a box stays as it is, and what leaves it is cut off at the edge, in its direction", () => {
  const box = { left: 0, right: 10, top: 0, bottom: 10 };
  assert.deepEqual(clipped([[1, 1], [9, 9], [9, 1]], box), [[1, 1], [9, 9], [9, 1]]);
  assert.deepEqual(clipped([[5, 5], [25, 15]], box), [[5, 5], [10, 7.5]]);
  assert.deepEqual(clipped([[-5, 5], [15, 5]], box), [[0, 5], [10, 5]]);
  assert.deepEqual(clipped([[5, 5], [25, 5], [25, 9], [5, 9]], box), [[5, 5], [10, 5], [NaN, NaN], [10, 9], [5, 9]]);
  assert.deepEqual(clipped([[5, 5], [1e160, 5], [NaN, NaN], [Infinity, 1]], box), [[5, 5], [10, 5]]);
  assert.deepEqual(clipped([[20, 20], [30, 5]], box), []);
});
