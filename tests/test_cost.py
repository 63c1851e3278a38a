"""widgets.cost: curves, sums and means, and the walk down a parabola, against numbers that know no calculus."""

import json

import numpy as np
import pytest
import torch
from complaints import assert_complains
from IPython.core.formatters import DisplayFormatter

import nnkit as nn
from nnkit.functions import LOSSES
from nnkit.text import number
from nnkit.widgets.cost_state import (
    FRACTIONS,
    STEPS,
    curve,
    curve_names,
    curves,
    descent,
    descents,
    multiple,
    reductions,
    verdict,
)

rng = np.random.default_rng(0)
A, Y = rng.random((5, 3)), rng.integers(0, 2, (5, 3)).astype(float)
SOFT = np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]])
HOT = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])


def assert_equal(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-13)


def ask(widget, **question):
    widget.asked = question | {"view": "test", "id": widget.asked.get("id", 0) + 1}
    assert widget.answer == {"view": "test", "id": widget.asked["id"]}
    return widget.state


# --- one prediction --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", curve_names())
@pytest.mark.parametrize("label", [0.0, 1.0, 0.3])
def test_a_curve_is_the_loss_and_its_slope(name, label):
    drawn = curve(name, label)
    a, y = np.array(drawn["a"])[:, None], np.full((len(drawn["a"]), 1), label)
    assert_equal(drawn["value"], LOSSES[name].value(a, y))
    assert_equal(drawn["slope"], LOSSES[name].slope(a, y)[:, 0])
    np.testing.assert_allclose(drawn["numeric"], drawn["slope"], rtol=1e-5, atol=1e-8)
    assert (np.diff(drawn["a"]) > 0).all()
    assert not LOSSES[name].takes_probabilities or (0 < drawn["a"][0] and drawn["a"][-1] < 1)


ORACLES = {
    "half_squared_error": lambda a, y: 0.5 * torch.nn.functional.mse_loss(a, y, reduction="none"),
    "squared_error": lambda a, y: torch.nn.functional.mse_loss(a, y, reduction="none"),
    "binary_cross_entropy": lambda a, y: torch.nn.functional.binary_cross_entropy(a, y, reduction="none"),
    "cross_entropy": lambda a, y: -y * torch.log(a),
}


@pytest.mark.parametrize("name", curve_names())
@pytest.mark.parametrize("label", [0.0, 1.0])
def test_a_curve_is_that_of_an_independent_oracle(name, label):
    drawn = curve(name, label)
    a = torch.tensor(drawn["a"], dtype=torch.float64, requires_grad=True)
    losses = ORACLES[name](a, torch.full_like(a, label))
    losses.sum().backward()
    np.testing.assert_allclose(drawn["value"], losses.detach().numpy(), rtol=1e-10)
    np.testing.assert_allclose(drawn["slope"], a.grad.numpy(), rtol=1e-10)


def test_a_label_that_is_no_probability_has_the_curves_that_can_take_it():
    assert {(drawn["loss"], drawn["label"]) for drawn in curves([0.0, 3.2])} == {
        *((name, 0.0) for name in curve_names()),
        ("half_squared_error", 3.2),
        ("squared_error", 3.2),
    }
    wide = curve("squared_error", 3.2)
    assert wide["a"][0] < 0 and wide["a"][-1] > 3.2


# --- sums and means --------------------------------------------------------------------------------------------------

FORMULAS = {
    "half_squared_error": lambda a, y: 0.5 * ((a - y) ** 2).sum(1).mean(),
    "squared_error": lambda a, y: ((a - y) ** 2).sum(1).mean(),
    "half_squared_error_sum": lambda a, y: 0.5 * ((a - y) ** 2).sum(),
    "squared_error_sum": lambda a, y: ((a - y) ** 2).sum(),
    "np.mean of squares": lambda a, y: np.mean((a - y) ** 2),
    "binary_cross_entropy": lambda a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(1).mean(),
    "binary_cross_entropy_sum": lambda a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(),
    "cross_entropy": lambda a, y: -(y * np.log(a)).sum(1).mean(),
    "cross_entropy_sum": lambda a, y: -(y * np.log(a)).sum(),
}


@pytest.mark.parametrize(("a", "y"), [(A, Y), (SOFT, HOT), (A[:, :1], Y[:, :1])], ids=["bits", "classes", "one output"])
def test_each_batch_loss_is_its_formula_and_each_slope_its_central_difference(a, y):
    found = reductions(a, y)
    for entry in found:
        formula = FORMULAS[entry["name"]]
        assert_equal(entry["value"], formula(a, y))
        numeric = nn.numeric_gradient(lambda p, X, y, f=formula: float(f(p["a"], y)), {"a": a}, a, y)["a"]
        np.testing.assert_allclose(entry["slope"], numeric, rtol=1e-6, atol=1e-9)


