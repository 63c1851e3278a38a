/** A sample of what an inspector sends, which tests/test_javascript.py writes, for the tests that read it. */

import { readFileSync } from "node:fs";

const file = process.env.NNKIT_INSPECTOR;

export const skip = file ? false : "run it by pytest tests/test_javascript.py, which makes the sample";

/** {state, numbers} as written, and the rows as the bytes that a browser gets. */
export function sample() {
  const { state, rows, numbers } = JSON.parse(readFileSync(file, "utf8"));
  const padded = Buffer.concat([Buffer.alloc(3), Buffer.from(rows, "base64")]); // bytes that begin at an odd place
  return { state, numbers, bytes: new DataView(padded.buffer, padded.byteOffset + 3, padded.length - 3) };
}
