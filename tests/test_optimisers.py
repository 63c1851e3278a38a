"""optimisers: steps by hand, the same as PyTorch's, and no array changed."""

import dataclasses

import numpy as np
import pytest
import torch
from complaints import assert_complains

from nnkit import Adam, GradientDescent, IRpropMinus, Momentum, Nesterov, RMSProp
from nnkit.optimisers import require_optimiser

pytestmark = pytest.mark.filterwarnings("error")

SGD, TorchAdam, Rprop = torch.optim.SGD, torch.optim.Adam, torch.optim.Rprop
PAIRS = {  # ours, and PyTorch's with the same numbers; none of them the defaults of both
    "gradient descent": (GradientDescent(0.03), lambda p: SGD(p, lr=0.03)),
    "momentum": (Momentum(0.03), lambda p: SGD(p, lr=0.03, momentum=0.9)),
    "momentum 0.5": (Momentum(0.03, 0.5), lambda p: SGD(p, lr=0.03, momentum=0.5)),
    "no momentum": (Momentum(0.03, 0), lambda p: SGD(p, lr=0.03)),
    "nesterov": (Nesterov(0.03), lambda p: SGD(p, lr=0.03, momentum=0.9, nesterov=True)),
    "nesterov 0.5": (Nesterov(0.03, 0.5), lambda p: SGD(p, lr=0.03, momentum=0.5, nesterov=True)),
    "rmsprop": (RMSProp(0.01), lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-8)),
    "rmsprop 0.5": (RMSProp(0.01, 0.5, 0.1), lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.5, eps=0.1)),
    "adam": (Adam(0.01), lambda p: TorchAdam(p, lr=0.01, betas=(0.9, 0.999), eps=1e-8)),
    "adam 0.5": (Adam(0.01, 0.5, 0.7, 0.1), lambda p: TorchAdam(p, lr=0.01, betas=(0.5, 0.7), eps=0.1)),
    "irprop-": (IRpropMinus(), lambda p: Rprop(p, lr=0.1, etas=(0.5, 1.2), step_sizes=(1e-6, 50))),
    "irprop- with bounds": (
        IRpropMinus(0.2, grow=1.5, shrink=0.3, smallest=0.1, largest=0.4),
        lambda p: Rprop(p, lr=0.2, etas=(0.3, 1.5), step_sizes=(0.1, 0.4)),
    ),
}
OURS = {name: ours for name, (ours, _) in PAIRS.items()}


def some_params(seed=0):
    rng = np.random.default_rng(seed)
    return {"W1": rng.normal(size=(3, 2)), "b1": rng.normal(size=2), "scale": rng.normal(size=())}


def run(optimiser, gradients, theta=0.0):
    """The values of one number under a sequence of gradients."""
    params, values = {"θ": np.array([theta])}, []
    state = optimiser.start(params)
    for g in gradients:
        params, state = optimiser.step(params, {"θ": np.array([g])}, state)
        values.append(float(params["θ"][0]))
    return values


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_one_step_of_gradient_descent_by_hand():
    optimiser = GradientDescent(0.5)
    params = {"W1": np.array([[1.0, -2.0]]), "b1": np.array([3.0, 0.0])}
    grads = {"b1": np.array([-1.0, 0.0]), "W1": np.array([[4.0, 2.0]])}
    after, _ = optimiser.step(params, grads, optimiser.start(params))
    assert list(after) == ["W1", "b1"]
    np.testing.assert_array_equal(after["W1"], [[-1, -3]])
    np.testing.assert_array_equal(after["b1"], [3.5, 0])


