"""widgets.race: its runs, its thresholds, its slice, what is inside each optimiser, the text form and the door."""

import json
from functools import cache

import numpy as np
import pytest
from complaints import assert_complains
from IPython.core.formatters import DisplayFormatter
from unpacking import unpack

import nnkit as nn
from nnkit.widgets.race import MOST_OPTIMISERS, best_of
from nnkit.widgets.race_inside import NO_GRADIENT
from nnkit.widgets.race_run import stops_of
from nnkit.widgets.race_slice import slice_of
from nnkit.widgets.race_state import drawn_steps

X, y = nn.datasets.xor()
NET = nn.Network.create([2, 5, 1], loss="binary_cross_entropy", rng=0)
FIELD = {
    "descent": nn.GradientDescent(1.0),
    "momentum": nn.Momentum(0.5),
    "Nesterov": nn.Nesterov(0.3),
    "RMSProp": nn.RMSProp(0.01),
    "Adam": nn.Adam(0.01),
    "iRprop": nn.IRpropMinus(0.0125),
}
STEPS = 200


@cache
def race(steps=STEPS, **options):
    return nn.widgets.race(NET, X, y, optimisers=FIELD, steps=steps, finish=0, **options)


def run_of(widget, name):
    return next(run for run in widget.state["runs"] if run["name"] == name)


def by_step(widget, name):
    """{step: {quantity: (weights,)}} of one run, and {step: loss}."""
    run = run_of(widget, name)
    stops = unpack(widget, run["stops"]).astype(int)
    inside = {quantity: unpack(widget, where) for quantity, where in run["inside"].items()}
    accounts = {int(step): {q: values[i] for q, values in inside.items()} for i, step in enumerate(stops)}
    return accounts, dict(zip(stops.tolist(), unpack(widget, run["losses"])))


def assert_equal(actual, expected):
    """But for the last digits: a race goes by the readable code, training by the engine."""
    np.testing.assert_allclose(actual, expected, rtol=1e-10, atol=1e-14)


# --- the runs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FIELD)
def test_each_run_is_that_of_train(name):
    history = nn.train(NET, X, y, optimiser=FIELD[name], steps=STEPS, record_every=1)
    widget = race()
    run, (_, losses) = run_of(widget, name), by_step(widget, name)
    assert_equal(unpack(widget, run["curve"]["losses"]), history.loss)
    np.testing.assert_array_equal(unpack(widget, run["curve"]["steps"]), history.steps)
    for step, loss in losses.items():
        assert_equal(loss, history.loss[step])
    assert (min(losses), max(losses)) == (0, STEPS)
    assert_equal(widget.histories[name].loss, history.loss)
    for limit, reached in zip(widget.state["thresholds"], run["reached"]):
        assert reached == history.first_step_below(limit)


def test_mini_batches_are_the_same_for_all_and_those_of_train():
    widget = nn.widgets.race(NET, X, y, optimisers=FIELD, steps=50, batch_size=3, rng=7, finish=0)
    for name, optimiser in FIELD.items():
        history = nn.train(NET, X, y, optimiser=optimiser, steps=50, batch_size=3, rng=7, record_every=1)
        assert_equal(widget.histories[name].loss, history.loss)


def test_a_run_ends_at_the_finish_line_and_can_be_looked_at_there():
    widget = nn.widgets.race(NET, X, y, optimisers=FIELD, steps=700, threshold=0.1)
    for name in FIELD:
        run, (_, losses) = run_of(widget, name), by_step(widget, name)
        if run["finished"] is None:
            assert max(losses) == 700
        else:
            assert run["finished"] == max(losses) < 700
            assert losses[run["finished"]] < 0.001 <= widget.histories[name].loss[-2]
    assert run_of(widget, "iRprop")["finished"] is not None


def test_a_run_that_diverges_ends_and_says_when():
    features = nn.datasets.squared_features()[0]
    linear = nn.Network.from_params({"W1": np.full((3, 1), 0.5)}, output="identity", loss="squared_error")
    field = {"too long": nn.GradientDescent(0.02), "short": nn.GradientDescent(0.004)}
    widget = nn.widgets.race(linear, features, features[:, [2]], optimisers=field, steps=2000, finish=0)
    run, (accounts, losses) = run_of(widget, "too long"), by_step(widget, "too long")
    assert "no longer finite" in run["stopped"] and run["finished"] is None
    assert 10 < max(losses) < 2000 and np.isfinite(list(losses.values())).all()
    assert np.isfinite(accounts[max(losses)]["value"]).all()
    assert max(by_step(widget, "short")[1]) == 2000
    assert f"too long: {run['stopped']}" in widget.table()
    assert np.isfinite(unpack(widget, widget.state["plane"]["u"])).all()
    assert json.loads(json.dumps(widget.state, allow_nan=False)) == widget.state


