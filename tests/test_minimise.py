"""SciPy's optimisers through the adapter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnkit as nn

X, y = nn.datasets.xor()


@given(st.lists(st.lists(st.integers(1, 4), max_size=3), min_size=1, max_size=4), st.integers(0, 99))
def test_restore_undoes_flatten_for_any_shapes(shapes, seed):
    rng = np.random.default_rng(seed)
    params = {f"p{i}": rng.normal(size=shape) for i, shape in enumerate(shapes)}
    back = nn.restore(nn.flatten(params), params)
    assert list(back) == list(params)
    for name, array in params.items():
        np.testing.assert_array_equal(back[name], array)


def test_a_matrix_in_columns_order_is_flattened_by_its_entries_not_by_its_memory():
    W = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(nn.flatten({"W": W}), [0, 1, 2, 3, 4, 5])


def test_a_vector_of_another_length_is_refused():
    with pytest.raises(nn.ShapeError, match=r"restore: vector has shape \(5,\); expected \(6,\)"):
        nn.restore(np.zeros(5), {"W": np.zeros((2, 3))})


@pytest.mark.parametrize("method", ["CG", "BFGS", "L-BFGS-B"])
def test_it_solves_xor_and_leaves_the_network_alone(method):
    net = nn.Network.create([2, 5, 1], loss="binary_cross_entropy", rng=0)
    before = nn.flatten(net.params)
    found = nn.minimise(net, X, y, method=method)
    assert found.network.loss(X, y) < 0.01
    assert found.loss[-1] == pytest.approx(found.network.loss(X, y))
    assert found.loss[0] == pytest.approx(net.loss(X, y))
    assert found.evaluations == len(found.loss) - 1
    np.testing.assert_array_equal(nn.flatten(net.params), before)


@pytest.mark.parametrize("method", ["CG", "BFGS", "L-BFGS-B"])
def test_at_a_saddle_scipy_reports_success_at_the_start(method):
    net = nn.Network.create([2, 5, 1], hidden="tanh", loss="binary_cross_entropy", rng=0)
    net = net.with_params({name: 1e-4 * array for name, array in net.params.items()})
    found = nn.minimise(net, X, y, method=method)
    assert found.success
    assert found.loss[-1] == pytest.approx(np.log(2), abs=1e-6)
    assert "SciPy says success" in repr(found)


def test_a_tight_tolerance_goes_on():
    net = nn.Network.create([2, 5, 1], loss="binary_cross_entropy", rng=0)
    tight = nn.minimise(net, X, y, method="L-BFGS-B", tolerance=1e-9)
    assert tight.gradient_norm < nn.minimise(net, X, y, method="L-BFGS-B").gradient_norm


def test_a_method_that_is_not_one_is_refused():
    with pytest.raises(ValueError, match=r"nn.minimise: method is 'cg'; expected one of 'CG', 'BFGS', 'L-BFGS-B'"):
        nn.minimise(nn.Network.create([2, 1], rng=0), X, y, method="cg")
