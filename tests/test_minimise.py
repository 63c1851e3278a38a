"""SciPy's optimisers through the adapter."""

import numpy as np
import pytest

import nnkit as nn

X, y = nn.datasets.xor()


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


@pytest.mark.parametrize(
    ("argument", "value"),
    [("tolerance", np.nan), ("tolerance", 0), ("tolerance", "a"), ("iterations", -1), ("iterations", 2.5)],
)
def test_a_number_that_is_none_is_refused_before_scipy_makes_something_of_it(argument, value):
    X, y = nn.datasets.xor()
    with pytest.raises(ValueError, match=rf"nn.minimise: {argument} is {value!r}; expected a"):
        nn.minimise(nn.Network.create([2, 1], rng=0), X, y, **{argument: value})
