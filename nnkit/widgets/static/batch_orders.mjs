/** The eight ways to multiply two matrices, as blocks: which of them fit, and which fit by accident. */

import { choices } from "./choices.mjs";
import { html, svg } from "./dom.mjs";
import { toScale } from "./falk.mjs";

const SIGNS = { right: "✓", runs: "!", not: "✗" };

/** "right", "runs" (it runs, and is something else) or "not". */
export function kindOf(order) {
  if (order.right) return "right";
  return order.runs ? "runs" : "not";
}

/** @param {object} state @param {() => string} layout @param {(words: string) => void} say */
export function ordersPart(state, layout, say) {
  let chosen = 0;
  const row = html("div", {});
  const picture = html("div", { class: "scroll" });
  const verdict = html("p", { class: "result", "data-role": "verdict" });

  function draw() {
    const orders = state.orders[layout()];
    chosen = Math.min(chosen, orders.length - 1);
    const buttons = choices({
      label: "multiply", value: String(chosen),
      options: orders.map((order, i) => ({
        value: String(i), text: `${SIGNS[kindOf(order)]} ${order.code}`,
        attributes: { "data-order": order.code, "data-kind": kindOf(order) },
      })),
      onchoose: (i) => { chosen = Number(i); show(); say(`${orders[chosen].code} ${orders[chosen].verdict}.`); },
    });
    row.replaceChildren(buttons.element);
    show();
  }

  function show() {
    const order = state.orders[layout()][chosen];
    picture.replaceChildren(blocks(order));
    verdict.replaceChildren(html("span", { class: `sign ${kindOf(order)}`, "aria-hidden": "true" }, SIGNS[kindOf(order)]), " ",
      html("code", {}, order.code), ` ${order.verdict}.`);
  }

  draw();
  return { element: html("section", { class: "orders", "aria-label": "The eight ways to multiply" }, row, picture, verdict), draw };
}

function blocks(order) {
  const shapes = [...order.shapes, ...(order.result ? [order.result] : [])];
  const sizes = toScale(shapes, 230, 110);
  const high = Math.max(...sizes.map(({ height }) => height));
  const letters = [...order.letters, [order.letters[0][0], order.letters[1][1]]];
  const [names] = [order.code.split(" @ ")];
  const middle = 40 + high / 2;
  let x = 62;
  const parts = [];
  const words = [];
  sizes.forEach(({ width, height }, i) => {
    const [rows, columns] = letters[i];
    const meets = (side) => (i === 0 && side === "columns") || (i === 1 && side === "rows") ? "meets" : "name";
    if (i) words.push(svg("text", { x: x - 74, y: middle, class: "operator" }, i === 1 ? "@" : "="));
    parts.push(svg("rect", { class: `block ${i === 2 ? "result-block" : i ? "second" : "first"}`, x, y: middle - height / 2, width, height }));
    words.push(svg("text", { x: x + width / 2, y: middle - height / 2 - 28, class: "caption" }, i === 2 ? "" : names[i]),
      svg("text", { x: x + width / 2, y: middle - height / 2 - 10, class: meets("columns") }, `${columns} = ${shapes[i][1]}`),
      svg("text", { x: x - 6, y: middle, class: `${meets("rows")} end` }, `${rows} = ${shapes[i][0]}`));
    x += width + 100;
  });
  if (!order.runs) words.push(svg("text", { x: x - 74, y: middle, class: "operator" }, "✗"));
  const width = x;
  return svg("svg", {
    viewBox: `0 0 ${width} ${high + 56}`, width, role: "img", class: "blocks",
    "aria-label": `${names[0]} is ${order.letters[0].join(" by ")}, ${names[1]} is ${order.letters[1].join(" by ")}`,
  }, ...parts, svg("g", {}, ...words));
}
