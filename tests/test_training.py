"""training: the same as a loop written by hand, and an honest record of how it went."""

import dataclasses

import numpy as np
import pytest
from complaints import assert_complains

import nnkit as nn
from nnkit import GradientDescent, IRpropMinus, Network, Recipe, training

pytestmark = pytest.mark.filterwarnings("error")

XOR = nn.datasets.xor()
OR = nn.datasets.or_gate()


def run(net, data=XOR, *, rate=1.0, epochs=20, **kwargs):
    return nn.train(net, *data, optimiser=GradientDescent(rate), epochs=epochs, **kwargs)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# --- it learns -------------------------------------------------------------------------------------------------------


def test_one_neuron_learns_or():
    history = run(Network.create([2, 1], rng=0), OR, rate=5.0, epochs=500)
    assert history.loss[-1] < 0.01 < history.loss[0]
    assert (np.diff(history.loss) < 0).all()
    np.testing.assert_array_equal(history.network.forward(OR[0]).output > 0.5, OR[1] > 0.5)


def test_two_layers_learn_xor():
    history = run(Network.create([2, 5, 1], loss="binary_cross_entropy", rng=0), rate=1.0, epochs=1000)
    assert history.loss[-1] < 0.05 < history.loss[0]
    np.testing.assert_array_equal(history.network.forward(XOR[0]).output > 0.5, XOR[1] > 0.5)


def test_training_is_the_loop_that_one_writes_by_hand():
    net = Network.create([2, 3, 1], rng=3)
    X, y = XOR
    W1, b1, W2, b2 = (net.params[name].copy() for name in ("W1", "b1", "W2", "b2"))
    losses = []
    for epoch in range(51):
        a1 = sigmoid(X @ W1 + b1)
        a2 = sigmoid(a1 @ W2 + b2)
        losses.append(0.5 * ((a2 - y) ** 2).sum() / 4)
        if epoch == 50:
            break
        delta2 = (a2 - y) * a2 * (1 - a2)
        delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
        W2, b2 = W2 - 2.0 * a1.T @ delta2 / 4, b2 - 2.0 * delta2.sum(axis=0) / 4
        W1, b1 = W1 - 2.0 * X.T @ delta1 / 4, b1 - 2.0 * delta1.sum(axis=0) / 4
    history = run(net, rate=2.0, epochs=50)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-12)
    for name, array in {"W1": W1, "b1": b1, "W2": W2, "b2": b2}.items():
        np.testing.assert_allclose(history.network.params[name], array, rtol=1e-12)


def test_the_recipe_is_used():
    net = Network.create([2, 3, 1], rng=0)
    still = run(net, recipe=Recipe(example_weight=lambda net, forward, y: 0.0))
    np.testing.assert_array_equal(still.loss, np.full(21, net.loss(*XOR)))
    uphill = run(net, recipe=Recipe(loss_slope=lambda net, forward, y: y - forward.output))
    assert (np.diff(uphill.loss) > 0).all()


class HeavyBall:
    """Momentum 1/2, with a state that counts its steps."""

    def start(self, params):
        return {"steps": 0, "velocity": {name: np.zeros_like(array) for name, array in params.items()}}

    def step(self, params, grads, state):
        velocity = {name: 0.5 * state["velocity"][name] - grads[name] for name in params}
        after = {name: array + velocity[name] for name, array in params.items()}
        return after, {"steps": state["steps"] + 1, "velocity": velocity}


def test_the_optimisers_state_goes_from_step_to_step():
    net = Network.create([2, 1], rng=0)
    optimiser = HeavyBall()
    history = nn.train(net, *OR, optimiser=optimiser, epochs=4)
    params, state = net.params, optimiser.start(net.params)
    for _ in range(4):
        grads = nn.backward(net.with_params(params), *OR).grads
        params, state = optimiser.step(params, grads, state)
    np.testing.assert_array_equal(history.network.params["W1"], params["W1"])


# --- it leaves alone what is not its own -----------------------------------------------------------------------------


def test_the_network_and_the_data_are_left_as_they_are():
    net = Network.create([2, 3, 1], rng=0)
    before = {name: array.copy() for name, array in net.params.items()}
    X, y = XOR[0].copy(), XOR[1].copy()
    history = run(net, (X, y))
    for name, array in before.items():
        np.testing.assert_array_equal(net.params[name], array)
        assert (history.network.params[name] != array).any()
    np.testing.assert_array_equal(X, XOR[0])
    np.testing.assert_array_equal(y, XOR[1])
    assert history.network.activations == net.activations
    assert history.network.loss_function == net.loss_function


