"""doctor: every learner's program is named or acquitted, every planted mistake found, every odd program told apart."""

import subprocess
import sys
import time
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
from patients_abroad import CASES as ABROAD
from patients_beginners import CASES as BEGINNERS
from patients_fresh import CASES as FRESH
from patients_held import CASES as HELD
from patients_issues import CASES as ISSUES
from patients_threads import CASES as THREADS
from patients_typed import CASES as TYPED
from patients_wild import CASES as WILD
from strategies import COMBINATIONS, make_case

import nnkit as nn
from nnkit.doctor import clock, explain, search, verdict
from nnkit.exercises.patients import patient
from nnkit.mistakes import CATALOGUE, plant
from nnkit.vectors import flatten

pytestmark = pytest.mark.filterwarnings("error")
CASES = WILD | FRESH | HELD | THREADS | TYPED | ISSUES | ABROAD | BEGINNERS

SLUGS = set(
    """sign scale summed_not_averaged averaged_twice scalar_cost loss_in_place_of_slope label_not_subtracted
    different_loss activation_slope_missing activation_slope_extra activation_slope_of_activation
    activation_formula_on_preactivation activation_slope_of_error relu_mask softmax_jacobian delta_not_carried
    wrong_matrix_carried_back updated_weights transposed wrong_cached_input dot_vs_elementwise bias_reduction broadcast
    regularisation labels_misaligned stateful in_place not_finite wrong_shape missing_param forward_ignores_params
    unknown""".split()
)


# --- programs as learners write them ---------------------------------------------------------------------------------


def sampled(names, every):
    """All of them, of which `make test` runs one in so many and `make test-long` the rest."""
    return [name if i % every == 0 else pytest.param(name, marks=pytest.mark.long) for i, name in enumerate(names)]


@pytest.mark.parametrize("name", sampled(sorted(CASES), 11))
def test_a_learners_program_is_named_or_acquitted(name, monkeypatch):
    """However slow the machine that runs this is: how long it may take is the matter of other tests."""
    monkeypatch.setattr(clock.Clock.__init__, "__defaults__", (60.0,))
    monkeypatch.setattr(search, "MOST_WITH_ALL", 60.0)
    make, slugs = CASES[name]
    diagnosis = nn.diagnose(*make())
    found = [finding.mistake for finding in diagnosis.findings]
    if slugs:
        assert found and found[0] in slugs, diagnosis
        assert set(found) <= SLUGS
        assert not diagnosis.ok
    else:
        assert diagnosis.ok, diagnosis


@pytest.mark.parametrize(
    ("number", "slug", "wrong"),
    [
        (1, "activation_slope_of_activation", ("W1", "b1")),
        (2, "bias_reduction", ("b1", "b2")),
        (3, None, ()),
        (4, "updated_weights", ("V",)),
        (5, "forward_ignores_params", ("theta",)),
        (6, "transposed", ("w1", "b1", "w2", "b2")),
    ],
)
def test_the_patients_of_the_clinic(number, slug, wrong):
    diagnosis = nn.diagnose(*patient(number))
    assert diagnosis.wrong == wrong
    assert [finding.mistake for finding in diagnosis.findings][:1] == ([slug] if slug else [])


# --- planted mistakes ------------------------------------------------------------------------------------------------


def planted(slug):
    hidden, output, loss = "sigmoid", "sigmoid", "half_squared_error"
    if slug == "relu_mask":
        hidden = "relu"
    if slug in ("softmax_jacobian", "activation_slope_extra"):
        output, loss = "softmax", "cross_entropy"
    net = nn.Network.create([3, 5, 4, 2], hidden=hidden, output=output, loss=loss, rng=3)
    rng = np.random.default_rng(0)
    return net, rng.normal(size=(7, 3)), nn.datasets.one_hot(rng.integers(0, 2, 7), 2)


@pytest.mark.parametrize("slug", CATALOGUE)
def test_every_mistake_of_the_catalogue_is_found_and_its_healthy_twin_is_not_accused(slug):
    net, X, y = planted(slug)
    loss, right = nn.loss_and_grad(net)
    _, wrong = nn.loss_and_grad(net, recipe=plant(slug))
    sick, twin = nn.diagnose(loss, wrong, net.params, X, y), nn.diagnose(loss, right, net.params, X, y)
    assert slug in [finding.mistake for finding in sick.findings], sick
    assert all(finding.exact for finding in sick.findings)
    assert sick.wrong == nn.check_gradient(loss, wrong, net.params, X, y).wrong
    assert twin.ok and not twin.findings, twin


