"""One step of each optimiser beside PyTorch's: from a gradient that is there to the changed parameters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

import nnkit as nn

from .cases import CLASSIFIER, REGRESSION, Case
from .results import Row, rows_of
from .timing import Effort, take_turns

# PyTorch's momentum adds the gradient in full, as ours does; its RMSProp and Adam put eps outside the root, as ours do.
PAIRS: dict[str, tuple[nn.GradientDescent, Callable[..., torch.optim.Optimizer]]] = {
    "GradientDescent": (nn.GradientDescent(0.01), lambda p: torch.optim.SGD(p, lr=0.01)),
    "Momentum": (nn.Momentum(0.01, 0.9), lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9)),
    "Nesterov": (nn.Nesterov(0.01, 0.9), lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True)),
    "RMSProp": (nn.RMSProp(0.01, 0.9), lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-8)),
    "Adam": (nn.Adam(0.01), lambda p: torch.optim.Adam(p, lr=0.01)),
}  # type: ignore[dict-item]


class Ours:
    """An optimiser of nnkit on the parameters of a case, in float64."""

    def __init__(self, case: Case, name: str) -> None:
        self.optimiser, self.values = PAIRS[name][0], dict(case.network().params)
        rng = np.random.default_rng(1)
        self.grads = {key: rng.normal(size=array.shape) for key, array in self.values.items()}
        self.state = self.optimiser.start(self.values)

    def steps(self, count: int) -> None:
        """So many steps with the same gradient."""
        for _ in range(count):
            self.values, self.state = self.optimiser.step(self.values, self.grads, self.state)

    def params(self) -> list[np.ndarray]:
        """As they are now."""
        return list(self.values.values())


class Theirs:
    """The same of PyTorch, from the same start with the same gradient."""

    def __init__(self, case: Case, name: str, dtype: torch.dtype) -> None:
        ours = Ours(case, name)
        self.values = [torch.nn.Parameter(torch.from_numpy(array).to(dtype)) for array in ours.params()]
        for value, grad in zip(self.values, ours.grads.values()):
            value.grad = torch.from_numpy(grad).to(dtype)
        self.optimiser = PAIRS[name][1](self.values)

    def steps(self, count: int) -> None:
        """So many steps with the same gradient."""
        for _ in range(count):
            self.optimiser.step()

    def params(self) -> list[np.ndarray]:
        """As they are now."""
        return [value.detach().numpy() for value in self.values]


def check_agreement(case: Case, name: str) -> None:
    """Raise AssertionError unless both have the same parameters after three steps, in float64."""
    ours, theirs = Ours(case, name), Theirs(case, name, torch.float64)
    for both in (ours, theirs):
        both.steps(3)
    for one, other in zip(ours.params(), theirs.params()):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-9, err_msg=name)


def run(effort: Effort, threads: str, cases: tuple[Case, ...] = (CLASSIFIER, REGRESSION)) -> list[Row]:
    """Every optimiser on the parameters of two networks."""
    rows = []
    for case in cases:
        for name in PAIRS:
            check_agreement(case, name)
            candidates = {
                "nnkit float64": Ours(case, name).steps,
                "PyTorch float64": Theirs(case, name, torch.float64).steps,
                "PyTorch float32": Theirs(case, name, torch.float32).steps,
            }
            title = f"{name}, {list(case.sizes)}"
            timings = take_turns(candidates, effort)
            rows += rows_of("optimisers", title, timings, reference="PyTorch float64", threads=threads)
    return rows
