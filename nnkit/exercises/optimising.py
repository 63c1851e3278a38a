"""The exercises of notebook 05: a step of RMSProp, a probe for a cost that does not move, and a fair median."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .differences import PROMISED_AND_MOVED
from .engine import Choice, Exercise, Mistake, Question
from .neuron import step_mistakes

# The answers are what `solution` shows, so they are written as the learner would write them: plain NumPy, no types.


def rmsprop_step(theta, g, mean_square, learning_rate, decay):
    mean_square = decay * mean_square + (1 - decay) * g**2
    theta = theta - learning_rate * g / (np.sqrt(mean_square) + 1e-8)
    return theta, mean_square


def median_steps(steps):
    return np.median(np.where(np.isnan(steps), np.inf, steps), axis=1)


def _step_case(rng: np.random.Generator) -> tuple[Any, ...]:
    """One entry has had no gradient yet and has none now, one has a tiny one: there ε decides the step."""
    shape = (int(rng.integers(3, 5)), 2)
    theta, g, mean_square = rng.normal(size=shape), rng.normal(size=shape), rng.uniform(0.1, 2.0, size=shape)
    g[0], mean_square[0] = (0.0, 2e-8), 0.0
    return theta, g, mean_square, float(rng.uniform(0.01, 0.1)), float(rng.uniform(0.6, 0.95))


def _median_case(rng: np.random.Generator) -> tuple[Any, ...]:
    """In the last row half of the runs fail or more. R is odd or even."""
    m, r = (3, 7) if rng.random() < 0.5 else (2, 8)
    steps = rng.permuted(np.cumsum(rng.integers(5, 90, size=(m, r)), axis=1).astype(float), axis=1)
    steps[-1] = np.ceil(steps[-1] / 3)
    for i, row in enumerate(steps):
        row[rng.choice(r, 4 if i == m - 1 else 3, replace=False)] = np.nan
    return (steps,)


Variant = Callable[..., Any]


def _step_with(
    remember: Variant = lambda s, g, decay, learning_rate: decay * s + (1 - decay) * g**2,
    divide: Variant = lambda g, new, old: g / (np.sqrt(new) + 1e-8),
    returned: Variant = lambda new, old: new,
    sign: int = 1,
) -> Variant:
    """A step with a term replaced: what is remembered, what g is divided by, what is given back."""

    def variant(theta: Any, g: Any, mean_square: Any, learning_rate: Any, decay: Any) -> Any:
        new = remember(mean_square, g, decay, learning_rate)
        with np.errstate(all="ignore"):
            step = sign * learning_rate * divide(g, new, mean_square)
        return theta - step, returned(new, mean_square)

    return variant


def _failures_last(steps: Any) -> Any:
    return np.where(np.isnan(steps), np.inf, steps)


_STEP_MISTAKES = (
    Mistake(
        _step_with(lambda s, g, d, rate: d * s + (1 - rate) * g**2),
        "mean square",
        "the new square counts 1 - learning_rate, not 1 - decay. The steps are too short; no gradient check sees it.",
    ),
    Mistake(
        _step_with(lambda s, g, d, rate: (1 - d) * s + d * g**2),
        "mean square",
        "decay and 1 - decay have changed places: decay is what is kept of the old mean square.",
    ),
    Mistake(
        _step_with(lambda s, g, d, rate: d * s + g**2),
        "mean square",
        "the factor 1 - decay is missing, so it is no mean: it settles at g² / (1 - decay).",
    ),
    Mistake(
        _step_with(divide=lambda g, new, old: g / (new + 1e-8)),
        "root",
        "it is missing. A gradient twice as large would make half the step.",
    ),
    Mistake(
        _step_with(divide=lambda g, new, old: g / (np.sqrt(old) + 1e-8)),
        "mean square",
        "the step divides by the old one. At the first step that is 0.",
    ),
    Mistake(_step_with(sign=-1), "sign", "your step goes uphill."),
    Mistake(
        _step_with(lambda s, g, d, rate: s + g**2),
        "mean square",
        "it only grows, as in AdaGrad. Keep decay of the old one, and let g² count 1 - decay.",
    ),
    Mistake(
        _step_with(lambda s, g, d, rate: d * s + d * g**2),
        "mean square",
        "both counts are decay. The two add up to 1: g² counts 1 - decay.",
    ),
    Mistake(_step_with(lambda s, g, d, rate: d * s + (1 - d) * g), "mean square", "g is not squared in it."),
    Mistake(
        _step_with(divide=lambda g, new, old: g),
        "root",
        "nothing is divided by it: this is the plain step of gradient descent.",
    ),
    Mistake(
        _step_with(divide=lambda g, new, old: g / np.sqrt(new)),
        "epsilon",
        "it is missing in the denominator. Where g has always been 0 the step is 0/0.",
    ),
    Mistake(
        _step_with(divide=lambda g, new, old: g / np.sqrt(new + 1e-8)),
        "epsilon",
        "it is inside the root, where it counts as 1e-4. Add it to the root.",
    ),
    *step_mistakes(rmsprop_step, "theta", several=True),
    Mistake(
        _step_with(returned=lambda new, old: old),
        "mean square",
        "the step is right, but you return the old one, so nothing would be remembered.",
    ),
)

_A_NUMBER = "a number stands in for them. It may be below a median, and where half of a row fails it becomes one."
_FILLS: tuple[Any, ...] = (
    np.nanmax,
    lambda steps: np.nanmax(steps, axis=1, keepdims=True),
    *(lambda steps, n=n: n for n in (1e3, 1e4, 15_000, 99_999, 1e5, 999_999, 1e6, 1e9, 1e12)),
)

_MEDIAN_MISTAKES = (
    Mistake(
        lambda steps: np.median(steps, axis=1),
        "failures",
        "nan spreads to every median that meets it. Find it with np.isnan: == np.nan is never true.",
    ),
    *(
        Mistake(
            lambda steps, fill=fill: np.median(np.where(np.isnan(steps), fill(steps), steps), axis=1),
            "failures",
            _A_NUMBER,
        )
        for fill in _FILLS
    ),
    Mistake(
        lambda steps: np.where(np.isinf(_medians := np.median(_failures_last(steps), axis=1)), np.nan, _medians),
        "failures",
        "you turn infinity back into nan. A median of inf says that half of the runs failed, and it can be compared.",
    ),
    *(
        Mistake(
            lambda steps, back=back: np.sort(_failures_last(steps), axis=1)[:, (steps.shape[1] - back) // 2],
            "median",
            "with an even number of runs it is the mean of the middle two.",
        )
        for back in (0, 1)
    ),
    Mistake(
        lambda steps: np.nanmedian(steps, axis=1),
        "failures",
        "they are left out. An optimiser that fails in its slow runs would look the faster for it.",
    ),
    Mistake(
        lambda steps: np.nanmean(steps, axis=1),
        "median",
        "this is a mean, of the runs that were solved. The failures are left out, and one slow run rules it.",
    ),
    Mistake(
        lambda steps: np.median(np.nan_to_num(steps), axis=1),
        "failures",
        "they count as 0 steps, as the fastest runs of all.",
    ),
    Mistake(
        lambda steps: np.median(_failures_last(steps), axis=0),
        "axis",
        "you took the median over the optimisers. A row is an optimiser; take it over the runs.",
    ),
    Mistake(lambda steps: np.nanmin(steps, axis=1), "median", "this is the luckiest run."),
)

EXERCISES = (
    Exercise(
        name="05.rmsprop_step",
        answer=rmsprop_step,
        results=("the new theta", "the new mean_square"),
        case=_step_case,
        mistakes=_STEP_MISTAKES,
        hints=(
            "Two lines: first what is remembered, then the step. Which mean square does the step divide by?",
            "decay says how much of the old mean square is kept; g² gets the rest, so that the two add up to 1.",
            "s = decay * mean_square + (1 - decay) * g**2, then theta minus learning_rate * g / (√s + 1e-8).",
        ),
        proved="Your step is that of RMSProp, for arrays of any shape, and it remembers the new mean square.",
        shapes=("J K", "J K", "J K", "", ""),
        start="theta",
    ),
    PROMISED_AND_MOVED,
    Exercise(
        name="05.median_steps",
        answer=median_steps,
        results=("the medians",),
        case=_median_case,
        mistakes=_MEDIAN_MISTAKES,
        hints=(
            "What would you have to write in place of nan, so that sorting puts the failures last?",
            "Infinity is slower than any number; np.where puts it where np.isnan is true. Then one median a row.",
            "np.median of np.where(np.isnan(steps), np.inf, steps), along axis 1.",
        ),
        proved="Each optimiser has its median, and a failure counts as the slowest run.",
        shapes=("M R",),
    ),
)

QUESTIONS = (
    Question(
        name="05.stuck_at_ln2",
        text="XOR, cross-entropy, small starting weights. The loss has been 0.6931 for 1,000 steps, and the gradient "
        "check says right. What do you try first?",
        choices=(
            Choice(
                "Multiply δ by σ′, which is missing.",
                False,
                "With cross-entropy after a sigmoid it has cancelled. The check said right; believe it.",
            ),
            Choice(
                "Larger starting weights, or an optimiser that divides by the size of the gradient.",
                True,
                "It is a plateau: the gradient is right and tiny, because the weights in its product are.",
            ),
            Choice(
                "Nothing: the gradient is nearly 0, so this is the minimum.",
                False,
                "XOR can be solved, so its minimum is near 0. A gradient is nearly 0 beside a saddle as well.",
            ),
            Choice(
                "A lower learning rate.",
                False,
                "It would make the plateau longer: the number of steps is a time divided by the rate.",
            ),
        ),
    ),
)
