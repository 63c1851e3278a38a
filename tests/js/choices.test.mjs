/** choices.mjs: arrows lead around a row of buttons. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { along } from "../../nnkit/widgets/static/choices.mjs";

test("arrows go around, Home and End go to the ends, other keys nowhere", () => {
  assert.deepEqual(["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "Home", "End"].map((key) => along(key, 1, 3)), [2, 2, 0, 0, 0, 2]);
  assert.equal(along("ArrowRight", 2, 3), 0);
  assert.equal(along("ArrowLeft", 0, 3), 2);
  assert.equal(along("a", 0, 3), null);
});
