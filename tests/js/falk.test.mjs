/** falk.mjs: the cells of a matrix product, none on top of another. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { corner, falk, toScale } from "../../nnkit/widgets/static/falk.mjs";

const SIZES = [[4, 5, 2], [2, 4, 5], [5, 4, 2], [64, 24, 20], [20, 24, 64], [1, 1, 1], [64, 64, 1], [1, 64, 64], [8, 12, 2]];

for (const [rows, middle, columns] of SIZES) {
  const places = falk(rows, middle, columns);
  const { cell, left, top, product } = places;

  test(`[${rows}, ${middle}] times [${middle}, ${columns}]: rows meet rows, columns meet columns`, () => {
    assert.deepEqual([left.rows, left.columns, top.rows, top.columns], [rows, middle, middle, columns]);
    for (const r of [0, rows - 1]) assert.equal(corner(left, cell, r, 0).y, corner(product, cell, r, 0).y);
    for (const c of [0, columns - 1]) assert.equal(corner(top, cell, 0, c).x, corner(product, cell, 0, c).x);
  });

  test(`[${rows}, ${middle}, ${columns}]: the three tables lie apart and inside the picture`, () => {
    const box = ({ x, y, rows: r, columns: c }) => ({ x, y, right: x + c * cell.width, bottom: y + r * cell.height });
    const [l, t, p] = [left, top, product].map(box);
    assert.ok(l.right < p.x && t.bottom < p.y, "room for the numbers of rows and columns");
    assert.ok(l.x > 0 && t.y > 0 && p.right <= places.width && p.bottom <= places.height);
  });
}

test("small matrices show their numbers, large ones squares, and the picture stays below 780 pixels where it can", () => {
  assert.equal(falk(4, 5, 2).cell.numbers, true);
  assert.equal(falk(64, 24, 20).cell.numbers, false);
  for (const [rows, middle, columns] of SIZES.slice(0, 6)) assert.ok(falk(rows, middle, columns).width <= 780);
});

test("blocks keep their proportions", () => {
  const [a, b] = toScale([[4, 8], [8, 2]], 230, 110);
  assert.ok(Math.abs(a.width / a.height - 2) < 1e-9 && Math.abs(b.height / a.height - 2) < 1e-9);
  const [wide] = toScale([[1, 64], [64, 64]], 230, 110);
  assert.ok(wide.width <= 230 && wide.height >= 3);
});