@pytest.mark.parametrize("layer", [1, 2])
def test_the_layer_is_named(layer):
    net, X, y = planted("activation_slope_missing")
    loss, wrong = nn.loss_and_grad(net, recipe=plant("activation_slope_missing", layer=layer))
    first = nn.diagnose(loss, wrong, net.params, X, y).findings[0]
    assert (first.mistake, first.layer, first.exact) == ("activation_slope_missing", layer, True)
    assert f"f′(z{layer})" in first.explanation
    assert first.taught_in.startswith("03")


@pytest.mark.parametrize(("loss", "output"), COMBINATIONS)
def test_healthy_networks_of_every_kind_are_acquitted(loss, output):
    for seed, sizes in enumerate(([3, 2], [2, 4, 2], [3, 4, 5, 2])):
        case = make_case(
            sizes, hidden=["relu", "tanh", "sigmoid"][seed], output=output, loss=loss, n_examples=6, seed=seed
        )
        diagnosis = nn.diagnose(*nn.loss_and_grad(case.net), case.net.params, case.X, case.y)
        assert diagnosis.ok, diagnosis


def test_two_mistakes_at_once_are_both_named():
    net, X, y = planted("activation_slope_missing")
    loss, wrong = nn.loss_and_grad(net, recipe=plant("activation_slope_missing", layer=2))

    def grad(params, X, y):
        grads = wrong(params, X, y)
        return grads | {"W1": -grads["W1"], "b1": -grads["b1"]}

    found = {finding.mistake for finding in nn.diagnose(loss, grad, net.params, X, y).findings}
    assert {"activation_slope_missing", "sign"} <= found


def test_two_readings_of_the_same_numbers_are_both_told():
    net = nn.Network.create([2, 5, 1], loss="binary_cross_entropy", rng=0)
    loss, wrong = nn.loss_and_grad(net, recipe=plant("activation_slope_extra"))
    found = [finding.mistake for finding in nn.diagnose(loss, wrong, net.params, *nn.datasets.xor()).findings]
    assert found[0] == "activation_slope_extra"
    assert "different_loss" in found


# --- numbers that are solved for -------------------------------------------------------------------------------------


def one_by_one(wrong_slope=False, step=0.0, online=0.0):
    """A [3, 4, 2] sigmoid network, example by example; W2 takes a step before it carries back, or everything does."""
    rng = np.random.default_rng(5)
    params = {"W1": rng.normal(size=(3, 4)), "b1": rng.normal(size=4), "W2": rng.normal(size=(4, 2))}
    X, y = rng.normal(size=(6, 3)), rng.integers(0, 2, (6, 2)).astype(float)

    def forward(p, X):
        h = 1 / (1 + np.exp(-(X @ p["W1"] + p["b1"])))
        return h, 1 / (1 + np.exp(-h @ p["W2"]))

    def loss(p, X, y):
        return float(np.sum((forward(p, X)[1] - y) ** 2) / 2)

    def grad(p, X, y):
        p, total = {name: a.copy() for name, a in p.items()}, {name: 0 * a for name, a in p.items()}
        for x, t in zip(X, y):
            h, out = forward(p, x)
            delta = (out - t) * (1 if wrong_slope else out * (1 - out))
            back = (p["W2"] - step * np.outer(h, delta)) @ delta * h * (1 - h)
            for name, g in {"W1": np.outer(x, back), "b1": back, "W2": np.outer(h, delta)}.items():
                total[name] += g
                p[name] -= online * g
        return total

    return loss, grad, params, X, y


@pytest.mark.parametrize(
    ("options", "slugs", "says"),
    [
        ({"step": 0.3}, ["updated_weights"], "(a step of 0.3 fits)"),
        ({"step": 1.0}, ["updated_weights"], "(a step of 1 fits)"),
        ({"step": 0.3, "wrong_slope": True}, ["activation_slope_missing", "updated_weights"], "(a step of 0.3 fits)"),
        ({"online": 0.2}, ["updated_weights"], "(a step of 0.2 fits)"),
        ({}, [], ""),
    ],
)
def test_a_step_taken_too_early_in_each_example_is_solved_for(options, slugs, says):
    diagnosis = nn.diagnose(*one_by_one(**options))
    assert [finding.mistake for finding in diagnosis.findings][: len(slugs)] == slugs, diagnosis
    assert says in str(diagnosis)
    assert diagnosis.ok == (not slugs)


def test_a_delta_that_is_carried_back_through_dW():
    loss, right, params, X, y = one_by_one()

    def grad(p, X, y):
        grads = right(p, X, y)
        h = 1 / (1 + np.exp(-(X @ p["W1"] + p["b1"])))
        out = 1 / (1 + np.exp(-h @ p["W2"]))
        back = (out - y) * out * (1 - out) @ grads["W2"].T * h * (1 - h)
        return grads | {"W1": X.T @ back, "b1": back.sum(0)}

    first = nn.diagnose(loss, grad, params, X, y).findings[0]
    assert first.mistake == "wrong_matrix_carried_back"
    assert "through dW" in first.explanation


