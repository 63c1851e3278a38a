"""functions: golden values, every slope against central differences, and the extremes."""

import itertools
from decimal import Decimal, localcontext
from math import log

import numpy as np
import pytest
from complaints import assert_complains

from nnkit import functions as F
from nnkit.door import get_activation, get_loss
from nnkit.functions import ACTIVATIONS, LOSSES, Activation

pytestmark = pytest.mark.filterwarnings("error")

STEP = 1e-5
EXTREMES = np.array([-1000.0, -745.0, -300.0, -37.0, -1.0, 0.0, 1.0, 37.0, 300.0, 745.0, 1000.0])


def some_z(n=4, k=3, seed=0):
    """z in (-2, 2), away from ReLU's kink at 0."""
    rng = np.random.default_rng(seed)
    return rng.uniform(0.1, 2.0, (n, k)) * rng.choice([-1.0, 1.0], (n, k))


def some_labels(loss, n=4, k=3, seed=1):
    rng = np.random.default_rng(seed)
    if loss.takes_distributions:
        return np.vstack([np.eye(k)[: n // 2], rng.dirichlet(np.ones(k), n - n // 2)])
    return rng.choice([0.0, 1.0, 0.25], (n, k)) if loss.takes_probabilities else rng.normal(size=(n, k))


def jacobian(f, z):
    """dg_j/dz_k by central differences, (N, K, K); f maps (N, K) to (N, K)."""
    columns = []
    for k in range(z.shape[1]):
        h = np.zeros_like(z)
        h[:, k] = STEP
        columns.append((f(z + h) - f(z - h)) / (2 * STEP))
    return np.stack(columns, axis=-1)


# --- activations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "z", "a", "slope"),
    [
        ("identity", [-2.0, 0.0, 3.5], [-2.0, 0.0, 3.5], [1, 1, 1]),
        ("sigmoid", [0.0, log(3), -log(4)], [1 / 2, 3 / 4, 1 / 5], [1 / 4, 3 / 16, 4 / 25]),
        ("tanh", [0.0, log(2), -log(3)], [0.0, 3 / 5, -4 / 5], [1.0, 16 / 25, 9 / 25]),
        ("relu", [-2.0, 0.0, 3.5], [0.0, 0.0, 3.5], [0, 0, 1]),
        (
            "softmax",
            [log(1), log(2), log(5)],
            [1 / 8, 2 / 8, 5 / 8],
            [[7 / 64, -2 / 64, -5 / 64], [-2 / 64, 12 / 64, -10 / 64], [-5 / 64, -10 / 64, 15 / 64]],
        ),
    ],
)
def test_activation_by_hand(name, z, a, slope):
    np.testing.assert_allclose(ACTIVATIONS[name].value(np.array([z])), [a], rtol=1e-14, atol=0)
    np.testing.assert_allclose(ACTIVATIONS[name].slope(np.array([z])), [slope], rtol=1e-14, atol=0)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda activation: activation.name)
def test_activation_slope_is_the_slope_of_its_value(activation):
    z = some_z()
    slope = activation.slope(z)
    full = slope[:, :, None] * np.eye(z.shape[1]) if activation.elementwise else slope
    np.testing.assert_allclose(full, jacobian(activation.value, z), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda activation: activation.name)
def test_pull_back_is_the_chain_rule(activation):
    z, upstream = some_z(), some_z(seed=5)
    expected = np.einsum("nj,njk->nk", upstream, jacobian(activation.value, z))
    np.testing.assert_allclose(activation.pull_back(upstream, activation.slope(z)), expected, rtol=1e-8, atol=1e-9)


def test_pull_back_sums_over_the_outputs_not_over_the_inputs():
    """The softmax Jacobian is symmetric and cannot tell; this one is not."""
    activation = Activation("lopsided", F.identity, F.identity_slope, elementwise=False)
    jacobian_jk = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    np.testing.assert_array_equal(activation.pull_back(np.array([[10.0, 100.0]]), jacobian_jk), [[310.0, 420.0]])


def test_softmax_rows_sum_to_1_and_a_constant_cancels():
    z = some_z()
    np.testing.assert_allclose(F.softmax(z).sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_allclose(F.softmax(z + 500.0), F.softmax(z), rtol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda activation: activation.name)
def test_activations_leave_z_alone_and_give_new_float64_arrays(activation):
    z = np.array([[-1, 0, 2]])
    for f in (activation.value, activation.slope):
        result = f(z)
        assert result.dtype == np.float64
        result += 1
    np.testing.assert_array_equal(z, [[-1, 0, 2]])
    z = z.astype(float)
    activation.value(z).fill(7.0)
    np.testing.assert_array_equal(z, [[-1, 0, 2]])


# --- losses ----------------------------------------------------------------------------------------------------------

A = np.array([[0.5, 0.25], [0.8, 0.2]])
Y = np.array([[1.0, 0.0], [0.3, 0.7]])


@pytest.mark.parametrize(
    ("name", "value", "slope"),
    [
        ("half_squared_error", [0.15625, 0.25], [[-0.5, 0.25], [0.5, -0.5]]),
        ("squared_error", [0.3125, 0.5], [[-1.0, 0.5], [1.0, -1.0]]),
        (
            "binary_cross_entropy",
            [-log(0.5) - log(0.75), -0.3 * log(0.8) - 0.7 * log(0.2) - 0.7 * log(0.2) - 0.3 * log(0.8)],
            [[-2.0, 4 / 3], [0.5 / 0.16, -0.5 / 0.16]],
        ),
        ("cross_entropy", [-log(0.5), -0.3 * log(0.8) - 0.7 * log(0.2)], [[-2.0, 0.0], [-0.375, -3.5]]),
    ],
)
def test_loss_by_hand(name, value, slope):
    for loss in (LOSSES[name], LOSSES[f"{name}_sum"]):  # per example the two are the same
        np.testing.assert_allclose(loss.value(A, Y), value, rtol=1e-14)
        np.testing.assert_allclose(loss.slope(A, Y), slope, rtol=1e-14)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.name)
def test_loss_slope_is_the_slope_of_its_value(loss):
    a, y = np.random.default_rng(3).uniform(0.1, 0.9, (4, 3)), some_labels(loss)
    numeric = jacobian(lambda a: np.repeat(loss.value(a, y)[:, None], 3, axis=1), a)[:, 0, :]
    np.testing.assert_allclose(loss.slope(a, y), numeric, rtol=1e-7, atol=1e-8)


FROM_Z = [(loss, output) for loss in LOSSES.values() for output in loss.from_z]


@pytest.mark.parametrize(("loss", "output"), FROM_Z, ids=lambda value: getattr(value, "name", value))
def test_loss_from_z_is_the_loss_from_a_in_the_ordinary_range(loss, output):
    z, y = 3 * some_z(), some_labels(loss)
    a = ACTIVATIONS[output].value(z)
    value, slope = loss.from_z[output]
    np.testing.assert_allclose(value(z, y), loss.value(a, y), rtol=1e-12)
    np.testing.assert_allclose(slope(z, y), loss.slope(a, y), rtol=1e-12)


def test_which_losses_have_a_form_from_z():
    assert [(loss.name, output) for loss, output in FROM_Z] == [
        ("binary_cross_entropy", "sigmoid"),
        ("binary_cross_entropy", "softmax"),
        ("cross_entropy", "softmax"),
        ("binary_cross_entropy_sum", "sigmoid"),
        ("binary_cross_entropy_sum", "softmax"),
        ("cross_entropy_sum", "softmax"),
    ]


def test_a_mean_weighs_each_example_1_over_n_and_a_sum_weighs_it_1():
    for name, loss in LOSSES.items():
        assert loss.name == name
        assert loss.example_weight(4) == (1.0 if name.endswith("_sum") else 0.25)


# --- the extremes: |z| up to 1000 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda activation: activation.name)
def test_activations_are_finite_at_the_extremes(activation):
    grid = np.array([[p, q] for p in EXTREMES for q in EXTREMES])
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(activation.value(grid)).all()
        assert np.isfinite(activation.slope(grid)).all()


def test_activations_take_their_limits_at_the_extremes():
    z = np.array([[-1000.0, 1000.0]])
    np.testing.assert_allclose(F.sigmoid(z), [[0, 1]], rtol=0, atol=1e-300)
    np.testing.assert_array_equal(F.tanh(z), [[-1, 1]])
    np.testing.assert_allclose(F.softmax(z), [[0, 1]], atol=1e-300)
    for positive in (F.sigmoid_slope(z), F.tanh_slope(z), F.softmax(z)):
        assert (positive > 0).all()


def test_sigmoid_slope_keeps_its_digits_where_1_minus_a_has_none():
    z = np.array([[40.0, -40.0, 700.0]])
    np.testing.assert_allclose(F.sigmoid_slope(z), np.exp(-np.abs(z)), rtol=1e-14)
    np.testing.assert_allclose(F.tanh_slope(z / 2), 4 * np.exp(-np.abs(z)), rtol=1e-14)


def exact_value_and_delta(loss, output, z, y):
    """C_n and the delta of one example with 300 digits: no 1 - a rounds to 0, and no exp(z) leaves the range."""
    with localcontext() as context:
        context.prec = 300
        z, y = [Decimal(float(v)) for v in z], [Decimal(float(v)) for v in y]
        e = [v.exp() for v in z]
        a = {
            "identity": z,
            "sigmoid": [v / (1 + v) for v in e],
            "tanh": [(v * v - 1) / (v * v + 1) for v in e],
            "relu": [max(v, Decimal(0)) for v in z],
            "softmax": [v / sum(e) for v in e],
        }[output]
        slope = {
            "identity": [Decimal(1) for v in a],
            "sigmoid": [v * (1 - v) for v in a],
            "tanh": [1 - v * v for v in a],
            "relu": [Decimal(v > 0) for v in a],
            "softmax": a,
        }[output]
        value, at_a = {
            "half_squared_error": lambda: (sum((p - q) ** 2 for p, q in zip(a, y)) / 2, [p - q for p, q in zip(a, y)]),
            "squared_error": lambda: (sum((p - q) ** 2 for p, q in zip(a, y)), [2 * (p - q) for p, q in zip(a, y)]),
            "binary_cross_entropy": lambda: (
                -sum(q * p.ln() + (1 - q) * (1 - p).ln() for p, q in zip(a, y)),
                [(p - q) / (p * (1 - p)) for p, q in zip(a, y)],
            ),
            "cross_entropy": lambda: (-sum(q * p.ln() for p, q in zip(a, y)), [-q / p for p, q in zip(a, y)]),
        }[loss.name.removesuffix("_sum")]()
        mean = sum(g * p for g, p in zip(at_a, a)) if output == "softmax" else 0
        return float(value), [float(d * (g - mean)) for d, g in zip(slope, at_a)]


@pytest.mark.parametrize("loss", list(LOSSES.values())[:4], ids=lambda loss: loss.name)
def test_losses_and_deltas_are_exact_at_the_extremes(loss):
    some = EXTREMES[np.abs(EXTREMES) <= 300]
    pairs = np.array([[p, q] for p in some for q in some])
    triples = np.array([[300.0, 300.0, -300.0], [20.0, -20.0, 0.0], [-37.0, 300.0, 299.0], [0.0, 16.0, -37.0]])
    for z, labels in (
        (pairs, ([0.0, 1.0], [1.0, 0.0], [0.25, 0.75])),
        (triples, ([0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.2, 0.3, 0.5])),
    ):
        for y, output in itertools.product((np.tile(label, (len(z), 1)) for label in labels), loss.fits or ACTIVATIONS):
            activation = ACTIVATIONS[output]
            with np.errstate(all="raise", under="ignore"):
                values, slopes = (
                    [f(z, y) for f in loss.from_z[output]]
                    if output in loss.from_z
                    else [f(activation.value(z), y) for f in (loss.value, loss.slope)]
                )
                deltas = activation.pull_back(slopes, activation.slope(z))
            exact = [exact_value_and_delta(loss, output, *example) for example in zip(z, y)]
            np.testing.assert_allclose(values, [value for value, _ in exact], rtol=1e-13, atol=1e-13, err_msg=output)
            np.testing.assert_allclose(deltas, [delta for _, delta in exact], rtol=1e-13, atol=1e-15, err_msg=output)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.name)
