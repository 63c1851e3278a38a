"""The exercises of notebook 05: a step of RMSProp, a probe for a cost that does not move, and a fair median."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .engine import Choice, Exercise, Mistake, Question

# The answers are what `solution` shows, so they are written as the learner would write them: plain NumPy, no types.


def rmsprop_step(theta, g, mean_square, learning_rate, decay):
    mean_square = decay * mean_square + (1 - decay) * g**2
    theta = theta - learning_rate * g / (np.sqrt(mean_square) + 1e-8)
    return theta, mean_square


def promised_and_moved(cost, gradient, theta, directions, h):
    promised = directions @ gradient(theta)
    moved = np.array([(cost(theta + h * d) - cost(theta - h * d)) / (2 * h) for d in directions])
    return promised, moved


def median_steps(steps):
    return np.median(np.where(np.isnan(steps), np.inf, steps), axis=1)


def _step_case(rng: np.random.Generator) -> tuple[Any, ...]:
    shape = (int(rng.integers(3, 5)), 2)
    mean_square = rng.uniform(0.1, 2.0, size=shape)
    return rng.normal(size=shape), rng.normal(size=shape), mean_square, rng.uniform(0.01, 0.1), rng.uniform(0.6, 0.95)


def _probe_case(rng: np.random.Generator) -> tuple[Any, ...]:
    """A cost with a third derivative, so that a one-sided difference shows, and a gradient that is not its own."""
    n, p = (3, 5) if rng.random() < 0.5 else (4, 3)
    slope, bend = rng.normal(size=p), rng.normal(size=p)
    theta, directions = rng.normal(size=p), rng.normal(size=(n, p))
    return lambda t: np.sum(slope * t**2 + bend * t**3), lambda t: 2 * slope * t + bend, theta, directions, 0.1


def _median_case(rng: np.random.Generator) -> tuple[Any, ...]:
    """Fewer than half of the runs fail, so that every median is finite."""
    m, r = (3, 7) if rng.random() < 0.5 else (2, 9)
    steps = rng.permuted(np.cumsum(rng.integers(5, 90, size=(m, r)), axis=1).astype(float), axis=1)
    for row in steps:
        row[rng.choice(r, 3, replace=False)] = np.nan
    return (steps,)


Variant = Callable[..., Any]


def _step_with(
    keep: Variant = lambda decay, learning_rate: (decay, 1 - decay),
    root: Variant = lambda new, old: np.sqrt(new),
    returned: Variant = lambda new, old: new,
    sign: int = 1,
) -> Variant:
    """A step with a term replaced. keep: what the old mean square and the new square count."""

    def variant(theta: Any, g: Any, mean_square: Any, learning_rate: Any, decay: Any) -> Any:
        old_counts, new_counts = keep(decay, learning_rate)
        new = old_counts * mean_square + new_counts * g**2
        step = sign * learning_rate * g / (root(new, mean_square) + 1e-8)
        return theta - step, returned(new, mean_square)

    return variant


def _probe_with(
    promise: Variant = lambda gradient, theta, d, h: gradient(theta) @ d,
    move: Variant = lambda cost, theta, d, h: (cost(theta + h * d) - cost(theta - h * d)) / (2 * h),
) -> Variant:
    """A probe with one of its two sides replaced, each for one direction d."""

    def variant(cost: Any, gradient: Any, theta: Any, directions: Any, h: Any) -> Any:
        promised = np.array([promise(gradient, theta, d, h) for d in directions])
        return promised, np.array([move(cost, theta, d, h) for d in directions])

    return variant


def _failures_last(steps: Any) -> Any:
    return np.where(np.isnan(steps), np.inf, steps)


_STEP_MISTAKES = (
    Mistake(
        _step_with(lambda decay, learning_rate: (decay, 1 - learning_rate)),
        "mean square",
        "the new square counts 1 - learning_rate, not 1 - decay. The steps are too short; no gradient check sees it.",
    ),
    Mistake(
        _step_with(lambda decay, learning_rate: (1 - decay, decay)),
        "mean square",
        "decay and 1 - decay have changed places: decay is what is kept of the old mean square.",
    ),
    Mistake(
        _step_with(lambda decay, learning_rate: (decay, 1)),
        "mean square",
        "the factor 1 - decay is missing, so it is no mean: it settles at g² / (1 - decay).",
    ),
    Mistake(
        _step_with(root=lambda new, old: new),
        "root",
        "it is missing. A gradient twice as large would make half the step.",
    ),
    Mistake(
        _step_with(root=lambda new, old: np.sqrt(old)),
        "mean square",
        "the step divides by the old one. At the first step that is 0.",
    ),
    Mistake(_step_with(sign=-1), "sign", "your step goes uphill."),
    Mistake(
        _step_with(returned=lambda new, old: old),
        "mean square",
        "the step is right, but you return the old one, so nothing would be remembered.",
    ),
)

_PROBE_MISTAKES = (
    Mistake(
        _probe_with(move=lambda cost, theta, d, h: (cost(theta + h * d) - cost(theta)) / h),
        "difference",
        "it is one-sided. Go to both sides: the error then falls with h² instead of h.",
    ),
    Mistake(
        _probe_with(move=lambda cost, theta, d, h: (cost(theta + h * d) - cost(theta - h * d)) / h),
        "difference",
        "the two points are 2h apart, not h.",
    ),
    Mistake(
        _probe_with(move=lambda cost, theta, d, h: (cost(theta - h * d) - cost(theta + h * d)) / (2 * h)),
        "sign",
        "the cost at theta + h d comes first.",
    ),
    Mistake(
        _probe_with(move=lambda cost, theta, d, h: (cost(theta + h) - cost(theta - h)) / (2 * h)),
        "direction",
        "you moved every entry by h. Move along d.",
    ),
    Mistake(
        _probe_with(lambda gradient, theta, d, h: gradient(theta).sum()),
        "direction",
        "the promise adds up the gradient without the direction. It is the product g · d.",
    ),
    Mistake(_probe_with(lambda gradient, theta, d, h: -gradient(theta) @ d), "sign", "the gradient promises + g · d."),
)

_MEDIAN_MISTAKES = (
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
    ),
    Exercise(
        name="05.promised_and_moved",
        answer=promised_and_moved,
        results=("promised", "moved"),
        case=_probe_case,
        mistakes=_PROBE_MISTAKES,
        hints=(
            "The promise is one product of directions and gradient. For the movement call the cost twice a direction.",
            "directions is (M, P), the gradient (P,): which product adds over P? The movement is a central difference.",
            "directions @ gradient(theta), and (cost(theta + h * d) - cost(theta - h * d)) / (2 * h) for each d.",
        ),
        proved="You compare what the gradient promises with what the cost does, for a program of any size.",
    ),
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
