"""door: every wrong input is refused with the argument, what it is, what it should be, and the likely cause."""

import numpy as np
import pytest
from complaints import assert_complains

import nnkit as nn
from nnkit import Network, ShapeError
from nnkit.door import check_inputs, check_labels, check_params, check_sizes
from nnkit.functions import LOSSES

pytestmark = pytest.mark.filterwarnings("error")

X, Y = nn.datasets.xor()
NET = Network.create([2, 3, 1], rng=0)
HSE = LOSSES["half_squared_error"]

# --- X ---------------------------------------------------------------------------------------------------------------

WRONG_X = {
    "three columns": (
        ShapeError,
        np.zeros((4, 3)),
        "X has shape (4, 3); expected (N, 2)",
        "Create the network with as",
    ),
    "bias column": (
        ShapeError,
        nn.datasets.xor_with_bias_column()[0],
        "X has shape (4, 3); expected (N, 2)",
        "The last column is all ones: leave it out, layer 1 has its own bias, or create 3 inputs.",
    ),
    "columns": (ShapeError, np.zeros((2, 4)), "X has shape (2, 4); expected (N, 2)", "Did you mean X.T?"),
    "one example": (ShapeError, [0, 1], "X has shape (2,); expected (N, 2)", "A single example is a row: X[None, :]."),
    "flat": (ShapeError, np.zeros(8), "X has shape (8,); expected (N, 2)", "or pass the 2 columns"),
    "number": (ShapeError, 3.0, "X has shape (); expected (N, 2)", "one column for each of the network's 2 inputs"),
    "stack": (ShapeError, np.zeros((1, 4, 2)), "X has shape (1, 4, 2); expected (N, 2)", "examples in rows"),
    "no examples": (ShapeError, np.zeros((0, 2)), "X has shape (0, 2); expected (N, 2)", "There is no example in it."),
    "empty list": (ShapeError, [], "X has shape (0,); expected (N, 2)", "There is no example in it."),
    "NaN": (ValueError, [[0, 1], [np.nan, 0]], "X has nan at X[1, 0]; expected finite numbers", "missing value"),
    "infinite": (ValueError, [[0, np.inf]], "X has inf at X[0, 1]; expected finite numbers only", "division by zero"),
    "text": (ValueError, [["a", "b"]], "X is [['a', 'b']]; expected an array of real numbers", "text"),
    "ragged": (ValueError, [[0, 1], [1]], "X is [[0, 1], [1]]; expected an array of real numbers", "Rows of different"),
}


@pytest.mark.parametrize("case", WRONG_X)
def test_wrong_inputs_are_refused_by_every_function_that_takes_them(case):
    kind, x, says, cause = WRONG_X[case]
    for where, call in (
        ("net.forward: ", lambda: NET.forward(x)),
        ("net.forward: ", lambda: NET.loss(x, Y)),
        ("nn.backward: ", lambda: nn.backward(NET, x, Y)),
        ("nn.train: ", lambda: nn.train(NET, x, Y, optimiser=nn.GradientDescent(1.0), epochs=1)),
    ):
        assert_complains(kind, call, where, says, cause)


@pytest.mark.parametrize("x", [[[0, 1]], ((0, 1),), np.array([[False, True]]), np.array([[0, 1]], np.float32)])
def test_inputs_come_in_as_float64(x):
    array = check_inputs("f", x, 2)
    np.testing.assert_array_equal(array, [[0, 1]])
    assert array.dtype == np.float64


# --- y ---------------------------------------------------------------------------------------------------------------