def test_a_batch_is_offered_the_losses_that_it_fits():
    names = {entry["name"] for entry in reductions(A, Y)}
    assert "binary_cross_entropy" in names and "cross_entropy" not in names
    assert "cross_entropy_sum" in {entry["name"] for entry in reductions(SOFT, HOT)}
    assert {entry["name"] for entry in reductions(10 * A, Y)} == {
        "half_squared_error", "squared_error", "half_squared_error_sum", "squared_error_sum", "np.mean of squares"
    }  # fmt: skip


def test_the_factors_are_the_twos_and_the_n_and_the_rates_make_up_for_them():
    found = {entry["name"]: entry for entry in reductions(A, Y)}
    factors = {name: entry["factor"] for name, entry in found.items()}
    expected = {"half_squared_error": 1, "squared_error": 2, "half_squared_error_sum": 5, "squared_error_sum": 10}
    for name, factor in (expected | {"np.mean of squares": 2 / 3}).items():
        assert factors[name] == pytest.approx(factor)
        assert found[name]["rate"] * factor == pytest.approx(1)
    assert factors["binary_cross_entropy"] is None and found["binary_cross_entropy"]["rate"] is None


def test_a_multiple_is_told_from_another_direction():
    assert multiple(np.array([2.0, -4.0]), np.array([1.0, -2.0])) == 2
    assert multiple(np.array([2.0, 4.0]), np.array([1.0, -2.0])) is None
    assert multiple(np.array([2.0]), np.array([0.0])) is None


def test_a_batch_without_any_error_has_slopes_of_0_and_no_factor():
    found = reductions(Y, Y)
    assert all(entry["factor"] is None for entry in found)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


# --- the parabola ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("curvature", [1.0, 413.6, 1e-3])
def test_each_step_multiplies_x_by_one_minus_rate_times_curvature(curvature):
    for walk in descents(curvature):
        x = np.array(walk["x"])
        assert len(x) == STEPS + 1
        np.testing.assert_allclose(x, walk["multiplier"] ** np.arange(STEPS + 1), rtol=1e-6, atol=1e-9)
        assert walk["measured"] == pytest.approx(walk["multiplier"], abs=1e-9)
        assert walk["of_limit"] == pytest.approx(walk["rate"] / (2 / curvature))
        assert_equal(walk["loss"], 0.5 * curvature * x**2)


@pytest.mark.parametrize("curvature", [1.0, 413.6])
def test_the_verdict_is_what_the_walk_does(curvature):
    for walk in descents(curvature):
        x = np.abs(walk["x"])
        if walk["verdict"] == "diverges":
            assert (np.diff(x) > 0).all() and walk["of_limit"] > 1
        elif walk["verdict"] == "oscillates for ever":
            np.testing.assert_allclose(x, 1)
        else:
            assert walk["of_limit"] < 1 and x[-1] < 1
            signs = np.sign(walk["x"][:3]).tolist()
            assert signs == {"converges": [1, 1, 1], "oscillates and converges": [1, -1, 1]}.get(walk["verdict"], signs)
    assert {walk["verdict"] for walk in descents(curvature)} == {
        "converges", "arrives in one step", "oscillates and converges", "oscillates for ever", "diverges"
    }  # fmt: skip


def test_a_walk_is_that_of_nnkit_s_gradient_descent_on_a_network():
    """One linear unit on x = 1 with the loss ½ (w x - 0)² is the parabola with curvature 1."""
    net = nn.Network.from_params({"W1": [[1.0]]}, output="identity", loss="half_squared_error")
    history = nn.train(net, [[1.0]], [[0.0]], optimiser=nn.GradientDescent(1.9), steps=STEPS, record_every=1)
    assert_equal(descent(1.0, 1.9)["loss"], history.loss)


def test_the_rates_surround_the_limit_and_hold_one_of_your_own():
    rates = [walk["rate"] for walk in descents(4.0, more=[0.123])]
    assert 0.123 in rates and rates == sorted(rates)
    assert 0.5 in rates and 0.25 in rates and len(rates) == len(FRACTIONS) + 1
    assert verdict(1.0) == "stays where it is"


# --- the widget ------------------------------------------------------------------------------------------------------


def test_the_state_is_plain_json_and_small():
    widget = nn.widgets.cost(A, Y)
    assert json.loads(json.dumps(widget.state, allow_nan=False)) == widget.state
    assert len(json.dumps(widget.state)) < 200_000
    assert widget.state["batch"]["reductions"] == reductions(A, Y)
    assert widget.state["curves"] == curves([0.0, 1.0])


