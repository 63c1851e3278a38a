"""Questions that need no network: does it run the same twice, does the loss move, what happens with fewer examples?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..functions import Array
from ..recognise import Reading, Sample
from .answer import Answer
from .diagnosis import Finding
from .numeric import slope_along
from .program import Program
from .trouble import CannotRun
from .words import and_list, finding

if TYPE_CHECKING:
    from .examination import Examination


def count_examples(program: Program) -> int:
    """N, as far as X and y tell: the length that they share, y's where they share both, 1 for a single example."""
    X, y = program.X, program.y
    shared = [n for n in X.shape if n in y.shape] if y.ndim else []
    if X.ndim == 2 and y.ndim == 2 and X.shape[1] == y.shape[1] and X.shape[0] != y.shape[0]:
        return X.shape[1]
    return shared[0] if shared else 1


@dataclass(frozen=True)
class Twice:
    """What two calls at the same place said."""

    finding: Finding | None
    accumulates: bool
    said: str


def twice(program: Program, answer: Answer, theta: Array, first: Array) -> Twice:
    """Call again at the same parameters: the answers have to be the same."""

    def grad() -> Array:
        return answer.read(program.grad(theta))

    def same(one: Any, other: Any) -> bool:
        return bool(
            np.allclose(one, other, rtol=1e-9, atol=1e-12 * (1 + np.nanmax(np.abs(one), initial=0.0)), equal_nan=True)
        )

    loss, second, third = program.loss(theta), grad(), grad()
    said = "Called both twice at the same parameters."
    if not same(program.loss(theta), loss):
        found = finding(
            "stateful",
            (),
            None,
            "Two calls of your loss at the same parameters give two numbers: it keeps something, or draws at random.",
        )
        return Twice(found, False, said)
    if same(first, second) and same(second, third):
        program.seed = 1
        random = not (same(grad(), first) and same(program.loss(theta), loss))
        program.seed = 0
        if random:
            found = finding(
                "stateful",
                (),
                None,
                "Your answer changes with NumPy's random numbers: two calls at the same parameters differ.",
            )
            return Twice(
                found, False, f"{said} It draws random numbers; the same ones were given to every call from here on."
            )
        return Twice(None, False, said)
    moved = [name for name, where in slices(program).items() if not same(first[where], second[where])]
    if same(third - second, second - first):
        says = (
            f"The second call adds to the first: your {and_list(moved)} grow with every call, "
            "because what they are added to is never set to zero."
        )
        return Twice(finding("stateful", moved, None, says), True, f"{said} What one call adds was examined.")
    says = f"Two calls at the same parameters give two gradients of {and_list(moved)}: something is kept between them."
    return Twice(finding("stateful", moved, None, says), False, said)


def slices(program: Program) -> dict[str, slice]:
    """Where each parameter lies in theta."""
    ends = np.cumsum([array.size for array in program.params.values()])
    return {name: slice(int(end) - array.size, int(end)) for (name, array), end in zip(program.params.items(), ends)}


def sample_losses(program: Program, settings: Callable[..., Array], said: list[str]) -> Sample:
    """The loss at random settings of the parameters, where it is finite."""
    for shrink in (1.0, 0.2, 0.02):
        thetas = settings(program.params, program.X, np.random.default_rng(20)) * shrink
        kept, values = [], []
        for theta in thetas:
            try:
                values.append(program.loss(theta))
                kept.append(theta)
            except CannotRun:
                continue
        if len(kept) >= 6:
            break
    if len(kept) < len(thetas):
        said.append(f"Your loss could be computed at {len(kept)} of {len(thetas)} random settings of the parameters.")
    return Sample(np.array(kept).reshape(-1, program.theta.size), np.array(values))


def silent_params(program: Program, sample: Sample) -> set[str]:
    """The parameters to which the loss does not react at all, at any setting."""
    silent = set()
    places = [(program.theta, None), *zip(sample.theta, sample.values)]
    for name, where in slices(program).items():
        moved = False
        for i, (theta, value) in enumerate(places[:6]):
            other = theta.copy()
            other[where] = np.random.default_rng(i).normal(0, 1.0, where.stop - where.start)
            try:
                before = program.loss(theta) if value is None else value
                if program.loss(other) != before:
                    moved = True
                    break
            except CannotRun:
                moved = True
                break
        if not moved:
            silent.add(name)
    return silent


