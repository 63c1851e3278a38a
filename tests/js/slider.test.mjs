/** slider.mjs: what a key leads to, and what may be typed. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { nextMultiple, typed } from "../../nnkit/widgets/static/slider.mjs";

test("a key leads to the next multiple of the step, so that 0 is met", () => {
  assert.equal(nextMultiple(-3.238, 0.2, 1), -3.2);
  assert.equal(nextMultiple(-0.038, 0.2, 1), 0);
  assert.equal(nextMultiple(0.162, 0.2, -1), 0);
  assert.equal(nextMultiple(0.6000000000000001, 0.2, 1), 0.8);
  assert.equal(nextMultiple(-0.6000000000000001, 0.2, -1), -0.8);
  assert.equal(nextMultiple(0.5, 0.2, 10), 2.4);
});

test("a number is typed with a point or a comma; nothing else is one", () => {
  assert.deepEqual(["0", " -1.5 ", "0,25", "", " ", "b", "1e999"].map(typed), [0, -1.5, 0.25, null, null, null, null]);
});
