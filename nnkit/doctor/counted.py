"""How often each example counts: solved for, not guessed.

A right gradient is a sum over the examples, each with the same weight. A loop that begins at 1, a batch that is cut
short, a total that is not reset, a value that is overwritten: they give the sum with other weights. The slopes of every
example alone are known, so the weights are the solution of a linear system.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..functions import Array
from ..mistakes.form import Form
from .match import Piece
from .search import Case, Search

MOST_EXAMPLES = 120
SHOWN = 6  # examples that are named


def counted_cases(search: Search) -> Iterator[Case]:
    """The cases in which the slopes of single examples are added up with other weights than 1, or not all of them."""
    reading, evidence = search.reading, search.evidence
    n = reading.n_examples
    if not 2 < n <= MOST_EXAMPLES or reading.root:
        return
    with np.errstate(all="ignore"):  # (N, T, P)
        slopes = np.array([[one.data_gradient(theta) for theta in evidence.theta] for one in reading.single_examples()])
    for what, pieces in _groups(evidence.pieces):
        if not search.clock.left:
            return
        at = np.unique(np.concatenate([piece.at for piece in pieces]))
        target = (evidence.G - evidence.penalty)[:, at].ravel()
        columns = slopes[:, :, at].reshape(n, -1)
        weights, _, rank, _ = np.linalg.lstsq(columns.T, target, rcond=1e-11)
        known = _in_words(weights) if rank == n else None
        if known:
            slug, says, rarity = known
            M = search.right.copy()
            M[:, at] = np.tensordot(weights, slopes[:, :, at], axes=1)
            form = Form("bias_reduction" if what == "the biases" else slug, {}, None, f"{says}{_where(what)}", rarity)
            yield from search.explained((form,), M)


def _groups(pieces: tuple[Piece, ...]) -> Iterator[tuple[str, list[Piece]]]:
    """All pieces; the weights or the biases alone; one layer alone."""
    yield "", list(pieces)
    for kind, what in (("W", "the weights"), ("b", "the biases")):
        own = [piece for piece in pieces if piece.kind == kind]
        if own and len(own) < len(pieces):
            yield what, own
    for l in sorted({piece.layer or 0 for piece in pieces}):
        own = [piece for piece in pieces if piece.layer == l]
        if len(own) < len(pieces):
            yield f"layer {l}", own


def _where(what: str) -> str:
    return f", in {what}" if what else ""


def _in_words(weights: Array) -> tuple[str, str, float] | None:
    """(slug, what the weights say, rarity); None where they are all alike, or look like nothing that a program does."""
    largest = float(np.abs(weights).max())
    if largest == 0 or np.ptp(weights) <= 1e-6 * largest:
        return None
    n, w = len(weights), weights / largest
    counted = np.flatnonzero(np.abs(w) > 1e-6)
    if np.allclose(w[counted], w[counted[0]], rtol=1e-5):
        return "labels_misaligned", _which(counted, n), 0.4
    steps = np.diff(w)
    if np.allclose(steps, steps[0], rtol=1e-4, atol=1e-7) and np.isclose(
        w[-1 if steps[0] < 0 else 0], 1 / n, rtol=1e-4
    ):
        return "stateful", "the running total of the examples is added up again with each one: it is not reset", 0.4
    return None


def _which(counted: Array, n: int) -> str:
    missing = [i for i in range(n) if i not in counted]
    if len(counted) == 1:
        return f"only example {int(counted[0])} of {n} counts (counted from 0)"
    if missing == [n - 1]:
        return f"the last of the {n} examples is left out: the loop ends one too early"
    if missing == [0]:
        return f"the first of the {n} examples is left out: the loop begins one too late"
    if missing == list(range(len(counted), n)):
        return f"only the first {len(counted)} of the {n} examples count"
    if missing == list(range(n - len(counted))):
        return f"only the last {len(counted)} of the {n} examples count"
    some = ", ".join(map(str, missing[:SHOWN])) + (", ..." if len(missing) > SHOWN else "")
    return f"{len(missing)} of the {n} examples do not count: {some} (counted from 0)"
