/** Lines in a plane: where a straight line crosses a box, and a box around points. Nothing here draws. */

/**
 * The two points where w1 x + w2 y + b = 0 crosses the box, or null where it does not.
 * @param {number} w1
 * @param {number} w2
 * @param {number} b
 * @param {{low: [number, number], high: [number, number]}} box
 * @returns {[[number, number], [number, number]]|null}
 */
export function lineInBox(w1, w2, b, { low, high }) {
  const points = [];
  const add = (x, y) => {
    const inside = x >= low[0] - 1e-12 && x <= high[0] + 1e-12 && y >= low[1] - 1e-12 && y <= high[1] + 1e-12;
    if (inside && !points.some(([px, py]) => Math.hypot(px - x, py - y) < 1e-9)) points.push([x, y]);
  };
  if (w2 !== 0) for (const x of [low[0], high[0]]) add(x, -(w1 * x + b) / w2);
  if (w1 !== 0) for (const y of [low[1], high[1]]) add(-(w2 * y + b) / w1, y);
  return points.length >= 2 ? [points[0], points.at(-1)] : null;
}

/** A box around points [x, y] with room on every side; at least 1 wide. */
export function boxAround(points, room = 0.3) {
  const sides = [0, 1].map((axis) => points.map((point) => point[axis]));
  const low = sides.map((side) => Math.min(...side));
  const high = sides.map((side) => Math.max(...side));
  const margin = low.map((value, axis) => Math.max((high[axis] - value) * room, 0.5 * (high[axis] === value) + room));
  return { low: low.map((value, axis) => value - margin[axis]), high: high.map((value, axis) => value + margin[axis]) };
}
