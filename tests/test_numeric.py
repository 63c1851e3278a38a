"""numeric: central differences of known functions, and a loss that is watched."""

from math import sin

import numpy as np
import pytest
from complaints import assert_complains

import nnkit as nn
from nnkit.numeric import central_difference, copy_of, float_params, nudged

pytestmark = pytest.mark.filterwarnings("error")


# --- the slope -------------------------------------------------------------------------------------------------------


def test_central_difference_of_a_cube_is_off_by_the_square_of_the_step():
    """((θ + h)^3 - (θ - h)^3) / 2h = 3 θ^2 + h^2: both the 2h and the step are in it."""
    theta = np.array([2.0, -1.0, 0.0])
    for step in (0.5, 0.1):
        slope = central_difference(lambda: np.sum(theta**3), theta, step)
        np.testing.assert_allclose(slope, 3 * theta**2 + step**2, rtol=1e-12)


def test_central_difference_of_several_numbers_has_both_shapes():
    """f_k = sum_ij M_kij θ_ij has the slope M_kij."""
    M = np.random.default_rng(0).normal(size=(4, 2, 3))
    theta = np.ones((2, 3))
    slopes = central_difference(lambda: np.einsum("kij,ij->k", M, theta), theta)
    assert slopes.shape == (2, 3, 4)
    np.testing.assert_allclose(slopes, np.moveaxis(M, 0, -1), rtol=1e-9)


def test_central_difference_of_a_single_number_and_of_none():
    theta = np.array(3.0)
    slope = central_difference(lambda: theta**2, theta)
    assert slope.shape == ()
    assert float(slope) == pytest.approx(6, rel=1e-10)
    nothing = np.zeros((0, 2))
    assert central_difference(nothing.sum, nothing).shape == (0, 2)


def test_the_array_is_as_it_was_also_when_f_raises():
    theta = np.array([0.1, 0.2, 0.3])
    central_difference(theta.sum, theta)
    np.testing.assert_array_equal(theta, [0.1, 0.2, 0.3])

    def fails():
        if theta[1] != 0.2:
            raise ZeroDivisionError
        return theta.sum()

    with pytest.raises(ZeroDivisionError):
        central_difference(fails, theta)
    np.testing.assert_array_equal(theta, [0.1, 0.2, 0.3])


def test_nudged_moves_one_entry_for_one_call():
    theta = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(nudged(theta.copy, theta, (1, 0), 0.5), [[1, 2], [3.5, 4]])
    np.testing.assert_array_equal(theta, [[1, 2], [3, 4]])


def test_numeric_gradient_of_a_known_loss():
    """Odd names, any shape, whole numbers, float32: everything is looked at in float64."""
    params = {"a row": np.array([1.0, 2.0], np.float32), "θ": 3, "W": [[1, 2], [3, 4]]}

    def loss(p, X, y):
        assert all(array.dtype == np.float64 for array in p.values())
        return X * sin(p["θ"]) + (p["a row"] ** 2).sum() + y * (p["W"] @ p["W"])[0, 1]

    grads = nn.numeric_gradient(loss, params, 10.0, 2.0)
    assert list(grads) == ["a row", "θ", "W"]
    np.testing.assert_allclose(grads["a row"], [2, 4], rtol=1e-9)
    np.testing.assert_allclose(grads["θ"], 10 * np.cos(3), rtol=1e-9)
    np.testing.assert_allclose(grads["W"], [[4, 10], [0, 4]], rtol=1e-9, atol=1e-8)
    assert grads["θ"].shape == ()


def test_numeric_gradient_takes_a_step():
    grads = nn.numeric_gradient(lambda p, X, y: p["a"] ** 3, {"a": 2.0}, None, None, step=0.1)
    assert float(grads["a"]) == pytest.approx(12.01, rel=1e-12)


def test_numeric_gradient_works_on_copies():
    params, X, y = {"W": np.ones((2, 1))}, np.ones((3, 2)), np.ones((3, 1))

    def vandal(p, X, y):
        value = ((X @ p["W"] - y) ** 2).sum()
        for array in (p["W"], X, y):
            array[:] = 99
        p["more"] = np.zeros(1)
        return value

    grads = nn.numeric_gradient(vandal, params, X, y)
    np.testing.assert_allclose(grads["W"], [[6], [6]], rtol=1e-9)
    assert list(params) == ["W"]
    for array in (params["W"], X, y):
        assert (array == 1).all()


def test_copy_of_copies_arrays_and_lists_to_the_bottom():
    for thing in (np.ones(2), [[1.0], [2.0]], {"a": np.ones(2)}):
        copy = copy_of(thing)
        assert copy is not thing
        assert repr(copy) == repr(thing)
    nested = [[1.0]]
    assert copy_of(nested)[0] is not nested[0]


