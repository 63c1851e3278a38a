"""The batch: one matrix product taken apart, cell by cell, shape by shape, example by example."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import traitlets

from ..backprop import backward
from ..errors import a_count, choice, sentence
from ..network import Network, a_network
from ..recipe import Recipe, a_recipe
from ..terms import weight_symbol
from ..text import number, place, text_table
from .batch_state import Product, orders, product_of
from .bundle import bundle, styles
from .packed import Packer
from .shell import Shell

MOST_SIDE = 64
MOST_NUMBERS = 40_000  # N · D · H: two arrays of as many numbers are 640 kB, and 850 kB in the text of a page
LAYOUTS = ["rows", "columns"]


class Batch(Shell):
    """The widget that `batch` makes. All its numbers are there from the start; it asks the kernel nothing."""

    _esm = bundle("batch.mjs")
    _css = styles("theme.css", "views.css")

    state = traitlets.Dict(read_only=True).tag(sync=True)
    numbers = traitlets.Bytes(read_only=True).tag(sync=True)
    start = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, net: Network, product: Product, *, cell: tuple[int, int], layout: str) -> None:
        super().__init__()
        self._net, self._product = net, product
        pack = Packer()
        arrays = {name: getattr(product, name) for name in ("a", "delta", "sum", "dW", "products", "running")}
        self.set_trait(
            "state",
            {
                "layer": product.layer,
                "letters": list(product.letters),
                "weight": product.weight,
                "arrays": {name: pack.add(array) for name, array in arrays.items()},
                "difference": product.difference,
                "orders": {layout: [asdict(order) for order in orders(product, layout)] for layout in LAYOUTS},
            },
        )
        self.set_trait("numbers", pack.buffer())
        self.set_trait("start", {"cell": list(cell), "layout": layout})

    def table(self, cell: tuple[int, int] | None = None) -> str:
        """The N products of one cell of dW and their sum; None is the cell that is open at first.

        Raises ValueError for a cell that is not there.
        """
        at = _a_cell("batch.table", tuple(self.start["cell"]) if cell is None else cell, self._product)
        product, (j, k) = self._product, at
        l = product.layer
        rows = [
            [
                str(n),
                *map(
                    number,
                    (product.a[n, j], product.delta[n, k], product.products[n, j, k], product.running[n + 1, j, k]),
                ),
            ]
            for n in range(len(product.a))
        ]
        name = f"dW{l}{place(at)}"
        factor = weight_symbol(product.weight, len(product.a))
        head = f"{name} = {factor}Σₙ a{l - 1}[n,{j}] · δ{l}[n,{k}]"
        table = text_table(rows, ["n", f"a{l - 1}[n,{j}]", f"δ{l}[n,{k}]", "product", "so far"])
        foot = f"{name} = {factor}{number(product.sum[at])} = {number(product.dW[at])}"
        kinds = text_table(
            [[order.code, str(order.shapes[0]), str(order.shapes[1]), order.verdict] for order in orders(product)],
            ["product", "first", "second", ""],
        )
        return f"{head}\n\n{table}\n\n{foot}\n\n{kinds}"

    def _title(self) -> str:
        (n, d), h = self._product.a.shape, self._product.delta.shape[1]
        l = self._product.layer
        return f"Batch of {self._net!r}, layer {l}: a{l - 1}.T ({d}, {n}) @ δ{l} ({n}, {h}) is dW{l} ({d}, {h})"


def batch(
    net: Network,
    X: object,
    y: object,
    *,
    layer: int | None = None,
    cell: tuple[int, int] | None = None,
    layout: str = "rows",
    recipe: Recipe = Recipe(),
) -> Batch:
    """The product a.T @ delta behind the gradient of one weight matrix, taken apart.

    X: (N, D). y: (N, K). layer: whose weights, 1 to L; None is the last. cell: (j, k), the cell of dW that is open at
    first; None is the largest. layout: "rows" or "columns", how the examples lie at first. recipe: a mistake that is
    planted in the gradient.
    Raises ShapeError or ValueError when an argument is not what it should be, and for a product of more than 64 rows or
    columns or more than 40,000 single products.
    """
    network = a_network("batch", net)
    back = backward(network, X, y, recipe=a_recipe("batch", recipe))
    count = a_count(
        "batch",
        "layer",
        network.n_layers if layer is None else layer,
        most=network.n_layers,
        cause="Layers count from 1.",
    )
    product = product_of(back, count)
    (n, d), h = product.a.shape, product.delta.shape[1]
    if max(n, d, h) > MOST_SIDE or n * d * h > MOST_NUMBERS:
        most = max(1, min(MOST_SIDE, MOST_NUMBERS // (d * h)))
        fits = max(d, h) <= MOST_SIDE
        raise ValueError(
            sentence(
                "batch",
                "X" if fits else "net",
                f"makes a product of {d} × {n} and {n} × {h} in layer {count}",
                f"no side above {MOST_SIDE} and at most {MOST_NUMBERS:,} single products",
                f"Show fewer examples: batch(net, X[:{most}], y[:{most}])." if fits else "Choose a narrower layer.",
            )
        )
    largest = np.unravel_index(int(np.abs(product.dW).argmax()), product.dW.shape)
    at = _a_cell("batch", largest if cell is None else cell, product)
    return Batch(network, product, cell=at, layout=choice("batch", "layout", layout, LAYOUTS))


def _a_cell(where: str, cell: Any, product: Product) -> tuple[int, int]:
    """`cell` as a place in dW, or a ValueError that says how large dW is."""
    d, h = product.dW.shape
    pair = isinstance(cell, tuple | list) and len(cell) == 2
    whole = pair and all(isinstance(i, int | np.integer) and not isinstance(i, bool) for i in cell)
    if whole and 0 <= cell[0] < d and 0 <= cell[1] < h:
        return int(cell[0]), int(cell[1])
    raise ValueError(
        sentence(
            where,
            "cell",
            f"is {cell!r}",
            f"(j, k), a place in dW{product.layer} of shape {(d, h)}",
            "Rows of W are inputs, columns are units; both count from 0.",
        )
    )
