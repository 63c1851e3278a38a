/** The choice of what is shown: the batch sum, or one example. */

import { html } from "./dom.mjs";
import { significant } from "./format.mjs";
import { read } from "./rows.mjs";

/**
 * Radio buttons: the batch sum, then one for each example.
 * @param {import("./session.mjs").Session} session
 * @param {(example: number|null) => void} chosen
 * @returns {{element: Element, choose: (example: number|null) => void}}
 */
export function examples(session, chosen) {
  const { state, rows, now } = session;
  const group = `nnkit-example-${Math.random()}`; // every widget loads a module of its own, so a counter would repeat
  const inputs = [null, ...state.y.keys()].map((n) => html("input", {
    type: "radio", name: group, value: n === null ? "batch" : n, onchange: () => changed(n),
  }));
  const means = html("span", { class: "hint means" }, "units show their mean");
  const changed = (n) => {
    means.hidden = n !== null;
    chosen(n);
  };
  means.hidden = now.example !== null;
  const labels = inputs.map((input, i) => html("label", {}, input, i ? exampleName(state, rows[0], i - 1) : "batch sum"));
  const choose = (n) => {
    const input = inputs[n === null ? 0 : n + 1];
    input.checked = true;
    input.focus({ preventScroll: true }); // the row that was clicked goes away, and the focus with it
    changed(n);
  };
  inputs[now.example === null ? 0 : now.example + 1].checked = true;
  const element = html("fieldset", { class: "examples" }, html("legend", {}, "show"), ...labels, means);
  return { element, choose };
}

/** "2: (1, 0) → 1" where that is short, "2" where it is not. */
export function exampleName(state, row, n) {
  const x = Array.from({ length: state.sizes[0] }, (_, j) => read(state, row, "a:0", n, j));
  const y = state.y[n];
  if (x.length + y.length > 5) return String(n);
  const list = (values) => (values.length === 1 ? significant(values[0], 3)
    : `(${values.map((value) => significant(value, 3)).join(", ")})`);
  return `${n}: ${list(x)} → ${list(y)}`;
}
