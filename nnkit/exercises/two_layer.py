"""The exercises of notebook 03: the deltas of two layers and the gradients that they give, and its questions."""

from __future__ import annotations

from typing import Any

import numpy as np

from .deltas import DELTA_HIDDEN, DELTA_OUTPUT, sizes
from .engine import Choice, Exercise, Mistake, Question

# The answer is what `solution` shows, so it is written as the learner would write it: plain NumPy, no types.


def gradients(X, a1, delta1, delta2):
    n_examples = len(X)
    dW1 = X.T @ delta1 / n_examples
    db1 = delta1.sum(axis=0) / n_examples
    dW2 = a1.T @ delta2 / n_examples
    db2 = delta2.sum(axis=0) / n_examples
    return dW1, db1, dW2, db2


def _gradients_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n, d, h, k = sizes(rng)
    return rng.normal(size=(n, d)), rng.uniform(size=(n, h)), rng.normal(size=(n, h)), rng.normal(size=(n, k))


def _gradients_with(
    *,
    scale: Any = lambda X: 1 / len(X),
    bias_scale: Any = None,
    inner: Any = lambda X, a1, delta1: (X, a1),
) -> Any:
    """The four gradients with a term replaced."""

    def variant(X: Any, a1: Any, delta1: Any, delta2: Any) -> tuple[Any, ...]:
        weights, biases = scale(X), (bias_scale or scale)(X)
        in1, in2 = inner(X, a1, delta1)
        return weights * in1.T @ delta1, biases * delta1.sum(0), weights * in2.T @ delta2, biases * delta2.sum(0)

    return variant


WRONG_INPUTS = (
    (lambda X, a1, delta1: (a1, a1), "W1", "X", "a1"),
    (lambda X, a1, delta1: (delta1, a1), "W1", "X", "delta1"),
    (lambda X, a1, delta1: (X, X), "W2", "a1", "X"),
    (lambda X, a1, delta1: (X, delta1), "W2", "a1", "delta1"),
    (lambda X, a1, delta1: (a1, X), "each weight", "the layer below, X for W1 and a1 for W2", "the other one"),
)


EXERCISES = (
    DELTA_OUTPUT,
    DELTA_HIDDEN,
    Exercise(
        name="03.gradients",
        answer=gradients,
        results=("dW1", "db1", "dW2", "db2"),
        case=_gradients_case,
        mistakes=(
            Mistake(
                _gradients_with(scale=lambda X: 1.0),
                "batch sum",
                "it is a sum. The loss is a mean over the examples, so every gradient carries 1/N.",
            ),
            Mistake(_gradients_with(bias_scale=lambda X: 1.0), "batch sum", "1/N is missing in the biases."),
            Mistake(
                _gradients_with(scale=lambda X: 1.0, bias_scale=lambda X: 1 / len(X)),
                "batch sum",
                "1/N is missing in the weights.",
            ),
            Mistake(_gradients_with(scale=lambda X: 1 / len(X) ** 2), "batch sum", "1/N is in it twice."),
            Mistake(
                _gradients_with(scale=lambda X: 1 / X.shape[1]),
                "batch sum",
                "it is divided by the columns of X, the inputs. The examples are its rows.",
            ),
            Mistake(
                _gradients_with(scale=lambda X: 1 / 4),
                "batch sum",
                "N is 4 whatever the batch. Take the number of rows that came: len(X).",
            ),
            Mistake(_gradients_with(scale=lambda X: -1 / len(X)), "sign", "the deltas have the sign already."),
            *(
                Mistake(_gradients_with(inner=inner), "input", f"{weight} was multiplied by {right}, not by {wrong}.")
                for inner, weight, right, wrong in WRONG_INPUTS
            ),
            Mistake(
                _gradients_with(inner=lambda X, a1, delta1: (X, a1 * (1 - a1))),
                "input",
                "W2 was multiplied by a1, so a1 is the factor, not its slope.",
            ),
            Mistake(
                _gradients_with(inner=lambda X, a1, delta1: (np.ones_like(X), np.ones_like(a1))),
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
        shapes=("N D", "N H", "N H", "N K"),
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
