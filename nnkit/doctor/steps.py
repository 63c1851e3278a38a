"""Weights that are updated too early: the size of the step is solved for, not guessed.

A program that takes its step for W2 before it uses W2 to carry the delta back, or for w before it computes the slope of
b, has a gradient that depends on the step. Its own gradient is known, so one number is missing. Gauss-Newton finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..functions import Array
from ..mistakes.form import Form, recipe_of
from .search import Case, Search

USUAL = (0.0, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, -0.1, -0.5, -1.0)  # step sizes to begin with; 0 where none is better
Stepped = Callable[[float], Array]  # from the step size to the candidate (T, P)


def stepped_cases(search: Search) -> Iterator[Case]:
    """The cases in which one step size explains every piece."""
    names = list(search.reading.layout.at)
    layers = range(search.reading.net.n_layers, 0, -1)
    owners = search.reading.layout.owner
    variants: list[tuple[str, Stepped, float]] = []
    if search.reading.net.n_layers > 1:
        variants.append(("the delta is carried back through weights that were already updated", _carried(search), 0.0))
    orders = [[[f"W{l}", f"b{l}"] for l in layers], [[name] for name in sorted(names, key=list(owners).index)]]
    orders += [order[::-1] for order in orders]
    orders.append([[f"b{l}"] for l in layers] + [[f"W{l}"] for l in layers])
    for order in orders:
        groups = [[name for name in group if name in names] for group in order]
        groups = [group for group in groups if group]
        if len(groups) > 1:
            first = " and ".join(dict.fromkeys(owners[name] for name in groups[0]))
            says = f"{first} is updated first, and the slopes of the others are computed with the new {first}"
            variants.append((says, _sequential(search, groups), 0.5))
    for says, stepped, rarity in variants:
        if not search.clock.left:
            return
        step = _solve(search, stepped)
        if step is None or abs(step) < 1e-12:
            continue
        form = Form("updated_weights", {}, None, f"{says} (a step of {step:.6g} fits)", rarity)
        found, _ = search.case((form,), stepped(step), step=step)
        if found is not None:
            yield found


def _carried(search: Search) -> Stepped:
    """Every matrix on the way down is W - step * its gradient, as the program computed it."""
    at = search.reading.layout.at

    def stepped(step: float) -> Array:
        rows = []
        for (net, forward), G in zip(search.passes, search.evidence.G):
            moved = {
                ("weight", l): _constant(net.params[f"W{l}"] - step * G[at[f"W{l}"]])
                for l in range(2, net.n_layers + 1)
            }
            recipe = recipe_of(Form("updated_weights", moved, None, ""))
            rows.append(search.reading.lay_out(search.reading.backward(net, forward, recipe).grads, G.size))
        return np.array(rows)

    return stepped


def _constant(matrix: Array) -> Callable[..., Array]:
    return lambda *_: matrix


def _sequential(search: Search, order: list[list[str]]) -> Stepped:
    """Each group of parameters takes its step before the slopes of the next are computed, with a new forward pass."""
    at, reading = search.reading.layout.at, search.reading

    def stepped(step: float) -> Array:
        rows = []
        for theta, G in zip(search.evidence.theta, search.evidence.G):
            moved, row = theta.copy(), np.zeros_like(theta)
            for group in order:
                slopes = reading.data_gradient(moved)
                where = np.concatenate([at[name].ravel() for name in group])
                row[where] = slopes[where]
                moved[where] = theta[where] - step * G[where]
            rows.append(row)
        return np.array(rows)

    return stepped


def _solve(search: Search, stepped: Stepped) -> float | None:
    """The step that brings the candidate nearest to G, by Gauss-Newton from the best of the usual step sizes."""
    evidence = search.evidence
    target = evidence.G - evidence.penalty
    wrong = [piece for piece in evidence.pieces if not ((own := search.right_fits[piece.name]) and own.plain)]
    if not wrong:
        return None
    where = np.concatenate([piece.at for piece in wrong])

    def misfit(step: float) -> float:
        gap = float(np.linalg.norm(stepped(step)[:, where] - target[:, where])) if search.clock.left else np.inf
        return gap if np.isfinite(gap) else np.inf

    with np.errstate(all="ignore"):
        step = min(USUAL, key=misfit)
        for _ in range(12):
            if not search.clock.left:
                return None
            here = stepped(step)[:, where]
            size = 1e-6 * max(1.0, abs(step))
            slope = (stepped(step + size)[:, where] - stepped(step - size)[:, where]) / (2 * size)
            square = float(np.sum(slope * slope))
            if not np.isfinite(square) or square == 0:
                return None
            change = float(np.sum(slope * (target[:, where] - here))) / square
            step += change
            if not np.isfinite(step) or abs(step) > 1e6:
                return None
            if abs(change) < 1e-13 * max(1.0, abs(step)):
                break
    return step
