"""The catalogue of mistakes: each is one term of the gradient replaced by a wrong one.

`plant("activation_slope_missing", layer=1)` gives a recipe with that term replaced, for `nn.backward`, `nn.train` and
the inspector. So you can see what a mistake does before you meet it in code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import a_count, choice, sentence
from ..functions import Array, relu_slope, sigmoid_slope
from ..network import Forward, Network
from ..recipe import Recipe

RIGHT = Recipe()


@dataclass(frozen=True)
class Mistake:
    """One mistake. term: which term is replaced. by_layer: it can be planted in one layer alone.

    explanation: what it looks like and what it does. remedy: what belongs in its place. taught_in: where.
    """

    slug: str
    term: str
    explanation: str
    remedy: str
    taught_in: str
    wrong: Callable[..., Any]

    @property
    def by_layer(self) -> bool:
        """True when every layer has such a term, so that it can be planted in one of them."""
        return self.term in ("activation_slope", "weight", "input")

    def recipe(self, layer: int | None = None) -> Recipe:
        """The right recipe with this term replaced, in one layer or, with None, wherever the term occurs."""
        if not self.by_layer or layer is None:
            return replace(RIGHT, **{self.term: self.wrong})
        right, wrong = getattr(RIGHT, self.term), self.wrong

        def in_one_layer(*arguments: Any) -> Any:
            return (wrong if arguments[-1] == layer else right)(*arguments)

        return replace(RIGHT, **{self.term: in_one_layer})


def plant(slug: str, *, layer: int | None = None) -> Recipe:
    """The recipe for a gradient with this mistake in it.

    slug: a name of `CATALOGUE`. layer: where, for a term that every layer has; None plants it in all.
    Raises ValueError for an unknown slug, or a layer for a term that no layer owns.
    """
    mistake = CATALOGUE[choice("plant", "slug", slug, list(CATALOGUE))]
    if layer is not None and not mistake.by_layer:
        raise ValueError(
            sentence("plant", "layer", f"is {layer!r} for {slug!r}", "None", f"There is one {mistake.term} only.")
        )
    if layer is not None:
        a_count("plant", "layer", layer, cause="Layers count from 1; None plants it in all.")
    return mistake.recipe(layer)


# --- the wrong terms -------------------------------------------------------------------------------------------------


def _loss_itself(net: Network, forward: Forward, y: Array) -> Array:
    return (forward.output - y) ** 2


def _times_cost(net: Network, forward: Forward, y: Array) -> Array:
    return net.loss_slope_of(forward, y) * net.loss_of(forward, y).sum()


def _ones(net: Network, forward: Forward, y: Array, l: int) -> Array:
    if not net.activation(l).elementwise:
        return np.broadcast_to(np.eye(net.sizes[l]), (len(forward.z[l]), net.sizes[l], net.sizes[l]))
    return np.ones_like(forward.z[l])


def _slope_at_a(net: Network, forward: Forward, y: Array, l: int) -> Array:
    return net.activation(l).slope(forward.a[l])


def _formula_at_z(net: Network, forward: Forward, y: Array, l: int) -> Array:
    """a (1 - a) or 1 - a², given z in place of a; activations without such a formula keep their slope."""
    z = forward.z[l]
    formulas = {"sigmoid": z * (1 - z), "tanh": 1 - z**2}
    return formulas.get(net.activation(l).name, RIGHT.activation_slope(net, forward, y, l))


def _slope_at_error(net: Network, forward: Forward, y: Array, l: int) -> Array:
    if l < net.n_layers:
        return RIGHT.activation_slope(net, forward, y, l)
    slope = (y - forward.output) * (1 - (y - forward.output))
    return slope if net.activation(l).elementwise else slope[:, :, None] * np.eye(net.sizes[l])


def _extra_sigmoid_slope(net: Network, forward: Forward, y: Array) -> Array:
    return net.loss_slope_of(forward, y) * sigmoid_slope(forward.z[net.n_layers])


def _diagonal_of_softmax(net: Network, forward: Forward, y: Array, l: int) -> Array:
    slope = RIGHT.activation_slope(net, forward, y, l)
    return slope if net.activation(l).elementwise else slope * np.eye(slope.shape[-1])


_MISTAKES = (
    Mistake(
        "sign", "loss_slope", "The loss slope has the wrong sign, y - a for a - y, so every step goes uphill.",
        "Use a - y and subtract the step, or y - a and add it, never one of each.", "01, section 3",
        lambda net, forward, y: -net.loss_slope_of(forward, y),
    ),
    Mistake(
        "scale", "loss_slope", "The loss slope is twice what it should be, or half: the 2 of a square, or its ½.",
        "The slope of ½ (a - y)² is a - y; that of (a - y)² is 2 (a - y).", "02, section 2",
        lambda net, forward, y: 2 * net.loss_slope_of(forward, y),
    ),
    Mistake(
        "summed_not_averaged", "example_weight", "The examples are added up, but the loss is their mean.",
        "Divide by N, once.", "02, section 2", lambda net, forward, y: 1.0,
    ),
    Mistake(
        "averaged_twice", "example_weight", "1/N is in it twice, once in the delta and once in the sum.",
        "Divide by N, once.", "02, section 2", lambda net, forward, y: 1.0 / len(y) ** 2,
    ),
    Mistake(
        "scalar_cost", "loss_slope", "The loss slope is multiplied by the cost. That is the gradient of ½ C².",
        "Start the backward pass with the slope alone.", "02, section 4", _times_cost,
    ),
    Mistake(
        "loss_in_place_of_slope", "loss_slope", "The squared error stands where its slope should be. It has no sign.",
        "Use a - y.", "01, case A", _loss_itself,
    ),
    Mistake(
        "label_not_subtracted", "loss_slope", "The prediction is used without subtracting the label.",
        "Use a - y.", "01, section 3", lambda net, forward, y: forward.output,
    ),
    Mistake(
        "activation_slope_missing", "activation_slope", "Between a and z there is a slope f′(z), and it was left out.",
        "Multiply by f′(z), elementwise.", "03, section 9", _ones,
    ),
    Mistake(
        "activation_slope_extra", "loss_slope",
        "There is one σ′ too many at the output: with cross-entropy it has cancelled already.",
        "With cross-entropy after sigmoid or softmax the delta is a - y.", "02, section 7", _extra_sigmoid_slope,
    ),
    Mistake(
        "activation_slope_of_activation", "activation_slope",
        "The slope is taken at a, as if a were z: the activation was applied twice.",
        "Pass z to the function that expects z, or use the formula in a.", "01, section 8", _slope_at_a,
    ),
    Mistake(
        "activation_formula_on_preactivation", "activation_slope",
        "The formula a (1 - a), or 1 - a², was given z in place of a.",
        "Give it a.", "01, section 4", _formula_at_z,
    ),
    Mistake(
        "activation_slope_of_error", "activation_slope", "The formula a (1 - a) was given the error instead of a.",
        "Take the slope at the prediction.", "01, case D", _slope_at_error,
    ),
    Mistake(
        "relu_mask", "activation_slope", "The mask of the ReLU is inverted: slope 1 where z < 0, and 0 where z > 0.",
        "The slope is 1 where z > 0.", "04, section 5",
        lambda net, forward, y, l: 1.0 - relu_slope(forward.z[l]) if net.activation(l).name == "relu"
        else RIGHT.activation_slope(net, forward, y, l),
    ),
    Mistake(
        "softmax_jacobian", "activation_slope", "Of the softmax's Jacobian only the diagonal a (1 - a) is used.",
        "Every output depends on every z: use the whole matrix, or a - y with cross-entropy.", "02, section 7",
        _diagonal_of_softmax,
    ),
    Mistake(
        "wrong_matrix_carried_back", "weight", "The slope is carried back without the sign of the weights.",
        "Carry the delta back through the matrix that was used forward.", "03, section 3",
        lambda net, forward, y, l: np.abs(net.params[f"W{l}"]),
    ),
    Mistake(
        "delta_not_carried", "weight", "The delta is passed down as if every weight were 1.",
        "A unit answers for what it feeds in proportion to the weight: delta @ W.T.", "03, section 3",
        lambda net, forward, y, l: np.ones_like(net.params[f"W{l}"]),
    ),
    Mistake(
        "wrong_cached_input", "input", "The weight is multiplied by the wrong array, here 1 in place of a.",
        "A weight's factor is what it was multiplied by on the way forward.", "03, section 3",
        lambda net, forward, y, l: np.ones_like(forward.a[l - 1]),
    ),
)  # fmt: skip

CATALOGUE: Mapping[str, Mistake] = {mistake.slug: mistake for mistake in _MISTAKES}
