"""The backward pass, written as the chain rule is: one named term after the other, every one of them kept.

For each layer, from the last to the first, with C_n the loss of example n:

    delta_l    = slope at a_l * f'(z_l)              how C_n reacts to z_l
    dC/dW_l    = sum_n 1/N a_{l-1}[n] delta_l[n]     as matrices: a_{l-1}.T @ delta_l / N
    dC/db_l    = sum_n 1/N delta_l[n]                a bias is a weight on the constant 1
    slope at a_{l-1} = delta_l @ W_l.T               carried back to the layer below

Source: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, Nature 323 (1986).

A `BackwardPass` keeps every term of every gradient as arrays. The `Recipe` (recipe.py) says how each term is made.
Replace one entry and you have planted a mistake.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .door import check_inputs
from .errors import sentence
from .functions import Array
from .network import Forward, Network, a_network
from .recipe import Recipe, a_recipe
from .terms import Factor, Product, Terms, multiply
from .text import place


@dataclass(frozen=True, eq=False, repr=False)
class BackwardPass:
    """Every term of every gradient of one batch, by layer l. The slopes are those of C_n, the loss of one example.

    loss_slope: dC_n/da_L (N, K). activation_slope[l]: f'(z_l) (N, units), for softmax (N, units, units).
    delta[l]: dC_n/dz_l (N, units). weight[l]: the matrix that delta[l] is carried back through (fan_in, fan_out).
    carry_back[l]: dC_n/da_{l-1} (N, fan_in). input[l]: a_{l-1} (N, fan_in). example_weight: 1/N for a mean loss.
    grads: {"W1": dC/dW1, "b1": ...}, the names and shapes of net.params.
    """

    net: Network
    forward: Forward
    y: Array
    loss_slope: Array
    activation_slope: Mapping[int, Array]
    delta: Mapping[int, Array]
    weight: Mapping[int, Array]
    carry_back: Mapping[int, Array]
    input: Mapping[int, Array]
    example_weight: float
    grads: dict[str, Array]

    def __repr__(self) -> str:
        return f"BackwardPass of {self.net!r}, {len(self.y)} examples"

    @property
    def loss(self) -> float:
        """C, the batch loss that the gradient belongs to."""
        per_example = self.net.loss_of(self.forward, self.y)
        return float(self.net.loss_function.example_weight(len(self.y)) * per_example.sum())

    def terms(self, param: str, index: Sequence[int] | int) -> Terms:
        """The factors of one number: terms("W1", (0, 2)) for a weight, terms("b1", 2) for a bias.

        Two more names open what lies between: terms("z1", 2) is the slope at a unit's z, its delta, and
        terms("a1", 2) the slope at its output. Raises ValueError for a name or an index that is not there.
        """
        kind, layer, place_ = self._check(param, index)
        factors = {
            "W": lambda: (*self._slope_at_z(layer, place_[-1]), self._input(layer, place_[0])),
            "b": lambda: (*self._slope_at_z(layer, place_[-1]), self._one(layer)),
            "z": lambda: self._slope_at_z(layer, place_[-1]),
            "a": lambda: self._slope_at_a(layer, place_[-1]),
        }[kind]()
        per_example = multiply(factors)
        value = float(self.example_weight * per_example.sum())
        return Terms(f"{param}{place(place_)}", factors, per_example, self.example_weight, value)

    # --- the chain rule, one floor at a time -------------------------------------------------------------------------

    def _slope_at_a(self, l: int, j: int) -> Product:
        """dC_n/da_l[j]: the loss slope at the output; below it what the layer above carries back."""
        if l == self.net.n_layers:
            return (Factor("loss_slope", l, (j,), f"∂Cₙ/∂a{l}[{j}]", self.loss_slope[:, j]),)
        above = l + 1
        if self.net.sizes[above] == 1:
            return (*self._slope_at_z(above, 0), self._weight(above, j, 0))
        return (
            Factor(
                "carry_back",
                above,
                (j,),
                f"∂Cₙ/∂a{l}[{j}]",
                self.carry_back[above][:, j],
                lambda: tuple((self._delta(above, k), self._weight(above, j, k)) for k in range(self.net.sizes[above])),
            ),
        )

    def _slope_at_z(self, l: int, k: int) -> Product:
        """dC_n/dz_l[k]: the slope at a_l times the slope of the activation."""
        if not self.net.activation(l).elementwise:
            return (self._delta(l, k),)
        return (
            *self._slope_at_a(l, k),
            Factor("activation_slope", l, (k,), f"f′(z{l}[{k}])", self.activation_slope[l][:, k]),
        )

    def _delta(self, l: int, k: int) -> Factor:
        return Factor("delta", l, (k,), f"δ{l}[{k}]", self.delta[l][:, k], lambda: self._inside_delta(l, k))

    def _inside_delta(self, l: int, k: int) -> tuple[Product, ...]:
        if self.net.activation(l).elementwise:
            return (self._slope_at_z(l, k),)
        jacobian = self.activation_slope[l]
        return tuple(
            (
                *self._slope_at_a(l, j),
                Factor("activation_slope", l, (j, k), f"∂a{l}[{j}]/∂z{l}[{k}]", jacobian[:, j, k]),
            )
            for j in range(self.net.sizes[l])
        )

    def _weight(self, l: int, j: int, k: int) -> Factor:
        return Factor("weight", l, (j, k), f"W{l}[{j},{k}]", np.full(len(self.y), self.weight[l][j, k]))

    def _input(self, l: int, j: int) -> Factor:
        return Factor("input", l, (j,), f"a{l - 1}[{j}]", self.input[l][:, j])

    def _one(self, l: int) -> Factor:
        return Factor("input", l, (), "1", np.ones(len(self.y)))

    # --- the door ----------------------------------------------------------------------------------------------------

    def _check(self, param: str, index: Sequence[int] | int) -> tuple[str, int, tuple[int, ...]]:
        shapes = {name: array.shape for name, array in self.net.params.items()}
        shapes |= {f"a{l}": a.shape[1:] for l, a in self.forward.a.items()}
        shapes |= {f"z{l}": z.shape[1:] for l, z in self.forward.z.items()}
        if not isinstance(param, str) or param not in shapes:
            raise ValueError(
                sentence(
                    "back.terms",
                    "param",
                    f"is {param!r}",
                    "one of " + ", ".join(map(repr, shapes)),
                    f"This is {self.net!r}.",
                )
            )
        at = _whole_numbers(index)
        shape = shapes[param]
        if at is None or len(at) != len(shape) or not all(0 <= i < size for i, size in zip(at, shape)):
            raise ValueError(
                sentence(
                    "back.terms",
                    "index",
                    f"is {index!r}",
                    f"{len(shape)} whole number{'s' * (len(shape) > 1)}, one place in {param} of shape {shape}",
                    "Rows of W are inputs, columns are units; both count from 0.",
                )
            )
        return param[0], int(param[1:]), at


def _whole_numbers(index: object) -> tuple[int, ...] | None:
    """The index as a tuple of ints, or None when it is something else."""
    try:
        return tuple(operator.index(i) for i in (index if isinstance(index, tuple | list | np.ndarray) else (index,)))
    except TypeError:
        return None


def backward(net: Network, X: object, y: object, *, recipe: Recipe = Recipe()) -> BackwardPass:
    """The gradient of the batch loss at the network's parameters, with every term that it is made of.

    X: (N, D). y: (N, K). The network is not changed.
    Raises ShapeError when X or y do not fit the network, ValueError when they hold NaN or labels the loss cannot take.
    """
    inputs = check_inputs("nn.backward", X, a_network("nn.backward", net).sizes[0])
    labels = net.check_labels("nn.backward", y, len(inputs)).copy()
    return backward_of(net, net.forward(inputs), labels, recipe=a_recipe("nn.backward", recipe))


def backward_of(net: Network, forward: Forward, labels: Array, *, recipe: Recipe = Recipe()) -> BackwardPass:
    """The same from a forward pass that you already have. labels: (N, K), as `net.check_labels` gives them."""
    example_weight = recipe.example_weight(net, forward, labels)
    activation_slope, delta, weight, carry_back, input_, grads = {}, {}, {}, {}, {}, {}
    loss_slope = slope = recipe.loss_slope(net, forward, labels)
    for l in range(net.n_layers, 0, -1):
        activation_slope[l] = recipe.activation_slope(net, forward, labels, l)
        delta[l] = recipe.delta(net, forward, labels, l, slope, activation_slope[l])
        input_[l] = recipe.input(net, forward, labels, l)
        grads[f"W{l}"] = example_weight * recipe.weight_sum(net, forward, labels, l, input_[l], delta[l])
        if f"b{l}" in net.params:
            grads[f"b{l}"] = example_weight * recipe.bias_sum(net, forward, labels, l, delta[l])
        weight[l] = recipe.weight(net, forward, labels, l)
        slope = carry_back[l] = recipe.carry(net, forward, labels, l, delta[l], weight[l])

    return BackwardPass(
        net,
        forward,
        labels,
        loss_slope,
        activation_slope,
        delta,
        weight,
        carry_back,
        input_,
        example_weight,
        {name: grads[name] for name in net.params},
    )
