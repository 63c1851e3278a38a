"""What a learner's kernel holds in memory with a notebook run through, and how many learners a machine takes.

Several kernels share what they load from files, so the resident size says too much. Counted is the proportional set
size: a page that k processes share counts 1/k for each. Where the system does not tell it, a process's own memory
counts.
"""

from __future__ import annotations

import gc
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import numpy as np
import psutil
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from .results import Row, figure
from .timing import Effort

REPO = Path(__file__).parents[2]
NOTEBOOK = REPO / "notebooks" / "03_two_layer_backprop.ipynb"
COUNTS = (1, 2, 4, 8)
HOSTS = {"Binder, 2 GB": 2e3, "JupyterHub node, 64 GB": 64e3}


def megabytes(pid: int) -> float:
    """The proportional set size of a process and all below it, in MB."""
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(_megabytes(process) for process in processes)


def resident(pid: int) -> float:
    """All that a process has in memory, shared or not, in MB: the largest figure that a monitor shows for it."""
    return float(psutil.Process(pid).memory_info().rss) / 1e6


def _megabytes(process: psutil.Process) -> float:
    rollup = Path(f"/proc/{process.pid}/smaps_rollup")
    if rollup.exists():
        found = re.search(r"^Pss:\s+(\d+) kB", rollup.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if found:
            return int(found[1]) * 1024 / 1e6
    return float(process.memory_full_info().uss) / 1e6


@contextmanager
def kernel_after(notebook: Path) -> Iterator[int]:
    """The process id of a kernel that has run a notebook through, for as long as the block lasts."""
    with TemporaryDirectory() as folder:
        manager = KernelManager(kernel_name="python3")
        quiet = {"NNKIT_PROGRESS": str(Path(folder) / "progress.json")}
        client = NotebookClient(nbformat.read(notebook, as_version=4), km=manager, timeout=300)
        with client.setup_kernel(env=os.environ | quiet, cwd=str(notebook.parent)):
            client.execute(reset_kc=False)
            yield int(manager.provisioner.pid)  # type: ignore[union-attr]


@contextmanager
def server() -> Iterator[int]:
    """The process id of a JupyterLab server that answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(8)
    command = [sys.executable, "-m", "jupyter", "lab", "--config", "lab_settings/jupyter_lab_config.py", "--no-browser"]
    options = ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"]
    process = subprocess.Popen([*command, *options], cwd=REPO, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for address in ("api/status", "lab"):
            _wait_for(f"http://127.0.0.1:{port}/{address}?token={token}")
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(url: str, seconds: float = 60.0) -> None:
    last = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            if time.monotonic() > last:
                raise
            time.sleep(0.1)


def run(effort: Effort, threads: str, counts: tuple[int, ...] = COUNTS, notebook: Path = NOTEBOOK) -> list[Row]:
    """Kernels one after the other, all kept; then what one more of them costs."""
    rows, totals = [], []
    stack: list[object] = []
    title = f"{notebook.stem[:2]} run through"
    try:
        for count in counts:
            while len(stack) < count:
                context = kernel_after(notebook)
                stack.append((context, context.__enter__()))
            gc.collect()
            total = sum(megabytes(pid) for _, pid in stack)  # type: ignore[misc]
            totals.append(total)
            if count == 1:
                rows.append(figure("memory", title, "1 kernel, resident", "MB", resident(stack[0][1])))  # type: ignore[index]
            rows.append(figure("memory", title, f"{count} kernel{'s' * (count > 1)}, each", "MB", total / count))
        each, shared = np.polyfit(counts, totals, 1) if len(counts) > 1 else (totals[0], 0.0)
        rows.append(figure("memory", title, "one more kernel", "MB", float(each)))
        with server() as first:
            alone = megabytes(first)
            with server() as second:
                more = megabytes(first) + megabytes(second) - alone
        rows.append(figure("memory", "JupyterLab", "a server alone", "MB", alone))
        rows.append(figure("memory", "JupyterLab", "one more server", "MB", more))
        for host, room in HOSTS.items():
            apart = int((room - shared) / (each + more))
            together = int((room - alone - shared) / each)
            rows.append(figure("memory", host, "learners with a server each", "learners", apart))
            rows.append(figure("memory", host, "kernels beside one server", "learners", together))
    finally:
        for context, _ in reversed(stack):  # type: ignore[misc]
            context.__exit__(None, None, None)
    return rows
