"""The exercises of notebook 02: the slope of a loss, the softmax's delta, and numeric slopes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .engine import Choice, Exercise, Mistake, Question

# The answers are what `solution` shows, so they are written as the learner would write them: plain NumPy, no types.


def mean_squared_gradient(X, y, W):
    a = X @ W
    slope = 2 * (a - y)
    return X.T @ slope / len(X)


def softmax_delta(loss_slope, a):
    mean_slope = np.sum(a * loss_slope, axis=1, keepdims=True)
    return a * (loss_slope - mean_slope)


def central_difference(f, x, h):
    nudges = h * np.eye(len(x))
    return np.array([(f(x + nudge) - f(x - nudge)) / (2 * h) for nudge in nudges])


def _linear_case(rng: np.random.Generator) -> tuple[Any, ...]:
    """N, inputs and outputs all different, and never 2: then 2/NK would be 1/N."""
    n, d, k = (int(size) for size in rng.permutation([3, 4, 5]))
    return rng.normal(size=(n, d)), rng.normal(size=(n, k)), rng.normal(size=(d, k))


def _softmax_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n, k = (int(size) for size in rng.permutation([3, 4]))
    e = np.exp(rng.normal(size=(n, k)))
    return rng.normal(size=(n, k)), e / e.sum(axis=1, keepdims=True)


def _function_case(rng: np.random.Generator) -> tuple[Any, ...]:
    w = rng.uniform(0.5, 1.5, size=4)
    return (lambda x: float(np.sum(np.exp(w * x)) + np.prod(1 + x))), rng.uniform(-1, 1, size=4), 0.01


def _linear(slope: Any, scale: Any = lambda y: 1 / len(y)) -> Any:
    """The gradient of a linear model with a term replaced; slope(a, y) and what one example counts, scale(y)."""
    return lambda X, y, W: scale(y) * (X.T @ slope(X @ W, y))


def _each(difference: Callable[..., Any]) -> Any:
    """difference(f, x, nudge, h) for every entry of x."""
    return lambda f, x, h: np.array([difference(f, x, nudge, h) for nudge in h * np.eye(len(x))])


def _nudges_kept(f: Any, x: Any, h: Any) -> Any:
    x, slopes = x.copy(), []
    for i in range(len(x)):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        slopes.append((up - f(x)) / (2 * h))
    return np.array(slopes)


def _twice(a: Any, y: Any) -> Any:
    return 2 * (a - y)


_SLOPE_OF_SQUARE = "The slope of (a - y)² is 2 (a - y)."

EXERCISES = (
    Exercise(
        name="02.mean_squared_gradient",
        answer=mean_squared_gradient,
        results=("dW",),
        case=_linear_case,
        mistakes=(
            Mistake(_linear(lambda a, y: a - y), "loss slope", f"it is half of what it should be. {_SLOPE_OF_SQUARE}"),
            Mistake(_linear(_twice, lambda y: 1.0), "batch sum", "it is a sum. This loss is a mean: divide by N."),
            Mistake(
                _linear(_twice, lambda y: 1 / y.size),
                "batch sum",
                "you divided by N·K, as np.mean over the whole array does. This loss adds over k: divide by N.",
            ),
            Mistake(_linear(_twice, lambda y: 1 / len(y) ** 2), "batch sum", "1/N is in it twice."),
            Mistake(
                _linear(lambda a, y: a - y, lambda y: 1.0),
                "batch sum",
                "it is a sum, and the 2 is missing: this is the gradient of half the summed squares.",
            ),
            Mistake(_linear(lambda a, y: 2 * (y - a)), "sign", "the slope is 2 (a - y), prediction minus label."),
            Mistake(
                _linear(lambda a, y: 2 * (a - y) * np.sum((a - y) ** 2) / len(y)),
                "loss slope",
                "it is multiplied by the cost. The slope alone starts the backward pass.",
            ),
            Mistake(_linear(lambda a, y: (a - y) ** 2), "loss slope", f"it is the squared error. {_SLOPE_OF_SQUARE}"),
        ),
        hints=(
            "Three factors: the slope of the loss at a, the input, and what one example counts in the batch.",
            "The input of W[d, k] is X[n, d]. Which product adds over n and leaves (D, K)? By what does a mean over "
            "the examples divide, however many outputs there are?",
            "X.T @ (2 * (a - y)) / len(X), with a = X @ W.",
        ),
        proved="This is the gradient of the mean over the examples, for any number of outputs.",
    ),
    Exercise(
        name="02.softmax_delta",
        answer=softmax_delta,
        results=("delta",),
        case=_softmax_case,
        mistakes=(
            Mistake(
                lambda s, a: s * a * (1 - a),
                "activation slope",
                "only the diagonal of the Jacobian is in it. Each output depends on every z.",
            ),
            Mistake(lambda s, a: s, "activation slope", "the whole Jacobian is missing."),
            Mistake(lambda s, a: s * a, "activation slope", "the part - a_j a_k of the Jacobian is missing."),
            Mistake(
                lambda s, a: a * (s - np.sum(a * s, axis=0)),
                "sum",
                "you added over the examples. The outputs of one example share a sum: axis=1.",
            ),
            Mistake(
                lambda s, a: a * (s - np.sum(s, axis=1, keepdims=True)),
                "activation slope",
                "inside the sum over j the factor a_j is missing.",
            ),
            Mistake(lambda s, a: a + s * a, "loss slope", "this is a - y, which holds for the slope -y/a alone."),
            Mistake(
                lambda s, a: -a * (s - np.sum(a * s, axis=1, keepdims=True)),
                "sign",
                "the Jacobian is a_j (1[j=k] - a_k).",
            ),
            Mistake(
                lambda s, a: a * (s - np.sum(a * s, axis=1, keepdims=True)) / len(a),
                "batch sum",
                "1/N is in it already. It belongs to the batch sum, where the examples are added up.",
            ),
        ),
        hints=(
            "Write the sum over j of loss_slope[j] · a[j] · (1[j=k] - a[k]) as two sums.",
            "In the first sum only j = k is left. In the second, a[k] does not depend on j and comes out; what "
            "stays behind is one number per example.",
            "a * (loss_slope - m), where m is the sum of a * loss_slope over axis 1, with keepdims=True.",
        ),
        proved="delta is the loss slope times the full Jacobian, for any loss after a softmax.",
    ),
    Exercise(
        name="02.central_difference",
        answer=central_difference,
        results=("slopes",),
        case=_function_case,
        mistakes=(
            Mistake(
                _each(lambda f, x, e, h: (f(x + e) - f(x)) / h),
                "difference",
                "it is one-sided. Its error shrinks with h, that of the central one with h².",
            ),
            Mistake(
                _each(lambda f, x, e, h: (f(x + e) - f(x - e)) / h),
                "divisor",
                "it is twice too large: from x - h to x + h the distance is 2h.",
            ),
            Mistake(_each(lambda f, x, e, h: f(x + e) - f(x - e)), "divisor", "the difference is not divided by 2h."),
            Mistake(
                _each(lambda f, x, e, h: (f(x - e) - f(x + e)) / (2 * h)),
                "sign",
                "above minus below, not below minus above.",
            ),
            Mistake(
                lambda f, x, h: np.full(len(x), (f(x + h) - f(x - h)) / (2 * h)),
                "nudge",
                "all entries were moved at once. Each slope is about one entry alone.",
            ),
            Mistake(_nudges_kept, "nudge", "an entry was not put back before the next one was moved."),
        ),
        hints=(
            "One entry at a time: a little up, a little down, two calls of f.",
            "A row of h * np.eye(len(x)) moves one entry and leaves the others alone, and nothing has to be put back.",
            "For each such row: (f(x + row) - f(x - row)) / (2 * h).",
        ),
        proved="Central differences, one entry at a time. With this you can check any gradient.",
    ),
)

QUESTIONS: tuple[Question, ...] = (
    Question(
        name="02.times_cost",
        text="A backward pass starts with (a - y) · C, where C is the cost of the batch. It learns XOR. What is it?",
        choices=(
            Choice(
                "Right: the backward pass has to know how large the error is.",
                False,
                "It knows already: a - y is the error of each output, with its size and its sign.",
            ),
            Choice(
                "Right up to a factor: C is a positive number, so it is only another learning rate.",
                False,
                "The direction is right, but the factor is not a constant. It falls with the cost, so training slows "
                "down the more it has learned.",
            ),
            Choice(
                "Wrong: it is the gradient of ½ C², another function.",
                True,
                "By the chain rule ∂(½ C²)/∂θ = C · ∂C/∂θ. The check called it right for that loss, and wrong for C.",
            ),
            Choice(
                "Wrong: it points in another direction.",
                False,
                "Its cosine with the gradient is 1 everywhere, which is why it learns. Only its length is wrong.",
            ),
        ),
    ),
    Question(
        name="02.why_no_slope",
        text="With binary cross-entropy after a sigmoid, delta is a - y. Where is the activation slope σ′(z)?",
        choices=(
            Choice(
                "It is left out on purpose, because training is faster without it.",
                False,
                "Training is often faster, but nothing was left out: the check finds a - y equal to the gradient.",
            ),
            Choice(
                "An output layer never has one; only hidden layers do.",
                False,
                "With squared error the output layer has one: delta is (a - y) σ′(z). It depends on the loss.",
            ),
            Choice(
                "It is there, and cancels against the loss slope.",
                True,
                "The loss slope is (a - y) / (a (1 - a)), and a (1 - a) is σ′(z).",
            ),
            Choice(
                "It is inside a, because a = σ(z).",
                False,
                "a is the value of the sigmoid, σ′ its slope: two numbers. The slope enters as a factor of its own.",
            ),
        ),
    ),
)
