"""The widgets' JavaScript: runs tests/js/*.test.mjs by `node --test`, with a table of numbers as Python writes them."""

from __future__ import annotations

import json
import os
import re
import subprocess
from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest

import nnkit as nn
from nnkit.text import number

FILES = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))
SPECIAL = [
    *(0.0, -0.0, 1.0, -1.0, 0.1, -0.1, 0.5, 1 / 3, -2 / 3, 2 / 3, 10.0, 100.0, 1e5, 1e6, 123456.0, 1234567.0),
    *(1e-300, -1e-300, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 1e21, 1e22, 123456789e15),
    *(999999.5, 999999.4, 999999.6, 99999.95, 9999995.0, 0.9999995, 0.99999949, 9.999995, 9.9999949),
    *(1e-4, 0.00009999995, 0.000099999949, 0.0001000005, 0.00012345, 1.5e-5, 1.0000005, 1.00000051),
]


def numbers() -> dict[str, list[float]]:
    """Numbers that are hard to round: special ones, random ones of every size, and exact halves of the last digit."""
    rng = np.random.default_rng(0)
    random = rng.normal(size=400) * 10.0 ** rng.uniform(-12, 12, 400)
    # k / 128 has seven digits after the point, the last a 5: Python rounds a tie to the even digit.
    halfway = [*(sign * k / 128 for k in range(13, 128, 2) for sign in (1, -1)), 100000.5, 0.0009765625]
    return {"special": SPECIAL, "random": random.tolist(), "halfway": halfway}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every number beside its text."""
    file = tmp_path_factory.mktemp("javascript") / "numbers.json"
    file.write_text(json.dumps({name: [[v, number(v)] for v in values] for name, values in numbers().items()}))
    return file


@pytest.fixture(scope="module")
def inspector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a sample of what an inspector sends."""
    file = tmp_path_factory.mktemp("javascript") / "inspector.json"
    file.write_text(json.dumps(sample()))
    return file


def sample() -> dict[str, object]:
    """An inspector of a small network with what nnkit says of each of its numbers: names, factors, products, sums."""
    X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]])
    net = nn.Network.create([3, 4, 2], output="softmax", loss="cross_entropy", rng=0)
    back = nn.backward(net, X, np.eye(2))
    inspector = nn.widgets.inspect(net, X, np.eye(2))
    names = [(group, at) for group, shape in inspector.state["groups"].items() for at in np.ndindex(*shape)]
    return {
        "state": inspector.state,
        "rows": b64encode(inspector.rows).decode(),
        "numbers": [described(back.terms(group, at)) for group, at in names],
    }


def described(terms: nn.Terms) -> dict[str, object]:
    return {
        "name": terms.name,
        "factors": [[factor.term, factor.layer, list(factor.index)] for factor in terms.factors],
        "values": [factor.values.tolist() for factor in terms.factors],
        "per_example": terms.per_example.tolist(),
        "batch": terms.value,
        "inside": [[[f.key for f in product] for product in factor.open()] for factor in terms.factors],
    }


def test_there_are_tests():
    assert {"format.test.mjs", "layout.test.mjs", "symbols.test.mjs"} <= {file.name for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_javascript(file: Path, table: Path, inspector: Path, node: str):
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", str(file)],
        env=os.environ | {"NNKIT_NUMBERS": str(table), "NNKIT_INSPECTOR": str(inspector)},
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    counts = dict(re.findall(r"^# (tests|pass|skipped|todo) (\d+)$", done.stdout, re.MULTILINE))
    assert int(counts["tests"]) == int(counts["pass"]) > 0, counts
