"""A factor that is found by fitting, explained: -1, 2, N, 1/N, K, a cost, a learning rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sizes:
    """What a factor may be made of. n: examples. k: outputs. summed: the loss is a sum over the examples."""

    n: int
    k: int
    units: tuple[int, ...] = ()
    features: int = 0
    summed: bool = False


@dataclass(frozen=True)
class Factor:
    """One reading of a factor: its slug, what it is in symbols, and how many surprises it takes."""

    slug: str
    symbol: str
    cost: float


def readings(factor: float, sizes: Sizes, other: tuple[int, float] | None = None) -> tuple[Factor, ...]:
    """The readings of a factor, best first; several slugs where it takes several mistakes.

    other: (N', factor') with another number of examples. It tells N from a constant that happens to be as large.
    """
    found: list[Factor] = []
    n, k = sizes.n, sizes.k
    size = abs(factor)
    options: dict[tuple[str, str], Callable[[int], float]] = {
        ("summed_not_averaged", "N"): float,
        ("averaged_twice", "1/N"): lambda n: 1 / n,
        ("scale", "2"): lambda n: 2.0,
        ("scale", "½"): lambda n: 0.5,
        ("summed_not_averaged", "2N"): lambda n: 2.0 * n,
        ("summed_not_averaged", "N/2"): lambda n: n / 2,
        ("averaged_twice", "2/N"): lambda n: 2 / n,
        ("averaged_twice", "1/(2N)"): lambda n: 0.5 / n,
        ("scale", "K"): lambda n: float(k),
        ("scale", "1/K"): lambda n: 1 / k,
        ("summed_not_averaged", "N K"): lambda n: float(n * k),
        ("averaged_twice", "1/(N K)"): lambda n: 1 / (n * k),
        ("summed_not_averaged", "N K/2"): lambda n: n * k / 2,
        ("averaged_twice", "2/(N K)"): lambda n: 2 / (n * k),
        ("scale", "2K"): lambda n: 2.0 * k,
        ("scale", "K/2"): lambda n: k / 2,
        ("scale", "2/K"): lambda n: 2 / k,
        ("scale", "1/(2K)"): lambda n: 0.5 / k,
        ("summed_not_averaged", "N²"): lambda n: float(n * n),
        ("averaged_twice", "1/N²"): lambda n: 1 / n**2,
        ("averaged_twice", "K/N"): lambda n: k / n,
        ("summed_not_averaged", "N/K"): lambda n: n / k,
        ("scale", "4"): lambda n: 4.0,
        ("scale", "¼"): lambda n: 0.25,
        ("averaged_twice", "1/(N - 1) for 1/N"): lambda n: n / (n - 1) if n > 1 else np.nan,
    }
    if other is not None and not any(np.isclose(abs(other[1]), v(other[0]), rtol=1e-4) for v in options.values()):
        other = None  # with fewer examples something else is off as well: it tells nothing
    for rank, ((slug, symbol), value) in enumerate(options.items()):
        if not np.isclose(size, value(n), rtol=1e-7) or np.isclose(size, 1, rtol=1e-9):
            continue
        if other is not None and not np.isclose(abs(other[1]), value(other[0]), rtol=1e-4):
            continue
        if ("K" in symbol and k == 1) or ("N" in symbol and n == 1):
            continue
        cost = 0.6 + 0.1 * (len(symbol) > 1) + 0.01 * rank
        found.append(Factor(slug, symbol, cost))
        if symbol == "K" or (slug == "scale" and "K" in symbol):
            found.append(Factor("summed_not_averaged" if value(n) > 1 else "averaged_twice", symbol, cost + 0.1))
    for width in sorted({*sizes.units, sizes.features} - {0, 1, n, k}):
        for symbol, value_ in (
            (f"{width}, the size of a layer", float(width)),
            (f"1/{width}, the size of a layer", 1 / width),
        ):
            if np.isclose(size, value_, rtol=1e-7) and not found:
                found.append(Factor("scale", symbol, 0.9))
    if not found and not np.isclose(size, 1, rtol=1e-9):
        found.append(Factor("scale", f"{factor:.6g}", 1.2))
    return tuple(sorted(found, key=lambda reading: reading.cost))
