"""recognise: the network behind a black-box loss, in every layout, with its right gradient."""

import numpy as np
import pytest
import torch
from strategies import COMBINATIONS, make_case
from torch.nn import functional as tf

import nnkit as nn
from nnkit.recognise import Sample, recognise, settings
from nnkit.recognise.activations import BIPOLAR, BOTH, ELU, SOFTMAX_ALL, SOFTMAX_DOWN, SOFTPLUS, VERY_RARE, leaky_relu
from nnkit.recognise.losses import (
    ABSOLUTE,
    HINGE,
    HUBER,
    LOG_COSH,
    MULTICLASS_HINGE,
    NORM,
    PERCEPTRON,
    SQUARED_HINGE,
    SQUARED_MULTICLASS_HINGE,
    against_every_label,
    weighted_binary,
)

pytestmark = pytest.mark.filterwarnings("error")


def read(loss, params, X, y):
    """The reading of a loss, with its gradient compared with central differences."""
    params = {name: np.asarray(value, dtype=float) for name, value in params.items()}
    theta = settings(params, np.asarray(X, dtype=float), np.random.default_rng(0))
    values = np.array([loss(nn.restore(t, params), X, y) for t in theta])
    reading = recognise(Sample(theta, values), params, np.asarray(X, dtype=float), np.asarray(y, dtype=float))
    if reading is not None:
        numeric = nn.flatten(nn.numeric_gradient(loss, nn.restore(theta[1], params), X, y))
        np.testing.assert_allclose(reading.gradient(theta[1]), numeric, rtol=1e-5, atol=1e-7)
        assert reading.loss(theta[1]) == pytest.approx(values[1], rel=1e-9)
    return reading


@pytest.mark.parametrize(("loss", "output"), COMBINATIONS)
@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu"])
def test_its_own_networks(loss, output, hidden):
    case = make_case([3, 4, 2], hidden=hidden, output=output, loss=loss, n_examples=6)
    reading = read(nn.loss_and_grad(case.net)[0], case.net.params, case.X, case.y)
    assert [a.name for a in reading.net.activations] == [hidden, output]


def test_each_layer_has_its_own_activation():
    case = make_case([3, 4, 5, 2, 1], hidden=["tanh", "relu", "sigmoid"], output="sigmoid", n_examples=6)
    reading = read(nn.loss_and_grad(case.net)[0], case.net.params, case.X, case.y)
    assert [a.name for a in reading.net.activations] == ["tanh", "relu", "sigmoid", "sigmoid"]
    assert reading.network.loss_function.name == "half_squared_error"


RNG = np.random.default_rng(5)
X, y = RNG.normal(size=(6, 3)), RNG.normal(size=6)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize(
    ("params", "predict"),
    [
        ({"w": (3,), "b": ()}, lambda p, X: X @ p["w"] + p["b"]),
        ({"w": (4,)}, lambda p, X: np.c_[np.ones(len(X)), X] @ p["w"]),
        ({"w": (4,)}, lambda p, X: np.c_[X, np.ones(len(X))] @ p["w"]),
        ({"W": (3, 4), "b": (4,), "v": (4,), "c": (1,)}, lambda p, X: np.tanh(X @ p["W"] + p["b"]) @ p["v"] + p["c"]),
        ({"v": (4,), "W": (4, 3), "b": (4, 1)}, lambda p, X: sigmoid(p["W"] @ X.T + p["b"]).T @ p["v"]),
        ({"W1": (4, 4), "W2": (1, 5)}, lambda p, X: (
            np.c_[np.ones(len(X)), np.tanh(np.c_[np.ones(len(X)), X] @ p["W1"].T)] @ p["W2"].T).ravel()),
        ({"W": (3, 4), "b": (), "v": (4,)}, lambda p, X: np.tanh(X @ p["W"] + p["b"]) @ p["v"]),
        ({"w": (6,), "b": ()}, lambda p, X: np.c_[X, X**2] @ p["w"] + p["b"]),
        ({"w": (3,), "b": ()}, lambda p, X: (X - X.mean(0)) / X.std(0) @ p["w"] + p["b"]),
    ],
)  # fmt: skip
def test_layouts(params, predict):
    drawn = {name: RNG.normal(size=shape) for name, shape in params.items()}
    reading = read(lambda p, X, y: float(np.mean((predict(p, X) - y) ** 2)), drawn, X, y)
    assert reading is not None
    assert reading.average


