/** contour.mjs: lines of equal height. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { contour, isFree, labelPlace } from "../../nnkit/widgets/static/contour.mjs";

const grid = (side, height) => Array.from({ length: side * side }, (_, i) => height(i % side, Math.floor(i / side)));

test("a slope is crossed by one straight line", () => {
  const segments = contour(grid(5, (x) => x), 5, 1.25);
  assert.equal(segments.length, 4);
  for (const [[x1], [x2]] of segments) assert.deepEqual([x1, x2], [1.25, 1.25]);
});

test("a bowl is crossed by a closed line at the right distance", () => {
  const segments = contour(grid(41, (x, y) => (x - 20) ** 2 + (y - 20) ** 2), 41, 99.5);
  for (const [[x, y]] of segments) assert.ok(Math.abs(Math.hypot(x - 20, y - 20) - Math.sqrt(99.5)) < 0.05);
  const ends = new Map();
  for (const point of segments.flat()) {
    const key = point.map((value) => value.toFixed(6)).join();
    ends.set(key, (ends.get(key) ?? 0) + 1);
  }
  assert.ok([...ends.values()].every((count) => count === 2), "every point is where two segments meet");
});

test("rows are rows: a slope along y is crossed by a level line", () => {
  for (const [[, y1], [, y2]] of contour(grid(4, (x, y) => 10 * y), 4, 15)) assert.deepEqual([y1, y2], [1.5, 1.5]);
});

test("a saddle gives two segments, and its middle says which", () => {
  const low = contour([1, 0, 0, 1], 2, 0.6); // the middle, 0.5, is below: the high corners are cut off each
  const high = contour([1, 0, 0, 1], 2, 0.4);
  assert.equal(low.length, 2);
  assert.equal(high.length, 2);
  const cutsFirstCorner = (segments) => segments.some((s) => s.every(([x, y]) => x + y < 1));
  assert.equal(cutsFirstCorner(low), true);
  assert.equal(cutsFirstCorner(high), false);
});

test("no line at a level that is not reached, and none beside a number that is not finite", () => {
  assert.deepEqual(contour(grid(3, (x) => x), 3, 7), []);
  assert.equal(contour(grid(3, (x, y) => (x === 2 && y === 2 ? NaN : x)), 3, 0.5).length, 2);
  assert.equal(contour(grid(3, (x, y) => (x === 2 && y === 2 ? Infinity : x)), 3, 1.5).length, 1);
});

test("a label covers no point of a path", () => {
  assert.equal(isFree([50, 50], [[60, 52]]), false);
  assert.equal(isFree([50, 50], [[60, 66], [80, 50]]), true);
  assert.equal(isFree([50, 50], []), true);
});

test("a label goes where it is furthest from the others, or nowhere", () => {
  const segments = [[[0, 0], [2, 0]], [[50, 0], [52, 0]]];
  assert.deepEqual(labelPlace(segments, [], 20), [1, 0]);
  assert.deepEqual(labelPlace(segments, [[0, 0]], 20), [51, 0]);
  assert.equal(labelPlace(segments, [[0, 0], [50, 0]], 20), null);
  assert.equal(labelPlace([], [], 20), null);
});
