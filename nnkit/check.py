"""Gradient checking: does your gradient agree with what the loss really does?

Your code comes in as two functions of a dict of arrays, with any names and any layout:
`loss(params, X, y) -> float` and `grad(params, X, y) -> dict` with the same names and shapes.
"""

from __future__ import annotations

import numpy as np

from .answered import check_answer
from .backprop import backward
from .errors import a_count, a_generator, a_positive, sentence
from .functions import Array
from .gradient_report import GradientReport, ParamReport
from .network import Network, a_network
from .nudges import NetworkLoss
from .numeric import (
    STEP,
    GradFunction,
    LossFunction,
    Nudges,
    Params,
    call_on_copies,
    float_params,
    one_by_one,
    require_function,
    watched,
)
from .recipe import Recipe, a_recipe

MOST_ENTRIES = 1000  # of one parameter
CLOSER_STEPS = (1e-6, 2e-7, 1e-7)  # tried before accusing: a ReLU may change sides within the first step
CLOSE = 0.1  # a relative error above is no agreement, also where rounding may be the cause
ROUNDING = 64 * float(np.finfo(np.float64).eps)  # what a loss of size 1 may be off by after a chain of operations


def loss_and_grad(net: Network, *, recipe: Recipe = Recipe()) -> tuple[NetworkLoss, GradFunction]:
    """A network of nnkit as the two functions that a check asks for: loss(params, X, y) and grad(params, X, y).

    recipe: how each term of the gradient is made; with a planted mistake, `grad` is wrong as that mistake makes it.
    """

    a_network("loss_and_grad", net)
    a_recipe("loss_and_grad", recipe)

    def grad(params: Params, X: object, y: object) -> dict[str, Array]:
        return backward(net.with_params(params), X, y, recipe=recipe).grads

    return NetworkLoss(net), grad


def check_gradient(
    loss: LossFunction,
    grad: GradFunction,
    params: Params,
    X: object,
    y: object,
    *,
    tolerance: float = 1e-6,
    entries: int | None = MOST_ENTRIES,
    rng: int | np.random.Generator = 0,
) -> GradientReport:
    """Compare `grad` with the numeric gradient of `loss`, parameter by parameter.

    The check runs on float64 copies: neither params nor X nor y is changed, whatever the two functions do.
    tolerance: the largest relative error that counts as right.
    entries: of a parameter with more entries only so many are compared, and the report says so; None compares all.
    rng: a seed or a Generator for that choice; the default makes the same one each time.

    Where the loss is so large, or the slopes so small, that its rounding alone may explain a difference, a parameter is
    neither right nor wrong but `unclear`: too small to tell.

    A right gradient costs two calls of loss for each entry that is compared, and two more: is the loss the same when it
    is asked again? The loss of `nn.loss_and_grad` is asked for all entries of a parameter in one batch.
    Raises ShapeError or ValueError when loss does not return a number, or not the same one, or grad not one array of
    each parameter's shape. An error inside your functions passes through.
    """
    where = "check_gradient"
    a_positive(where, "tolerance", tolerance, "1e-6 is what a right gradient stays below in float64.")
    if entries is not None:
        a_count(where, "entries", entries, cause="None compares all.")
    generator = a_generator(where, rng)
    require_function(where, "loss", loss)
    require_function(where, "grad", grad)
    theta = float_params(where, params)
    f = watched(where, loss, theta, X, y)
    ours = isinstance(loss, NetworkLoss)  # neither draws at random nor changes anything
    first, changed_by_loss = (None, []) if ours else call_on_copies("loss", loss, theta, X, y)
    given, changed_by_grad = call_on_copies("grad", grad, theta, X, y)
    analytic = check_answer(where, given, theta, y)
    here = f()
    if not ours:
        _require_same(where, float(np.asarray(first).item()), here)
    reports = {}
    for name, array in theta.items():
        nudges = loss.nudges(theta, X, y, name) if isinstance(loss, NetworkLoss) else one_by_one(f, array)
        chosen = sample(analytic[name], entries, generator)
        reports[name] = compare(name, nudges, here, analytic[name], chosen, tolerance=tolerance)
    return GradientReport(reports, tolerance, here, _notes(loss=changed_by_loss, grad=changed_by_grad))


