"""The fast way to train: the readable code, played back in place.

There is no second backpropagation here. For each batch size the engine runs `Network.forward_of`, `backward_of` and the
loss once on the arrays of a `Tape`, and the optimiser's `step` once on all parameters as one vector, which it allows
because it is elementwise. What is played at each step are the same NumPy calls, into buffers (tape.py, buffers.py).
An activation, loss or optimiser that is added to nnkit is served without a change here.

Three things are the engine's own, and change nothing but the last digits:

- 1/N, and the learning rate where it only multiplies the gradient, is applied to the delta of the last layer, not to
  the gradients: everything below is linear in that delta.
- After softmax, cross-entropy has a - y for a delta (`Loss.delta`), which spares the Jacobian.
- The parameters lie in one vector, each W as (fan_out, fan_in), the layout in which BLAS is fastest here.

Shapes: X (N, D), y (N, K), as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .backprop import backward_of
from .buffers import Call, bind
from .functions import ACTIVATIONS, LARGEST, LOSSES, Array
from .network import Forward, Network
from .optimisers import Optimiser
from .readable import Update, quiet
from .recipe import Recipe
from .softmax import TINY
from .tape import Tape, Traced

AT_ONCE = 512  # examples in one go when only the loss is asked for
FLOAT32 = {  # the limits that functions.py sets for float64, and what they are in float32
    TINY: float(np.finfo(np.float32).tiny),
    LARGEST: 87.0,
    -LARGEST: -87.0,
    LARGEST / 2: 43.5,
    -LARGEST / 2: -43.5,
}

Data = tuple[Array, Array]


def serves(net: Network, optimiser: object, recipe: Recipe) -> bool:
    """True when everything is nnkit's own. A planted mistake or an optimiser of yours may do what no tape can hear."""
    return (
        recipe == Recipe()
        and type(optimiser).__module__ == Optimiser.__module__
        and LOSSES.get(net.loss_function.name) is net.loss_function
        and all(ACTIVATIONS.get(activation.name) is activation for activation in net.activations)
    )


@dataclass
class _Pass:
    """The calls for a batch of one size. X, y: where its examples have to be. loss: the sum of the C_n."""

    X: Array
    y: Array
    loss: Array
    scale: Array
    calls: Mapping[str, Sequence[Call]]


