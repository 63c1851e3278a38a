"""Labels of other examples: they are solved for, not guessed.

With the usual losses the gradient is affine in the labels: g(y) = g(0) + sum_nk y_nk (g(e_nk) - g(0)). So the labels
that a program used can be read off its gradient at a few settings, up to a factor in front of the whole. If every
example turns out to have had the label of some example, the two arrays were not in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..functions import Array
from ..mistakes.form import Form
from .search import Case, Search

MOST_LABELS = 300  # numbers in y up to which they are solved for
SHOWN = 6  # examples whose labels are told


def relabelled_cases(search: Search) -> Iterator[Case]:
    """The case in which only the labels are others than those of the examples."""
    reading, evidence = search.reading, search.evidence
    n, k = reading.y.shape
    if not 1 < n * k <= MOST_LABELS or n == 1 or reading.root:
        return

    def gradient(labels: Array) -> Array:
        other = replace(reading, y=labels)
        size = evidence.G.shape[1]
        return np.array([other.gradient_of_pass(net, forward, size) for net, forward in search.passes])

    with np.errstate(all="ignore"):
        zero, units = gradient(np.zeros((n, k))), np.eye(n * k).reshape(-1, n, k)
        columns = [zero.ravel(), *((gradient(unit) - zero).ravel() for unit in units if search.clock.left)]
    target = (evidence.G - evidence.penalty).ravel()
    if len(columns) <= n * k or not np.isfinite(columns).all():
        return
    homogeneous = float(np.linalg.norm(zero)) <= 1e-12 * float(np.linalg.norm(columns))  # a sum_k y_k - y, of softmax
    if homogeneous:
        columns = columns[1:]
    solution, _, rank, _ = np.linalg.lstsq(np.array(columns).T, target, rcond=1e-11)
    labels = solution[-n * k :].reshape(n, k)
    factor = float(labels.sum() / reading.y.sum() if homogeneous else solution[0])
    if factor == 0 or not np.isfinite(factor):
        return
    labels = labels / factor
    says = _of_whom(labels, reading.y) if rank == len(columns) else _some_other(search, factor)
    if says:
        yield from search.explained((Form("labels_misaligned", {}, None, says, 0.4),), gradient(labels))


def _of_whom(labels: Array, y: Array) -> str:
    """Which example's label each example has got; empty when one has that of nobody."""
    far = np.abs(labels[:, None, :] - y[None, :, :]).max(axis=2)  # (N, N): label n of theirs against label m of y
    near = far <= 1e-5 * max(1.0, float(np.abs(y).max()))
    if not near.any(axis=1).all() or near.diagonal().all():
        return ""
    moved = [i for i in range(len(y)) if not near[i, i]]
    whose = ", ".join(
        f"example {i} is compared with the label of example {int(near[i].argmax())}" for i in moved[:SHOWN]
    )
    more = f", and {len(moved) - SHOWN} more are wrong" if len(moved) > SHOWN else ""
    return f"examples and labels are not in the same order: {whose}{more} (counted from 0)"


def _some_other(search: Search, factor: float) -> str:
    """A linear layer shows only the sum of its inputs times the labels: too little to say whose they are."""
    if search.reading.net.n_layers > 1 or not np.isclose(factor, 1, rtol=1e-8):
        return ""
    return (
        "other labels than those of the examples are subtracted: it is off by the same numbers at every setting of the "
        "parameters. Look whether X and y were put into the same order"
    )
