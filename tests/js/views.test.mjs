/** The entries of the four views, and the small choices that they make. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf } from "../../nnkit/widgets/static/batch_orders.mjs";
import { nearest } from "../../nnkit/widgets/static/cost_slope.mjs";
import { nextStep, rowName } from "../../nnkit/widgets/static/neuron_terms.mjs";

for (const name of ["neuron", "cost", "batch", "race"]) {
  test(`${name}.mjs is what anywidget wants: an object with a render function`, async () => {
    const { default: widget } = await import(`../../nnkit/widgets/static/${name}.mjs`);
    assert.equal(typeof widget.render, "function");
  });
}

test("the nearest place in a list, the first of two", () => {
  assert.deepEqual([nearest([0, 1, 2], 1.2), nearest([0, 1, 2], 9), nearest([0, 1, 2], 0.5), nearest([7], 0)], [1, 2, 0, 0]);
});

test("an order is right, runs, or does not", () => {
  assert.deepEqual([{ right: true, runs: true }, { right: false, runs: true }, { right: false, runs: false }].map(kindOf),
    ["right", "runs", "not"]);
});

test("an example is named by its row, its inputs and its label", () => {
  assert.equal(rowName({ X: [[0, 0], [1, 0.25]], y: [0, 1] }, 1), "1: (1, 0.25) → 1");
});

/** The words of an element, made without a browser. */
function wordsOf(build) {
  globalThis.document = {
    createElementNS: () => {
      const own = [];
      return {
        setAttribute() {}, append: (...children) => own.push(...children), toString: () => own.map(String).join(""),
      };
    },
  };
  try {
    return String(build());
  } finally {
    delete globalThis.document;
  }
}

test("before the neuron's batch sum stands what its gradient was made with", () => {
  const said = (weight) => {
    const place = { title: "start", loss: 1, example_weight: weight, numbers: { b: { value: 1, gradient: 2, numeric: 3 } } };
    return wordsOf(() => nextStep({ y: [0, 1, 1, 1], learning_rate: 1, next: { b: -1 } }, place, "b", true));
  };
  assert.match(said(1 / 4), /^Gradient of b: 1\/4 of the sum of the products = 2\./);
  assert.match(said(1), /^Gradient of b: the sum of the products = 2\./);
  assert.match(said(1 / 16), /^Gradient of b: 0\.0625 of the sum of the products = 2\./);
});
