"""1,797 handwritten digits of 8 × 8 pixels, which the workbook ships, so that it needs no network.

Source and licence: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
Repository (1998), https://doi.org/10.24432/C50P49, CC BY 4.0. See data/README.md.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..errors import ShapeError, a_count, a_generator, as_float_array, is_number, sentence, short
from .gates import Pair
from .labels import one_hot

FILE = Path(__file__).parent / "data" / "digits.npz"


def digits(*, held_out: float = 0.25, rng: int | np.random.Generator = 0) -> tuple[Pair, Pair]:
    """(X, y), (X_test, y_test): pixels from 0 to 1 as X (N, 64), the ten classes as rows y (N, 10).

    held_out: the fraction of the 1,797 examples that is kept for testing, 0 to 1. rng: how they are drawn.
    Raises ValueError for a fraction that leaves nothing to train on.
    """
    with np.load(FILE) as file:
        X, labels = file["images"] / 16.0, file["labels"]
    y = one_hot(labels, 10)
    rows = a_generator("digits", rng).permutation(len(X))
    n_test = round(held_out * len(X)) if is_number(held_out) and held_out >= 0 else len(X)
    if n_test >= len(X):
        wanted = f"a fraction from 0 to below 1 that leaves one of the {len(X):,} examples to train on"
        raise ValueError(sentence("digits", "held_out", f"is {short(held_out)}", wanted))
    test, train = rows[:n_test], rows[n_test:]
    return (X[train], y[train]), (X[test], y[test])


def enlarge(X: object, side: int) -> np.ndarray:
    """Square images as larger ones, by linear interpolation between the pixels.

    X: (N, s · s), images of s × s pixels. side: the new number of pixels along an edge. Returns (N, side · side).
    Raises ShapeError when the images are not square.
    """
    images = as_float_array("enlarge", "X", X)
    old = round(images.shape[-1] ** 0.5) if images.ndim == 2 else 0
    a_count("enlarge", "side", side)
    if images.ndim != 2 or not old or old * old != images.shape[1]:
        raise ShapeError(sentence("enlarge", "X", f"has shape {images.shape}", "(N, s · s), one square image a row"))
    from scipy.ndimage import zoom

    squares = images.reshape(-1, old, old)
    return np.asarray(zoom(squares, (1, side / old, side / old), order=1)).reshape(len(images), side * side)
