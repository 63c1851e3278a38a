"""The exercises of notebook 01: one neuron, its slope and its gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from .engine import Choice, Exercise, Mistake, Question
from .neuron import Delta, neuron_mistakes, right_delta, step_mistakes
from .neuron import sigmoid as _sigmoid

# The answers are what `solution` shows, so they are written as the learner would write them: plain NumPy, no types.


def sigmoid_slope(z):
    a = 1 / (1 + np.exp(-z))
    return a * (1 - a)


def neuron_gradient(X, y, W, b):
    a = 1 / (1 + np.exp(-(X @ W + b)))
    delta = (a - y) * a * (1 - a)
    dW = X.T @ delta / len(X)
    db = delta.sum(axis=0) / len(X)
    return dW, db


def repaired_step(X, y, W, learning_rate):
    a = 1 / (1 + np.exp(-(X @ W)))
    delta = (a - y) * a * (1 - a)
    return W - learning_rate * X.T @ delta / len(X)


def _slope_case(rng: np.random.Generator) -> tuple[Any, ...]:
    return (rng.normal(0, 2, size=(int(rng.integers(4, 9)), 3)),)


def _neuron_case(rng: np.random.Generator) -> tuple[Any, ...]:
    """N and D unequal, and neither of them 4, the number of examples of a gate."""
    n, d = (int(size) for size in rng.permutation([3, 5, 6, 7])[:2])
    X, y = rng.normal(size=(n, d)), rng.integers(0, 2, size=(n, 1)).astype(float)
    return X, y, rng.normal(size=(d, 1)), rng.normal(size=1)


def _step_case(rng: np.random.Generator) -> tuple[Any, ...]:
    X, y, W, _ = _neuron_case(rng)
    return X, y, W, float(rng.uniform(0.2, 0.5))


def _gradient_with(delta: Delta = right_delta, *, scale: Any = lambda n: 1 / n, bias: bool = True) -> Any:
    """The gradient of a neuron with its delta(z, a, y), or what one example counts, scale(N), replaced."""

    def variant(X: Any, y: Any, W: Any, b: Any) -> tuple[Any, Any]:
        z = X @ W + b if bias else X @ W
        d = delta(z, _sigmoid(z), y)
        return scale(len(X)) * (X.T @ d), scale(len(X)) * d.sum(axis=0)

    return variant


def _step_with(delta: Delta = right_delta, *, scale: Any = lambda n: 1 / n) -> Any:
    """W after one step along such a gradient."""
    gradient = _gradient_with(delta, scale=scale)
    return lambda X, y, W, learning_rate: W - learning_rate * gradient(X, y, W, 0.0)[0]


def _one_by_one(scale: Any) -> Any:
    """W moved at every example, so that each finds another W than the one before."""

    def variant(X: Any, y: Any, W: Any, learning_rate: Any) -> Any:
        for x, label in zip(X[:, None], y[:, None]):
            W = W - scale(len(X)) * learning_rate * x.T @ right_delta(x @ W, _sigmoid(x @ W), label)
        return W

    return variant


def _common(build: Any) -> tuple[Mistake, ...]:
    """The mistakes that a gradient and a step share; `build` is one of the two functions above."""
    return (
        Mistake(
            build(lambda z, a, y: -right_delta(z, a, y)),
            "sign",
            "your step goes uphill. The slope of the loss is a - y, and descent subtracts the gradient.",
        ),
        Mistake(
            build(scale=lambda n: 1.0),
            "batch sum",
            "it is a sum. The loss is a mean over the examples, so its gradient carries the factor 1/N.",
        ),
        Mistake(build(scale=lambda n: n**-2.0), "batch sum", "1/N is in it twice."),
        *neuron_mistakes(build),
    )


def _case_a(z: Any, a: Any, y: Any) -> Any:
    return (a - y) ** 2


def _case_b(z: Any, a: Any, y: Any) -> Any:
    return 2 * (a - y) ** 4 * a * (1 - a)


def _case_d(z: Any, a: Any, y: Any) -> Any:
    return -((y - a) ** 2) * (1 - (y - a))


_CASES = (
    (_case_a, "loss slope", "this is the program of case A: the squared error stands where the two slopes belong."),
    (_case_b, "loss slope", "this is the program of case B: the slope was taken with respect to the cost, not to a."),
    (_case_d, "activation slope", "this is the program of case D: the slope is taken at the error, not at a."),
)


EXERCISES = (
    Exercise(
        name="01.sigmoid_slope",
        answer=sigmoid_slope,
        results=("the slope",),
        case=_slope_case,
        shapes=("N D",),
        mistakes=(
            Mistake(lambda z: z * (1 - z), "activation slope", "a (1 - a) needs a = σ(z); you gave it z itself."),
            Mistake(_sigmoid, "activation slope", "this is the sigmoid, not its slope."),
            Mistake(
                lambda z: -_sigmoid(z) * (1 - _sigmoid(z)),
                "sign",
                "the sigmoid rises everywhere, so its slope is positive.",
            ),
            Mistake(
                lambda z: _sigmoid(z) * (1 + _sigmoid(z)), "activation slope", "the second factor is 1 - a, not 1 + a."
            ),
            Mistake(
                lambda z: _sigmoid(_sigmoid(z)) * (1 - _sigmoid(_sigmoid(z))),
                "activation slope",
                "the sigmoid was applied twice.",
            ),
        ),
        hints=(
            "Compute a = σ(z) first. The slope can be written with a alone.",
            "At z = 0 the slope is ¼, and it falls towards 0 on both sides. Which product with a does that?",
            "The slope is a times (1 - a).",
        ),
        proved="Your slope is σ′(z) at every z that was tried, and you took it at z.",
    ),
    Exercise(
        name="01.neuron_gradient",
        answer=neuron_gradient,
        results=("dW", "db"),
        case=_neuron_case,
        mistakes=(
            Mistake(_gradient_with(bias=False), "forward pass", "b is missing in z = X @ W + b."),
            *_common(_gradient_with),
        ),
        shapes=("N D", "N K", "D K", "K"),
        hints=(
            "Write the three terms on three lines: loss slope, activation slope, input. Then think about the batch.",
            "delta = (loss slope) × (activation slope) has shape (N, 1). Each example adds x × delta to dW and delta "
            "to db; X.T @ ... adds them up. What does the mean do to that sum?",
            "dW = X.T @ delta / N, and db is the mean of delta over the examples.",
        ),
        proved="dW and db are the gradient of the mean loss, for every number of examples.",
    ),
    Exercise(
        name="01.repaired_step",
        answer=repaired_step,
        results=("the new W",),
        case=_step_case,
        mistakes=(
            *(
                Mistake(_step_with(delta, scale=lambda n: 1.0), term, f"{message} 1/N is missing too.")
                for delta, term, message in _CASES
            ),
            *_common(_step_with),
            *step_mistakes(repaired_step, "W"),
            *(
                Mistake(
                    _one_by_one(scale),
                    "batch sum",
                    "W moves inside the loop, so that each example meets another W. Add up first, then make one step.",
                )
                for scale in (lambda n: 1 / n, lambda n: 1.0)
            ),
        ),
        shapes=("N D", "N K", "D K", ""),
        start="W",
        hints=(
            "Print the sign of every entry of the update. Can this program ever raise a weight?",
            "Two terms are missing between the loss and the weight. Name them with the inspector in section 3.",
            "Replace the squared error by (a - y) * a * (1 - a), and divide by N.",
        ),
        proved="This step goes down the mean loss, for weights of either sign.",
    ),
)

QUESTIONS = (
    Question(
        name="01.one_sign",
        text="On every gate that you try every entry of your update is negative or 0, in every epoch. What do you look "
        "for?",
        choices=(
            Choice("A learning rate that is too small.", False, "That changes the size of an update, not its sign."),
            Choice(
                "A missing bias.",
                False,
                "It limits what can be learnt. But on x1 and not x2 a right update has both signs without a bias.",
            ),
            Choice(
                "A square or a cost where its slope should be.",
                True,
                "A slope turns when the error turns. A square and a cost have no sign, so their update cannot turn.",
            ),
        ),
    ),
    Question(
        name="01.right_at_once",
        text="A program predicts all four rows of OR correctly after 50 epochs. What does that prove of its gradient?",
        choices=(
            Choice(
                "Nothing: a wrong gradient can do it, and so can no training at all.",
                True,
                "Positive weights solve OR without training. Check the gradient against the loss.",
            ),
            Choice("That the gradient is right.", False, "In case D a wrong gradient solved OR in every run."),
            Choice(
                "That it is right up to a positive factor.",
                False,
                "In case A the weights moved the wrong way, and the predictions stayed right for 66 epochs.",
            ),
        ),
    ),
)
