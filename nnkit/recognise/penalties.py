"""The penalties that a loss may add: on the weights or on all, squares or sizes, one factor or one for each layer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..functions import Array
from .layouts import Layout
from .reading import Penalty


@dataclass(frozen=True, eq=False)
class Penalties:
    """The penalties to try, each with the projection that takes it out of a column of S numbers.

    Each option is a tuple of penalties with a factor of its own: none, one, or one for every layer.
    """

    options: tuple[tuple[Penalty, ...], ...]
    projections: Array  # (O, S, S)

    @classmethod
    def of(cls, layout: Layout, thetas: Array, X: Array) -> Penalties:
        """Every penalty that fits this layout, at the settings thetas (S, P); X: (N, D) tells a column of ones."""
        n_settings, size = thetas.shape
        everything = np.unique(np.concatenate([at.ravel() for at in layout.at.values()]))
        of_weights, of_all = (np.isin(np.arange(size), at).astype(float) for at in (layout.weights, everything))
        on_weights = [of_weights]
        constant = np.ptp(X, axis=0) == 0  # a column of ones makes its weights biases, which are seldom penalised
        if constant.any() and not constant.all():
            on_weights.insert(0, of_weights * ~np.isin(np.arange(size), layout.at["W1"][constant]))
        options: list[tuple[Penalty, ...]] = [()]
        options += [(Penalty(1.0, mask, "weights"),) for mask in on_weights]
        options += [(Penalty(1.0, of_all, "all"),)]
        options += [(Penalty(1.0, mask, "weights", power=1),) for mask in on_weights]
        if 1 < layout.n_layers < n_settings // 2:
            of_layers = [np.isin(np.arange(size), layout.at[f"W{l + 1}"]) for l in range(layout.n_layers)]
            options.append(tuple(Penalty(1.0, of_weights * mask, "layers") for mask in of_layers))
        columns = [[[part.value(theta) for theta in thetas] for part in option] for option in options]
        projections = [np.eye(n_settings)]
        for own in columns[1:]:
            orthonormal, _ = np.linalg.qr(np.array(own).T)
            projections.append(np.eye(n_settings) - orthonormal @ orthonormal.T)
        return cls(tuple(options), np.array(projections))

    def fitted(self, option: int, rest: Array, thetas: Array) -> Penalty:
        """The penalties of this option with the factors that make them `rest` (S,), as one."""
        parts = self.options[option]
        if not parts:
            return Penalty(0.0, np.zeros(thetas.shape[1]), "weights")
        columns = np.array([[part.value(theta) for theta in thetas] for part in parts])
        factors = np.linalg.lstsq(columns.T, rest, rcond=None)[0]
        largest = float(factors[np.argmax(np.abs(factors))])
        small = np.abs(factors) < 1e-7 * abs(largest)
        masks = [np.where(off, 0.0, factor / largest) * part.mask for factor, part, off in zip(factors, parts, small)]
        return replace(parts[0], coefficient=largest, mask=np.sum(masks, axis=0))
