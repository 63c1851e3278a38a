"""Losses that occur in learners' code, each with its slope: those of `functions` and hinges, absolute errors, and more.

A `Guess` is a loss with the labels it takes and the output activations after which it is met. All are sums over the
examples here; what a mean makes of them is a factor that the fit finds.

Shapes: a, y: (N, K). A value is (N,), one number per example.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..functions import LOSSES, Array, Loss, sigmoid
from ..softmax import softmax

EPSILONS = (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)


@dataclass(frozen=True)
class Guess:
    """A loss to try. parts: fitted with a factor each. labels: "targets", "one_hot", "signs" or "probabilities"."""

    parts: tuple[Loss, ...]
    labels: tuple[str, ...]
    outputs: tuple[str, ...] | None = None  # None: any but a softmax
    single_output: bool = False
    several_outputs: bool = False
    of_classes: bool = False  # labels below 0 make no sense


def _loss(name: str, value: Callable[[Array, Array], Array], slope: Callable[[Array, Array], Array]) -> Loss:
    return Loss(name, value, slope, reduction="sum")


def _of_positive(name: str, f: Callable[[Array], Array], slope: Callable[[Array], Array], margin: float) -> Loss:
    """sum_k f(margin - y_k a_k) where that is positive; y in {-1, 1}."""
    return _loss(
        name,
        lambda a, y: np.sum(f(np.maximum(margin - y * a, 0.0)), axis=1),
        lambda a, y: np.where(margin - y * a > 0, -y * slope(np.maximum(margin - y * a, 0.0)), 0.0),
    )


def _margins(a: Array, y: Array) -> Array:
    """max(0, a_j - a_label + 1) for every class j but the label; y one-hot."""
    return np.maximum(a - np.sum(a * y, axis=1, keepdims=True) + 1.0, 0.0) * (1 - y)


def _margin_slope(weight: Array, y: Array) -> Array:
    """Each margin pushes its class up, and the label's class down, once for every margin."""
    return weight - y * weight.sum(axis=1, keepdims=True)


HINGE = _of_positive("hinge", lambda m: m, np.ones_like, 1.0)
SQUARED_HINGE = _of_positive("squared_hinge", lambda m: m**2, lambda m: 2 * m, 1.0)
PERCEPTRON = _of_positive("perceptron", lambda m: m, np.ones_like, 0.0)
MULTICLASS_HINGE = _loss(
    "multiclass_hinge",
    lambda a, y: _margins(a, y).sum(axis=1),
    lambda a, y: _margin_slope((_margins(a, y) > 0).astype(float), y),
)
SQUARED_MULTICLASS_HINGE = _loss(
    "squared_multiclass_hinge",
    lambda a, y: (_margins(a, y) ** 2).sum(axis=1),
    lambda a, y: _margin_slope(2 * _margins(a, y), y),
)
ABSOLUTE = _loss("absolute_error", lambda a, y: np.abs(a - y).sum(axis=1), lambda a, y: np.sign(a - y))
NORM = _loss(
    "norm_of_error",
    lambda a, y: np.sqrt(((a - y) ** 2).sum(axis=1)),
    lambda a, y: (a - y) / np.maximum(np.sqrt(((a - y) ** 2).sum(axis=1, keepdims=True)), 1e-300),
)
DIFFERENCE = _loss("difference", lambda a, y: np.sum(a - y, axis=1), lambda a, y: np.ones_like(a))


def huber(width: float) -> Loss:
    """½ e² where |e| is below the width, and the straight line that continues it beyond."""
    return _loss(
        "huber" if width == 1 else f"huber of width {width:g}",
        lambda a, y: np.where(np.abs(a - y) <= width, 0.5 * (a - y) ** 2, width * (np.abs(a - y) - 0.5 * width)).sum(
            axis=1
        ),
        lambda a, y: np.clip(a - y, -width, width),
    )


HUBER = huber(1.0)
LOG_COSH = _loss("log_cosh", lambda a, y: np.log(np.cosh(a - y)).sum(axis=1), lambda a, y: np.tanh(a - y))
CUBE = _loss("cubed_error", lambda a, y: ((a - y) ** 3).sum(axis=1), lambda a, y: 3 * (a - y) ** 2)
FOURTH = _loss("fourth_power", lambda a, y: ((a - y) ** 4).sum(axis=1), lambda a, y: 4 * (a - y) ** 3)

SQUARED = LOSSES["half_squared_error_sum"]
BINARY = LOSSES["binary_cross_entropy_sum"]
CROSS = LOSSES["cross_entropy_sum"]


def weighted_binary(positive: float, negative: float, epsilon: float = 0.0) -> Loss:
    """- sum_k [positive y log(a + ε) + negative (1 - y) log(1 - a + ε)]: a cross-entropy with two factors."""
    return _loss(
        "weighted_binary_cross_entropy",
        lambda a, y: (
            -np.sum(
                positive * y * np.log(a + epsilon) + negative * (1 - y) * np.log(np.maximum(1 - a + epsilon, 1e-300)),
                axis=1,
            )
        ),
        lambda a, y: -positive * y / (a + epsilon) + negative * (1 - y) / np.maximum(1 - a + epsilon, 1e-300),
    )


