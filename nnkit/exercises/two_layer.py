"""The exercises of notebook 03: the deltas of two layers and the gradients that they give."""

from __future__ import annotations

from typing import Any

import numpy as np

from .engine import Choice, Exercise, Mistake, Question


def _slope(a: Any) -> Any:
    return a * (1 - a)


# The answers are what `solution` shows, so they are written as the learner would write them: plain NumPy, no types.


def delta_output(a2, y):
    return (a2 - y) * a2 * (1 - a2)


def delta_hidden(delta2, W2, a1):
    return (delta2 @ W2.T) * a1 * (1 - a1)


def gradients(X, a1, delta1, delta2):
    n_examples = len(X)
    dW1 = X.T @ delta1 / n_examples
    db1 = delta1.sum(axis=0) / n_examples
    dW2 = a1.T @ delta2 / n_examples
    db2 = delta2.sum(axis=0) / n_examples
    return dW1, db1, dW2, db2


def _sizes(rng: np.random.Generator) -> tuple[int, int, int, int]:
    """N, inputs, hidden and output units, all different: sizes that agree by accident hide mistakes."""
    n, d, h, k = rng.permutation([2, 3, 4, 5])
    return int(n), int(d), int(h), int(k)


def _output_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n, _, _, k = _sizes(rng)
    return rng.uniform(0.1, 0.9, size=(n, k)), rng.integers(0, 2, size=(n, k)).astype(float)


def _hidden_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n, _, h, k = _sizes(rng)
    return rng.normal(size=(n, k)), rng.normal(size=(h, k)), rng.uniform(0.1, 0.9, size=(n, h))


def _gradients_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n, d, h, k = _sizes(rng)
    return rng.normal(size=(n, d)), rng.uniform(size=(n, h)), rng.normal(size=(n, h)), rng.normal(size=(n, k))


def _gradients_with(
    *, scale: Any = lambda n: 1 / n, bias_scale: Any = None, inner: Any = lambda X, a1: (X, a1), sign: int = 1
) -> Any:
    """The four gradients with a term replaced."""

    def variant(X: Any, a1: Any, delta1: Any, delta2: Any) -> tuple[Any, ...]:
        n = len(X)
        weights, biases = sign * scale(n), sign * (bias_scale or scale)(n)
        in1, in2 = inner(X, a1)
        return weights * in1.T @ delta1, biases * delta1.sum(0), weights * in2.T @ delta2, biases * delta2.sum(0)

    return variant


EXERCISES = (
    Exercise(
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
            Mistake(
                lambda a2, y: (a2 - y) ** 2 * _slope(a2), "loss slope", "it is the squared error, which has no sign."
            ),
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
            Mistake(
                lambda a2, y: 2 * (a2 - y) * _slope(a2), "loss slope", "it is twice too large: the ½ cancels the 2."
            ),
            Mistake(
                lambda a2, y: (a2 - y) * _slope(a2) / len(a2),
                "batch sum",
                "1/N is in it already. It belongs to the batch sum, where the examples are added up.",
            ),
        ),
        hints=(
            "Two terms stand between C and z2. Click z2[0] in the inspector: it shows both.",
            "The first is the slope of ½ (a2 - y)² with respect to a2. The second is the slope of the sigmoid, "
            "which needs only a2. Multiply elementwise.",
            "(a2 - y) times a2 (1 - a2).",
        ),
        proved="delta2 is ∂Cₙ/∂z2 for every example and every output unit.",
    ),
    Exercise(
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
                lambda delta2, W2, a1: (delta2 @ W2.T) * a1,
                "activation slope",
                "it is a1 alone; the factor 1 - a1 is missing.",
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
    ),
    Exercise(
        name="03.gradients",
        answer=gradients,
        results=("dW1", "db1", "dW2", "db2"),
        case=_gradients_case,
        mistakes=(
            Mistake(
                _gradients_with(scale=lambda n: 1.0),
                "batch sum",
                "it is a sum. The loss is a mean over the examples, so every gradient carries 1/N.",
            ),
            Mistake(_gradients_with(bias_scale=lambda n: 1.0), "batch sum", "1/N is missing in the biases."),
            Mistake(
                _gradients_with(scale=lambda n: 1.0, bias_scale=lambda n: 1 / n),
                "batch sum",
                "1/N is missing in the weights.",
            ),
            Mistake(_gradients_with(scale=lambda n: 1 / n**2), "batch sum", "1/N is in it twice."),
            Mistake(_gradients_with(sign=-1), "sign", "the deltas have the sign already."),
            Mistake(
                _gradients_with(inner=lambda X, a1: (X, _slope(a1))),
                "input",
                "W2 was multiplied by a1, so a1 is the factor, not its slope.",
            ),
            Mistake(
                _gradients_with(inner=lambda X, a1: (np.ones_like(X), np.ones_like(a1))),
                "input",
                "it is missing. A weight acts through what it is multiplied by: X for W1, a1 for W2.",
            ),
        ),
        hints=(
            "The gradient of a weight is its input times the delta of its unit, added up over the examples.",
            "dW1 has the shape of W1, (D, H). X is (N, D) and delta1 is (N, H): which product adds over N? "
            "For a bias the input is 1.",
            "dW1 = X.T @ delta1 / N and db1 = delta1.sum(axis=0) / N; the same with a1 and delta2 for layer 2.",
        ),
        proved="All four gradients are those of the mean loss, also when no two sizes are equal.",
    ),
)

QUESTIONS = (
    Question(
        name="03.previous_activation",
        text="Why is delta multiplied by the activation of the layer below?",
        choices=(
            Choice(
                "Because the shapes fit only then.",
                False,
                "Shapes can fit by accident. The factor is a slope and follows from z = a W + b.",
            ),
            Choice(
                "Because that is what the weight was multiplied by.",
                True,
                "z moves by a times the nudge of the weight, so a is the slope of z with respect to the weight.",
            ),
            Choice(
                "To give large activations more influence.",
                False,
                "That is an effect. The reason is the slope of z, and it would be the same for any activation.",
            ),
        ),
    ),
    Question(
        name="03.wrong_below",
        text="A gradient check says: W1 and b1 wrong, W2 and b2 right. Where is the mistake?",
        choices=(
            Choice(
                "In the slope of the loss.", False, "It is a factor of all four gradients, and two of them are right."
            ),
            Choice("In X, the input of W1.", False, "b1 is wrong too, and X is no factor of it."),
            Choice(
                "Between delta 2 and delta 1: the carrying back, or the slope of layer 1.",
                True,
                "All of layer 2 is right, so delta 2 is. What is computed from it for layer 1 is not.",
            ),
        ),
    ),
)
