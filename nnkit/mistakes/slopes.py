"""Forms of a wrong activation slope: left out, taken at the wrong place, of another activation, of a wrong mask."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..functions import Activation, Array, relu_slope, sigmoid_slope, tanh_slope
from ..network import Network
from .form import Form, Slope
from .jacobians import softmax_slopes


def slope_forms(net: Network) -> Iterator[Form]:
    """Every wrong activation slope, for each layer and for all layers at once."""
    by_kind: dict[tuple[str, str], dict[int, tuple[Slope, float]]] = {}
    for l in range(net.n_layers, 0, -1):
        for slug, what, slope, rarity in _wrong_slopes(net, l):
            by_kind.setdefault((slug, what), {})[l] = (slope, rarity)
    for (slug, what), slopes in by_kind.items():
        for l, (slope, rarity) in slopes.items():
            yield Form(slug, {("activation_slope", l): slope}, l, _says(what, l), rarity)
        if len(slopes) > 1:
            entries = {("activation_slope", l): slope for l, (slope, _) in slopes.items()}
            yield Form(slug, entries, None, _says(what, None), min(r for _, r in slopes.values()))


def _says(what: str, l: int | None) -> str:
    where = f"in delta {l}" if l else "in every delta"
    return what.replace("@", str(l) if l else "") + f" {where}"


def _wrong_slopes(net: Network, l: int) -> Iterator[tuple[str, str, Slope, float]]:
    activation = net.activation(l)
    if not activation.elementwise:
        if activation.name == "softmax":
            yield from softmax_slopes()
        return
    if activation.name != "identity":
        yield "activation_slope_missing", "f′(z@) is left out", lambda net, f, y, l: np.ones_like(f.z[l]), 0.0
        yield (
            "activation_slope_extra",
            "f′(z@) stands twice",
            lambda net, f, y, l: net.activation(l).slope(f.z[l]) ** 2,
            1.0,
        )
    if "relu" in activation.name:
        yield from _masks(activation)
    elif activation.name != "identity":
        yield (
            "activation_slope_of_activation",
            "the slope is taken at a@, as if a@ were z@: the activation is applied twice",
            lambda net, f, y, l: net.activation(l).slope(f.a[l]),
            0.1,
        )
    if activation.name == "sigmoid":
        yield (
            "activation_formula_on_preactivation",
            "a (1 - a) is given z@ for a",
            lambda net, f, y, l: _product(f.z[l]),
            0.1,
        )
    if activation.name == "tanh":
        yield (
            "activation_formula_on_preactivation",
            "1 - a² is given z@ for a",
            lambda net, f, y, l: 1 - f.z[l] ** 2,
            0.1,
        )
    yield from _other_formulas(activation)
    yield from _elsewhere(net, l)
    if l == net.n_layers:
        yield from _of_error(activation)


def _product(u: Array) -> Array:
    return u * (1 - u)


def _other_formulas(activation: Activation) -> Iterator[tuple[str, str, Slope, float]]:
    """The slope of another activation, or a formula that is remembered wrongly."""
    name = activation.name
    if "relu" in name:
        slug = "relu_mask"
    else:
        slug = "activation_slope_extra" if name == "identity" else "activation_slope_of_activation"
    says = "there is no activation here, and yet a slope stands" if name == "identity" else f"f is {name}, but f′ is"
    formulas: dict[str, tuple[str, Slope]] = {
        "sigmoid": ("the sigmoid's, a@ (1 - a@),", lambda net, f, y, l: _product(f.a[l])),
        "tanh": ("that of tanh, 1 - a@²,", lambda net, f, y, l: 1 - f.a[l] ** 2),
        "sigmoid at z": ("the sigmoid's, σ′(z@),", lambda net, f, y, l: sigmoid_slope(f.z[l])),
        "tanh at z": ("that of tanh, tanh′(z@),", lambda net, f, y, l: tanh_slope(f.z[l])),
        "relu": ("the ReLU's mask", lambda net, f, y, l: relu_slope(f.z[l])),
        "leak": ("a leaky mask", lambda net, f, y, l: np.where(f.z[l] > 0, 1.0, 0.01)),
        "sigmoid of z": ("z@ (1 - z@)", lambda net, f, y, l: _product(f.z[l])),
        "tanh of z": ("1 - z@²", lambda net, f, y, l: 1 - f.z[l] ** 2),
        "softsign": ("1 / (1 + |z@|)²", lambda net, f, y, l: 1 / (1 + np.abs(f.z[l])) ** 2),
        "one minus a": ("1 - a@", lambda net, f, y, l: 1 - f.a[l]),
        "a": ("a@ itself", lambda net, f, y, l: f.a[l]),
        "a squared": ("a@²", lambda net, f, y, l: f.a[l] ** 2),
        "one plus": ("1 + a@²", lambda net, f, y, l: 1 + f.a[l] ** 2),
        "a times one plus a": ("a@ (1 + a@)", lambda net, f, y, l: f.a[l] * (1 + f.a[l])),
        "one minus a, squared": ("(1 - a@)²", lambda net, f, y, l: (1 - f.a[l]) ** 2),
        "z": ("z@ itself", lambda net, f, y, l: f.z[l]),
        "exp": ("exp(-z@) / (1 + exp(-z@))", lambda net, f, y, l: np.exp(-f.z[l]) / (1 + np.exp(-f.z[l]))),
        "wrong quotient": ("exp(z@) / (1 + exp(z@))", lambda net, f, y, l: 1 / (1 + np.exp(-f.z[l]))),
        "exp alone": ("exp(-z@)", lambda net, f, y, l: np.exp(-f.z[l])),
        "cosh": ("1 / cosh(z@)", lambda net, f, y, l: 1 / np.cosh(f.z[l])),
        "squared of formula": (
            "the formula given its own result",
            lambda net, f, y, l: _product(net.activation(l).slope(f.z[l])),
        ),
    }
    own = {"sigmoid": ("sigmoid", "sigmoid at z", "sigmoid of z"), "tanh": ("tanh", "tanh at z", "tanh of z")}.get(
        name, ()
    )
    for rank, (kind, (what, slope)) in enumerate(formulas.items()):
        if kind in own or (kind == "relu" and "relu" in name) or (kind == "leak" and "0.01" in name):
            continue
        extra = kind in ("sigmoid of z", "tanh of z") and name != "identity" and "relu" not in name
        rarity = (
            0.5 if name == "identity" else 1.5
        ) + 0.05 * rank  # a loop over all layers treats the last like the rest
        yield ("activation_formula_on_preactivation" if extra else slug), f"{says} {what}", slope, rarity


def _masks(activation: Activation) -> Iterator[tuple[str, str, Slope, float]]:
    yield (
        "relu_mask",
        "the mask is inverted: 1 where z@ < 0 and 0 where z@ > 0",
        (lambda net, f, y, l: 1.0 - relu_slope(f.z[l])),
        0.2,
    )
    yield (
        "relu_mask",
        "max(0, z@) stands where the mask z@ > 0 belongs",
        lambda net, f, y, l: np.maximum(f.z[l], 0),
        0.3,
    )
    yield "relu_mask", "the mask is all ones", lambda net, f, y, l: np.ones_like(f.z[l]), 0.5
    yield "relu_mask", "the sign of z@ stands where its mask belongs", lambda net, f, y, l: np.sign(f.z[l]), 1.0
    yield "relu_mask", "z@ stands where its mask belongs", lambda net, f, y, l: f.z[l], 1.0
    yield "relu_mask", "the mask is z@ > 1", lambda net, f, y, l: (f.z[l] > 1).astype(float), 1.5
    yield "relu_mask", "the mask is z@ > ½", lambda net, f, y, l: (f.z[l] > 0.5).astype(float), 1.5
    yield "relu_mask", "the slope is all zeros", lambda net, f, y, l: np.zeros_like(f.z[l]), 2.5
    if activation.name != "relu":
        for leak in (0.0, 0.01, 0.1, 0.2, 0.5):
            yield (
                "relu_mask",
                f"the slope below 0 is {leak:g}, which is not that of {activation.name}",
                lambda net, f, y, l, leak=leak: np.where(f.z[l] > 0, 1.0, leak),  # type: ignore[misc]
                0.4 + leak,
            )
    else:
        for leak in (0.1, 0.2):
            yield (
                "relu_mask",
                f"the slope below 0 is {leak:g}, as of a leaky ReLU",
                lambda net, f, y, l, leak=leak: np.where(f.z[l] > 0, 1.0, leak),  # type: ignore[misc]
                1.5,
            )


def _elsewhere(net: Network, l: int) -> Iterator[tuple[str, str, Slope, float]]:
    """The right formula at an array of another layer that happens to have the same shape."""
    relu = "relu" in net.activation(l).name
    slug = "relu_mask" if relu else "activation_slope_of_activation"
    if net.activation(l).name == "identity":
        return
    for k in range(net.n_layers + 1):
        if k == l or net.sizes[k] != net.sizes[l]:
            continue
        if k > 0:
            yield (
                slug,
                f"f′ is taken at z{k} in place of z@",
                (lambda net, f, y, l, k=k: net.activation(l).slope(f.z[k])),  # type: ignore[misc]
                1.2,
            )
        yield (
            slug,
            f"f′ is taken at a{k} in place of z@",
            (lambda net, f, y, l, k=k: net.activation(l).slope(f.a[k])),  # type: ignore[misc]
            1.3,
        )
        if net.activation(l).name == "sigmoid":
            yield (
                slug,
                f"the slope is a{k} (1 - a{k}), of another layer,",
                (lambda net, f, y, l, k=k: _product(f.a[k])),  # type: ignore[misc]
                1.3,
            )
        if net.activation(l).name == "tanh":
            yield slug, f"the slope is 1 - a{k}², of another layer,", (lambda net, f, y, l, k=k: 1 - f.a[k] ** 2), 1.3  # type: ignore[misc]


def _of_error(activation: Activation) -> Iterator[tuple[str, str, Slope, float]]:
    slug = "activation_slope_of_error"
    yield slug, "a (1 - a) is given the error y - a", lambda net, f, y, l: _product(y - f.output), 0.3
    yield slug, "a (1 - a) is given the error a - y", lambda net, f, y, l: _product(f.output - y), 0.4
    yield slug, "the slope is taken at the error", lambda net, f, y, l: net.activation(l).slope(f.output - y), 0.6
    yield slug, "the slope is taken at the error y - a", lambda net, f, y, l: net.activation(l).slope(y - f.output), 0.6
    yield slug, "1 - a² is given the error", lambda net, f, y, l: 1 - (f.output - y) ** 2, 0.6
    yield slug, "a (1 - a) is given the labels", lambda net, f, y, l: _product(y), 1.5
    yield slug, "the slope is taken at the labels", lambda net, f, y, l: net.activation(l).slope(y), 1.5
    yield slug, "a (1 - a) is given the squared error", lambda net, f, y, l: _product((f.output - y) ** 2), 1.5
    yield (
        slug,
        "a (1 - a) is given half the squared error",
        lambda net, f, y, l: _product(0.5 * (f.output - y) ** 2),
        1.6,
    )
