"""The exercises of the notebooks: checks that name the term that is off, hints, solutions, questions, and progress.

In a notebook: `nn.exercises.check("01.sigmoid_slope", sigmoid_slope)`, `nn.exercises.hint("01.sigmoid_slope")`, and
when you want to see it, `nn.exercises.solution("01.sigmoid_slope")`. `nn.exercises.ask(...)` puts a question with
choices, `nn.exercises.progress()` shows what you have solved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..errors import choice, sentence
from . import batching, clinic, cost, optimising, perceptron, start, two_layer
from .engine import Choice, Exercise, Note, Question, Result
from .hunts import Hunt, hunt
from .question import LETTERS, Asked, answer_question
from .record import Overview, export_progress, import_progress, load, note_attempt, progress_file
from .verdict import run

__all__ = [
    "EXERCISES",
    "QUESTIONS",
    "Choice",
    "Exercise",
    "Hunt",
    "Note",
    "Question",
    "Result",
    "answer",
    "ask",
    "check",
    "export_progress",
    "hint",
    "hunt",
    "import_progress",
    "progress",
    "solution",
]

# One module a notebook.
MODULES = (
    start,
    perceptron,
    cost,
    two_layer,
    batching,
    optimising,
    clinic,
)

EXERCISES: Mapping[str, Exercise] = {exercise.name: exercise for module in MODULES for exercise in module.EXERCISES}
QUESTIONS: Mapping[str, Question] = {question.name: question for module in MODULES for question in module.QUESTIONS}


def check(name: str, attempt: Callable[..., Any], *, record: bool = True) -> Result:
    """Try your function on inputs of three sizes and say what it proves, or which term is off.

    A function that returns nothing yet is "not attempted", which is no mistake. record=False leaves your progress as it
    is.
    Raises ValueError for an exercise that does not exist, or an attempt that is not a function.
    """
    exercise = _exercise("check", name)
    if not callable(attempt):
        raise ValueError(
            sentence(
                "check",
                "attempt",
                f"is a {type(attempt).__name__}",
                "your function itself",
                f"Pass it without calling it: check({name!r}, {exercise.answer.__name__}).",
            )
        )
    result = run(exercise, attempt)
    if result.status == "wrong":
        where = f'Hints: nn.exercises.hint("{name}"), in a cell of its own.'
        result = replace(result, message=f"{result.message} {where}")
    if result.status == "not attempted" or not record:
        return result
    problem = note_attempt(name, solved=result.status == "right")
    return replace(result, message=f"{result.message} {problem}") if problem else result


def hint(name: str, number: int = 1) -> Note:
    """Hint 1, 2 or 3 of an exercise, each saying a little more. The last but one does not give the answer away."""
    exercise = _exercise("hint", name)
    if number not in range(1, len(exercise.hints) + 1):
        raise ValueError(sentence("hint", "number", f"is {number!r}", f"1 to {len(exercise.hints)}"))
    more = f' The next one: nn.exercises.hint("{name}", {number + 1}).' if number < len(exercise.hints) else ""
    return Note(f"Hint {number} of {len(exercise.hints)}: {exercise.hints[number - 1]}{more}")


def solution(name: str) -> Note:
    """The code that the check compares with."""
    return Note(_exercise("solution", name).solution)


def ask(name: str) -> Asked:
    """A question with choices. Click one, and it says whether it is right and why."""
    return Asked(_question("ask", name))


def answer(name: str, letter: str) -> Result:
    """The same as a click on the choice with this letter.

    Raises ValueError for a question that does not exist, or a letter that it does not have.
    """
    question = _question("answer", name)
    typed = letter.strip(" )").lower() if isinstance(letter, str) else letter  # "B" and "b)" as they are printed
    return answer_question(question, choice("answer", "letter", typed, list(LETTERS[: len(question.choices)])))


def progress() -> Overview:
    """What you have solved so far, a notebook a row."""
    entries, message = load(progress_file())
    return Overview(entries, (*EXERCISES, *QUESTIONS), message)


def _exercise(where: str, name: str) -> Exercise:
    return EXERCISES[choice(where, "name", name, list(EXERCISES))]


def _question(where: str, name: str) -> Question:
    return QUESTIONS[choice(where, "name", name, list(QUESTIONS))]
