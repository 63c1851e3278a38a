/** The neuron: its line among the examples, the path of its weights, sliders, and the terms of one gradient. */

import { choices } from "./choices.mjs";
import { html } from "./dom.mjs";
import { significant } from "./format.mjs";
import { link } from "./link.mjs";
import { mount } from "./mount.mjs";
import { inputPlane, weightPlane } from "./neuron_planes.mjs";
import { player } from "./player.mjs";
import { saveSvg } from "./save.mjs";
import { slider } from "./slider.mjs";
import { nextStep, termsTable } from "./neuron_terms.mjs";
import { wishes } from "./wishes.mjs";

const RATES = [-3, -2, -1, 0, 1].flatMap((power) => [1, 2, 3, 5, 7].map((digit) => Number(`${digit}e${power}`))).concat(100);

function build({ model, root, say }) {
  let state = model.get("state");
  let param = state.params[0];
  let example = null;
  let at = state.places.length - 1;
  let gesture = 0;
  let scrubber = null;

  const silence = html("p", { class: "hint silence", role: "status" });
  const connection = link(model, () => { queue.answered(); follow(); }, (silent) => {
    silence.textContent = silent ? "Python does not answer. Looking still works; sliders and steps need a running kernel." : "";
  });
  const queue = wishes(connection.ask, connection.busy);

  // --- what is shown: pictures and table are drawn anew, controls stay, so that they keep focus and drag ---
  const pictures = html("div", { class: "pair" });
  const terms = html("div", { class: "terms" });
  const past = html("div", { class: "past" });
  const trouble = html("p", { class: "trouble", role: "alert" });

  const valueNow = (name) => placeNow().numbers[name].value;
  const sliders = state.params.map((name) => {
    const track = slider({
      label: name, min: -state.half_width, max: state.half_width, value: valueNow(name), field: true,
      oninput: (value) => {
        scrubber?.pause(); // what is played must not move the slider under the hand
        queue.wish({ values: { [name]: value }, gesture: `${name} ${gesture}`, ...elsewhere() });
      },
      onchange: () => { gesture += 1; },
    });
    track.input.setAttribute("data-param", name);
    return track;
  });
  const rates = [...new Set([...RATES, state.learning_rate])].sort((a, b) => a - b);
  const rate = slider({
    label: "learning rate", min: 0, max: rates.length - 1, step: 1, value: rates.indexOf(state.learning_rate),
    format: (i) => significant(rates[Math.round(i)], 3), oninput: (i) => queue.wish({ learning_rate: rates[i] }),
  });
  rate.input.setAttribute("data-role", "learning-rate");
  const button = (text, wish, role) => html("button", {
    type: "button", "data-role": role,
    onclick: (event) => event.currentTarget.getAttribute("aria-disabled") !== "true" && queue.wish(wish),
  }, text);
  const undo = button("Undo", { do: "undo" }, "undo");
  const buttons = html("div", { class: "toolbar" },
    button("One step", { do: "step" }, "step"), button("Ten steps", { do: "step", times: 10 }, "ten-steps"), undo,
    button("Reset", { do: "reset" }, "reset"),
    html("button", { type: "button", onclick: () => saveSvg(pictures.querySelector("svg"), "neuron.svg") }, "Save picture"));
  const choice = choices({
    label: "terms of", value: param, onchoose: (name) => { param = name; show(); },
    options: state.params.map((name) => ({ value: name, text: name, attributes: { "data-param": name } })),
  });

  function placeNow() {
    return state.places[Math.min(at, state.places.length - 1)];
  }

  /** A slider that is moved at an earlier place begins there: where all parameters are, unless it is the last place. */
  function elsewhere() {
    return at < state.places.length - 1 ? { base: Object.fromEntries(state.params.map((name) => [name, valueNow(name)])) } : {};
  }

  function show({ speak = true } = {}) {
    const focused = document.activeElement?.closest?.("[data-example]");
    const inside = focused && root.contains(focused) ? [focused.tagName, focused.dataset.example] : null;
    const chosen = (n) => { example = n === example ? null : n; show(); };
    pictures.replaceChildren(inputPlane(state, placeNow(), example, chosen), weightPlane(state, at));
    terms.replaceChildren(termsTable(state, placeNow(), param, example, chosen),
      nextStep(state, placeNow(), param, at === state.places.length - 1));
    if (inside) [...root.querySelectorAll(`[data-example="${inside[1]}"]`)].find((one) => one.tagName === inside[0])?.focus();
    if (speak) say(inWords());
  }

  function inWords() {
    const place = placeNow();
    const values = state.params.map((name) => `${name} ${significant(place.numbers[name].value, 4)}`).join(", ");
    const one = example === null ? "" : ` Example ${example}: loss slope ${significant(place.loss_slope[example], 4)}, `
      + `activation slope ${significant(place.activation_slope[example], 4)}, input `
      + `${significant(place.numbers[param].input[example], 4)}, product `
      + `${significant(place.numbers[param].per_example[example], 4)}.`;
    return `${place.title}: ${values}. Loss ${significant(place.loss, 4)}. The gradient of ${param} is `
      + `${significant(place.numbers[param].gradient, 4)}.${one} ${state.trouble}`;
  }

  function scrub() {
    const playing = scrubber?.element.contains(document.activeElement) ? document.activeElement.tagName : null;
    scrubber?.destroy();
    scrubber = player({
      label: "the path", count: state.places.length, value: at,
      describe: (i) => `${state.places[i].title}, loss ${significant(state.places[i].loss, 3)}`,
      onchange: (i) => { at = i; standHere(); show(); },
    });
    past.replaceChildren(scrubber.element);
    past.hidden = state.places.length < 2;
    if (playing) scrubber.element.querySelector(playing.toLowerCase())?.focus();
  }

  /** The sliders stand where the shown place is. */
  function standHere() {
    sliders.forEach((one, i) => one.set(valueNow(state.params[i])));
  }

  /** After an answer they follow, unless their own wishes are still on the way. */
  function follow() {
    for (const one of sliders) {
      if (Number(one.input.max) !== state.half_width) one.range(-state.half_width, state.half_width);
    }
    if (!connection.busy()) standHere();
    if (!connection.busy() && rates.includes(state.learning_rate)) rate.set(rates.indexOf(state.learning_rate));
  }

  function update() {
    state = model.get("state");
    at = state.places.length - 1;
    follow();
    undo.setAttribute("aria-disabled", String(!state.undo));
    trouble.textContent = state.trouble;
    scrub();
    show();
  }

  const controls = html("div", { class: "controls" }, ...sliders.map((one) => one.element), rate.element);
  controls.hidden = buttons.hidden = Boolean(model.get("alone")); // a page from disk has no Python to ask
  root.append(pictures, controls, buttons, trouble, silence, past, choice.element, terms);
  undo.setAttribute("aria-disabled", String(!state.undo));
  scrub();
  show({ speak: false });
  return { update, destroy: () => { scrubber?.destroy(); connection.destroy(); } };
}

const render = mount("neuron", build);

export default { render };
