"""The chain rule of a network as a grammar: which terms multiply to a slope, and what is inside each term.

`BackwardPass.terms` knows the factors of one number. Here it is asked about a few, and what varies with the index is
written as a letter: the factors of W1[j, k] are those of W1[0, 0] with j and k put in their places. So a network of
thousands of weights has a grammar of a few lines, and the chain rule stands in one place only.

An index in a template is a list of places: a whole number stands for itself, "i0" and "i1" for the first and second
index of what is looked at, "p" for the number of the product in a sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..backprop import BackwardPass
from ..terms import Factor, Product
from .slopes import selectable

Template = list[dict[str, Any]]


def chains(back: BackwardPass) -> dict[str, Template]:
    """For each group that can be selected the factors of any of its numbers, from the loss slope down."""

    def factors_of(group: str) -> Callable[[Sequence[int]], Product]:
        return lambda at: back.terms(group, at).factors

    groups = selectable(back.net).items()
    return {group: _template(factors_of(group), shape, ["i0", "i1"]) for group, shape in groups}


def insides(back: BackwardPass) -> dict[str, dict[str, Any]]:
    """For each term that opens: how many products it is the sum of, and the factors of one of them."""
    found: dict[str, dict[str, Any]] = {}
    open_ = [factor for group in selectable(back.net) for factor in _factors_at(back, group)]
    while open_:
        factor = open_.pop()
        name = f"{factor.term}:{factor.layer}"
        if name in found or not factor.opens:
            continue
        products = factor.open()
        size = {"carry_back": factor.layer - 1, "delta": factor.layer}[factor.term]

        def inside(at: Sequence[int], term: str = factor.term, l: int = factor.layer) -> Product:
            i, p = at
            opened = back.terms(f"a{l - 1}" if term == "carry_back" else f"z{l}", i).factors
            whole = next((factor for factor in opened if (factor.term, factor.layer) == (term, l)), None)
            return whole.open()[p] if whole else opened

        template = _template(inside, (back.net.sizes[size], len(products)), ["i0", "p"])
        found[name] = {"count": len(products), "factors": template}
        open_ += [inner for product in products for inner in product]
    return found


def order(back: BackwardPass) -> list[str]:
    """The arrays of a backward pass in the order in which it computes them."""
    last = back.net.n_layers
    names = [f"loss_slope:{last}"]
    for l in range(last, 0, -1):
        gradients = [f"batch:{name}" for name in (f"W{l}", f"b{l}") if name in back.net.params]
        names += [f"activation_slope:{l}", f"delta:{l}", f"input:{l}", *gradients, f"weight:{l}", f"carry_back:{l}"]
    return names


def _factors_at(back: BackwardPass, group: str) -> Product:
    return back.terms(group, [0] * len(selectable(back.net)[group])).factors


def _template(product: Callable[[Sequence[int]], Product], shape: Sequence[int], letters: Sequence[str]) -> Template:
    """The factors at index 0, with a letter at each place that follows an index."""
    zeros = [0] * len(shape)
    template = [_entry(factor) for factor in product(zeros)]
    for axis, size in enumerate(shape):
        if size == 1:
            continue
        moved = product([int(axis == other) for other in range(len(shape))])
        for entry, factor in zip(template, moved, strict=True):
            for place, index in enumerate(factor.index):
                if index == 1:
                    entry["index"][place] = letters[axis]
    return template


def _entry(factor: Factor) -> dict[str, Any]:
    return {"term": factor.term, "layer": factor.layer, "index": list(factor.index)}
