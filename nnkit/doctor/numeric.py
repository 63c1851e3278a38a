"""The gradient against the loss, parameter by parameter, with as many calls of the loss as there is time for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..check import compare, sample
from ..functions import Array
from ..numeric import STEP, one_by_one

MOST_SECONDS = 0.5  # for the central differences; a closer look at those that disagree takes up to five times as long
SLOW = 0.01  # seconds for one call, from which on few entries are compared
COARSE = 1e-2  # the step for a loss that is computed in float32


@dataclass(frozen=True, eq=False)
class Numeric:
    """ok: by parameter, does it agree? slopes: (P,), NaN where no entry was computed. sampled: not all were."""

    ok: dict[str, bool]
    slopes: Array
    sampled: bool
    calls: int


def numeric_check(
    loss: Callable[[Array], float],
    theta: Array,
    G: Array,
    slices: dict[str, slice],
    *,
    seconds_per_call: float,
    noise: float = 0.0,
    tolerance: float = 1e-6,
    budget: float = MOST_SECONDS,
    goes_on: Callable[[], bool] = lambda: True,
) -> Numeric:
    """Compare G (P,) with central differences of the loss at theta (P,), entry by entry or in a sample of the entries.

    noise: the rounding error of one loss, where that is not float64's. Entries of G that are NaN are left out, and so
    are the parameters for which `goes_on` leaves no time.
    """
    least = 8 if seconds_per_call < SLOW else 1
    affordable = max(least * len(slices), int(budget / max(2 * seconds_per_call, 1e-7)))
    sampled = theta.size > affordable
    rng = np.random.default_rng(0)
    ok: dict[str, bool] = {}
    slopes, calls = np.full(theta.size, np.nan), 0
    here = loss(theta)
    for name, where in slices.items():
        entries = np.arange(where.start, where.stop)
        if np.isnan(G[entries]).any() or (ok and not goes_on()):
            ok[name], sampled = True, sampled or not np.isnan(G[entries]).any()
            continue
        share = max(least, affordable // len(slices))
        if sampled and entries.size > share:
            entries = entries[sample(G[entries], share, rng)]
        own = theta[entries].copy()

        def f(own: Array = own, entries: Array = entries) -> float:
            moved = theta.copy()
            moved[entries] = own
            return loss(moved)

        calls += 2 * entries.size
        if noise:
            slopes[entries] = [_coarse(loss, theta, entry) for entry in entries]
            gap = float(np.linalg.norm(G[entries] - slopes[entries]))
            slack = np.sqrt(entries.size) * 4 * noise / COARSE
            ok[name] = gap <= 0.02 * float(np.linalg.norm(slopes[entries])) + slack
            continue
        chosen = np.arange(entries.size)
        report = compare(name, one_by_one(f, own), here, G[entries].copy(), chosen, tolerance=tolerance)
        ok[name], slopes[entries] = report.ok or report.unclear, report.numeric
    return Numeric(ok, slopes, sampled, calls)


def _coarse(loss: Callable[[Array], float], theta: Array, entry: int) -> float:
    up, down = theta.copy(), theta.copy()
    up[entry] += COARSE
    down[entry] -= COARSE
    return (loss(up) - loss(down)) / (2 * COARSE)


def slope_along(loss: Callable[[Array], float], theta: Array, direction: Array) -> float:
    """The slope of the loss along a direction (P,) of length about 1."""
    return (loss(theta + STEP * direction) - loss(theta - STEP * direction)) / (2 * STEP)
