/** The two pictures of a race: the losses over the steps, and the paths over lines of equal loss. */

import { axes } from "./axes.mjs";
import { contourLines } from "./contour_lines.mjs";
import { html, svg } from "./dom.mjs";
import { look, spread } from "./marks.mjs";
import { clipped, extent, linear, path } from "./scale.mjs";

const NAMES = 118; // pixels beside the loss curves for the names of the lines
const ABOVE = 100; // losses above so many times the one at the start are off the picture
const BELOW = 1e-8; // and those below so small a part of it
const BESIDE = 20; // pixels around the frame to which a path is followed
const MARKERS = 5; // on each loss curve

/** The line of run i: its dash and its colour. */
function line(i, d, attributes = {}) {
  return svg("path", { class: `run run-${i}`, d, "stroke-dasharray": look(i).dash || undefined, ...attributes });
}

/** The marker of run i at a place. */
export function marker(i, x, y, kind = "") {
  return svg("path", { class: `mark run-${i} ${kind}`, d: look(i).path, transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` });
}

/** A short piece of a run's line with its marker, for a table. */
export function sample(i) {
  return svg("svg", { class: "sample", viewBox: "0 0 46 14", width: 46, height: 14, "aria-hidden": "true" }, line(i, "M2 7H44"), marker(i, 23, 7));
}

/** The finite range of losses that the picture shows. */
export function lossRange(runs) {
  const [low, high] = extent(runs.flatMap((run) => [...run.curve.losses.values]).filter((loss) => loss > 0));
  const start = runs[0].curve.losses.values[0] || high;
  return { low: Math.max(low, start * BELOW) / 1.5, high: Math.min(high, start * ABOVE) * 1.5 };
}

/**
 * The losses over the steps. Steps begin at 1 on a logarithmic axis, so step 0 is drawn there.
 * @param {object} race @param {boolean} log
 */
export function lossPlot(race, log) {
  const last = Math.max(1, ...race.runs.map((run) => run.curve.steps.values.at(-1)));
  const shift = log ? 1 : 0;
  const { picture, X, Y, inside, above, frame } = axes({
    label: "Losses over steps", width: 470, height: 330, right: NAMES,
    x: { low: shift, high: last + shift, label: log ? "step + 1" : "step", log }, y: { ...lossRange(race.runs), label: "loss", log: true },
  });
  const lowest = frame.bottom;
  const y = (loss) => (loss > 0 ? Math.max(Math.min(Y(loss), lowest + 4), frame.top - 4) : lowest + 4);
  const ends = [];
  race.runs.forEach((run, i) => {
    const steps = run.curve.steps.values;
    const points = [...run.curve.losses.values].map((loss, n) => [X(steps[n] + shift), Number.isFinite(loss) ? y(loss) : NaN]);
    inside.append(line(i, path(points)));
    const between = frame.left + ((frame.right - frame.left) * (i + 0.5)) / race.runs.length / MARKERS;
    for (let n = 0; n < MARKERS; n++) {
      const near = points.reduce((best, point) => {
        const wanted = between + (n * (frame.right - frame.left)) / MARKERS;
        return Math.abs(point[0] - wanted) < Math.abs(best[0] - wanted) ? point : best;
      });
      if (near[1] <= lowest) inside.append(marker(i, ...near));
    }
    const end = points.at(-1);
    if (run.stopped && run.finished === null) above.append(svg("text", { class: "stopped", x: end[0], y: Math.max(end[1] - 9, frame.top + 6) }, "✗"));
    ends.push(Math.min(end[1], lowest));
  });
  spread(ends, 14, [frame.top + 6, frame.bottom - 2]).forEach((height, i) => {
    above.append(marker(i, frame.right + 12, height), svg("text", { class: "start of", x: frame.right + 21, y: height }, cut(race.runs[i].name, 16)));
  });
  const cursor = svg("line", { class: "cursor", y1: frame.top, y2: frame.bottom });
  const bar = svg("line", { class: "threshold", x1: frame.left, x2: frame.right });
  inside.append(bar, cursor);
  function show({ step }, threshold) {
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, X(step + shift));
    for (const end of ["y1", "y2"]) bar.setAttribute(end, Y(threshold));
  }
  return { element: html("figure", { class: "plot" }, picture,
    html("figcaption", { class: "hint" }, "Upright line: this step. Dotted line: the threshold. ✗: stopped, no longer finite.")), show };
}

/** The paths over the plane through the start and the best end. */
export function planePlot(race) {
  const { u, v, losses, levels } = race.plane;
  const { picture, X, Y, inside, above, frame } = axes({
    label: "The paths on a slice of the loss surface", width: 470, height: 330,
    x: { low: u.values[0], high: u.values.at(-1), label: "from the start to the best end" },
    y: { low: v.values[0], high: v.values.at(-1), label: "across" },
  });
  const side = u.values.length;
  inside.append(contourLines(losses.values, side, levels, {
    X: linear([0, side - 1], [X(u.values[0]), X(u.values.at(-1))]), Y: linear([0, side - 1], [Y(v.values[0]), Y(v.values.at(-1))]),
  }));
  const room = {
    left: frame.left - BESIDE, right: frame.right + BESIDE, top: frame.top - BESIDE, bottom: frame.bottom + BESIDE,
  };
  const at = (run, n) => [X(run.path.get(n, 0)), Y(run.path.get(n, 1))];
  race.runs.forEach((run, i) => {
    inside.append(line(i, path(clipped(Array.from({ length: run.path.shape[0] }, (_, n) => at(run, n)), room))));
  });
  const [x, y] = at(race.runs[0], 0);
  above.append(svg("text", { class: "of", x, y: y + 15 }, "start"));
  const marks = svg("g", {});
  inside.append(marks);
  function show(moment) {
    const seen = (x, y) => x > room.left && x < room.right && y > room.top && y < room.bottom;
    marks.replaceChildren(...race.runs.map((run, i) => [i, ...at(run, moment.at[i])]).filter(([, x, y]) => seen(x, y))
      .map(([i, x, y]) => marker(i, x, y, "now")));
  }
  return { element: html("figure", { class: "plot" }, picture,
    html("figcaption", { class: "hint" }, "Thin lines: equal loss in this plane. A path may run beside the plane; the table says how far.")), show };
}

function cut(name, most) {
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}
