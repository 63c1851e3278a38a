"""The loss of a network of nnkit, which a gradient check can ask for many nudged copies in one batched forward pass.

One weight W_l[j, k] moved by h moves z_l[:, k] by h a_{l-1}[:, j], and a bias moves it by h. The layers below stay as
they are. So E copies of the network are E copies of z_l (E N, units), and the rest is one forward pass on that batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .functions import Array
from .network import Network
from .numeric import Nudges, Params

MOST_NUMBERS = 2**18  # in one array of a chunk: 2 MB, which stays in the cache


@dataclass(frozen=True, eq=False)
class NetworkLoss:
    """loss(params, X, y) of a network. It carries the network, so nobody has to guess which one it computes."""

    net: Network

    def __call__(self, params: Params, X: object, y: object) -> float:
        """The batch loss with these parameters in place of the network's own."""
        return self.net.with_params(params).loss(X, y)

    def nudges(self, params: Params, X: object, y: object, name: str) -> Nudges:
        """The losses around `params` when entries of the parameter `name` are nudged, a chunk of copies at a time."""
        net = self.net.with_params(params)
        forward, l = net.forward(X), int(name[1:])
        labels = net.check_labels("net.loss", y, len(forward.output))
        size = max(1, MOST_NUMBERS // (len(labels) * max(net.sizes[l:])))

        def chunk(entries: Array, nudge: float) -> Array:
            *inputs, units = np.unravel_index(entries, net.params[name].shape)
            z = np.repeat(forward.z[l][None], len(entries), axis=0)  # (E, N, units)
            z[np.arange(len(entries)), :, units] += nudge * (forward.a[l - 1].T[inputs[0]] if inputs else 1.0)
            after = net.forward_from(l, z.reshape(-1, z.shape[-1]))
            per_example = net.loss_of(after, np.tile(labels, (len(entries), 1))).reshape(len(entries), -1)
            return net.loss_function.example_weight(len(labels)) * per_example.sum(axis=1)

        def losses(entries: Array, nudge: float) -> Array:
            return np.concatenate([chunk(part, nudge) for part in _parts(entries, size)])

        return losses


def _parts(entries: Array, size: int) -> list[Array]:
    return [entries[first : first + size] for first in range(0, max(1, len(entries)), size)]
