"""The backward pass written out by hand: as it is posted, in PyTorch, and with nothing left of it but its products.

delta_L = a - y in every case (cases.py), so each of them is a few lines.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Literal

import numpy as np
import torch

from nnkit.products import Call, product

from .cases import Case, Params

Order = Literal["C", "F"]  # of an array's memory: by rows or by columns


class PostedLoop:
    """The program that learners post: one example at a time as a column, lists of layers, a sum over the mini-batch."""

    name = "loop over examples"

    def __init__(self, case: Case) -> None:
        X, y = case.data()
        self.case, params = case, case.network().params
        layers = range(1, len(case.sizes))
        self.weights = [params[f"W{l}"].T.copy() for l in layers]
        self.biases = [params[f"b{l}"][:, None].copy() for l in layers]
        self.examples = [(x[:, None], label[:, None]) for x, label in zip(X, y)]

    def train(self, passes: int) -> None:
        """Batch by batch."""
        for _ in range(passes):
            for first in range(0, len(self.examples), self.case.batch):
                self.step(self.examples[first : first + self.case.batch])

    def step(self, batch: list[tuple[np.ndarray, np.ndarray]]) -> None:
        """Add up the gradients of the examples, then move every array."""
        sums_w = [np.zeros(w.shape) for w in self.weights]
        sums_b = [np.zeros(b.shape) for b in self.biases]
        for x, label in batch:
            grads_w, grads_b = self.backprop(x, label)
            sums_w = [total + grad for total, grad in zip(sums_w, grads_w)]
            sums_b = [total + grad for total, grad in zip(sums_b, grads_b)]
        rate = self.case.learning_rate / len(batch)
        self.weights = [w - rate * total for w, total in zip(self.weights, sums_w)]
        self.biases = [b - rate * total for b, total in zip(self.biases, sums_b)]

    def backprop(self, x: np.ndarray, label: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """The gradient of one example."""
        outputs = [x]
        for l, (w, b) in enumerate(zip(self.weights, self.biases), start=1):
            z = np.dot(w, outputs[-1]) + b
            outputs.append(squash(self.case.hidden if l < len(self.weights) else self.case.output, z))
        delta = outputs[-1] - label
        grads_w, grads_b = [np.dot(delta, outputs[-2].T)], [delta]
        for l in range(len(self.weights) - 1, 0, -1):
            a = outputs[l]
            slope = a * (1 - a) if self.case.hidden == "sigmoid" else (a > 0) * 1.0
            delta = np.dot(self.weights[l].T, delta) * slope
            grads_w.insert(0, np.dot(delta, outputs[l - 1].T))
            grads_b.insert(0, delta)
        return grads_w, grads_b

    def params(self) -> Params:
        """Turned back into rows."""
        pairs = enumerate(zip(self.weights, self.biases), start=1)
        return {name: array for l, (w, b) in pairs for name, array in ((f"W{l}", w.T), (f"b{l}", b[:, 0]))}


def squash(activation: str, z: np.ndarray) -> np.ndarray:
    """The activation of a column z."""
    if activation == "sigmoid":
        return 1.0 / (1.0 + np.exp(-z))
    if activation == "softmax":
        e = np.exp(z - z.max())
        return e / e.sum()
    return np.maximum(z, 0.0) if activation == "relu" else z


class TorchByHand:
    """PyTorch as a faster NumPy: the same backward pass on its tensors, float32, no autograd."""

    name = "PyTorch by hand"

    def __init__(self, case: Case) -> None:
        X, y = case.data()
        self.case, params = case, case.network().params
        self.X, self.y = torch.from_numpy(X).float(), torch.from_numpy(y).float()
        layers = range(1, len(case.sizes))
        self.W = [torch.from_numpy(params[f"W{l}"]).float().contiguous() for l in layers]
        self.b = [torch.from_numpy(params[f"b{l}"]).float() for l in layers]

    @torch.no_grad()
    def train(self, passes: int) -> None:
        """Batch by batch."""
        last, rate = len(self.W) - 1, self.case.learning_rate / self.case.batch
        squash = {"sigmoid": torch.sigmoid, "relu": torch.relu, "softmax": lambda z: torch.softmax(z, 1)}
        for _ in range(passes):
            for first in range(0, len(self.X), self.case.batch):
                rows = slice(first, first + self.case.batch)
                a = [self.X[rows]]
                for l, (W, b) in enumerate(zip(self.W, self.b)):
                    z = torch.addmm(b, a[-1], W)
                    a.append(squash.get(self.case.hidden if l < last else self.case.output, lambda z: z)(z))
                delta = a[-1] - self.y[rows]
                for l in range(last, -1, -1):
                    carried = delta @ self.W[l].T if l else None
                    self.W[l].addmm_(a[l].T, delta, alpha=-rate)
                    self.b[l].sub_(delta.sum(0), alpha=rate)
                    if carried is not None:
                        delta = carried * (a[l] * (1 - a[l]) if self.case.hidden == "sigmoid" else a[l] > 0)

    def params(self) -> Params:
        """As arrays."""
        pairs = enumerate(zip(self.W, self.b), start=1)
        return {name: tensor.numpy() for l, pair in pairs for name, tensor in zip((f"W{l}", f"b{l}"), pair)}


def _whole(left: np.ndarray, right: np.ndarray, out: np.ndarray) -> list[Call]:
    """left @ right in one call, with everything transposed where `out` lies by columns."""
    by_rows = out.flags.c_contiguous
    return [partial(np.dot, left, right, out) if by_rows else partial(np.dot, right.T, left.T, out.T)]


def _products(case: Case, examples: Order, weights: Order) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The products of one pass over the data: their factors and where they go, in these orders of the memory.

    They are the same arrays in every step but for the batch that it reads.
    """
    rng, X = np.random.default_rng(0), case.data()[0].astype(np.float32)

    def make(n: int, k: int, order: Order) -> np.ndarray:
        return np.array(rng.normal(size=(n, k)), np.float32, order=order)

    batches = [np.asarray(X[first : first + case.batch], order=examples) for first in range(0, len(X), case.batch)]
    layers = list(zip(case.sizes, case.sizes[1:]))
    W = [make(*shape, weights) for shape in layers]
    gradient = [make(*shape, weights) for shape in layers]
    a = [make(case.batch, fan_in, examples) for fan_in, _ in layers]
    z = [make(case.batch, fan_out, examples) for _, fan_out in layers]
    delta = [make(case.batch, fan_out, examples) for _, fan_out in layers]
    later = [
        one
        for l in range(1, len(layers))
        for one in ((a[l], W[l], z[l]), (a[l].T, delta[l], gradient[l]), (delta[l], W[l].T, a[l]))
    ]
    return [one for batch in batches for one in ((batch, W[0], z[0]), (batch.T, delta[0], gradient[0]), *later)]