def test_three_steps_by_hand():
    """Gradients 1, 1, -2, learning rate 1, momentum and decay 1/2."""
    assert run(GradientDescent(1.0), [1, 1, -2]) == [-1, -2, 0]
    assert run(Momentum(1.0, 0.5), [1, 1, -2]) == [-1, -2.5, -1.25]  # v = 1, 1.5, -1.25
    assert run(Nesterov(1.0, 0.5), [1, 1, -2]) == [-1.5, -3.25, -0.625]  # g + v/2 = 1.5, 1.75, -2.625
    rms = run(RMSProp(1.0, 0.5, 1e-300), [1, 1, -2])  # s = 1/2, 3/4, 19/8
    np.testing.assert_allclose(np.diff([0, *rms]), [-(2**0.5), -((4 / 3) ** 0.5), 2 * (8 / 19) ** 0.5], rtol=1e-14)
    # grows, grows, then turns: the step is halved and not taken, and the next one starts anew
    np.testing.assert_allclose(run(IRpropMinus(1.0), [1, 1, -2, -2, -2]), [-1, -2.2, -2.2, -1.6, -0.88], rtol=1e-14)


@pytest.mark.parametrize("size", [1e-300, 1e-170, 1.0, 1e200])
def test_irprop_looks_at_signs_alone_whatever_the_size(size):
    """The product of two gradients of 1e-170 is 0, and the step would neither grow nor shrink."""
    expected = run(IRpropMinus(1.0), [1, 1, -2, -2, -2])
    np.testing.assert_array_equal(run(IRpropMinus(1.0), [size * g for g in (1, 1, -2, -2, -2)]), expected)


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient():
    """m̂ = g and v̂ = g²: without the correction it would be 3 times as long."""
    for g in (1e-3, 7.0, -50.0):
        assert run(Adam(0.1, epsilon=1e-300), [g]) == pytest.approx([-0.1 * np.sign(g)], rel=1e-14)


# --- PyTorch ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAIRS)
def test_thirty_steps_are_those_of_torch(name):
    ours, make_theirs = PAIRS[name]
    rng = np.random.default_rng(1)
    params = some_params()
    tensors = {key: torch.tensor(array, requires_grad=True) for key, array in params.items()}
    theirs, state = make_theirs(tensors.values()), ours.start(params)
    for i in range(30):
        grads = {key: rng.normal(0.5, 1, array.shape) * (i != 4) for key, array in params.items()}  # once all zero
        params, state = ours.step(params, grads, state)
        for key, tensor in tensors.items():
            tensor.grad = torch.tensor(grads[key])
        theirs.step()
        for key, tensor in tensors.items():
            np.testing.assert_allclose(params[key], tensor.detach().numpy(), rtol=1e-12, atol=1e-14)


# --- pure ------------------------------------------------------------------------------------------------------------


def arrays_in(thing):
    """Every array in a nest of dicts, copied."""
    if isinstance(thing, dict):
        return [array for value in thing.values() for array in arrays_in(value)]
    return [np.array(thing, copy=True)]


@pytest.mark.parametrize("name", OURS)
def test_a_step_changes_nothing_and_gives_the_same_twice(name):
    optimiser, params, grads = OURS[name], some_params(0), some_params(1)
    state = optimiser.start(params)
    for _ in range(3):  # from a state that remembers something
        kept = [arrays_in(thing) for thing in (params, grads, state)]
        after, next_state = optimiser.step(params, grads, state)
        again, same_state = optimiser.step(params, grads, state)
        for now, then in zip((params, grads, state), kept, strict=True):
            for a, b in zip(arrays_in(now), then, strict=True):
                np.testing.assert_array_equal(a, b)
        for a, b in zip(arrays_in(next_state), arrays_in(same_state), strict=True):
            np.testing.assert_array_equal(a, b)
        assert list(after) == list(params)
        for key in params:
            np.testing.assert_array_equal(after[key], again[key])
            assert not np.shares_memory(after[key], params[key])
        params, state, grads = after, next_state, {key: -g for key, g in grads.items()}


def test_an_optimiser_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        GradientDescent(0.1).learning_rate = 0.2


# --- the door --------------------------------------------------------------------------------------------------------

