"""Fixtures that several files share: node, one Chromium, and one JupyterLab over a copy of the notebooks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lab import Lab
    from playwright.sync_api import Browser

# `lab` is imported inside the fixtures: most tests need no Playwright.


@pytest.fixture(autouse=True, scope="session")
def _progress_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The tests solve exercises, but not in the name of the person who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NNKIT_PROGRESS", str(tmp_path_factory.mktemp("progress") / "progress.json"))
        yield


@pytest.fixture(scope="session")
def node() -> str:
    """The path of node."""
    from lab import without

    return shutil.which("node") or without("node is not there: `apt-get install nodejs`, or https://nodejs.org")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    import lab

    if not lab.chromium():
        lab.without(lab.NO_BROWSER)
    with lab.open_browser() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def jupyter(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for all tests, over a copy of notebooks/ in which a test may write. No browser, no Lab."""
    import lab

    folder: Path = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(lab.REPO / "notebooks", folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    with lab.open_lab(folder) as server:
        yield server
