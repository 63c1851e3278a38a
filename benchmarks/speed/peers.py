"""nnkit, PyTorch and scikit-learn on a case: each trains by gradient descent on the batches as they stand.

A peer is a class. Made for a case, it has the parameters and the data in its own form; `train(passes)` goes on from
there, and `params()` gives the parameters in nnkit's form.
"""

from __future__ import annotations

import warnings
from inspect import signature
from typing import Protocol

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier, MLPRegressor

import nnkit as nn

from .cases import Case, Params


class Peer(Protocol):
    """Something that trains."""

    name: str

    def __init__(self, case: Case) -> None:
        """Take over the case's network and data."""

    def train(self, passes: int) -> object:
        """So many passes over the data."""

    def params(self) -> Params:
        """{"W1": (fan_in, fan_out), "b1": (fan_out,), ...} as they are now."""


class Train:
    """`nn.train`, from the call to the History."""

    name = "nn.train"
    kwargs: dict[str, object] = {}  # noqa: RUF012

    def __init__(self, case: Case) -> None:
        self.case, self.net = case, case.network()
        self.X, self.y = case.data()

    def train(self, passes: int) -> None:
        """Only the first and the last loss are recorded."""
        steps = passes * -(-len(self.X) // self.case.batch)
        optimiser = nn.GradientDescent(self.case.learning_rate)
        self.net = nn.train(
            self.net, self.X, self.y, optimiser=optimiser, steps=steps, batch_size=self.case.batch, order="cyclic",
            record_every=steps, progress=False, **self.kwargs,
        ).network  # fmt: skip

    def params(self) -> Params:
        """As they are."""
        return self.net.params


class TrainFloat32(Train):
    """`nn.train` in float32, as the other peers compute."""

    name = "nn.train float32"
    kwargs = {"dtype": "float32"}  # noqa: RUF012


class Readable(Train):
    """The loop that a reader of nnkit writes: nn.backward, which keeps every term, and the optimiser's step."""

    name = "nn.backward"

    def train(self, passes: int) -> None:
        """Batch by batch."""
        step, state, net = nn.GradientDescent(self.case.learning_rate).step, {}, self.net
        for _ in range(passes):
            for first in range(0, len(self.X), self.case.batch):
                rows = slice(first, first + self.case.batch)
                params, state = step(net.params, nn.backward(net, self.X[rows], self.y[rows]).grads, state)
                net = net.with_params(params)
        self.net = net


class TorchEager:
    """PyTorch as its tutorials use it: modules, a loss on logits, autograd, torch.optim.SGD."""

    name = "PyTorch eager"

    def __init__(self, case: Case) -> None:
        X, y = case.data()
        hidden = {"sigmoid": torch.nn.Sigmoid, "relu": torch.nn.ReLU}[case.hidden]
        self.linear = [torch.nn.Linear(fan_in, fan_out) for fan_in, fan_out in zip(case.sizes, case.sizes[1:])]
        layers = [layer for linear in self.linear for layer in (linear, hidden())][:-1]
        self.model = torch.nn.Sequential(*layers)
        with torch.no_grad():
            for l, linear in enumerate(self.linear, start=1):
                linear.weight.copy_(torch.from_numpy(case.network().params[f"W{l}"].T))
                linear.bias.copy_(torch.from_numpy(case.network().params[f"b{l}"]))
        self.loss = {
            "cross_entropy": torch.nn.CrossEntropyLoss(),
            "binary_cross_entropy": torch.nn.BCEWithLogitsLoss(),
            "half_squared_error": lambda a, y: ((a - y) ** 2).sum() / (2 * len(y)),
        }[case.loss]
        labels = torch.from_numpy(y).float()
        self.X, self.y = torch.from_numpy(X).float(), labels.argmax(1) if case.loss == "cross_entropy" else labels
        self.batch = case.batch
        self.optimiser = torch.optim.SGD(self.model.parameters(), lr=case.learning_rate)

    def train(self, passes: int) -> None:
        """Batch by batch."""
        for _ in range(passes):
            for first in range(0, len(self.X), self.batch):
                rows = slice(first, first + self.batch)
                self.optimiser.zero_grad()
                self.loss(self.model(self.X[rows]), self.y[rows]).backward()
                self.optimiser.step()

    def params(self) -> Params:
        """A Linear holds its weights as (fan_out, fan_in)."""
        return {
            name: array.detach().numpy().T
            for l, linear in enumerate(self.linear, start=1)
            for name, array in ((f"W{l}", linear.weight), (f"b{l}", linear.bias))
        }


class ScikitLearn:
    """scikit-learn's MLP with plain SGD, in float32: its `fit` goes on from where it was (warm_start)."""

    name = "scikit-learn MLP"

    def __init__(self, case: Case) -> None:
        X, y = case.data()
        kind = MLPRegressor if case.output == "identity" else MLPClassifier
        self.model = kind(
            hidden_layer_sizes=case.sizes[1:-1], activation={"sigmoid": "logistic", "relu": "relu"}[case.hidden],
            solver="sgd", alpha=0.0,
            batch_size=case.batch, learning_rate_init=case.learning_rate, momentum=0.0, nesterovs_momentum=False,
            shuffle=False, max_iter=1, tol=0.0, n_iter_no_change=10**9, warm_start=True,
        )  # fmt: skip
        self.X = X.astype(np.float32)
        self.y = y if kind is MLPRegressor else y[:, 0] if y.shape[1] == 1 else y.argmax(axis=1)
        self.train(1)  # makes the arrays, which are then filled with the case's parameters
        params = case.network().params
        n_layers = len(case.sizes) - 1
        self.model.coefs_ = [params[f"W{l}"].astype(np.float32) for l in range(1, n_layers + 1)]
        self.model.intercepts_ = [params[f"b{l}"].astype(np.float32) for l in range(1, n_layers + 1)]

    def train(self, passes: int) -> None:
        """It warns after every call that it has not converged."""
        self.model.max_iter = passes
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.model.fit(self.X, self.y)

    def params(self) -> Params:
        """Its coefs_ are (fan_in, fan_out) already."""
        arrays = enumerate(zip(self.model.coefs_, self.model.intercepts_), start=1)
        return {name: array for l, pair in arrays for name, array in zip((f"W{l}", f"b{l}"), pair)}


OURS: tuple[type[Peer], ...] = (Train, *([TrainFloat32] if "dtype" in signature(nn.train).parameters else []), Readable)
THEIRS: tuple[type[Peer], ...] = (TorchEager, ScikitLearn)
