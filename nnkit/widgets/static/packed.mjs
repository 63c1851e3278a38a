/** Many numbers in one buffer: arrays of float64 as Python packed them. */

/**
 * @typedef {{at: number, shape: number[]}} Where
 * @param {DataView|null} view the bytes as they came
 * @returns {(where: Where) => {values: Float64Array, shape: number[], get: (...index: number[]) => number}}
 */
export function unpack(view) {
  const bytes = view ? view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) : new ArrayBuffer(0);
  const all = new Float64Array(bytes);
  return ({ at, shape }) => {
    const values = all.subarray(at, at + shape.reduce((product, size) => product * size, 1));
    const get = (...index) => values[index.reduce((place, i, axis) => place * shape[axis] + i, 0)];
    return { values, shape, get };
  };
}
