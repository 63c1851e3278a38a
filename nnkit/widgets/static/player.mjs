/** A scrubber through recorded moments, with a button that plays them one after the other. */

import { html } from "./dom.mjs";
import { slider } from "./slider.mjs";

const PER_SECOND = 12;
const PER_SECOND_CALM = 2; // for those who asked their system for less motion

/** True when the reader's system asks for less motion. */
export function reducedMotion() {
  return typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * The moment after `now`, or null at the end. From the end playing starts again at the first.
 * @param {number} now
 * @param {number} count
 * @param {boolean} starting
 * @returns {number|null}
 */
export function nextMoment(now, count, starting = false) {
  if (now + 1 < count) return now + 1;
  return starting ? 0 : null;
}

/**
 * @param {object} options
 * @param {string} options.label what is scrubbed through, for example "training"
 * @param {number} options.count how many moments there are
 * @param {number} options.value the moment at first, from 0
 * @param {(moment: number) => string} options.describe the moment in words, for example "step 400, loss 0.12"
 * @param {(moment: number) => void} options.onchange called for every moment that is shown
 * @param {number} [options.perSecond]
 * @returns {{element: Element, set: (moment: number) => void, pause: () => void, destroy: () => void}}
 */
export function player({ label, count, value, describe, onchange, perSecond = PER_SECOND }) {
  let now = value;
  let timer = null;
  const track = slider({
    label, min: 0, max: count - 1, step: 1, value, format: (moment) => describe(moment),
    oninput: (moment) => {
      pause();
      now = moment;
      onchange(now);
    },
  });
  const button = html("button", { type: "button", class: "play", onclick: () => (timer === null ? play() : pause()) });
  const write = () => {
    const playing = timer !== null;
    button.textContent = playing ? "❚❚ Pause" : "▶ Play";
    button.setAttribute("aria-label", `${playing ? "Pause" : "Play"} ${label}`);
  };
  const show = (moment) => {
    now = moment;
    track.set(moment);
    onchange(moment);
  };
  function pause() {
    clearTimeout(timer);
    timer = null;
    write();
  }
  function play() {
    const rate = reducedMotion() ? PER_SECOND_CALM : perSecond;
    const tick = (starting) => {
      const next = nextMoment(now, count, starting);
      if (next === null) return pause();
      timer = setTimeout(tick, 1000 / rate);
      return show(next);
    };
    tick(true);
    write();
  }
  write();
  return {
    element: html("div", { class: "player", role: "group", "aria-label": label }, button, track.element),
    set(moment) {
      now = moment;
      track.set(moment);
    },
    pause,
    destroy: () => clearTimeout(timer),
  };
}
