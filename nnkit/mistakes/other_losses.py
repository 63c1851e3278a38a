"""Forms that come from another loss: its delta, a slope that has cancelled already, the label or mask of a hinge."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..functions import ACTIVATIONS, LOSSES, Activation, Array, Loss, relu_slope, sigmoid_slope, tanh_slope
from ..network import Forward, Network
from .form import RIGHT, Error, Form, fused


def relabelled(net: Network, y: Array) -> Iterator[Form]:
    """The right gradient of another loss, after the same or another output activation."""
    forms_of_y = [y]
    if np.isin(y, (-1, 1)).all():
        forms_of_y.append((y + 1) / 2)
    elif np.isin(y, (0, 1)).all():
        forms_of_y.append(2 * y - 1)
    own = (net.activations[-1].name, net.loss_function.name.removeprefix("half_").removesuffix("_sum"))
    for output in (
        net.activations[-1],
        *(ACTIVATIONS[name] for name in ("identity", "sigmoid", "softmax", "tanh", "relu")),
    ):
        for loss in (LOSSES["half_squared_error_sum"], LOSSES["binary_cross_entropy_sum"], LOSSES["cross_entropy_sum"]):
            name = loss.name.removeprefix("half_").removesuffix("_sum")
            for labels in forms_of_y:
                same = output.name == own[0]
                if (same and name == own[1] and labels is y) or not _possible(loss, output, labels):
                    continue
                says = f"the delta is that of the {name.replace('_', ' ')}" + (
                    "" if same else f" after {output.name}, and the loss is computed after {own[0]}"
                )
                if labels is not y:
                    says += ", with labels in {0, 1} for {-1, 1}" if labels.min() >= 0 else ", with labels in {-1, 1}"
                yield Form(
                    "different_loss",
                    {("delta", net.n_layers): _delta_of(loss, output, labels)},
                    net.n_layers,
                    says,
                    0.7 + 0.3 * (not same) + 0.3 * (labels is not y),
                )


def _possible(loss: Loss, output: Activation, labels: Array) -> bool:
    if loss.fits and output.name not in loss.fits:
        return False
    if output.name == "softmax" and labels.shape[1] == 1:
        return False
    return not (loss.takes_probabilities and (labels.min() < 0 or labels.max() > 1))


def _delta_of(loss: Loss, output: Activation, labels: Array) -> Callable[..., Array]:
    def delta(net: Network, f: Forward, y: Array, l: int, slope: Array, activation_slope: Array) -> Array:
        z = f.z[l]
        from_z = loss.from_z.get(output.name)
        at_a = from_z[1](z, labels) if from_z else loss.slope(output.value(z), labels)
        return output.pull_back(at_a, output.slope(z))

    return delta


def extra_slopes(net: Network) -> Iterator[Form]:
    """One slope too many at the output; with a cross-entropy it has cancelled already."""
    L = net.n_layers
    what: dict[str, Callable[[Array, Array], Array]] = {
        "a (1 - a)": lambda a, z: a * (1 - a),
        "σ′(z)": lambda a, z: sigmoid_slope(z),
        "1 - a²": lambda a, z: 1 - a**2,
        "σ′(a), the sigmoid applied twice,": lambda a, z: sigmoid_slope(a),
        "z (1 - z)": lambda a, z: z * (1 - z),
        "tanh′(z)": lambda a, z: tanh_slope(z),
        "the mask z > 0": lambda a, z: relu_slope(z),
        "a": lambda a, z: a,
    }
    if net.activation(L).elementwise and not fused(net):
        return
    for rank, (name, extra) in enumerate(what.items()):

        def delta(
            net: Network,
            f: Forward,
            y: Array,
            l: int,
            slope: Array,
            activation_slope: Array,
            extra: Callable[[Array, Array], Array] = extra,
        ) -> Array:
            return RIGHT.delta(net, f, y, l, slope, activation_slope) * extra(f.a[l], f.z[l])

        yield Form("activation_slope_extra", {("delta", L): delta}, L, f"delta {L} is multiplied by {name}", 0.1 * rank)
    if net.activation(L).name == "softmax":

        def twice(net: Network, f: Forward, y: Array, l: int, slope: Array, activation_slope: Array) -> Array:
            delta = RIGHT.delta(net, f, y, l, slope, activation_slope)
            return net.activation(l).pull_back(delta, activation_slope)

        yield Form(
            "activation_slope_extra",
            {("delta", L): twice},
            L,
            f"delta {L} goes through the softmax's Jacobian twice",
            0.1,
        )
        yield Form(
            "softmax_jacobian",
            {("delta", L): lambda net, f, y, l, slope, activation_slope: slope * (f.a[l] * (1 - f.a[l]))},
            L,
            "of the softmax's Jacobian only the diagonal a (1 - a) is used",
            0.2,
        )


def margin_forms(net: Network) -> Iterator[Form]:
    """What goes wrong in the slope of a hinge: the labels, the mask, the row of the right class."""
    L, name = net.n_layers, net.loss_function.name

    def form(slug: str, says: str, slope: Error, rarity: float) -> Form:
        return Form(slug, {("loss_slope", None): lambda net, f, y: slope(f.output, y)}, L, says, rarity)

    if name in ("hinge", "squared_hinge", "perceptron"):
        edge = 0.0 if name == "perceptron" else 1.0
        yield form(
            "label_not_subtracted",
            "the label is not in the slope of the hinge",
            lambda a, y: -(y * a < edge).astype(float),
            0.2,
        )
        yield form(
            "different_loss",
            "every example counts, also those beyond the margin: the hinge's mask is left out",
            lambda a, y: -y,
            0.3,
        )
        yield form(
            "different_loss",
            "only examples on the wrong side count, as in the perceptron rule",
            lambda a, y: -y * (y * a < 0),
            0.3,
        )
        yield form(
            "different_loss", "examples within the margin count, as for a hinge", lambda a, y: -y * (y * a < 1), 0.4
        )
        yield form(
            "different_loss",
            "the mask is inverted: examples beyond the margin count",
            lambda a, y: -y * (y * a >= edge),
            0.5,
        )
        yield form(
            "different_loss",
            "beyond the margin the slope has the other sign, where it should be 0",
            lambda a, y: -y * np.sign(edge - y * a),
            0.6,
        )
        yield form(
            "different_loss",
            "the margin counts with its size, as for a squared hinge",
            lambda a, y: -y * np.maximum(1 - y * a, 0),
            0.5,
        )
        yield form(
            "loss_in_place_of_slope",
            "the hinge itself stands where its slope belongs",
            lambda a, y: np.maximum(edge - y * a, 0),
            0.5,
        )
        yield form(
            "label_not_subtracted", "the label is not in the mask of the hinge", lambda a, y: -y * (a < edge), 0.6
        )
    if name.endswith("multiclass_hinge"):
        yield from (form(*arguments) for arguments in _margin_slopes(squared=name.startswith("squared")))


def _margin_slopes(*, squared: bool) -> Iterator[tuple[str, str, Error, float]]:
    def excess(a: Array, y: Array) -> Array:
        size = np.maximum(a - np.sum(a * y, axis=1, keepdims=True) + 1, 0.0) * (1 - y)
        return 2 * size if squared else (size > 0).astype(float)

    yield "label_not_subtracted", "the column of the right class is not pushed down", excess, 0.1
    yield (
        "label_not_subtracted",
        "only the column of the right class is pushed",
        lambda a, y: -y * excess(a, y).sum(1, keepdims=True),
        0.5,
    )
    yield (
        "scale",
        "the right class is pushed once, not once for every margin",
        (lambda a, y: excess(a, y) - y * (excess(a, y).sum(1, keepdims=True) > 0)),
        0.3,
    )
    yield "scale", "the right class is pushed once for every example", lambda a, y: excess(a, y) - y, 0.3
    yield (
        "different_loss",
        "every class counts, also those beyond the margin: the mask is left out",
        (lambda a, y: 1 - y - y * (y.shape[1] - 1)),
        0.6,
    )
    yield (
        "different_loss",
        "the margin of the right class is counted as well",
        (lambda a, y: excess(a, y) + y - y * (excess(a, y) + y).sum(1, keepdims=True)),
        0.7,
    )
    yield (
        "different_loss",
        "the margins count with their size, as in a squared hinge",
        (lambda a, y: _pushed(np.maximum(a - np.sum(a * y, axis=1, keepdims=True) + 1, 0.0) * (1 - y), y)),
        0.5,
    )
    yield (
        "loss_in_place_of_slope",
        "the margins stand where their slope belongs",
        (lambda a, y: np.maximum(a - np.sum(a * y, axis=1, keepdims=True) + 1, 0.0) * (1 - y)),
        0.6,
    )


def _pushed(weight: Array, y: Array) -> Array:
    return weight - y * weight.sum(axis=1, keepdims=True)


def meant_forms(net: Network, y: Array) -> Iterator[Form]:
    """Where the loss itself is odd, the gradient of the loss that was meant."""
    L, name, output = net.n_layers, net.loss_function.name, net.activations[-1]
    if "every label" in name:
        for loss in (LOSSES["half_squared_error_sum"], LOSSES["binary_cross_entropy_sum"]):
            if _possible(loss, output, y):
                says = "the loss compares every prediction with every label, N × N, and the gradient each with its own"
                yield Form("broadcast", {("delta", L): _delta_of(loss, output, y)}, L, says, -0.5)
    if output.name.startswith("softmax over"):
        says = f"the delta is a - y, and the loss has the {output.name}"
        delta = {("delta", L): lambda net, f, y, l, slope, activation_slope: f.output - y}
        yield Form("different_loss", delta, L, says, 0.2)
        yield Form("softmax_jacobian", delta, L, f"{says}, whose Jacobian is another", 0.3)
