"""The set-up: the lock, Binder's files, and what a learner installs."""

import os
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

REPO = Path(__file__).parent.parent
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def lines(path):
    text = (REPO / path).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


LOCK = {Requirement(line).name: Requirement(line) for line in lines("requirements.txt")}


@pytest.mark.parametrize("line", PROJECT["dependencies"])
def test_the_lock_pins_every_dependency_within_its_range(line):
    wanted = Requirement(line)
    pins = [specifier.version for specifier in LOCK[wanted.name].specifier]
    assert len(pins) == 1
    assert wanted.specifier.contains(pins[0])


def test_the_lock_is_for_every_platform():
    """Packages that only one system needs are there, behind a marker."""
    assert "win32" in str(LOCK["colorama"].marker)
    assert "darwin" in str(LOCK["appnope"].marker)
    assert all(str(line.specifier).startswith("==") for line in LOCK.values())


def test_the_lock_is_what_runs_here():
    for name in ("numpy", "scipy", "matplotlib", "ipywidgets", "anywidget", "jupyterlab", "nbval"):
        assert version(name) in str(LOCK[name].specifier)


def test_the_learner_installs_nothing_that_only_developers_need():
    heavy = {"torch", "scikit-learn", "playwright", "hypothesis", "ruff", "mypy", "voila", "nbdime", "jupytext"}
    assert not heavy & set(LOCK)


def test_binder_installs_the_lock_from_a_plain_list():
    assert lines("binder/requirements.txt") == lines("requirements.txt")
    assert not [line for line in lines("binder/requirements.txt") if line.startswith("-")]


def test_binder_takes_a_python_that_nnkit_supports():
    found = re.fullmatch(r"python-3\.(\d+)", (REPO / "binder/runtime.txt").read_text(encoding="utf-8").strip())
    assert found
    assert int(found[1]) in (11, 12, 13)


def test_binder_stops_at_the_first_error_and_installs_nnkit():
    script = lines("binder/postBuild")
    assert script[0] == "set -e"
    assert any("pip install" in line and "--editable ." in line for line in script)
    if os.name != "nt":
        assert os.access(REPO / "binder/postBuild", os.X_OK)


def test_every_pin_in_pyproject_says_why_it_is_there():
    text = (REPO / "pyproject.toml").read_text(encoding="utf-8")
    pins = re.findall(r'^    "[\w.-]+[<>=]=?.*$', text, flags=re.MULTILINE)
    assert len(pins) >= len(PROJECT["dependencies"])
    assert all(re.search(r'",\s+# \S', line) for line in pins)


def test_readme_and_makefile_name_the_same_commands():
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    makefile = (REPO / "Makefile").read_text(encoding="utf-8")
    for target in ("lab", "test"):
        assert f"make {target} " in readme
        assert f"\n{target}:" in makefile
    for link in re.findall(r"\]\((?!http)([^)]+)\)", readme):
        assert (REPO / link).exists(), link
