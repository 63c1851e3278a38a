"""widgets.neuron: its numbers, its walk, its answers to the browser, its text form and its door; without a browser."""

import json

import numpy as np
import pytest
import torch
from complaints import assert_complains
from IPython.core.formatters import DisplayFormatter
from strategies import make_case

import nnkit as nn
from nnkit.text import number
from nnkit.widgets.neuron import MOST_EXAMPLES, granted
from nnkit.widgets.neuron_state import MOST_PLACES, MOST_ROWS, RANGES, SIDE, parameter, parameters

X, y = nn.datasets.or_gate()
CASES = {
    "sigmoid": lambda: nn.Network.create([2, 1], rng=1),
    "entropy": lambda: nn.Network.create([2, 1], loss="binary_cross_entropy", rng=2),
    "no bias": lambda: nn.Network.create([2, 1], bias=False, rng=3),
    "summed": lambda: nn.Network.create([2, 1], output="tanh", loss="squared_error_sum", rng=4),
    "linear": lambda: nn.Network.create([2, 1], output="identity", loss="squared_error", rng=5),
}
every_case = pytest.mark.parametrize("name", CASES)


def neuron(name="sigmoid", **options):
    return nn.widgets.neuron(CASES[name](), X, y, **options)


def wish(widget, *wishes):
    """What the browser does: one question, with a number of its own."""
    widget.asked = {"wishes": list(wishes), "view": "test", "id": widget.asked.get("id", 0) + 1}
    return widget.state


def assert_equal(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-13)


def assert_shows(place, net):
    """Every number of a place is the one that nnkit computes there."""
    back = nn.backward(net, X, y)
    assert_equal(place["loss"], net.loss(X, y))
    assert_equal(place["loss_per_example"], net.loss_per_example(X, y))
    for name, array in (("z", back.forward.z[1]), ("a", back.forward.a[1]), ("loss_slope", back.loss_slope)):
        assert_equal(place[name], array[:, 0])
    assert_equal(place["activation_slope"], back.activation_slope[1][:, 0])
    for name, entry in place["numbers"].items():
        array, at = parameter(name)
        assert_equal(entry["value"], net.params[array][at])
        assert_equal(entry["gradient"], back.grads[array][at])
        np.testing.assert_allclose(entry["numeric"], entry["gradient"], rtol=1e-6, atol=1e-9)
        factors = np.array([place["loss_slope"], place["activation_slope"], entry["input"]])
        assert_equal(entry["per_example"], factors.prod(axis=0))
        assert_equal(place["example_weight"] * sum(entry["per_example"]), entry["gradient"])


# --- the numbers -----------------------------------------------------------------------------------------------------


@every_case
def test_a_place_shows_the_terms_of_its_gradient(name):
    net, state = CASES[name](), neuron(name).state
    assert state["params"] == parameters(net) == list(state["places"][0]["numbers"])
    assert_shows(state["places"][0], net)
    assert (state["X"], state["y"]) == (X.tolist(), y[:, 0].tolist())


def test_the_gradient_is_that_of_an_independent_oracle():
    net, entry = CASES["entropy"](), neuron("entropy").state["places"][0]["numbers"]
    W, b = (torch.tensor(net.params[key], requires_grad=True) for key in ("W1", "b1"))
    a = torch.sigmoid(torch.tensor(X) @ W + b)
    torch.nn.functional.binary_cross_entropy(a, torch.tensor(y)).backward()
    assert_equal([entry[f"W1[{j},0]"]["gradient"] for j in range(2)], W.grad[:, 0].numpy())
    assert_equal(entry["b1[0]"]["gradient"], b.grad[0].item())


