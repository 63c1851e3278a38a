/** A signed bar from a common zero: to the right what adds, to the left what takes away. */

import { html } from "./dom.mjs";

/**
 * The bar of one contribution: its zero stands where those of all the others stand. The number stands beside it.
 * @param {number} value
 * @param {number[]} all the contributions that are compared
 * @returns {Element}
 */
export function bar(value, all) {
  const { left, width } = barPlace(value, all);
  const kind = !width ? "none" : value < 0 ? "minus" : "plus";
  return html("span", {
    class: `bar ${kind}`, style: `--left: ${left.toFixed(2)}%; --width: ${width.toFixed(2)}%`, "aria-hidden": "true",
  });
}

/** Where a bar begins and how long it is, in percent of the room. */
export function barPlace(value, all) {
  const finite = all.filter(Number.isFinite);
  const low = Math.min(0, ...finite);
  const high = Math.max(0, ...finite);
  const room = high - low || 1;
  if (!Number.isFinite(value)) return { left: 0, width: 0 };
  return { left: ((Math.min(value, 0) - low) / room) * 100, width: (Math.abs(value) / room) * 100 };
}