class Engine:
    """A network in training. data: (X, y). held_out: data whose loss is asked for as well."""

    check_every = 64  # steps between two looks for NaN; what is not finite stays so

    def __init__(
        self, net: Network, optimiser: Optimiser, data: Data, held_out: Data | None = None, dtype: Any = np.float64
    ) -> None:
        self._net, self._dtype = net, np.dtype(dtype)
        self._limits = FLOAT32 if self._dtype == np.float32 else {}
        self._data, self._held_out = self._cast(data), self._cast(held_out) if held_out else None
        self._theta, self._gradient = (np.empty(sum(p.size for p in net.params.values()), dtype) for _ in range(2))
        self._params, self._grads = _views(self._theta, net), _views(self._gradient, net)
        for name, array in net.params.items():
            self._params[name][...] = array
        self._memory = [self._theta]
        self._rate = np.array(getattr(optimiser, "learning_rate", 1.0), dtype)
        self._passes: dict[Any, _Pass] = {}
        with quiet():
            self._update, self._rate_in_delta = self._listen_to_step(optimiser)
        self._kept: list[Array] = []
        self._ahead = False  # True while the forward pass of the full batch is done already

    # --- training ----------------------------------------------------------------------------------------------------

    def advance(self, plan: Sequence[Update]) -> None:
        """Make these updates, one after the other."""
        with quiet():
            for rows, changed in plan:
                batch = self._pass_of(rows)
                if changed is not None:
                    self._rate[...] = changed.learning_rate  # type: ignore[attr-defined]
                    batch.scale[...] = self._scale(len(batch.X))
                whole = isinstance(rows, slice)
                if not whole:
                    self._data[0].take(rows, 0, batch.X, "clip")
                    self._data[1].take(rows, 0, batch.y, "clip")
                for call in batch.calls["after" if whole and self._ahead else "step"]:
                    call()
                self._ahead = False

    def losses(self) -> tuple[float, float | None]:
        """The batch loss over all data, and over the held-out data."""
        with quiet():
            held_out = self._loss(self._held_out, "held out") if self._held_out else None
            return self._loss(self._data, "data"), held_out

    def params(self) -> dict[str, Array]:
        """A copy of the parameters, float64 as everywhere else."""
        return {name: np.array(array, dtype=np.float64, order="C") for name, array in self._params.items()}

    def finite(self) -> bool:
        """True while no parameter is NaN or infinite."""
        return bool(np.isfinite(self._theta).all())

    def mark(self) -> None:
        """Remember this moment."""
        self._kept = [array.copy() for array in self._memory]

    def rewind(self) -> None:
        """Go back to the moment that was marked."""
        for array, kept in zip(self._memory, self._kept):
            array[...] = kept

    # --- listening to the readable code ------------------------------------------------------------------------------

    def _listen_to_step(self, optimiser: Optimiser) -> tuple[list[Call], bool]:
        """The calls of one step, and whether the learning rate is left to the delta."""
        tape, optimiser = Tape(), copy(optimiser)
        theta, gradient, rate = (tape.input(array) for array in (self._theta, self._gradient, self._rate))
        if hasattr(optimiser, "learning_rate"):
            object.__setattr__(optimiser, "learning_rate", rate)
        state = {}
        for name, start in optimiser.start({"θ": np.zeros(self._theta.shape)}).items():
            whole = isinstance(start, dict)
            self._memory.append(start["θ"].astype(self._dtype) if whole else np.array(start, np.float64))
            noted = tape.input(self._memory[-1])
            state[name] = {"θ": noted} if whole else noted
        params, after = optimiser.step({"θ": theta}, {"θ": gradient}, state)
        tape.keep(params["θ"], self._theta)
        for (_, value), array in zip(after.items(), self._memory[1:]):
            tape.keep(value["θ"] if isinstance(value, dict) else value, array)
        rate_in_delta = tape.take_out(gradient, rate)
        return bind(tape, self._dtype, self._limits)[""], rate_in_delta

    def _listen(self, X: Array, y: Array) -> _Pass:
        """The calls for batches that are put into X and y."""
        tape, loss, scale = Tape(), np.empty(()), np.array(self._scale(len(X)), self._dtype)
        tape.begin("forward")
        labels, seed = tape.input(y), tape.input(scale)
        net = self._net.with_params({name: tape.input(array) for name, array in self._params.items()})
        forward = net.forward_of(tape.input(X))
        tape.begin("loss", after="forward")
        tape.keep(net.loss_of(forward, labels).sum(), loss)
        tape.begin("backward", after="forward")
        grads = backward_of(net, forward, labels, recipe=_scaled(seed)).grads
        for name, gradient in grads.items():
            tape.keep(gradient, self._grads[name])
        calls = bind(tape, self._dtype, self._limits)
        after = [*calls["backward"], *self._update]
        return _Pass(X, y, loss, scale, {**calls, "after": after, "step": [*calls["forward"], *after]})

    # --- batches -----------------------------------------------------------------------------------------------------

    def _pass_of(self, rows: Any) -> _Pass:
        """The calls for the full batch, which stays where it is, or for a batch that is copied together."""
        if isinstance(rows, slice):
            return self._pass("data", *self._data)
        size = len(rows)
        return self._passes.get(size) or self._pass(
            size, *(np.empty((size, a.shape[1]), self._dtype) for a in self._data)
        )

    def _pass(self, key: Any, X: Array, y: Array) -> _Pass:
        if key not in self._passes:
            self._passes[key] = self._listen(X, y)
        return self._passes[key]

    def _loss(self, data: Data, key: str) -> float:
        """The batch loss of all examples, some at a time when they are many."""
        n = len(data[0])
        total = 0.0
        if n <= AT_ONCE or key in self._passes:
            whole = self._pass(key, *data)
            self._play(whole)
            self._ahead = self._ahead or key == "data"
            total = float(whole.loss)
        else:
            for first in range(0, n, AT_ONCE):
                rows = slice(first, min(first + AT_ONCE, n))
                batch = self._pass_of(range(first, rows.stop))
                batch.X[...], batch.y[...] = data[0][rows], data[1][rows]
                self._play(batch)
                total += float(batch.loss)
        return float(self._net.loss_function.example_weight(n) * total)

    @staticmethod
    def _play(batch: _Pass) -> None:
        for part in ("forward", "loss"):
            for call in batch.calls[part]:
                call()

    def _scale(self, n: int) -> float:
        """What the delta of the last layer is multiplied by in a batch of n examples."""
        return self._net.loss_function.example_weight(n) * (float(self._rate) if self._rate_in_delta else 1.0)

    def _cast(self, data: Data) -> Data:
        X, y = (np.ascontiguousarray(array, dtype=self._dtype) for array in data)
        return X, y


def _views(vector: Array, net: Network) -> dict[str, Array]:
    """The parameters as parts of one vector (P,), each W (fan_in, fan_out) as a transposed (fan_out, fan_in)."""
    views, first = {}, 0
    for name, array in net.params.items():
        part = vector[first : first + array.size]
        views[name] = part.reshape(array.shape[::-1]).T
        first += array.size
    return views


def _scaled(scale: Traced) -> Recipe:
    """The right recipe, with what all gradients are multiplied by put into the delta of the last layer."""

    def delta(net: Network, forward: Forward, y: Array, l: int, slope: Array, activation_slope: Array) -> Array:
        activation = net.activation(l)
        if l < net.n_layers:
            return activation.pull_back(slope, activation_slope)
        short = net.loss_function.delta.get(activation.name)
        return scale * (short(forward.a[l], y) if short else activation.pull_back(slope, activation_slope))

    return replace(Recipe(), delta=delta, example_weight=lambda net, forward, y: 1.0)
