/** What is being looked at, and which rows belong to it. Nothing here draws, and nothing here computes a slope. */

import { names, parse, rowsIn } from "./rows.mjs";

/**
 * @typedef {{group: string, index: number[], example: number|null, value: number}} Change
 * @typedef {{selected: string, example: number|null, at: number, edges: string, mistake: string|null,
 *   layer: number|null, changes: Change[], pins: string[], step: number|null}} Now
 */

export class Session {
  /**
   * @param {object} state what Python sent beside the rows
   * @param {DataView} bytes the rows
   * @param {{select: string, example: number|null, mistake?: string, answer?: object}} start
   * @param {DataView} [planted] the rows of the mistake that is planted at the start, to which `start.answer` belongs
   */
  constructor(state, bytes, start, planted) {
    this.state = state;
    this.rows = rowsIn(bytes, state.length);
    this.names = names(state);
    this.planted = new Map(); // recorded step -> its row with the mistake in it
    this.edited = null; // the row of this step with the changes made
    this.changed = []; // the arrays that the mistake changes
    this.curve = null; // the training curve with the mistake
    this.past = [];
    /** @type {Now} */
    this.now = {
      selected: start.select, example: start.example, at: this.rows.length - 1, edges: "value",
      mistake: start.mistake ?? null, layer: null, changes: [], pins: [], step: null,
    };
    if (start.mistake) this.receive(this.question(), start.answer, planted);
  }

  /** The row without a mistake in it: as recorded, or as the changes make it. */
  get right() {
    return this.edited ?? this.rows[this.now.at];
  }

  /** The row that is shown. */
  get row() {
    return (this.now.mistake !== null && this.planted.get(this.now.at)) || this.right;
  }

  /** True when a row with a mistake in it is shown. */
  get wrong() {
    return this.row !== this.right;
  }

  /** The parameters whose gradient the shown mistake makes wrong, for example ["W1", "b1"]. */
  get wrongGradients() {
    if (!this.wrong) return [];
    return this.changed.filter((array) => /^batch:[Wb]/.test(array)).map((array) => array.slice("batch:".length));
  }

  /** Go to a recorded step. Changes belong to one step and end with it. */
  goTo(at) {
    const { changes, mistake } = this.now;
    this.now.at = at;
    if (!changes.length) return false;
    this.now.changes = [];
    this.edited = null;
    this.planted.clear();
    return mistake !== null; // the mistake has to be asked for again, for every step
  }

  /** Keep what is now, so that undo comes back to it. */
  keep() {
    const { changes, mistake, layer, at } = this.now;
    this.past.push({ changes, mistake, layer, at });
  }

  /** Set a parameter or, with an example, an input. */
  change(name, example, value) {
    const { group, index } = parse(name);
    const same = (other) => other.group === group && String(other.index) === String(index) && other.example === example;
    this.now.changes = [...this.now.changes.filter((other) => !same(other)), { group, index, example, value }];
  }

  /** The mistake that is planted, in one layer or, with null, in all; no mistake with null. */
  plant(mistake, layer) {
    [this.now.mistake, this.now.layer] = [mistake, mistake === null ? null : layer];
    this.forget();
  }

  /** Back to what was kept last. */
  undo() {
    if (!this.past.length) return;
    Object.assign(this.now, this.past.pop());
    this.forget();
    if (!this.now.changes.length) this.edited = null;
  }

  /** Back to what Python sent at first. */
  reset() {
    this.keep();
    [this.now.changes, this.now.mistake, this.now.layer, this.edited] = [[], null, null, null];
    this.forget();
  }

  forget() {
    this.planted.clear();
    [this.changed, this.curve] = [[], null];
  }

  /** What Python has to be asked, or null when every row is here. */
  question() {
    const { at, changes, mistake, layer } = this.now;
    return changes.length || mistake !== null ? { what: "rows", at, changes, mistake, layer } : null;
  }

  /**
   * Take in an answer; false when it belongs to something that is no longer looked at.
   * @param {object} question
   * @param {object} answer
   * @param {DataView} bytes
   */
  receive(question, answer, bytes) {
    const { mistake, layer, changes, at } = this.now;
    if (question.mistake !== mistake || question.layer !== layer) return false;
    if (Boolean(question.changes.length) !== Boolean(changes.length) || (changes.length && question.at !== at)) return false;
    const rows = rowsIn(bytes, this.state.length);
    this.planted.clear();
    answer.rows.forEach(({ kind, at: step }, i) => {
      if (kind === "right") this.edited = rows[i];
      else this.planted.set(step, rows[i]);
    });
    this.changed = answer.changed ?? [];
    this.curve = answer.curve ?? null;
    return true;
  }

  /** Pin a name to compare it, or take it off again. Two fit; a third takes the place of the older. */
  pin(name) {
    const { pins } = this.now;
    this.now.pins = pins.includes(name) ? pins.filter((other) => other !== name) : [...pins, name].slice(-2);
  }
}
