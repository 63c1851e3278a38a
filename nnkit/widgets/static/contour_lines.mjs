/** Contour lines as a drawing: a thin line for each level, with its number on it. */

import { contour, isFree, labelPlace } from "./contour.mjs";
import { svg } from "./dom.mjs";
import { significant } from "./format.mjs";
import { path } from "./scale.mjs";

const LABEL_ROOM = 42; // pixels between two numbers
const EDGE = 18; // pixels that a number keeps from the frame

/**
 * @param {ArrayLike<number>} values row by row
 * @param {number} columns
 * @param {number[]} levels
 * @param {{X: (column: number) => number, Y: (row: number) => number}} scales
 * @param {[number, number][]} [avoid] places in the picture that no number may cover
 */
export function contourLines(values, columns, levels, { X, Y }, avoid = []) {
  const group = svg("g", { class: "contours", "aria-hidden": "true" });
  const taken = [];
  const labels = [];
  const edges = [[X(0), X(columns - 1)], [Y(0), Y(values.length / columns - 1)]];
  const free = ([from]) => isFree(from, avoid) && edges.every(([low, high], axis) =>
    from[axis] > Math.min(low, high) + EDGE && from[axis] < Math.max(low, high) - EDGE);
  for (const level of levels) {
    const segments = contour(values, columns, level).map((ends) => ends.map(([c, r]) => [X(c), Y(r)]));
    group.append(svg("path", { d: segments.map((ends) => path(ends)).join("") }));
    const place = labelPlace(segments.filter(free), taken, LABEL_ROOM);
    if (place === null) continue;
    taken.push(place);
    labels.push(svg("text", { x: place[0], y: place[1] }, significant(level, 2)));
  }
  group.append(...labels);
  return group;
}
