"""The catalogue: every mistake changes the terms it says, and the gradient check sees it where it can matter."""

import re

import numpy as np
import pytest

import nnkit as nn
from nnkit.mistakes import CATALOGUE, plant

SLUGS = pytest.mark.parametrize("slug", CATALOGUE)


def network(slug):
    """A network in which this mistake can make a difference; all sizes differ."""
    hidden, output, loss = "sigmoid", "sigmoid", "half_squared_error"
    if slug == "relu_mask":
        hidden = "relu"
    if slug in ("softmax_jacobian", "activation_slope_extra"):
        output, loss = "softmax", "cross_entropy"
    net = nn.Network.create([3, 5, 4, 2], hidden=hidden, output=output, loss=loss, rng=3)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(7, 3))
    return net, X, nn.datasets.one_hot(rng.integers(0, 2, 7), 2)


def functions(net, recipe):
    def loss(params, X, y):
        return net.with_params(params).loss(X, y)

    def grad(params, X, y):
        return nn.backward(net.with_params(params), X, y, recipe=recipe).grads

    return loss, grad


@SLUGS
def test_the_check_sees_every_mistake(slug):
    net, X, y = network(slug)
    assert nn.check_gradient(*functions(net, nn.Recipe()), net.params, X, y).ok
    assert not nn.check_gradient(*functions(net, plant(slug)), net.params, X, y).ok


@SLUGS
def test_the_planted_terms_multiply_to_the_planted_gradient(slug):
    net, X, y = network(slug)
    back = nn.backward(net, X, y, recipe=plant(slug))
    for name, grad in back.grads.items():
        for at in np.ndindex(grad.shape):
            np.testing.assert_allclose(back.terms(name, at).value, grad[at], rtol=1e-12, atol=1e-14)


@SLUGS
def test_only_the_named_term_is_replaced(slug):
    """Of the terms that nothing else is computed from, the others stay as they are."""
    net, X, y = network(slug)
    right, wrong = nn.backward(net, X, y), nn.backward(net, X, y, recipe=plant(slug))
    terms = {
        "loss_slope": (right.loss_slope, wrong.loss_slope),
        "example_weight": (right.example_weight, wrong.example_weight),
        **{term: tuple(np.concatenate([np.ravel(getattr(b, term)[l]) for l in (1, 2, 3)]) for b in (right, wrong))
           for term in ("activation_slope", "weight", "input")},
    }  # fmt: skip
    changed = [term for term, (one, other) in terms.items() if not np.allclose(one, other)]
    assert changed == [CATALOGUE[slug].term]


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_a_missing_slope_in_one_layer_spoils_that_layer_and_those_below(layer):
    net, X, y = network("activation_slope_missing")
    report = nn.check_gradient(*functions(net, plant("activation_slope_missing", layer=layer)), net.params, X, y)
    assert report.wrong == tuple(f"{kind}{l}" for l in range(1, layer + 1) for kind in "Wb")


def test_a_wrong_input_spoils_the_weights_of_its_layer_alone():
    net, X, y = network("wrong_cached_input")
    report = nn.check_gradient(*functions(net, plant("wrong_cached_input", layer=2)), net.params, X, y)
    assert report.wrong == ("W2",)


@pytest.mark.parametrize(
    ("slug", "relation"),
    [("sign", -1), ("scale", 2), ("summed_not_averaged", 7), ("averaged_twice", 1 / 7)],
)
def test_known_relations_between_wrong_and_right(slug, relation):
    net, X, y = network(slug)
    right, wrong = nn.backward(net, X, y), nn.backward(net, X, y, recipe=plant(slug))
    for name, grad in right.grads.items():
        np.testing.assert_allclose(wrong.grads[name], relation * grad)


def test_the_scalar_cost_gives_the_gradient_of_half_the_squared_cost():
    """With a summed loss: d(C²/2)/dθ = C dC/dθ."""
    net = nn.Network.create([2, 5, 1], loss="half_squared_error_sum", rng=0)
    X, y = nn.datasets.xor()

    def half_squared_cost(params, X, y):
        return 0.5 * net.with_params(params).loss(X, y) ** 2

    _, grad = functions(net, plant("scalar_cost"))
    assert nn.check_gradient(half_squared_cost, grad, net.params, X, y).ok


def test_an_extra_slope_under_cross_entropy_is_the_gradient_of_half_the_squared_error():
    X, y = nn.datasets.xor()
    net = nn.Network.create([2, 5, 1], loss="binary_cross_entropy", rng=0)
    other = nn.Network.from_params(net.params, loss="half_squared_error")
    wrong = nn.backward(net, X, y, recipe=plant("activation_slope_extra")).grads
    for name, grad in nn.backward(other, X, y).grads.items():
        np.testing.assert_allclose(wrong[name], grad, rtol=1e-10)


@SLUGS
def test_every_entry_of_the_catalogue_says_what_to_do_and_where_it_is_taught(slug):
    mistake = CATALOGUE[slug]
    assert mistake.explanation.endswith(".")
    assert mistake.remedy.endswith(".")
    assert mistake.taught_in[:2] in {"01", "02", "03", "04", "05"}


def test_a_wrong_slug_or_layer_is_refused_at_the_door():
    with pytest.raises(ValueError, match=r"plant: slug is 'signs'.*Did you mean 'sign'"):
        plant("signs")
    with pytest.raises(ValueError, match=r"plant: layer is 1 for 'sign'; expected None"):
        plant("sign", layer=1)


@pytest.mark.parametrize("layer", [0, -1, 1.0, True, "1", [1]])
def test_a_layer_is_counted_from_1(layer):
    """A mistake in a layer that is not there would be planted nowhere, and say nothing."""
    with pytest.raises(ValueError, match=r"plant: layer is .*; expected a whole number of at least 1"):
        plant("activation_slope_missing", layer=layer)


def test_the_inspector_shows_a_planted_mistake_beside_the_true_numeric_slope():
    X, y = nn.datasets.xor()
    net = nn.Network.create([2, 5, 1], rng=0)
    widget = nn.widgets.inspect(net, X, y, select="W1[0,2]", recipe=plant("activation_slope_missing", layer=1))
    right = nn.backward(net, X, y).grads["W1"][0, 2]
    said = re.search(r"The central difference DISAGREES: it is (\S+)\.$", widget.table("W1[0,2]"))
    assert said is not None
    assert float(said[1]) == pytest.approx(right, rel=1e-5)
    assert "agrees" in widget.table("W2[0,0]")


def test_a_slope_at_the_error_can_be_planted_behind_a_softmax_too():
    net = nn.Network.create([3, 4, 2], output="softmax", loss="cross_entropy", rng=0)
    X, y = np.random.default_rng(0).normal(size=(5, 3)), np.eye(2)[[0, 1, 1, 0, 1]]
    error = y - net.forward(X).output
    back = nn.backward(net, X, y, recipe=nn.mistakes.plant("activation_slope_of_error"))
    np.testing.assert_allclose(back.delta[2], back.loss_slope * error * (1 - error))
