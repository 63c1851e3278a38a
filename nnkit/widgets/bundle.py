"""Joins our ES modules into the one module that anywidget takes, and our style sheets into one.

anywidget hands the browser a single file and resolves no relative import. Our sources stay separate files, which node
tests as they are. Here each is wrapped in a function of its own, in the order in which they import one another. That
needs no JavaScript build and leaves one source of truth.

What a module may contain: `import { a, b } from "./file.mjs";` at the start of a line, `export function`,
`export const`, and in the entry module one `export default`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)


@cache
def bundle(entry: str) -> str:
    """The module `entry` in static/ and everything it imports, as the text of one ES module."""
    order: list[str] = []
    _visit(entry, order, ())
    return "\n".join(_wrap(name) for name in order[:-1]) + "\n" + _body(entry)


@cache
def styles(*names: str) -> str:
    """The style sheets of static/ with these names, one after the other."""
    return "\n".join(_source(name) for name in names)


def _visit(name: str, order: list[str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"bundle: {' imports '.join((*above, name))}; modules must not import in a circle.")
    for match in _IMPORT.finditer(_source(name)):
        _visit(match[2], order, (*above, name))
    if name not in order:
        order.append(name)


def _source(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _variable(name: str) -> str:
    return "module_" + re.sub(r"\W", "_", name)


def _body(name: str) -> str:
    return _IMPORT.sub(lambda match: f"const {{{match[1]}}} = {_variable(match[2])};\n", _source(name))


def _wrap(name: str) -> str:
    exported = ", ".join(_EXPORT.findall(_source(name)))
    body = re.sub(r"^export ", "", _body(name), flags=re.MULTILINE)
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();"