def relabelled(net, X, y, order):
    loss, right = nn.loss_and_grad(net)
    return nn.diagnose(loss, lambda p, X, y: right(p, X, y[order]), net.params, X, y)


@pytest.mark.parametrize(("output", "loss"), [("softmax", "cross_entropy"), ("sigmoid", "half_squared_error")])
def test_labels_in_another_order_are_read_off_the_gradient(output, loss):
    rng = np.random.default_rng(2)
    net = nn.Network.create([4, 5, 3], output=output, loss=loss, rng=2)
    X, y = rng.normal(size=(11, 4)), rng.dirichlet(np.ones(3), 11)
    order = np.array([0, 1, 2, 3, 4, 7, 9, 5, 8, 6, 10])
    first = relabelled(net, X, y, order).findings[0]
    assert (first.mistake, first.exact) == ("labels_misaligned", True)
    for n in (5, 6, 7, 9):
        assert f"example {n} is compared with the label of example {order[n]}" in first.explanation
    assert "example 8" not in first.explanation


def test_a_linear_layer_shows_that_the_labels_are_others_but_not_whose():
    rng = np.random.default_rng(2)
    net = nn.Network.create([3, 1], output="identity", loss="half_squared_error", rng=2)
    X, y = rng.normal(size=(12, 3)), rng.normal(size=(12, 1))
    first = relabelled(net, X, y, rng.permutation(12)).findings[0]
    assert (first.mistake, first.params) == ("labels_misaligned", ("W1",))
    assert "other labels than those of the examples" in first.explanation


def test_a_gradient_of_no_labels_is_not_put_down_to_them():
    rng = np.random.default_rng(2)
    net = nn.Network.create([3, 1], output="identity", loss="half_squared_error", rng=2)
    X, y = rng.normal(size=(12, 3)), rng.normal(size=(12, 1))
    loss, right = nn.loss_and_grad(net)

    shift = rng.normal(size=(12, 1))

    def grad(p, X, y):
        grads = right(p, X, y)
        return {"W1": 0.3 * grads["W1"] + X.T @ shift, "b1": 0.3 * grads["b1"] + shift.sum(axis=0)}

    assert "labels_misaligned" not in [
        finding.mistake for finding in nn.diagnose(loss, grad, net.params, X, y).findings
    ]


def counted(weights, groups=("W1", "b1", "W2", "b2")):
    """The right slopes of each example, added up with these weights in these parameters."""
    rng = np.random.default_rng(6)
    n = len(weights)
    net = nn.Network.create([3, 4, 2], output="softmax", loss="cross_entropy", rng=6)
    X, y = rng.normal(size=(n, 3)), nn.datasets.one_hot(rng.integers(0, 2, n), 2)
    loss, right = nn.loss_and_grad(net)

    def grad(p, X, y):
        grads = right(p, X, y)
        for name in groups:
            grads[name] = sum(w * right(p, X[[i]], y[[i]])[name] for i, w in enumerate(weights)) / n
        return grads

    return nn.diagnose(loss, grad, net.params, X, y)


@pytest.mark.parametrize(
    ("weights", "groups", "slug", "says"),
    [
        ([1, 1, 1, 1, 1, 1, 0], ("W1", "b1", "W2", "b2"), "labels_misaligned", "the loop ends one too early"),
        ([0, 1, 1, 1, 1, 1, 1], ("W1", "b1", "W2", "b2"), "labels_misaligned", "the loop begins one too late"),
        ([1, 1, 1, 1, 0, 0, 0], ("W1", "b1", "W2", "b2"), "labels_misaligned", "only the first 4 of the 7 examples"),
        ([0, 0, 0, 1, 1, 1, 1], ("W1", "W2"), "labels_misaligned", "only the last 4 of the 7 examples"),
        ([1, 0, 1, 0, 1, 0, 1], ("W1", "b1"), "labels_misaligned", "1, 3, 5 (counted from 0), in layer 1"),
        ([1, 1, 1, 1, 1, 1, 0], ("b1", "b2"), "bias_reduction", "the loop ends one too early, in the biases"),
        ([7, 6, 5, 4, 3, 2, 1], ("W1", "b1", "W2", "b2"), "stateful", "it is not reset"),
    ],
)  # fmt: skip
def test_how_often_each_example_counts_is_solved_for(weights, groups, slug, says):
    first = counted(weights, groups).findings[0]
    assert (first.mistake, first.exact) == (slug, True)
    assert says in first.explanation
    assert set(first.params) == set(groups)


def test_weights_that_no_loop_gives_are_not_told():
    found = counted([1, 0.3, 2, 0.7, 1.1, -0.4, 1.9]).findings
    assert [finding.mistake for finding in found] == ["unknown"]


