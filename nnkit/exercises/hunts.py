"""Hunts: a mistake is planted at random, and you name it with the check, the inspector and up to three hints.

A hunt is a program seen from outside, `loss` and `grad` with `params`, `X` and `y`, as your own would be. The doctor
confirms what you found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..check import check_gradient, loss_and_grad
from ..doctor import Diagnosis, diagnose
from ..errors import a_count, a_generator
from ..functions import Array
from ..gradient_report import GradientReport
from ..mistakes import CATALOGUE, Mistake, plant
from ..network import Network
from ..numeric import GradFunction, LossFunction
from ..recipe import Recipe
from .engine import Note, Result

LEVELS = {
    1: "one term of the whole gradient: where it starts, or how the examples are added up",
    2: "one term in one layer",
    3: "any term, in any kind of network",
}
_HIDDEN = {1: ["sigmoid"], 2: ["sigmoid"], 3: ["sigmoid", "tanh", "relu"]}
_OUTPUTS = {
    1: [("sigmoid", "half_squared_error")],
    2: [("sigmoid", "half_squared_error")],
    3: [("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy"), ("identity", "squared_error")],
}


@dataclass(frozen=True, eq=False, repr=False)
class Hunt:
    """A program with one mistake in its gradient. loss, grad, params, X, y: as `nn.check_gradient` takes them."""

    level: int
    net: Network
    X: Array
    y: Array
    loss: LossFunction
    grad: GradFunction
    _planted: Mistake
    _layer: int | None

    @property
    def params(self) -> Mapping[str, Array]:
        """The parameters at which it is looked at."""
        return self.net.params

    def check(self) -> GradientReport:
        """What the gradient check says."""
        return check_gradient(self.loss, self.grad, self.params, self.X, self.y)

    @property
    def recipe(self) -> Recipe:
        """For the inspector, inspect(hunt.net, hunt.X, hunt.y, recipe=hunt.recipe)."""
        return self._planted.recipe(self._layer)

    def hint(self, number: int = 1) -> Note:
        """Hint 1, 2 or 3, each saying a little more. None of them names the mistake.

        Raises ValueError for another number.
        """
        hints = (self._which_wrong(), self._which_term(), self._which_mistakes())
        a_count("hint", "number", number, most=len(hints))
        return Note(f"Hint {number} of {len(hints)}: {hints[number - 1]}")

    def guess(self, slug: str, *, layer: int | None = None) -> Result:
        """Is it this mistake? layer: where, for a term that every layer has; None is in all of them.

        A mistake that gives the same numbers counts as right. Raises ValueError for a mistake that does not exist.
        """
        plant(slug, layer=layer)  # refuses what cannot be planted
        if layer is not None:
            a_count("guess", "layer", layer, most=self.net.n_layers, cause=f"This is {self.net!r}.")
        theirs = loss_and_grad(self.net, recipe=CATALOGUE[slug].recipe(layer))[1]
        found, here = theirs(dict(self.params), self.X, self.y), self.grad(dict(self.params), self.X, self.y)
        where = "" if layer is None else f" in layer {layer}"
        if all(np.allclose(found[name], here[name], rtol=1e-9, atol=1e-14) for name in here):
            return Result("right", f"{slug}{where} makes exactly these numbers. {CATALOGUE[slug].remedy}", slug)
        wrong = check_gradient(self.loss, theirs, self.params, self.X, self.y).wrong
        mine = self.check().wrong
        if wrong != mine:
            why = f"It would make {_names(wrong)} wrong, and here {_names(mine)} {_are(mine)} wrong."
        else:
            name = mine[0]
            at = tuple(int(i) for i in np.unravel_index(np.argmax(np.abs(found[name] - here[name])), here[name].shape))
            entry = f"{name}[{','.join(map(str, at))}]"
            why = (
                f"It makes the same parameters wrong, with other numbers: "
                f"{entry} would be {found[name][at]:.5g}, and it is {here[name][at]:.5g}."
            )
        return Result("wrong", f"Not {slug}{where}. {why}", slug)

    def diagnose(self) -> Diagnosis:
        """What the doctor says of it. It sees no more than `loss` and `grad`."""
        return diagnose(self.loss, self.grad, dict(self.params), self.X, self.y)

    def __repr__(self) -> str:
        what = f"Hunt, level {self.level}: {LEVELS[self.level]}. {self.net!r}, {len(self.X)} examples."
        return f'{what}\n.check(), .hint(1), .guess("sign"), .diagnose()'

    def _which_wrong(self) -> str:
        wrong = self.check().wrong
        if set(wrong) == set(self.params):
            return "Everything is wrong, so the term stands above everything, or in the sum over the examples."
        if all(name.startswith("W") for name in wrong):
            biases = ["b" + name[1:] for name in wrong]
            said = f"{_names(wrong)} {_are(wrong)} wrong and {_names(biases)} {_are(biases)} right"
            return f"{said}: which factor has a weight that a bias has not?"
        right = [name for name in self.params if name not in wrong]
        between = f"What comes between them and {wrong[0]}?"
        return f"{_names(right)} {_are(right)} right, so all that is above is right. {between}"

    def _which_term(self) -> str:
        where = "" if self._layer is None else f" of layer {self._layer}"
        return f"The term that is off is the {self._planted.term.replace('_', ' ')}{where}."

    def _which_mistakes(self) -> str:
        same = [slug for slug, mistake in CATALOGUE.items() if mistake.term == self._planted.term]
        return f"These mistakes replace that term: {', '.join(same)}."


def hunt(level: int = 1, *, rng: int | np.random.Generator | None = None) -> Hunt:
    """A new hunt. rng: a seed, to meet the same one again.

    level: 1, one term of the whole gradient; 2, one term in one layer; 3, any term in any kind of network.
    Raises ValueError for another level.
    """
    a_count("hunt", "level", level, most=len(LEVELS))
    draw = a_generator("hunt", rng)
    while True:
        n, d, h, k = (int(size) for size in draw.permutation([3, 4, 5, 2]))
        output, loss_name = _OUTPUTS[level][draw.integers(len(_OUTPUTS[level]))]
        hidden = str(draw.choice(_HIDDEN[level]))
        net = Network.create([d, h, k], hidden=hidden, output=output, loss=loss_name, rng=draw)
        net = net.with_params({name: array + 0.1 * draw.normal(size=array.shape) for name, array in net.params.items()})
        X, y = draw.normal(size=(n, d)), np.eye(k)[draw.integers(0, k, n)]
        mistake = CATALOGUE[str(draw.choice(_known(level)))]
        layer = int(draw.integers(1, 3)) if mistake.by_layer else None
        loss, grad = loss_and_grad(net, recipe=mistake.recipe(layer))
        new = Hunt(level, net, X, y, loss, grad, mistake, layer)
        if new.check().wrong:  # a mask of a ReLU in a network without one is no mistake
            return new


def _known(level: int) -> list[str]:
    return [slug for slug, mistake in CATALOGUE.items() if level == 3 or mistake.by_layer == (level == 2)]


def _names(params: Any) -> str:
    return ", ".join(params) if params else "nothing"


def _are(params: Any) -> str:
    return "is" if len(params) == 1 else "are"
