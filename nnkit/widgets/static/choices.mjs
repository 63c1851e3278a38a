/** A row of buttons of which one is pressed: one stop for Tab, arrows between them. */

import { html } from "./dom.mjs";
import { plain } from "./keys.mjs";

/**
 * The place that a key leads to in a row of `count`, or null for another key.
 * @param {string} key
 * @param {number} at
 * @param {number} count
 */
export function along(key, at, count) {
  if (key === "ArrowRight" || key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowLeft" || key === "ArrowUp") return (at + count - 1) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}

/**
 * @param {object} options
 * @param {string} options.label what is chosen
 * @param {{value: string, text: string, attributes?: object}[]} options.options
 * @param {string} options.value what is pressed at first
 * @param {(value: string) => void} options.onchoose
 * @param {boolean} [options.quiet] true leaves out the visible name of the row
 * @returns {{element: Element, set: (value: string) => void, focus: () => void}}
 */
export function choices({ label, options, value, onchoose, quiet = false }) {
  let chosen = value;
  const buttons = options.map((option) => html("button", {
    type: "button", role: "radio", "data-choice": option.value, ...option.attributes,
    onclick: () => choose(option.value),
  }, option.text));
  const write = () => buttons.forEach((button, i) => {
    const on = options[i].value === chosen;
    button.setAttribute("aria-checked", String(on));
    button.tabIndex = on ? 0 : -1;
  });
  const choose = (next) => {
    set(next);
    onchoose(next);
  };
  function set(next) {
    chosen = next;
    write();
  }
  const element = html("div", {
    class: "choices", role: "radiogroup", "aria-label": label,
    onkeydown: (event) => {
      const at = options.findIndex((option) => option.value === chosen);
      const next = plain(event) ? along(event.key, at, options.length) : null;
      if (next === null) return;
      event.preventDefault();
      choose(options[next].value);
      buttons[next].focus();
    },
  }, ...(quiet ? [] : [html("span", { class: "choices-name", "aria-hidden": "true" }, label)]), ...buttons);
  write();
  return { element, set, focus: () => buttons.find((_, i) => options[i].value === chosen)?.focus() };
}
