/** What the views of this folder begin with: a root of their own, redrawn when the state changes, and taken away again. */

import { html } from "./dom.mjs";
import { keepKeys } from "./keys.mjs";
import { liveRegion } from "./live.mjs";

/**
 * A render function for anywidget.
 * @param {string} name of the widget, for example "race"
 * @param {(context: {model: object, root: HTMLElement, say: (words: string) => void}) =>
 *   {update?: () => void, destroy?: () => void}} build draws into `root`; `update` is called when `state` changes
 */
export function mount(name, build) {
  return ({ model, el }) => {
    const root = html("div", { class: `nnkit nnkit-view nnkit-${name}`, role: "group", "aria-label": name });
    const live = liveRegion();
    keepKeys(root);
    el.append(root);
    const { update = () => {}, destroy = () => {} } = build({ model, root, say: live.say });
    root.append(live.element);
    model.on("change:state", update);
    return () => {
      model.off("change:state", update);
      live.destroy();
      destroy();
      root.remove();
    };
  };
}
