/** The network as a diagram: values in the units, weights on the edges, and the terms of the selection in their colours. */

import { html, svg } from "./dom.mjs";
import { short } from "./format.mjs";
import { DOT, PILL, UNIT_RADIUS, layout } from "./layout.mjs";
import { describe, partsOf } from "./symbols.mjs";

/**
 * Draws the diagram of `state` once. The returned `show` changes what is selected and whose values are shown.
 * @param {object} state what Python computed
 * @param {(name: string) => void} select called with the name of what was clicked
 * @returns {{element: Element, show: (selected: string, example: number|null) => void}}
 */
export function diagram(state, select) {
  const { sizes, numbers } = state;
  const places = layout(sizes, Object.keys(numbers));
  const parts = new Map(); // "edge W1[0,2]" -> the elements that light up
  const values = []; // functions that write the values of an example into the units
  const remember = (kind, id, ...elements) => parts.set(`${kind} ${id}`, elements);

  const button = (name, value, ...children) =>
    svg("g", {
      class: "selectable", role: "button", tabindex: 0, "data-param": name, "aria-pressed": "false",
      "aria-label": `${name}, ${describe(numbers[name], sizes)}${value === null ? "" : `, ${short(value)}`}`,
      onclick: () => select(name),
      onkeydown: (event) => {
        const plain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey; // Shift+Enter runs the cell
        if (!plain || (event.key !== "Enter" && event.key !== " ")) return;
        event.preventDefault();
        select(name);
      },
    }, ...children);

  const box = ({ x, y }, { width, height }, radius) =>
    svg("rect", { class: "shape", x: x - width / 2, y: y - height / 2, width, height, rx: radius });
  const text = ({ x, y }, content, attributes = {}) => svg("text", { x, y, ...attributes }, content);

  // Lines first, then the wide invisible lines that catch clicks, then the pills on top of both.
  const lines = svg("g", { class: "lines" });
  const hits = svg("g", { class: "hits" });
  const pills = svg("g", {});
  const largest = Math.max(...places.edges.map((edge) => Math.abs(numbers[edge.id].value)), 1e-12);
  for (const edge of places.edges) {
    const { id, from, to, pill, dot } = edge;
    const { value } = numbers[id];
    const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
    const line = svg("line", {
      ...ends, "stroke-width": 1 + (2.5 * Math.abs(value)) / largest, "stroke-dasharray": value < 0 ? "5 4" : undefined,
    });
    lines.append(line);
    hits.append(svg("line", { ...ends, onclick: () => select(id) }));
    const group = button(id, value, svg("title", {}, `${id} = ${short(value)}`),
      dot ? box(pill, DOT, DOT.height / 2) : box(pill, PILL, 5), ...(dot ? [] : [text(pill, short(value))]));
    pills.append(group);
    remember("edge", id, line, group);
  }

  const units = svg("g", {});
  for (const [id, place] of places.units) {
    const [l, k] = id.split(",").map(Number);
    const name = l === 0 ? `a0[${k}]` : `z${l}[${k}]`;
    const label = text(place, "");
    const group = button(name, null, svg("circle", { class: "shape", cx: place.x, cy: place.y, r: UNIT_RADIUS }), label);
    units.append(group);
    if (l === 0) units.append(text({ x: place.x - UNIT_RADIUS - 8, y: place.y }, `a0[${k}]`, { class: "name end" }));
    values.push((example) => {
      const a = example === null ? state.a[l].mean[k] : state.a[l].per_example[example][k];
      label.textContent = short(a);
      group.setAttribute("aria-label", `${name}, ${describe(numbers[name], sizes)}, a = ${short(a)}`);
    });
    remember("unit", id, group);
  }
  for (const [name, place] of places.biases) {
    const { value } = numbers[name];
    const group = button(name, value, svg("title", {}, `${name} = ${short(value)}`), box(place, PILL, 5),
      text(place, short(value)));
    group.classList.add("bias");
    units.append(group);
    remember("bias", name, group);
  }

  // The loss: one box, one line from each output, and the label beside the line.
  const { loss } = places;
  const cost = text({ x: loss.x, y: loss.y + 9 }, "");
  const lossBox = svg("g", { class: "loss" }, box(loss, { width: 78, height: 50 }, 8),
    text({ x: loss.x, y: loss.y - 11 }, "loss", { class: "name" }), cost);
  units.append(lossBox);
  values.push((example) => {
    cost.textContent = short(example === null ? state.loss.batch : state.loss.per_example[example]);
  });
  const last = sizes.length - 1;
  for (let k = 0; k < sizes[last]; k++) {
    const from = places.units.get(`${last},${k}`);
    const line = svg("line", { x1: from.x, y1: from.y, x2: loss.x - 39, y2: loss.y, "stroke-width": 1.5 });
    const label = text({ x: from.x + UNIT_RADIUS + 8, y: from.y - 12 }, "", { class: "name start" });
    lines.append(line);
    units.append(label);
    values.push((example) => {
      label.textContent = example === null ? "" : `y = ${short(state.y[example][k])}`;
    });
    remember("loss", String(k), line, lossBox);
  }

  const captions = sizes.map((_, l) =>
    text({ x: places.units.get(`${l},0`).x, y: 16 }, l === 0 ? "input" : `layer ${l}: ${state.activations[l - 1]}`,
      { class: "caption" }));
  const badges = svg("g", { class: "badges", "aria-hidden": "true" });
  const picture = svg("svg", {
    viewBox: `0 0 ${places.width} ${places.height}`, width: places.width, role: "group",
    "aria-label": `Diagram of a network with ${sizes.join(", ")} units a layer`,
  }, lines, hits, ...captions, units, pills, badges);

  function show(selected, example) {
    for (const write of values) write(example);
    for (const elements of parts.values()) {
      for (const element of elements) element.classList.remove("part", ...element.dataset.lit ? [element.dataset.lit] : []);
    }
    for (const element of picture.querySelectorAll("[data-param]")) {
      element.setAttribute("aria-pressed", String(element.dataset.param === selected));
    }
    badges.replaceChildren();
    numbers[selected].factors.forEach((key, i) => {
      const factor = state.factors[key];
      const lit = partsOf(factor, sizes, selected);
      for (const { kind, id } of lit) {
        for (const element of parts.get(`${kind} ${id}`) ?? []) {
          element.dataset.lit = `term-${factor.term}`;
          element.classList.add("part", element.dataset.lit);
        }
      }
      badges.append(badge(i + 1, factor.term, badgePlace(lit[0], places)));
    });
  }

  return { element: html("div", { class: "diagram" }, picture), show };
}

/** The number of a factor, drawn at the part that it comes from: colour is never the only link. */
function badge(number, term, { x, y }) {
  return svg("g", { class: `badge term-${term}` }, svg("circle", { cx: x, cy: y, r: 8.5 }),
    svg("text", { x, y }, String(number)));
}

function badgePlace({ kind, id }, places) {
  if (kind === "unit") {
    const { x, y } = places.units.get(id);
    return { x: x - 17, y: y - 17 };
  }
  if (kind === "edge") {
    const { pill, dot } = places.edges.find((edge) => edge.id === id);
    return { x: pill.x - (dot ? DOT.width : PILL.width) / 2 - 8, y: pill.y - 8 };
  }
  if (kind === "bias") {
    const { x, y } = places.biases.get(id);
    return { x: x - PILL.width / 2 - 8, y };
  }
  return { x: places.loss.x - 39, y: places.loss.y - 25 };
}
