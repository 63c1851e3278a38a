"""What goes wrong at the door: one sentence form for every bad argument.

Every message says four things: which argument, what it is, what it should be, and the likely cause.
A wrong shape raises `ShapeError`; a wrong value raises a plain `ValueError` of the same form.
"""

from __future__ import annotations

from typing import Any

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
    if array.dtype.kind not in "biuf":
        raise ValueError(
            sentence(
                where,
                argument,
                f"is {_short(value)}",
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
        raise ValueError(sentence(where, argument, f"is {_short(value)}", f"one of {names}"))
    likely = f"Did you mean {near[0]!r}? They are {names}."  # the guess first: there may be many names
    raise ValueError(sentence(where, argument, f"is {_short(value)}", f"one of {len(options)} names", likely))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
