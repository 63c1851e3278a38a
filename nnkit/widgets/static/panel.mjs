/** The panel: one number of the gradient as a formula, as factors, and beside the numeric slope. */

import { bar } from "./bars.mjs";
import { html, math } from "./dom.mjs";
import { magnitude, significant, weightText } from "./format.mjs";
import { differ, factorsOf, parse, productsIn, read, sideOf, valueOf } from "./rows.mjs";
import { TERMS, cost, describe, entry, slope, symbol, termOf } from "./symbols.mjs";

/**
 * @typedef {{state: object, row: Float64Array, right: Float64Array, example: number|null}} Look what the numbers are of
 */

/**
 * @param {import("./session.mjs").Session} session
 * @param {(example: number) => void} choose called with the row that was clicked
 * @param {object|null} asked the numeric slope that Python was asked for, where the rows hold none
 * @param {boolean} alone true where there is no Python to ask
 * @returns {Element}
 */
export function panel(session, choose, asked, alone) {
  const { state, row, now: { selected, example } } = session;
  const look = { // read anew when a factor is opened: by then the panel may be patched for another number
    state,
    get example() {
      return session.now.example;
    },
    get row() {
      return session.row;
    },
    get right() {
      return session.right;
    },
  };
  const { group, index } = parse(selected);
  const value = read(state, row, `value:${group}`, ...index);
  const factors = factorsOf(state, selected);
  return html("section", { class: "panel", "aria-label": `The gradient of ${selected}` },
    html("h3", {}, html("code", {}, selected), ` ${describe({ param: group, index }, state.sizes)}`,
      ...(Number.isNaN(value) ? [] : [`, now ${significant(value)}`])),
    html("div", { class: "formula", tabindex: 0, role: "group", "aria-label": "formula" }, formula(look, selected, factors)),
    example === null ? batchTable(look, selected, factors, choose)
      : cards(look, factors, 1, () => factorsOf(state, session.now.selected)),
    result(look, selected), numericLine(look, selected, asked, alone));
}

/** ∂C/∂W₁[0,2] = 1/N Σₙ ... with every factor in its colour. */
function formula({ state, row, example }, name, factors) {
  const { group, index } = parse(name);
  const batch = example === null;
  const operator = (text) => math("mo", {}, text);
  const product = factors.flatMap((factor, i) => [
    ...(i ? [operator("·")] : []),
    math("mrow", { class: `term-${factor.term}` }, symbol(factor, batch ? "n" : example)),
  ]);
  const sum = math("munderover", {}, math("mo", { largeop: "true", movablelimits: "false" }, "Σ"),
    math("mrow", {}, math("mi", {}, "n"), operator("="), math("mn", {}, "0")), math("mn", {}, String(state.y.length - 1)));
  const left = slope(cost(example), entry(group[0], group.slice(1), index));
  return math("math", { display: "block" }, math("mrow", {}, left, operator("="),
    ...(batch ? [...mean(state, row), sum] : []), ...product));
}

/** 1/N before the sum; nothing where the examples are added up; the number itself where it is neither. */
function mean(state, row) {
  const [top, bottom] = weightText(read(state, row, "example_weight"), state.y.length).split("/");
  if (!top) return [];
  return [bottom ? math("mfrac", {}, math("mn", {}, top), math("mn", {}, bottom)) : math("mn", {}, top)];
}

/**
 * One example: a card a factor, joined by ×. A factor that is a sum opens below, one floor at a time.
 * `current` gives the factors that the cards stand for when one of them is clicked.
 */
function cards(look, factors, level, current = () => factors) {
  const { state, row, right, example } = look; // now; `opened` below looks again
  const list = html("div", { class: "cards", role: "group", "aria-label": "factors" });
  const floor = html("div", { class: "floor" });
  const buttons = [];
  let open = null;
  const toggle = (i) => {
    open = open === i ? null : i;
    for (const [other, button] of buttons) button.setAttribute("aria-expanded", String(other === open));
    floor.replaceChildren(...(open === null ? [] : [opened(look, current()[open], level + 1)]));
  };
  factors.forEach((factor, i) => {
    const opens = productsIn(state, factor).length > 0;
    const value = valueOf(state, row, factor, example);
    const card = html(opens ? "button" : "div", {
      class: `card term-${factor.term}`, "data-term": termOf(factor), "data-value": value,
      ...(opens ? { type: "button", "aria-expanded": "false", onclick: () => toggle(i) } : {}),
    },
    html("span", { class: "what" }, ...(level === 1 ? [html("b", { class: "count" }, String(i + 1))] : []),
      TERMS[factor.term][0], ...(opens ? [html("span", { class: "opener", "aria-hidden": "true" }, "▸")] : [])),
    math("math", {}, symbol(factor, example)),
    html("span", { class: "value" }, significant(value)),
    ...was(value, valueOf(state, right, factor, example)));
    if (opens) buttons.push([i, card]);
    if (i) list.append(html("span", { class: "times", "aria-hidden": "true" }, "×"));
    list.append(card);
  });
  return html("div", { class: "chain" }, list, floor);
}

