"""What the engine hears: one batch of the readable forward and backward pass, and one step of an optimiser.

There is no second backpropagation here. `Network.forward_of`, `backward_of`, the loss and the optimiser's `step` run
once on the arrays of a `Tape`, and what is played at each step are the same NumPy calls (tape.py, buffers.py). An
activation, loss or optimiser that is added to nnkit is served without a change here.

Three things are this module's own, and change nothing but the last digits:

- 1/N, and the learning rate where it only multiplies the gradient, is applied to the delta of the last layer, not to
  the gradients: everything below is linear in that delta.
- After softmax, cross-entropy has a - y for a delta (`Loss.delta`), which spares the Jacobian.
- The labels of an example are known to sum to 1, where they do.

Shapes: X (N, D), y (N, K), as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .backprop import backward_of
from .buffers import Bound, Call
from .functions import LARGEST, Array
from .network import Forward, Network
from .optimisers import Optimiser
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
    """The calls "forward", then "loss" or "backward", for a batch. X, y: where its examples have to be.

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
        return replace(self, X=X, y=y, calls=self.bound.reading([(self.X, X), (self.y, y)]))


def listen_to_batch(
    net: Network, params: Mapping[str, Array], grads: Mapping[str, Array], X: Array, y: Array, sums_to_one: bool
) -> Batch:
    """Hear the pass from X, y and params to the loss and to grads, all of which are read and filled where they are.

    sums_to_one: the labels of every example do, in this batch and in all that are put in its place.
    """
    tape, loss, scale = Tape(), np.empty(()), np.empty((), X.dtype)
    tape.begin("forward")
    labels, seed = tape.input(y), tape.input(scale)
    if sums_to_one:
        tape.promise(labels.sum(axis=1, keepdims=True), 1.0)
    net = net.with_params({name: tape.input(array) for name, array in params.items()})
    forward = net.forward_of(tape.input(X))
    tape.begin("loss", after="forward")
    tape.keep(net.loss_of(forward, labels).sum(), loss)
    tape.begin("backward", after="forward")
    for name, gradient in backward_of(net, forward, labels, recipe=_scaled(seed)).grads.items():
        tape.keep(gradient, grads[name])
    bound = Bound(tape, X.dtype, limits_of(X.dtype))
    return Batch(X, y, loss, scale, bound, bound.calls)


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
    tape, optimiser, memory = Tape(), copy(optimiser), []
    heard, slope, factor = (tape.input(array) for array in (theta, gradient, rate))
    if hasattr(optimiser, "learning_rate"):
        object.__setattr__(optimiser, "learning_rate", factor)
    state = {}
    for name, start in optimiser.start({"θ": np.zeros(theta.shape)}).items():
        whole = isinstance(start, dict)
        memory.append(start["θ"].astype(theta.dtype) if whole else np.array(start, np.float64))
        noted = tape.input(memory[-1])
        state[name] = {"θ": noted} if whole else noted
    params, after = optimiser.step({"θ": heard}, {"θ": slope}, state)
    tape.keep(params["θ"], theta)
    for value, array in zip(after.values(), memory):
        tape.keep(value["θ"] if isinstance(value, dict) else value, array)
    rate_in_delta = tape.take_out(slope, factor)
    return Step(Bound(tape, theta.dtype, limits_of(theta.dtype)).calls[""], memory, rate_in_delta)


def _scaled(scale: Traced) -> Recipe:
    """The right recipe, with what all gradients are multiplied by put into the delta of the last layer."""

    def delta(net: Network, forward: Forward, y: Array, l: int, slope: Array, activation_slope: Array) -> Array:
        activation = net.activation(l)
        if l < net.n_layers:
            return activation.pull_back(slope, activation_slope)
        short = net.loss_function.delta.get(activation.name)
        return scale * (short(forward.a[l], y) if short else activation.pull_back(slope, activation_slope))

    return replace(Recipe(), delta=delta, example_weight=lambda net, forward, y: 1.0)
