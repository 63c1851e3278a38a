"""tape and buffers: what is noted, what is played, and where it is written."""

import numpy as np
import pytest

from nnkit.buffers import Bound
from nnkit.functions import sigmoid, sigmoid_slope, tanh
from nnkit.tape import Tape

rng = np.random.default_rng(0)


def played(f, *arrays, dtype=np.float64, limits=None):
    """f by way of a tape, its result, and the number of calls; the arrays change after the tape has listened."""
    inputs = [np.ones_like(array, dtype=dtype if array.shape else float) for array in arrays]
    tape = Tape()
    traced = f(*(tape.input(array) for array in inputs))
    out = np.full(traced.shape, np.nan, dtype if traced.shape else float)
    tape.keep(traced, out)
    calls = Bound(tape, dtype, limits).calls[""]
    for array, value in zip(inputs, arrays):
        array[...] = value
    for call in calls:
        call()
    return out, len(calls)


@pytest.mark.parametrize(
    ("f", "shapes", "most"),
    [
        (lambda x: x * 2 + 1, [(3, 4)], 2),
        (lambda x, y: x @ y.T, [(3, 4), (5, 4)], 1),
        (lambda x: x.sum(axis=0), [(3, 4)], 1),
        (lambda x: x.sum(axis=1, keepdims=True) * x, [(3, 4)], 2),
        (lambda x: x**2, [(3, 4)], 1),
        (lambda x: np.where(x > 0, 1.0, 0.0), [(3, 4)], 2),
        (lambda x: np.where(x > 0, x * x, -x), [(3, 4)], 5),
        (lambda x, y: np.einsum("nj,njk->nk", x, y), [(3, 4), (3, 4, 2)], 1),
        (lambda x: x[..., :, None] * (np.eye(4) - x[..., None, :]), [(3, 4)], 2),
        (lambda x: (np.exp(x) - np.exp(x) * x) / np.exp(x), [(3, 4)], 4),
        (lambda x, y: x / y * y, [(3, 4), (3, 4)], 1),
        (lambda x, y: np.exp(x) / y * y + y, [(3, 4), (3, 4)], 2),
        (lambda x: np.positive(np.exp(x)) * np.exp(x), [(3, 4)], 2),
        (lambda x: np.ones_like(x) * np.positive(x) * 1.0, [(3, 4)], 1),
        (lambda t: (1 - 0.9 ** (t + 1)) * 2.0, [()], 4),
        (lambda x, t: x / (1 - 0.9**t), [(3, 4), ()], 3),
        (lambda x: x.T @ (x + x.T[0, :3, None]), [(3, 4)], 2),
        (lambda x: sigmoid(x) + sigmoid_slope(x), [(3, 4)], 6),
        (lambda x: np.max(tanh(x), axis=-1, keepdims=True), [(3, 4)], 2),
    ],
)
def test_what_is_played_is_what_was_heard_and_nothing_twice(f, shapes, most):
    arrays = [rng.normal(size=shape) for shape in shapes]
    out, calls = played(f, *arrays)
    np.testing.assert_allclose(out, f(*arrays), rtol=1e-12)
    assert calls == most


def test_numbers_stay_float64_and_limits_are_translated():
    out, _ = played(lambda x, t: x * (1 - 0.999**t), np.ones((2, 2)), np.array(1.0), dtype=np.float32)
    np.testing.assert_allclose(out, np.float32(0.001), rtol=1e-7)
    assert out.dtype == np.float32
    out, _ = played(lambda x: np.minimum(x, 708.0), np.full(3, 1e9), dtype=np.float32, limits={708.0: 87.0})
    np.testing.assert_array_equal(out, np.full(3, 87, np.float32))


def test_a_result_is_kept_where_its_input_was_unless_that_is_still_to_be_read():
    """x becomes x + y and y becomes x - y: the old x is needed after the new one is there."""
    x, y = np.array([1.0, 2.0]), np.array([10.0, 20.0])
    tape = Tape()
    tx, ty = tape.input(x), tape.input(y)
    total, difference = tx + ty, tx - ty
    tape.keep(total, x)
    tape.keep(difference, y)
    for call in Bound(tape).calls[""]:
        call()
    np.testing.assert_array_equal([x, y], [[11, 22], [-9, -18]])


def test_a_result_that_has_to_wait_is_not_overwritten_while_it_waits():
    x, y = np.array([1.0, 2.0]), np.array([10.0, 20.0])
    total, tape = np.empty(2), Tape()
    tx, ty = tape.input(x), tape.input(y)
    tape.keep(tx + ty, x)  # has to wait: x is read below
    tape.keep(np.tanh(np.exp(ty) * 2) + tx, total)
    for call in Bound(tape).calls[""]:
        call()
    np.testing.assert_array_equal([x, total], [[11, 22], [2, 3]])


