"""The exercises of notebook 06: a gradient behind a vector theta, and one example alone. With its six patients."""

from __future__ import annotations

from typing import Any

import numpy as np

from .diagnoses import QUESTIONS
from .engine import Exercise, Mistake
from .neuron import Delta, neuron_mistakes, right_delta
from .patients import patient

__all__ = ["EXERCISES", "QUESTIONS", "patient"]


# The answers are what `solution` shows, so they are written as the learner would write them: plain NumPy, no types.


def theta_gradient(theta, X, y):
    n_weights = X.shape[1] * y.shape[1]
    W, b = theta[:n_weights].reshape(X.shape[1], y.shape[1]), theta[n_weights:]
    a = 1 / (1 + np.exp(-(X @ W + b)))
    delta = (a - y) * a * (1 - a) / len(X)
    return np.concatenate([(X.T @ delta).ravel(), delta.sum(axis=0)])


def delta_from_one_example(dW, x):
    return x @ dW / (x @ x)


def _theta_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n, d, k = (int(size) for size in rng.permutation([3, 4, 5]))
    return rng.normal(size=d * k + k), rng.normal(size=(n, d)), rng.integers(0, 2, size=(n, k)).astype(float)


def _one_example_case(rng: np.random.Generator) -> tuple[Any, ...]:
    x = rng.normal(size=5)
    x[1] = 0.0
    return np.outer(x, rng.normal(size=3)), x


def _theta_with(
    *,
    order: str = "C",
    back: str = "C",
    biases_first: bool = False,
    delta: Delta = right_delta,
    scale: Any = lambda n: 1 / n,
    bias_scale: Any = lambda n: 1.0,
) -> Any:
    """The gradient behind theta with its terms, or the order of its entries, replaced."""

    def variant(theta: Any, X: Any, y: Any) -> Any:
        d, k = X.shape[1], y.shape[1]
        b, flat = (theta[:k], theta[k:]) if biases_first else (theta[d * k :], theta[: d * k])
        z = X @ flat.reshape((d, k), order=order) + b
        counted = scale(len(X)) * delta(z, 1 / (1 + np.exp(-z)), y)
        parts = [(X.T @ counted).ravel(order=back), bias_scale(len(X)) * counted.sum(axis=0)]
        return np.concatenate(parts[::-1] if biases_first else parts)

    return variant


EXERCISES = (
    Exercise(
        name="06.theta_gradient",
        answer=theta_gradient,
        results=("the gradient",),
        case=_theta_case,
        mistakes=(
            Mistake(
                _theta_with(back="F"),
                "order",
                "W was cut row by row, and its gradient was flattened column by column. Each slope lands on another "
                "weight.",
            ),
            Mistake(_theta_with(order="F"), "order", "W is cut column by column; theta holds it row by row."),
            Mistake(
                _theta_with(order="F", back="F"),
                "order",
                "you go column by column both ways. That agrees with itself, but theta here holds W row by row.",
            ),
            Mistake(_theta_with(biases_first=True), "order", "in theta the weights come first, then the biases."),
            Mistake(
                _theta_with(scale=lambda n: 1.0), "batch sum", "it is a sum. The loss is a mean over the examples."
            ),
            Mistake(_theta_with(bias_scale=lambda n: n), "batch sum", "1/N is missing in the biases."),
            Mistake(_theta_with(bias_scale=lambda n: 1 / n), "batch sum", "1/N is in the biases twice."),
            Mistake(
                _theta_with(delta=lambda z, a, y: -right_delta(z, a, y)), "sign", "the slope of ½ (a - y)² is a - y."
            ),
            *neuron_mistakes(lambda delta: _theta_with(delta=delta), several_outputs=True),
        ),
        hints=(
            "Three steps: cut theta into W and b, compute the two gradients as in notebook 01, put them together.",
            "reshape(D, K) fills row by row, and ravel() reads row by row: the two undo each other.",
            "dW = X.T @ delta and db = delta.sum(axis=0), then np.concatenate of dW.ravel() and db.",
        ),
        proved="Your gradient has the order of theta, entry by entry. SciPy's optimisers could use it as it is.",
        shapes=("P", "N D", "N K"),
    ),
    Exercise(
        name="06.delta_from_one_example",
        answer=delta_from_one_example,
        results=("delta",),
        case=_one_example_case,
        mistakes=(
            Mistake(lambda dW, x: x @ dW, "input", "x is still in it: x @ dW is (x · x) times delta."),
            Mistake(
                lambda dW, x: x @ dW / np.sqrt(x @ x),
                "input",
                "x is in dW once and in your product twice, so divide by x · x, not by its root.",
            ),
            Mistake(lambda dW, x: dW.sum(axis=0), "input", "the inputs were added up, not divided out."),
            Mistake(lambda dW, x: dW.mean(axis=0), "input", "the inputs were averaged, not divided out."),
        ),
        hints=(
            "With one example dW is an outer product: row j is x[j] times delta.",
            "Any row would do, but x[j] may be 0. Which product adds up all rows, each with the weight x[j]?",
            "x @ dW is (x · x) times delta. Divide by x @ x.",
        ),
        proved="You took the input out of a gradient and got the delta, also where an input is 0.",
        shapes=("D K", "D"),
    ),
)
