"""Does this network compute that loss? Compared at several random settings of the parameters, by least squares.

The learner's loss L is seen as numbers at S settings of theta. A layout, an activation for each layer and a loss give
the numbers B at the same settings. They are the same function when L = c B + λ R to rounding, with R the sum of the
squared weights, or nothing, and the two factors fitted: S numbers, at most three unknowns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..functions import LOSSES, Activation, Array, Loss
from ..network import Network
from .activations import WRONG_AXIS
from .layouts import Layout
from .losses import BINARY, CROSS, POSITIVE, SQUARED, Guess, weighted_binary, with_epsilon
from .penalties import Penalties
from .reading import Penalty, Reading
from .views import View

NEAR = 1e-2  # a misfit of this relative size may be an ε inside the logarithm


@dataclass(frozen=True, eq=False)
class Sample:
    """What is known of the learner's loss: settings theta (S, P), values (S,), and the rounding noise of one value."""

    theta: Array
    values: Array
    noise: float = 0.0

    @cached_property
    def spread(self) -> float:
        """The standard deviation of the values."""
        return float(np.std(self.values))

    @cached_property
    def tolerance(self) -> float:
        """By how much a value may be missed."""
        return max(1e-9 * self.spread + 1e-13 * float(np.abs(self.values).max()), 8 * self.noise)


class Fitter:
    """One layout on one view of the data, with every activation and loss that is to be tried."""

    def __init__(self, layout: Layout, view: View, sample: Sample) -> None:
        self.layout, self.view, self.sample = layout, view, sample
        self._params = layout.values(sample.theta)
        self.labels = view.labels(layout.at[f"W{layout.n_layers}"].shape[1])
        self.penalties = Penalties.of(layout, sample.theta, view.X)
        self._targets = self.penalties.projections @ sample.values
        self._squares = sample.values**2 if (sample.values > 0).all() else None
        self._n_outputs = layout.at[f"W{layout.n_layers}"].shape[1]
        self.near: list[tuple[float, tuple[Activation, ...], Array, Guess, str]] = []

    def readings(
        self,
        hidden: Sequence[Activation],
        outputs: Sequence[Activation],
        guesses: Sequence[Guess],
        *,
        mixed: bool = True,
    ) -> Iterator[Reading | None]:
        """Every reading of the loss with these activations and losses. mixed: hidden layers may differ.

        None after each choice of activations, so that the caller may stop.
        """
        a = np.broadcast_to(self.view.X, (len(self.sample.theta), *self.view.X.shape))
        for activations, z in self._below(1, a, hidden, (), mixed):
            for output in outputs:
                a_last = output.value(z)
                for guess in guesses:
                    if self._fits(guess, output):
                        yield from self._try(guess, (*activations, output), z, a_last)
                yield None

    def _below(
        self, l: int, a: Array, hidden: Sequence[Activation], done: tuple[Activation, ...], mixed: bool
    ) -> Iterator[tuple[tuple[Activation, ...], Array]]:
        """The last z of every choice of hidden activations: (S, N, K)."""
        z = self._affine(l, a)
        if l == self.layout.n_layers:
            yield done, z
            return
        for activation in hidden if mixed or not done else done[-1:]:
            yield from self._below(l + 1, activation.value(z), hidden, (*done, activation), mixed)

    def _affine(self, l: int, a: Array) -> Array:
        """z of layer l at every setting, from a (S, N, units below): (S, N, units)."""
        z = a @ self._params[f"W{l}"]
        return z + self._params[f"b{l}"][:, None, :] if f"b{l}" in self._params else z

    def _fits(self, guess: Guess, output: Activation) -> bool:
        if (guess.single_output and self._n_outputs > 1) or (guess.several_outputs and self._n_outputs == 1):
            return False
        return output.name in guess.outputs if guess.outputs else (output.elementwise)

    def _try(self, guess: Guess, activations: tuple[Activation, ...], z: Array, a: Array) -> Iterator[Reading]:
        tried: list[Array] = []
        for form in guess.labels:
            y = self.labels.get(form)
            if y is None or any(y is other for other in tried) or (guess.of_classes and y.min() < 0):
                continue
            tried.append(y)
            columns = [_column(loss, activations[-1], z, a, y) for loss in guess.parts]
            if not np.isfinite(columns).all():
                continue
            found, misfit = self._solve(columns)
            if found is not None:
                factors, penalty, root = found
                yield self._reading(activations, y, guess, factors, penalty, root=root)
            elif misfit < NEAR * self.sample.spread and guess.parts[0] in (POSITIVE, CROSS):
                self.near.append((misfit, activations, y, guess, form))

    def _solve(self, columns: list[Array]) -> tuple[tuple[Array, Penalty, bool] | None, float]:
        """The factors, the penalty and whether L is a root; or None, and the smallest misfit."""
        L, basis = self.sample.values, np.array(columns)
        projected = (self.penalties.projections @ basis.T).transpose(0, 2, 1)
        factors = _least_squares(projected, self._targets)
        misfits = np.abs((factors[:, None, :] @ projected)[:, 0] - self._targets).max(axis=1)
        fits = np.flatnonzero(misfits <= self.sample.tolerance)
        if fits.size and _varies(factors[fits[0]] @ basis, L):
            option = int(fits[0])
            penalty = self.penalties.fitted(option, L - factors[option] @ basis, self.sample.theta)
            return (factors[option], penalty, False), 0.0
        if len(columns) == 1 and self._squares is not None:
            root = basis @ self._squares / max(float(basis[0] @ basis[0]), 1e-300)
            if np.abs(root @ basis - self._squares).max() <= 2 * np.abs(L).max() * self.sample.tolerance:
                return (root, self.penalties.fitted(0, L, self.sample.theta), True), 0.0
        return None, float(misfits.min())

    def _reading(
        self,
        activations: tuple[Activation, ...],
        y: Array,
        guess: Guess,
        factors: Array,
        penalty: Penalty,
        *,
        root: bool,
        loss: Loss | None = None,
    ) -> Reading:
        n, k = y.shape
        if loss is None:
            loss, scale = _loss_and_scale(guess, factors, n, k)
        else:
            scale = float(factors[0])
        net = Network(self.layout.values(self.sample.theta[0]), activations, loss)
        return Reading(net, self.layout, self.view, y, scale, penalty, root)

    def with_an_epsilon(self) -> Iterator[Reading | None]:
        """Readings of cross-entropies that all but fit, with an ε inside their logarithm."""
        for _, activations, y, guess, _ in sorted(self.near, key=lambda near: near[0])[:3]:
            *_, z = self._last_z(activations)
            a = activations[-1].value(z)
            plain = BINARY if len(guess.parts) > 1 else guess.parts[0]
            for epsilon, loss in with_epsilon(plain):
                found, _ = self._solve([_column(loss, activations[-1], z, a, y)])
                if found is not None:
                    factors, penalty, root = found
                    reading = self._reading(activations, y, guess, factors, penalty, root=root, loss=loss)
                    yield replace(reading, epsilon=epsilon, plain_loss=plain)

    def _last_z(self, activations: tuple[Activation, ...]) -> Iterator[Array]:
        a = np.broadcast_to(self.view.X, (len(self.sample.theta), *self.view.X.shape))
        for l, activation in enumerate(activations, start=1):
            z = self._affine(l, a)
            a = activation.value(z)
            yield z


