"""A fully connected network: its layers, its parameters, and a forward pass that keeps every z and a.

Layer l computes z_l = a_{l-1} W_l + b_l and a_l = f_l(z_l), for l = 1 ... L. a_0 is the input X.

Shapes: X (N, D), W_l (fan_in, fan_out), b_l (fan_out,), z_l and a_l (N, fan_out), y (N, K). Examples are rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .door import check_inputs, check_labels, check_params, check_same_params, check_sizes, get_activation, get_loss
from .errors import a_generator, sentence
from .functions import Activation, Array, Loss, ValueAndSlope


@dataclass(frozen=True, eq=False)
class Forward:
    """What a forward pass computed, by layer: z[1] ... z[L] and a[0] ... a[L], each (N, units of that layer)."""

    z: Mapping[int, Array]
    a: Mapping[int, Array]

    @property
    def output(self) -> Array:
        """a_L: (N, K), the predictions."""
        return self.a[max(self.a)]


@dataclass(frozen=True, eq=False, repr=False)
class Network:
    """A network with its loss. Make one with `Network.create` or, from your own arrays, `Network.from_params`.

    params: {"W1": (D, H), "b1": (H,), "W2": ...}. A layer without a bias has no "b" entry.
    """

    params: dict[str, Array]
    activations: tuple[Activation, ...]
    loss_function: Loss

    # --- making one --------------------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        sizes: Sequence[int],
        *,
        hidden: str | Sequence[str] = "sigmoid",
        output: str = "sigmoid",
        loss: str = "half_squared_error",
        bias: bool = True,
        rng: int | np.random.Generator | None = None,
    ) -> Network:
        """A network with random weights and zero biases.

        sizes: units per layer from the input to the output, for example [2, 5, 1].
        hidden: the activation of the hidden layers, or one name per hidden layer. output: that of the last layer.
        rng: a seed or a Generator. The weights are normal with variance 1 / fan_in, so that z stays near 1
        whatever the width (LeCun et al., Efficient BackProp, 1998, section 4.6).
        Raises ValueError when a size or a name is not one.
        """
        checked = check_sizes("Network.create", sizes)
        generator = a_generator("Network.create", rng)
        params: dict[str, Array] = {}
        for layer, (fan_in, fan_out) in enumerate(zip(checked, checked[1:]), start=1):
            params[f"W{layer}"] = generator.normal(0.0, 1.0 / np.sqrt(fan_in), size=(fan_in, fan_out))
            if bias:
                params[f"b{layer}"] = np.zeros(fan_out)
        return cls.from_params(params, hidden=hidden, output=output, loss=loss, where="Network.create")

    @classmethod
    def from_params(
        cls,
        params: Mapping[str, object],
        *,
        hidden: str | Sequence[str] = "sigmoid",
        output: str = "sigmoid",
        loss: str = "half_squared_error",
        where: str = "Network.from_params",
    ) -> Network:
        """A network around your own arrays: {"W1": (D, H), "b1": (H,), "W2": (H, K), ...}, copied as float64.

        Leave out a "b" and that layer has no bias. Raises ShapeError when the shapes do not chain.
        """
        arrays = check_params(where, params)
        n_layers = sum(name.startswith("W") for name in arrays)
        names: list[Any] = list(hidden) if isinstance(hidden, list | tuple) else [hidden] * (n_layers - 1)
        if len(names) != n_layers - 1:
            raise ValueError(
                sentence(
                    where,
                    "hidden",
                    f"names {len(names)} activations",
                    f"{n_layers - 1}, one per hidden layer",
                    "The output layer's activation is the argument `output`.",
                )
            )
        activations = tuple(get_activation(where, "hidden", name) for name in names)
        activations += (get_activation(where, "output", output),)
        if output == "softmax" and arrays[f"W{n_layers}"].shape[1] == 1:
            raise ValueError(
                sentence(
                    where,
                    "output",
                    "is 'softmax' with one output unit",
                    "two or more units for a softmax",
                    "Alone it is 1 whatever z is, and nothing is learned. For one unit use 'sigmoid'.",
                )
            )
        loss_function = get_loss(where, "loss", loss)
        if loss_function.fits and output not in loss_function.fits:
            raise ValueError(
                sentence(
                    where,
                    "output",
                    f"is {output!r} with loss {loss!r}",
                    "one of " + ", ".join(map(repr, loss_function.fits)),
                    "This loss takes the logarithm of a probability. For one sigmoid unit use "
                    "'binary_cross_entropy', for several classes 'softmax' with 'cross_entropy'.",
                )
            )
        return cls(arrays, activations, loss_function)

    def with_params(self, params: Mapping[str, Array]) -> Network:
        """The same network with other parameters of the same names and shapes; arrays are not copied.

        Raises ShapeError or ValueError when a name is missing or not the network's, or a shape is another.
        """
        return replace(self, params=check_same_params("net.with_params", params, self.params))

    # --- what it is --------------------------------------------------------------------------------------------------

    @property
    def n_layers(self) -> int:
        """L, the number of layers that have weights."""
        return len(self.activations)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units per layer, from the input to the output."""
        return (self.params["W1"].shape[0], *(self.params[f"W{l + 1}"].shape[1] for l in range(self.n_layers)))

    def activation(self, layer: int) -> Activation:
        """f_l, for layer l = 1 ... L."""
        return self.activations[layer - 1]

    def __repr__(self) -> str:
        names = " → ".join(activation.name for activation in self.activations)
        count = sum(array.size for array in self.params.values())
        return f"Network {list(self.sizes)}, {names}, {self.loss_function.name}, {count} parameters"

    # --- what it computes --------------------------------------------------------------------------------------------

    def forward(self, X: object) -> Forward:
        """Every z and a on the way from X (N, D) to the predictions (N, K).

        Raises ShapeError when X is not (N, D), ValueError when it holds NaN or infinity.
        """
        return self.forward_of(check_inputs("net.forward", X, self.sizes[0]).copy())  # yours may change

    def forward_of(self, inputs: Array) -> Forward:
        """The same from inputs (N, D) that were checked already."""
        after = self.forward_from(1, self._affine(1, inputs))
        return Forward(after.z, {0: inputs} | dict(after.a))

    def forward_from(self, layer: int, z: Array) -> Forward:
        """The rest of a forward pass, from z of one layer on: z (N, units of that layer). z and a of the layers before
        it are left out."""
        zs, activations = {layer: z}, {layer: self.activation(layer).value(z)}
        for l in range(layer + 1, self.n_layers + 1):
            zs[l] = self._affine(l, activations[l - 1])
            activations[l] = self.activation(l).value(zs[l])
        return Forward(zs, activations)

    def _affine(self, l: int, a: Array) -> Array:
        z = a @ self.params[f"W{l}"]
        return z + self.params[f"b{l}"] if f"b{l}" in self.params else z

    def loss_per_example(self, X: object, y: object) -> Array:
        """C_n for every example: (N,)."""
        forward = self.forward(X)
        labels = self.check_labels("net.loss", y, len(forward.output))
        return self.loss_of(forward, labels)

    def loss(self, X: object, y: object) -> float:
        """The batch loss C: the mean of the C_n over the examples, or their sum where the loss's name says sum."""
        per_example = self.loss_per_example(X, y)
        return float(self.loss_function.example_weight(len(per_example)) * per_example.sum())

    def check_labels(self, where: str, y: object, n_examples: int) -> Array:
        """y as a finite float64 array (N, K) whose values the loss can take, or an error that says what is wrong."""
        return check_labels(where, y, n_examples, self.sizes[-1], self.loss_function)

    def loss_of(self, forward: Forward, y: Array) -> Array:
        """C_n (N,) of a forward pass that you already have; y (N, K). From z where that keeps more digits."""
        from_z = self._loss_from_z()
        return from_z[0](forward.z[self.n_layers], y) if from_z else self.loss_function.value(forward.output, y)

    def loss_slope_of(self, forward: Forward, y: Array) -> Array:
        """dC_n/da_L (N, K) of a forward pass that you already have; y (N, K)."""
        from_z = self._loss_from_z()
        return from_z[1](forward.z[self.n_layers], y) if from_z else self.loss_function.slope(forward.output, y)

    def _loss_from_z(self) -> ValueAndSlope | None:
        return self.loss_function.from_z.get(self.activation(self.n_layers).name)


def a_network(where: str, net: object, history: str = "a History has its network at history.network.") -> Network:
    """`net` when it is a Network; otherwise a ValueError that says what to pass, and what of a `history`."""
    if isinstance(net, Network):
        return net
    cause = f"Wrap your own arrays with nn.Network.from_params; {history}"
    raise ValueError(sentence(where, "net", f"is a {type(net).__name__}", "a Network", cause))
