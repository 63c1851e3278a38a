/** Scales, ticks and lines: from numbers to places in a picture. Nothing here draws. */

/**
 * A linear scale from the numbers [low, high] to the places [from, to].
 * @param {[number, number]} numbers
 * @param {[number, number]} places
 * @returns {(value: number) => number}
 */
export function linear([low, high], [from, to]) {
  const width = high - low || 1;
  return (value) => from + ((value - low) / width) * (to - from);
}

/** The same with equal distances for equal factors; both ends must be above 0. */
export function logarithmic([low, high], places) {
  const inner = linear([Math.log10(low), Math.log10(high)], places);
  return (value) => inner(Math.log10(value));
}

/** Round numbers between low and high, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks(low, high, count = 5) {
  const rough = (high - low) / Math.max(count, 1);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step || 0);
  return found;
}

/** Powers of ten from low to high, both included when they are such. */
export function powersOfTen(low, high) {
  const found = [];
  for (let p = Math.ceil(Math.log10(low) - 1e-9); p <= Math.log10(high) + 1e-9; p++) found.push(10 ** p);
  return found;
}

/** The smallest and the largest of the finite numbers in a list, or [0, 1] when there is none. */
export function extent(values) {
  const finite = values.filter(Number.isFinite);
  return finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
}

/**
 * What of a line through points lies in a box, as points of the same kind: [NaN, NaN] stands where the line leaves it.
 * A line that runs far out of a picture would lose its dashes and, cut off at some number, its direction.
 * @param {[number, number][]} points
 * @param {{left: number, right: number, top: number, bottom: number}} box
 */
export function clipped(points, box) {
  const found = [];
  let end = null;
  for (let i = 1; i < points.length; i++) {
    const piece = segmentIn(points[i - 1], points[i], box);
    if (!piece) continue;
    if (end === null) found.push(piece[0]);
    else if (end[0] !== piece[0][0] || end[1] !== piece[0][1]) found.push([NaN, NaN], piece[0]);
    found.push(piece[1]);
    end = piece[1];
  }
  return found;
}

/** The part of a segment that is in a box, or null: Liang and Barsky's method. */
function segmentIn([x0, y0], [x1, y1], { left, right, top, bottom }) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  if (!Number.isFinite(dx) || !Number.isFinite(dy)) return null;
  let [from, to] = [0, 1];
  for (const [by, room] of [[-dx, x0 - left], [dx, right - x0], [-dy, y0 - top], [dy, bottom - y0]]) {
    const at = room / by;
    if (by === 0 && room < 0) return null;
    if (by < 0) from = Math.max(from, at);
    if (by > 0) to = Math.min(to, at);
  }
  if (from > to) return null;
  const inside = (value, low, high) => Math.min(Math.max(value, low), high); // rounding, when an end is 1e100 away
  const place = (at) => (at === 0 ? [x0, y0] : at === 1 ? [x1, y1]
    : [inside(x0 + at * dx, left, right), inside(y0 + at * dy, top, bottom)]);
  return [place(from), place(to)];
}

/** An SVG path through points [x, y]; it is broken where a point is not finite. */
export function path(points) {
  let pen = "M";
  return points.map(([x, y]) => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      pen = "M";
      return "";
    }
    const piece = `${pen}${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100}`;
    pen = "L";
    return piece;
  }).join("");
}
