/** player.mjs: which moment comes next. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { nextMoment, reducedMotion } from "../../nnkit/widgets/static/player.mjs";

test("moments follow one another up to the last", () => {
  assert.deepEqual([0, 1, 2].map((now) => nextMoment(now, 3)), [1, 2, null]);
});

test("started at the end, playing begins anew", () => {
  assert.equal(nextMoment(2, 3, true), 0);
  assert.equal(nextMoment(0, 3, true), 1);
});

test("without a page nobody asked for less motion", () => assert.equal(reducedMotion(), false));
