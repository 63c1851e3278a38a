/** Where the cells of a matrix product go: the second factor above, the first to the left, the product at their corner. */

const GAP = 22;
const CAPTION = 22;
const MARGIN = 26; // for the numbers of rows and columns
const WIDEST = 780;

/**
 * @typedef {{x: number, y: number, rows: number, columns: number}} Block
 * @param {number} rows of the first factor and of the product
 * @param {number} middle the size that is added over
 * @param {number} columns of the second factor and of the product
 * @returns {{cell: {width: number, height: number, numbers: boolean}, left: Block, top: Block, product: Block,
 *   width: number, height: number}}
 */
export function falk(rows, middle, columns) {
  const across = middle + columns;
  const fits = (width) => across * width + GAP + MARGIN + 8 <= WIDEST;
  const width = [56, 48].find(fits) ?? Math.max(8, Math.min(20, Math.floor((WIDEST - GAP - MARGIN - 8) / across)));
  const numbers = width >= 48;
  const cell = { width, height: numbers ? 26 : width, numbers };
  const corner = { x: MARGIN + middle * cell.width + GAP, y: CAPTION + MARGIN / 2 + middle * cell.height + GAP + CAPTION };
  return {
    cell,
    left: { x: MARGIN, y: corner.y, rows, columns: middle },
    top: { x: corner.x, y: CAPTION + MARGIN / 2, rows: middle, columns },
    product: { x: corner.x, y: corner.y, rows, columns },
    width: corner.x + columns * cell.width + 8,
    height: corner.y + rows * cell.height + 8,
  };
}

/** The upper left corner of a cell in its block. */
export function corner(block, cell, row, column) {
  return { x: block.x + column * cell.width, y: block.y + row * cell.height };
}

/**
 * Two blocks side by side to scale, to see whether they fit: their sizes in pixels.
 * @param {[number, number][]} shapes rows and columns of each
 * @param {number} room the most pixels that all columns together may take
 * @param {number} tall the most pixels that rows may take
 */
export function toScale(shapes, room, tall) {
  const wide = shapes.reduce((sum, [, columns]) => sum + columns, 0);
  const high = Math.max(...shapes.map(([rows]) => rows));
  const unit = Math.min(18, room / wide, tall / high);
  return shapes.map(([rows, columns]) => ({ width: Math.max(columns * unit, 3), height: Math.max(rows * unit, 3) }));
}
