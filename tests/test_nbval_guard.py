"""nbval_guard goes red for each way in which a stored output can be untrue, and stays green for true ones.

Every case is a cell that stands twice in one notebook, once as it was run and once with its stored form corrupted.
The notebook is tested in a pytest of its own, with the options of our pyproject.toml.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import nbformat
import nbval_guard
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbval_guard import IGNORE, RAISES, WIDGET
from notebook_rules import NOTEBOOKS, ROOT

Corrupt = Callable[[NotebookNode], None]


class Result(NamedTuple):
    """What became of one cell."""

    outcome: str  # "passed", "failure", "error" or "skipped"
    message: str
    seconds: float


def run_pytest(folder: Path, *args: str, env: dict[str, str] | None = None) -> dict[str, Result]:
    """Test what is in `folder` as `pytest` would do it here; {"name.ipynb::Cell 3": Result}."""
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), f"--rootdir={folder}", "--color=no"]
    command += ["-p", "no:cacheprovider", "--continue-on-collection-errors", f"--junitxml={report}", *args]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=300, check=False
    )
    assert report.exists(), done.stdout + done.stderr
    results = {}
    for case in ET.parse(report).iter("testcase"):
        problem = next((part for part in case if part.tag in ("failure", "error", "skipped")), None)
        outcome, text = ("passed", "") if problem is None else (problem.tag, problem.text or problem.get("message", ""))
        name = f"{case.get('classname')}::{case.get('name')}" if case.get("classname") else str(case.get("name"))
        results[name] = Result(outcome, text, float(case.get("time", "0")))
    return results


def outcomes(results: dict[str, Result], file: str) -> dict[str, str]:
    """What became of the cells of one notebook."""
    parts = [(*name.partition("::"), result.outcome) for name, result in results.items()]
    return {cell: outcome for name, _, cell, outcome in parts if name == file}


def notebook(*sources: str) -> NotebookNode:
    """A notebook that claims to have been run and to have shown nothing."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [new_code_cell(source, execution_count=i) for i, source in enumerate(sources, 1)]
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


# What can be done to the stored form of a cell


def edit(old: str, new: str) -> Corrupt:
    """Replace a piece of the stored outputs."""

    def corrupt(cell: NotebookNode) -> None:
        before = json.dumps(cell.outputs)
        assert old in before
        cell.outputs = nbformat.from_dict(json.loads(before.replace(old, new)))

    return corrupt


def tag(*names: str) -> Corrupt:
    return lambda cell: cell.metadata.update(tags=list(names))


def both(*steps: Corrupt) -> Corrupt:
    def corrupt(cell: NotebookNode) -> None:
        for step in steps:
            step(cell)

    return corrupt


def without_form(mime: str) -> Corrupt:
    return lambda cell: cell.outputs[0].data.pop(mime)


def clear(cell: NotebookNode) -> None:
    cell.outputs = []


def not_run(cell: NotebookNode) -> None:
    cell.execution_count = None


def add_output(cell: NotebookNode) -> None:
    cell.outputs.append(new_output("stream", name="stdout", text="one more\n"))


def drop_last(cell: NotebookNode) -> None:
    del cell.outputs[-1]


def swap(cell: NotebookNode) -> None:
    cell.outputs.reverse()


def as_display(cell: NotebookNode) -> None:
    cell.outputs = [new_output("display_data", data=cell.outputs[0].data)]


def as_stderr(cell: NotebookNode) -> None:
    cell.outputs[0].name = "stderr"


class Case(NamedTuple):
    """A cell that is true as it was run, and what makes its stored form untrue."""

    source: str
    corrupt: Corrupt
    tags: tuple[str, ...] = ()


PLOT = "figure, ax = plt.subplots()\nax.plot([1, 2]);"
GAUGE = "Gauge(value=0.25)"
BUNDLE = f"display({{'text/html': '<b>0.25</b>', {WIDGET!r}: {{'model_id': uuid4().hex}}}}, raw=True)"
ONLY_VIEW = f"display({{{WIDGET!r}: {{'model_id': uuid4().hex}}}}, raw=True)"
BOTH_KINDS = "print('text')\ndisplay(0.5)"
FAILS = "raise ValueError('shape (3, 4)')"

SETUP = """\
import os, sys, time
from uuid import uuid4
import anywidget, ipywidgets
import matplotlib.pyplot as plt
from IPython.display import HTML, Latex, clear_output
class Gauge(ipywidgets.FloatText):
    def __repr__(self):
        return f"Gauge at {self.value:.4f}"
with open(os.environ["NNKIT_PROGRESS"], "a") as file:
    file.write("solved")
"""

