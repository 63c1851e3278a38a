"""inspect_my_code: the learner's network, names and numbers in the inspector, and their mistake where it enters."""

import json

import numpy as np
import patients_fresh
import patients_typed
import patients_wild
import pytest

import nnkit as nn
from nnkit.vectors import flatten
from nnkit.widgets.my_code import YOURS

CASES = patients_wild.CASES | patients_fresh.CASES | patients_typed.CASES


def open_(name):
    program = CASES[name][0]()
    return program, nn.widgets.inspect_my_code(*program)


def rows_of(widget):
    """(right row, planted row or None) as the browser gets them."""
    right = np.frombuffer(widget.rows)
    return right, np.frombuffer(widget.planted) if widget.planted else None


# --- the learner's numbers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["l_layers_no_relu", "nielsen_prime_of_activation", "homogeneous_no_slope", "theta_no_slope", "by_hand_right",
     "svm_hidden_mask", "logistic_cats_extra_slope", "tanh_pm_right", "softmax_columns_right"],
)  # fmt: skip
def test_every_number_of_the_diagram_is_at_its_place_in_the_learners_code(name):
    (_, grad, params, X, y), widget = open_(name)
    theirs = {key: np.ravel(value) for key, value in grad(params, X, y).items()}
    mine, net = widget.mine, widget._recording.nets[0]
    assert [param["name"] for param in mine["params"]] == list(params)
    for param in mine["params"]:
        np.testing.assert_allclose(param["yours"], theirs[param["name"]], rtol=1e-12)
        assert param["shape"] == list(np.shape(params[param["name"]]))
    for group, array in net.params.items():
        owners = [mine["params"][i]["name"] for i, _ in mine["where"][group]]
        values = [np.ravel(params[owner])[entry] for owner, (_, entry) in zip(owners, mine["where"][group])]
        np.testing.assert_array_equal(values, array.ravel())


@pytest.mark.parametrize("name", ["l_layers_averages_twice", "l_layers_right", "deep_leaky", "huber", "xor_huge_loss"])
def test_the_right_numbers_are_the_slopes_of_the_learners_loss(name):
    (loss, _, params, X, y), widget = open_(name)
    params = {key: np.asarray(value, dtype=float) for key, value in params.items()}
    numeric = flatten(nn.numeric_gradient(loss, params, X, y))
    right = np.concatenate([param["right"] for param in widget.mine["params"]])
    np.testing.assert_allclose(right, numeric, rtol=1e-5, atol=1e-6 * np.abs(numeric).max())


# --- the mistake, planted --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["l_layers_no_relu", "nielsen_prime_of_activation", "keras_like_formula_at_z", "xor_slopes_of_activations",
     "eleven_lines_sign", "softmax_summed", "einsum_no_label", "keras_like_output_for_input"],
)  # fmt: skip
def test_a_mistake_that_is_a_term_is_planted_and_makes_the_learners_numbers(name):
    (_, grad, params, X, y), widget = open_(name)
    assert widget.start["mistake"] == YOURS
    assert widget.state["mistakes"][0]["slug"] == YOURS
    _, planted = rows_of(widget)
    theta = flatten({key: np.asarray(value, dtype=float) for key, value in params.items()})
    added = nn.restore(widget.diagnosis.reading.penalty.slope(theta), params)  # the diagram shows the slope of the data
    theirs = {key: np.ravel(value - added[key]) for key, value in grad(params, X, y).items()}
    names = [param["name"] for param in widget.mine["params"]]
    for group, places in widget.mine["where"].items():
        first, *shape = widget.state["arrays"][f"batch:{group}"]
        shown = planted[first : first + int(np.prod(shape))]
        expected = [theirs[names[i]][entry] for i, entry in places]
        np.testing.assert_allclose(shown, expected, rtol=1e-6, atol=1e-12)
    assert widget.start["answer"]["changed"]


