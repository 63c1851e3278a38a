"""engine: the same numbers as the readable code, step for step."""

import dataclasses
import warnings
from functools import partial

import numpy as np
import pytest
from complaints import assert_complains
from hypothesis import given
from hypothesis import strategies as st
from strategies import COMBINATIONS, cases, labels_for, make_case, property_test

import nnkit as nn
from nnkit import Recipe, engine, layout, listening, products, training
from nnkit.functions import ACTIVATIONS
from nnkit.tape import Tape

OPTIMISERS = [
    nn.GradientDescent(0.3),
    nn.Momentum(0.1),
    nn.Nesterov(0.1, 0.5),
    nn.RMSProp(0.01),
    nn.Adam(0.02),
    nn.IRpropMinus(0.01),
]
PRECISE = {"rtol": 1e-10, "atol": 1e-12}
SINGLE = {"rtol": 2e-4, "atol": 2e-5}


@dataclasses.dataclass(frozen=True)
class Own:
    """An optimiser that is not nnkit's, and does what one of nnkit's does: for it, training is readable."""

    inner: object
    learning_rate: float

    def start(self, params):
        return self.inner.start(params)

    def step(self, params, grads, state):
        inner = self.inner
        if hasattr(inner, "learning_rate"):
            inner = dataclasses.replace(inner, learning_rate=self.learning_rate)
        return inner.step(params, grads, state)


def both(net, X, y, optimiser, *, dtype="float64", **options):
    """The history of the engine and that of the readable code."""
    assert engine.serves(net, optimiser, Recipe())
    options = {"steps": 7, "record_every": 1, "rng": 0, **options}
    fast = nn.train(net, X, y, optimiser=optimiser, dtype=dtype, **options)
    own = Own(optimiser, getattr(optimiser, "learning_rate", 1.0))
    assert not engine.serves(net, own, Recipe())
    return fast, nn.train(net, X, y, optimiser=own, **options)


def assert_same(fast, readable, tolerance=PRECISE):
    np.testing.assert_array_equal(fast.steps, readable.steps)
    np.testing.assert_allclose(fast.loss, readable.loss, **tolerance)
    assert (fast.stopped, fast.epochs) == (readable.stopped, readable.epochs)
    if readable.validation_loss is not None:
        np.testing.assert_allclose(fast.validation_loss, readable.validation_loss, **tolerance)
    assert list(fast.snapshots) == list(readable.snapshots)
    for step, params in readable.snapshots.items():
        assert list(fast.snapshots[step]) == list(params)
        for name, array in params.items():
            np.testing.assert_allclose(fast.snapshots[step][name], array, err_msg=f"{name}, step {step}", **tolerance)
            assert fast.snapshots[step][name].dtype == np.float64


# --- step for step ---------------------------------------------------------------------------------------------------


@property_test
@given(cases(), st.sampled_from(OPTIMISERS), st.sampled_from(["shuffled", "cyclic", "with_replacement"]), st.data())
def test_any_network_any_optimiser_any_batch(case, optimiser, order, data):
    size = data.draw(st.integers(1, len(case.X)))
    assert_same(*both(case.net, case.X, case.y, optimiser, batch_size=size, order=order))


