"""How long each notebook takes from its first cell to its last, in a fresh kernel."""

from __future__ import annotations

import time
from pathlib import Path

from .memory import REPO, kernel_after
from .results import Row, figure
from .timing import Effort


def run(effort: Effort, threads: str, notebooks: tuple[Path, ...] = ()) -> list[Row]:
    """Seconds with the start of the kernel. Once each: it is a wait, not a race."""
    rows = []
    for path in notebooks or sorted((REPO / "notebooks").glob("0*.ipynb")):
        begun = time.perf_counter()
        with kernel_after(path):
            took = time.perf_counter() - begun
        rows.append(figure("notebooks", path.stem, "run through", "s", took, threads))
    return rows
