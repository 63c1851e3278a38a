"""A tape: it listens to NumPy code once, and plays it again in place.

The readable code of nnkit makes a new array for every intermediate result, and computes exp(z) wherever a formula says
so. Hand it arrays of a `Tape`, and it runs as ever, while the tape notes each NumPy call. `buffers.Bound` turns the
notes into calls that write into buffers made once:

- a call that was made before is not made again: exp(z) in an activation and in its slope is one call;
- (p / q) q is p, and 1 x is x, also where the 1 is a result that is promised to stay so;
- what no kept result needs is left out;
- a buffer is used again as soon as nobody reads it any more.

The tape knows NumPy, and nothing about networks. It serves code that has no branch on the numbers, and that uses
ufuncs, their `reduce`, @, np.where, np.einsum, np.ones_like, .T and indexing; anything else raises an error while it
listens. No result is computed then: an array of a tape has the shape and the type of a result, and stands for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .functions import Array
from .stand_ins import outcome, stand_in


@dataclass(eq=False)
class Node:
    """One noted result: what was called on what. A result is a number when its shape is ().

    call: a ufunc, np.where, np.einsum, "view" or "input". args: nodes and constants. value: stands for the result.
    name: of the array that an input is, or in which a result is kept.
    promised: what the result is each time the tape plays, if it never changes.
    """

    call: Any
    method: str
    args: tuple[Any, ...]
    options: dict[str, Any]
    value: Array
    part: str
    name: str = ""
    promised: Any = None

    @property
    def owner(self) -> Node:
        """The node whose memory this one shows: itself, but for a view."""
        return self.args[0].owner if self.call == "view" else self


REDUCE = {"axis": 0, "keepdims": False}  # what the reduce of a ufunc may be told, and what it takes otherwise


class Traced(np.ndarray):
    """An array of a tape, which stands for a result. What is done with it is noted."""

    tape: Tape
    node: Node

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Note a ufunc, or its reduce, and answer with the result."""
        if method not in ("__call__", "reduce") or any(out is not None for out in options.pop("out", ())):
            raise TypeError(f"a tape cannot note {ufunc.__name__}.{method} with these arguments")
        kept = {name: options.pop(name, default) for name, default in REDUCE.items()} if method == "reduce" else {}
        if unknown := [name for name, value in options.items() if value not in (None, True, np._NoValue)]:
            raise TypeError(f"a tape cannot note {ufunc.__name__}.{method} with {', '.join(unknown)}")
        return _tape_of(inputs).note(ufunc, method, inputs, kept)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Note np.where and np.einsum; let NumPy take the others apart into ufuncs."""
        if func in (np.where, np.einsum):
            return _tape_of(args).note(func, "__call__", args, kwargs)
        if func is np.ones_like:
            return stand_in(self.shape, np.dtype(np.float64))  # which is ones
        return super().__array_function__(func, types, args, kwargs)

    def __getitem__(self, index: Any) -> Any:
        return self.tape.view(self, lambda array: array[index], ("item", repr(index)))

    def _no_number(self, *_: Any) -> Any:
        raise TypeError("a tape cannot note what depends on the numbers, such as a branch; nothing is computed yet")

    __bool__ = __float__ = __int__ = __index__ = _no_number

    @property
    def T(self) -> Traced:
        """The transpose, a view."""
        return self.tape.view(self, lambda array: array.T, ("T",))


def _tape_of(args: Any) -> Tape:
    return next(arg.tape for arg in args if isinstance(arg, Traced))


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Traced) else value


@dataclass
class Tape:
    """Notes of NumPy calls, in parts that can be played one by one."""

    nodes: list[Node] = field(default_factory=list)
    _part: str = ""
    _known: dict[Any, Node] = field(default_factory=dict)
    _known_after: dict[str, dict[Any, Node]] = field(default_factory=dict)

    # --- listening ---------------------------------------------------------------------------------------------------

    def begin(self, part: str, after: str = "") -> None:
        """From now on, notes belong to `part`, which is played only when `after` has been."""
        self._known_after[self._part] = self._known
        self._part, self._known = part, dict(self._known_after.get(after, {}))

    def input(self, name: str, shape: tuple[int, ...]) -> Traced:
        """An array that is read each time the tape plays."""
        self.nodes.append(Node("input", "", (), {}, stand_in(shape, np.dtype(np.float64)), self._part, name))
        return self._traced(self.nodes[-1])

    def keep(self, traced: Any, name: str) -> None:
        """Have this result written into an array of yours, which may be an input as well."""
        node = traced.node
        if not node.name and node.call != "view":
            node.name = name
        elif node.call == "input" or node.name != name:
            copy = Node(np.positive, "copy", (node,), {}, node.value, self._part, name)
            self._noted(("copy", node, name), copy)

    def promise(self, traced: Traced, constant: float) -> None:
        """Every entry of this result is `constant`, each time the tape plays."""
        traced.node.promised = constant

    def before(self, traced: Traced, call: Any, constant: float) -> Traced:
        """What this result was made of, where it was made by `call` with this constant; or else the result itself."""
        node = traced.node
        found = node.call is call and len(node.args) > 1 and is_number(node.args[1], constant)
        return self._traced(node.args[0]) if found else traced

    def note(self, call: Any, method: str, inputs: Any, options: dict[str, Any]) -> Any:
        """Note a call, and give its result."""
        args = tuple(value.node if isinstance(value, Traced) else value for value in inputs)
        if call is np.power and is_number(args[1], 2):
            call, args, inputs = np.square, args[:1], inputs[:1]
        same = _simpler(call, args) if method == "__call__" else None
        if same is None:
            key = (call, method, tuple(map(_key, args)), repr(options) if options else "")
            same = self._known.get(key)
        if same is None:
            value = outcome(call, method, [_plain(value) for value in inputs], options)
            same = self._noted(key, Node(call, method, args, options, value, self._part))
        return self._traced(same)

    def view(self, traced: Traced, look: Callable[[Array], Array], key: tuple[Any, ...]) -> Any:
        """Note a view."""
        value = look(_plain(traced))
        if not np.may_share_memory(value, traced):
            raise TypeError(f"a tape can note views only, and {key} makes a copy")
        known = ("view", "", (traced.node,), repr(key))
        node = Node("view", "", (traced.node, look), {"key": key}, np.asarray(value), self._part)
        return self._traced(self._known.get(known) or self._noted(known, node))

    def _noted(self, key: tuple[Any, ...], node: Node) -> Node:
        """Remember a node; the same call, in a part that has been played by then, will be this one."""
        self._known[key] = node
        self.nodes.append(node)
        return node

    def _traced(self, node: Node) -> Traced:
        traced: Any = node.value.view(Traced)
        traced.tape, traced.node = self, node
        return traced

    def take_out(self, result: Traced, number: Traced) -> bool:
        """Have `result` multiplied by `number` no more, if this is the only thing that is done with it.

        What depends on `result` linearly then needs `result` to come multiplied already. True when it was done.
        """
        uses = [node for node in self.nodes if any(arg is result.node for arg in node.args)]
        if len(uses) != 1 or uses[0].call is not np.multiply or uses[0].name:
            return False
        if not any(arg is number.node for arg in uses[0].args):
            return False
        for node in self.nodes:
            node.args = tuple(result.node if arg is uses[0] else arg for arg in node.args)
        self.nodes.remove(uses[0])
        return True


def _simpler(call: Any, args: tuple[Any, ...]) -> Node | None:
    """A node that has the result of this call already."""
    if call is np.positive:
        return args[0]
    if call is np.multiply:
        shape = np.broadcast(*(arg.value if isinstance(arg, Node) else arg for arg in args)).shape
        for one, other in (args, args[::-1]):
            if not isinstance(one, Node):
                continue
            divided = one.args[0] if one.call is np.divide and one.args[1] is other else None
            constant = other.promised if isinstance(other, Node) else other
            same = divided or (one if constant is not None and np.all(constant == 1) else None)
            if isinstance(same, Node) and same.value.shape == shape and same.value.dtype.kind == "f":
                return same
    return None


def is_number(arg: Any, number: float) -> bool:
    """True for this number itself, False for another one, an array or a result."""
    return isinstance(arg, int | float) and arg == number


def _key(arg: Any) -> Any:
    """What makes two arguments the same."""
    return (arg.shape, arg.tobytes()) if isinstance(arg, np.ndarray) else arg
