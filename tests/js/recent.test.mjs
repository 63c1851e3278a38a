/** recent.mjs: the newest are kept. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { recent } from "../../nnkit/widgets/static/recent.mjs";

test("the newest are kept, and what is set again is new again", () => {
  const memory = recent(2);
  for (const [key, value] of [["a", 1], ["b", 2], ["a", 3], ["c", 4]]) memory.set(key, value);
  assert.deepEqual(["a", "b", "c"].map(memory.get), [3, undefined, 4]);
  for (let i = 0; i < 1000; i++) memory.set(String(i), i);
  assert.equal(memory.size(), 2);
});
