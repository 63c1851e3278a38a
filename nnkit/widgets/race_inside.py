"""What each optimiser holds of a weight after a step, by name: the numbers between its gradient and its step.

Every optimiser begins with the weight, its gradient, and ends with the step as it was made, and the step per gradient.
In between stands its own state; for Adam also the correction of its bias, and for each the direction that is multiplied
by the learning rate. Tests hold these numbers against the step that `optimisers.py` has made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..functions import Array
from ..optimisers import Adam, IRpropMinus, Momentum, Nesterov, Optimiser, Params, RMSProp, State

NO_GRADIENT = 1e-30  # a step divided by less says nothing

Weight = tuple[str, tuple[int, ...]]  # the name of an array and a place in it
Quantities = dict[str, Array]
Pick = Callable[[Mapping[str, Array]], Array]


@dataclass(frozen=True, eq=False)
class Update:
    """One step of an optimiser: from params to moved, by grads; state: what it remembers afterwards.

    Before the first step there is one without a gradient: all of it nan, and moved are the params.
    """

    params: Params
    moved: Params
    grads: Params
    state: State


def inside(optimiser: Optimiser, weights: Sequence[Weight], update: Update) -> Quantities:
    """{quantity: (weights,)} after one update; nan for what is not there before the first."""

    def pick(arrays: Mapping[str, Array]) -> Array:
        return np.array([arrays[name][at] for name, at in weights])

    g = pick(update.grads)
    with np.errstate(all="ignore"):
        step = np.where(np.isnan(g), np.nan, pick(update.moved) - pick(update.params))
        return {
            "value": pick(update.moved),
            "gradient": g,
            **_own(optimiser, pick, g, update.state),
            "step": step,
            "step per gradient": np.where(np.abs(g) > NO_GRADIENT, step / np.where(g != 0, g, 1.0), np.nan),
        }


def _own(optimiser: Optimiser, pick: Pick, g: Array, state: State) -> Quantities:
    if isinstance(optimiser, Momentum):
        return {"velocity": pick(state["velocity"])}
    if isinstance(optimiser, Nesterov):
        v = pick(state["velocity"])
        return {"velocity": v, "look-ahead": g + optimiser.momentum * v}
    if isinstance(optimiser, RMSProp):
        s = pick(state["mean_square"])
        return {"mean square": s, "root": np.sqrt(s), "direction": g / (np.sqrt(s) + optimiser.epsilon)}
    if isinstance(optimiser, Adam):
        return _adam(optimiser, pick, state)
    if isinstance(optimiser, IRpropMinus):
        return {"step size": pick(state["step"]), "gradient kept": pick(state["gradient"])}
    return {key: pick(value) for key, value in state.items() if _by_parameter(value)}


def _adam(optimiser: Adam, pick: Pick, state: State) -> Quantities:
    m, v, t = pick(state["m"]), pick(state["v"]), state["t"]
    for_m, for_v = 1 - optimiser.beta1**t, 1 - optimiser.beta2**t
    m_hat, v_hat = (moment / by if t else np.full_like(moment, np.nan) for moment, by in ((m, for_m), (v, for_v)))
    return {
        "m": m,
        "v": v,
        "correction of m": np.full_like(m, for_m),
        "correction of v": np.full_like(v, for_v),
        "m corrected": m_hat,
        "root of v corrected": np.sqrt(v_hat),
        "direction": m_hat / (np.sqrt(v_hat) + optimiser.epsilon),
    }


def _by_parameter(value: Any) -> bool:
    """A part of the state that has an array for each parameter, as an optimiser of the reader's own may keep it."""
    return isinstance(value, Mapping) and all(isinstance(array, np.ndarray) for array in value.values())
