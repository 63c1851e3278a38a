"""Wrong attempts as learners write them, whole and in their own style: what the check says of each."""

import math

import numpy as np
import pytest

from nnkit import exercises


def sig(z):
    return 1 / (1 + np.exp(-z))


# --- 01 --------------------------------------------------------------------------------------------------------------


def neuron(delta, *, dw=None, db=None, bias=True):
    """A neuron's gradient from delta(a, y), with the two last lines as a learner may write them."""

    def neuron_gradient(X, y, W, b):
        a = sig(X @ W + b if bias else X @ W)
        d = delta(a, y)
        return (dw(X, d, y) if dw else X.T @ d / len(X)), (db(d) if db else d.sum(axis=0) / len(X))

    return neuron_gradient


def right(a, y):
    return (a - y) * a * (1 - a)


def changes_W(X, y, W, b):
    dW, db = neuron(right)(X, y, W, b)
    W -= dW
    return dW, db


def raveled(X, y, W, b):
    a = sig(X @ W + b).ravel()
    d = (a - y) * a * (1 - a)
    return X.T @ d / len(X), d.sum(axis=0) / len(X)


def with_math(z):
    return math.exp(-z) / (1 + math.exp(-z)) ** 2


def step(update):
    """W - learning_rate · update(X, a, y)."""
    return lambda X, y, W, learning_rate: W - learning_rate * update(X, sig(X @ W), y)


def each_example(X, y, W, learning_rate):
    for n in range(len(X)):
        a = sig(X[n] @ W)
        W = W - learning_rate * np.outer(X[n], right(a, y[n])) / len(X)
    return W


def minus_equals(X, y, W, learning_rate):
    W -= learning_rate * X.T @ right(sig(X @ W), y) / len(X)
    return W


G01, S01 = "01.neuron_gradient", "01.repaired_step"
ONE = [
    ("01.sigmoid_slope", with_math, None, "math.exp and its like take one number; np.exp takes arrays"),
    (G01, neuron(right, db=lambda d: d.mean(axis=0, keepdims=True)), None, "An axis of length 1 is too many."),
    (G01, raveled, None, "Did (N,) meet (N, 1)?"),
    (G01, neuron(right, db=lambda d: d.sum(axis=0)), "batch sum", "In db the batch sum is off: it is a sum."),
    (G01, neuron(right, dw=lambda X, d, y: X.T @ d), "batch sum", "In dW the batch sum is off: it is a sum."),
    (G01, neuron(lambda a, y: (a - y) * (a - y) * (1 - (a - y))), "activation slope", "at the error"),
    (G01, neuron(lambda a, y: -((y - a) ** 2) * (1 - (y - a))), "activation slope", "at the error"),
    (G01, neuron(lambda a, y: 2 * (a - y) ** 4 * a * (1 - a)), "loss slope", "its own derivative"),
    (G01, neuron(lambda a, y: (a - y) * a * (1 + a)), "activation slope", "1 - a, not 1 + a"),
    (G01, neuron(right, bias=False), "forward pass", "b is missing"),
    (G01, neuron(lambda a, y: a * (1 - a)), "loss slope", "it is missing"),
    (G01, neuron(lambda a, y: right(a, y) * 0.5 * np.mean((a - y) ** 2)), "loss slope", "multiplied by the cost"),
    (G01, neuron(lambda a, y: right(a, y) * np.sum((a - y) ** 2)), "loss slope", "multiplied by the cost"),
    (G01, neuron(right, dw=lambda X, d, y: X.T @ d / 4, db=lambda d: d.sum(0) / 4), "scale", "you divide by 4"),
    (S01, lambda X, y, W, lr: W - lr * X.T @ (sig(X @ W) - y) ** 2, "loss slope", "the program of case A"),
    (S01, step(lambda X, a, y: X.T @ (a - y) ** 2 / len(X)), "loss slope", "it is the squared error itself"),
    (S01, step(lambda X, a, y: X.T @ (2 * (a - y) ** 4 * a * (1 - a))), "loss slope", "the program of case B"),
    (S01, step(lambda X, a, y: X.T @ (-((y - a) ** 2) * (1 - (y - a)))), "activation slope", "the program of case D"),
    (S01, lambda X, y, W, lr: W - X.T @ right(sig(X @ W), y) / len(X), "step", "the learning rate is missing"),
    (S01, lambda X, y, W, lr: X.T @ right(sig(X @ W), y) / len(X), "step", "you return the gradient"),
    (S01, lambda X, y, W, lr: lr * X.T @ right(sig(X @ W), y) / len(X), "step", "you return the step alone"),
    (S01, lambda X, y, W, lr: -lr * X.T @ right(sig(X @ W), y) / len(X), "step", "you return the step alone"),
    (S01, step(lambda X, a, y: X.T @ (np.abs(a - y) * a * (1 - a)) / len(X)), "loss slope", "its sign is lost"),
    (S01, step(lambda X, a, y: X.T @ (a - y)), "activation slope", "your step is N times what it should be"),
    (S01, each_example, "batch sum", "inside the loop"),
]

