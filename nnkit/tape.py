"""A tape: it listens to NumPy code once, and plays it again in place.

The readable code of nnkit makes a new array for every intermediate result, and computes exp(z) wherever a formula says
so. Hand it arrays of a `Tape`, and it runs as ever, while the tape notes each NumPy call. `buffers.bind` turns the
notes into calls that write into buffers made once:

- a call that was made before is not made again: exp(z) in an activation and in its slope is one call;
- (p / q) q is p, and 1 x is x, also where the 1 is a result that is promised to stay so;
- what no kept result needs is left out;
- a buffer is used again as soon as nobody reads it any more.

The tape knows NumPy, and nothing about networks. It serves code that has no branch on the numbers, and that uses
ufuncs, their `reduce`, @, np.where, np.einsum, np.ones_like, .T and indexing; anything else raises an error while it
listens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .functions import Array


@dataclass(eq=False)
class Node:
    """One noted result: what was called on what. A result is a number when its shape is ().

    call: a ufunc, np.where, np.einsum, "view" or "input". args: nodes and constants. into: where the result has to be.
    promised: what the result is each time the tape plays, if it never changes.
    """

    call: Any
    method: str
    args: tuple[Any, ...]
    options: dict[str, Any]
    value: Array
    part: str
    into: Array | None = None
    promised: Any = None

    @property
    def owner(self) -> Node:
        """The node whose memory this one shows: itself, but for a view."""
        return self.args[0].owner if self.call == "view" else self


class Traced(np.ndarray):
    """An array of a tape. Its numbers are ordinary ones; what is done with it is noted."""

    tape: Tape
    node: Node

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Note a ufunc, or its reduce, and answer with the result."""
        if method not in ("__call__", "reduce") or any(out is not None for out in options.pop("out", ())):
            raise TypeError(f"a tape cannot note {ufunc.__name__}.{method} with these arguments")
        kept = {name: value for name, value in options.items() if name in ("axis", "keepdims")}
        return _tape_of(inputs).note(ufunc, method, inputs, kept)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Note np.where and np.einsum; let NumPy take the others apart into ufuncs."""
        if func in (np.where, np.einsum):
            return _tape_of(args).note(func, "__call__", args, kwargs)
        if func is np.ones_like:
            return np.ones(self.shape)
        return super().__array_function__(func, types, args, kwargs)

    def __getitem__(self, index: Any) -> Any:
        return self.tape.view(self, lambda array: array[index], ("item", repr(index)))

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

    def input(self, array: Array) -> Traced:
        """An array that is read each time the tape plays."""
        self.nodes.append(Node("input", "", (), {}, np.ones(array.shape), self._part, array))
        return self._traced(self.nodes[-1])

    def keep(self, traced: Any, into: Array) -> None:
        """Have this result written into an array of yours."""
        node = traced.node
        if node.into is None and node.call != "view":
            node.into = into
        elif node.into is not into:
            self.note(np.positive, "copy", (traced,), {}).node.into = into

    def promise(self, traced: Traced, constant: float) -> None:
        """Every entry of this result is `constant`, each time the tape plays."""
        traced.node.promised = constant

    def note(self, call: Any, method: str, inputs: Any, options: dict[str, Any]) -> Any:
        """Note a call, and give its result."""
        plain = [_plain(value) for value in inputs]
        with np.errstate(all="ignore"):
            value = (call if method in ("__call__", "copy") else getattr(call, method))(*plain, **options)
        args = tuple(value.node if isinstance(value, Traced) else value for value in inputs)
        if call is np.power and args[1:] == (2,):
            call, args = np.square, args[:1]
        same = _simpler(call, args) if method == "__call__" else None
        return self._traced(same or self._known_or(Node(call, method, args, options, np.asarray(value), self._part)))

    def view(self, traced: Traced, look: Callable[[Array], Array], key: tuple[Any, ...]) -> Any:
        """Note a view."""
        value = look(_plain(traced))
        if not np.may_share_memory(value, traced):
            raise TypeError(f"a tape can note views only, and {key} makes a copy")
        node = Node("view", "", (traced.node, look), {"key": key}, np.asarray(value), self._part)
        return self._traced(self._known_or(node))

    def _known_or(self, node: Node) -> Node:
        """The node that made the same call before, in a part that has been played by now; or else this one."""
        args = node.args[:1] if node.call == "view" else tuple(map(_key, node.args))
        known = self._known.setdefault((node.call, node.method, args, repr(node.options)), node)
        if known is node:
            self.nodes.append(node)
        return known

    def _traced(self, node: Node) -> Traced:
        traced: Any = node.value.view(Traced)
        traced.tape, traced.node = self, node
        return traced

    def take_out(self, result: Traced, number: Traced) -> bool:
        """Have `result` multiplied by `number` no more, if this is the only thing that is done with it.

        What depends on `result` linearly then needs `result` to come multiplied already. True when it was done.
        """
        uses = [node for node in self.nodes if result.node in node.args]
        if len(uses) != 1 or uses[0].call is not np.multiply or number.node not in uses[0].args:
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
        for one, other in (args, args[::-1]):
            if isinstance(one, Node) and one.call is np.divide and one.args[1] is other:
                return one.args[0] if isinstance(one.args[0], Node) else None
            constant, shape = (
                (other.promised, other.value.shape) if isinstance(other, Node) else (other, np.shape(other))
            )
            if isinstance(one, Node) and constant is not None and np.all(constant == 1):
                return one if np.broadcast_shapes(one.value.shape, shape) == one.value.shape else None
    return None


def _key(arg: Any) -> Any:
    """What makes two arguments the same."""
    return (arg.shape, arg.tobytes()) if isinstance(arg, np.ndarray) else arg
