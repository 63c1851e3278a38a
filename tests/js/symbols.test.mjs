/** symbols.mjs: where a term comes from, and what it is called. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { TERMS, describe, partsOf, termOf } from "../../nnkit/widgets/static/symbols.mjs";

const SIZES = [4, 6, 5, 3];
const parts = (term, layer, index, selected = "W1[0,0]") =>
  partsOf({ term, layer, index }, SIZES, selected).map(({ kind, id }) => `${kind} ${id}`);

test("the loss slope lights the loss, at its output", () => {
  assert.deepEqual(parts("loss_slope", 3, [2]), ["loss 2"]);
});

test("slopes and deltas light the unit of their own layer", () => {
  assert.deepEqual(parts("activation_slope", 2, [4]), ["unit 2,4"]);
  assert.deepEqual(parts("delta", 3, [1]), ["unit 3,1"]);
});

test("an entry [j, k] of the softmax's Jacobian lights unit k, whose z it is", () => {
  assert.deepEqual(parts("activation_slope", 3, [0, 2]), ["unit 3,2"]);
});

test("a weight lights its edge, an input the unit below", () => {
  assert.deepEqual(parts("weight", 2, [3, 0]), ["edge W2[3,0]"]);
  assert.deepEqual(parts("input", 1, [3]), ["unit 0,3"]);
  assert.deepEqual(parts("input", 3, [4]), ["unit 2,4"]);
});

test("what is carried back lights every edge out of its unit", () => {
  assert.deepEqual(parts("carry_back", 2, [1]), [0, 1, 2, 3, 4].map((k) => `edge W2[1,${k}]`));
  assert.deepEqual(parts("carry_back", 3, [4]), [0, 1, 2].map((k) => `edge W3[4,${k}]`));
});

test("the constant 1 of a bias lights the bias that is selected", () => {
  assert.deepEqual(parts("input", 2, [], "b2[3]"), ["bias b2[3]"]);
});

test("a term is named with its layer", () => {
  assert.equal(termOf({ term: "carry_back", layer: 2, index: [1] }), "carry_back:2");
});

test("every term has a name and a sentence", () => {
  const terms = ["loss_slope", "activation_slope", "weight", "carry_back", "delta", "input"];
  assert.deepEqual(Object.keys(TERMS).sort(), terms.sort());
  for (const [name, sentence] of Object.values(TERMS)) {
    assert.match(name, /^[a-z ]+$/);
    assert.match(sentence, /^[A-Z].*\.$/);
  }
});

test("what is selected is described by the units that it belongs to", () => {
  const expected = [
    ["W1", [0, 5], "weight from input 0 to layer 1, unit 5"],
    ["W2", [5, 0], "weight from layer 1, unit 5 to layer 2, unit 0"],
    ["W3", [1, 2], "weight from layer 2, unit 1 to output 2"],
    ["b2", [4], "bias of layer 2, unit 4"],
    ["b3", [0], "bias of output 0"],
    ["a0", [3], "input 3"],
    ["z1", [2], "layer 1, unit 2"],
    ["z3", [1], "output 1"],
  ];
  for (const [param, index, words] of expected) assert.equal(describe({ param, index }, SIZES), words);
});