# --- 02 --------------------------------------------------------------------------------------------------------------


def nudging(slope):
    """One slope at a time: slope(f, x, i, h)."""
    return lambda f, x, h: np.array([slope(f, x, i, h) for i in range(len(x))])


def moved(x, i, by):
    x = x.copy()
    x[i] += by
    return x


def same_array(f, x, i, h):
    up, down = x, x
    up[i] += h
    down[i] -= h
    return (f(up) - f(down)) / (2 * h)


def same_array_in_turn(f, x, i, h):
    up = x
    up[i] += h
    above = f(up)
    down = x
    down[i] -= h
    return (above - f(down)) / (2 * h)


def returns_inside(f, x, h):
    slopes = np.zeros(len(x))
    for i in range(len(x)):
        slopes[i] = (f(moved(x, i, h)) - f(moved(x, i, -h))) / (2 * h)
        return slopes


def returns_one(f, x, h):
    for i in range(len(x)):
        return (f(moved(x, i, h)) - f(moved(x, i, -h))) / (2 * h)


M02, D02, C02 = "02.mean_squared_gradient", "02.softmax_delta", "02.central_difference"
TWO = [
    (M02, lambda X, y, W: X.T @ (X @ W - y) * 2 / X.shape[1], "scale", "you divide by D where N belongs"),
    (M02, lambda X, y, W: X.T @ (X @ W - y) * 2 / y.shape[1], "scale", "you divide by K where N belongs"),
    (M02, lambda X, y, W: X.T @ (X @ W - y) * 2 / 4, "scale", "you divide by 4, whatever N is"),
    (D02, lambda s, a: a * (s - (a * s).sum()), "sum", "over all of the batch"),
    (D02, lambda s, a: a - s, "loss slope", "in place of the label"),
    (D02, lambda s, a: a * (s + (a * s).sum(axis=1, keepdims=True)), "sign", "1[j=k] - a_k"),
    (D02, lambda s, a: s - (a * s).sum(axis=1, keepdims=True), "activation slope", "the factor a in front"),
    (D02, lambda s, a: softmax(a) * (s - (softmax(a) * s).sum(1, keepdims=True)), "activation slope", "twice"),
    (D02, lambda s, a: a * (s - (a * s).sum(axis=1)), None, "keepdims=True"),
    (D02, lambda s, a: a * (s - (a * s).sum(axis=1)), None, "here (5, 3) met (5,)."),
    (C02, nudging(same_array), "copy", "x.copy()"),
    (C02, nudging(same_array_in_turn), "copy", "x.copy()"),
    (C02, nudging(lambda f, x, i, h: (f(x) - f(moved(x, i, -h))) / h), "difference", "one-sided"),
    (C02, lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h), "nudge", "all entries were moved at once"),
    (C02, nudging(lambda f, x, i, h: (f(x + h) - f(x - h)) / (2 * h)), "nudge", "all entries were moved at once"),
    (C02, returns_inside, None, "Is the `return` inside the loop?"),
    (C02, returns_one, None, "Is the `return` inside the loop?"),
    (C02, nudging(lambda f, x, i, h: (f(moved(x, i, h)) - f(moved(x, i, -h))) / 2 * h), "divisor", "(…/2) * h"),
]


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


# --- 05 --------------------------------------------------------------------------------------------------------------