# --- shapes that threads come with -----------------------------------------------------------------------------------


def numbers(miss=""):
    """w1 to w6 and b1 to b3, each a number of its own; the gradient of `miss` lacks the output's slope."""
    rng = np.random.default_rng(4)
    params = {name: np.array(rng.normal()) for name in ("w1", "w2", "w3", "w4", "w5", "w6", "b1", "b2", "b3")}
    X, y = rng.normal(size=(7, 2)), rng.integers(0, 2, 7).astype(float)

    def s(z):
        return 1 / (1 + np.exp(-z))

    def run(p, X):
        h1 = s(p["w1"] * X[:, 0] + p["w2"] * X[:, 1] + p["b1"])
        h2 = s(p["w3"] * X[:, 0] + p["w4"] * X[:, 1] + p["b2"])
        return h1, h2, s(p["w5"] * h1 + p["w6"] * h2 + p["b3"])

    def loss(p, X, y):
        return float(np.mean((run(p, X)[2] - y) ** 2))

    def grad(p, X, y):
        h1, h2, out = run(p, X)
        e = 2 * (out - y) / len(y)
        d = e * out * (1 - out)
        d1, d2 = d * p["w5"] * h1 * (1 - h1), d * p["w6"] * h2 * (1 - h2)
        terms = {"w1": d1 * X[:, 0], "w2": d1 * X[:, 1], "b1": d1, "w3": d2 * X[:, 0], "w4": d2 * X[:, 1], "b2": d2}
        last = e if miss else d
        return {name: np.array(t.sum()) for name, t in (terms | {"w5": last * h1, "w6": last * h2, "b3": last}).items()}

    return loss, grad, params, X, y


def test_parameters_that_are_single_numbers():
    right, wrong = nn.diagnose(*numbers()), nn.diagnose(*numbers("slope"))
    assert right.ok and right.network.sizes == (2, 2, 1)
    assert wrong.wrong == ("w5", "w6", "b3")
    assert (wrong.findings[0].mistake, wrong.findings[0].params) == ("activation_slope_missing", ("w5", "w6", "b3"))


def test_thresholds_that_are_subtracted():
    net, X, y = planted("activation_slope_missing")
    params = {name: -a if name.startswith("b") else a for name, a in net.params.items()}

    def turned(grads):
        return {name: -g if name.startswith("b") else g for name, g in grads.items()}

    for recipe, slug in ((nn.Recipe(), None), (plant("activation_slope_missing"), "activation_slope_missing")):
        loss, grad = nn.loss_and_grad(net, recipe=recipe)
        diagnosis = nn.diagnose(
            lambda p, X, y, loss=loss: loss(turned(p), X, y),
            lambda p, X, y, grad=grad: turned(grad(turned(p), X, y)),
            params, X, y,
        )  # fmt: skip
        assert "thresholds that are subtracted" in diagnosis.recognised
        assert diagnosis.ok if slug is None else diagnosis.findings[0].mistake == slug
        recovered = diagnosis.reading.net_at(flatten(params)).params
        assert all(np.array_equal(recovered[name], a) for name, a in net.params.items())


@pytest.mark.parametrize(("which", "word"), [(0, "first"), (-1, "last")])
def test_a_loss_that_counts_one_example_alone(which, word):
    """Its total is overwritten, or it returns inside its loop."""
    net, X, y = planted("sign")
    loss, right = nn.loss_and_grad(net)
    diagnosis = nn.diagnose(lambda p, X, y: loss(p, X[[which]], y[[which]]), right, net.params, X, y)
    assert f"the {word} example alone" in diagnosis.recognised
    assert diagnosis.findings[0].mistake == "different_loss"
    assert "your gradient all of them" in diagnosis.findings[0].explanation


def test_a_gradient_that_does_not_see_the_parameters():
    net, X, y = planted("sign")
    loss, right = nn.loss_and_grad(net)
    start = {name: a + 0.1 for name, a in net.params.items()}
    diagnosis = nn.diagnose(loss, lambda p, X, y: right(start, X, y), net.params, X, y)
    assert diagnosis.findings[0].mistake == "forward_ignores_params"
    assert diagnosis.wrong == tuple(net.params)


def exchanged(grads):
    return {**grads, "W2": grads["W3"], "W3": grads["W2"]}


def clipped(grads):
    return {name: np.clip(g, -0.02, 0.02) for name, g in grads.items()}


def signs(grads):
    return {name: np.sign(g) for name, g in grads.items()}


