"""The data of the notebooks: logic gates, squared features, 8 × 8 digits that the workbook ships, and MNIST.

A data set is a pair (X, y): X (N, D), one example a row, and y (N, K), one label a row, both float64.
"""

from .digits8x8 import digits, enlarge
from .gates import and_gate, nor_gate, or_gate, squared_features, three_bit, xor, xor_with_bias_column
from .idx import mnist
from .labels import one_hot

__all__ = [
    "and_gate",
    "digits",
    "enlarge",
    "mnist",
    "nor_gate",
    "one_hot",
    "or_gate",
    "squared_features",
    "three_bit",
    "xor",
    "xor_with_bias_column",
]
