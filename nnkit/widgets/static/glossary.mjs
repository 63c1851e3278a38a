/** What the words of a widget mean: a list that opens by mouse, key or touch. No explanation waits for a pointer alone. */

import { html } from "./dom.mjs";

/**
 * @param {string} heading what the list is of
 * @param {[string, string][]} entries a word, and a sentence on it
 */
export function glossary(heading, entries) {
  return html("details", { class: "glossary" }, html("summary", {}, heading),
    html("dl", {}, ...entries.flatMap(([word, meaning]) => [html("dt", {}, word), html("dd", {}, meaning)])));
}