def test_one_result_may_be_kept_twice_and_an_input_may_be_kept():
    x, first, second, third = (np.full(2, value) for value in (3.0, 0.0, 0.0, 0.0))
    tape = Tape()
    noted = tape.input(x)
    for array in (first, second):
        tape.keep(noted + 1, array)
    tape.keep(noted, third)
    for call in Bound(tape).calls[""]:
        call()
    np.testing.assert_array_equal([x, first, second, third], np.array([[3, 3], [4, 4], [4, 4], [3, 3]]))


def test_a_part_knows_only_what_was_played_before_it():
    """exp is shared with the part that comes first, not with the part beside."""
    x, one, other = np.full(2, 1.0), np.zeros(2), np.zeros(2)
    tape = Tape()
    tape.begin("first")
    noted = tape.input(x)
    e = np.exp(noted)
    tape.begin("left", after="first")
    tape.keep(np.tanh(e) + 1, one)
    tape.begin("right", after="first")
    tape.keep(np.tanh(np.exp(noted)) * 3, other)
    calls = Bound(tape).calls
    assert [len(calls[part]) for part in ("first", "left", "right")] == [1, 2, 2]
    x[...] = 2.0
    for part in ("first", "right"):
        for call in calls[part]:
            call()
    np.testing.assert_allclose(other, np.tanh(np.exp(2.0)) * 3)
    np.testing.assert_array_equal(one, 0)


def test_a_factor_is_taken_out_only_where_it_is_the_only_use():
    for f, expected in ((lambda g, c: 1 - c * g, True), (lambda g, c: c * g + g, False), (lambda g, c: g + c, False)):
        tape = Tape()
        gradient, number = tape.input(np.ones(2)), tape.input(np.ones(()))
        out = np.empty(2)
        tape.keep(f(gradient, number), out)
        assert tape.take_out(gradient, number) == expected


def test_a_promised_one_is_no_factor_and_any_other_number_is():
    x, out = np.full((3, 2), 0.5), np.empty((3, 2))
    for promised, calls in ((1.0, 1), (2.0, 3), (None, 3)):
        tape = Tape()
        noted = tape.input(x)
        if promised is not None:
            tape.promise(noted.sum(axis=1, keepdims=True), promised)
        tape.keep(np.exp(noted) * noted.sum(axis=1, keepdims=True), out)
        heard = Bound(tape).calls[""]
        assert len(heard) == calls
        for call in heard:
            call()
        np.testing.assert_array_equal(out, np.exp(x))


def test_a_sum_comes_right_behind_what_it_sums():
    tape, total, product = Tape(), np.empty(4), np.empty((3, 3))
    noted = tape.input(np.ones((3, 4)))
    e = np.exp(noted)
    tape.keep(e @ noted.T, product)
    tape.keep(e.sum(axis=0), total)
    assert [place.node.call for place in Bound(tape).places] == [np.exp, np.add, np.matmul]


@pytest.mark.parametrize(("shape", "order"), [((8, 3), "F"), ((3, 8), "C")])
def test_a_tall_array_that_is_summed_along_its_rows_lies_by_columns(shape, order):
    tape, out = Tape(), np.empty((shape[0], 1))
    tape.keep(np.exp(tape.input(np.ones(shape))).sum(axis=1, keepdims=True), out)
    bound = Bound(tape)
    assert [place.out.flags[order] for place in bound.places] == [True, True]
    assert bound.places[0].out.shape == shape


def test_the_same_calls_read_inputs_that_lie_elsewhere():
    """Also through a view, and without a change of the calls that were there."""
    data, w, out = rng.normal(size=(6, 4)), rng.normal(size=(4, 2)), np.empty((4, 2))
    tape, first = Tape(), data[:3]
    x, weights = tape.input(first), tape.input(w)
    tape.keep(x.T @ np.tanh(x @ weights), out)
    bound = Bound(tape)
    there = bound.reading([(first, data[3:])])[""]
    for calls, batch in ((there, data[3:]), (bound.calls[""], data[:3]), (there, data[3:])):
        for call in calls:
            call()
        np.testing.assert_allclose(out, batch.T @ np.tanh(batch @ w))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sort(x) + 1,
        np.add.accumulate,
        lambda x: np.add(x, 1, out=np.empty(3)),
        lambda x: x[0],
        lambda x: x[[0, 1]],
    ],
)
def test_what_a_tape_cannot_hear_it_refuses(f):
    with pytest.raises((TypeError, AttributeError)):
        f(Tape().input(np.ones(3)))
