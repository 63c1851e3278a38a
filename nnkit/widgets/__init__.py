"""Widgets: thin Python shells around what the floors below computed.

Python computes every number, with the code that the tests check. The browser draws them and moves among those that it
already holds, so looking never waits for a kernel.
"""

from .batch import Batch, batch
from .cost import Cost, cost
from .export import export_html
from .inspector import Inspector, inspect
from .neuron import Neuron, neuron
from .race import Race, race

__all__ = [
    "Batch",
    "Cost",
    "Inspector",
    "Neuron",
    "Race",
    "batch",
    "cost",
    "export_html",
    "inspect",
    "neuron",
    "race",
]
