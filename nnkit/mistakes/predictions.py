"""Forms of a wrong prediction: the forward pass inside grad ends in another activation than that of the loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..functions import Array, sigmoid
from ..network import Network
from ..softmax import softmax
from .form import Form, at_output


def other_predictions(net: Network) -> Iterator[Form]:
    """The right formula a - y, with an a that is not the one of the loss: the forward pass inside grad differs."""
    L, own = net.n_layers, net.activations[-1]
    predictions: dict[str, tuple[str, Callable[[Array], Array]]] = {
        "the softmax in grad is normalised over the examples": (
            "softmax_jacobian",
            lambda z: softmax(z.T).T,
        ),
        "the softmax in grad is normalised over the whole batch": (
            "softmax_jacobian",
            lambda z: softmax(z.reshape(1, -1)).reshape(z.shape),
        ),
        "exp(z) in grad is not divided by its sum": ("softmax_jacobian", np.exp),
        "the output in grad is the sigmoid of z": ("different_loss", sigmoid),
        "the output in grad is the softmax of z": ("different_loss", softmax),
        "the output in grad is z itself, the identity": ("activation_slope_missing", lambda z: z),
        "the output activation is applied twice in grad": ("different_loss", lambda z: own.value(own.value(z))),
    }
    for rank, (says, (slug, predict)) in enumerate(predictions.items()):
        if (slug == "softmax_jacobian" and own.name != "softmax") or own.name in says.partition(" in grad is ")[2]:
            continue
        entries = at_output(net, lambda a, y: a - y, predict)
        for kind, rarity in ((slug, 0.8), ("different_loss", 0.9)):
            yield Form(kind, entries, L, f"{says}, and in your loss a{L} is that of {own.name}", rarity + 0.02 * rank)
