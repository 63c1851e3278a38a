/** The panel: one number of the gradient as a formula, as factors, and beside the numeric slope. */

import { html, math } from "./dom.mjs";
import { magnitude, significant } from "./format.mjs";
import { TERMS, cost, describe, entry, slope, symbol, termOf } from "./symbols.mjs";

/**
 * @param {object} state what Python computed
 * @param {string} selected for example "W1[0,2]"
 * @param {number|null} example a row of X, or null for the batch sum
 * @param {(example: number) => void} choose called with the row that was clicked
 * @returns {Element}
 */
export function panel(state, selected, example, choose) {
  const number = state.numbers[selected];
  const batch = example === null;
  return html("section", { class: "panel", "aria-label": `The gradient of ${selected}` },
    html("h3", {}, html("code", {}, selected), ` ${describe(number, state.sizes)}`,
      ...(number.value === null ? [] : [`, now ${significant(number.value)}`])),
    html("div", { class: "formula" }, formula(state, number, example)),
    batch ? batchTable(state, number, choose) : cards(state, number.factors, example, 1),
    batch ? batchResult(state, number) : exampleResult(number, example),
    numericLine(number, example));
}

/** ∂C/∂W₁[0,2] = 1/N Σₙ ... with every factor in its colour. */
function formula(state, number, example) {
  const count = state.y.length;
  const batch = example === null;
  const inside = batch ? "n" : example;
  const factors = number.factors.map((key) => state.factors[key]);
  const operator = (text) => math("mo", {}, text);
  const product = factors.flatMap((factor, i) => [
    ...(i ? [operator("·")] : []),
    math("mrow", { class: `term-${factor.term}` }, symbol(factor, inside)),
  ]);
  const mean = math("mfrac", {}, math("mn", {}, "1"), math("mn", {}, String(count)));
  const sum = math("munderover", {}, math("mo", { largeop: "true", movablelimits: "false" }, "Σ"),
    math("mrow", {}, math("mi", {}, "n"), operator("="), math("mn", {}, "0")), math("mn", {}, String(count - 1)));
  const left = slope(cost(batch ? null : example), entry(number.param[0], number.param.slice(1), number.index));
  return math("math", { display: "block" }, math("mrow", {}, left, operator("="),
    ...(batch ? [...(state.example_weight === 1 ? [] : [mean]), sum] : []), ...product));
}

/** One example: a card a factor, joined by ×. A factor that is a sum opens below, one floor at a time. */
function cards(state, keys, example, level) {
  const row = html("div", { class: "cards", role: "group", "aria-label": "factors" });
  const floor = html("div", { class: "floor" });
  let openKey = null;
  const buttons = new Map();
  const toggle = (key) => {
    openKey = openKey === key ? null : key;
    for (const [other, button] of buttons) button.setAttribute("aria-expanded", String(other === openKey));
    floor.replaceChildren(...(openKey ? [opened(state, openKey, example, level + 1)] : []));
  };
  keys.forEach((key, i) => {
    const factor = state.factors[key];
    const opens = factor.products.length > 0;
    const value = factor.values[example];
    const card = html(opens ? "button" : "div", {
      class: `card term-${factor.term}`, "data-term": termOf(factor), "data-value": value, title: TERMS[factor.term][1],
      ...(opens ? { type: "button", "aria-expanded": "false", onclick: () => toggle(key) } : {}),
    },
    html("span", { class: "what" }, ...(level === 1 ? [html("b", { class: "count" }, String(i + 1))] : []),
      TERMS[factor.term][0], ...(opens ? [html("span", { class: "opener", "aria-hidden": "true" }, "▸")] : [])),
    math("math", {}, symbol(factor, example)),
    html("span", { class: "value" }, significant(value)));
    if (opens) buttons.set(key, card);
    if (i) row.append(html("span", { class: "times", "aria-label": "times" }, "×"));
    row.append(card);
  });
  return html("div", { class: "chain" }, row, floor);
}

/** The inside of a factor: a sum of products, or one product. */
function opened(state, key, example, level) {
  const factor = state.factors[key];
  const { products, values } = factor;
  const head = html("p", { class: "inside" }, math("math", {}, symbol(factor, example)),
    products.length > 1 ? ` is a sum of ${products.length} products:` : " is one product:");
  const chains = products.map((product) => cards(state, product, example, level));
  const list = chains.length > 1 ? html("ol", { class: "products" }, ...chains.map((chain) => html("li", {}, chain)))
    : chains[0];
  const total = html("p", { class: "inside" }, products.length > 1 ? "sum = " : "product = ",
    html("b", { "data-value": values[example] }, significant(values[example])));
  return html("div", { class: `opened term-${factor.term}` }, head, list, total);
}

/** The batch: a row an example, a column a factor. */
function batchTable(state, number, choose) {
  const factors = number.factors.map((key) => state.factors[key]);
  const head = html("tr", {}, html("th", { scope: "col" }, "example"),
    ...factors.map((factor, i) => html("th", {
      scope: "col", class: `term-${factor.term}`, "data-term": termOf(factor), title: TERMS[factor.term][1],
    }, html("span", { class: "what" }, html("b", { class: "count" }, String(i + 1)), TERMS[factor.term][0]),
    math("math", {}, symbol(factor, "n")))),
    html("th", { scope: "col" }, "product"));
  const rows = number.per_example.map((product, n) => html("tr", {},
    html("th", { scope: "row" }, html("button", {
      type: "button", class: "row", "aria-label": `Show example ${n} alone`, onclick: () => choose(n),
    }, String(n))),
    ...factors.map((factor) => html("td", { class: `term-${factor.term}`, "data-value": factor.values[n] },
      significant(factor.values[n]))),
    html("td", { class: "share", "data-value": product }, significant(product))));
  const sums = factors.some((factor) => factor.products.length);
  return html("div", { class: "scroll" }, html("table", {}, html("thead", {}, head), html("tbody", {}, ...rows)),
    ...(sums ? [html("p", { class: "hint" }, "Choose one example to open a factor that is a sum.")] : []));
}

function batchResult(state, number) {
  const weight = state.example_weight === 1 ? "sum of the products" : `sum of the products, times 1/${state.y.length}`;
  return result(weight, number.batch);
}

function exampleResult(number, example) {
  return result("product of the factors", number.per_example[example]);
}

function result(words, value) {
  return html("p", { class: "result" }, `${words} = `,
    html("b", { "data-role": "product", "data-value": value }, significant(value)));
}

function numericLine(number, example) {
  const of = (side) => (example === null ? side.batch : side.per_example[example]);
  const [numeric, error] = [of(number.numeric), of(number.relative_error)];
  const agrees = error < 1e-4;
  return html("p", { class: `numeric ${agrees ? "agrees" : "differs"}` }, "finite difference = ",
    html("b", { "data-role": "numeric", "data-value": numeric }, significant(numeric)), ", relative error ",
    html("span", { "data-role": "relative-error", "data-value": error }, magnitude(error)),
    html("span", { class: "verdict" }, agrees ? " ✓ they agree"
      : " ✗ they differ: a factor is wrong, or the loss has a corner here (a ReLU at 0)"));
}
