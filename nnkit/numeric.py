"""The numeric gradient: nudge one number at a time and watch the loss.

(C(θ + h) - C(θ - h)) / 2h, in float64. It knows nothing about derivatives, so it cannot share your mistake. It is slow,
two calls a number: a check, not a way to train.

A loss comes in as a function of a dict of arrays, with any names and any layout: `loss(params, X, y) -> float`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from .errors import ShapeError, a_positive, as_float_array, require_finite, sentence
from .functions import Array
from .vectors import flatten, restore

Params = Mapping[str, Array]
LossFunction = Callable[[dict[str, Array], Array, Array], float]
GradFunction = Callable[[dict[str, Array], Array, Array], Mapping[str, Array]]
Nudges = Callable[[Array, float], Array]  # (entries (E,), nudge) -> (E,): the loss with each entry moved, one at a time

STEP = 1e-5  # near the cube root of float64's rounding error, where truncation and rounding error balance


def central_difference(f: Callable[[], Any], array: Array, step: float = STEP) -> Array:
    """The slope of f for every entry of `array`, which f reads: (f(+h) - f(-h)) / 2h.

    f() may return a number or an array; the result has the shape array.shape + that shape. The array is as it was
    afterwards, also when f raises. Raises ValueError when the array is not float64, which would cut the nudge off.
    """
    if array.dtype != np.float64:
        is_, cause = f"holds {array.dtype}", "It would cut off a nudge: array.astype(float)."
        raise ValueError(sentence("central_difference", "array", is_, "float64", cause))
    slopes = []
    for at in np.ndindex(array.shape):
        up, down = (nudged(f, array, at, nudge) for nudge in (step, -step))
        slopes.append((np.asarray(up) - np.asarray(down)) / (2 * step))
    return np.reshape(slopes, array.shape + np.shape(slopes[0] if slopes else 0.0))


def numeric_gradient(
    loss: LossFunction, params: Params, X: object, y: object, *, step: float = STEP
) -> dict[str, Array]:
    """dC/dθ for every parameter by central differences; a dict with the names and shapes of params.

    Raises ValueError when loss does not return one finite number.
    """
    where = "numeric_gradient"
    a_positive(where, "step", step)
    theta = float_params(where, params)
    f = watched(where, loss, theta, X, y)
    return {name: central_difference(f, array, step) for name, array in theta.items()}


def numeric_hessian(
    grad: GradFunction,
    params: Params,
    X: object,
    y: object,
    *,
    step: float = STEP,
) -> Array:
    """The second derivatives d2C/(dθ_i dθ_j) as central differences of a gradient: (P, P), in the order of `flatten`.

    grad(params, X, y) -> dict with the names and shapes of params. The result is made symmetric, as the true one is.
    Raises ShapeError or ValueError when that is not what grad gives.
    """
    where = "numeric_hessian"
    a_positive(where, "step", step)
    own = float_params(where, params)
    theta = flatten(own)
    slopes = central_difference(lambda: flatten(gradient_of(where, grad, restore(theta, own), X, y)), theta, step)
    return (slopes + slopes.T) / 2


def nudged(f: Callable[[], Any], array: Array, at: tuple[int, ...], nudge: float) -> Any:
    """f() with the entry array[at] moved by `nudge`, and put back afterwards."""
    kept = array[at]
    array[at] = kept + nudge
    try:
        return f()
    finally:
        array[at] = kept


def one_by_one(f: Callable[[], float], array: Array) -> Nudges:
    """The nudged losses of a black box, one call each. f reads `array`, whose entries are counted row by row."""
    row = np.atleast_1d(array)  # a view

    def losses(entries: Array, nudge: float) -> Array:
        return np.array([nudged(f, row, at, nudge) for at in zip(*np.unravel_index(entries, row.shape))])

    return losses


# --- the door --------------------------------------------------------------------------------------------------------


def float_params(where: str, params: Params) -> dict[str, Array]:
    """The learner's parameters as float64 copies; ValueError when they are not a dict of finite arrays."""
    if not isinstance(params, Mapping) or not params:
        raise ValueError(
            sentence(
                where,
                "params",
                "is empty" if isinstance(params, Mapping) else f"is a {type(params).__name__}",
                "a dict of arrays, one entry per parameter",
                'A list of arrays becomes a dict with {"W1": W1, "W2": W2}, and so on.',
            )
        )
    arrays = {name: as_float_array(where, f"params[{name!r}]", value).copy() for name, value in params.items()}
    for name, array in arrays.items():
        require_finite(where, f"params[{name!r}]", array)
    return arrays


def watched(where: str, loss: LossFunction, theta: dict[str, Array], X: Any, y: Any) -> Callable[[], float]:
    """loss as a function of theta's present values, on copies, with its answer checked."""

    def f() -> float:
        value = loss({name: array.copy() for name, array in theta.items()}, deepcopy(X), deepcopy(y))
        if value is None:
            raise ValueError(
                sentence(
                    where,
                    "loss(params, X, y)",
                    "is None",
                    "a number",
                    "Without a return statement a function gives None.",
                )
            )
        answer = as_float_array(where, "loss(params, X, y)", value)
        if (kind := np.asarray(value).dtype).kind == "f" and kind.itemsize < 8:
            raise ValueError(
                sentence(
                    where,
                    "loss(params, X, y)",
                    f"is a {kind}",
                    "a float64",
                    f"A nudge of {STEP:g} is lost in so few digits. Parameters come in as float64; do X and y?",
                )
            )
        if answer.size != 1:
            raise ShapeError(
                sentence(
                    where,
                    "loss(params, X, y)",
                    f"has shape {answer.shape}",
                    "one number",
                    "The losses of the examples still have to be averaged or summed: .mean() or .sum().",
                )
            )
        if not np.isfinite(answer).all():
            raise ValueError(
                sentence(
                    where,
                    "loss(params, X, y)",
                    f"is {answer.item()}",
                    "a finite number",
                    "A logarithm of 0, an overflow in exp, or a division by zero makes it so.",
                )
            )
        return float(answer.item())

    return f


def gradient_of(where: str, grad: GradFunction, theta: dict[str, Array], X: Any, y: Any) -> dict[str, Array]:
    """What grad says on copies: finite float64 arrays with the names, the order and the shapes of theta."""
    given = grad({name: array.copy() for name, array in theta.items()}, deepcopy(X), deepcopy(y))
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
            cause = (
                "Did you mean its transpose, .T?"
                if g.shape == array.shape[::-1]
                else "A gradient has one slope for every entry of its parameter."
            )
            raise ShapeError(
                sentence(where, argument, f"has shape {g.shape}", f"{array.shape}, the shape of {name}", cause)
            )
        require_finite(where, argument, g)
        arrays[name] = g.copy()
    return arrays
