/** Every module loads without a page: `document` is touched when something is drawn, not before. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";

const STATIC = new URL("../../nnkit/widgets/static/", import.meta.url);
const modules = readdirSync(STATIC).filter((name) => name.endsWith(".mjs"));

test("there are modules", () => assert.ok(modules.includes("inspector.mjs")));

for (const name of modules) {
  test(`${name} loads without a page`, async () => {
    assert.equal(typeof document, "undefined");
    const module = await import(new URL(name, STATIC));
    assert.ok(Object.keys(module).length > 0);
  });
}

test("the inspector is what anywidget wants: an object with a render function", async () => {
  const { default: widget } = await import(new URL("inspector.mjs", STATIC));
  assert.equal(typeof widget.render, "function");
});
