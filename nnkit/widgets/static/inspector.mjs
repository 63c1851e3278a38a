/** The inspector: a diagram, a choice of example, and the panel. All it shows is in the state that Python sent. */

import { diagram } from "./diagram.mjs";
import { html } from "./dom.mjs";
import { significant } from "./format.mjs";
import { keepKeys } from "./keys.mjs";
import { panel } from "./panel.mjs";
import { TERMS } from "./symbols.mjs";

/** @param {{model: {get: (name: string) => any, on: Function, off: Function}, el: HTMLElement}} context */
function render({ model, el }) {
  const root = html("div", { class: "nnkit nnkit-inspector" });
  keepKeys(root);
  el.append(root);

  const draw = () => root.replaceChildren(...inspector(model.get("state"), model.get("start")));
  draw();
  model.on("change:state", draw);
  return () => model.off("change:state", draw);
}

function inspector(state, start) {
  let { select: selected, example } = start;
  const below = html("div", { class: "below" });
  const spoken = html("p", { class: "spoken", "aria-live": "polite" });

  const picture = diagram(state, (name) => {
    selected = name;
    show();
  });
  const choice = examples(state, example, (n) => {
    example = n;
    show();
  });

  function show({ speak = true } = {}) {
    picture.show(selected, example);
    below.replaceChildren(panel(state, selected, example, choice.choose));
    if (speak) spoken.textContent = inWords(state, selected, example);
  }

  show({ speak: false });
  return [picture.element, choice.element, below, spoken];
}

/** Radio buttons: the batch sum, then one for each example. */
function examples(state, start, chosen) {
  const group = `nnkit-example-${Math.random()}`; // every widget loads a module of its own, so a counter would repeat
  const inputs = [null, ...state.y.keys()].map((n) => html("input", {
    type: "radio", name: group, value: n === null ? "batch" : n, onchange: () => chosen(n),
  }));
  const labels = inputs.map((input, i) => html("label", {}, input, i ? exampleName(state, i - 1) : "batch sum"));
  const choose = (n) => {
    const input = inputs[n === null ? 0 : n + 1];
    input.checked = true;
    input.focus({ preventScroll: true }); // the row that was clicked goes away, and the focus with it
    chosen(n);
  };
  inputs[start === null ? 0 : start + 1].checked = true;
  return { element: html("fieldset", { class: "examples" }, html("legend", {}, "show"), ...labels,
    html("span", { class: "hint means" }, "units show their mean")), choose };
}

/** "2: (1, 0) → 1" where that is short, "2" where it is not. */
function exampleName(state, n) {
  const [x, y] = [state.a[0].per_example[n], state.y[n]];
  if (x.length + y.length > 5) return String(n);
  const list = (row) => (row.length === 1 ? significant(row[0], 3) : `(${row.map((v) => significant(v, 3)).join(", ")})`);
  return `${n}: ${list(x)} → ${list(y)}`;
}

/** The chain as one sentence, for a screen reader. */
function inWords(state, selected, example) {
  const number = state.numbers[selected];
  if (example === null) return `${selected}, batch sum: the gradient is ${significant(number.batch)}.`;
  const factors = number.factors.map((key) => state.factors[key])
    .map((factor) => `${TERMS[factor.term][0]} ${significant(factor.values[example])}`);
  return `${selected}, example ${example}: ${factors.join(" times ")} is ${significant(number.per_example[example])}.`;
}

export default { render };
