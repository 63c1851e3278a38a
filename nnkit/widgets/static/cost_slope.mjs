/** One prediction: a loss as a curve, and its slope there as a tangent. */

import { axes } from "./axes.mjs";
import { choices } from "./choices.mjs";
import { html, svg } from "./dom.mjs";
import { significant } from "./format.mjs";
import { extent, path } from "./scale.mjs";
import { slider } from "./slider.mjs";

/** The place in an ascending list that is nearest to a value. */
export function nearest(list, value) {
  let best = 0;
  list.forEach((one, i) => {
    if (Math.abs(one - value) < Math.abs(list[best] - value) - 1e-12) best = i;
  });
  return best;
}

/** @param {{state: object, start: object, ask: ((question: object) => void)|null, say: (words: string) => void}} context */
export function slopePart({ state, start, ask, say }) {
  let { loss, label, prediction } = start;
  let wanted = null; // a label that Python has been asked for

  const able = (one, y) => state.curves.some((drawn) => drawn.loss === one && drawn.label === y);
  const curve = () => state.curves.find((drawn) => drawn.loss === loss && drawn.label === label);
  const names = () => [...new Set(state.curves.map((drawn) => drawn.loss))];

  const picture = html("div", { class: "pair" });
  const numbers = html("p", { class: "result" });
  const controls = html("div", {});
  const track = slider({
    label: "prediction a", min: 0, max: 1, step: 1, value: 0, format: (i) => significant(curve().a[Math.round(i)] ?? 0, 4),
    oninput: (i) => { prediction = curve().a[i]; show(); },
  });
  track.input.setAttribute("data-role", "prediction");
  const own = html("input", {
    type: "text", inputmode: "decimal", size: 6, placeholder: "your own", "data-role": "own-label", "aria-label": "a label of your own",
    onchange: () => {
      const value = Number(own.value.replace(",", "."));
      const good = own.value.trim() !== "" && Number.isFinite(value) && Math.abs(value) <= 1000;
      own.setAttribute("aria-invalid", String(!good));
      if (!good) return;
      wanted = value;
      if (state.labels.includes(value)) update(state);
      else ask({ label: value });
    },
  });

  function build() {
    const losses = choices({
      label: "loss", value: loss, options: names().map((name) => ({ value: name, text: name.replaceAll("_", " ") })),
      onchoose: (name) => {
        loss = name;
        if (!able(loss, label)) label = state.labels[0];
        labels.set(String(label));
        fit();
      },
    });
    const labels = choices({
      label: "label y", value: String(label), options: state.labels.map((y) => ({ value: String(y), text: significant(y) })),
      onchoose: (text) => {
        label = Number(text);
        if (!able(loss, label)) loss = names().find((name) => able(name, label));
        losses.set(loss);
        fit();
      },
    });
    controls.replaceChildren(losses.element, html("div", { class: "toolbar" }, labels.element,
      ...(ask ? [html("label", {}, "or ", own)] : [])), html("div", { class: "toolbar" }, track.element));
    fit();
  }

  /** The curve has changed: the slider gets its points, and stays as near as may be. */
  function fit() {
    const points = curve().a;
    track.range(0, points.length - 1, 1);
    const i = nearest(points, prediction);
    prediction = points[i];
    track.set(i);
    show();
  }

  function show() {
    const drawn = curve();
    const i = nearest(drawn.a, prediction);
    const [a, value, slope] = [drawn.a[i], drawn.value[i], drawn.slope[i]];
    const [, highest] = extent(drawn.value);
    const { picture: plot, X, Y, inside, above } = axes({
      label: `${loss.replaceAll("_", " ")} over the prediction, with its tangent`, width: 520, height: 300,
      x: { low: Math.min(drawn.a[0], label), high: Math.max(drawn.a.at(-1), label), label: "prediction a" },
      y: { low: Math.min(-0.06 * highest, -0.05), high: Math.max(highest * 1.05, 0.1), label: "loss" },
    });
    const along = (x) => [X(x), Y(value + slope * (x - a))];
    inside.append(
      svg("line", { class: "label-line", x1: X(label), x2: X(label), y1: 0, y2: 400 }),
      svg("path", { class: "curve", d: path(drawn.a.map((x, n) => [X(x), Y(drawn.value[n])])) }),
      svg("path", { class: "tangent", d: path([along(drawn.a[0] - 1), along(drawn.a.at(-1) + 1)]) }));
    above.append(svg("circle", { class: "point", cx: X(a), cy: Y(value), r: 5.5 }));
    picture.replaceChildren(html("figure", { class: "plot wide" }, plot,
      html("figcaption", { class: "hint" }, "Solid: the loss. Dashed: the tangent; its slope is the loss slope. Dotted: the label.")));
    const shown = (role, number) => html("b", { "data-role": role, "data-value": number }, significant(number));
    numbers.replaceChildren("At a = ", shown("a", a), ": loss ", shown("value", value), ", loss slope ", shown("slope", slope),
      ", finite difference ", shown("numeric", drawn.numeric[i]), ".");
    say(`${loss.replaceAll("_", " ")}, label ${significant(label)}, prediction ${significant(a, 4)}: loss ${significant(value, 4)}, `
      + `slope ${significant(slope, 4)}.`);
  }

  function update(next) {
    state = next;
    if (wanted !== null && state.labels.includes(wanted)) {
      label = wanted;
      wanted = null;
      if (!able(loss, label)) loss = names().find((name) => able(name, label));
    }
    if (!able(loss, label)) label = state.labels[0];
    const typing = document.activeElement === own;
    build();
    if (typing) own.focus();
  }

  build();
  return { element: html("div", {}, controls, numbers, picture), update };
}
