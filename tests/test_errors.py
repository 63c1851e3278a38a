"""errors: the one sentence form, and the three small doors made of it."""

from fractions import Fraction

import numpy as np
import pytest
from complaints import assert_complains

import nnkit as nn
from nnkit.errors import (
    ShapeError,
    a_count,
    a_generator,
    a_positive,
    as_float_array,
    choice,
    require_finite,
    sentence,
)


def test_a_shape_error_is_a_value_error_and_public():
    assert issubclass(ShapeError, ValueError)
    assert nn.ShapeError is ShapeError


def test_sentence_says_where_what_is_what_should_be_and_why():
    assert sentence("f", "x", "is 3", "4", "A typo.") == "f: x is 3; expected 4. A typo."
    assert sentence("f", "x", "is 3", "4") == "f: x is 3; expected 4."


@pytest.mark.parametrize("value", [3, [1, 2], ((1, 2), (3, 4)), np.ones(2, np.float32), np.array([True, False]), []])
def test_numbers_in_any_container_become_float64(value):
    array = as_float_array("f", "x", value)
    assert array.dtype == np.float64
    assert array.shape == np.shape(value)
    np.testing.assert_array_equal(array, value)


@pytest.mark.parametrize(
    "value",
    [
        np.array([[1, 2.5], [True, np.float32(4)]], dtype=object),  # what a table with columns of several kinds gives
        np.array([np.int64(3), np.bool_(True)], dtype=object),
        [2**70, 1],
        2**70,
        Fraction(1, 4),
    ],
)
def test_numbers_that_come_as_objects_are_numbers(value):
    array = as_float_array("f", "x", value)
    assert array.dtype == np.float64
    assert array.shape == np.shape(value)
    assert array.tolist() == np.vectorize(float, otypes=[float])(value).tolist()


NO_NUMBERS = [np.array([1, None], dtype=object), np.array([1, "2"], dtype=object), [1j], 10**400, [np.ones(2), 3]]


@pytest.mark.parametrize("value", NO_NUMBERS, ids=lambda value: repr(value)[:20])
def test_objects_that_are_no_real_numbers_are_refused(value):
    assert_complains(ValueError, lambda: as_float_array("f", "x", value), "f: x is ", "an array of real numbers")


@pytest.mark.parametrize("value", [[[1, 2], [3]], "text", [["a", "b"]], {"W1": 1}, [object()]])
def test_what_is_no_array_of_numbers_is_named(value):
    assert_complains(
        ValueError,
        lambda: as_float_array("here", "thing", value),
        "here: thing is ",
        "; expected an array of real numbers. ",
        "Rows of different lengths",
    )


def test_a_long_value_is_quoted_in_part():
    assert_complains(ValueError, lambda: as_float_array("f", "x", ["a" * 500]), "f: x is ['aaa", "...; expected")
    with pytest.raises(ValueError) as caught:
        as_float_array("f", "x", ["a" * 500])
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("array", "says"),
    [
        (np.array([[1.0, 2.0], [3.0, np.nan]]), "x has nan at x[1, 1]; expected finite numbers only"),
        (np.array([0.0, np.inf, np.nan]), "x has inf at x[1];"),
        (np.array(-np.inf), "x has -inf at x;"),
    ],
)
def test_the_first_entry_that_is_not_finite_is_named(array, says):
    assert_complains(ValueError, lambda: require_finite("f", "x", array), says, "A missing value in the data")


@pytest.mark.parametrize("array", [np.zeros((2, 2)), np.array(1e308), np.zeros((0, 3))])
def test_finite_arrays_pass(array):
    assert require_finite("f", "x", array) is None


def test_choice_returns_the_option():
    assert choice("f", "x", "relu", ["relu", "tanh"]) == "relu"


@pytest.mark.parametrize(
    ("value", "guess"),
    [("ReLU", "relu"), ("Sigmoidal", "sigmoid"), ("half squared error", "half_squared_error"), ("sigmod", "sigmoid")],
)
def test_choice_guesses_what_was_meant_before_it_lists_what_there_is(value, guess):
    options = ["relu", "sigmoid", "half_squared_error"]
    assert_complains(
        ValueError,
        lambda: choice("f", "x", value, options),
        f"f: x is {value!r}; expected one of 3 names. Did you mean {guess!r}?",
        "They are 'relu', 'sigmoid', 'half_squared_error'.",
    )


@pytest.mark.parametrize("value", ["zzz", None, 3, ["relu"], np.tanh])
def test_choice_without_a_guess_only_lists(value):
    options = ["tanh", "softmax"]
    assert_complains(
        ValueError, lambda: choice("f", "x", value, options), "x is ", "expected one of 'tanh', 'softmax'."
    )
    with pytest.raises(ValueError) as caught:
        choice("f", "x", value, options)
    assert "Did you mean" not in str(caught.value)


NO_POSITIVE = [0, -1, np.nan, np.inf, "a", None, True, [1], np.complex128(1), 10**400]