WRONG_Y = {  # name: (error, n_outputs, loss, y, phrases), for 4 examples
    "flat": (ShapeError, 1, "half_squared_error", Y.ravel(), "(4,); expected (4, 1)", "4 × 4", "Use y[:, None]."),
    "flat at one example too few": (
        ShapeError,
        1,
        "half_squared_error",
        np.zeros(3),
        "(3,); expected (4, 1)",
        "one row",
    ),
    "class numbers": (ShapeError, 3, "cross_entropy", [0, 1, 2, 1], "(4,); expected (4, 3)", "one_hot(y, 3)"),
    "columns": (ShapeError, 3, "squared_error", np.zeros((3, 4)), "(3, 4); expected (4, 3)", "Did you mean y.T?"),
    "row": (ShapeError, 1, "squared_error", Y.T, "(1, 4); expected (4, 1)", "Did you mean y.T?"),
    "split apart": (
        ShapeError,
        1,
        "squared_error",
        Y[:3],
        "(3, 1); expected (4, 1)",
        "4 examples",
        "3 labels",
        "shuffled",
    ),
    "two columns for one output": (
        ShapeError,
        1,
        "squared_error",
        np.zeros((4, 2)),
        "(4, 2); expected (4, 1)",
        "one row",
    ),
    "NaN": (ValueError, 1, "squared_error", [[0], [1], [np.nan], [0]], "has nan at y[2, 0]; expected finite"),
    "text": (ValueError, 1, "squared_error", [["yes"]] * 4, "is [['yes']", "expected an array of real numbers"),
    "minus 1": (ValueError, 1, "binary_cross_entropy", 2 * Y - 1, "values from -1 to 1; expected", "(y + 1) / 2"),
    "above 1": (
        ValueError,
        1,
        "binary_cross_entropy_sum",
        2 * Y,
        "values from 0 to 2; expected probabilities in [0, 1]",
    ),
    "negative": (ValueError, 2, "cross_entropy", [[2, -1]] * 4, "values from -1 to 2; expected", "for cross_entropy"),
    "row sum": (
        ValueError,
        2,
        "cross_entropy",
        [[1, 0], [0, 1], [1, 1], [0, 0.9]],
        "has a row that sums to 2; expected rows that sum to 1, one probability per class",
        "one_hot",
    ),
    "row sum 0": (
        ValueError,
        2,
        "cross_entropy_sum",
        np.zeros((4, 2)),
        "has a row that sums to 0; expected",
        "one_hot",
    ),
}


@pytest.mark.parametrize("case", WRONG_Y)
def test_wrong_labels_are_refused_by_every_function_that_takes_them(case):
    kind, n_outputs, loss, y, *phrases = WRONG_Y[case]
    output = "softmax" if loss.startswith("cross") else "sigmoid"
    net = Network.create([2, n_outputs], output=output, loss=loss, rng=0)
    for where, call in (
        ("net.loss: y ", lambda: net.loss(X, y)),
        ("net.loss: y ", lambda: net.loss_per_example(X, y)),
        ("nn.backward: y ", lambda: nn.backward(net, X, y)),
        ("nn.train: y ", lambda: nn.train(net, X, y, optimiser=nn.GradientDescent(1.0), epochs=1)),
    ):
        assert_complains(kind, call, where, *phrases)


def test_labels_that_fit_come_in_as_float64():
    array = check_labels("f", [[0], [1]], 2, 1, LOSSES["binary_cross_entropy"])
    np.testing.assert_array_equal(array, [[0], [1]])
    assert array.dtype == np.float64
    assert check_labels("f", [[-3.0], [8.0]], 2, 1, HSE).shape == (2, 1)  # any label will do for a squared error
    check_labels("f", [[0.2, 0.8], [1 / 3, 2 / 3]], 2, 2, LOSSES["cross_entropy"])
    check_labels("f", [[1.0, 1.0]], 1, 2, LOSSES["binary_cross_entropy"])  # two yes-or-no answers need not sum to 1


# --- sizes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sizes",
    [[5], [], 3, "21", [2, 0], [2, -1, 1], [2, 2.0], [2, True], [2, None], {2, 1}, None, [[2, 1]], np.array([[2, 1]])],
)
def test_wrong_sizes(sizes):
    assert_complains(
        ValueError,
        lambda: Network.create(sizes),
        f"Network.create: sizes is {sizes!r}; expected two or more whole numbers of at least 1",
        "its input counts as a layer size",
    )


def test_sizes_come_in_as_ints():
    sizes = check_sizes("f", (np.int32(2), 3, np.uint8(1)))
    assert sizes == [2, 3, 1]
    assert all(type(size) is int for size in sizes)


# --- parameters ------------------------------------------------------------------------------------------------------

