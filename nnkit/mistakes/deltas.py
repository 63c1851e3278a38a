"""Forms of a wrong delta: slope and activation slope put together wrongly, or the delta of another layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..functions import Array
from ..network import Forward, Network
from .form import IN_A, Form


def delta_forms(net: Network, n_examples: int) -> Iterator[Form]:
    """Every wrong delta, by layer."""
    for l in range(net.n_layers, 0, -1):
        yield from _deltas(net, l, n_examples)


def with_slope(net: Network, f: Forward, delta: Array, l: int) -> Array:
    """A delta without its activation slope, with it."""
    return net.activation(l).pull_back(delta, net.activation(l).slope(f.z[l]))


def output_delta(net: Network, f: Forward, y: Array) -> Array:
    """delta_L as it should be: (N, K)."""
    L = net.n_layers
    return with_slope(net, f, net.loss_slope_of(f, y), L)


def _deltas(net: Network, l: int, n_examples: int) -> Iterator[Form]:
    if n_examples == net.sizes[l] and n_examples > 1:
        yield Form(
            "transposed",
            {("delta", l): lambda net, f, y, l, s, d: net.activation(l).pull_back(s, d).T},
            l,
            f"delta {l} is used as its transpose, which fits because N equals the units of layer {l}",
            0.3,
        )
    if not net.activation(l).elementwise:
        return
    slug = "dot_vs_elementwise"
    forms: dict[str, tuple[str, Callable[[Array, Array], Array], float]] = {}
    if net.activation(l).name != "identity":
        forms |= {
            f"slope and f′(z{l}) are multiplied as vectors, so every example gets the same sum": (
                slug,
                lambda s, d: np.broadcast_to((s * d).sum(0), s.shape),
                0.5,
            ),
            f"slope and f′(z{l}) are multiplied as vectors, so every unit gets the same sum": (
                slug,
                lambda s, d: np.broadcast_to((s * d).sum(1, keepdims=True), s.shape),
                0.6,
            ),
            f"slope and f′(z{l}) are multiplied to one number": (
                slug,
                lambda s, d: np.full_like(s, (s * d).sum()),
                0.6,
            ),
            f"f′(z{l}) is summed before it is multiplied": (slug, lambda s, d: s * d.sum(0), 1.0),
            f"f′(z{l}) is summed over the units before it is multiplied": (
                slug,
                lambda s, d: s * d.sum(1, keepdims=True),
                1.1,
            ),
            f"f′(z{l}) is averaged over everything before it is multiplied": (slug, lambda s, d: s * d.mean(), 1.1),
            f"the slope is summed over the examples before it is multiplied by f′(z{l})": (
                slug,
                lambda s, d: s.sum(0) * d,
                1.0,
            ),
            f"slope and f′(z{l}) are added, not multiplied": (slug, lambda s, d: s + d, 1.2),
            f"the slope is divided by f′(z{l})": (
                "activation_slope_extra",
                lambda s, d: s / np.where(d == 0, 1.0, d),
                1.3,
            ),
            f"f′(z{l}) stands alone, without the slope from above": ("delta_not_carried", lambda s, d: d, 1.0),
        }
        if n_examples == net.sizes[l] and n_examples > 1:
            forms |= {
                f"slope and f′(z{l}) are multiplied as matrices": (slug, lambda s, d: s @ d, 0.3),
                f"slope and the transpose of f′(z{l}) are multiplied as matrices": (slug, lambda s, d: s @ d.T, 0.4),
                f"the transposed slope and f′(z{l}) are multiplied as matrices": (slug, lambda s, d: s.T @ d, 0.5),
                f"f′(z{l}) and slope are multiplied as matrices": (slug, lambda s, d: d @ s, 0.4),
                f"the transposed f′(z{l}) and slope are multiplied as matrices": (slug, lambda s, d: d.T @ s, 0.5),
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
                "relu_mask",
                lambda s, d: np.maximum(s, 0),
                0.3,
            ),
            "the mask is that of slope times mask: negative deltas are cut off": (
                "relu_mask",
                lambda s, d: np.maximum(s * d, 0),
                0.5,
            ),
        }
    for limit in (1.0, 0.5, 2.0):  # at ±1 of the learner's own delta, which may hold a ½ or a 2
        forms[f"delta is clipped (at ±{limit:g} of the slope of one example)"] = (
            "scale",
            lambda s, d, limit=limit: np.clip(s * d, -limit, limit),  # type: ignore[misc]
            3.0,
        )
    for says, (kind, combine, rarity) in forms.items():
        yield Form(
            kind,
            {("delta", l): lambda net, f, y, l, s, d, combine=combine: combine(s, d)},
            l,
            f"{says}, in delta {l}",
            rarity,
        )
    yield from _formula_by_products(net, l)
    if l < net.n_layers:
        yield from _slope_of_slope(net, l, n_examples)
    else:
        yield from _slope_of_error_alone(net, l)
    if l < net.n_layers and net.sizes[l] == net.sizes[-1]:
        yield Form(
            "delta_not_carried",
            {("delta", l): lambda net, f, y, l, s, d: output_delta(net, f, y)},
            l,
            f"delta {net.n_layers} stands where delta {l} belongs",
            0.5,
        )
        yield Form(
            "delta_not_carried",
            {("delta", l): lambda net, f, y, l, s, d: (f.output - y) * d},
            l,
            f"the error a - y times f′(z{l}) stands where delta {l} belongs: nothing is carried back",
            0.4,
        )
    if l < net.n_layers and net.sizes[-1] == 1 < net.sizes[l]:
        yield Form(
            "delta_not_carried",
            {("delta", l): lambda net, f, y, l, s, d: np.repeat(output_delta(net, f, y), net.sizes[l], axis=1)},
            l,
            f"delta {net.n_layers} stands where delta {l} belongs, the same for every unit",
            0.4,
        )
    if l < net.n_layers and net.sizes[-1] == 1:
        yield Form(
            "delta_not_carried",
            {("delta", l): lambda net, f, y, l, s, d: (f.output - y) * d},
            l,
            f"the error a - y times f′(z{l}) stands where delta {l} belongs: nothing is carried back",
            0.4,
        )


def _formula_by_products(net: Network, l: int) -> Iterator[Form]:
    """1 - a² or a (1 - a) with the square or the product taken as one of matrices, over units or over examples."""
    name = net.activation(l).name
    if name not in ("sigmoid", "tanh"):
        return
    formula = f"1 - a{l}²" if name == "tanh" else f"a{l} (1 - a{l})"

    def other(a: Array) -> Array:
        return a if name == "tanh" else 1 - a

    def slope(product: Array) -> Array:
        return 1 - product if name == "tanh" else product

    ways: dict[str, Callable[[Array, Array], Array]] = {
        "aᵀa": lambda s, a: s @ slope(a.T @ other(a)),
        "aᵀa, turned,": lambda s, a: s @ slope(other(a).T @ a),
        "a aᵀ": lambda s, a: slope(a @ other(a).T) @ s,
        "a aᵀ, turned,": lambda s, a: slope(other(a) @ a.T) @ s,
    }
    for rank, (product, way) in enumerate(ways.items()):
        if name == "sigmoid" or "turned" not in product:
            says = f"{formula} is computed with the matrix product {product} and multiplied by the slope as a matrix"
            entries = {("delta", l): lambda net, f, y, l, s, d, way=way: way(s, f.a[l])}
            yield Form("dot_vs_elementwise", entries, l, f"{says}, in delta {l}", 0.8 + 0.1 * rank)


def _slope_of_error_alone(net: Network, l: int) -> Iterator[Form]:
    """A formula in a is given the error, and the error itself is left out: e (1 - e) or 1 - e²."""
    for rank, (sign, error) in enumerate(((1, "a - y"), (-1, "y - a"))):
        for formula, of in IN_A.values():
            entries = {("delta", l): lambda net, f, y, l, s, d, of=of, sign=sign: of(sign * (f.output - y))}
            written = formula.replace("a", "e")
            says = f"delta {l} is {written} with the error e = {error}, which is the slope alone, and of the error"
            yield Form("activation_slope_of_error", entries, l, says, 0.7 + 0.1 * rank)


def _slope_of_slope(net: Network, l: int, n_examples: int) -> Iterator[Form]:
    """The formula in a is given what is carried back, in the size and with the sign that the learner's code has it."""
    name = net.activation(l).name
    if name == "identity":
        return
    slugs = ("relu_mask", "activation_slope_of_error") if "relu" in name else ("activation_slope_of_error",)
    ways = {"f′": (net.activation(l).slope, f"z{l}")}
    if name in IN_A:
        formula, of_a = IN_A[name]
        ways[formula] = of_a, f"a{l}"
    factors = (1.0, -1.0) if "relu" in name else (1.0, -1.0, 1 / n_examples, 0.5, -0.5, 2.0, -2.0)
    for rank, factor in enumerate(factors):
        for what, (of, right) in ways.items():
            says = f"{what} is given the slope that is carried back to layer {l}, not {right}"
            times = {("delta", l): lambda net, f, y, l, s, d, of=of, factor=factor: s * of(factor * s)}
            alone = {("delta", l): lambda net, f, y, l, s, d, of=of, factor=factor: of(factor * s)}
            for k, slug in enumerate(slugs):
                yield Form(slug, times, l, f"{says}, in delta {l}", 0.5 + 0.1 * (rank + k))
            yield Form(slugs[-1], alone, l, f"{says}, and stands alone, in delta {l}", 1.2 + 0.1 * rank)
