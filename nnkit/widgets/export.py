"""A widget as one HTML file that opens from disk: its module, its style, its numbers, and no network.

What is only looking works there as in the notebook, because it never needed Python. What changes numbers is left out.
"""

from __future__ import annotations

import json
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

from ..errors import sentence
from .shell import Shell

ENTRY = "export default { render };"  # how the module of every widget ends

# Nothing is loaded from anywhere; scripts and styles are those in the file.
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"

# The colours that JupyterLab gives in its dark theme; those of the light one are the widgets' own.
DARK = (
    "--jp-ui-font-color1: #f0f0f0; --jp-ui-font-color2: #bdbdbd; --jp-layout-color1: #111; "
    "--jp-layout-color2: #303030; --jp-border-color1: #757575; --jp-brand-color1: #64b5f6; "
    "background: #111; color: #f0f0f0;"
)

# A model with the traits of the file and nobody behind it.
HARNESS = """
const traits = JSON.parse(document.getElementById("traits").textContent);
for (const [name, text] of Object.entries(JSON.parse(document.getElementById("bytes").textContent))) {
  traits[name] = new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}
traits.alone = true;
const model = { get: (name) => traits[name], set() {}, on() {}, off() {}, save_changes() {} };
document.body.dataset.jpThemeLight = String(!matchMedia("(prefers-color-scheme: dark)").matches);
render({ model, el: document.getElementById("widget") });
"""

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>
body {{ max-width: 900px; margin: 1em auto; padding: 0 1em; font-family: system-ui, sans-serif; }}
body[data-jp-theme-light="false"] {{ {dark} }}
h1, h2 {{ font-size: 1.1em; }}
summary {{ margin-top: 1em; }}
pre {{ overflow-x: auto; }}
{style}
</style>
<body>
<main>
<h1>The Backprop Workbook</h1>
<h2>{title}</h2>
<div id="widget"></div>
<details><summary>The same as text</summary><pre tabindex="0">{text}</pre></details>
</main>
<script type="application/json" id="traits">{traits}</script>
<script type="application/json" id="bytes">{bytes_}</script>
<script type="module">
{module}
{harness}
</script>
</body>
</html>
"""


def export_html(widget: Shell, path: str | Path) -> Path:
    """Write one of nnkit's widgets to one HTML file that opens from disk with no network; returns the path.

    widget: what `inspect` and its like return. path: where to, usually ending in .html; an older file is overwritten.
    Raises ValueError for anything else than a widget of nnkit, FileNotFoundError when the folder is not there.
    """
    if not isinstance(widget, Shell):
        raise ValueError(
            sentence(
                "export_html",
                "widget",
                f"is a {type(widget).__name__}",
                "a widget of nnkit",
                "Pass what nn.widgets.inspect(...) returns, without displaying it first.",
            )
        )
    texts, binaries = _traits(widget)
    target = Path(path)
    target.write_text(
        PAGE.format(
            policy=POLICY,
            title=escape(repr(widget).partition("\n")[0]),
            dark=DARK,
            style=widget._css,
            text=escape(repr(widget)),
            traits=_inside_script(texts),
            bytes_=_inside_script(binaries),
            module=_no_closing_tag(str(widget._esm).rstrip().removesuffix(ENTRY)),
            harness=HARNESS,
        ),
        encoding="utf-8",
    )
    return target


def _traits(widget: Shell) -> tuple[dict[str, Any], dict[str, str]]:
    """What the widget sends to a browser: JSON, and bytes as base64. Questions stay behind."""
    left_out = {"layout", "tabbable", "tooltip", "asked", "answered"}
    names = [name for name in widget.trait_names(sync=True) if not name.startswith("_") and name not in left_out]
    sent = widget.get_state(names)
    binaries = {name: b64encode(value).decode() for name, value in sent.items() if isinstance(value, bytes)}
    return {name: value for name, value in sent.items() if name not in binaries}, binaries


def _inside_script(value: Any) -> str:
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")


def _no_closing_tag(source: str) -> str:
    return source.replace("</script", "<\\/script")
