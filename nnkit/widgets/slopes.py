"""The numeric slopes of everything that can be selected: a nudge up, a nudge down, and the loss of every example."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..functions import Array
from ..network import Network
from ..numeric import STEP, central_difference

ROUNDING = 64 * float(np.finfo(np.float64).eps) / STEP  # numeric slopes below this are rounding noise


def selectable(net: Network) -> dict[str, tuple[int, ...]]:
    """What can be selected, group by group, with its shape: a0 and every z beside the parameters."""
    shapes: dict[str, tuple[int, ...]] = {"a0": (net.sizes[0],)}
    shapes |= {name: array.shape for name, array in net.params.items()}
    return shapes | {f"z{l}": (net.sizes[l],) for l in range(1, net.n_layers + 1)}


def numeric_slopes(net: Network, X: Array, y: Array, group: str | None = None) -> dict[str, Array]:
    """dC_n/dθ by central differences for every group that can be selected, or for one: arrays (N, *shape).

    A bias shifts z, so the slope at z_l is that of a bias of layer l, which is added where the network has none.
    The slope at an input is that of a shift of its column.
    """
    params = {name: array.copy() for name, array in net.params.items()}
    for l in range(1, net.n_layers + 1):
        params.setdefault(f"b{l}", np.zeros(net.sizes[l]))
    probe = replace(net, params=params)  # with biases of its own
    shift = np.zeros(net.sizes[0])

    def losses() -> Array:
        return probe.loss_per_example(X + shift, y)

    source = {name: name.replace("z", "b") for name in selectable(net) if group in (None, name)}
    found: dict[str, Array] = {}
    for name in sorted(set(source.values())):
        found[name] = np.moveaxis(central_difference(losses, shift if name == "a0" else params[name]), -1, 0)
    return {name: found[of] for name, of in source.items()}


def numeric_slope(net: Network, X: Array, y: Array, group: str, at: tuple[int, ...]) -> Array:
    """The same for one number alone: (N,). Two forward passes, whatever the size of the network."""
    params = {name: array.copy() for name, array in net.params.items()}
    shift = np.zeros(net.sizes[0])
    name = group.replace("z", "b")
    array = shift if group == "a0" else params.setdefault(name, np.zeros(net.sizes[int(name[1:])]))
    probe = replace(net, params=params)  # with biases of its own

    def losses() -> Array:
        return probe.loss_per_example(X + shift, y)

    one = array[at[0] :][:1] if array.ndim == 1 else array[at[0], at[1] :][:1]  # a view: the nudge reaches the array
    return central_difference(losses, one)[0]


def relative_error(analytic: Array, numeric: Array) -> Array:
    """|analytic - numeric| over the larger of the two, elementwise; 0 where the difference is rounding noise only."""
    difference = np.abs(analytic - numeric)
    larger = np.maximum(np.abs(analytic), np.abs(numeric))
    return np.where(larger > ROUNDING, difference / np.maximum(larger, ROUNDING), 0.0)
