"""The training loop: forward, backward, step, and a record of how it went. It prints nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .backprop import Recipe, backward
from .errors import sentence
from .functions import Array
from .network import Network
from .optimisers import Optimiser

MOST_SNAPSHOTS = 200


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """A record of one training run.

    loss: (epochs + 1,), the batch loss before the first step and after each one. network: as training left it, with
    the last finite parameters.
    snapshots: the parameters at up to 200 evenly spaced epochs, {epoch: params}, the first and the last among them.
    stopped: why training ended early, or None.
    """

    loss: Array
    network: Network
    snapshots: dict[int, dict[str, Array]]
    stopped: str | None = None

    @property
    def epochs(self) -> int:
        """How many epochs were run."""
        return len(self.loss) - 1

    def first_epoch_below(self, loss: float) -> int | None:
        """The first epoch at which the loss was below `loss`, or None."""
        below = np.flatnonzero(self.loss < loss)
        return int(below[0]) if below.size else None

    def __repr__(self) -> str:
        text = f"History: {self.epochs} epochs, loss {self.loss[0]:.4f} → {self.loss[-1]:.4f}"
        return f"{text}. {self.stopped}" if self.stopped else text


def train(
    net: Network, X: object, y: object, *, optimiser: Optimiser, epochs: int, recipe: Recipe = Recipe()
) -> History:
    """Train on the full batch: one step an epoch. `net` itself is left as it is; the trained one is history.network.

    X: (N, D). y: (N, K). recipe: how each term of the gradient is made; a planted mistake goes here.
    A run whose loss or parameters stop being finite ends early, and history.stopped says at which epoch and why.
    Raises ShapeError or ValueError when X, y or epochs are not what they should be.
    """
    if isinstance(epochs, bool) or not isinstance(epochs, int | np.integer) or epochs < 0:
        raise ValueError(sentence("nn.train", "epochs", f"is {epochs!r}", "a whole number of at least 0"))
    snapshot_epochs = set(np.linspace(0, epochs, min(epochs + 1, MOST_SNAPSHOTS)).astype(int).tolist())
    state = optimiser.start(net.params)
    losses, snapshots = [], {0: dict(net.params)}
    stopped = None
    for epoch in range(1, epochs + 1):
        with np.errstate(over="ignore", invalid="ignore"):  # a run that explodes is reported below, once
            back = backward(net, X, y, recipe=recipe)
            losses.append(back.loss)
            params, state = optimiser.step(net.params, back.grads, state)
        if not all(np.isfinite(array).all() for array in params.values()):
            stopped = (
                f"Stopped at epoch {epoch}: a parameter is no longer finite. The loss before was {losses[-1]:.3g}. "
                "The likely cause is a learning rate that is too large."
            )
            break
        net = net.with_params(params)
        if epoch in snapshot_epochs:
            snapshots[epoch] = params
    else:
        losses.append(net.loss(X, y))
    return History(np.array(losses), net, snapshots, stopped)