def test_the_terms_as_text_are_the_learners_with_the_wrong_factor_in_them():
    (_, grad, params, X, y), widget = open_("nielsen_prime_of_activation")
    text = widget.table("W1[0,1]")
    theirs = grad(params, X, y)["w1"][1, 0]
    assert text.startswith("W1[0,1] is your w1[1,0]. Your slope is ")
    assert f"= {theirs:.6g}\nThe central difference DISAGREES" in text
    assert "is a unit, no parameter" in widget.table("z1[0]")


@pytest.mark.parametrize("name", ["scalar_head_b1_none", "scalar_head_bias_mean", "columns_no_slope_in_weights_only"])
def test_what_is_no_term_is_not_planted_and_the_numbers_stand_beside_the_right_ones(name):
    _, widget = open_(name)
    assert "mistake" not in widget.start
    assert YOURS not in [mistake["slug"] for mistake in widget.state["mistakes"]]
    assert widget.planted == b""
    assert any(param["wrong"] for param in widget.mine["params"])
    assert "The central difference agrees." in widget.table("W1[0,0]")


def test_an_unexplained_gradient_is_shown_beside_the_right_one():
    loss, grad, params, X, y = CASES["l_layers_right"][0]()

    def bent(params, X, y):
        return {name: np.sign(g) * np.abs(g) ** 0.9 for name, g in grad(params, X, y).items()}

    widget = nn.widgets.inspect_my_code(loss, bent, params, X, y)
    assert [finding.mistake for finding in widget.diagnosis.findings] == ["unknown"]
    text = widget.table()
    assert "do not agree with your loss" in text
    assert text.count("differs") > 20


# --- what cannot be drawn --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ok_skip_connection", "No network was recognised behind your loss, so there is none to draw."),
        ("loss_broadcasts", "In your loss the examples depend on one another"),
        ("softmax_wrong_axis", "In your loss the examples depend on one another"),
        ("softmax_overflows", "The code cannot be diagnosed"),
    ],
)
def test_where_there_is_nothing_to_draw_the_diagnosis_says_what_to_do(name, says):
    _, answer = open_(name)
    assert isinstance(answer, nn.doctor.Diagnosis)
    assert says in str(answer)
    assert "Traceback" not in str(answer)


def test_code_that_raises_is_answered_with_its_line():
    _, _, params, X, y = CASES["l_layers_right"][0]()
    answer = nn.widgets.inspect_my_code(lambda p, X, y: 1 / 0, lambda p, X, y: p, params, X, y)
    assert "ZeroDivisionError: division by zero (line" in str(answer)


def test_many_examples_are_cut_to_what_a_page_holds_and_the_text_says_so():
    _, widget = open_("big_minibatch")
    assert len(widget._recording.y) <= 32
    assert f"The diagram shows the first {len(widget._recording.y)} of your 40 examples." in widget.table()


def test_what_is_sent_is_valid_json_and_the_page_gets_the_whole_text():
    _, widget = open_("scalar_head_b1_none")
    assert json.loads(json.dumps(widget.mine, allow_nan=False)) == widget.mine
    data = widget._repr_mimebundle_()
    text = (data[0] if isinstance(data, tuple) else data)["text/plain"]
    assert text.startswith("Your code as Network [2, 6, 1]")
    assert "b1[0]        –" in text


def test_a_threshold_that_is_subtracted_is_minus_the_bias_of_the_diagram():
    """And its slope has the other sign than the product beside it."""
    loss, grad, params, X, y = CASES["l_layers_right"][0]()

    def turned(arrays):
        return {name: -array if name.startswith("b") else array for name, array in arrays.items()}

    widget = nn.widgets.inspect_my_code(
        lambda p, X, y: loss(turned(p), X, y), lambda p, X, y: turned(grad(turned(p), X, y)), turned(params), X, y
    )
    assert widget.mine["minus"] == [name for name in widget.mine["where"] if name.startswith("b")] != []
    assert "b1[0] is minus your b1" in widget.table("b1[0]")
    assert "W1[0,0] is your W1" in widget.table("W1[0,0]")
