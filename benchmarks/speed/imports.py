"""What an import costs: whole Pythons, started in turns."""

from __future__ import annotations

import subprocess
import sys

from .results import Row, rows_of
from .timing import Effort, take_turns

STATEMENTS = {
    "numpy": "import numpy",
    "numpy and nnkit": "import numpy, nnkit",
    "and a network": "import numpy, nnkit; nnkit.Network.create([2, 5, 1])",
    "and a check": "import numpy, nnkit; nnkit.check_gradient, nnkit.train, nnkit.datasets",
    "and the doctor": "import numpy, nnkit; nnkit.train, nnkit.diagnose",
    "scikit-learn's MLP": "import sklearn.neural_network",
    "torch": "import torch",
    "nothing": "pass",
}


def start(statement: str) -> float:
    """Run a fresh Python until it is over."""
    subprocess.run([sys.executable, "-c", statement], check=True)
    return 0.0


def run(effort: Effort, threads: str, statements: dict[str, str] = STATEMENTS) -> list[Row]:
    """Seconds from the start of Python to its end."""
    for statement in statements.values():
        start(statement)  # from here on the files are in the system's cache
    candidates = {name: lambda count, s=code: [start(s) for _ in range(count)] for name, code in statements.items()}
    timings = take_turns(candidates, Effort(2 * effort.rounds, 0.0))
    return rows_of("imports", "a fresh Python", timings, reference="numpy", threads=threads)
