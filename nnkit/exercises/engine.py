"""What an exercise is, and how its answer is run: on copies of inputs of unequal sizes, several times.

What the numbers that come back prove, or which term is off in them, is said in verdict.py.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from ..functions import Array
from .clues import listing, raised, untouched

Function = Callable[..., Any]
Case = tuple[Any, ...]
Answer = list[Array]
N_CASES = 3


@dataclass(frozen=True)
class Mistake:
    """The answer with one term replaced: `variant` computes it, `term` names it, `message` says what it does."""

    variant: Function
    term: str
    message: str


@dataclass(frozen=True)
class Exercise:
    """One exercise. `case(rng)` makes inputs for `answer`; `results` names what it returns, in order.

    shapes: for each argument the letters of its axes, "N D"; "" for a number or a function.
    start: the argument from which the first result is one step away, where there is such.
    """

    name: str
    answer: Function
    results: tuple[str, ...]
    case: Callable[[np.random.Generator], tuple[Any, ...]]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, str, str]
    proved: str
    shapes: tuple[str, ...]
    start: str = ""

    @property
    def solution(self) -> str:
        """The source of the answer: what is shown is what is compared with."""
        return textwrap.dedent(inspect.getsource(self.answer)).rstrip()

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the inputs, in order."""
        return tuple(inspect.signature(self.answer).parameters)


@dataclass(frozen=True)
class Choice:
    """One answer to a question. why: what makes it right, or the thought that leads to it and where that goes wrong."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Question:
    """A question with choices, exactly one of them right."""

    name: str
    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, repr=False)
class Result:
    """What a check found. status: "right", "wrong" or "not attempted". term: the term that is off, if known."""

    status: str
    message: str
    term: str | None = None

    def __str__(self) -> str:
        return f"{self.status.capitalize()}. {self.message}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        mark = {"right": "✓", "wrong": "✗"}.get(self.status, "○")
        return f"<p><b>{mark} {self.status.capitalize()}.</b> {escape(self.message)}</p>"


@dataclass(frozen=True, repr=False)
class Note:
    """A hint or a solution; prints as it is."""

    text: str

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Trial:
    """What an attempt gave for each case, beside what is right. changed: the arguments that it changed in place."""

    cases: list[Case]
    answers: list[Answer]
    expected: list[Answer]
    changed: tuple[str, ...]


def try_out(exercise: Exercise, attempt: Function) -> Trial | Result:
    """Run an attempt on every case, or say why there is nothing to compare. Errors in it become a message."""
    cases = [exercise.case(np.random.default_rng(seed)) for seed in range(N_CASES)]
    answers, changed = [], dict.fromkeys(exercise.arguments, False)
    for case in cases:
        given = _copies(case)
        try:
            value = attempt(*given)
        except NotImplementedError:
            value = ...
        except Exception as error:  # the learner's code may raise anything
            return Result("wrong", raised(error, dict(zip(exercise.arguments, case))))
        if value is Ellipsis or (value is None and untouched(attempt)):
            return Result("not attempted", "Replace the ... with your code and run the cell again.")
        if value is None:
            return Result("wrong", "Your function returned None. Is a `return` missing?")
        answer = results(exercise, value)
        if answer is None:
            return Result("wrong", f"Your function should return {in_order(exercise)}, as arrays of numbers.")
        answers.append(answer)
        for name, before, after in zip(exercise.arguments, case, given):
            changed[name] |= isinstance(before, np.ndarray) and not same([before], [after])
    expected = [results(exercise, exercise.answer(*_copies(case))) or [] for case in cases]
    return Trial(cases, answers, expected, tuple(name for name in changed if changed[name]))


def variants(exercise: Exercise, mistake: Mistake, cases: list[Case]) -> list[Answer]:
    """What a known mistake gives for each case."""
    with np.errstate(all="ignore"):
        return [results(exercise, mistake.variant(*_copies(case))) or [] for case in cases]


def same(one: Answer, other: Answer) -> bool:
    """Are they equal, but for rounding, in shape and in every entry?"""
    if len(one) != len(other):
        return False
    return all(
        a.shape == b.shape and np.allclose(a, b, rtol=1e-7, atol=1e-12, equal_nan=True) for a, b in zip(one, other)
    )


def results(exercise: Exercise, value: Any) -> Answer | None:
    """What was returned as a list of float arrays, or None when it cannot be read as one."""
    values = (value,) if len(exercise.results) == 1 else value
    if not isinstance(values, tuple | list) or len(values) != len(exercise.results):
        return None
    try:
        return [np.array(entry, dtype=np.float64) for entry in values]
    except (TypeError, ValueError):
        return None


def in_order(exercise: Exercise) -> str:
    """What is to be returned, in words."""
    return f"{listing(exercise.results)}{', in this order' if len(exercise.results) > 1 else ''}"


def _copies(case: Case) -> Case:
    return tuple(value.copy() if isinstance(value, np.ndarray) else value for value in case)
