"""Small data sets that fit on one screen: the logic gates and the three-bit function.

Each function returns (X, y): X (N, D), one example a row, and y (N, 1), one label a row, both float64.
"""

from __future__ import annotations

import numpy as np

Pair = tuple[np.ndarray, np.ndarray]

_TWO_BITS = ((0, 0), (0, 1), (1, 0), (1, 1))


def _table(rows: object, labels: object) -> Pair:
    X = np.array(rows, dtype=np.float64)
    y = np.array(labels, dtype=np.float64).reshape(len(X), 1)
    return X, y


def or_gate() -> Pair:
    """OR: 1 when at least one input is 1. X (4, 2), y (4, 1). One neuron can do it."""
    return _table(_TWO_BITS, (0, 1, 1, 1))


def and_gate() -> Pair:
    """AND: 1 when both inputs are 1. X (4, 2), y (4, 1). One neuron can do it, but not without a bias."""
    return _table(_TWO_BITS, (0, 0, 0, 1))


def nor_gate() -> Pair:
    """NOR: 1 when no input is 1. X (4, 2), y (4, 1). One neuron can do it, but not without a bias."""
    return _table(_TWO_BITS, (1, 0, 0, 0))


def xor() -> Pair:
    """XOR: 1 when exactly one input is 1. X (4, 2), y (4, 1). No single neuron can do it."""
    return _table(_TWO_BITS, (0, 1, 1, 0))


def xor_with_bias_column() -> Pair:
    """XOR with a third input that is always 1, so that its weights act as biases. X (4, 3), y (4, 1)."""
    X, y = xor()
    return np.hstack([X, np.ones((len(X), 1))]), y


def three_bit() -> Pair:
    """A function of three bits: 0 for 011 and 101, 1 for the other six. X (8, 3), y (8, 1)."""
    rows = [(i >> 2 & 1, i >> 1 & 1, i & 1) for i in range(8)]
    return _table(rows, (1, 1, 1, 0, 1, 0, 1, 1))


def squared_features() -> Pair:
    """A parabola and its three features: X = [1, x, x²] and y = x², for x = 1 ... 5. X (5, 3), y (5, 1).

    The columns differ 25-fold in size, which is what makes it hard for gradient descent.
    """
    x = np.arange(1.0, 6.0)
    return np.column_stack([np.ones(5), x, x**2]), x[:, None] ** 2