def cross_with(epsilon: float) -> Loss:
    """- sum_k y log(a + ε), the ε that keeps the logarithm finite."""
    return _loss(
        "cross_entropy_sum", lambda a, y: -np.sum(y * np.log(a + epsilon), axis=1), lambda a, y: -y / (a + epsilon)
    )


def _clipped(loss: Loss, epsilon: float) -> Loss:
    return replace(
        loss,
        value=lambda a, y: loss.value(np.clip(a, epsilon, 1 - epsilon), y),
        slope=lambda a, y: loss.slope(np.clip(a, epsilon, 1 - epsilon), y) * ((a > epsilon) & (a < 1 - epsilon)),
        from_z={},
    )


def with_epsilon(loss: Loss) -> tuple[tuple[float, Loss], ...]:
    """The same cross-entropy with each usual ε inside the logarithm, or with a clipped to [ε, 1 - ε]."""
    added = (lambda e: weighted_binary(1.0, 1.0, e)) if loss.name.startswith("binary") else cross_with
    return tuple((e, variant) for e in EPSILONS for variant in (replace(added(e), name=loss.name), _clipped(loss, e)))


def against_every_label(loss: Loss) -> Loss:
    """The loss of (N, 1) predictions against (N,) labels: every prediction meets every label, N × N of them."""
    return replace(
        loss,
        name=f"{loss.name.removesuffix('_sum')} of every prediction against every label",
        value=lambda a, y: np.mean([loss.value(a, np.roll(y, n, axis=0)) for n in range(len(y))], axis=0),
        slope=lambda a, y: np.mean([loss.slope(a, np.roll(y, n, axis=0)) for n in range(len(y))], axis=0),
        from_z={},
    )


POSITIVE = replace(weighted_binary(1.0, 0.0), name="positive part")
NEGATIVE = replace(weighted_binary(0.0, 1.0), name="negative part")

_PROBABLE = ("probabilities", "targets", "one_hot")
_ANY = ("targets", "one_hot", "signs", "probabilities")

GUESSES = (
    Guess((SQUARED,), _ANY),
    Guess((POSITIVE, NEGATIVE), _PROBABLE, ("sigmoid",)),
    Guess((CROSS,), ("one_hot", "targets"), ("softmax",), several_outputs=True, of_classes=True),
    Guess((SQUARED,), ("one_hot", "targets"), ("softmax",), several_outputs=True),
    Guess((HINGE,), ("signs",), ("identity", "tanh")),
    Guess((SQUARED_HINGE,), ("signs",), ("identity", "tanh")),
    Guess((PERCEPTRON,), ("signs",), ("identity",)),
    Guess((MULTICLASS_HINGE,), ("one_hot", "targets"), ("identity", "relu"), several_outputs=True, of_classes=True),
    Guess((SQUARED_MULTICLASS_HINGE,), ("one_hot", "targets"), ("identity",), several_outputs=True, of_classes=True),
    Guess((POSITIVE, NEGATIVE), ("one_hot", "targets"), ("softmax",), several_outputs=True, of_classes=True),
)
RARE_GUESSES = (
    Guess((ABSOLUTE,), _ANY),
    *(Guess((loss,), ("targets",)) for loss in (HUBER, huber(0.5), huber(1.35), huber(2.0))),
    Guess((LOG_COSH,), ("targets",)),
    Guess((NORM,), _ANY, several_outputs=True),
    Guess((DIFFERENCE,), ("targets",)),
    Guess((CUBE,), ("targets",)),
    Guess((FOURTH,), ("targets",)),
    Guess((POSITIVE, NEGATIVE), ("probabilities",), ("tanh", "relu")),
    Guess((against_every_label(SQUARED),), ("targets", "probabilities", "signs"), None, single_output=True),
    Guess(
        (against_every_label(POSITIVE), against_every_label(NEGATIVE)),
        ("targets", "probabilities"),
        ("sigmoid",),
        single_output=True,
    ),
    Guess((against_every_label(HINGE),), ("signs",), ("identity",), single_output=True),
    Guess((SQUARED,), ("one_hot", "targets"), tuple(["softmax over the examples", "softmax over the whole batch"])),
    Guess((CROSS,), ("one_hot", "targets"), tuple(["softmax over the examples", "softmax over the whole batch"])),
    Guess((CROSS,), ("one_hot", "targets"), tuple(f"softmax of {name}" for name in ("sigmoid", "relu", "tanh"))),
)

__all__ = [
    "GUESSES",
    "RARE_GUESSES",
    "Guess",
    "against_every_label",
    "sigmoid",
    "softmax",
    "weighted_binary",
    "with_epsilon",
]
