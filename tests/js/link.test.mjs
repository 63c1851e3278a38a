/** link.mjs: one question on its way, the newest after it, and a word when no answer comes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { latest, link } from "../../nnkit/widgets/static/link.mjs";

/** A queue with the questions that it sent and what it said of silence. */
function queue(patience = 10_000) {
  const sent = [];
  const silence = [];
  return { sent, silence, ...latest((question, id) => sent.push([question, id]), (is) => silence.push(is), patience) };
}

test("of a hundred questions asked while one is on its way only the newest follows", () => {
  const { sent, ask, answered, busy, destroy } = queue();
  for (let i = 0; i < 100; i++) ask(i);
  assert.deepEqual(sent, [[0, 1]]);
  assert.equal(answered(1), true);
  assert.deepEqual(sent, [[0, 1], [99, 2]]);
  assert.equal(answered(2), true);
  assert.equal(busy(), false);
  assert.equal(sent.length, 2);
  destroy();
});

test("an answer to another question changes nothing", () => {
  const { sent, ask, answered, busy, destroy } = queue();
  ask("a");
  ask("b");
  assert.equal(answered(7), false);
  assert.equal(busy(), true);
  assert.deepEqual(sent, [["a", 1]]);
  destroy();
});

test("silence is told once it has lasted, and again when it ends", async () => {
  const { silence, ask, answered, destroy } = queue(5);
  ask("a");
  await new Promise((done) => setTimeout(done, 30));
  assert.deepEqual(silence, [true]);
  answered(1);
  assert.deepEqual(silence, [true, false]);
  destroy();
});

test("when there is no one to ask, that is silence, and the next question is tried again", () => {
  const silence = [];
  let tries = 0;
  const questions = latest(() => {
    tries += 1;
    throw new Error("no comm");
  }, (is) => silence.push(is));
  questions.ask("a");
  questions.ask("b");
  assert.equal(tries, 2);
  assert.deepEqual(silence, [true, true]);
  questions.destroy();
});

test("a view waits as long as it was told to", async () => {
  const silence = [];
  const patient = link(model(), () => {}, (is) => silence.push(is), 10_000);
  const hasty = link(model(), () => {}, (is) => silence.push(["hasty", is]), 5);
  patient.ask({});
  hasty.ask({});
  await new Promise((done) => setTimeout(done, 30));
  assert.deepEqual(silence, [["hasty", true]]);
  patient.destroy();
  hasty.destroy();
});

/** What anywidget gives: traits, and listeners to their changes. */
function model() {
  const traits = { answer: {} };
  const listeners = new Set();
  return {
    traits, listeners,
    get: (name) => traits[name],
    set: (name, value) => Object.assign(traits, { [name]: value }),
    on: (_, listener) => listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
    save_changes() {},
    answer(answer) {
      traits.answer = answer;
      for (const listener of listeners) listener();
    },
  };
}

test("a view hears the answers to its own questions only, and none after its end", () => {
  const shared = model();
  const heard = [];
  const one = link(shared, (answer) => heard.push(answer.value), () => {});
  const other = link(shared, () => heard.push("not mine"), () => {});
  one.ask({ change: 3 });
  const { view, id, change } = shared.traits.asked;
  assert.equal(change, 3);
  shared.answer({ view, id, value: "mine" });
  assert.deepEqual(heard, ["mine"]);
  one.destroy();
  other.destroy();
  assert.equal(shared.listeners.size, 0);
});
