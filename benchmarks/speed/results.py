"""A result is a list of rows; this is a row, and the rows as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from tabulate import tabulate

from .timing import Timing

SCALES = {"s": [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs")]}


@dataclass(frozen=True)
class Row:
    """One figure of a candidate in a case of a bench: the median and the quartiles. work: operations, if known."""

    bench: str
    case: str
    candidate: str
    unit: str
    median: float
    low: float
    high: float
    rounds: int
    threads: str = ""
    reference: bool = False  # the candidate with which the others of its case are compared
    work: float | None = None

    @property
    def measured_by(self) -> str:
        """The name of the module whose rows these are."""
        return self.bench.split()[0]


def rows_of(
    bench: str, case: str, timings: Mapping[str, Timing], *, reference: str, threads: str, per: float = 1.0
) -> list[Row]:
    """Timings as rows, in seconds for each of `per` parts of a unit of work."""
    return [
        Row(bench, case, name, "s", *(value / per for value in (timing.median, timing.low, timing.high)), timing.rounds,
            threads, reference=name == reference)
        for name, timing in timings.items()
    ]  # fmt: skip


def figure(bench: str, case: str, candidate: str, unit: str, value: float, threads: str = "") -> Row:
    """A row of one value that was measured once."""
    return Row(bench, case, candidate, unit, value, value, value, 1, threads)


def table(rows: list[Row]) -> str:
    """The rows as text, one table for each bench and number of threads."""
    parts = []
    for (bench, threads), group in groupby(rows, key=lambda row: (row.bench, row.threads)):
        lines = []
        for case, same in groupby(group, key=lambda row: row.case):
            in_case = list(same)
            reference = next((row for row in in_case if row.reference), None)
            lines += [_line(row, reference, case if i == 0 else "") for i, row in enumerate(in_case)]
        headers = ["case", "candidate", "median", "quartiles", "times as fast"]
        alignment = ("left", "left", "right", "right", "right")
        title = f"{bench}, threads: {threads}" if threads else bench
        text = tabulate(lines, headers=headers, tablefmt="simple", disable_numparse=True, colalign=alignment)
        parts.append(f"{title}\n\n{text}")
    return "\n\n\n".join(parts)


def _line(row: Row, reference: Row | None, case: str) -> list[str]:
    scale, unit = next((pair for pair in SCALES.get(row.unit, []) if row.median >= pair[0]), (1.0, row.unit))
    if row.unit == "s" and row.median < 1e-6:
        scale, unit = 1e-6, "µs"
    spread = f"{row.low / scale:.3g} to {row.high / scale:.3g}" if row.rounds > 1 else ""
    ratio = f"{reference.median / row.median:.2f}" if reference and row.unit == reference.unit else ""
    return [case, row.candidate, f"{row.median / scale:.3g} {unit}", spread, ratio]
