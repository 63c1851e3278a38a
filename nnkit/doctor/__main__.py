"""`python -m nnkit.doctor my_code.py`: the diagnosis of a file that defines loss, grad, params, X and y.

Exit code 0: the gradient is right. 1: something is wrong. 2: the file could not be run.
"""

from __future__ import annotations

import runpy
import sys
from contextlib import redirect_stdout
from io import StringIO

from . import diagnose
from .trouble import line_of

NEEDED = ("loss", "grad", "params", "X", "y")


def main(arguments: list[str]) -> int:
    """Diagnose the file that is named; returns the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m nnkit.doctor my_code.py    (it defines loss, grad, params, X and y)\n")
        return 2
    try:
        with redirect_stdout(StringIO()):
            defined = runpy.run_path(arguments[0])
    except FileNotFoundError:
        sys.stderr.write(f"There is no file {arguments[0]}.\n")
        return 2
    except SyntaxError as error:
        sys.stderr.write(
            f"{arguments[0]} is not Python: {error.msg} (line {error.lineno}: {(error.text or '').strip()})\n"
        )
        return 2
    except (Exception, SystemExit) as error:
        sys.stderr.write(f"{arguments[0]} raises {type(error).__name__}: {error}{line_of(error)}\n")
        return 2
    if missing := [name for name in NEEDED if name not in defined]:
        sys.stderr.write(
            f"{arguments[0]} does not define {', '.join(missing)}. The doctor needs {', '.join(NEEDED)}.\n"
        )
        return 2
    diagnosis = diagnose(*(defined[name] for name in NEEDED))
    sys.stdout.write(f"{diagnosis}\n")
    return 2 if diagnosis.failure and not diagnosis.findings else 0 if diagnosis.ok else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
