"""A form of a mistake: the entries of the recipe that it replaces in one network, and what to say about it.

The catalogue in `nnkit.mistakes` has one typical form for each kind of mistake. Real code has more: another wrong
slope, another wrong input. All are the same thing, entries of a `Recipe` replaced, so forms can also be combined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..functions import Array
from ..network import Forward, Network
from ..recipe import Recipe

RIGHT = Recipe()
Error = Callable[[Array, Array], Array]  # of a and y, (N, K) each
Slope = Callable[[Network, Forward, Array, int], Array]  # an activation slope, by layer
Entry = tuple[str, int | None]  # a term, and the layer in which it is replaced; None where there is only one


IN_A: Mapping[str, tuple[str, Callable[[Array], Array]]] = {  # f' as learners write it: a formula in a
    "sigmoid": ("a (1 - a)", lambda a: a * (1 - a)),
    "tanh": ("1 - a²", lambda a: 1 - a**2),
}


@dataclass(frozen=True, eq=False)
class Form:
    """One way to get a gradient wrong. entries: what stands in place of which term. says: the mistake in one sentence.

    rarity: 0 for what everybody does, larger for what few do; of two forms with the same numbers the smaller is named
    first.
    """

    slug: str
    entries: Mapping[Any, Callable[..., Any]]  # by Entry
    layer: int | None
    says: str
    rarity: float = 1.0

    def combines_with(self, other: Form) -> bool:
        """True when the two replace different terms."""
        return not set(self.entries) & set(other.entries)


def recipe_of(*forms: Form) -> Recipe:
    """The recipe with every entry of these forms replaced."""
    replaced: dict[str, dict[int | None, Callable[..., Any]]] = {}
    for form in forms:
        for (term, layer), wrong in form.entries.items():
            replaced.setdefault(term, {})[layer] = wrong
    return Recipe(**{term: _by_layer(term, wrong) for term, wrong in replaced.items()})


def _by_layer(term: str, wrong: Mapping[int | None, Callable[..., Any]]) -> Callable[..., Any]:
    if None in wrong:
        return wrong[None]
    right = getattr(RIGHT, term)

    def entry(*arguments: Any) -> Any:
        return wrong.get(arguments[3], right)(*arguments)

    return entry


def fused(net: Network) -> bool:
    """True when loss slope and activation slope have cancelled to a - y."""
    name, output = net.loss_function.name, net.activations[-1].name
    return (name.startswith("binary_cross_entropy") and output == "sigmoid") or (
        name.startswith("cross_entropy") and output == "softmax"
    )


def at_output(
    net: Network, error: Error, predict: Callable[[Array], Array] | None = None
) -> dict[Entry, Callable[..., Array]]:
    """The entries that put `error(a, y)` where a - y belongs. predict: from the last z (N, K) to an a of its own."""

    def wrong(f: Forward, y: Array) -> Array:
        return error(f.output if predict is None else predict(f.z[net.n_layers]), y)

    if fused(net):
        return {("delta", net.n_layers): lambda net, f, y, l, slope, activation_slope: wrong(f, y)}
    return {("loss_slope", None): lambda net, f, y: wrong(f, y)}
