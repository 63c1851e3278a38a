"""The neuron: its line among the examples, the terms of its gradient, and the path of its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..backprop import backward
from ..door import check_inputs
from ..errors import a_positive, is_number, sentence
from ..history import History
from ..network import Network, a_network
from ..recipe import Recipe, a_recipe
from ..text import number
from .bundle import bundle, styles
from .neuron_state import (
    MOST_PLACES,
    MOST_ROWS,
    RANGES,
    Data,
    Place,
    Walk,
    neuron_state,
    parameter,
    parameters,
    place_at,
    value_of,
)
from .shell import Answering

MOST_EXAMPLES = 32
MOST_INPUT = 1e6
MOST_STEPS = 100  # at one click


class Neuron(Answering):
    """The widget that `neuron` makes. Looking asks the kernel nothing; a slider or a step asks it once."""

    _esm = bundle("neuron.mjs")
    _css = styles("theme.css", "views.css")

    def __init__(self, walk: Walk) -> None:
        super().__init__()
        self._walk = walk
        self.set_trait("state", neuron_state(walk))

    @property
    def net(self) -> Network:
        """The neuron as the sliders and steps have made it."""
        return self._walk.net

    def table(self, param: str | None = None) -> str:
        """The terms of one parameter, example by example, and the next step.

        param: "W1[0,0]", "W1[1,0]" or "b1[0]"; None is the first. Raises ValueError for another name.
        """
        names = parameters(self.net)
        if param is not None and param not in names:
            raise ValueError(
                sentence("neuron.table", "param", f"is {param!r}", "one of " + ", ".join(map(repr, names)))
            )
        now = self.state["places"][-1]
        values = ", ".join(f"{name} = {number(value_of(self.net, name))}" for name in names)
        name = param or names[0]
        entry, rate, after = now["numbers"][name], self._walk.learning_rate, self.state["next"][name]
        step = f"{number(entry['value'])} - {number(rate)} · {number(entry['gradient'])} = {number(after)}"
        return (
            f"{values}; loss {number(now['loss'])}\n\n{self._terms(name)}\n"
            f"One step: {name} becomes {step}.\nCentral difference: {number(entry['numeric'])}."
        )

    def _terms(self, name: str) -> str:
        data = self._walk.data
        return str(backward(self.net, data.X, data.y, recipe=data.recipe).terms(*parameter(name)))

    def _title(self) -> str:
        return f"Neuron of {self.net!r}, {len(self._walk.data.y)} examples"

    def reply(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The state after {"wishes": [...]}, granted one after the other."""
        wishes = question.get("wishes")
        for wish in wishes if isinstance(wishes, list) else []:
            self._walk = granted(self._walk, wish) if isinstance(wish, Mapping) else self._walk
        return neuron_state(self._walk)


def granted(walk: Walk, wish: Mapping[str, Any]) -> Walk:
    """The walk after {"values": {...}, "gesture": ...}, {"learning_rate": 0.5} or {"do": "step", "times": 2}.

    With "values" may come a "base": all parameters at the earlier place that was looked at when one of them was moved.
    "do" is "step", "undo" or "reset". A wish that cannot be granted changes nothing but `trouble`.
    """
    values, rate, times = wish.get("values"), wish.get("learning_rate"), wish.get("times", 1)
    times = min(max(times, 1), MOST_STEPS) if isinstance(times, int) else 1
    if isinstance(values, Mapping):
        return walk.moved(_known(walk, values), wish.get("gesture"), base=_known(walk, wish.get("base")))
    if is_number(rate) and rate > 0:
        return replace(walk, learning_rate=float(rate), trouble="")
    if wish.get("do") == "step":
        return walk.stepped(times)
    if wish.get("do") == "undo":
        for _ in range(times):
            walk = walk.undone()
        return walk
    return walk.reset() if wish.get("do") == "reset" else walk


def _known(walk: Walk, values: object) -> dict[str, float]:
    """What names a parameter and is a number, kept within bounds."""
    given, names, most = values if isinstance(values, Mapping) else {}, parameters(walk.net), RANGES[-1]
    return {name: min(max(float(v), -most), most) for name, v in given.items() if name in names and is_number(v)}


def neuron(
    net: Network | History, X: object, y: object, *, learning_rate: float = 1.0, recipe: Recipe = Recipe()
) -> Neuron:
    """One neuron with two inputs: its line, its sliders, the terms of its gradient, and the path of its weights.

    net: a Network of sizes [2, 1], or the History of training one, whose path is drawn. X: (N, 2), at most 32
    examples. y: (N, 1). learning_rate: of the button that makes a step. recipe: a mistake that is planted; the central
    differences stay those of the true loss.
    Raises ShapeError or ValueError when an argument is not what it should be.
    """
    start = a_network(
        "neuron", net.network if isinstance(net, History) else net, "a History of training it will do, too."
    )
    if start.sizes != (2, 1):
        raise ValueError(
            sentence(
                "neuron",
                "net",
                f"is a {start!r}",
                "one neuron with two inputs, sizes [2, 1]",
                "Only two inputs make a plane with a line in it. nn.widgets.inspect draws larger networks.",
            )
        )
    a_recipe("neuron", recipe)
    inputs = check_inputs("neuron", X, 2)
    labels = start.check_labels("neuron", y, len(inputs))
    if len(labels) > MOST_EXAMPLES:
        raise ValueError(
            sentence(
                "neuron",
                "X",
                f"has {len(labels)} examples",
                f"at most {MOST_EXAMPLES}",
                "Show some of them: X[:32], y[:32].",
            )
        )
    for name, array in {"X": inputs, "y": labels}.items():
        if (most := float(np.abs(array).max())) > MOST_INPUT:
            is_, cause = (
                f"has an entry of size {most:.3g}",
                "Divide by the largest: then all are drawn between -1 and 1.",
            )
            raise ValueError(sentence("neuron", name, is_, f"at most {MOST_INPUT:g}", cause))
    rate = a_positive("neuron", "learning_rate", learning_rate, "The minus sign of descent is already in the step.")
    largest = max(float(np.abs(array).max()) for array in start.params.values())
    if largest > RANGES[-1]:
        raise ValueError(
            sentence(
                "neuron",
                "net",
                f"has a parameter of size {largest:.3g}",
                f"at most {RANGES[-1]:g}",
                "Did training explode?",
            )
        )
    data = Data(inputs, labels, recipe)
    places = _recorded(net, data) if isinstance(net, History) else (place_at(start, data, "start"),)
    return Neuron(Walk(data, rate, places, places))


def _recorded(history: History, data: Data) -> tuple[Place, ...]:
    """The snapshots of a training run, thinned to half of the places that there is room for."""
    most = max(2, min(MOST_PLACES, MOST_ROWS // len(data.y)) // 2)
    steps = list(history.snapshots)
    wanted = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), most)).astype(int))
    return tuple(
        place_at(history.network.with_params(history.snapshots[steps[i]]), data, f"training step {steps[i]}")
        for i in wanted
    )
