"""The inspector against ipywidgets.interact with a matplotlib figure, side by side in one real JupyterLab.

    python benchmarks/widgets.py                    # two to five minutes
    python benchmarks/widgets.py looking dragging   # some of it

Both show the same network, the same diagram and the same numbers. Measured is the time from an event in the browser to
the frame in which its result is painted. The two take turns, and only ratios of medians are worth quoting: a machine
that does something else slows both.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE.parent)]

from lab import kernel_says, new_page, open_browser, open_lab
from playwright.sync_api import Page
from workbook import write_notebook

SETUP = """
import os, time
import matplotlib.pyplot as plt
import numpy as np
import psutil
from ipywidgets import interact
import nnkit as nn

X, y = nn.datasets.xor()
net = nn.Network.create([2, 5, 1], rng=0)
history = nn.train(net, X, y, optimiser=nn.Adam(0.05), epochs=1000, rng=0)
steps = sorted(history.snapshots)
steps = [steps[i] for i in np.unique(np.linspace(0, len(steps) - 1, 100).astype(int))]
"""

# The same picture as the inspector's, number for number: units, weights, biases, label and loss with their values and
# names, the formula, each factor with its name and symbol, the slope beside the numeric one, and the training curve.
PEER = """
names = [f"W1[{j},{k}]" for j in range(2) for k in range(5)]
@interact(select=names, example=[0, 1, 2, 3], epoch=(0, 99), weight=(-4.0, 4.0, 0.01))
def draw(select="W1[0,2]", example=1, epoch=50, weight=0.5):
    params = dict(history.snapshots[steps[epoch]])
    j, k = int(select[3]), int(select[5])
    params["W1"] = params["W1"].copy()
    params["W1"][0, 2] = weight
    at = history.network.with_params(params)
    back = nn.backward(at, X, y)
    terms = back.terms("W1", (j, k))
    numeric = nn.numeric_gradient(lambda p, X, y: at.with_params(p).loss(X, y), params, X[[example]], y[[example]])
    figure, (diagram, curve) = plt.subplots(2, 1, figsize=(8, 7), height_ratios=[4, 1])
    places = [[(l, (i - (n - 1) / 2)) for i in range(n)] for l, n in enumerate(net.sizes)]
    for l in (1, 2):
        W = params[f"W{l}"]
        for a, b in np.ndindex(W.shape):
            (x0, y0), (x1, y1) = places[l - 1][a], places[l][b]
            diagram.plot([x0, x1], [y0, y1], lw=1 + abs(W[a, b]) / 3, ls="--" if W[a, b] < 0 else "-", color="grey")
            diagram.text(x0 + 0.4 * (x1 - x0), y0 + 0.4 * (y1 - y0), f"{W[a, b]:.2f}", bbox=dict(fc="w"), fontsize=8)
    middle = dict(ha="center", va="center", fontsize=8)
    for l, layer in enumerate(places):
        diagram.text(l, 2.9, ["input", "layer 1: sigmoid", "layer 2: sigmoid"][l], **middle)
        for i, (px, py) in enumerate(layer):
            diagram.plot([px], [py], "o", ms=28, mfc="w", color="k")
            diagram.text(px, py, f"{back.forward.a[l][example, i]:.2f}", **middle)
            if l:
                diagram.text(px, py - 0.4, f"{params[f'b{l}'][i]:.2f}", bbox=dict(fc="w", ls=":"), **middle)
            else:
                diagram.text(px - 0.2, py, f"a0[{i}]", **middle)
    diagram.plot([2, 3], [0, 0], color="grey")
    diagram.text(2.3, 0.2, f"y = {y[example, 0]:.2f}", **middle)
    diagram.text(3, 0, f"loss\\n{at.loss_of(back.forward, y)[example]:.2g}", bbox=dict(fc="w"), **middle)
    diagram.set(xlim=(-0.4, 3.3), ylim=(-4.2, 3))
    diagram.axis("off")
    for i, factor in enumerate(terms.factors):
        words = f"{i + 1} {factor.title}\\n{factor.symbol}\\n{factor.values[example]:.6g}"
        diagram.text(i * 0.75, -3.7, words, bbox=dict(fc="w"), **middle)
    slope = f"{terms.per_example[example]:.6g}, numeric {numeric['W1'][j, k]:.6g}"
    diagram.set_title(f"{terms.formula} = {slope}", fontsize=9)
    curve.semilogy(history.steps, history.loss)
    curve.axvline(steps[epoch])
    plt.show()
