/** Down a parabola: what a learning rate does, below the limit 2/λ and above it. */

import { axes } from "./axes.mjs";
import { nearest } from "./cost_slope.mjs";
import { html, svg } from "./dom.mjs";
import { significant } from "./format.mjs";
import { path } from "./scale.mjs";
import { slider } from "./slider.mjs";

const STEPS_IN_TABLE = 6;
const ARROWS = 12; // steps drawn on the parabola

/** @param {{state: object, start: object, ask: ((question: object) => void)|null, say: (words: string) => void}} context */
export function descentPart({ state, start, ask, say }) {
  let rate = start.rate;
  let wanted = null;

  const pictures = html("div", { class: "pair" });
  const words = html("p", { class: "result" });
  const table = html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "The first steps" });
  const walk = () => state.descents[nearest(state.descents.map((one) => one.rate), rate)];
  const track = slider({
    label: "learning rate η", min: 0, max: state.descents.length - 1, step: 1, value: 0,
    format: (i) => {
      const { rate: eta, of_limit: share } = state.descents[Math.round(i)];
      return `${significant(eta, 4)} (${significant(share, 3)} × 2/λ)`;
    },
    oninput: (i) => { rate = state.descents[i].rate; show(); },
  });
  track.input.setAttribute("data-role", "rate-slider");
  const own = html("input", {
    type: "text", inputmode: "decimal", size: 8, placeholder: "your own", "data-role": "own-rate", "aria-label": "a learning rate of your own",
    onchange: () => {
      const value = Number(own.value.replace(",", "."));
      const good = own.value.trim() !== "" && value > 0 && value * state.curvature <= 20;
      own.setAttribute("aria-invalid", String(!good));
      if (!good) return;
      wanted = value;
      ask({ rate: value });
    },
  });

  function show({ speak = true } = {}) {
    const one = walk();
    pictures.replaceChildren(parabola(one), overSteps(one));
    const shown = (role, number) => html("b", { "data-role": role, "data-value": number }, significant(number));
    words.replaceChildren("λ = ", shown("curvature", state.curvature), ", limit 2/λ = ", shown("limit", state.limit), ", η = ",
      shown("rate", one.rate), ". Each step multiplies x by 1 − ηλ = ", shown("multiplier", one.multiplier), ": ",
      html("b", { class: "verdict", "data-role": "verdict" }, one.verdict), ".");
    const cells = (role, values) => values.slice(0, STEPS_IN_TABLE).map((value) =>
      html("td", { "data-role": role, "data-value": value }, significant(value, 5)));
    table.replaceChildren(html("table", {},
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "step"),
        ...one.x.slice(0, STEPS_IN_TABLE).map((_, i) => html("th", { scope: "col" }, String(i))))),
      html("tbody", {}, html("tr", {}, html("th", { scope: "row" }, "x"), ...cells("x", one.x)),
        html("tr", {}, html("th", { scope: "row" }, "loss"), ...cells("loss", one.loss)))));
    if (speak) {
      say(`Learning rate ${significant(one.rate, 4)}, ${significant(one.of_limit, 3)} times the limit. Multiplier `
        + `${significant(one.multiplier, 4)}: ${one.verdict}. After ${one.x.length - 1} steps x is ${significant(one.x.at(-1), 4)}.`);
    }
  }

  function parabola(one) {
    const { x: across, loss } = state.parabola;
    const [reach, height] = [across.at(-1), loss.at(-1)];
    const { picture, X, Y, inside } = axes({
      label: "The steps on the parabola", x: { low: -reach, high: reach, label: "x" },
      y: { low: -0.04 * height, high: height, label: "loss ½ λ x²" },
    });
    inside.append(svg("path", { class: "curve", d: path(across.map((x, i) => [X(x), Y(loss[i])])) }));
    const points = one.x.slice(0, ARROWS + 1).map((x, i) => [X(x), Y(one.loss[i])]);
    inside.append(svg("path", { class: "walk", d: path(points) }),
      ...points.map(([x, y], i) => svg("circle", { class: i ? "stop" : "point", cx: x, cy: y, r: i ? 3.2 : 5.5 })),
      svg("g", {}, ...points.slice(0, 4).map(([x, y], i) => svg("text", { class: "of", x: x + 10, y: y - 8 }, String(i)))));
    return html("figure", { class: "plot" }, picture, html("figcaption", { class: "hint" }, "Dots: x after 0, 1, 2 … steps."));
  }

  function overSteps(one) {
    const reach = state.parabola.x.at(-1);
    const { picture, X, Y, inside } = axes({
      label: "x over the steps", x: { low: 0, high: one.x.length - 1, label: "step" }, y: { low: -reach, high: reach, label: "x" },
    });
    const points = one.x.map((x, i) => [X(i), Y(x)]);
    inside.append(svg("line", { class: "label-line", x1: X(0), x2: X(one.x.length - 1), y1: Y(0), y2: Y(0) }),
      svg("path", { class: "walk", d: path(points) }), ...points.map(([x, y]) => svg("circle", { class: "stop", cx: x, cy: y, r: 3.2 })));
    const left = one.x.findIndex((x) => Math.abs(x) > reach);
    const gone = left < 0 ? "" : ` It leaves the picture at step ${left}.`;
    return html("figure", { class: "plot" }, picture, html("figcaption", { class: "hint" }, `Dotted: the minimum.${gone}`));
  }

  function fit() {
    track.range(0, state.descents.length - 1, 1);
    track.set(nearest(state.descents.map((one) => one.rate), rate));
  }

  function update(next) {
    state = next;
    if (wanted !== null && state.descents.some((one) => one.rate === wanted)) {
      rate = wanted;
      wanted = null;
      fit();
      show();
      return;
    }
    fit();
    show({ speak: false });
  }

  fit();
  show({ speak: false });
  const controls = html("div", { class: "toolbar" }, track.element, ...(ask ? [html("label", {}, "or ", own)] : []));
  return { element: html("div", {}, controls, words, pictures, table), update };
}
