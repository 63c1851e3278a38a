"""The inspector's rows, grammar, code and answers: what a question from the browser changes, against nnkit itself."""

import json

import numpy as np
import pytest
from complaints import assert_complains
from inspected import array, rows_in, unpacked
from strategies import COMBINATIONS, make_case

import nnkit as nn
from nnkit.text import place
from nnkit.widgets.answers import answer
from nnkit.widgets.numpy_code import code_of
from nnkit.widgets.slopes import numeric_slope, numeric_slopes, selectable
from nnkit.widgets.state import BUDGET, ENOUGH_STEPS, MOST_STEPS, record, record_history
from nnkit.widgets.structure import order

XOR = nn.datasets.xor()


def trained(sizes=(2, 5, 1), data=XOR, epochs=60, **options) -> nn.History:
    net = nn.Network.create(list(sizes), rng=0, **options)
    return nn.train(net, *data, optimiser=nn.Momentum(0.3), epochs=epochs, batch_size=2, rng=1, progress=False)


@pytest.fixture(scope="module")
def history() -> nn.History:
    return trained()


@pytest.fixture(scope="module")
def recording(history):
    return record_history(history, history.X, history.y, nn.Recipe())


def question(**changed) -> dict:
    return {"what": "rows", "at": 0, "changes": [], "mistake": None, "layer": None} | changed


