/** Two pinned numbers side by side, term by term. */

import { html } from "./dom.mjs";
import { significant } from "./format.mjs";
import { factorsOf, parse, read, sideOf, valueOf } from "./rows.mjs";
import { TERMS, termOf } from "./symbols.mjs";

/**
 * The lines of the comparison: a name, and a number for each of the pinned, NaN where it has no such number.
 * For the batch the terms differ from example to example, so only the sums are compared.
 * @returns {{name: string, term: string|null, values: number[]}[]}
 */
export function linesOf(state, row, pins, example) {
  const chains = pins.map((name) => factorsOf(state, name));
  const keys = [...new Set(chains.flatMap((chain) => chain.map(termOf)))];
  const value = (name) => read(state, row, `value:${parse(name).group}`, ...parse(name).index);
  const factor = (chain, key) => {
    const found = chain.find((other) => termOf(other) === key);
    return found ? valueOf(state, row, found, example) : NaN;
  };
  return [
    { name: "value", term: null, values: pins.map(value) },
    ...(example === null ? [] : keys.map((key) => {
      const [term, layer] = key.split(":");
      return { name: `${TERMS[term][0]}, layer ${layer}`, term, values: chains.map((chain) => factor(chain, key)) };
    })),
    { name: "gradient", term: null, values: pins.map((name) => sideOf(state, row, "product", name, example)) },
  ];
}

/**
 * @param {import("./session.mjs").Session} session
 * @param {(name: string) => void} select
 * @returns {Element}
 */
export function compare(session, select) {
  const { state, row, now: { pins, example } } = session;
  if (!pins.length) return html("div", {});
  const write = (value) => (Number.isNaN(value) ? "–" : significant(value));
  const head = html("tr", {}, html("th", { scope: "col" }, example === null ? "batch sum" : `example ${example}`),
    ...pins.map((name) => html("th", { scope: "col" },
      html("button", { type: "button", onclick: () => select(name), "aria-label": `Select ${name}` }, name))));
  const lines = linesOf(state, row, pins, example).map(({ name, term, values }) => html("tr", {
    class: term ? `term-${term}` : "sum",
  }, html("th", { scope: "row", class: term ? "what" : "" }, name),
  ...values.map((value) => html("td", { "data-value": value }, write(value)))));
  return html("section", { class: "compare", "aria-label": "Comparison" },
    html("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "pinned numbers" },
      html("table", {}, html("thead", {}, head), html("tbody", {}, ...lines))),
    html("p", { class: "hint" }, pins.length === 1 ? "Select another number and pin it beside this one."
      : "Two numbers are pinned. A third takes the place of the first."));
}
