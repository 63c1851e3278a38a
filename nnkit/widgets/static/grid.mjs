/** Where the cells of a large network go: a strip for each layer's units, a grid for each matrix, a row for each bias. */

const TALLEST = 450; // a strip of units grows up to here
const [SMALLEST, LARGEST] = [5, 16];
const UNIT = 14; // a unit's cell is this wide
const [LEFT, TOP, GAP, LOSS] = [26, 40, 26, 78];

/**
 * @typedef {{group: string, x: number, y: number, rows: number, columns: number, width: number, height: number}} Block
 * `width` and `height` are those of one cell.
 * @param {number[]} sizes units per layer
 * @param {(group: string) => boolean} has whether a layer has biases: has("b1")
 * @returns {{width: number, height: number, blocks: Block[], loss: {x: number, y: number}}}
 */
export function grid(sizes, has) {
  const cell = Math.min(LARGEST, Math.max(SMALLEST, Math.floor(TALLEST / Math.max(...sizes))));
  const tallest = Math.max(...sizes) * cell;
  const blocks = [];
  let x = LEFT;
  sizes.forEach((size, l) => {
    if (l > 0) {
      const rows = sizes[l - 1];
      const y = TOP + (tallest - rows * cell) / 2;
      blocks.push({ group: `W${l}`, x, y, rows, columns: size, width: cell, height: cell });
      if (has(`b${l}`)) {
        blocks.push({ group: `b${l}`, x, y: y + rows * cell + 6, rows: 1, columns: size, width: cell, height: UNIT });
      }
      x += Math.max(size * cell, 44) + GAP;
    }
    const y = TOP + (tallest - size * cell) / 2;
    blocks.push({ group: l === 0 ? "a0" : `z${l}`, x, y, rows: size, columns: 1, width: UNIT, height: cell });
    x += UNIT + GAP;
  });
  const loss = { x: x + LOSS / 2, y: TOP + tallest / 2 };
  return { width: x + LOSS + 10, height: TOP + tallest + UNIT + 20, blocks, loss };
}

/** The index of a cell as it stands in a name: two numbers in a matrix, one elsewhere. */
export function indexOf({ rows, columns }, i, j, matrix) {
  if (matrix) return [i, j];
  return [rows === 1 && columns > 1 ? j : Math.max(i, j)];
}

/** The row and the column of an index. */
export function cellOf({ rows }, index) {
  if (index.length === 2) return { i: index[0], j: index[1] };
  return rows === 1 ? { i: 0, j: index[0] } : { i: index[0], j: 0 };
}

/** The box of a cell: its corner and its size. */
export function boxOf(block, { i, j }) {
  return { x: block.x + j * block.width, y: block.y + i * block.height, width: block.width, height: block.height };
}

/** The cell under a point of the picture, the nearest one inside the block. */
export function cellAt(block, { x, y }) {
  const inside = (value, count) => Math.min(Math.max(Math.floor(value), 0), count - 1);
  return { i: inside((y - block.y) / block.height, block.rows), j: inside((x - block.x) / block.width, block.columns) };
}

/** Where an arrow key leads inside a block; null when it would leave it. */
export function step({ rows, columns }, { i, j }, key) {
  const [di, dj] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key] ?? [0, 0];
  const next = { i: i + di, j: j + dj };
  const stays = next.i < 0 || next.j < 0 || next.i >= rows || next.j >= columns || (!di && !dj);
  return stays ? null : next;
}

/**
 * The numbers of a block as two paths of squares, those above 0 and those below. The larger the number the larger its
 * square, so that size says what colour says.
 * @param {Block} block
 * @param {(i: number, j: number) => number} value
 * @returns {{plus: string, minus: string}}
 */
export function squares(block, value) {
  const { rows, columns, width, height } = block;
  const values = [];
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values.push(value(i, j));
  const largest = values.reduce((most, v) => (Math.abs(v) > most ? Math.abs(v) : most), 0) || 1;
  const paths = { plus: "", minus: "" };
  values.forEach((v, at) => {
    const share = Math.sqrt(Math.abs(v) / largest);
    const [w, h] = [share * (width - 1), share * (height - 1)];
    if (!(w > 0.3)) return;
    const x = block.x + ((at % columns) + 0.5) * width;
    const y = block.y + (Math.floor(at / columns) + 0.5) * height;
    paths[v < 0 ? "minus" : "plus"] += `M${round(x - w / 2)} ${round(y - h / 2)}h${round(w)}v${round(h)}h${round(-w)}z`;
  });
  return paths;
}

const round = (value) => Math.round(value * 10) / 10;
