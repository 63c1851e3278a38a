"""The cost's numbers, in three parts: one prediction, one batch, and a walk down a parabola.

`curves`: the loss over one prediction with its slope, for every loss of nnkit and every label asked for.
`reductions`: one batch under every loss, as a sum and as a mean, with the slope at each of its entries.
`descents`: gradient descent on ½ λ x² for many learning rates around the limit 2/λ.
All of it is computed before anything is shown, so that a slider only looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..functions import LOSSES, Array, Loss
from ..numeric import STEP
from ..optimisers import GradientDescent

State = dict[str, Any]

POINTS = 201  # predictions on the curve of a squared error: a hundredth apart for the labels 0 and 1
EDGE = 0.01  # how near a probability comes to 0 and 1
MOST_LABEL = 1000.0
STEPS = 20
# Learning rates in units of the limit 2/λ: even steps, with the two places where the behaviour changes among them.
FRACTIONS = np.round(
    np.concatenate([np.arange(0.02, 0.9, 0.02), np.arange(0.9, 1.1, 0.01), np.arange(1.12, 1.32, 0.02)]), 2
)


def curve_names() -> list[str]:
    """The losses that differ for one prediction: those of nnkit without their sums."""
    return [name for name, loss in LOSSES.items() if loss.reduction == "mean"]


def predictions(loss: Loss, label: float) -> Array:
    """The predictions at which the curve is drawn: (P,). Probabilities stay inside (0, 1)."""
    if loss.takes_probabilities:
        return np.round(np.linspace(EDGE, 1 - EDGE, 99), 10)
    low, high = min(0.0, label) - 0.5, max(1.0, label) + 0.5
    return np.round(np.linspace(low, high, POINTS), 10)


def curve(name: str, label: float) -> State:
    """One loss over its predictions: value, slope, and the slope by a central difference, each (P,)."""
    loss = LOSSES[name]
    a = predictions(loss, label)[:, None]
    y = np.full_like(a, label)
    numeric = (loss.value(a + STEP, y) - loss.value(a - STEP, y)) / (2 * STEP)
    return {
        "loss": name,
        "label": label,
        "a": a[:, 0].tolist(),
        "value": loss.value(a, y).tolist(),
        "slope": loss.slope(a, y)[:, 0].tolist(),
        "numeric": numeric.tolist(),
    }


def curves(labels: Sequence[float]) -> list[State]:
    """A curve for each loss and each label that the loss can take."""
    return [
        curve(name, float(label))
        for name in curve_names()
        for label in labels
        if 0 <= label <= 1 or not LOSSES[name].takes_probabilities
    ]


# --- sums and means --------------------------------------------------------------------------------------------------


def fits(loss: Loss, a: Array, y: Array) -> bool:
    """Can this loss take these predictions and labels?"""
    probabilities = not loss.takes_probabilities or bool(((a > 0) & (a < 1) & (y >= 0) & (y <= 1)).all())
    rows = not loss.takes_distributions or bool(np.allclose(a.sum(axis=1), 1) and np.allclose(y.sum(axis=1), 1))
    return probabilities and rows


def reductions(a: Array, y: Array) -> list[State]:
    """One batch, a and y (N, K), under every loss that it fits.

    Each has the batch loss, its slope at every entry (N, K), and, for a multiple of the first loss, the factor and the
    learning rate that makes the same step as 1 does with the first.
    np.mean of the squares divides by N·K; that is the loss squared_error divided by K once more.
    """
    n, k = a.shape
    found = []
    for name in LOSSES:
        loss = LOSSES[name]
        if fits(loss, a, y):
            weight = loss.example_weight(n)
            found.append(_reduction(name, weight * float(loss.value(a, y).sum()), weight * loss.slope(a, y)))
    whole = LOSSES["squared_error"]
    weight = whole.example_weight(n) / k
    found.append(_reduction("np.mean of squares", weight * float(whole.value(a, y).sum()), weight * whole.slope(a, y)))
    first = np.array(found[0]["slope"])
    for entry in found:
        factor = multiple(np.array(entry["slope"]), first)
        entry |= {"factor": factor, "rate": 1 / factor if factor else None}
    return found


def _reduction(name: str, value: float, slope: Array) -> State:
    return {"name": name, "formula": formula(name), "value": value, "slope": slope.tolist()}


def formula(name: str) -> str:
    """A loss as one writes it: "1/N Σ ½ Σ (a - y)²"."""
    inside = {
        "half_squared_error": "½ Σₖ (a - y)²",
        "squared_error": "Σₖ (a - y)²",
        "binary_cross_entropy": "-Σₖ [y ln a + (1 - y) ln(1 - a)]",
        "cross_entropy": "-Σₖ y ln a",
    }
    if name not in LOSSES:
        return "1/(N·K) Σₙ Σₖ (a - y)²"
    mean = LOSSES[name].reduction == "mean"
    return f"{'1/N ' if mean else ''}Σₙ {inside[name.removesuffix('_sum')]}"


def multiple(slope: Array, of: Array) -> float | None:
    """The number c with slope = c · of, or None where the two do not point the same way."""
    scale = float((of * of).sum())
    if scale == 0:
        return None
    c = float((slope * of).sum()) / scale
    return c if np.allclose(slope, c * of, rtol=1e-9, atol=1e-12) else None


# --- a walk down a parabola ------------------------------------------------------------------------------------------


def descents(curvature: float, start: float = 1.0, more: Sequence[float] = ()) -> list[State]:
    """Gradient descent on ½ λ x² from x = start, for learning rates around 2/λ and those in `more`, in their order."""
    limit = 2.0 / curvature
    rates = sorted({*(float(fraction * limit) for fraction in FRACTIONS), *map(float, more)})
    return [descent(curvature, rate, start) for rate in rates]


def parabola(curvature: float, start: float = 1.0) -> State:
    """½ λ x² where it is drawn, a little more than twice as far as the walk begins: x and loss, (P,)."""
    x = np.linspace(-2.2, 2.2, 89) * abs(start)
    return {"x": x.tolist(), "loss": (0.5 * curvature * x**2).tolist()}


def descent(curvature: float, rate: float, start: float = 1.0) -> State:
    """One walk: x and the loss at every step, (STEPS + 1,), the multiplier as measured, and in words how it goes."""
    optimiser, at = GradientDescent(rate), {"x": np.array([start])}
    multiplier = round(1 - rate * curvature, 12)  # at half the limit 0, and not what rounding leaves of it
    path = [start]
    for _ in range(STEPS):
        at, _ = optimiser.step(at, {"x": curvature * at["x"]}, {})
        path.append(float(at["x"][0]))
    x = np.array(path)
    return {
        "rate": rate,
        "of_limit": rate * curvature / 2,
        "multiplier": multiplier,
        "measured": path[1] / path[0],
        "x": path,
        "loss": (0.5 * curvature * x**2).tolist(),
        "verdict": verdict(multiplier),
    }


def verdict(multiplier: float) -> str:
    """What a multiplier does to x, step after step."""
    if abs(multiplier) < 1e-9:
        return "arrives in one step"
    if abs(abs(multiplier) - 1) < 1e-9:
        return "oscillates for ever" if multiplier < 0 else "stays where it is"
    if multiplier < -1:
        return "diverges"
    return "converges" if multiplier > 0 else "oscillates and converges"
