"""What a measurement runs on, and in which environment."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

ONE_THREAD = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
# They choose other BLAS kernels than a learner gets.
FORGOTTEN = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def environment(threads: str) -> dict[str, str]:
    """The variables of a child process. threads: "1", or "default" for what each library makes of the machine."""
    kept = {name: value for name, value in os.environ.items() if name not in (*FORGOTTEN, *ONE_THREAD)}
    return kept | (ONE_THREAD if threads == "1" else {}) | {"TQDM_DISABLE": "1"}


def settle() -> None:
    """One thread means one core as well, where the system can pin a process, and torch is told."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    import torch

    torch.set_num_threads(1)


def description() -> dict[str, Any]:
    """Processor, system, versions, and the BLAS that NumPy found."""
    import numpy as np  # noqa: F401  (threadpoolctl sees what is loaded)
    from threadpoolctl import threadpool_info

    packages = {}
    for name in ("numpy", "scipy", "torch", "scikit-learn", "nnkit"):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = "missing"
    blas = [f"{lib['internal_api']} {lib['version']} {lib.get('architecture', '')}" for lib in threadpool_info()]
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": packages,
        "blas": blas,
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
