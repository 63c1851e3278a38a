"""The fast way to train: the readable code, played back in place.

For each batch size the engine listens once (listening.py); then it plays what it heard, into arrays that are made once.
Examples that lie one after the other are read where they are, small batches only once they have come often; others are
copied together first. How all of it lies in
memory is a matter of its own (layout.py).

Shapes: X (N, D), y (N, K), as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .buffers import aligned
from .functions import ACTIVATIONS, LOSSES, Array
from .layout import Data, Layout
from .listening import Batch, listen_to_batch, listen_to_step
from .network import Network
from .optimisers import Optimiser
from .products import Call
from .readable import Update, quiet
from .recipe import Recipe

AT_ONCE = 512  # examples in one go when only the loss is asked for
COPIED = 2**14  # bytes of X up to which a batch is copied, and has no calls of its own for its place in the data
OFTEN = 16  # a place that was copied this often has calls of its own from then on
PLACES = 1024  # unless there are so many sets of calls already: each takes some kilobytes


def serves(net: Network, optimiser: object, recipe: Recipe) -> bool:
    """True when everything is nnkit's own. A planted mistake or an optimiser of yours may do what no tape can hear."""
    return (
        recipe == Recipe()
        and type(optimiser).__module__ == Optimiser.__module__
        and LOSSES.get(net.loss_function.name) is net.loss_function
        and all(ACTIVATIONS.get(activation.name) is activation for activation in net.activations)
    )


@dataclass(frozen=True)
class _Ready:
    """A batch, and all calls of one update: `step`, or `after` where the forward pass has been played already."""

    batch: Batch
    step: Sequence[Call]
    after: Sequence[Call]


