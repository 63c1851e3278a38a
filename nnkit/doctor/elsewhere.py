"""Right gradients of something else: of the square of the loss, of another network, of inputs that were scaled.

A learner's `grad` has a forward pass of its own. Where that is not the one of their `loss`, every term may be right,
and the gradient belongs to another function. These are the functions that it usually belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from ..backprop import BackwardPass
from ..functions import Activation, Array
from ..mistakes.form import IN_A, Form
from ..network import Forward, Network
from ..recognise import Reading
from ..recognise.activations import COMMON, leaky_relu
from ..recognise.views import with_features

if TYPE_CHECKING:
    from .search import Search

Pass = tuple[Network, Forward]
HIDDEN: tuple[Activation, ...] = (*COMMON, leaky_relu(0.01))


def elsewhere(search: Search) -> Iterator[tuple[Form, Array]]:
    """What it may be the gradient of, each with its data gradient (T, P) at the settings."""
    yield from _of_the_whole(search)
    yield _reordered(search)
    yield from _exchanged(search)
    yield from _of_all_examples(search)
    yield from _other_deltas(search)
    for says, slug, rarity, passes in _other_passes(search.reading, search.passes):
        yield Form(slug, {}, None, says, rarity), search.candidate((), passes=passes)


def _of_the_whole(search: Search) -> Iterator[tuple[Form, Array]]:
    """The right gradient times a number that is another one at each setting: the cost, or what a root makes."""
    reading, theta = search.reading, search.evidence.theta
    full = search.right + search.evidence.penalty
    with np.errstate(all="ignore"):
        L = np.array([reading.loss(t) for t in theta])[:, None]
        data = L - np.array([[reading.penalty.value(t)] for t in theta])
        length = np.linalg.norm(full, axis=1, keepdims=True)
        yield Form("scale", {}, None, "the whole gradient is divided by its length", 0.6), _data(search, full / length)
        yield Form("scale", {}, None, "only the sign of each slope is left", 0.6), _data(search, np.sign(full))
        most = float(np.abs(search.evidence.G).max())
        says = f"each slope is clipped at ±{most:.6g}: beyond that it is no gradient any more"
        yield Form("scale", {}, None, says, 0.6), _data(search, np.clip(full, -most, most))
        if reading.root:
            says = "the slope of the root is left out: it is the gradient of what stands under it"
            yield Form("different_loss", {}, None, says, 0.0), _data(search, full * L)
        else:
            says = "the gradient is that of the root of your loss"
            yield Form("different_loss", {}, None, says, 0.4), _data(search, full / np.sqrt(np.abs(data)))
            says = "the whole gradient is multiplied by the cost"
            yield Form("scalar_cost", {}, None, says, 0.1), _data(search, full * L)


def _data(search: Search, gradient: Array) -> Array:
    return gradient - search.evidence.penalty


def _reordered(search: Search) -> tuple[Form, Array]:
    """The right gradient, each matrix flattened in the other order."""
    full = search.right + search.evidence.penalty
    M = full.copy()
    for at in search.reading.layout.matrices:
        M[:, at.ravel()] = full[:, at.T.ravel()]
    says = "its matrices are flattened column by column, and the parameters row by row (or the other way round)"
    return Form("transposed", {}, None, says, 0.2), _data(search, M)


def _of_all_examples(search: Search) -> Iterator[tuple[Form, Array]]:
    """Where the loss counts one example alone: the gradient of all."""
    reading, whole = search.reading, search.reading.view.whole
    if whole is None:
        return
    for y in whole.labels(reading.y.shape[1]).values():
        if (np.abs(y - reading.y).max(axis=1) == 0).any():
            of_all = replace(reading, view=whole, y=y)
            says = f"your loss counts {reading.view.features}, and your gradient all of them"
            M = np.array([of_all.data_gradient(theta) for theta in search.evidence.theta])
            yield Form("different_loss", {}, None, says, 0.2), M


def _other_deltas(search: Search) -> Iterator[tuple[Form, Array]]:
    """The delta of the layer below or above in every product, where the layers are equally wide."""
    reading = search.reading
    L, passes = reading.net.n_layers, [reading.backward(net, forward) for net, forward in search.passes]
    if L < 2 or len(set(reading.net.sizes[1:])) > 1 or not reading.net.activation(1).elementwise:
        return

    def laid_out(back: BackwardPass, deltas: Mapping[int, Array]) -> Array:
        weight = back.example_weight
        grads = {f"W{l}": weight * back.input[l].T @ delta for l, delta in deltas.items()}
        grads |= {f"b{l}": weight * delta.sum(axis=0) for l, delta in deltas.items() if f"b{l}" in back.grads}
        return reading.lay_out(grads, search.evidence.G.shape[1])

    above = [{l: back.delta[min(l + 1, L)] for l in range(1, L + 1)} for back in passes]
    says = "the delta of the layer above stands where that of each layer belongs"
    yield Form("delta_not_carried", {}, None, says, 0.5), np.array([*map(laid_out, passes, above)])
    if reading.net.sizes[0] == reading.net.sizes[1]:
        _, slope = IN_A.get(reading.net.activation(1).name, ("1", np.ones_like))
        below = []
        for back in passes:
            to_inputs = back.delta[1] @ back.weight[1].T * slope(back.input[1])
            below.append({1: to_inputs} | {l: back.delta[l - 1] for l in range(2, L + 1)})
        says = "the delta of the layer below stands where that of each layer belongs: count from the inputs or from 1"
        yield Form("delta_not_carried", {}, None, says, 0.5), np.array([*map(laid_out, passes, below)])


def _exchanged(search: Search) -> Iterator[tuple[Form, Array]]:
    """The right slopes under each other's names, where two parameters have the same shape."""
    at, full = search.reading.layout.at, search.right + search.evidence.penalty
    for kind in "Wb":
        for one, two in combinations([name for name in at if name[0] == kind], 2):
            if at[one].shape == at[two].shape:
                M = full.copy()
                M[:, at[one].ravel()], M[:, at[two].ravel()] = full[:, at[two].ravel()], full[:, at[one].ravel()]
                says = f"the gradients of {one} and {two} stand under each other's names"
                yield Form("delta_not_carried", {}, None, says, 0.5), _data(search, M)
    M = full.copy()
    for one in at:
        other = f"{one[0]}{search.reading.net.n_layers + 1 - int(one[1:])}"
        if other not in at or at[other].shape != at[one].shape:
            return
        M[:, at[one].ravel()] = full[:, at[other].ravel()]
    says = "the gradients are returned in the reverse order of the layers"
    yield Form("delta_not_carried", {}, None, says, 0.4), _data(search, M)


