"""Parameters as one vector: flatten and restore undo each other, and the cosine is that of the two vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnkit as nn


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


@given(st.integers(0, 999), st.floats(0.01, 100))
def test_the_cosine_forgives_a_positive_factor_and_nothing_else(seed, factor):
    rng = np.random.default_rng(seed)
    g = {"W": rng.normal(size=(2, 3)), "b": rng.normal(size=3)}
    h = {"b": rng.normal(size=3), "W": rng.normal(size=(2, 3))}
    assert nn.cosine(g, {name: factor * array for name, array in g.items()}) == pytest.approx(1)
    assert nn.cosine(g, {name: -factor * array for name, array in g.items()}) == pytest.approx(-1)
    u, v = (np.array([*d["W"].ravel(), *d["b"]]) for d in (g, h))
    assert nn.cosine(g, h) == pytest.approx(u @ v / np.linalg.norm(u) / np.linalg.norm(v))  # by name, not by order


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e-100, 1e100, 1e200, 1e308])
def test_the_cosine_does_not_depend_on_the_size(size):
    """The square of an entry leaves the range of floats; the angle does not."""
    g = {"W": np.array([size, 0.0]), "b": np.array(size)}
    assert nn.cosine(g, g) == pytest.approx(1)
    assert nn.cosine(g, {"W": np.array([-1.0, 0.0]), "b": np.array(-1.0)}) == pytest.approx(-1)
    assert nn.cosine(g, {"W": np.array([1.0, 0.0]), "b": np.array(0.0)}) == pytest.approx(0.5**0.5)


def test_the_cosine_with_nothing_is_0():
    assert nn.cosine({"W": np.zeros(3)}, {"W": np.ones(3)}) == 0


def test_the_cosine_of_gradients_of_other_parameters_is_refused():
    with pytest.raises(nn.ShapeError, match=r"cosine: other holds \{'V': \(3,\)\}; expected \{'W': \(3,\)\}"):
        nn.cosine({"W": np.zeros(3)}, {"V": np.ones(3)})
