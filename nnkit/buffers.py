"""Where the notes of a tape get their memory: calls that write into buffers made once, and used again when free.

Floats get the type that you ask for. Numbers, results of shape (), stay float64: 1 - 0.999**t has no digits to lose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from .functions import Array
from .products import Call, product, sum_of_columns, sum_of_rows
from .tape import Node, Tape, is_number

CACHE_LINE = 64  # bytes, and what AVX-512 reads at once


def aligned(shape: tuple[int, ...], dtype: Any, order: Any = "C") -> Array:
    """np.empty, but that it begins where a line of the cache begins, so that no read has to cross two of them."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    room = np.empty(size + CACHE_LINE, np.uint8)
    first = -room.ctypes.data % CACHE_LINE
    return room[first : first + size].view(dtype).reshape(shape, order=order)


class Place(NamedTuple):
    """Where the calls of a note stand, and what they are made from."""

    node: Node
    args: list[Any]
    out: Array
    calls: slice


class Bound:
    """The calls of each part of a tape. One walk over the notes; a buffer is free after the last note that reads it.

    arrays: what its inputs are, and where the results that it keeps have to be, by their names.
    dtype: of what is computed. limits: numbers in the code that stand for a limit of float64, and what they are in
    `dtype`.
    """

    def __init__(
        self,
        tape: Tape,
        arrays: Mapping[str, Array],
        dtype: Any = np.float64,
        limits: Mapping[float, float] | None = None,
    ) -> None:
        self.arrays = arrays
        self.dtype, self.limits = np.dtype(dtype), limits or {}
        self.notes = _sums_at_once(_needed(tape))
        self.places: list[Place] = []
        self._readers: dict[tuple[str, ...], tuple[list[Node], list[Place]]] = {}
        self.calls: dict[str, list[Call]] = {node.part: [] for node in tape.nodes}
        self.memory: dict[Node, Array] = {}
        self.narrow: dict[tuple[Node, str], Array] = {}
        self.free: list[Array] = []
        self.by_columns = {node.args[0].value.shape for node in self.notes if _along_rows(node)}
        self.owned: set[Node] = set()
        self.last_read: dict[Node, int] = {}
        for i, node in enumerate(self.notes):
            for arg in _nodes(node):
                self.last_read[arg.owner] = i
        late = [self._place(i, node) for i, node in enumerate(self.notes)]
        for part, call in filter(None, late):
            self.calls[part].append(call)

    def reading(self, moved: Mapping[str, Array]) -> dict[str, list[Call]]:
        """The same calls, with inputs that lie elsewhere: arrays of the same shape and type, by their names."""
        shown, places = self._readers_of(tuple(moved))
        memory: dict[Node, Array] = {}
        for node in shown:
            memory[node] = moved[node.name] if node.call == "input" else node.args[1](memory[node.args[0]])
        calls = {part: list(of_part) for part, of_part in self.calls.items()}
        for node, args, out, where in reversed(places):  # there may be more calls now, or fewer
            pairs = zip(node.args, args)
            there = [memory.get(arg, array) if isinstance(arg, Node) else array for arg, array in pairs]
            calls[node.part][where] = _calls(node, there, out)
        return calls

    def _readers_of(self, names: tuple[str, ...]) -> tuple[list[Node], list[Place]]:
        """These inputs and the views of them; and what reads one of the two."""
        if names not in self._readers:
            shown: dict[Node, None] = {}
            for node in self.notes:
                moved = node.call == "input" and node.name in names
                if moved or (node.call == "view" and node.args[0] in shown):
                    shown[node] = None
            places = [place for place in self.places if any(arg in shown for arg in _nodes(place.node))]
            self._readers[names] = list(shown), places
        return self._readers[names]

    def _place(self, i: int, node: Node) -> tuple[str, Call] | None:
        """Give one note its memory and its calls; perhaps a call that has to come at the end of its part."""
        if node.call == "input":
            self.memory[node] = self.arrays[node.name]
            return None
        if node.call == "view":
            self.memory[node] = node.args[1](self.memory[node.args[0]])
            return None
        args = [self._argument(node, arg) for arg in node.args]
        late, out = None, self._wanted(i, node)
        if out is None:
            out = self._buffer(i, node)
            if not node.name:
                self.owned.add(node)
            else:  # and its buffer stays its own until then
                late = (node.part, partial(np.copyto, self.arrays[node.name], out))
        self.memory[node] = out
        first, made = len(self.calls[node.part]), _calls(node, args, out)
        self.calls[node.part] += made
        self.places.append(Place(node, args, out, slice(first, first + len(made))))
        for arg in {arg.owner for arg in _nodes(node)} & self.owned:
            if self.last_read[arg] == i:
                self.owned.discard(arg)
                if self.memory[arg] is not out:
                    self.free.append(self.memory[arg])
        return late

    def _wanted(self, i: int, node: Node) -> Array | None:
        """The array into which the result has to go, unless what stands there is still to be read."""
        if not node.name:
            return None
        wanted = self.arrays[node.name]
        for other, array in self.memory.items():
            if array is wanted and self.last_read.get(other.owner, -1) >= i + _elementwise(node):
                return None
        return wanted

    def _buffer(self, i: int, node: Node) -> Array:
        """Memory for a result: that of an argument nobody reads again, a free buffer, or a new one."""
        shape, dtype = node.value.shape, self._type(node)
        order: Any = "F" if shape in self.by_columns else "C"

        def fits(array: Array) -> bool:
            return array.shape == shape and array.dtype == dtype and array.flags[order]

        if _elementwise(node):
            for arg in _nodes(node):
                if arg in self.owned and self.last_read[arg] == i and fits(self.memory[arg]):
                    return self.memory[arg]
        for at, array in enumerate(self.free):
            if fits(array):
                return self.free.pop(at)
        return aligned(shape, dtype, order)

    def _type(self, node: Node) -> np.dtype[Any]:
        if node.value.dtype.kind != "f":
            return node.value.dtype
        return self.dtype if node.value.shape else np.dtype(np.float64)

    def _argument(self, node: Node, arg: Any) -> Any:
        """An argument as the call gets it: constants as arrays of the right type, which NumPy need not convert."""
        dtype = self._type(node) if node.value.dtype.kind == "f" else self.dtype
        if isinstance(arg, Node):
            array = self.memory[arg]
            if array.shape or array.dtype == dtype or array.dtype.kind != "f":
                return array
            if (arg, node.part) not in self.narrow:
                self.narrow[arg, node.part] = np.empty((), dtype)
                self.calls[node.part].append(partial(np.copyto, self.narrow[arg, node.part], array, "same_kind"))
            return self.narrow[arg, node.part]
        if isinstance(arg, float | int):
            number = np.array(self.limits.get(arg, arg), dtype)
            rounded_to_zero = arg and not number  # which nobody who adds it to a denominator expects
            return np.array(np.copysign(np.finfo(dtype).tiny, arg), dtype) if rounded_to_zero else number
        return arg.astype(dtype) if isinstance(arg, np.ndarray) else arg


