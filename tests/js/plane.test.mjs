/** plane.mjs: a line in a box. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { boxAround, lineInBox } from "../../nnkit/widgets/static/plane.mjs";

const BOX = { low: [-1, -1], high: [2, 2] };

test("the ends lie on the line and on the edge of the box", () => {
  for (const [w1, w2, b] of [[1, 2, -1], [-3, 1, 0.5], [1, 0, -0.5], [0, 2, -1], [1, 1, 0], [1e-9, 1, 0], [5, 5, -10]]) {
    const ends = lineInBox(w1, w2, b, BOX);
    assert.ok(ends, `${w1}, ${w2}, ${b}`);
    for (const [x, y] of ends) {
      assert.ok(Math.abs(w1 * x + w2 * y + b) < 1e-9);
      const onEdge = [x - BOX.low[0], x - BOX.high[0], y - BOX.low[1], y - BOX.high[1]].some((d) => Math.abs(d) < 1e-9);
      assert.ok(onEdge);
    }
    assert.ok(Math.hypot(ends[0][0] - ends[1][0], ends[0][1] - ends[1][1]) > 1e-6);
  }
});

test("no weights, no line; a line outside is none; nor is one that only touches a corner", () => {
  assert.equal(lineInBox(0, 0, 1, BOX), null);
  assert.equal(lineInBox(1, 1, 10, BOX), null);
  assert.equal(lineInBox(1, 0, 5, BOX), null);
  assert.equal(lineInBox(1, 1, 2, BOX), null);
});

test("a box has room around its points, also around a single one", () => {
  const { low, high } = boxAround([[0, 0], [1, 1]]);
  assert.ok(low.every((value) => value < 0) && high.every((value) => value > 1));
  const one = boxAround([[3, 4]]);
  assert.ok(one.high[0] - one.low[0] >= 1);
  assert.ok(one.low[0] < 3 && one.high[0] > 3 && one.low[1] < 4 && one.high[1] > 4);
});
