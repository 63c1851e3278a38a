"""Parameters that are no matrices: one flat vector, a number for each weight, a vector for each unit.

They are cut, or put together, into the blocks that a network of one or two layers has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..functions import Array
from .layouts import Block


def unrolled(block: Block, n_inputs: int, n_outputs: int) -> Iterator[tuple[Block, ...]]:
    """The ways in which one flat vector can hold the parameters of one or two layers, one after the other."""
    theta, D, K = block.at.ravel(), n_inputs, n_outputs
    yield from _cut(theta, block.name, [(D, K), (K,)])
    yield from _cut(theta, block.name, [(D, K)])
    yield from _cut(theta, block.name, [(D + 1, K)])
    for biases in (K, 0):
        H, remainder = divmod(theta.size - biases, D + K + (biases > 0))
        if remainder or H < 1:
            continue
        if biases:
            yield from _cut(theta, block.name, [(H, D + 1), (K, H + 1)])
            yield from _cut(theta, block.name, [(D, H), (H,), (H, K), (K,)])
            yield from _cut(theta, block.name, [(D, H), (H, K), (H,), (K,)])
        else:
            yield from _cut(theta, block.name, [(D, H), (H, K)])


def of_numbers(blocks: Sequence[Block], n_inputs: int, n_outputs: int) -> Iterator[tuple[Block, ...]]:
    """The ways in which parameters that are all single numbers, w1, w2, ..., b1, can be one or two layers.

    Those whose names begin with b, or with t as in theta, are the biases: one for each unit or one for each layer.
    """
    if len(blocks) < 3 or any(block.at.size != 1 for block in blocks):
        return
    biases = [block for block in blocks if block.name.lower().startswith(("b", "t"))]
    weights = [block for block in blocks if block not in biases]
    D, K = n_inputs, n_outputs
    layers = [[(K, D)]] if len(weights) == D * K else []
    H, remainder = divmod(len(weights), D + K)
    layers += [[(H, D), (K, H)]] if H and not remainder else []
    for shapes in layers:
        units = [shape[0] for shape in shapes]
        of_biases = {0: [], len(shapes): [1] * len(shapes), sum(units): units}.get(len(biases))
        if of_biases is None:
            continue
        own = tuple(_joined(biases[end - size : end], (size,)) for size, end in zip(of_biases, np.cumsum(of_biases)))
        for pieces in _cut(_joined(weights, (-1,)).at, "", shapes):
            named = (Block(_names(weights, piece.at), piece.at) for piece in pieces)
            yield (*named, *own)


def of_units(blocks: Sequence[Block], n_inputs: int, n_outputs: int) -> Iterator[tuple[Block, ...]]:
    """Two layers in which each unit has a vector of weights of its own, with or without its bias as first or last."""
    vectors = [block for block in blocks if block.at.ndim == 1 or 1 in block.at.shape]
    H = len(blocks) - n_outputs
    if len(vectors) < len(blocks) or H < 2:
        return
    hidden, last = blocks[:H], blocks[H:]
    sizes = {block.at.size for block in hidden}, {block.at.size for block in last}
    if sizes[0] in ({n_inputs}, {n_inputs + 1}) and sizes[1] in ({H}, {H + 1}):
        yield _joined(hidden, (H, -1)), _joined(last, (n_outputs, -1))


def _joined(blocks: Sequence[Block], shape: tuple[int, ...]) -> Block:
    return Block(
        ", ".join(block.name for block in blocks), np.concatenate([b.at.ravel() for b in blocks]).reshape(shape)
    )


def _names(blocks: Sequence[Block], at: Array) -> str:
    return ", ".join(block.name for block in blocks if np.isin(block.at, at).all())


def _cut(theta: Array, name: str, shapes: Sequence[tuple[int, ...]]) -> Iterator[tuple[Block, ...]]:
    sizes = [int(np.prod(shape)) for shape in shapes]
    if sum(sizes) != theta.size:
        return
    pieces = np.split(theta, np.cumsum(sizes)[:-1])
    for turned in (False, True):
        for order in ("C", "F"):
            yield tuple(
                Block(f"{name}, part {i}", piece.reshape(shape[::-1] if turned else shape, order=order))
                for i, (piece, shape) in enumerate(zip(pieces, shapes), start=1)
            )
