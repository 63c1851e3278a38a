"""docs/speed.png and docs/growth.png, from the rows that were measured."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .cases import CASES, Case
from .results import Row
from .targets import FASTEST

# Colours that differ in brightness as well, and a marker each.
STYLES = {
    "nn.train float32": ("#0072b2", "o", 2.6),
    "nn.train": ("#0072b2", "s", 1.6),
    "nn.backward": ("#56b4e9", "^", 1.2),
    "PyTorch eager": ("#d55e00", "D", 1.8),
    "PyTorch by hand": ("#e69f00", "v", 1.2),
    "scikit-learn MLP": ("#009e73", "P", 1.8),
    "loop over examples": ("#555555", "X", 1.2),
    FASTEST: ("#000000", "", 1.2),
}


def speed(rows: Iterable[Row], file: Path) -> None:
    """Examples a second over the batch size, a panel for each network, one thread."""
    rows = [row for row in rows if row.bench == "training" and row.threads == "1"]
    networks = list(dict.fromkeys(case.sizes for case in CASES))
    figure = Figure(figsize=(11, 8), facecolor="white", layout="constrained")
    panels = figure.subplots(2, 2)
    for axes, sizes in zip(panels.flat, networks):
        cases = [case for case in CASES if case.sizes == sizes]
        for candidate, (colour, marker, width) in STYLES.items():
            _line(axes, rows, cases, candidate, colour, marker, width)
        axes.set(title=f"{list(sizes)}", xscale="log", yscale="log", xlabel="examples in a batch")
        axes.set_ylabel("examples a second")
        axes.set_xticks([case.batch for case in cases], [str(case.batch) for case in cases])
        axes.minorticks_off()
        axes.grid(color="#dddddd")
    handles, labels = panels.flat[-1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    figure.suptitle("Training on one thread: medians, bars from quartile to quartile")
    figure.savefig(file, dpi=110)


def _line(
    axes: Axes, rows: list[Row], cases: list[Case], candidate: str, colour: str, marker: str, width: float
) -> None:
    found = [(case.batch, row) for case in cases for row in rows if (row.case, row.candidate) == (case.name, candidate)]
    if not found:
        return
    batches = [batch for batch, _ in found]
    rates = [batch / row.median for batch, row in found]
    spread = [
        [batch / row.median - batch / row.high for batch, row in found],
        [batch / row.low - batch / row.median for batch, row in found],
    ]
    style = "--" if candidate == FASTEST else "-"
    if candidate == FASTEST and len(found) == 1:
        marker = "_"
    axes.errorbar(batches, rates, yerr=spread, color=colour, marker=marker, lw=width, ls=style, label=candidate)


def growth(rows: Iterable[Row], file: Path) -> None:
    """Time and memory of a step over its operations, one thread."""
    rows = [row for row in rows if row.bench.startswith("growth") and row.threads == "1" and row.work]
    figure = Figure(figsize=(11, 4.6), facecolor="white", layout="constrained")
    left, right = figure.subplots(1, 2)
    markers = {"width": ("#0072b2", "o"), "depth": ("#d55e00", "D"), "batch": ("#009e73", "s")}
    for along, (colour, marker) in markers.items():
        series = [row for row in rows if row.bench == f"growth with the {along}"]
        for axes, names in ((left, ("nn.train float32", "nn.train")), (right, ("memory",))):
            points = sorted((row.work, row.median) for row in series if row.candidate in names)
            if points:
                axes.plot(*zip(*points), color=colour, marker=marker, label=f"more {along}")
    products = sorted((row.work, row.median) for row in rows if row.candidate == FASTEST)
    if products:
        left.plot(*zip(*products), "k.", ms=4, label="bare products of the same step")
    left.set(ylabel="seconds a step")
    right.set(ylabel="megabytes beside the data")
    for axes in (left, right):
        axes.set(xscale="log", yscale="log", xlabel="operations in the matrix products of a step")
        axes.grid(color="#dddddd")
        if axes.lines:
            axes.legend(frameon=False)
    figure.savefig(file, dpi=110)
