"""Forms of a wrong softmax Jacobian: left out, its diagonal or a column alone, a sign lost."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..functions import ACTIVATIONS, Array
from ..network import Forward, Network
from .form import RIGHT, Slope

RIGHT_SOFTMAX = ACTIVATIONS["softmax"]


def softmax_slopes() -> Iterator[tuple[str, str, Slope, float]]:
    """(slug, what is said, the slope (N, K, K), rarity) of each."""

    def eye(net: Network, f: Forward, y: Array, l: int) -> Array:
        k = net.sizes[l]
        return np.broadcast_to(np.eye(k), (len(f.z[l]), k, k))

    def diagonal(net: Network, f: Forward, y: Array, l: int) -> Array:
        return RIGHT.activation_slope(net, f, y, l) * np.eye(net.sizes[l])

    def off_diagonal_sign(net: Network, f: Forward, y: Array, l: int) -> Array:
        slope = RIGHT.activation_slope(net, f, y, l)
        return np.abs(slope)

    def without_diagonal(net: Network, f: Forward, y: Array, l: int) -> Array:
        return RIGHT.activation_slope(net, f, y, l) * (1 - np.eye(net.sizes[l]))

    def last_column(net: Network, f: Forward, y: Array, l: int) -> Array:
        return RIGHT.activation_slope(net, f, y, l)[:, :, -1:] * np.eye(net.sizes[l])

    def at(u: Array) -> Array:
        return u[:, :, None] * (np.eye(u.shape[1]) - u[:, None, :])

    says = "the softmax's Jacobian diag(a) - a aᵀ is given z for a"
    for slug, rarity in (("activation_formula_on_preactivation", 0.6), ("softmax_jacobian", 0.7)):
        yield slug, says, lambda net, f, y, l: at(f.z[l]), rarity
    says = "the softmax's Jacobian is taken at a, as if a were z: the softmax is applied twice"
    yield "activation_slope_of_activation", says, lambda net, f, y, l: RIGHT_SOFTMAX.slope(f.a[l]), 0.6
    yield "softmax_jacobian", "of the softmax's Jacobian only the diagonal a (1 - a) is used", diagonal, 0.1
    yield "activation_slope_missing", "the softmax's Jacobian is left out", eye, 0.2
    yield "softmax_jacobian", "the softmax's Jacobian has no minus off its diagonal", off_diagonal_sign, 1.0
    yield "softmax_jacobian", "the softmax's Jacobian lacks its diagonal", without_diagonal, 1.2
    says = "of the softmax's Jacobian only the last column is used, one number for each unit"
    yield "softmax_jacobian", says, last_column, 1.2
    yield (
        "softmax_jacobian",
        "the softmax's slope is a alone",
        (lambda net, f, y, l: f.a[l][:, :, None] * np.eye(net.sizes[l])),
        1.2,
    )
    yield (
        "softmax_jacobian",
        "the softmax's slope is 1 - a alone",
        (lambda net, f, y, l: (1 - f.a[l])[:, :, None] * np.eye(net.sizes[l])),
        1.3,
    )
