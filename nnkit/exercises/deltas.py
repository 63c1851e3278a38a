"""The first two exercises of notebook 03: the delta of the output and the delta that is carried back from it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .engine import Exercise, Mistake
from .neuron import COSTS


def _slope(a: Any) -> Any:
    return a * (1 - a)


# The answers are what `solution` shows, so they are written as the learner would write them: plain NumPy, no types.


def delta_output(a2, y):
    return (a2 - y) * a2 * (1 - a2)


def delta_hidden(delta2, W2, a1):
    return (delta2 @ W2.T) * a1 * (1 - a1)


def sizes(rng: np.random.Generator) -> tuple[int, int, int, int]:
    """N, inputs, hidden and output units, all different: sizes that agree by accident hide mistakes.

    None is 4, the number of examples of XOR, which a learner may have written into the code.
    """
    n, d, h, k = rng.permutation([2, 3, 5, 6])
    return int(n), int(d), int(h), int(k)


def _output_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n, _, _, k = sizes(rng)
    return rng.uniform(0.1, 0.9, size=(n, k)), rng.integers(0, 2, size=(n, k)).astype(float)


def _hidden_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n, _, h, k = sizes(rng)
    return rng.normal(size=(n, k)), rng.normal(size=(h, k)), rng.uniform(0.1, 0.9, size=(n, h))


SUMS = (
    lambda delta: delta.sum(axis=0),
    lambda delta: delta.mean(axis=0),
    lambda delta: delta.sum(),
    lambda delta: delta.mean(),
)


def _cost_times_slope(cost: Any) -> Any:
    return lambda a2, y: cost((a2 - y) ** 2) * _slope(a2)


def _summed(add: Any) -> Any:
    return lambda a2, y: add(delta_output(a2, y))


DELTA_OUTPUT = Exercise(
    name="03.delta_output",
    answer=delta_output,
    results=("delta2",),
    case=_output_case,
    mistakes=(
        Mistake(lambda a2, y: (y - a2) * _slope(a2), "sign", "the slope of ½ (a - y)² is a - y, not y - a."),
        Mistake(lambda a2, y: a2 - y, "activation slope", "it is missing. Between a2 and z2 there is σ′(z2)."),
        Mistake(
            lambda a2, y: y - a2,
            "activation slope",
            "it is missing, and the sign is turned as well: the slope of ½ (a - y)² is a - y.",
        ),
        Mistake(
            lambda a2, y: 0.5 * (a2 - y) ** 2 * _slope(a2),
            "loss slope",
            "it is the loss itself, which has no sign.",
        ),
        *(
            Mistake(
                _cost_times_slope(cost),
                "loss slope",
                "it is the cost, one positive number for all examples. Each output has a slope of its own.",
            )
            for cost in COSTS
        ),
        Mistake(
            lambda a2, y: _slope(a2), "loss slope", "it is missing. What stands here is the activation slope alone."
        ),
        Mistake(lambda a2, y: (a2 - y) * (1 - a2**2), "activation slope", "1 - a² is that of tanh. Here is a sigmoid."),
        Mistake(lambda a2, y: (a2 - y) * a2, "activation slope", "it is a2 alone; the factor 1 - a2 is missing."),
        Mistake(lambda a2, y: (a2 - y) * (1 - a2), "activation slope", "the factor a2 of a2 (1 - a2) is missing."),
        *(
            Mistake(
                _summed(add),
                "batch sum",
                "the examples are added up already. delta2 keeps a row for each; the sum comes with the gradient.",
            )
            for add in SUMS
        ),
        Mistake(lambda a2, y: (a2 - y) ** 2 * _slope(a2), "loss slope", "it is the squared error, which has no sign."),
        Mistake(
            lambda a2, y: np.sum(0.5 * (a2 - y) ** 2) * (a2 - y) * _slope(a2),
            "loss slope",
            "it is multiplied by the cost. The slope alone starts the backward pass.",
        ),
        Mistake(
            lambda a2, y: (a2 - y) * _slope(a2 - y),
            "activation slope",
            "it is taken at the error, not at the prediction.",
        ),
        Mistake(
            lambda a2, y: (a2 - y) * _slope(1 / (1 + np.exp(-a2))),
            "activation slope",
            "the sigmoid was applied twice. a2 is σ(z2) already, so the slope is a2 (1 - a2).",
        ),
        Mistake(lambda a2, y: np.abs(a2 - y) * _slope(a2), "loss slope", "its sign is lost: it is a - y, not |a - y|."),
        Mistake(lambda a2, y: a2 * _slope(a2) + 0 * y, "loss slope", "the label y was not subtracted."),
        Mistake(lambda a2, y: (a2 - y) * a2 * (1 + a2), "activation slope", "its second factor is 1 - a2, not 1 + a2."),
        Mistake(lambda a2, y: 2 * (a2 - y) * _slope(a2), "loss slope", "it is twice too large: the ½ cancels the 2."),
        Mistake(
            lambda a2, y: (a2 - y) * _slope(a2) / len(a2),
            "batch sum",
            "1/N is in it already. It belongs to the batch sum, where the examples are added up.",
        ),
    ),
    hints=(
        "Two terms stand between C and z2. The formula of section 3 has a brace under each.",
        "The first is the slope of ½ (a2 - y)² with respect to a2. The second is the slope of the sigmoid, "
        "which needs only a2. Multiply elementwise.",
        "(a2 - y) times a2 (1 - a2).",
    ),
    proved="delta2 is ∂Cₙ/∂z2 for every example and every output unit.",
    shapes=("N K", "N K"),
)

DELTA_HIDDEN = Exercise(
    name="03.delta_hidden",
    answer=delta_hidden,
    results=("delta1",),
    case=_hidden_case,
    mistakes=(
        Mistake(
            lambda delta2, W2, a1: delta2 @ W2.T,
            "activation slope",
            "it is missing. The slope reaches a1, and from a1 to z1 there is σ′(z1).",
        ),
        Mistake(
            lambda delta2, W2, a1: (delta2 @ W2.T) * (1 - a1**2),
            "activation slope",
            "1 - a² is that of tanh. Here is a sigmoid.",
        ),
        Mistake(
            lambda delta2, W2, a1: (delta2 @ W2.T) * a1,
            "activation slope",
            "it is a1 alone; the factor 1 - a1 is missing.",
        ),
        Mistake(
            lambda delta2, W2, a1: (delta2 @ W2.T) * (1 - a1),
            "activation slope",
            "the factor a1 of a1 (1 - a1) is missing.",
        ),
        Mistake(
            lambda delta2, W2, a1: np.broadcast_to(delta2.sum(1, keepdims=True), a1.shape) * _slope(a1),
            "carry back",
            "the weights are missing. A unit answers for an output in proportion to W2.",
        ),
        Mistake(
            lambda delta2, W2, a1: (delta2 @ W2.T) * _slope(1 / (1 + np.exp(-a1))),
            "activation slope",
            "the sigmoid was applied twice. a1 is σ(z1) already.",
        ),
        Mistake(
            lambda delta2, W2, a1: (delta2 @ W2.T) * a1 * (1 + a1),
            "activation slope",
            "its second factor is 1 - a1, not 1 + a1.",
        ),
        Mistake(
            lambda delta2, W2, a1: (delta2 @ W2.T) * _slope(delta2 @ W2.T),
            "activation slope",
            "it is taken at the slope that comes back, not at a1.",
        ),
        Mistake(
            lambda delta2, W2, a1: _slope(a1) + 0 * (delta2 @ W2.T),
            "carry back",
            "it is missing. What stands here is the activation slope alone.",
        ),
        Mistake(lambda delta2, W2, a1: -(delta2 @ W2.T) * _slope(a1), "sign", "delta2 has the sign already."),
        Mistake(
            lambda delta2, W2, a1: (delta2 @ W2.T) * _slope(a1) / len(a1),
            "batch sum",
            "1/N is in it already. It belongs to the batch sum, where the examples are added up.",
        ),
        Mistake(
            lambda delta2, W2, a1: (delta2 @ np.abs(W2).T) * _slope(a1),
            "carry back",
            "the sign of the weights is lost.",
        ),
    ),
    hints=(
        "First the slope that reaches a1, then the step from a1 to z1.",
        "Unit j of layer 1 feeds every unit k of layer 2 with weight W2[j, k], so its slope is a sum over k. "
        "delta2 is (N, K), W2 is (H, K), and you need (N, H): which product adds over K?",
        "(delta2 @ W2.T) times a1 (1 - a1), the second product elementwise.",
    ),
    proved="delta1 is ∂Cₙ/∂z1, carried back through W2, for layers of any width.",
    shapes=("N K", "H K", "N H"),
)
