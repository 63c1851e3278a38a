/** The live region: one sentence for a screen reader, said politely and only when things have come to rest. */

import { html } from "./dom.mjs";

const REST = 120; // milliseconds; a dragged slider would otherwise fill the speech queue

/**
 * @returns {{element: Element, say: (words: string) => void, destroy: () => void}}
 */
export function liveRegion() {
  const element = html("p", { class: "spoken", role: "status", "aria-live": "polite" });
  let timer = null;
  return {
    element,
    say(words) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        element.textContent = words;
      }, REST);
    },
    destroy: () => clearTimeout(timer),
  };
}
