/** The numbers of a race: how each run stands at a step, and what its optimiser holds of one weight. */

import { html } from "./dom.mjs";
import { significant } from "./format.mjs";
import { glossary } from "./glossary.mjs";
import { sample } from "./race_plots.mjs";

/** What each quantity is, in one sentence. */
export const QUANTITIES = {
  value: "the weight after this step",
  gradient: "g, the gradient that this step was given",
  velocity: "v, what is left of all earlier gradients, and this one",
  "look-ahead": "g + μ v, what Nesterov's form multiplies by the rate",
  "mean square": "s, the running mean of g²",
  root: "√s, the recent size of the gradient",
  direction: "what is multiplied by the learning rate",
  m: "m, the running mean of g; it began at 0",
  v: "v, the running mean of g²; it began at 0",
  "correction of m": "1 − β₁ᵗ, what m is divided by because it began at 0",
  "correction of v": "1 − β₂ᵗ, what v is divided by because it began at 0",
  "m corrected": "m̂ = m / (1 − β₁ᵗ)",
  "root of v corrected": "√v̂, with v̂ = v / (1 − β₂ᵗ)",
  "step size": "Δ, how far this weight moves, whatever the size of its gradient",
  "gradient kept": "the gradient that the next sign is compared with; 0 after a turn",
  step: "Δθ, how the weight was moved",
  "step per gradient": "Δθ / g, the learning rate that plain gradient descent would have needed",
};

/** A number that may not be there, or be beyond all floats. */
export function written(value, digits) {
  if (Number.isNaN(value)) return "–";
  return Number.isFinite(value) ? significant(value, digits) : value > 0 ? "∞" : "-∞";
}

/** @param {object} race @param {{step: number, at: number[]}} moment @param {number} limit index of the threshold */
export function standings(race, { at }, limit) {
  const number = (role, value) => html("td", { "data-role": role, "data-value": value }, written(value, 6));
  const rows = race.runs.map((run, i) => {
    const stop = run.stops.values[at[i]];
    const reached = run.reached[limit];
    const ended = run.finished !== null ? `✓ finished at step ${run.finished}` : run.stopped ? `✗ ${run.stopped}` : "";
    return html("tr", { "data-run": run.name },
      html("th", { scope: "row", class: "words" }, sample(i), " ", run.name),
      number("step-of", stop), number("loss", run.losses.values[at[i]]),
      html("td", { "data-role": "reached", "data-value": reached }, reached === null ? "never" : String(reached)),
      html("td", { "data-role": "beside", "data-value": run.path.get(at[i], 2) }, written(run.path.get(at[i], 2), 3)), html("td", { class: "words", "data-role": "stopped" }, ended));
  });
  const head = ["optimiser", "step", "loss", `first step below ${significant(race.thresholds[limit], 3)}`, "off the plane by", ""];
  return html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "How each run stands" },
    html("table", { class: "standings" }, html("thead", {}, html("tr", {}, ...head.map((words) => (words
      ? html("th", { scope: "col" }, words) : html("td", {}))))), html("tbody", {}, ...rows)));
}

/** A card for each optimiser with what it holds of one weight. */
export function insides(race, { at }, weight) {
  const column = race.weights.indexOf(weight);
  return html("div", { class: "insides" }, ...race.runs.map((run, i) => html("section", {
    class: "inside-card", "data-inside": run.name, "aria-label": `${run.name}, ${weight}`,
  },
  html("h4", {}, sample(i), " ", run.name),
  html("p", { class: "optimiser" }, `${run.optimiser}, after step ${run.stops.values[at[i]]}`),
  html("table", {}, html("tbody", {}, ...Object.entries(run.inside).map(([quantity, numbers]) => {
    const value = numbers.get(at[i], column);
    return html("tr", {}, html("th", { scope: "row", class: "words" }, quantity),
      html("td", { "data-quantity": quantity, "data-value": value }, written(value, 5)));
  }))))));
}

/** What the quantities mean that these runs hold, each once. */
export function meanings(race) {
  const held = race.runs.flatMap((run) => Object.keys(run.inside));
  return glossary("What these numbers are", Object.entries(QUANTITIES).filter(([quantity]) => held.includes(quantity)));
}
