"""Which of a learner's parameters is which weight, from the shapes alone.

All parameters are one flat vector theta. A `Layout` says for every W_l and b_l of an nnkit network where its entries
are in theta. So rows or columns, W or its transpose, a bias as a row of W, a bias that all units share, and
parameters that were flattened in either order are all the same thing: an array of positions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from ..functions import Array

MOST_LAYERS = 5
MOST_LAYOUTS = 2000  # shapes that are all alike fit in many orders; the likely ones come first


@dataclass(frozen=True, eq=False)
class Block:
    """One array of the learner: its name, and the position in theta of each of its entries."""

    name: str
    at: Array


@dataclass(frozen=True, eq=False)
class Layout:
    """at: {"W1": positions (D, H), "b1": positions (H,), ...}. oddity: the smaller, the likelier.

    owner: the learner's name of each. matrices: the positions in the learner's own matrices, (rows, columns) each.
    bias_sign: -1 where thresholds are subtracted, z = X W - t, and b is -t. constant: what is added to every z where
    there are no biases; it is no parameter.
    """

    at: Mapping[str, Array]
    owner: Mapping[str, str]
    oddity: tuple[int, ...]
    matrices: tuple[Array, ...] = ()
    bias_sign: float = 1.0
    constant: float = 0.0

    def values(self, theta: Array) -> dict[str, Array]:
        """The parameters by W1, b1, ... from theta (..., P)."""
        values = {name: self.sign(name) * theta[..., at] for name, at in self.at.items()}
        for l in range(1, self.n_layers + 1) if self.constant else ():
            values[f"b{l}"] = np.full((*theta.shape[:-1], self.at[f"W{l}"].shape[1]), self.constant)
        return values

    def sign(self, name: str) -> float:
        """What W_l or b_l has in theta is multiplied by."""
        return self.bias_sign if name.startswith("b") else 1.0

    @property
    def n_layers(self) -> int:
        """The number of weight matrices."""
        return sum(name.startswith("W") for name in self.at)

    @property
    def weights(self) -> Array:
        """The positions of all weights, without the biases."""
        return np.unique(np.concatenate([at.ravel() for name, at in self.at.items() if name.startswith("W")]))


def blocks_of(params: Mapping[str, Array]) -> tuple[Block, ...]:
    """One block for each parameter, in the order of the dict."""
    blocks, start = [], 0
    for name, array in params.items():
        blocks.append(Block(name, np.arange(start, start + array.size).reshape(array.shape)))
        start += array.size
    return tuple(blocks)


def layouts(blocks: Sequence[Block], n_inputs: int, n_outputs: frozenset[int] | None) -> list[Layout]:
    """Every network that can be made of all the blocks, from n_inputs to one of n_outputs units, likely ones first."""
    matrices = tuple(block.at for block in blocks if block.at.ndim == 2 and min(block.at.shape) > 1)
    chains = islice(_chains(list(enumerate(blocks)), n_inputs, n_outputs, ()), MOST_LAYOUTS)
    found = [replace(layout, matrices=matrices) for layout in chains]
    return sorted(found, key=lambda layout: layout.oddity)


def _chains(
    left: list[tuple[int, Block]], width: int, n_outputs: frozenset[int] | None, taken: tuple[_Piece, ...]
) -> Iterator[Layout]:
    if not left:
        if taken and (n_outputs is None or width in n_outputs):
            yield _layout(taken)
        return
    if len(taken) >= MOST_LAYERS:
        return
    for i, (place, block) in enumerate(left):
        rest = left[:i] + left[i + 1 :]
        for turned, W, b in _as_weight(block.at, width):
            units = W.shape[1]
            if b is None:
                for k, (other, bias) in enumerate(rest):
                    for shared, at in _as_bias(bias.at, units):
                        piece = _Piece(W, at, block.name, bias.name, turned, place, other, shared)
                        yield from _chains(rest[:k] + rest[k + 1 :], units, n_outputs, (*taken, piece))
            yield from _chains(
                rest, units, n_outputs, (*taken, _Piece(W, b, block.name, block.name, turned, place, place, 0))
            )


@dataclass(frozen=True, eq=False)
class _Piece:
    W: Array
    b: Array | None
    weight_name: str
    bias_name: str
    turned: int
    place: int
    bias_place: int
    shared: int


def _as_weight(at: Array, width: int) -> Iterator[tuple[int, Array, Array | None]]:
    """(turned, W (width, units), b or None): the ways in which an array can be the weights on `width` inputs."""
    if at.ndim == 2:
        rows, columns = at.shape
        if rows == width:
            yield 0, at, None
        if columns == width:
            yield 1, at.T, None
        for turned, array in ((0, at), (1, at.T)):
            if array.shape[0] == width + 1:
                yield turned, array[1:], array[0]
                yield turned, array[:-1], array[-1]
    elif at.ndim == 1:
        if at.size == width:
            yield 0, at[:, None], None
        if at.size == width + 1:
            yield 0, at[1:, None], at[:1]
            yield 0, at[:-1, None], at[-1:]
        if width == 1 and at.size > 1:
            yield 0, at[None, :], None
    elif at.ndim == 0 and width == 1:
        yield 0, at.reshape(1, 1), None


def _as_bias(at: Array, units: int) -> Iterator[tuple[int, Array]]:
    if at.ndim <= 2 and at.size == units:
        yield 0, at.ravel()
    elif at.size == 1:
        yield 1, np.repeat(at.ravel(), units)


def _layout(pieces: tuple[_Piece, ...]) -> Layout:
    at, owner = {}, {}
    for l, piece in enumerate(pieces, start=1):
        at[f"W{l}"], owner[f"W{l}"] = piece.W, piece.weight_name
        if piece.b is not None:
            at[f"b{l}"], owner[f"b{l}"] = piece.b, piece.bias_name
    places = [piece.place for piece in pieces]
    bias_places = [piece.bias_place for piece in pieces if piece.b is not None]
    vectors = sum(min(piece.W.shape) == 1 for piece in pieces[1:])
    oddity = (
        vectors,
        sum(_inversions(order) for order in (places, bias_places)),
        sum(piece.turned != pieces[0].turned for piece in pieces),
        sum(piece.shared for piece in pieces),
        pieces[0].turned,
    )
    return Layout(at, owner, oddity)


def _inversions(order: Sequence[int]) -> int:
    return sum(a > b for i, a in enumerate(order) for b in order[i + 1 :])