@every_case
def test_the_surface_is_the_loss_at_each_pair_of_weights(name):
    skewed = X * [1.0, -3.0] + [0.0, 0.5]  # the two weights are not alike, as they would be for OR
    widget = nn.widgets.neuron(CASES[name](), skewed, y)
    wish(widget, {"do": "step", "times": 3})
    surface, net, half = widget.state["surface"], widget.net, widget.state["half_width"]
    axis = np.linspace(-half, half, SIDE)
    for row, column in ((0, 0), (0, 7), (12, 3), (24, 24), (20, 0)):
        params = net.params | {"W1": np.array([[axis[column]], [axis[row]]])}
        expected = net.with_params(params).loss(skewed, y)
        assert surface["losses"][row * SIDE + column] == pytest.approx(expected, rel=1e-3)
    assert surface["bias"] == (net.params["b1"][0] if "b1" in net.params else 0)
    assert surface["levels"] == sorted(set(surface["levels"]))
    assert min(surface["losses"]) <= surface["levels"][0] < surface["levels"][-1] <= max(surface["losses"])


@every_case
def test_the_picture_has_room_for_every_place(name):
    widget = neuron(name, learning_rate=0.3)
    wish(widget, {"values": {"W1[1,0]": -17.0}}, {"do": "step", "times": 5}, {"do": "undo"})
    values = [abs(e["value"]) for p in widget.state["places"] for e in p["numbers"].values()]
    assert widget.state["half_width"] in RANGES
    assert max(values) <= widget.state["half_width"]


# --- the walk --------------------------------------------------------------------------------------------------------


@every_case
def test_steps_are_those_of_training(name):
    net, widget = CASES[name](), neuron(name, learning_rate=0.2)
    state = wish(widget, {"do": "step"}, {"do": "step", "times": 4})
    history = nn.train(net, X, y, optimiser=nn.GradientDescent(0.2), steps=5, record_every=1)
    assert [place["title"] for place in state["places"]] == ["start", *(f"step {i}" for i in range(1, 6))]
    for step, place in enumerate(state["places"]):
        assert_shows(place, net.with_params(history.snapshots[step]))
    assert_equal(nn.flatten(widget.net.params), nn.flatten(history.network.params))


def test_the_next_step_is_announced_before_it_is_made():
    widget = neuron(learning_rate=3.0)
    announced = widget.state["next"]
    place = wish(widget, {"do": "step"})["places"][-1]
    assert_equal([entry["value"] for entry in place["numbers"].values()], list(announced.values()))


def test_a_slider_sets_one_parameter_and_the_net_follows():
    widget, before = neuron(), neuron().net.params
    state = wish(widget, {"values": {"W1[1,0]": -1.25}, "gesture": 1})
    assert widget.net.params["W1"].tolist() == [before["W1"][0].tolist(), [-1.25]]
    assert_shows(state["places"][-1], widget.net)
    assert state["places"][-1]["title"] == "W1[1,0] by hand"


def test_a_slider_that_is_moved_at_an_earlier_place_begins_there():
    widget = neuron()
    earlier = widget.state["places"][0]["numbers"]
    wish(widget, {"do": "step", "times": 3})
    base = {name: entry["value"] for name, entry in earlier.items()}
    state = wish(widget, {"values": {"b1[0]": 0.75}, "base": base})
    net = CASES["sigmoid"]()
    assert_shows(state["places"][-1], net.with_params(net.params | {"b1": np.array([0.75])}))
    assert state["places"][-1]["title"] == "b1[0] by hand"


def test_one_drag_is_one_place_and_two_are_two():
    widget = neuron()
    for value in (0.1, 0.2, 0.3):
        wish(widget, {"values": {"b1[0]": value}, "gesture": "b 0"})
    assert len(widget.state["places"]) == 2
    wish(widget, {"values": {"b1[0]": 0.4}, "gesture": "b 1"})
    assert [place["numbers"]["b1[0]"]["value"] for place in widget.state["places"]] == [0.0, 0.3, 0.4]
    assert wish(widget, {"do": "undo"})["places"][-1]["numbers"]["b1[0]"]["value"] == 0.3


def test_undo_goes_back_to_the_start_and_no_further():
    widget, first = neuron(), neuron().state["places"]
    wish(widget, {"do": "step", "times": 3}, {"values": {"b1[0]": 1.0}})
    assert len(wish(widget, {"do": "undo", "times": 4})["places"]) == 1
    assert (widget.state["places"], widget.state["undo"]) == (first, False)
    assert wish(widget, {"do": "undo"})["trouble"] == "There is nothing to undo."
    assert [place["title"] for place in wish(widget, {"do": "step"})["places"]] == ["start", "step 1"]


