"""What a check says where no mistake is known: which entry is off, an array of another shape, code that raised, a stub.

A clue is given only where the arrays leave no doubt. A false one costs a learner more than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..functions import Array
from ..text import number, place

Shape = tuple[int, ...]

# NumPy's words for what does not fit: the sizes that met, which side they were on, and what to look for.
_INNER = (
    "in a product a @ b the inner sizes have to agree, the columns of a and the rows of b; here {0} met {1}. "
    "Which of the two needs a transpose?"
)
_ELEMENTWISE = "elementwise the shapes have to agree; here {0} met {1}. "
_SHAPE_ERRORS = (
    (r"matmul: .*\(size (?P<rows>\d+) is different from (?P<columns>\d+)\)", _INNER),
    (r"shapes (?P<left>\(.*\)) and (?P<right>\(.*\)) not aligned", _INNER),
    (
        r"operands could not be broadcast together with shapes (?P<left>\((?P<n>\d+),\d+\)) (?P<right>\((?P=n),\))",
        _ELEMENTWISE + "A sum over axis 1 has lost that axis; with keepdims=True it stays, with length 1.",
    ),
    (
        r"operands could not be broadcast together with shapes (?P<left>\(\S*\)) (?P<right>\(\S*\))",
        _ELEMENTWISE + "Is it a matrix product, @, that you want?",
    ),
)
_ONE_NUMBER = re.compile(r"only (0-dimensional|length-1|size-1) arrays can be converted")
_TAKES_ONE = (
    "something that takes one number was given an array. math.exp and its like take one number; np.exp takes arrays."
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
    if _ONE_NUMBER.search(message):
        return _TAKES_ONE
    for pattern, words in _SHAPE_ERRORS:
        if found := re.search(pattern, message):
            met = found.groupdict()
            if "rows" in met:
                return words.format(f"(…, {met['columns']})", f"({met['rows']}, …)")
            return words.format(*(re.sub(r",(?=\d)", ", ", met[side]) for side in ("left", "right")))
    return message


def is_plural(name: str) -> bool:
    """Is it "failures", or "loss"?"""
    return name.endswith("s") and not name.endswith("ss")


def listing(names: Sequence[str]) -> str:
    """Names in words: "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def difference(name: str, mine: Array, wanted: Array) -> str:
    """Where one result is off: its shape, or the entry that is furthest from what it should be."""
    name = name.removeprefix("the ")
    if mine.shape != wanted.shape:
        return f"Your {name} {'have' if is_plural(name) else 'has'} shape {mine.shape}; it should be {wanted.shape}."
    with np.errstate(invalid="ignore"):
        distance = np.where(mine == wanted, 0.0, np.abs(np.where(np.isfinite(mine), mine, np.inf) - wanted))
    distance = np.where(np.isnan(distance), np.inf, distance)
    at = tuple(int(i) for i in np.unravel_index(np.argmax(distance), distance.shape))
    where, entry = (f"At {place(at)} your" if at else "Your"), name.removesuffix("s") if is_plural(name) else name
    return f"{where} {entry} is {number(float(mine[at]))}; it should be {number(float(wanted[at]))}."


def clue(mine: Array, wanted: Array, n_examples: int | None = None) -> str:
    """How a result that is wrong came about, or nothing. n_examples: N, where the exercise has one."""
    if mine.size and wanted.size > 1 and not mine.ravel()[1:].any():
        if np.allclose(mine.ravel()[0], wanted.ravel()[0], rtol=1e-7) and wanted.ravel()[1:].any():
            return "Only the first entry is there. Is the `return` inside the loop?"
    if mine.shape != wanted.shape:
        return _shape_clue(mine.shape, wanted.shape, n_examples)
    if np.isnan(mine).any():
        return "nan comes of 0/0, of a logarithm below 0 or of a nan that came in, and it spreads to all that it meets."
    return ""


def _shape_clue(has: Shape, should: Shape, n_examples: int | None) -> str:
    if len(has) == 2 and has == should[::-1]:
        return "It has the shape of the transpose."
    square = len(has) == 2 and has[0] == has[1] > 1 and should in ((has[0],), (has[0], 1))
    if square or _widened(has, should, n_examples):
        return "Did (N,) meet (N, 1)? NumPy makes an (N, N) table of the two."
    if _longer_axes(has) == _longer_axes(should):
        return f"An axis of length 1 is {'too many' if len(has) > len(should) else 'missing'}."
    return _sum_clue(has, should, n_examples)


def _sum_clue(has: Shape, should: Shape, n_examples: int | None) -> str:
    """Which axis was added up and should not have been, or the other way round."""
    if not has and len(should) == 1:
        return "It is one number. A sum or a mean without an axis adds up everything; axis=0 adds over the examples."
    if has == (n_examples,) and len(should) == 1:
        return "It has an entry for each example. axis=0 adds over the examples, axis=1 along each of them."
    if has[1:] == should:
        return "Is there a sum over the examples missing?"
    return ""


def _widened(has: Shape, should: Shape, n_examples: int | None) -> bool:
    """Is an axis of length 1 as long as the batch, and the rest as it should be?"""
    if len(has) != len(should):
        return False
    return [pair for pair in zip(has, should) if pair[0] != pair[1]] == [(n_examples, 1)]


def _longer_axes(shape: Shape) -> Shape:
    return tuple(size for size in shape if size != 1)
