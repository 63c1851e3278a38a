"""Put into the stubs of its notebook every answer is right, and the notebooks of solutions are made from both."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbval_guard import IGNORE, notebook_client, running_kernel, shown

import solutions as maker

NOTEBOOKS = sorted(maker.NOTEBOOKS.glob("*.ipynb"))
by_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def sources(nb: NotebookNode) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in nb.cells]


@by_notebook
def test_a_notebook_runs_with_the_answers_in_its_stubs_and_every_check_says_right(path: Path) -> None:
    stored = read(path)
    run = maker.solved(stored)
    client = notebook_client(run)
    with running_kernel(client, path.parent):
        for index, cell in enumerate(run.cells):
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
                client.execute_cell(cell, index)
    checked = 0
    for before, after in zip(stored.cells, run.cells):
        if before.cell_type != "code":
            continue
        if maker.exercise_in(before):
            checked += 1
            assert "Not attempted." in str(shown(before.outputs))
            assert "Right." in str(shown(after.outputs)), after.outputs
            assert "..." not in after.source
        elif "exercises.progress()" in before.source:
            assert shown(after.outputs) != shown(before.outputs)  # it counts what has been solved
        elif IGNORE not in before.metadata.get("tags", []):
            assert shown(after.outputs) == shown(before.outputs), before.source
    assert checked


@by_notebook
def test_the_notebook_of_solutions_is_that_of_its_notebook(path: Path) -> None:
    """After a change of an exercise, `make notebooks` makes it again."""
    made = maker.solutions(read(path), path.name)
    assert sources(read(maker.solutions_path(path))) == sources(made)


@by_notebook
def test_every_answer_in_the_notebook_of_solutions_was_right(path: Path) -> None:
    stored = read(maker.solutions_path(path))
    checks = [cell for cell in stored.cells if maker.exercise_in(cell)]
    assert [maker.exercise_in(cell) for cell in checks] == list(filter(None, map(maker.exercise_in, read(path).cells)))
    for cell in checks:
        assert "Right." in str(shown(cell.outputs))


def test_a_stub_is_replaced_whole_and_what_stands_around_it_stays() -> None:
    nb = read(maker.NOTEBOOKS / "03_two_layer_backprop.ipynb")
    cell = next(cell for cell in nb.cells if maker.exercise_in(cell) == "03.delta_output")
    cell.source = f"import math\n\n\n{cell.source}\nprint(1)"
    call = cell.source[cell.source.index("nn.exercises.check") :]
    after = next(cell for cell in maker.solved(nb).cells if maker.exercise_in(cell) == "03.delta_output").source
    assert after.startswith("import math\n\n\ndef delta_output(a2, y):\n    return ")
    assert after.endswith(f"\n\n{call}")
    assert "..." in cell.source  # the notebook itself is left alone


def test_a_solution_does_not_say_how_to_work_on_a_stub_or_where_hints_are() -> None:
    for path in NOTEBOOKS:
        prose = "\n".join(
            cell.source for cell in read(maker.solutions_path(path)).cells if cell.cell_type == "markdown"
        )
        assert "`...`" not in prose
        assert "exercises.hint(" not in prose


def test_a_changed_statement_is_noticed() -> None:
    nb = read(maker.NOTEBOOKS / "03_two_layer_backprop.ipynb")
    changed = copy.deepcopy(nb)
    place = next(i for i, cell in enumerate(changed.cells) if maker.exercise_in(cell))
    changed.cells[place - 1].source += " And one more thing."
    assert sources(maker.solutions(nb, "03.ipynb")) != sources(maker.solutions(changed, "03.ipynb"))
