"""The softmax, in which every output depends on every z: its value, its Jacobian, and the cross-entropies after it.

a_k = exp(z_k) / sum_j exp(z_j). A confident output rounds to 1, and 1 - a_k to 0, long before z leaves the range of
floats. So nothing here subtracts from 1: the sum of the other outputs is the same number with all its digits.

Shapes: z, a, y: (N, K), N examples in rows, K units.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray

TINY = float(np.finfo(np.float64).tiny)  # 2.2e-308, the smallest normal float


def softmax(z: Array) -> Array:
    """a[n, k] = exp(z[n, k]) / sum_j exp(z[n, j]): each row is positive and sums to 1.

    The largest z of each row is subtracted first: it cancels, and keeps exp in range.
    """
    z = np.asanyarray(z, dtype=np.float64)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return np.maximum(e / e.sum(axis=-1, keepdims=True), TINY)


def softmax_slope(z: Array) -> Array:
    """The Jacobian da_j/dz_k = a_j * (1[j = k] - a_k).

    Returns (N, K, K), entry [n, j, k]. Every output depends on every z, so a slope per unit is not enough.
    """
    a = softmax(z)
    same = np.eye(a.shape[-1])
    return a[..., :, None] * (same * sum_of_others(a)[..., :, None] - (1.0 - same) * a[..., None, :])


def sum_of_others(a: Array) -> Array:
    """1 - a[n, k], as the sum of the other a[n, j]: (N, K)."""
    return a @ (1.0 - np.eye(a.shape[-1]))


def cross_entropy_of_softmax(z: Array, y: Array) -> Array:
    """C_n = -sum_k y_k log a_k from z: sum_k y_k (log sum_j exp(z_j) - z_k). Finite for every z. Returns (N,)."""
    top = np.max(z, axis=1, keepdims=True)
    log_sum = top + np.log(np.sum(np.exp(z - top), axis=1, keepdims=True))
    return np.sum(y * (log_sum - z), axis=1)


def binary_cross_entropy_of_softmax(z: Array, y: Array) -> Array:
    """C_n = -sum_k [y_k log a_k + (1 - y_k) log(1 - a_k)] from z. Finite for every z, with K > 1. Returns (N,).

    log(1 - a_k) is log sum_j exp(z_j) without z_k, minus the same with it.
    """
    without = z[:, None, :] + np.where(np.eye(z.shape[1]), -np.inf, 0.0)  # (N, K, K), row k without z_k
    log_others = np.logaddexp.reduce(without, axis=2)
    log_sum = np.logaddexp.reduce(z, axis=1, keepdims=True)
    return np.sum(y * (log_sum - z) + (1 - y) * (log_sum - log_others), axis=1)


def binary_cross_entropy_slope_of_softmax(z: Array, y: Array) -> Array:
    """dC_n/da_k = (1 - y_k) / (1 - a_k) - y_k / a_k from z. Returns (N, K)."""
    a = softmax(z)
    return (1 - y) / sum_of_others(a) - y / a
