"""The catalogue, tried on the learner's own network: which replaced term gives exactly their wrong numbers?

First no mistake at all, up to a factor and a penalty. Then each form alone, then pairs. Every candidate that explains
all pieces is a `Case`; the one that needs the fewest surprises comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from ..functions import Array
from ..mistakes.form import Form, recipe_of
from ..mistakes.forms import forms
from ..network import Forward, Network
from ..recipe import Recipe
from ..recognise import Reading
from .clock import Clock
from .elsewhere import elsewhere
from .factors import Sizes, readings
from .match import Evidence, Fit, Match, Piece, fit, groups, match

SHOWN = 0.75  # of the cases that all explain the numbers, those that need this little more than the best are told
MOST_WITH_PARTS = 2.0  # seconds for pairs of which one explains some pieces
MOST_WITH_ALL = 5.0  # seconds for all others, which are up to 7,140
ENOUGH = 6  # pairs of which neither explains anything alone
_ORDER = {term: i for i, term in enumerate(("loss_slope", "delta", "activation_slope", "weight", "carry", "input"))}


@dataclass(frozen=True, eq=False)
class Case:
    """A full explanation of the learner's numbers: the forms, and how each piece follows from them."""

    forms: tuple[Form, ...]
    match: Match
    cost: float
    step: float | None = None


