"""Random networks with a batch that fits them, for every test file; and the settings of the property tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import nnkit as nn
from nnkit.functions import ACTIVATIONS, LOSSES

# The same examples in every run: a red test stays red until it is mended.
property_test = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

COMBINATIONS = [
    (loss, output)
    for name, outputs in {
        "half_squared_error": tuple(ACTIVATIONS),
        "squared_error": tuple(ACTIVATIONS),
        "binary_cross_entropy": ("sigmoid", "softmax"),
        "cross_entropy": ("softmax",),
    }.items()
    for loss in (name, f"{name}_sum")
    for output in outputs
]


@dataclass(frozen=True)
class Case:
    """A network and a batch for it: X (N, D), y (N, K)."""

    net: nn.Network
    X: np.ndarray
    y: np.ndarray

    def distance_to_kink(self) -> float:
        """The smallest |z| of all ReLU units; infinite without any."""
        z = self.net.forward(self.X).z
        kinky = [np.abs(z[l]).min() for l in z if self.net.activation(l).name == "relu"]
        return float(min(kinky, default=np.inf))


def make_case(
    sizes: Sequence[int],
    *,
    hidden: str | Sequence[str] = "sigmoid",
    output: str = "sigmoid",
    loss: str = "half_squared_error",
    without_bias: Sequence[int] = (),
    n_examples: int = 3,
    seed: int = 0,
) -> Case:
    """A network with random weights and random biases (none in the layers `without_bias`), and a batch for it."""
    rng = np.random.default_rng(seed)
    params = {}
    for l, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:]), start=1):
        params[f"W{l}"] = rng.normal(0, 1 / np.sqrt(fan_in), (fan_in, fan_out))
        if l not in without_bias:
            params[f"b{l}"] = rng.normal(0, 0.5, fan_out)
    net = nn.Network.from_params(params, hidden=hidden, output=output, loss=loss)
    X = rng.normal(0, 1, (n_examples, sizes[0]))
    return Case(net, X, labels_for(loss, (n_examples, sizes[-1]), rng))


def labels_for(loss: str, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Labels that the loss can take: classes and soft labels mixed."""
    n, k = shape
    if LOSSES[loss].takes_distributions:
        soft, hard = rng.dirichlet(np.ones(k), n), np.eye(k)[rng.integers(0, k, n)]
        return np.where(rng.random((n, 1)) < 0.5, soft, hard)
    if LOSSES[loss].takes_probabilities:
        return rng.choice([0.0, 1.0, 0.3, 0.9], shape)
    return rng.normal(0, 1, shape)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """1 to 4 layers of 1 to 6 units, mixed activations, any loss, some layers without a bias, 1 to 5 examples."""
    loss, output = draw(st.sampled_from(COMBINATIONS))
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    if output == "softmax":
        sizes[-1] = max(sizes[-1], 2)  # a softmax of one output unit is refused
    n_layers = len(sizes) - 1
    hidden = draw(st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=n_layers - 1, max_size=n_layers - 1))
    without_bias = draw(st.sets(st.integers(1, n_layers)))
    return make_case(
        sizes,
        hidden=hidden,
        output=output,
        loss=loss,
        without_bias=sorted(without_bias),
        n_examples=draw(st.integers(1, 5)),
        seed=draw(st.integers(0, 10_000)),
    )
