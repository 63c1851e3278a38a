"""The exercises of the notebooks: checks that name the term that is off, hints, and solutions.

In a notebook: `nn.exercises.check("01.sigmoid_slope", sigmoid_slope)`, `nn.exercises.hint("01.sigmoid_slope")`, and
when you want to see it, `nn.exercises.solution("01.sigmoid_slope")`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import choice, sentence
from .engine import Exercise, Note, Result, run
from .perceptron import EXERCISES as PERCEPTRON
from .start import EXERCISES as START
from .two_layer import EXERCISES as TWO_LAYER

__all__ = ["EXERCISES", "Exercise", "Note", "Result", "check", "hint", "solution"]

EXERCISES: Mapping[str, Exercise] = {exercise.name: exercise for exercise in (*START, *PERCEPTRON, *TWO_LAYER)}


def check(name: str, attempt: Callable[..., Any]) -> Result:
    """Try your function on inputs of three sizes and say what it proves, or which term is off.

    A function that returns nothing yet is "not attempted", which is no mistake.
    Raises ValueError for an exercise that does not exist, or an attempt that is not a function.
    """
    exercise = _find("check", name)
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
    return run(exercise, attempt)


def hint(name: str, number: int = 1) -> Note:
    """Hint 1, 2 or 3 of an exercise, each saying a little more. The last but one does not give the answer away."""
    exercise = _find("hint", name)
    if number not in range(1, len(exercise.hints) + 1):
        raise ValueError(sentence("hint", "number", f"is {number!r}", f"1 to {len(exercise.hints)}"))
    more = f' The next one: hint("{name}", {number + 1}).' if number < len(exercise.hints) else ""
    return Note(f"Hint {number} of {len(exercise.hints)}: {exercise.hints[number - 1]}{more}")


def solution(name: str) -> Note:
    """The code that the check compares with."""
    return Note(_find("solution", name).solution)


def _find(where: str, name: str) -> Exercise:
    return EXERCISES[choice(where, "name", name, list(EXERCISES))]
