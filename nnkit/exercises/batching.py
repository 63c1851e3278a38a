"""The exercises of notebook 04: the batch as a matrix, the classifier's first layer, and the columns layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .engine import Choice, Exercise, Mistake, Question

# The answers are what `solution` shows, so they are written as the learner would write them: plain NumPy, no types.


def batch_gradient(a, delta):
    dW = a.T @ delta / len(a)
    db = delta.sum(axis=0) / len(a)
    return dW, db


def layer1_gradient(X, a1, W1, carried, reg):
    delta1 = carried * (a1 > 0)
    dW1 = X.T @ delta1 / len(X) + 2 * reg * W1
    db1 = delta1.sum(axis=0) / len(X)
    return dW1, db1


def columns_layer(W, a, delta):
    n_examples = delta.shape[1]
    dW = delta @ a.T / n_examples
    db = delta.sum(axis=1, keepdims=True) / n_examples
    slope = W.T @ delta
    return dW, db, slope


def _sizes(rng: np.random.Generator) -> tuple[int, int, int, int]:
    """N, inputs, hidden and output units, all different: sizes that agree by accident hide mistakes."""
    n, d, h, k = rng.permutation([3, 4, 5, 6])
    return int(n), int(d), int(h), int(k)


def _batch_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n, _, h, k = _sizes(rng)
    return rng.uniform(size=(n, h)), rng.normal(size=(n, k))


def _layer1_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n, d, h, _ = _sizes(rng)
    X, W1 = rng.normal(size=(n, d)), rng.normal(size=(d, h))
    return X, np.maximum(0, X @ W1), W1, rng.normal(size=(n, h)), 0.3


def _columns_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n, d, h, _ = _sizes(rng)
    return rng.normal(size=(h, d)), rng.normal(size=(d, n)), rng.normal(size=(h, n))


Variant = Callable[..., tuple[Any, ...]]


def _batch(dW: Any = None, db: Any = None, *, w: Any = lambda n: 1 / n, b: Any = lambda n: 1 / n) -> Variant:
    """The batch gradient with a term replaced; w(n) and b(n) stand for 1/N in dW and db."""

    def variant(a: Any, delta: Any) -> tuple[Any, ...]:
        sums = dW(a, delta) if dW else a.T @ delta, db(delta) if db else delta.sum(0)
        return w(len(a)) * sums[0], b(len(a)) * sums[1]

    return variant


def _layer1(*, mask: Any = None, scale: Any = lambda n: 1 / n, penalty: Any = lambda W, n: 2 * W) -> Variant:
    """The gradient of the first layer with a term replaced: mask(a1, carried), scale(N), reg * penalty(W1, N)."""

    def variant(X: Any, a1: Any, W1: Any, carried: Any, reg: Any) -> tuple[Any, ...]:
        n = len(X)
        delta1 = carried * (mask(a1, carried) if mask else a1 > 0)
        return scale(n) * X.T @ delta1 + reg * penalty(W1, n), scale(n) * delta1.sum(axis=0)

    return variant


def _columns(*, dW: Any = None, db: Any = None, slope: Any = None, scale: Any = lambda h, n: 1 / n) -> Variant:
    """The columns layer with one of its three results replaced; scale(units, examples)."""

    def variant(W: Any, a: Any, delta: Any) -> tuple[Any, ...]:
        s = scale(*delta.shape)
        bias = db(delta) if db else delta.sum(axis=1, keepdims=True)
        return s * (dW(a, delta) if dW else delta @ a.T), s * bias, slope(W, delta) if slope else W.T @ delta

    return variant


SUM, BIAS, SLOPE, PENALTY, TRANSPOSE = "batch sum", "bias sum", "activation slope", "penalty", "transpose"
EXERCISES = (
    Exercise(
        name="04.batch_gradient",
        answer=batch_gradient,
        results=("dW", "db"),
        case=_batch_case,
        mistakes=(
            Mistake(_batch(w=lambda n: 1, b=lambda n: 1), SUM, "it is a sum. The loss is a mean, so 1/N is missing."),
            Mistake(_batch(w=lambda n: n**-2, b=lambda n: n**-2), SUM, "1/N is in it twice."),
            Mistake(
                _batch(lambda a, delta: np.outer(a.sum(0), delta.mean(0))),
                SUM,
                "it is the product of two means; you need the mean of N products.",
            ),
            Mistake(
                lambda a, delta: (np.outer(a[-1], delta[-1]), delta[-1]),
                SUM,
                "only the last example is in it. A loop has to add to dW, not replace it.",
            ),
            Mistake(_batch(lambda a, delta: delta.T @ a), TRANSPOSE, "dW is turned over. W has a row for each input."),
            Mistake(_batch(db=np.sum), BIAS, "db is one number. Add over the examples only: each unit keeps its own."),
            Mistake(_batch(db=lambda delta: delta.sum(1)), BIAS, "it adds over the units and keeps the examples."),
        ),
        hints=(
            "Think of one example first. Which product of one row of a and one row of delta has the shape of W?",
            "a is (N, H), delta is (N, K), and the result is (H, K). In a matrix product the inner size disappears, so "
            "N has to be inside. For the bias the input is 1: add the rows of delta. Then the mean.",
            "a.T @ delta / N for the weights, delta.sum(axis=0) / N for the bias.",
        ),
        proved="Both are means of N products, for any number of examples and units.",
        shapes=("N H", "N K"),
    ),
    Exercise(
        name="04.layer1_gradient",
        answer=layer1_gradient,
        results=("dW1", "db1"),
        case=_layer1_case,
        mistakes=(
            Mistake(_layer1(penalty=lambda W, n: W), PENALTY, "it is half of it: reg · W² has the slope 2 · reg · W."),
            Mistake(_layer1(penalty=lambda W, n: -2 * W), PENALTY, "it is subtracted; the loss adds it."),
            Mistake(_layer1(penalty=lambda W, n: 2 * W / 0.3), PENALTY, "reg is missing in it."),
            Mistake(_layer1(penalty=lambda W, n: 0), PENALTY, "it is missing. reg · ΣW1² is a part of the loss."),
            Mistake(
                _layer1(penalty=lambda W, n: 2 * W / n),
                PENALTY,
                "it is divided by N. The loss has it once, not once for each example.",
            ),
            Mistake(_layer1(penalty=lambda W, n: W**2), PENALTY, "it is the penalty itself. Its slope is 2 · reg · W."),
            Mistake(_layer1(mask=lambda a1, c: 1), SLOPE, "it is missing: where the ReLU is off, nothing passes."),
            Mistake(_layer1(mask=lambda a1, c: a1 <= 0), SLOPE, "the mask is inverted: it is 1 where the unit is on."),
            Mistake(
                _layer1(mask=lambda a1, c: c > 0),
                SLOPE,
                "the mask looks at the slope that comes back, not at the unit: a1 > 0.",
            ),
            Mistake(_layer1(mask=lambda a1, c: a1), SLOPE, "it is a1 itself. The slope of the ReLU is 1 or 0."),
            Mistake(_layer1(mask=lambda a1, c: a1 * (1 - a1)), SLOPE, "it is the sigmoid's; here is a ReLU."),
            Mistake(_layer1(scale=lambda n: 1), SUM, "it is a sum. The cross-entropy is a mean: 1/N is missing."),
            Mistake(_layer1(scale=lambda n: n**-2), SUM, "1/N is in it twice."),
        ),
        hints=(
            "One activation slope leads from a1 to z1. Then comes the batch sum, and last the penalty.",
            "The ReLU lets the slope through where the unit was on, and a1 tells you where. The batch sum adds over "
            "the examples. The penalty is a second term of the loss: differentiate it by itself and add it.",
            "delta1 = carried * (a1 > 0), and to X.T @ delta1 / N comes 2 * reg * W1.",
        ),
        proved="The first layer is right: masked, averaged, and the penalty with its 2.",
        shapes=("N D", "N H", "D H", "N H", ""),
    ),
    Exercise(
        name="04.columns_layer",
        answer=columns_layer,
        results=("dW", "db", "slope"),
        case=_columns_case,
        mistakes=(
            Mistake(
                _columns(scale=lambda h, n: 1 / h),
                SUM,
                "it is divided by the number of units. In this layout len(delta) counts units.",
            ),
            Mistake(_columns(scale=lambda h, n: 1), SUM, "1/N is missing."),
            Mistake(
                _columns(slope=lambda W, delta: W.T @ delta / delta.shape[1]),
                SUM,
                "1/N is in the slope as well. It comes in once, with dW and db.",
            ),
            Mistake(
                _columns(dW=lambda a, delta: a @ delta.T),
                TRANSPOSE,
                "dW is turned over. W has a row for each unit here.",
            ),
            Mistake(
                _columns(slope=lambda W, delta: delta.T @ W),
                TRANSPOSE,
                "the slope is that of the rows layout. Examples stay in columns.",
            ),
            Mistake(
                _columns(db=lambda delta: delta.sum(0, keepdims=True)),
                BIAS,
                "it adds over the units. The examples are along axis 1 here.",
            ),
        ),
        hints=(
            "Write the shape beside each of the three arrays. Which size has to disappear in each result?",
            "dW is (H, D) and adds over N: (H, N) times (N, D). The slope is (D, N) and adds over H: (D, H) times "
            "(H, N). The bias is a column (H, 1).",
            "delta @ a.T / N, delta.sum(axis=1, keepdims=True) / N, and W.T @ delta.",
        ),
        proved="The layer is right with examples in columns: three results, three sums.",
        shapes=("H D", "D N", "H N"),
    ),
)

QUESTIONS: tuple[Question, ...] = (
    Question(
        name="04.why_transpose",
        text="In a1.T @ delta2 / N, what is the transpose for?",
        choices=(
            Choice(
                "It puts the examples inside the product, so that they are added up.",
                True,
                "(H, N) times (N, K) adds over N. Written with einsum the same sum needs no transpose at all.",
            ),
            Choice(
                "It makes the shapes fit; another way of making them fit would do as well.",
                False,
                "With unequal sizes there is one way only. With equal sizes several fit, and one of them is right.",
            ),
            Choice(
                "It carries the slope back to the layer below.",
                False,
                "That is the other transpose: delta2 @ W2.T adds over the units above, not over the examples.",
            ),
        ),
    ),
    Question(
        name="04.why_ten",
        text="A backward pass runs with batches of 10 and raises an error for every other size. What does it tell you?",
        choices=(
            Choice(
                "The program works, and needs batches of 10.",
                False,
                "It runs. No formula of a gradient asks for a certain N, so one that does cannot be right.",
            ),
            Choice(
                "The axis of the examples was used as the axis of something else that has size 10.",
                True,
                "There are 10 classes. With N = 10 the two axes have the same length, and the error message is lost.",
            ),
            Choice(
                "10 examples are too few to see the mistake in the gradient.",
                False,
                "A gradient check sees it with any number. At N = 10 it runs, and every parameter is wrong.",
            ),
        ),
    ),
)