@pytest.mark.parametrize("optimiser", OPTIMISERS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize(("loss", "output"), COMBINATIONS)
def test_every_loss_and_optimiser_in_float64_and_float32(loss, output, optimiser):
    case = make_case([5, 4, 3], hidden="tanh", output=output, loss=loss, n_examples=7)
    fast, readable = both(case.net, case.X, case.y, optimiser, batch_size=3)
    assert_same(fast, readable)
    if not isinstance(optimiser, nn.IRpropMinus):  # which goes by the sign of gradients that only rounding makes
        assert_same(both(case.net, case.X, case.y, optimiser, batch_size=3, dtype="float32")[0], readable, SINGLE)


@pytest.mark.parametrize("optimiser", OPTIMISERS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_a_deep_network_with_some_biases_over_many_steps(hidden, optimiser):
    case = make_case([4, 6, 5, 3, 2], hidden=hidden, without_bias=[1, 3], n_examples=11)
    assert_same(*both(case.net, case.X, case.y, optimiser, batch_size=4, steps=150, record_every=50), {"rtol": 1e-9})


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("loss", "output"), COMBINATIONS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_at_the_extremes(hidden, loss, output, dtype):
    """z of -1000, 0 and 1000 in either layer, right and wrong, steps too small to leave them."""
    large = np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 500.0]])
    net = nn.Network.from_params(
        {"W1": large, "W2": [*large, [1.0, 2.0, 3.0]]}, hidden=hidden, output=output, loss=loss
    )
    X = np.array([[1.0, 0.0], [0.0, 1.0], [1e-3, 0.0], [1.0, 1.0]])
    y = labels_for(loss, (4, 3), np.random.default_rng(0))
    if dtype == "float32" and loss.startswith("binary") and output == "softmax":
        return  # -log of the smallest float caps this loss, at 708 in float64 and at 87 in float32
    precision = 1e-6 if dtype == "float32" else 1e-12
    fast, readable = both(net, X, y, nn.GradientDescent(1e-12), steps=2, dtype=dtype)
    assert np.isfinite(fast.loss).all()
    np.testing.assert_allclose(fast.loss, readable.loss, rtol=precision, atol=precision)
    for name, array in readable.network.params.items():
        scale = np.abs(array).max()
        np.testing.assert_allclose(fast.network.params[name], array, rtol=0, atol=scale * precision)


def test_float32_knows_every_limit_that_the_functions_set():
    """A limit without its twin would be 0 or infinite in float32."""
    for name, activation in ACTIVATIONS.items():
        tape = Tape()
        z = tape.input("z", (2, 2))
        activation.pull_back(activation.value(z), activation.slope(z))
        constants = {arg for node in tape.nodes for arg in node.args if isinstance(arg, float)}
        with np.errstate(over="ignore", under="ignore"):
            for constant in constants - set(listening.FLOAT32):
                assert np.isclose(np.float32(constant), constant), name
                assert abs(constant) < 80, name


def test_signs_survive_saturation():
    """iRprop- goes by the sign of slopes of 1e-300, which no a (1 - a) would keep."""
    W = np.array([[20.0, -30.0], [25.0, 40.0]])
    for loss, y in (("half_squared_error", 0.5), ("binary_cross_entropy", 1.0), ("binary_cross_entropy", 0.3)):
        net = nn.Network.from_params({"W1": W, "W2": W}, loss=loss)
        X = np.array([[1.0, 1.0], [-3.0, 2.0], [9.0, 9.0]])
        assert_same(*both(net, X, np.full((3, 2), y), nn.IRpropMinus(), steps=20))


# --- everything else that training does ------------------------------------------------------------------------------


