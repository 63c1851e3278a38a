"""Activations in learners' code beyond those of `functions`: leaks, smooth ReLUs, softmax along a wrong axis.

Each is a value with its slope, as there. Arrays are (..., N, K), examples in rows, so that several parameter settings
can be evaluated at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..functions import ACTIVATIONS, Activation, Array, sigmoid, sigmoid_slope, tanh_slope


def leaky_relu(leak: float) -> Activation:
    """a = z where z > 0, else leak * z; the slope is 1 or leak."""
    return Activation(
        f"leaky_relu({leak:g})",
        lambda z: np.where(z > 0, z, leak * z),
        lambda z: np.where(np.asarray(z) > 0, 1.0, leak),
    )


@dataclass(frozen=True)
class SoftmaxOver(Activation):
    """A softmax normalised along other axes than the classes: down the examples, or over everything.

    `slope(z)` is a itself: the Jacobian is a_i (1[i = j] - a_j) over all i, j that share a sum, and `pull_back` uses it
    without writing it out.
    """

    axis: tuple[int, ...] = field(default=(-2,))

    def pull_back(self, slope_at_a: Array, slope: Array) -> Array:
        """dC/dz_i = a_i (g_i - sum_j g_j a_j), with g the slope at a and the sum over what shares a normalisation."""
        return slope * (slope_at_a - np.sum(slope_at_a * slope, axis=self.axis, keepdims=True))


def _softmax_over(axis: tuple[int, ...]) -> Callable[[Array], Array]:
    def value(z: Array) -> Array:
        e = np.exp(z - np.max(z, axis=axis, keepdims=True))
        return e / np.sum(e, axis=axis, keepdims=True)

    return value


def _softmax_along(name: str, axis: tuple[int, ...]) -> SoftmaxOver:
    return SoftmaxOver(name, _softmax_over(axis), _softmax_over(axis), elementwise=False, axis=axis)


SOFTMAX_DOWN = _softmax_along("softmax over the examples", (-2,))
SOFTMAX_ALL = _softmax_along("softmax over the whole batch", (-2, -1))
SOFTPLUS = Activation("softplus", lambda z: np.logaddexp(0.0, z), sigmoid)
ELU = Activation(
    "elu",
    lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    lambda z: np.where(z > 0, 1.0, np.exp(np.minimum(z, 0))),
)
BIPOLAR = Activation("bipolar sigmoid", lambda z: 2 * sigmoid(z) - 1, lambda z: 2 * sigmoid_slope(z))

SWISH = Activation("swish", lambda z: z * sigmoid(z), lambda z: sigmoid(z) + z * sigmoid_slope(z))
SOFTSIGN = Activation("softsign", lambda z: z / (1 + np.abs(z)), lambda z: 1 / (1 + np.abs(z)) ** 2)
SCALED_TANH = Activation(
    "1.7159 tanh(2z/3)", lambda z: 1.7159 * np.tanh(2 * z / 3), lambda z: 1.7159 * (2 / 3) * tanh_slope(2 * z / 3)
)
STEEP = Activation("sigmoid of 2z", lambda z: sigmoid(2 * z), lambda z: 2 * sigmoid_slope(2 * z))


def softmax_of(inner: Activation) -> Activation:
    """A softmax on top of another activation, as of programs that give their last layer both."""

    def slope(z: Array) -> Array:
        return SOFTMAX.slope(inner.value(z)) * inner.slope(z)[..., None, :]

    return Activation(f"softmax of {inner.name}", lambda z: SOFTMAX.value(inner.value(z)), slope, elementwise=False)


SOFTMAX = ACTIVATIONS["softmax"]
COMMON = tuple(ACTIVATIONS[name] for name in ("sigmoid", "relu", "tanh", "identity"))
RARE = (leaky_relu(0.01), leaky_relu(0.1), leaky_relu(0.2), SOFTPLUS, ELU, BIPOLAR, ACTIVATIONS["softmax"])
VERY_RARE = (SWISH, SOFTSIGN, SCALED_TANH, STEEP, leaky_relu(0.3), leaky_relu(0.05))
BOTH = tuple(softmax_of(ACTIVATIONS[name]) for name in ("sigmoid", "relu", "tanh"))
WRONG_AXIS = (SOFTMAX_DOWN, SOFTMAX_ALL)
