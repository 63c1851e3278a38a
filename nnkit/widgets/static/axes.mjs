/** The frame of a plot: two axes with round numbers, and layers to draw into that are cut off at the frame. */

import { svg } from "./dom.mjs";
import { significant } from "./format.mjs";
import { linear, logarithmic, powersOfTen, ticks } from "./scale.mjs";

const EDGE = { left: 50, right: 12, top: 12, bottom: 36 };
const FEWEST_POWERS = 2; // with fewer powers of ten in sight, round numbers between them are written

/**
 * @typedef {{low: number, high: number, label: string, log?: boolean}} Axis
 * @param {object} options
 * @param {string} options.label the picture in words
 * @param {Axis} options.x
 * @param {Axis} options.y
 * @param {number} [options.width]
 * @param {number} [options.height]
 * @param {number} [options.right] room beside the frame, for names of lines
 * @returns {{picture: SVGSVGElement, X: (v: number) => number, Y: (v: number) => number, inside: Element,
 *   above: Element, frame: {left: number, right: number, top: number, bottom: number}}}
 */
export function axes({ label, x, y, width = 380, height = 300, right = EDGE.right }) {
  const frame = { left: EDGE.left, right: width - right, top: EDGE.top, bottom: height - EDGE.bottom };
  const X = scale(x, [frame.left, frame.right]);
  const Y = scale(y, [frame.bottom, frame.top]);
  const clip = `nnkit-${Math.random().toString(36).slice(2)}`; // unique on the page, whatever else is on it
  const box = { x: frame.left, y: frame.top, width: frame.right - frame.left, height: frame.bottom - frame.top };
  const inside = svg("g", { "clip-path": `url(#${clip})` });
  const above = svg("g", {});
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, role: "group", "aria-label": label, class: "axes" },
    svg("clipPath", { id: clip }, svg("rect", box)),
    svg("rect", { ...box, class: "frame" }),
    svg("g", { class: "ticks", "aria-hidden": "true" },
      ...marksOf(x, 7).map((value) => svg("g", {},
        svg("line", { x1: X(value), x2: X(value), y1: frame.top, y2: frame.bottom }),
        svg("text", { x: X(value), y: frame.bottom + 11 }, write(value)))),
      ...marksOf(y, 6).map((value) => svg("g", {},
        svg("line", { x1: frame.left, x2: frame.right, y1: Y(value), y2: Y(value) }),
        svg("text", { x: frame.left - 6, y: Y(value), class: "end" }, write(value)))),
      svg("text", { x: (frame.left + frame.right) / 2, y: height - 8, class: "name" }, x.label),
      svg("text", {
        x: 0, y: 0, class: "name", transform: `translate(9 ${(frame.top + frame.bottom) / 2}) rotate(-90)`,
      }, y.label)),
    inside, above);
  return { picture, X, Y, inside, above, frame };
}

function scale({ low, high, log }, places) {
  return (log ? logarithmic : linear)([low, high], places);
}

/** The numbers that are written at an axis. */
export function marksOf({ low, high, log }, count) {
  if (!log) return ticks(low, high, count);
  const powers = powersOfTen(low, high);
  if (powers.length < FEWEST_POWERS) return ticks(low, high, count).filter((value) => value > 0);
  const every = Math.ceil(powers.length / count);
  return powers.filter((_, i) => i % every === 0);
}

function write(value) {
  return significant(value, 5);
}
