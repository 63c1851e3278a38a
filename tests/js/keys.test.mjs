/** keys.mjs: which neighbour an arrow leads to. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { keepKeys, neighbour, plain } from "../../nnkit/widgets/static/keys.mjs";

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

test("everything can be reached from everywhere", () => {
  const reached = new Set(["c"]);
  for (const name of reached) {
    for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
      const next = neighbour(key, GRID.get(name), GRID);
      if (next) reached.add(next);
    }
  }
  assert.deepEqual([...reached].sort(), [...GRID.keys()]);
});

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
