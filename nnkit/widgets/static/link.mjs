/**
 * Asking Python. One question is on its way at a time; of those asked meanwhile only the newest is sent after it.
 * So a fast drag ends with its last value and leaves no queue behind.
 *
 * A question is the trait `asked`, an answer the trait `answer`. Both carry the view that asks and a running number.
 */

export const PATIENCE = 1500; // milliseconds without an answer until we say so

/**
 * The queue of one, apart from any widget.
 * @param {(question: object, id: number) => void} send may throw when there is no one to ask
 * @param {(silent: boolean) => void} onsilence true when no answer came in time, false when one came after all
 * @param {number} [patience] milliseconds
 * @returns {{ask: (question: object) => void, answered: (id: number) => boolean, busy: () => boolean,
 *   destroy: () => void}}
 */
export function latest(send, onsilence = () => {}, patience = PATIENCE) {
  let id = 0;
  let flying = null;
  let waiting = null;
  let timer = null;
  let silent = false;
  const launch = (question) => {
    id += 1;
    flying = id;
    clearTimeout(timer);
    timer = setTimeout(() => fallSilent(), patience);
    try {
      send(question, id);
    } catch {
      flying = null; // a widget restored from a file has nobody behind it
      fallSilent();
    }
  };
  const fallSilent = () => {
    clearTimeout(timer);
    silent = true;
    onsilence(true);
  };
  return {
    ask(question) {
      if (flying === null) launch(question);
      else waiting = question;
    },
    answered(number) {
      if (number !== flying) return false;
      clearTimeout(timer);
      flying = null;
      if (silent) onsilence(false);
      silent = false;
      if (waiting !== null) {
        const next = waiting;
        waiting = null;
        launch(next);
      }
      return true;
    },
    busy: () => flying !== null,
    destroy: () => clearTimeout(timer),
  };
}

/**
 * The same, bound to a widget's model.
 * @param {{get: Function, set: Function, on: Function, off: Function, save_changes: Function}} model
 * @param {(answer: object, question: object) => void} onanswer
 * @param {(silent: boolean) => void} onsilence
 * @param {number} [patience] milliseconds, more where Python may take its time
 * @returns {{ask: (question: object) => void, busy: () => boolean, destroy: () => void}}
 */
export function link(model, onanswer, onsilence, patience = PATIENCE) {
  const view = Math.random().toString(36).slice(2); // two views of one widget each listen for their own answers
  let sent = null;
  const queue = latest((question, id) => {
    sent = question;
    model.set("asked", { ...question, view, id });
    model.save_changes();
  }, onsilence, patience);
  const listen = () => {
    const answer = model.get("answer");
    const question = sent; // before the next one goes out
    if (answer.view === view && queue.answered(answer.id)) onanswer(answer, question);
  };
  model.on("change:answer", listen);
  return {
    ask: queue.ask,
    busy: queue.busy,
    destroy() {
      model.off("change:answer", listen);
      queue.destroy();
    },
  };
}