def assert_shows(state: dict, row: np.ndarray, back: nn.BackwardPass) -> None:
    """Every number of the row is that of the backward pass."""
    for name, entry in unpacked(state, row)["numbers"].items():
        terms = back.terms(entry["param"], tuple(entry["index"]))
        assert name == terms.name
        np.testing.assert_allclose(entry["per_example"], terms.per_example, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(entry["batch"], terms.value, rtol=1e-12, atol=1e-15)


# --- recordings ------------------------------------------------------------------------------------------------------


def test_a_history_has_a_row_for_each_step_that_is_kept(history, recording):
    state = recording.state()
    steps = state["history"]["steps"]
    assert steps[0] == 0
    assert steps[-1] == history.steps[-1] == 120
    assert len(steps) == len(recording.rows) <= MOST_STEPS
    for i in range(0, len(steps), 7):
        net = history.network.with_params(history.snapshots[steps[i]])
        assert_shows(state, recording.rows[i], nn.backward(net, history.X, history.y))


def test_an_update_is_the_change_since_the_row_before(history, recording):
    state = recording.state()
    steps = state["history"]["steps"]
    for name in history.network.params:
        assert np.isnan(array(state, recording.rows[0], f"update:{name}")).all()
        change = history.snapshots[steps[5]][name] - history.snapshots[steps[4]][name]
        np.testing.assert_array_equal(array(state, recording.rows[5], f"update:{name}"), change)


def test_the_curve_is_that_of_the_history(history, recording):
    curve = recording.state()["history"]["curve"]
    at = [list(history.steps).index(step) for step in curve["steps"]]
    np.testing.assert_array_equal(history.loss[at], curve["loss"])


@pytest.mark.filterwarnings("error")
def test_a_run_that_explodes_can_still_be_inspected():
    X = np.arange(1.0, 6.0)[:, None]
    net = nn.Network.create([1, 1], output="identity", rng=0)
    history = nn.train(net, X, X**2, optimiser=nn.GradientDescent(1.0), epochs=400, progress=False)
    assert history.stopped
    inspector = nn.widgets.inspect(history)
    json.dumps(inspector.state, allow_nan=False)
    assert inspector.state["history"]["stopped"] == history.stopped


@pytest.mark.parametrize(("sizes", "n"), [([2, 5, 1], 4), ([2, 5, 1], 32), ([8, 12, 12, 4], 16), ([64, 30, 10], 4)])
def test_rows_are_thinned_until_they_fit(sizes, n):
    case = make_case(sizes, n_examples=n)
    history = nn.train(case.net, case.X, case.y, optimiser=nn.Adam(0.01), epochs=60, progress=False)
    found = record_history(history, case.X, case.y, nn.Recipe())
    assert found.rows.nbytes <= BUDGET
    assert len(found.rows) >= 2
    assert found.steps is not None
    assert found.steps[0] == 0
    assert found.steps[-1] == 60
    if found.numeric:
        assert len(found.rows) >= ENOUGH_STEPS


def test_the_order_is_that_in_which_the_backward_pass_asks_for_its_terms():
    called = []

    def noting(name, function):
        def noted(*arguments):
            called.append(f"{name}:{arguments[3] if len(arguments) > 3 else 3}")
            return function(*arguments)

        return noted

    right = nn.Recipe()
    names = ["loss_slope", "activation_slope", "input", "weight"]  # the terms; the other entries combine them
    recipe = nn.Recipe(**{name: noting(name, getattr(right, name)) for name in names})
    case = make_case([2, 3, 3, 2])
    back = nn.backward(case.net, case.X, case.y, recipe=recipe)
    kinds = tuple(f"{name}:" for name in names)
    assert [name for name in order(back) if name.startswith(kinds)] == called


# --- numeric slopes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("without_bias", [(), (1,)])
def test_one_numeric_slope_is_that_of_all(without_bias):
    case = make_case([3, 4, 2], without_bias=without_bias)
    every = numeric_slopes(case.net, case.X, case.y)
    for group, shape in selectable(case.net).items():
        assert every[group].shape == (len(case.X), *shape)
        for at in np.ndindex(shape):
            one = numeric_slope(case.net, case.X, case.y, group, at)
            np.testing.assert_array_equal(one, every[group][(slice(None), *at)])


def test_one_group_of_numeric_slopes_comes_alone():
    case = make_case([3, 4, 2])
    assert list(numeric_slopes(case.net, case.X, case.y, "z1")) == ["z1"]


# --- answers ---------------------------------------------------------------------------------------------------------


def test_a_changed_weight_is_answered_with_one_row(history, recording):
    change = {"group": "W1", "index": [1, 3], "example": None, "value": -0.75}
    found, rows = answer(recording, question(at=4, changes=[change]))
    assert found == {"rows": [{"kind": "right", "at": 4}]}
    params = {name: values.copy() for name, values in recording.nets[4].params.items()}
    params["W1"][1, 3] = -0.75
    back = nn.backward(history.network.with_params(params), history.X, history.y)
    (row,) = rows_in(rows, recording.state())
    assert_shows(recording.state(), row, back)
    numeric = array(recording.state(), row, "numeric:W2")
    np.testing.assert_allclose(numeric.mean(axis=0), back.grads["W2"], rtol=1e-6, atol=1e-9)


def test_a_changed_input_belongs_to_one_example(history, recording):
    change = {"group": "a0", "index": [1], "example": 2, "value": 0.25}
    _, rows = answer(recording, question(changes=[change]))
    X = history.X.copy()
    X[2, 1] = 0.25
    assert_shows(recording.state(), rows_in(rows, recording.state())[0], nn.backward(recording.nets[0], X, history.y))


def test_answering_changes_nothing_here(history, recording):
    before = [{name: values.copy() for name, values in net.params.items()} for net in recording.nets]
    change = {"group": "W1", "index": [0, 0], "example": None, "value": 9.0}
    answer(recording, question(changes=[change, change | {"group": "a0", "index": [0], "example": 1}]))
    for net, params in zip(recording.nets, before, strict=True):
        for name in params:
            np.testing.assert_array_equal(net.params[name], params[name])
    np.testing.assert_array_equal(recording.X, history.X)


@pytest.mark.parametrize("slug", nn.mistakes.CATALOGUE)
def test_a_planted_mistake_is_answered_with_a_row_for_every_step(history, recording, slug):
    found, rows = answer(recording, question(at=3, mistake=slug))
    recipe = nn.mistakes.plant(slug)
    state, planted = recording.state(), rows_in(rows, recording.state())
    assert [row["kind"] for row in found["rows"]] == ["planted"] * len(recording.rows)
    for at in (0, 3, len(recording.rows) - 1):
        back = nn.backward(recording.nets[at], history.X, history.y, recipe=recipe)
        assert_shows(state, planted[at], back)
    wrong = nn.backward(recording.nets[3], history.X, history.y, recipe=recipe)
    right = nn.backward(recording.nets[3], history.X, history.y)
    changed = {name for name in right.grads if not np.allclose(wrong.grads[name], right.grads[name], rtol=1e-9)}
    assert {name for name in found["changed"] if name.startswith(("batch:W", "batch:b"))} == {
        f"batch:{name}" for name in changed
    }
    np.testing.assert_array_equal(
        array(state, planted[3], "numeric:W1"), array(state, recording.rows[3], "numeric:W1"), "a mistake moves no loss"
    )


def test_a_mistake_in_one_layer_leaves_the_layer_above_alone(recording):
    found, _ = answer(recording, question(mistake="activation_slope_missing", layer=1))
    assert found["changed"][0] == "activation_slope:1"
    assert {name for name in found["changed"] if name.startswith("batch:")} == {
        "batch:a0",
        "batch:W1",
        "batch:b1",
        "batch:z1",
    }


def test_the_curve_of_a_mistake_is_that_of_the_same_training_with_it(history, recording):
    found, _ = answer(recording, question(mistake="sign"))
    wrong = history.again(nn.mistakes.plant("sign"))
    curve = found["curve"]
    assert curve["complete"]
    at = [list(wrong.steps).index(step) for step in curve["steps"]]
    np.testing.assert_array_equal(wrong.loss[at], curve["loss"])
    assert curve["loss"][-1] > history.loss[0]


def test_without_a_history_there_is_no_curve():
    case = make_case([2, 3, 1])
    found, rows = answer(record(case.net, case.X, case.y, nn.Recipe()), question(mistake="sign"))
    assert found["curve"] is None
    assert rows


@pytest.mark.parametrize("name", ["W1[1,2]", "b2[0]", "z1[4]", "a0[1]"])
def test_a_numeric_slope_is_answered_alone(history, recording, name):
    group, at = name.split("[")[0], tuple(int(i) for i in name.split("[")[1][:-1].split(","))
    found, rows = answer(recording, question(what="numeric", at=2, name=name, group=group, index=list(at)))
    slopes = numeric_slopes(recording.nets[2], history.X, history.y)[group][(slice(None), *at)]
    assert rows == b""
    assert found["name"] == name
    np.testing.assert_array_equal(found["numeric"]["per_example"], slopes)
    assert found["numeric"]["batch"] == pytest.approx(slopes.mean())
    assert max(found["relative_error"]["per_example"]) < 1e-5


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": "nonsense"},
        {"at": 999},
        {"mistake": "nonsense"},
        {"mistake": "sign", "layer": 1},
        {"changes": [{"group": "W9", "index": [0, 0], "example": None, "value": 1.0}]},
        {"changes": [{"group": "W1", "index": [7, 0], "example": None, "value": 1.0}]},
        {"changes": [{"group": "W1", "index": [0, 0], "example": None, "value": float("nan")}]},
    ],
    ids=str,
)
def test_a_question_that_makes_no_sense_gets_an_error(recording, wrong):
    found, rows = answer(recording, question(**wrong))
    assert list(found) == ["error"]
    assert rows == b""


