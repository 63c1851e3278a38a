"""How each term of a gradient is made: a `Recipe`. The defaults are right; replace one and you have planted a mistake.

The first five entries are the terms themselves. The last four say how terms are put together: what makes a delta of a
slope and an activation slope, a gradient of an input and a delta, and what is carried back to the layer below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .errors import sentence, short
from .functions import Array
from .network import Forward, Network

LayerTerm = Callable[[Network, Forward, Array, int], Array]
Summed = Callable[[Network, Forward, Array, int, Array], Array]
Combined = Callable[[Network, Forward, Array, int, Array, Array], Array]


@dataclass(frozen=True)
class Recipe:
    """How each term of the gradient is made; the defaults are right.

    Each entry is a function of (net, forward, y); those of a term that every layer has take the layer l as well.

    loss_slope: dC_n/da_L (N, K).
    activation_slope: f'(z_l) (N, units), for softmax the Jacobian (N, units, units).
    weight: the matrix that delta_l is carried back through (fan_in, fan_out).
    input: what W_l was multiplied by, a_{l-1} (N, fan_in).
    example_weight: what one example counts in the batch sum.

    The entries that combine terms take those terms after l:

    delta(…, slope at a_l, f'(z_l)): dC_n/dz_l (N, units).
    carry(…, delta_l, weight_l): dC_n/da_{l-1} (N, fan_in).
    weight_sum(…, input_l, delta_l): a_{l-1}.T @ delta_l (fan_in, fan_out), before the example weight.
    bias_sum(…, delta_l): (fan_out,), before the example weight.

    A planted mistake: `dataclasses.replace(Recipe(), activation_slope=lambda net, forward, y, l: ...)`.
    """

    loss_slope: Callable[[Network, Forward, Array], Array] = lambda net, forward, y: net.loss_slope_of(forward, y)
    activation_slope: LayerTerm = lambda net, forward, y, l: net.activation(l).slope(forward.z[l])
    weight: LayerTerm = lambda net, forward, y, l: net.params[f"W{l}"]
    input: LayerTerm = lambda net, forward, y, l: forward.a[l - 1]
    example_weight: Callable[[Network, Forward, Array], float] = lambda net, forward, y: (
        net.loss_function.example_weight(len(y))
    )
    delta: Combined = lambda net, forward, y, l, slope, activation_slope: net.activation(l).pull_back(
        slope, activation_slope
    )
    carry: Combined = lambda net, forward, y, l, delta, weight: delta @ weight.T
    weight_sum: Combined = lambda net, forward, y, l, input, delta: input.T @ delta
    bias_sum: Summed = lambda net, forward, y, l, delta: delta.sum(axis=0)


def a_recipe(where: str, recipe: object) -> Recipe:
    """`recipe` when it is a Recipe; otherwise a ValueError that says how to come by one."""
    if isinstance(recipe, Recipe):
        return recipe
    slug = recipe if isinstance(recipe, str) else "sign"
    cause = f"A planted mistake is one: nn.mistakes.plant({slug!r})."
    raise ValueError(sentence(where, "recipe", f"is {short(recipe)}", "a Recipe", cause))
