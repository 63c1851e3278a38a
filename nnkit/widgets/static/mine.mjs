/** The learner's own gradient beside the right one: under their names, in their layout, at what is selected. */

import { html } from "./dom.mjs";
import { significant } from "./format.mjs";
import { differ, parse } from "./rows.mjs";

const MOST_CELLS = 200; // of a parameter that is shown as a whole

/**
 * @typedef {{name: string, shape: number[], wrong: boolean, yours: (number|null)[], right: (number|null)[]}} Param
 * @typedef {{summary: string, lines: string[], params: Param[], where: Record<string, [number, number][]>,
 *   minus: string[]}} Mine
 *   where: for each number of a group, row by row, which parameter and which of its entries it is. minus: the groups
 *   whose numbers have the other sign there, as thresholds that are subtracted
 */

/**
 * @param {import("./session.mjs").Session} session
 * @param {Mine} given
 * @returns {{head: Element, element: Element, show: () => void}}
 */
export function mine(session, given) {
  const element = html("section", { class: "mine", "aria-label": "Your gradient" });
  const [first, ...rest] = given.lines;
  const head = html("div", { class: "mine-head" }, html("p", {}, html("b", {}, given.summary)),
    ...(first ? [html("p", {}, first)] : []),
    ...(rest.length ? [html("details", {}, html("summary", {}, "What else the doctor says"),
      ...rest.map((line) => html("p", {}, line)))] : []));
  const show = () => {
    const at = placeOf(session.state, given, session.now.selected);
    element.hidden = at === null;
    const minus = given.minus.includes(parse(session.now.selected).group);
    if (at !== null) element.replaceChildren(line(session.now.selected, minus, ...at), grid(...at));
  };
  return { head, element, show };
}

/** The parameter and the entry that a name of the diagram stands for, or null for a unit. */
export function placeOf(state, given, name) {
  const { group, index } = parse(name);
  const entries = given.where[group];
  if (!entries) return null;
  const [, columns] = state.groups[group];
  const [param, entry] = entries[columns === undefined ? index[0] : index[0] * columns + index[1]];
  return [given.params[param], entry];
}

/** The name of an entry as the learner types it: "W1[2,0]". */
export function entryName({ name, shape }, entry) {
  if (!shape.length) return name;
  const index = [];
  for (let axis = shape.length - 1, left = entry; axis >= 0; axis--) {
    index.unshift(left % shape[axis]);
    left = Math.floor(left / shape[axis]);
  }
  return `${name}[${index.join(",")}]`;
}

const written = (value) => (value === null ? "–" : significant(value));
const off = (yours, right) => yours !== null && right !== null && differ(yours, right)
  && Math.abs(yours - right) > 1e-6 * Math.abs(right);

/** What the learner has for the selected number. */
function line(selected, minus, param, entry) {
  const [yours, right] = [param.yours[entry], param.right[entry]];
  const bad = off(yours, right);
  const number = (role, value) => html("b", { "data-role": role, "data-value": value ?? "" }, written(value));
  const ratio = bad && right !== 0 ? ` Yours is ${significant(yours / right)} times that.` : "";
  return html("p", { class: `numeric ${bad ? "differs" : "agrees"}` }, html("code", {}, selected), minus ? " is minus your " : " is your ",
    html("code", { "data-role": "own-name" }, entryName(param, entry)), ". Your slope is ", number("yours", yours),
    ", the right one ", number("right", right), ".", ratio,
    html("span", { class: "verdict" }, yours === null || right === null ? "" : bad ? " ✗ they differ" : " ✓ they agree"));
}

/** The whole parameter in the learner's layout; under a wrong entry the right one. */
function grid(param, entry) {
  const { name, shape, yours, right } = param;
  if (yours.length > MOST_CELLS || shape.length > 2) return "";
  const columns = shape.length === 2 ? shape[1] : Math.max(1, yours.length);
  const rows = Array.from({ length: yours.length / columns }, (_, row) => html("tr", {},
    ...Array.from({ length: columns }, (__, column) => {
      const at = row * columns + column;
      const bad = off(yours[at], right[at]);
      return html("td", {
        class: bad ? "off" : "", "aria-current": at === entry ? "true" : null, "data-entry": at,
      }, written(yours[at]), ...(bad ? [html("span", { class: "was" }, `≠ right ${written(right[at])}`)] : []));
    })));
  return html("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": `your gradient of ${name}` },
    html("table", {}, html("caption", {}, `Your gradient of ${name}, as you lay it out`), html("tbody", {}, ...rows)));
}
