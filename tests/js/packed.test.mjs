/** packed.mjs: reads what nnkit/widgets/packed.py writes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { unpack } from "../../nnkit/widgets/static/packed.mjs";

test("arrays lie one behind the other, row by row", () => {
  const numbers = new Float64Array([7, 1, 2, 3, 4, 5, 6, NaN]);
  const bytes = new Uint8Array(3 + numbers.byteLength); // a view that does not begin at a multiple of eight
  bytes.set(new Uint8Array(numbers.buffer), 3);
  const read = unpack(new DataView(bytes.buffer, 3));
  assert.deepEqual([...read({ at: 0, shape: [] }).values], [7]);
  const table = read({ at: 1, shape: [2, 3] });
  assert.deepEqual([...table.values], [1, 2, 3, 4, 5, 6]);
  assert.equal(table.get(1, 0), 4);
  assert.equal(table.get(0, 2), 3);
  assert.deepEqual([...read({ at: 7, shape: [1] }).values], [NaN]);
});

test("no bytes, no numbers", () => assert.equal(unpack(null)({ at: 0, shape: [2] }).values.length, 0));
