"""network: how a network is made, and what it computes."""

import dataclasses

import numpy as np
import pytest
from complaints import assert_complains

import nnkit as nn
from nnkit import Network, ShapeError
from nnkit.functions import ACTIVATIONS

pytestmark = pytest.mark.filterwarnings("error")

PARAMS = {
    "W1": [[1.0, -1.0, 0.0], [2.0, 1.0, 0.5]],
    "b1": [0.0, 1.0, -3.0],
    "W2": [[1.0, 0.0], [2.0, -1.0], [5.0, 5.0]],
    "b2": [0.5, 0.0],
}
X = [[1.0, 1.0], [0.0, -1.0]]


# --- making one ------------------------------------------------------------------------------------------------------


def test_create_has_the_sizes_shapes_and_zero_biases():
    net = Network.create([2, 5, 1], rng=0)
    assert {name: array.shape for name, array in net.params.items()} == {
        "W1": (2, 5),
        "b1": (5,),
        "W2": (5, 1),
        "b2": (1,),
    }
    assert all(array.dtype == np.float64 for array in net.params.values())
    assert not net.params["b1"].any()
    assert not net.params["b2"].any()
    assert (net.sizes, net.n_layers) == ((2, 5, 1), 2)


@pytest.mark.parametrize("sizes", [(2, 1), np.array([2, 1]), [np.int64(2), 1], range(2, 0, -1)])
def test_sizes_may_be_any_sequence_of_whole_numbers(sizes):
    assert Network.create(sizes, rng=0).sizes == (2, 1)


def test_create_without_biases():
    assert list(Network.create([2, 3, 1], bias=False).params) == ["W1", "W2"]


