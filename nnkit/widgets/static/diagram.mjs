/** The network as a diagram: values in the units, weights on the edges, and the terms of the selection in their colours. */

import { badge, text } from "./badge.mjs";
import { html, svg } from "./dom.mjs";
import { EDGES, activation, lossOf, partsOfArray, shownOn } from "./edges.mjs";
import { short } from "./format.mjs";
import { neighbour, plain } from "./keys.mjs";
import { DOT, PILL, UNIT_RADIUS, layout } from "./layout.mjs";
import { factorsOf, parse } from "./rows.mjs";
import { describe, partsOf } from "./symbols.mjs";

/**
 * Draws the diagram once. The returned `show` brings it up to what is looked at, `hover` lights what a name consists of.
 * @param {import("./session.mjs").Session} session
 * @param {{select: (name: string) => void, preview: (name: string|null) => void}} actions
 * @returns {{element: Element, picture: Element, show: () => void, hover: (name: string|null) => void}}
 */
export function diagram(session, { select, preview }) {
  const { state } = session;
  const { sizes } = state;
  const places = layout(sizes, session.names);
  const parts = new Map(); // "edge W1[0,2]" -> the elements that light up
  const buttons = new Map(); // "W1[0,2]" -> what is clicked
  const centres = new Map(); // the same -> where it is
  const remember = (kind, id, ...elements) => parts.set(`${kind} ${id}`, elements);

  const button = (name, centre, ...children) => {
    const element = svg("g", {
      class: "selectable", role: "button", tabindex: 0, "data-param": name, "aria-pressed": "false",
      onclick: () => select(name),
      onpointerenter: () => preview(name),
      onpointerleave: () => preview(null),
      onfocus: () => preview(name),
      onblur: () => preview(null),
      onkeydown: (event) => pressed(event, name),
    }, ...children);
    buttons.set(name, element);
    centres.set(name, centre);
    return element;
  };
  function pressed(event, name) {
    if (!plain(event)) return; // Shift+Enter runs the cell
    const next = neighbour(event.key, centres.get(name), centres);
    if (next !== null) buttons.get(next).focus();
    else if (event.key === "Enter" || event.key === " ") select(name);
    else if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
  }
  const spoken = (name, value) =>
    `${name}, ${describe({ param: parse(name).group, index: parse(name).index }, sizes)}, ${value}`;
  const box = ({ x, y }, { width, height }, radius) =>
    svg("rect", { class: "shape", x: x - width / 2, y: y - height / 2, width, height, rx: radius });

  // Lines first, then the wide invisible lines that catch clicks, then the pills on top of both.
  const lines = svg("g", { class: "lines" });
  const hits = svg("g", { class: "hits" });
  const pills = svg("g", {});
  const units = svg("g", {});
  const parameters = []; // {name, where, label, line, title, group}
  for (const { id, from, to, pill, dot } of places.edges) {
    const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
    const line = svg("line", ends);
    const title = svg("title", {});
    const label = dot ? null : text(pill, "");
    const shape = dot ? box(pill, DOT, DOT.height / 2) : box(pill, PILL, 5);
    const group = button(id, pill, title, shape, ...(label ? [label] : []));
    lines.append(line);
    hits.append(svg("line", {
      ...ends, onclick: () => select(id), onpointerenter: () => preview(id), onpointerleave: () => preview(null),
    }));
    pills.append(group);
    parameters.push({ name: id, where: parse(id), line, title, label, group });
    remember("edge", id, line, group);
  }
  const shown = []; // units: {l, k, label, group, name}
  for (const [id, place] of places.units) {
    const [l, k] = id.split(",").map(Number);
    const name = l === 0 ? `a0[${k}]` : `z${l}[${k}]`;
    const label = text(place, "");
    const group = button(name, place, svg("circle", { class: "shape", cx: place.x, cy: place.y, r: UNIT_RADIUS }), label);
    units.append(group);
    if (l === 0) units.append(text({ x: place.x - UNIT_RADIUS - 8, y: place.y }, name, { class: "name end" }));
    shown.push({ l, k, label, group, name });
    remember("unit", id, group);
  }
  for (const [name, place] of places.biases) {
    const title = svg("title", {});
    const label = text(place, "");
    const group = button(name, place, title, box(place, PILL, 5), label);
    group.classList.add("bias");
    units.append(group);
    parameters.push({ name, where: parse(name), line: null, title, label, group });
    remember("bias", name, group);
  }

  // The loss: one box, one line from each output, and the label beside the line.
  const { loss } = places;
  const cost = text({ x: loss.x, y: loss.y + 9 }, "");
  const lossBox = svg("g", { class: "loss" }, box(loss, { width: 78, height: 50 }, 8),
    text({ x: loss.x, y: loss.y - 11 }, "loss", { class: "name" }), cost);
  units.append(lossBox);
  const last = sizes.length - 1;
  const labels = Array.from({ length: sizes[last] }, (_, k) => {
    const from = places.units.get(`${last},${k}`);
    const line = svg("line", { x1: from.x, y1: from.y, x2: loss.x - 39, y2: loss.y, "stroke-width": 1.5 });
    const label = text({ x: from.x + UNIT_RADIUS + 8, y: from.y - 12 }, "", { class: "name start" });
    lines.append(line);
    units.append(label);
    remember("loss", String(k), line, lossBox);
    return label;
  });

  const captions = sizes.map((_, l) =>
    text({ x: places.units.get(`${l},0`).x, y: 16 }, l === 0 ? "input" : `layer ${l}: ${state.activations[l - 1]}`,
      { class: "caption" }));
  const badges = svg("g", { class: "badges", "aria-hidden": "true" });
  const picture = svg("svg", {
    viewBox: `0 0 ${places.width} ${places.height}`, width: places.width, role: "group",
    "aria-label": `Diagram of a network with ${sizes.join(", ")} units a layer`,
  }, lines, hits, ...captions, units, pills, badges);

  const written = { row: null, edges: null, example: undefined }; // whose values stand in the diagram
  function writeValues() {
    const { row, now: { example, edges } } = session;
    const same = row === written.row;
    const sameExample = same && example === written.example;
    if (!same || edges !== written.edges || (edges === "gradient" && !sameExample)) writeParameters();
    if (!sameExample) writeUnits();
    Object.assign(written, { row, edges, example });
  }
  function writeParameters() {
    const { row, now: { example, edges } } = session;
    const values = parameters.map(({ where }) => shownOn(state, row, edges, where, example));
    const largest = Math.max(...parameters.map(({ line }, i) => (line && Math.abs(values[i])) || 0), 1e-12);
    parameters.forEach(({ name, line, title, label, group }, i) => {
      const value = values[i];
      const said = Number.isFinite(value) ? short(value) : "–";
      if (label) label.textContent = said;
      title.textContent = edges === "value" ? `${name} = ${said}` : `${EDGES[edges][0]} of ${name} = ${said}`;
      group.setAttribute("aria-label", spoken(name, edges === "value" ? said : `${EDGES[edges][0]} ${said}`));
      line?.setAttribute("stroke-width", 1 + (2.5 * Math.abs(value || 0)) / largest);
      line?.setAttribute("stroke-dasharray", value < 0 ? "5 4" : "none");
    });
  }
  function writeUnits() {
    const { row, now: { example } } = session;
    for (const { l, k, label, group, name } of shown) {
      const a = short(activation(state, row, l, k, example));
      label.textContent = a;
      group.setAttribute("aria-label", spoken(name, `a = ${a}`));
    }
    labels.forEach((label, k) => {
      label.textContent = example === null ? "" : `y = ${short(state.y[example][k])}`;
    });
    cost.textContent = short(lossOf(state, row, example));
  }

  function light(mark, found) {
    for (const element of picture.querySelectorAll(`.${mark}`)) element.classList.remove(mark);
    for (const { kind, id } of found) for (const element of parts.get(`${kind} ${id}`) ?? []) element.classList.add(mark);
  }

  function show() {
    const { selected, step } = session.now;
    writeValues();
    for (const element of picture.querySelectorAll(".part")) element.classList.remove("part", element.dataset.lit);
    for (const element of picture.querySelectorAll('[aria-pressed="true"]')) element.setAttribute("aria-pressed", "false");
    buttons.get(selected).setAttribute("aria-pressed", "true");
    badges.replaceChildren();
    factorsOf(state, selected).forEach((factor, i) => {
      const lit = partsOf(factor, sizes, selected);
      for (const { kind, id } of lit) {
        for (const element of parts.get(`${kind} ${id}`) ?? []) {
          element.classList.remove(element.dataset.lit || "part"); // a part of two terms has the colour of the later
          element.dataset.lit = `term-${factor.term}`;
          element.classList.add("part", element.dataset.lit);
        }
      }
      badges.append(badge(i + 1, factor.term, badgePlace(lit[0], places)));
    });
    light("wrong", session.wrongGradients.flatMap((param) => partsOfArray(state, `batch:${param}`)));
    light("stepped", step === null ? [] : partsOfArray(state, state.order[step]));
  }

  const hover = (name) =>
    light("previewed", name === null ? [] : factorsOf(state, name).flatMap((factor) => partsOf(factor, sizes, name)));

  return { element: html("div", { class: "diagram" }, picture), picture, show, hover };
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
