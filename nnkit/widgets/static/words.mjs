/** A number of the gradient in words: for a screen reader, for the preview, as LaTeX and as NumPy code. */

import { significant, weightText } from "./format.mjs";
import { factorsOf, parse, read, sideOf, valueOf } from "./rows.mjs";
import { TERMS } from "./symbols.mjs";

/** The chain as one sentence. */
export function inWords(state, row, name, example) {
  const slope = sideOf(state, row, "product", name, example);
  if (example === null) return `${name}, batch sum: the gradient is ${significant(slope)}.`;
  const factors = factorsOf(state, name)
    .map((factor) => `${TERMS[factor.term][0]} ${significant(valueOf(state, row, factor, example))}`);
  return `${name}, example ${example}: ${factors.join(" times ")} is ${significant(slope)}.`;
}

const place = (index) => (index.length ? `[${index.join(",")}]` : "");
const entry = (letter, layer, index) => `${letter}_{${layer}}${place(index)}`;
const slope = (top, bottom) => `\\frac{\\partial ${top}}{\\partial ${bottom}}`;
const cost = (example) => (example === null ? "C" : `C_{${example}}`);

/** A factor as LaTeX. */
export function factorAsLatex({ term, layer, index }, example) {
  switch (term) {
    case "loss_slope":
      return slope(cost(example), entry("a", layer, index));
    case "carry_back":
      return slope(cost(example), entry("a", layer - 1, index));
    case "activation_slope":
      if (index.length === 2) return slope(entry("a", layer, [index[0]]), entry("z", layer, [index[1]]));
      return `f'(${entry("z", layer, index)})`;
    case "weight":
      return entry("W", layer, index);
    case "delta":
      return entry("\\delta", layer, index);
    default:
      return index.length ? entry("a", layer - 1, index) : "1";
  }
}

/** The formula with its value as LaTeX: \frac{\partial C}{\partial W_{1}[0,2]} = ... */
export function asLatex(state, row, name, example) {
  const { group, index } = parse(name);
  const factors = factorsOf(state, name).map((factor) => factorAsLatex(factor, example ?? "n")).join(" \\cdot ");
  const count = state.y.length;
  const weight = weightText(read(state, row, "example_weight"), count);
  const mean = weight.startsWith("1/") ? `\\frac{1}{${count}} ` : weight && `${asLatexNumber(weight)} \\cdot `;
  const sum = example === null ? `${mean}\\sum_{n=0}^{${count - 1}} ` : "";
  const value = asLatexNumber(significant(sideOf(state, row, "product", name, example)));
  return `${slope(cost(example), entry(group[0], group.slice(1), index))} = ${sum}${factors} = ${value}`;
}

function asLatexNumber(text) {
  const [mantissa, power] = text.split("e");
  return power === undefined ? mantissa : `${mantissa} \\cdot 10^{${Number(power)}}`;
}

/** The number as NumPy code beside `params`, X and y; the value that is shown stands in a comment. */
export function asNumpy(state, row, name, example) {
  const { group, index } = parse(name);
  const letters = { l: group.slice(1), below: Number(group.slice(1)) - 1, i: index[0], j: index[1], n: example };
  const template = state.code[example === null ? "batch" : "example"][group[0]];
  const expression = template.replace(/\{(\w+)\}/g, (_, letter) => String(letters[letter]));
  return `${state.code.lines}\n${expression}  # ${significant(sideOf(state, row, "product", name, example))}`;
}
