"""Six programs for the clinic of notebook 06, each in its own style: rows, columns, a class, a vector theta.

Diagnose them from outside first. A comment in each function below says what is off, and in one that nothing is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..errors import a_count
from ..functions import Array

Params = dict[str, Array]
Patient = tuple[Callable[..., float], Callable[..., Params], Params, Array, Array]


def patient(number: int) -> Patient:
    """(loss, grad, params, X, y) of one patient.

    number: 1 to 6. Raises ValueError for another.
    """
    return _PATIENTS[a_count("patient", "number", number, most=len(_PATIENTS)) - 1]()


def _sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def _draw(seed: int, **shapes: tuple[int, ...]) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def _labels(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed + 100).integers(0, 2, size=shape).astype(float)


def _first() -> Patient:
    """Rows, [3, 4, 2], sigmoid, mean of ½ Σ (a - y)²."""

    def forward(p: Params, X: Array) -> tuple[Array, Array]:
        a1 = _sigmoid(X @ p["W1"] + p["b1"])
        return a1, _sigmoid(a1 @ p["W2"] + p["b2"])

    def loss(p: Params, X: Array, y: Array) -> float:
        return float(0.5 * np.sum((forward(p, X)[1] - y) ** 2) / len(X))

    def sigmoid_slope(z: Array) -> Array:
        return _sigmoid(z) * (1 - _sigmoid(z))

    def grad(p: Params, X: Array, y: Array) -> Params:
        a1, a2 = forward(p, X)
        delta2 = (a2 - y) * a2 * (1 - a2) / len(X)
        delta1 = (delta2 @ p["W2"].T) * sigmoid_slope(a1)  # the function expects z1: the sigmoid is applied twice
        return {"W1": X.T @ delta1, "b1": delta1.sum(0), "W2": a1.T @ delta2, "b2": delta2.sum(0)}

    params = _draw(1, W1=(3, 4), b1=(4,), W2=(4, 2), b2=(2,))
    return loss, grad, params, _draw(11, X=(5, 3))["X"], _labels(1, 5, 2)


def _second() -> Patient:
    """Columns, [2, 4, 3], tanh then identity, mean of ½ Σ (a - y)²."""

    def forward(p: Params, X: Array) -> tuple[Array, Array]:
        A1 = np.tanh(p["W1"] @ X + p["b1"])
        return A1, p["W2"] @ A1 + p["b2"]

    def loss(p: Params, X: Array, Y: Array) -> float:
        return float(0.5 * np.sum((forward(p, X)[1] - Y) ** 2) / X.shape[1])

    def grad(p: Params, X: Array, Y: Array) -> Params:
        m = X.shape[1]
        A1, A2 = forward(p, X)
        dZ2 = A2 - Y
        dZ1 = (p["W2"].T @ dZ2) * (1 - A1**2)
        db1, db2 = (dZ.sum(axis=1, keepdims=True) for dZ in (dZ1, dZ2))  # 1/m is missing in the biases
        return {"W1": dZ1 @ X.T / m, "b1": db1, "W2": dZ2 @ A1.T / m, "b2": db2}

    params = _draw(2, W1=(4, 2), b1=(4, 1), W2=(3, 4), b2=(3, 1))
    return loss, grad, params, _draw(12, X=(2, 7))["X"], _draw(22, Y=(3, 7))["Y"]


def _third() -> Patient:
    """Columns, [2, 5, 1], sigmoid, binary cross-entropy, XOR, small weights."""

    def forward(p: Params, X: Array) -> tuple[Array, Array]:
        A1 = _sigmoid(p["w1"] @ X + p["b1"])
        return A1, _sigmoid(p["w2"] @ A1 + p["b2"])

    def loss(p: Params, X: Array, Y: Array) -> float:
        A2 = forward(p, X)[1]
        return float(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))

    def grad(p: Params, X: Array, Y: Array) -> Params:
        m = X.shape[1]
        A1, A2 = forward(p, X)
        dZ2 = A2 - Y  # right: the activation slope has cancelled
        dZ1 = (p["w2"].T @ dZ2) * A1 * (1 - A1)
        db1, db2 = (dZ.sum(axis=1, keepdims=True) / m for dZ in (dZ1, dZ2))
        return {"w1": dZ1 @ X.T / m, "b1": db1, "w2": dZ2 @ A1.T / m, "b2": db2}

    params = {name: 0.01 * w for name, w in _draw(3, w1=(5, 2), b1=(5, 1), w2=(1, 5), b2=(1, 1)).items()}
    X = np.array([[0.0, 0, 1, 1], [0, 1, 0, 1]])
    return loss, grad, params, X, np.array([[0.0, 1, 1, 0]])


def _fourth() -> Patient:
    """Rows, [2, 5, 3], sigmoid, sum of ½ (a - y)², no biases; the program updates while it goes back."""

    def forward(p: Params, X: Array) -> tuple[Array, Array]:
        hidden = _sigmoid(X @ p["V"])
        return hidden, _sigmoid(hidden @ p["U"])

    def loss(p: Params, X: Array, y: Array) -> float:
        return float(0.5 * np.sum((forward(p, X)[1] - y) ** 2))

    def grad(p: Params, X: Array, y: Array) -> Params:
        hidden, out = forward(p, X)
        delta = (out - y) * out * (1 - out)
        dU = hidden.T @ delta
        p["U"] -= 0.5 * dU  # the step for U comes before U is used to carry the delta back
        dV = X.T @ ((delta @ p["U"].T) * hidden * (1 - hidden))
        return {"V": dV, "U": dU}

    return loss, grad, _draw(4, V=(2, 5), U=(5, 3)), _draw(14, X=(6, 2))["X"], _labels(4, 6, 3)


class _Stored:
    """A network [3, 4, 2] that keeps its weights, with a small penalty on theta; tanh then identity."""

    def __init__(self) -> None:
        self.weights = list(_draw(5, W1=(3, 4), W2=(4, 2)).values())

    def forward(self, X: Array) -> tuple[Array, Array]:
        """The hidden and the output units."""
        hidden = np.tanh(X @ self.weights[0])  # not the weights in theta, which is what the caller changes
        return hidden, hidden @ self.weights[1]

    def loss(self, p: Params, X: Array, y: Array) -> float:
        """Mean of ½ Σ (a - y)², and the penalty."""
        error = self.forward(X)[1] - y
        return float(0.5 * np.sum(error**2) / len(X) + 0.01 * np.sum(p["theta"] ** 2))

    def grad(self, p: Params, X: Array, y: Array) -> Params:
        """The slope of both."""
        hidden, out = self.forward(X)
        delta = (out - y) / len(X)
        dW2 = hidden.T @ delta
        dW1 = X.T @ ((delta @ p["theta"][12:].reshape(4, 2).T) * (1 - hidden**2))
        return {"theta": np.concatenate([dW1.ravel(), dW2.ravel()]) + 0.02 * p["theta"]}


def _fifth() -> Patient:
    program = _Stored()
    theta = np.concatenate([w.ravel() for w in program.weights])
    return program.loss, program.grad, {"theta": theta}, _draw(15, X=(5, 3))["X"], _draw(25, y=(5, 2))["y"]


def _sixth() -> Patient:
    """Examples in rows, weights (fan_out, fan_in), [5, 3, 4], a batch of 4; sigmoid, mean of ½ Σ (a - y)²."""

    def forward(p: Params, X: Array) -> tuple[Array, Array]:
        a1 = _sigmoid(X @ p["w1"].T + p["b1"])
        return a1, _sigmoid(a1 @ p["w2"].T + p["b2"])

    def loss(p: Params, X: Array, y: Array) -> float:
        return float(0.5 * np.sum((forward(p, X)[1] - y) ** 2) / len(X))

    def grad(p: Params, X: Array, y: Array) -> Params:
        a1, a2 = forward(p, X)
        delta2 = (a2 - y) * a2 * (1 - a2) / len(X)
        delta1 = p["w2"].T @ delta2 * (a1 * (1 - a1)).T  # delta2 should be transposed here and in w2
        return {"w1": delta1 @ X, "b1": delta1.sum(axis=1), "w2": delta2 @ a1, "b2": delta2.sum(axis=1)}

    params = _draw(6, w1=(3, 5), b1=(3,), w2=(4, 3), b2=(4,))
    return loss, grad, params, _draw(16, X=(4, 5))["X"], _labels(6, 4, 4)


_PATIENTS = (_first, _second, _third, _fourth, _fifth, _sixth)
