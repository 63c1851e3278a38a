"""The exercise of notebook 00, to try out how exercises work."""

from __future__ import annotations

from typing import Any

import numpy as np

from .engine import Choice, Exercise, Mistake, Question

# The answer is what `solution` shows, so it is written as the learner would write it: plain NumPy, no types.


def half_squared_error(a, y):
    return 0.5 * np.sum((a - y) ** 2, axis=1)


def _case(rng: np.random.Generator) -> tuple[Any, ...]:
    shape = (int(rng.integers(4, 7)), 3)
    return rng.uniform(size=shape), rng.integers(0, 2, size=shape).astype(float)


EXERCISES = (
    Exercise(
        name="00.half_squared_error",
        answer=half_squared_error,
        results=("the loss",),
        case=_case,
        mistakes=(
            Mistake(lambda a, y: np.sum((a - y) ** 2, axis=1), "factor", "the ½ is missing."),
            Mistake(lambda a, y: 0.5 * np.mean((a - y) ** 2, axis=1), "sum", "you took the mean over k; it is a sum."),
            Mistake(lambda a, y: (a - y) ** 2, "sum", "every example has one loss: add over k. The ½ is missing too."),
            Mistake(lambda a, y: 0.5 * (a - y) ** 2, "sum", "every example has one loss: add over k, with axis=1."),
            Mistake(
                lambda a, y: 0.5 * np.sum((a - y) ** 2),
                "sum",
                "you added up the examples as well; keep a loss for each.",
            ),
            *(
                Mistake(mean, "sum", "you averaged over the examples as well; keep a loss for each.")
                for mean in (
                    lambda a, y: 0.5 * np.mean((a - y) ** 2),
                    lambda a, y: 0.5 * np.sum((a - y) ** 2) / len(a),
                )
            ),
            Mistake(
                lambda a, y: 0.5 * np.sum((a - y) ** 2, axis=0),
                "sum",
                "you added over the examples; add over k, axis=1.",
            ),
            Mistake(lambda a, y: 0.5 * np.sum(a - y, axis=1), "square", "the differences are not squared."),
            Mistake(
                lambda a, y: 0.5 * np.sum(a - y, axis=1) ** 2,
                "square",
                "you squared the sum. Square each difference, then add.",
            ),
            Mistake(
                lambda a, y: 0.5 * np.sqrt(np.sum((a - y) ** 2, axis=1)),
                "square",
                "this is half the norm. A norm takes a square root; the loss does not.",
            ),
            Mistake(lambda a, y: 0.5 * np.abs(a - y).sum(axis=1), "square", "the sizes were added, not the squares."),
        ),
        hints=(
            "Differences first, then squares, then a sum for each row.",
            "Which axis of a (N, K) array has to go so that (N,) is left?",
            "0.5 * np.sum(squares, axis=1).",
        ),
        proved="One loss for each example, with the ½ and the sum over k.",
        shapes=("N K", "N K"),
    ),
)

QUESTIONS = (
    Question(
        name="00.product_of_terms",
        text="A gradient is a product of named terms. One of the terms is 0 for an example. What follows?",
        choices=(
            Choice(
                "The network has finished learning.",
                False,
                "It may be wrong and still have a 0 in the product, for example an input of 0.",
            ),
            Choice(
                "This example adds nothing to the gradient.",
                True,
                "The product is 0. Other examples of the batch may still add something.",
            ),
            Choice("The whole gradient is 0.", False, "The batch adds up the examples, and each has terms of its own."),
        ),
    ),
)
