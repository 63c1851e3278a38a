/** Contour lines of numbers on a grid, by marching squares: where a surface crosses a level. Nothing here draws. */

/**
 * @param {ArrayLike<number>} values row by row, `columns` in a row
 * @param {number} columns
 * @param {number} level
 * @returns {[[number, number], [number, number]][]} segments between points [column, row], which may be fractions
 */
export function contour(values, columns, level) {
  const rows = values.length / columns;
  const segments = [];
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) segments.push(...cell(values, columns, c, r, level));
  }
  return segments;
}

/** The segments inside one square of the grid: none, one, or two where opposite corners lie on one side. */
function cell(values, columns, c, r, level) {
  const corners = [[c, r], [c + 1, r], [c + 1, r + 1], [c, r + 1]]; // once around
  const heights = corners.map(([x, y]) => values[y * columns + x]);
  if (!heights.every(Number.isFinite)) return [];
  const above = heights.map((height) => height > level);
  const crossings = [];
  for (let i = 0; i < 4; i++) {
    const j = (i + 1) % 4;
    if (above[i] !== above[j]) crossings.push(between(corners[i], corners[j], heights[i], heights[j], level));
  }
  if (crossings.length < 4) return crossings.length ? [[crossings[0], crossings[1]]] : [];
  // A saddle: the middle decides which corners hang together.
  const middle = heights.reduce((sum, height) => sum + height) / 4 > level;
  return middle === above[0] ? [[crossings[0], crossings[1]], [crossings[2], crossings[3]]]
    : [[crossings[3], crossings[0]], [crossings[1], crossings[2]]];
}

function between([x1, y1], [x2, y2], low, high, level) {
  const t = (level - low) / (high - low);
  return [x1 + t * (x2 - x1), y1 + t * (y2 - y1)];
}

/** True where a label of a few digits, centred there, lies on none of these points. */
export function isFree([x, y], points, { width = 48, height = 26 } = {}) {
  return points.every(([px, py]) => Math.abs(px - x) > width / 2 || Math.abs(py - y) > height / 2);
}

/**
 * One place for a label on a contour: the middle of the segment that is furthest from all places taken.
 * @param {[[number, number], [number, number]][]} segments in pixels
 * @param {[number, number][]} taken
 * @param {number} room pixels that must be free around it
 * @returns {[number, number]|null}
 */
export function labelPlace(segments, taken, room) {
  let best = null;
  let widest = room;
  for (const [[x1, y1], [x2, y2]] of segments) {
    const middle = [(x1 + x2) / 2, (y1 + y2) / 2];
    const free = Math.min(Infinity, ...taken.map(([x, y]) => Math.hypot(x - middle[0], y - middle[1])));
    if (free > widest || (best === null && free === Infinity)) [best, widest] = [middle, free];
  }
  return best;
}