def _least_squares(columns: Array, targets: Array) -> Array:
    """The factors (O, M) with factors @ columns nearest to targets, for O problems at once: (O, M, S) and (O, S)."""
    if columns.shape[1] == 1:
        column = columns[:, 0]
        return (np.sum(column * targets, axis=1) / np.maximum(np.sum(column * column, axis=1), 1e-300))[:, None]
    return (np.linalg.pinv(columns.transpose(0, 2, 1), rcond=1e-11) @ targets[:, :, None])[:, :, 0]


def _varies(data: Array, L: Array) -> bool:
    """A loss of outputs that never move fits any constant: that is no network."""
    return bool(np.std(data) > 1e-5 * np.std(L) and np.std(data) > 1e-9 * np.abs(L).max())


def _column(loss: Loss, output: Activation, z: Array, a: Array, y: Array) -> Array:
    """The summed loss at every setting: (S,)."""
    if "every label" in loss.name:
        return np.array([loss.value(a_s, y).sum() for a_s in a])
    n_settings, n, k = z.shape
    from_z = loss.from_z.get(output.name)
    value, of = (from_z[0], z) if from_z else (loss.value, a)
    with np.errstate(all="ignore"):
        return value(of.reshape(-1, k), np.tile(y, (n_settings, 1))).reshape(n_settings, n).sum(axis=1)


def _loss_and_scale(guess: Guess, factors: Array, n: int, k: int) -> tuple[Loss, float]:
    """The loss under its usual name: ½ or not, two equal parts as one cross-entropy."""
    if len(factors) == 2:
        one, other = (float(factor) for factor in factors)
        if np.isclose(one, other, rtol=1e-7):
            plain = replace(BINARY, name=BINARY.name) if "every label" not in guess.parts[0].name else None
            if plain is not None:
                return plain, one
        scale = one if abs(one) > 1e-9 * abs(other) else other
        if "every label" in guess.parts[0].name:
            from .losses import against_every_label

            return against_every_label(weighted_binary(one / scale, other / scale)), scale
        return weighted_binary(one / scale, other / scale), scale
    scale = float(factors[0])
    usual = (1.0, 1 / n, 1 / k, 1 / (n * k))
    if guess.parts[0] is SQUARED and not any(np.isclose(abs(scale), c, rtol=1e-9) for c in usual):
        if any(np.isclose(abs(scale) / 2, c, rtol=1e-9) for c in usual):
            return LOSSES["squared_error_sum"], scale / 2
    return guess.parts[0], scale


__all__ = ["WRONG_AXIS", "Fitter", "Sample"]
