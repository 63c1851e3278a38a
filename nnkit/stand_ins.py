"""What stands for a result while a tape listens: an array of its shape and type that takes no memory."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from .functions import Array


@lru_cache(maxsize=1024)
def stand_in(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """An array of this shape and type that takes no memory: a single 1, again and again. Nobody can write into it."""
    array = np.ndarray(shape, dtype, np.ones(1, dtype), 0, (0,) * len(shape))
    array.flags.writeable = False
    return array


def outcome(call: Any, method: str, plain: list[Any], options: dict[str, Any]) -> Array:
    """What stands for the result of a call. Its type is that of the same call on corners of the arguments."""
    if call is np.einsum:
        result = call(*plain, **options)
        return stand_in(result.shape, result.dtype)
    corners = [value[(slice(1),) * value.ndim] if isinstance(value, np.ndarray) else value for value in plain]
    if method == "reduce":
        dtype = call.reduce(*corners, **options).dtype
        return stand_in(_reduced(plain[0].shape, **options), dtype)
    shape = _of_product(*plain) if call is np.matmul else np.broadcast(*plain).shape
    return stand_in(shape, call(*corners).dtype)


def _reduced(shape: tuple[int, ...], axis: Any, keepdims: bool) -> tuple[int, ...]:
    """The shape of a sum over these axes."""
    axes = range(len(shape)) if axis is None else normalize_axis_tuple(axis, len(shape))
    sizes = [1 if i in axes else size for i, size in enumerate(shape)]
    return tuple(size for i, size in enumerate(sizes) if keepdims or i not in axes)


def _of_product(left: Array, right: Array) -> tuple[int, ...]:
    """The shape of left @ right."""
    if left.ndim > 2 or right.ndim > 2 or left.shape[-1] != right.shape[0]:
        raise TypeError(f"a tape cannot note {left.shape} @ {right.shape}")
    return (*left.shape[:-1], *right.shape[1:])
