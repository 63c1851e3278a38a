/** rows.mjs and what reads through it: every factor and every number as nnkit says. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { linesOf } from "../../nnkit/widgets/static/compare.mjs";
import { activation, choices, lossOf, partsOfArray, shownOn } from "../../nnkit/widgets/static/edges.mjs";
import {
  differ, factorsOf, known, names, parse, productsIn, read, rowsIn, sideOf, valueOf,
} from "../../nnkit/widgets/static/rows.mjs";
import { rowsOf, sentence } from "../../nnkit/widgets/static/walk.mjs";
import { asLatex, asNumpy, factorAsLatex, inWords } from "../../nnkit/widgets/static/words.mjs";
import { sample, skip } from "./sample.mjs";

const { state, numbers, bytes } = skip ? {} : sample();
const [row] = skip ? [] : rowsIn(bytes, state.length);
const close = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-14, `${actual} is not ${expected}`);
const key = ({ term, layer, index }) => `${term}:${layer}${index.length ? `[${index}]` : ""}`;

test("every number has the factors, the products and the sum that nnkit says", { skip }, () => {
  assert.deepEqual(names(state), numbers.map(({ name }) => name));
  for (const { name, factors, values, per_example: products, batch } of numbers) {
    const found = factorsOf(state, name);
    assert.deepEqual(found.map(({ term, layer, index }) => [term, layer, index]), factors);
    found.forEach((factor, i) => values[i].forEach((value, n) => close(valueOf(state, row, factor, n), value)));
    products.forEach((product, n) => close(sideOf(state, row, "product", name, n), product));
    close(sideOf(state, row, "product", name, null), batch);
  }
});

test("every factor opens into the products that nnkit says", { skip }, () => {
  for (const { name, inside } of numbers) {
    const found = factorsOf(state, name).map((factor) => productsIn(state, factor).map((product) => product.map(key)));
    assert.deepEqual(found, inside);
  }
});

test("the numeric slope of a number stands beside it", { skip }, () => {
  for (const { name, batch } of numbers) {
    assert.ok(Math.abs(sideOf(state, row, "numeric", name, null) - batch) < 1e-8);
    assert.ok(sideOf(state, row, "error", name, 1) < 1e-5);
  }
});

test("what is not there is NaN", { skip }, () => assert.ok(Number.isNaN(read(state, row, "nonsense:1", 0))));

test("a name is taken apart, and known when it is of this network", { skip }, () => {
  assert.deepEqual(parse("W1[0,2]"), { group: "W1", index: [0, 2] });
  for (const name of ["W1[0,3]", "W2[3,1]", "b2[1]", "z1[3]", "a0[2]"]) assert.ok(known(state, name), name);
  for (const name of ["W1[0,4]", "W3[0,0]", "W1", "W1[0]", "b1[0,0]", "", "W1[0,-1]", "a1[0]"]) {
    assert.ok(!known(state, name), name);
  }
});

test("two numbers differ by more than rounding, or not", () => {
  assert.equal(differ(1, 1 + 1e-12), false);
  assert.equal(differ(1, 1 + 1e-6), true);
  assert.equal(differ(NaN, NaN), false);
  assert.equal(differ(0, 1e-300), false);
});

test("the chain in words is that of the example, or the sum", { skip }, () => {
  const said = inWords(state, row, "b2[1]", 1);
  assert.match(said, /^b2\[1\], example 1: delta -?[\d.e-]+ times input 1 is -?[\d.e-]+\.$/);
  assert.match(inWords(state, row, "W1[0,0]", null), /^W1\[0,0\], batch sum: the gradient is -?[\d.e-]+\.$/);
});

test("LaTeX has the slope, the sum and every factor", { skip }, () => {
  assert.match(asLatex(state, row, "W1[2,3]", null), new RegExp(String.raw`^\\frac\{\\partial C\}\{\\partial W_\{1\}\[2,3\]\} = `
    + String.raw`\\frac\{1\}\{2\} \\sum_\{n=0\}\^\{1\} \\frac\{\\partial C_\{n\}\}\{\\partial a_\{1\}\[3\]\} \\cdot `
    + String.raw`f'\(z_\{1\}\[3\]\) \\cdot a_\{0\}\[2\] = -?[\d.]+`));
  assert.ok(asLatex(state, row, "b2[0]", 1).includes("C_{1}"));
  assert.equal(factorAsLatex({ term: "activation_slope", layer: 2, index: [0, 1] }, 0),
    "\\frac{\\partial a_{2}[0]}{\\partial z_{2}[1]}");
  assert.equal(factorAsLatex({ term: "input", layer: 2, index: [] }, 0), "1");
});

test("before the sum stands what the gradient was made with: 1/N, nothing, or a planted number", { skip }, () => {
  const at = state.arrays.example_weight[0];
  const said = (weight) => {
    const planted = Float64Array.from(row, (value, i) => (i === at ? weight : value));
    const [, formula] = sentence(state, planted, "batch:W1");
    return [formula, asLatex(state, planted, "W1[2,3]", null).split(" = ")[1].split("\\sum")[0]];
  };
  assert.equal(row[at], 1 / 2);
  assert.deepEqual(said(1 / 2), ["∂C/∂W1 = 1/N a0ᵀ δ1", "\\frac{1}{2} "]);
  assert.deepEqual(said(1), ["∂C/∂W1 = a0ᵀ δ1", ""]);
  assert.deepEqual(said(1 / 4), ["∂C/∂W1 = 0.25 · a0ᵀ δ1", "0.25 \\cdot "]);
});

test("NumPy code ends in the expression of the number, its value beside it", { skip }, () => {
  const last = (name, example) => asNumpy(state, row, name, example).split("\n").at(-1);
  assert.match(last("W1[2,3]", null), /^np\.mean\(a0\[:, 2\] \* delta1\[:, 3\]\) {2}# -?[\d.e-]+$/);
  assert.match(last("b2[1]", 0), /^delta2\[0, 1\] {2}# /);
  assert.match(last("a0[1]", null), /^np\.mean\(slope0\[:, 1\]\) {2}# /);
});

test("a comparison has a line for each term of either, and a gap where one has none", { skip }, () => {
  const lines = linesOf(state, row, ["W1[0,1]", "b2[0]"], 1);
  assert.deepEqual(lines.map(({ name }) => name), ["value", "carried back, layer 2", "activation slope, layer 1",
    "input, layer 1", "delta, layer 2", "input, layer 2", "gradient"]);
  assert.ok(Number.isNaN(lines[1].values[1]) && Number.isFinite(lines[1].values[0]));
  assert.deepEqual(linesOf(state, row, ["W1[0,1]"], null).map(({ name }) => name), ["value", "gradient"]);
});

test("edges show the value, the gradient of the example or the batch, and a ratio", { skip }, () => {
  const where = parse("W2[3,1]");
  const { batch, per_example: products } = numbers.find(({ name }) => name === "W2[3,1]");
  close(shownOn(state, row, "gradient", where, null), batch);
  close(shownOn(state, row, "gradient", where, 1), products[1]);
  close(shownOn(state, row, "ratio", where, 1) * shownOn(state, row, "value", where, 1), batch);
  assert.deepEqual(choices(state), ["value", "gradient", "ratio"]);
  assert.ok(choices({ ...state, history: {} }).includes("update"));
  close((activation(state, row, 2, 0, 0) + activation(state, row, 2, 0, 1)) / 2, activation(state, row, 2, 0, null));
  close((lossOf(state, row, 0) + lossOf(state, row, 1)) / 2, lossOf(state, row, null));
});

test("every step of the backward pass has words, parts and numbers", { skip }, () => {
  for (const array of state.order) {
    const [title, formula] = sentence(state, row, array);
    assert.match(title, /^[a-z]/);
    assert.ok(formula.length > 5);
    assert.ok(partsOfArray(state, array).length > 0, array);
    for (const example of [null, 1]) {
      const { rows, cut } = rowsOf(state, row, array, example, "W1[0,0]");
      assert.ok(rows.length > 0 && rows.every(({ values }) => values.every(Number.isFinite)), array);
      assert.equal(cut, false);
    }
  }
  assert.deepEqual(rowsOf(state, row, "delta:1", 1, "W1[0,0]").rows.map(({ head }) => head), ["example 1"]);
  assert.equal(rowsOf(state, row, "activation_slope:2", 1, "W1[0,0]").rows.length, 2); // the softmax's matrix
});

test("of a wide array those numbers are written that are around what is selected", () => {
  const wide = { arrays: { "batch:W1": [0, 64, 30], "delta:1": [1920, 2, 30] } };
  const numbers = Float64Array.from({ length: 1980 }, (_, i) => i);
  const { heads, rows, cut } = rowsOf(wide, numbers, "batch:W1", null, "W1[40,29]");
  assert.ok(cut);
  assert.deepEqual([heads[0], heads.at(-1)], ["unit 18", "unit 29"]);
  assert.deepEqual([rows[0].head, rows.at(-1).head], ["from 34", "from 45"]);
  for (const { head, values, at } of rows) {
    assert.deepEqual(values, at);
    assert.equal(values[0], Number(head.slice(5)) * 30 + 18);
  }
  assert.deepEqual(rowsOf(wide, numbers, "delta:1", 1, "z1[15]").rows[0].values, Array.from({ length: 12 }, (_, k) => 1950 + 9 + k));
  assert.deepEqual(rowsOf(wide, numbers, "delta:1", 1, "a0[7]").heads[0], "unit 0");
});
