"""Activations and losses: each value with its slope beside it.

An activation turns z into a; a loss turns the outputs a and the labels y into one number per example.
Nothing here knows about layers or weights.

Shapes: z, a, y: (N, K), N examples in rows, K units. Activations and their slopes are float64 and finite for |z| up to
1000. A loss takes a and y as a network hands them over: float64, of one shape (door.py sees to both). An y of shape
(N,) would broadcast against (N, K) without an error.

At the extremes a slope stays near the smallest normal float instead of falling to zero. The true slope of the
sigmoid at z = 1000 is about 1e-434: no float holds it, and neither 0 nor 3e-308 changes a weight. But only a slope
that is not 0 lets the product (slope of the loss) * (slope of the activation) come out as a - y, as it does on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from .softmax import (
    TINY,
    binary_cross_entropy_of_softmax,
    binary_cross_entropy_slope_of_softmax,
    cross_entropy_of_softmax,
    softmax,
    softmax_slope,
)

Array = np.ndarray
ValueAndSlope = tuple[Callable[[Array, Array], Array], Callable[[Array, Array], Array]]

LARGEST = 708.0  # exp(708) and exp(-708) are normal floats

# --- activations -----------------------------------------------------------------------------------------------------


def identity(z: Array) -> Array:
    """a = z."""
    return np.positive(_floats(z))


def identity_slope(z: Array) -> Array:
    """da/dz = 1."""
    return np.ones_like(z, dtype=np.float64)


def sigmoid(z: Array) -> Array:
    """a = 1 / (1 + exp(-z)), in (0, 1); written as e / (1 + e) with e = exp(z)."""
    e = _exp(z)
    return e / (1.0 + e)


def sigmoid_slope(z: Array) -> Array:
    """da/dz = sigmoid(z) * (1 - sigmoid(z)), in (0, 1/4].

    The second factor is written as 1 / (1 + e), which loses no digits where 1 - a rounds to 0.
    """
    e = _exp(z)
    return e / (1.0 + e) / (1.0 + e)


def tanh(z: Array) -> Array:
    """a = tanh(z), in (-1, 1)."""
    return np.tanh(_floats(z))


def tanh_slope(z: Array) -> Array:
    """da/dz = 1 - tanh(z)**2, in (0, 1]; written as 1 / cosh(z)**2, which is the same."""
    return 1.0 / np.square(np.cosh(np.clip(_floats(z), -LARGEST / 2, LARGEST / 2)))


def relu(z: Array) -> Array:
    """a = max(0, z)."""
    return np.maximum(_floats(z), 0.0)


def relu_slope(z: Array) -> Array:
    """da/dz = 1 where z > 0, else 0. At the kink z = 0 it is 0, as in PyTorch."""
    return np.where(_floats(z) > 0, 1.0, 0.0)


def _floats(z: Array) -> Array:
    return np.asanyarray(z, dtype=np.float64)


def _exp(z: Array) -> Array:
    """exp(z), with z kept where neither exp(z) nor 1 / exp(z) leaves the range of floats."""
    return np.exp(np.clip(_floats(z), -LARGEST, LARGEST))


@dataclass(frozen=True)
class Activation:
    """An activation with its slope.

    `slope(z)` is (N, K) when `elementwise`; otherwise it is the Jacobian (N, K, K) with entry [n, j, k] = da_j/dz_k.
    """

    name: str
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    elementwise: bool = True

    def pull_back(self, slope_at_a: Array, slope: Array) -> Array:
        """From the slope at a to the slope at z: dC/dz_k = sum_j dC/da_j * da_j/dz_k.

        slope_at_a: (N, K). slope: what `self.slope(z)` gave. Returns (N, K).
        For an elementwise activation only j = k counts, and the sum is one product.
        """
        if self.elementwise:
            return slope_at_a * slope
        return np.einsum("nj,njk->nk", slope_at_a, slope)


ACTIVATIONS: Mapping[str, Activation] = {
    "identity": Activation("identity", identity, identity_slope),
    "sigmoid": Activation("sigmoid", sigmoid, sigmoid_slope),
    "tanh": Activation("tanh", tanh, tanh_slope),
    "relu": Activation("relu", relu, relu_slope),
    "softmax": Activation("softmax", softmax, softmax_slope, elementwise=False),
}


# --- losses, one number per example ----------------------------------------------------------------------------------


def half_squared_error(a: Array, y: Array) -> Array:
    """C_n = 1/2 sum_k (a_k - y_k)**2. Returns (N,)."""
    return 0.5 * np.sum((a - y) ** 2, axis=1)


def half_squared_error_slope(a: Array, y: Array) -> Array:
    """dC_n/da_k = a_k - y_k: the 1/2 cancels the 2."""
    return a - y


def squared_error(a: Array, y: Array) -> Array:
    """C_n = sum_k (a_k - y_k)**2. Returns (N,)."""
    return np.sum((a - y) ** 2, axis=1)


def squared_error_slope(a: Array, y: Array) -> Array:
    """dC_n/da_k = 2 (a_k - y_k)."""
    return 2.0 * (a - y)


def binary_cross_entropy(a: Array, y: Array) -> Array:
    """C_n = -sum_k [y_k log a_k + (1 - y_k) log(1 - a_k)], with a in (0, 1) and y in [0, 1]. Returns (N,)."""
    return -np.sum(y * np.log(np.maximum(a, TINY)) + (1 - y) * np.log(np.maximum(1 - a, TINY)), axis=1)


def binary_cross_entropy_slope(a: Array, y: Array) -> Array:
    """dC_n/da_k = (a_k - y_k) / (a_k (1 - a_k))."""
    return (a - y) / np.maximum(a * (1 - a), TINY)


def binary_cross_entropy_of_sigmoid(z: Array, y: Array) -> Array:
    """The same loss from z, where a = sigmoid(z): sum_k [log(1 + exp(z_k)) - y_k z_k]. Finite for every z."""
    return np.sum(np.logaddexp(0.0, z) - y * z, axis=1)


def binary_cross_entropy_slope_of_sigmoid(z: Array, y: Array) -> Array:
    """The same slope dC_n/da_k from z: a (1 - a) is the sigmoid's slope, and with e = exp(z) no 1 - a is needed."""
    e = _exp(z)
    a_minus_y = ((1 - y) * e - y) / (1.0 + e)
    return a_minus_y / sigmoid_slope(z)


