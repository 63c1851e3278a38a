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