WITH_A_RATE = [GradientDescent, Momentum, Nesterov, RMSProp, Adam]


@pytest.mark.parametrize("rate", [1, 0.5, 1e-300, np.float64(0.1), np.float32(0.1), np.int64(2)])
def test_any_positive_number_is_a_rate(rate):
    for make in WITH_A_RATE:
        assert make(rate).learning_rate == rate


@pytest.mark.parametrize("rate", [0, 0.0, -0.1, np.nan, np.inf, -np.inf, True, "0.1", None, [0.1], np.array([0.1])])
def test_anything_else_is_not(rate):
    for make in WITH_A_RATE:
        assert_complains(
            ValueError,
            lambda make=make: make(rate),
            f"{make.__name__}: learning_rate is {rate!r}; expected a positive number.",
            "The minus sign of descent is already in the step.",
        )


@pytest.mark.parametrize(
    ("make", "argument", "wrong", "expected"),
    [
        (lambda v: Momentum(0.1, v), "Momentum: momentum", [1, 1.5, -0.1, np.nan, "0.9", True], "and below 1"),
        (lambda v: Nesterov(0.1, v), "Nesterov: momentum", [1, 2, -0.1, None], "and below 1"),
        (lambda v: RMSProp(0.1, v), "RMSProp: decay", [1, -0.1], "and below 1"),
        (lambda v: RMSProp(0.1, epsilon=v), "RMSProp: epsilon", [0, -1e-8], "a positive number"),
        (lambda v: Adam(0.1, v), "Adam: beta1", [1, -0.1], "and below 1"),
        (lambda v: Adam(0.1, beta2=v), "Adam: beta2", [1, -0.1], "and below 1"),
        (lambda v: Adam(0.1, epsilon=v), "Adam: epsilon", [0, -1e-8, np.inf], "a positive number"),
        (IRpropMinus, "IRpropMinus: first_step", [0, -0.1], "a positive number"),
        (lambda v: IRpropMinus(grow=v), "IRpropMinus: grow", [1, 0.9, np.inf], "a number above 1"),
        (lambda v: IRpropMinus(shrink=v), "IRpropMinus: shrink", [0, 1, 1.1], "a number above 0 and below 1"),
        (lambda v: IRpropMinus(smallest=v), "IRpropMinus: smallest", [0, -1], "a positive number"),
        (lambda v: IRpropMinus(largest=v), "IRpropMinus: largest", [0, np.inf], "a positive number"),
    ],
)
def test_every_other_number_has_its_range(make, argument, wrong, expected):
    for value in wrong:
        assert_complains(ValueError, lambda v=value: make(v), f"{argument} is {value!r}; expected ", expected)


def test_no_memory_at_all_is_allowed():
    assert (Momentum(0.1, 0).momentum, Nesterov(0.1, 0).momentum, RMSProp(0.1, 0).decay) == (0, 0, 0)
    assert (Adam(0.1, 0, 0).beta1, Adam(0.1, 0, 0).beta2) == (0, 0)


# --- once wrong, mended since ----------------------------------------------------------------------------------------


def test_the_message_lets_in_what_the_door_lets_in():
    assert_complains(ValueError, lambda: Momentum(0.1, -1), "momentum is -1; expected ", "at least 0")


def test_the_bounds_of_irprop_must_not_cross():
    assert_complains(ValueError, lambda: IRpropMinus(smallest=1.0, largest=0.1), "IRpropMinus: ", "smallest")


@pytest.mark.parametrize("value", [0.5, None, "Adam", GradientDescent], ids=str)
def test_what_is_no_optimiser_is_refused(value):
    assert_complains(
        ValueError,
        lambda: require_optimiser("f", value),
        f"f: optimiser is {value!r}; expected an optimiser.",
        "nn.GradientDescent(0.5)",
    )


@pytest.mark.parametrize("name", OURS)
def test_an_optimiser_is_not_refused(name):
    require_optimiser("f", OURS[name])
