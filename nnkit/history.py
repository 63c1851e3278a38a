"""What training leaves behind: a record of how it went, and the way to repeat it."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .functions import Array
from .network import Network
from .recipe import Recipe

MOST_SNAPSHOTS = 200
MOST_BYTES = 32_000_000  # of all snapshots together
MOST_RECORDS = 200_000


@dataclass(frozen=True)
class Record:
    """What a callback is told: where training is.

    step: updates so far. epoch: passes over the data, which may be a fraction. network: as it is now.
    """

    step: int
    epoch: float
    loss: float
    validation_loss: float | None
    network: Network


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """A record of one training run.

    steps: (R,), the number of updates at which the loss was taken, from 0 on. loss: (R,), the batch loss over all of X.
    Of more than 200,000 records every second one goes, as often as it takes; the first and the last stay.
    validation_loss: (R,) or None. network: as training left it, with the last finite parameters.
    snapshots: {step: params} at up to 200 of these steps, the first and the last among them; fewer where they would
    take more than 32 MB.
    stopped: why training ended early, or None. epochs: passes over the data.
    X (N, D), y (N, K): what it was trained on. repeat: see `again`.
    """

    steps: Array
    loss: Array
    network: Network
    snapshots: dict[int, dict[str, Array]]
    epochs: float
    X: Array
    y: Array
    repeat: Callable[[Recipe, int], History]
    validation_loss: Array | None = None
    stopped: str | None = None

    def again(self, recipe: Recipe, steps: int | None = None) -> History:
        """The same training once more with another recipe: the same start, optimiser and order of examples.

        steps: at most so many updates; None is as many as were recorded. A callback is not called again.
        """
        length = int(self.steps[-1])
        return self.repeat(recipe, length if steps is None else min(length, steps))

    def first_step_below(self, loss: float) -> int | None:
        """The first recorded step at which the loss was below `loss`, or None."""
        below = np.flatnonzero(self.loss < loss)
        return int(self.steps[below[0]]) if below.size else None

    def __repr__(self) -> str:
        length = f"{self.epochs:g} epochs" + (f", {self.steps[-1]} steps" if self.steps[-1] != self.epochs else "")
        text = f"History: {length}, loss {self.loss[0]:.4f} → {self.loss[-1]:.4f}"
        return f"{text}. {self.stopped}" if self.stopped else text


class Records:
    """The records of a run while it goes on: they thin themselves.

    net: the start. total: the updates there will be. every: updates from one record to the next.
    last_step, last_loss: of the latest record.
    """

    def __init__(self, net: Network, total: int, every: int) -> None:
        self._count, self._stride = 0, 1
        self._steps, self._loss, self._validation_loss = array("q"), array("d"), array("d")
        self._snapshots: dict[int, dict[str, Array]] = {}
        coming = total // every + 1 + (total % every > 0)
        fitting = MOST_BYTES // sum(parameter.nbytes for parameter in net.params.values())
        wanted = np.linspace(0, coming - 1, min(max(fitting, 2), MOST_SNAPSHOTS, coming)).astype(int)
        self._wanted = {int(i) * every for i in wanted} - {total}  # the last parameters are those of the network

    def add(
        self, step: int, loss: float, validation_loss: float | None, params: Callable[[], dict[str, Array]]
    ) -> None:
        """Take a record. params: gives a copy of the parameters, when one is wanted."""
        self.last_step, self.last_loss, self._last_validation_loss = step, loss, validation_loss
        if self._count % self._stride == 0:
            self._append()
            if len(self._steps) > MOST_RECORDS:
                self._steps, self._loss = self._steps[::2], self._loss[::2]
                self._validation_loss = self._validation_loss[::2]
                self._stride *= 2
        self._count += 1
        if step in self._wanted:
            self._snapshots[step] = params()

    def _append(self) -> None:
        self._steps.append(self.last_step)
        self._loss.append(self.last_loss)
        self._validation_loss.append(np.nan if self._last_validation_loss is None else self._last_validation_loss)

    def history(
        self, network: Network, *, epochs: float, data: tuple[Array, Array],
        repeat: Callable[[Recipe, int], History], stopped: str | None,
    ) -> History:  # fmt: skip
        """What remains: the run that ended with this network."""
        if self._steps[-1] != self.last_step:
            self._append()
        return History(
            steps=np.array(self._steps),
            loss=np.array(self._loss),
            network=network,
            snapshots=self._snapshots | {self.last_step: dict(network.params)},
            epochs=epochs,
            X=data[0],
            y=data[1],
            repeat=repeat,
            validation_loss=None if self._last_validation_loss is None else np.array(self._validation_loss),
            stopped=stopped,
        )
