/** One batch under every loss, as a sum and as a mean: the value, and the slope at one of its entries. */

import { html } from "./dom.mjs";
import { significant } from "./format.mjs";
import { neighbour, plain } from "./keys.mjs";

/** @param {{state: object, say: (words: string) => void}} context */
export function batchPart({ state, say }) {
  let at = [0, 0];
  const entries = html("div", { class: "scroll" });
  const table = html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "The losses of this batch" });

  function show({ speak = true } = {}) {
    const { a, y, reductions } = state.batch;
    const [n, k] = at;
    const rows = reductions.map((one) => html("tr", { "data-loss": one.name },
      html("th", { scope: "row", class: "words" }, html("code", {}, one.name), html("span", { class: "formula-line" }, one.formula)),
      html("td", { "data-role": "value", "data-value": one.value }, significant(one.value)),
      html("td", { "data-role": "slope", "data-value": one.slope[n][k] }, significant(one.slope[n][k])),
      html("td", { "data-role": "factor", "data-value": one.factor }, one.factor === null ? "no multiple" : `× ${significant(one.factor)}`),
      html("td", { "data-role": "rate", "data-value": one.rate }, one.rate === null ? "–" : `${significant(one.rate)} η`)));
    const head = ["loss", "C", `∂C/∂a[${n},${k}]`, "times the first", "rate for the same step"];
    table.replaceChildren(html("table", {}, html("thead", {}, html("tr", {},
      ...head.map((words, i) => html("th", { scope: "col", class: i ? "" : "words" }, words)))), html("tbody", {}, ...rows)));
    for (const button of entries.querySelectorAll("button")) {
      const on = button.dataset.cell === `${n},${k}`;
      button.setAttribute("aria-pressed", String(on));
      button.tabIndex = on ? 0 : -1;
    }
    if (speak) {
      say(`Entry ${n}, ${k}: prediction ${significant(a[n][k], 4)}, label ${significant(y[n][k], 4)}. `
        + reductions.map((one) => `${one.name.replaceAll("_", " ")} ${significant(one.value, 4)}, slope ${significant(one.slope[n][k], 4)}`).join("; "));
    }
  }

  function build() {
    const { a, y } = state.batch;
    const places = new Map(a.flatMap((row, n) => row.map((_, k) => [`${n},${k}`, { x: 10 * k, y: 10 * n }])));
    const choose = (name) => {
      at = name.split(",").map(Number);
      show();
    };
    const rows = a.map((row, n) => html("tr", {}, html("th", { scope: "row" }, String(n)), ...row.map((value, k) => html("td", {},
      html("button", {
        type: "button", class: "entry", "data-cell": `${n},${k}`, onclick: () => choose(`${n},${k}`),
        "aria-label": `a[${n},${k}]: ${significant(value, 3)} → ${significant(y[n][k], 3)}`,
      }, `${significant(value, 3)} → ${significant(y[n][k], 3)}`)))));
    entries.replaceChildren(html("table", {
      class: "entries", "aria-label": "predictions and labels",
      onkeydown: (event) => {
        const here = event.target.closest("[data-cell]")?.dataset.cell;
        const next = here && plain(event) ? neighbour(event.key, places.get(here), places) : null;
        if (next === null || next === undefined) return;
        event.preventDefault();
        choose(next);
        entries.querySelector(`[data-cell="${next}"]`).focus();
      },
    }, html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "n"),
      ...a[0].map((_, k) => html("th", { scope: "col" }, `a[n,${k}] → y`)))), html("tbody", {}, ...rows)));
    show({ speak: false });
  }

  build();
  return {
    element: html("div", {}, html("p", { class: "hint" }, "Choose an entry of the batch. The table has the slope there, under each loss."), entries, table),
    update(next) {
      state = next;
      show({ speak: false });
    },
  };
}
