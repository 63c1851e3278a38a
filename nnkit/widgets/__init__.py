"""Widgets: thin Python shells around what the floors below computed.

Python computes every number, with the code that the tests check. The browser draws them and moves among those that it
already holds, so looking never waits for a kernel.
"""

from .batch import Batch, batch
from .cost import Cost, cost
from .export import export_html
from .inspector import Inspector, inspect
from .my_code import MyCode, inspect_my_code
from .neuron import Neuron, neuron
from .race import Race, race

__all__ = [
    "Batch",
    "Cost",
    "Inspector",
    "MyCode",
    "Neuron",
    "Race",
    "batch",
    "cost",
    "export_html",
    "inspect",
    "inspect_my_code",
    "neuron",
    "race",
]
