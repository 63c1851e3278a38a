"""backprop: every gradient against central differences and against PyTorch, and what a planted mistake does to it."""

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import COMBINATIONS, Case, cases, make_case, property_test
from torch.nn import functional as tf

import nnkit as nn
from nnkit import Network, Recipe

pytestmark = pytest.mark.filterwarnings("error")

XOR = nn.datasets.xor()
KINK = 1e-3  # nearer to a ReLU's kink than this, a central difference is no oracle


# --- PyTorch as an oracle: it shares no line with nnkit --------------------------------------------------------------

TORCH_ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "softmax": lambda z: torch.softmax(z, dim=1),
}


def torch_forward(case: Case):
    """Parameters that require gradients, the last z, and the output a."""
    params = {name: torch.tensor(array, requires_grad=True) for name, array in case.net.params.items()}
    a = z = torch.tensor(case.X)
    for l, activation in enumerate(case.net.activations, start=1):
        z = a @ params[f"W{l}"]
        if f"b{l}" in params:
            z = z + params[f"b{l}"]
        a = TORCH_ACTIVATIONS[activation.name](z)
    return params, z, a


def torch_loss(case: Case, z, a):
    name, y = case.net.loss_function.name, torch.tensor(case.y)
    if name.startswith("half_squared_error"):
        total = 0.5 * tf.mse_loss(a, y, reduction="sum")
    elif name.startswith("squared_error"):
        total = tf.mse_loss(a, y, reduction="sum")
    elif name.startswith("cross_entropy"):
        total = tf.cross_entropy(z, y, reduction="sum")
    elif case.net.activations[-1].name == "sigmoid":
        total = tf.binary_cross_entropy_with_logits(z, y, reduction="sum")
    else:
        total = tf.binary_cross_entropy(a, y, reduction="sum")
    return total if name.endswith("_sum") else total / len(y)


def assert_same_gradients(grads, expected, rel=1e-10):
    """Every parameter, and nothing else, agrees to `rel` of the largest entry of the whole gradient."""
    assert list(grads) == list(expected)
    scale = max(np.abs(array).max() for array in expected.values())
    for name, array in expected.items():
        assert grads[name].shape == array.shape, name
        np.testing.assert_allclose(grads[name], array, rtol=rel, atol=rel * scale + 1e-15, err_msg=name)


def assert_agrees_with_torch(case: Case):
    params, z, a = torch_forward(case)
    loss = torch_loss(case, z, a)
    loss.backward()
    back = nn.backward(case.net, case.X, case.y)
    assert_same_gradients(back.grads, {name: theta.grad.numpy() for name, theta in params.items()})
    assert back.loss == pytest.approx(loss.item(), rel=1e-12, abs=1e-14)


def assert_agrees_with_central_differences(case: Case):
    numeric = nn.numeric_gradient(lambda p, X, y: case.net.with_params(p).loss(X, y), case.net.params, case.X, case.y)
    back = nn.backward(case.net, case.X, case.y)
    assert_same_gradients(back.grads, numeric, rel=2e-6)


def clear_case(*args, **kwargs) -> Case:
    """`make_case` with the first seed that keeps every ReLU clear of its kink."""
    each = (make_case(*args, **kwargs, seed=seed) for seed in range(100))
    return next(case for case in each if case.distance_to_kink() > KINK)


# --- the gradient is right -------------------------------------------------------------------------------------------


def test_one_neuron_by_hand():
    """z = 0, a = 1/2, f' = 1/4; a - y is 1/2 and -1/2; delta is 1/8 and -1/8; each example counts 1/2."""
    net = Network.from_params({"W1": [[1.0], [-1.0]], "b1": [0.0]})
    back = nn.backward(net, [[1.0, 1.0], [3.0, 3.0]], [[0.0], [1.0]])
    np.testing.assert_array_equal(back.loss_slope, [[0.5], [-0.5]])
    np.testing.assert_array_equal(back.activation_slope[1], [[0.25], [0.25]])
    np.testing.assert_array_equal(back.delta[1], [[0.125], [-0.125]])
    np.testing.assert_array_equal(back.grads["W1"], [[-0.125], [-0.125]])
    np.testing.assert_array_equal(back.grads["b1"], [0.0])
    assert (back.example_weight, back.loss) == (0.5, 0.125)


