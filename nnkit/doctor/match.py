"""Are these numbers the learner's? A candidate gradient against theirs, piece by piece, up to a factor and a penalty.

A piece is what one W_l or b_l occupies in theta. On each piece the learner's gradient G is compared with the candidate
M, with e the slope of the loss's own penalty:

    G = M + e      G = c (M + e)      G = c M + e      G = M + mu theta      G = c M + mu theta

at several parameter settings at once, with c and mu the same at all of them. An agreement to 1e-9 at several settings
is no coincidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..functions import Array


@dataclass(frozen=True, eq=False)
class Piece:
    """The positions (n,) in theta of one W or b. kind: "W", "b", or "" when unknown.

    params: the learner's names of the parameters that it lies in, one, or many where each is a single number.
    """

    name: str
    params: tuple[str, ...]
    at: Array
    kind: str
    layer: int | None


@dataclass(frozen=True, eq=False)
class Evidence:
    """The learner's gradient G (T, P) at T settings theta (T, P), the penalty's slope there, and how exact G can be.

    slope_of_penalty: the signs of theta where the penalty is on |theta|. penalised (P,): what the loss penalises.
    """

    pieces: tuple[Piece, ...]
    theta: Array
    G: Array
    penalty: Array
    tolerance: float = 1e-9
    slope_of_penalty: Array | None = None
    penalised: Array | None = None

    @property
    def direction(self) -> Array:
        """What a penalty adds a multiple of: theta, or its signs."""
        return self.theta if self.slope_of_penalty is None else self.slope_of_penalty

    def other_directions(self, piece: Piece) -> Iterator[tuple[str, Array]]:
        """What programs add in place of the slope of a penalty, (T, n) each: a square, a sign, the penalty itself."""
        theta, signs = self.theta[:, piece.at], "sign(θ)" if self.slope_of_penalty is not None else "θ"
        mask = np.ones(piece.at.size) if self.penalised is None else self.penalised[piece.at].astype(float)
        if mask.any() and not mask.all():
            yield signs, self.direction[:, piece.at] * mask
        else:
            mask = np.ones(piece.at.size)
        square = np.sum(theta**2, axis=1, keepdims=True)
        others = {
            "θ²": theta**2,
            "sign(θ)": np.sign(theta),
            "θ": theta,
            "Σ θ²": np.broadcast_to(square, theta.shape),
            "θ / ‖θ‖": theta / np.sqrt(np.maximum(square, 1e-300)),
            "1": np.ones_like(theta),
        }
        yield from ((symbol, other * mask) for symbol, other in others.items() if symbol != signs)

    def floor(self, piece: Piece) -> float:
        """Below this norm a difference is rounding."""
        size = float(np.linalg.norm(self.G[:, piece.at]))
        return self.tolerance * size + 1e-13 * float(np.linalg.norm(self.G))

    def same(self, piece: Piece, one: Array, other: Array) -> bool:
        """True when the two agree on this piece at every setting."""
        size = max(float(np.linalg.norm(a[:, piece.at])) for a in (one, other))
        floor = self.tolerance * size + 1e-13 * float(np.linalg.norm(self.G))
        return float(np.linalg.norm(one[:, piece.at] - other[:, piece.at])) <= floor


@dataclass(frozen=True)
class Fit:
    """How a piece follows from a candidate: G = factor * M + penalty.

    penalty: "own", "scaled" by the same factor, or "other", with its multiple of theta, or of what `symbol` says.
    """

    factor: float
    penalty: str = "own"
    multiple: float = 0.0
    symbol: str = ""

    @property
    def plain(self) -> bool:
        """The candidate itself, with the right penalty."""
        return self.factor == 1 and self.penalty == "own"


def fit(evidence: Evidence, piece: Piece, M: Array) -> Fit | None:  # noqa: PLR0911
    """The simplest way in which the piece of G follows from M (T, P), or None."""
    at = piece.at
    G, M, e, direction = evidence.G[:, at], M[:, at], evidence.penalty[:, at], evidence.direction[:, at]
    floor = evidence.floor(piece)

    def close(guess: Array) -> bool:
        return float(np.linalg.norm(G - guess)) <= floor

    if np.linalg.norm(G) <= 1e-13 * np.linalg.norm(evidence.G) and not close(M + e):
        return Fit(0.0, "scaled")
    if close(M + e):
        return Fit(1.0)
    has_penalty = bool(e.any())
    c = _factor(M + e, G)
    if close(c * (M + e)) and c != 0:
        return Fit(c, "scaled" if has_penalty else "own")
    if has_penalty and (c := _factor(M, G - e)) and close(c * M + e):
        return Fit(c)
    mu = _factor(direction, G - M)
    if close(M + mu * direction):
        return Fit(1.0, "other", mu)
    if G.size < 4:
        return None
    for symbol, other in evidence.other_directions(piece):
        mu = _factor(other, G - M)
        if close(M + mu * other):
            return Fit(1.0, "other", mu, symbol)
    columns = np.stack([M.ravel(), direction.ravel()])
    solution, _, rank, _ = np.linalg.lstsq(columns.T, G.ravel(), rcond=1e-10)
    if rank == 2 and close(solution[0] * M + solution[1] * direction):
        return Fit(float(solution[0]), "other", float(solution[1]))
    return None


def _factor(column: Array, target: Array) -> float:
    square = float(np.sum(column * column))
    return float(np.sum(column * target)) / square if square > 0 else 0.0


@dataclass(frozen=True, eq=False)
class Match:
    """A candidate that explains pieces of G. fits: how, piece by piece.

    used: the pieces that follow from the candidate and not from the right gradient. spared: those that should show the
    mistake and do not. missing: those that follow from neither.
    """

    fits: dict[str, Fit]
    used: tuple[Piece, ...]
    spared: tuple[Piece, ...]
    missing: tuple[Piece, ...]


def match(evidence: Evidence, M: Array, right: Array, right_fits: dict[str, Fit | None]) -> Match:
    """Which pieces of G follow from the candidate M (T, P), which from the right gradient, and which from neither."""
    fits: dict[str, Fit] = {}
    used, spared, missing = [], [], []
    for piece in evidence.pieces:
        own = right_fits[piece.name]
        if evidence.same(piece, M, right):
            found = own
        else:
            found = fit(evidence, piece, M)
            if found is not None and found.factor != 0 and not (own is not None and own.plain and not found.plain):
                used.append(piece)
            else:
                found = own
                spared.append(piece)
        if found is None:
            missing.append(piece)
        else:
            fits[piece.name] = found
    return Match(fits, tuple(used), tuple(spared), tuple(missing))


def groups(pieces: Sequence[Piece], fits: dict[str, Fit]) -> Iterator[tuple[float, list[Piece]]]:
    """The pieces by their factor, those that are not 1."""
    left = [piece for piece in pieces if piece.name in fits and fits[piece.name].factor != 1]
    while left:
        factor = fits[left[0].name].factor
        alike = [piece for piece in left if np.isclose(fits[piece.name].factor, factor, rtol=1e-6, atol=1e-300)]
        yield factor, alike
        left = [piece for piece in left if piece not in alike]