@dataclass(eq=False)
class Search:
    """The learner's gradient at several settings, and the network that it should be the gradient of."""

    reading: Reading
    evidence: Evidence
    other: tuple[int, float] | None = None
    clock: Clock = field(default_factory=Clock)
    passes: list[tuple[Network, Forward]] = field(init=False)
    right: Array = field(init=False)
    right_fits: dict[str, Fit | None] = field(init=False)
    catalogue: list[Form] = field(init=False)
    partial: list[tuple[int, Form]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.passes = [self.reading.forward(theta) for theta in self.evidence.theta]
        self.catalogue = forms(self.reading.net, self.reading.y)
        self.right = self.candidate(())
        self.right_fits = {piece.name: fit(self.evidence, piece, self.right) for piece in self.evidence.pieces}

    @property
    def sizes(self) -> Sizes:
        """What factors may be made of."""
        net = self.reading.net
        summed = not np.isclose(
            self.reading.scale * self.reading.n_examples * np.array([1, 2, 0.5, net.sizes[-1]]), 1
        ).any()
        return Sizes(self.reading.n_examples, net.sizes[-1], net.sizes[1:-1], net.sizes[0], summed)

    def candidate(self, chosen: Sequence[Form], passes: Sequence[tuple[Network, Forward]] | None = None) -> Array:
        """The data gradient (T, P) with these forms in it; passes: other forward passes than those of the reading."""
        recipe, size = recipe_of(*chosen), self.evidence.theta.shape[1]
        passes = self.passes if passes is None else passes
        return np.array([self.reading.gradient_of_pass(net, forward, size, recipe) for net, forward in passes])

    def case(self, chosen: tuple[Form, ...], M: Array, *, step: float | None = None) -> tuple[Case | None, Match]:
        """The case that these forms make, when they explain every piece."""
        found = match(self.evidence, M, self.right, self.right_fits)
        if found.missing or (chosen and not found.used):
            return None, found
        chosen = tuple(sorted(chosen, key=lambda form: _ORDER.get(next(iter(form.entries), ("", None))[0], 9)))
        return Case(chosen, found, self.cost(chosen, found), step), found

    def explained(self, chosen: tuple[Form, ...], M: Array, *, step: float | None = None) -> Iterator[Case]:
        """The case alone: one, or none where pieces are left over."""
        found, _ = self.case(chosen, M, step=step)
        if found is not None:
            yield found

    def cost(self, chosen: tuple[Form, ...], found: Match) -> float:
        """How many surprises the explanation takes: forms, factors, penalties, exceptions."""
        pieces = self.evidence.pieces
        cost = sum(1.0 + 0.1 * form.rarity for form in chosen)
        if chosen and found.spared:
            cost += 0.3 if _tidy(found.used, found.spared) else 1.5
        live = [p for p in pieces if np.linalg.norm(self.evidence.G[:, p.at]) > self.evidence.floor(p)]
        for factor, alike in groups(live, found.fits):
            if len(alike) == len(live) and conventional(chosen, factor):
                continue
            known = readings(factor, self.sizes, self.other)
            rest = [piece for piece in live if piece not in alike]
            cost += (known[0].cost if known else 0.7) + (0 if not rest or _tidy(tuple(alike), tuple(rest)) else 1.0)
            cost += 0.2 if rest else 0.0
        odd = [p for p in pieces if found.fits[p.name].penalty == "other"]
        if any(found.fits[p.name].symbol == "1" for p in odd) and not self.reading.penalty.coefficient:
            cost += 0.8  # a slope with one entry is always off by a constant
        dead = [p for p in pieces if found.fits[p.name].factor == 0]
        return cost + (0.8 if odd else 0.0) + (0.9 + 0.05 * len(dead) if dead else 0.0)

    # --- the search --------------------------------------------------------------------------------------------------

    def singles(self) -> list[Case]:
        """Every case with no form, or with one."""
        self.partial.clear()
        plain, _ = self.case((), self.right)
        cases = [] if plain is None else [plain]
        cases += self._elsewhere()
        for form in self.catalogue:
            if not self.clock.left:
                break
            M = self._try(form)
            if M is None:
                continue
            found, seen = self.case((form,), M)
            if found is not None:
                cases.append(found)
            elif seen.used:
                self.partial.append((len(seen.missing), form))
        return cases

    def _elsewhere(self) -> Iterator[Case]:
        """The right gradient of something else, without a wrong term."""
        for form, M in elsewhere(self):
            if np.isfinite(M).all():
                yield from self.explained((form,), M)

    def pairs(self) -> list[Case]:
        """Every case with two forms: first those of which one explains some pieces alone."""
        cases = self._pairs_with(sorted(self.partial, key=lambda p: p[0])) if len(self.evidence.pieces) > 1 else []
        return cases or self._all_pairs()

    def _try(self, *chosen: Form) -> Array | None:
        """The candidate, when its numbers are finite and one setting does not rule it out."""
        try:
            with np.errstate(all="ignore"):
                first = self.candidate(chosen, self.passes[1 % len(self.passes) :][:1])
                if not np.isfinite(first).all() or not self._possible(first[0]):
                    return None
                M = self.candidate(chosen)
        except (ValueError, IndexError):  # a form that does not fit these shapes
            return None
        return M if np.isfinite(M).all() else None

    def _possible(self, M: Array) -> bool:
        """A quick look at one setting: does at least one wrong piece lie in the span of M and theta?"""
        t = 1 % len(self.passes)
        for piece in self.evidence.pieces:
            own = self.right_fits[piece.name]
            if own is not None and own.plain:
                continue
            columns = np.stack([M[piece.at], self.evidence.direction[t, piece.at]])
            G = self.evidence.G[t, piece.at]
            (aa, ab), (_, bb) = columns @ columns.T
            if aa * bb - ab * ab <= 1e-12 * aa * bb or G.size < 3:
                return True
            at_M, at_theta = columns @ G
            rest = (
                G - (np.array([bb * at_M - ab * at_theta, aa * at_theta - ab * at_M]) / (aa * bb - ab * ab)) @ columns
            )
            if np.linalg.norm(rest) <= 1e-6 * np.linalg.norm(G):
                return True
        return False

    def _pairs_with(self, partial: list[tuple[int, Form]]) -> list[Case]:
        """One form explains some pieces; which second one explains the rest?"""
        few = [form for _, form in partial[:25]]
        pairs = ((one, two) for one in few for two in self.catalogue)
        return self._cases_of(pairs, len(few) * len(self.catalogue), MOST_WITH_PARTS)

    def _all_pairs(self) -> list[Case]:
        return self._cases_of(combinations(self.catalogue[:120], 2), ENOUGH, MOST_WITH_ALL)

    def _cases_of(self, pairs: Iterable[tuple[Form, Form]], enough: int, seconds: float) -> list[Case]:
        goes_on = self.clock.goes_on(seconds)
        cases: list[Case] = []
        for one, two in pairs:
            if not goes_on() or len(cases) >= enough:
                break
            if one.combines_with(two):
                cases += self._case_of(one, two)
        return cases

    def _case_of(self, *chosen: Form) -> Iterator[Case]:
        M = self._try(*chosen)
        if M is not None:
            yield from self.explained(chosen, M)


def conventional(chosen: Sequence[Form], factor: float) -> bool:
    """True for the ½ or 2 in front of another loss, which anybody may write or not."""
    return any(form.slug == "different_loss" for form in chosen) and bool(np.isclose(factor, (0.5, 2)).any())


def _tidy(used: tuple[Piece, ...], others: tuple[Piece, ...]) -> bool:
    """True when two groups of pieces differ in kind or in layer, or one is a single piece."""
    kinds = {p.kind for p in used}, {p.kind for p in others}
    layers = {p.layer for p in used}, {p.layer for p in others}
    return 1 in (len(used), len(others)) or not (kinds[0] & kinds[1]) or not (layers[0] & layers[1])


def best_of(cases: list[Case]) -> list[Case]:
    """The cases worth telling, best first."""
    ranked = sorted(cases, key=lambda case: case.cost)
    return [case for case in ranked if case.cost <= ranked[0].cost + SHOWN] if ranked else []


def recipe_of_case(case: Case) -> Recipe | None:
    """The recipe that makes the learner's numbers, where replaced terms and one factor do; None where it takes more."""
    factors = [fit.factor for fit in case.match.fits.values()]
    one = np.allclose(factors, factors[:1], rtol=1e-8)
    if case.step is not None or not one or case.match.spared or any(not f.entries for f in case.forms):
        return None
    factor = factors[0] if factors else 1.0

    def example_weight(net: Network, forward: Forward, y: Array) -> float:
        return factor * net.loss_function.example_weight(len(y))

    recipe = recipe_of(*case.forms)
    return recipe if factor == 1 else replace(recipe, example_weight=example_weight)
