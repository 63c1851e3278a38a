"""nnkit: every gradient as a product of named terms.

The conventions, stated once and kept everywhere:

- Examples are rows: X (N, D), W_l (fan_in, fan_out), b_l (fan_out,), z_l = a_{l-1} W_l + b_l, a_l = f_l(z_l), a_0 = X.
- Layers count from 1, units and examples from 0: W1[0,2] leads from input 0 to unit 2 of layer 1.
- The batch loss C is the mean over the examples of C_n, the loss of one example, unless the loss's name ends in `_sum`.
- Slopes and deltas belong to one example's loss C_n. The factor 1/N enters once, in the batch sum that gives `grads`.
- Checks are made in float64 with central differences. Randomness enters as an `rng` argument.

Importing nnkit changes no global state and imports neither widgets nor matplotlib; `nnkit.widgets` is imported when you
use it.
"""

from __future__ import annotations

from typing import Any

from . import datasets, mistakes
from .backprop import BackwardPass, backward
from .check import GradientReport, check_gradient, loss_and_grad
from .doctor import Diagnosis, Finding, diagnose
from .errors import ShapeError
from .history import History, Record
from .minimise import Minimised, minimise
from .network import Forward, Network
from .numeric import numeric_gradient, numeric_hessian
from .optimisers import Adam, GradientDescent, IRpropMinus, Momentum, Nesterov, RMSProp
from .recipe import Recipe
from .terms import Factor, Terms
from .training import train
from .vectors import cosine, flatten, restore

__version__ = "0.1.0"

__all__ = [
    "Adam",
    "BackwardPass",
    "Diagnosis",
    "Factor",
    "Finding",
    "Forward",
    "GradientDescent",
    "GradientReport",
    "History",
    "IRpropMinus",
    "Minimised",
    "Momentum",
    "Nesterov",
    "Network",
    "RMSProp",
    "Recipe",
    "Record",
    "ShapeError",
    "Terms",
    "backward",
    "check_gradient",
    "cosine",
    "datasets",
    "diagnose",
    "exercises",
    "flatten",
    "loss_and_grad",
    "minimise",
    "mistakes",
    "numeric_gradient",
    "numeric_hessian",
    "restore",
    "train",
    "widgets",
]


def __getattr__(name: str) -> Any:
    if name in ("exercises", "widgets"):
        from importlib import import_module

        return import_module(f".{name}", __name__)
    raise AttributeError(f"module 'nnkit' has no attribute {name!r}")
