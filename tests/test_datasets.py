"""datasets: the truth tables, and class numbers as rows."""

import numpy as np
import pytest
from complaints import assert_complains

from nnkit import ShapeError, datasets

TWO_BITS = [[0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (datasets.or_gate, lambda p, q: p or q),
        (datasets.and_gate, lambda p, q: p and q),
        (datasets.nor_gate, lambda p, q: not (p or q)),
        (datasets.xor, lambda p, q: p != q),
    ],
)
def test_gates(make, rule):
    X, y = make()
    np.testing.assert_array_equal(X, TWO_BITS)
    np.testing.assert_array_equal(y, [[rule(p, q)] for p, q in TWO_BITS])
    assert X.dtype == y.dtype == np.float64


def test_xor_with_bias_column():
    X, y = datasets.xor_with_bias_column()
    np.testing.assert_array_equal(X, [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    np.testing.assert_array_equal(y, [[0], [1], [1], [0]])


def test_three_bit_is_0_for_011_and_101_alone():
    X, y = datasets.three_bit()
    assert (X.shape, y.shape, X.dtype, y.dtype) == ((8, 3), (8, 1), np.float64, np.float64)
    assert [tuple(row) for row in X] == sorted({(p, q, r) for p in (0, 1) for q in (0, 1) for r in (0, 1)})
    assert [tuple(row) for row, label in zip(X, y) if label == 0] == [(0, 1, 1), (1, 0, 1)]
    assert set(y.ravel()) == {0, 1}


def test_every_call_gives_fresh_arrays():
    X, y = datasets.xor()
    X += 1
    y += 1
    np.testing.assert_array_equal(datasets.xor()[0], TWO_BITS)
    np.testing.assert_array_equal(datasets.xor()[1], [[0], [1], [1], [0]])


@pytest.mark.parametrize("labels", [[2, 0, 1], (2, 0, 1), np.array([2.0, 0.0, 1.0])])
def test_one_hot(labels):
    rows = datasets.one_hot(labels, 4)
    np.testing.assert_array_equal(rows, [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0]])
    assert rows.dtype == np.float64


@pytest.mark.parametrize("labels", [[[0], [1]], 1, [[0, 1]]])
def test_one_hot_wants_one_class_number_per_example(labels):
    assert_complains(
        ShapeError,
        lambda: datasets.one_hot(labels, 2),
        f"one_hot: labels has shape {np.shape(labels)}; expected shape (N,)",
        "labels[:, 0]",
    )


@pytest.mark.parametrize(("labels", "wrong"), [([0, 3], "3"), ([-1, 0], "-1"), ([0, 0.5], "0.5"), ([0, np.nan], "nan")])
def test_one_hot_wants_whole_numbers_in_range(labels, wrong):
    assert_complains(
        ValueError,
        lambda: datasets.one_hot(labels, 3),
        f"one_hot: labels holds {wrong}; expected whole numbers from 0 to 2",
        "Classes are counted from 0.",
    )


@pytest.mark.parametrize("n_classes", [2.5, "a", None, 0, -1])
def test_one_hot_wants_a_number_of_classes(n_classes):
    assert_complains(
        ValueError, lambda: datasets.one_hot([0], n_classes), f"one_hot: n_classes is {n_classes!r}; expected a whole"
    )


def test_one_hot_wants_numbers():
    assert_complains(ValueError, lambda: datasets.one_hot(["cat", "dog"], 2), "one_hot: labels is ['cat', 'dog']")
