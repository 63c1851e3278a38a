/** The keyboard: keys that are ours alone, and arrows that lead from one thing to its neighbour in a picture. */

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Keeps single keys from the page around: in JupyterLab "b" would insert a cell, an arrow would leave this one.
 * Shortcuts pass, so that Shift+Enter still runs the cell.
 * @param {HTMLElement} root
 */
export function keepKeys(root) {
  root.addEventListener("keydown", (event) => {
    const shortcut = event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
    if (!shortcut) event.stopPropagation();
  });
}

/** True for a key pressed alone, without Shift, Control, Alt or Meta. */
export function plain(event) {
  return !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
}

/**
 * The neighbour that an arrow key leads to: what lies ahead, straight ahead before aside, near before far.
 * @param {string} key "ArrowLeft", "ArrowRight", "ArrowUp" or "ArrowDown"; null comes back for any other
 * @param {{x: number, y: number}} here
 * @param {Map<string, {x: number, y: number}>} places by name
 * @returns {string|null}
 */
export function neighbour(key, here, places) {
  const direction = DIRECTIONS[key];
  if (!direction) return null;
  let best = null;
  let least = Infinity;
  for (const [name, { x, y }] of places) {
    const [dx, dy] = [x - here.x, y - here.y];
    const ahead = dx * direction[0] + dy * direction[1];
    const aside = Math.abs(dx * direction[1]) + Math.abs(dy * direction[0]);
    const distance = ahead + 2 * aside;
    if (ahead > 1 && aside <= 4 * ahead && distance < least) [best, least] = [name, distance];
  }
  return best;
}