@pytest.mark.parametrize("optimiser", OPTIMISERS[:-1], ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("size", [None, 4])
def test_a_schedule(optimiser, size):
    case = make_case([3, 4, 2], n_examples=10)
    options = {"batch_size": size, "schedule": lambda epoch: 1 / (1 + epoch), "epochs": 3, "steps": None}
    assert_same(*both(case.net, case.X, case.y, optimiser, **options))


@pytest.mark.parametrize("size", [None, 4, 10])
@pytest.mark.parametrize("every", [None, 1, 3, 100])
def test_validation_and_losses_that_are_taken_a_few_examples_at_a_time(size, every, monkeypatch):
    monkeypatch.setattr(engine, "AT_ONCE", 4)
    case, other = make_case([3, 4, 2], n_examples=10), make_case([3, 4, 2], n_examples=7, seed=1)
    options = {"batch_size": size, "record_every": every, "validation": (other.X, other.y)}
    assert_same(*both(case.net, case.X, case.y, nn.Adam(0.1), steps=20, **options))


@pytest.mark.parametrize("optimiser", [nn.GradientDescent(0.5), nn.Adam(0.1)], ids=lambda one: type(one).__name__)
@pytest.mark.parametrize(("loss", "output"), COMBINATIONS)
def test_batches_that_are_read_where_they_lie(loss, output, optimiser, monkeypatch):
    """A small batch is copied, whatever its order; here even the smallest is not. The last is a shorter one."""
    monkeypatch.setattr(engine, "COPIED", 0)
    case = make_case([3, 4, 2], output=output, loss=loss, n_examples=11)
    for size in (1, 4, 11):
        assert_same(*both(case.net, case.X, case.y, optimiser, batch_size=size, order="cyclic", steps=13))


@pytest.mark.parametrize(("most", "places"), [(3, 1), (1000, 3)])
def test_batches_that_come_often_are_read_where_they_lie(most, places, monkeypatch):
    """From the third time on here, while there are fewer than so many sets of calls, of which two read copies."""
    monkeypatch.setattr(engine, "OFTEN", 2)
    monkeypatch.setattr(engine, "PLACES", most)
    case = make_case([3, 4, 2], n_examples=11)
    run = engine.Engine(case.net, nn.GradientDescent(0.5), (case.X, case.y), None, largest=4, dtype="float64")
    for _ in range(5):
        run.advance([(slice(first, min(first + 4, 11)), None) for first in (0, 4, 8)])
    assert len({key for key in run._ready if isinstance(key, tuple)}) == places
    assert_same(*both(case.net, case.X, case.y, nn.Adam(0.1), batch_size=4, order="cyclic", steps=20))


@pytest.mark.parametrize("sizes", [[3, 4, 2], [9, 2, 2], [2, 9, 3, 2]])
def test_products_that_are_asked_for_in_blocks(sizes, monkeypatch):
    """However small they are here, and in both layouts of the first weights."""
    monkeypatch.setattr(products, "SMALL", 20)
    monkeypatch.setattr(products, "FEWEST", 1)
    monkeypatch.setattr(products, "small_kernels", lambda: True)
    case = make_case(sizes, n_examples=11)
    for size in (1, 4, 11):
        assert_same(*both(case.net, case.X, case.y, nn.Momentum(0.1), batch_size=size, steps=13))


@pytest.mark.parametrize("optimiser", OPTIMISERS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_weights_of_columns_of_zeros_stay_zero(optimiser, dtype, monkeypatch):
    monkeypatch.setattr(layout, "SPARE", 0)
    case = make_case([3, 4, 2], n_examples=11)
    assert_same(*both(case.net, case.X, case.y, optimiser, batch_size=4, steps=9))
    run = engine.Engine(case.net, optimiser, (case.X, case.y), None, largest=11, dtype=dtype)
    run.advance([(slice(0, 11), None)] * 5)
    W1 = run._layout.params["W1"]
    assert W1.shape == (16 if dtype == "float32" else 8, 4)
    assert not W1[4:].any()


def test_a_second_training_of_the_same_shape_hears_nothing_anew():
    """And comes to its own numbers."""
    one, other = (make_case([3, 5, 2], n_examples=7, seed=seed) for seed in (1, 2))
    assert_same(*both(one.net, one.X, one.y, nn.Adam(0.1), batch_size=3, steps=9))
    heard = listening._heard_pass.cache_info().misses, listening._heard_step.cache_info().misses
    assert_same(*both(other.net, other.X, other.y, nn.Adam(0.1), batch_size=3, steps=9))
    assert (listening._heard_pass.cache_info().misses, listening._heard_step.cache_info().misses) == heard


def test_labels_that_do_not_quite_sum_to_one():
    """After softmax, delta is a sum_k y_k - y, and the door lets rounded probabilities through."""
    case = make_case([3, 4, 2], output="softmax", loss="cross_entropy", n_examples=8)
    for factor in (1.0, 1 - 5e-6):
        assert_same(*both(case.net, case.X, factor * case.y, nn.GradientDescent(0.5), batch_size=4, steps=6))


@pytest.mark.parametrize("bias", [True, False])
def test_a_single_example_that_is_a_view_without_a_stride(bias):
    """x[None, :] steps 0 bytes from one row to the next."""
    net = nn.Network.create([3, 2], bias=bias, rng=0)
    x, y = np.arange(3.0)[None, :], np.ones((1, 2))
    assert x.strides[0] == 0
    assert_same(*both(net, x, y, nn.GradientDescent(0.1), steps=3))


def test_a_full_batch_beside_as_many_other_examples():
    """The two share their buffers, and a step goes on from the forward pass of the data."""
    case, other = (make_case([3, 4, 2], n_examples=6, seed=seed) for seed in (0, 1))
    assert_same(*both(case.net, case.X, case.y, nn.GradientDescent(0.5), steps=9, validation=(other.X, other.y)))


def test_a_schedule_over_places_that_are_read_where_they_lie(monkeypatch):
    monkeypatch.setattr(engine, "COPIED", 0)
    case = make_case([3, 4, 2], n_examples=10)
    options = {"batch_size": 4, "order": "cyclic", "schedule": lambda epoch: 1 / (1 + epoch)}
    assert_same(*both(case.net, case.X, case.y, nn.GradientDescent(0.5), steps=12, **options))


def test_numbers_of_an_optimiser_are_no_limits_of_exp():
    """708 is one in functions.py, where float32 has 87 for it."""
    case = make_case([2, 1], output="identity", loss="half_squared_error", n_examples=4)
    optimiser = nn.IRpropMinus(first_step=600.0, largest=708.0)
    small, full = (nn.train(case.net, case.X, case.y, optimiser=optimiser, steps=2, dtype=dtype).network.params["W1"]
                   for dtype in ("float32", "float64"))  # fmt: skip
    np.testing.assert_allclose(small, full, rtol=1e-4)


def test_an_epsilon_that_float32_cannot_hold():
    case = make_case([2, 1], n_examples=4)
    X = case.X * [1.0, 0.0]
    run = nn.train(case.net, X, case.y, optimiser=nn.RMSProp(0.01, epsilon=1e-46), steps=3, dtype="float32")
    assert run.stopped is None


def test_another_step_of_an_optimiser_is_heard_anew(monkeypatch):
    case = make_case([2, 1], n_examples=4)

    def trained():
        return nn.train(case.net, case.X, case.y, optimiser=nn.GradientDescent(0.5), steps=1).network.params["W1"]

    before = trained()
    stay = lambda self, params, grads, state: (dict(params), state)  # noqa: E731
    monkeypatch.setattr(nn.GradientDescent, "step", stay)
    np.testing.assert_array_equal(trained(), case.net.params["W1"])
    assert not np.array_equal(before, trained())


def test_numbers_that_float32_cannot_hold_warn_of_nothing():
    net = nn.Network.from_params({"W1": [[1e39]]}, output="identity")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = nn.train(net, np.array([[1e39]]), np.ones((1, 1)), optimiser=nn.GradientDescent(1e200), steps=3,
                       dtype="float32")  # fmt: skip
    assert run.stopped


def test_a_callback_sees_the_parameters_of_the_moment_and_may_stop():
    case, seen = make_case([3, 4, 2], n_examples=10), {}

    def callback(record):
        seen.setdefault(record.step, []).append(record.network.params["W1"])
        return record.step == 5

    assert_same(*both(case.net, case.X, case.y, nn.Momentum(0.5), batch_size=4, callback=callback))
    assert list(seen) == list(range(6))
    for one, other in seen.values():
        np.testing.assert_allclose(one, other, **PRECISE)


@pytest.mark.parametrize("every", [1, 7, 64, 1000])
@pytest.mark.parametrize("rate", [2.0, 10.0, 1e200])
def test_an_explosion_ends_at_the_first_step_that_is_not_finite(rate, every, monkeypatch):
    """The engine looks for NaN every 128 steps only, and goes back to find the first.

    The readable code may overflow one step before it: it sums the examples first and weighs them by 1/N afterwards.
    """
    net = nn.Network.from_params({"W1": [[1.0]], "b1": [0.0]}, output="identity")
    data = np.array([[1.0], [2.0], [0.5]]), np.array([[1.0], [0.0], [2.0]])
    for size in (None, 2):
        options = {"batch_size": size, "steps": 3000, "record_every": every}
        fast, readable = both(net, *data, nn.GradientDescent(rate), **options)
        with monkeypatch.context() as patch:
            patch.setattr(engine.Engine, "check_every", 1)
            each, _ = both(net, *data, nn.GradientDescent(rate), **options)
        assert fast.stopped == each.stopped
        assert abs(fast.steps[-1] - readable.steps[-1]) <= 1
        np.testing.assert_array_equal(fast.steps, each.steps)
        np.testing.assert_array_equal(fast.loss, each.loss)
        np.testing.assert_allclose(fast.loss[:-2], readable.loss[: len(fast.loss) - 2], rtol=1e-9)
        assert np.isfinite(fast.network.params["W1"]).all()


def test_the_engine_is_chosen_whenever_everything_is_nnkits_own(monkeypatch):
    case, chosen = make_case([3, 4, 2]), []

    def choose(kind, *args, **options):
        chosen.append(kind.__name__)
        return kind(*args, **options)

    for name in ("Engine", "ReadableRun"):
        kind = getattr(training, name)
        monkeypatch.setattr(training, name, partial(choose, kind))

    def name_of(net=case.net, optimiser=OPTIMISERS[0], **options):
        chosen.clear()
        nn.train(net, case.X, case.y, optimiser=optimiser, steps=1, **options)
        return chosen

    class Changed(nn.Adam):
        """A learner's own step."""

    mine = dataclasses.replace(ACTIVATIONS["tanh"], name="mine")
    assert all(name_of(optimiser=one) == ["Engine"] for one in OPTIMISERS)
    assert name_of(recipe=Recipe()) == ["Engine"]
    assert name_of(recipe=nn.mistakes.plant("scale")) == ["ReadableRun"]
    assert name_of(optimiser=Own(OPTIMISERS[0], 0.1)) == name_of(optimiser=Changed(0.1)) == ["ReadableRun"]
    assert name_of(dataclasses.replace(case.net, activations=(mine, mine))) == ["ReadableRun"]


def test_a_training_in_float32_can_be_repeated_with_a_mistake():
    case = make_case([3, 4, 2], n_examples=10)
    history = nn.train(
        case.net, case.X, case.y, optimiser=OPTIMISERS[0], epochs=3, batch_size=4, rng=0, dtype="float32"
    )
    np.testing.assert_array_equal(history.again(Recipe()).loss, history.loss)
    assert history.again(nn.mistakes.plant("sign")).loss[-1] > history.loss[0]


def test_float32_is_float32():
    case = make_case([3, 4, 2], n_examples=10)
    history = nn.train(case.net, case.X, case.y, optimiser=OPTIMISERS[0], epochs=3, dtype=np.float32)
    W = history.network.params["W1"]
    assert W.dtype == np.float64
    np.testing.assert_array_equal(W, W.astype(np.float32))


@pytest.mark.parametrize("dtype", ["float16", int, None, "fast", 3])
def test_a_wrong_dtype(dtype):
    case = make_case([3, 2])
    assert_complains(
        ValueError,
        lambda: nn.train(case.net, case.X, case.y, optimiser=OPTIMISERS[0], epochs=1, dtype=dtype),
        "nn.train: dtype is ",
        "'float64'",
    )


def test_float32_is_the_engines_alone():
    case = make_case([3, 2])
    assert_complains(
        ValueError,
        lambda: nn.train(
            case.net,
            case.X,
            case.y,
            optimiser=OPTIMISERS[0],
            epochs=1,
            dtype="float32",
            recipe=nn.mistakes.plant("sign"),
        ),
        "nn.train: dtype is 'float32'; expected 'float64'. A recipe or an optimiser of your own runs on the readable",
    )
