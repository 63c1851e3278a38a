"""errors: the one sentence form, and the three small doors made of it."""

import numpy as np
import pytest
from complaints import assert_complains

import nnkit as nn
from nnkit.errors import ShapeError, as_float_array, choice, require_finite, sentence


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
    assert "Did you mean" not in str(caught.value) or value is np.tanh