def test_it_prints_nothing_but_a_progress_bar_when_it_takes_long(capsys, monkeypatch):
    net = Network.create([2, 1], rng=0)
    run(net)
    assert capsys.readouterr() == ("", "")
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr(training, "BAR_AFTER", 0.0)
    run(net)
    assert "/20" in capsys.readouterr().err
    run(net, progress=False)
    assert capsys.readouterr() == ("", "")


# --- batches ---------------------------------------------------------------------------------------------------------


class Spy:
    """An optimiser that never moves, and remembers how often each example was in each batch.

    The data are the rows of a unit matrix and the labels -1, so that the sum of a batch's gradients has at W1[n] how
    often example n was in it.
    """

    def __init__(self):
        self.batches = []

    def start(self, params):
        return {}

    def step(self, params, grads, state):
        self.batches.append(grads["W1"][:, 0].astype(int))
        return dict(params), state


def batches_of(n_examples=7, **kwargs):
    """How often each example was in each batch: (steps, n_examples)."""
    net = Network.from_params({"W1": np.zeros((n_examples, 1))}, output="identity", loss="half_squared_error_sum")
    spy = Spy()
    nn.train(net, np.eye(n_examples), -np.ones((n_examples, 1)), optimiser=spy, **kwargs)
    return np.array(spy.batches)


def test_without_a_batch_size_a_step_takes_all_examples():
    np.testing.assert_array_equal(batches_of(epochs=3), np.ones((3, 7)))


def test_in_cyclic_order_the_examples_come_as_they_stand():
    batches = batches_of(epochs=2, batch_size=3, order="cyclic")
    expected = [[1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0, 1]]
    np.testing.assert_array_equal(batches, expected * 2)


@pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 7), (3, [3, 3, 1]), (6, [6, 1]), (7, [7])])
def test_shuffled_is_the_default_and_takes_each_example_once_an_epoch(size, sizes):
    batches = batches_of(epochs=20, batch_size=size, rng=0)
    np.testing.assert_array_equal(batches.sum(axis=1), sizes * 20)
    epochs = batches.reshape(20, len(sizes), 7)
    assert (epochs.sum(axis=1) == 1).all()
    if size < 7:
        assert len({epoch.tobytes() for epoch in epochs}) > 3  # anew in each epoch


def test_with_replacement_an_example_may_come_twice_or_not_at_all():
    batches = batches_of(epochs=30, batch_size=3, order="with_replacement", rng=0)
    assert (batches.sum(axis=1) == 3).all()
    assert batches.shape == (90, 7)
    assert batches.max() > 1
    assert (batches.sum(axis=0) > 15).all()
    assert (batches_of(steps=5, order="with_replacement", rng=0).sum(axis=1) == 7).all()


