"""Class numbers as rows with a single 1."""

from __future__ import annotations

import numpy as np

from ..errors import ShapeError, a_count, as_float_array, sentence


def one_hot(labels: object, n_classes: int) -> np.ndarray:
    """Class numbers as rows with a single 1, the form that a softmax network wants.

    labels: (N,), whole numbers from 0 to n_classes - 1. Returns (N, n_classes).
    Raises ShapeError or ValueError when they are not.
    """
    y = as_float_array("one_hot", "labels", labels)
    a_count("one_hot", "n_classes", n_classes)
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
