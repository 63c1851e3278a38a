"""tape and buffers: what is noted, what is played, and where it is written."""

import numpy as np
import pytest

from nnkit import products
from nnkit.buffers import Bound, aligned
from nnkit.functions import sigmoid, sigmoid_slope, tanh
from nnkit.tape import Tape

rng = np.random.default_rng(0)


def heard(f, *inputs, dtype=np.float64, limits=None):
    """f by way of a tape: its result, and the calls that compute it from these arrays."""
    tape = Tape()
    traced = f(*(tape.input(str(i), array.shape) for i, array in enumerate(inputs)))
    out = np.full(traced.shape, np.nan, dtype if traced.shape else float)
    tape.keep(traced, "out")
    arrays = {str(i): array for i, array in enumerate(inputs)} | {"out": out}
    return out, Bound(tape, arrays, dtype, limits).calls[""]


def played(f, *arrays, dtype=np.float64, limits=None):
    """f by way of a tape, its result, and the number of calls; the arrays change after the tape has listened."""
    inputs = [np.ones_like(array, dtype=dtype if array.shape else float) for array in arrays]
    out, calls = heard(f, *inputs, dtype=dtype, limits=limits)
    for array, value in zip(inputs, arrays):
        array[...] = value
    play(calls)
    return out, len(calls)


def play(calls):
    for call in calls:
        call()


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
        (lambda x: x.sum(axis=-2) + x.sum(axis=-1), [(3, 3)], 3),
        (lambda x: x.sum(axis=(0, 1), keepdims=True) + np.add.reduce(x), [(3, 4)], 3),
        (lambda x: (x.sum(axis=1, keepdims=True) / x) * x, [(3, 4)], 3),
        (lambda x: (x > 0) * 1.0 + (x > -1) * 1.0, [(3, 4)], 5),
        (lambda x: np.ones(3) * x ** np.array([1.0, 2.0, 3.0]) * (x * 1.0), [(4, 3)], 2),
    ],
)
def test_what_is_played_is_what_was_heard_and_nothing_twice(f, shapes, most):
    arrays = [rng.normal(size=shape) for shape in shapes]
    out, calls = played(f, *arrays)
    np.testing.assert_allclose(out, f(*arrays), rtol=1e-12)
    assert calls == most


def test_a_constant_that_is_not_zero_stays_so_in_float32():
    for constant in (1e-46, -1e-46):
        out, _ = played(lambda x, c=constant: x / (x + c), np.zeros(3), dtype=np.float32)
        np.testing.assert_array_equal(out, 0)


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
    tx, ty = tape.input("x", (2,)), tape.input("y", (2,))
    total, difference = tx + ty, tx - ty
    tape.keep(total, "x")
    tape.keep(difference, "y")
    play(Bound(tape, {"x": x, "y": y}).calls[""])
    np.testing.assert_array_equal([x, y], [[11, 22], [-9, -18]])


def test_a_result_that_has_to_wait_is_not_overwritten_while_it_waits():
    x, y = np.array([1.0, 2.0]), np.array([10.0, 20.0])
    total, tape = np.empty(2), Tape()
    tx, ty = tape.input("x", (2,)), tape.input("y", (2,))
    tape.keep(tx + ty, "x")  # has to wait: x is read below
    tape.keep(np.tanh(np.exp(ty) * 2) + tx, "total")
    play(Bound(tape, {"x": x, "y": y, "total": total}).calls[""])
    np.testing.assert_array_equal([x, total], [[11, 22], [2, 3]])


def test_one_result_may_be_kept_several_times_and_an_input_may_be_kept():
    arrays = {name: np.zeros(2) for name in ("x", "first", "second", "third", "fourth")}
    arrays["x"][...] = 3
    tape = Tape()
    noted = tape.input("x", (2,))
    for name in ("first", "second", "third"):
        tape.keep(noted + 1, name)
    tape.keep(noted, "fourth")
    play(Bound(tape, arrays).calls[""])
    np.testing.assert_array_equal(list(arrays.values()), np.array([[3, 3], [4, 4], [4, 4], [4, 4], [3, 3]]))


