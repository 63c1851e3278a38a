"""The backward pass written out by hand: as it is posted, in PyTorch, and with nothing left of it but its products.

delta_L = a - y in every case (cases.py), so each of them is a few lines.
"""

from __future__ import annotations

import time

import numpy as np
import torch

from .cases import Case, Params


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


class BareProducts:
    """What no program of this kind can do without: the matrix products of a step, float32, into arrays that are there.

    Each step reads its own batch of the data. They are timed with the examples in rows and in columns, and the faster
    layout counts.
    """

    name = "bare products"

    def __init__(self, case: Case) -> None:
        layouts = [_products(case, columns) for columns in (False, True)]
        self.products = min(layouts, key=_try)

    def train(self, passes: int) -> None:
        """The products of so many passes."""
        for _ in range(passes):
            for one, other, out in self.products:
                np.dot(one, other, out=out)


def _products(case: Case, columns: bool) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The products of one pass over the data, the same arrays in every step but for the batch that it reads."""
    rng, X = np.random.default_rng(0), case.data()[0].astype(np.float32)

    def laid_out(array: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(array.T) if columns else array

    def make(rows: int, units: int) -> np.ndarray:
        return laid_out(rng.normal(size=(rows, units)).astype(np.float32))

    def product(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return one, other, np.empty((one.shape[0], other.shape[1]), np.float32)

    def of_layer(a: np.ndarray, delta: np.ndarray, W: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        return [product(W, a), product(delta, a.T)] if columns else [product(a, W), product(a.T, delta)]

    first, later = make(case.batch, case.sizes[1]), []
    W = make(case.sizes[0], case.sizes[1])
    for fan_in, fan_out in zip(case.sizes[1:], case.sizes[2:]):
        a, delta, W_up = make(case.batch, fan_in), make(case.batch, fan_out), make(fan_in, fan_out)
        later += [*of_layer(a, delta, W_up), product(W_up.T, delta) if columns else product(delta, W_up.T)]
    begins = range(0, len(X), case.batch)
    lowest = [of_layer(laid_out(X[begin : begin + case.batch]), first, W) for begin in begins]
    outs = [out for *_, out in lowest[0]]
    return [
        one_step
        for products in lowest
        for one_step in [*((one, other, out) for (one, other, _), out in zip(products, outs)), *later]
    ]


def _try(products: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> float:
    times = []
    for _ in range(30):
        begun = time.perf_counter()
        for one, other, out in products:
            np.dot(one, other, out=out)
        times.append(time.perf_counter() - begun)
    return float(np.median(times))