@pytest.mark.parametrize("order", ["shuffled", "with_replacement"])
def test_the_same_seed_gives_the_same_batches(order):
    first, again, other = (batches_of(epochs=3, batch_size=2, order=order, rng=seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    generator = np.random.default_rng(5)
    np.testing.assert_array_equal(batches_of(epochs=3, batch_size=2, order=order, rng=generator), first)


def test_the_gradient_of_a_batch_is_its_own_mean():
    net = Network.create([2, 3, 1], rng=0)
    history = run(net, rate=0.5, epochs=2, batch_size=3, order="cyclic")
    params = net.params
    for rows in (slice(0, 3), slice(3, 4)) * 2:
        grads = nn.backward(net.with_params(params), XOR[0][rows], XOR[1][rows]).grads
        params = {name: theta - 0.5 * grads[name] for name, theta in params.items()}
    for name, theta in params.items():
        np.testing.assert_allclose(history.network.params[name], theta, rtol=1e-12)


def test_steps_count_updates_and_epochs_passes():
    net = Network.create([2, 1], rng=0)
    by_epochs = run(net, epochs=2, batch_size=3, rng=0)
    by_steps = run(net, epochs=None, steps=4, batch_size=3, rng=0)
    assert by_epochs.epochs == by_steps.epochs == 2
    assert by_epochs.steps.tolist() == by_steps.steps.tolist() == [0, 2, 4]
    np.testing.assert_array_equal(by_epochs.network.params["W1"], by_steps.network.params["W1"])
    assert run(net, epochs=None, steps=3, batch_size=3).epochs == 1.5


def test_a_schedule_multiplies_the_learning_rate_at_each_step():
    net, asked = Network.create([2, 1], rng=0), []

    def schedule(epoch):
        asked.append(epoch)
        return 1 / (1 + epoch)

    history = run(net, rate=2.0, epochs=2, batch_size=2, order="cyclic", schedule=schedule)
    assert asked == [0, 0.5, 1, 1.5]
    params = net.params
    for rows, epoch in zip((slice(0, 2), slice(2, 4)) * 2, asked):
        grads = nn.backward(net.with_params(params), XOR[0][rows], XOR[1][rows]).grads
        params = {name: theta - 2.0 / (1 + epoch) * grads[name] for name, theta in params.items()}
    for name, theta in params.items():
        np.testing.assert_allclose(history.network.params[name], theta, rtol=1e-12)


# --- the record ------------------------------------------------------------------------------------------------------


def test_the_record_has_the_loss_before_the_first_step_and_after_each_epoch():
    net = Network.create([2, 3, 1], rng=0)
    history = run(net, epochs=7)
    assert history.steps.tolist() == list(range(8))
    assert history.loss.shape == (8,)
    assert (history.epochs, history.stopped, history.validation_loss) == (7, None, None)
    assert history.loss[0] == net.loss(*XOR)
    for epoch in (1, 4, 7):
        assert history.loss[epoch] == run(net, epochs=epoch).network.loss(*XOR)


def test_no_epochs_is_a_run_of_no_steps():
    net = Network.create([2, 1], rng=0)
    history = run(net, epochs=0)
    np.testing.assert_array_equal(history.loss, [net.loss(*XOR)])
    assert list(history.snapshots) == [0]
    np.testing.assert_array_equal(history.network.params["W1"], net.params["W1"])
    assert (history.steps.tolist(), history.epochs, history.stopped) == ([0], 0, None)


@pytest.mark.parametrize(
    ("every", "steps"), [(None, [0, 4, 8, 10]), (1, list(range(11))), (3, [0, 3, 6, 9, 10]), (50, [0, 10])]
)
def test_records_come_every_so_many_steps_and_at_the_end_over_all_data(every, steps):
    net = Network.create([2, 1], rng=0)
    validation = (XOR[0][:2] + 0.1, XOR[1][:2])
    history = run(net, epochs=None, steps=10, batch_size=1, rng=0, record_every=every, validation=validation)
    assert history.steps.tolist() == steps
    assert list(history.snapshots) == steps
    for i, step in enumerate(steps):
        then = net.with_params(history.snapshots[step])
        assert history.loss[i] == then.loss(*XOR)
        assert history.validation_loss[i] == then.loss(*validation)


def test_a_long_run_keeps_a_bounded_number_of_records(monkeypatch):
    monkeypatch.setattr(training, "MOST_RECORDS", 30)
    history = run(Network.create([2, 1], rng=0), epochs=100)
    assert len(history.loss) <= 31
    assert (history.steps[0], history.steps[-1]) == (0, 100)


@pytest.mark.parametrize(("epochs", "count"), [(1, 2), (7, 8), (198, 199), (199, 200), (200, 200), (1000, 200)])
def test_snapshots_are_at_most_200_evenly_spaced_with_the_first_and_the_last(epochs, count):
    net = Network.create([2, 1], rng=0)
    history = run(net, epochs=epochs)
    at = list(history.snapshots)
    assert len(at) == count
    assert (at[0], at[-1]) == (0, epochs)
    assert max(np.diff(at)) - min(np.diff(at)) <= 1
    for name, array in net.params.items():
        np.testing.assert_array_equal(history.snapshots[0][name], array)
        np.testing.assert_array_equal(history.snapshots[epochs][name], history.network.params[name])
    for epoch in at[:: max(1, count // 5)]:
        assert net.with_params(history.snapshots[epoch]).loss(*XOR) == history.loss[epoch]


def test_first_step_below_is_strict_and_may_be_none():
    history = run(Network.create([2, 1], rng=0), OR, epochs=20, batch_size=2, order="cyclic")
    falling = np.minimum.accumulate(history.loss)
    at = int(np.argmax(history.loss == falling[5]))
    later = next(i for i in range(21) if history.loss[i] < falling[5])
    assert history.first_step_below(history.loss[at]) == 2 * later
    assert history.first_step_below(np.inf) == 0
    assert history.first_step_below(history.loss.min()) is None


def test_the_repr_has_the_losses():
    net = Network.from_params({"W1": [[0.0], [0.0]], "b1": [0.0]})
    assert repr(run(net, OR, epochs=0)) == "History: 0 epochs, loss 0.1250 → 0.1250"
    history = run(net, OR, epochs=3, batch_size=2, order="cyclic")
    assert repr(history) == f"History: 3 epochs, 6 steps, loss 0.1250 → {history.loss[-1]:.4f}"


def test_a_history_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        run(Network.create([2, 1], rng=0)).loss = None


# --- callbacks -------------------------------------------------------------------------------------------------------


def test_a_callback_is_told_every_record():
    net, told = Network.create([2, 1], rng=0), []
    history = run(net, epochs=3, batch_size=2, rng=0, validation=OR, callback=told.append)
    assert [record.step for record in told] == [0, 2, 4, 6]
    assert [record.epoch for record in told] == [0, 1, 2, 3]
    assert [record.loss for record in told] == history.loss.tolist()
    assert [record.validation_loss for record in told] == history.validation_loss.tolist()
    assert told[-1].network.loss(*XOR) == history.loss[-1]
    assert told[0].network.loss(*XOR) == net.loss(*XOR)


def test_a_callback_that_returns_true_stops_training():
    net = Network.create([2, 1], rng=0)
    history = run(net, epochs=10, callback=lambda record: record.step == 4)
    assert history.stopped == "Stopped at step 4 by the callback."
    assert history.steps.tolist() == [0, 1, 2, 3, 4]
    assert history.network.loss(*XOR) == history.loss[-1] == run(net, epochs=4).loss[-1]
    assert max(history.snapshots) == 4
    assert run(net, epochs=10, callback=lambda record: None).stopped is None


# --- a run that explodes ---------------------------------------------------------------------------------------------


def exploding(rate=10.0, epochs=2000, **kwargs):
    net = Network.from_params({"W1": [[1.0]], "b1": [0.0]}, output="identity")
    return run(net, ([[1.0], [2.0]], [[1.0], [0.0]]), rate=rate, epochs=epochs, **kwargs)


@pytest.mark.parametrize("every", [None, 1, 500])
def test_a_run_that_explodes_ends_early_says_why_and_keeps_the_last_finite_parameters(every):
    """Warnings are errors here: the explosion is reported once, in words."""
    history = exploding(record_every=every)
    assert 10 < history.epochs < 1000
    assert history.stopped.startswith("Stopped at ")
    assert "no longer finite" in history.stopped
    assert history.stopped.endswith("The likely cause is a learning rate that is too large.")
    assert repr(history).endswith(history.stopped)
    assert max(history.snapshots) == history.steps[-1] == history.epochs
    for params in (history.network.params, *history.snapshots.values()):
        assert all(np.isfinite(array).all() for array in params.values())
    np.testing.assert_array_equal(history.snapshots[history.steps[-1]]["W1"], history.network.params["W1"])


@pytest.mark.parametrize(
    ("hidden", "output", "loss"),
    [
        ("relu", "identity", "squared_error"),
        ("identity", "identity", "squared_error_sum"),
        ("relu", "softmax", "cross_entropy"),
        ("identity", "sigmoid", "binary_cross_entropy"),
    ],
)
def test_deep_networks_explode_quietly_too(hidden, output, loss):
    net = Network.create([2, 4, 4, 2], hidden=hidden, output=output, loss=loss, rng=1)
    history = run(net, (XOR[0], np.eye(2)[[0, 1, 1, 0]]), rate=50.0, epochs=300)
    assert history.stopped or history.epochs == 300
    assert all(np.isfinite(array).all() for array in history.network.params.values())


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_saturated_outputs_are_no_explosion(output):
    """A learning rate of 1000 drives z to the hundreds; loss and gradient stay finite."""
    loss, y = {"sigmoid": ("binary_cross_entropy", OR[1]), "softmax": ("cross_entropy", np.eye(2)[[0, 1, 1, 0]])}[
        output
    ]
    net = Network.create([2, y.shape[1]], output=output, loss=loss, rng=0)
    history = run(net, (OR[0], y), rate=1000.0, epochs=100)
    assert history.stopped is None
    assert history.epochs == 100
    assert np.isfinite(history.loss).all()


# --- the door --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [-1, 1.0, 2.5, "3", True, np.nan, [3]])
def test_wrong_epochs_and_steps(count):
    net = Network.create([2, 1], rng=0)
    expected = f"is {count!r}; expected a whole number of at least 0."
    assert_complains(ValueError, lambda: run(net, epochs=count), f"nn.train: epochs {expected}")
    assert_complains(ValueError, lambda: run(net, epochs=None, steps=count), f"nn.train: steps {expected}")


def test_either_epochs_or_steps():
    net = Network.create([2, 1], rng=0)
    for kwargs, what in (({"epochs": None}, "both missing"), ({"epochs": 1, "steps": 1}, "both given")):
        assert_complains(
            ValueError,
            lambda kwargs=kwargs: run(net, **kwargs),
            f"nn.train: epochs and steps are {what}; expected one of the two.",
            "a step is one update",
        )


@pytest.mark.parametrize(
    ("argument", "wrong", "expected"),
    [
        ("batch_size", [0, -1, 5, 2.0, "2", True], "a whole number from 1 to 4, the number of examples."),
        ("record_every", [0, -1, 2.0, "2", True], "a whole number of at least 1."),
        ("order", ["random", None, 3], "one of 'shuffled', 'cyclic', 'with_replacement'."),
    ],
)
def test_other_wrong_arguments(argument, wrong, expected):
    net = Network.create([2, 1], rng=0)
    for value in wrong:
        assert_complains(
            ValueError,
            lambda value=value: run(net, **{argument: value}),
            f"nn.train: {argument} is {value!r}; expected {expected}",
        )


def test_numpys_whole_numbers_are_whole_numbers():
    assert run(Network.create([2, 1], rng=0), epochs=np.int64(3), batch_size=np.int32(2)).epochs == 3


@pytest.mark.parametrize("epochs", [0, 1])
def test_wrong_data_is_refused_before_anything_is_done(epochs):
    net = Network.create([2, 1], rng=0)

    def complains(says, kind=nn.ShapeError, data=XOR, **kwargs):
        assert_complains(kind, lambda: run(net, data, epochs=epochs, **kwargs), says)

    complains("nn.train: X has shape (2, 4)", data=(XOR[0].T, XOR[1]))
    complains("nn.train: y has shape (4,)", data=(XOR[0], XOR[1][:, 0]))
    complains("nn.train, validation: X has shape (2, 4)", validation=(XOR[0].T, XOR[1]))
    complains("nn.train, validation: y has shape (4,)", validation=(XOR[0], XOR[1][:, 0]))
    complains("validation is a ndarray; expected a pair (X, y)", kind=ValueError, validation=XOR[0])
    complains("validation is a tuple; expected a pair (X, y)", kind=ValueError, validation=(XOR[0],))


def test_a_learning_rate_in_place_of_an_optimiser_is_refused():
    net = Network.create([2, 3, 1], rng=0)
    assert_complains(
        ValueError, lambda: nn.train(net, *XOR, optimiser=0.5, epochs=1), "nn.train: optimiser is 0.5; expected an"
    )


def test_a_schedule_needs_a_learning_rate():
    assert_complains(
        ValueError,
        lambda: nn.train(Network.create([2, 1]), *XOR, optimiser=IRpropMinus(), epochs=1, schedule=lambda epoch: 1.0),
        "nn.train: schedule is given for IRpropMinus; expected an optimiser with a learning_rate.",
    )


# --- once wrong, mended since ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("epochs", [150, 2000])
def test_a_run_whose_loss_is_no_longer_finite_ends_early(epochs):
    """At 150 epochs the parameters are finite, the loss is not, and `stopped` is None."""
    history = exploding(epochs=epochs)
    assert history.stopped is not None
    assert np.isinf(history.loss).sum() <= 1


def test_numpys_true_is_true():
    assert run(Network.create([2, 1], rng=0), callback=lambda record: np.bool_(True)).stopped is not None


# --- the same again --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"batch_size": 2}, {"batch_size": 1, "order": "with_replacement"}])
@pytest.mark.parametrize("rng", [0, None, "generator"])
def test_a_training_can_be_repeated_to_the_last_digit(options, rng):
    rng = np.random.default_rng(3) if rng == "generator" else rng
    net = Network.create([2, 3, 1], rng=0)
    schedule = lambda epoch: 1 / (1 + epoch)  # noqa: E731
    first = run(net, schedule=schedule, rng=rng, **options)
    again = first.again(Recipe())
    np.testing.assert_array_equal(first.loss, again.loss)
    for name, array in first.network.params.items():
        np.testing.assert_array_equal(array, again.network.params[name])


def test_a_training_repeated_with_a_mistake_is_the_training_with_that_mistake():
    net = Network.create([2, 3, 1], rng=0)
    recipe = nn.mistakes.plant("scale")
    again = run(net, batch_size=2, rng=0).again(recipe)
    np.testing.assert_array_equal(again.loss, run(net, batch_size=2, rng=0, recipe=recipe).loss)


def test_a_training_can_be_repeated_in_part():
    first = run(Network.create([2, 3, 1], rng=0))
    again = first.again(Recipe(), 5)
    np.testing.assert_array_equal(again.loss, first.loss[:6])
    assert first.again(Recipe(), 10_000).steps[-1] == first.steps[-1]


def test_a_history_keeps_what_it_was_trained_on():
    history = run(Network.create([2, 3, 1], rng=0))
    np.testing.assert_array_equal(history.X, XOR[0])
    np.testing.assert_array_equal(history.y, XOR[1])
