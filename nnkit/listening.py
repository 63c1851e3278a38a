"""What the engine hears: one batch of the readable forward and backward pass, and one step of an optimiser.

There is no second backpropagation here. `Network.forward_of`, `backward_of`, the loss and the optimiser's `step` run
once on the arrays of a `Tape`, and what is played at each step are the same NumPy calls (tape.py, buffers.py). An
activation, loss or optimiser that is added to nnkit is served without a change here.

Three things are this module's own, and change nothing but the last digits:

- 1/N, and the learning rate where it only multiplies the gradient, is applied to the delta of the last layer, not to
  the gradients: everything below is linear in that delta.
- After softmax, cross-entropy has a - y for a delta (`Loss.delta`), which spares the Jacobian. There an a that
  rounds to 0 is 0; the readable softmax makes it the smallest float, so that it has a logarithm.
- The labels of an example are known to sum to 1, where they do.

Shapes: X (N, D), y (N, K), as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from .backprop import backward_of
from .buffers import Bound
from .functions import LARGEST, Activation, Array, Loss
from .network import Forward, Network
from .optimisers import Optimiser
from .products import Call
from .recipe import Recipe
from .softmax import TINY
from .tape import Tape, Traced

FLOAT32 = {  # the limits that functions.py sets for float64, and what they are in float32
    TINY: float(np.finfo(np.float32).tiny),
    LARGEST: 87.0,
    -LARGEST: -87.0,
    LARGEST / 2: 43.5,
    -LARGEST / 2: -43.5,
}


def limits_of(dtype: np.dtype[Any]) -> Mapping[float, float]:
    """The limits of float64 that have to be others in this type."""
    return FLOAT32 if dtype == np.float32 else {}


@dataclass(frozen=True)
class Batch:
    """The calls "forward", then "loss" or, in a batch to train on, "backward". X, y: where its examples have to be.

    loss: gets the sum of the C_n. scale: what the delta of the last layer is multiplied by.
    """

    X: Array
    y: Array
    loss: Array
    scale: Array
    bound: Bound
    calls: Mapping[str, list[Call]]

    def elsewhere(self, X: Array, y: Array) -> Batch:
        """The same for examples that lie in other arrays."""
        return replace(self, X=X, y=y, calls=self.bound.reading({"X": X, "y": y}))


def listen_to_batch(
    net: Network, params: Mapping[str, Array], grads: Mapping[str, Array] | None, X: Array, y: Array, sums_to_one: bool
) -> Batch:
    """Hear the pass from X, y and params to the loss and to grads, all of which are read and filled where they are.

    grads: None when only the loss is wanted.
    sums_to_one: the labels of every example do, in this batch and in all that are put in its place.
    """
    loss, scale = np.empty(()), np.empty((), X.dtype)
    arrays = {"X": X, "y": y, "loss": loss, "scale": scale} | dict(params)
    if grads is not None:
        arrays |= {_gradient_of(name): array for name, array in grads.items()}
    shapes = tuple((name, array.shape) for name, array in params.items())
    tape = _heard_pass(
        net.activations, net.loss_function, shapes, X.shape, y.shape, sums_to_one, training=grads is not None
    )
    bound = Bound(tape, arrays, X.dtype, limits_of(X.dtype))
    return Batch(X, y, loss, scale, bound, bound.calls)


@lru_cache(maxsize=256)
def _heard_pass(
    activations: tuple[Activation, ...],
    loss: Loss,
    shapes: tuple[tuple[str, tuple[int, ...]], ...],
    of_X: tuple[int, ...],
    of_y: tuple[int, ...],
    sums_to_one: bool,
    training: bool,
) -> Tape:
    """What is heard of one batch. It depends on no number, so networks of the same shape share it."""
    tape = Tape()
    tape.begin("forward")
    X, labels, scale = tape.input("X", of_X), tape.input("y", of_y), tape.input("scale", ())
    if sums_to_one:
        tape.promise(labels.sum(axis=1, keepdims=True), 1.0)
    net = Network({name: tape.input(name, shape) for name, shape in shapes}, activations, loss)
    forward = net.forward_of(X)
    tape.begin("loss", after="forward")
    tape.keep(net.loss_of(forward, labels).sum(), "loss")
    if training:
        tape.begin("backward", after="forward")
        for name, gradient in backward_of(net, forward, labels, recipe=_scaled(scale, net)).grads.items():
            tape.keep(gradient, _gradient_of(name))
    return tape


def _gradient_of(name: str) -> str:
    return f"dC/d{name}"


@dataclass(frozen=True)
class Step:
    """The calls of one step. memory: what the optimiser keeps between two steps.

    rate_in_delta: the gradient has to come multiplied by the learning rate.
    """

    calls: list[Call]
    memory: list[Array]
    rate_in_delta: bool


def listen_to_step(optimiser: Optimiser, theta: Array, gradient: Array, rate: Array) -> Step:
    """Hear one step on all parameters as one vector (P,), which `step` allows because it is elementwise.

    theta, gradient, rate: read and filled where they are. rate: (), the learning rate.
    """
    start = optimiser.start({"θ": np.zeros(theta.shape)})
    memory = {
        name: value["θ"].astype(theta.dtype) if isinstance(value, dict) else np.array(value, np.float64)
        for name, value in start.items()
    }
    step = type(optimiser).step
    tape, rate_in_delta = _heard_step(optimiser, step, theta.shape)  # type: ignore[arg-type]  # nnkit's own are frozen
    bound = Bound(tape, {"θ": theta, "dC/dθ": gradient, "rate": rate} | memory, theta.dtype)
    return Step(bound.calls[""], list(memory.values()), rate_in_delta)


@lru_cache(maxsize=256)
def _heard_step(optimiser: Optimiser, step: Any, shape: tuple[int, ...]) -> tuple[Tape, bool]:
    """What is heard of one step, and whether the learning rate could be left out of it.

    step: the function behind optimiser.step, so that another one is heard anew.
    """
    tape, optimiser = Tape(), copy(optimiser)
    theta, gradient, rate = tape.input("θ", shape), tape.input("dC/dθ", shape), tape.input("rate", ())
    if hasattr(optimiser, "learning_rate"):
        object.__setattr__(optimiser, "learning_rate", rate)
    state: dict[str, Any] = {}
    for name, start in optimiser.start({"θ": np.zeros(1)}).items():
        whole = isinstance(start, dict)
        noted = tape.input(name, shape if whole else ())
        state[name] = {"θ": noted} if whole else noted
    params, after = optimiser.step({"θ": theta}, {"θ": gradient}, state)
    tape.keep(params["θ"], "θ")
    for name, value in after.items():
        tape.keep(value["θ"] if isinstance(value, dict) else value, name)
    return tape, tape.take_out(gradient, rate)


def _scaled(scale: Traced, net: Network) -> Recipe:
    """The right recipe, with what all gradients are multiplied by put into the delta of the last layer."""
    right, last = Recipe(), net.n_layers
    short = net.loss_function.delta.get(net.activation(last).name)

    def activation_slope(net: Network, forward: Forward, y: Array, l: int) -> Any:
        return None if short and l == last else right.activation_slope(net, forward, y, l)

    def delta(net: Network, forward: Forward, y: Array, l: int, slope: Array, activation_slope: Array) -> Array:
        if short and l == last:
            a: Traced = forward.a[l]  # type: ignore[assignment]
            return scale * short(a.tape.before(a, np.maximum, TINY), y)
        product = right.delta(net, forward, y, l, slope, activation_slope)
        return scale * product if l == last else product

    def loss_slope(net: Network, forward: Forward, y: Array) -> Any:
        return None if short else right.loss_slope(net, forward, y)

    return replace(
        right,
        activation_slope=activation_slope,
        delta=delta,
        loss_slope=loss_slope,
        example_weight=lambda net, forward, y: 1.0,
    )
