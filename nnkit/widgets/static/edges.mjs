/** What the edges and biases of the diagram can show: the weight itself, its gradient, its update, or a ratio. */

import { nameOf, read } from "./rows.mjs";

/** What there is to choose from: [what it is called, what it says]. */
export const EDGES = {
  value: ["weight", "the weight as it is"],
  gradient: ["gradient", "its gradient, for what is chosen below"],
  update: ["update", "its change since the recorded step before"],
  ratio: ["gradient ÷ weight", "the gradient of the batch in proportion to the weight"],
};

/** The choices that this state has; only a history has updates. */
export function choices(state) {
  return Object.keys(EDGES).filter((kind) => kind !== "update" || state.history);
}

/** The number that the edge of a parameter shows. */
export function shownOn(state, row, kind, { group, index }, example) {
  if (kind !== "gradient") return read(state, row, `${kind}:${group}`, ...index);
  if (example === null) return read(state, row, `batch:${group}`, ...index);
  return read(state, row, `product:${group}`, example, ...index);
}

/** The value that a unit shows: its activation for an example, or the mean. */
export function activation(state, row, l, k, example) {
  return example === null ? read(state, row, `mean:${l}`, k) : read(state, row, `a:${l}`, example, k);
}

/** The loss for an example or the batch. */
export function lossOf(state, row, example) {
  return example === null ? read(state, row, "cost") : read(state, row, "loss", example);
}

/** The parts of the diagram that an array of the backward pass belongs to: {kind, id} as in symbols.mjs. */
export function partsOfArray(state, array) {
  const [kind, where] = array.split(":");
  const l = Number(kind === "batch" ? where.slice(1) : where);
  const units = (layer) => Array.from({ length: state.sizes[layer] }, (_, k) => ({ kind: "unit", id: `${layer},${k}` }));
  const edges = () => units(l - 1).flatMap((_, j) =>
    units(l).map((__, k) => ({ kind: "edge", id: nameOf(`W${l}`, [j, k]) })));
  if (kind === "loss_slope") return units(l).map((_, k) => ({ kind: "loss", id: String(k) }));
  if (kind === "batch" && where[0] === "b") return units(l).map((_, k) => ({ kind: "bias", id: nameOf(where, [k]) }));
  if (kind === "batch" || kind === "weight") return edges();
  return units(kind === "input" || kind === "carry_back" ? l - 1 : l);
}
