"""What an optimiser makes of a gradient: the step.

Every optimiser is a pure function, (params, grads, state) -> (params, state): it returns new arrays and changes none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from .errors import sentence
from .functions import Array

Params = Mapping[str, Array]
State = Mapping[str, Any]


class Optimiser(Protocol):
    """The two functions that training needs."""

    def start(self, params: Params) -> State:
        """What the optimiser remembers before the first step."""
        ...

    def step(self, params: Params, grads: Params, state: State) -> tuple[dict[str, Array], State]:
        """The parameters after one step, and what the optimiser remembers for the next."""
        ...


@dataclass(frozen=True)
class GradientDescent:
    """θ ← θ - learning_rate * dC/dθ. It remembers nothing.

    learning_rate: a positive number. Raises ValueError when it is not.
    """

    learning_rate: float

    def __post_init__(self) -> None:
        rate = self.learning_rate
        number = isinstance(rate, int | float | np.number) and not isinstance(rate, bool)
        if not number or not 0 < rate < float("inf"):
            raise ValueError(
                sentence(
                    "GradientDescent",
                    "learning_rate",
                    f"is {rate!r}",
                    "a positive number",
                    "The minus sign of descent is already in the step.",
                )
            )

    def start(self, params: Params) -> State:
        return {}

    def step(self, params: Params, grads: Params, state: State) -> tuple[dict[str, Array], State]:
        return {name: theta - self.learning_rate * grads[name] for name, theta in params.items()}, state