@pytest.mark.parametrize("activation", VERY_RARE, ids=lambda one: one.name)
def test_activations_that_few_write(activation):
    """Recognised, and its slope is that of its value."""
    params = {"W": RNG.normal(size=(3, 4)), "v": RNG.normal(size=(4,))}
    reading = read(lambda p, X, y: float(np.mean((activation.value(X @ p["W"]) @ p["v"] - y) ** 2)), params, X, y)
    assert reading.net.activation(1).name == activation.name
    z = RNG.normal(size=100)
    np.testing.assert_allclose(
        activation.slope(z), (activation.value(z + 1e-6) - activation.value(z - 1e-6)) / 2e-6, rtol=1e-6, atol=1e-9
    )


@pytest.mark.parametrize("activation", BOTH, ids=lambda one: one.name)
def test_a_softmax_on_top_of_another_activation(activation):
    """Recognised, and its Jacobian is that of its value."""
    params, labels = {"W": RNG.normal(size=(3, 4)), "b": RNG.normal(size=(4,))}, RNG.integers(0, 4, len(X))
    picked = np.arange(len(X)), labels
    reading = read(
        lambda p, X, y: float(-np.log(activation.value(X @ p["W"] + p["b"])[picked]).sum()), params, X, labels
    )
    assert reading.net.activation(1).name == activation.name


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("by_unit", [True, False])
def test_numbers_as_parameters_of_two_layers(shared, by_unit):
    """w1, w2, w3 into the first unit, or w1, w3, w5; a bias for each unit or one for each layer."""
    weights = {f"w{i}": np.array(w) for i, w in enumerate(RNG.normal(size=8), start=1)}
    params = weights | {f"b{i}": np.array(0.1 * i) for i in range(1, 3 if shared else 4)}

    def loss(p, X, y):
        w = np.array([p[f"w{i}"] for i in range(1, 9)])
        W = w[:6].reshape(2, 3).T if by_unit else w[:6].reshape(3, 2)
        b = [p["b1"], p["b1"], p["b2"]] if shared else [p["b1"], p["b2"], p["b3"]]
        return float(np.mean((np.tanh(X @ W + np.array(b[:2])) @ w[6:] + b[2] - y) ** 2))

    reading = read(loss, params, X, y)
    assert reading.net.sizes == (3, 2, 1)
    np.testing.assert_array_equal(
        reading.layout.at["W1"], [[0, 3], [1, 4], [2, 5]] if by_unit else [[0, 1], [2, 3], [4, 5]]
    )


@pytest.mark.parametrize("squash", [sigmoid, np.tanh])
def test_inputs_that_are_squashed_first(squash):
    reading = read(lambda p, X, y: float(np.mean((squash(X) @ p["w"] - y) ** 2)), {"w": np.ones(3)}, X, y)
    assert reading.view.features in ("σ(X)", "tanh(X)")


@pytest.mark.parametrize("constant", [1.0, -1.0])
def test_a_constant_in_place_of_biases(constant):
    def loss(p, X, y):
        return float(np.mean((np.tanh(X @ p["W"] + constant) @ p["v"] + constant - y) ** 2))

    reading = read(loss, {"W": RNG.normal(size=(3, 4)), "v": RNG.normal(size=4)}, X, y)
    assert reading.layout.constant == constant
    assert f"{constant:g} added to every z" in str(reading)


def test_a_vector_for_each_unit():
    """Each with its bias last."""
    params = {name: RNG.normal(size=4) for name in ("h1", "h2", "h3", "out")}
    ones = np.c_[X, np.ones(len(X))]

    def loss(p, X, y):
        hidden = np.tanh(np.stack([ones @ p[f"h{i}"] for i in (1, 2, 3)], axis=1))
        return float(np.mean((np.c_[hidden, np.ones(len(X))] @ p["out"] - y) ** 2))

    reading = read(loss, params, X, y)
    assert reading.net.sizes == (3, 3, 1)
    assert reading.layout.owner["W1"] == "h1, h2, h3"