def test_reset_is_the_start_again():
    widget = neuron()
    wish(widget, {"do": "step", "times": 100}, {"do": "step", "times": 100})
    assert wish(widget, {"do": "reset"})["places"] == neuron().state["places"]
    assert wish(widget, {"do": "step"})["places"][-1]["title"] == "step 1"


def test_the_learning_rate_counts_for_the_next_step():
    widget = neuron(learning_rate=1.0)
    start = widget.net
    wish(widget, {"learning_rate": 7.0}, {"do": "step"})
    expected, _ = nn.GradientDescent(7.0).step(start.params, nn.backward(start, X, y).grads, {})
    assert_equal(nn.flatten(widget.net.params), nn.flatten(expected))


def test_a_walk_that_explodes_stops_before_it_and_says_so():
    widget = neuron("linear", learning_rate=50.0)
    state = wish(widget, {"do": "step", "times": 100})
    assert "the learning rate is too large" in state["trouble"]
    assert all(np.isfinite(place["loss"]) for place in state["places"])
    assert wish(widget, {"learning_rate": 0.01})["trouble"] == ""
    assert len(wish(widget, {"do": "step"})["places"]) == len(state["places"]) + 1


@pytest.mark.parametrize("n_examples", [4, 32])
def test_a_long_walk_keeps_its_last_places_and_an_answer_stays_small(n_examples):
    case = make_case([2, 1], n_examples=n_examples)
    widget = nn.widgets.neuron(case.net, case.X, case.y, learning_rate=0.01)
    for _ in range(3):
        wish(widget, {"do": "step", "times": 50})
    most = min(MOST_PLACES, MOST_ROWS // n_examples)
    assert [place["title"] for place in widget.state["places"]] == [f"step {i}" for i in range(151 - most, 151)]
    assert len(json.dumps(widget.state, allow_nan=False)) < 200_000


def test_a_history_gives_the_path_of_its_training():
    history = nn.train(CASES["sigmoid"](), X, y, optimiser=nn.GradientDescent(4.0), epochs=2000)
    widget = nn.widgets.neuron(history, X, y)
    places = widget.state["places"]
    assert (places[0]["title"], places[-1]["title"]) == ("training step 0", "training step 2000")
    assert 10 < len(places) <= MOST_PLACES // 2
    for place in places:
        assert_shows(place, history.network.with_params(history.snapshots[int(place["title"].split()[-1])]))
    assert len(wish(widget, {"do": "step"})["places"]) == len(places) + 1
    assert wish(widget, {"do": "reset"})["places"] == places


def test_a_planted_mistake_is_in_the_terms_and_not_in_the_central_difference():
    widget = neuron(recipe=nn.mistakes.plant("scale"))
    right = neuron().state["places"][0]["numbers"]
    for name, entry in widget.state["places"][0]["numbers"].items():
        assert_equal(entry["gradient"], 2 * right[name]["gradient"])
        assert_equal(entry["numeric"], right[name]["numeric"])


# --- the browser's questions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"wishes": None},
        {"wishes": [3, None, {}]},
        {"wishes": [{"values": {"W1[7,7]": 1.0}}]},
        {"wishes": [{"values": {"W1[0,0]": "1"}}]},
        {"wishes": [{"values": {"W1[0,0]": float("nan")}}]},
        {"wishes": [{"learning_rate": -1}]},
        {"wishes": [{"learning_rate": float("inf")}]},
        {"wishes": [{"do": "fly"}]},
    ],
)
def test_a_question_that_makes_no_sense_is_answered_and_changes_nothing(question):
    widget, before = neuron(), neuron().state
    widget.asked = question | {"view": "v", "id": 9}
    assert widget.answer == {"view": "v", "id": 9}
    assert widget.state == before


