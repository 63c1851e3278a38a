"""How an exercise is checked: on inputs of unequal sizes, against the right answer and against each known mistake.

A mistake is the answer with one term replaced. When your numbers equal those of a mistake on every input, that is the
term that is off, and the check can say so. It also tries the answer and each mistake times one factor.
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
from ..text import number, place
from .clues import raised, shape_clue, untouched

Function = Callable[..., Any]
Cases = list[tuple[Any, ...]]
Answers = list[list[Array] | None]
N_CASES = 3


@dataclass(frozen=True)
class Mistake:
    """The answer with one term replaced: `variant` computes it, `term` names it, `message` says what it does."""

    variant: Function
    term: str
    message: str


@dataclass(frozen=True)
class Exercise:
    """One exercise. `case(rng)` makes inputs for `answer`; `results` names what it returns, in order."""

    name: str
    answer: Function
    results: tuple[str, ...]
    case: Callable[[np.random.Generator], tuple[Any, ...]]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, str, str]
    proved: str

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


def run(exercise: Exercise, attempt: Function) -> Result:
    """Check an attempt. Errors in the learner's code become a message, never an exception."""
    cases = [exercise.case(np.random.default_rng(seed)) for seed in range(N_CASES)]
    given = _run_cases(exercise, attempt, cases)
    if isinstance(given, Result):
        return given
    expected = [_results(exercise, exercise.answer(*_copies(case))) for case in cases]
    answers = [_results(exercise, value) for value in given]
    if any(answer is None for answer in answers):
        return Result("wrong", f"Your function should return {_listing(exercise.results)}, as arrays of numbers.")
    if all(_same(answer, right) for answer, right in zip(answers, expected)):
        return Result("right", exercise.proved)
    for mistake in exercise.mistakes:
        if all(_same(answer, _variant(exercise, mistake, case)) for answer, case in zip(answers, cases)):
            where, _ = _difference(exercise, answers, expected)
            return Result("wrong", f"The {mistake.term} is off: {mistake.message} {where}", mistake.term)
    if scaled := _scaled(exercise, cases, answers, expected):
        return scaled
    where, clue = _difference(exercise, answers, expected)
    return Result("wrong", f"{where} {clue or 'It is none of the mistakes that this check knows.'}")


def _run_cases(exercise: Exercise, attempt: Function, cases: Cases) -> list[Any] | Result:
    """What the attempt returns for each case, or a verdict where it returns nothing."""
    given = []
    for case in cases:
        try:
            value = attempt(*_copies(case))
        except NotImplementedError:
            value = ...
        except Exception as error:  # the learner's code may raise anything
            return Result("wrong", raised(error, dict(zip(exercise.arguments, case))))
        if value is Ellipsis or (value is None and untouched(attempt)):
            return Result("not attempted", "Replace the ... with your code and run the cell again.")
        if value is None:
            return Result("wrong", "Your function returned None. Is a `return` missing?")
        given.append(value)
    return given


def _copies(case: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value.copy() if isinstance(value, np.ndarray) else value for value in case)


def _listing(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}, in this order"


def _results(exercise: Exercise, value: Any) -> list[Array] | None:
    """What was returned as a list of float arrays, or None when it cannot be read as one."""
    values = (value,) if len(exercise.results) == 1 else value
    if not isinstance(values, tuple | list) or len(values) != len(exercise.results):
        return None
    try:
        return [np.asarray(entry, dtype=np.float64) for entry in values]
    except (TypeError, ValueError):
        return None


def _variant(exercise: Exercise, mistake: Mistake, case: tuple[Any, ...]) -> list[Array] | None:
    with np.errstate(all="ignore"):
        return _results(exercise, mistake.variant(*_copies(case)))


def _same(one: list[Array] | None, other: list[Array] | None) -> bool:
    if one is None or other is None:
        return False
    return all(a.shape == b.shape and np.allclose(a, b, rtol=1e-7, atol=1e-12) for a, b in zip(one, other))


def _scaled(exercise: Exercise, cases: Cases, answers: Answers, expected: Answers) -> Result | None:
    """Right, or a known mistake, but for one factor in all of it: the commonest pair of mistakes."""
    for mistake in (None, *exercise.mistakes):
        wanted = [_variant(exercise, mistake, case) for case in cases] if mistake else expected
        if factor := _common_factor(cases, [_factor(*pair) for pair in zip(answers, wanted)]):
            scale = f"{factor} times what it should be"
            where, _ = _difference(exercise, answers, expected)
            if mistake is None:
                return Result("wrong", f"The scale is off: all of it is {scale}. {where}", "scale")
            message = (
                f"Two things are off. The {mistake.term}: {mistake.message} The scale: all of it is {scale}. {where}"
            )
            return Result("wrong", message, mistake.term)
    return None


def _factor(answer: list[Array] | None, wanted: list[Array] | None) -> float | None:
    """c where answer = c · wanted in every entry of every result, else None."""
    if answer is None or wanted is None or any(a.shape != b.shape for a, b in zip(answer, wanted)):
        return None
    mine, theirs = (np.concatenate([entry.ravel() for entry in entries]) for entries in (answer, wanted))
    if not (np.isfinite(mine).all() and np.isfinite(theirs).all() and mine.any() and theirs.any()):
        return None
    c = float(mine @ theirs / (theirs @ theirs))
    return c if np.allclose(mine, c * theirs, rtol=1e-7, atol=1e-12) else None


def _common_factor(cases: Cases, factors: list[float | None]) -> str | None:
    """One factor for all cases in words: N or 1/N, N the rows of an input, or a number. None where there is no such."""
    if None in factors:
        return None
    found = np.array(factors, dtype=np.float64)
    for arrays in zip(*cases):
        rows = np.array([np.shape(array)[0] if np.ndim(array) else 1 for array in arrays], dtype=np.float64)
        if len(set(rows)) > 1:
            for name, value in (("N", rows), ("1/N", 1 / rows), ("-N", -rows), ("-1/N", -1 / rows)):
                if np.allclose(found, value, rtol=1e-7):
                    return name
    return number(float(found[0])) if np.allclose(found, found[0], rtol=1e-7) else None


def _difference(exercise: Exercise, answers: Answers, expected: Answers) -> tuple[str, str]:
    """Which result and entry is off, what was expected and what came, and the shapes; then a clue, or nothing."""
    answer, right = next(pair for pair in zip(answers, expected) if not _same(*pair))
    assert answer is not None and right is not None
    for name, mine, wanted in zip(exercise.results, answer, right):
        if _same([mine], [wanted]):
            continue
        other = next((other for other, array in zip(exercise.results, right) if _same([mine], [array])), "")
        order = f"It is {other}. Return {_listing(exercise.results)}." if other else ""
        if mine.shape != wanted.shape:
            return f"{name} has shape {mine.shape}; expected {wanted.shape}.", order or shape_clue(mine, wanted)
        difference = np.abs(np.where(np.isfinite(mine), mine, np.inf) - wanted)
        at = tuple(int(i) for i in np.unravel_index(np.argmax(difference), difference.shape))
        entry, value = number(float(mine[at])), number(float(wanted[at]))
        return f"{name}{place(at)} is {entry}; expected {value}, in an array of shape {wanted.shape}.", order
    raise AssertionError("called with equal answers")
