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
    """All parameters as one vector (P,), in the order of the dict, each row by row.

    Raises ValueError when there are none, or something in it is not a real number.
    """
    if not params:
        raise ValueError(sentence("flatten", "params", "is empty", "a dict of arrays, one entry per parameter"))
    arrays = [as_float_array("flatten", f"params[{name!r}]", array) for name, array in params.items()]
    return np.concatenate([np.ravel(array) for array in arrays])


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
    u, v = (_of_size_1(flatten({name: gradient[name] for name in one})) for gradient in (one, other))
    norms = float(np.linalg.norm(u) * np.linalg.norm(v))
    return float(np.clip(u @ v / norms, -1.0, 1.0)) if norms else 0.0


def _of_size_1(vector: Array) -> Array:
    """The vector over its largest entry, so that no square leaves the range of floats."""
    largest = float(np.abs(vector).max(initial=0.0))
    return vector / largest if largest else vector
