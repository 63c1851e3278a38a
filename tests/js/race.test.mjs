/** race_moments.mjs and race_plots.mjs: which stop of each run belongs to a step, and what of the losses is shown. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { moments } from "../../nnkit/widgets/static/race_moments.mjs";
import { lossRange } from "../../nnkit/widgets/static/race_plots.mjs";
import { QUANTITIES, written } from "../../nnkit/widgets/static/race_tables.mjs";

test("at every step each run stands at its last stop up to there", () => {
  const stops = [[0, 1, 5, 9], [0, 2, 5], [0]].map((list) => Float64Array.from(list));
  const found = moments(stops);
  assert.deepEqual(found.map(({ step }) => step), [0, 1, 2, 5, 9]);
  for (const { step, at } of found) {
    at.forEach((i, run) => {
      assert.ok(stops[run][i] <= step);
      assert.ok(i + 1 === stops[run].length || stops[run][i + 1] > step);
    });
  }
});

const run = (...values) => ({ curve: { losses: { values: Float64Array.from(values) } } });

test("the picture shows the losses from the start down, and neither the explosion nor what is almost nothing", () => {
  assert.deepEqual(lossRange([run(0.9, 0.3)]), { low: 0.3 / 1.5, high: 0.9 * 1.5 });
  const { low, high } = lossRange([run(1, 1e-30), run(1, 1e200, Infinity)]);
  assert.deepEqual([low, high], [1e-8 / 1.5, 150]);
  assert.ok(lossRange([run(1, 0, NaN)]).low > 0);
});

test("what is not there is a dash, what is beyond all floats a sign for it", () => {
  assert.deepEqual([NaN, Infinity, -Infinity, 0.123456].map((value) => written(value, 3)), ["–", "∞", "-∞", "0.123"]);
});

test("every quantity has a sentence", () => {
  for (const words of Object.values(QUANTITIES)) assert.ok(words.length > 10);
});