@pytest.mark.parametrize("factor", [1.0, 0.5, 1 / 6, 1 / 12, 2 / 6, -1 / 6, 0.37])
def test_the_factor_of_the_loss_is_found(factor):
    reading = read(lambda p, X, y: factor * np.sum((X @ p["w"] - y) ** 2), {"w": np.ones(3)}, X, y)
    half = 1 if reading.net.loss_function.name.startswith("half") else 2
    assert reading.scale * half / 2 == pytest.approx(factor, rel=1e-9)


@pytest.mark.parametrize(("on", "penalised"), [("weights", ("w",)), ("all", ("w", "b"))])
def test_the_penalty_is_found(on, penalised):
    def loss(p, X, y):
        return np.mean((X @ p["w"] + p["b"] - y) ** 2) + 0.03 * sum(np.sum(p[name] ** 2) for name in penalised)

    reading = read(loss, {"w": np.ones(3), "b": np.ones(1)}, X, y)
    assert (reading.penalty.on, reading.penalty.coefficient) == (on, pytest.approx(0.03, rel=1e-6))


def test_each_layer_may_be_penalised_by_its_own_factor():
    def loss(p, X, y):
        data = np.mean((np.tanh(X @ p["W"] + p["b"]) @ p["v"] - y) ** 2)
        return data + 0.03 * np.sum(p["W"] ** 2) + 0.2 * np.sum(p["v"] ** 2)

    reading = read(loss, {"W": np.ones((3, 4)), "b": np.ones(4), "v": np.ones(4)}, X, y)
    assert reading.penalty.on == "layers"
    factors = reading.penalty.coefficient * reading.penalty.mask
    np.testing.assert_allclose(factors, [0.03] * 12 + [0.0] * 4 + [0.2] * 4, rtol=1e-6)


@pytest.mark.parametrize("power", [1, 2])
def test_a_penalty_may_leave_the_weights_of_a_column_of_ones_out(power):
    def loss(p, X, y):
        return np.mean((X @ p["t"] - y) ** 2) + 0.05 * np.sum(np.abs(p["t"][1:]) ** power)

    reading = read(loss, {"t": np.ones(4)}, np.c_[np.ones(6), X], y)
    assert (reading.penalty.power, reading.penalty.coefficient) == (power, pytest.approx(0.05, rel=1e-6))
    np.testing.assert_array_equal(reading.penalty.mask, [0, 1, 1, 1])


def test_the_search_stops_when_it_is_told_to():
    asked = []

    def goes_on():
        asked.append(True)
        return len(asked) < 5

    theta = settings({"w": np.ones(3)}, X, np.random.default_rng(0))
    sample = Sample(theta, np.sin(theta).sum(axis=1) ** 3)
    assert recognise(sample, {"w": np.ones(3)}, X, y, goes_on=goes_on) is None
    assert len(asked) == 5


@pytest.mark.parametrize("start", [0, 1])
def test_class_numbers_from_0_and_from_1(start):
    labels = np.array([0, 1, 2, 2, 1, 0]) + start

    def loss(p, X, y):
        z = X @ p["W"]
        return np.mean(np.log(np.exp(z).sum(1)) - z[np.arange(len(X)), np.asarray(y, dtype=int) - start])

    assert read(loss, {"W": np.ones((3, 3))}, X, labels).net.activations[-1].name == "softmax"


@pytest.mark.parametrize("epsilon", [1e-12, 1e-8, 1e-5])
def test_an_epsilon_in_the_logarithm_is_seen(epsilon):
    labels = np.array([0.0, 1, 1, 0, 1, 0])

    def loss(p, X, y):
        a = sigmoid(X @ p["w"])
        return -np.mean(y * np.log(a + epsilon) + (1 - y) * np.log(1 - a + epsilon))

    reading = read(loss, {"w": np.ones(3)}, X, labels)
    assert reading.without_epsilon().net.loss_function.name == "binary_cross_entropy_sum"
    assert reading.epsilon == (epsilon if epsilon > 1e-10 else 0.0)