# --- the door --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [3.0, np.float32(3), np.array(3), [3.0], np.array([[3.0]])])
def test_a_loss_of_one_number_in_any_wrapping_will_do(value):
    assert not nn.numeric_gradient(lambda p, X, y: value, {"a": 1.0}, 0, 0)["a"].any()


WRONG_LOSSES = {
    "per example": (nn.ShapeError, np.ones(4), "has shape (4,); expected one number", ".mean() or .sum()"),
    "per output": (nn.ShapeError, np.ones((4, 1)), "has shape (4, 1); expected one number", "averaged or summed"),
    "nothing": (nn.ShapeError, [], "has shape (0,); expected one number"),
    "NaN": (ValueError, np.nan, "is nan; expected a finite number", "A logarithm of 0"),
    "infinite": (ValueError, np.array([[-np.inf]]), "is -inf; expected a finite number"),
    "text": (ValueError, "small", "is 'small'; expected an array of real numbers"),
    "a tuple with the output": (ValueError, (0.5, np.ones(4)), "is (0.5, array(", "expected an array of real numbers"),
    "None": (ValueError, None, "is None; expected a number", "return"),
}


@pytest.mark.parametrize("case", WRONG_LOSSES)
def test_a_loss_that_is_not_one_finite_number(case):
    kind, value, *phrases = WRONG_LOSSES[case]
    for where, call in (
        ("numeric_gradient: ", lambda: nn.numeric_gradient(lambda p, X, y: value, {"a": 1.0}, 0, 0)),
        ("check_gradient: ", lambda: nn.check_gradient(lambda p, X, y: value, lambda p, X, y: p, {"a": 1.0}, 0, 0)),
    ):
        assert_complains(kind, call, where + "loss(params, X, y) ", *phrases)


WRONG_PARAMS = {
    "list": ([np.ones(2)], "params is a list; expected a dict of arrays", '{"W1": W1, "W2": W2}'),
    "array": (np.ones(1), "params is a ndarray; expected a dict of arrays", '{"W1": W1'),
    "empty": ({}, "params is empty; expected a dict of arrays, one entry per parameter"),
    "text": ({"W": "abc"}, "params['W'] is 'abc'; expected an array of real numbers"),
    "ragged": ({"W": [[1], [1, 2]]}, "params['W'] is [[1], [1, 2]]; expected an array of real numbers"),
    "NaN": ({"b": [0, np.nan]}, "params['b'] has nan at params['b'][1]; expected finite numbers only"),
}


@pytest.mark.parametrize("case", WRONG_PARAMS)
def test_params_that_are_no_dict_of_finite_arrays(case):
    params, *phrases = WRONG_PARAMS[case]
    for where, call in (
        ("numeric_gradient: ", lambda: nn.numeric_gradient(lambda p, X, y: 0.0, params, 0, 0)),
        ("check_gradient: ", lambda: nn.check_gradient(lambda p, X, y: 0.0, lambda p, X, y: p, params, 0, 0)),
    ):
        assert_complains(ValueError, call, where, *phrases)


def test_float_params_copies_float64_too():
    W = np.ones(2)
    float_params("f", {"W": W})["W"][:] = 5
    np.testing.assert_array_equal(W, [1, 1])


def test_the_hessian_of_a_regression_is_two_over_n_times_x_transposed_x():
    X = np.random.default_rng(0).normal(size=(5, 3))
    net = nn.Network.create([3, 1], output="identity", loss="squared_error", bias=False, rng=1)
    hessian = nn.numeric_hessian(nn.loss_and_grad(net)[1], net.params, X, np.ones((5, 1)))
    np.testing.assert_allclose(hessian, 2 / 5 * X.T @ X, rtol=1e-8)


def test_the_hessian_of_two_layers_is_that_of_pytorch():
    import torch

    X, y = nn.datasets.xor()
    net = nn.Network.create([2, 2, 1], rng=3)
    hessian = nn.numeric_hessian(nn.loss_and_grad(net)[1], net.params, X, y)

    def loss(theta):
        W1, b1, W2, b2 = theta[:4].reshape(2, 2), theta[4:6], theta[6:8].reshape(2, 1), theta[8:]
        a = torch.sigmoid(torch.sigmoid(torch.tensor(X) @ W1 + b1) @ W2 + b2)
        return 0.5 * ((a - torch.tensor(y)) ** 2).mean()

    assert list(net.params) == ["W1", "b1", "W2", "b2"]
    expected = torch.autograd.functional.hessian(loss, torch.tensor(nn.flatten(net.params)))
    np.testing.assert_allclose(hessian, expected.numpy(), rtol=1e-6, atol=1e-9)
