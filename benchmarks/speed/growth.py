"""How time and memory of a training step grow with the width, the depth and the batch."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

from .by_hand import FastestProducts
from .cases import Case, with_batch
from .peers import OURS
from .results import Row, rows_of
from .timing import Effort, take_turns

LARGEST = Case((784, 800, 800, 10), "relu", "softmax", "cross_entropy", 1e-4, batch=1024, n_examples=1024)
GROWTH_STEPS = 30  # in one call: what nn.train does once a call is spread over them


def of_width(width: int) -> Case:
    """Two hidden layers of this width, batch 64."""
    return replace(LARGEST, sizes=(784, width, width, 10), batch=64)


def of_depth(hidden_layers: int) -> Case:
    """So many hidden layers of 100 units, batch 64."""
    return replace(LARGEST, sizes=(784, *[100] * hidden_layers, 10), batch=64)


SERIES: dict[str, tuple[Case, ...]] = {
    "width": tuple(of_width(width) for width in (25, 50, 100, 200, 400, 800)),
    "depth": tuple(of_depth(hidden_layers) for hidden_layers in (1, 2, 4, 8, 16)),
    "batch": tuple(replace(LARGEST, batch=batch) for batch in (1, 4, 16, 64, 256, 1024)),
}


def run(effort: Effort, threads: str, series: dict[str, tuple[Case, ...]] = SERIES) -> list[Row]:
    """Seconds of a step, and the megabytes that training needs beside its data."""
    rows = []
    for along, cases in series.items():
        for case in cases:
            peer = OURS[-2]  # nn.train, in float32 where it can
            steps = case.n_examples / case.batch
            training, products = peer(case), FastestProducts(case)
            least = {peer.name: max(1, round(GROWTH_STEPS / steps))}
            timings = take_turns({peer.name: training.train, FastestProducts.name: products.train}, effort, least)
            megabytes = _megabytes(training)
            timed = rows_of(f"growth with the {along}", case.name, timings, reference=FastestProducts.name,
                            threads=threads, per=steps)  # fmt: skip
            rows += [replace(row, work=case.operations) for row in timed]
            rows.append(Row(f"growth with the {along}", case.name, "memory", "MB", megabytes, megabytes, megabytes, 1,
                            threads, work=case.operations))  # fmt: skip
    return rows


def _megabytes(training: object) -> float:
    """The most that was allocated at once while it trained for one pass. NumPy tells tracemalloc of its arrays."""
    tracemalloc.start()
    try:
        training.train(1)  # type: ignore[attr-defined]
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


TINY = {"batch": (with_batch(Case((6, 5, 3), "relu", "softmax", "cross_entropy", 1e-2, 4, 8), 4),)}