def test_a_label_and_a_rate_of_your_own_are_answered():
    widget = nn.widgets.cost(curvature=4.0)
    state = ask(widget, label=0.3)
    assert state["labels"] == [0.0, 1.0, 0.3]
    assert curve("binary_cross_entropy", 0.3) in state["curves"]
    assert ask(widget, label=1)["labels"] == [0.0, 1.0]
    assert 0.0321 in [walk["rate"] for walk in ask(widget, rate=0.0321)["descents"]]


@pytest.mark.parametrize("question", [{}, {"label": "x"}, {"label": 1e9}, {"rate": -1}, {"rate": 1e9}, {"rate": None}])
def test_a_question_that_makes_no_sense_is_answered_and_changes_nothing(question):
    widget = nn.widgets.cost()
    before = widget.state
    assert ask(widget, **question) == before


def test_the_three_tables_hold_the_numbers():
    widget = nn.widgets.cost(A, Y, curvature=413.6, prediction=0.85, label=0)
    assert widget.table() == widget.table("slope")
    row = next(line.split() for line in widget.table().splitlines() if line.startswith("half_squared_error"))
    assert row == ["half_squared_error", "0.85", number(0.85**2 / 2), "0.85", "0.85"]
    batch = widget.table("batch")
    for entry in widget.state["batch"]["reductions"]:
        (line,) = [line for line in batch.splitlines() if line.split("  ")[0] == entry["name"]]
        assert number(entry["value"]) in line and number(entry["slope"][0][0]) in line
    assert f"the limit is 2/λ = {number(2 / 413.6)}" in widget.table("descent")
    assert_complains(ValueError, lambda: widget.table("bath"), "cost.table: show is 'bath'", "Did you mean 'batch'?")


def test_a_notebook_stores_the_whole_text():
    widget = nn.widgets.cost(A, Y, show="batch")
    data, _ = DisplayFormatter().format(widget)
    assert data["text/plain"] == repr(widget)
    assert repr(widget) == f"Cost: half_squared_error, 5 examples, curvature 1\n\n{widget.table('batch')}"


@pytest.mark.parametrize("trait", ["state", "start", "answer"])
def test_what_python_says_is_read_only(trait):
    with pytest.raises(Exception, match="read-only"):
        setattr(nn.widgets.cost(), trait, {})


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [
        ((A,), {}, "cost: y is missing; expected given together with the other."),
        ((None, Y), {}, "cost: a is missing"),
        ((A[:, 0], Y[:, 0]), {}, "cost: a has shape (5,); expected (N, K)"),
        ((A, Y[:, :1]), {}, "cost: y has shape (5, 1); expected (5, 3), as a."),
        (
            (np.zeros((30, 3)), np.zeros((30, 3))),
            {},
            "cost: a has shape (30, 3); expected (N, K) with at most 64 numbers.",
        ),
        ((A * np.nan, Y), {}, "cost: a has nan at a[0, 0]"),
        ((["a"], [1]), {}, "cost: a is ['a']; expected an array of real numbers"),
        ((), {"loss": "half_square"}, "cost: loss is 'half_square'; expected one of"),
        ((), {"loss": "squared_error_sum"}, "cost: loss is 'squared_error_sum'"),
        ((), {"label": "1"}, "cost: label is '1'; expected a number."),
        ((), {"loss": "binary_cross_entropy", "label": 2}, "cost: label is 2; expected a probability in [0, 1]"),
        ((), {"prediction": 7}, "cost: prediction is 7; expected a number from -0.5 to 1.5."),
        ((), {"curvature": 0}, "cost: curvature is 0; expected a positive number."),
        ((), {"curvature": 1e308}, "cost: curvature is 1e+308; expected a number from 1e-12 to 1e+12."),
        ((), {"curvature": 1e-308}, "cost: curvature is 1e-308; expected a number from 1e-12 to 1e+12."),
        ((), {"learning_rate": -1}, "cost: learning_rate is -1; expected a positive number."),
        ((), {"learning_rate": 30}, "cost: learning_rate is 30.0; expected at most 20, 10 times the limit"),
        ((), {"show": "all"}, "cost: show is 'all'; expected one of 'slope', 'batch', 'descent'."),
    ],
)
def test_wrong_arguments_are_named(arguments, options, says):
    kind = nn.ShapeError if "shape" in says else ValueError
    assert_complains(kind, lambda: nn.widgets.cost(*arguments, **options), says)
