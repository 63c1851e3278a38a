"""Every notebook keeps every rule of notebook_rules, and every rule goes red for a notebook that breaks it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbval_guard import IGNORE, RAISES, WIDGET
from notebook_rules import NOTEBOOKS, ROOT, RULES, read

VIEW = {"version_major": 2, "version_minor": 0, "model_id": "9b2fc14e7a0d43f0a1b2c3d4e5f60718"}


# What is known to break a rule and still has to be mended; strict, so that a mended one cannot stay on the list.
KNOWN: dict[tuple[str, str], str] = {}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT / "notebooks").as_posix())
def test_notebook_keeps_the_rule(path: Path, name: str, request: pytest.FixtureRequest) -> None:
    if reason := KNOWN.get((path.name, name)):
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    assert not RULES[name](read(path))


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("0[1-6]*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_is_one_sitting(path: Path) -> None:
    """30 to 45 minutes. What does not fit is cut, or belongs elsewhere."""
    assert 35 <= len(read(path).cells) <= 60


def good() -> NotebookNode:
    """A notebook that keeps every rule, though it comes close to breaking some. Cells 1, 3 and 5 are code."""
    prose = (
        "We predict: $n! \\to \\infty$. Is `a != b`? ![The loss falls](loss.png) <img src='x.png' alt='A cost'>\n\n"
        "```python\n!pip install nothing  # simply an example\n```\n\n[A page](https://example.org/home/work/)"
    )
    plot = "if 1 != 2:\n    pipes = 3\nrequest = 640"
    figure = {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure size 640x480 with 1 Axes>"}
    fails = new_output(
        "error", ename="ShapeError", evalue="y is (4,)", traceback=["\x1b[31mShapeError\x1b[39m: y is (4,)"]
    )
    widget = new_output(
        "execute_result", data={"text/plain": "Inspector, loss 0.2500", WIDGET: VIEW}, execution_count=3
    )
    cells = [
        new_markdown_cell(prose),
        new_code_cell(plot, execution_count=1, outputs=[new_output("display_data", data=figure)]),
        new_markdown_cell("Prose"),
        new_code_cell("raise Oops", execution_count=2, outputs=[fails], metadata={"tags": [RAISES]}),
        new_markdown_cell("Prose"),
        new_code_cell("inspect()", execution_count=3, outputs=[widget]),
    ]
    return new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}}
    )


def source(index: int, text: str) -> Callable[[NotebookNode], None]:
    """Give a cell of `good()` another source."""
    return lambda nb: nb.cells[index].update(source=text)


def prints(text: str, *tags: str, name: str = "stdout") -> Callable[[NotebookNode], None]:
    """Let cell 1 show a text."""

    def spoil(nb: NotebookNode) -> None:
        nb.cells[1].outputs = [new_output("stream", name=name, text=text)]
        nb.cells[1].metadata.tags = list(tags)

    return spoil


def widget_text(text: str) -> Callable[[NotebookNode], None]:
    return lambda nb: nb.cells[5].outputs[0].data.update({"text/plain": text})


def cell_metadata(**metadata: object) -> Callable[[NotebookNode], None]:
    return lambda nb: nb.cells[1].metadata.update(metadata)


def no_prose(nb: NotebookNode) -> None:
    nb.cells = nb.cells[1::2]


def traceback(line: str) -> Callable[[NotebookNode], None]:
    return lambda nb: nb.cells[3].outputs[0].traceback.append(line)


BAD: list[tuple[str, str, Callable[[NotebookNode], None]]] = [
    ("valid", "older", lambda nb: nb.update(nbformat_minor=4)),
    ("valid", "no id", lambda nb: nb.cells[1].pop("id")),
    ("valid", "tags are no list", lambda nb: nb.cells[1].metadata.update(tags="raises-exception")),
    ("valid", "no outputs", lambda nb: nb.cells[1].pop("outputs")),
    ("ids_differ", "copied cell", lambda nb: nb.cells[1].update(id=nb.cells[3].id)),
    ("plain_kernel", "own kernel", lambda nb: nb.metadata.kernelspec.update(name="venv")),
    ("plain_kernel", "none", lambda nb: nb.metadata.pop("kernelspec")),
    ("no_noise_in_metadata", "times", cell_metadata(execution={"iopub.status.busy": "2026-01-01T00:00:00Z"})),
    ("no_noise_in_metadata", "scrolled", cell_metadata(scrolled=True)),
    ("no_noise_in_metadata", "collapsed", cell_metadata(collapsed=False)),
    ("no_noise_in_metadata", "widget state", lambda nb: nb.metadata.update(widgets={"state": {}})),
    ("no_noise_in_metadata", "output", lambda nb: nb.cells[1].outputs[0].metadata.update(needs_background="light")),
    ("known_tags", "skip", cell_metadata(tags=["nbval-skip"])),
    ("known_tags", "on prose", lambda nb: nb.cells[0].metadata.update(tags=["todo"])),
    ("known_tags", "comment", source(1, "# NBVAL_IGNORE_OUTPUT\n1")),
    ("run_once_from_top_to_bottom", "jump", lambda nb: nb.cells[3].update(execution_count=10)),
    ("run_once_from_top_to_bottom", "not run", lambda nb: nb.cells[3].update(execution_count=None)),
    (
        "run_once_from_top_to_bottom",
        "result of another run",
        lambda nb: nb.cells[5].outputs[0].update(execution_count=7),
    ),
    ("run_once_from_top_to_bottom", "empty", source(5, " \n")),
    ("no_stderr", "warning", prints("UserWarning: careful", name="stderr")),
    ("errors_where_announced", "error", lambda nb: nb.cells[3].metadata.update(tags=[])),
    ("errors_where_announced", "no error", lambda nb: nb.cells[3].update(outputs=[])),
    ("no_svg", "figure", lambda nb: nb.cells[1].outputs[0].data.update({"image/svg+xml": "<svg/>"})),
    ("no_number_in_ignored_output", "time", prints("took 0.25 s", IGNORE)),
    ("no_number_in_ignored_output", "short", prints("took .5 s", IGNORE)),
    ("numbers_that_every_machine_computes", "printed", prints("0.30000000000000004")),
    ("numbers_that_every_machine_computes", "result", widget_text("[3.141592653589793, 1.]")),
    ("numbers_that_every_machine_computes", "small", prints("1.2345678901234e-05")),
    ("widgets_have_a_text_form", "address", widget_text("<Inspector at 0x7f3a5c0b2d10>")),
    ("widgets_have_a_text_form", "cut", widget_text("VBox(children=(IntSlider(value=0), Int…")),
    ("widgets_have_a_text_form", "none", lambda nb: nb.cells[5].outputs[0].data.pop("text/plain")),
    ("no_path_of_our_machines", "source", source(5, "open('/work/main/x')")),
    ("no_path_of_our_machines", "prose", source(0, "See /home/me/x")),
    ("no_path_of_our_machines", "printed", prints("saved in /tmp/x")),
    ("no_path_of_our_machines", "result", widget_text("PosixPath('/root/x')")),
    ("no_path_of_our_machines", "traceback", traceback("File \x1b[32m/work/main/nnkit/door.py\x1b[39m:12")),
    ("no_path_of_our_machines", "mac", prints("/Users/me/x")),
    ("no_path_of_our_machines", "windows", prints("C:\\Users\\me")),
    ("short_code", "one long", source(1, "x = 1\n" * 21)),
    ("short_code", "all middling", lambda nb: [source(index, "x = 1\n" * 5)(nb) for index in (1, 3)]),
    ("enough_prose", "code only", no_prose),
    ("enough_prose", "one short", lambda nb: nb.cells.pop(0)),
    ("no_housekeeping", "shell", source(1, "!ls")),
    ("no_housekeeping", "shell to a name", source(1, "files = !ls")),
    ("no_housekeeping", "pip", source(1, "%pip install numpy")),
    ("no_housekeeping", "sys.path", source(1, "import sys\nsys.path.insert(0, '..')")),
    ("no_housekeeping", "chdir", source(1, "os.chdir('..')")),
    ("no_housekeeping", "cd", source(1, "%cd ..")),
    ("no_housekeeping", "urllib", source(1, "from urllib.request import urlopen")),
    ("no_housekeeping", "requests", source(1, "import requests")),
    ("calm_prose", "exclamation", source(2, "It works!")),
    ("calm_prose", "link", source(2, "Look! [here](x)")),
    ("calm_prose", "simply", source(2, "You simply add them.")),
    ("calm_prose", "obviously", source(2, "Obviously it falls.")),
    ("pictures_have_alt_text", "markdown", source(2, "![](loss.png)")),
    ("pictures_have_alt_text", "html", source(2, '<img src="loss.png">')),
    ("pictures_have_alt_text", "empty", source(2, '<img src="loss.png" alt="">')),
    ("plots_stand_beside_prose", "alone", no_prose),
]


def test_good_notebook_keeps_every_rule(tmp_path: Path) -> None:
    nbformat.write(good(), tmp_path / "good.ipynb")
    nb = read(tmp_path / "good.ipynb")
    assert {name: found for name, rule in RULES.items() if (found := rule(nb))} == {}


@pytest.mark.parametrize(("name", "how", "spoil"), BAD, ids=[f"{name}: {how}" for name, how, _ in BAD])
def test_rule_goes_red(name: str, how: str, spoil: Callable[[NotebookNode], None]) -> None:
    nb = good()
    before = copy.deepcopy(nb)
    spoil(nb)
    assert nb != before
    complaints = RULES[name](nb)
    assert complaints
    assert all(isinstance(complaint, str) for complaint in complaints)


def test_every_rule_has_a_notebook_that_breaks_it() -> None:
    assert {name for name, _, _ in BAD} == set(RULES)
