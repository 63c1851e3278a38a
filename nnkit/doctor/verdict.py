"""Which parameters have a wrong gradient: here, and at other settings of the parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..functions import Array
from ..numeric import STEP
from ..recognise import Reading
from .numeric import Numeric, numeric_check, slope_along

if TYPE_CHECKING:
    from .examination import Examination


@dataclass(frozen=True, eq=False)
class Facts:
    """What the verdict rests on. theta, G (P,): the parameters as given and the learner's gradient there.

    thetas, claims (T, P): other settings and the learner's gradients. reading: the network, or None.
    noise: the rounding error of one loss where that is not float64's.
    """

    reading: Reading | None
    theta: Array
    G: Array
    numeric: Numeric
    thetas: Array
    claims: Array
    noise: float


def wrong_params(examination: Examination, facts: Facts) -> tuple[str, ...]:
    """The names of the parameters whose gradient is wrong.

    A parameter is right where the numeric gradient or the recognised network's says so: at the given parameters,
    which may lie on a kink or where units are saturated, and at the others.
    """
    tolerance = examination.tolerance(facts.noise)
    readings = [] if facts.reading is None else [facts.reading, facts.reading.without_epsilon()]
    with np.errstate(all="ignore"):
        here = [reading.gradient(facts.theta) for reading in readings]
        rights = [[reading.gradient(theta) for reading in readings] for theta in facts.thetas]
    wrong = []
    for name, where in examination.slices.items():
        if name in examination.answer.unreadable:
            continue
        right_here = facts.numeric.ok[name] or any(_same(facts.G, right, where, tolerance) for right in here)
        if readings:
            elsewhere = all(
                any(_same(claim, right, where, tolerance) for right in each)
                for claim, each in zip(facts.claims, rights)
            )
        else:
            elsewhere = _numeric_elsewhere(examination, facts, name)
        if not (right_here and elsewhere):
            wrong.append(name)
            if right_here:
                examination.notes.append(
                    f"{name} is right at your parameters and wrong at others: check at a second point."
                )
    return tuple(wrong)


def _same(claim: Array, right: Array, where: slice, tolerance: float) -> bool:
    """Equal to `tolerance` of the parameter's own size, or to rounding of the whole gradient's."""
    gap = float(np.linalg.norm(claim[where] - right[where]))
    return gap <= tolerance * float(np.linalg.norm(right[where])) + 1e-12 * float(np.linalg.norm(right)) + 1e-300


def _numeric_elsewhere(examination: Examination, facts: Facts, name: str) -> bool:
    """Without a network: one more setting, numerically."""
    if not len(facts.thetas):
        return True
    numeric = numeric_check(
        examination.loss,
        facts.thetas[0],
        facts.claims[0],
        {name: examination.slices[name]},
        seconds_per_call=examination.seconds_per_call,
        noise=facts.noise,
        tolerance=10 * examination.tolerance(facts.noise),
        budget=0.5 / len(examination.slices),
    )
    return numeric.ok[name]


def is_its_gradient(examination: Examination, reading: Reading, thetas: Array, noise: float) -> bool:
    """The reading's gradient is the slope of the learner's loss, along most directions: a last doubt removed.

    Not along all: with many ReLUs there is a kink nearby in one direction or another.
    """
    rng, agreed = np.random.default_rng(3), 0
    probed = [(theta, rng.normal(size=theta.size)) for theta in thetas[:2] for _ in range(2)]
    for theta, towards in probed:
        direction = towards / np.linalg.norm(towards)
        slope, right = slope_along(examination.loss, theta, direction), float(reading.gradient(theta) @ direction)
        slack = 1e-4 * float(np.linalg.norm(reading.gradient(theta))) + 1e-6 + noise / STEP
        agreed += abs(slope - right) <= slack
    return agreed >= len(probed) / 2
