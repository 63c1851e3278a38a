"""layout: the same numbers in another place."""

from dataclasses import replace

import numpy as np
import pytest
from strategies import make_case

from nnkit import layout
from nnkit.layout import Layout

FLOAT64, FLOAT32 = np.dtype(np.float64), np.dtype(np.float32)


def without_biases(net):
    return replace(net, params={name: array for name, array in net.params.items() if name.startswith("W")})


@pytest.mark.parametrize("dtype", [FLOAT64, FLOAT32])
@pytest.mark.parametrize("sizes", [[3, 4, 2], [9, 2, 2], [2, 3, 3, 1], [4, 1]])
@pytest.mark.parametrize("bias", [True, False])
def test_the_network_is_the_same_function(sizes, bias, dtype):
    case = make_case(sizes, n_examples=5)
    net = case.net if bias else without_biases(case.net)
    lies = Layout(net, (case.X, case.y), dtype)
    X, y = lies.cast((case.X, case.y))
    np.testing.assert_allclose(lies.net.loss(X, y), net.loss(case.X, case.y), rtol=1e-6)
    assert list(lies.given) == list(net.params)
    for name, array in net.params.items():
        np.testing.assert_array_equal(lies.given[name], array.astype(dtype))
        assert lies.given[name].dtype == dtype
    lies.theta[...] = 0
    assert not any(array.any() for array in lies.given.values())


def test_data_that_lie_right_already_are_not_copied():
    case = make_case([3, 2], n_examples=5)
    lies = Layout(without_biases(case.net), (case.X, case.y), FLOAT64)
    X, y = lies.cast((case.X, case.y))
    assert X is case.X
    assert y is case.y


def test_large_data_are_not_copied_for_a_column_of_ones(monkeypatch):
    case = make_case([3, 2], n_examples=5)
    monkeypatch.setattr(layout, "COPYABLE", 15)
    assert Layout(case.net, (case.X, case.y), FLOAT64).cast((case.X, case.y))[0].shape == (5, 4)
    monkeypatch.setattr(layout, "COPYABLE", 14)
    lies = Layout(case.net, (case.X, case.y), FLOAT64)
    assert lies.cast((case.X, case.y))[0] is case.X
    assert lies.net is case.net
    in_float32 = Layout(case.net, (case.X, case.y), FLOAT32)  # a copy in any case
    assert in_float32.cast((case.X, case.y))[0].shape == (5, 4)


@pytest.mark.parametrize(
    ("n_inputs", "dtype", "columns"),
    [
        (784, FLOAT32, 800),
        (784, FLOAT64, 792),
        (64, FLOAT32, 65),
        (2, FLOAT32, 3),
        (15, FLOAT32, 16),
        (479, FLOAT32, 480),
    ],
)
def test_zeros_fill_the_last_line_of_the_cache_where_they_are_few(n_inputs, dtype, columns):
    case = make_case([n_inputs, 2], n_examples=2)
    X, _ = Layout(case.net, (case.X, case.y), dtype).cast((case.X, case.y))
    assert X.shape == (2, columns)
    assert (X[:, n_inputs] == 1).all()
    assert not X[:, n_inputs + 1 :].any()
    if columns * dtype.itemsize % 64 == 0:
        assert all(row.ctypes.data % 64 == 0 for row in X)


@pytest.mark.parametrize(
    ("sizes", "orders"), [([9, 2, 2], {"W1": "F", "W2": "F"}), ([3, 2, 9], {"W1": "C", "W2": "F"})]
)
def test_each_W_lies_so_that_its_products_are_fast(sizes, orders):
    case = make_case(sizes, n_examples=2)
    params = Layout(case.net, (case.X, case.y), FLOAT64).params
    assert {name: next(order for order in "CF" if params[name].flags[order]) for name in orders} == orders
