"""All parameters as one vector: to compare two gradients as a whole, and to meet optimisers that want one vector.

The order is that of the dict, each array row by row. Flattened in one order and restored in another, every slope lands
on another weight, and nothing raises an error.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .errors import ShapeError, as_float_array, sentence
from .functions import Array


def flatten(params: Mapping[str, Array]) -> Array:
    """All parameters as one vector (P,), in the order of the dict, each row by row."""
    return np.concatenate([np.ravel(np.asarray(array, dtype=np.float64)) for array in params.values()])


def restore(vector: object, like: Mapping[str, Array]) -> dict[str, Array]:
    """The vector (P,) as arrays with the names, the order and the shapes of `like`.

    Raises ShapeError when it has another length.
    """
    theta = as_float_array("restore", "vector", vector)
    sizes = [np.size(array) for array in like.values()]
    if theta.shape != (sum(sizes),):
        raise ShapeError(
            sentence(
                "restore",
                "vector",
                f"has shape {theta.shape}",
                f"({sum(sizes)},), one entry per parameter",
                "Was it flattened from other parameters?",
            )
        )
    pieces = np.split(theta, np.cumsum(sizes)[:-1])
    return {name: piece.reshape(np.shape(array)) for (name, array), piece in zip(like.items(), pieces)}


def cosine(one: Mapping[str, Array], other: Mapping[str, Array]) -> float:
    """The cosine of the angle between two gradients of the same parameters, in [-1, 1]; 0 where one of them is 0.

    1 is the same direction, -1 the opposite one. It forgives any positive factor, so it is no check of a gradient.
    Raises ShapeError when the two do not hold arrays of the same names and shapes.
    """
    shapes = [{name: np.shape(array) for name, array in gradient.items()} for gradient in (one, other)]
    if shapes[0] != shapes[1]:
        raise ShapeError(
            sentence(
                "cosine",
                "other",
                f"holds {shapes[1]}",
                f"{shapes[0]}, the names and shapes of the first gradient",
                "Both have to be gradients of the same parameters.",
            )
        )
    u = flatten(one)
    v = flatten({name: other[name] for name in one})
    norms = float(np.linalg.norm(u) * np.linalg.norm(v))
    return float(np.clip(u @ v / norms, -1.0, 1.0)) if norms else 0.0
