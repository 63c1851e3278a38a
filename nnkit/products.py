"""How a matrix product and a sum are asked of BLAS: np.dot, on arrays as they lie, into arrays that are there.

np.dot has less to ask before it begins than `@` has, and a sum is a product with ones.

OpenBLAS has kernels for small products, which read their arguments where they lie. For larger ones it lays them out
anew first, which is worth it when they are much larger. The products of a network of this course are larger by little,
so on one thread they are asked for in blocks that are small: 1.5 times as fast for 64 examples of 784 numbers and 30
units. With more threads a product is better left whole, as OpenBLAS shares it out among them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from .functions import Array

Call = Callable[[], Any]

SMALL = 10**6  # multiplications that OpenBLAS takes for a small product
FEWEST = 8  # rows of a block; with fewer of them the calls cost more than they save
WITH_SMALL_KERNELS = ("SkylakeX", "Cooperlake", "SapphireRapids")  # OpenBLAS's names for processors with AVX-512


def product(left: Array, right: Array, out: Array) -> list[Call]:
    """The calls that fill `out` (N, K) with left (N, D) @ right (D, K)."""
    if not out.flags.c_contiguous:  # np.dot fills arrays that lie row by row
        left, right, out = right.T, left.T, out.T
    n, rows = len(left), _rows_at_once(left, right)
    return [partial(np.dot, left[i : i + rows], right, out[i : i + rows]) for i in range(0, n, rows)]


def sum_of_rows(array: Array, out: Array) -> Call:
    """The call that fills `out` (K,) with the sum of the rows of an array (N, K)."""
    return partial(np.dot, np.ones(len(array), array.dtype), array, out)


def sum_of_columns(array: Array, out: Array) -> Call:
    """The call that fills `out` (N,) with the sum of the columns of an array (N, K)."""
    return partial(np.dot, array, np.ones(array.shape[1], array.dtype), out)


def _rows_at_once(left: Array, right: Array) -> int:
    """How many rows of left @ right to ask for in one call: all of them, or as many as make the fewest small blocks."""
    n, (inner, k) = len(left), right.shape
    at_most = SMALL // max(1, inner * k)
    if not FEWEST <= at_most < n or not _layout_suits_blocks(left, right) or not small_kernels():
        return max(1, n)
    blocks = -(-n // at_most)
    return -(-n // blocks)


def _layout_suits_blocks(left: Array, right: Array) -> bool:
    """True where neither factor lies so that the kernels for small products are slow in it, as measured."""
    n, (inner, k) = len(left), right.shape
    return (right.flags.c_contiguous or inner >= k) and (left.flags.c_contiguous or n <= k)


def small_kernels() -> bool:
    """True when BLAS is an OpenBLAS that has kernels for small products on this processor, and runs on one thread."""
    found = _openblas()
    return bool(found) and all(one.num_threads == 1 and one.architecture in WITH_SMALL_KERNELS for one in found)


@cache
def _openblas() -> list[Any]:
    """Each OpenBLAS of this process: it says for which processor it is, and on how many threads it runs now."""
    from threadpoolctl import ThreadpoolController

    return list(ThreadpoolController().select(internal_api="openblas").lib_controllers)