CASES = {
    "printed number": Case("print('loss 0.2500')", edit("0.2500", "0.2501")),
    "result": Case("0.1 + 0.25", edit("0.35", "0.36")),
    "last value only": Case("'first'\n'second'", edit("second", "third")),
    "html": Case("HTML('<b>0.25</b>')", edit("0.25", "0.26")),
    "latex": Case("Latex('$0.25$')", edit("0.25", "0.26")),
    "figure size": Case(PLOT, edit("640x480", "640x481")),  # and its line list stays hidden by the semicolon
    "picture gone": Case(PLOT, without_form("image/png")),
    "widget text": Case(GAUGE, edit("0.2500", "0.2501")),  # its model_id differs in every run
    "widget view gone": Case(GAUGE, without_form(WIDGET)),
    "widget html": Case(BUNDLE, edit("0.25", "0.26")),
    "bare widget gone": Case(ONLY_VIEW, clear),
    "cleared": Case("print(1)", clear),
    "cleared, not run": Case("print(1)", both(clear, not_run)),
    "not run": Case("print(1)", not_run),
    "not run, silent": Case("y = 1", not_run),
    "output added": Case("y = 1", add_output),
    "second output added": Case("display(1)", add_output),
    "output removed": Case(BOTH_KINDS, drop_last),
    "order": Case(BOTH_KINDS, swap),
    "order of text": Case("print(1)\ndisplay(0.5)\nprint(2)", both(edit("1\\n", "1\\n2\\n"), drop_last)),
    "display for result": Case("0.5", as_display),
    "stderr for stdout": Case("print(1)", as_stderr),
    "overwritten text": Case("print('10 %\\r20 %')", edit("10 %", "15 %")),
    "exception's text": Case(FAILS, edit("(3, 4)", "(4, 3)"), (RAISES,)),
    "exception's name": Case(FAILS, edit("ValueError", "TypeError"), (RAISES,)),
    "exception not allowed": Case(FAILS, tag(), (RAISES,)),
    "exception expected": Case("y = 1", tag(RAISES)),
    "beside an address": Case("object()", edit("<object", "<subject")),  # the address differs in every run
    "hexadecimal": Case("print('0xdeadbeef at 0x48')", edit("beef", "bee5")),
    "ignored, cleared": Case("print(time.time_ns())", clear, (IGNORE,)),
    "ignored, another kind": Case("print(time.time_ns())", as_stderr, (IGNORE,)),
    "comment to skip": Case("# NBVAL_SKIP\nprint(1.5)", edit("1.5", "1.6")),
    "comment to ignore": Case("# NBVAL_IGNORE_OUTPUT\nprint(1.5)", edit("1.5", "1.6")),
    "old comment to ignore": Case("# PYTEST_VALIDATE_IGNORE_OUTPUT\nprint(1.5)", edit("1.5", "1.6")),
    "comment to allow": Case(f"# NBVAL_RAISES_EXCEPTION\n{FAILS}", tag(), (RAISES,)),
    "tag to skip": Case("print(1.5)", edit("1.5", "1.6"), ("nbval-skip",)),
    "tag not to execute": Case("print(1.5)", edit("1.5", "1.6"), ("skip-execution",)),
    "history": Case("len(In) > 2", edit("True", "False")),  # nbval runs without: In stays empty
    "output widget": Case("out = ipywidgets.Output()\nwith out:\n    print('inside')", add_output),
    "cleared by itself": Case("print('old')\nclear_output()\nprint('new 7')", edit("7", "8")),
    "updated display": Case("shown = display(1.5, display_id=True)\nshown.update(2.5)", edit("2.5", "1.5")),
}
BROWSER_TEST = """\
import pytest
from playwright.sync_api import sync_playwright

@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as it:
        yield it

def test_leaves_its_event_loop_running(playwright):
    assert playwright.chromium
"""


def unfriendly_environment(home: Path) -> dict[str, str]:
    """What a reader may have set that would change outputs, and progress that no test may touch."""
    start = home / "profile_default" / "startup" / "start.py"
    start.parent.mkdir(parents=True)
    start.write_text("get_ipython().ast_node_interactivity = 'all'\n")  # every line of a cell shows its value
    (home / "progress").touch()
    environment = {"IPYTHONDIR": home, "PYTHONSTARTUP": start, "NNKIT_PROGRESS": home / "progress", "MPLBACKEND": "agg"}
    return {name: str(value) for name, value in environment.items()}


