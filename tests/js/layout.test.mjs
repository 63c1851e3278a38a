/** layout.mjs: a place for everything, and nothing on top of anything else. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { DOT, PILL, UNIT_RADIUS, fits, layout, overlap } from "../../nnkit/widgets/static/layout.mjs";

const DRAWN = [[2, 1], [2, 5, 1], [3, 4, 1], [2, 3, 2], [4, 6, 5, 3], [5, 4, 5, 4], [12, 1], [2, 12, 2], [12, 12, 12]];
const DEEP = [[2, 2, 2, 2, 2, 2, 2], [7, 9, 11, 3], [12, 12, 12, 12, 12, 12, 12]]; // the door lets these in too

/** Every name that can be selected in a network of these sizes. */
function namesOf(sizes, { bias = true } = {}) {
  const names = [];
  sizes.forEach((size, l) => {
    for (let k = 0; k < size; k++) {
      names.push(l === 0 ? `a0[${k}]` : `z${l}[${k}]`);
      if (l > 0 && bias) names.push(`b${l}[${k}]`);
      if (l > 0) for (let j = 0; j < sizes[l - 1]; j++) names.push(`W${l}[${j},${k}]`);
    }
  });
  return names;
}

/** What can be clicked, by its name: its box, {x, y, width, height} around its centre. */
function boxes({ units, biases, edges }) {
  const found = new Map();
  const unit = { width: 2 * UNIT_RADIUS, height: 2 * UNIT_RADIUS };
  for (const [id, place] of units) {
    const [l, k] = id.split(",");
    found.set(l === "0" ? `a0[${k}]` : `z${l}[${k}]`, { ...place, ...unit, round: true });
  }
  for (const [name, place] of biases) found.set(name, { ...place, ...PILL });
  for (const { id, pill, dot } of edges) found.set(id, { ...pill, ...(dot ? DOT : PILL) });
  return found;
}

/** True when two shapes share a point. Units are circles, all else is a box. */
function touch(one, other) {
  if (one.round === other.round) {
    const [dx, dy] = [Math.abs(one.x - other.x), Math.abs(one.y - other.y)];
    if (one.round) return Math.hypot(dx, dy) < 2 * UNIT_RADIUS;
    return dx < (one.width + other.width) / 2 && dy < (one.height + other.height) / 2;
  }
  const [circle, box] = one.round ? [one, other] : [other, one];
  const outside = (distance, size) => Math.max(Math.abs(distance) - size / 2, 0);
  return Math.hypot(outside(circle.x - box.x, box.width), outside(circle.y - box.y, box.height)) < UNIT_RADIUS;
}

/** Pairs of names whose shapes share a point. */
function collisions(places) {
  const all = [...boxes(places)];
  return all.flatMap(([name, box], i) => all.slice(i + 1)
    .filter(([, other]) => touch(box, other)).map(([other]) => `${name} on ${other}`));
}

for (const bias of [true, false]) {
  for (const sizes of [...DRAWN, ...DEEP]) {
    const title = `[${sizes}]${bias ? "" : " without biases"}`;
    const names = namesOf(sizes, { bias });
    const places = layout(sizes, names);

    test(`${title}: everything that can be selected has one place, inside the picture`, () => {
      const placed = boxes(places);
      assert.deepEqual([...placed.keys()].sort(), names.sort());
      assert.equal(places.edges.length, sizes.slice(1).reduce((sum, size, l) => sum + size * sizes[l], 0));
      for (const [name, { x, y, width, height }] of [...placed, ["loss", { ...places.loss, width: 78, height: 50 }]]) {
        assert.ok(x - width / 2 >= 0 && x + width / 2 <= places.width, `${name} leaves the picture at x = ${x}`);
        assert.ok(y - height / 2 >= 0 && y + height / 2 <= places.height, `${name} leaves the picture at y = ${y}`);
      }
    });

    test(`${title}: nothing that can be selected covers anything else`, () => {
      assert.deepEqual(collisions(places).slice(0, 5), []);
    });

    test(`${title}: every pill lies on its edge, between its two units`, () => {
      for (const { id, layer, from, to, pill } of places.edges) {
        const [j, k] = id.slice(id.indexOf("[") + 1, -1).split(",");
        assert.deepEqual(from, places.units.get(`${layer - 1},${j}`));
        assert.deepEqual(to, places.units.get(`${layer},${k}`));
        const t = (pill.x - from.x) / (to.x - from.x);
        assert.ok(t > 0 && t < 1, id);
        assert.ok(Math.abs(from.y + t * (to.y - from.y) - pill.y) < 1e-9, id);
      }
    });
  }
}

test("one gap between layers has pills only, or dots only", () => {
  for (const sizes of [...DRAWN, ...DEEP]) {
    const { edges } = layout(sizes, namesOf(sizes));
    for (let l = 1; l < sizes.length; l++) {
      assert.equal(new Set(edges.filter((edge) => edge.layer === l).map((edge) => edge.dot)).size, 1);
    }
  }
});

test("the networks of the workbook show the numbers of their weights", () => {
  for (const sizes of [[2, 1], [2, 5, 1], [3, 4, 1], [2, 3, 2]]) {
    assert.ok(layout(sizes, namesOf(sizes)).edges.every((edge) => !edge.dot), `[${sizes}]`);
  }
});

test("the largest network that the door lets in is laid out in a moment", () => {
  const sizes = Array(7).fill(12);
  const names = namesOf(sizes);
  const start = process.cpuUsage(); // not the clock: the machine may be busy
  layout(sizes, names);
  const { user } = process.cpuUsage(start);
  assert.ok(user < 1_000_000, `${user / 1000} ms`);
});

test("layers go from left to right, units from top to bottom, the loss comes last", () => {
  const { units, loss, width } = layout([2, 5, 1], []);
  const x = [0, 1, 2].map((l) => units.get(`${l},0`).x);
  assert.deepEqual(x, [...x].sort((a, b) => a - b));
  assert.ok(loss.x > x[2] && loss.x < width);
  const y = [0, 1, 2, 3, 4].map((k) => units.get(`1,${k}`).y);
  assert.deepEqual(y, [...y].sort((a, b) => a - b));
});

test("overlap() keeps two pixels of air", () => {
  const box = (x, y) => ({ x, y, width: 10, height: 4 });
  assert.equal(overlap(box(0, 0), box(11.9, 0)), true);
  assert.equal(overlap(box(0, 0), box(12, 0)), false);
  assert.equal(overlap(box(0, 0), box(0, 5.9)), true);
  assert.equal(overlap(box(0, 0), box(0, 6)), false);
  assert.equal(overlap(box(0, 0), box(12, 6)), false);
});

test("what has room is drawn as a diagram, what has not as cells", () => {
  for (const sizes of [...DRAWN, ...DEEP]) assert.equal(fits(sizes), true);
  for (const sizes of [[64, 30, 10], [2, 13, 1], Array(8).fill(2)]) assert.equal(fits(sizes), false);
});