/** The right number, where a mistake made another of it. */
function was(value, right) {
  return differ(value, right) ? [html("span", { class: "was" }, `≠ right ${significant(right)}`)] : [];
}

/** The inside of a factor: a sum of products, or one product. */
function opened(look, factor, level) {
  const products = productsIn(look.state, factor);
  const value = valueOf(look.state, look.row, factor, look.example);
  const head = html("p", { class: "inside" }, math("math", {}, symbol(factor, look.example)),
    products.length > 1 ? ` is a sum of ${products.length} products:` : " is one product:");
  const chains = products.map((product) => cards(look, product, level));
  const list = chains.length > 1 ? html("ol", { class: "products" }, ...chains.map((chain) => html("li", {}, chain)))
    : chains[0];
  const total = html("p", { class: "inside" }, products.length > 1 ? "sum = " : "product = ",
    html("b", { "data-value": value }, significant(value)));
  return html("div", { class: `opened term-${factor.term}` }, head, list, total);
}

/** The batch: a row an example, a column a factor, and what each example contributes as a bar. */
function batchTable(look, name, factors, choose) {
  const { state, row, right } = look;
  const head = html("tr", {}, html("th", { scope: "col" }, "example"),
    ...factors.map((factor, i) => html("th", {
      scope: "col", class: `term-${factor.term}`, "data-term": termOf(factor),
    }, html("span", { class: "what" }, html("b", { class: "count" }, String(i + 1)), TERMS[factor.term][0]),
    math("math", {}, symbol(factor, "n")))),
    html("th", { scope: "col" }, "product"));
  const products = state.y.map((_, n) => sideOf(state, row, "product", name, n));
  const rows = products.map((product, n) => html("tr", {},
    html("th", { scope: "row" }, html("button", {
      type: "button", class: "row", "aria-label": `Show example ${n} alone`, onclick: () => choose(n),
    }, String(n))),
    ...factors.map((factor) => {
      const value = valueOf(state, row, factor, n);
      return html("td", { class: `term-${factor.term}`, "data-value": value }, significant(value),
        ...was(value, valueOf(state, right, factor, n)));
    }),
    html("td", { class: "share", "data-value": product }, significant(product),
      bar(product, products), ...was(product, sideOf(state, right, "product", name, n)))));
  const sums = factors.some((factor) => productsIn(state, factor).length);
  return html("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "examples" },
    html("table", {}, html("thead", {}, head), html("tbody", {}, ...rows)),
    ...(sums ? [html("p", { class: "hint" }, "Choose one example to open a factor that is a sum.")] : []));
}

function result({ state, row, right, example }, name) {
  const value = sideOf(state, row, "product", name, example);
  return html("p", { class: "result" }, `${resultWords(state, row, example)} = `,
    html("b", { "data-role": "product", "data-value": value }, significant(value)),
    ...was(value, sideOf(state, right, "product", name, example)));
}

function resultWords(state, row, example) {
  if (example !== null) return "product of the factors";
  const weight = weightText(read(state, row, "example_weight"), state.y.length);
  return `sum of the products${weight && `, times ${weight}`}`;
}

function numericLine({ state, row, example }, name, asked, alone) {
  const of = (side) => (example === null ? side.batch : side.per_example[example]);
  if (!state.numeric && !asked) {
    const why = alone ? "left out here; for a network of this size Python computes it on demand" : "asked of Python";
    return html("p", { class: "numeric" }, "finite difference: ", html("span", { class: "hint" }, why));
  }
  const numeric = asked ? of(asked.numeric) : sideOf(state, row, "numeric", name, example);
  const error = asked ? of(asked.relative_error) : sideOf(state, row, "error", name, example);
  const agrees = error < 1e-4;
  return html("p", { class: `numeric ${agrees ? "agrees" : "differs"}` }, "finite difference = ",
    html("b", { "data-role": "numeric", "data-value": numeric }, significant(numeric)), ", relative error ",
    html("span", { "data-role": "relative-error", "data-value": error }, magnitude(error)),
    html("span", { class: "verdict" }, agrees ? " ✓ they agree"
      : " ✗ they differ: a factor is wrong, or the loss has a corner here (a ReLU at 0)"));
}
