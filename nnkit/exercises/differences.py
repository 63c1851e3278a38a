"""The two exercises about numeric slopes: every entry of a vector (notebook 02), and along a direction (notebook 05).

They share their slips: a slip is a wrong difference of value(t), the function after a move by t, with the step h.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .engine import Exercise, Function, Mistake

# The answers are what `solution` shows, so they are written as the learner would write them: plain NumPy, no types.


def central_difference(f, x, h):
    nudges = h * np.eye(len(x))
    return np.array([(f(x + nudge) - f(x - nudge)) / (2 * h) for nudge in nudges])


def promised_and_moved(cost, gradient, theta, directions, h):
    promised = directions @ gradient(theta)
    moved = np.array([(cost(theta + h * d) - cost(theta - h * d)) / (2 * h) for d in directions])
    return promised, moved


Difference = Callable[[Callable[[float], Any], float], Any]  # of value(t) and h
Variant = Callable[..., Any]

_ONE_SIDED = "it is one-sided. Go to both sides: the error then falls with h², not with h."
_SLIPS: tuple[tuple[Difference, str, str], ...] = (
    (lambda value, h: (value(h) - value(0.0)) / h, "difference", _ONE_SIDED),
    (lambda value, h: (value(0.0) - value(-h)) / h, "difference", _ONE_SIDED),
    (
        lambda value, h: (value(h) - value(-h)) / h,
        "divisor",
        "it is twice too large: the two points are 2h apart, not h.",
    ),
    (lambda value, h: value(h) - value(-h), "divisor", "the difference is not divided by 2h."),
    (
        lambda value, h: (value(h) - value(-h)) / 2 * h,
        "divisor",
        "/ 2 * h means (…/2) * h. Put the 2h in brackets: / (2 * h).",
    ),
    (
        lambda value, h: (value(-h) - value(h)) / (2 * h),
        "sign",
        "the higher point comes first: above minus below, not below minus above.",
    ),
)


def _slips(build: Callable[[Difference], Function]) -> tuple[Mistake, ...]:
    return tuple(Mistake(build(slip), term, message) for slip, term, message in _SLIPS)


def _along(f: Any, x: Any, d: Any) -> Callable[[float], Any]:
    return lambda t: f(x + t * d)


def _each(difference: Difference) -> Variant:
    """The difference for every entry of x, one at a time."""
    return lambda f, x, h: np.array([difference(_along(f, x, unit), h) for unit in np.eye(len(x))])


def _nudges_kept(f: Any, x: Any, h: Any) -> Any:
    x, slopes = x.copy(), []
    for i in range(len(x)):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        slopes.append((up - f(x)) / (2 * h))
    return np.array(slopes)


_NO_COPY = "up = x gives the same array a second name, and both moved. Take x.copy()."
_AT_ONCE = "all entries were moved at once. Each slope is about one entry alone."

CENTRAL_DIFFERENCE = Exercise(
    name="02.central_difference",
    answer=central_difference,
    results=("slopes",),
    case=lambda rng: (
        lambda x, w=rng.uniform(0.5, 1.5, size=4): float(np.sum(np.exp(w * x)) + np.prod(1 + x)),
        rng.uniform(-1, 1, size=4),
        float(rng.uniform(0.005, 0.02)),
    ),
    mistakes=(
        *_slips(_each),
        Mistake(_each(lambda value, h: 0.0), "copy", _NO_COPY),
        Mistake(_each(lambda value, h: (value(h) - value(0.0)) / (2 * h)), "copy", _NO_COPY),
        Mistake(lambda f, x, h: np.full(len(x), (f(x + h) - f(x - h)) / (2 * h)), "nudge", _AT_ONCE),
        Mistake(lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h), "nudge", _AT_ONCE),
        Mistake(_nudges_kept, "nudge", "an entry was not put back before the next one was moved."),
    ),
    hints=(
        "One entry at a time: a little up, a little down, two calls of f.",
        "A row of h * np.eye(len(x)) moves one entry and leaves the others alone, and nothing has to be put back.",
        "For each such row: (f(x + row) - f(x - row)) / (2 * h).",
    ),
    proved="Central differences, one entry at a time. With this you can check any gradient.",
    shapes=("", "P", ""),
)


def _probe_case(rng: np.random.Generator) -> tuple[Any, ...]:
    """A cost with a third derivative, so that a one-sided difference shows, and a gradient that is not its own."""
    m, p = (3, 5) if rng.random() < 0.5 else (4, 3)
    slope, bend = rng.normal(size=p), rng.normal(size=p)
    theta, directions, h = rng.normal(size=p), rng.normal(size=(m, p)), float(rng.uniform(0.05, 0.15))
    return lambda t: np.sum(slope * t**2 + bend * t**3), lambda t: 2 * slope * t + bend, theta, directions, h


def _probe(
    promise: Variant = lambda gradient, theta, d, h: gradient(theta) @ d,
    move: Variant = lambda cost, theta, d, h: (cost(theta + h * d) - cost(theta - h * d)) / (2 * h),
) -> Variant:
    """A probe with one of its two sides replaced, each for one direction d."""

    def variant(cost: Any, gradient: Any, theta: Any, directions: Any, h: Any) -> Any:
        promised = np.array([promise(gradient, theta, d, h) for d in directions])
        return promised, np.array([move(cost, theta, d, h) for d in directions])

    return variant


def _moving(difference: Difference) -> Variant:
    return _probe(move=lambda cost, theta, d, h: difference(_along(cost, theta, d), h))


PROMISED_AND_MOVED = Exercise(
    name="05.promised_and_moved",
    answer=promised_and_moved,
    results=("promised", "moved"),
    case=_probe_case,
    mistakes=(
        *_slips(_moving),
        Mistake(
            _probe(move=lambda cost, theta, d, h: (cost(theta + h) - cost(theta - h)) / (2 * h)),
            "direction",
            "you moved every entry by h. Move along d.",
        ),
        Mistake(
            _probe(move=lambda cost, theta, d, h: (cost(theta + d) - cost(theta - d)) / (2 * h)),
            "direction",
            "h is missing in theta + h * d. The move has to be a little one.",
        ),
        Mistake(
            _probe(lambda gradient, theta, d, h: gradient(theta).sum()),
            "direction",
            "the promise adds up the gradient without the direction. It is the product g · d.",
        ),
        Mistake(_probe(lambda gradient, theta, d, h: -gradient(theta) @ d), "sign", "the gradient promises + g · d."),
        Mistake(
            _probe(lambda gradient, theta, d, h: h * gradient(theta) @ d),
            "promise",
            "h is in it. g · d is a slope, and so is what you compare it with.",
        ),
    ),
    hints=(
        "The promise is one product of directions and gradient. For the movement call the cost twice a direction.",
        "directions is (M, P), the gradient (P,): which product adds over P? The movement is a central difference.",
        "directions @ gradient(theta), and (cost(theta + h * d) - cost(theta - h * d)) / (2 * h) for each d.",
    ),
    proved="You compare what the gradient promises with what the cost does, for a program of any size.",
    shapes=("", "", "P", "M P", ""),
)
