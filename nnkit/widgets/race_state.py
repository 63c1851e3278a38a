"""The race as the browser gets it: a small JSON that says where in one buffer of numbers everything lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..functions import Array
from ..network import Network
from ..text import place
from .packed import Packer
from .race_inside import Weight
from .race_run import Run
from .race_slice import Slice

State = dict[str, Any]

MOST_POINTS = 300  # of a loss curve as it is drawn
N_THRESHOLDS = 41


def race_state(
    net: Network, runs: Sequence[Run], weights: Sequence[Weight], plane: Slice, threshold: float
) -> tuple[State, bytes]:
    """(state, buffer) of everything that the widget shows."""
    pack = Packer()
    limits = thresholds(runs, threshold)
    state = {
        "network": repr(net),
        "weights": [f"{name}{place(at)}" for name, at in weights],
        "thresholds": limits,
        "runs": [_run_state(run, path, limits, pack) for run, path in zip(runs, plane.paths)],
        "plane": {
            "u": pack.add(plane.u),
            "v": pack.add(plane.v),
            "losses": pack.add(plane.losses),
            "levels": plane.levels,
        },
    }
    return state, pack.buffer()


def _run_state(run: Run, path: Array, limits: Sequence[float], pack: Packer) -> State:
    drawn = drawn_steps(run.history.loss, run.stops)
    return {
        "name": run.name,
        "optimiser": repr(run.optimiser),
        "finished": run.finished,
        "stopped": run.history.stopped,
        "curve": {"steps": pack.add(drawn), "losses": pack.add(run.history.loss[drawn])},
        "stops": pack.add(run.stops),
        "losses": pack.add(run.losses),
        "path": pack.add(path),
        "inside": {quantity: pack.add(values) for quantity, values in run.inside.items()},
        "reached": [run.history.first_step_below(limit) for limit in limits],
    }


def drawn_steps(losses: Array, stops: Array) -> Array:
    """The steps at which a loss curve is drawn: all of a short one; of a long one the stops and, between them, the
    highest and the lowest point, so that no spike gets lost.
    """
    last = int(np.flatnonzero(np.isfinite(losses))[-1])
    if last < MOST_POINTS:
        return np.arange(last + 1)
    edges = np.unique(np.concatenate([stops, [last]]))
    chosen = set(edges.tolist())
    for low, high in zip(edges, edges[1:]):
        inside = losses[low : high + 1]
        chosen |= {int(low + np.nanargmin(inside)), int(low + np.nanargmax(inside))}
    return np.array(sorted(chosen))


def thresholds(runs: Sequence[Run], threshold: float) -> list[float]:
    """Round losses from the start's down to the lowest that any run came to, among them `threshold`."""
    finite = np.concatenate([run.history.loss[np.isfinite(run.history.loss)] for run in runs])
    positive = finite[finite > 0]
    if not positive.size:
        return [threshold]
    low, high = float(positive.min()), float(runs[0].history.loss[0])
    grid = np.geomspace(max(low, high * 1e-12, 1e-300), max(high, low * 1.01), N_THRESHOLDS)
    return sorted({threshold, *(float(f"{limit:.2g}") for limit in grid)}, reverse=True)
