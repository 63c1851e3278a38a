"""history: records and snapshots that thin themselves."""

import json
import subprocess
import sys

import numpy as np
import pytest

import nnkit as nn
from nnkit import history as module
from nnkit.widgets.state import BUDGET

XOR = nn.datasets.xor()


def run(net, **options):
    return nn.train(net, *XOR, optimiser=nn.GradientDescent(1.0), progress=False, **options)


@pytest.mark.parametrize("steps", [9, 10, 11, 25, 100, 101])
def test_records_are_thinned_evenly_and_the_first_and_the_last_stay(steps, monkeypatch):
    net = nn.Network.create([2, 3, 1], rng=0)
    full = run(net, steps=steps, record_every=1, validation=XOR)
    monkeypatch.setattr(module, "MOST_RECORDS", 10)
    thin = run(net, steps=steps, record_every=1, validation=XOR)
    assert len(full.steps) == steps + 1
    assert len(thin.steps) <= 11
    assert len(thin.steps) > min(5, steps)
    assert (thin.steps[0], thin.steps[-1]) == (0, steps)
    assert len(set(np.diff(thin.steps[:-1]))) == 1
    np.testing.assert_array_equal(thin.loss, full.loss[thin.steps])
    np.testing.assert_array_equal(thin.validation_loss, full.validation_loss[thin.steps])


def test_snapshots_of_a_large_network_stay_within_their_bytes(monkeypatch):
    net = nn.Network.create([2, 3, 1], rng=0)
    size = sum(array.nbytes for array in net.params.values())
    for room, expected in ((7 * size, 7), (2 * size, 2), (1, 2), (10**9, 51)):
        monkeypatch.setattr(module, "MOST_BYTES", room)
        steps = list(run(net, epochs=50).snapshots)
        assert len(steps) == expected
        assert (steps[0], steps[-1]) == (0, 50)


MILLION = """
import json
import nnkit as nn
from nnkit.widgets.state import record_history

XOR = nn.datasets.xor()
net = nn.Network.create([2, 5, 1], rng=0)

def run(steps):
    descent = nn.GradientDescent(1.0)
    return nn.train(net, *XOR, optimiser=descent, steps=steps, record_every=1, validation=XOR, progress=False)

def most_memory():  # in bytes, since this process began; getrusage would count its parent's, too
    line = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024

run(10)
before = most_memory()
history = run(1_000_000)
grown = most_memory() - before
recording = record_history(history, *XOR, nn.Recipe())
rows = recording.rows.nbytes
payload = rows * 4 / 3 + len(json.dumps(recording.state()))
print(json.dumps([grown, int(history.steps[-1]), len(history.steps), rows, payload]))
"""


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the largest size of a process in this way")
def test_a_million_steps_stay_below_50_mb_and_the_inspectors_payload_below_1_mb():
    """In a process of its own, whose largest size is counted."""
    answer = subprocess.run([sys.executable, "-c", MILLION], capture_output=True, text=True, check=True, timeout=400)
    grown, last, records, rows, payload = json.loads(answer.stdout)
    assert 0 < grown < 50e6
    assert last == 1_000_000
    assert records > 100_000
    assert rows <= BUDGET
    assert payload < 1e6