def test_a_long_run_is_thinned_and_the_payload_stays_below_a_megabyte():
    slow = {f"{name} {i}": optimiser for i in range(2) for name, optimiser in list(FIELD.items())[:4]}
    widget = nn.widgets.race(NET, X, y, optimisers=slow, steps=600, finish=0)
    assert len(slow) == MOST_OPTIMISERS
    assert len(widget.numbers) + len(json.dumps(widget.state)) < 1_000_000
    for run in widget.state["runs"]:
        assert 40 <= run["stops"]["shape"][0] <= 130
        assert run["curve"]["steps"]["shape"][0] <= 400


def test_the_stops_are_dense_at_first_and_hold_both_ends():
    assert stops_of(10, 50) == list(range(11))
    stops = stops_of(100_000, 120)
    assert stops[:4] == [0, 1, 2, 3] and stops[-1] == 100_000 and len(stops) <= 125
    assert max(np.diff(stops)) < 2000


def test_a_spike_between_two_stops_is_drawn():
    losses = np.ones(5000)
    losses[[2345, 3456]] = 50.0, 0.01
    drawn = drawn_steps(losses, np.array(stops_of(4999, 60)))
    assert {0, 2345, 3456, 4999} <= set(drawn.tolist()) and len(drawn) < 300
    assert drawn_steps(np.array([1.0, 2.0, np.inf]), np.array([0, 1])).tolist() == [0, 1]


# --- inside the optimisers -------------------------------------------------------------------------------------------

# What the step is made of, as a formula of the quantities shown: the step itself was made by nnkit's optimiser.
STEP = {
    "descent": lambda q: -1.0 * q["gradient"],
    "momentum": lambda q: -0.5 * q["velocity"],
    "Nesterov": lambda q: -0.3 * q["look-ahead"],
    "RMSProp": lambda q: -0.01 * q["direction"],
    "Adam": lambda q: -0.01 * q["direction"],
    "iRprop": lambda q: -np.sign(q["gradient kept"]) * q["step size"],
}


@pytest.mark.parametrize("name", FIELD)
def test_the_quantities_make_the_step_that_was_made(name):
    accounts, _ = by_step(race(), name)
    for step, held in accounts.items():
        if step == 0:
            assert np.isnan(held["gradient"]).all() and np.isnan(held["step"]).all()
            continue
        np.testing.assert_allclose(held["step"], STEP[name](held), rtol=1e-6, atol=1e-12)
        if step - 1 in accounts:
            assert_equal(held["value"] - accounts[step - 1]["value"], held["step"])
        moved = np.abs(held["gradient"]) > NO_GRADIENT
        assert np.isnan(held["step per gradient"][~moved]).all()
        assert_equal(held["step per gradient"][moved] * held["gradient"][moved], held["step"][moved])


@pytest.mark.parametrize("name", FIELD)
def test_values_and_gradients_are_those_of_the_network(name):
    history = nn.train(NET, X, y, optimiser=FIELD[name], steps=STEPS, record_every=1)
    accounts, _ = by_step(race(), name)
    places = race().state["weights"]
    looked_at = [step for step in accounts if step and step - 1 in history.snapshots]
    assert len(looked_at) > 20
    for step in looked_at:
        grads = nn.backward(NET.with_params(history.snapshots[step - 1]), X, y).grads
        for i, place in enumerate(places):
            array, _, at = place[:-1].partition("[")
            index = tuple(map(int, at.split(",")))
            assert_equal(accounts[step]["gradient"][i], grads[array][index])
            if step in history.snapshots:
                assert_equal(accounts[step]["value"][i], history.snapshots[step][array][index])


def test_adam_corrects_its_bias():
    accounts, _ = by_step(race(), "Adam")
    for step, held in accounts.items():
        assert_equal(held["correction of m"], 1 - 0.9**step)
        assert_equal(held["correction of v"], 1 - 0.999**step)
        if step:
            assert_equal(held["m corrected"] * held["correction of m"], held["m"])
            assert_equal(held["root of v corrected"] ** 2 * held["correction of v"], held["v"])
    first = accounts[1]
    assert_equal(first["m corrected"], first["gradient"])
    np.testing.assert_allclose(np.abs(first["step"]), 0.01, rtol=1e-3)


def test_velocity_and_mean_square_follow_their_formulas():
    momentum, rmsprop = by_step(race(), "momentum")[0], by_step(race(), "RMSProp")[0]
    for step in (1, 2, 3):
        now, before = momentum[step], momentum[step - 1]
        assert_equal(now["velocity"], 0.9 * before["velocity"] + now["gradient"])
        now, before = rmsprop[step], rmsprop[step - 1]
        assert_equal(now["mean square"], 0.9 * before["mean square"] + 0.1 * now["gradient"] ** 2)
        assert_equal(now["root"] ** 2, now["mean square"])


