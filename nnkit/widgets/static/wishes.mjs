/** What a reader wishes for while an answer is on its way, in order: steps add up, a drag keeps its last value only. */

/**
 * @typedef {{values?: Record<string, number>, base?: Record<string, number>, gesture?: number, learning_rate?: number, do?: string, times?: number}} Wish
 * @param {Wish[]} list
 * @param {Wish} wish
 * @returns {Wish[]} a new list
 */
export function added(list, wish) {
  const last = list.at(-1);
  const rest = list.slice(0, -1);
  if (!last) return [wish];
  if (wish.do && last.do === wish.do) return [...rest, { ...last, times: (last.times ?? 1) + (wish.times ?? 1) }];
  if (wish.values && last.values && wish.gesture === last.gesture) {
    return [...rest, { ...last, ...wish, values: { ...last.values, ...wish.values } }];
  }
  if ("learning_rate" in wish && "learning_rate" in last) return [...rest, wish];
  return [...list, wish];
}

/**
 * A queue of wishes on top of a link that sends one question at a time and keeps only the newest behind it.
 * @param {(question: {wishes: Wish[]}) => void} ask
 * @param {() => boolean} busy
 * @returns {{wish: (wish: Wish) => void, answered: () => void}}
 */
export function wishes(ask, busy) {
  let waiting = [];
  return {
    wish(wish) {
      waiting = busy() ? added(waiting, wish) : [wish];
      const question = { wishes: waiting };
      if (!busy()) waiting = [];
      ask(question);
    },
    answered() {
      waiting = []; // the link has just sent them on their way
    },
  };
}
