"""What our notebooks keep to, rule by rule. A rule takes a notebook and returns its complaints, one line each."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.validator import iter_validate
from nbval_guard import ADDRESS, IGNORE, RAISES, WIDGET

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(p for p in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)

Rule = Callable[[NotebookNode], list[str]]
RULES: dict[str, Rule] = {}

TAGS = {RAISES, IGNORE}
CELL_METADATA = {"tags"}
NOTEBOOK_METADATA = {"kernelspec", "language_info"}
LONGEST_CELL, MEDIAN_CELL, PROSE_PER_CODE = 20, 4, 0.8
MOST_DIGITS = 12  # beyond them NumPy, BLAS and processors disagree

DECIMAL = re.compile(r"\d*\.\d+")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|tmp|root|home|Users)/|\b[A-Z]:\\Users\\")
HOUSEKEEPING = re.compile(
    r"\b(?:pip3?|conda|wget|curl|urllib|requests|subprocess)\b|\bsys\.path\b|\bos\.(?:chdir|system|environ)\b"
    r"|^\s*(?:[\w, ]+=\s*)?!(?!=)|^\s*%%?(?:cd|bash|sh|system|sx)\b",
    re.MULTILINE,
)
MARKER = re.compile(r"^\s*#\s*(?:NBVAL|PYTEST_VALIDATE)_\w+", re.MULTILINE)
NOT_PROSE = re.compile(
    r"^```.*?^```|`[^`]*`"  # code
    r"|\$\$.*?\$\$|\$[^$\n]+\$"  # formulas
    r"|!?\[(?=[^\]]*\]\()|<[^>]*>|https?://\S+",  # the ! of an image, HTML and its comments, addresses
    re.MULTILINE | re.DOTALL,
)
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]|<img\b(?P<attributes>[^>]*)>")
ALT = re.compile(r"""\balt\s*=\s*["'][^"']*\w""")


def rule(function: Rule) -> Rule:
    """Add a function to RULES under its name."""
    RULES[function.__name__] = function
    return function


def read(path: Path) -> NotebookNode:
    """The notebook as it is in the file. nbformat.read would repair it first: missing ids, for instance."""
    return nbformat.reader.reads(path.read_text(encoding="utf-8"))


def cells(nb: NotebookNode, kind: str) -> list[tuple[str, NotebookNode]]:
    """The cells of one kind, each with the place to name in a complaint."""
    return [(f"cell {index}", cell) for index, cell in enumerate(nb.cells) if cell.cell_type == kind]


def outputs(nb: NotebookNode) -> Iterator[tuple[str, NotebookNode, NotebookNode]]:
    """Every output with its place and its cell."""
    for place, cell in cells(nb, "code"):
        for output in cell.outputs:
            yield place, cell, output


def text_of(output: NotebookNode) -> str:
    """All that one can read in an output, without colours: every form except pictures and ids."""
    if output.output_type == "stream":
        return ANSI.sub("", output.text)
    if output.output_type == "error":
        return ANSI.sub("", "\n".join([output.ename, output.evalue, *output.traceback]))
    return "\n".join(form for form in _text_forms(output))


def _text_forms(output: NotebookNode) -> list[str]:
    return [ANSI.sub("", str(form)) for name, form in output.data.items() if name != WIDGET and name[:6] != "image/"]


def tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def prose(cell: NotebookNode) -> str:
    """The text of a markdown cell without code, formulas, HTML and addresses."""
    return NOT_PROSE.sub(" ", cell.source)


# The file


@rule
def valid(nb: NotebookNode) -> list[str]:
    if (nb.get("nbformat"), nb.get("nbformat_minor")) != (4, 5):
        return [f"format {nb.get('nbformat')}.{nb.get('nbformat_minor')}, not 4.5"]
    return [f"invalid: {error.message[:200]}" for error in iter_validate(nb, version=4, version_minor=5)]


@rule
def ids_differ(nb: NotebookNode) -> list[str]:
    ids = [cell.get("id") for cell in nb.cells]
    return [f"cell id {name} occurs {ids.count(name)} times" for name in dict.fromkeys(ids) if ids.count(name) > 1]


@rule
def plain_kernel(nb: NotebookNode) -> list[str]:
    name = nb.metadata.get("kernelspec", {}).get("name")
    return [] if name == "python3" else [f"kernel {name!r}, not 'python3', which every installation has"]


@rule
def no_noise_in_metadata(nb: NotebookNode) -> list[str]:
    found = [f"notebook metadata {key}" for key in nb.metadata if key not in NOTEBOOK_METADATA]
    for index, cell in enumerate(nb.cells):
        found += [f"cell {index}: metadata {key}" for key in cell.metadata if key not in CELL_METADATA]
    return found + [
        f"{place}: output metadata {list(out.metadata)}" for place, _, out in outputs(nb) if out.get("metadata")
    ]


@rule
def known_tags(nb: NotebookNode) -> list[str]:
    found = [f"cell {i}: tag {tag}" for i, cell in enumerate(nb.cells) for tag in sorted(tags(cell) - TAGS)]
    return found + [
        f"{place}: comment {mark} has no effect"
        for place, cell in cells(nb, "code")
        for mark in MARKER.findall(cell.source)
    ]


# One clean run


@rule
def run_once_from_top_to_bottom(nb: NotebookNode) -> list[str]:
    found = []
    for expected, (place, cell) in enumerate(cells(nb, "code"), 1):
        if not cell.source.strip():
            found.append(f"{place}: empty")
        counts = [cell.execution_count, *(out.execution_count for out in cell.outputs if "execution_count" in out)]
        found += [
            f"{place}: In [{count}], expected [{expected}]" for count in dict.fromkeys(counts) if count != expected
        ]
    return found


@rule
def no_stderr(nb: NotebookNode) -> list[str]:
    return [f"{place}: stderr {out.text[:80]!r}" for place, _, out in outputs(nb) if out.get("name") == "stderr"]


@rule
def errors_where_announced(nb: NotebookNode) -> list[str]:
    found = []
    for place, cell in cells(nb, "code"):
        names = [out.ename for out in cell.outputs if out.output_type == "error"]
        if names and RAISES not in tags(cell):
            found.append(f"{place}: {names[0]} without the tag {RAISES}")
        if RAISES in tags(cell) and not names:
            found.append(f"{place}: tag {RAISES} without an error")
    return found


@rule
def no_svg(nb: NotebookNode) -> list[str]:
    return [f"{place}: svg" for place, _, out in outputs(nb) if "image/svg+xml" in out.get("data", {})]


@rule
def no_number_in_ignored_output(nb: NotebookNode) -> list[str]:
    ignored = ((place, DECIMAL.search(text_of(out))) for place, cell, out in outputs(nb) if IGNORE in tags(cell))
    return [f"{place}: nobody compares {number[0]}" for place, number in ignored if number]


@rule
def numbers_that_every_machine_computes(nb: NotebookNode) -> list[str]:
    numbers = ((place, number) for place, _, out in outputs(nb) for number in DECIMAL.findall(text_of(out)))
    return [
        f"{place}: {n} has more than {MOST_DIGITS} digits"
        for place, n in numbers
        if len(n.replace(".", "").lstrip("0")) > MOST_DIGITS
    ]


@rule
def widgets_have_a_text_form(nb: NotebookNode) -> list[str]:
    """It is what GitHub, a screen reader and a notebook without a kernel show, and what nbval compares."""
    found = []
    for place, _, out in outputs(nb):
        if WIDGET in out.get("data", {}):
            text = out.data.get("text/plain", "")
            if not text.strip() or ADDRESS.search(text) or text.endswith("…"):  # ipywidgets cuts at 110 characters
                found.append(f"{place}: the text form of its widget is {text[:80]!r}")
    return found


@rule
def no_path_of_our_machines(nb: NotebookNode) -> list[str]:
    found = [(f"cell {index}", MACHINE_PATH.search(cell.source)) for index, cell in enumerate(nb.cells)]
    found += [(f"{place}, output", MACHINE_PATH.search(text_of(out))) for place, _, out in outputs(nb)]
    return [f"{place}: {path[0]}" for place, path in found if path]


# How it reads


@rule
def short_code(nb: NotebookNode) -> list[str]:
    lengths = [(place, len(cell.source.splitlines())) for place, cell in cells(nb, "code")]
    found = [f"{place}: {lines} lines, at most {LONGEST_CELL}" for place, lines in lengths if lines > LONGEST_CELL]
    median = statistics.median([lines for _, lines in lengths] or [0])
    return found + (
        [f"the median of the code cells is {median} lines, at most {MEDIAN_CELL}"] if median > MEDIAN_CELL else []
    )


@rule
def enough_prose(nb: NotebookNode) -> list[str]:
    words, code = len(cells(nb, "markdown")), len(cells(nb, "code"))
    return [] if words >= PROSE_PER_CODE * code else [f"{words} prose cells for {code} code cells"]


@rule
def no_housekeeping(nb: NotebookNode) -> list[str]:
    found = ((place, HOUSEKEEPING.search(cell.source)) for place, cell in cells(nb, "code"))
    return [f"{place}: {match[0].strip()}" for place, match in found if match]


@rule
def calm_prose(nb: NotebookNode) -> list[str]:
    found = (
        (place, re.search(r"!|\bsimply\b|\bobviously\b", prose(cell), re.I)) for place, cell in cells(nb, "markdown")
    )
    return [f"{place}: {match[0]!r}" for place, match in found if match]


@rule
def pictures_have_alt_text(nb: NotebookNode) -> list[str]:
    found = []
    for place, cell in cells(nb, "markdown"):
        for image in IMAGE.finditer(re.sub(r"^```.*?^```|`[^`]*`", "", cell.source, flags=re.M | re.S)):
            if not (image["alt"] or "").strip() and not ALT.search(image["attributes"] or ""):
                found.append(f"{place}: {image[0]} has no alt text")
    return found


@rule
def plots_stand_beside_prose(nb: NotebookNode) -> list[str]:
    """A sentence before or after says what to see; a picture itself has no alt text in JupyterLab."""
    found = []
    for index, cell in enumerate(nb.cells):
        beside = nb.cells[max(0, index - 1) : index + 2]
        pictures = [out for out in cell.get("outputs", []) if any(name[:6] == "image/" for name in out.get("data", {}))]
        if pictures and all(other.cell_type != "markdown" for other in beside):
            found.append(f"cell {index}: a picture without a prose cell before or after it")
    return found