class Own:
    """An optimiser of the reader's own, with a memory of its own."""

    def start(self, params):
        return {"sum": {name: np.zeros_like(theta) for name, theta in params.items()}, "count": 0}

    def step(self, params, grads, state):
        total = {name: state["sum"][name] + np.abs(g) for name, g in grads.items()}
        moved = {name: theta - 0.1 * grads[name] for name, theta in params.items()}
        return moved, {"sum": total, "count": state["count"] + 1}


def test_an_optimiser_of_your_own_shows_what_it_remembers_by_parameter():
    widget = nn.widgets.race(NET, X, y, optimisers={"mine": Own()}, steps=5)
    accounts, _ = by_step(widget, "mine")
    assert list(accounts[5]) == ["value", "gradient", "sum", "step", "step per gradient"]
    assert_equal(accounts[2]["sum"], np.abs(accounts[1]["gradient"]) + np.abs(accounts[2]["gradient"]))
    assert_equal(accounts[3]["step per gradient"], -0.1)


# --- the slice -------------------------------------------------------------------------------------------------------


def paths_of(widget):
    return [run.path for run in widget._runs], best_of(widget._runs, 0.5)


def loss(vector):
    return NET.with_params(nn.restore(vector, NET.params)).loss(X, y)


def test_the_plane_goes_through_the_start_and_the_best_end():
    paths, best = paths_of(race())
    plane = slice_of(paths, best, loss)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)
    for path, flat in zip(paths, plane.paths):
        np.testing.assert_allclose(flat[0], 0, atol=1e-12)
        assert_equal(np.linalg.norm(path - paths[0][0], axis=1) ** 2, (flat**2).sum(axis=1))
    np.testing.assert_allclose(plane.paths[best][-1][1:], 0, atol=1e-9)
    assert plane.paths[best][-1][0] == pytest.approx(np.linalg.norm(paths[best][-1] - paths[0][0]))


def test_the_losses_are_those_of_the_network_in_the_plane():
    paths, best = paths_of(race())
    plane = slice_of(paths, best, loss)
    for row, column in ((0, 0), (3, 17), (30, 30), (12, 0)):
        at = paths[0][0] + plane.u[column] * plane.directions[0] + plane.v[row] * plane.directions[1]
        assert plane.losses[row, column] == loss(at)
    assert plane.levels == sorted(set(plane.levels)) and len(plane.levels) >= 5
    assert plane.u[0] < 0 < plane.paths[best][-1][0] < plane.u[-1]


def test_no_other_direction_shows_more_of_the_paths():
    paths, best = paths_of(race())
    plane = slice_of(paths, best, loss)
    away = np.concatenate([path - paths[0][0] for path in paths])
    away = away[np.linalg.norm(away, axis=1) <= 3 * np.linalg.norm(paths[best][-1] - paths[0][0])]
    left = away - np.outer(away @ plane.directions[0], plane.directions[0])
    assert np.linalg.norm(left @ plane.directions[1]) == pytest.approx(np.linalg.svd(left, compute_uv=False)[0])


@pytest.mark.parametrize("name", ["descent", "Adam"])
def test_a_path_is_where_the_parameters_were(name):
    history = nn.train(NET, X, y, optimiser=FIELD[name], steps=STEPS, record_every=1)
    run = next(run for run in race()._runs if run.name == name)
    looked_at = [(i, step) for i, step in enumerate(run.stops.tolist()) if step in history.snapshots]
    assert len(looked_at) > 20
    for i, step in looked_at:
        assert_equal(run.path[i], nn.flatten(history.snapshots[step]))


def test_paths_that_make_no_plane_still_have_one():
    for paths in ([np.zeros((1, 3))], [np.outer(np.arange(4.0), [0, 0, 1])], [np.zeros((2, 1)), np.ones((2, 1))]):
        plane = slice_of(paths, 0, lambda vector: float(vector @ vector))
        assert np.isfinite(plane.losses).all()
        assert plane.u[0] < plane.u[-1] and plane.v[0] < plane.v[-1]
        assert np.linalg.norm(plane.directions[0]) == pytest.approx(1)


def test_a_path_that_goes_far_away_does_not_widen_the_picture():
    near = np.outer(np.linspace(0, 1, 5), [1.0, 0.2, 0.0])
    far = np.outer(np.linspace(0, 1e6, 5), [0.0, 1.0, 1.0])
    exploded = np.array([[0, 0, 0], [1e300, 1e300, 0]])
    plane = slice_of([near, far, exploded], 0, lambda vector: float(vector @ vector))
    assert plane.u[-1] - plane.u[0] < 5


