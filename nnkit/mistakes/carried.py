"""Forms of a wrong way down: what delta is carried back through, which delta it is, and how products are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from ..functions import Array
from ..network import Forward, Network
from .form import RIGHT, Entry, Form


def carry_forms(net: Network, n_examples: int) -> Iterator[Form]:
    """Every wrong carrying back, and every wrong delta, by layer and in all layers."""
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
    for l in range(net.n_layers, 0, -1):
        yield from _deltas(net, l, n_examples)


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
            "wrong_matrix_carried_back", f"W{l} is read in the other order on the way back",
            lambda p: p[f"W{l}"].T.reshape(p[f"W{l}"].shape), 0.8,
        )  # fmt: skip
    for k in range(1, net.n_layers + 1):
        other = net.params[f"W{k}"]
        if k == l:
            continue
        if other.shape == W.shape:
            yield form(
                "wrong_matrix_carried_back",
                f"delta {l} is carried back through W{k}, not W{l}",
                lambda p, k=k: p[f"W{k}"],
                0.4,
            )  # type: ignore[misc]
        if other.T.shape == W.shape:
            yield form(
                "wrong_matrix_carried_back",
                f"delta {l} is carried back through W{k}, not W{l}",
                lambda p, k=k: p[f"W{k}"].T,
                0.5,
            )  # type: ignore[misc]


def _times(net: Network, f: Forward, delta: Array, l: int) -> Array:
    """A delta without its activation slope, with it."""
    return net.activation(l).pull_back(delta, net.activation(l).slope(f.z[l]))


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
        ("weight_sum", l): lambda net, f, y, l, input, delta: input.T @ _times(net, f, delta, l),
        ("bias_sum", l): lambda net, f, y, l, delta: _times(net, f, delta, l).sum(axis=0),
    }


def _output_delta(net: Network, f: Forward, y: Array) -> Array:
    L = net.n_layers
    return _times(net, f, net.loss_slope_of(f, y), L)


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
                l, f"{what}, not delta {l}, is carried back", 0.2 + 0.3 * rank,
            )  # fmt: skip
    elif net.sizes[l] == net.sizes[-1]:
        yield Form(
            "delta_not_carried",
            {("carry", l): lambda net, f, y, l, delta, weight: _output_delta(net, f, y) @ weight.T},
            l, f"delta {net.n_layers}, not delta {l}, is carried back through W{l}", 0.4,
        )  # fmt: skip
    carried: dict[str, tuple[str, Callable[..., Array], float]] = {
        "the mean delta of the batch is carried back to every example": (
            "broadcast", lambda net, f, y, l, delta, weight: np.broadcast_to(delta.mean(0), delta.shape) @ weight.T, 1.0),
        "the carried slope is summed over the units": (
            "dot_vs_elementwise",
            lambda net, f, y, l, delta, weight: np.repeat((delta @ weight.T).sum(1, keepdims=True), len(weight), axis=1), 1.2),
        "the activation below is carried back with the delta": (
            "delta_not_carried", lambda net, f, y, l, delta, weight: (delta @ weight.T) * f.a[l - 1], 1.2),
        "nothing is carried back": (
            "delta_not_carried", lambda net, f, y, l, delta, weight: np.zeros((len(delta), len(weight))), 0.8),
    }  # fmt: skip
    if n_examples == net.sizes[l] == net.sizes[l - 1]:
        carried["the product with W is taken the other way round"] = (
            "wrong_matrix_carried_back", lambda net, f, y, l, delta, weight: weight @ delta, 1.0)  # fmt: skip
    if n_examples == net.sizes[l]:
        carried[f"delta {l} is not transposed before it is carried back, and N equals its units"] = (
            "transposed", lambda net, f, y, l, delta, weight: delta.T @ weight.T, 0.5)  # fmt: skip
    for says, (slug, wrong, rarity) in carried.items():
        yield Form(slug, {("carry", l): wrong}, l, says, rarity)


def _deltas(net: Network, l: int, n_examples: int) -> Iterator[Form]:
    if n_examples == net.sizes[l] and n_examples > 1:
        yield Form(
            "transposed", {("delta", l): lambda net, f, y, l, s, d: net.activation(l).pull_back(s, d).T}, l,
            f"delta {l} is used as its transpose, which fits because N equals the units of layer {l}", 0.3,
        )  # fmt: skip
    if not net.activation(l).elementwise:
        return
    slug = "dot_vs_elementwise"
    forms: dict[str, tuple[str, Callable[[Array, Array], Array], float]] = {}
    if net.activation(l).name != "identity":
        forms |= {
            f"slope and f′(z{l}) are multiplied as vectors, so every example gets the same sum": (
                slug, lambda s, d: np.broadcast_to((s * d).sum(0), s.shape), 0.5),
            f"slope and f′(z{l}) are multiplied as vectors, so every unit gets the same sum": (
                slug, lambda s, d: np.broadcast_to((s * d).sum(1, keepdims=True), s.shape), 0.6),
            f"slope and f′(z{l}) are multiplied to one number": (
                slug, lambda s, d: np.full_like(s, (s * d).sum()), 0.6),
            f"f′(z{l}) is summed before it is multiplied": (
                slug, lambda s, d: s * d.sum(0), 1.0),
            f"f′(z{l}) is summed over the units before it is multiplied": (
                slug, lambda s, d: s * d.sum(1, keepdims=True), 1.1),
            f"f′(z{l}) is averaged over everything before it is multiplied": (
                slug, lambda s, d: s * d.mean(), 1.1),
            f"the slope is summed over the examples before it is multiplied by f′(z{l})": (
                slug, lambda s, d: s.sum(0) * d, 1.0),
            f"slope and f′(z{l}) are added, not multiplied": (slug, lambda s, d: s + d, 1.2),
            f"the slope is divided by f′(z{l})": (
                "activation_slope_extra", lambda s, d: s / np.where(d == 0, 1.0, d), 1.3),
            f"f′(z{l}) stands alone, without the slope from above": ("delta_not_carried", lambda s, d: d, 1.0),
        }  # fmt: skip
        if n_examples == net.sizes[l] and n_examples > 1:
            forms |= {
                f"slope and f′(z{l}) are multiplied as matrices": (slug, lambda s, d: s @ d, 0.3),
                f"slope and the transpose of f′(z{l}) are multiplied as matrices": (slug, lambda s, d: s @ d.T, 0.4),
                f"the transposed slope and f′(z{l}) are multiplied as matrices": (slug, lambda s, d: s.T @ d, 0.5),
                f"the slope is transposed before it is multiplied by f′(z{l})": (
                    "transposed",
                    lambda s, d: s.T * d,
                    0.5,
                ),
                f"f′(z{l}) is transposed before it is multiplied": ("transposed", lambda s, d: s * d.T, 0.5),
            }
    if "relu" in net.activation(l).name:
        forms |= {
            "the mask is that of the slope, not of z: negative slopes are cut off": (
                "relu_mask", lambda s, d: np.maximum(s, 0), 0.3),
            "the mask is that of slope times mask: negative deltas are cut off": (
                "relu_mask", lambda s, d: np.maximum(s * d, 0), 0.5),
        }  # fmt: skip
    forms["delta is clipped to [-1, 1]"] = ("scale", lambda s, d: np.clip(s * d, -1, 1), 3.0)
    for says, (kind, combine, rarity) in forms.items():
        yield Form(
            kind,
            {("delta", l): lambda net, f, y, l, s, d, combine=combine: combine(s, d)},
            l,
            f"{says}, in delta {l}",
            rarity,
        )
    if l < net.n_layers and net.sizes[l] == net.sizes[-1]:
        yield Form(
            "delta_not_carried", {("delta", l): lambda net, f, y, l, s, d: _output_delta(net, f, y)}, l,
            f"delta {net.n_layers} stands where delta {l} belongs", 0.5,
        )  # fmt: skip
        yield Form(
            "delta_not_carried", {("delta", l): lambda net, f, y, l, s, d: (f.output - y) * d}, l,
            f"the error a - y times f′(z{l}) stands where delta {l} belongs: nothing is carried back", 0.4,
        )  # fmt: skip
    if l < net.n_layers and net.sizes[-1] == 1:
        yield Form(
            "delta_not_carried", {("delta", l): lambda net, f, y, l, s, d: (f.output - y) * d}, l,
            f"the error a - y times f′(z{l}) stands where delta {l} belongs: nothing is carried back", 0.4,
        )  # fmt: skip


__all__ = ["RIGHT", "carry_forms"]