def _nodes(node: Node) -> list[Node]:
    return [arg for arg in node.args if isinstance(arg, Node)]


def _elementwise(node: Node) -> bool:
    """True where a result may overwrite an argument of its own shape."""
    return isinstance(node.call, np.ufunc) and node.method != "reduce" and node.call is not np.matmul


def _along_rows(node: Node) -> bool:
    """True for a sum or a maximum of each row of a tall array (N, K): NumPy is several times faster on its columns."""
    if node.method != "reduce" or node.args[0].value.ndim != 2 or node.options["axis"] not in (1, -1):
        return False
    n, k = node.args[0].value.shape
    return bool(n >= 2 * k)


def _needed(tape: Tape) -> list[Node]:
    """The notes that a kept result depends on."""
    needed: set[Node] = set()
    for node in reversed(tape.nodes):
        if node in needed or (node.name and node.call != "input"):
            needed |= {node, *_nodes(node)}
    return [node for node in tape.nodes if node in needed]


def _sums_at_once(notes: list[Node]) -> list[Node]:
    """The notes, with each sum right behind what it sums, which then still lies in the cache."""
    ordered: list[Node] = []
    for node in notes:
        at = len(ordered)
        if node.method == "reduce" and node.args[0].part == node.part:
            at = ordered.index(node.args[0]) + 1
        ordered.insert(at, node)
    return ordered


def _calls(node: Node, args: list[Any], out: Array) -> list[Call]:
    """NumPy's way to have the result of this note in `out`."""
    if node.call is np.where:
        condition, one, other = args
        truth = is_number(node.args[1], 1) and is_number(node.args[2], 0)
        choose: list[Call] = [partial(np.copyto, out, other), partial(np.copyto, out, one, where=condition)]
        return [partial(np.copyto, out, condition)] if truth else choose
    if node.call is np.matmul:
        left, right = args
        return product(left, right, out)
    if node.method == "reduce":
        return [_reduction(node, args[0], out)]
    if node.call in (np.einsum, np.maximum, np.minimum):  # these want `out` by name
        return [partial(node.call, *args, out=out)]
    return [partial(node.call, *args, out)]


def _reduction(node: Node, array: Array, out: Array) -> Call:
    """The call for a sum, a maximum and the like. NumPy begins sooner without keepdims, and BLAS sums sooner still."""
    axis = node.options["axis"]
    if array.ndim != 2 or not isinstance(axis, int) or array.dtype != out.dtype:
        return partial(node.call.reduce, array, dtype=out.dtype, out=out, **node.options)
    flat = out.reshape(-1)  # a view: what is reduced lies together
    if node.call is np.add:
        return sum_of_rows(array, flat) if axis in (0, -2) else sum_of_columns(array, flat)
    return partial(node.call.reduce, array, axis, None, flat)
