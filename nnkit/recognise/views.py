"""How a learner's X and y can be read: rows or columns, one example as a vector, labels in any of their forms.

A `View` is X as rows (N, D) and the labels in each form that they allow, each (N, K) for the K it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ..functions import Array, sigmoid

MOST_CLASSES = 1000


@dataclass(frozen=True, eq=False)
class View:
    """X: (N, D), examples in rows. axis: along which axis of the learner's X they lie; None for a single one.

    whole: where these are not all examples, the view of all.
    """

    X: Array
    y: Array
    axis: int | None
    features: str = ""
    whole: View | None = None

    def labels(self, n_outputs: int) -> Mapping[str, Array]:
        """The labels (N, K) by form, for K output units."""
        n, forms = len(self.X), {}
        targets = next(_as_targets(self.y, n, n_outputs, self.axis), None)
        if targets is not None:
            forms["targets"] = targets
            if np.isin(targets, (-1, 1)).all():
                forms |= {"signs": targets, "probabilities": (targets + 1) / 2}
            if np.isin(targets, (0, 1)).all():
                forms |= {"signs": 2 * targets - 1}
                forms.setdefault("probabilities", targets)
            elif targets.min() >= 0 and targets.max() <= 1:
                forms.setdefault("probabilities", targets)
        classes = self.y.ravel()
        if n_outputs > 1 and classes.size == n and (classes == np.round(classes)).all():
            if classes.min() >= 0 and classes.max() < n_outputs:
                forms["one_hot"] = np.eye(n_outputs)[classes.astype(int)]
            elif classes.min() >= 1 and classes.max() == n_outputs:
                forms["one_hot"] = np.eye(n_outputs)[classes.astype(int) - 1]
        return forms

    def outputs(self) -> frozenset[int] | None:
        """The numbers of output units that the labels allow; None when class numbers leave it open."""
        n = len(self.X)
        if self.y.ndim == 2 and self.y.size != n:
            return frozenset(size for size in (self.y.size // n,) if size * n == self.y.size)
        if self.y.size == n:
            whole = (self.y == np.round(self.y)).all() and self.y.min() >= 0
            top = int(self.y.max()) if whole and self.y.max() < MOST_CLASSES else 0
            if not whole:
                return frozenset({1})
            return frozenset({1, *range(max(2, top), MOST_CLASSES)})
        return frozenset({self.y.size}) if n == 1 else frozenset()


def _as_targets(y: Array, n: int, n_outputs: int, axis: int | None) -> Iterator[Array]:
    if y.size != n * n_outputs:
        return
    if y.ndim <= 1:
        yield y.reshape(n, n_outputs)
    elif y.ndim == 2:
        in_rows, in_columns = y.shape == (n, n_outputs), y.shape == (n_outputs, n)
        if in_columns and (axis == 1 or not in_rows):
            yield y.T
        elif in_rows:
            yield y


def views(X: Array, y: Array) -> Iterator[View]:
    """The readings of the data, the likely ones first. A y (N, K, 1) of column vectors is (N, K)."""
    if y.ndim > 2:
        y = y.reshape(len(y), -1)
    if X.ndim == 2:
        columns_first = y.ndim == 2 and y.shape[1] == X.shape[1] and y.shape[0] != X.shape[0]
        both = [View(X, y, 0), View(X.T, y, 1)]
        for view in both[::-1] if columns_first else both:
            if view.outputs():
                yield view
    elif X.ndim == 1:
        single, many = View(X[None, :], y, None), View(X[:, None], y, 0)
        for view in (many, single) if y.shape == X.shape else (single, many):
            if view.outputs():
                yield view
    elif X.ndim == 0:
        yield View(X.reshape(1, 1), y, None)
    else:
        view = View(X.reshape(len(X), -1), y, 0)
        if view.outputs():
            yield view


def with_features(view: View) -> Iterator[View]:
    """The same data after what programs do to their inputs before the first layer: squares, scaling, centring."""

    def made(X: Array, what: str) -> View:
        return View(X, view.y, view.axis, what)

    X = view.X
    minus = -np.ones((len(X), 1))
    yield made(np.hstack([X, minus]), "X and a last column of -1")
    yield made(np.hstack([minus, X]), "a first column of -1 and X")
    yield made(np.hstack([X, X**2]), "X and X²")
    for power in (3, 4, 5) if X.shape[1] == 1 else ():
        yield made(np.hstack([X**p for p in range(1, power + 1)]), f"the powers of X up to {power}")
    yield made(X**2, "X²")
    yield made(sigmoid(X), "σ(X)")
    yield made(np.tanh(X), "tanh(X)")
    for divisor in (255.0, 256.0, 16.0, 10.0, 100.0):
        if np.abs(X).max() > 1:
            yield made(X / divisor, f"X / {divisor:g}")
    with np.errstate(all="ignore"):
        spread, top = X.std(axis=0), np.abs(X).max(axis=0)
        unbiased = spread * np.sqrt(len(X) / np.float64(len(X) - 1))  # of one example alone: not finite
        candidates = [
            (X - X.mean(axis=0), "X minus its mean"),
            ((X - X.mean(axis=0)) / spread, "X standardised"),
            ((X - X.mean(axis=0)) / unbiased, "X standardised (N - 1)"),
            ((X - X.min(axis=0)) / (X.max(axis=0) - X.min(axis=0)), "X scaled to [0, 1]"),
            (X / top, "X over its maximum"),
            (X / np.abs(X).max(), "X over its maximum"),
            ((X - X.mean()) / X.std(), "X standardised as a whole"),
            (X / np.linalg.norm(X, axis=1, keepdims=True), "X with rows of length 1"),
        ]
    for Z, what in candidates:
        if np.isfinite(Z).all():
            yield made(Z, what)


def one_alone(view: View) -> Iterator[View]:
    """The first or the last example: what a loss counts that returns inside its loop, or overwrites its total."""
    n = len(view.X)
    for what, i in (("first", 0), ("last", n - 1)) if n > 1 else ():
        along = 1 if view.y.ndim == 2 and view.axis == 1 else 0
        if view.y.shape[along] == n:
            y = view.y.take([i], axis=along)
            yield View(view.X[[i]], y, view.axis, f"the {what} example alone", whole=view)
