/** The race: loss curves, paths on a slice of the loss surface, steps to a threshold, and what each optimiser remembers. */

import { choices } from "./choices.mjs";
import { html } from "./dom.mjs";
import { significant } from "./format.mjs";
import { mount } from "./mount.mjs";
import { unpack } from "./packed.mjs";
import { player } from "./player.mjs";
import { moments } from "./race_moments.mjs";
import { lossPlot, planePlot } from "./race_plots.mjs";
import { insides, meanings, standings } from "./race_tables.mjs";
import { saveSvg } from "./save.mjs";
import { slider } from "./slider.mjs";

/** What Python sent, with every place in the buffer replaced by the numbers there. */
function opened(state, buffer) {
  const read = unpack(buffer);
  const all = (places) => Object.fromEntries(Object.entries(places).map(([name, where]) => [name, read(where)]));
  return {
    ...state,
    plane: { ...state.plane, ...all({ u: state.plane.u, v: state.plane.v, losses: state.plane.losses }) },
    runs: state.runs.map((run) => ({
      ...run, ...all({ stops: run.stops, losses: run.losses, path: run.path }), curve: all(run.curve), inside: all(run.inside),
    })),
  };
}

function build({ model, root, say }) {
  const race = opened(model.get("state"), model.get("numbers"));
  const start = model.get("start");
  const time = moments(race.runs.map((run) => run.stops.values));
  let now = time.length - 1;
  let limit = Math.max(race.thresholds.indexOf(start.threshold), 0);
  let weight = start.weight;
  let steps = "log";

  const curves = html("div", {});
  const plane = html("div", {});
  const table = html("div", {});
  const inner = html("div", {});
  let showCurves = () => {};
  let showPlane = () => {};

  function drawCurves() {
    const plot = lossPlot(race, steps === "log");
    curves.replaceChildren(plot.element);
    showCurves = plot.show;
  }
  function drawPlane() {
    const plot = planePlot(race);
    plane.replaceChildren(plot.element);
    showPlane = plot.show;
  }

  function show({ speak = true } = {}) {
    const moment = time[now];
    showCurves(moment, race.thresholds[limit]);
    showPlane(moment);
    table.replaceChildren(standings(race, moment, limit));
    inner.replaceChildren(insides(race, moment, weight));
    if (speak) say(inWords(moment));
  }

  function inWords({ step, at }) {
    const lines = race.runs.map((run, i) => {
      const reached = run.reached[limit];
      const over = run.stops.values[at[i]] >= step ? "" : run.finished === null ? "stopped, " : "finished, ";
      return `${run.name}: ${over}loss ${significant(run.losses.values[at[i]], 3)}, `
        + (reached === null ? "never below the threshold" : `below the threshold at step ${reached}`);
    });
    return `Step ${step}, threshold ${significant(race.thresholds[limit], 3)}. ${lines.join(". ")}.`;
  }

  const scrubber = player({
    label: "the race", count: time.length, value: now, describe: (i) => `step ${time[i].step}`,
    onchange: (i) => { now = i; show(); },
  });
  const threshold = slider({
    label: "threshold", min: 0, max: race.thresholds.length - 1, step: 1, value: limit,
    format: (i) => significant(race.thresholds[Math.round(i)], 3), oninput: (i) => { limit = i; show(); },
  });
  threshold.input.setAttribute("data-role", "threshold");
  const axis = choices({
    label: "steps", value: steps, options: [{ value: "log", text: "logarithmic" }, { value: "linear", text: "even" }],
    onchoose: (value) => { steps = value; drawCurves(); show(); },
  });
  const pick = html("select", {
    "data-role": "weight", "aria-label": "the weight to look into",
    onchange: () => { weight = pick.value; show(); },
  }, ...race.weights.map((name) => html("option", { value: name }, name)));
  pick.value = weight;
  const save = (box, name) => html("button", { type: "button", onclick: () => saveSvg(box.querySelector("svg"), `${name}.svg`) }, `Save ${name}`);

  root.append(html("div", { class: "toolbar" }, axis.element, save(curves, "losses"), save(plane, "paths")),
    html("div", { class: "pair" }, curves, plane), scrubber.element, threshold.element, table,
    html("div", { class: "toolbar" }, html("label", {}, "look into ", pick)), inner, meanings(race));
  drawCurves();
  drawPlane();
  show({ speak: false });
  return { destroy: () => scrubber.destroy() };
}

const render = mount("race", build);

export default { render };
