/** keys.mjs: which neighbour an arrow leads to. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { keepKeys, neighbour, plain } from "../../nnkit/widgets/static/keys.mjs";
import { layout } from "../../nnkit/widgets/static/layout.mjs";
import { names } from "../../nnkit/widgets/static/rows.mjs";

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/** All names that arrows lead to from `start`. */
function reachedFrom(start, places) {
  const reached = new Set([start]);
  for (const name of reached) {
    for (const key of ARROWS) {
      const next = neighbour(key, places.get(name), places);
      if (next) reached.add(next);
    }
  }
  return [...reached].sort();
}

/** Everything that can be selected in the diagram of a network, and where it is. */
function diagramOf(sizes) {
  const groups = { a0: [sizes[0]] };
  sizes.slice(1).forEach((size, i) => {
    Object.assign(groups, { [`W${i + 1}`]: [sizes[i], size], [`b${i + 1}`]: [size], [`z${i + 1}`]: [size] });
  });
  const { units, biases, edges } = layout(sizes, names({ groups }));
  const found = new Map([...biases, ...edges.map(({ id, pill }) => [id, pill])]);
  for (const [id, place] of units) {
    const [l, k] = id.split(",");
    found.set(l === "0" ? `a0[${k}]` : `z${l}[${k}]`, place);
  }
  return found;
}

const GRID = new Map([
  ["a", { x: 0, y: 0 }], ["b", { x: 100, y: 0 }], ["c", { x: 200, y: 0 }],
  ["d", { x: 0, y: 50 }], ["e", { x: 100, y: 60 }],
]);

test("an arrow leads straight ahead to the nearest", () => {
  assert.equal(neighbour("ArrowRight", GRID.get("a"), GRID), "b");
  assert.equal(neighbour("ArrowLeft", GRID.get("c"), GRID), "b");
  assert.equal(neighbour("ArrowDown", GRID.get("a"), GRID), "d");
  assert.equal(neighbour("ArrowUp", GRID.get("e"), GRID), "b");
});

test("where nothing lies ahead, the arrow stays", () => {
  assert.equal(neighbour("ArrowUp", GRID.get("b"), GRID), null);
  assert.equal(neighbour("ArrowLeft", GRID.get("a"), GRID), null);
});

test("other keys lead nowhere", () => assert.equal(neighbour("Enter", GRID.get("a"), GRID), null));

for (const sizes of [[2, 1], [2, 5, 1], [3, 4, 1], [2, 3, 2], [4, 6, 5, 3], [12, 12, 12]]) {
  test(`[${sizes}]: arrows lead to everything in the diagram, from wherever one starts`, () => {
    const places = diagramOf(sizes);
    const every = [...places.keys()].sort();
    for (const start of ["a0[0]", every.at(-1), every[Math.floor(every.length / 2)]]) {
      assert.deepEqual(reachedFrom(start, places), every);
    }
  });
}

test("a key with a modifier is not plain", () => {
  const none = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
  assert.equal(plain(none), true);
  for (const name of Object.keys(none)) assert.equal(plain({ ...none, [name]: true }), false);
});

test("single keys stay inside, shortcuts get out", () => {
  let listener = null;
  keepKeys({ addEventListener: (_, found) => (listener = found) });
  const stopped = (event) => {
    let did = false;
    listener({ ...event, stopPropagation: () => (did = true) });
    return did;
  };
  assert.equal(stopped({ key: "b" }), true);
  assert.equal(stopped({ key: "Enter" }), true);
  assert.equal(stopped({ key: "Enter", shiftKey: true }), false);
  assert.equal(stopped({ key: "s", ctrlKey: true }), false);
});
