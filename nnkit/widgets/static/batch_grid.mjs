/** Both factors and the product as tables of cells: where a row meets a column lies the sum of their products. */

import { html, svg } from "./dom.mjs";
import { corner, falk } from "./falk.mjs";
import { short, weightText } from "./format.mjs";
import { neighbour, plain } from "./keys.mjs";

/**
 * @param {object} options
 * @param {Record<string, {shape: number[], get: Function, values: Float64Array}>} options.arrays
 * @param {"rows"|"columns"} options.layout
 * @param {number} options.layer
 * @param {number} options.weight what each example counts: 1 / count for a mean, 1 for a sum, or what a mistake makes of it
 * @param {(cell: [number, number]|null) => void} options.onlook the cell under the pointer or the focus, null for none
 * @param {(cell: [number, number]) => void} options.onpin
 */
export function productGrid({ arrays, layout, layer, weight, onlook, onpin }) {
  const [count, inputs] = arrays.a.shape;
  const units = arrays.delta.shape[1];
  const rows = layout === "rows";
  const places = falk(rows ? inputs : units, count, rows ? units : inputs);
  const { cell, left, top, product } = places;
  const [a, delta] = [`a${layer - 1}`, `δ${layer}`];
  const at = (row, column) => (rows ? [row, column] : [column, row]); // the cell [input, unit] at a place in the picture
  const first = rows ? { title: `${a}.T`, value: (r, n) => arrays.a.get(n, r), term: "input" }
    : { title: delta, value: (r, n) => arrays.delta.get(n, r), term: "delta" };
  const second = rows ? { title: delta, value: (n, c) => arrays.delta.get(n, c), term: "delta" }
    : { title: `${a}.T`, value: (n, c) => arrays.a.get(n, c), term: "input" };

  const shape = (block) => `(${block.rows}, ${block.columns})`;
  const caption = (block, words) => svg("text", { class: "caption start", x: block.x, y: block.y - 24 }, words);
  const heading = caption(product, "");
  const leftCells = cells(left, first, largest(rows ? arrays.a : arrays.delta));
  const topCells = cells(top, second, largest(rows ? arrays.delta : arrays.a));
  const sums = cells(product, { title: "", value: () => 0, term: "none" }, largest(arrays.sum));

  function cells(block, { value, term }, most) {
    const made = [];
    for (let r = 0; r < block.rows; r++) {
      made.push(Array.from({ length: block.columns }, (_, c) => oneCell(corner(block, cell, r, c), value(r, c), term, most)));
    }
    return made;
  }

  function oneCell({ x, y }, value, term, most) {
    const square = svg("rect", { class: "size" });
    const text = svg("text", { x: x + cell.width / 2, y: y + cell.height / 2 });
    const group = svg("g", { class: `cell term-${term}` },
      svg("rect", { class: "shape", x, y, width: cell.width, height: cell.height }), cell.numbers ? text : square);
    const write = (number) => {
      group.dataset.value = number;
      if (cell.numbers) text.textContent = short(number);
      else sized(square, x + cell.width / 2, y + cell.height / 2, cell.width - 2, number / most);
    };
    write(value);
    return { group, write };
  }

  // --- the cells of the product can be looked at and pinned; the arrows lead from one to the next ---
  const centres = new Map();
  const buttons = new Map();
  sums.forEach((row, r) => row.forEach((one, c) => {
    const [j, k] = at(r, c);
    const name = `${j},${k}`;
    const { x, y } = corner(product, cell, r, c);
    centres.set(name, { x: x + cell.width / 2, y: y + cell.height / 2 });
    buttons.set(name, one.group);
    for (const [key, value] of Object.entries({ role: "button", "data-cell": name, tabindex: -1 })) one.group.setAttribute(key, value);
    one.group.addEventListener("pointerenter", () => onlook([j, k]));
    one.group.addEventListener("focus", () => onlook([j, k]));
    one.group.addEventListener("click", () => onpin([j, k]));
  }));
  const body = svg("g", {
    role: "group", "aria-label": `the cells of dW${layer}`,
    onpointerleave: () => onlook(null),
    onkeydown: (event) => {
      const here = event.target.closest("[data-cell]")?.dataset.cell;
      if (!here || !plain(event)) return;
      const next = neighbour(event.key, centres.get(here), centres);
      if (next !== null) {
        event.preventDefault();
        buttons.get(next).focus();
        onpin(next.split(",").map(Number));
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        onpin(here.split(",").map(Number));
      }
    },
  }, ...sums.flat().map(({ group }) => group));

  const numbersOf = (block, along, letter) => Array.from({ length: along === "rows" ? block.rows : block.columns }, (_, i) => {
    const { x, y } = corner(block, cell, along === "rows" ? i : 0, along === "rows" ? 0 : i);
    const place = along === "rows" ? { x: x - 6, y: y + cell.height / 2, class: "name end" }
      : { x: x + cell.width / 2, y: y - 8, class: "name" };
    return svg("text", place, cell.numbers || i % 5 === 0 ? (letter ? `${letter}${i}` : String(i)) : "");
  });
  const frames = svg("g", { class: "frames", "aria-hidden": "true" });
  const picture = svg("svg", {
    viewBox: `0 0 ${places.width} ${places.height}`, width: places.width, role: "group", class: "grid",
    "aria-label": `${first.title} ${shape(left)} times ${second.title} ${shape(top)} is dW${layer} ${shape(product)}`,
  }, caption(left, `${first.title} ${shape(left)}`), caption(top, `${second.title} ${shape(top)}`),
  heading, ...numbersOf(left, "rows"), ...numbersOf(left, "columns", "n"),
  ...numbersOf(top, "rows", "n"), ...numbersOf(top, "columns"), ...numbersOf(product, "rows"), ...numbersOf(product, "columns"),
  ...leftCells.flat().map(({ group }) => group), ...topCells.flat().map(({ group }) => group), body, frames);

  const outline = (block, r, c, h, w, kind) => {
    const { x, y } = corner(block, cell, r, c);
    return svg("rect", { class: kind, x, y, width: w * cell.width, height: h * cell.height });
  };

  function show({ shown, pinned, done }) {
    sums.forEach((row, r) => row.forEach((one, c) => {
      const [j, k] = at(r, c);
      const value = arrays.running.get(done, j, k);
      one.write(value);
      one.group.setAttribute("aria-label", `dW${layer}[${r},${c}], sum so far ${short(value)}`);
      one.group.setAttribute("aria-pressed", String(j === pinned[0] && k === pinned[1]));
      one.group.setAttribute("tabindex", j === pinned[0] && k === pinned[1] ? 0 : -1);
    }));
    const whole = weight === 1 ? `dW${layer}` : weight === 1 / count ? `${count} · dW${layer}` : `dW${layer} / ${weightText(weight, count)}`;
    heading.textContent = `${done < count ? "Σ so far" : whole} ${shape(product)}`;
    const [r, c] = rows ? shown : [shown[1], shown[0]];
    frames.replaceChildren(outline(left, r, 0, 1, count, "term-frame"), outline(top, 0, c, count, 1, "term-frame"),
      outline(product, r, c, 1, 1, "cell-frame"));
    if (done > 0 && done < count) {
      frames.append(outline(left, 0, done - 1, left.rows, 1, "loop-frame"), outline(top, done - 1, 0, 1, top.columns, "loop-frame"));
    }
    [...leftCells.flat(), ...topCells.flat()].forEach(({ group }) => group.classList.remove("later"));
    leftCells.forEach((row) => row.slice(done).forEach(({ group }) => group.classList.add("later")));
    topCells.slice(done).flat().forEach(({ group }) => group.classList.add("later"));
  }

  return { element: html("div", {}, picture), show };
}

/** A square whose area is the size of a number: filled for a positive one, hollow for a negative one. */
function sized(square, x, y, most, share) {
  const side = most * Math.sqrt(Math.min(Math.abs(share), 1));
  for (const [name, value] of Object.entries({ x: x - side / 2, y: y - side / 2, width: side, height: side })) {
    square.setAttribute(name, value.toFixed(2));
  }
  square.setAttribute("class", share < 0 ? "size minus" : "size plus");
}

function largest({ values }) {
  let most = 1e-300;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
