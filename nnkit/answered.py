"""What a learner's grad(params, X, y) returned: a slope for every entry of every parameter, or what it is instead."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .errors import ShapeError, as_float_array, broadcast_cause, require_finite, sentence
from .functions import Array


def check_answer(where: str, given: object, theta: dict[str, Array], y: object) -> dict[str, Array]:
    """What grad gave, as finite float64 arrays with the names, the order and the shapes of theta.

    y: the labels that it was given, for the cause. Raises ShapeError or ValueError when it gave something else.
    """
    if not isinstance(given, Mapping):
        raise ValueError(
            sentence(
                where,
                "grad(params, X, y)",
                f"is a {type(given).__name__}",
                "a dict with the names of params",
                "Without a return statement a function gives None."
                if given is None
                else "Are loss and grad swapped? The loss comes first."
                if np.isscalar(given)
                else 'Several arrays become a dict with {"W1": dW1, "W2": dW2}, and so on.',
            )
        )
    if missing := [name for name in theta if name not in given]:
        raise ValueError(
            sentence(
                where,
                "grad(params, X, y)",
                f"has the keys {list(given)}",
                f"the keys of params, {list(theta)}",
                f"{missing[0]!r} is missing; its gradient goes under its own name, not under 'd{missing[0]}'.",
            )
        )
    arrays = {}
    for name, array in theta.items():
        argument = f"grad(params, X, y)[{name!r}]"
        g = as_float_array(where, argument, given[name])
        if g.shape != array.shape:
            cause = _why_shape(g.shape, array.shape, np.shape(y) if isinstance(y, np.ndarray) else ())
            raise ShapeError(
                sentence(where, argument, f"has shape {g.shape}", f"{array.shape}, the shape of {name}", cause)
            )
        require_finite(where, argument, g)
        arrays[name] = g.copy()
    return arrays


def _why_shape(has: tuple[int, ...], should: tuple[int, ...], labels: tuple[int, ...]) -> str:
    if len(labels) == 1 and [pair for pair in zip(has, should) if pair[0] != pair[1]] == [(labels[0], 1)]:
        return f"y has shape {labels}: {broadcast_cause(labels[0])}"
    if has == should[::-1]:
        return "Did you mean its transpose, .T?"
    return "A gradient has one slope for every entry of its parameter."