W = np.ones
WRONG_PARAMS = {
    "W2 swapped": (
        ShapeError,
        {"W1": W((2, 5)), "W2": W((1, 5))},
        "W2 has shape (1, 5); expected (fan_in, fan_out) with fan_in = 5, the columns of W1 (2, 5).",
        "Did you mean W2.T?",
    ),
    "all swapped": (
        ShapeError,
        {"W1": W((3, 2)), "b1": W(3), "W2": W((1, 3)), "b2": W(1)},
        "b1 has shape (3,); expected (2,), one bias per column of W1 (3, 2).",
        "Are your weights (fan_out, fan_in)? Then pass W1.T, and so in every layer.",
    ),
    "all swapped, no biases": (
        ShapeError,
        {"W1": W((3, 2)), "W2": W((1, 3))},
        "W2 has shape (1, 3); expected (fan_in, fan_out) with fan_in = 2",
        "Are your weights (fan_out, fan_in)? Then pass W1.T and W2.T",
    ),
    "layers do not meet": (
        ShapeError,
        {"W1": W((2, 5)), "W2": W((4, 3))},
        "W2 has shape (4, 3); expected (fan_in, fan_out) with fan_in = 5",
        "Two layers do not meet here.",
    ),
    "third layer": (
        ShapeError,
        {"W1": W((2, 5)), "W2": W((5, 4)), "W3": W((5, 1))},
        "W3 has shape (5, 1); expected (fan_in, fan_out) with fan_in = 4, the columns of W2 (5, 4)",
    ),
    "flat W": (ShapeError, {"W1": W(2)}, "W1 has shape (2,); expected (fan_in, fan_out).", "W[:, None]"),
    "number W": (ShapeError, {"W1": 1.0}, "W1 has shape (); expected (fan_in, fan_out)"),
    "no units": (ShapeError, {"W1": W((2, 0))}, "W1 has shape (2, 0); expected (fan_in, fan_out)"),
    "b too short": (
        ShapeError,
        {"W1": W((2, 5)), "b1": W(4)},
        "b1 has shape (4,); expected (5,), one bias per column of W1 (2, 5).",
    ),
    "b of the inputs": (ShapeError, {"W1": W((2, 5)), "b1": W(2)}, "b1 has shape (2,); expected (5,)"),
    "b as a row": (ShapeError, {"W1": W((2, 5)), "b1": W((1, 5))}, "b1 has shape (1, 5); expected (5,)", "b1.ravel()"),
    "NaN": (ValueError, {"W1": [[np.nan]]}, "W1 has nan at W1[0, 0]; expected finite numbers only"),
    "infinite b": (ValueError, {"W1": [[1.0]], "b1": [np.inf]}, "b1 has inf at b1[0]; expected finite numbers only"),
    "text": (ValueError, {"W1": [["a"]]}, "W1 is [['a']]; expected an array of real numbers"),
    "gap": (
        ValueError,
        {"W1": W((2, 2)), "W3": W((2, 1))},
        "params has the keys ['W1', 'W3']; expected",
        "without a gap",
        "'W3' belongs to no layer.",
    ),
    "odd name": (
        ValueError,
        {"W1": W((2, 2)), "weights": W(1)},
        "params has the keys",
        "'weights' belongs to no layer.",
    ),
    "b without W": (ValueError, {"W1": W((2, 2)), "b2": W(2)}, "params has the keys", "'b2' belongs to no layer."),
    "from 0": (ValueError, {"W0": W((2, 2))}, "params has the keys ['W0']; expected", "Count layers from 1."),
    "empty": (ValueError, {}, 'params has the keys []; expected "W1", "W2", ...', "Count layers from 1."),
}


@pytest.mark.parametrize("case", WRONG_PARAMS)
def test_wrong_parameters(case):
    kind, params, *phrases = WRONG_PARAMS[case]
    assert_complains(kind, lambda: Network.from_params(params), "Network.from_params: ", *phrases)


def test_parameters_come_in_as_copies_in_the_order_of_the_layers():
    given = {"b1": np.zeros(3), "W2": np.ones((3, 1)), "W1": np.ones((2, 3), int)}
    arrays = check_params("f", given)
    assert list(arrays) == ["W1", "b1", "W2"]
    arrays["b1"] += 1
    arrays["W2"] += 1
    assert not given["b1"].any()
    assert (given["W2"] == 1).all()
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float64)}


# --- once wrong, mended since ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argument", "make"),
    [
        ("params", lambda: Network.from_params([W((2, 3)), W((3, 1))])),
        ("params", lambda: Network.from_params(None)),
        ("params", lambda: Network.from_params({"W1": W((2, 3)), 2: W((3, 1))})),
        ("sizes", lambda: Network.create(np.array(3))),
        ("hidden", lambda: Network.create([2, 3, 1], hidden=None)),
    ],
    ids=[
        "params a list",
        "params None",
        "params with a number for a key",
        "sizes an array of no dimension",
        "hidden None",
    ],
)
def test_these_are_refused_at_the_door_too(argument, make):
    assert_complains(ValueError, make, f": {argument} ", "expected")


def test_complex_numbers_are_not_real_numbers():
    assert_complains(ValueError, lambda: NET.forward(X + 1j), "X is ", "expected an array of real numbers")