@pytest.mark.parametrize("value", NO_POSITIVE, ids=lambda value: repr(value)[:9])
def test_a_positive_is_a_finite_real_number_above_0(value):
    assert a_positive("f", "x", np.float32(0.5)) == 0.5
    assert_complains(ValueError, lambda: a_positive("f", "x", value, "So."), "f: x is ", "a positive number. So.")


@pytest.mark.parametrize("value", [0, 2.0, "2", None, True, 7])
def test_a_count_is_a_whole_number_in_its_range(value):
    assert a_count("f", "x", np.int64(6), most=6) == 6
    assert_complains(
        ValueError, lambda: a_count("f", "x", value, most=6), f"f: x is {value!r}; expected a whole", "1 to 6"
    )
    if value != 7:
        wanted = "expected a whole number of at least 1"
        assert_complains(ValueError, lambda: a_count("f", "x", value), f"f: x is {value!r}; {wanted}")


@pytest.mark.parametrize("rng", ["a", -1, 1.5, [0.5]])
def test_a_generator_comes_from_a_seed_or_is_one(rng):
    own = np.random.default_rng(0)
    assert a_generator("f", own) is own
    assert a_generator("f", 7).random() == np.random.default_rng(7).random()
    assert a_generator("f", None).random() != a_generator("f", None).random()
    assert_complains(
        ValueError, lambda: a_generator("f", rng), f"f: rng is {rng!r}; expected a seed", "a NumPy Generator"
    )


X, Y = np.ones((4, 2)), np.ones((4, 1))
NET = nn.Network.create([2, 1], rng=0)
DOORS = {
    "backward, no network": (lambda: nn.backward(None, X, Y), "nn.backward: net is a NoneType; expected a Network"),
    "backward, swapped": (lambda: nn.backward(X, NET, Y), "nn.backward: net is a ndarray; expected a Network"),
    "backward, a slug": (
        lambda: nn.backward(NET, X, Y, recipe="transposed"),
        "nn.backward: recipe is 'transposed'; expected a Recipe. ",
        "nn.mistakes.plant('transposed')",
    ),
    "train, no network": (lambda: nn.train(None, X, Y, optimiser=nn.Adam(1), epochs=1), "nn.train: net is a NoneType"),
    "train, a slug": (
        lambda: nn.train(NET, X, Y, optimiser=nn.Adam(0.1), epochs=1, recipe="sign"),
        "nn.train: recipe is 'sign'; expected a Recipe",
    ),
    "train, rng": (
        lambda: nn.train(NET, X, Y, optimiser=nn.Adam(0.1), epochs=1, rng=1.5), "nn.train: rng is 1.5; expected a seed"
    ),
    "minimise, no network": (lambda: nn.minimise(None, X, Y), "nn.minimise: net is a NoneType; expected a Network"),
    "loss_and_grad, no network": (lambda: nn.loss_and_grad(None), "loss_and_grad: net is a NoneType"),
    "loss_and_grad, a slug": (lambda: nn.loss_and_grad(NET, recipe="sign"), "loss_and_grad: recipe is 'sign'"),
    "inspect, a slug": (lambda: nn.widgets.inspect(NET, X, Y, recipe="sign"), "inspect: recipe is 'sign'"),
    "neuron, a slug": (lambda: nn.widgets.neuron(NET, X, Y, recipe="sign"), "neuron: recipe is 'sign'"),
    "batch, a slug": (lambda: nn.widgets.batch(NET, X, Y, recipe="sign"), "batch: recipe is 'sign'"),
    "create, rng": (lambda: nn.Network.create([2, 1], rng="a"), "Network.create: rng is 'a'; expected a seed"),
    "create, sizes": (lambda: nn.Network.create([[2], 3]), "Network.create: sizes is [[2], 3]; expected two or more"),
    "terms, a list": (lambda: nn.backward(NET, X, Y).terms(["W1"], 0), "back.terms: param is ['W1']; expected one of"),
    "digits, rng": (lambda: nn.datasets.digits(rng=-1), "digits: rng is -1; expected a seed"),
    "race, rng": (
        lambda: nn.widgets.race(NET, X, Y, optimisers={"A": nn.Adam(0.1)}, rng="a"), "race: rng is 'a'; expected a seed"
    ),
    "race, nothing": (
        lambda: nn.widgets.race(NET, X, Y, optimisers={}),
        "race: optimisers holds 0 entries; expected a dict of 1 to 8 optimisers by name",
        "Each needs its learning rate",
    ),
    "an optimiser, complex": (
        lambda: nn.GradientDescent(np.complex128(1)), "GradientDescent: learning_rate is ", "expected a positive number"
    ),
    "flatten, nothing": (lambda: nn.flatten({}), "flatten: params is empty; expected a dict of arrays"),
    "flatten, complex": (lambda: nn.flatten({"W": [1j]}), "flatten: params['W'] is [1j]; expected an array of real"),
}  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_every_public_door_speaks_in_that_form(door):
    call, *phrases = DOORS[door]
    assert_complains(ValueError, call, *phrases)
