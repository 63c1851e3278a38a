"""A real JupyterLab in a real browser, for the tests that look at the workbook as its reader does."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

REPO = Path(__file__).parent.parent
NO_BROWSER = "no Chromium found: `apt-get install chromium`, or set CHROMIUM to the path of one"


def chromium() -> str | None:
    """The path of a Chromium, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless Chromium that asks nothing of the network on its own account."""
    sandbox = [] if os.name == "nt" or os.geteuid() else ["--no-sandbox"]
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*sandbox, *quiet, "--no-first-run"])
        try:
            yield browser
        finally:
            browser.close()


class Lab:
    """A running JupyterLab server that serves one folder on 127.0.0.1."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token

    def ready(self) -> bool:
        """Does the server answer?"""
        try:
            with urllib.request.urlopen(f"{self.url}api/status?token={self.token}", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def open_notebook(self, page: Page, path: str) -> None:
        """Open a notebook and wait until its kernel idles."""
        page.goto(f"{self.url}lab/tree/{path}?token={self.token}")
        page.wait_for_function(
            """() => {
                const panel = window.jupyterapp?.shell?.currentWidget;
                return panel?.sessionContext?.session?.kernel?.status === "idle";
            }""",
            timeout=90_000,
        )

    def run_all(self, page: Page) -> None:
        """Run every cell, and wait until the last one is done."""
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_function(
            """() => {
                const cells = window.jupyterapp.shell.currentWidget.content.widgets
                    .filter((cell) => cell.model.type === "code" && cell.model.sharedModel.source.trim());
                return cells.every((cell) => cell.model.executionCount && cell.model.executionState !== "running");
            }""",
            timeout=120_000,
        )


@contextmanager
def open_lab(folder: Path, *, theme: str = "JupyterLab Light") -> Iterator[Lab]:
    """Start JupyterLab over `folder` with settings of its own, and stop it at the end."""
    home = folder.parent / f"{folder.name}-jupyter"
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}))
    token = secrets.token_hex(16)
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    options = [
        "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0",
        f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True",
        f"--LabApp.app_settings_dir={REPO / 'lab_settings'}",
    ]  # fmt: skip
    log = home / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *options],
            env=environment, cwd=folder, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield _wait_for(server, home / "runtime", token, log)
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_for(server: subprocess.Popen[bytes], runtime: Path, token: str, log: Path) -> Lab:
    for _ in range(240):
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab ended at once:\n{log.read_text()}")
        for file in runtime.glob("jpserver-*.json"):
            lab = Lab(json.loads(file.read_text())["url"], token)
            if lab.ready():
                return lab
        time.sleep(0.25)
    raise RuntimeError(f"JupyterLab did not answer within a minute:\n{log.read_text()}")


def new_page(browser: Browser, **options: object) -> tuple[Page, list[str]]:
    """A page that may reach this machine only, and the list in which it notes what went wrong.

    Every request that leaves loopback is refused and noted, and so is every error in the console.
    """
    page = browser.new_context(viewport={"width": 1300, "height": 1000}, **options).new_page()  # type: ignore[arg-type]
    complaints: list[str] = []

    def only_this_machine(route) -> None:  # type: ignore[no-untyped-def]
        host = urlsplit(route.request.url).hostname
        if host in (None, "127.0.0.1", "localhost"):
            route.continue_()
        else:
            complaints.append(f"request to {route.request.url}")
            route.abort()

    page.route("**/*", only_this_machine)
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    return page, complaints
