"""What a gradient check found: for every parameter your gradient beside the numeric one, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .functions import Array
from .text import html_table, number, place, text_table


@dataclass(frozen=True, eq=False)
class ParamReport:
    """One parameter: your gradient beside the numeric one.

    numeric: NaN in the entries that were not compared; compared: how many were. relative_error: over these entries, the
    norm of the difference over the larger of the two norms; what a loss of size 1 may be off by is no difference where
    it explains all, nor are two slopes that are rounding noise. worst: the index at which they differ most.
    kinks: entries where the loss has a corner (a ReLU exactly at 0) and your value lies between the slopes on its two
    sides; any such value is right. unclear: they do not agree, and the rounding of the loss alone may be the cause,
    because the slopes are too small beside it.
    """

    name: str
    analytic: Array
    numeric: Array
    relative_error: float
    worst: tuple[int, ...]
    kinks: int
    ok: bool
    compared: int
    unclear: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class GradientReport:
    """What `check_gradient` found, parameter by parameter. Prints as a table.

    ok: every parameter agrees. wrong: the names of those that do not; unclear: of those whose slopes are too small to
    tell. params: a `ParamReport` by name. loss: C at this place. notes: what else was seen, in sentences; shown where
    all agrees. Where it does not, finding out why is the doctor's part.
    """

    params: Mapping[str, ParamReport]
    tolerance: float
    loss: float
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """True when every parameter agrees."""
        return all(report.ok for report in self.params.values())

    @property
    def wrong(self) -> tuple[str, ...]:
        """The names of the parameters that do not agree."""
        return tuple(name for name, report in self.params.items() if not report.ok and not report.unclear)

    @property
    def unclear(self) -> tuple[str, ...]:
        """The names of the parameters whose gradient is too small beside the loss to tell right from wrong."""
        return tuple(name for name, report in self.params.items() if report.unclear)

    def _table(self) -> tuple[list[list[str]], list[str]]:
        headers = ["parameter", "shape", "relative error", "worst entry", "your gradient", "numeric", "verdict"]
        rows = []
        for name, report in self.params.items():
            bound = self.tolerance
            if report.ok and report.relative_error > bound:  # rounding hides the digits after these
                bound = 10.0 ** np.ceil(np.log10(report.relative_error))
            error = f"below {bound:g}" if report.ok else number(float(f"{report.relative_error:.2g}"))
            kinks = f", {report.kinks} at a kink" if report.kinks else ""
            sample = "" if report.compared == report.analytic.size else f", {report.compared} entries compared"
            right = "right" if bound == self.tolerance else "right, to rounding"
            verdict = f"{right}{kinks}" if report.ok else self._too_small if report.unclear else "WRONG"
            values = ["", "", ""]
            if not report.ok:
                entry, numeric = (f"{float(side[report.worst]):.5g}" for side in (report.analytic, report.numeric))
                values = [f"{name}{place(report.worst)}", entry, numeric]
            rows.append([name, str(report.analytic.shape), error, *values, f"{verdict}{sample}"])
        return rows, headers

    @property
    def _too_small(self) -> str:
        beside = f"beside a loss of {self.loss:.3g} " if abs(self.loss) > 1 else ""
        return f"too small {beside}to tell"

    @property
    def _summary(self) -> str:
        reports = self.params.values()
        compared, size = (sum(counts) for counts in zip(*[(each.compared, each.analytic.size) for each in reports]))
        sample = "" if compared == size else f" Compared: {compared} of {size} entries."
        if self.ok:
            return " ".join([f"The gradient agrees with the loss.{sample}", *self.notes])
        names = {"Wrong": self.wrong, "Too small to tell": self.unclear}
        said = [f"{what}: {', '.join(those)}." for what, those in names.items() if those]
        right = [name for name, report in self.params.items() if report.ok]
        return f"{' '.join(said)} Right: {', '.join(right) or 'none'}.{sample}"

    def __str__(self) -> str:
        return f"{self._summary}\n\n{text_table(*self._table())}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self._summary, *self._table())
