/** mine.mjs: where a number of the diagram is in the learner's own parameters. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { entryName, placeOf } from "../../nnkit/widgets/static/mine.mjs";
import { Session } from "../../nnkit/widgets/static/session.mjs";

const state = { groups: { W1: [3, 2], b1: [2], z1: [2] } };
const params = [{ name: "w", shape: [2, 3] }, { name: "c", shape: [] }];
const given = { params, where: { W1: [[0, 0], [0, 3], [0, 1], [0, 4], [0, 2], [0, 5]], b1: [[1, 0], [1, 0]] } };

test("a weight is found in the learner's layout, here the transpose", () => {
  assert.deepEqual(placeOf(state, given, "W1[2,1]"), [params[0], 5]);
  assert.equal(entryName(...placeOf(state, given, "W1[2,1]")), "w[1,2]");
  assert.equal(entryName(...placeOf(state, given, "W1[0,1]")), "w[1,0]");
});

test("a bias that all units share is one number without an index", () => {
  assert.equal(entryName(...placeOf(state, given, "b1[1]")), "c");
});

test("a unit is no parameter", () => {
  assert.equal(placeOf(state, given, "z1[0]"), null);
});

test("an entry of a vector has one index", () => {
  assert.equal(entryName({ name: "theta", shape: [7] }, 4), "theta[4]");
});

test("a mistake that is planted from the start is shown without a question", () => {
  const floats = (...numbers) => new DataView(new Float64Array(numbers).buffer);
  const answer = { rows: [{ kind: "planted", at: 0 }], changed: ["batch:W1"] };
  const start = { select: "W1[0,0]", example: null, mistake: "your_mistake", answer };
  const session = new Session({ length: 2, groups: {} }, floats(1, 2), start, floats(3, 4));
  assert.ok(session.wrong);
  assert.deepEqual([...session.row], [3, 4]);
  assert.deepEqual([...session.right], [1, 2]);
  assert.deepEqual(session.wrongGradients, ["W1"]);
});
