"""Training by the readable code: forward, backward, step, each a call that you can follow.

`nn.train` takes this way where a recipe or an optimiser of your own is to be obeyed, and the engine everywhere else.
The two have the same methods and come to the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .backprop import backward
from .functions import Array
from .network import Network
from .optimisers import Optimiser
from .recipe import Recipe

# The rows of a batch, their numbers or a slice; and the optimiser where a schedule has changed its rate.
Update = tuple[Any, Optimiser | None]


def quiet() -> np.errstate:
    """No warnings: training says itself, once, what is no longer finite."""
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")


class ReadableRun:
    """A network in training. data: (X, y). held_out: data whose loss is asked for as well."""

    check_every = 1  # steps between two looks for NaN; no step can be asked of another's optimiser twice

    def __init__(
        self,
        net: Network,
        optimiser: Optimiser,
        data: tuple[Array, Array],
        held_out: tuple[Array, Array] | None,
        recipe: Recipe,
    ) -> None:
        self._net, self._optimiser, self._recipe = net, optimiser, recipe
        self._data, self._held_out = data, held_out
        self._state = optimiser.start(net.params)
        self._marked = net, self._state

    def advance(self, plan: Sequence[Update]) -> None:
        """Make these updates, one after the other."""
        X, y = self._data
        for rows, optimiser in plan:
            with quiet():
                grads = backward(self._net, X[rows], y[rows], recipe=self._recipe).grads
                params, self._state = (optimiser or self._optimiser).step(self._net.params, grads, self._state)
            self._net = self._net.with_params(params)

    def losses(self) -> tuple[float, float | None]:
        """The batch loss over all data, and over the held-out data."""
        with quiet():
            return self._net.loss(*self._data), self._net.loss(*self._held_out) if self._held_out else None

    def params(self) -> dict[str, Array]:
        """The parameters."""
        return dict(self._net.params)

    def finite(self) -> bool:
        """True while no parameter is NaN or infinite."""
        return all(np.isfinite(array).all() for array in self._net.params.values())

    def mark(self) -> None:
        """Remember this moment."""
        self._marked = self._net, self._state

    def rewind(self) -> None:
        """Go back to the moment that was marked."""
        self._net, self._state = self._marked
