"""One bench in a process of its own: `python -m benchmarks.speed.child NAME THREADS ROUNDS SECONDS FILE`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from .machine import settle
from .timing import Effort


def main() -> None:
    """Run it and write its rows."""
    name, threads, rounds, seconds, file = sys.argv[1:]
    if threads == "1":
        settle()
    rows = import_module(f".{name}", __package__).run(Effort(int(rounds), float(seconds)), threads)
    Path(file).write_text(json.dumps([asdict(row) for row in rows]), encoding="utf-8")


if __name__ == "__main__":
    main()
