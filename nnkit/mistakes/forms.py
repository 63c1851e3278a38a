"""Every form of every mistake that can happen in one network, commonest first: what the doctor runs through."""

from __future__ import annotations

from ..functions import Array
from ..network import Network
from .batch import batch_forms
from .carried import carry_forms
from .form import Form
from .outputs import output_forms
from .slopes import slope_forms


def forms(net: Network, y: Array) -> list[Form]:
    """The forms for this network and these labels (N, K)."""
    every = [*slope_forms(net), *output_forms(net, y), *carry_forms(net, len(y)), *batch_forms(net, len(y))]
    return sorted(every, key=lambda form: form.rarity)
