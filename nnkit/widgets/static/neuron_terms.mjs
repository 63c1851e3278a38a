/** The terms of one parameter of the neuron: a row an example, the batch sum below, and what one step makes of it. */

import { html } from "./dom.mjs";
import { significant, weightText } from "./format.mjs";

const COLUMNS = [
  ["loss_slope", "loss slope", (place) => place.loss_slope],
  ["activation_slope", "activation slope", (place) => place.activation_slope],
  ["input", "input", (place, param) => place.numbers[param].input],
];

/** A cell with a number: what it holds, and what it writes. */
function cell(role, value, attributes = {}) {
  return html("td", { "data-role": role, "data-value": value, ...attributes }, significant(value));
}

/** "2: (1, 0) → 1". */
export function rowName(state, n) {
  return `${n}: (${state.X[n].map((x) => significant(x, 3)).join(", ")}) → ${significant(state.y[n], 3)}`;
}

/**
 * @param {object} state
 * @param {object} place
 * @param {string} param
 * @param {number|null} example
 * @param {(example: number) => void} choose
 */
export function termsTable(state, place, param, example, choose) {
  const { per_example: products } = place.numbers[param];
  const largest = Math.max(...products.map(Math.abs), 1e-300);
  const head = html("tr", {}, html("th", { scope: "col" }, "example"), html("th", { scope: "col" }, "a"),
    ...COLUMNS.map(([term, words], i) => html("th", { scope: "col", class: `term-${term}` },
      html("span", { class: "what" }, `${i ? "× " : ""}${words}`))),
    html("th", { scope: "col" }, "= product"), html("th", { scope: "col", class: "bar-head" }, "as a bar from 0"));
  const rows = products.map((product, n) => html("tr", { class: n === example ? "chosen" : "" },
    html("th", { scope: "row" }, html("button", {
      type: "button", class: "row", "data-example": n, "aria-pressed": String(n === example), onclick: () => choose(n),
      "aria-label": `Mark example ${rowName(state, n)}`,
    }, rowName(state, n))),
    cell("a", place.a[n]),
    ...COLUMNS.map(([term, , of]) => cell(term, of(place, param)[n], { class: `term-${term}` })),
    cell("product", product), html("td", { class: "bar-cell", "aria-hidden": "true" }, centredBar(product / largest))));
  return html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `The terms of ${param}` },
    html("table", {}, html("thead", {}, head), html("tbody", {}, ...rows)));
}

/** A bar to the right for a positive share, to the left and hollow for a negative one. */
function centredBar(share) {
  const size = `${(50 * Math.abs(share)).toFixed(2)}%`;
  const side = share < 0 ? `right: 50%; width: ${size}` : `left: 50%; width: ${size}`;
  return html("span", { class: "bar" }, share === 0 ? "" : html("span", { class: share < 0 ? "minus" : "plus", style: side }));
}

/** The batch sum, the central difference, and the step. */
export function nextStep(state, place, param, isLast) {
  const { value, gradient, numeric } = place.numbers[param];
  const shown = (role, number) => html("b", { "data-role": role, "data-value": number }, significant(number));
  const weight = place.example_weight === 1 ? "" : `${weightText(place.example_weight, state.y.length)} of `;
  const step = isLast ? html("p", { class: "result" }, `One step: ${param} ← `, shown("value", value), " − ",
    shown("rate", state.learning_rate), " · (", shown("gradient-again", gradient), ") = ", shown("next", state.next[param]))
    : html("p", { class: "result" }, `${param} was `, shown("value", value), " here.");
  return html("div", {}, html("p", { class: "result" }, `Gradient of ${param}: ${weight}the sum of the products = `,
    shown("gradient", gradient), ". Finite difference: ", shown("numeric", numeric), "."), step,
  html("p", { class: "result" }, `${place.title}: loss `, shown("loss", place.loss)));
}
