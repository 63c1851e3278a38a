/** A memory of the newest answers: a view that lives for hours must not keep every number that it once asked for. */

/**
 * @param {number} most how many are kept
 * @returns {{get: (key: string) => any, set: (key: string, value: any) => void, size: () => number}}
 */
export function recent(most) {
  const kept = new Map(); // in the order in which they came
  return {
    get: (key) => kept.get(key),
    set(key, value) {
      kept.delete(key);
      kept.set(key, value);
      if (kept.size > most) kept.delete(kept.keys().next().value);
    },
    size: () => kept.size,
  };
}
