"""The gradient check beside torch.autograd.gradcheck and scipy.optimize.check_grad, of every parameter of a network."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy.optimize import check_grad

import nnkit as nn

from .cases import CLASSIFIER, XOR, Case, with_batch
from .results import Row, rows_of
from .timing import Effort, take_turns

SMALL = with_batch(Case((64, 30, 10), "sigmoid", "softmax", "cross_entropy", 0.01, 10, 100), 10)


def candidates_of(case: Case) -> dict[str, Callable[[int], object]]:
    """All compare all entries, but for those that say otherwise. Each raises AssertionError when it does not agree."""
    net = case.network()
    X, y = (array[: case.batch] for array in case.data())
    loss, grad = nn.loss_and_grad(net)
    theta = nn.flatten(net.params)

    def ours(f: Callable[..., float], entries: int | None) -> Callable[[int], object]:
        return lambda count: [_require(nn.check_gradient(f, grad, net.params, X, y, entries=entries).ok)
                              for _ in range(count)]  # fmt: skip

    def scipy(direction: str) -> Callable[[int], object]:
        def error() -> float:
            return float(
                check_grad(
                    lambda v: loss(nn.restore(v, net.params), X, y),
                    lambda v: nn.flatten(grad(nn.restore(v, net.params), X, y)),
                    theta, direction=direction, rng=0,
                )
            )  # fmt: skip

        return lambda count: [_require(error() < 1e-4) for _ in range(count)]

    def gradcheck(fast: bool) -> Callable[[int], object]:
        function, inputs = torch_loss(case, X, y)
        return lambda count: [
            _require(torch.autograd.gradcheck(function, inputs, fast_mode=fast)) for _ in range(count)
        ]

    black_box = loss.__call__  # the method is not recognised as the loss of a network
    found = {
        "check_gradient, nnkit's network": ours(loss, None),
        "check_gradient, 1000 entries each": ours(loss, 1000),
        "check_gradient, a black box, 1000 each": ours(black_box, 1000),
        "gradcheck, fast mode: one direction": gradcheck(True),
        "check_grad, one direction": scipy("random"),
    }
    if theta.size < 10_000:  # beyond that they take minutes
        found |= {
            "check_gradient, a black box": ours(black_box, None),
            "torch.autograd.gradcheck": gradcheck(False),
            "scipy.optimize.check_grad": scipy("all"),
        }
    return found


def torch_loss(case: Case, X: np.ndarray, y: np.ndarray) -> tuple[Callable[..., torch.Tensor], list[torch.Tensor]]:
    """The case's loss as a function of PyTorch tensors, and the parameters that it takes."""
    inputs = [torch.from_numpy(array.copy()).requires_grad_() for array in case.network().params.values()]
    a0, labels = torch.from_numpy(X), torch.from_numpy(y)
    losses = {
        "cross_entropy": torch.nn.functional.cross_entropy,
        "binary_cross_entropy": torch.nn.functional.binary_cross_entropy_with_logits,
    }
    squash = {"sigmoid": torch.sigmoid, "relu": torch.relu}[case.hidden]

    def function(*params: torch.Tensor) -> torch.Tensor:
        a = a0
        for i in range(0, len(params), 2):
            z = a @ params[i] + params[i + 1]
            a = squash(z) if i + 2 < len(params) else z
        return losses[case.loss](a, labels)

    return function, inputs


def _require(agrees: bool) -> None:
    assert agrees


def run(effort: Effort, threads: str, cases: tuple[Case, ...] = (XOR, SMALL, CLASSIFIER)) -> list[Row]:
    """Seconds of one whole check of a right gradient."""
    rows = []
    for case in cases:
        function, inputs = torch_loss(case, *(array[: case.batch] for array in case.data()))
        theirs = float(function(*inputs).detach())
        ours = case.network().loss(*(array[: case.batch] for array in case.data()))
        assert abs(theirs - ours) <= 1e-9 * max(1.0, abs(ours)), f"{case.name}: another loss in PyTorch"
        candidates = candidates_of(case)
        reference = "torch.autograd.gradcheck"
        if reference not in candidates:
            reference = "gradcheck, fast mode: one direction"
        size = sum(array.size for array in case.network().params.values())
        title = f"{case.name}, {size} entries"
        rows += rows_of("checks", title, take_turns(candidates, effort), reference=reference, threads=threads)
    return rows
