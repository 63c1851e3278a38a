"""Many numbers in few bytes: arrays of float64 in one buffer, which the browser reads without parsing a text."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..functions import Array


class Packer:
    """Takes arrays one after the other and says where each lies; `buffer()` is all of them as bytes."""

    def __init__(self) -> None:
        self._arrays: list[Array] = []
        self._length = 0

    def add(self, array: Any) -> dict[str, Any]:
        """Where the array lies: {"at": the index of its first number, "shape": [...]}; row by row."""
        flat = np.ascontiguousarray(array, dtype="<f8")
        found = {"at": self._length, "shape": list(flat.shape)}
        self._arrays.append(flat.ravel())
        self._length += flat.size
        return found

    def buffer(self) -> bytes:
        """Everything that was added, as little-endian float64."""
        return b"".join(array.tobytes() for array in self._arrays)
