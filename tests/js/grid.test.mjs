/** grid.mjs, bars.mjs and adjust.mjs: places of cells, squares and bars, and the room that a slider gives. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { rangeAround } from "../../nnkit/widgets/static/adjust.mjs";
import { barPlace } from "../../nnkit/widgets/static/bars.mjs";
import { boxOf, cellAt, cellOf, grid, indexOf, squares, step } from "../../nnkit/widgets/static/grid.mjs";

const places = grid([64, 30, 10], () => true);
const block = (group) => places.blocks.find((other) => other.group === group);

test("every group has a block inside the picture, and no two overlap", () => {
  assert.deepEqual(places.blocks.map(({ group }) => group), ["a0", "W1", "b1", "z1", "W2", "b2", "z2"]);
  const boxes = places.blocks.map(({ x, y, rows, columns, width, height }) =>
    ({ left: x, top: y, right: x + columns * width, bottom: y + rows * height }));
  for (const box of boxes) {
    assert.ok(box.left >= 0 && box.top >= 0 && box.right <= places.width && box.bottom <= places.height);
    for (const other of boxes.filter((found) => found !== box)) {
      assert.ok(box.right <= other.left || other.right <= box.left || box.bottom <= other.top || other.bottom <= box.top);
    }
  }
});

test("the rows of a matrix stand beside the units that they begin at", () => {
  assert.equal(boxOf(block("a0"), { i: 12, j: 0 }).y, boxOf(block("W1"), { i: 12, j: 3 }).y);
  assert.equal(boxOf(block("z1"), { i: 7, j: 0 }).y, boxOf(block("W2"), { i: 7, j: 0 }).y);
});

test("a point leads to its cell, a cell to its index, and back", () => {
  for (const [group, i, j, index] of [["W1", 12, 3, [12, 3]], ["b1", 0, 29, [29]], ["a0", 63, 0, [63]], ["z2", 9, 0, [9]]]) {
    const { x, y, width, height } = boxOf(block(group), { i, j });
    assert.deepEqual(cellAt(block(group), { x: x + width / 2, y: y + height / 2 }), { i, j });
    assert.deepEqual(indexOf(block(group), i, j, group[0] === "W"), index);
    assert.deepEqual(cellOf(block(group), index), { i, j });
  }
});

test("a bias of a single unit still has an index", () => {
  const single = { group: "b2", rows: 1, columns: 1 };
  assert.deepEqual(indexOf(single, 0, 0, false), [0]);
});

test("arrows stay inside a block", () => {
  const W2 = block("W2");
  assert.deepEqual(step(W2, { i: 0, j: 0 }, "ArrowRight"), { i: 0, j: 1 });
  assert.equal(step(W2, { i: 0, j: 0 }, "ArrowUp"), null);
  assert.equal(step(W2, { i: 29, j: 9 }, "ArrowDown"), null);
  assert.equal(step(W2, { i: 0, j: 0 }, "Enter"), null);
});

test("the largest number fills its cell, and its sign decides the path", () => {
  const one = { x: 0, y: 0, rows: 1, columns: 3, width: 11, height: 11 };
  const { plus, minus } = squares(one, (_, j) => [4, -1, 0][j]);
  assert.equal(plus, "M0.5 0.5h10v10h-10z");
  assert.equal(minus, "M14 3h5v5h-5z"); // a quarter of the number has a quarter of the area
});

test("numbers that are not there leave their cells empty", () => {
  const one = { x: 0, y: 0, rows: 1, columns: 1, width: 10, height: 10 };
  assert.deepEqual(squares(one, () => NaN), { plus: "", minus: "" });
});

test("bars share one zero: what takes away goes to the left", () => {
  const all = [3, -1, 0];
  assert.deepEqual(barPlace(3, all), { left: 25, width: 75 });
  assert.deepEqual(barPlace(-1, all), { left: 0, width: 25 });
  assert.deepEqual(barPlace(0, all), { left: 25, width: 0 });
  assert.deepEqual(barPlace(NaN, all), { left: 0, width: 0 });
});

test("a slider has room on both sides of its value", () => {
  for (const value of [0, 0.3, -1.9, 7.7, -120]) {
    const [low, high] = rangeAround(value);
    assert.equal(low, -high);
    assert.ok(high >= 2 && Math.abs(value) <= high / 2 + 1);
  }
});
