"""The exercises of notebook 05: a step of RMSProp, a probe for costs that do not move, and a fair median."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .engine import Choice, Exercise, Mistake, Question

# The answers are what `solution` shows, so they are written as the learner would write them: plain NumPy, no types.


def rmsprop_step(theta, g, mean_square, learning_rate, decay, epsilon):
    mean_square = decay * mean_square + (1 - decay) * g**2
    theta = theta - learning_rate * g / (np.sqrt(mean_square) + epsilon)
    return theta, mean_square


def promised_and_moved(cost, gradient, theta, directions, h):
    promised = directions @ gradient(theta)
    moved = np.array([(cost(theta + h * d) - cost(theta - h * d)) / (2 * h) for d in directions])
    return promised, moved


def median_steps(steps):
    return np.median(np.where(np.isnan(steps), np.inf, steps), axis=1)


def _step_case(rng: np.random.Generator) -> tuple[Any, ...]:
    shape = (int(rng.integers(3, 5)), 2)
    rates = (rng.uniform(0.01, 0.1), rng.uniform(0.6, 0.95), 0.03)
    return rng.normal(size=shape), rng.normal(size=shape), rng.uniform(0.1, 2.0, size=shape), *map(float, rates)


def _probe_case(rng: np.random.Generator) -> tuple[Any, ...]:
    """A cost with a third derivative, so that a one-sided difference shows, and a gradient that does not belong to it."""
    n, p = (3, 5) if rng.random() < 0.5 else (4, 3)
    slope, bend = rng.normal(size=p), rng.normal(size=p)

    def cost(theta: Any) -> Any:
        return np.sum(slope * theta**2 + bend * theta**3)

    def gradient(theta: Any) -> Any:
        return 2 * slope * theta + bend

    return cost, gradient, rng.normal(size=p), rng.normal(size=(n, p)), 0.1


def _median_case(rng: np.random.Generator) -> tuple[Any, ...]:
    """Fewer than half of the runs fail, so that every median is finite."""
    m, r = (3, 7) if rng.random() < 0.5 else (2, 9)
    steps = rng.permuted(np.cumsum(rng.integers(5, 90, size=(m, r)), axis=1).astype(float), axis=1)
    for row in steps:
        row[rng.choice(r, 3, replace=False)] = np.nan
    return (steps,)


def _step_with(
    square: Callable[..., Any],
    divide: Callable[..., Any] = lambda g, s, old, epsilon: g / (np.sqrt(s) + epsilon),
    sign: int = 1,
) -> Callable[..., Any]:
    """A step with a term replaced: square(g, old, learning_rate, decay) is the mean square, divide(...) the direction."""

    def variant(theta: Any, g: Any, mean_square: Any, learning_rate: Any, decay: Any, epsilon: Any) -> Any:
        s = square(g, mean_square, learning_rate, decay)
        return theta - sign * learning_rate * divide(g, s, mean_square, epsilon), s

    return variant


def _right_square(g: Any, old: Any, learning_rate: Any, decay: Any) -> Any:
    return decay * old + (1 - decay) * g**2


def _probe_with(promised: Callable[..., Any], moved: Callable[..., Any]) -> Callable[..., Any]:
    """A probe with a term replaced: promised(gradient, theta, directions, h), and moved(cost, theta, d, h) for each d."""

    def variant(cost: Any, gradient: Any, theta: Any, directions: Any, h: Any) -> Any:
        return promised(gradient, theta, directions, h), np.array([moved(cost, theta, d, h) for d in directions])

    return variant


def _right_promise(gradient: Any, theta: Any, directions: Any, h: Any) -> Any:
    return directions @ gradient(theta)


def _right_move(cost: Any, theta: Any, d: Any, h: Any) -> Any:
    return (cost(theta + h * d) - cost(theta - h * d)) / (2 * h)


EXERCISES = (
    Exercise(
        name="05.rmsprop_step",
        answer=rmsprop_step,
        results=("the new theta", "the new mean_square"),
        case=_step_case,
        mistakes=(
            Mistake(
                _step_with(lambda g, old, learning_rate, decay: decay * old + (1 - learning_rate) * g**2),
                "mean square",
                "the new square counts 1 - learning_rate instead of 1 - decay. The step is then too short by a factor "
                "that no gradient check sees.",
            ),
            Mistake(
                _step_with(lambda g, old, learning_rate, decay: (1 - decay) * old + decay * g**2),
                "mean square",
                "decay and 1 - decay have changed places: decay is what is kept of the old mean square.",
            ),
            Mistake(
                _step_with(lambda g, old, learning_rate, decay: decay * old + g**2),
                "mean square",
                "the factor 1 - decay is missing, so it is no mean: it settles at g² / (1 - decay).",
            ),
            Mistake(
                _step_with(lambda g, old, learning_rate, decay: old + g**2),
                "mean square",
                "nothing is forgotten. It is a sum of all squares, and the steps die out.",
            ),
            Mistake(
                _step_with(_right_square, lambda g, s, old, epsilon: g / (s + epsilon)),
                "root",
                "the root is missing. A gradient twice as large would make half the step.",
            ),
            Mistake(
                _step_with(_right_square, lambda g, s, old, epsilon: g / np.sqrt(s + epsilon)),
                "epsilon",
                "it is inside the root. Some libraries have it there; in this formula it is added to the root.",
            ),
            Mistake(
                _step_with(_right_square, lambda g, s, old, epsilon: g / (np.sqrt(old) + epsilon)),
                "mean square",
                "the step divides by the old one. At the first step that is 0.",
            ),
            Mistake(
                _step_with(_right_square, lambda g, s, old, epsilon: np.sign(g) / (np.sqrt(s) + epsilon)),
                "gradient",
                "only its sign is left in the step; its size belongs over the root.",
            ),
            Mistake(_step_with(_right_square, sign=-1), "sign", "your step goes uphill."),
            Mistake(
                lambda theta, g, mean_square, learning_rate, decay, epsilon: (
                    rmsprop_step(theta, g, mean_square, learning_rate, decay, epsilon)[0],
                    mean_square,
                ),
                "mean square",
                "the step is right, but what you return is the old one, so nothing would be remembered.",
            ),
        ),
        hints=(
            "Two lines: first what is remembered, then the step. Which of the two mean squares does the step divide by?",
            "decay says how much of the old mean square is kept; the new square of g gets the rest, so that the two "
            "weights add up to 1.",
            "s = decay * mean_square + (1 - decay) * g**2, then theta minus learning_rate * g / (√s + epsilon).",
        ),
        proved="Your step is that of RMSProp, for arrays of any shape, and it remembers the new mean square.",
    ),
    Exercise(
        name="05.promised_and_moved",
        answer=promised_and_moved,
        results=("promised", "moved"),
        case=_probe_case,
        mistakes=(
            Mistake(
                _probe_with(_right_promise, lambda cost, theta, d, h: (cost(theta + h * d) - cost(theta)) / h),
                "difference",
                "it is one-sided. Go to both sides; the error then falls with h² instead of h.",
            ),
            Mistake(
                _probe_with(_right_promise, lambda cost, theta, d, h: (cost(theta + h * d) - cost(theta - h * d)) / h),
                "difference",
                "the two points are 2h apart, not h.",
            ),
            Mistake(
                _probe_with(_right_promise, lambda cost, theta, d, h: cost(theta + h * d) - cost(theta - h * d)),
                "difference",
                "it is not yet a slope: divide by the distance 2h.",
            ),
            Mistake(
                _probe_with(
                    _right_promise, lambda cost, theta, d, h: (cost(theta - h * d) - cost(theta + h * d)) / (2 * h)
                ),
                "sign",
                "the cost at theta + h d comes first.",
            ),
            Mistake(
                _probe_with(_right_promise, lambda cost, theta, d, h: (cost(theta + h) - cost(theta - h)) / (2 * h)),
                "direction",
                "you moved every entry by h. Move along d.",
            ),
            Mistake(
                _probe_with(
                    lambda gradient, theta, directions, h: np.full(len(directions), gradient(theta).sum()), _right_move
                ),
                "direction",
                "the promise adds up the gradient without the direction. It is the product g · d.",
            ),
            Mistake(
                _probe_with(lambda gradient, theta, directions, h: h * directions @ gradient(theta), _right_move),
                "promise",
                "it is a step of length h. Both sides here are slopes, without h.",
            ),
            Mistake(
                _probe_with(lambda gradient, theta, directions, h: -directions @ gradient(theta), _right_move),
                "sign",
                "the gradient points uphill: it promises + g · d.",
            ),
            Mistake(
                _probe_with(
                    lambda gradient, theta, directions, h: np.array([gradient(theta + h * d) @ d for d in directions]),
                    _right_move,
                ),
                "place",
                "the gradient is taken at theta + h d. Take it at theta.",
            ),
        ),
        hints=(
            "The promise is one product of the array of directions with the gradient. For the movement call the cost "
            "twice for each direction.",
            "directions is (M, P) and the gradient (P,). What is left of the P axis in a product of the two? The "
            "movement is a central difference along d.",
            "promised = directions @ gradient(theta); moved is (cost(theta + h * d) - cost(theta - h * d)) / (2 * h) "
            "for each d.",
        ),
        proved="You compare what the gradient promises with what the cost does, for a program of any size.",
    ),
    Exercise(
        name="05.median_steps",
        answer=median_steps,
        results=("the medians",),
        case=_median_case,
        mistakes=(
            Mistake(
                lambda steps: np.nanmedian(steps, axis=1),
                "failures",
                "they are left out. An optimiser that fails in its slow runs would look the faster for it.",
            ),
            Mistake(
                lambda steps: np.nanmean(steps, axis=1),
                "median",
                "this is the mean of the runs that were solved. The failures are left out, and one slow run rules it.",
            ),
            Mistake(
                lambda steps: np.median(np.nan_to_num(steps), axis=1),
                "failures",
                "they count as 0 steps, as the fastest runs of all.",
            ),
            Mistake(
                lambda steps: np.median(np.where(np.isnan(steps), np.inf, steps), axis=0),
                "axis",
                "you took the median over the optimisers. A row is an optimiser; take it over the runs.",
            ),
            Mistake(
                lambda steps: np.median(np.where(np.isnan(steps), np.inf, steps)) + np.zeros(len(steps)),
                "axis",
                "you took one median over everything. Each optimiser has its own.",
            ),
            Mistake(lambda steps: np.nanmax(steps, axis=1), "median", "this is the slowest run that was solved."),
            Mistake(lambda steps: np.nanmin(steps, axis=1), "median", "this is the luckiest run."),
        ),
        hints=(
            "What would you have to write in place of nan, so that sorting puts the failures last?",
            "Infinity is slower than any number, and np.where can put it where np.isnan is true. Then one median a row.",
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
                "With cross-entropy after a sigmoid it has cancelled. The check was right; believe it.",
            ),
            Choice(
                "Start with larger weights, or divide the gradient by its size.",
                True,
                "It is a plateau: the gradient is right and tiny, because the weights in its product are.",
            ),
            Choice(
                "Stop: the gradient is nearly 0, so this is the minimum.",
                False,
                "A minimum of XOR has a loss near 0. A gradient is nearly 0 beside a saddle as well.",
            ),
            Choice(
                "Lower the learning rate.",
                False,
                "A rate that is too large makes the loss rise or swing. Here the steps are too small.",
            ),
        ),
    ),
    Question(
        name="05.success",
        text="SciPy reports success after three evaluations, and the loss is 0.6931. What has succeeded?",
        choices=(
            Choice("Training: SciPy found a minimum.", False, "Look at the loss. ½ for everything is no solution."),
            Choice(
                "Nothing. It is a bug of SciPy.",
                False,
                "It did what it says: it looked for a point where the gradient is below its tolerance.",
            ),
            Choice(
                "A stopping rule: every entry of the gradient is below the tolerance.",
                True,
                "Beside a saddle the gradient is small too. Read the loss, and set the tolerance below the plateau.",
            ),
        ),
    ),
)
