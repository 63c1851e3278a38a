"""One gradient as a product of named terms, and how to open a term that is itself a sum of products.

`back.terms("W1", (0, 2))` picks the factors of one number out of a backward pass, from the loss slope down to the
input. Where a layer feeds several units, the slope that comes back is a sum of products. It stays one factor until you
open it, one floor at a time.

Names of the terms, for layer l, with C_n the loss of example n:

    loss_slope        dC_n/da_L          the slope of the loss at the output
    activation_slope  f'(z_l)            elementwise; for softmax the Jacobian da_l/dz_l
    weight            W_l[j, k]          what the slope is carried back through
    carry_back        dC_n/da_{l-1}      sum_k delta_l[k] W_l[j, k], the slope that reaches a_{l-1}
    delta             dC_n/dz_l          the slope that reaches z_l
    input             a_{l-1}            what the weight was multiplied by (1 for a bias)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .errors import sentence
from .functions import Array
from .text import html_table, number, place, text_table


@dataclass(frozen=True, eq=False)
class Factor:
    """One named term at one place, with its value for every example.

    values: (N,). `open()` gives the products that it is the sum of; a factor that is a plain number has none.
    """

    term: str
    layer: int
    index: tuple[int, ...]
    symbol: str
    values: Array
    _open: Callable[[], tuple[Product, ...]] | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """A unique name of the factor in its network, for example "weight:2[3,0]"."""
        return f"{self.term}:{self.layer}{place(self.index)}"

    @property
    def title(self) -> str:
        """The term in words."""
        return self.term.replace("_", " ")

    @property
    def opens(self) -> bool:
        """True when there is a floor below this factor."""
        return self._open is not None

    def open(self) -> tuple[Product, ...]:
        """The products whose sum this factor is, one floor down; empty when it is a plain number."""
        return self._open() if self._open else ()


Product = tuple[Factor, ...]


def multiply(factors: Product) -> Array:
    """The product of the factors, example by example: (N,)."""
    return np.prod([factor.values for factor in factors], axis=0)


def weight_symbol(example_weight: float, n_examples: int) -> str:
    """What stands before the sum over the examples: 1/N, nothing where they are added up, else the number itself."""
    if example_weight == 1:
        return ""
    return f"1/{n_examples} · " if example_weight == 1 / n_examples else f"{number(example_weight)} · "


@dataclass(frozen=True, eq=False, repr=False)
class Terms:
    """The factorisation of one number of the gradient. Prints as a table, one example a row.

    factors: from the loss slope down to the input. per_example: (N,), their product. example_weight: 1/N, or 1 for
    a summed loss. value: the batch sum, which is the number in `back.grads`.
    """

    name: str
    factors: Product
    per_example: Array
    example_weight: float
    value: float

    def open(self, term: str) -> tuple[Product, ...]:
        """The products inside the factor called `term`, for example "carry_back:2".

        Raises ValueError when there is no such factor or nothing inside it.
        """
        for factor in self.factors:
            if f"{factor.term}:{factor.layer}" == term and factor.opens:
                return factor.open()
        able = [f"{factor.term}:{factor.layer}" for factor in self.factors if factor.opens]
        raise ValueError(
            sentence(
                "terms.open",
                "term",
                f"is {term!r}",
                " or ".join(map(repr, able)) or "nothing: no factor here is a sum",
                "A factor can be opened when it is a sum over the units of a layer.",
            )
        )

    @property
    def formula(self) -> str:
        """The chain rule for this number in one line."""
        chain = " · ".join(factor.symbol for factor in self.factors)
        return f"∂C/∂{self.name} = {self._weight}Σₙ {chain}"

    @property
    def _weight(self) -> str:
        return weight_symbol(self.example_weight, len(self.per_example))

    def _table(self) -> tuple[list[list[str]], list[str]]:
        headers = ["example", *(f"{factor.title}\n{factor.symbol}" for factor in self.factors), "product"]
        rows = [
            [str(n), *(number(factor.values[n]) for factor in self.factors), number(self.per_example[n])]
            for n in range(len(self.per_example))
        ]
        return rows, headers

    @property
    def _footer(self) -> str:
        return f"∂C/∂{self.name} = {self._weight}{number(self.per_example.sum())} = {number(self.value)}"

    def __str__(self) -> str:
        return f"{self.formula}\n\n{text_table(*self._table())}\n\n{self._footer}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self.formula, *self._table(), footer=self._footer)
