"""The numbers of one matrix product, dW = a.T @ delta: the N products behind every cell, and every way to multiply.

The loop over the examples is here too, as its running sum: after example n it is a table of the same shape, and after
the last it is the product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..backprop import BackwardPass
from ..functions import Array

State = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Product:
    """a: (N, D), the input of the layer. delta: (N, H). dW: (D, H), weighted. weight: what one example counts.

    letters: what the sizes N, D and H are called in this layer; the outputs of a network are K.
    """

    layer: int
    letters: tuple[str, str, str]
    a: Array
    delta: Array
    weight: float
    dW: Array

    @property
    def products(self) -> Array:
        """a[n, j] · delta[n, k] of every example: (N, D, H)."""
        return np.einsum("nj,nk->njk", self.a, self.delta)

    @property
    def running(self) -> Array:
        """The loop: the sum of the outer products of the first n examples, (N + 1, D, H)."""
        total = np.zeros((len(self.a) + 1, self.a.shape[1], self.delta.shape[1]))
        for n in range(len(self.a)):  # the loop itself: example after example
            total[n + 1] = total[n] + np.outer(self.a[n], self.delta[n])
        return total

    @property
    def sum(self) -> Array:
        """The product of the matrices: (D, H)."""
        return self.a.T @ self.delta

    @property
    def difference(self) -> float:
        """How far the loop ends from the product, at its worst entry: rounding."""
        return float(np.abs(self.running[-1] - self.sum).max())


def product_of(back: BackwardPass, layer: int) -> Product:
    """The product that makes dW of one layer."""
    below = "D" if layer == 1 else "H"
    above = "K" if layer == back.net.n_layers else "H" if below == "D" else "H′"
    arrays = back.input[layer], back.delta[layer], back.example_weight, back.grads[f"W{layer}"]
    return Product(layer, ("N", below, above), *arrays)


@dataclass(frozen=True)
class Order:
    """One way to multiply a and delta. code: as it is typed. shapes: of both. runs, right: does it run, is it dW's sum.

    result: the shape of what comes out, or None. verdict: in words what it is, or why it does not fit.
    """

    code: str
    shapes: tuple[tuple[int, int], tuple[int, int]]
    letters: tuple[tuple[str, str], tuple[str, str]]
    runs: bool
    right: bool
    result: tuple[int, int] | None
    verdict: str


def orders(product: Product, layout: str = "rows") -> list[Order]:
    """The eight products of a and delta, each as it is or transposed, in either order; the right one first.

    layout: "rows" has a (N, D), delta (N, H) and W (D, H); "columns" has all three turned over.
    """
    turned = layout == "columns"
    n, d, h = product.letters
    a, delta = Named(product.a, (n, d)), Named(product.delta, (n, h))
    right = Named(product.sum, (d, h))
    if turned:
        a, delta, right = a.T, delta.T, right.T
    named = {"a": a, "a.T": a.T, "delta": delta, "delta.T": delta.T}
    pairs = [pair for p in ("a", "a.T") for q in ("delta", "delta.T") for pair in ((p, q), (q, p))]
    found = [_order(f"{p} @ {q}", named[p], named[q], right) for p, q in pairs]
    formula = "delta @ a.T" if turned else "a.T @ delta"
    return sorted(found, key=lambda order: (order.code != formula, not order.right, not order.runs))


@dataclass(frozen=True, eq=False)
class Named:
    """A matrix and what its two sizes are called."""

    array: Array
    letters: tuple[str, str]

    @property
    def T(self) -> Named:
        """The same turned over."""
        return Named(self.array.T, (self.letters[1], self.letters[0]))


def _order(code: str, first: Named, second: Named, right: Named) -> Order:
    p, q = first.array, second.array
    runs = p.shape[1] == q.shape[0]
    result = (p.shape[0], q.shape[1]) if runs else None
    equal = runs and result == right.array.shape and bool(np.allclose(p @ q, right.array))
    shapes, letters = (p.shape, q.shape), (first.letters, second.letters)
    return Order(code, shapes, letters, runs, equal, result, _verdict(first, second, right, runs, equal))


def _verdict(first: Named, second: Named, right: Named, runs: bool, equal: bool) -> str:
    (outer, inner), (meets, last) = first.letters, second.letters
    size, other = first.array.shape[1], second.array.shape[0]
    if not runs:
        return f"does not fit: {inner} = {size} meets {meets} = {other}"
    if inner == meets and (outer, last) == right.letters:
        return f"fits: it adds over {inner}, the examples, and has the shape of W, ({outer}, {last})"
    result = (first.array.shape[0], second.array.shape[1])
    if inner == meets:
        if equal:
            return "runs: it is dW turned over, and here that is the same"
        quiet = ". The two shapes are equal here, so nothing complains" if result == right.array.shape else ""
        return f"runs, but it is dW turned over: ({outer}, {last}), and W is ({', '.join(right.letters)}){quiet}"
    luck = f"runs by accident, because {inner} = {meets} = {size}"
    if equal:
        return f"{luck}, and gives the same numbers"
    shape = (
        "has the shape of W, but the wrong numbers" if result == right.array.shape else "has not even the shape of W"
    )
    return f"{luck}; it {shape}"