@pytest.mark.parametrize(
    ("change", "slug", "says"),
    [
        (exchanged, "delta_not_carried", "under each other's names"),
        (clipped, "scale", "clipped at ±0.02"),
        (signs, "scale", "only the sign of each slope is left"),
    ],
)
def test_what_is_done_to_a_right_gradient_afterwards(change, slug, says):
    rng = np.random.default_rng(1)
    net = nn.Network.create([4, 4, 4, 4], rng=1)
    X, y = rng.normal(size=(9, 4)), rng.random((9, 4))
    loss, right = nn.loss_and_grad(net)
    first = nn.diagnose(loss, lambda p, X, y: change(right(p, X, y)), net.params, X, y).findings[0]
    assert (first.mistake, first.exact) == (slug, True)
    assert says in first.explanation


def test_examples_and_labels_that_are_column_vectors():
    """X (N, D, 1) and y (N, K, 1), as in loops over examples."""
    net, X, y = planted("activation_slope_missing")
    for recipe, slugs in ((plant("activation_slope_missing"), ["activation_slope_missing"]), (plant("sign"), ["sign"])):
        loss, wrong = nn.loss_and_grad(net, recipe=recipe)
        found = nn.diagnose(
            lambda p, X, y, loss=loss: loss(p, X[:, :, 0], y[:, :, 0]),
            lambda p, X, y, wrong=wrong: wrong(p, X[:, :, 0], y[:, :, 0]),
            net.params, X[:, :, None], y[:, :, None],
        )  # fmt: skip
        assert [finding.mistake for finding in found.findings][:1] == slugs
        assert found.network.sizes == net.sizes


def test_a_weight_gradient_with_a_column_per_example_has_the_wrong_shape_first_of_all():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(3, 6)), rng.integers(0, 2, (1, 6)).astype(float)

    def out(p, X):
        return 1 / (1 + np.exp(-(p["w"].T @ X + p["b"])))

    def loss(p, X, y):
        return float(-np.mean(y * np.log(out(p, X)) + (1 - y) * np.log(1 - out(p, X))))

    def grad(p, X, y):
        return {"w": X * (out(p, X) - y) / 6, "b": (out(p, X) - y).mean(axis=1, keepdims=True)}

    found = nn.diagnose(loss, grad, {"w": rng.normal(size=(3, 1)), "b": np.zeros((1, 1))}, X, y)
    assert found.findings[0].mistake == "wrong_shape"
    assert found.wrong == ("w",)


# --- without a network -----------------------------------------------------------------------------------------------


def strange(change):
    """A loss that is no network of ours: a sine, and parameters multiplied with each other."""

    def loss(p, X, y):
        return float(np.mean((np.sin(X @ p["u"]) * np.cosh(X @ p["v"]) - y) ** 2))

    def grad(p, X, y):
        s, c = X @ p["u"], X @ p["v"]
        e = 2 * (np.sin(s) * np.cosh(c) - y) / len(y)
        return change({"u": X.T @ (e * np.cos(s) * np.cosh(c)), "v": X.T @ (e * np.sin(s) * np.sinh(c))}, p)

    rng = np.random.default_rng(0)
    return loss, grad, {"u": rng.normal(size=3), "v": rng.normal(size=3)}, rng.normal(size=(7, 3)), rng.normal(size=7)


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        (lambda g, p: g, None),
        (lambda g, p: {name: -slope for name, slope in g.items()}, "sign"),
        (lambda g, p: {name: 7 * slope for name, slope in g.items()}, "summed_not_averaged"),
        (lambda g, p: g | {"v": g["v"] / 2}, "scale"),
        (lambda g, p: g | {"u": g["u"] + 0.3 * p["u"]}, "regularisation"),
        (lambda g, p: g | {"u": 0 * g["u"]}, "missing_param"),
        (lambda g, p: g | {"u": g["u"][::-1] ** 2}, "unknown"),
    ],
)
def test_what_needs_no_network_is_said_without_one(change, slug):
    diagnosis = nn.diagnose(*strange(change))
    assert diagnosis.network is None
    assert [finding.mistake for finding in diagnosis.findings][:1] == ([slug] if slug else []), diagnosis
    assert not any(finding.exact for finding in diagnosis.findings)
    assert any("No network" in probe for probe in diagnosis.probes)


# --- programs that do not behave -------------------------------------------------------------------------------------

GOOD = patient(1)


