"""SciPy's optimisers on a network: one adapter that flattens the parameters into a vector and restores them.

SciPy wants a function of one vector and its gradient. Two things go wrong in such code: a loss that reads other
parameters than the vector it is given, and a gradient that is flattened in another order than the parameters. Here both
pass through `flatten` and `restore`, which are each other's inverse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .backprop import backward
from .errors import a_count, a_positive, choice
from .functions import Array
from .network import Network, a_network
from .vectors import flatten, restore

METHODS = ["CG", "BFGS", "L-BFGS-B"]


@dataclass(frozen=True, eq=False, repr=False)
class Minimised:
    """What SciPy found. network: with the last parameters. loss: (evaluations + 1,), every loss that it asked for, in
    order, and after them the loss of `network`.

    success and message are SciPy's own words: success means that a stopping rule was met, not that the loss is low.
    evaluations: calls of loss and gradient. gradient_norm: the largest entry of the gradient at the end, by size.
    """

    network: Network
    loss: Array
    success: bool
    message: str
    evaluations: int
    gradient_norm: float

    def __repr__(self) -> str:
        verdict = "success" if self.success else "no success"
        return (
            f"Minimised: {self.evaluations} evaluations, loss {self.loss[0]:.4f} → {self.loss[-1]:.4f}, "
            f"SciPy says {verdict}: {self.message}"
        )


def minimise(
    net: Network, X: object, y: object, *, method: str = "CG", tolerance: float | None = None, iterations: int = 10_000
) -> Minimised:
    """Minimise the batch loss with `scipy.optimize.minimize`; `net` itself is left as it is.

    X: (N, D). y: (N, K). method: "CG", "BFGS" or "L-BFGS-B". iterations: at most so many.
    tolerance: the gradient entry below which SciPy is content; None is SciPy's own, 1e-5.
    Raises ShapeError or ValueError when an argument is not what it should be.
    """
    from scipy.optimize import minimize

    a_network("nn.minimise", net)
    choice("nn.minimise", "method", method, METHODS)
    a_count("nn.minimise", "iterations", iterations)
    if tolerance is not None:
        a_positive("nn.minimise", "tolerance", tolerance, "None is SciPy's own, 1e-5.")
    losses: list[float] = []

    def loss_and_gradient(vector: Array) -> tuple[float, Array]:
        back = backward(net.with_params(restore(vector, net.params)), X, y)
        losses.append(back.loss)
        return back.loss, flatten(back.grads)

    options: dict[str, Any] = {"maxiter": iterations}
    if tolerance is not None:
        options |= {"gtol": tolerance} | ({"ftol": 0.0} if method == "L-BFGS-B" else {})
    found = minimize(loss_and_gradient, flatten(net.params), jac=True, method=method, options=options)
    trained = net.with_params(restore(found.x, net.params))
    gradient = flatten(backward(trained, X, y).grads)
    return Minimised(
        network=trained,
        loss=np.array([*losses, float(found.fun)]),
        success=bool(found.success),
        message=str(found.message),
        evaluations=len(losses),
        gradient_norm=float(np.abs(gradient).max()),
    )
