/** The slider on what is selected: a weight, a bias, or an input of one example. */

import { html } from "./dom.mjs";
import { parse, read } from "./rows.mjs";
import { slider } from "./slider.mjs";

const COMPUTED = "What a unit computes follows from weights and inputs: select one of those to change it.";

/** What can be moved: the number as it is, or why it cannot be. */
export function movable(state, row, name, example) {
  const { group, index } = parse(name);
  if (group === "a0") {
    return example === null ? { why: "Choose one example to change its input." }
      : { value: read(state, row, "a:0", example, index[0]), example };
  }
  if (group[0] === "z") return { why: COMPUTED };
  return { value: read(state, row, `value:${group}`, ...index), example: null };
}

/** A range around a value that is round, and wide enough to be worth moving in. */
export function rangeAround(value) {
  const reach = Math.max(2, 2 ** Math.ceil(Math.log2(Math.abs(value) * 2 || 1)));
  return [-reach, reach];
}

/**
 * @param {import("./session.mjs").Session} session
 * @param {{begin: () => void, change: (name: string, example: number|null, value: number) => void}} actions
 * @returns {{element: Element, show: () => void}}
 */
export function adjust(session, { begin, change }) {
  const { state, now } = session;
  let of = null; // what the slider stands for now
  let target = null;
  let dragging = false;
  const hint = html("p", { class: "hint" });
  const control = slider({
    label: "", min: -2, max: 2, value: 0,
    oninput: (value) => {
      if (!dragging) begin();
      dragging = true;
      change(now.selected, target, value);
    },
    onchange: () => {
      dragging = false;
    },
  });

  /** While it is dragged the slider leads and the numbers follow. */
  function show() {
    const { value, example, why } = movable(state, session.row, now.selected, now.example);
    control.element.hidden = why !== undefined;
    hint.textContent = why ?? "";
    if (why !== undefined) return;
    target = example;
    const key = `${now.selected} ${example}`;
    if (key !== of) {
      [of, dragging] = [key, false];
      control.range(...rangeAround(value));
      control.rename(example === null ? now.selected : `${now.selected} of example ${example}`);
    }
    if (!dragging && !session.waiting) control.set(value);
  }
  return { element: html("div", { class: "adjust" }, control.element, hint), show };
}
