"""What a newcomer waits for: `make lab` and `make test`, cold (nothing installed, a new clone) and warm.

It takes several minutes, and fetches every package once, or takes it from pip's cache; so `make bench` leaves it out
unless it is given --slow. Commit first: a clone has only what is committed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from .memory import REPO, _wait_for
from .results import Row, figure
from .timing import Effort


def lab(clone: Path) -> float:
    """Seconds until JupyterLab's page is there."""
    begun = time.perf_counter()
    command = ["make", "lab", "LAB_ARGS=--no-browser --ServerApp.ip=127.0.0.1"]
    process = subprocess.Popen(command, cwd=clone, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               start_new_session=True)  # fmt: skip
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if address := re.search(r"http://127\.0\.0\.1:\d+/lab\S*", line):
                _wait_for(address[0])
                return time.perf_counter() - begun
        raise RuntimeError("make lab ended before it was there")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def test(clone: Path) -> float:
    """Seconds of the whole of make test. CalledProcessError when it is red."""
    begun = time.perf_counter()
    subprocess.run(["make", "test"], cwd=clone, check=True, stdout=sys.stderr)  # which says what was red
    return time.perf_counter() - begun


def run(effort: Effort, threads: str, commands: tuple[Callable[[Path], float], ...] = (lab, test)) -> list[Row]:
    """Each command twice in a new clone; the first `make test` finds what `make lab` has installed."""
    rows = []
    with TemporaryDirectory() as folder:
        clone = Path(folder) / "workbook"
        subprocess.run(["git", "clone", "--quiet", str(REPO), str(clone)], check=True)
        for command in commands:
            for state in ("cold", "warm"):
                rows.append(figure("commands", f"make {command.__name__}", state, "s", command(clone), threads))
    return rows
