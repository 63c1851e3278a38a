"""Makes notebooks/solutions/ from the course's notebooks and the answers in `nnkit.exercises`.

The statement of an exercise is in its notebook, its answer in the module that checks it, and neither is written a
second time: the solutions are made from the two. `solved` puts the answers into a notebook's stubs, which is how the
tests prove that they belong there.

    python tools/solutions.py
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nnkit.exercises import EXERCISES, LETTERS, QUESTIONS

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
HEADING = re.compile(r"^#+ Exercise \d+.*", re.MULTILINE | re.DOTALL)
HINTS = re.compile(r"\s*Hints are at `[^`]*`\.")


def exercise_in(cell: NotebookNode) -> str | None:
    """The name of the exercise whose stub this cell holds."""
    return _name_in(cell, "check")


def question_in(cell: NotebookNode) -> str | None:
    """The name of the question that this cell asks."""
    return _name_in(cell, "ask")


def _name_in(cell: NotebookNode, function: str) -> str | None:
    found = re.search(rf'nn\.exercises\.{function}\("([\w.]+)"', cell.source) if cell.cell_type == "code" else None
    return found[1] if found else None


def solutions_path(path: Path) -> Path:
    """Where the solutions of a notebook of the course are."""
    return NOTEBOOKS / "solutions" / f"{path.stem}_solutions.ipynb"


def solved(nb: NotebookNode) -> NotebookNode:
    """A copy of the notebook in which the answer stands in place of every stub."""
    nb = copy.deepcopy(nb)
    for cell in nb.cells:
        if name := exercise_in(cell):
            stub = next(node for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef))
            lines = cell.source.splitlines()
            lines[stub.lineno - 1 : stub.end_lineno] = EXERCISES[name].solution.splitlines()
            cell.source = "\n".join(lines)
    return nb


def solutions(nb: NotebookNode, file: str) -> NotebookNode:
    """The notebook of solutions that belongs to a notebook of the course."""
    title = re.sub(r"^#+\s*", "", nb.cells[0].source.splitlines()[0])
    answers = [cell for index in range(len(nb.cells)) for cell in _solution(nb, index)]
    numpy = (
        "import numpy as np\n\n" if any("np." in cell.source for cell in answers if cell.cell_type == "code") else ""
    )
    cells = [
        new_markdown_cell(
            f"# Solutions of {title}\n\nEach answer is the one that the check compares yours with. Try your own first, "
            f"in [the notebook](../{file}); the hints there give away less than this page.\n\n"
            "What you run here leaves your progress as it is."
        ),
        new_code_cell(f"{numpy}import nnkit as nn"),
        *answers,
    ]
    for number, cell in enumerate(cells):
        cell.id = f"sol{file[:2]}-{number:02d}"
    metadata = {"kernelspec": nb.metadata.kernelspec, "language_info": {"name": "python"}}
    return new_notebook(cells=cells, metadata=metadata)


def _solution(nb: NotebookNode, index: int) -> Iterator[NotebookNode]:
    if name := exercise_in(nb.cells[index]):
        exercise = EXERCISES[name]
        yield new_markdown_cell(_statement(nb.cells[index - 1].source))
        yield new_code_cell(exercise.solution)
        yield new_markdown_cell("The check says what this answer proves.")
        yield new_code_cell(f'nn.exercises.check("{name}", {exercise.answer.__name__}, record=False)')
    if name := question_in(nb.cells[index]):
        question = QUESTIONS[name]
        choices = [
            f"- **{letter}** {choice.text} *{'Right' if choice.right else 'Wrong'}.* {choice.why}"
            for letter, choice in zip(LETTERS, question.choices)
        ]
        yield new_markdown_cell("\n".join([f"### Question\n\n{question.text}\n", *choices]))


def _statement(prose: str) -> str:
    """What is asked, from the heading on, without the paragraphs that tell how to work on a stub or where hints are."""
    found = HEADING.search(prose)
    paragraphs = (found[0] if found else prose).split("\n\n")
    return HINTS.sub("", "\n\n".join(paragraph for paragraph in paragraphs if "`...`" not in paragraph)).rstrip()


def main() -> None:
    """Write every notebook of solutions, without outputs: `make notebooks` runs them."""
    (NOTEBOOKS / "solutions").mkdir(exist_ok=True)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        made = solutions(nbformat.read(path, as_version=4), path.name)
        nbformat.write(made, solutions_path(path))


if __name__ == "__main__":
    main()
