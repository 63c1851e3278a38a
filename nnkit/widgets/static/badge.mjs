/** Small pieces of a picture: a text at a place, and the number of a factor. */

import { svg } from "./dom.mjs";

/** A text at a place of the picture. */
export function text({ x, y }, content, attributes = {}) {
  return svg("text", { x, y, ...attributes }, content);
}

/** The number of a factor, drawn at the part that it comes from: colour is never the only link. */
export function badge(number, term, { x, y }) {
  return svg("g", { class: `badge term-${term}` }, svg("circle", { cx: x, cy: y, r: 8.5 }),
    svg("text", { x, y }, String(number)));
}