def _other_passes(reading: Reading, passes: list[Pass]) -> Iterator[tuple[str, str, float, list[Pass]]]:
    """Other forward passes: (what is said, slug, rarity, the passes)."""
    X, nets = reading.view.X, [net for net, _ in passes]
    names = [name for name in reading.layout.at if name.startswith("b")]
    says = "the forward pass inside grad leaves the biases out"
    if names:
        yield says, "different_loss", 0.6, _forward([_without(net, names) for net in nets], X)
    for name in names if len(names) > 1 else ():
        yield (
            f"the forward pass inside grad leaves {name} out",
            "different_loss",
            0.7,
            _forward([_without(net, [name]) for net in nets], X),
        )
    for l in range(1, reading.net.n_layers):
        for activation in HIDDEN:
            if activation.name != (own := reading.net.activation(l).name):
                says = f"layer {l} is {activation.name} in the forward pass inside grad, and {own} in your loss"
                yield says, "different_loss", 0.7, _forward([_with(net, l, activation) for net in nets], X)
    for l in range(1, reading.net.n_layers + 1):
        rows, columns = reading.net.params[f"W{l}"].shape
        if rows == columns > 1:
            says = f"W{l} is transposed in the forward pass inside grad"
            turned = [net.with_params({**net.params, f"W{l}": net.params[f"W{l}"].T}) for net in nets]
            yield says, "transposed", 0.7, _forward(turned, X)
    for view in with_features(reading.view):
        if view.X.shape == X.shape:
            says = f"the forward pass inside grad sees {view.features}, and that of your loss sees X"
            yield says, "different_loss", 0.8, _forward(nets, view.X)


def _forward(nets: list[Network], X: Array) -> list[Pass]:
    with np.errstate(all="ignore"):
        return [(net, net.forward(X)) for net in nets]


def _without(net: Network, names: list[str]) -> Network:
    return net.with_params({name: np.zeros_like(a) if name in names else a for name, a in net.params.items()})


def _with(net: Network, l: int, activation: Activation) -> Network:
    return replace(net, activations=(*net.activations[: l - 1], activation, *net.activations[l:]))