@pytest.mark.parametrize(
    ("loss", "grad", "params", "says"),
    [
        (GOOD[0], lambda p, X, y: None, GOOD[2], "grad(params, X, y) returns None"),
        (lambda p, X, y: None, GOOD[1], GOOD[2], "loss(params, X, y) returns None"),
        (lambda p, X, y: X @ p["W1"], GOOD[1], GOOD[2], "an array of shape (5, 4); expected one number"),
        (lambda p, X, y: X @ p["W"], GOOD[1], GOOD[2], "raises KeyError: 'W' (line"),
        (lambda p, X, y: X @ p["W"], GOOD[1], GOOD[2], "The names in params are W1, b1, W2, b2."),
        (lambda p: 1.0, GOOD[1], GOOD[2], "Both functions are called with (params, X, y)."),
        (GOOD[1], GOOD[0], GOOD[2], "returns a dict; expected one number. Are loss and grad swapped?"),
        (
            GOOD[0],
            lambda p, X, y: 1 / 0,
            GOOD[2],
            "grad(params, X, y) raises ZeroDivisionError: division by zero (line",
        ),
        (GOOD[0], lambda p, X, y: 3.0, GOOD[2], "returns a float; expected a dict"),
        (GOOD[0], GOOD[1], [1, 2], "params has to be a dict of arrays"),
        (GOOD[0](GOOD[2], *GOOD[3:]), GOOD[1], GOOD[2], "loss is not a function"),
        (GOOD[0], GOOD[1], {"W1": "text"}, "params['W1'] is str"),
    ],
)
def test_a_program_that_cannot_run_is_told_in_one_sentence(loss, grad, params, says):
    diagnosis = nn.diagnose(loss, grad, params, GOOD[3], GOOD[4])
    assert says in diagnosis.failure
    assert says in str(diagnosis)
    assert not diagnosis.ok
    assert "Traceback" not in str(diagnosis)


def test_prints_are_kept_quiet_and_mentioned_once(capsys):
    loss, grad, *rest = patient(1)

    def chatty(params, X, y):
        print("cost is", 1.0)
        return loss(params, X, y)

    diagnosis = nn.diagnose(chatty, grad, *rest)
    assert capsys.readouterr() == ("", "")
    assert any("cost is 1.0" in probe for probe in diagnosis.probes)


def test_nothing_of_the_callers_is_changed_not_even_the_random_state():
    loss, grad, params, X, y = patient(4)
    before = [np.array(a) for a in (*params.values(), X, y)], np.random.get_state()[1].tolist()  # noqa: NPY002
    nn.diagnose(loss, grad, params, X, y)
    after = [np.array(a) for a in (*params.values(), X, y)], np.random.get_state()[1].tolist()  # noqa: NPY002
    assert all(np.array_equal(a, b) for a, b in zip(before[0], after[0]))
    assert before[1] == after[1]


def test_a_program_that_draws_at_random_is_told():
    loss, grad, params, X, y = patient(1)

    def dropout(p, X, y):
        return loss(p, X * (np.random.random(X.shape) > 0.5), y)  # noqa: NPY002

    diagnosis = nn.diagnose(dropout, grad, params, X, y)
    assert "stateful" in [finding.mistake for finding in diagnosis.findings]


def test_lists_work_where_arrays_do_not():
    def loss(p, X, y):
        assert isinstance(p["w"], list)
        return sum((sum(w * x for w, x in zip(p["w"], row)) - t) ** 2 for row, t in zip(X, y)) / len(X)

    def grad(p, X, y):
        slopes = [0.0] * len(p["w"])
        for row, t in zip(X, y):
            error = sum(w * x for w, x in zip(p["w"], row)) - t
            slopes = [s + 2 * error * x / len(X) for s, x in zip(slopes, row)]
        return {"w": slopes}

    X = [[1.0, 2.0], [0.5, -1.0], [2.0, 0.0]]
    assert nn.diagnose(loss, grad, {"w": [0.3, -0.2]}, X, [1.0, 0.0, 2.0]).ok


def test_data_in_lists_are_given_as_arrays_where_the_code_needs_arrays():
    loss, grad, params, X, y = patient(3)

    def with_T(params, X, y):
        return grad(params, X.T.T, y)

    assert nn.diagnose(loss, with_T, params, X.tolist(), y.tolist()).ok


KEPT = {"W": np.zeros(3)}
costs = []


def test_code_that_has_no_module_or_stands_in_a_class_runs_like_any_other():
    """Pasted by exec, or methods of an object that keeps a list."""
    names = {"np": np}
    exec("def loss(p, X, y):\n    return float(np.mean((X @ p['w'] - y) ** 2))", names)

    class Model:
        def __init__(self):
            self.seen = []

        def grad(self, p, X, y):
            self.seen.append(len(X))
            return {"w": 2 * X.T @ (X @ p["w"] - y) / len(y)}

    rng = np.random.default_rng(0)
    diagnosis = nn.diagnose(names["loss"], Model().grad, {"w": np.ones(3)}, rng.normal(size=(6, 3)), rng.normal(size=6))
    assert diagnosis.ok


