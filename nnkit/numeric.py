"""The numeric gradient: nudge one number at a time and watch the loss.

(C(θ + h) - C(θ - h)) / 2h, in float64. It knows nothing about derivatives, so it cannot share your mistake. It is slow,
two calls a number: a check, not a way to train.

A loss comes in as a function of a dict of arrays, with any names and any layout: `loss(params, X, y) -> float`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from .answered import check_answer
from .errors import ShapeError, a_positive, as_float_array, broadcast_cause, require_finite, sentence
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
    require_function(where, "loss", loss)
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
    require_function(where, "grad", grad)
    own = float_params(where, params)
    theta = flatten(own)

    def gradient(params: dict[str, Array]) -> dict[str, Array]:
        return check_answer(where, call_on_copies("grad", grad, params, X, y)[0], own, y)

    slopes = central_difference(lambda: flatten(gradient(restore(theta, own))), theta, step)
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


def require_function(where: str, argument: str, function: object) -> None:
    """Raise ValueError when this is no function of (params, X, y)."""
    signature = f"{argument}(params, X, y)"
    if not callable(function):
        raise ValueError(
            sentence(
                where,
                argument,
                f"is a {type(function).__name__}",
                f"a function, {signature}",
                f"Pass it without calling it: {argument}, not {signature}.",
            )
        )
    try:
        takes = inspect.signature(function)
    except (TypeError, ValueError):  # some functions in C do not say
        return
    try:
        takes.bind("params", "X", "y")
    except TypeError:
        raise ValueError(
            sentence(
                where,
                argument,
                f"takes {takes}",
                "three arguments, (params, X, y)",
                f"Where yours needs others, wrap it: lambda params, X, y: your_{argument}(...).",
            )
        ) from None


def call_on_copies(
    argument: str, function: Callable[..., Any], theta: dict[str, Array], X: Any, y: Any
) -> tuple[Any, list[str]]:
    """What function(params, X, y) returns, and which of its three arguments it changed in place.

    An error of its own passes through, with a note where X or y may be the cause.
    """
    params = {name: array.copy() for name, array in theta.items()}
    given = {"X": deepcopy(X), "y": deepcopy(y)}
    arrays: dict[str, list[tuple[object, object]]] = {"X": [(given["X"], X)], "y": [(given["y"], y)]}
    arrays = {"params": [*zip(params.values(), theta.values())], **arrays}
    try:
        value = function(params, given["X"], given["y"])
    except Exception as error:
        for name, data in given.items():
            if isinstance(data, list | tuple):
                error.add_note(
                    f"{argument} was given {name} as it came, a {type(data).__name__}: pass np.array({name})."
                )
        if isinstance(y, np.ndarray) and y.ndim == 1:
            error.add_note(f"y has shape {y.shape}. If your outputs are {(len(y), 1)}: {broadcast_cause(len(y))}")
        raise
    changed = [name for name, pairs in arrays.items() if any(_differ(new, old) for new, old in pairs)]
    return value, changed


def _differ(new: object, old: object) -> bool:
    numbers = isinstance(new, np.ndarray) and isinstance(old, np.ndarray) and old.dtype.kind in "biufc"
    return numbers and not np.array_equal(new, old, equal_nan=True)  # type: ignore[arg-type]


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