class Engine:
    """A network in training. data: (X, y). held_out: data whose loss is asked for as well.

    largest: the examples of the largest batch that is trained on; of more at once, only the loss is asked for.
    """

    check_every = 128  # steps between two looks for NaN; what is not finite stays so

    def __init__(
        self, net: Network, optimiser: Optimiser, data: Data, held_out: Data | None, largest: int, dtype: Any
    ) -> None:
        with quiet():
            self._largest, self._layout = largest, Layout(net, data, np.dtype(dtype))
            self._sets = {"data": self._layout.cast(data)}
            if held_out is not None:
                self._sets["held out"] = self._layout.cast(held_out)
            self._rate = np.array(getattr(optimiser, "learning_rate", 1.0), dtype)
            self._update = listen_to_step(optimiser, self._layout.theta, self._layout.gradient, self._rate)
        X, _ = self._sets["data"]
        self._sums_to_one = all(bool(np.all(y.sum(axis=1) == 1)) for _, y in self._sets.values())
        self._whole = slice(0, len(X))
        self._copied = 1 + COPIED // (X.shape[1] * X.itemsize)
        self._memory = [self._layout.theta, *self._update.memory]
        self._kept = [np.empty_like(array) for array in self._memory]
        self._ready: dict[Any, _Ready] = {}
        self._heard: dict[int, Batch] = {}  # by size: a batch that is read where it lies
        self._came: dict[tuple[str, int], int] = {}  # how often the rows from here on were copied
        self._ahead = False  # True while the forward pass of the full batch is done already

    # --- training ----------------------------------------------------------------------------------------------------

    def advance(self, plan: Sequence[Update]) -> None:
        """Make these updates, one after the other."""
        with quiet():
            for rows, changed in plan:
                ready = self._batch("data", rows)
                if changed is not None:
                    self._rate[...] = changed.learning_rate  # type: ignore[attr-defined]
                    ready.batch.scale[...] = self._scale(len(ready.batch.X))
                calls = ready.step
                if self._ahead:
                    calls = ready.after if isinstance(rows, slice) and rows == self._whole else calls
                    self._ahead = False
                for call in calls:
                    call()

    def losses(self) -> tuple[float, float | None]:
        """The batch loss over all data, and over the held-out data."""
        with quiet():  # the data last: as many held-out examples share its buffers, and a step goes on from them
            held_out = self._loss("held out") if "held out" in self._sets else None
            return self._loss("data"), held_out

    def params(self) -> dict[str, Array]:
        """A copy of the parameters, float64 as everywhere else."""
        return {name: np.array(array, dtype=np.float64, order="C") for name, array in self._layout.given.items()}

    def finite(self) -> bool:
        """True while no parameter is NaN or infinite."""
        return bool(np.isfinite(self._layout.theta).all())

    def mark(self) -> None:
        """Remember this moment."""
        for kept, array in zip(self._kept, self._memory):
            np.copyto(kept, array)

    def rewind(self) -> None:
        """Go back to the moment that was marked."""
        for array, kept in zip(self._memory, self._kept):
            array[...] = kept

    # --- batches -----------------------------------------------------------------------------------------------------

    def _batch(self, name: str, rows: Any) -> _Ready:
        """The calls for these rows, a slice or their numbers; the examples are where the calls read them."""
        if isinstance(rows, slice):
            return self._ready.get((name, rows.start, rows.stop)) or self._side_by_side(name, rows)
        X, y = self._sets[name]
        ready = self._together(len(rows))
        X.take(rows, 0, ready.batch.X, "clip")
        y.take(rows, 0, ready.batch.y, "clip")
        return ready

    def _side_by_side(self, name: str, rows: slice) -> _Ready:
        """The calls for rows that lie one after the other and have none of their own yet."""
        (X, y), size = self._sets[name], rows.stop - rows.start
        if size >= self._copied or size == len(X) or self._comes_often(name, rows):
            return self._in_place(name, rows)
        ready = self._together(size)
        ready.batch.X[...], ready.batch.y[...] = X[rows], y[rows]
        return ready

    def _comes_often(self, name: str, rows: slice) -> bool:
        """True once these rows have come so often that calls of their own are worth it, for the first such rows."""
        if len(self._ready) >= PLACES:
            return False
        times = self._came[name, rows.start] = self._came.get((name, rows.start), 0) + 1
        return times > OFTEN

    def _together(self, size: int) -> _Ready:
        """The calls for examples that are copied together."""
        if size not in self._ready:
            X, y = (aligned((size, array.shape[1]), array.dtype) for array in self._sets["data"])
            self._ready[size] = self._with_update(self._listen(X, y))
        return self._ready[size]

    def _in_place(self, name: str, rows: slice) -> _Ready:
        """The calls for examples that are read where they lie."""
        X, y = (array[rows] for array in self._sets[name])
        heard = self._heard.get(len(X)) or self._heard.setdefault(len(X), self._listen(X, y))
        if y.shape in heard.bound.by_columns:  # what the labels are subtracted from lies so
            y = np.asfortranarray(y)
        return self._ready.setdefault((name, rows.start, rows.stop), self._with_update(heard.elsewhere(X, y)))

    def _listen(self, X: Array, y: Array) -> Batch:
        layout = self._layout
        grads = layout.grads if len(X) <= self._largest else None
        batch = listen_to_batch(layout.net, layout.params, grads, X, y, self._sums_to_one)
        batch.scale[...] = self._scale(len(X))
        return batch

    def _with_update(self, batch: Batch) -> _Ready:
        after = [*batch.calls.get("backward", ()), *self._update.calls]
        return _Ready(batch, [*batch.calls["forward"], *after], after)

    def _loss(self, name: str) -> float:
        """The batch loss of all examples, some at a time when they are many."""
        n, total = len(self._sets[name][0]), 0.0
        at_once = n if n <= AT_ONCE or (name, 0, n) in self._ready else AT_ONCE
        for first in range(0, n, at_once):
            batch = self._batch(name, slice(first, min(first + at_once, n))).batch
            for call in (*batch.calls["forward"], *batch.calls["loss"]):
                call()
            total += float(batch.loss)
        self._ahead = self._ahead or (name == "data" and at_once == n)
        return float(self._layout.net.loss_function.example_weight(n) * total)

    def _scale(self, n: int) -> float:
        """What the delta of the last layer is multiplied by in a batch of n examples."""
        return self._layout.net.loss_function.example_weight(n) * (
            float(self._rate) if self._update.rate_in_delta else 1.0
        )