def test_a_part_knows_only_what_was_played_before_it():
    """exp is shared with the part that comes first, not with the part beside."""
    x, one, other = np.full(2, 1.0), np.zeros(2), np.zeros(2)
    tape = Tape()
    tape.begin("first")
    noted = tape.input("x", (2,))
    e = np.exp(noted)
    tape.begin("left", after="first")
    tape.keep(np.tanh(e) + 1, "one")
    tape.begin("right", after="first")
    tape.keep(np.tanh(np.exp(noted)) * 3, "other")
    calls = Bound(tape, {"x": x, "one": one, "other": other}).calls
    assert [len(calls[part]) for part in ("first", "left", "right")] == [1, 2, 2]
    x[...] = 2.0
    for part in ("first", "right"):
        play(calls[part])
    np.testing.assert_allclose(other, np.tanh(np.exp(2.0)) * 3)
    np.testing.assert_array_equal(one, 0)


def test_a_factor_is_taken_out_only_where_it_is_the_only_use():
    for f, expected in ((lambda g, c: 1 - c * g, True), (lambda g, c: c * g + g, False), (lambda g, c: g + c, False)):
        tape = Tape()
        gradient, number = tape.input("gradient", (2,)), tape.input("number", ())
        tape.keep(f(gradient, number), "out")
        assert tape.take_out(gradient, number) == expected


def test_a_product_that_is_kept_is_not_taken_out():
    tape = Tape()
    gradient, number = tape.input("gradient", (2,)), tape.input("number", ())
    step = gradient * number
    tape.keep(step, "step")
    tape.keep(1 - step, "out")
    assert not tape.take_out(gradient, number)


def test_a_promised_one_is_no_factor_and_any_other_number_is():
    x, out = np.full((3, 2), 0.5), np.empty((3, 2))
    for promised, count in ((1.0, 1), (2.0, 3), (None, 3)):
        tape = Tape()
        noted = tape.input("x", x.shape)
        if promised is not None:
            tape.promise(noted.sum(axis=1, keepdims=True), promised)
        tape.keep(np.exp(noted) * noted.sum(axis=1, keepdims=True), "out")
        calls = Bound(tape, {"x": x, "out": out}).calls[""]
        assert len(calls) == count
        play(calls)
        np.testing.assert_array_equal(out, np.exp(x))


def test_what_a_result_was_before_a_floor():
    """Only a floor of this height counts, and only as the last thing that was done."""
    tape = Tape()
    e = np.exp(tape.input("x", (2,)))
    assert tape.before(np.maximum(e, 1e-300), np.maximum, 1e-300).node is e.node
    for other in (np.maximum(e, 1e-3), np.minimum(e, 1e-300), np.maximum(e, 1e-300) + 1):
        assert tape.before(other, np.maximum, 1e-300).node is other.node


def test_nothing_is_computed_while_a_tape_listens():
    """Not even room is taken: these arrays would be 8 terabytes each."""
    tape = Tape()
    x, w = tape.input("x", (10**6, 10**6)), tape.input("w", (10**6, 3))
    z = np.where(x > 0, np.exp(x) / (1 + np.square(x)), x)
    assert z.shape == (10**6, 10**6)
    assert (z @ w).shape == (10**6, 3)
    assert (x > 0).dtype == bool
    assert (x @ x).shape == np.ones_like(x).shape == x.shape
    assert (x * x).sum(axis=1).shape == (10**6,)


def test_one_tape_may_be_bound_to_many_arrays():
    tape = Tape()
    tape.keep(tape.input("x", (2,)) + 1, "y")
    for value in (1.0, 5.0):
        arrays = {"x": np.full(2, value), "y": np.zeros(2)}
        play(Bound(tape, arrays).calls[""])
        np.testing.assert_array_equal(arrays["y"], value + 1)


def test_a_sum_comes_right_behind_what_it_sums():
    tape = Tape()
    noted = tape.input("x", (3, 4))
    e = np.exp(noted)
    tape.keep(e @ noted.T, "product")
    tape.keep(e.sum(axis=0), "total")
    bound = Bound(tape, {"x": np.ones((3, 4)), "product": np.empty((3, 3)), "total": np.empty(4)})
    assert [place.node.call for place in bound.places] == [np.exp, np.add, np.matmul]