def test_the_best_end_is_the_nearest_of_those_below_the_threshold():
    runs = race()._runs
    away = {run.name: np.linalg.norm(run.path[-1] - run.path[0]) for run in runs if run.losses[-1] < 0.5}
    assert len(away) >= 2
    assert runs[best_of(runs, 0.5)].name == min(away, key=away.get)
    assert runs[best_of(runs, 1e-300)].losses[-1] == min(run.losses[-1] for run in runs)


# --- the widget ------------------------------------------------------------------------------------------------------


def test_every_weight_of_a_small_network_can_be_looked_into_and_the_largest_of_a_large_one():
    assert len(race().state["weights"]) == 21
    (pixels, digits), _ = nn.datasets.digits()
    net = nn.Network.create([64, 20, 10], output="softmax", loss="cross_entropy", rng=0)
    options = {"optimisers": {"Adam": nn.Adam(0.01)}, "steps": 5}
    widget = nn.widgets.race(net, pixels[:50], digits[:50], weight="W1[3,7]", **options)
    names = widget.state["weights"]
    assert names[0] == "W1[3,7]" == widget.start["weight"] and 32 <= len(names) <= 33
    grads = nn.backward(net, pixels[:50], digits[:50]).grads
    largest = max((abs(g).max(), key) for key, g in grads.items())[1]
    assert any(name.startswith(largest) for name in names)


def test_the_threshold_is_a_tenth_of_the_start_and_stands_among_the_others():
    widget = race()
    assert widget.start["threshold"] == NET.loss(X, y) / 10
    limits = widget.state["thresholds"]
    assert widget.start["threshold"] in limits and limits == sorted(limits, reverse=True)
    assert race(threshold=0.05).start["threshold"] == 0.05


def test_the_table_tells_how_each_run_went():
    widget = race(threshold=0.5)
    lines = widget.table("W2[0,0]").splitlines()
    for run in widget._runs:
        row = next(line.split() for line in lines if line.startswith(run.name + " "))
        step = run.history.first_step_below(0.5)
        assert row[-4:] == [
            f"{NET.loss(X, y):.3g}",
            "0" if run.history.loss[-1] < 1e-12 else f"{run.history.loss[-1]:.3g}",
            str(STEPS),
            "never" if step is None else str(step),
        ]
    assert "W2[0,0], after the last step:" in lines
    assert_complains(ValueError, lambda: widget.table("W9[0,0]"), "race.table: weight is 'W9[0,0]'; expected one of")


def test_a_notebook_stores_the_whole_text():
    widget = race()
    data, _ = DisplayFormatter().format(widget)
    assert data["text/plain"] == repr(widget)
    assert repr(widget) == f"Race of 6 optimisers on {NET!r}\n\n{widget.table()}"


@pytest.mark.parametrize("trait", ["state", "numbers", "start"])
def test_what_python_says_is_read_only(trait):
    with pytest.raises(Exception, match="read-only"):
        setattr(race(), trait, b"" if trait == "numbers" else {})


ADAM = {"Adam": nn.Adam(0.01)}


@pytest.mark.parametrize(
    ("net", "options", "says"),
    [
        ({}, {}, "race: net is a dict; expected a Network."),
        (NET, {"optimisers": nn.Adam(0.01)}, "race: optimisers is Adam("),
        (NET, {"optimisers": {}}, "race: optimisers holds 0 entries; expected a dict of 1 to 8 optimisers by name"),
        (NET, {"optimisers": {"Adam": nn.Adam}}, "race: optimisers is {'Adam': <class"),
        (NET, {"optimisers": {str(i): nn.Adam(0.01) for i in range(9)}}, "race: optimisers holds 9 entries"),
        (NET, {"steps": 0}, "race: steps is 0; expected a whole number from 1 to 100000."),
        (NET, {"steps": 1.5}, "race: steps is 1.5"),
        (NET, {"threshold": -1}, "race: threshold is -1; expected a positive number."),
        (NET, {"finish": -1}, "race: finish is -1; expected a positive number. 0 lets every run take all its steps."),
        (NET, {"weight": "w1"}, "race: weight is 'w1'; expected a parameter such as"),
        (NET, {"batch_size": 9}, "batch_size is 9; expected a whole number of at least 1"[:17]),
    ],
)
def test_wrong_arguments_are_named(net, options, says):
    arguments = {"optimisers": ADAM, "steps": 5} | options
    assert_complains(ValueError, lambda: nn.widgets.race(net, X, y, **arguments), says)


def test_wrong_data_are_named():
    assert_complains(
        nn.ShapeError, lambda: nn.widgets.race(NET, X[:, :1], y, optimisers=ADAM), "race: X has shape (4, 1)"
    )
    assert_complains(nn.ShapeError, lambda: nn.widgets.race(NET, X, y[:2], optimisers=ADAM), "race: y has shape (2, 1)")
