"""What `grad` gave back, read as one vector: under which names, in which shapes, and what had to be mended to go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..functions import Array
from .diagnosis import Finding
from .trouble import CannotRun
from .words import and_list, finding

Mend = Callable[[Array], Array]
OF_WEIGHTS = ("w", "theta", "beta", "coef", "syn", "u", "v")  # a name that begins so is no bias, whatever its shape


@dataclass(eq=False)
class Answer:
    """How to read what grad returns.

    keys: under which key each parameter's gradient is. mends: what brings it into shape.

    findings: what was wrong with names and shapes. unreadable: parameters that cannot be compared.
    """

    params: Mapping[str, Array]
    n_examples: int
    keys: dict[str, Any] = field(default_factory=dict)
    mends: dict[str, Mend] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    single: bool = False
    float32: bool = False

    def learn(self, answer: Any) -> None:
        """Look at a first answer: find each parameter's gradient in it, and what its shape needs."""
        if answer is None:
            raise CannotRun("grad(params, X, y) returns None. A function without a return statement gives None.")
        answer = self._as_mapping(answer)
        missing = []
        for name in self.params:
            key = _key_for(name, answer)
            if key is None or answer[key] is None:
                missing.append(name)
                self.unreadable.add(name)
            else:
                self.keys[name] = key
        renamed = [f"{key!r} for {name!r}" for name, key in self.keys.items() if key != name]
        if renamed:
            self.findings.append(
                finding(
                    "missing_param",
                    [n for n, k in self.keys.items() if k != n],
                    None,
                    f"The keys are not those of params: {', '.join(renamed)}. They were read as meant.",
                )
            )
        if missing:
            self.findings.append(
                finding(
                    "missing_param",
                    missing,
                    None,
                    f"grad returns no gradient for {and_list(missing)}; its keys are {list(map(str, answer))}.",
                )
            )
        kinds = set()
        for name in list(self.keys):
            value = self._number(name, answer[self.keys[name]])
            kinds.add(np.asarray(answer[self.keys[name]]).dtype)
            self._mend(name, value)
        self.float32 = bool(kinds & {np.dtype(np.float32), np.dtype(np.float16)})

    def read(self, answer: Any) -> Array:
        """The gradient (P,), NaN where it cannot be read."""
        answer = self._as_mapping(answer)
        parts = []
        for name, array in self.params.items():
            if name in self.unreadable:
                parts.append(np.full(array.size, np.nan))
                continue
            value = self._number(name, answer[self.keys[name]])
            if name in self.mends:
                value = self.mends[name](value)
            if value.size != array.size:
                raise CannotRun(f"grad(params, X, y)[{name!r}] has shape {value.shape} here; expected {array.shape}.")
            parts.append(value.ravel())
        return np.concatenate(parts)

    def _as_mapping(self, answer: Any) -> Mapping[Any, Any]:
        if isinstance(answer, Mapping):
            return answer
        if isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[1], Mapping):
            return answer[1]  # (loss, grads)
        if isinstance(answer, list | tuple) and len(answer) == len(self.params):
            if not self.keys:
                self.notes.append(
                    "grad returns a list; it was read in the order of params. A dict with their names is safer."
                )
            return dict(zip(self.params, answer))
        if len(self.params) == 1 and isinstance(answer, np.ndarray | float | int | np.floating):
            return {next(iter(self.params)): answer}
        raise CannotRun(
            f"grad(params, X, y) returns a {type(answer).__name__}; "
            f"expected a dict with the names of params, {list(self.params)}."
        )

    @staticmethod
    def _number(name: str, value: Any) -> Array:
        try:
            return np.array(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise CannotRun(
                f"grad(params, X, y)[{name!r}] is no array of numbers, but {type(value).__name__}."
            ) from None

    # --- shapes ------------------------------------------------------------------------------------------------------

    def _mend(self, name: str, value: Array) -> None:
        want, have = self.params[name].shape, value.shape
        if want == have:
            return
        n = self.n_examples
        is_bias = (len(want) < 2 or 1 in want) and not name.lower().startswith(OF_WEIGHTS)
        said = f"Your gradient of {name} has shape {have}; {name} has {want}."
        if value.size == int(np.prod(want)) and _harmless(want, have):
            self.notes.append(f"{said} The numbers are the same, and the update broadcasts to the right shape.")
            return
        if value.ndim == 2 and have == want[::-1] and len(want) == 2 and min(want) > 1:
            self.mends[name] = lambda g: g.T
            self._found(("transposed", "wrong_shape"), name, f"{said} It is the transpose.")
        elif value.size == int(np.prod(want)):
            kind = ("transposed", "wrong_shape") if have == want[::-1] else ("wrong_shape",)
            self._found(
                kind,
                name,
                f"{said} In an update the two broadcast to {np.broadcast_shapes(want, have)}."
                if _broadcastable(want, have)
                else f"{said} The numbers were read in order.",
            )
        elif value.size == 1:
            self.mends[name] = lambda g: np.full(want, g.ravel()[0])
            slugs = ("bias_reduction", "wrong_shape") if is_bias else ("wrong_shape", "dot_vs_elementwise")
            self._found(slugs, name, f"{said} It is summed to one number, where every entry has its own slope.")
        elif (axis := _extra_axis(want, have, n)) is not None:
            self.mends[name] = lambda g: g.sum(axis=axis)
            slugs = ("bias_reduction", "wrong_shape") if is_bias else ("wrong_shape", "broadcast")
            self._found(slugs, name, f"{said} It still has one entry per example: it was not summed over them.")
        elif (axes := _broadcast_axes(want, have)) is not None:
            self.mends[name] = lambda g: g.mean(axis=axes).reshape(want)
            self._found(
                ("broadcast", "wrong_shape"), name, f"{said} An (N,) against an (N, 1) array broadcasts to (N, N)."
            )
        else:
            self.unreadable.add(name)
            self._found(("wrong_shape",), name, said)

    def _found(self, slugs: tuple[str, ...], name: str, says: str) -> None:
        for slug in slugs:
            self.findings.append(finding(slug, [name], None, says))


def _key_for(name: str, answer: Mapping[Any, Any]) -> Any:
    if name in answer:
        return name
    plain = str(name).lower()
    wanted = {
        f"d{plain}",
        f"d_{plain}",
        f"grad_{plain}",
        f"{plain}_grad",
        f"d{plain}s",
        f"g{plain}",
        f"delta_{plain}",
        f"dl_d{plain}",
        f"dj_d{plain}",
        plain,
    }
    return next((key for key in answer if str(key).lower() in wanted), None)


def _harmless(want: tuple[int, ...], have: tuple[int, ...]) -> bool:
    """Subtracting the one from the other gives no larger array."""
    return _broadcastable(want, have) and int(np.prod(np.broadcast_shapes(want, have))) == int(np.prod(want))


def _broadcastable(want: tuple[int, ...], have: tuple[int, ...]) -> bool:
    try:
        np.broadcast_shapes(want, have)
    except ValueError:
        return False
    return True


def _extra_axis(want: tuple[int, ...], have: tuple[int, ...], n: int) -> int | None:
    """The axis of the examples that was not summed away, or None."""
    size = int(np.prod(want))
    for axis, length in enumerate(have):
        rest = have[:axis] + have[axis + 1 :]
        if length == n and int(np.prod(rest)) == size and len(rest) <= max(2, len(want)):
            return axis
    return None


def _broadcast_axes(want: tuple[int, ...], have: tuple[int, ...]) -> int | tuple[int, ...] | None:
    """The axes over which an array that broadcasting made too large can be averaged, or None."""
    size = int(np.prod(want))
    if size == 1:
        return tuple(range(len(have)))
    for axis in range(len(have) - 1, -1, -1):
        if int(np.prod(have[:axis] + have[axis + 1 :])) == size:
            return axis
    return None
