"""Small data sets that fit on one screen: the logic gates and the three-bit function.

Each function returns (X, y): X (N, D), one example a row, and y (N, 1), one label a row, both float64.
"""

from __future__ import annotations

import numpy as np

from .errors import ShapeError, as_float_array, sentence

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


def one_hot(labels: object, n_classes: int) -> np.ndarray:
    """Class numbers as rows with a single 1, the form that a softmax network wants.

    labels: (N,), whole numbers from 0 to n_classes - 1. Returns (N, n_classes).
    Raises ShapeError or ValueError when they are not.
    """
    y = as_float_array("one_hot", "labels", labels)
    if y.ndim != 1:
        raise ShapeError(
            sentence(
                "one_hot",
                "labels",
                f"has shape {y.shape}",
                "shape (N,), one class number per example",
                "A column (N, 1) becomes (N,) with labels[:, 0].",
            )
        )
    if not np.isin(y, np.arange(n_classes)).all():
        wrong = y[~np.isin(y, np.arange(n_classes))][0]
        raise ValueError(
            sentence(
                "one_hot",
                "labels",
                f"holds {wrong:g}",
                f"whole numbers from 0 to {n_classes - 1}",
                "Classes are counted from 0.",
            )
        )
    return np.eye(n_classes)[y.astype(int)]