def test_values_and_numbers_of_steps_are_kept_within_bounds():
    walk = neuron()._walk
    assert granted(walk, {"values": {"W1[0,0]": 1e9}}).net.params["W1"][0, 0] == RANGES[-1]
    assert granted(walk, {"do": "step", "times": 10**9}).steps == 100
    assert granted(walk, {"do": "step", "times": -3}).steps == 1


def test_the_answer_comes_with_its_state_in_one_message():
    widget, sent = neuron(), []
    widget.send_state = lambda key=None: sent.append({key} if isinstance(key, str) else set(key))
    wish(widget, {"do": "step"})
    assert sorted(map(sorted, sent)) == [["answer", "state"], ["asked"]]


# --- the text form and the door --------------------------------------------------------------------------------------


def test_the_table_holds_the_terms_and_the_next_step():
    widget = neuron(learning_rate=2.0)
    back = nn.backward(widget.net, X, y)
    for name in widget.state["params"]:
        text = widget.table(name)
        assert str(back.terms(*parameter(name))) in text
        assert f"{name} becomes" in text
        assert f"= {number(widget.state['next'][name])}." in text
    assert widget.table() == widget.table("W1[0,0]")
    assert_complains(ValueError, lambda: widget.table("W2[0,0]"), "neuron.table: param is 'W2[0,0]'", '"W1[0,0]"'[1:-1])


def test_a_notebook_stores_the_whole_text():
    widget = neuron()
    assert repr(widget).startswith(f"Neuron of {widget.net!r}, 4 examples\n\n")
    data, _ = DisplayFormatter().format(widget)
    assert data["text/plain"] == repr(widget)
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id


@pytest.mark.parametrize("trait", ["state", "answer"])
def test_what_python_says_is_read_only(trait):
    with pytest.raises(Exception, match="read-only"):
        setattr(neuron(), trait, {})


def test_nothing_that_was_passed_is_changed():
    net = CASES["sigmoid"]()
    widget = nn.widgets.neuron(net, X, y)
    wish(widget, {"do": "step", "times": 10}, {"values": {"W1[0,0]": 5.0}})
    assert_equal(nn.flatten(net.params), nn.flatten(CASES["sigmoid"]().params))
    assert_equal(X, nn.datasets.or_gate()[0])


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [
        (({"W1": np.ones((2, 1))}, X, y), {}, "neuron: net is a dict; expected a Network."),
        ((nn.Network.create([2, 5, 1], rng=0), X, y), {}, "neuron: net is a Network [2, 5, 1]"),
        ((nn.Network.create([3, 1], rng=0), X, y), {}, "expected one neuron with two inputs, sizes [2, 1]"),
        ((CASES["sigmoid"](), X, y), {"learning_rate": -1}, "neuron: learning_rate is -1; expected a positive number."),
        ((CASES["sigmoid"](), X, y), {"learning_rate": "1"}, "neuron: learning_rate is '1'"),
        ((CASES["sigmoid"](), np.zeros((40, 2)), np.zeros((40, 1))), {}, "X has 40 examples; expected at most 32."),
        ((CASES["sigmoid"](), X * 1e160, y), {}, "neuron: X has an entry of size 1e+160; expected at most 1e+06."),
        ((CASES["linear"](), X, y - 1e160), {}, "neuron: y has an entry of size 1e+160; expected at most 1e+06."),
        ((CASES["sigmoid"](), X.T, y), {}, "neuron: X has shape (2, 4)"),
        ((CASES["sigmoid"](), X, y[:, 0]), {}, "neuron: y has shape (4,)"),
        ((nn.Network.from_params({"W1": [[2000.0], [1.0]]}), X, y), {}, "neuron: net has a parameter of size 2e+03"),
    ],
)
def test_wrong_arguments_are_named(arguments, options, says):
    kind = nn.ShapeError if "shape" in says else ValueError
    assert_complains(kind, lambda: nn.widgets.neuron(*arguments, **options), says)


def test_as_many_examples_as_promised():
    case = make_case([2, 1], n_examples=MOST_EXAMPLES)
    assert len(nn.widgets.neuron(case.net, case.X, case.y).state["y"]) == MOST_EXAMPLES
