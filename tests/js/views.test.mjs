/** The entries of the four views, and the small choices that they make. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf } from "../../nnkit/widgets/static/batch_orders.mjs";
import { nearest } from "../../nnkit/widgets/static/cost_slope.mjs";
import { rowName } from "../../nnkit/widgets/static/neuron_terms.mjs";

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
