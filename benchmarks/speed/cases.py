"""The networks and batches that are trained, in one table.

Each pairs its output with the loss for which delta_L = a - y, the only pairs that scikit-learn knows. So every peer can
compute the same step, and is checked to do so before it is timed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

import nnkit as nn

Params = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    """A network and the batch size of its training by gradient descent. pairs: output and loss."""

    sizes: tuple[int, ...]
    hidden: str
    output: str
    loss: str
    learning_rate: float
    batch: int
    n_examples: int

    @property
    def name(self) -> str:
        """As the tables call it."""
        return f"{list(self.sizes)} batch {self.batch}"

    @property
    def operations(self) -> float:
        """Multiplications and additions in the matrix products of one step; layer 1 carries nothing back."""
        products = [fan_in * fan_out for fan_in, fan_out in zip(self.sizes, self.sizes[1:])]
        return 2.0 * self.batch * (3 * sum(products) - products[0])

    def network(self) -> nn.Network:
        """The network at the start, the same each time."""
        return nn.Network.create(list(self.sizes), hidden=self.hidden, output=self.output, loss=self.loss, rng=0)

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """X (N, D) and y (N, K): noise with labels; how fast it goes does not depend on what it learns."""
        if self.sizes == (2, 5, 1):
            return nn.datasets.xor()
        rng = np.random.default_rng(0)
        X = rng.normal(size=(self.n_examples, self.sizes[0]))
        if self.output == "identity":
            return X, rng.normal(size=(self.n_examples, self.sizes[-1]))
        return X, nn.datasets.one_hot(np.arange(self.n_examples) % self.sizes[-1], self.sizes[-1])

    def by_the_book(self, steps: int) -> Params:
        """The parameters after so many steps of the readable backward pass: what every peer has to arrive at."""
        net, (X, y) = self.network(), self.data()
        step, state = nn.GradientDescent(self.learning_rate).step, {}
        for i in range(steps):
            rows = np.arange(i * self.batch, (i + 1) * self.batch) % self.n_examples
            params, state = step(net.params, nn.backward(net, X[rows], y[rows]).grads, state)
            net = net.with_params(params)
        return net.params


XOR = Case((2, 5, 1), "sigmoid", "sigmoid", "binary_cross_entropy", 0.1, batch=4, n_examples=4)
CLASSIFIER = Case((784, 30, 10), "sigmoid", "softmax", "cross_entropy", 0.01, batch=10, n_examples=100)
REGRESSION = Case((64, 1000, 100, 10), "relu", "identity", "half_squared_error", 1e-4, batch=10, n_examples=100)
BATCHES = (1, 10, 64, 256)


def with_batch(case: Case, batch: int) -> Case:
    """The same network with another batch, and at least four batches of data."""
    return replace(case, batch=batch, n_examples=max(100, 4 * batch))


CASES = (
    XOR,
    *(with_batch(replace(CLASSIFIER, sizes=(64, 30, 10)), batch) for batch in BATCHES),
    *(with_batch(CLASSIFIER, batch) for batch in BATCHES),
    *(with_batch(REGRESSION, batch) for batch in BATCHES),
)
