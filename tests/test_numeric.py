"""numeric: central differences of known functions, and a loss that is watched."""

from math import sin

import numpy as np
import pytest
from complaints import assert_complains

import nnkit as nn
from nnkit.numeric import central_difference, float_params, nudged

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


@pytest.mark.parametrize("array", [np.array([1, 2]), np.array([True]), np.ones(2, np.float32), np.array([1.0], object)])
def test_an_array_that_cannot_hold_a_nudge_is_refused(array):
    """A nudged 1 is cut off to 0 or 1, and the slope was 50,000."""
    says = f"central_difference: array holds {array.dtype}; expected float64"
    assert_complains(ValueError, lambda: central_difference(array.sum, array), says, "array.astype(float)")


STEPS = [0, -1e-5, np.nan, np.inf, True, "a", None]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_a_positive_number(step):
    of, grad = {"a": 1.0}, lambda p, X, y: {"a": 2 * p["a"]}
    for where, call in (
        ("numeric_gradient", lambda: nn.numeric_gradient(lambda p, X, y: p["a"] ** 2, of, 0, 0, step=step)),
        ("numeric_hessian", lambda: nn.numeric_hessian(grad, of, 0, 0, step=step)),
    ):
        assert_complains(ValueError, call, f"{where}: step is {step!r}; expected a positive number")


# --- the door --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [3.0, 3, np.array(3), [3.0], np.array([[3.0]])])
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
    "float32": (ValueError, np.float32(3), "is a float32; expected a float64", "A nudge of 1e-05", "X and y"),
    "float16": (ValueError, np.ones((1, 1), np.float16), "is a float16; expected a float64"),
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
    "array": (np.ones(2), "params is a ndarray; expected a dict of arrays", '{"W1": W1'),
    "array of one": (np.ones(1), "params is a ndarray; expected a dict of arrays"),
    "array of none": (np.ones(0), "params is a ndarray; expected a dict of arrays"),
    "None": (None, "params is a NoneType; expected a dict of arrays"),
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


def test_the_hessian_does_not_depend_on_the_order_of_the_gradients_keys():
    """C = a b0 b1 + b0**3: the rows are those of params, whatever grad puts first; other entries are left out."""
    params = {"a": 2.0, "b": np.array([3.0, 5.0])}

    def grad(p, X, y):
        (b0, b1), a = p["b"], p["a"]
        return {"z": np.ones(4), "b": np.array([a * b1 + 3 * b0**2, a * b0]), "a": b0 * b1}

    hessian = nn.numeric_hessian(grad, params, None, None)
    np.testing.assert_allclose(hessian, [[0, 5, 3], [5, 18, 2], [3, 2, 0]], rtol=1e-7, atol=1e-7)


NO_GRADIENTS = {
    "None": (None, "is a NoneType; expected a dict with the names of params", "return"),
    "other keys": ({"da": 1.0}, "has the keys ['da']; expected the keys of params, ['a']", "'a' is missing"),
    "NaN": ({"a": np.nan}, "has nan at"),
}


@pytest.mark.parametrize("case", NO_GRADIENTS)
def test_the_hessian_wants_a_gradient(case):
    answer, *phrases = NO_GRADIENTS[case]
    call = lambda: nn.numeric_hessian(lambda p, X, y: answer, {"a": 1.0}, 0, 0)  # noqa: E731
    assert_complains(ValueError, call, "numeric_hessian: grad(params, X, y)", *phrases)
    wrong = lambda: nn.numeric_hessian(lambda p, X, y: {"a": np.ones(2)}, {"a": 1.0}, 0, 0)  # noqa: E731
    assert_complains(nn.ShapeError, wrong, "numeric_hessian: grad(params, X, y)['a'] has shape (2,); expected ()")


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