def twins(folder: Path) -> NotebookNode:
    """Every case twice, run, and then its second copy corrupted."""
    nb = notebook(SETUP)
    copies = [new_code_cell(case.source, metadata={"tags": list(case.tags)}) for case in CASES.values() for _ in "ab"]
    nb.cells += copies
    client = nbval_guard.notebook_client(nb)
    with nbval_guard.running_kernel(client, folder):
        for index, cell in enumerate(nb.cells):
            client.execute_cell(cell, index)
    for case, cell in zip(CASES.values(), copies[1::2], strict=True):
        case.corrupt(cell)
    return nb


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """The cases and the broken notebooks, tested while a browser test is under way, in an unfriendly environment."""
    folder, home = tmp_path_factory.mktemp("batch"), tmp_path_factory.mktemp("home")
    parts = notebook("x = 1", "assert x == 1", "x = 3", "assert x == 3", "")
    add_output(parts.cells[4])
    notebooks = {
        "twins.ipynb": twins(folder),
        "dead.ipynb": notebook("x = 1", "import os; os._exit(1)", "x = 2"),
        "prose.ipynb": new_notebook(cells=[new_markdown_cell("Only prose")]),
        "real.ipynb": wrong_digit().real,
        "parts.ipynb": parts,
    }
    for name, nb in notebooks.items():
        nbformat.write(nb, folder / name)
    (folder / "test_browser.py").write_text(BROWSER_TEST)
    asked = ["test_browser.py", *list(notebooks)[:-1], *(f"parts.ipynb::Cell {number}" for number in (1, 3, 4))]
    results = run_pytest(folder, *asked, env=unfriendly_environment(home))
    assert not (home / "progress").read_text(), "a test wrote into the reader's own progress"
    return results


@pytest.mark.parametrize("name", CASES)
def test_true_cell_passes(batch: dict[str, Result], name: str) -> None:
    number = 1 + 2 * list(CASES).index(name)
    result = batch[f"twins.ipynb::Cell {number}"]
    assert result.outcome == "passed", result.message


@pytest.mark.parametrize("name", CASES)
def test_corrupted_cell_fails_and_is_named(batch: dict[str, Result], name: str) -> None:
    number = 2 + 2 * list(CASES).index(name)
    result = batch[f"twins.ipynb::Cell {number}"]
    assert result.outcome == "failure"
    assert f"Cell {number}: In [{number + 1}]" in result.message


def test_failure_shows_both_sides(batch: dict[str, Result]) -> None:
    message = batch["twins.ipynb::Cell 2"].message
    assert "-loss 0.2501" in message
    assert "+loss 0.2500" in message


def test_dead_kernel_fails_at_once(batch: dict[str, Result]) -> None:
    assert outcomes(batch, "dead.ipynb") == {"Cell 0": "passed", "Cell 1": "failure", "Cell 2": "skipped"}
    assert "In [2]: Kernel died" in batch["dead.ipynb::Cell 1"].message
    assert batch["dead.ipynb::Cell 1"].seconds < 20


def test_notebook_without_code_is_an_error(batch: dict[str, Result]) -> None:
    assert batch["prose.ipynb"].outcome == "error"
    assert "no code cell" in batch["prose.ipynb"].message


def test_event_loop_of_a_browser_test_was_running(batch: dict[str, Result]) -> None:
    assert batch["test_browser::test_leaves_its_event_loop_running"].outcome == "passed"


def test_cell_asked_for_alone_gets_those_before_it(batch: dict[str, Result]) -> None:
    cells = outcomes(batch, "parts.ipynb")
    assert cells.keys() == {"Cell 1", "Cell 3", "Cell 4"}
    assert cells["Cell 1"] == cells["Cell 3"] == "passed"


def test_output_of_an_empty_cell_fails(batch: dict[str, Result]) -> None:
    assert outcomes(batch, "parts.ipynb")["Cell 4"] == "failure"


def test_endless_loop_fails_after_the_timeout(tmp_path: Path) -> None:
    nbformat.write(notebook("x = 1", "while True: pass", "x = 2"), tmp_path / "loop.ipynb")
    results = run_pytest(tmp_path, "--nbval-cell-timeout=3", "loop.ipynb")
    assert outcomes(results, "loop.ipynb") == {"Cell 0": "passed", "Cell 1": "failure", "Cell 2": "skipped"}
    assert "In [2]: A cell timed out" in results["loop.ipynb::Cell 1"].message
    assert 3 <= results["loop.ipynb::Cell 1"].seconds < 20


