/** The bar above the diagram: what the edges show, which mistake is planted, the way back, and the way to a name. */

import { html } from "./dom.mjs";
import { EDGES, choices } from "./edges.mjs";
import { known } from "./rows.mjs";
import { TERMS } from "./symbols.mjs";

/**
 * @param {import("./session.mjs").Session} session
 * @param {{edges: (kind: string) => void, plant: (slug: string|null, layer: number|null) => void, undo: () => void,
 *   reset: () => void, save: () => void, select: (name: string) => void}} actions
 * @param {boolean} alone true where there is no Python to ask
 * @returns {{element: Element, show: () => void}}
 */
export function toolbar(session, actions, alone) {
  const { state, now } = session;
  const option = (value, words) => html("option", { value }, words);
  const edges = html("select", { "data-role": "edges", onchange: () => actions.edges(edges.value) },
    ...choices(state).map((kind) => option(kind, EDGES[kind][0])));
  const mistake = html("select", { "data-role": "mistake", onchange: () => plant() }, option("", "none"),
    ...state.mistakes.map(({ slug }) => option(slug, slug.replaceAll("_", " "))));
  const layer = html("select", { "data-role": "layer", onchange: () => plant() }, option("", "every layer"),
    ...state.sizes.slice(1).map((_, l) => option(String(l + 1), `layer ${l + 1}`)));
  const plant = () => actions.plant(mistake.value || null, layer.value && byLayer() ? Number(layer.value) : null);
  const byLayer = () => state.mistakes.find(({ slug }) => slug === mistake.value)?.by_layer ?? false;
  const where = html("label", {}, "in", layer);
  const search = html("input", { type: "text", size: 9, placeholder: "W1[0,0]", spellcheck: "false", "data-role": "find" });
  search.addEventListener("change", () => {
    const name = search.value.replaceAll(/\s/g, "");
    const found = known(state, name);
    search.setAttribute("aria-invalid", String(!found && name !== ""));
    if (found) actions.select(name);
  });
  const button = (words, action) => html("button", { type: "button", onclick: action }, words);
  const undo = button("Undo", () => undo.getAttribute("aria-disabled") === "true" || actions.undo());
  const reset = button("Reset", () => reset.getAttribute("aria-disabled") === "true" || actions.reset());
  const note = html("p", { class: "hint planted" });

  function show() {
    edges.value = now.edges;
    mistake.value = now.mistake ?? "";
    layer.value = now.layer === null ? "" : String(now.layer);
    where.hidden = !byLayer();
    undo.setAttribute("aria-disabled", String(!session.past.length));
    reset.setAttribute("aria-disabled", String(!now.changes.length && now.mistake === null));
    const planted = state.mistakes.find(({ slug }) => slug === now.mistake);
    note.hidden = !planted;
    note.textContent = planted ? `${planted.explanation} ${changedWords(session)} Taught in ${planted.taught_in}.` : "";
  }
  const ours = alone ? [] : [
    ...(state.mistakes.length ? [html("label", {}, "plant a mistake", mistake), where] : []), undo, reset,
  ];
  return {
    element: html("div", {}, html("div", { class: "toolbar" }, html("label", {}, "edges show", edges), ...ours,
      html("label", {}, "go to", search), button("Save as SVG", actions.save)), note),
    show,
  };
}

/** What the planted mistake changes, in words. */
export function changedWords({ state, changed, planted }) {
  if (!planted.size) return "";
  if (!changed.length) return "It changes no number here: this network has no such term.";
  const named = changed.map((array) => array.split(":")).filter(([kind]) => kind in TERMS);
  const terms = named.map(([kind, layer]) => {
    if (kind === "carry_back") return `the slope carried back to ${layer === "1" ? "the input" : `layer ${layer - 1}`}`;
    return `the ${TERMS[kind][0]} of layer ${layer}`;
  });
  const wrong = changed.filter((array) => /^batch:[Wb]/.test(array)).map((array) => array.slice("batch:".length));
  const all = Object.keys(state.groups).filter((group) => /^[Wb]/.test(group)).length;
  return `It changes ${terms.join(", ") || "what an example counts"}; so ${gradientsAre(wrong, all)} wrong.`;
}

function gradientsAre(wrong, all) {
  if (!wrong.length) return "no gradient is";
  if (wrong.length === all) return "every gradient is";
  return wrong.length === 1 ? `the gradient of ${wrong[0]} is` : `the gradients of ${wrong.join(", ")} are`;
}
