/** session.mjs: what is looked at, what is asked, and which rows are shown. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Session } from "../../nnkit/widgets/static/session.mjs";

const STATE = { length: 2, groups: { W1: [2, 1] } };
const floats = (...numbers) => new DataView(new Float64Array(numbers).buffer);
const session = () => new Session(STATE, floats(0, 1, 10, 11, 20, 21), { select: "W1[0,0]", example: null });

test("it begins at the last recorded step", () => {
  const one = session();
  assert.equal(one.now.at, 2);
  assert.deepEqual([...one.row], [20, 21]);
  assert.equal(one.question(), null);
  assert.equal(one.wrong, false);
});

test("a changed weight is asked for and its row is shown", () => {
  const one = session();
  one.change("W1[1,0]", null, 3);
  one.change("W1[1,0]", null, 4);
  one.change("W1[0,0]", null, 5);
  const question = one.question();
  assert.deepEqual(question.changes.map(({ index, value }) => [...index, value]), [[1, 0, 4], [0, 0, 5]]);
  assert.ok(one.receive(question, { rows: [{ kind: "right", at: 2 }] }, floats(7, 8)));
  assert.deepEqual([...one.row], [7, 8]);
  assert.equal(one.wrong, false);
});

test("scrubbing ends the changes, and an answer that comes too late is not taken", () => {
  const one = session();
  one.change("W1[1,0]", null, 3);
  const question = one.question();
  one.goTo(0);
  assert.equal(one.receive(question, { rows: [{ kind: "right", at: 2 }] }, floats(7, 8)), false);
  assert.deepEqual([...one.row], [0, 1]);
});

test("a mistake has a row of its own at every step, beside the right one", () => {
  const one = session();
  one.plant("sign", null);
  const rows = [0, 1, 2].map((at) => ({ kind: "planted", at }));
  assert.ok(one.receive(one.question(), { rows, changed: ["delta:1"], curve: null }, floats(-1, -2, -3, -4, -5, -6)));
  assert.deepEqual([...one.row], [-5, -6]);
  assert.deepEqual([...one.right], [20, 21]);
  assert.equal(one.wrong, true);
  assert.equal(one.goTo(0), false);
  assert.deepEqual([...one.row], [-1, -2]);
  assert.equal(one.receive({ ...one.question(), mistake: "scale" }, { rows }, floats()), false);
});

test("a mistake is asked for again when changes end", () => {
  const one = session();
  one.plant("sign", null);
  one.change("W1[0,0]", null, 1);
  assert.equal(one.goTo(1), true);
});

test("undo goes back one step, reset to the beginning, and reset can be undone", () => {
  const one = session();
  one.keep();
  one.change("W1[0,0]", null, 1);
  one.keep();
  one.plant("sign", 1);
  one.undo();
  assert.deepEqual([one.now.mistake, one.now.changes.length], [null, 1]);
  one.undo();
  assert.deepEqual([one.now.changes.length, one.edited], [0, null]);
  one.undo();
  one.plant("sign", 1);
  one.reset();
  assert.equal(one.now.mistake, null);
  one.undo();
  assert.deepEqual([one.now.mistake, one.now.layer], ["sign", 1]);
});

test("a hundred gestures can be undone, and no more are kept", () => {
  const one = session();
  for (let i = 0; i < 250; i++) {
    one.keep();
    one.change("W1[0,0]", null, i);
  }
  assert.equal(one.past.length, 100);
  one.undo();
  assert.equal(one.now.changes[0].value, 248);
});

test("two names can be pinned, and a third takes the place of the first", () => {
  const one = session();
  for (const name of ["a", "b", "c"]) one.pin(name);
  assert.deepEqual(one.now.pins, ["b", "c"]);
  one.pin("b");
  assert.deepEqual(one.now.pins, ["c"]);
});
