/** A matrix product taken apart: the N products behind each cell, the loop beside it, and the ways that do not fit. */

import { productGrid } from "./batch_grid.mjs";
import { ordersPart } from "./batch_orders.mjs";
import { choices } from "./choices.mjs";
import { html } from "./dom.mjs";
import { magnitude, significant, weightText } from "./format.mjs";
import { mount } from "./mount.mjs";
import { unpack } from "./packed.mjs";
import { player } from "./player.mjs";
import { saveSvg } from "./save.mjs";

function build({ model, root, say }) {
  const state = model.get("state");
  const read = unpack(model.get("numbers"));
  const arrays = Object.fromEntries(Object.entries(state.arrays).map(([name, where]) => [name, read(where)]));
  const count = arrays.a.shape[0];
  const start = model.get("start");
  let { layout } = start;
  let pinned = start.cell; // [input, unit], in either layout
  let shown = pinned;
  let done = count; // examples added so far

  const pictureBox = html("div", { class: "scroll falk" });
  const detail = html("div", { class: "detail" });
  let picture = null;

  function draw() {
    picture = productGrid({
      arrays, layout, layer: state.layer, weight: state.weight,
      onlook: (cell) => { shown = cell ?? pinned; show(); },
      onpin: (cell) => { pinned = shown = cell; show({ speak: true }); },
    });
    pictureBox.replaceChildren(picture.element);
    show();
  }

  function show({ speak = false } = {}) {
    picture.show({ shown, pinned, done });
    detail.replaceChildren(products(), sumLine(), loopLine());
    if (speak) say(inWords());
  }

  const name = ([j, k]) => (layout === "rows" ? `dW${state.layer}[${j},${k}]` : `dW${state.layer}[${k},${j}]`);
  const aName = (n, j) => `a${state.layer - 1}[${layout === "rows" ? `${n},${j}` : `${j},${n}`}]`;
  const dName = (n, k) => `δ${state.layer}[${layout === "rows" ? `${n},${k}` : `${k},${n}`}]`;

  function products() {
    const [j, k] = shown;
    const rows = Array.from({ length: count }, (_, n) => {
      const number = (role, value, attributes = {}) => html("td", { "data-role": role, "data-value": value, ...attributes }, significant(value));
      return html("tr", { class: n < done ? "" : "later" }, html("th", { scope: "row" }, String(n)),
        number("a", arrays.a.get(n, j), { class: "term-input" }), number("delta", arrays.delta.get(n, k), { class: "term-delta" }),
        number("product", arrays.products.get(n, j, k)), number("running", arrays.running.get(n + 1, j, k)));
    });
    return html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `The products in ${name(shown)}` },
      html("table", {}, html("caption", {}, html("code", { "data-role": "cell-name" }, name(shown)), ` adds ${count} products`),
        html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "example n"),
          html("th", { scope: "col", class: "term-input" }, html("span", { class: "what" }, aName("n", j))),
          html("th", { scope: "col", class: "term-delta" }, html("span", { class: "what" }, `× ${dName("n", k)}`)),
          html("th", { scope: "col" }, "= product"), html("th", { scope: "col" }, "so far"))),
        html("tbody", {}, ...rows)));
  }

  function sumLine() {
    const [j, k] = shown;
    const value = (role, number) => html("b", { "data-role": role, "data-value": number }, significant(number));
    const weight = state.weight === 1 ? [] : [" times ", html("span", { "data-role": "weight", "data-value": state.weight }, weightText(state.weight, count)), " = ",
      value("dW", arrays.dW.get(j, k))];
    return html("p", { class: "result" }, `${name(shown)}: the sum `, value("sum", arrays.sum.get(j, k)), ...weight,
      ...(state.weight === 1 ? [value("dW", arrays.dW.get(j, k))].map(() => " is the gradient") : []));
  }

  function loopLine() {
    const equal = done === count ? `The loop has arrived: its largest difference from the product is ${magnitude(state.difference)}.`
      : `The loop has added ${done} of ${count} outer products.`;
    return html("p", { class: "hint", "data-role": "loop" }, equal);
  }

  function inWords() {
    const [j, k] = shown;
    return `${name(shown)}: ${count} products add up to ${significant(arrays.sum.get(j, k), 4)}; the gradient is `
      + `${significant(arrays.dW.get(j, k), 4)}. After ${done} examples the sum is ${significant(arrays.running.get(done, j, k), 4)}.`;
  }

  const orders = ordersPart(state, () => layout, say);
  const layouts = choices({
    label: "examples in", value: layout, options: [{ value: "rows", text: "rows" }, { value: "columns", text: "columns" }],
    onchoose: (next) => { layout = next; draw(); orders.draw(); say(`Examples in ${next}. ${inWords()}`); },
  });
  const scrubber = player({
    label: "the loop over examples", count: count + 1, value: done, perSecond: Math.min(12, Math.max(2, count / 4)),
    describe: (n) => `${n} of ${count} examples`, onchange: (n) => { done = n; show({ speak: true }); },
  });
  const save = html("button", { type: "button", onclick: () => saveSvg(pictureBox.querySelector("svg"), "batch.svg") }, "Save picture");
  root.append(html("div", { class: "toolbar" }, layouts.element, save), pictureBox, scrubber.element, detail, orders.element);
  draw();
  return { destroy: () => scrubber.destroy() };
}

const render = mount("batch", build);

export default { render };