"""
OURS = "nn.widgets.inspect(history, select='W1[0,2]', example=1)"
SLEEP = "time.sleep(5)"
FRAME = 1000 / 60  # milliseconds
SOURCES = [SETUP, PEER, OURS, SLEEP]


@dataclass(frozen=True)
class Times:
    """Milliseconds of one kind of event."""

    name: str
    values: list[float]

    @property
    def median(self) -> float:
        return float(np.median(self.values))

    def __str__(self) -> str:
        return f"{self.name:<34}{self.median:9.1f}{np.percentile(self.values, 95):9.1f}{len(self.values):7d}"


def measure(name: str, count: int, once: Callable[[int], float]) -> Times:
    """`count` events, after two that do not count."""
    return Times(name, [once(i) for i in range(count + 2)][2:])


def main() -> None:
    """Run every measurement, or those that are named, in one JupyterLab and print it."""
    folder = Path(tempfile.mkdtemp()) / "notebooks"
    folder.mkdir()
    write_notebook(folder / "benchmark.ipynb", SOURCES)
    with open_browser() as browser, open_lab(folder) as lab:
        page, complaints = new_page(browser)
        lab.open_notebook(page, "benchmark.ipynb")
        lab.run_all(page)
        page.wait_for_selector(".nnkit-inspector .panel")
        page.wait_for_selector(".jp-OutputArea-output img")
        page.evaluate("() => {" + (HERE / "widgets.js").read_text(encoding="utf-8") + "}")
        measurements: dict[str, Callable[[], None]] = {
            "looking": lambda: looking(page),
            "sliding": lambda: sliding(page),
            "dragging": lambda: dragging(page),
            "sleeping": lambda: sleeping(page, lambda: lab.run_cell(page, SOURCES.index(SLEEP), wait=False)),
            "growing": lambda: growing(page, kernel_memory(page)),
        }
        print(f"{'event to painted frame, ms':<34}{'median':>9}{'p95':>9}{'n':>7}")
        for name in sys.argv[1:] or measurements:
            measurements[name]()
        print("complaints of the page:", complaints or "none")


def looking(page: Page) -> None:
    """Another weight, another example, another recorded step."""
    for kind in ("select", "example", "epoch"):
        both: list[list[float]] = [page.evaluate("([kind, i]) => look(kind, i)", [kind, i]) for i in range(62)][2:]
        ours = Times(f"{kind}: inspector", [both_[0] for both_ in both])
        own = Times(f"{kind}: of which drawing", [both_[1] for both_ in both])
        peer = measure(f"{kind}: interact + matplotlib", 12, lambda i, kind=kind: peer_look(page, kind, i))
        print(ours, own, peer, sep="\n")
        frames = (ours.median - own.median) / FRAME
        print(f"    {peer.median / ours.median:.1f} times faster; {frames:.2f} frames over drawing")


def peer_look(page: Page, kind: str, i: int) -> float:
    return float(page.evaluate("([kind, i]) => lookPeer(kind, i)", [kind, i]))


def sliding(page: Page) -> None:
    """One changed weight, with everything that follows from it."""
    ours = measure("slider: inspector", 60, lambda i: float(page.evaluate("i => slide(i)", i)))
    peer = measure("slider: interact + matplotlib", 12, lambda i: float(page.evaluate("i => weightPeer(i)", i)))
    print(ours, peer, sep="\n")
    print(f"    {peer.median / ours.median:.1f} times faster")


def dragging(page: Page) -> None:
    """A hundred events at the rate of the frames: what is left to do after the last one."""
    drags = [page.evaluate("drag(100)") for _ in range(5)]
    print(Times("tail of a drag of 100 events", [tail for tail, _ in drags]))
    print(f"    shown at the end: {drags[-1][1]}")


def sleeping(page: Page, sleep: Callable[[], Any]) -> None:
    """Looking while a cell sleeps for five seconds."""
    before = Times("select: kernel idle", [page.evaluate("i => look('select', i)", i)[0] for i in range(60)])
    sleep()
    page.wait_for_timeout(300)
    during = Times("select: while a cell sleeps", [page.evaluate("i => look('select', i)", i)[0] for i in range(60)])
    cell = f"window.jupyterapp.shell.currentWidget.content.widgets[{SOURCES.index(SLEEP)}].model.executionState"
    print(before, during, sep="\n")
    print(f"    the cell is {page.evaluate(cell)} still; ratio {during.median / before.median:.2f}")
    page.wait_for_function(f"{cell} !== 'running'")


def kernel_memory(page: Page) -> Callable[[], float]:
    """A function that asks the kernel for its resident memory, in MB, after a collection."""
    code = "import gc; gc.collect(); print(psutil.Process(os.getpid()).memory_info().rss / 1e6)"
    return lambda: float(kernel_says(page, code))


def growing(page: Page, memory: Callable[[], float]) -> None:
    """2,000 events: three of four look, one of four changes a weight. What kernel and browser hold afterwards."""
    session = page.context.new_cdp_session(page)

    def heap() -> float:
        session.send("HeapProfiler.collectGarbage")
        return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

    script = """async ([first, last]) => {
        for (let i = first; i < last; i++) {
            if (i % 4 === 3) await slide(i);
            else await look(["select", "example", "epoch"][i % 4], i);
        }
    }"""
    page.evaluate(script, [0, 200])
    before = (memory(), heap())
    for first in range(200, 2200, 200):
        page.evaluate(script, [first, first + 200])
    after = (memory(), heap())
    for name, one, other in zip(("kernel memory", "browser heap"), before, after):
        print(f"2,000 events: {name} {one:.1f} → {other:.1f} MB, {100 * (other - one) / one:+.1f} %")


if __name__ == "__main__":
    main()