def test_what_is_changed_outside_of_the_arguments_is_named_with_its_line():
    def loss(p, X, y):
        return float(np.mean((X @ p["w"] - y) ** 2))

    def grad(p, X, y):
        costs.append(loss(p, X, y))
        return {"w": 2 * X.T @ (X @ p["w"] - y) / len(y)}

    def moving(p, X, y):
        KEPT["W"] = KEPT["W"] + 0.1
        return {"w": 2 * X.T @ (X @ (p["w"] + KEPT["W"]) - y) / len(y)}

    rng = np.random.default_rng(0)
    program = {"w": rng.normal(size=3)}, rng.normal(size=(6, 3)), rng.normal(size=6)
    harmless = nn.diagnose(loss, grad, *program)
    assert harmless.ok
    assert any("grad changes costs (line" in note and "costs.append" in note for note in harmless.notes)
    harmful = nn.diagnose(loss, moving, *program)
    assert harmful.findings[0].mistake == "stateful"
    assert "changes KEPT (line" in harmful.findings[0].explanation


# --- time ------------------------------------------------------------------------------------------------------------


def slow(seconds):
    """A right program whose every call takes this long."""
    loss, grad, params, X, y = patient(3)

    def waits(function):
        def waiting(*arguments):
            time.sleep(seconds)
            return function(*arguments)

        return waiting

    return waits(loss), waits(grad), params, X, y


@pytest.mark.parametrize("seconds", [pytest.param(0.02, marks=pytest.mark.long), 0.2])
def test_slow_code_is_no_reason_to_wait_longer_than_ten_seconds_or_to_accuse(monkeypatch, seconds):
    monkeypatch.setattr(clock, "MOST_SECONDS", 3.0)  # in place of 8
    monkeypatch.setattr(clock.Clock.__init__, "__defaults__", (3.0,))
    started = time.monotonic()
    diagnosis = nn.diagnose(*slow(seconds))
    assert time.monotonic() - started < 3.0 + 2 * seconds + 1
    assert not diagnosis.findings and not diagnosis.wrong
    assert diagnosis.ok or "the time was over" in diagnosis.failure.lower()


def test_the_time_limit_leaves_a_second_for_a_last_call():
    assert clock.MOST_SECONDS <= 9
    assert clock.Clock.__init__.__defaults__ == (clock.MOST_SECONDS,)


def test_a_wrong_gradient_that_there_is_no_time_to_explain_is_still_called_wrong(monkeypatch):
    loss, grad, params, X, y = patient(1)
    monkeypatch.setattr(explain, "_cases", lambda search: (_ for _ in ()).throw(clock.OutOfTime))
    diagnosis = nn.diagnose(loss, grad, params, X, y)
    assert diagnosis.wrong == ("W1", "b1")
    assert [finding.mistake for finding in diagnosis.findings] == ["unknown"]
    assert "the time was over" in diagnosis.findings[0].explanation


def test_past_two_seconds_one_line_says_that_it_goes_on(monkeypatch, capsys):
    monkeypatch.setattr(clock, "PATIENT", 0.0)
    nn.diagnose(*patient(3))
    assert capsys.readouterr().err.count("The doctor is still examining your code.") == 1


def test_in_a_short_examination_nothing_is_said(capsys):
    nn.diagnose(*patient(3))
    assert capsys.readouterr() == ("", "")


# --- what the numbers leave open -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kinks", "recognised"), [(0, True), (1, True), (2, True), (3, False), (4, False)])
def test_a_kink_in_one_direction_does_not_make_the_doctor_doubt_the_network(monkeypatch, kinks, recognised):
    """With hundreds of ReLUs a central difference along a direction is off now and then."""
    real, left = verdict.slope_along, [kinks]

    def at_a_kink(loss, theta, direction):
        left[0] -= 1
        return real(loss, theta, direction) + (left[0] >= 0)

    monkeypatch.setattr(verdict, "slope_along", at_a_kink)
    assert (nn.diagnose(*patient(1)).network is not None) == recognised


def test_one_slope_too_many_at_a_linear_output_is_not_answered_with_cross_entropy():
    finding = nn.diagnose(*CASES["mixed_slope_on_linear"][0]()).findings[0]
    assert finding.mistake == "activation_slope_extra"
    assert finding.remedy == "The layer is linear: its slope is 1, so leave the factor out."


@pytest.mark.parametrize(
    ("add", "says"),
    [
        (lambda W: 0.1 * W**2, "adds 0.1 θ²"),
        (lambda W: 0.1 * np.sign(W), "adds 0.1 sign(θ)"),
        (lambda W: 0.1 * np.sum(W**2), "adds 0.1 Σ θ²"),
        (lambda W: 0.1, "adds 0.1 to every entry"),
        (lambda W: 0.1 * W, "half of it"),
    ],
)
def test_a_wrong_penalty_is_named_whatever_stands_in_its_place(add, says):
    def loss(p, X, y):
        return np.mean((np.tanh(X @ p["W"] + p["b"]) @ p["v"] - y) ** 2) + 0.1 * (np.sum(p["W"] ** 2))

    def grad(p, X, y):
        h = np.tanh(X @ p["W"] + p["b"])
        d = 2 * (h @ p["v"] - y) / len(y)
        d1 = np.outer(d, p["v"]) * (1 - h**2)
        return {"W": X.T @ d1 + add(p["W"]), "b": d1.sum(0), "v": h.T @ d}

    r = np.random.default_rng(1)
    params = {"W": r.normal(size=(3, 4)), "b": r.normal(size=4), "v": r.normal(size=4)}
    finding = nn.diagnose(loss, grad, params, r.normal(size=(7, 3)), r.normal(size=7)).findings[0]
    assert (finding.mistake, finding.exact) == ("regularisation", True)
    assert says in finding.explanation


