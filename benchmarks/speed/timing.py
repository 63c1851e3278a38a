"""The one way in which candidates are timed: in turns, many rounds, a pause before each."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

PAUSE = 0.03  # seconds: the worker threads of a BLAS go on spinning, and the next candidate would be charged for it


@dataclass(frozen=True)
class Timing:
    """Seconds of one unit of work: the median of the rounds and the quartiles."""

    median: float
    low: float
    high: float
    rounds: int


@dataclass(frozen=True)
class Effort:
    """How long to measure: so many rounds, and at least so many seconds for one candidate in one round."""

    rounds: int = 5
    seconds: float = 0.1


QUICK = Effort(rounds=1, seconds=0.0)  # to see that it runs


def take_turns(
    candidates: Mapping[str, Callable[[int], object]], effort: Effort, least: Mapping[str, int] = MappingProxyType({})
) -> dict[str, Timing]:
    """Time each candidate, called with a count of the units of work that it has to do.

    Every round calls each candidate once and begins with another one. The calls that find the count warm it up and are
    not counted. least: units of work in one call, at the least, for a candidate that does something once a call.
    """
    counts = {name: _count(work, effort.seconds, least.get(name, 1)) for name, work in candidates.items()}
    names, times = list(candidates), {name: [] for name in candidates}
    for turn in range(effort.rounds):
        gc.collect()
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            time.sleep(PAUSE)
            times[name].append(_seconds(candidates[name], counts[name]) / counts[name])
    return {name: summary(values) for name, values in times.items()}


def summary(values: list[float]) -> Timing:
    """Median and quartiles."""
    low, median, high = np.percentile(values, [25, 50, 75])
    return Timing(float(median), float(low), float(high), len(values))


def _count(work: Callable[[int], object], seconds: float, least: int) -> int:
    """How many units take so many seconds. Nothing is extrapolated: what one call costs once is no unit of work."""
    work(1)
    count = least
    while _seconds(work, count) < seconds:
        count *= 2
    return count


def _seconds(work: Callable[[int], object], count: int) -> float:
    gc.disable()  # its pauses depend on what else is loaded
    try:
        begun = time.perf_counter()
        work(count)
        return time.perf_counter() - begun
    finally:
        gc.enable()
