/** wishes.mjs: what is wished for while an answer is on its way is kept, in order and without waste. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { latest } from "../../nnkit/widgets/static/link.mjs";
import { added, wishes } from "../../nnkit/widgets/static/wishes.mjs";

test("steps add up, a drag keeps its last value, and their order stays", () => {
  const all = [{ do: "step" }, { do: "step", times: 10 }, { values: { w: 1 }, gesture: 1 }, { values: { w: 2 }, gesture: 1 },
    { values: { w: 3 }, gesture: 2 }, { learning_rate: 1 }, { learning_rate: 2 }, { do: "undo" }, { do: "step" }];
  assert.deepEqual(all.reduce(added, []), [{ do: "step", times: 11 }, { values: { w: 2 }, gesture: 1 },
    { values: { w: 3 }, gesture: 2 }, { learning_rate: 2 }, { do: "undo" }, { do: "step" }]);
});

test("three clicks while one is on its way are three steps", () => {
  const sent = [];
  const link = latest((question, id) => sent.push([question.wishes, id]), () => {}, 10_000);
  const queue = wishes(link.ask, link.busy);
  for (let i = 0; i < 4; i++) queue.wish({ do: "step" });
  assert.deepEqual(sent, [[[{ do: "step" }], 1]]);
  link.answered(1);
  queue.answered();
  assert.deepEqual(sent[1], [[{ do: "step", times: 3 }], 2]);
  queue.wish({ do: "undo" });
  link.answered(2);
  queue.answered();
  assert.deepEqual(sent[2], [[{ do: "undo" }], 3]);
  link.answered(3);
  queue.answered();
  queue.wish({ do: "step" });
  assert.deepEqual(sent[3], [[{ do: "step" }], 4]);
  link.destroy();
});
