"""Gradient checking: does your gradient agree with what the loss really does?

Your code comes in as two functions of a dict of arrays, with any names and any layout:
`loss(params, X, y) -> float` and `grad(params, X, y) -> dict` with the same names and shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from .backprop import backward
from .errors import ShapeError, as_float_array, require_finite, sentence
from .functions import Array
from .network import Network
from .numeric import STEP, LossFunction, Params, central_difference, copy_of, float_params, nudged, watched
from .recipe import Recipe
from .text import html_table, number, place, text_table

GradFunction = Callable[[dict[str, Array], Array, Array], Mapping[str, Array]]

CLOSER_STEPS = (1e-6, 2e-7, 1e-7)  # tried before accusing: a ReLU may change sides within the first step
ROUNDING = 64 * float(np.finfo(np.float64).eps)  # what a loss of size 1 may be off by after a chain of operations


@dataclass(frozen=True, eq=False)
class ParamReport:
    """One parameter: your gradient beside the numeric one.

    relative_error: the norm of the difference over the larger of the two norms, 0 where both are rounding noise.
    worst: the index at which they differ most. kinks: entries where the loss has a corner (a ReLU exactly at 0) and
    your value lies between the slopes on its two sides; any such value is right.
    """

    name: str
    analytic: Array
    numeric: Array
    relative_error: float
    worst: tuple[int, ...]
    kinks: int
    ok: bool


@dataclass(frozen=True, eq=False, repr=False)
class GradientReport:
    """What `check_gradient` found, parameter by parameter. Prints as a table.

    ok: every parameter agrees. wrong: the names of those that do not. params: a `ParamReport` by name.
    """

    params: Mapping[str, ParamReport]
    tolerance: float

    @property
    def ok(self) -> bool:
        """True when every parameter agrees."""
        return not self.wrong

    @property
    def wrong(self) -> tuple[str, ...]:
        """The names of the parameters that do not agree."""
        return tuple(name for name, report in self.params.items() if not report.ok)

    def _table(self) -> tuple[list[list[str]], list[str]]:
        headers = ["parameter", "shape", "relative error", "worst entry", "your gradient", "numeric", "verdict"]
        rows = []
        for name, report in self.params.items():
            error = f"below {self.tolerance:g}" if report.ok else number(float(f"{report.relative_error:.2g}"))
            kinks = f", {report.kinks} at a kink" if report.kinks else ""
            verdict = f"right{kinks}" if report.ok else "WRONG"
            values = ["", "", ""]
            if not report.ok:
                entry, numeric = (f"{float(side[report.worst]):.5g}" for side in (report.analytic, report.numeric))
                values = [f"{name}{place(report.worst)}", entry, numeric]
            rows.append([name, str(report.analytic.shape), error, *values, verdict])
        return rows, headers

    @property
    def _summary(self) -> str:
        if self.ok:
            return "The gradient agrees with the loss."
        right = [name for name in self.params if name not in self.wrong]
        return f"Wrong: {', '.join(self.wrong)}. Right: {', '.join(right) or 'none'}."

    def __str__(self) -> str:
        return f"{self._summary}\n\n{text_table(*self._table())}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self._summary, *self._table())


def loss_and_grad(net: Network, *, recipe: Recipe = Recipe()) -> tuple[LossFunction, GradFunction]:
    """A network of nnkit as the two functions that a check asks for: loss(params, X, y) and grad(params, X, y).

    recipe: how each term of the gradient is made; with a planted mistake, `grad` is wrong as that mistake makes it.
    """

    def loss(params: Params, X: object, y: object) -> float:
        return net.with_params(params).loss(X, y)

    def grad(params: Params, X: object, y: object) -> dict[str, Array]:
        return backward(net.with_params(params), X, y, recipe=recipe).grads

    return loss, grad


def check_gradient(
    loss: LossFunction, grad: GradFunction, params: Params, X: object, y: object, *, tolerance: float = 1e-6
) -> GradientReport:
    """Compare `grad` with the numeric gradient of `loss`, parameter by parameter.

    The check runs on float64 copies: neither params nor X nor y is changed, whatever the two functions do.
    tolerance: the largest relative error that counts as right.
    Raises ShapeError or ValueError when loss does not return a number, or grad not one array of each parameter's shape.
    """
    where = "check_gradient"
    theta = float_params(where, params)
    f = watched(where, loss, theta, X, y)
    analytic = _gradient(where, grad, theta, X, y)
    noise = ROUNDING * max(1.0, abs(f()))
    return GradientReport(
        {name: compare(name, f, theta[name], analytic[name], noise=noise, tolerance=tolerance) for name in theta},
        tolerance,
    )


def compare(
    name: str, f: Callable[[], float], array: Array, analytic: Array, *, noise: float, tolerance: float
) -> ParamReport:
    """One parameter. Entries that disagree get a closer look, which does not know what your gradient claims."""
    if not array.size:
        return ParamReport(name, analytic, array, 0.0, (), 0, True)
    numeric = central_difference(f, array)
    slack = np.full(array.shape, noise / STEP)  # rounding error of each numeric slope
    scale = max(float(np.linalg.norm(analytic)), float(np.linalg.norm(numeric)), noise / STEP)
    kinks = 0
    for at in map(tuple, np.argwhere(np.abs(analytic - numeric) > tolerance * scale / np.sqrt(array.size))):
        sides, at_a_kink = _closer_look(f, array, at, noise=noise, scale=scale)
        low, high = sorted(sides[CLOSER_STEPS[-1]])
        rounding = noise / CLOSER_STEPS[-1]
        if at_a_kink and low - rounding <= analytic[at] <= high + rounding:
            numeric[at], kinks = analytic[at], kinks + 1
            continue
        for step, (left, right) in sides.items():
            if abs((left + right) / 2 - numeric[at]) > 2 * noise / step:  # the longer step crossed a kink
                numeric[at], slack[at] = (left + right) / 2, noise / step
    difference = np.abs(analytic - numeric)
    worst = tuple(int(i) for i in np.unravel_index(np.argmax(difference), difference.shape))
    error = float(np.linalg.norm(difference)) / scale
    ok = float(np.linalg.norm(np.maximum(difference - slack, 0.0))) <= tolerance * scale
    return ParamReport(name, analytic, numeric, error, worst, kinks, ok)


def _closer_look(
    f: Callable[[], float], array: Array, at: tuple[int, ...], *, noise: float, scale: float
) -> tuple[dict[float, tuple[float, float]], bool]:
    """The slopes on the left and on the right of one entry by step, and whether the loss has a corner there.

    Where the loss bends smoothly, the jump from left to right shrinks with the step; at a corner it stays.
    """
    here = f()
    sides = {}
    for step in CLOSER_STEPS:
        sides[step] = (here - nudged(f, array, at, -step)) / step, (nudged(f, array, at, step) - here) / step
    jumps = [abs(right - left) for left, right in sides.values()]
    seen = jumps[-1] > 1e-3 * scale + 4 * noise / CLOSER_STEPS[-1]
    bends_smoothly = np.allclose(jumps, jumps[-1] * np.array(CLOSER_STEPS) / CLOSER_STEPS[-1], rtol=0.2)
    return sides, bool(seen and not bends_smoothly)


# --- the door --------------------------------------------------------------------------------------------------------


def _gradient(where: str, grad: GradFunction, theta: dict[str, Array], X: object, y: object) -> dict[str, Array]:
    given = grad({name: array.copy() for name, array in theta.items()}, copy_of(X), copy_of(y))  # type: ignore[arg-type]
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
