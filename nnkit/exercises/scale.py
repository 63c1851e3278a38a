"""A factor that is off, in words: N, 1/N, N/D where D divides in N's place, h², or a number.

The sizes of an exercise have letters, its numbers have the names of its arguments. Both vary from case to case, so that
a factor can be told from another that happens to be as large.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..functions import Array
from ..text import number

NUMBER_OF_EXAMPLES = "N"


def factor(answer: Sequence[Array], wanted: Sequence[Array]) -> float | None:
    """c where answer = c · wanted in every entry of every result, else None."""
    if any(a.shape != b.shape for a, b in zip(answer, wanted)):
        return None
    mine, theirs = (np.concatenate([entry.ravel() for entry in entries]) for entries in (answer, wanted))
    if not (np.isfinite(mine).all() and np.isfinite(theirs).all() and mine.any() and theirs.any()):
        return None
    c = float(mine @ theirs / (theirs @ theirs))
    return c if np.allclose(mine, c * theirs, rtol=1e-7, atol=1e-12) else None


def in_words(factors: Sequence[float | None], named: Mapping[str, Array]) -> str | None:
    """The factors of all cases as one: "N", "N/D", "-1/N", "3" and so on. None where there is no such.

    named: for each size or number of the exercise its value in each case.
    """
    if None in factors or not factors:
        return None
    found = np.array(factors, dtype=np.float64)
    if _constant(found):
        return number(float(found[0]))
    for power, values in _powers(named).items():
        ratios = found / values
        if _constant(ratios):
            return _times(float(ratios[0]), power)
    return None


def clause(words: str) -> str:
    """What is off, after "it is": "N times what it should be", and what has taken the place of N, if anything has."""
    said = f"{words} times what it should be"
    numerator, _, divisor = words.rpartition("/")
    if numerator.split(" · ")[-1].lstrip("-") != NUMBER_OF_EXAMPLES or divisor == NUMBER_OF_EXAMPLES:
        return said
    return f"{said}: you divide by {divisor}{', whatever N is' if divisor.isdigit() else ' where N belongs'}"


def _powers(named: Mapping[str, Array]) -> dict[str, Array]:
    """Names, squares, products and quotients of two names with their values in each case, the simplest first."""
    varying = {name: values for name, values in named.items() if not _constant(values)}
    powers: dict[str, Array] = {}
    for name, values in varying.items():
        powers |= {name: values, f"1/{name}": 1 / values}
    for name, values in varying.items():
        powers |= {f"{name}²": values**2, f"1/{name}²": values**-2.0}
    for one, first in varying.items():
        for other, second in varying.items():
            if one != other:
                powers |= {f"{one}/{other}": first / second}
            if one < other:
                powers |= {f"{one} · {other}": first * second, f"1/({one} · {other})": 1 / (first * second)}
    return powers


def _times(c: float, power: str) -> str:
    if np.isclose(abs(c), 1):
        return power if c > 0 else f"-{power}"
    divisor = 1 / abs(c)
    if power == NUMBER_OF_EXAMPLES and divisor > 1 and np.isclose(divisor, round(divisor)):
        return f"{'-' if c < 0 else ''}{power}/{round(divisor)}"
    return f"{number(c)} · {power}"


def _constant(values: Array) -> bool:
    return bool(np.allclose(values, values[0], rtol=1e-7, atol=0))
