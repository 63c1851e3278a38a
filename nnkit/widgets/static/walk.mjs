/** One backward pass, term by term, in the order in which it is computed: forwards and backwards. */

import { html } from "./dom.mjs";
import { significant, weightText } from "./format.mjs";
import { arrayOf, differ, parse, read } from "./rows.mjs";

const MOST = 12; // rows and columns that are written out; a wider array is cut there

/** What one step of the backward pass does: [a title, a formula in a line of text]. */
export function sentence(state, row, array) {
  const [kind, where] = array.split(":");
  const l = Number(kind === "batch" ? where.slice(1) : where);
  const last = state.sizes.length - 1;
  const softmax = state.activations[l - 1] === "softmax";
  const factor = weightText(read(state, row, "example_weight"), state.y.length);
  const weight = factor.startsWith("1/") ? "1/N " : factor && `${factor} · `;
  const above = l === last ? `∂Cₙ/∂a${l}` : `carried back to a${l}`;
  switch (kind) {
    case "loss_slope":
      return ["loss slope", `∂Cₙ/∂a${l}: how the loss of each example reacts to each output`];
    case "activation_slope":
      return [`activation slope of layer ${l}`, softmax ? `∂a${l}/∂z${l}: a matrix for each example` : `f′(z${l}), elementwise`];
    case "delta":
      return [`delta of layer ${l}`, softmax ? `δ${l} = (${above}) times the matrix ∂a${l}/∂z${l}` : `δ${l} = (${above}) ∘ f′(z${l})`];
    case "input":
      return [`input of layer ${l}`, `a${l - 1}: what W${l} was multiplied by`];
    case "weight":
      return [`weights of layer ${l}`, `W${l}: what δ${l} is carried back through`];
    case "carry_back":
      return [`carried back to ${l === 1 ? "the input" : `layer ${l - 1}`}`, `∂Cₙ/∂a${l - 1} = δ${l} W${l}ᵀ`];
    default:
      return [`gradient of ${where}`, where[0] === "W" ? `∂C/∂${where} = ${weight}a${l - 1}ᵀ δ${l}` : `∂C/∂${where} = ${weight}Σₙ δ${l}[n]`];
  }
}

/** The units that a name is about, by layer: W2[3,0] is about unit 3 of layer 1 and unit 0 of layer 2. */
function unitsOf(name) {
  const { group, index } = parse(name);
  const layer = Number(group.slice(1));
  return index.length === 2 ? { [layer - 1]: index[0], [layer]: index[1] } : { [layer]: index[0] };
}

/** Where the part of a long row begins that is written: around one place, or at the beginning. */
function start(count, around = 0) {
  return Math.max(0, Math.min(around - MOST / 2, count - MOST));
}

/**
 * The rows that are written for an array: of one example, of all, or of a matrix that belongs to none. Of a wide array
 * those around what is selected.
 * @returns {{heads: string[], rows: {head: string, values: number[], at: number[]}[], cut: boolean}}
 */
export function rowsOf(state, row, array, example, selected) {
  const { shape, numbers } = arrayOf(state, row, array);
  const [kind, where] = array.split(":");
  const l = Number(kind === "batch" ? where.slice(1) : where);
  const units = unitsOf(selected);
  const perExample = !["weight", "batch"].includes(kind);
  const columns = shape.at(-1);
  const all = numbers.length / columns;
  const each = perExample && shape.length === 3 ? shape[1] : 1; // a softmax has a matrix for each example
  const from = perExample && example !== null ? example * each : 0;
  const to = perExample && example !== null ? from + each : all;
  const name = (i) => (!perExample ? (shape.length === 1 ? "" : `from ${i}`)
    : each === 1 ? `example ${i}` : `example ${Math.floor(i / each)}, a[${i % each}]`);
  const rows = [];
  const first = perExample ? from : start(all, units[l - 1]);
  const left = start(columns, units[kind === "input" || kind === "carry_back" ? l - 1 : l]);
  for (let i = first; i < Math.min(to, first + MOST); i++) {
    const at = Array.from({ length: Math.min(columns, MOST) }, (_, k) => i * columns + left + k);
    rows.push({ head: name(i), values: at.map((place) => numbers[place]), at });
  }
  const heads = Array.from({ length: Math.min(columns, MOST) }, (_, k) => `unit ${left + k}`);
  return { heads, rows, cut: columns > MOST || to - from > MOST };
}

/**
 * @param {import("./session.mjs").Session} session
 * @param {() => void} changed called when another step is shown
 * @returns {{element: Element, show: () => void, words: () => string}}
 */
export function walk(session, changed) {
  const { state, now } = session;
  const count = state.order.length;
  const go = (step) => {
    now.step = Math.min(Math.max(step, 0), count - 1);
    changed();
  };
  const back = html("button", { type: "button", onclick: () => go(now.step - 1) }, "◀ Back");
  const next = html("button", { type: "button", onclick: () => go(now.step + 1) }, "Next ▶");
  const where = html("span", { class: "where" });
  const body = html("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "the numbers of this step" });
  const details = html("details", { class: "walk" }, html("summary", {}, "Step through the backward pass"),
    html("div", { class: "toolbar" }, back, next, where), body);
  details.addEventListener("toggle", () => {
    now.step = details.open ? 0 : null;
    changed();
  });
  const words = () => {
    const [title, formula] = sentence(state, session.row, state.order[now.step]);
    return `Step ${now.step + 1} of ${count}: ${title}. ${formula}.`;
  };

  function show() {
    if (now.step === null) return;
    const array = state.order[now.step];
    back.setAttribute("aria-disabled", String(now.step === 0));
    next.setAttribute("aria-disabled", String(now.step === count - 1));
    where.textContent = words();
    const { heads, rows, cut } = rowsOf(state, session.row, array, now.example, now.selected);
    const right = arrayOf(state, session.right, array).numbers;
    const cell = (value, at) => html("td", { "data-value": value }, significant(value),
      ...(differ(value, right[at]) ? [html("span", { class: "was" }, `≠ right ${significant(right[at])}`)] : []));
    body.replaceChildren(html("table", {},
      html("thead", {}, html("tr", {}, html("td", {}), ...heads.map((head) => html("th", { scope: "col" }, head)))),
      html("tbody", {}, ...rows.map(({ head, values, at }) => html("tr", {},
        head ? html("th", { scope: "row" }, head) : html("td", {}), ...values.map((value, i) => cell(value, at[i])))))),
    ...(cut ? [html("p", { class: "hint" }, `${MOST} rows and columns of it, around what is selected.`)] : []));
  }
  return { element: details, show, words };
}
