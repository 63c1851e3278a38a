"""What the learner's functions change beside their arguments: globals, and variables of an enclosing function."""

from __future__ import annotations

import dis
import linecache
from collections.abc import Iterator
from copy import deepcopy
from types import FunctionType, MethodType
from typing import Any

import numpy as np

DEEP = 3  # functions that call functions that call functions
LARGE = 100_000  # numbers from which on an array is compared by some of its entries


class Surroundings:
    """The variables outside of a function that it names, itself or through the functions that it calls."""

    def __init__(self, function: Any) -> None:
        self.functions = list(_reached(function, DEEP, set()))

    def now(self) -> dict[str, Any]:
        """A copy of every number, array, list and dict among them, by name."""
        return {name: _copied(value) for name, value in self._values() if _watched(value)}

    def changed_since(self, before: dict[str, Any]) -> list[str]:
        """The names whose values are others than before, each with the line that changes it."""
        after = self.now()
        return [f"{name}{self._line(name)}" for name in before if name in after and _differ(before[name], after[name])]

    def _values(self) -> Iterator[tuple[str, Any]]:
        for function in self.functions:
            for name in function.__code__.co_names:
                if name in function.__globals__:
                    yield name, function.__globals__[name]
            for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
                try:
                    yield name, cell.cell_contents
                except ValueError:  # not yet assigned
                    continue

    def _line(self, name: str) -> str:
        """ " (line 12: costs.append(J))": where it is assigned, or else where it is first read."""
        lines: dict[bool, tuple[str, int]] = {}
        for function in self.functions:
            number = function.__code__.co_firstlineno
            for step in dis.get_instructions(function):
                number = step.starts_line or number
                if step.argval == name:
                    lines.setdefault(step.opname.startswith("STORE"), (function.__code__.co_filename, number))
        place = lines.get(True) or lines.get(False)
        if place is None:
            return ""
        return f" (line {place[1]}: {linecache.getline(*place).strip()})".replace(": )", ")")


def _reached(function: Any, depth: int, seen: set[int]) -> Iterator[FunctionType]:
    function = function.__func__ if isinstance(function, MethodType) else function
    if not isinstance(function, FunctionType) or id(function) in seen:
        return
    seen.add(id(function))
    if str(function.__module__).partition(".")[0] in ("nnkit", "numpy", "scipy"):
        return
    yield function
    cells = (cell.cell_contents for cell in function.__closure__ or () if _filled(cell))
    named = (function.__globals__.get(name) for name in function.__code__.co_names)
    for other in (*named, *cells) if depth else ():
        yield from _reached(other, depth - 1, seen)


def _filled(cell: Any) -> bool:
    try:
        return bool(cell.cell_contents is not None)
    except ValueError:
        return False


def _watched(value: Any) -> bool:
    return isinstance(value, np.ndarray | list | dict | float | int | np.number)


def _copied(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.ravel()[:: max(1, value.size // LARGE)].copy()
    if isinstance(value, list | dict) and len(value) > LARGE:
        return len(value)
    try:
        return deepcopy(value)
    except Exception:  # what cannot be copied cannot be watched
        return None


def _differ(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return not (np.shape(one) == np.shape(other) and bool(np.array_equal(one, other)))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() != other.keys() or any(_differ(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) != len(other) or any(_differ(a, b) for a, b in zip(one, other))
    try:
        return bool(one != other)
    except Exception:  # what cannot be compared cannot be seen to change
        return False
