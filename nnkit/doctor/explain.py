"""From wrong numbers to findings: the catalogue on the recognised network, and what can be said without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..functions import Array
from ..recognise import Reading
from .counted import counted_cases
from .diagnosis import Finding
from .match import Evidence, Piece
from .probes import factor_with_fewer
from .relabelled import relabelled_cases
from .search import Case, Search, best_of, recipe_of_case
from .steps import stepped_cases
from .templates import template_findings
from .verdict import Facts
from .words import and_list, finding, findings_of

if TYPE_CHECKING:
    from .examination import Examination

ONE_MISTAKE = 1.3  # the cost of an explanation that takes one mistake and nothing else
ONE_AND_MORE = 1.9  # and of one that takes a factor or an exception as well


def explain(examination: Examination, facts: Facts, wrong: tuple[str, ...]) -> list[Finding]:
    """The findings for these wrong parameters, best first; at least one."""
    exact = 1e-3 if facts.noise else 2e-5 if examination.answer.float32 else 1e-9
    other = factor_with_fewer(examination, facts.theta, wrong)
    if facts.reading is not None and len(facts.thetas):
        plain = facts.reading.without_epsilon()
        for reading in (plain, facts.reading) if plain is not facts.reading else (plain,):
            evidence = _evidence(reading, facts.thetas, facts.claims, exact, examination.slices)
            search = Search(reading, evidence, other, examination.program.clock)
            cases = _cases(search)
            fit = f"{len(cases) or 'none'} fit{'s' * (len(cases) == 1)}"
            examination.probes.append(f"Tried every form of every mistake in the catalogue; {fit}.")
            if found := findings_of(search, cases):
                examination.recipe = recipe_of_case(cases[0])
                return [*found, *_constant(facts, wrong)]
    if found := [*_constant(facts, wrong)] or template_findings(examination, facts, wrong, other):
        return found
    why = (
        "the network was recognised, but no mistake or pair of mistakes of the catalogue gives your numbers"
        if facts.reading
        else "the network behind your loss was not recognised"
    )
    says = f"Your {and_list(wrong)} do not agree with your loss; {why}."
    return [finding("unknown", wrong, None, says, exact=False)]


def _cases(search: Search) -> list[Case]:
    """Single mistakes; if they need more than that, what is solved for; then pairs."""
    cases = search.singles()
    if min((case.cost for case in cases), default=np.inf) > ONE_MISTAKE:
        cases += stepped_cases(search)
    if not cases:
        cases += [*relabelled_cases(search), *counted_cases(search)]
    if min((case.cost for case in cases), default=np.inf) > ONE_AND_MORE:
        cases += search.pairs()
    return best_of(cases)


def _evidence(
    reading: Reading, thetas: Array, claims: Array, tolerance: float, slices: Mapping[str, slice]
) -> Evidence:
    pieces = []
    for name, at in reading.layout.at.items():
        positions = np.unique(at)
        owners = tuple(own for own, s in slices.items() if ((positions >= s.start) & (positions < s.stop)).any())
        if not np.isnan(claims[:, positions]).any():
            pieces.append(Piece(name, owners, positions, name[0], int(name[1:])))
    penalty = np.array([reading.penalty.slope(theta) for theta in thetas])
    signs = np.sign(thetas) if reading.penalty.power == 1 else None
    return Evidence(tuple(pieces), thetas, np.nan_to_num(claims), penalty, tolerance, signs, reading.penalty.mask != 0)


def _constant(facts: Facts, wrong: tuple[str, ...]) -> Iterator[Finding]:
    """A gradient that is the same at every setting of the parameters, although the right one is not."""
    if facts.reading is None or len(facts.claims) < 2:
        return
    right = np.array([facts.reading.gradient(theta) for theta in facts.thetas])
    moves = [float(np.ptp(g, axis=0).max()) / max(float(np.abs(g).max()), 1e-300) for g in (facts.claims, right)]
    if moves[0] < 1e-12 and moves[1] > 1e-6:
        says = (
            "Your gradient is the same numbers at every setting of the parameters. Unless something else makes it so, "
            "its predictions are not computed from the params that it is given."
        )
        yield finding("forward_ignores_params", wrong, None, says)