def test_the_widget_answers_its_own_question(history):
    inspector = nn.widgets.inspect(history)
    change = {"group": "b1", "index": [2], "example": None, "value": 0.5}
    inspector.asked = question(changes=[change]) | {"view": "here", "id": 7}
    assert inspector.answer == {"rows": [{"kind": "right", "at": 0}], "view": "here", "id": 7}
    assert len(inspector.answered) == 8 * inspector.state["length"]


# --- the text form of a history --------------------------------------------------------------------------------------


def test_the_table_of_a_history_is_that_of_the_last_step_or_of_one_that_is_named(history):
    inspector = nn.widgets.inspect(history, select="W1[0,2]")
    last = nn.backward(history.network, history.X, history.y)
    assert inspector.table().startswith(str(last.terms("W1", (0, 2))))
    first = nn.backward(history.network.with_params(history.snapshots[0]), history.X, history.y)
    assert inspector.table(step=0).startswith(str(first.terms("W1", (0, 2))))
    assert repr(inspector).splitlines()[0].endswith("recorded steps, shown at step 120")


@pytest.mark.parametrize(("of", "step"), [("history", 999), ("network", 0)])
def test_a_step_that_is_not_there_is_quoted(history, of, step):
    inspector = nn.widgets.inspect(history if of == "history" else history.network, *XOR)
    assert_complains(ValueError, lambda: inspector.table(step=step), f"table: step is {step}; expected ")


def test_some_examples_of_a_history_may_be_looked_at(history):
    inspector = nn.widgets.inspect(history, history.X[:2], history.y[:2])
    assert len(inspector.state["y"]) == 2


# --- NumPy code ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("loss", "output"), COMBINATIONS)
@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "identity", "softmax"])
def test_the_numpy_code_of_every_network_gives_its_gradients(loss, output, hidden):
    case = make_case([3, 4, 2], hidden=hidden, output=output, loss=loss, without_bias=(2,))
    code = code_of(case.net)
    names = {"params": case.net.params, "X": case.X, "y": case.y}
    exec(str(code["lines"]), names)
    back = nn.backward(case.net, case.X, case.y)
    for group, at in (("W1", (2, 3)), ("W2", (1, 1)), ("b1", (2,)), ("z2", (1,)), ("a0", (0,))):
        l = int(group[1:])
        letters = {"l": l, "below": l - 1, "i": at[0], "j": at[-1], "n": 1}
        terms = back.terms(group, at)
        for side, expected in (("batch", terms.value), ("example", terms.per_example[1])):
            expression = code[side][group[0]].format(**letters)  # type: ignore[index]
            np.testing.assert_allclose(eval(expression, names), expected, rtol=1e-9, err_msg=group + place(at))


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:overflow encountered in exp")
@pytest.mark.parametrize(("loss", "output"), [("binary_cross_entropy", "sigmoid"), ("cross_entropy_sum", "softmax")])
def test_the_numpy_code_holds_where_an_output_rounds_to_1(loss, output):
    """A confident wrong answer at z = 50: nnkit says 1, and (a - y) / (a (1 - a)) is 1 / 0."""
    net = nn.Network.from_params({"W1": [[50.0, -50.0]]}, output=output, loss=loss)
    code, names = code_of(net), {"params": net.params, "X": [[1.0], [20.0]], "y": np.array([[0.0, 1.0], [0.0, 1.0]])}
    exec(str(code["lines"]), names)
    np.testing.assert_allclose(names["delta1"], nn.backward(net, names["X"], names["y"]).delta[1], atol=1e-15)
    np.testing.assert_allclose(names["delta1"], [[1, -1], [1, -1]])
