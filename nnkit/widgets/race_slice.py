"""A slice of the loss surface: the plane through the start and the best end, with every path laid onto it.

The first direction leads from the start to the best end. The second is the one, at right angles to the first, along
which the paths spread most. What a path has beside the plane is lost in the picture, so its distance is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..functions import Array

SIDE = 31  # grid points along each direction
MARGIN = 0.25
FAR = 3.0  # a path further from the start than so many times the best end's distance does not widen the picture
LEVELS = 10


@dataclass(frozen=True, eq=False)
class Slice:
    """directions: (2, P), unit vectors at right angles. u, v: (SIDE,), the grid. losses: (SIDE, SIDE), rows along v.

    paths: for each run (S, 3): u, v, and the distance from the plane. levels: the losses of the contour lines.
    """

    directions: Array
    u: Array
    v: Array
    losses: Array
    paths: list[Array]
    levels: list[float]


def slice_of(paths: Sequence[Array], best: int, loss: Callable[[Array], float]) -> Slice:
    """The plane of these paths, (S, P) each, all from one start; `best` is the run whose end spans it.

    loss: the batch loss of a parameter vector (P,).
    """
    with np.errstate(all="ignore"):  # a run that diverges has squares beyond any float
        return _slice(paths, best, loss)


def _slice(paths: Sequence[Array], best: int, loss: Callable[[Array], float]) -> Slice:
    start = paths[0][0]
    away = [path - start for path in paths]
    reach = FAR * max(float(np.linalg.norm(away[best][-1])), 1e-9)
    near = np.concatenate([offsets[np.linalg.norm(offsets, axis=1) <= reach] for offsets in away])
    directions = _directions(away[best][-1], near)
    flat = [offsets @ directions.T for offsets in away]
    beside = [np.linalg.norm(offsets - uv @ directions, axis=1) for offsets, uv in zip(away, flat)]
    shown = near @ directions.T
    u, v = _axes(shown)
    losses = np.array([[loss(start + x * directions[0] + y * directions[1]) for x in u] for y in v])
    projected = [np.column_stack([uv, distance]) for uv, distance in zip(flat, beside)]
    return Slice(directions, u, v, losses, projected, _levels(losses))


def _directions(first: Array, near: Array) -> Array:
    """Two unit vectors at right angles: along `first`, and along the widest spread of what is left of `near`."""
    axes = np.eye(len(first))
    one = _unit(first)
    if one is None:
        one = axes[0]
    left = near - np.outer(near @ one, one)
    spread = np.linalg.svd(left, full_matrices=False)[2][0] if len(left) else axes[-1]
    candidates = [spread * (np.linalg.norm(left) > 1e-9 * (1 + np.linalg.norm(near))), *axes]
    for candidate in candidates:
        two = _unit(candidate - (candidate @ one) * one)
        if two is not None:
            return np.array([one, two * (1.0 if two[np.argmax(np.abs(two))] > 0 else -1.0)])
    return np.array([one, np.zeros_like(one)])  # a network of a single parameter


def _unit(vector: Array) -> Array | None:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-9 else None


def _axes(shown: Array) -> tuple[Array, Array]:
    """The grid around all that is shown; neither side less than a third of the other."""
    low, high = shown.min(axis=0), shown.max(axis=0)
    centre, half = (low + high) / 2, (high - low) / 2 * (1 + MARGIN)
    half = np.maximum(half, max(float(half.max()) / 3, 0.1))
    return tuple(np.linspace(c - h, c + h, SIDE) for c, h in zip(centre, half))  # type: ignore[return-value]


def _levels(losses: Array) -> list[float]:
    """Losses for contour lines, evenly spread over what the grid holds, with two digits each."""
    finite = losses[np.isfinite(losses)]
    if not finite.size:
        return []
    return sorted({float(f"{level:.2g}") for level in np.quantile(finite, np.linspace(0.02, 0.98, LEVELS))})
