"""The exercises of notebook 02: the slope of a loss, the softmax's delta, and numeric slopes; and its questions."""

from __future__ import annotations

from typing import Any

import numpy as np

from .differences import CENTRAL_DIFFERENCE
from .engine import Choice, Exercise, Mistake, Question
from .neuron import COSTS

# The answers are what `solution` shows, so they are written as the learner would write them: plain NumPy, no types.


def mean_squared_gradient(X, y, W):
    a = X @ W
    slope = 2 * (a - y)
    return X.T @ slope / len(X)


def softmax_delta(loss_slope, a):
    mean_slope = np.sum(a * loss_slope, axis=1, keepdims=True)
    return a * (loss_slope - mean_slope)


def _linear_case(rng: np.random.Generator) -> tuple[Any, ...]:
    """N, inputs and outputs all different, and never 2: then 2/NK would be 1/N."""
    n, d, k = (int(size) for size in rng.permutation([3, 4, 5]))
    return rng.normal(size=(n, d)), rng.normal(size=(n, k)), rng.normal(size=(d, k))


def _softmax_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n, k = (int(size) for size in rng.permutation([3, 4, 5, 6])[:2])
    e = np.exp(rng.normal(size=(n, k)))
    return rng.normal(size=(n, k)), e / e.sum(axis=1, keepdims=True)


def _linear(slope: Any, scale: Any = lambda y: 1 / len(y)) -> Any:
    """The gradient of a linear model with a term replaced; slope(a, y) and what one example counts, scale(y)."""
    return lambda X, y, W: scale(y) * (X.T @ slope(X @ W, y))


def _softmax(z: Any) -> Any:
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


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
            *(
                Mistake(
                    _linear(lambda a, y, cost=cost: 2 * (a - y) * cost((a - y) ** 2)),
                    "loss slope",
                    "it is multiplied by the cost. The slope alone starts the backward pass.",
                )
                for cost in COSTS
            ),
            Mistake(_linear(lambda a, y: 2 * np.abs(a - y)), "loss slope", f"its sign is lost. {_SLOPE_OF_SQUARE}"),
            Mistake(_linear(lambda a, y: 2 * a + 0 * y), "loss slope", "the label y was not subtracted."),
            Mistake(_linear(lambda a, y: (a - y) ** 2), "loss slope", f"it is the squared error. {_SLOPE_OF_SQUARE}"),
        ),
        hints=(
            "Three factors: the slope of the loss at a, the input, and what one example counts in the batch.",
            "The input of W[d, k] is X[n, d]. Which product adds over n and leaves (D, K)? By what does a mean over "
            "the examples divide, however many outputs there are?",
            "X.T @ (2 * (a - y)) / len(X), with a = X @ W.",
        ),
        proved="This is the gradient of the mean over the examples, for any number of outputs.",
        shapes=("N D", "N K", "D K"),
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
                lambda s, a: a * (s - np.sum(a * s)),
                "sum",
                "you added over all of the batch. The outputs of one example share a sum: axis=1, with keepdims=True.",
            ),
            Mistake(
                lambda s, a: s - np.sum(a * s, axis=1, keepdims=True),
                "activation slope",
                "the factor a in front of the bracket is missing.",
            ),
            Mistake(
                lambda s, a: _softmax(a) * (s - np.sum(_softmax(a) * s, axis=1, keepdims=True)),
                "activation slope",
                "the softmax was applied twice. a is its output already.",
            ),
            Mistake(
                lambda s, a: a * (s + np.sum(a * s, axis=1, keepdims=True)),
                "sign",
                "the Jacobian is a_j (1[j=k] - a_k): the sum is subtracted.",
            ),
            Mistake(
                lambda s, a: a - s,
                "loss slope",
                "this is a - y with the loss slope in place of the label. It holds for cross-entropy alone.",
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
        shapes=("N K", "N K"),
    ),
    CENTRAL_DIFFERENCE,
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