class BareProducts:
    """What no program of this kind can do without: the matrix products of a step, float32, into arrays that are there.

    Each step reads its own batch of the data. The products are whole, with all arrays by rows or all by columns,
    whichever is faster.
    """

    name = "bare products"
    layouts: tuple[tuple[Order, Order], ...] = (("C", "C"), ("F", "F"))  # of the examples and of the weights
    in_blocks = False

    def __init__(self, case: Case) -> None:
        found = [_products(case, *orders) for orders in self.layouts]
        ways = [_whole, product] if self.in_blocks else [_whole]
        self.calls = min(([call for one in products for call in ask(*one)] for products in found for ask in ways),
                         key=_try)  # fmt: skip

    def train(self, passes: int) -> None:
        """The products of so many passes."""
        for _ in range(passes):
            for call in self.calls:
                call()


class FastestProducts(BareProducts):
    """The same, and also with the weights alone by columns, and in blocks as `nn.train` asks for them."""

    name = "bare products, fastest way"
    layouts = (("C", "C"), ("C", "F"), ("F", "F"))
    in_blocks = True


def _try(calls: list[Call]) -> float:
    times = []
    for _ in range(30):
        begun = time.perf_counter()
        for call in calls:
            call()
        times.append(time.perf_counter() - begun)
    return float(np.median(times))
