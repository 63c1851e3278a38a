"""Forms of a wrong way down: what delta is carried back through, and which delta it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from ..functions import Array
from ..network import Forward, Network
from .deltas import output_delta, with_slope
from .form import Entry, Form


def carry_forms(net: Network, n_examples: int) -> Iterator[Form]:
    """Every wrong carrying back, by layer and in all layers."""
    for l in range(net.n_layers, 1, -1):
        yield from _matrices(net, l)
        yield from _carries(net, l, n_examples)
    hidden = range(net.n_layers, 1, -1)
    if len(hidden) > 1:
        yield _everywhere(
            hidden, "weight", _ones, "delta_not_carried", "the deltas are passed down as if every weight were 1"
        )
        yield _everywhere(
            hidden,
            "weight",
            _size,
            "wrong_matrix_carried_back",
            "the deltas are carried back without the weights' signs",
        )
        yield _without_slope(net, hidden)


def _ones(net: Network, f: Forward, y: Array, l: int) -> Array:
    return np.ones_like(net.params[f"W{l}"])


def _size(net: Network, f: Forward, y: Array, l: int) -> Array:
    return np.abs(net.params[f"W{l}"])


def _everywhere(layers: range, term: str, wrong: Callable[..., Array], slug: str, says: str) -> Form:
    return Form(slug, {(term, l): wrong for l in layers}, None, says, 0.4)


def _matrices(net: Network, l: int) -> Iterator[Form]:
    def form(slug: str, says: str, matrix: Callable[[Mapping[str, Array]], Array], rarity: float) -> Form:
        return Form(slug, {("weight", l): lambda net, f, y, l: matrix(net.params)}, l, says, rarity)

    W = net.params[f"W{l}"]
    yield form("delta_not_carried", f"delta {l} is passed down without W{l}", lambda p: np.ones_like(p[f"W{l}"]), 0.3)
    yield form(
        "wrong_matrix_carried_back", f"delta {l} is carried back through |W{l}|", lambda p: np.abs(p[f"W{l}"]), 1.5
    )
    yield form("wrong_matrix_carried_back", f"delta {l} is carried back through W{l}²", lambda p: p[f"W{l}"] ** 2, 1.6)
    yield form(
        "wrong_matrix_carried_back",
        f"delta {l} is carried back through the signs of W{l}",
        lambda p: np.sign(p[f"W{l}"]),
        1.7,
    )
    if W.shape[0] == W.shape[1] and W.size > 1:
        says = f"delta {l} is carried back through W{l} where its transpose belongs"
        yield form("wrong_matrix_carried_back", says, lambda p: p[f"W{l}"].T, 0.0)
        yield form("transposed", says, lambda p: p[f"W{l}"].T, 0.1)
        yield form(
            "delta_not_carried",
            f"delta {l} is passed down as it is, without W{l}",
            lambda p: np.eye(len(p[f"W{l}"])),
            0.2,
        )
    elif W.size > 1:
        yield form(
            "wrong_matrix_carried_back",
            f"W{l} is read in the other order on the way back",
            lambda p: p[f"W{l}"].T.reshape(p[f"W{l}"].shape),
            0.8,
        )
    if f"b{l}" in net.params and W.shape[0] > 1:
        for end, rolled in (
            ("first", lambda p: np.vstack([p[f"W{l}"][1:], p[f"b{l}"]])),
            ("last", lambda p: np.vstack([p[f"b{l}"], p[f"W{l}"][:-1]])),
        ):
            says = f"W{l} and b{l} are one matrix, and the {end} row, which is not b{l}, is cut off on the way back"
            yield form("wrong_matrix_carried_back", says, rolled, 1.4)
    for k in range(1, net.n_layers + 1):
        other = net.params[f"W{k}"]
        if k == l:
            continue
        if other.shape == W.shape:
            yield form(
                "wrong_matrix_carried_back",
                f"delta {l} is carried back through W{k}, not W{l}",
                lambda p, k=k: p[f"W{k}"],  # type: ignore[misc]
                0.4,
            )
        if other.T.shape == W.shape:
            yield form(
                "wrong_matrix_carried_back",
                f"delta {l} is carried back through W{k}, not W{l}",
                lambda p, k=k: p[f"W{k}"].T,  # type: ignore[misc]
                0.5,
            )


def _without_slope(net: Network, layers: range) -> Form:
    """What is carried back is the slope at a_l, without f'(z_l); the layer's own gradient is right."""
    entries: dict[Entry, Callable[..., Array]] = {}
    for l in layers:
        entries |= _split(l)
    return Form(
        "delta_not_carried", entries, None, "the errors, not the deltas, are carried back: f′ is not in them", 0.1
    )


def _split(l: int) -> dict[Entry, Callable[..., Array]]:
    return {
        ("delta", l): lambda net, f, y, l, slope, activation_slope: slope,
        ("weight_sum", l): lambda net, f, y, l, input, delta: input.T @ with_slope(net, f, delta, l),
        ("bias_sum", l): lambda net, f, y, l, delta: with_slope(net, f, delta, l).sum(axis=0),
    }


def _carries(net: Network, l: int, n_examples: int) -> Iterator[Form]:
    if net.activation(l).elementwise and net.activation(l).name != "identity":
        says = f"the error, not delta {l}, is carried back: f′(z{l}) is not in it"
        yield Form("delta_not_carried", _split(l), l, says, 0.0)
        yield Form("activation_slope_missing", _split(l), l, f"f′(z{l}) is left out of what is carried back", 0.1)
    if l == net.n_layers:
        arrays = {
            "the error a - y": lambda f, y: f.output - y,
            "the prediction": lambda f, y: f.output,
            "the label": lambda f, y: y,
            "the last z": lambda f, y: f.z[max(f.z)],
        }
        for rank, (what, array) in enumerate(arrays.items()):
            yield Form(
                "delta_not_carried",
                {("carry", l): lambda net, f, y, l, delta, weight, array=array: array(f, y) @ weight.T},
                l,
                f"{what}, not delta {l}, is carried back",
                0.2 + 0.3 * rank,
            )
    elif net.sizes[l] == net.sizes[-1]:
        yield Form(
            "delta_not_carried",
            {("carry", l): lambda net, f, y, l, delta, weight: output_delta(net, f, y) @ weight.T},
            l,
            f"delta {net.n_layers}, not delta {l}, is carried back through W{l}",
            0.4,
        )
    carried: dict[str, tuple[str, Callable[..., Array], float]] = {
        "the mean delta of the batch is carried back to every example": (
            "broadcast",
            lambda net, f, y, l, delta, weight: np.broadcast_to(delta.mean(0), delta.shape) @ weight.T,
            1.0,
        ),
        "the carried slope is summed over the units": (
            "dot_vs_elementwise",
            lambda net, f, y, l, delta, weight: np.repeat(
                (delta @ weight.T).sum(1, keepdims=True), len(weight), axis=1
            ),
            1.2,
        ),
        "the activation below is carried back with the delta": (
            "delta_not_carried",
            lambda net, f, y, l, delta, weight: (delta @ weight.T) * f.a[l - 1],
            1.2,
        ),
        "only the last unit's part is carried back: the sum over the units is overwritten": (
            "delta_not_carried",
            lambda net, f, y, l, delta, weight: delta[:, -1:] @ weight[:, -1:].T,
            0.7,
        ),
        "only the first unit's part is carried back": (
            "delta_not_carried",
            lambda net, f, y, l, delta, weight: delta[:, :1] @ weight[:, :1].T,
            0.8,
        ),
        "the sum of the delta is multiplied by the sum of the weights": (
            "dot_vs_elementwise",
            lambda net, f, y, l, delta, weight: delta.sum(1, keepdims=True) @ weight.sum(1, keepdims=True).T,
            1.2,
        ),
        "the slopes of the weights are carried back, a times delta, and the weights themselves never enter": (
            "wrong_matrix_carried_back",
            lambda net, f, y, l, delta, weight: f.a[l - 1] * delta.sum(1, keepdims=True),
            0.8,
        ),
        "the diagonal of the weights is carried back through, the same for every unit below": (
            "wrong_matrix_carried_back",
            lambda net, f, y, l, delta, weight: np.repeat(
                (delta[:, : min(weight.shape)] * weight.diagonal()).sum(1, keepdims=True), len(weight), axis=1
            ),
            1.4,
        ),
        "nothing is carried back": (
            "delta_not_carried",
            lambda net, f, y, l, delta, weight: np.zeros((len(delta), len(weight))),
            0.8,
        ),
    }
    if n_examples == net.sizes[l] == net.sizes[l - 1]:
        carried["the product with W is taken the other way round"] = (
            "wrong_matrix_carried_back",
            lambda net, f, y, l, delta, weight: weight @ delta,
            1.0,
        )
    if n_examples == net.sizes[l]:
        carried[f"delta {l} is not transposed before it is carried back, and N equals its units"] = (
            "transposed",
            lambda net, f, y, l, delta, weight: delta.T @ weight.T,
            0.5,
        )
    for says, (slug, wrong, rarity) in carried.items():
        yield Form(slug, {("carry", l): wrong}, l, says, rarity)
