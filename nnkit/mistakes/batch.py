"""Forms of a wrong end: the input that a weight is multiplied by, and the sums over the batch that make dW and db."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..functions import Array
from ..network import Network
from .form import Entry, Form


def batch_forms(net: Network, n_examples: int) -> Iterator[Form]:
    """Every wrong input and every wrong sum, by layer and in all layers."""
    layers = range(net.n_layers, 0, -1)
    for l in layers:
        yield from _inputs(net, l, n_examples)
        yield from _weight_sums(net, l, n_examples)
        yield from _bias_sums(net, l, n_examples)
    if n_examples > 1:
        for what, rows in {"first": slice(0, 1), "last": slice(-1, None)}.items():
            entries: dict[Entry, Callable[..., Array]] = {}
            for l in layers:
                entries |= _only(l, rows)
            yield Form(
                "labels_misaligned", entries, None, f"only the {what} example counts: the others are not added up", 0.5
            )
            yield Form(
                "bias_reduction",
                {entry: wrong for entry, wrong in entries.items() if entry[0] == "bias_sum"},
                None,
                f"the biases get the delta of the {what} example alone, not the sum over the examples",
                0.5,
            )


def _only(l: int, rows: slice) -> dict[Entry, Callable[..., Array]]:
    return {
        ("weight_sum", l): lambda net, f, y, l, input, delta: input[rows].T @ delta[rows],
        ("bias_sum", l): lambda net, f, y, l, delta: delta[rows].sum(axis=0),
    }


def _inputs(net: Network, l: int, n_examples: int) -> Iterator[Form]:
    slug = "wrong_cached_input"

    def form(says: str, wrong: Callable[..., Array], rarity: float, slug: str = slug) -> Form:
        return Form(slug, {("input", l): wrong}, l, f"dW{l} is made with {says}, not with a{l - 1}", rarity)

    if l > 1:
        yield form(f"z{l - 1}", lambda net, f, y, l: f.z[l - 1], 0.0)
        yield form(
            f"f(a{l - 1}), the activation applied twice",
            lambda net, f, y, l: net.activation(l - 1).value(f.a[l - 1]),
            0.8,
        )
        if net.activation(l - 1).elementwise:
            yield form(f"f′(z{l - 1})", lambda net, f, y, l: net.activation(l - 1).slope(f.z[l - 1]), 0.9)
    yield form("1", lambda net, f, y, l: np.ones_like(f.a[l - 1]), 0.3)
    for k in range(net.n_layers + 1):
        if k != l - 1 and net.sizes[k] == net.sizes[l - 1]:
            yield form(f"a{k}" if k else "X", lambda net, f, y, l, k=k: f.a[k], 0.1)
        if k not in (0, l - 1) and net.sizes[k] == net.sizes[l - 1]:
            yield form(f"z{k}", lambda net, f, y, l, k=k: f.z[k], 0.5)
    if net.sizes[-1] == net.sizes[l - 1]:
        yield form("the labels", lambda net, f, y, l: y, 0.9)
        yield form("the errors", lambda net, f, y, l: f.output - y, 0.9)
    yield form(f"the square of a{l - 1}", lambda net, f, y, l: f.a[l - 1] ** 2, 1.0)
    yield form(f"the size of a{l - 1}", lambda net, f, y, l: np.abs(f.a[l - 1]), 1.2)
    yield form(
        "the sum of the inputs",
        lambda net, f, y, l: np.repeat(f.a[l - 1].sum(1, keepdims=True), net.sizes[l - 1], 1),
        1.0,
    )
    if n_examples > 1:
        misaligned = "labels_misaligned"
        yield form("the rows in reverse order", lambda net, f, y, l: f.a[l - 1][::-1], 0.8, misaligned)
        yield form("the row of the next example", lambda net, f, y, l: np.roll(f.a[l - 1], -1, axis=0), 0.8, misaligned)
        yield form(
            "the row of the example before", lambda net, f, y, l: np.roll(f.a[l - 1], 1, axis=0), 0.8, misaligned
        )
        yield form(
            "the first example's row for all",
            lambda net, f, y, l: np.broadcast_to(f.a[l - 1][:1], f.a[l - 1].shape),
            0.9,
        )
        yield form(
            "the last example's row for all",
            lambda net, f, y, l: np.broadcast_to(f.a[l - 1][-1:], f.a[l - 1].shape),
            0.8,
        )
        says = f"the mean of a{l - 1} for every example: sums are multiplied where products should be summed"
        yield form(
            says, lambda net, f, y, l: np.broadcast_to(f.a[l - 1].mean(0), f.a[l - 1].shape), 0.6, "dot_vs_elementwise"
        )


def _weight_sums(net: Network, l: int, n_examples: int) -> Iterator[Form]:
    fan_in, fan_out = net.sizes[l - 1], net.sizes[l]

    def form(slug: str, says: str, combine: Callable[[Array, Array], Array], rarity: float) -> Form:
        entry = {("weight_sum", l): lambda net, f, y, l, input, delta: combine(input, delta)}
        return Form(slug, entry, l, says, rarity)

    full = (fan_in, fan_out)
    if fan_in == fan_out and fan_in > 1:
        yield form("transposed", f"dW{l} is transposed", lambda x, d: (x.T @ d).T, 0.0)
    elif min(full) > 1:
        yield form("transposed", f"dW{l} is read in the other order", lambda x, d: (x.T @ d).T.reshape(full), 0.4)
    if n_examples == fan_in and n_examples > 1:
        yield form("transposed", f"dW{l} is a{l - 1} @ delta, without the transpose", lambda x, d: x @ d, 0.1)
    if n_examples == fan_in == fan_out and n_examples > 1:
        yield form("transposed", f"dW{l} is a{l - 1} @ delta.T", lambda x, d: x @ d.T, 0.5)
    if n_examples == fan_out and n_examples > 1:
        yield form("transposed", f"dW{l} is made with delta transposed", lambda x, d: x.T @ d.T, 0.4)
    yield Form(
        "wrong_cached_input",
        {("weight_sum", l): lambda net, f, y, l, input, delta: net.params[f"W{l}"] * delta.sum(axis=0)},
        l,
        f"dW{l} is made with W{l} itself, not with a{l - 1}",
        0.5,
    )
    slug = "dot_vs_elementwise"
    if fan_in == fan_out and fan_in > 1:
        says = f"a{l - 1} and delta {l} are multiplied to one number, which every entry of dW{l} gets"
        yield form(slug, says, lambda x, d: np.full(full, (x * d).sum()), 0.6)
    yield form(
        slug, f"every entry of dW{l} is the sum of all of them", lambda x, d: np.full(full, (x.T @ d).sum()), 0.5
    )
    if fan_in > 1:
        yield form(slug, f"dW{l} is summed over the inputs", lambda x, d: np.broadcast_to((x.T @ d).sum(0), full), 0.7)
    if fan_out > 1:
        yield form(
            slug,
            f"dW{l} is summed over the units",
            lambda x, d: np.broadcast_to((x.T @ d).sum(1, keepdims=True), full),
            0.7,
        )
    if fan_in == fan_out and fan_in > 1:
        yield form(
            slug,
            f"a{l - 1} and delta {l} are multiplied elementwise",
            lambda x, d: np.broadcast_to((x * d).sum(0), full),
            0.6,
        )
        yield form(
            slug,
            f"a{l - 1} and delta {l} are multiplied elementwise, and the product fills the columns",
            lambda x, d: np.broadcast_to((x * d).sum(0)[:, None], full),
            0.6,
        )
    if n_examples > 1:
        yield form("labels_misaligned", f"dW{l} counts the first example only", lambda x, d: x[:1].T @ d[:1], 0.9)
        yield form("labels_misaligned", f"dW{l} counts the last example only", lambda x, d: x[-1:].T @ d[-1:], 0.8)


def _bias_sums(net: Network, l: int, n_examples: int) -> Iterator[Form]:
    if f"b{l}" not in net.params:
        return
    units = net.sizes[l]

    def form(says: str, total: Callable[[Array], Array], rarity: float) -> Form:
        entry = {("bias_sum", l): lambda net, f, y, l, delta: total(delta)}
        return Form("bias_reduction", entry, l, f"db{l} {says}", rarity)

    if units > 1:
        yield form("is the sum over everything, the same for every unit", lambda d: np.full(units, d.sum()), 0.0)
    if units == n_examples > 1:
        yield form("is summed over the units, not over the examples", lambda d: d.sum(axis=1), 0.0)
    if n_examples > 1:
        yield form("is the delta of the first example alone", lambda d: d[0], 0.4)
        yield form("is the delta of the last example alone", lambda d: d[-1], 0.3)
        yield form("is the largest delta of the batch", lambda d: d.max(axis=0), 1.5)
        yield form("is the sum of squared deltas", lambda d: (d**2).sum(axis=0), 1.5)
        yield form("adds up the sizes of the deltas", lambda d: np.abs(d).sum(axis=0), 1.5)
        if units > 1:
            yield form("is summed over the units of the first example", lambda d: np.full(units, d[0].sum()), 1.6)
    yield Form(
        "bias_reduction",
        {("bias_sum", l): lambda net, f, y, l, delta: (f.a[l].T @ delta).diagonal()},
        l,
        f"db{l} is multiplied by a{l}, where a bias has the input 1",
        1.2,
    )
    if net.sizes[l - 1] == units:
        yield Form(
            "bias_reduction",
            {("bias_sum", l): lambda net, f, y, l, delta: (f.a[l - 1] * delta).sum(axis=0)},
            l,
            f"db{l} is multiplied by a{l - 1}, where a bias has the input 1",
            1.0,
        )
    yield Form(
        "bias_reduction",
        {("bias_sum", l): lambda net, f, y, l, delta: (f.a[l - 1].mean(1, keepdims=True) * delta).sum(0)},
        l,
        f"db{l} is multiplied by the inputs, where a bias has the input 1",
        1.3,
    )
