"""What the inspector sends to the browser: rows of numbers, and how to read them.

`Recording` holds a row for every recorded step, see `frames`. Its `state` is the part that is not a number of a
backward pass: the sizes, the chain rule as a grammar, where each array lies in a row, and what can be planted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..backprop import BackwardPass, backward
from ..functions import Array
from ..history import History
from ..mistakes import CATALOGUE, RIGHT, Mistake
from ..network import Network
from ..recipe import Recipe
from .frames import Layout, frame
from .numpy_code import code_of
from .slopes import numeric_slopes, selectable
from .structure import chains, insides, order

State = dict[str, Any]

BUDGET = 600_000  # bytes of all rows together, so that a page that holds them in text stays below 1 MB
AGAIN_SECONDS = 2.0  # that training again with a mistake may take; the browser waits for so much longer
FEW_NUMBERS = 400  # up to here every numeric slope is computed beforehand; two forward passes each
MOST_STEPS = 100
SILENT = np.errstate(over="ignore", invalid="ignore")  # a run that explodes is shown as it is
ENOUGH_STEPS = 20  # rather than fewer recorded steps than this, leave the numeric slopes to be asked for


@dataclass(frozen=True, eq=False)
class Recording:
    """Rows of numbers of one network at one or more recorded steps.

    nets: the network at each step. steps: the numbers of the steps, or None when there is no history.
    rows: (steps, numbers). numeric: True when the rows hold the numeric slopes. own: mistakes that are in no catalogue.
    """

    nets: Sequence[Network]
    X: Array
    y: Array
    recipe: Recipe
    steps: Sequence[int] | None
    history: History | None
    layout: Layout
    rows: Array
    numeric: bool
    own: Sequence[Mistake] = ()

    def back(self, at: int) -> BackwardPass:
        """The backward pass of one recorded step."""
        return backward(self.nets[at], self.X, self.y, recipe=self.recipe)

    def numeric_at(self, at: int) -> dict[str, Array] | None:
        """The numeric slopes of one recorded step; no mistake in a gradient changes them."""
        if not self.numeric:
            return None
        groups = selectable(self.nets[at])
        return {group: self.layout.read(self.rows[at], f"numeric:{group}") for group in groups}

    @SILENT
    def row(self, at: int, *, recipe: Recipe, changed: tuple[Network, Array] | None = None) -> Array:
        """The row of one recorded step with another recipe, or with a changed network and changed inputs."""
        net, X = changed or (self.nets[at], self.X)
        back = backward(net, X, self.y, recipe=recipe)
        numeric = numeric_slopes(net, X, self.y) if changed and self.numeric else self.numeric_at(at)
        before = self.nets[at - 1].params if at else None
        return self.layout.row(frame(back, numeric, before, history=self.steps is not None))

    def state(self) -> State:
        """All but the rows, as JSON."""
        back, net = self.back(0), self.nets[0]
        return {
            "sizes": list(net.sizes),
            "activations": [activation.name for activation in net.activations],
            "loss": net.loss_function.name,
            "y": self.y.tolist(),
            "groups": {name: list(shape) for name, shape in selectable(net).items()},
            "chains": chains(back),
            "insides": insides(back),
            "order": order(back),
            "arrays": self.layout.to_json(),
            "length": self.layout.length,
            "numeric": self.numeric,
            "again_seconds": AGAIN_SECONDS,
            "code": code_of(net),
            "history": self._history(),
            "mistakes": self._mistakes(),
        }

    def _history(self) -> State | None:
        if self.steps is None or self.history is None:
            return None
        history = self.history
        kept = np.unique(np.linspace(0, len(history.steps) - 1, min(len(history.steps), 500)).astype(int))
        return {"steps": list(self.steps), "curve": curve(history, kept), "stopped": history.stopped}

    def _mistakes(self) -> list[State]:
        """The catalogue; empty where a recipe was given, which is a mistake already."""
        return [
            {
                "slug": mistake.slug,
                "by_layer": mistake.by_layer,
                "explanation": mistake.explanation,
                "remedy": mistake.remedy,
                "taught_in": mistake.taught_in,
            }
            for mistake in (*self.own, *(CATALOGUE.values() if self.recipe == RIGHT else ()))
        ]


def curve(history: History, kept: Array) -> dict[str, list[Any]]:
    """The loss at some of the recorded steps; None where it is not finite."""
    loss = [float(value) if np.isfinite(value) else None for value in history.loss[kept]]
    return {"steps": [int(step) for step in history.steps[kept]], "loss": loss}


def record(net: Network, X: Array, y: Array, recipe: Recipe) -> Recording:
    """One network at one moment."""
    return _recording([net], (X, y), recipe, None, None)


def record_history(history: History, X: Array, y: Array, recipe: Recipe) -> Recording:
    """A network at up to 100 recorded steps of its training, as many as fit."""
    steps = sorted(history.snapshots)
    nets = [history.network.with_params(history.snapshots[step]) for step in steps]
    return _recording(nets, (X, y), recipe, steps, history)


@SILENT
def size_of_row(net: Network, X: Array, y: Array, *, numeric: bool, history: bool) -> int:
    """Bytes of one row."""
    groups = selectable(net)
    nothing = {name: np.zeros((len(X), *shape)) for name, shape in groups.items()} if numeric else None
    return 8 * Layout.of(frame(backward(net, X, y), nothing, history=history)).length


@SILENT
def _recording(
    nets: Sequence[Network],
    data: tuple[Array, Array],
    recipe: Recipe,
    steps: Sequence[int] | None,
    history: History | None,
) -> Recording:
    X, y = data
    numbers = sum(int(np.prod(shape)) for shape in selectable(nets[0]).values())
    full = size_of_row(nets[0], X, y, numeric=True, history=history is not None)
    numeric = numbers <= FEW_NUMBERS and full * min(len(nets), ENOUGH_STEPS) <= BUDGET
    size = full if numeric else size_of_row(nets[0], X, y, numeric=False, history=history is not None)
    fitting = min(max(BUDGET // size, 2), MOST_STEPS, len(nets))
    kept = np.unique(np.linspace(0, len(nets) - 1, fitting).astype(int))
    nets = [nets[i] for i in kept]
    rows = []
    layout: Layout | None = None
    before: Mapping[str, Array] | None = None
    for net in nets:
        slopes = numeric_slopes(net, X, y) if numeric else None
        arrays = frame(backward(net, X, y, recipe=recipe), slopes, before, history=history is not None)
        layout = layout or Layout.of(arrays)
        rows.append(layout.row(arrays))
        before = net.params
    assert layout is not None
    return Recording(
        nets,
        X,
        y,
        recipe,
        None if steps is None else [steps[i] for i in kept],
        history,
        layout,
        np.stack(rows),
        numeric,
    )
