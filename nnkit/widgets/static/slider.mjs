/** A slider with its name before it and its number behind it. */

import { html } from "./dom.mjs";
import { significant } from "./format.mjs";

/**
 * @param {object} options
 * @param {string} options.label what is changed, for example "W1[0,2]"
 * @param {number} options.min
 * @param {number} options.max
 * @param {number} options.value
 * @param {number|"any"} [options.step] "any" takes every number; an arrow key then moves by a hundredth of the range
 * @param {(value: number) => string} [options.format] the number as it is written and spoken
 * @param {(value: number) => void} options.oninput called at every move
 * @param {(value: number) => void} [options.onchange] called once when the slider is let go
 * @returns {{element: Element, input: HTMLInputElement, set: (value: number) => void,
 *   range: (min: number, max: number, step?: number|"any") => void, rename: (label: string) => void}}
 */
export function slider({ label, min, max, value, step = "any", format = (v) => significant(v, 4), oninput, onchange }) {
  // The value is a property, never an attribute: an attribute would stay what it was at first.
  const input = html("input", {
    type: "range",
    oninput: () => {
      write();
      oninput(Number(input.value));
    },
    onchange: () => onchange?.(Number(input.value)),
  });
  const name = html("span", { class: "slider-name" }, label);
  const output = html("span", { class: "slider-value", "aria-hidden": "true" });
  const write = () => {
    const text = format(Number(input.value));
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  const set = (number) => {
    input.value = String(number);
    write();
  };
  const range = (low, high, by = step) => {
    [input.min, input.max, input.step] = [String(low), String(high), String(by)];
  };
  range(min, max, step);
  set(value);
  const rename = (text) => {
    name.textContent = text;
  };
  return { element: html("label", { class: "slider" }, name, input, output), input, set, range, rename };
}
