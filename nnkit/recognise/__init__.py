"""Which network does this black-box loss compute? From its values alone, at a few random settings of the parameters.

`recognise(sample, params, X, y)` runs through the small networks that have parameters of these shapes, likely ones
first, until one gives the same losses. The answer is a `Reading`, whose gradient is the right one for the learner.

    layouts      which parameter is which weight, from the shapes
    pieces       parameters that are no matrices
    views        how X and y can be read
    activations, losses    what occurs in learners' code beyond `functions`
    penalties    what the loss may add for large weights
    fit          is it the same function? by least squares
    reading      the answer
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import islice

import numpy as np

from ..functions import ACTIVATIONS, Array
from .activations import BOTH, COMMON, RARE, VERY_RARE, WRONG_AXIS
from .fit import Fitter, Sample
from .layouts import Block, Layout, blocks_of, layouts
from .losses import GUESSES, RARE_GUESSES
from .pieces import of_numbers, of_units, unrolled
from .reading import Penalty, Reading, factor_in_words
from .views import View, one_alone, views, with_features

__all__ = ["Layout", "Penalty", "Reading", "Sample", "View", "blocks_of", "factor_in_words", "recognise", "settings"]

N_SETTINGS = 8
MOST_ON_FEATURES = 4  # layouts to which changed inputs are tried
MOST_LIKELY = 12  # layouts to which rarer functions are tried, too
MOST_OF_NUMBERS = 4  # layouts of parameters that are all single numbers, in either order, for each way to cut them
_OUTPUTS = tuple(ACTIVATIONS[name] for name in ("sigmoid", "identity", "softmax", "tanh", "relu"))


def settings(params: Mapping[str, Array], X: Array, rng: np.random.Generator, n: int = N_SETTINGS) -> Array:
    """n random parameter settings (n, P), small enough that no unit saturates and different enough to tell apart."""
    size = max(1.0, float(np.sqrt(np.mean(np.square(X))))) if X.size else 1.0
    widths = {s + extra for s in X.shape for extra in (0, 1)}
    columns = []
    for array in params.values():
        reads_X = bool(widths & set(array.shape)) or (array.ndim == 0 and X.ndim <= 1)
        spread = 1.5 / np.sqrt(max(array.shape, default=1) + 1) / (size if reads_X else 1.0)
        columns.append(rng.normal(0, spread, (n, array.size)))
    return np.hstack(columns) * np.linspace(0.6, 1.4, n)[:, None]


def recognise(
    sample: Sample,
    params: Mapping[str, Array],
    X: Array,
    y: Array,
    *,
    silent: frozenset[str] = frozenset(),
    goes_on: Callable[[], bool] = lambda: True,
) -> Reading | None:
    """The first network that computes these losses, or None.

    sample: the learner's loss at some settings. params: for the names and shapes. X, y: as the learner has them.
    silent: names of parameters to which the loss does not react; they are no part of the network.
    goes_on: asked all along; when it says False, the search gives up.
    """
    blocks = tuple(block for block in blocks_of(params) if block.name not in silent)
    if not blocks or not np.isfinite(sample.values).all():
        return None
    fitters: list[Fitter] = []
    known = cache(lambda n_inputs, n_outputs: layouts(blocks, n_inputs, n_outputs))

    def fitters_of_all_views() -> Iterator[Fitter]:
        for view in views(X, y):
            for layout in _all_layouts(blocks, view, known):
                fitters.append(Fitter(layout, view, sample))
                yield fitters[-1]

    def likely() -> list[Fitter]:
        best = min((fitter.layout.oddity[:2] for fitter in fitters), default=())
        return [fitter for fitter in fitters if fitter.layout.oddity[:2] == best][:MOST_LIKELY]

    def with_other_biases() -> Iterator[Fitter]:
        """Thresholds that are subtracted, or a constant in place of biases."""
        for fitter in likely():
            if any(name.startswith("b") for name in fitter.layout.at):
                yield Fitter(replace(fitter.layout, bias_sign=-1.0), fitter.view, sample)
            else:
                for constant in (1.0, -1.0):
                    yield Fitter(replace(fitter.layout, constant=constant), fitter.view, sample)

    every, on_features = (*COMMON, *RARE), lambda: _on(with_features, blocks, X, y, sample, known)
    on_one = lambda: _on(one_alone, blocks, X, y, sample, known)  # noqa: E731
    stages: tuple[tuple[Callable[[], Iterable[Fitter]], Attempt], ...] = (
        (fitters_of_all_views, lambda f: f.readings(COMMON, _OUTPUTS, GUESSES, mixed=False)),
        (likely, lambda f: f.readings(COMMON, _OUTPUTS, GUESSES)),
        (lambda: fitters, lambda f: f.with_an_epsilon()),
        (
            on_features,
            lambda f: f.readings(COMMON, _OUTPUTS, GUESSES, mixed=False),
        ),
        (with_other_biases, lambda f: f.readings(COMMON, _OUTPUTS, GUESSES, mixed=False)),
        (on_one, lambda f: f.readings(COMMON, _OUTPUTS, GUESSES, mixed=False)),
        (likely, lambda f: f.readings(RARE, (*_OUTPUTS, *RARE[:3]), GUESSES, mixed=False)),
        (likely, lambda f: f.readings(COMMON, (*_OUTPUTS, *WRONG_AXIS), RARE_GUESSES, mixed=False)),
        (likely, lambda f: f.readings(COMMON, RARE, GUESSES, mixed=False)),
        (lambda: fitters, lambda f: f.readings(COMMON, _OUTPUTS, GUESSES)),
        (likely, lambda f: f.readings(every, _OUTPUTS, GUESSES)),
        (likely, lambda f: f.readings(COMMON, (*_OUTPUTS, *WRONG_AXIS), RARE_GUESSES)),
        (likely, lambda f: f.readings(COMMON, BOTH, RARE_GUESSES)),
        (likely, lambda f: f.readings(VERY_RARE, (*_OUTPUTS, *VERY_RARE), GUESSES, mixed=False)),
        (likely, lambda f: f.readings(RARE, (*_OUTPUTS, *RARE), (*GUESSES, *RARE_GUESSES), mixed=False)),
    )
    for fitters_of_stage, attempt in stages:
        for fitter in fitters_of_stage():
            for found in attempt(fitter):
                if found is not None:
                    return found
                if not goes_on():
                    return None
            if not goes_on():
                return None
    return None


Known = Callable[[int, frozenset[int] | None], list[Layout]]  # the layouts for a number of inputs and of outputs
Attempt = Callable[[Fitter], Iterator[Reading | None]]


def _all_layouts(blocks: tuple[Block, ...], view: View, known: Known) -> Iterator[Layout]:
    yield from known(view.X.shape[1], view.outputs())
    for K in _few(view):
        for pieces in (*of_numbers(blocks, view.X.shape[1], K), *of_units(blocks, view.X.shape[1], K)):
            yield from layouts(pieces, view.X.shape[1], frozenset({K}))[:MOST_OF_NUMBERS]
    if len(blocks) == 1 and 1 in (blocks[0].at.ndim, *(s for s in blocks[0].at.shape)):
        for K in _few(view):
            for pieces in unrolled(blocks[0], view.X.shape[1], K):
                for layout in layouts(pieces, view.X.shape[1], frozenset({K})):
                    if not any(layout.oddity[1:4]):
                        yield layout


def _few(view: View) -> list[int]:
    """The numbers of outputs worth trying for a flat theta: class numbers say how many classes there are."""
    outputs = view.outputs() or frozenset()
    if len(outputs) > 10:
        top = int(view.y.max())
        return [1, 2] if top < 2 else [top, top + 1, 1]
    return sorted(outputs)


def _on(
    others: Callable[[View], Iterator[View]],
    blocks: tuple[Block, ...],
    X: Array,
    y: Array,
    sample: Sample,
    known: Known,
) -> Iterator[Fitter]:
    """The likely layouts on changed views of the data."""
    for plain in views(X, y):
        for view in others(plain):
            for layout in islice(_all_layouts(blocks, view, known), MOST_ON_FEATURES):
                if layout.n_layers <= 2 or view.whole is not None:
                    yield Fitter(layout, view, sample)
