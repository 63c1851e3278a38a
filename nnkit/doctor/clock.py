"""How long a diagnosis may take: ten seconds are never exceeded by more than one call of the learner's own code."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

MOST_SECONDS = 8.0
PATIENT = 2.0  # seconds without a word


class OutOfTime(Exception):
    """The time for one diagnosis is over. What is known by then is the answer."""


class Clock:
    """The time of one diagnosis. Whatever takes long asks it before each step."""

    def __init__(self, seconds: float = MOST_SECONDS) -> None:
        self.started = time.monotonic()
        self.seconds = seconds
        self.silent = True

    @property
    def left(self) -> float:
        """The seconds that are left; 0 when the time is over. Past two seconds a line says that it goes on."""
        passed = time.monotonic() - self.started
        if self.silent and passed > PATIENT:
            self.silent = False
            sys.stderr.write("The doctor is still examining your code. It stops after ten seconds at the latest.\n")
        return max(0.0, self.seconds - passed)

    def check(self) -> None:
        """Raise OutOfTime when the time is over."""
        if not self.left:
            raise OutOfTime

    def goes_on(self, seconds: float) -> Callable[[], bool]:
        """A question for a loop that may take this long and no longer: is there time for another round?"""
        end = time.monotonic() + min(seconds, self.left)
        return lambda: self.left > 0 and time.monotonic() < end
