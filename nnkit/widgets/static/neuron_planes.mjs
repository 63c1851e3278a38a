/** Two planes of the neuron: the inputs with the examples and the line z = 0, and the weights with the path. */

import { axes } from "./axes.mjs";
import { contourLines } from "./contour_lines.mjs";
import { html, svg } from "./dom.mjs";
import { significant } from "./format.mjs";
import { neighbour, plain } from "./keys.mjs";
import { boxAround, lineInBox } from "./plane.mjs";
import { linear, path } from "./scale.mjs";

const ARROW = 34; // pixels

/** The parameters of a place by their role; a neuron without a bias has 0. */
function weights({ numbers }) {
  return [numbers["W1[0,0]"].value, numbers["W1[1,0]"].value, numbers["b1[0]"]?.value ?? 0];
}

/**
 * The examples as marks, and the line where z is 0.
 * @param {object} state what Python computed
 * @param {object} place one of its places
 * @param {number|null} example the row that is chosen
 * @param {(example: number) => void} choose
 */
export function inputPlane(state, place, example, choose) {
  const box = boxAround(state.X);
  const axis = (i) => ({ low: box.low[i], high: box.high[i], label: `input ${i}` });
  const { picture, X, Y, inside, above } = axes({ label: "The inputs, with a line where z is 0", x: axis(0), y: axis(1) });
  const [w1, w2, b] = weights(place);
  const ends = lineInBox(w1, w2, b, box);
  if (ends) inside.append(...boundary(ends, w1, w2, X, Y));
  const places = new Map(state.X.map(([x1, x2], n) => [String(n), { x: X(x1), y: Y(x2) }]));
  const marks = state.X.map((x, n) => mark(state, place, n, places.get(String(n)), n === example, choose));
  const first = example ?? 0;
  marks.forEach((one, n) => one.setAttribute("tabindex", n === first ? 0 : -1));
  above.append(...marks.map((_, n) => written(state, place, n, places.get(String(n)))), svg("g", {
    role: "group", "aria-label": "examples",
    onkeydown: (event) => {
      const here = event.target.closest("[data-example]");
      const next = plain(event) && here ? neighbour(event.key, places.get(here.dataset.example), places) : null;
      if (next === null) return;
      event.preventDefault();
      for (const one of marks) one.setAttribute("tabindex", one === marks[next] ? 0 : -1);
      marks[next].focus();
    },
  }, ...marks));
  const words = ends ? `Bold line: z = 0${state.activation === "sigmoid" ? ", a = ½" : ""}. Arrow: z grows.`
    : w1 === 0 && w2 === 0 ? "No line: both weights are 0." : "The line z = 0 lies outside of this picture.";
  return html("figure", { class: "plot" }, picture, html("figcaption", { class: "hint", "data-role": "line" },
    `${words} ● label above ½, □ below.`));
}

function boundary(ends, w1, w2, X, Y) {
  const [from, to] = ends.map(([x, y]) => [X(x), Y(y)]);
  const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const [dx, dy] = [X(w1) - X(0), Y(w2) - Y(0)]; // the weights point to where z grows
  const length = Math.hypot(dx, dy) || 1;
  const tip = [middle[0] + (ARROW * dx) / length, middle[1] + (ARROW * dy) / length];
  return [svg("path", { class: "boundary", d: path([from, to]) }), arrow(middle, tip)];
}

function arrow(from, to) {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const wing = (turn) => [to[0] - 8 * Math.cos(angle + turn), to[1] - 8 * Math.sin(angle + turn)];
  return svg("path", { class: "arrow", d: path([from, to]) + path([wing(0.45), to, wing(-0.45)]) });
}

/** One example: a disc or a square. */
function mark(state, place, n, { x, y }, chosen, choose) {
  const high = state.y[n] > 0.5;
  const [x1, x2] = state.X[n];
  const shape = high ? svg("circle", { cx: x, cy: y, r: 8, class: "shape high" })
    : svg("rect", { x: x - 7, y: y - 7, width: 14, height: 14, class: "shape low" });
  return svg("g", {
    class: "example", role: "button", "data-example": n, "aria-pressed": String(chosen),
    "aria-label": `example ${n}, inputs ${significant(x1, 3)} and ${significant(x2, 3)}, label ${significant(state.y[n], 3)}, `
      + `prediction ${significant(place.a[n], 3)}`,
    onclick: () => choose(n),
    onkeydown: (event) => {
      if (!plain(event) || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      choose(n);
    },
  }, svg("circle", { cx: x, cy: y, r: 14, class: "ring" }), shape);
}

/** What is written above and below an example; its mark says the same to a screen reader. */
function written(state, place, n, { x, y }) {
  return svg("g", { class: "beside", "aria-hidden": "true" },
    svg("text", { x, y: y - 21, class: "of" }, `${n}: y = ${significant(state.y[n], 3)}`),
    svg("text", { x, y: y + 21, class: "of", "data-role": "a", "data-value": place.a[n] }, `a = ${significant(place.a[n], 3)}`));
}

/** The lines are those of the last place; at another one the bias is another. */
function biasHere(places, at) {
  const here = significant(weights(places[at])[2], 3);
  return at === places.length - 1 ? "as it is now" : `as at the end of the path; here it is ${here}`;
}

/** The path of the two weights over lines of equal loss. */
export function weightPlane(state, at) {
  const { half_width: half, surface, places } = state;
  const axis = (label) => ({ low: -half, high: half, label });
  const { picture, X, Y, inside, above } = axes({
    label: "The weights, with lines of equal loss and the path", x: axis("W1[0,0]"), y: axis("W1[1,0]"),
  });
  const points = places.map((place) => weights(place)).map(([w1, w2]) => [X(w1), Y(w2)]);
  inside.append(contourLines(surface.losses, surface.side, surface.levels,
    { X: linear([0, surface.side - 1], [X(-half), X(half)]), Y: linear([0, surface.side - 1], [Y(-half), Y(half)]) }, points));
  inside.append(svg("path", { class: "walk", d: path(points) }),
    ...points.map(([x, y], i) => svg("circle", { class: `stop${i > at ? " ahead" : ""}`, cx: x, cy: y, r: 2.6 })));
  const [x, y] = points[at];
  above.append(svg("path", { class: "here", d: `M${x - 9} ${y}h18M${x} ${y - 9}v18` }),
    svg("circle", { class: "here", cx: x, cy: y, r: 5, "data-role": "here" }));
  const bias = places[0].numbers["b1[0]"] ? ` where b1[0] = ${significant(surface.bias, 3)}, ${biasHere(places, at)}` : "";
  return html("figure", { class: "plot" }, picture,
    html("figcaption", { class: "hint" }, `Lines: equal loss${bias}. Cross: the weights. Dots: where they were.`));
}
