"""What can be said without a network: a factor, a sign, a penalty, a transpose, the cost, single columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..functions import Array
from .diagnosis import Finding
from .factors import Sizes, readings
from .match import Evidence, Fit, Piece, fit
from .numeric import numeric_check
from .verdict import Facts
from .words import and_list, finding

if TYPE_CHECKING:
    from .examination import Examination

NUMERIC = 1e-5  # how well a numeric slope is known


def template_findings(
    examination: Examination, facts: Facts, wrong: tuple[str, ...], other: tuple[int, float] | None
) -> list[Finding]:
    """Findings from the right numbers alone, which are the reading's or numeric ones."""
    thetas, gradients, rights = _right_numbers(examination, facts)
    known = np.isfinite(rights).all(axis=0) & np.isfinite(gradients).all(axis=0)
    pieces = []
    for name, where in examination.slices.items():
        at = np.arange(where.start, where.stop)[known[where]]
        if at.size:
            pieces.append(Piece(name, (name,), at, "", None))
    evidence = Evidence(tuple(pieces), thetas, np.nan_to_num(gradients), np.zeros_like(thetas), NUMERIC)
    rights = np.nan_to_num(rights)
    found: list[Finding] = []
    fits = {p.name: fit(evidence, p, rights) for p in pieces if p.name in wrong and p.at.size * len(thetas) > 1}
    found += _one_factor(examination, fits, other)
    found += _by_cost(examination, evidence, rights, wrong)
    for piece in pieces:
        if piece.name in wrong and fits.get(piece.name) is None:
            found += _other_order(examination, evidence, piece, rights)
    return found or _columns(examination, evidence, rights, wrong)


def _right_numbers(examination: Examination, facts: Facts) -> tuple[Array, Array, Array]:
    """Settings, the learner's gradients and the right ones there: (T, P) each."""
    if facts.reading is not None and len(facts.thetas):
        return facts.thetas, facts.claims, np.array([facts.reading.gradient(theta) for theta in facts.thetas])
    thetas, gradients, rights = [facts.theta], [facts.G], [facts.numeric.slopes]
    seconds = examination.seconds_per_call
    for theta, claim in list(zip(facts.thetas, facts.claims))[:2]:
        if 2 * theta.size * seconds < 0.7:
            more = numeric_check(
                examination.loss, theta, np.nan_to_num(claim), examination.slices, seconds_per_call=seconds
            )
            thetas.append(theta)
            gradients.append(claim)
            rights.append(more.slopes)
    return np.array(thetas), np.array(gradients), np.array(rights)


def _one_factor(
    examination: Examination, fits: dict[str, Fit | None], other: tuple[int, float] | None
) -> list[Finding]:
    found: list[Finding] = []
    program = examination.program
    k = program.y.shape[-1] if program.y.ndim == 2 else 1
    sizes = Sizes(examination.n_examples, k, (), program.X.shape[-1] if program.X.ndim else 1)
    for name, own in fits.items():
        if own is None:
            continue
        if own.penalty == "other":
            says = f"Your {name} differs from the slope of your loss by {own.multiple:.5g} times {name} itself."
            found.append(finding("regularisation", [name], None, says, exact=False))
        if own.factor == 0:
            found.append(
                finding(
                    "missing_param", [name], None, f"Your {name} is all zeros: no slope arrives there.", exact=False
                )
            )
            continue
        if own.factor < 0:
            found.append(finding("sign", [name], None, f"Your {name} has the opposite sign.", exact=False))
        nearest = _nearest(own.factor)
        if not np.isclose(abs(nearest), 1, rtol=1e-5):
            for reading in readings(nearest, sizes, other)[:2]:
                says = f"Your {name} is {own.factor:.5g} times the slope of your loss ({reading.symbol})."
                found.append(finding(reading.slug, [name], None, says, exact=False))
    return _merged(found)


def _nearest(factor: float) -> float:
    """A fitted factor is known to five digits; what it is close to is a small fraction or nothing."""
    from fractions import Fraction

    nice = float(Fraction(factor).limit_denominator(4096))
    return nice if np.isclose(nice, factor, rtol=1e-5) else factor


def _merged(found: list[Finding]) -> list[Finding]:
    """The same finding for several parameters, told once."""
    merged: dict[str, Finding] = {}
    for one in found:
        old = merged.get(one.mistake)
        merged[one.mistake] = (
            one
            if old is None
            else Finding(
                old.mistake,
                (*old.params, *one.params),
                old.layer,
                old.exact,
                old.explanation + " " + one.explanation,
                old.remedy,
                old.taught_in,
            )
        )
    return list(merged.values())


def _by_cost(examination: Examination, evidence: Evidence, rights: Array, wrong: tuple[str, ...]) -> list[Finding]:
    """A factor that is another one at each setting: the cost, its root, the length of the gradient."""
    with np.errstate(all="ignore"):
        L = np.array([examination.loss(theta) for theta in evidence.theta])[:, None]
        length = np.linalg.norm(rights, axis=1, keepdims=True)
        options = {
            "scalar_cost": (L, "the right one times the cost"),
            "different_loss": (1 / np.sqrt(np.maximum(L, 1e-300)), "that of the root of your loss"),
            "scale": (1 / length, "the right one divided by its length"),
        }
        pieces = [p for p in evidence.pieces if p.name in wrong]
        if len(L) < 2 or not pieces:
            return []
        for slug, (factor, what) in options.items():
            fits = [fit(evidence, piece, rights * factor) for piece in pieces]
            if all(f is not None and f.penalty == "own" and f.factor != 0 for f in fits):
                return [finding(slug, wrong, None, f"At every setting your gradient is {what}.", exact=False)]
        fits = [fit(evidence, piece, rights * L) for piece in pieces]
        if all(f is not None and f.penalty == "own" for f in fits):
            says = "Your gradient is that of the square of your loss: the root is not in it."
            return [finding("different_loss", wrong, None, says, exact=False)]
    return []


def _other_order(examination: Examination, evidence: Evidence, piece: Piece, rights: Array) -> list[Finding]:
    shape = examination.program.params[piece.name].shape
    if len(shape) != 2 or piece.at.size != int(np.prod(shape)) or min(shape) == 1:
        return []
    turned = rights.copy()
    for row in turned:
        row[piece.at] = row[piece.at].reshape(shape).T.ravel()
    if (own := fit(evidence, piece, turned)) is not None and own.factor != 0:
        says = f"Your {piece.name} holds the right slopes in the wrong places: transposed, or read in the other order."
        return [finding("transposed", [piece.name], None, says, exact=False)]
    return []


def _columns(examination: Examination, evidence: Evidence, rights: Array, wrong: tuple[str, ...]) -> list[Finding]:
    """Which rows or columns are off, when the others are right."""
    for piece in evidence.pieces:
        shape = examination.program.params[piece.name].shape
        if piece.name not in wrong or len(shape) != 2 or piece.at.size != int(np.prod(shape)):
            continue
        gap = np.abs(evidence.G - rights)[:, piece.at].max(axis=0).reshape(shape)
        off = gap > 100 * NUMERIC * np.abs(rights[:, piece.at]).max()
        for axis, what in ((0, "columns"), (1, "rows")):
            lines = off.any(axis=axis)
            if 0 < lines.sum() < lines.size:
                which = ", ".join(map(str, np.flatnonzero(lines)))
                says = f"Of your {and_list([piece.name])} only the {what} {which} are off; the others are right."
                return [finding("unknown", [piece.name], None, says, exact=False)]
    return []
