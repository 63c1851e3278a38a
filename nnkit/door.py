"""What a network lets in: sizes, names, parameters, inputs and labels. Each error says what is wrong and why.

Shapes: X (N, D), y (N, K), W_l (fan_in, fan_out), b_l (fan_out,).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .errors import ShapeError, as_float_array, broadcast_cause, choice, require_finite, sentence
from .functions import ACTIVATIONS, LOSSES, Activation, Array, Loss


def check_inputs(where: str, X: object, n_inputs: int) -> Array:
    """X as a finite float64 array (N, n_inputs)."""
    array = as_float_array(where, "X", X)
    if array.ndim != 2 or array.shape[1] != n_inputs or not array.size:
        raise ShapeError(
            sentence(
                where,
                "X",
                f"has shape {array.shape}",
                f"(N, {n_inputs}), examples in rows and one column for each of the network's {n_inputs} inputs",
                _why_inputs(array, n_inputs),
            )
        )
    require_finite(where, "X", array)
    return array


def check_labels(where: str, y: object, n_examples: int, n_outputs: int, loss: Loss) -> Array:
    """y as a finite float64 array (n_examples, n_outputs) of values that the loss can take."""
    array = as_float_array(where, "y", y)
    if array.shape != (n_examples, n_outputs):
        raise ShapeError(
            sentence(
                where,
                "y",
                f"has shape {array.shape}",
                f"({n_examples}, {n_outputs}): {n_examples} examples in X, {n_outputs} output units",
                _why_labels(array, n_examples, n_outputs),
            )
        )
    require_finite(where, "y", array)
    if loss.takes_probabilities and (array.min() < 0 or array.max() > 1):
        raise ValueError(
            sentence(
                where,
                "y",
                f"holds values from {array.min():g} to {array.max():g}",
                f"probabilities in [0, 1] for {loss.name}",
                "Labels -1 and 1 become 0 and 1 with (y + 1) / 2.",
            )
        )
    sums = array.sum(axis=1)
    if loss.takes_distributions and not np.allclose(sums, 1):
        raise ValueError(
            sentence(
                where,
                "y",
                f"has a row that sums to {sums[np.argmax(np.abs(sums - 1))]:g}",
                "rows that sum to 1, one probability per class",
                "nnkit.datasets.one_hot makes such rows.",
            )
        )
    return array


def _why_inputs(array: Array, n_inputs: int) -> str:
    if not array.size:
        return "There is no example in it."
    if array.ndim == 1 and array.size == n_inputs:
        return "A single example is a row: X[None, :]."
    if array.ndim == 2 and array.shape[0] == n_inputs:
        return "Examples seem to be in columns here. Did you mean X.T?"
    if array.ndim == 2 and array.shape[1] == n_inputs + 1 and (array[:, -1] == 1).all():
        return (
            f"The last column is all ones: leave it out, layer 1 has its own bias, or create {array.shape[1]} inputs."
        )
    return (
        f"Create the network with as many inputs as X has columns, or pass the {n_inputs} columns that it was made for."
    )


def _why_labels(array: Array, n_examples: int, n_outputs: int) -> str:
    if array.shape == (n_examples,) and n_outputs == 1:
        return broadcast_cause(n_examples)
    if array.shape == (n_examples,):
        return f"Class numbers become rows with nnkit.datasets.one_hot(y, {n_outputs})."
    if array.shape == (n_outputs, n_examples):
        return "Examples seem to be in columns here. Did you mean y.T?"
    if array.ndim == 2 and array.shape[1] == n_outputs:
        return f"X has {n_examples} examples and y has {array.shape[0]} labels. Were they split or shuffled apart?"
    return "y needs one row per example and one column per output unit."


def check_sizes(where: str, sizes: Sequence[int]) -> list[int]:
    """Units per layer as a list of ints, two or more of at least 1."""
    whole = (
        isinstance(sizes, Sequence | np.ndarray)
        and not isinstance(sizes, str)
        and getattr(sizes, "ndim", 1) == 1
        and all(isinstance(size, int | np.integer) and not isinstance(size, bool) and size >= 1 for size in sizes)
    )
    if not whole or len(sizes) < 2:
        raise ValueError(
            sentence(
                where,
                "sizes",
                f"is {sizes!r}",
                "two or more whole numbers of at least 1: inputs, hidden units, outputs",
                "One neuron with two inputs is [2, 1]; its input counts as a layer size.",
            )
        )
    return [int(size) for size in sizes]


def check_params(where: str, params: Mapping[str, object]) -> dict[str, Array]:
    """Copies of W1, b1, W2, ... as float64, after a look at their names and at whether their shapes chain."""
    if not isinstance(params, Mapping) or not all(isinstance(name, str) for name in params):
        keys = list(params) if isinstance(params, Mapping) else ""
        raise ValueError(
            sentence(
                where,
                "params",
                f"is a {type(params).__name__}" + (f" with the keys {keys}" if keys else ""),
                'a dict with the keys "W1", "b1", "W2", ...',
                "A list of arrays becomes a dict, one name for each.",
            )
        )
    n_layers = 0
    while f"W{n_layers + 1}" in params:
        n_layers += 1
    known = {f"{kind}{l}" for l in range(1, n_layers + 1) for kind in "Wb"}
    unknown = sorted(set(params) - known)
    if not n_layers or unknown:
        raise ValueError(
            sentence(
                where,
                "params",
                f"has the keys {sorted(params)}",
                '"W1", "W2", ... without a gap, and "b1", "b2", ...',
                f"{unknown[0]!r} belongs to no layer." if unknown and n_layers else "Count layers from 1.",
            )
        )
    arrays: dict[str, Array] = {}
    for l in range(1, n_layers + 1):
        W = as_float_array(where, f"W{l}", params[f"W{l}"]).copy()
        if W.ndim != 2 or not W.size:
            raise ShapeError(
                sentence(
                    where,
                    f"W{l}",
                    f"has shape {W.shape}",
                    "(fan_in, fan_out)",
                    "The weights of a single neuron are a column: W[:, None].",
                )
            )
        if l > 1 and W.shape[0] != (before := arrays[f"W{l - 1}"]).shape[1]:
            raise ShapeError(
                sentence(
                    where,
                    f"W{l}",
                    f"has shape {W.shape}",
                    f"(fan_in, fan_out) with fan_in = {before.shape[1]}, the columns of W{l - 1} {before.shape}",
                    _why_layers_do_not_meet(l, before.shape, W.shape),
                )
            )
        arrays[f"W{l}"] = W
        if f"b{l}" in params:
            b = as_float_array(where, f"b{l}", params[f"b{l}"]).copy()
            if b.shape != (W.shape[1],):
                raise ShapeError(
                    sentence(
                        where,
                        f"b{l}",
                        f"has shape {b.shape}",
                        f"({W.shape[1]},), one bias per column of W{l} {W.shape}",
                        f"Are your weights (fan_out, fan_in)? Then pass W{l}.T, and so in every layer."
                        if b.size == W.shape[0] != W.shape[1]
                        else f"A row or column of biases becomes flat with b{l}.ravel().",
                    )
                )
            arrays[f"b{l}"] = b
    for name, array in arrays.items():
        require_finite(where, name, array)
    return arrays


def check_same_params(where: str, params: Mapping[str, object], own: Mapping[str, Array]) -> dict[str, Array]:
    """Other parameters for a network, in the order of its own: the same names and shapes. Float arrays are not copied.

    A step of training asks this, so the usual case is looked at first and costs a comparison of shapes.
    """
    if isinstance(params, Mapping) and len(params) == len(own):
        arrays = {name: params.get(name) for name in own}
        if all(
            isinstance(array, np.ndarray) and array.shape == own[name].shape and array.dtype.kind == "f"
            for name, array in arrays.items()
        ):
            return arrays  # type: ignore[return-value]
    if not isinstance(params, Mapping):
        cause = "A list of arrays becomes a dict, one name for each."
        raise ValueError(sentence(where, "params", f"is a {type(params).__name__}", "a dict of arrays", cause))
    if params.keys() != own.keys():
        missing = [f"{name!r} is missing." for name in own if name not in params]
        more = [f"{name!r} belongs to no layer." for name in params if name not in own]
        is_ = f"has the keys {sorted(map(str, params))}"
        raise ValueError(sentence(where, "params", is_, f"those of the network, {list(own)}", (missing + more)[0]))
    given = {name: as_float_array(where, name, params[name]) for name in own}
    for name, array in given.items():
        if array.shape != (shape := own[name].shape):
            likely = f"Did you mean {name}.T?" if array.shape == shape[::-1] else ""
            expected = f"{shape}, the shape of the network's own {name}"
            raise ShapeError(sentence(where, name, f"has shape {array.shape}", expected, likely))
    return given


def _why_layers_do_not_meet(layer: int, before: tuple[int, ...], shape: tuple[int, ...]) -> str:
    if shape[1] == before[1]:
        return f"Did you mean W{layer}.T?"
    if shape[1] == before[0]:
        return f"Are your weights (fan_out, fan_in)? Then pass W{layer - 1}.T and W{layer}.T, and so in every layer."
    return "Two layers do not meet here."


def get_activation(where: str, argument: str, name: str) -> Activation:
    """The activation called `name`. Raises ValueError that lists the names there are."""
    return ACTIVATIONS[choice(where, argument, name, list(ACTIVATIONS))]


def get_loss(where: str, argument: str, name: str) -> Loss:
    """The loss called `name`. Raises ValueError that lists the names there are."""
    return LOSSES[choice(where, argument, name, list(LOSSES))]
