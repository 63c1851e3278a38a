"""What keeps the learner's code from running, told in one sentence with the line of theirs that it happened in."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

OURS = str(Path(__file__).parent.parent)


class CannotRun(Exception):
    """The learner's code cannot be diagnosed as it is. The message says what happened, and at which of their lines."""


class NotFinite(CannotRun):
    """A loss or a gradient that is NaN or infinite. params: whose gradient."""

    def __init__(self, message: str, params: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.params = params


def line_of(error: BaseException) -> str:
    """The last line of the learner's own code on the way to the error, as " (line 12: a = ...)", or ""."""
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if not f.filename.startswith(OURS) and "site-packages" not in f.filename and f.name not in ("errstate",)
    ]
    if not frames:
        return ""
    last = frames[-1]
    text = (last.line or linecache.getline(last.filename, last.lineno or 0)).strip()
    return f" (line {last.lineno} in {last.name}: {text})" if text else f" (line {last.lineno} in {last.name})"


def in_words(error: BaseException) -> str:
    """The error as Python names it, with the line of the learner's code."""
    says = f": {error}" if str(error) else ""
    return f"{type(error).__name__}{says}{line_of(error)}"


def and_more(names: Sequence[Any], most: int = 8) -> str:
    """The first names, and that there are more."""
    return ", ".join(map(str, names[:most])) + (", …" if len(names) > most else "")
