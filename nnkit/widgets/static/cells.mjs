/** A network too large for a diagram: each layer a strip of cells, each matrix a grid. A square's size is its number. */

import { badge, text } from "./badge.mjs";
import { html, svg } from "./dom.mjs";
import { EDGES, activation, lossOf, partsOfArray, shownOn } from "./edges.mjs";
import { short } from "./format.mjs";
import { boxOf, cellAt, cellOf, grid, indexOf, squares, step } from "./grid.mjs";
import { plain } from "./keys.mjs";
import { factorsOf, nameOf, parse } from "./rows.mjs";
import { describe, partsOf } from "./symbols.mjs";

/**
 * Draws the cells once. The returned `show` brings them up to what is looked at.
 * @param {import("./session.mjs").Session} session
 * @param {{select: (name: string) => void, preview: (name: string|null) => void}} actions
 * @returns {{element: Element, picture: Element, show: () => void, hover: (name: string|null) => void}}
 */
export function cells(session, { select, preview }) {
  const { state } = session;
  const { sizes } = state;
  const places = grid(sizes, (group) => group in state.groups);
  const blocks = new Map(places.blocks.map((block) => [block.group, { ...block, cell: { i: 0, j: 0 } }]));
  const matrix = (group) => group[0] === "W";
  const nameAt = (block, { i, j }) => nameOf(block.group, indexOf(block, i, j, matrix(block.group)));
  const marks = svg("g", { class: "marks", "aria-hidden": "true" });
  const cost = text({ x: places.loss.x, y: places.loss.y + 9 }, "");

  const drawn = [...blocks.values()].map((block) => {
    const size = { x: block.x, y: block.y, width: block.columns * block.width, height: block.rows * block.height };
    block.plus = svg("path", { class: "plus" });
    block.minus = svg("path", { class: "minus" });
    block.cursor = svg("rect", { class: "cursor" });
    const at = (event) => {
      const { a, d, e, f } = picture.getScreenCTM();
      return cellAt(block, { x: (event.clientX - e) / a, y: (event.clientY - f) / d });
    };
    const hit = svg("rect", {
      ...size, class: "block-hit", "data-block": block.group,
      onclick: (event) => {
        block.cell = at(event);
        select(nameAt(block, block.cell));
        block.button.focus({ preventScroll: true });
      },
      onpointermove: (event) => preview(nameAt(block, at(event))),
      onpointerleave: () => preview(null),
    });
    block.button = svg("g", {
      class: "selectable cell", role: "button", tabindex: 0, "aria-pressed": "false",
      onkeydown: (event) => pressed(event, block),
      onfocus: () => preview(nameAt(block, block.cell)),
      onblur: () => preview(null),
      onclick: () => select(nameAt(block, block.cell)),
    }, block.cursor);
    return svg("g", { class: `block ${block.group[0]}` }, svg("rect", { ...size, class: "ground" }), block.plus, block.minus,
      hit, block.button);
  });

  function pressed(event, block) {
    if (!plain(event)) return; // Shift+Enter runs the cell
    const next = step(block, block.cell, event.key);
    if (next !== null) {
      block.cell = next;
      point(block);
      preview(nameAt(block, next));
    } else if (event.key === "Enter" || event.key === " ") {
      select(nameAt(block, block.cell));
    } else if (!event.key.startsWith("Arrow")) {
      return;
    }
    event.preventDefault();
  }

  /** Bring the cursor of a block to its cell. */
  function point(block) {
    const name = nameAt(block, block.cell);
    const { group, index } = parse(name);
    for (const [key, value] of Object.entries(boxOf(block, block.cell))) block.cursor.setAttribute(key, value);
    const { row, now } = session;
    block.button.dataset.param = name;
    block.button.setAttribute("aria-pressed", String(name === now.selected));
    block.button.setAttribute("aria-label",
      `${name}, ${describe({ param: group, index }, sizes)}, ${short(numberAt(block, block.cell, row))}`);
  }

  function numberAt(block, { i, j }, row) {
    const { example, edges } = session.now;
    const index = indexOf(block, i, j, matrix(block.group));
    if (/^[az]/.test(block.group)) return activation(state, row, Number(block.group.slice(1)), index[0], example);
    return shownOn(state, row, edges, { group: block.group, index }, example);
  }

  const { loss } = places;
  const lossBox = svg("g", { class: "loss" },
    svg("rect", { class: "shape", x: loss.x - 39, y: loss.y - 25, width: 78, height: 50, rx: 8 }),
    text({ x: loss.x, y: loss.y - 11 }, "loss", { class: "name" }), cost);
  const captions = [...blocks.values()].filter(({ group }) => group[0] !== "b").map((block) => {
    const l = Number(block.group.slice(1));
    const words = matrix(block.group) ? `W${l}` : l === 0 ? "input" : `a${l}`;
    return text({ x: block.x + (block.columns * block.width) / 2, y: block.y - 22 }, words, { class: "caption" });
  });
  const counts = [...blocks.values()].filter(({ group }) => matrix(group)).map((block) => {
    const above = { x: block.x + (block.columns * block.width) / 2, y: block.y - 8 };
    return text(above, `${block.rows} × ${block.columns}`, { class: "name" });
  });
  const picture = svg("svg", {
    viewBox: `0 0 ${places.width} ${places.height}`, width: places.width, role: "group",
    "aria-label": `A network with ${sizes.join(", ")} units a layer, drawn as cells`,
  }, ...drawn, ...captions, ...counts, lossBox, marks);

  let written = "";
  let writtenRow = null;
  let pointed = null; // the selection that a cursor was brought to
  function writeValues() {
    const { row, now: { example, edges } } = session;
    if (row === writtenRow && written === `${example} ${edges}`) return;
    [writtenRow, written] = [row, `${example} ${edges}`];
    for (const block of blocks.values()) {
      const { plus, minus } = squares(block, (i, j) => numberAt(block, { i, j }, row));
      block.plus.setAttribute("d", plus);
      block.minus.setAttribute("d", minus);
    }
    cost.textContent = short(lossOf(state, row, example));
    key.textContent = `Filled squares are above 0, hollow ones below; the larger the square the larger the number. `
      + `Grids show the ${EDGES[edges][0]}, strips the activations.`;
  }

  function show() {
    const { selected, step: walked } = session.now;
    writeValues();
    if (selected !== pointed) { // a number that arrives later must not take the cursor from where the keys led it
      const chosen = blocks.get(parse(selected).group);
      chosen.cell = cellOf(chosen, parse(selected).index);
      pointed = selected;
    }
    for (const block of blocks.values()) point(block);
    marks.replaceChildren();
    factorsOf(state, selected).forEach((factor, i) => {
      const boxes = partsOf(factor, sizes, selected).map(boxOfPart);
      for (const box of boxes) marks.append(svg("rect", { ...box, class: `mark term-${factor.term}` }));
      marks.append(badge(i + 1, factor.term, { x: boxes[0].x - 9, y: boxes[0].y - 2 }));
    });
    const wrong = session.wrongGradients;
    const walking = walked === null ? [] : [...new Set(partsOfArray(state, state.order[walked]).map(groupOfPart))];
    for (const [group, { button }] of blocks) {
      button.parentNode.classList.toggle("wrong", wrong.includes(group));
      button.parentNode.classList.toggle("stepped", walking.includes(group));
    }
  }

  function groupOfPart({ kind, id }) {
    if (kind === "unit") return id.startsWith("0,") ? "a0" : `z${id.split(",")[0]}`;
    return kind === "loss" ? "loss" : parse(id).group;
  }
  function boxOfPart({ kind, id }) {
    if (kind === "loss") return { x: loss.x - 39, y: loss.y - 25, width: 78, height: 50 };
    const index = kind === "unit" ? [Number(id.split(",")[1])] : parse(id).index;
    const block = blocks.get(groupOfPart({ kind, id }));
    return boxOf(block, cellOf(block, index));
  }

  const key = html("p", { class: "hint" });
  return { element: html("div", { class: "diagram large" }, picture, key), picture, show, hover: () => {} };
}
