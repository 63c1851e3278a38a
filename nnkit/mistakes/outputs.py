"""Forms of a wrong start: the loss slope, the labels, the last delta, or another loss altogether."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations

import numpy as np

from ..functions import Array
from ..network import Forward, Network
from .form import RIGHT, Entry, Error, Form, at_output, fused
from .other_losses import extra_slopes, margin_forms, meant_forms, relabelled
from .predictions import other_predictions

MOST_SHUFFLED = 5  # examples up to which every order of the labels is tried


def output_forms(net: Network, y: Array) -> Iterator[Form]:
    """Every wrong start of the backward pass."""
    L = net.n_layers

    def error_form(slug: str, says: str, error: Error, rarity: float = 1.0) -> Form:
        return Form(slug, at_output(net, error), L, says, rarity)

    if net.loss_function.name.startswith(
        ("half_squared", "squared_error", "binary_cross", "cross_entropy", "weighted")
    ):
        yield from (error_form(*arguments) for arguments in _errors(net))
        yield from (error_form(*arguments) for arguments in _labels(y))
        yield from other_predictions(net)
    yield from margin_forms(net)
    yield from meant_forms(net, y)
    yield from _costs(net)
    yield from relabelled(net, y)
    yield from extra_slopes(net)


def _errors(net: Network) -> Iterator[tuple[str, str, Error, float]]:
    yield "label_not_subtracted", "the prediction stands without the label subtracted", lambda a, y: a, 0.0
    yield "label_not_subtracted", "the label stands without the prediction", lambda a, y: -y, 0.5
    yield "label_not_subtracted", "the label is added, not subtracted", lambda a, y: a + y, 0.4
    yield "label_not_subtracted", "1 is subtracted for every class, not only for the label", lambda a, y: a - 1, 0.6
    yield (
        "label_not_subtracted",
        "1 is subtracted for every class that occurs in the batch",
        (lambda a, y: a - (y.max(axis=0, keepdims=True) > 0)),
        0.5,
    )
    yield "label_not_subtracted", "the label counts half", lambda a, y: a - y / 2, 2.0
    says = "the label is divided by N before it is subtracted, and the prediction is not"
    yield "summed_not_averaged", says, lambda a, y: a - y / len(y), 1.2
    yield (
        "loss_in_place_of_slope",
        "the squared error stands where its slope a - y belongs",
        lambda a, y: (a - y) ** 2,
        0.0,
    )
    yield (
        "loss_in_place_of_slope",
        "the absolute error |a - y| stands where a - y belongs",
        lambda a, y: np.abs(a - y),
        0.5,
    )
    yield (
        "loss_in_place_of_slope",
        "the cost is multiplied by its own derivative: (a - y)⁴ in place of a - y",
        (lambda a, y: (a - y) ** 4),
        0.6,
    )
    yield (
        "loss_in_place_of_slope",
        "the squared error times the error stands where a - y belongs",
        lambda a, y: (a - y) ** 3,
        0.7,
    )
    for rank, slug in enumerate(("scalar_cost", "loss_in_place_of_slope")):
        yield (
            slug,
            "the cost, one number, stands where the slope of every output belongs",
            (lambda a, y: np.full_like(a, np.mean((a - y) ** 2))),
            0.2 + 0.1 * rank,
        )
    yield (
        "loss_in_place_of_slope",
        "the cost of each example stands where its slope belongs",
        (lambda a, y: np.repeat(np.sum((a - y) ** 2, axis=1, keepdims=True), a.shape[1], axis=1)),
        0.5,
    )
    if net.loss_function.name.startswith(("binary", "cross", "weighted")):
        yield (
            "loss_in_place_of_slope",
            "the cross-entropy itself stands where its slope belongs",
            (lambda a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a))),
            0.3,
        )
        yield "loss_in_place_of_slope", "-y log a stands where its slope belongs", lambda a, y: -y * np.log(a), 0.4
        yield (
            "scalar_cost",
            "the cost, one number, stands where the slope belongs",
            (lambda a, y: np.full_like(a, -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))),
            0.6,
        )
        yield (
            "different_loss",
            "the delta has only the part of the examples with label 1",
            lambda a, y: (a - 1) * y,
            0.8,
        )
        yield (
            "different_loss",
            "the delta has only the part of the examples with label 0",
            lambda a, y: a * (1 - y),
            0.9,
        )
        yield (
            "different_loss",
            "-y / a is used as the delta, which is the slope at a, not at z",
            lambda a, y: -y / a,
            0.8,
        )
    yield (
        "broadcast",
        "the mean of all errors stands in place of each example's own",
        (lambda a, y: np.broadcast_to(np.mean(a - y, axis=0), a.shape)),
        0.6,
    )
    yield (
        "broadcast",
        "the mean of all errors stands in place of each output's own",
        (lambda a, y: np.full_like(a, np.mean(a - y))),
        0.7,
    )
    yield (
        "broadcast",
        "the errors of all outputs are summed, and each output gets the sum",
        (lambda a, y: np.broadcast_to(np.sum(a - y, axis=1, keepdims=True), a.shape)),
        0.9,
    )
    yield (
        "broadcast",
        "every prediction is compared with the mean label: a is (N, 1), y is (N,), the errors are (N, N)",
        (lambda a, y: a - y.mean(axis=0)),
        0.3,
    )
    yield (
        "broadcast",
        "the mean prediction is compared with every label: the errors are an (N, N) array",
        (lambda a, y: a.mean(axis=0) - y),
        0.4,
    )
    yield (
        "different_loss",
        "the thresholded prediction is compared with the label, as in the perceptron rule",
        (lambda a, y: (a > 0.5).astype(float) - y),
        0.8,
    )
    yield (
        "different_loss",
        "the sign of the output is compared with the label",
        lambda a, y: (a > 0).astype(float) - y,
        0.9,
    )
    yield "different_loss", "the sign of the output is compared with the label", lambda a, y: np.sign(a) - y, 0.9
    yield (
        "different_loss",
        "only the sign of the error is used: that is the slope of the absolute error",
        (lambda a, y: np.sign(a - y)),
        0.8,
    )
    yield (
        "different_loss",
        "the most probable class is compared with the label",
        (lambda a, y: np.eye(a.shape[1])[a.argmax(axis=1)] - y),
        1.0,
    )
    yield (
        "loss_in_place_of_slope",
        "the error is divided by its size: that is the slope of the root of the cost",
        (lambda a, y: (a - y) / np.maximum(np.linalg.norm(a - y, axis=1, keepdims=True), 1e-300)),
        1.5,
    )


def _labels(y: Array) -> Iterator[tuple[str, str, Error, float]]:
    """The right formula with the labels of other examples, or in another order."""
    slug, n, k = "labels_misaligned", *y.shape
    orders: dict[str, Array] = {
        "shifted by one example": np.roll(y, 1, axis=0),
        "shifted by one example, the other way": np.roll(y, -1, axis=0),
        "in reverse order": y[::-1],
        "sorted": np.sort(y, axis=0),
        "in the wrong columns": y[:, ::-1],
        "shifted by one class": np.roll(y, 1, axis=1),
        "shifted by one class, the other way": np.roll(y, -1, axis=1),
        "read in the other order, by columns": y.T.reshape(n, k),
        "read in the other order, by rows": y.reshape(k, n).T,
        "inverted, 0 for 1": 1 - y,
        "of the first example": np.broadcast_to(y[:1], y.shape),
        "of the last example": np.broadcast_to(y[-1:], y.shape),
        "the class number in every column": np.repeat(y.argmax(axis=1)[:, None].astype(float), k, axis=1),
    }
    for rank, (what, labels) in enumerate(orders.items()):
        if not np.array_equal(labels, y):
            yield slug, f"the labels are {what}", lambda a, y, labels=labels: a - labels, 0.3 + 0.1 * rank  # type: ignore[misc]
    if 2 < n <= MOST_SHUFFLED:
        for order in permutations(range(n)):
            labels = y[list(order)]
            yield slug, f"the labels are in the order {list(order)}", (lambda a, y, labels=labels: a - labels), 2.0  # type: ignore[misc]


def _costs(net: Network) -> Iterator[Form]:
    def times_total(net: Network, f: Forward, y: Array) -> Array:
        return net.loss_slope_of(f, y) * net.loss_of(f, y).sum()

    def times_own(net: Network, f: Forward, y: Array) -> Array:
        return net.loss_slope_of(f, y) * net.loss_of(f, y)[:, None]

    def own_loss(net: Network, f: Forward, y: Array) -> Array:
        both = y * np.log(f.output) + (1 - y) * np.log(1 - f.output)
        return -(both if net.loss_function.name.startswith("binary") else y * np.log(f.output))

    def averaged(axis: int | None) -> dict[Entry, Callable[..., Array]]:
        def mean(slope: Array) -> Array:
            return np.broadcast_to(slope.mean(axis=axis, keepdims=True), slope.shape)

        if fused(net):
            return at_output(net, lambda a, y: mean(a - y))
        return {("loss_slope", None): lambda net, f, y: mean(net.loss_slope_of(f, y))}

    L = net.n_layers
    for what, axis, rarity in (("one number", None, 0.2), ("one number for each output", 0, 0.7)):
        says = f"the error is averaged to {what} before it is carried on, so every example gets the same"
        yield Form("scalar_cost", averaged(axis), L, says, rarity)
    says = f"delta {L} is averaged to one number, which every example gets"
    mean_delta = {("delta", L): lambda net, f, y, l, s, d: np.full_like(s, RIGHT.delta(net, f, y, l, s, d).mean())}
    yield Form("scalar_cost", mean_delta, L, says, 0.3)
    if fused(net):
        says = "the loss of each output stands where its slope at a belongs"
        yield Form("loss_in_place_of_slope", {("loss_slope", None): own_loss}, L, says, 0.3)
    straight = net.loss_function.name.endswith(("hinge", "perceptron", "absolute_error"))  # its cost is its own slope
    yield Form("scalar_cost", {("loss_slope", None): times_total}, L, "the loss slope is multiplied by the cost", 0.0)
    yield Form(
        "scalar_cost",
        {("loss_slope", None): times_own},
        L,
        "each example's loss slope is multiplied by its own cost",
        0.9 if straight else 0.4,
    )