def test_the_same_seed_gives_the_same_weights_and_a_generator_moves_on():
    first, again, other = (Network.create([2, 3, 1], rng=seed).params["W1"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
    rng = np.random.default_rng(1)
    np.testing.assert_array_equal(Network.create([2, 3, 1], rng=rng).params["W1"], first)
    assert (Network.create([2, 3, 1], rng=rng).params["W1"] != first).all()


def test_create_draws_nothing_from_numpys_global_generator():
    np.random.random()  # noqa: NPY002  so that the generator does not stand where a seed puts it
    before = np.random.get_state(legacy=False)["state"]  # noqa: NPY002
    Network.create([2, 3, 1])
    after = np.random.get_state(legacy=False)["state"]  # noqa: NPY002
    assert before["pos"] == after["pos"]
    np.testing.assert_array_equal(before["key"], after["key"])


@pytest.mark.parametrize("fan_in", [4, 400])
def test_weights_have_mean_0_and_variance_1_over_fan_in(fan_in):
    W = Network.create([fan_in, 40_000 // fan_in], rng=0).params["W1"]
    assert abs(W.mean()) < 0.03 / np.sqrt(fan_in)
    assert W.var() == pytest.approx(1 / fan_in, rel=0.05)


def test_hidden_is_one_name_for_all_or_one_for_each():
    def names(**kwargs):
        return [activation.name for activation in Network.create([2, 3, 3, 2], **kwargs).activations]

    assert names() == ["sigmoid", "sigmoid", "sigmoid"]
    assert names(hidden="relu", output="softmax") == ["relu", "relu", "softmax"]
    assert names(hidden=["tanh", "softmax"], output="identity") == ["tanh", "softmax", "identity"]


def test_activation_counts_layers_from_1():
    net = Network.create([2, 3, 3, 2], hidden=["tanh", "relu"], output="identity")
    assert [net.activation(l) for l in (1, 2, 3)] == [ACTIVATIONS[name] for name in ("tanh", "relu", "identity")]


def test_from_params_copies_and_converts():
    W = np.ones((2, 1), dtype=np.float32)
    net = Network.from_params({"W1": W, "b1": [3]})
    W[:] = 7
    np.testing.assert_array_equal(net.params["W1"], [[1], [1]])
    assert net.params["W1"].dtype == net.params["b1"].dtype == np.float64


def test_with_params_leaves_the_network_as_it_is():
    net = Network.create([2, 1], rng=0, output="tanh", loss="squared_error")
    before = net.params["W1"].copy()
    other = net.with_params({"W1": np.ones((2, 1)), "b1": np.ones(1)})
    np.testing.assert_array_equal(net.params["W1"], before)
    np.testing.assert_array_equal(other.params["W1"], [[1], [1]])
    assert (other.activations, other.loss_function) == (net.activations, net.loss_function)


def test_a_network_and_its_forward_pass_are_frozen():
    net = Network.create([2, 1])
    with pytest.raises(dataclasses.FrozenInstanceError):
        net.params = {}
    with pytest.raises(dataclasses.FrozenInstanceError):
        net.forward(X).z = {}


def test_repr_says_what_it_is():
    net = Network.create([4, 6, 3], hidden="relu", output="softmax", loss="cross_entropy")
    assert repr(net) == "Network [4, 6, 3], relu → softmax, cross_entropy, 51 parameters"


# --- what it computes ------------------------------------------------------------------------------------------------


def test_forward_by_hand():
    forward = Network.from_params(PARAMS, hidden="relu", output="identity").forward(X)
    expected = {
        "a0": [[1, 1], [0, -1]],
        "z1": [[3, 1, -2.5], [-2, 0, -3.5]],
        "a1": [[3, 1, 0], [0, 0, 0]],
        "z2": [[5.5, -1], [0.5, 0]],
        "a2": [[5.5, -1], [0.5, 0]],
    }
    got = {f"a{l}": a for l, a in forward.a.items()} | {f"z{l}": z for l, z in forward.z.items()}
    assert got.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(got[name], array, err_msg=name)
    assert forward.output is forward.a[2]


def test_forward_without_a_bias_adds_none():
    params = {"W1": PARAMS["W1"], "W2": PARAMS["W2"], "b2": PARAMS["b2"]}
    forward = Network.from_params(params, hidden="relu", output="identity").forward(X)
    np.testing.assert_array_equal(forward.z[1], [[3, 0, 0.5], [-2, -1, -0.5]])
    np.testing.assert_array_equal(forward.z[2], [[6, 2.5], [0.5, 0]])


@pytest.mark.parametrize(
    ("loss", "batch_loss"),
    [
        ("half_squared_error", 6.25),
        ("half_squared_error_sum", 12.5),
        ("squared_error", 12.5),
        ("squared_error_sum", 25),
    ],
)
def test_the_batch_loss_is_the_mean_over_examples_and_the_sum_over_units(loss, batch_loss):
    net = Network.from_params(PARAMS, hidden="relu", output="identity", loss=loss)
    y = [[2.5, -1.0], [0.5, 4.0]]  # off by 3 in the first example, by 4 in the second
    each = np.array([9.0, 16.0]) * (0.5 if loss.startswith("half") else 1.0)
    np.testing.assert_array_equal(net.loss_per_example(X, y), each)
    assert net.loss(X, y) == batch_loss
    assert isinstance(net.loss(X, y), float)


@pytest.mark.parametrize("z", [20.0, 40.0, 700.0, 1000.0])
@pytest.mark.parametrize(("output", "loss"), [("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy")])
def test_a_wrong_answer_has_a_loss_of_about_z_and_a_delta_of_a_minus_y(output, loss, z):
    """Also where a is rounded to 1, and 1 - a to 0."""
    net = Network.from_params({"W1": [[z, 0.0]]}, output=output, loss=loss)
    y = [[0.0, 1.0]]
    expected = np.logaddexp(0, z) + (np.log(2) if output == "sigmoid" else 0)
    assert net.loss([[1.0]], y) == pytest.approx(expected, rel=1e-15)
    forward = net.forward([[1.0]])
    slope = net.loss_slope_of(forward, np.array(y))
    delta = net.activation(1).pull_back(slope, net.activation(1).slope(forward.z[1]))
    np.testing.assert_allclose(delta, forward.output - y, rtol=1e-13)


def test_forward_and_loss_change_neither_input_nor_labels():
    net = Network.create([2, 3, 1], rng=0)
    x, y = nn.datasets.xor()
    forward = net.forward(x)
    net.loss(x, y)
    np.testing.assert_array_equal(x, nn.datasets.xor()[0])
    np.testing.assert_array_equal(y, nn.datasets.xor()[1])
    np.testing.assert_array_equal(forward.a[0], x)


# --- the door of making one ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [["relu"], [], ["relu", "tanh", "sigmoid"]])
def test_one_activation_per_hidden_layer(names):
    assert_complains(
        ValueError,
        lambda: Network.create([2, 3, 3, 1], hidden=names),
        f"Network.create: hidden names {len(names)} activations; expected 2, one per hidden layer.",
        "the argument `output`",
    )


@pytest.mark.parametrize("argument", ["hidden", "output", "loss"])
def test_an_unknown_name_is_named(argument):
    wrong = {"hidden": "Sigmoid", "output": "soft max", "loss": "squarederror"}[argument]
    meant = {"hidden": "sigmoid", "output": "softmax", "loss": "squared_error"}[argument]
    assert_complains(
        ValueError,
        lambda: Network.create([2, 3, 1], **{argument: wrong}),
        f"Network.create: {argument} is {wrong!r}; expected one of",
        f"Did you mean {meant!r}?",
    )


@pytest.mark.parametrize(
    ("loss", "output", "fit"),
    [
        ("binary_cross_entropy", "tanh", "'sigmoid', 'softmax'"),
        ("binary_cross_entropy_sum", "relu", "'sigmoid', 'softmax'"),
        ("binary_cross_entropy", "identity", "'sigmoid', 'softmax'"),
        ("cross_entropy", "sigmoid", "'softmax'"),
        ("cross_entropy_sum", "identity", "'softmax'"),
    ],
)
def test_a_loss_that_takes_a_logarithm_wants_probabilities(loss, output, fit):
    assert_complains(
        ValueError,
        lambda: Network.create([2, 2], output=output, loss=loss),
        f"Network.create: output is {output!r} with loss {loss!r}; expected one of {fit}.",
        "logarithm of a probability",
    )


@pytest.mark.parametrize("loss", ["half_squared_error", "binary_cross_entropy", "cross_entropy"])
def test_a_softmax_of_one_output_unit_is_refused(loss):
    """Its value is 1 whatever z is, so its slope is 0, and nothing would ever be learned."""
    assert_complains(
        ValueError,
        lambda: Network.create([2, 3, 1], output="softmax", loss=loss),
        "Network.create: output is 'softmax' with one output unit; expected two or more units for a softmax.",
        "'sigmoid'",
    )


WRONG_PARAMS = {
    "a column": ({"b1": np.ones((3, 1))}, ShapeError, "b1 has shape (3, 1); expected (3,), the shape of the network's"),
    "turned over": ({"W1": np.ones((3, 2))}, ShapeError, "W1 has shape (3, 2); expected (2, 3)", "W1.T"),
    "one more": ({"W3": np.ones((1, 1))}, ValueError, "params has the keys ['W1', 'W2', 'W3', 'b1', 'b2']", "'W3'"),
    "one less": ({"b1": None}, ValueError, "params has the keys ['W1', 'W2', 'b2']; expected", "'b1' is missing"),
    "no weights": ({"W2": None}, ValueError, "params has the keys ['W1', 'b1', 'b2']; expected", "'W2' is missing"),
    "text": ({"W1": "W1"}, ValueError, "W1 is 'W1'; expected an array of real numbers"),
    "complex": ({"W1": np.ones((2, 3)) * 1j}, ValueError, "W1 is array(", "expected an array of real numbers"),
}


@pytest.mark.parametrize("case", WRONG_PARAMS)
def test_with_params_wants_the_same_names_and_shapes(case):
    change, kind, *phrases = WRONG_PARAMS[case]
    net = Network.create([2, 3, 1], rng=0)
    params = {name: array for name, array in (net.params | change).items() if array is not None}
    assert_complains(kind, lambda: net.with_params(params), "net.with_params: ", *phrases)
    loss, grad = nn.loss_and_grad(net)
    for f in (loss, grad):
        assert_complains(kind, lambda f=f: f(params, np.ones((4, 2)), np.ones((4, 1))), *phrases)


def test_with_params_wants_a_dict():
    net = Network.create([2, 3, 1], rng=0)
    for nothing in (None, list(net.params.values()), 3):
        assert_complains(
            ValueError,
            lambda nothing=nothing: net.with_params(nothing),
            "net.with_params: params is a",
            "expected a dict",
        )


def test_with_params_takes_lists_and_whole_numbers_and_keeps_the_order_of_the_network():
    net = Network.create([2, 1], rng=0)
    other = net.with_params({"b1": [0], "W1": [[1], [2]]})
    assert list(other.params) == ["W1", "b1"]
    np.testing.assert_array_equal(other.forward([[10, 1]]).z[1], [[12]])
    shared = net.params | {"W1": np.ones((2, 1))}
    assert net.with_params(shared).params["W1"] is shared["W1"]  # no copy: a step of training is a call of it


def test_a_forward_pass_keeps_its_own_inputs():
    """What the caller does to X afterwards changes no term that was kept."""
    net, X = Network.create([2, 3, 1], rng=0), np.ones((4, 2))
    y = np.zeros((4, 1))
    forward, back = net.forward(X), nn.backward(net, X, y)
    before = str(back.terms("W1", (0, 2))), back.loss
    X *= 10
    y += 1
    assert (forward.a[0] == 1).all()
    assert (str(back.terms("W1", (0, 2))), back.loss) == before


def test_from_params_names_itself_in_its_errors():
    assert_complains(ShapeError, lambda: Network.from_params({"W1": [1.0]}), "Network.from_params: W1 has shape (1,)")
