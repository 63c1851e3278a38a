/** Training: a scrubber over the recorded steps, and the curve of the loss, right and with a mistake. */

import { text } from "./badge.mjs";
import { html, svg } from "./dom.mjs";
import { significant } from "./format.mjs";
import { player } from "./player.mjs";
import { read } from "./rows.mjs";
import { extent, linear, logarithmic, path, powersOfTen } from "./scale.mjs";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [620, 110, 58, 10, 10, 20];

/**
 * @param {import("./session.mjs").Session} session
 * @param {(at: number) => void} goTo called with the recorded step that is scrubbed to
 * @returns {{element: Element, show: () => void, set: (at: number) => void, destroy: () => void}|null} null without a history
 */
export function training(session, goTo) {
  const { state, rows, now } = session;
  if (!state.history) return null;
  const { steps, stopped } = state.history;
  const scrubber = player({
    label: "training", count: rows.length, value: now.at, onchange: goTo,
    describe: (at) => `step ${steps[at]}, loss ${significant(read(state, rows[at], "cost"), 4)}`,
  });
  const curve = html("div", { class: "curve" });
  const note = html("p", { class: "hint" });
  let drawn;
  let marker = null;

  function show() {
    if (drawn !== session.curve) {
      drawn = session.curve;
      const picture = curveOf(state.history.curve, session.curve);
      marker = picture.marker;
      curve.replaceChildren(picture.element);
      note.textContent = [stopped, sayOf(session.curve)].filter(Boolean).join(" ");
    }
    marker(steps[now.at]);
  }
  return {
    element: html("div", { class: "training" }, scrubber.element, curve, note), show, set: scrubber.set,
    destroy: scrubber.destroy,
  };
}

function sayOf(wrong) {
  if (!wrong) return "";
  const end = wrong.loss.at(-1);
  const length = wrong.complete || wrong.stopped ? "" : `, of which only the first ${wrong.steps.at(-1)} steps were run`;
  return `Dashed: the same training with the mistake in it${length}, loss ${end === null ? "not finite" : significant(end, 4)} `
    + `at step ${wrong.steps.at(-1)}. ${wrong.stopped ?? ""}`;
}

/** The picture of one or two curves, with a logarithmic axis where no loss is 0. */
function curveOf(right, wrong) {
  const losses = [...right.loss, ...(wrong?.loss ?? [])].filter((loss) => loss !== null);
  const [low, high] = extent(losses);
  const log = low > 0;
  const ends = log ? [low, Math.min(high, low * 1e12)] : [low, high];
  const x = linear([0, right.steps.at(-1) || 1], [LEFT, WIDTH - RIGHT]);
  const y = (log ? logarithmic : linear)(ends, [HEIGHT - BOTTOM, TOP]);
  const line = ({ steps, loss }, kind) => svg("path", {
    class: `loss-line ${kind}`, d: path(steps.map((step, i) => [x(step), loss[i] === null ? NaN : y(loss[i])])),
  });
  const marks = log && powersOfTen(...ends).length > 1 ? powersOfTen(...ends) : ends;
  const few = marks.filter((_, i) => i % Math.ceil(marks.length / 4) === 0);
  const here = svg("line", { class: "here", y1: TOP - 4, y2: HEIGHT - BOTTOM });
  const picture = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, role: "img",
    "aria-label": `The loss from ${significant(right.loss[0] ?? NaN, 3)} at step 0 to `
      + `${significant(right.loss.at(-1) ?? NaN, 3)} at step ${right.steps.at(-1)}${wrong ? "; dashed with the mistake" : ""}`,
  },
  ...few.flatMap((loss) => [
    svg("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(loss), y2: y(loss) }),
    text({ x: LEFT - 6, y: y(loss) }, significant(loss, 2), { class: "name end" }),
  ]),
  text({ x: 0, y: 0 }, "loss", { class: "name", transform: `translate(8 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)` }),
  text({ x: LEFT, y: HEIGHT - 8 }, "step 0", { class: "name start" }),
  text({ x: WIDTH - RIGHT, y: HEIGHT - 8 }, `step ${right.steps.at(-1)}`, { class: "name end" }),
  line(right, "right"), ...(wrong ? [line(wrong, "wrong")] : []), here);
  const marker = (step) => {
    here.setAttribute("x1", x(step));
    here.setAttribute("x2", x(step));
  };
  return { element: picture, marker };
}