def rms(
    s=lambda s, g, d: d * s + (1 - d) * g**2, by=lambda g, s: g / (np.sqrt(s) + 1e-8), out=lambda t, step: t - step
):
    def rmsprop_step(theta, g, mean_square, learning_rate, decay):
        new = s(mean_square, g, decay)
        with np.errstate(all="ignore"):
            return out(theta, learning_rate * by(g, new)), new

    return rmsprop_step


def probe(slope):
    return lambda cost, gradient, theta, directions, h: (
        directions @ gradient(theta),
        np.array([slope(cost, theta, d, h) for d in directions]),
    )


def filled(value):
    return lambda s: np.median(np.where(np.isnan(s), value(s), s), axis=1)


def back_to_nan(s):
    medians = np.median(np.where(np.isnan(s), np.inf, s), axis=1)
    return np.where(np.isinf(medians), np.nan, medians)


R05, P05, F05 = "05.rmsprop_step", "05.promised_and_moved", "05.median_steps"
FIVE = [
    (F05, filled(np.nanmax), "failures", "a number"),
    (F05, filled(lambda s: 1e9), "failures", "a number"),
    (F05, filled(lambda s: 15_000), "failures", "a number"),
    (F05, back_to_nan, "failures", "infinity"),
    (F05, lambda s: np.sort(s, axis=1)[:, s.shape[1] // 2], None, "a nan that came in"),
    (F05, lambda s: np.sort(np.where(np.isnan(s), np.inf, s), axis=1)[:, s.shape[1] // 2], "median", "the middle two"),
    (F05, lambda s: np.median(s, axis=1), "failures", "== np.nan is never true"),
    (F05, lambda s: np.median(np.where(s == np.nan, np.inf, s), axis=1), "failures", "never true"),  # noqa: PLW0177
    (R05, rms(by=lambda g, s: g / np.sqrt(s) + 1e-8), "epsilon", "it is missing in the denominator"),
    (R05, rms(by=lambda g, s: g / np.sqrt(s)), "epsilon", "it is missing in the denominator"),
    (R05, rms(by=lambda g, s: g / np.sqrt(s + 1e-8)), "epsilon", "inside the root"),
    (R05, rms(s=lambda s, g, d: d * s + (1 - d) * g), "mean square", "g is not squared"),
    (R05, rms(s=lambda s, g, d: s + g**2), "mean square", "AdaGrad"),
    (R05, rms(s=lambda s, g, d: d * s + d * g**2), "mean square", "both counts are decay"),
    (R05, rms(out=lambda t, step: step), "step", "you return the step alone"),
    (R05, rms(by=lambda g, s: g), "root", "the plain step of gradient descent"),
    (
        R05,
        lambda t, g, s, lr, d: (t - g / (np.sqrt(d * s + (1 - d) * g**2) + 1e-8), d * s + (1 - d) * g**2),
        "step",
        "the learning rate is missing",
    ),
    (P05, probe(lambda c, t, d, h: c(t + h * d) - c(t - h * d)), "divisor", "not divided by 2h"),
    (P05, probe(lambda c, t, d, h: (c(t + d) - c(t - d)) / (2 * h)), "direction", "h is missing in"),
    (P05, probe(lambda c, t, d, h: (c(t + h * d) - c(t - h * d)) / 2 * h), "divisor", "(…/2) * h"),
]

ATTEMPTS = [*ONE, *TWO, *FIVE]


@pytest.mark.parametrize(
    ("name", "attempt", "term", "says"), ATTEMPTS, ids=[f"{i}-{entry[0]}" for i, entry in enumerate(ATTEMPTS)]
)
def test_what_learners_write_is_named(name, attempt, term, says):
    result = exercises.check(name, attempt, record=False)
    assert result.status == "wrong", result
    assert says in result.message
    assert result.term == term, result
    assert ("Two things are off" in result.message) == ("your step is N times" in says)


@pytest.mark.parametrize(("name", "attempt", "argument"), [(G01, changes_W, "W"), (S01, minus_equals, "W")])
def test_an_attempt_that_changes_an_argument_passes_with_a_warning(name, attempt, argument):
    result = exercises.check(name, attempt, record=False)
    assert result.status == "right"
    assert f"changes {argument} in place" in result.message
