"""The benches stay alive: a small case of each runs, and its peers compute what nnkit computes. No time is asserted."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace

import numpy as np
import pytest
from workbook import write_notebook

from benchmarks import doctor_accuracy
from benchmarks.speed import (
    accuracy,
    by_hand,
    checks,
    commands,
    doctor,
    growth,
    imports,
    machine,
    memory,
    notebooks,
    optimisers,
    plots,
    training,
)
from benchmarks.speed.by_hand import BareProducts, FastestProducts
from benchmarks.speed.cases import CASES, REGRESSION, XOR, Case, with_batch
from benchmarks.speed.results import Row, figure, table
from benchmarks.speed.targets import TARGETS, Target, lines
from benchmarks.speed.timing import QUICK, Effort, summary, take_turns
from nnkit import products as products_of_nnkit

CLASSES = with_batch(Case((6, 5, 3), "sigmoid", "softmax", "cross_entropy", 0.1, batch=4, n_examples=8), 4)
NUMBERS = replace(REGRESSION, sizes=(6, 9, 7, 3), batch=5, n_examples=10, learning_rate=0.01)
SMALL = (XOR, CLASSES, replace(CLASSES, batch=1), NUMBERS)


# --- the peers agree -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("peer", training.PEERS, ids=lambda peer: peer.name)
@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.name)
def test_every_peer_takes_the_steps_of_the_readable_code(peer, case):
    training.check_agreement(peer, case)


@pytest.mark.parametrize("name", ["W1", "b2"])
def test_a_peer_that_computes_something_else_is_refused(name):
    class OffByOnePercent(training.PostedLoop):
        def params(self):
            found, start = super().params(), self.case.network().params
            return found | {name: start[name] + 1.01 * (found[name] - start[name])}

    with pytest.raises(AssertionError, match=f"{name} is off"):
        training.check_agreement(OffByOnePercent, CLASSES)


@pytest.mark.parametrize("name", optimisers.PAIRS)
def test_every_optimiser_takes_pytorchs_steps(name):
    optimisers.check_agreement(CLASSES, name)


def test_a_check_that_does_not_agree_stops_the_bench():
    with pytest.raises(AssertionError):
        checks._require(False)


@pytest.mark.parametrize("kind", [BareProducts, FastestProducts])
def test_the_bare_products_are_those_of_one_pass(kind, monkeypatch):
    """Multiplications and additions of the products that are timed are those that the plot counts, in blocks or not."""
    monkeypatch.setattr(products_of_nnkit, "SMALL", 500)
    monkeypatch.setattr(products_of_nnkit, "small_kernels", lambda: True)
    monkeypatch.setattr(by_hand, "_try", len if kind is BareProducts else lambda calls: -len(calls))
    for case in (*SMALL, CASES[1]):
        products = [call.args for call in kind(case).calls]
        done = sum(2 * one.shape[0] * one.shape[1] * other.shape[1] for one, other, _ in products)
        assert done == case.operations * case.n_examples / case.batch
        assert all(array.dtype == np.float32 for product in products for array in product)


# --- every bench runs ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows():
    tiny = {"nothing": "pass", "numpy": "pass"}
    return [
        *training.run(QUICK, "1", SMALL),
        *accuracy.run(QUICK, "default", 1),
        *optimisers.run(QUICK, "1", (CLASSES,)),
        *checks.run(QUICK, "1", (XOR, CLASSES)),
        *doctor.run(QUICK, "1", ((2, 5, 1),), {"right": None}),
        *growth.run(QUICK, "1", growth.TINY),
        *imports.run(QUICK, "default", tiny),
    ]


def test_every_bench_gives_rows_that_survive_json_and_print(rows):
    assert {row.bench.split()[0] for row in rows} == {
        "training",
        "accuracy",
        "optimisers",
        "checks",
        "doctor",
        "growth",
        "imports",
    }
    assert all(0 < row.low <= row.median <= row.high for row in rows)
    assert [Row(**entry) for entry in json.loads(json.dumps([asdict(row) for row in rows]))] == rows
    text = table(rows)
    for row in rows:
        assert row.candidate in text
    assert "PyTorch eager" in text
    compared = [row.candidate for row in rows if row.bench == "training" and row.reference]
    assert compared == ["PyTorch eager"] * len(SMALL)
    assert {row.candidate for row in rows if row.bench == "training in one call"} == training.WHOLE


def test_the_plots_are_drawn(rows, tmp_path):
    names = [replace(row, case=CASES[0].name) for row in rows if row.case == XOR.name]
    plots.speed(names, tmp_path / "speed.png")
    plots.growth(rows, tmp_path / "growth.png")
    assert all((tmp_path / name).stat().st_size > 10_000 for name in ("speed.png", "growth.png"))


@pytest.mark.long
def test_memory_and_run_time_of_a_notebook(tmp_path):
    notebook = tmp_path / "03_small.ipynb"
    write_notebook(notebook, ["import numpy as np", "kept = np.ones(5_000_000)"])
    found = {row.candidate: row for row in memory.run(QUICK, "default", (1, 2), notebook)}
    kernels = [found[name].median for name in ("1 kernel, each", "2 kernels, each")]
    assert all(40 < megabytes < found["1 kernel, resident"].median + 1 for megabytes in kernels)
    assert found["a server alone"].median > 20
    assert 0 < found["learners with a server each"].median < found["kernels beside one server"].median
    assert notebooks.run(QUICK, "default", (notebook,))[0].median > 0.1


@pytest.mark.long
def test_make_lab_is_timed_until_its_page_is_there(tmp_path):
    """With a Makefile that has this very recipe, but installs nothing."""
    config = memory.REPO / "lab_settings" / "jupyter_lab_config.py"
    recipe = f"{sys.executable} -m jupyter lab --config {config} $(LAB_ARGS)"
    (tmp_path / "Makefile").write_text(f"lab:\n\t{recipe}\n\ntest:\n\tfalse\n", encoding="utf-8")
    assert 0.5 < commands.lab(tmp_path) < 60
    with pytest.raises(subprocess.CalledProcessError):
        commands.test(tmp_path)


def test_the_doctors_accuracy_is_counted(capsys, tmp_path, monkeypatch):
    """A few healthy programs and a few planted forms, through the commands and the report."""
    doctor_accuracy.healthy(3, 0)
    assert "3 healthy programs: 0 false alarms, 3 recognised" in capsys.readouterr().out
    monkeypatch.setattr(doctor_accuracy, "NETWORKS", 2)
    doctor_accuracy.ill(1, 3, 60)
    printed = capsys.readouterr().out
    lines = [json.loads(line) for line in printed.splitlines()]
    assert lines and all(line["found"][0] == line["commoner"] for line in lines)
    wrong = {**lines[0], "slug": "sign", "what": "nothing", "found": ["unknown"]}
    (tmp_path / "part").write_text(printed + json.dumps(wrong), encoding="utf-8")
    doctor_accuracy.report([str(tmp_path / "part")])
    report = capsys.readouterr().out
    assert "missed, 1 times: sign nothing" in report


# --- how it measures -------------------------------------------------------------------------------------------------


def test_candidates_take_turns_and_each_round_begins_with_another():
    calls = []
    candidates = {name: lambda count, name=name: calls.append(name) for name in "abc"}
    timings = take_turns(candidates, Effort(rounds=3, seconds=0.0))
    assert "".join(calls[-9:]) == "abcbcacab"
    assert [timing.rounds for timing in timings.values()] == [3, 3, 3]


def test_a_timing_is_the_median_with_its_quartiles():
    found = summary([5.0, 1.0, 2.0, 3.0, 4.0])
    assert (found.median, found.low, found.high, found.rounds) == (3.0, 2.0, 4.0, 5)


def test_a_child_forgets_what_would_choose_other_kernels(monkeypatch):
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "7")
    pinned, free = machine.environment("1"), machine.environment("default")
    assert not {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"} & {*pinned, *free}
    assert pinned["OMP_NUM_THREADS"] == pinned["OPENBLAS_NUM_THREADS"] == "1"
    assert "OMP_NUM_THREADS" not in free
    assert os.environ["OMP_NUM_THREADS"] == "7"


def test_a_target_is_met_missed_or_not_measured():
    row = figure("memory", "03 run through", "1 kernel, resident", "MB", 140.0)
    target = Target("memory", lambda rows: next((row.median for row in rows), None), most=150)
    assert target.line([row]) == "memory: 140, target ≤ 150: met"
    assert target.line([replace(row, median=151.0)]) == "memory: 151, target ≤ 150: MISSED"
    assert target.line([]) == "memory: not measured, target ≤ 150"
    assert len(lines([row]).splitlines()) == len(TARGETS)
    assert "resident MB: 140, target ≤ 150: met" in lines([row])


def test_the_targets_read_rows_that_the_benches_write():
    """The names of cases and candidates in targets.py are those of the benches."""
    names = {case.name for case in CASES}
    fast = [
        Row("training", name, candidate, "s", seconds, seconds, seconds, 1, "1")
        for name in names
        for candidate, seconds in (("nn.train float32", 1e-6), ("PyTorch eager", 1e-4), ("scikit-learn MLP", 1e-4),
                                   ("bare products", 1e-6), ("bare products, fastest way", 1e-6))
    ]  # fmt: skip
    fast += [
        Row("accuracy", case, "", "%", 97.0, 97.0, 97.0, 1)
        for case in ("digits, a quarter held out", "MNIST, its test set")
    ]
    fast += [Row("imports", "a fresh Python", name, "s", 0.1, 0.1, 0.1, 1) for name in ("numpy", "numpy and nnkit")]
    assert [line for line in lines(fast).splitlines() if not line.endswith(": met")] == [
        *(f"[784, 30, 10] batch {batch}, of the bare products, fastest way: 1" for batch in (10, 64, 256)),
        "kernel with notebook 03 run through, resident MB: not measured, target ≤ 150",
    ]
