"""What an optimiser makes of a gradient: the step.

Every optimiser is a pure function, (params, grads, state) -> (params, state): it returns new arrays and changes none.
The state holds, for every parameter, what the optimiser remembers of earlier gradients. All of it is elementwise, so a
parameter may have any shape.

In the formulas θ is a parameter, g its gradient, η the learning rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from .errors import is_number, sentence
from .functions import Array

Params = Mapping[str, Array]
State = Mapping[str, Any]
Step = tuple[dict[str, Array], State]


class Optimiser(Protocol):
    """The two functions that training needs."""

    def start(self, params: Params) -> State:
        """What the optimiser remembers before the first step."""
        ...

    def step(self, params: Params, grads: Params, state: State) -> Step:
        """The parameters after one step, and what the optimiser remembers for the next."""
        ...


def is_optimiser(value: object) -> bool:
    """True when `value` can start and step. A class cannot: its numbers are missing."""
    return not isinstance(value, type) and all(callable(getattr(value, name, None)) for name in ("start", "step"))


def require_optimiser(where: str, value: object) -> None:
    """Raise ValueError unless `value` is an optimiser."""
    if not is_optimiser(value):
        cause = "A learning rate goes into one, as in nn.GradientDescent(0.5)."
        raise ValueError(sentence(where, "optimiser", f"is {value!r}", "an optimiser", cause))


@dataclass(frozen=True)
class GradientDescent:
    """θ ← θ - η g. It remembers nothing.

    learning_rate: η, a positive number. Raises ValueError when it is not.
    """

    learning_rate: float

    def __post_init__(self) -> None:
        _check_range(self, "learning_rate", 0, np.inf)

    def start(self, params: Params) -> State:
        """Nothing to remember."""
        return {}

    def step(self, params: Params, grads: Params, state: State) -> Step:
        """The parameters after one step, and the new state."""
        return {name: theta - self.learning_rate * grads[name] for name, theta in params.items()}, state


@dataclass(frozen=True)
class Momentum:
    """v ← μ v + g, θ ← θ - η v: a ball that rolls on.

    learning_rate: η. momentum: μ in [0, 1). Source: Polyak, Some methods of speeding up the convergence (1964).
    """

    learning_rate: float
    momentum: float = 0.9

    def __post_init__(self) -> None:
        _check_range(self, "learning_rate", 0, np.inf)
        _check_range(self, "momentum", 0, 1, zero=True)

    def start(self, params: Params) -> State:
        """The velocity v, at rest."""
        return {"velocity": _zeros(params)}

    def step(self, params: Params, grads: Params, state: State) -> Step:
        """The parameters after one step, and the new state."""
        velocity = {name: self.momentum * state["velocity"][name] + g for name, g in grads.items()}
        moved = {name: theta - self.learning_rate * velocity[name] for name, theta in params.items()}
        return moved, {"velocity": velocity}


@dataclass(frozen=True)
class Nesterov:
    """v ← μ v + g, θ ← θ - η (g + μ v): momentum that looks where it is going.

    learning_rate: η. momentum: μ in [0, 1). The form is that of Sutskever et al., On the importance of initialization
    and momentum (2013), with the gradient taken at the look-ahead point, as PyTorch has it.
    """

    learning_rate: float
    momentum: float = 0.9

    def __post_init__(self) -> None:
        _check_range(self, "learning_rate", 0, np.inf)
        _check_range(self, "momentum", 0, 1, zero=True)

    def start(self, params: Params) -> State:
        """The velocity v, at rest."""
        return {"velocity": _zeros(params)}

    def step(self, params: Params, grads: Params, state: State) -> Step:
        """The parameters after one step, and the new state."""
        velocity = {name: self.momentum * state["velocity"][name] + g for name, g in grads.items()}
        moved = {
            name: theta - self.learning_rate * (grads[name] + self.momentum * velocity[name])
            for name, theta in params.items()
        }
        return moved, {"velocity": velocity}


@dataclass(frozen=True)
class RMSProp:
    """s ← α s + (1 - α) g², θ ← θ - η g / (√s + ε): each parameter in units of its own recent gradients.

    learning_rate: η. decay: α in [0, 1). epsilon: ε > 0, keeps the division away from 0.
    Source: Hinton, Neural Networks for Machine Learning, lecture 6e (2012).
    """

    learning_rate: float
    decay: float = 0.9
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        _check_range(self, "learning_rate", 0, np.inf)
        _check_range(self, "decay", 0, 1, zero=True)
        _check_range(self, "epsilon", 0, np.inf)

    def start(self, params: Params) -> State:
        """The mean square s, 0."""
        return {"mean_square": _zeros(params)}

    def step(self, params: Params, grads: Params, state: State) -> Step:
        """The parameters after one step, and the new state."""
        mean_square = {
            name: self.decay * state["mean_square"][name] + (1 - self.decay) * g**2 for name, g in grads.items()
        }
        moved = {
            name: theta - self.learning_rate * grads[name] / (np.sqrt(mean_square[name]) + self.epsilon)
            for name, theta in params.items()
        }
        return moved, {"mean_square": mean_square}


@dataclass(frozen=True)
class Adam:
    """m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², θ ← θ - η m̂ / (√v̂ + ε).

    m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ) make up for m and v having started at 0; t counts the steps.
    learning_rate: η. beta1, beta2: in [0, 1). epsilon: ε > 0. Source: Kingma and Ba, Adam (2015), algorithm 1.
    """

    learning_rate: float
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        _check_range(self, "learning_rate", 0, np.inf)
        _check_range(self, "beta1", 0, 1, zero=True)
        _check_range(self, "beta2", 0, 1, zero=True)
        _check_range(self, "epsilon", 0, np.inf)

    def start(self, params: Params) -> State:
        """m and v, 0, and no step counted."""
        return {"m": _zeros(params), "v": _zeros(params), "t": 0}

    def step(self, params: Params, grads: Params, state: State) -> Step:
        """The parameters after one step, and the new state."""
        t = state["t"] + 1
        m = {name: self.beta1 * state["m"][name] + (1 - self.beta1) * g for name, g in grads.items()}
        v = {name: self.beta2 * state["v"][name] + (1 - self.beta2) * g**2 for name, g in grads.items()}
        moved = {}
        for name, theta in params.items():
            m_hat = m[name] / (1 - self.beta1**t)
            v_hat = v[name] / (1 - self.beta2**t)
            moved[name] = theta - self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)
        return moved, {"m": m, "v": v, "t": t}


@dataclass(frozen=True)
class IRpropMinus:
    """θ ← θ - sign(g) Δ, where Δ grows by η⁺ while the sign of g stays and shrinks by η⁻ when it turns.

    After a turn that gradient counts as 0 for one step. Only signs are used: made for full batches.
    first_step: Δ at the start. smallest, largest: its bounds.
    Source: Igel and Hüsken, Improving the Rprop learning algorithm (2000), algorithm iRprop-.
    """

    first_step: float = 0.1
    grow: float = 1.2
    shrink: float = 0.5
    smallest: float = 1e-6
    largest: float = 50.0

    def __post_init__(self) -> None:
        _check_range(self, "first_step", 0, np.inf)
        _check_range(self, "grow", 1, np.inf)
        _check_range(self, "shrink", 0, 1)
        _check_range(self, "largest", 0, np.inf)
        _check_range(self, "smallest", 0, np.inf)
        if self.smallest > self.largest:
            raise ValueError(
                sentence("IRpropMinus", "smallest", f"is {self.smallest!r}", f"at most largest, {self.largest!r}")
            )

    def start(self, params: Params) -> State:
        """The steps Δ, all first_step, and no gradient yet."""
        steps = {name: np.full_like(theta, self.first_step, dtype=np.float64) for name, theta in params.items()}
        return {"step": steps, "gradient": _zeros(params)}

    def step(self, params: Params, grads: Params, state: State) -> Step:
        """The parameters after one step, and the new state."""
        moved, steps, kept = {}, {}, {}
        for name, theta in params.items():
            agreement = np.sign(grads[name]) * np.sign(state["gradient"][name])  # their product may be 0
            factor = np.where(agreement > 0, self.grow, np.where(agreement < 0, self.shrink, 1.0))
            steps[name] = np.clip(factor * state["step"][name], self.smallest, self.largest)
            kept[name] = np.where(agreement < 0, 0.0, grads[name])
            moved[name] = theta - np.sign(kept[name]) * steps[name]
        return moved, {"step": steps, "gradient": kept}


def _zeros(params: Params) -> dict[str, Array]:
    return {name: np.zeros_like(theta, dtype=np.float64) for name, theta in params.items()}


def _check_range(optimiser: object, argument: str, low: float, high: float, *, zero: bool = False) -> None:
    """Raise ValueError unless low < value < high; `zero` lets 0 itself in."""
    value = getattr(optimiser, argument)
    if is_number(value) and (low < value < high or (zero and value == 0)):
        return
    above = "a number of at least 0" if zero else f"a number above {low:g}"
    wanted = above + (f" and below {high:g}" if high < np.inf else "")
    wanted = "a positive number" if (low, high) == (0, np.inf) else wanted
    cause = "The minus sign of descent is already in the step." if argument == "learning_rate" else ""
    raise ValueError(sentence(type(optimiser).__name__, argument, f"is {value!r}", wanted, cause))