def test_text_in_chunks_is_one_text() -> None:
    def text(part: str) -> NotebookNode:
        return new_output("stream", name="stdout", text=part)

    picture = new_output("display_data", data={"image/png": "iVBO"})
    assert nbval_guard.shown([text("a\n"), text("b\n")]) == nbval_guard.shown([text("a\nb\n")])
    assert nbval_guard.shown([text("a\n"), picture, text("b\n")]) != nbval_guard.shown([text("a\nb\n"), picture])


def test_captured_text_is_not_sent_back_to_the_kernel() -> None:
    """Sending it back makes one cell in some hundreds hang, too rarely to be waited for."""
    widgets = nbval_guard.notebook_client(notebook()).widget_registry["@jupyter-widgets/output"]
    widgets["OutputModel"]("comm id", {"outputs": []}, kernel_client=None, executor=None).sync_state()


# The real thing


def test_plain_pytest_is_guarded(pytestconfig: pytest.Config) -> None:
    """Our pyproject.toml loads the guard, turns nbval on, shortens the timeouts and includes the notebooks."""
    assert pytestconfig.pluginmanager.get_plugin("nbval_guard") is nbval_guard
    assert pytestconfig.getoption("nbval")
    assert pytestconfig.getoption("nbval_cell_timeout") <= 60
    assert pytestconfig.getoption("nbval_kernel_startup_timeout") <= 60
    assert pytestconfig.getini("testpaths") == ["tests", "notebooks"]


@pytest.mark.parametrize("option", nbval_guard.LOOSENERS)
def test_refuses_to_compare_less(option: str) -> None:
    given = {"nbval": True, option: "anything"}
    with pytest.raises(pytest.UsageError, match=option.replace("_", "-")):
        nbval_guard.pytest_configure(SimpleNamespace(getoption=given.get))


def test_refuses_to_do_nothing() -> None:
    with pytest.raises(pytest.UsageError, match="--nbval"):
        nbval_guard.pytest_configure(SimpleNamespace(getoption={}.get))


def test_every_code_cell_of_every_notebook_is_collected(request: pytest.FixtureRequest) -> None:
    assert NOTEBOOKS
    for path in NOTEBOOKS:
        hooks = request.session.gethookproxy(path.parent)
        for place in (path, *path.relative_to(ROOT).parents[:-1]):
            assert not hooks.pytest_ignore_collect(collection_path=ROOT / place, config=request.config), place
        (found,) = hooks.pytest_collect_file(file_path=path, parent=request.session)
        cells = list(found.collect())
        assert all(type(cell) is nbval_guard.GuardedCell for cell in cells)
        code = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
        assert [cell.cell.id for cell in cells] == [cell["id"] for cell in code]


def change_a_digit(cell: NotebookNode) -> bool:
    """Change the last digit of the first stored text that has one; False if there is none that is compared."""
    if IGNORE in cell.metadata.get("tags", []):
        return False
    for output in cell.outputs:
        holder, key = (output, "text") if output.output_type == "stream" else (output.get("data", {}), "text/plain")
        text = holder.get(key, "")
        if not nbval_guard.ADDRESS.search(text) and (digits := list(re.finditer(r"[0-9]", text))):
            at = digits[-1].start()
            holder[key] = f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"
            return True
    return False


class WrongDigit(NamedTuple):
    """One of our notebooks with one digit changed in the stored output of the code cell with this number."""

    real: NotebookNode
    changed: int
    cells: int


@cache
def wrong_digit() -> WrongDigit:
    """The smallest of our notebooks that shows a number."""
    for path in sorted(NOTEBOOKS, key=lambda path: path.stat().st_size):
        real = nbformat.read(path, as_version=4)
        code = [cell for cell in real.cells if cell.cell_type == "code"]
        for number, cell in enumerate(code):
            if change_a_digit(cell):
                return WrongDigit(real, number, len(code))
    pytest.fail("no notebook with a number in a stored output")


def test_one_wrong_digit_in_a_notebook_of_ours_fails_that_cell_and_no_other(batch: dict[str, Result]) -> None:
    _, changed, cells = wrong_digit()
    expected = {f"Cell {i}": "failure" if i == changed else "passed" for i in range(cells)}
    assert outcomes(batch, "real.ipynb") == expected
