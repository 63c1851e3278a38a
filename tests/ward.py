"""Where the doctor's patients are registered: programs as learners write them, each with the slugs that are right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Program = tuple  # (loss, grad, params, X, y)


class Ward:
    """Programs by name, each with the slugs one of which must come first; no slug for a healthy one."""

    def __init__(self) -> None:
        self.cases: dict[str, tuple[Callable[[], Program], tuple[str, ...]]] = {}

    def ill(self, *slugs: str):
        """Register a program whose mistake has one of these slugs."""

        def register(make: Callable[[], Program]):
            assert make.__name__ not in self.cases
            self.cases[make.__name__] = (make, slugs)
            return make

        return register

    def healthy(self, make: Callable[[], Program]):
        """Register a program whose gradient is right, also where it looks wrong."""
        return self.ill()(make)


def rng(seed=0):
    """The random numbers of a patient."""
    return np.random.default_rng(seed)


def sigmoid(z):
    """The logistic function."""
    return 1 / (1 + np.exp(-z))
