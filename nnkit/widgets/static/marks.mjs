/** How several lines in one picture are told apart without colour: by dash, by marker and by name. */

/** One look for each line: the dash of its stroke, and a marker drawn around (0, 0). */
export const LOOKS = [
  { dash: "", marker: "circle", path: "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0" },
  { dash: "7 3", marker: "square", path: "M-3.6 -3.6h7.2v7.2h-7.2z" },
  { dash: "2 2.5", marker: "triangle", path: "M0 -4.8L4.6 3.6H-4.6z" },
  { dash: "9 3 2 3", marker: "diamond", path: "M0 -5.2L5.2 0L0 5.2L-5.2 0z" },
  { dash: "12 4", marker: "cross", path: "M-4 -1.4h2.6v-2.6h2.8v2.6h2.6v2.8h-2.6v2.6h-2.8v-2.6h-2.6z" },
  { dash: "4 2 1 2 1 2", marker: "triangle down", path: "M0 4.8L4.6 -3.6H-4.6z" },
  { dash: "1.5 4", marker: "bar", path: "M-1.6 -5h3.2v10h-3.2z" },
  { dash: "10 2 4 2", marker: "hourglass", path: "M-4 -4.5H4L-4 4.5H4z" },
];

/** The look of line number i. */
export function look(i) {
  return LOOKS[i % LOOKS.length];
}

/**
 * Heights for labels beside a picture: as near as may be to where they belong, and none on top of another.
 * @param {number[]} wanted
 * @param {number} gap the least distance between two
 * @param {[number, number]} range
 * @returns {number[]} in the order of `wanted`
 */
export function spread(wanted, gap, [low, high]) {
  const order = wanted.map((_, i) => i).sort((i, j) => wanted[i] - wanted[j]);
  const placed = [...wanted];
  let floor = low;
  for (const i of order) {
    placed[i] = Math.max(placed[i], floor);
    floor = placed[i] + gap;
  }
  let ceiling = high;
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i], ceiling);
    ceiling = placed[i] - gap;
  }
  return placed;
}