def two_layers_by_hand(loss):
    """Two inputs, two ReLU units of which one is dead, one identity output; one example."""
    params = {"W1": [[1.0, 1.0], [2.0, -3.0]], "b1": [0.5, 0.0], "W2": [[2.0], [4.0]], "b2": [1.0]}
    net = Network.from_params(params, hidden="relu", output="identity", loss=loss)
    return nn.backward(net, [[1.0, 1.0]], [[5.0]])


@pytest.mark.parametrize(("loss", "factor"), [("half_squared_error", 1.0), ("squared_error", 2.0)])
def test_two_layers_by_hand(loss, factor):
    """z1 = (3.5, -2), a1 = (3.5, 0), a2 = 8, a2 - y = 3."""
    back = two_layers_by_hand(loss)
    np.testing.assert_array_equal(back.delta[2], [[3 * factor]])
    np.testing.assert_array_equal(back.carry_back[2], [[6 * factor, 12 * factor]])
    np.testing.assert_array_equal(back.delta[1], [[6 * factor, 0]])
    np.testing.assert_array_equal(back.carry_back[1], [[6 * factor, 12 * factor]])
    np.testing.assert_array_equal(back.grads["W2"], [[10.5 * factor], [0]])
    np.testing.assert_array_equal(back.grads["b2"], [3 * factor])
    np.testing.assert_array_equal(back.grads["W1"], [[6 * factor, 0], [6 * factor, 0]])
    np.testing.assert_array_equal(back.grads["b1"], [6 * factor, 0])


@pytest.mark.parametrize("without_bias", [(), (1, 2, 3)], ids=["biases", "no biases"])
@pytest.mark.parametrize(("loss", "output"), COMBINATIONS)
def test_every_loss_and_output_activation(loss, output, without_bias):
    for hidden in (["sigmoid", "relu"], ["softmax", "tanh"], ["identity", "softmax"]):
        case = clear_case([3, 4, 2, 3], hidden=hidden, output=output, loss=loss, without_bias=without_bias)
        assert_agrees_with_torch(case)
        assert_agrees_with_central_differences(case)


@property_test
@given(cases())
def test_any_network_agrees_with_torch(case):
    assert_agrees_with_torch(case)


@property_test
@given(cases())
def test_any_network_agrees_with_central_differences(case):
    assume(case.distance_to_kink() > KINK)
    assert_agrees_with_central_differences(case)


@property_test
@given(cases(), st.integers(0, 10_000))
def test_any_upstream_gradient_agrees_with_torch(case, seed):
    """With a loss slope of 1 a wrong * for / would pass; here it is any (N, K)."""
    upstream = np.random.default_rng(seed).normal(0, 3, case.y.shape)
    back = nn.backward(case.net, case.X, case.y, recipe=Recipe(loss_slope=lambda net, forward, y: upstream))
    params, _, output = torch_forward(case)
    weight = 1.0 if case.net.loss_function.name.endswith("_sum") else 1 / len(case.X)
    output.backward(torch.tensor(upstream * weight))
    assert_same_gradients(back.grads, {name: theta.grad.numpy() for name, theta in params.items()})


def test_a_relu_at_its_kink_has_slope_0_as_in_torch():
    net = Network.from_params({"W1": [[1.0, -1.0]], "b1": [0.0, 0.0]}, output="relu", loss="squared_error")
    assert_agrees_with_torch(Case(net, np.array([[0.0], [2.0]]), np.array([[1.0, 1.0], [1.0, 1.0]])))