def test_losses_and_deltas_are_finite_and_of_the_right_size_at_the_extremes(loss):
    """No delta of two probabilities exceeds the number of outputs, however confident the network is."""
    z = np.array([[p, q] for p in EXTREMES for q in EXTREMES])
    for label in ([0.0, 1.0], [1.0, 0.0], [0.25, 0.75]):
        y = np.tile(label, (len(z), 1))
        for output in loss.fits or ACTIVATIONS:
            with np.errstate(all="raise", under="ignore"):
                a, activation_slope = ACTIVATIONS[output].value(z), ACTIVATIONS[output].slope(z)
                value, slope = loss.from_z.get(output, (None, None))
                value, slope = (value(z, y), slope(z, y)) if value else (loss.value(a, y), loss.slope(a, y))
                delta = ACTIVATIONS[output].pull_back(slope, activation_slope)
                also = [loss.value(a, y), loss.slope(a, y)]
            assert all(np.isfinite(answer).all() for answer in (value, slope, delta, *also)), output
            assert np.abs(delta).max() <= 2 * np.abs(a - y).max() + 1e-12, output


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_the_delta_is_a_minus_y_at_the_extremes_too(output):
    loss = LOSSES["binary_cross_entropy" if output == "sigmoid" else "cross_entropy"]
    activation = ACTIVATIONS[output]
    z = np.array([[p, q, r] for p in EXTREMES for q in EXTREMES for r in (-1000.0, 0.0, 1000.0)])
    for label in ([0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.2, 0.3, 0.5]):
        y = np.tile(label, (len(z), 1))
        with np.errstate(all="raise", under="ignore"):
            delta = activation.pull_back(loss.from_z[output][1](z, y), activation.slope(z))
            expected = activation.value(z) - y
        np.testing.assert_allclose(delta, expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(("loss", "output"), [(loss, output) for loss in LOSSES.values() for output in loss.delta])
def test_the_delta_of_a_loss_is_the_product_of_the_slopes(loss, output):
    activation = ACTIVATIONS[output]
    for z in (3 * some_z(), np.array([[1000.0, 0.0, -1000.0]] * 4)):
        y = some_labels(loss) * np.array([[1.0], [1.0], [0.999995], [1.0]])  # what the door lets in as a sum of 1
        delta = activation.pull_back(loss.from_z[output][1](z, y), activation.slope(z))
        np.testing.assert_allclose(loss.delta[output](activation.value(z), y), delta, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_the_loss_from_z_is_exact_at_the_extremes(output):
    """A confident wrong answer costs the difference of the z, 1000 and not log(0); a confident right one nothing."""
    if output == "sigmoid":
        value, z, y = F.binary_cross_entropy_of_sigmoid, [[1000.0], [-1000.0], [1000.0]], [[0.0], [1.0], [1.0]]
    else:
        value, z, y = F.cross_entropy_of_softmax, [[0.0, 1000], [1000, 0.0], [0.0, 1000]], [[1.0, 0], [0, 1], [0, 1]]
    np.testing.assert_array_equal(value(np.array(z), np.array(y)), [1000, 1000, 0])


# --- by name ---------------------------------------------------------------------------------------------------------


def test_functions_are_found_by_name():
    assert get_activation("f", "hidden", "tanh") is ACTIVATIONS["tanh"]
    assert get_loss("f", "loss", "squared_error_sum") is LOSSES["squared_error_sum"]
    for name, activation in ACTIVATIONS.items():
        assert activation.name == name


def test_an_unknown_name_lists_the_names_there_are():
    assert_complains(
        ValueError,
        lambda: get_activation("f", "hidden", "Relu"),
        "f: hidden is 'Relu'; expected one of 5 names. Did you mean 'relu'?",
        "They are 'identity', 'sigmoid', 'tanh', 'relu', 'softmax'.",
    )
    assert_complains(
        ValueError,
        lambda: get_loss("f", "loss", "crossentropy"),
        f"f: loss is 'crossentropy'; expected one of {len(LOSSES)} names. Did you mean 'cross_entropy'?",
        "They are 'half_squared_error'",
    )


# --- once wrong, mended since ----------------------------------------------------------------------------------------


def test_float32_gives_float64():
    z = np.ones((1, 2), np.float32)
    assert {activation.value(z).dtype for activation in ACTIVATIONS.values()} == {np.dtype(np.float64)}
