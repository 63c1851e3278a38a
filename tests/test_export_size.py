"""The largest widget of each kind, written to one page: it stays below a megabyte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nnkit as nn
from nnkit.widgets.batch import MOST_NUMBERS, MOST_SIDE
from nnkit.widgets.neuron import MOST_EXAMPLES
from nnkit.widgets.race import MOST_OPTIMISERS

RNG = np.random.default_rng(0)


def neuron() -> Any:
    X = RNG.normal(size=(MOST_EXAMPLES, 2))
    y = (X[:, :1] > 0) * 1.0
    net = nn.Network.create([2, 1], rng=0)
    widget = nn.widgets.neuron(nn.train(net, X, y, optimiser=nn.GradientDescent(1.0), epochs=300), X, y)
    for turn in range(40):  # the path is longer with every step that the reader makes
        widget.set_trait("asked", {"view": "here", "id": turn, "wishes": [{"do": "step"}]})
    return widget


def cost() -> Any:
    return nn.widgets.cost(RNG.random((16, 4)), RNG.integers(0, 2, (16, 4)).astype(float), label=0.3, learning_rate=0.1)


def batch() -> Any:
    side = MOST_NUMBERS // MOST_SIDE // MOST_SIDE
    net = nn.Network.create([MOST_SIDE, side], rng=0)
    return nn.widgets.batch(net, RNG.normal(size=(MOST_SIDE, MOST_SIDE)), RNG.random((MOST_SIDE, side)))


def race() -> Any:
    net = nn.Network.create([64, 30, 10], output="softmax", loss="cross_entropy", rng=0)
    X, y = RNG.normal(size=(8, 64)), nn.datasets.one_hot(RNG.integers(0, 10, 8), 10)
    field = {f"Adam with the rate number {i}": nn.Adam(0.0005 * (i + 1)) for i in range(MOST_OPTIMISERS)}
    return nn.widgets.race(net, X, y, optimisers=field, steps=200, finish=0)


def inspector() -> Any:
    net = nn.Network.create([4, 6, 5, 3], rng=0)
    history = nn.train(net, RNG.normal(size=(32, 4)), RNG.random((32, 3)), optimiser=nn.Adam(0.01), epochs=300)
    return nn.widgets.inspect(history)


@pytest.mark.parametrize("make", [neuron, cost, batch, race, inspector])
def test_the_largest_page_is_below_a_megabyte(make: Callable[[], Any], tmp_path):
    size = nn.widgets.export_html(make(), tmp_path / "page.html").stat().st_size
    print(f"{make.__name__}: {size / 1000:.0f} kB")
    assert size < 1_000_000
