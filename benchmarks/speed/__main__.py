"""`make bench`, or `python -m benchmarks.speed [NAME ...] [--threads 1] [--slow]`: tables, JSON and the plots."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from . import plots
from .machine import description, environment
from .memory import REPO
from .results import Row, table
from .targets import lines
from .timing import QUICK, Effort

# By name: with how many threads, and whether it takes many minutes.
BENCHES = {
    "training": (("1", "default"), False),
    "accuracy": (("default",), False),
    "optimisers": (("1", "default"), False),
    "checks": (("1", "default"), False),
    "doctor": (("1",), False),
    "growth": (("1",), False),
    "imports": (("default",), False),
    "memory": (("default",), False),
    "notebooks": (("default",), False),
    "commands": (("default",), True),
}
RESULTS = REPO / "benchmarks" / "results.json"


def measure(name: str, threads: str, effort: Effort) -> list[Row]:
    """One bench with so many threads, in a fresh Python."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rows.json"
        arguments = [name, threads, str(effort.rounds), str(effort.seconds), str(file)]
        subprocess.run(
            [sys.executable, "-m", "benchmarks.speed.child", *arguments],
            cwd=REPO, env=environment(threads), check=True,
        )  # fmt: skip
        return [Row(**entry) for entry in json.loads(file.read_text(encoding="utf-8"))]


def kept(file: Path, renewed: set[tuple[str, str]]) -> list[Row]:
    """The rows of an earlier run, but for those of these benches and threads."""
    if not file.exists():
        return []
    rows = [Row(**entry) for entry in json.loads(file.read_text(encoding="utf-8"))["rows"]]
    return [row for row in rows if (row.measured_by, row.threads or "default") not in renewed]


def main() -> None:
    """Measure what is asked for; what was measured before stays in the file and in the plots."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description="nnkit beside its peers")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHES)}; all but the slow ones")
    parser.add_argument("--threads", choices=("1", "default"), help="only with one thread, or only with the default")
    parser.add_argument("--quick", action="store_true", help="one round: to see that it runs; nothing is written")
    parser.add_argument("--slow", action="store_true", help="with make lab and make test, cold and warm")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHES):
        parser.error(f"no bench is called {', '.join(sorted(unknown))}")
    names = options.names or [name for name, (_, slow) in BENCHES.items() if options.slow or not slow]
    effort = QUICK if options.quick else Effort()
    runs = [(name, threads) for name in names for threads in BENCHES[name][0] if options.threads in (None, threads)]
    rows = []
    for name, threads in runs:
        measured = measure(name, threads, effort)
        print(f"{table(measured)}\n\n", flush=True)
        rows += measured
    if not options.quick:
        rows += kept(RESULTS, set(runs))
        found = {"machine": description(), "rows": [asdict(row) for row in rows]}
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        plots.speed(rows, REPO / "docs" / "speed.png")
        plots.growth(rows, REPO / "docs" / "growth.png")
    print(lines(rows))


if __name__ == "__main__":
    main()