def test_the_answer_holds_both_gradients_and_what_makes_the_wrong_one():
    loss, grad, params, X, y = patient(1)
    diagnosis = nn.diagnose(loss, grad, params, X, y)
    for name, theirs in grad(params, X, y).items():
        np.testing.assert_array_equal(diagnosis.yours[name], theirs)
    for name, slope in nn.numeric_gradient(loss, params, X, y).items():
        np.testing.assert_allclose(diagnosis.should_be[name], slope, rtol=1e-5, atol=1e-9)
    net, forward = diagnosis.reading.forward(nn.flatten(params))
    back = diagnosis.reading.backward(net, forward, diagnosis.recipe)
    made = diagnosis.reading.lay_out(back.grads, nn.flatten(params).size)
    np.testing.assert_allclose(made, nn.flatten(diagnosis.yours), rtol=1e-9)


def test_a_loss_of_nan_names_its_first_cause_and_the_line():
    def loss(p, X, y):
        a = np.exp(1000 * X @ p["w"])
        return np.mean(a / a - y)

    diagnosis = nn.diagnose(loss, lambda p, X, y: {"w": p["w"]}, {"w": np.ones(2)}, np.ones((3, 2)), np.ones(3))
    finding = diagnosis.findings[0]
    assert finding.mistake == "not_finite"
    assert "overflow" in finding.explanation and "np.exp(1000 * X" in finding.explanation


# --- the answer ------------------------------------------------------------------------------------------------------


def test_the_answer_is_frozen_and_reads_as_text_and_as_html():
    diagnosis = nn.diagnose(*patient(1))
    with pytest.raises(FrozenInstanceError):
        diagnosis.wrong = ()
    text, html = str(diagnosis), diagnosis._repr_html_()
    assert text.startswith("Wrong: W1, b1. Right: W2, b2.")
    assert "(agrees to 1" in text and "Notebook 01, section 8." in text
    assert "<strong>Wrong: W1, b1. Right: W2, b2.</strong>" in html
    assert isinstance(diagnosis.network, nn.Network)
    assert repr(diagnosis) == text


def test_right_code_that_looks_wrong_is_explained():
    text = str(nn.diagnose(*patient(3)))
    assert text.startswith("Your gradient is right")
    assert "it has cancelled" in text


def test_a_large_network_is_sampled_and_the_answer_says_so():
    case = make_case([30, 40, 20, 4], hidden="tanh", output="softmax", loss="cross_entropy", n_examples=20)
    diagnosis = nn.diagnose(*nn.loss_and_grad(case.net), case.net.params, case.X, case.y)
    assert diagnosis.ok
    assert any("a sample of the entries" in probe for probe in diagnosis.probes)


# --- from the command line -------------------------------------------------------------------------------------------

FILE = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def loss(params, X, y):
    return 0.5 * np.mean((sigmoid(X @ params["w"]) - y) ** 2)

def grad(params, X, y):
    a = sigmoid(X @ params["w"])
    return {{"w": X.T @ ((a - y){slope}) / len(y)}}

rng = np.random.default_rng(0)
params, X, y = {{"w": rng.normal(size=3)}}, rng.normal(size=(6, 3)), rng.integers(0, 2, 6)
"""


def doctor(path):
    return subprocess.run(
        [sys.executable, "-m", "nnkit.doctor", str(path)],
        cwd=Path(nn.__file__).parent.parent, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (FILE.format(slope=" * a * (1 - a)"), 0, "Your gradient is right"),
        (FILE.format(slope=""), 1, "activation_slope_missing"),
        ("def loss(", 2, "is not Python"),
        ("x = 1", 2, "does not define loss, grad, params, X, y"),
        ("import numpy\nx = numpy.nonsense", 2, "(line 2"),
        (FILE.format(slope=" * nonsense"), 2, "nonsense"),
    ],
)
def test_the_command_line(tmp_path, text, code, says):
    path = tmp_path / "my_code.py"
    path.write_text(text)
    answer = doctor(path)
    assert answer.returncode == code, answer
    assert says in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_command_line_without_a_file():
    assert doctor("there_is_none.py").returncode == 2
