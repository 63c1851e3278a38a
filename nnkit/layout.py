"""How parameters, gradients and data lie in memory in a training, so that BLAS is fast and is not asked often.

- All parameters are parts of one vector, and so are their gradients: an optimiser's step is one call for all of them.
- Each W has the layout in which its products are fastest: (fan_out, fan_in) where something is carried back through
  it, and where many inputs meet few units; (fan_in, fan_out) else.
- A bias is the weight of an input that is always 1: b1 is one more row of W1, and X has a column of ones. Zeros may
  follow, whose weights stay 0, so that each row of X begins where a line of the cache begins.

Shapes: X (N, D), y (N, K), as everywhere; P parameters.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .buffers import CACHE_LINE, aligned
from .functions import Array
from .network import Network

COPYABLE = 2**23  # numbers in X up to which it is copied for the sake of a column of ones alone
SPARE = 32  # one column of zeros for so many others is worth rows of whole cache lines
WIDE = 4  # inputs for each unit up to which the first layer is faster with its weights as (fan_in, fan_out)

Data = tuple[Array, Array]


class Layout:
    """The memory for a network, and how its data have to lie.

    net: what is trained: the given network, or the same function of X with a column of ones.
    theta, gradient: (P,). params, grads: their parts, by the names and with the shapes of `net`.
    given: the parameters by the names and with the shapes of the network that was given.
    """

    def __init__(self, net: Network, data: Data, dtype: np.dtype[Any]) -> None:
        self.dtype, n_inputs = dtype, net.sizes[0]
        X = data[0]
        joined = "b1" in net.params and (X.size <= COPYABLE or X.dtype != dtype or not X.flags.c_contiguous)
        self._columns = self._with_ones(n_inputs) if joined else n_inputs
        self.net = _with_b1_in_W1(net, self._columns) if joined else net
        size = sum(array.size for array in self.net.params.values())
        self.theta, self.gradient = aligned((size,), dtype), aligned((size,), dtype)
        self.params, self.grads = _parts(self.theta, self.net), _parts(self.gradient, self.net)
        for name, array in self.net.params.items():
            self.params[name][...] = array
        W1 = self.params["W1"]
        parts = self.params | ({"W1": W1[:n_inputs], "b1": W1[n_inputs]} if joined else {})
        self.given = {name: parts[name] for name in net.params}

    def cast(self, data: Data) -> Data:
        """Data in the type and with the columns of this layout: as they are if they are so already, or else a copy."""
        X, y = data
        return self._array(X, self._columns), self._array(y, y.shape[1])

    def _array(self, array: Array, columns: int) -> Array:
        n, k = array.shape
        if array.dtype == self.dtype and array.flags.c_contiguous and columns == k:
            return array
        copy = aligned((n, columns), self.dtype)
        copy[:, :k], copy[:, k : k + 1], copy[:, k + 1 :] = array, 1.0, 0.0
        return copy

    def _with_ones(self, n_inputs: int) -> int:
        """The columns of X with one of ones: as many as whole lines of the cache hold, where that is few more."""
        line = CACHE_LINE // self.dtype.itemsize
        whole = -(-(n_inputs + 1) // line) * line
        return whole if SPARE * (whole - n_inputs - 1) <= n_inputs else n_inputs + 1


def _with_b1_in_W1(net: Network, columns: int) -> Network:
    """The same function of (X, 1, 0, ...)."""
    params, n_inputs = dict(net.params), net.sizes[0]
    W1 = np.zeros((columns, net.sizes[1]))
    W1[:n_inputs], W1[n_inputs] = params["W1"], params.pop("b1")
    return replace(net, params=params | {"W1": W1})


def _parts(vector: Array, net: Network) -> dict[str, Array]:
    """The parameters as parts of one vector (P,), each W (fan_in, fan_out) by rows or by columns."""
    parts, first = {}, 0
    for name, array in net.params.items():
        part = vector[first : first + array.size]
        by_rows = name == "W1" and len(array) <= WIDE * array.shape[1]
        parts[name] = part.reshape(array.shape) if by_rows else part.reshape(array.shape[::-1]).T
        first += array.size
    return parts
