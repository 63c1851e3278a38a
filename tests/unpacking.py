"""Reads the buffer of a widget as the browser does, from the place and the shape that its state gives."""

from __future__ import annotations

from typing import Any

import numpy as np


def unpack(widget: Any, where: dict[str, Any]) -> np.ndarray:
    """The array that lies at `where` in widget.numbers."""
    size = int(np.prod(where["shape"], dtype=int))
    return np.frombuffer(widget.numbers, dtype="<f8")[where["at"] : where["at"] + size].reshape(where["shape"])
