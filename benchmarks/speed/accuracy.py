"""What the networks that are timed learn: the digits, with a quarter held out, and MNIST where its files are at hand.

The settings are those under which 95.4 % on MNIST was published for this network (M. Nielsen, Neural Networks and Deep
Learning, chapter 1): sigmoids, half the squared error, batches of 10, a learning rate of 3, 30 epochs.
"""

from __future__ import annotations

import numpy as np

import nnkit as nn

from .results import Row
from .timing import Effort, summary

EPOCHS = 30
SEEDS = 5


def run(effort: Effort, threads: str, epochs: int = EPOCHS) -> list[Row]:
    """The accuracy in percent: median and quartiles of five starts; one start of MNIST."""
    rows = [_row("digits, a quarter held out", nn.datasets.digits(held_out=0.25, rng=0), epochs, range(SEEDS))]
    try:
        rows.append(_row("MNIST, its test set", nn.datasets.mnist(), epochs, range(1)))
    except FileNotFoundError as missing:
        print(f"MNIST is not measured: {missing}")
    return rows


def _row(case: str, data: tuple[tuple[np.ndarray, np.ndarray], ...], epochs: int, seeds: range) -> Row:
    (X, y), test = data
    sizes = [X.shape[1], 30, 10]
    found = []
    for seed in seeds:
        net = nn.Network.create(sizes, hidden="sigmoid", output="sigmoid", loss="half_squared_error", rng=seed)
        run = nn.train(net, X, y, optimiser=nn.GradientDescent(3.0), epochs=epochs, batch_size=10, rng=seed,
                       dtype="float32", progress=False)  # fmt: skip
        outputs = run.network.forward(test[0]).output
        found.append(100 * float(np.mean(outputs.argmax(axis=1) == test[1].argmax(axis=1))))
    spread = summary(found)
    return Row("accuracy", case, f"{sizes}, {epochs} epochs", "%", spread.median, spread.low, spread.high, len(found))