def test_what_is_no_network_is_not_recognised():
    assert read(lambda p, X, y: float(np.mean(np.sin(X @ p["w"]) ** 3)), {"w": np.ones(3)}, X, y) is None
    assert read(lambda p, X, y: 1.0 + 0.1 * np.sum(p["w"] ** 2), {"w": np.ones(3)}, X, y) is None


# --- the functions that occur beyond nnkit's own, against PyTorch ----------------------------------------------------

Z = RNG.normal(size=(5, 3)) + 0.01
SIGNS = np.where(RNG.random((5, 3)) < 0.5, -1.0, 1.0)
ONE_HOT = np.eye(3)[[0, 2, 1, 1, 0]]
UP = RNG.normal(size=(5, 3))


@pytest.mark.parametrize(
    ("activation", "oracle"),
    [
        (leaky_relu(0.01), tf.leaky_relu),
        (leaky_relu(0.2), lambda z: tf.leaky_relu(z, 0.2)),
        (SOFTPLUS, tf.softplus),
        (ELU, tf.elu),
        (BIPOLAR, lambda z: 2 * torch.sigmoid(z) - 1),
        (SOFTMAX_DOWN, lambda z: torch.softmax(z, 0)),
        (SOFTMAX_ALL, lambda z: torch.softmax(z.ravel(), 0).reshape(z.shape)),
    ],
)
def test_activations_against_pytorch(activation, oracle):
    z = torch.tensor(Z, requires_grad=True)
    a = oracle(z)
    np.testing.assert_allclose(activation.value(Z), a.detach().numpy(), rtol=1e-12)
    (a * torch.tensor(UP)).sum().backward()
    np.testing.assert_allclose(activation.pull_back(UP, activation.slope(Z)), z.grad.numpy(), rtol=1e-10, atol=1e-13)


CROSS = tf.binary_cross_entropy


@pytest.mark.parametrize(
    ("loss", "a", "labels", "oracle"),
    [
        (HINGE, Z, SIGNS, lambda a, y: torch.relu(1 - y * a).sum()),
        (SQUARED_HINGE, Z, SIGNS, lambda a, y: (torch.relu(1 - y * a) ** 2).sum()),
        (PERCEPTRON, Z, SIGNS, lambda a, y: torch.relu(-y * a).sum()),
        (MULTICLASS_HINGE, Z, ONE_HOT, lambda a, y: 3 * tf.multi_margin_loss(a, y.argmax(1), reduction="sum")),
        (
            SQUARED_MULTICLASS_HINGE,
            Z,
            ONE_HOT,
            lambda a, y: 3 * tf.multi_margin_loss(a, y.argmax(1), p=2, reduction="sum"),
        ),
        (ABSOLUTE, Z, UP, lambda a, y: tf.l1_loss(a, y, reduction="sum")),
        (HUBER, 2 * Z, UP, lambda a, y: tf.huber_loss(a, y, reduction="sum")),
        (LOG_COSH, Z, UP, lambda a, y: torch.log(torch.cosh(a - y)).sum()),
        (NORM, Z, UP, lambda a, y: torch.linalg.norm(a - y, dim=1).sum()),
        (
            weighted_binary(2.0, 0.5),
            sigmoid(Z),
            ONE_HOT,
            lambda a, y: (CROSS(a, y, reduction="none") * (0.5 + 1.5 * y)).sum(),
        ),
        (against_every_label(HINGE), Z[:, :1], SIGNS[:, :1], lambda a, y: torch.relu(1 - y.T * a).sum() / 5),
    ],
)
def test_losses_against_pytorch(loss, a, labels, oracle):
    outputs = torch.tensor(a, requires_grad=True)
    total = oracle(outputs, torch.tensor(labels))
    assert loss.value(a, labels).sum() == pytest.approx(total.item(), rel=1e-12)
    total.backward()
    np.testing.assert_allclose(loss.slope(a, labels), outputs.grad.numpy(), rtol=1e-10, atol=1e-13)
