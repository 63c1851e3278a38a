"""What an attempt proves, or which term is off in it.

A mistake is the answer with one term replaced. When your numbers equal those of a mistake on every input, that is the
term that is off, and the check can say so. Then it looks for a mistake in some of the results, for a factor in the
answer or in a mistake, and last for the entry that is furthest off.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..functions import Array
from .clues import clue, difference, is_plural, listing
from .engine import Answer, Exercise, Function, Mistake, Result, Trial, in_order, same, try_out, variants
from .scale import NUMBER_OF_EXAMPLES, clause, factor, in_words

UNKNOWN = "It is none of the mistakes that this check knows."


def run(exercise: Exercise, attempt: Function) -> Result:
    """Check an attempt: right, wrong with the term that is off, or not attempted. It never raises."""
    trial = try_out(exercise, attempt)
    if isinstance(trial, Result):
        return trial
    verdict = _judge(exercise, trial)
    if not trial.changed:
        return verdict
    names = listing(trial.changed)
    warning = (
        f"Your function changes {names} in place, for its caller as well. Work on a copy: {trial.changed[0]}.copy()."
    )
    return Result(verdict.status, f"{verdict.message} {warning}", verdict.term)


def _judge(exercise: Exercise, trial: Trial) -> Result:
    if all(map(same, trial.answers, trial.expected)):
        return Result("right", exercise.proved)
    where, likely = _where(exercise, trial)
    known = [(mistake, variants(exercise, mistake, trial.cases)) for mistake in exercise.mistakes]
    wrong = _wrong_results(trial.answers, trial.expected)
    for mistake, wanted in known:
        if all(map(same, trial.answers, wanted)):
            return Result("wrong", f"The {_said(mistake)} {where}", mistake.term)
    for mistake, wanted in known if len(wrong) < len(exercise.results) else ():
        if not wrong & _wrong_results(trial.answers, wanted):
            places = listing([exercise.results[i] for i in sorted(wrong)])
            return Result("wrong", f"In {places} the {_said(mistake)} {where}", mistake.term)
    if scaled := _scaled(exercise, trial, wrong):
        return Result("wrong", f"{scaled} {where}", "scale")
    for mistake, wanted in known:
        if words := _common_factor(exercise, trial, wanted):
            both = f"Two things are off. The {mistake.term}: {mistake.message}"
            return Result("wrong", f"{both} The scale: {_all_is(exercise, words)}. {where}", mistake.term)
    return Result("wrong", f"{where} {likely or UNKNOWN}")


def _said(mistake: Mistake) -> str:
    return f"{mistake.term} {'are' if is_plural(mistake.term) else 'is'} off: {mistake.message}"


def _wrong_results(answers: list[Answer], expected: list[Answer]) -> set[int]:
    """Which of the results differ in any case."""
    return {i for pair in zip(answers, expected) for i, (a, b) in enumerate(zip(*pair)) if not same([a], [b])}


def _where(exercise: Exercise, trial: Trial) -> tuple[str, str]:
    """Which result and entry is off, what it is and what it should be; then a clue, or nothing."""
    n, pair = next((n, pair) for n, pair in enumerate(zip(trial.answers, trial.expected)) if not same(*pair))
    for name, mine, wanted in zip(exercise.results, *pair):
        if not same([mine], [wanted]):
            other = next((other for other, array in zip(exercise.results, pair[1]) if same([mine], [array])), "")
            order = f"It is {other}. Return {in_order(exercise)}." if other else ""
            examples = sizes(exercise, [trial.cases[n]]).get(NUMBER_OF_EXAMPLES, [None])[0]
            return difference(name, mine, wanted), order or clue(mine, wanted, examples)
    raise AssertionError("called with equal answers")


# --- factors ---------------------------------------------------------------------------------------------------------


def sizes(exercise: Exercise, cases: list[tuple[object, ...]]) -> dict[str, Array]:
    """For each letter of the shapes, and each argument that is a number, what it is in each case."""
    found = {}
    for name, letters, values in zip(exercise.arguments, exercise.shapes, zip(*cases)):
        for axis, letter in enumerate(letters.split()):
            found[letter] = np.array([float(np.shape(value)[axis]) for value in values])
        if all(isinstance(value, float) for value in values):
            found[name] = np.array(values)
    return found


def _scaled(exercise: Exercise, trial: Trial, wrong: set[int]) -> str:
    """All of the answer times one factor, or each of its results times its own, in words; "" where it is not so."""
    if words := _common_factor(exercise, trial, trial.expected):
        return f"The scale is off: {_all_is(exercise, words)}."
    mine, right = list(_steps(exercise, trial, trial.answers)), list(_steps(exercise, trial, trial.expected))
    own = {}
    for i in sorted(wrong):
        words = in_words([factor([a[i]], [b[i]]) for a, b in zip(mine, right)], sizes(exercise, trial.cases))
        if words is None:
            return ""
        own["the step" if exercise.start and i == 0 else exercise.results[i]] = words
    if len(own) == 1:
        [(name, words)] = own.items()
        return f"The scale of {name} is off: it is {clause(words)}."
    each = ", ".join(f"{name} is {words} times" for name, words in own.items())
    return f"The scales are off: {each} what it should be."


def _all_is(exercise: Exercise, words: str) -> str:
    return f"{'your step' if exercise.start else 'all of it'} is {clause(words)}"


def _common_factor(exercise: Exercise, trial: Trial, wanted: list[Answer]) -> str | None:
    """One factor between the attempt and `wanted` in all cases, in words."""
    pairs = zip(_steps(exercise, trial, trial.answers), _steps(exercise, trial, wanted))
    return in_words([factor(*pair) for pair in pairs], sizes(exercise, trial.cases))


def _steps(exercise: Exercise, trial: Trial, answers: list[Answer]) -> Iterator[Answer]:
    """The results; where the first is one step away from an argument, the step in its place."""
    for case, answer in zip(trial.cases, answers):
        start = case[exercise.arguments.index(exercise.start)] if exercise.start else np.zeros_like(answer[0])
        yield [answer[0] - start, *answer[1:]] if answer[0].shape == np.shape(start) else answer
