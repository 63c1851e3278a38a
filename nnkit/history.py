"""What training leaves behind: a record of how it went, and the way to repeat it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .functions import Array
from .network import Network
from .recipe import Recipe


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
    validation_loss: (R,) or None. network: as training left it, with the last finite parameters.
    snapshots: {step: params} at up to 200 of these steps, the first and the last among them.
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
