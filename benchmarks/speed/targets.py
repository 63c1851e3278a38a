"""The lines that we set ourselves, beside what was measured. They are printed, never asserted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .results import Row

FLOAT32, EAGER, SKLEARN = "nn.train float32", "PyTorch eager", "scikit-learn MLP"
PRODUCTS, FASTEST = "bare products", "bare products, fastest way"


@dataclass(frozen=True)
class Target:
    """A figure and where it should lie, if that was set. `value` gives None where its rows were not measured."""

    text: str
    value: Callable[[Iterable[Row]], float | None]
    least: float | None = None
    most: float | None = None

    def line(self, rows: Iterable[Row]) -> str:
        """One line: the figure, the target, met or missed."""
        found = self.value(rows)
        if self.least is None and self.most is None:
            return f"{self.text}: {'not measured' if found is None else f'{found:.3g}'}"
        wanted = f"target ≥ {self.least:g}" if self.least is not None else f"target ≤ {self.most:g}"
        if found is None:
            return f"{self.text}: not measured, {wanted}"
        met = (self.least is None or found >= self.least) and (self.most is None or found <= self.most)
        return f"{self.text}: {found:.3g}, {wanted}: {'met' if met else 'MISSED'}"


def median(rows: Iterable[Row], bench: str, case: str, candidate: str) -> float | None:
    """The median of one row, on one thread where that was measured; or None."""
    same = [row for row in rows if (row.bench, row.case, row.candidate) == (bench, case, candidate)]
    return next((row.median for row in sorted(same, key=lambda row: row.threads)), None)


def times_as_fast(bench: str, case: str, other: str, ours: str) -> Callable[[Iterable[Row]], float | None]:
    """The other's median over ours."""

    def value(rows: Iterable[Row]) -> float | None:
        one, two = median(rows, bench, case, other), median(rows, bench, case, ours)
        return one / two if one and two else None

    return value


def _training(sizes: str, batch: int, other: str, least: float | None = None) -> Target:
    case = f"{sizes} batch {batch}"
    what = f"of the {other}" if other in (PRODUCTS, FASTEST) else f"times {other}"
    return Target(f"{case}, {what}", times_as_fast("training", case, other, FLOAT32), least=least)


def _seconds_of_xor(rows: Iterable[Row]) -> float | None:
    step = median(rows, "training", "[2, 5, 1] batch 4", FLOAT32)
    return None if step is None else 10_000 * step


def _accuracy(rows: Iterable[Row], case: str) -> float | None:
    return next((row.median for row in rows if (row.bench, row.case) == ("accuracy", case)), None)


MNIST, DIGITS, XOR = "[784, 30, 10]", "[64, 30, 10]", "[2, 5, 1]"
TARGETS = (
    _training(MNIST, 10, EAGER, 8.0),
    _training(MNIST, 10, SKLEARN, 4.0),
    _training(MNIST, 10, PRODUCTS, 0.55),
    _training(MNIST, 10, FASTEST),
    _training(MNIST, 64, EAGER, 4.0),
    _training(MNIST, 64, PRODUCTS, 0.75),
    _training(MNIST, 64, FASTEST),
    _training(MNIST, 256, EAGER, 2.2),
    _training(MNIST, 256, PRODUCTS, 0.85),
    _training(MNIST, 256, FASTEST),
    _training(DIGITS, 10, EAGER, 14.0),
    Target("[2, 5, 1], 10,000 epochs, seconds (or the next line)", _seconds_of_xor, most=0.5),
    _training(XOR, 4, EAGER, 10.0),
    Target(
        "accuracy on the digits, a quarter held out, %",
        lambda rows: _accuracy(rows, "digits, a quarter held out"),
        least=95.0,
    ),
    Target("accuracy on MNIST, %", lambda rows: _accuracy(rows, "MNIST, its test set"), least=95.4),
    Target(
        "import of numpy and nnkit over numpy alone",
        lambda rows: (
            1 / ratio
            if (ratio := times_as_fast("imports", "a fresh Python", "numpy", "numpy and nnkit")(rows))
            else None
        ),
        most=1.3,
    ),
    Target(
        "kernel with notebook 03 run through, resident MB",
        lambda rows: median(rows, "memory", "03 run through", "1 kernel, resident"),
        most=150,
    ),
)


def lines(rows: Iterable[Row]) -> str:
    """All of them."""
    return "\n".join(target.line(list(rows)) for target in TARGETS)
