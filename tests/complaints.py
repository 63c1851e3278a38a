"""One way to look at an error: its exact type and what its message says."""

from __future__ import annotations

from collections.abc import Callable

import pytest


def assert_complains(kind: type[Exception], call: Callable[[], object], *phrases: str) -> None:
    """`call` raises exactly `kind` with every phrase in its message, in that order."""
    with pytest.raises(kind) as caught:
        call()
    message = str(caught.value)
    assert caught.type is kind, f"{caught.type.__name__}: {message}"
    start = 0
    for phrase in phrases:
        found = message.find(phrase, start)
        assert found >= 0, f"{phrase!r} is not (or not in its place) in {message!r}"
        start = found + len(phrase)
