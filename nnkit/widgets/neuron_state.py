"""The neuron's numbers: where its weights have been, and at each place the terms of its gradient.

A `Walk` is a row of places. Each has the three parameters and, with them, a whole backward pass. A step of gradient
descent, or a slider, adds a place; undo takes the last one away. Nothing changes in place: each gives a new `Walk`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..backprop import backward
from ..functions import Array
from ..network import Forward, Network
from ..numeric import central_difference
from ..optimisers import GradientDescent
from ..recipe import Recipe
from ..text import place

State = dict[str, Any]

MOST_PLACES = 100
MOST_ROWS = 800  # places times examples: an answer to a slider stays below 100 kB
SIDE = 39  # points of the loss surface along each axis
RANGES = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
LEVELS = np.linspace(0.04, 0.96, 9)


@dataclass(frozen=True, eq=False)
class Data:
    """What a neuron is shown: X (N, 2), y (N, 1), and the recipe for its gradient."""

    X: Array
    y: Array
    recipe: Recipe


@dataclass(frozen=True, eq=False)
class Place:
    """One stop. net: the neuron there. title: how it got there. terms: `terms_at` it, computed once.

    gesture: the drag of a slider that it belongs to, or None.
    """

    net: Network
    title: str
    terms: State
    gesture: object = None


@dataclass(frozen=True, eq=False)
class Walk:
    """The places of a neuron, the oldest first. first: those at the beginning.

    steps: how many steps were made by hand. trouble: why the last wish could not be granted, or "".
    """

    data: Data
    learning_rate: float
    places: tuple[Place, ...]
    first: tuple[Place, ...]
    steps: int = 0
    trouble: str = ""

    @property
    def net(self) -> Network:
        """The neuron as it is now."""
        return self.places[-1].net

    def moved(self, values: Mapping[str, float], gesture: object = None, *, base: Mapping[str, float] = {}) -> Walk:
        """With other parameters, {"W1[0,0]": 0.5}. The places of one drag of a slider count as one.

        base: where the other parameters are, when it begins at another place than the last.
        """
        params = {name: array.copy() for name, array in self.net.params.items()}
        for name, value in {**base, **values}.items():
            array, index = parameter(name)
            params[array][index] = value
        if all(np.array_equal(array, self.net.params[name]) for name, array in params.items()):
            return replace(self, trouble="")
        before = self.places
        if gesture is not None and before[-1].gesture == gesture and len(before) > 1:
            before = before[:-1]
        title = ", ".join(f"{name} by hand" for name in values)
        return self._at((*before, place_at(self.net.with_params(params), self.data, title, gesture)))

    def stepped(self, times: int = 1) -> Walk:
        """After so many steps of gradient descent."""
        walk = self
        for _ in range(times):
            grads = backward(walk.net, self.data.X, self.data.y, recipe=self.data.recipe).grads
            with np.errstate(over="ignore", invalid="ignore"):
                params, _ = GradientDescent(self.learning_rate).step(walk.net.params, grads, {})
                finite = all(
                    np.isfinite(array).all() and np.abs(array).max() <= RANGES[-1] for array in params.values()
                )
            if not finite:
                return replace(walk, trouble=f"The next step leaves ±{RANGES[-1]:g}: the learning rate is too large.")
            walk = replace(walk, steps=walk.steps + 1)
            there = place_at(self.net.with_params(params), self.data, f"step {walk.steps}")
            walk = walk._at((*walk.places, there))
        return walk

    def undone(self) -> Walk:
        """One place back, as far as there is one."""
        if len(self.places) == 1:
            return replace(self, trouble="There is nothing to undo.")
        steps = self.steps - self.places[-1].title.startswith("step ")
        return replace(self, places=self.places[:-1], steps=max(steps, 0), trouble="")

    def reset(self) -> Walk:
        """As it was at the beginning."""
        return replace(self, places=self.first, steps=0, trouble="")

    def _at(self, places: tuple[Place, ...]) -> Walk:
        most = max(2, min(MOST_PLACES, MOST_ROWS // len(self.data.y)))
        return replace(self, places=places[-most:], trouble="")


def parameter(name: str) -> tuple[str, tuple[int, ...]]:
    """The array and the index of "W1[1,0]"."""
    array, _, index = name[:-1].partition("[")
    return array, tuple(int(i) for i in index.split(","))


def parameters(net: Network) -> list[str]:
    """The names of the parameters of a neuron: "W1[0,0]", "W1[1,0]", and "b1[0]" where it has a bias."""
    return [f"{name}{place(at)}" for name, array in net.params.items() for at in np.ndindex(array.shape)]


def value_of(net: Network, name: str) -> float:
    """The value of one parameter."""
    array, index = parameter(name)
    return float(net.params[array][index])


def neuron_state(walk: Walk) -> State:
    """Everything that the widget shows, as JSON."""
    half_width = _half_width(walk)
    now = walk.places[-1]
    return {
        "params": parameters(walk.net),
        "activation": walk.net.activation(1).name,
        "loss": walk.net.loss_function.name,
        "X": walk.data.X.tolist(),
        "y": walk.data.y[:, 0].tolist(),
        "learning_rate": walk.learning_rate,
        "half_width": half_width,
        "places": [{"title": stop.title, **stop.terms} for stop in walk.places],
        "next": {
            name: entry["value"] - walk.learning_rate * entry["gradient"]
            for name, entry in now.terms["numbers"].items()
        },
        "surface": surface(walk, half_width),
        "undo": len(walk.places) > 1,
        "trouble": walk.trouble,
    }


def place_at(net: Network, data: Data, title: str, gesture: object = None) -> Place:
    """A place with its terms."""
    return Place(net, title, terms_at(net, data), gesture)


def terms_at(net: Network, data: Data) -> State:
    """The forward pass, and for each parameter the terms of its gradient, example by example; as JSON."""
    back = backward(net, data.X, data.y, recipe=data.recipe)
    probe = {name: array.copy() for name, array in net.params.items()}
    moving = net.with_params(probe)  # shares the arrays of `probe`, which are nudged
    numeric = {name: central_difference(lambda: moving.loss(data.X, data.y), array) for name, array in probe.items()}
    numbers = {}
    for name in parameters(net):
        array, index = parameter(name)
        terms = back.terms(array, index)
        numbers[name] = {
            "value": value_of(net, name),
            "input": terms.factors[-1].values.tolist(),
            "per_example": terms.per_example.tolist(),
            "gradient": terms.value,
            "numeric": float(numeric[array][index]),
        }
    return {
        "loss": back.loss,
        "loss_per_example": net.loss_of(back.forward, back.y).tolist(),
        "z": back.forward.z[1][:, 0].tolist(),
        "a": back.forward.a[1][:, 0].tolist(),
        "loss_slope": back.loss_slope[:, 0].tolist(),
        "activation_slope": back.activation_slope[1][:, 0].tolist(),
        "example_weight": back.example_weight,
        "numbers": numbers,
    }


def surface(walk: Walk, half_width: float) -> State:
    """The batch loss over both weights at the bias of now, on a square grid; rows run along the second weight.

    All grid points are one forward pass: a layer with a unit for each of them has the same z.
    """
    axis = np.linspace(-half_width, half_width, SIDE)
    W = np.stack([np.tile(axis, SIDE), np.repeat(axis, SIDE)])
    net, n_examples = walk.net, len(walk.data.y)
    b = float(net.params["b1"][0]) if "b1" in net.params else 0.0
    z = (walk.data.X @ W + b).reshape(-1, 1)
    forward = Forward({1: z}, {1: net.activation(1).value(z)})
    each = net.loss_of(forward, np.repeat(walk.data.y, SIDE * SIDE, axis=0)).reshape(n_examples, -1)
    losses = net.loss_function.example_weight(n_examples) * each.sum(axis=0)
    return {
        "side": SIDE,
        "bias": b,
        "losses": rounded(losses),
        "levels": sorted(set(rounded(np.quantile(losses, LEVELS)))),
    }


def rounded(values: Array) -> list[float]:
    """With four significant digits: enough to draw from, and half as long."""
    return [float(f"{value:.4g}") for value in values]


def _half_width(walk: Walk) -> float:
    """The smallest of a few round numbers that leaves a fifth of room around every place."""
    largest = max(
        float(np.abs(array).max()) for stop in (*walk.first, *walk.places) for array in stop.net.params.values()
    )
    return next((width for width in RANGES if width >= 1.2 * largest), RANGES[-1])