def only_a_penalty(program: Program, sample: Sample) -> bool:
    """True when the loss is a constant plus a multiple of the squares of some parameters: it sees no prediction."""
    squares = [np.sum(sample.theta[:, where] ** 2, axis=1) for where in slices(program).values()]
    if len(squares) + 3 > len(sample.values):
        squares = [np.sum(squares, axis=0)]
    columns = np.array([np.ones(len(sample.values)), *squares])
    factors, _, rank, _ = np.linalg.lstsq(columns.T, sample.values, rcond=1e-12)
    misfit = np.abs(factors @ columns - sample.values).max()
    return bool(
        rank + 1 < len(sample.values) and misfit <= 1e-10 * np.abs(sample.values).max() and _fixed_data(program, sample)
    )


def _fixed_data(program: Program, sample: Sample) -> bool:
    """A linear neuron without input would be quadratic, too: the loss must not care where the parameters point."""
    theta = sample.theta[0]
    signs = np.where(np.arange(theta.size) % 2, -1.0, 1.0)
    try:
        return bool(np.isclose(program.loss(theta * signs), sample.values[0], rtol=1e-10))
    except CannotRun:
        return False


def ignores(names: Sequence[str], *, only_penalty: bool = False) -> Finding:
    """The finding for a loss that does not read its parameters."""
    but = "but for a penalty on their size, " if only_penalty else ""
    says = (
        f"Your loss does not react to {and_list(names)}: {but}it is the same whatever they are. "
        "It feeds forward with other arrays."
    )
    return finding("forward_ignores_params", names, None, says)


def float32_noise(values: Array) -> float:
    """The rounding error of one loss when it is computed in float32; 0 for float64."""
    with np.errstate(over="ignore"):
        coarse = values.astype(np.float32).astype(np.float64)
    different = len(set(values.tolist())) > 2
    short = np.all(values * 1024 == np.round(values * 1024))
    return float(3e-7 * np.abs(values).max()) if different and not short and np.array_equal(coarse, values) else 0.0


def factor_with_fewer(examination: Examination, theta: Array, wrong: Collection[str]) -> tuple[int, float] | None:
    """(N', c'): with the first N' examples the gradient is c' times the slope of the loss along it; or None."""
    program, n = examination.program, examination.n_examples
    if n < 3:
        return None
    fewer = n - 1
    data = []
    for array in (program.X_given, program.y_given):
        axis = next((i for i, size in reversed(list(enumerate(np.shape(array)))) if size == n), None)
        if axis is None:
            return None
        taken = np.take(np.asarray(array), np.arange(fewer), axis=axis)
        data.append(taken)
    X, y = data
    mask = np.zeros(theta.size, dtype=bool)
    for name in wrong:
        mask[slices(program)[name]] = True
    try:
        program.loss(theta, X=X, y=y)
        g = np.where(mask, np.nan_to_num(examination.answer.read(program.grad(theta, X=X, y=y))), 0.0)
        length = float(np.linalg.norm(g))
        slope = slope_along(lambda t: program.loss(t, X=X, y=y), theta, g / length) if length else 0.0
    except (CannotRun, ValueError):
        return None
    return (fewer, length / slope) if abs(slope) > 1e-9 else None


def why_it_looks_wrong(reading: Reading, theta: Array, G: Array) -> list[str]:
    """Sentences about right code that looks wrong."""
    net, forward = reading.forward(theta)
    output, loss = net.activations[-1].name, net.loss_function.name
    notes = []
    if (loss.startswith("binary") and output == "sigmoid") or (loss.startswith("cross") and output == "softmax"):
        notes.append(
            f"There is no slope of the {output} in the last delta: "
            "with cross-entropy it has cancelled, and a - y is left."
        )
    if any(activation.name == "tanh" for activation in net.activations):
        notes.append("1 - a² is the slope of tanh, written with its output a.")
    for l, activation in enumerate(net.activations, start=1):
        if activation.name == "relu" and (dead := int((forward.z[l] <= 0).all(axis=0).sum())):
            notes.append(
                f"{dead} of {net.sizes[l]} ReLU units of layer {l} are off for every example: "
                "their slopes are 0, and rightly so."
            )
        if activation.name in ("sigmoid", "tanh") and np.median(activation.slope(forward.z[l])) < 1e-3:
            notes.append(
                f"The units of layer {l} are saturated: f′(z{l}) is nearly 0, so their slopes are tiny, and rightly so."
            )
    size = float(np.abs(np.nan_to_num(G)).max(initial=0.0))
    if size < 1e-6:
        notes.append(
            f"The largest slope is {size:.1g}. A right gradient can be this small: "
            "look at the start, not at the formula."
        )
    return notes
