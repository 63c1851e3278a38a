/** A slider with its name before it and its number behind it, as text or as a field to type into. */

import { html } from "./dom.mjs";
import { significant } from "./format.mjs";
import { plain } from "./keys.mjs";

const KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

/** The multiple of `step` that so many steps lead to; the first of them leads to the next multiple, so that 0 is met. */
export function nextMultiple(value, step, steps) {
  const at = value / step;
  const from = steps > 0 ? Math.floor(at + 1e-9) : Math.ceil(at - 1e-9);
  return Number(((from + steps) * step).toPrecision(12)) || 0;
}

/** What was typed as a number, or null where it is none; a decimal comma will do. */
export function typed(text) {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() !== "" && Number.isFinite(value) ? value : null;
}

/**
 * @param {object} options
 * @param {string} options.label what is changed, for example "W1[0,2]"
 * @param {number} options.min
 * @param {number} options.max
 * @param {number} options.value
 * @param {number|"any"} [options.step] "any" takes every number; a key then leads to the next multiple of a hundredth of
 *   the range
 * @param {boolean} [options.field] the number can be typed, also one beyond the range
 * @param {(value: number) => string} [options.format] the number as it is written and spoken
 * @param {(value: number) => void} options.oninput called at every move
 * @param {(value: number) => void} [options.onchange] called once when the slider is let go
 * @returns {{element: Element, input: HTMLInputElement, set: (value: number) => void,
 *   range: (min: number, max: number, step?: number|"any") => void, rename: (label: string) => void}}
 */
export function slider({
  label, min, max, value, step = "any", field = false, format = (v) => significant(v, 4), oninput, onchange,
}) {
  const moved = () => {
    write();
    oninput(Number(input.value));
  };
  // The value is a property, never an attribute: an attribute would stay what it was at first.
  const input = html("input", {
    type: "range",
    oninput: moved,
    onchange: () => onchange?.(Number(input.value)),
    onkeydown: (event) => {
      if (input.step !== "any" || !(event.key in KEYS) || !plain(event)) return;
      event.preventDefault();
      input.value = String(nextMultiple(Number(input.value), (Number(input.max) - Number(input.min)) / 100, KEYS[event.key]));
      moved();
      onchange?.(Number(input.value));
    },
  });
  const name = html("span", { class: "slider-name" }, label);
  const output = field ? html("input", {
    type: "text", inputmode: "decimal", class: "slider-value", "aria-label": `${label}, a value of your own`,
    onchange: () => {
      const own = typed(output.value);
      output.setAttribute("aria-invalid", String(own === null));
      if (own === null) return;
      oninput(own);
      onchange?.(own);
    },
  }) : html("span", { class: "slider-value", "aria-hidden": "true" });
  const write = () => {
    const text = format(Number(input.value));
    if (field) {
      output.value = text;
      output.setAttribute("aria-invalid", "false");
    } else {
      output.textContent = text;
    }
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
  const element = field ? html("div", { class: "slider" }, html("label", { class: "slider-track" }, name, input), output)
    : html("label", { class: "slider" }, name, input, output);
  return { element, input, set, range, rename };
}
