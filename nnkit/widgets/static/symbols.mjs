/** The names of terms: as MathML, as words, and as the parts of the diagram that they come from. */

import { math } from "./dom.mjs";

/**
 * @typedef {{term: string, layer: number, index: number[], values: number[], products: string[][], sum: boolean}} Factor
 * @typedef {{kind: "unit"|"edge"|"loss"|"bias", id: string}} Part
 */

/** What a term is called, and in one sentence what it says. */
export const TERMS = {
  loss_slope: ["loss slope", "How the loss of this example reacts to this output."],
  activation_slope: ["activation slope", "How this unit's activation reacts to its z."],
  weight: ["weight", "What the slope is carried back through."],
  carry_back: ["carried back", "The slope that reaches this unit: a sum over the units that it feeds."],
  delta: ["delta", "How the loss of this example reacts to this z."],
  input: ["input", "What the weight was multiplied by."],
};

/** "weight:2" of "weight:2[3,0]". */
export function termOf(factor) {
  return `${factor.term}:${factor.layer}`;
}

/** a₂[0] and the like, as MathML. */
export function entry(letter, layer, index) {
  const name = math("msub", {}, math("mi", {}, letter), math("mn", {}, String(layer)));
  if (!index.length) return name;
  return math("mrow", {}, name, math("mo", { stretchy: "false" }, "["), math("mn", {}, index.join(",")),
    math("mo", { stretchy: "false" }, "]"));
}

/** ∂top/∂bottom as MathML. */
export function slope(top, bottom) {
  return math("mfrac", {}, math("mrow", {}, math("mo", {}, "∂"), top), math("mrow", {}, math("mo", {}, "∂"), bottom));
}

/** C, or Cₙ for one example. */
export function cost(example) {
  if (example === null) return math("mi", {}, "C");
  return math("msub", {}, math("mi", {}, "C"), typeof example === "number" ? math("mn", {}, String(example))
    : math("mi", {}, example));
}

/** A factor's symbol as MathML. */
export function symbol(factor, example) {
  const { term, layer, index } = factor;
  switch (term) {
    case "loss_slope":
      return slope(cost(example), entry("a", layer, index));
    case "carry_back":
      return slope(cost(example), entry("a", layer - 1, index));
    case "activation_slope":
      if (index.length === 2) return slope(entry("a", layer, [index[0]]), entry("z", layer, [index[1]]));
      return math("mrow", {}, math("mi", {}, "f"), math("mo", { lspace: "0", rspace: "0" }, "′"),
        math("mo", { stretchy: "false" }, "("),
        entry("z", layer, index), math("mo", { stretchy: "false" }, ")"));
    case "weight":
      return entry("W", layer, index);
    case "delta":
      return entry("δ", layer, index);
    default:
      return index.length ? entry("a", layer - 1, index) : math("mn", {}, "1");
  }
}

/**
 * The parts of the diagram that a factor comes from.
 * @param {Factor} factor
 * @param {number[]} sizes units per layer
 * @param {string} selected what is selected: a bias's input, the constant 1, sits at the bias
 * @returns {Part[]}
 */
export function partsOf(factor, sizes, selected) {
  const { term, layer, index } = factor;
  const unit = (l, k) => ({ kind: "unit", id: `${l},${k}` });
  switch (term) {
    case "loss_slope":
      return [{ kind: "loss", id: String(index[0]) }];
    case "activation_slope":
    case "delta":
      return [unit(layer, index.at(-1))];
    case "weight":
      return [{ kind: "edge", id: `W${layer}[${index.join(",")}]` }];
    case "carry_back":
      return Array.from({ length: sizes[layer] }, (_, k) => ({ kind: "edge", id: `W${layer}[${index[0]},${k}]` }));
    default:
      return index.length ? [unit(layer - 1, index[0])] : [{ kind: "bias", id: selected }];
  }
}

/** What is selected, in words. */
export function describe(number, sizes) {
  const letter = number.param[0];
  const layer = Number(number.param.slice(1));
  const unit = (l, k) => {
    const name = l === 0 ? "input" : l === sizes.length - 1 ? "output" : `layer ${l}, unit`;
    return `${name} ${k}`;
  };
  const [first, last] = [number.index[0], number.index.at(-1)];
  if (letter === "W") return `weight from ${unit(layer - 1, first)} to ${unit(layer, last)}`;
  if (letter === "b") return `bias of ${unit(layer, last)}`;
  return unit(layer, last);
}
