"""The exercises of notebook 01: one neuron, its slope and its gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from .engine import Choice, Exercise, Mistake, Question


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


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
    return (rng.normal(0, 2, size=(5, 3)),)


def _neuron_case(rng: np.random.Generator) -> tuple[Any, ...]:
    n = int(rng.integers(5, 8))
    X, y = rng.normal(size=(n, 3)), rng.integers(0, 2, size=(n, 1)).astype(float)
    return X, y, rng.normal(size=(3, 1)), rng.normal(size=1)


def _step_case(rng: np.random.Generator) -> tuple[Any, ...]:
    X, y, W, _ = _neuron_case(rng)
    return X, y, W, 0.3


def _gradient_with(slope: Any, error: Any, *, scale: Any = lambda n: 1 / n, sign: int = 1) -> Any:
    """The gradient of a neuron with its terms replaced; slope(z, a) and error(a, y)."""

    def variant(X: Any, y: Any, W: Any, b: Any) -> tuple[Any, Any]:
        z = X @ W + b
        a = _sigmoid(z)
        delta = sign * error(a, y) * slope(z, a)
        return scale(len(X)) * (X.T @ delta), scale(len(X)) * delta.sum(axis=0)

    return variant


def _step_with(slope: Any, error: Any, *, scale: Any = lambda n: 1 / n, sign: int = 1) -> Any:
    gradient = _gradient_with(slope, error, scale=scale, sign=sign)
    return lambda X, y, W, learning_rate: W - learning_rate * gradient(X, y, W, 0.0)[0]


def _right_slope(z: Any, a: Any) -> Any:
    return a * (1 - a)


def _right_error(a: Any, y: Any) -> Any:
    return a - y


def _neuron_mistakes(build: Any) -> tuple[Mistake, ...]:
    """The known mistakes of a neuron; `build` is one of the two functions above."""
    return (
        Mistake(
            build(_right_slope, _right_error, sign=-1),
            "sign",
            "your step goes uphill. The slope of the loss is a - y, and descent subtracts the gradient.",
        ),
        Mistake(
            build(lambda z, a: 1.0, _right_error),
            "activation slope",
            "it is missing. Between a and z there is the factor σ′(z) = a (1 - a).",
        ),
        Mistake(
            build(lambda z, a: _sigmoid(a) * (1 - _sigmoid(a)), _right_error),
            "activation slope",
            "it is taken at a, as if a were z: the sigmoid was applied twice.",
        ),
        Mistake(
            build(lambda z, a: z * (1 - z), _right_error),
            "activation slope",
            "the formula a (1 - a) was given z in place of a.",
        ),
        Mistake(
            build(_right_slope, lambda a, y: (a - y) ** 2),
            "loss slope",
            "it is the squared error itself. The slope of ½ (a - y)² is a - y, which keeps its sign.",
        ),
        Mistake(
            build(_right_slope, lambda a, y: 0.5 * (a - y) ** 2),
            "loss slope",
            "it is the loss itself. The slope of ½ (a - y)² is a - y, which keeps its sign.",
        ),
        Mistake(
            build(lambda z, a: 1.0, lambda a, y: (a - y) ** 2),
            "loss slope",
            "it is the squared error itself, and the activation slope is missing as well.",
        ),
        Mistake(
            build(_right_slope, _right_error, scale=lambda n: 1.0),
            "batch sum",
            "it is a sum. The loss is a mean over the examples, so its gradient carries the factor 1/N.",
        ),
        Mistake(
            build(_right_slope, lambda a, y: 2 * (a - y)),
            "loss slope",
            "it is twice too large. The ½ in ½ (a - y)² cancels the 2.",
        ),
        Mistake(build(_right_slope, lambda a, y: a), "loss slope", "the label y was not subtracted."),
    )


EXERCISES = (
    Exercise(
        name="01.sigmoid_slope",
        answer=sigmoid_slope,
        results=("the slope",),
        case=_slope_case,
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
        mistakes=_neuron_mistakes(_gradient_with),
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
        mistakes=_neuron_mistakes(_step_with),
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
        text="In every epoch every entry of your update is negative or 0. What do you look for?",
        choices=(
            Choice("A learning rate that is too small.", False, "That changes the size of an update, not its sign."),
            Choice(
                "A missing bias.", False, "It limits what can be learnt, but a right gradient still has both signs."
            ),
            Choice(
                "A square or a cost where its slope should be.",
                True,
                "A slope changes its sign with the error. A square and a cost do not.",
            ),
        ),
    ),
    Question(
        name="01.right_at_once",
        text="A program predicts all four rows of OR correctly after 50 epochs. What does that prove of its gradient?",
        choices=(
            Choice(
                "Nothing, before you know what it predicted after 0 epochs.",
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
