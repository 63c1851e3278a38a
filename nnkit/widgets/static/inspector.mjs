/** The inspector: a diagram, a choice of example, and the panel. What is looked at is in the rows that Python sent. */

import { adjust } from "./adjust.mjs";
import { cells } from "./cells.mjs";
import { compare } from "./compare.mjs";
import { diagram } from "./diagram.mjs";
import { html } from "./dom.mjs";
import { examples } from "./examples.mjs";
import { glossary } from "./glossary.mjs";
import { keepKeys } from "./keys.mjs";
import { fits } from "./layout.mjs";
import { PATIENCE, link } from "./link.mjs";
import { liveRegion } from "./live.mjs";
import { mine } from "./mine.mjs";
import { panel } from "./panel.mjs";
import { patch } from "./patch.mjs";
import { recent } from "./recent.mjs";
import { parse } from "./rows.mjs";
import { copyText, saveSvg } from "./save.mjs";
import { Session } from "./session.mjs";
import { TERMS } from "./symbols.mjs";
import { toolbar } from "./toolbar.mjs";
import { training } from "./training.mjs";
import { walk } from "./walk.mjs";
import { asLatex, asNumpy, inWords } from "./words.mjs";

const SILENCE = "Python does not answer: its kernel is busy or was restarted. Looking still works.";
const HINT = "Point at a part for a preview, click to open it. Arrow keys lead to its neighbours.";
const MOST_ANSWERS = 200; // numeric slopes that are kept

/** @param {{model: {get: (name: string) => any, on: Function, off: Function}, el: HTMLElement}} context */
function render({ model, el }) {
  const root = html("div", { class: "nnkit nnkit-inspector" });
  keepKeys(root);
  el.append(root);
  return inspector(model, root);
}

function inspector(model, root) {
  const session = new Session(model.get("state"), model.get("rows"), model.get("start"), model.get("planted"));
  const own = model.get("mine") ? mine(session, model.get("mine")) : null;
  const { state, now } = session;
  const alone = Boolean(model.get("alone")); // a page from disk has no Python behind it
  const numeric = recent(MOST_ANSWERS); // numeric slopes that Python was asked for, by what they are of
  const live = liveRegion();
  const below = html("div", { class: "below" });
  const compared = html("div", {});
  const preview = html("p", { class: "preview hint" }, HINT);
  const silence = html("p", { class: "hint silent", hidden: "" }, SILENCE);

  const silent = (is) => {
    silence.hidden = !is;
  };
  const rowsLink = link(model, (answer, question) => {
    session.waiting = rowsLink.busy();
    root.dataset.waiting = String(session.waiting);
    if (answer.error) {
      preview.textContent = answer.error;
      return;
    }
    if (session.receive(question, answer, model.get("answered"))) show();
  }, silent, PATIENCE + 1000 * state.again_seconds);
  const numericLink = link(model, (answer, question) => {
    if (answer.error) return;
    numeric.set(JSON.stringify(question), answer);
    if (answer.name === now.selected) show({ speak: false });
  }, () => {});
  const numericQuestion = () => {
    const { selected, at, changes, mistake, layer } = now;
    return { what: "numeric", name: selected, ...parse(selected), at, changes, mistake, layer };
  };

  function ask() {
    const question = session.question();
    if (question === null) return;
    session.waiting = true;
    root.dataset.waiting = "true";
    rowsLink.ask(question);
  }
  function select(name) {
    now.selected = name;
    show();
  }
  function goTo(at) {
    if (session.goTo(at)) ask();
    show();
  }
  const actions = {
    select, preview: hover,
    edges(kind) {
      now.edges = kind;
      show({ speak: false });
    },
    plant(slug, layer) {
      session.keep();
      session.plant(slug, layer);
      ask();
      show();
    },
    undo() {
      session.undo();
      scrub?.set(now.at);
      ask();
      show();
    },
    reset() {
      session.reset();
      show();
    },
    save: () => saveSvg(picture.picture, `network-${state.sizes.join("-")}.svg`),
    begin: () => session.keep(),
    change(name, example, value) {
      session.change(name, example, value);
      ask();
    },
  };

  function hover(name) {
    picture.hover(name);
    preview.textContent = name === null ? HINT : inWords(state, session.row, name, now.example);
  }
  const bar = toolbar(session, actions, alone);
  const scrub = training(session, goTo);
  const picture = (fits(state.sizes) ? diagram : cells)(session, actions);
  const choice = examples(session, (example) => {
    now.example = example;
    show();
  });
  const move = alone ? null : adjust(session, actions);
  const steps = walk(session, () => {
    show({ speak: false });
    if (now.step !== null) live.say(steps.words());
  });

  const copied = (what, text) => copyText(text).then((done) => live.say(done ? `Copied as ${what}.` : `Could not copy.`));
  const button = (words, action) => html("button", { type: "button", onclick: action }, words);
  const pin = button("Pin to compare", () => {
    session.pin(now.selected);
    show({ speak: false });
    live.say(now.pins.length ? `Pinned: ${now.pins.join(" and ")}.` : "Nothing is pinned.");
  });
  const tools = html("div", { class: "toolbar" }, pin,
    button("Copy as NumPy", () => copied("NumPy", asNumpy(state, session.right, now.selected, now.example))),
    button("Copy as LaTeX", () => copied("LaTeX", asLatex(state, session.row, now.selected, now.example))));

  function show({ speak = true } = {}) {
    const asked = (!state.numeric && numeric.get(JSON.stringify(numericQuestion()))) || null;
    if (!state.numeric && !asked && !alone) numericLink.ask(numericQuestion());
    bar.show();
    scrub?.show();
    picture.show();
    move?.show();
    showPanel(panel(session, choice.choose, asked, alone));
    steps.show();
    compared.replaceChildren(compare(session, select));
    own?.show();
    pin.textContent = now.pins.includes(now.selected) ? "Unpin" : "Pin to compare";
    if (speak) live.say(inWords(state, session.row, now.selected, now.example));
  }
  /** What stays the same is left on the page. An opened factor closes, so that its listeners belong to what is shown. */
  function showPanel(fresh) {
    const old = below.firstChild;
    const open = old?.querySelector('[aria-expanded="true"]');
    if (!old || open || !patch(old, fresh)) below.replaceChildren(fresh);
  }
  root.append(...(own ? [own.head] : []), ...(scrub ? [scrub.element] : []), bar.element, picture.element, preview, silence, choice.element,
    ...(move ? [move.element] : []), below, ...(own ? [own.element] : []), tools, compared,
    steps.element, glossary("What the terms mean", Object.values(TERMS)), live.element);
  show({ speak: false });
  return () => {
    for (const part of [scrub, live, rowsLink, numericLink]) part?.destroy();
    root.remove(); // JupyterLab keeps the element that we were given
  };
}

export default { render };
