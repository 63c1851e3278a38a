/** Which recorded stop of each run belongs to a step of the race. */

/**
 * For each step that any run can be looked at, the last stop of every run up to there.
 * @param {ArrayLike<number>[]} stops ascending, one list a run
 * @returns {{step: number, at: number[]}[]}
 */
export function moments(stops) {
  const steps = [...new Set(stops.flatMap((list) => [...list]))].sort((a, b) => a - b);
  const at = stops.map(() => 0);
  return steps.map((step) => {
    stops.forEach((list, i) => {
      while (at[i] + 1 < list.length && list[at[i] + 1] <= step) at[i] += 1;
    });
    return { step, at: [...at] };
  });
}
