/** The cost, in three parts: one prediction, sums and means, and how long a step may be. */

import { choices } from "./choices.mjs";
import { batchPart } from "./cost_batch.mjs";
import { descentPart } from "./cost_descent.mjs";
import { slopePart } from "./cost_slope.mjs";
import { html } from "./dom.mjs";
import { link } from "./link.mjs";
import { mount } from "./mount.mjs";

const PARTS = [
  { value: "slope", text: "one prediction", make: slopePart },
  { value: "batch", text: "sums and means", make: batchPart },
  { value: "descent", text: "how long a step", make: descentPart },
];

function build({ model, root, say }) {
  const start = model.get("start");
  const silence = html("p", { class: "hint silence", role: "status" });
  const connection = link(model, () => {}, (silent) => {
    silence.textContent = silent ? "Python does not answer. What is there still moves; a number of your own needs a running kernel." : "";
  });
  const parts = PARTS.map(({ make }) => make({
    state: model.get("state"), start, say, ask: model.get("alone") ? null : connection.ask, // a page from disk has no Python
  }));
  const panels = parts.map(({ element }, i) => html("section", { "data-part": PARTS[i].value, "aria-label": PARTS[i].text }, element));
  const open = (name) => panels.forEach((panel, i) => {
    panel.hidden = PARTS[i].value !== name;
  });
  const tabs = choices({ label: "part", quiet: true, options: PARTS, value: start.show, onchoose: open });
  root.append(tabs.element, ...panels, silence);
  open(start.show);
  return {
    update: () => parts.forEach((part) => part.update(model.get("state"))),
    destroy: () => connection.destroy(),
  };
}

const render = mount("cost", build);

export default { render };
