"""What was recognised: a network of nnkit that computes a learner's loss, and the maps between the two.

    loss(theta) = scale * sum_n C_n + penalty * sum theta_i² over the penalised i        (or its square root)

The gradient of a `Reading` is that of `nnkit.backprop`, laid out as the learner lays out their parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..backprop import BackwardPass, backward_of
from ..functions import LOSSES, Array, Loss
from ..network import Forward, Network
from ..recipe import Recipe
from .layouts import Layout
from .views import View


@dataclass(frozen=True, eq=False)
class Penalty:
    """coefficient * sum of mask_i theta_i² (or |theta_i|), mask (P,): 1 or 0, or what a layer's own factor makes of it.

    on: "weights", "all", or "layers" where each has a factor of its own.
    """

    coefficient: float
    mask: Array
    on: str
    power: int = 2

    def value(self, theta: Array) -> float:
        """What it adds to the loss."""
        return float(self.coefficient * np.sum(self.mask * np.abs(theta) ** self.power))

    def slope(self, theta: Array) -> Array:
        """What it adds to the gradient: (P,)."""
        slope = 2 * theta if self.power == 2 else np.sign(theta)
        return self.coefficient * self.mask * slope


@dataclass(frozen=True, eq=False, repr=False)
class Reading:
    """The network behind a black-box loss. theta (P,): all the learner's parameters, flat, in the order of their dict.

    net: with a summed loss. scale: what the learner's loss makes of the sum. root: their loss is the root of it.
    epsilon: what their code adds inside the logarithm. y: (N, K), the labels as the network takes them.
    """

    net: Network
    layout: Layout
    view: View
    y: Array
    scale: float
    penalty: Penalty
    root: bool = False
    epsilon: float = 0.0
    plain_loss: Loss | None = None

    @property
    def n_examples(self) -> int:
        """N."""
        return len(self.view.X)

    def net_at(self, theta: Array) -> Network:
        """The network at these parameters."""
        return self.net.with_params(self.layout.values(theta))

    def forward(self, theta: Array) -> tuple[Network, Forward]:
        """The network at these parameters, and its forward pass on the learner's data."""
        net = self.net_at(theta)
        return net, net.forward(self.view.X)

    def loss(self, theta: Array) -> float:
        """The learner's loss as the reading computes it."""
        net, forward = self.forward(theta)
        data = float(self.scale * net.loss_of(forward, self.y).sum())
        return (float(np.sqrt(data)) if self.root else data) + self.penalty.value(theta)

    def weight_of_example(self, net: Network, forward: Forward) -> float:
        """dC/dC_n: what one example's slope counts."""
        if not self.root:
            return self.scale
        data = float(self.scale * net.loss_of(forward, self.y).sum())
        return self.scale / (2 * float(np.sqrt(data)))

    def backward(self, net: Network, forward: Forward, recipe: Recipe = Recipe()) -> BackwardPass:
        """The backward pass, with the learner's factor on every example."""
        weight = self.weight_of_example(net, forward)
        return backward_of(net, forward, self.y, recipe=replace(recipe, example_weight=lambda net, forward, y: weight))

    def lay_out(self, grads: Mapping[str, Array], size: int) -> Array:
        """Gradients by W1, b1, ... as one (size,) in the order of theta. A shared bias collects the slopes of all."""
        flat = np.zeros(size)
        for name, at in self.layout.at.items():
            np.add.at(flat, at, self.layout.sign(name) * grads[name])
        return flat

    def data_gradient(self, theta: Array, recipe: Recipe = Recipe()) -> Array:
        """The gradient without the penalty: (P,), in the order of theta."""
        return self.gradient_of_pass(*self.forward(theta), theta.size, recipe)

    def gradient_of_pass(self, net: Network, forward: Forward, size: int, recipe: Recipe = Recipe()) -> Array:
        """The gradient without the penalty (size,) at a forward pass that has been made."""
        return self.lay_out(self.backward(net, forward, recipe).grads, size)

    def single_examples(self) -> list[Reading]:
        """The same network and loss on each example alone, with the factor that the example has among all."""
        X, y = self.view.X, self.y
        return [replace(self, view=replace(self.view, X=X[n : n + 1]), y=y[n : n + 1]) for n in range(self.n_examples)]

    def gradient(self, theta: Array) -> Array:
        """The right gradient of the learner's loss: (P,)."""
        return self.data_gradient(theta) + self.penalty.slope(theta)

    def without_epsilon(self) -> Reading:
        """The same network with the loss as it is meant, without an ε inside its logarithm."""
        if self.plain_loss is None:
            return self
        return replace(self, net=replace(self.net, loss_function=self.plain_loss), epsilon=0.0, plain_loss=None)

    @property
    def average(self) -> bool:
        """True when the loss is divided by the number of examples."""
        return self.n_examples > 1 and _is(
            self.scale * self.n_examples * self.net.sizes[-1], _WHOLE[: self.net.sizes[-1]]
        )

    @property
    def network(self) -> Network:
        """The network as nnkit would name it: with a mean loss where the learner's is one."""
        name = self.net.loss_function.name.removesuffix("_sum")
        if np.isclose(self.scale * self.n_examples, 1, rtol=1e-9) and name in LOSSES:
            return replace(self.net, loss_function=LOSSES[name])
        return self.net

    def __str__(self) -> str:
        sizes = ", ".join(map(str, self.net.sizes))
        activations = " → ".join(activation.name for activation in self.net.activations)
        text = f"a network [{sizes}], {activations}, with the loss {self.loss_in_words}"
        text += f", on {self.view.features}" if self.view.features else ""
        text += ", with thresholds that are subtracted" if self.layout.bias_sign < 0 else ""
        return text + (f", with {self.layout.constant:g} added to every z" if self.layout.constant else "")

    @property
    def loss_in_words(self) -> str:
        """The loss with its factor and its penalty."""
        name = self.net.loss_function.name.removesuffix("_sum").replace("_", " ")
        n, k = self.n_examples, self.net.sizes[-1]
        factor = factor_in_words(self.scale, n, k)
        text = {"1/N": f"{name}, the mean over the examples", "1": f"{name}, summed over the examples"}.get(
            factor, f"{factor} × the sum of the {name}"
        )
        if self.root:
            text = f"the square root of {text}"
        if self.penalty.coefficient:
            kind = "θ²" if self.penalty.power == 2 else "|θ|"
            where = {"weights": "the weights", "all": "weights and biases"}.get(
                self.penalty.on, "the weights, with another factor in each layer"
            )
            text += f", plus {self.penalty.coefficient:.4g} Σ {kind} over {where}"
        return text + (f", with ε = {self.epsilon:g} in the logarithm" if self.epsilon else "")


_WHOLE = [float(k) for k in range(1, 1001)]


def _is(value: float, options: list[float]) -> bool:
    return any(np.isclose(value, option, rtol=1e-9) for option in options)


def factor_in_words(factor: float, n: int, k: int) -> str:
    """A factor as what it is made of: 1/N, 1/(2N), 1/(N K), ..., or as a number."""
    sign, size = ("-" if factor < 0 else ""), abs(factor)
    options = {
        "1": 1.0,
        "1/N": 1 / n,
        "½": 0.5,
        "1/(2N)": 1 / (2 * n),
        "2": 2.0,
        "2/N": 2 / n,
        "1/K": 1 / k,
        "1/(N K)": 1 / (n * k),
        "2/(N K)": 2 / (n * k),
        "1/(2 N K)": 1 / (2 * n * k),
        "2/K": 2 / k,
        "1/(2K)": 1 / (2 * k),
        "N": float(n),
        "K": float(k),
        "N K": float(n * k),
        "1/N²": 1 / n**2,
    }
    for name, value in options.items():
        if np.isclose(size, value, rtol=1e-9):
            return sign + name
    return f"{factor:.6g}"
