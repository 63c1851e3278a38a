/** toolbar.mjs: what a planted mistake changes, in words. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { changedWords } from "../../nnkit/widgets/static/toolbar.mjs";

const state = { groups: { a0: [2], W1: [2, 1], b1: [1], z1: [1] } };
const words = (changed, planted = new Map([[0, []]])) => changedWords({ state, changed, planted });

test("nothing is said before Python has answered", () => assert.equal(words([], new Map()), ""));

test("a mistake without a place says so", () => assert.match(words([]), /It changes no number here/));

test("the terms are named, and the gradients that are wrong", () => {
  assert.equal(words(["delta:1", "carry_back:1", "batch:W1", "batch:z1"]),
    "It changes the delta of layer 1, the slope carried back to the input; so the gradient of W1 is wrong.");
  assert.match(words(["delta:1", "batch:W1", "batch:b1"]), /so every gradient is wrong\.$/);
  assert.match(words(["weight:1", "carry_back:1", "batch:a0"]), /so no gradient is wrong\.$/);
  assert.match(words(["example_weight", "batch:W1"]), /^It changes what an example counts;/);
});
