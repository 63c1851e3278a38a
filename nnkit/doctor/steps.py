"""Weights that are updated too early: the size of the step is solved for, not guessed.

A program that takes its step for W2 before it uses W2 to carry the delta back, or for w before it computes the slope of
b, has a gradient that depends on the step. Its own gradient is known, so one number is missing. Gauss-Newton finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from ..functions import Array
from ..mistakes.form import Form, recipe_of
from ..network import Forward, Network
from .search import Case, Search

USUAL = (0.0, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, -0.1, -0.5, -1.0)  # step sizes to begin with; 0 where none is better
MOST_BASES = 8  # other mistakes that are looked for together with a step
MOST_ONE_BY_ONE = 40  # examples, for a program that takes a whole step after each of them
Stepped = Callable[[float], Array]  # from the step size to the candidate (T, P)


def stepped_cases(search: Search) -> Iterator[Case]:
    """The cases in which one step size explains every piece: alone first, then together with one other mistake."""
    yield from _through_the_gradient(search)
    for says, stepped, rarity in (*_carried(search, ()), *_in_order(search)):
        yield from _case(search, (), says, stepped, rarity)
    for base in _bases(search):
        for says, stepped, rarity in _carried(search, (base,)):
            yield from _case(search, (base,), says, stepped, rarity)


def _bases(search: Search) -> list[Form]:
    """What else may be wrong: what explains some pieces already, and what is carried back in place of the delta."""
    partial = [form for _, form in sorted(search.partial, key=lambda found: found[0])]
    carried = [form for form in search.catalogue if form.slug == "delta_not_carried" and form.rarity < 0.5]
    return [*partial[:MOST_BASES], *carried[:MOST_BASES]]


def _case(search: Search, base: tuple[Form, ...], says: str, stepped: Stepped, rarity: float) -> Iterator[Case]:
    step = _solve(search, stepped, USUAL if not base else (0.0,)) if search.clock.left else None
    if step is None or abs(step) < 1e-12:
        return
    form = Form("updated_weights", {}, None, f"{says} (a step of {step:.6g} fits)", rarity)
    yield from search.explained((*base, form), stepped(step), step=step)


def _candidate(search: Search, base: tuple[Form, ...], entries: Callable[[Network, Array], Form]) -> Array:
    """The data gradient (T, P) with these forms, and one more that is made anew for each setting, with its own G."""
    rows = []
    for (net, forward), G in zip(search.passes, search.evidence.G):
        recipe = recipe_of(*base, entries(net, G))
        rows.append(search.reading.gradient_of_pass(net, forward, G.size, recipe))
    return np.array(rows)


def _through_the_gradient(search: Search) -> Iterator[Case]:
    """dW stands where W belongs on the way down."""
    at, says = search.reading.layout.at, "the delta is carried back through dW, the gradient, where W belongs"
    if search.reading.net.n_layers == 1:
        return
    form = Form("wrong_matrix_carried_back", {}, None, says, 0.3)
    yield from search.explained((form,), _candidate(search, (), lambda net, G: _weights(net, lambda l: G[at[f"W{l}"]])))


def _weights(net: Network, matrix: Callable[[int], Array]) -> Form:
    """matrix(l) stands where W_l belongs on the way down."""
    moved = {("weight", l): _constant(matrix(l)) for l in range(2, net.n_layers + 1)}
    return Form("updated_weights", moved, None, "")


def _constant(matrix: Array) -> Callable[..., Array]:
    return lambda *_: matrix


def _carried(search: Search, base: tuple[Form, ...]) -> Iterator[tuple[str, Stepped, float]]:
    """Every matrix on the way down is W - step * its gradient: the one the program returns, or of one example alone."""
    at, layers = search.reading.layout.at, range(2, search.reading.net.n_layers + 1)
    recipe = recipe_of(*base)

    def batch(step: float) -> Array:
        return _candidate(
            search, base, lambda net, G: _weights(net, lambda l: net.params[f"W{l}"] - step * G[at[f"W{l}"]])
        )

    def example(step: float) -> Array:
        def carry(net: Network, f: Forward, y: Array, l: int, delta: Array, weight: Array) -> Array:
            """(W_l - step a[n] δ[n]) carries back; both factors are asked for by a product with the identity."""
            sent = recipe.carry(net, f, y, l, delta, np.eye(delta.shape[1]))
            own = recipe.weight_sum(net, f, y, l, np.eye(len(delta)), delta)
            back = recipe.carry(net, f, y, l, delta, weight)
            return back - step * f.a[l - 1] * np.sum(sent * own, axis=1, keepdims=True)

        form = Form("updated_weights", {("carry", l): carry for l in layers}, None, "")
        others = [replace(b, entries={e: w for e, w in b.entries.items() if e not in form.entries}) for b in base]
        return search.candidate((*others, form))

    if search.reading.net.n_layers > 1:
        yield "the delta is carried back through weights that were already updated", batch, 0.0
        says = "the delta of each example is carried back through weights that this example has already updated"
        yield says, example, 0.0


def _in_order(search: Search) -> Iterator[tuple[str, Stepped, float]]:
    """One group of parameters is updated before the slopes of the next are computed; or all, after each example."""
    names, owners = list(search.reading.layout.at), search.reading.layout.owner
    layers = range(search.reading.net.n_layers, 0, -1)
    orders = [[[f"W{l}", f"b{l}"] for l in layers], [[name] for name in sorted(names, key=list(owners).index)]]
    orders += [order[::-1] for order in orders]
    orders.append([[f"b{l}"] for l in layers] + [[f"W{l}"] for l in layers])
    for order in orders:
        groups = [[name for name in group if name in names] for group in order]
        groups = [group for group in groups if group]
        if len(groups) > 1:
            first = " and ".join(dict.fromkeys(owners[name] for name in groups[0]))
            says = f"{first} is updated first, and the slopes of the others are computed with the new {first}"
            yield says, _sequential(search, groups), 0.5
    if 1 < search.reading.n_examples <= MOST_ONE_BY_ONE:
        yield "all parameters are updated after each example, before the slopes of the next", _one_by_one(search), 0.5


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


def _one_by_one(search: Search) -> Stepped:
    """The sum of the slopes of every example, each at the parameters that the one before has left."""
    examples = search.reading.single_examples()

    def stepped(step: float) -> Array:
        rows = []
        for theta in search.evidence.theta:
            moved, row = theta.copy(), np.zeros_like(theta)
            for example in examples:
                slopes = example.data_gradient(moved)
                row += slopes
                moved -= step * slopes
            rows.append(row)
        return np.array(rows)

    return stepped


def _solve(search: Search, stepped: Stepped, beginnings: Sequence[float]) -> float | None:
    """The step that brings the candidate nearest to G, by Gauss-Newton from the best of some beginnings."""
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
        step = min(beginnings, key=misfit) if len(beginnings) > 1 else beginnings[0]
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
