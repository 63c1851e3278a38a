"""Frames: every number that the inspector can show of one backward pass, as one row of float64.

The browser gets rows of numbers and one table that says where each array lies in a row. Training is a list of rows, a
planted mistake is another row, and so is what a slider makes. All have the same layout, so all are read the same way.

Shapes in a row: value, update, ratio, batch, numeric_batch and error_batch as the parameter; product, numeric and error
(N, *the same), one example after the other; the terms as in `BackwardPass`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..backprop import BackwardPass
from ..functions import Array
from .slopes import relative_error, selectable

Arrays = dict[str, Array]


@dataclass(frozen=True)
class Layout:
    """Where each array lies in a row: {name: (first number, shape)}. length: numbers in a row."""

    places: Mapping[str, tuple[int, tuple[int, ...]]]
    length: int

    @classmethod
    def of(cls, arrays: Mapping[str, Array]) -> Layout:
        """The layout of a row that holds these arrays in their order."""
        places, length = {}, 0
        for name, array in arrays.items():
            places[name] = (length, np.shape(array))
            length += np.size(array)
        return cls(places, length)

    def row(self, arrays: Mapping[str, Array]) -> Array:
        """The arrays as one row (length,)."""
        return np.concatenate([np.ravel(arrays[name]) for name in self.places]).astype("<f8", copy=False)

    def read(self, row: Array, name: str) -> Array:
        """One array of a row."""
        first, shape = self.places[name]
        return row[first : first + int(np.prod(shape))].reshape(shape)

    def to_json(self) -> dict[str, list[int]]:
        """{name: [first number, *shape]}."""
        return {name: [first, *shape] for name, (first, shape) in self.places.items()}


def frame(
    back: BackwardPass, numeric: Mapping[str, Array] | None, before: Mapping[str, Array] | None = None, *, history: bool
) -> Arrays:
    """The arrays of one row.

    numeric: the slopes of `numeric_slopes`, or None when they are asked for one by one. before: the parameters at the
    recorded step before this one; only a history has updates, and its first step has none.
    """
    net, forward = back.net, back.forward
    arrays: Arrays = {f"value:{name}": array for name, array in net.params.items()}
    for l, a in forward.a.items():
        arrays |= {f"a:{l}": a, f"mean:{l}": a.mean(axis=0)}
    arrays |= {"loss": net.loss_of(forward, back.y), "cost": np.array(back.loss)}
    arrays["example_weight"] = np.array(back.example_weight)
    arrays |= terms_of(back)
    batch = batch_of(back)
    products = products_of(back)
    for group in selectable(net):
        arrays |= {f"product:{group}": products[group], f"batch:{group}": batch[group]}
        if numeric is not None:
            of_batch = net.loss_function.example_weight(len(back.y)) * numeric[group].sum(axis=0)
            arrays |= {
                f"numeric:{group}": numeric[group],
                f"error:{group}": relative_error(products[group], numeric[group]),
                f"numeric_batch:{group}": of_batch,
                f"error_batch:{group}": relative_error(batch[group], of_batch),
            }
    for name, array in net.params.items():
        arrays[f"ratio:{name}"] = np.divide(batch[name], array, out=np.full(array.shape, np.nan), where=array != 0)
        if history:
            arrays[f"update:{name}"] = np.full(array.shape, np.nan) if before is None else array - before[name]
    return arrays


def terms_of(back: BackwardPass) -> Arrays:
    """Every term of the backward pass by its name and layer, for example "delta:2"."""
    last = back.net.n_layers
    arrays: Arrays = {f"loss_slope:{last}": back.loss_slope}
    for l in range(last, 0, -1):
        for term in ("activation_slope", "delta", "input", "weight", "carry_back"):
            arrays[f"{term}:{l}"] = getattr(back, term)[l]
    return arrays


def batch_of(back: BackwardPass) -> Arrays:
    """The slopes of the batch loss by group: the gradient, and the same for every z and input."""
    sums = {f"z{l}": delta.sum(axis=0) for l, delta in back.delta.items()} | {"a0": back.carry_back[1].sum(axis=0)}
    return back.grads | {name: back.example_weight * total for name, total in sums.items()}


def products_of(back: BackwardPass) -> Arrays:
    """dC_n/dθ of every example by group: (N, *shape), the numbers that the batch sum adds up."""
    products: Arrays = {"a0": back.carry_back[1]}
    for l, delta in back.delta.items():
        products |= {
            f"W{l}": back.input[l][:, :, None] * delta[:, None, :],
            f"b{l}": delta,
            f"z{l}": delta,
        }
    return products