def cross_entropy(a: Array, y: Array) -> Array:
    """C_n = -sum_k y_k log a_k, with rows of a and y that sum to 1. Returns (N,)."""
    return -np.sum(y * np.log(np.maximum(a, TINY)), axis=1)


def cross_entropy_slope(a: Array, y: Array) -> Array:
    """dC_n/da_k = -y_k / a_k."""
    return -y / np.maximum(a, TINY)


@dataclass(frozen=True)
class Loss:
    """A loss with its slope at the output, and what the batch makes of it.

    `value(a, y)` is (N,), one number per example; `slope(a, y)` is (N, K).
    `from_z` holds, for an output activation after which a runs out of digits, the same two functions of z.
    `fits` names the output activations whose range the loss can take; None means any.
    `takes_probabilities`: labels lie in [0, 1]. `takes_distributions`: each row of labels sums to 1 as well.
    `reduction` is "mean" or "sum": what the batch loss C is over the examples.
    `delta` holds, for an output activation whose Jacobian cancels, the product of all slopes dC_n/dz_k of a and y.
    """

    name: str
    value: Callable[[Array, Array], Array]
    slope: Callable[[Array, Array], Array]
    fits: tuple[str, ...] | None = None
    from_z: Mapping[str, ValueAndSlope] = field(default_factory=dict, hash=False)
    takes_probabilities: bool = False
    takes_distributions: bool = False
    reduction: str = "mean"
    delta: Mapping[str, Callable[[Array, Array], Array]] = field(default_factory=dict, hash=False)

    def example_weight(self, n_examples: int) -> float:
        """What each example counts in the batch loss: 1/N for a mean, 1 for a sum."""
        return 1.0 / n_examples if self.reduction == "mean" else 1.0


_BASE_LOSSES = (
    Loss("half_squared_error", half_squared_error, half_squared_error_slope),
    Loss("squared_error", squared_error, squared_error_slope),
    Loss(
        "binary_cross_entropy",
        binary_cross_entropy,
        binary_cross_entropy_slope,
        fits=("sigmoid", "softmax"),
        takes_probabilities=True,
        from_z={
            "sigmoid": (binary_cross_entropy_of_sigmoid, binary_cross_entropy_slope_of_sigmoid),
            "softmax": (binary_cross_entropy_of_softmax, binary_cross_entropy_slope_of_softmax),
        },
    ),
    Loss(
        "cross_entropy",
        cross_entropy,
        cross_entropy_slope,
        fits=("softmax",),
        takes_probabilities=True,
        takes_distributions=True,
        from_z={"softmax": (cross_entropy_of_softmax, lambda z, y: cross_entropy_slope(softmax(z), y))},
        delta={"softmax": lambda a, y: a * y.sum(axis=1, keepdims=True) - y},
    ),
)

LOSSES: Mapping[str, Loss] = {loss.name: loss for loss in _BASE_LOSSES} | {
    f"{loss.name}_sum": replace(loss, name=f"{loss.name}_sum", reduction="sum") for loss in _BASE_LOSSES
}