def test_a_confident_wrong_answer_still_has_a_gradient():
    """a rounds to 1, but delta is a - y = 1."""
    net = Network.from_params({"W1": [[1.0]]}, loss="binary_cross_entropy")
    np.testing.assert_allclose(nn.backward(net, [[1000.0]], [[0.0]]).grads["W1"], [[1000.0]], rtol=1e-14)


# --- what the backward pass keeps ------------------------------------------------------------------------------------


@property_test
@given(cases())
def test_the_kept_terms_have_their_shapes_and_make_up_one_another(case):
    net, back, n = case.net, nn.backward(case.net, case.X, case.y), len(case.X)
    layers = list(range(1, net.n_layers + 1))
    for kept in (back.activation_slope, back.delta, back.weight, back.carry_back, back.input):
        assert sorted(kept) == layers
    assert back.loss_slope.shape == (n, net.sizes[-1])
    for l in layers:
        fan_in, units = net.sizes[l - 1], net.sizes[l]
        square = (units,) if net.activation(l).name == "softmax" else ()
        assert back.activation_slope[l].shape == (n, units, *square)
        assert back.delta[l].shape == (n, units)
        assert back.weight[l].shape == (fan_in, units)
        assert back.carry_back[l].shape == back.input[l].shape == (n, fan_in)
        np.testing.assert_array_equal(back.weight[l], net.params[f"W{l}"])
        np.testing.assert_array_equal(back.input[l], back.forward.a[l - 1])
        slope = back.carry_back[l + 1] if l < net.n_layers else back.loss_slope
        for i in range(n):
            jacobian = back.activation_slope[l][i]
            by_hand = slope[i] @ jacobian if square else slope[i] * jacobian
            np.testing.assert_allclose(back.delta[l][i], by_hand, rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(back.carry_back[l][i], net.params[f"W{l}"] @ back.delta[l][i], atol=1e-13)
    assert back.loss == net.loss(case.X, case.y)
    assert list(back.grads) == list(net.params)


def test_backward_changes_nothing_and_gives_the_same_twice():
    case = make_case([2, 3, 1])
    before = {name: array.copy() for name, array in case.net.params.items()}
    X, y = case.X.copy(), case.y.copy()
    first, second = (nn.backward(case.net, case.X, case.y).grads for _ in range(2))
    for name, array in before.items():
        np.testing.assert_array_equal(case.net.params[name], array)
        np.testing.assert_array_equal(first[name], second[name])
    np.testing.assert_array_equal(case.X, X)
    np.testing.assert_array_equal(case.y, y)


def test_a_backward_pass_is_frozen_and_says_what_it_is():
    back = nn.backward(Network.create([2, 1], rng=0), *XOR)
    assert repr(back) == "BackwardPass of Network [2, 1], sigmoid, half_squared_error, 3 parameters, 4 examples"
    with pytest.raises(dataclasses.FrozenInstanceError):
        back.grads = {}
    with pytest.raises(dataclasses.FrozenInstanceError):
        Recipe().weight = None


# --- planted mistakes ------------------------------------------------------------------------------------------------


def at_layer(layer, wrong, right):
    """A recipe's entry that is wrong in one layer only; the layer is the last argument."""
    return lambda *args: (wrong if args[-1] == layer else right)(*args)


def ones_for_slope(layer):
    right = Recipe().activation_slope
    return Recipe(activation_slope=at_layer(layer, lambda net, forward, y, l: np.ones_like(forward.z[l]), right))


def test_a_missing_activation_slope_by_hand():
    """One neuron at z = 0: without the factor 1/4 the gradient is 4 times too large."""
    net = Network.from_params({"W1": [[1.0], [-1.0]], "b1": [0.0]})
    X, y = [[1.0, 1.0], [3.0, 3.0]], [[0.0], [0.0]]
    right, wrong = (nn.backward(net, X, y, recipe=recipe).grads for recipe in (Recipe(), ones_for_slope(1)))
    np.testing.assert_array_equal(right["W1"], [[0.25], [0.25]])
    np.testing.assert_array_equal(wrong["W1"], [[1.0], [1.0]])
    np.testing.assert_array_equal(wrong["b1"], [0.5])


def test_a_missing_activation_slope_below_by_hand():
    """The dead ReLU unit comes to life: its gradient is the 12 that is carried back to it."""
    right = two_layers_by_hand("half_squared_error")
    back = nn.backward(right.net, [[1.0, 1.0]], [[5.0]], recipe=ones_for_slope(1))
    np.testing.assert_array_equal(back.grads["W1"], [[6, 12], [6, 12]])
    np.testing.assert_array_equal(back.grads["b1"], [6, 12])
    np.testing.assert_array_equal(back.grads["W2"], right.grads["W2"])


PLANTED = {  # name: (recipe, the parameters whose gradient it spoils), in a network of three layers
    "nothing": (Recipe(), ()),
    "no slope in layer 1": (ones_for_slope(1), ("W1", "b1")),
    "no slope in layer 2": (ones_for_slope(2), ("W1", "b1", "W2", "b2")),
    "no slope in layer 3": (ones_for_slope(3), ("W1", "b1", "W2", "b2", "W3", "b3")),
    "W3 carried back with the wrong sign": (
        Recipe(weight=lambda net, forward, y, l: (-1 if l == 3 else 1) * net.params[f"W{l}"]),
        ("W1", "b1", "W2", "b2"),
    ),
    "W2 transposed": (
        Recipe(weight=lambda net, forward, y, l: net.params["W2"].T if l == 2 else net.params[f"W{l}"]),
        ("W1", "b1"),
    ),
    "W1 is never carried back": (Recipe(weight=lambda net, forward, y, l: net.params[f"W{l}"] * (l != 1)), ()),
    "z for a in layer 2": (
        Recipe(input=at_layer(2, lambda net, forward, y, l: forward.z[l - 1], Recipe().input)),
        ("W2",),
    ),
    "input of layer 1 scaled": (Recipe(input=lambda net, forward, y, l: forward.a[l - 1] * (1 + (l == 1))), ("W1",)),
    "sign of the loss slope": (
        Recipe(loss_slope=lambda net, forward, y: y - forward.output),
        ("W1", "b1", "W2", "b2", "W3", "b3"),
    ),
    "summed, not averaged": (Recipe(example_weight=lambda net, forward, y: 1.0), ("W1", "b1", "W2", "b2", "W3", "b3")),
    "averaged twice": (
        Recipe(example_weight=lambda net, forward, y: len(y) ** -2.0),
        ("W1", "b1", "W2", "b2", "W3", "b3"),
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_check_gradient_names_exactly_what_a_planted_mistake_spoils(case):
    recipe, spoilt = PLANTED[case]
    net = make_case([2, 3, 3, 1], hidden=["tanh", "sigmoid"]).net
    X, y = XOR
    report = nn.check_gradient(
        lambda p, X, y: net.with_params(p).loss(X, y),
        lambda p, X, y: nn.backward(net.with_params(p), X, y, recipe=recipe).grads,
        net.params,
        X,
        y,
    )
    assert report.wrong == spoilt
    assert report.ok == (not spoilt)


def test_a_mistake_leaves_the_loss_and_the_default_recipe_as_they_are():
    net = Network.create([2, 3, 1], rng=0)
    recipe = replace(Recipe(), example_weight=lambda net, forward, y: 7.0, loss_slope=lambda net, forward, y: 0 * y)
    wrong = nn.backward(net, *XOR, recipe=recipe)
    assert wrong.loss == net.loss(*XOR)
    assert not any(array.any() for array in wrong.grads.values())
    assert_same_gradients(nn.backward(net, *XOR).grads, nn.backward(net, *XOR, recipe=Recipe()).grads)
