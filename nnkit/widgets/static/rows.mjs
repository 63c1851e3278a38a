/** Reading rows: where an array lies in a row of numbers, and what the factors of a number are. See frames.py. */

/**
 * @typedef {{term: string, layer: number, index: number[]}} Factor one named term at one place
 * @typedef {{term: string, layer: number, index: (number|string)[]}} Template the same with letters in the index
 */

/**
 * The rows in a buffer that Python sent.
 * @param {DataView} bytes
 * @param {number} length numbers in a row
 * @returns {Float64Array[]}
 */
export function rowsIn(bytes, length) {
  // A copy, because a view may begin where no float64 can.
  const all = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return Array.from({ length: all.length / length }, (_, i) => all.subarray(i * length, (i + 1) * length));
}

/**
 * One number of a row.
 * @param {object} state what Python sent beside the rows
 * @param {Float64Array} row
 * @param {string} name for example "delta:2"
 * @param {...number} index
 * @returns {number} NaN when there is no such array
 */
export function read(state, row, name, ...index) {
  const place = state.arrays[name];
  if (place === undefined) return NaN;
  let at = 0;
  for (let axis = 0; axis < index.length; axis++) at = at * place[axis + 1] + index[axis];
  return row[place[0] + at];
}

/** All numbers of an array, row by row, and its shape. */
export function arrayOf(state, row, name) {
  const [first, ...shape] = state.arrays[name];
  return { shape, numbers: row.subarray(first, first + shape.reduce((product, size) => product * size, 1)) };
}

/** "W1[0,2]" taken apart: {group: "W1", index: [0, 2]}. */
export function parse(name) {
  const [group, inside] = name.slice(0, -1).split("[");
  return { group, index: inside.split(",").map(Number) };
}

/** The name of a number: "W1[0,2]". */
export function nameOf(group, index) {
  return `${group}[${index.join(",")}]`;
}

/** True when a name belongs to this network. */
export function known(state, name) {
  const match = /^(\w+)\[(\d+(?:,\d+)*)\]$/.exec(name);
  const shape = match && state.groups[match[1]];
  const index = match?.[2].split(",").map(Number);
  return Boolean(shape) && shape.length === index.length && index.every((i, axis) => i < shape[axis]);
}

/** Every name that can be selected, in order. */
export function names(state) {
  return Object.entries(state.groups).flatMap(([group, [rows, columns]]) =>
    Array.from({ length: rows }, (_, i) => (columns === undefined ? [nameOf(group, [i])]
      : Array.from({ length: columns }, (__, j) => nameOf(group, [i, j])))).flat());
}

/**
 * The factors of a number, from the loss slope down to the input.
 * @returns {Factor[]}
 */
export function factorsOf(state, name) {
  const { group, index } = parse(name);
  return fill(state.chains[group], { i0: index[0], i1: index[1] });
}

/**
 * The products whose sum a factor is, one floor down; none when it is a plain number.
 * @param {object} state
 * @param {Factor} factor
 * @returns {Factor[][]}
 */
export function productsIn(state, factor) {
  const inside = state.insides[`${factor.term}:${factor.layer}`];
  if (!inside) return [];
  return Array.from({ length: inside.count }, (_, p) => fill(inside.factors, { i0: factor.index[0], p }));
}

/** The value of a factor for an example. The factor of a bias is the constant 1, a weight is the same for all. */
export function valueOf(state, row, { term, layer, index }, example) {
  if (term === "input" && !index.length) return 1;
  const name = `${term}:${layer}`;
  return term === "weight" ? read(state, row, name, ...index) : read(state, row, name, example, ...index);
}

/** A side of a number: "product", "numeric" or "error" of an example, or of the batch when example is null. */
export function sideOf(state, row, side, name, example) {
  const { group, index } = parse(name);
  if (example !== null) return read(state, row, `${side}:${group}`, example, ...index);
  return read(state, row, side === "product" ? `batch:${group}` : `${side}_batch:${group}`, ...index);
}

/** True when two numbers differ by more than rounding. */
export function differ(one, other) {
  if (Number.isNaN(one) && Number.isNaN(other)) return false;
  return Math.abs(one - other) > 1e-9 * Math.max(Math.abs(one), Math.abs(other)) + 1e-15;
}

function fill(template, letters) {
  return template.map(({ term, layer, index }) => ({
    term, layer, index: index.map((place) => (typeof place === "string" ? letters[place] : place)),
  }));
}