def sample(slopes: Array, most: int | None, rng: np.random.Generator) -> Array:
    """Which entries to compare, counted row by row and in order: all, or the largest slopes and others at random."""
    everything = np.arange(slopes.size)
    if most is None or slopes.size <= most:
        return everything
    largest = np.argsort(-np.abs(slopes.ravel()), kind="stable")[: most // 3]
    others = rng.choice(np.setdiff1d(everything, largest), most - largest.size, replace=False)
    return np.sort(np.concatenate([largest, others]))


def compare(
    name: str, nudges: Nudges, here: float, analytic: Array, entries: Array, *, tolerance: float
) -> ParamReport:
    """One parameter in these entries. nudges: the losses around it. here: the loss itself.

    Only where it would accuse does it look closer, and that look does not know what your gradient claims.
    """
    numeric = np.full(analytic.shape, np.nan)
    if not entries.size:
        return ParamReport(name, analytic, numeric, 0.0, (), 0, True, 0)
    yours = analytic.ravel()[entries]
    noise = ROUNDING * max(1.0, abs(here))
    up, down = nudges(entries, STEP), nudges(entries, -STEP)
    slopes = (up - down) / (2 * STEP)
    slack = np.full(entries.shape, noise / STEP)  # rounding error of each numeric slope
    scale = max(float(np.linalg.norm(yours)), float(np.linalg.norm(slopes)), noise / STEP)

    def agree() -> bool:
        return float(np.linalg.norm(np.maximum(np.abs(yours - slopes) - slack, 0.0))) <= tolerance * scale

    kinks = 0
    if not agree():
        doubtful = np.flatnonzero(np.abs(yours - slopes) > tolerance * scale / np.sqrt(entries.size))
        sides = _both_sides(nudges, here, entries[doubtful])
        corners = _corners(sides, noise=noise, scale=scale)
        low, high = np.sort(sides[CLOSER_STEPS[-1]], axis=0)
        rounding = noise / CLOSER_STEPS[-1]
        excused = corners & (low - rounding <= yours[doubtful]) & (yours[doubtful] <= high + rounding)
        slopes[doubtful[excused]], kinks = yours[doubtful[excused]], int(excused.sum())
        rest = doubtful[~excused]
        for step, both in sides.items():
            middle = both[:, ~excused].mean(axis=0)
            crossed = np.abs(middle - slopes[rest]) > 2 * noise / step  # the longer step crossed a kink
            slopes[rest[crossed]], slack[rest[crossed]] = middle[crossed], noise / step
    agrees = agree()
    difference, larger = np.abs(yours - slopes), np.maximum(np.abs(yours), np.abs(slopes))
    worst = tuple(int(i) for i in np.unravel_index(entries[np.argmax(difference)], analytic.shape))
    bend = np.abs(up + down - 2 * here) / STEP  # how much the slope changes within a nudge: at an optimum, all of it
    crumb = ROUNDING / STEP * (min(1.0, abs(here)) if np.abs(yours).max() > ROUNDING else 1.0)
    noise_alone = agrees and bool((larger <= np.maximum(crumb, bend / 10)).all())
    size = max(float(np.linalg.norm(yours)), float(np.linalg.norm(slopes)))
    seen = np.maximum(difference - crumb, 0.0) if agrees else difference
    error = 0.0 if noise_alone or not size else float(np.linalg.norm(seen)) / size
    unclear = agrees and error > max(tolerance, CLOSE)  # the slack is larger than the slopes
    numeric.flat[entries] = slopes
    return ParamReport(name, analytic, numeric, error, worst, kinks, agrees and not unclear, entries.size, unclear)


def _both_sides(nudges: Nudges, here: float, entries: Array) -> dict[float, Array]:
    """By step the slopes on the left and on the right of each entry: (2, E)."""
    return {
        step: np.array([here - nudges(entries, -step), nudges(entries, step) - here]) / step for step in CLOSER_STEPS
    }


def _corners(sides: dict[float, Array], *, noise: float, scale: float) -> Array:
    """(E,): has the loss a corner at this entry?

    Where the loss bends smoothly, the jump from left to right shrinks with the step; at a corner it stays.
    """
    jumps = np.array([np.abs(right - left) for left, right in sides.values()])
    seen = jumps[-1] > 1e-3 * scale + 4 * noise / CLOSER_STEPS[-1]
    smooth = jumps[-1] * np.array(CLOSER_STEPS)[:, None] / CLOSER_STEPS[-1]
    bends_smoothly = np.isclose(jumps, smooth, rtol=0.2).all(axis=0)
    return np.asarray(seen & ~bends_smoothly)


# --- the door --------------------------------------------------------------------------------------------------------


def _require_same(where: str, first: float, again: float) -> None:
    if abs(first - again) > ROUNDING * max(1.0, abs(again)):
        raise ValueError(
            sentence(
                where,
                "loss(params, X, y)",
                f"is {first:.6g}, and at the same params {again:.6g} when it is called again",
                "the same number each time",
                "It draws at random, or remembers something. Switch dropout off, and draw batches and noise before.",
            )
        )


def _notes(**changed: list[str]) -> tuple[str, ...]:
    return tuple(
        f"But {name} changes {' and '.join(arguments)} in place. Here it worked on copies; in your program it moves "
        "what the next line reads. Compute into a new array."
        for name, arguments in changed.items()
        if arguments
    )
