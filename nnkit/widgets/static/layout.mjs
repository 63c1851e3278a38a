/** Where everything goes: columns of units, edges between them, and a place for each weight's pill. */

export const UNIT_RADIUS = 19;
export const PILL = { width: 46, height: 17 };
export const DOT = { width: 13, height: 13 };

const MOST_UNITS = 12;
const MOST_LAYERS = 6;

/** True when every weight of the network has room to be drawn and clicked; otherwise layers are drawn as cells. */
export function fits(sizes) {
  return Math.max(...sizes) <= MOST_UNITS && sizes.length - 1 <= MOST_LAYERS;
}

const TOP = 44;
const ROW = 68;
const LEFT = 70;

// Places along an edge, the middle first: a few far apart leave more room to others than many close together.
const FEW = [0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73, 0.2, 0.8];
const MANY = Array.from({ length: 39 }, (_, i) => 0.5 + (i % 2 ? 1 : -1) * 0.01 * i);

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {{id: string, layer: number, from: Point, to: Point, pill: Point, dot: boolean}} Edge
 * @param {number[]} sizes units per layer
 * @param {string[]} names every selectable name, among them "b1[0]" where a layer has biases
 * @returns {{width: number, height: number, units: Map<string, Point>, biases: Map<string, Point>, edges: Edge[], loss: Point}}
 */
export function layout(sizes, names) {
  const gap = sizes.length <= 3 || Math.max(...sizes) > 8 ? 215 : 175; // wide layers need room for many dots
  const height = TOP + Math.max(...sizes) * ROW + 8;
  const units = new Map();
  sizes.forEach((size, l) => {
    const first = TOP + ((Math.max(...sizes) - size) * ROW) / 2 + ROW / 2 - 6;
    for (let k = 0; k < size; k++) units.set(`${l},${k}`, { x: LEFT + l * gap, y: first + k * ROW });
  });
  const biases = new Map();
  for (const name of names.filter((name) => name.startsWith("b"))) {
    const [layer, k] = name.slice(1, -1).split("[");
    const { x, y } = units.get(`${layer},${k}`);
    biases.set(name, { x, y: y + UNIT_RADIUS + PILL.height / 2 + 4 });
  }
  const edges = [];
  const obstacles = [
    ...[...units.values()].map((centre) => ({ ...centre, width: 2 * UNIT_RADIUS, height: 2 * UNIT_RADIUS })),
    ...[...biases.values()].map((centre) => ({ ...centre, ...PILL })),
  ];
  for (let l = 1; l < sizes.length; l++) edges.push(...edgesInto(l, sizes, units, obstacles));
  const last = sizes.length - 1;
  const loss = { x: LEFT + last * gap + 150, y: TOP + (Math.max(...sizes) * ROW) / 2 - 6 };
  return { width: loss.x + 60, height, units, biases, edges, loss };
}

/** The edges into layer l. When one pill with its number finds no room, the whole gap gets dots. */
function edgesInto(l, sizes, units, obstacles) {
  const lines = [];
  for (let j = 0; j < sizes[l - 1]; j++) {
    for (let k = 0; k < sizes[l]; k++) {
      lines.push({ id: `W${l}[${j},${k}]`, layer: l, from: units.get(`${l - 1},${j}`), to: units.get(`${l},${k}`) });
    }
  }
  let found = [null];
  let dot = false;
  for (const [size, places] of [[PILL, FEW], [PILL, MANY], [DOT, FEW], [DOT, MANY]]) {
    if (!found.includes(null)) break;
    found = placeAll(lines, size, places, obstacles);
    dot = size === DOT;
  }
  return lines.map((line, i) => ({ ...line, pill: found[i] ?? along(line, 0.5), dot }));
}

/** A place on each line where a box of that size touches no box placed before; null where there is none. */
function placeAll(lines, size, places, obstacles) {
  const taken = [...obstacles];
  return lines.map((line) => {
    const boxes = places.map((t) => ({ ...along(line, t), ...size }));
    const free = boxes.find((box) => !taken.some((other) => overlap(other, box)));
    if (free === undefined) return null;
    taken.push(free);
    return { x: free.x, y: free.y };
  });
}

function along({ from, to }, t) {
  return { x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) };
}

/** True when two boxes, given by their centres, come closer than two pixels. */
export function overlap(one, other) {
  return Math.abs(one.x - other.x) < (one.width + other.width) / 2 + 2
    && Math.abs(one.y - other.y) < (one.height + other.height) / 2 + 2;
}
