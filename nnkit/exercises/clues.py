"""What a check says where there are no numbers to compare: code that raised, a stub, an array of another shape.

A clue is given only where the shapes leave no doubt. A false one costs a learner more than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..functions import Array

Shape = tuple[int, ...]

# NumPy's words for shapes that do not fit: the sizes that met, which side they were on, and what to look for.
_INNER = (
    "in a product a @ b the inner sizes have to agree, the columns of a and the rows of b; here {0} met {1}. "
    "Which of the two needs a transpose?"
)
_SHAPE_ERRORS = (
    (r"matmul: .*\(size (?P<rows>\d+) is different from (?P<columns>\d+)\)", _INNER),
    (r"shapes (?P<left>\(.*\)) and (?P<right>\(.*\)) not aligned", _INNER),
    (
        r"operands could not be broadcast together with shapes (?P<left>\(\S*\)) (?P<right>\(\S*\))",
        "elementwise the shapes have to agree; here {0} met {1}. Is it a matrix product, @, that you want?",
    ),
)


def _nothing() -> None: ...


def _only_a_docstring() -> None:
    """..."""


_UNTOUCHED = {function.__code__.co_code for function in (_nothing, _only_a_docstring)}


def untouched(attempt: Callable[..., Any]) -> bool:
    """True for a function without a line that does anything, as a stub is."""
    code = getattr(attempt, "__code__", None)
    return code is not None and code.co_code in _UNTOUCHED


def raised(error: Exception, given: Mapping[str, Any]) -> str:
    """What an attempt raised, in words where shapes did not fit, and the shapes that it was given."""
    shapes = ", ".join(f"{name} {np.shape(value)}" for name, value in given.items())
    said = f"{type(error).__name__}: {_in_words(str(error))}".rstrip(": ")
    return f"Your function raised {said}{'' if said.endswith(('.', '?')) else '.'} It was given {shapes}."


def _in_words(message: str) -> str:
    for pattern, words in _SHAPE_ERRORS:
        if found := re.search(pattern, message):
            met = found.groupdict()
            if "rows" in met:
                return words.format(f"(…, {met['columns']})", f"({met['rows']}, …)")
            return words.format(met["left"].replace(",", ", "), met["right"].replace(",", ", "))
    return message


def shape_clue(mine: Array, wanted: Array) -> str:
    """How a shape that is wrong came about, or nothing."""
    has, should = mine.shape, wanted.shape
    if len(has) == 2 and has == should[::-1]:
        return "It has the shape of the transpose."
    if len(has) == 2 and has[0] == has[1] and should in ((has[0],), (has[0], 1)):
        return "Did (N,) meet (N, 1)? NumPy makes an (N, N) table of the two."
    if _longer_axes(has) == _longer_axes(should):
        return f"An axis of length 1 is {'too many' if len(has) > len(should) else 'missing'}."
    if has[1:] == should:
        return "Is there a sum over the examples missing?"
    return ""


def _longer_axes(shape: Shape) -> Shape:
    return tuple(size for size in shape if size != 1)