@pytest.mark.parametrize(("shape", "order"), [((8, 3), "F"), ((5, 3), "C"), ((3, 8), "C")])
def test_a_tall_array_that_is_summed_along_its_rows_lies_by_columns(shape, order):
    tape = Tape()
    tape.keep(np.exp(tape.input("x", shape)).sum(axis=1, keepdims=True), "out")
    bound = Bound(tape, {"x": np.ones(shape), "out": np.empty((shape[0], 1))})
    assert [place.out.flags[order] for place in bound.places] == [True, True]
    assert bound.places[0].out.shape == shape


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("shape", "order"), [((7,), "C"), ((5, 3), "C"), ((5, 3), "F"), ((), "C")])
def test_buffers_begin_with_a_line_of_the_cache(shape, order, dtype):
    for array in [aligned(shape, dtype, order) for _ in range(20)]:
        assert array.shape == shape
        assert array.dtype == dtype
        assert array.flags[order]
        assert array.ctypes.data % 64 == 0


def test_the_same_calls_read_inputs_that_lie_elsewhere_and_in_more_blocks_if_need_be(monkeypatch):
    """How many blocks a product comes in depends on the threads of that moment."""
    monkeypatch.setattr(products, "SMALL", 8)
    monkeypatch.setattr(products, "FEWEST", 1)
    data, w, v = rng.normal(size=(10, 4)), rng.normal(size=(4, 2)), rng.normal(size=(4, 2))
    arrays = {"x": data[:5], "w": w, "v": v, "out": np.empty((5, 2)), "other": np.empty((5, 2))}
    tape = Tape()
    x = tape.input("x", (5, 4))
    for name, weights in (("out", "w"), ("other", "v")):
        tape.keep(np.tanh(x @ tape.input(weights, w.shape)), name)
    for blocks in (True, False):
        monkeypatch.setattr(products, "small_kernels", lambda blocks=blocks: blocks)
        bound = Bound(tape, arrays)
        monkeypatch.setattr(products, "small_kernels", lambda blocks=blocks: not blocks)
        play(bound.reading({"x": data[5:]})[""])
        np.testing.assert_allclose(arrays["out"], np.tanh(data[5:] @ w))
        np.testing.assert_allclose(arrays["other"], np.tanh(data[5:] @ v))


def test_the_same_calls_read_inputs_that_lie_elsewhere():
    """Also through a view, and without a change of the calls that were there."""
    data, w, out = rng.normal(size=(6, 4)), rng.normal(size=(4, 2)), np.empty((4, 2))
    tape = Tape()
    x, weights = tape.input("x", (3, 4)), tape.input("w", w.shape)
    tape.keep(x.T @ np.tanh(x @ weights), "out")
    bound = Bound(tape, {"x": data[:3], "w": w, "out": out})
    there = bound.reading({"x": data[3:]})[""]
    for calls, batch in ((there, data[3:]), (bound.calls[""], data[:3]), (there, data[3:])):
        play(calls)
        np.testing.assert_allclose(out, batch.T @ np.tanh(batch @ w))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sort(x) + 1,
        np.add.accumulate,
        lambda x: np.add(x, 1, out=np.empty(3)),
        lambda x: x[0],
        lambda x: x[[0, 1]],
        lambda x: x.__setitem__(x > 2, 0.0),
        lambda x: 1 if x.sum() < 0 else 0,
        lambda x: float(x.max()),
        lambda x: int(x[0]),
        lambda x: np.add.reduce(x, axis=0, initial=5.0),
        lambda x: np.sum(x, axis=0, where=np.array([True, False, True])),
        lambda x: np.add(x, 1.0, where=np.array([True, False, True])),
        lambda x: x @ np.ones((4, 2)),
    ],
)
def test_what_a_tape_cannot_hear_it_refuses(f):
    with pytest.raises((TypeError, AttributeError, ValueError)):
        f(Tape().input("x", (3,)))
