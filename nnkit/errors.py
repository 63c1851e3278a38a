"""What goes wrong at the door: one sentence form for every bad argument.

Every message says four things: which argument, what it is, what it should be, and the likely cause.
A wrong shape raises `ShapeError`; a wrong value raises a plain `ValueError` of the same form.
"""

from __future__ import annotations

import math
from contextlib import suppress
from numbers import Real
from typing import Any, TypeGuard

import numpy as np


class ShapeError(ValueError):
    """An array has a shape that the mathematics cannot use."""


def sentence(where: str, argument: str, is_: str, should_be: str, likely_cause: str = "") -> str:
    """The common form of an error: `where: argument is this; expected that. Likely cause.`"""
    message = f"{where}: {argument} {is_}; expected {should_be}."
    return f"{message} {likely_cause}" if likely_cause else message


def as_float_array(where: str, argument: str, value: Any) -> np.ndarray:
    """`value` as a float64 array of any shape.

    Raises ValueError when it holds something that is not a number.
    """
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.empty(0, dtype=object)
    if array.dtype.kind == "O" and array.size and all(isinstance(entry, Real | np.bool_) for entry in array.flat):
        with suppress(OverflowError):  # numbers of several kinds, as a table hands them out, or a very large one
            array = array.astype(np.float64)
    if array.dtype.kind not in "biuf":
        raise ValueError(
            sentence(
                where,
                argument,
                f"is {short(value)}",
                "an array of real numbers",
                "Rows of different lengths, None, text or complex numbers in an array cause this.",
            )
        )
    return array.astype(np.float64, copy=False)


def require_finite(where: str, argument: str, array: np.ndarray) -> None:
    """Raise ValueError at the first entry of `array` that is NaN or infinite."""
    if np.isfinite(array).all():
        return
    first = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    place = f"[{', '.join(map(str, first))}]" if first else ""
    raise ValueError(
        sentence(
            where,
            argument,
            f"has {array[first]} at {argument}{place}",
            "finite numbers only",
            "A missing value in the data, a division by zero or a training run that exploded leaves such entries.",
        )
    )


def broadcast_cause(n_examples: int) -> str:
    """What (N,) labels do beside (N, 1) outputs."""
    return f"(N,) against (N, 1) would broadcast to {n_examples} × {n_examples} differences. Use y[:, None]."


def choice(where: str, argument: str, value: Any, options: list[str]) -> str:
    """`value` when it is one of `options`; otherwise a ValueError that suggests the nearest one."""
    if isinstance(value, str) and value in options:
        return value
    from difflib import get_close_matches

    near = get_close_matches(str(value).lower().replace(" ", "_"), options, n=1, cutoff=0.5)
    names = ", ".join(map(repr, options))
    if not near:
        raise ValueError(sentence(where, argument, f"is {short(value)}", f"one of {names}"))
    likely = f"Did you mean {near[0]!r}? They are {names}."  # the guess first: there may be many names
    raise ValueError(sentence(where, argument, f"is {short(value)}", f"one of {len(options)} names", likely))


def is_number(value: object) -> TypeGuard[float]:
    """True for a finite real number that is no bool."""
    if not isinstance(value, int | float | np.integer | np.floating) or isinstance(value, bool):
        return False
    with suppress(OverflowError):  # a whole number beyond the range of floats
        return math.isfinite(float(value))
    return False


def a_positive(where: str, argument: str, value: Any, cause: str = "") -> float:
    """`value` as a float above 0, or a ValueError that names the argument."""
    if is_number(value) and value > 0:
        return float(value)
    raise ValueError(sentence(where, argument, f"is {short(value)}", "a positive number", cause))


def a_count(where: str, argument: str, value: Any, *, least: int = 1, most: int | None = None, cause: str = "") -> int:
    """`value` as an int from `least` to `most`, or a ValueError that names the argument."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if whole and least <= value and (most is None or value <= most):
        return int(value)
    wanted = f"a whole number of at least {least}" if most is None else f"a whole number from {least} to {most}"
    raise ValueError(sentence(where, argument, f"is {short(value)}", wanted, cause))


def a_generator(where: str, rng: Any) -> np.random.Generator:
    """The Generator for `rng`: itself, one from a seed, or with None a fresh one. A ValueError says what it may be."""
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        wanted = "a seed, which is a whole number of at least 0, or a NumPy Generator"
        cause = "nn.Network.create([2, 1], rng=0) gives the same numbers each time."
        raise ValueError(sentence(where, "rng", f"is {short(rng)}", wanted, cause)) from None


def short(value: Any) -> str:
    """`value` as it is quoted in a message: its beginning, if it is long."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
