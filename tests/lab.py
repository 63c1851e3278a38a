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
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, WebSocket, sync_playwright

REPO = Path(__file__).parent.parent
NO_BROWSER = "no Chromium found: `apt-get install chromium`, or set CHROMIUM to the path of one"
LOOPBACK = ("127.0.0.1", "localhost")


def without(reason: str) -> NoReturn:
    """Skip the test for want of a tool. With CI=true, where every tool is promised, fail instead."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


def chromium() -> str | None:
    """The path of a Chromium, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless Chromium that finds no host but this machine, and asks nothing of the network on its own account."""
    sandbox = [] if os.name == "nt" or os.geteuid() else ["--no-sandbox"]
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    offline = "--host-resolver-rules=MAP * ~NOTFOUND, " + ", ".join(f"EXCLUDE {host}" for host in LOOPBACK)
    arguments = [*sandbox, *quiet, offline, "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


class Lab:
    """A running JupyterLab server that serves one folder on 127.0.0.1."""

    def __init__(self, url: str, token: str, folder: Path) -> None:
        self.url = url
        self.token = token
        self.folder = folder

    def ready(self) -> bool:
        """Does the server answer?"""
        try:
            with urllib.request.urlopen(f"{self.url}api/status?token={self.token}", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def open_notebook(self, page: Page, path: str) -> None:
        """Open a notebook, alone in a workspace of its own, and wait until its kernel idles."""
        page.goto(f"{self.url}lab/workspaces/{secrets.token_hex(4)}/tree/{path}?token={self.token}")
        page.wait_for_function(
            """() => {
                const dialog = document.querySelector(".jp-Dialog");
                if (dialog) throw new Error(`JupyterLab asks: ${dialog.textContent}`);
                const panel = window.jupyterapp?.shell?.currentWidget;
                return panel?.sessionContext?.session?.kernel?.status === "idle";
            }""",
            timeout=90_000,
        )

    def run_all(self, page: Page) -> None:
        """Run every cell and wait until the last one is done. RuntimeError with the traceback when a cell fails.

        A cell may fail when it carries the tag "raises-exception", as for nbconvert and nbval.
        """
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        trouble = page.wait_for_function(
            """() => {
                const cells = window.jupyterapp.shell.currentWidget.content.widgets
                    .filter((cell) => cell.model.type === "code" && cell.model.sharedModel.source.trim());
                for (const { model } of cells) {
                    const error = model.outputs.toJSON().find((output) => output.output_type === "error");
                    const meant = (model.getMetadata("tags") ?? []).includes("raises-exception");
                    if (error && !meant) return error.traceback.join("\\n").replace(/\\x1b\\[[0-9;]*m/g, "");
                }
                const done = ({ model }) => model.executionCount && model.executionState !== "running";
                return cells.every(done) ? "none" : false;
            }""",
            timeout=120_000,
        ).json_value()
        if trouble != "none":
            raise RuntimeError(trouble)

    def run_cell(self, page: Page, index: int, *, wait: bool = True) -> None:
        """Run the cell at `index`. Without `wait`, return while it runs."""
        page.evaluate(
            """([index, wait]) => {
                window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
                const done = window.jupyterapp.commands.execute("notebook:run-cell");
                return wait ? done : undefined;
            }""",
            [index, wait],
        )

    def use_theme(self, page: Page, theme: str) -> None:
        """Change to "JupyterLab Light" or "JupyterLab Dark", and wait until its colours are there.

        Lab hides the change behind its splash screen, and stumbles over the next change while that one fades.
        """
        page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
        page.wait_for_function(
            """theme => document.body.dataset.jpThemeName === theme && !document.querySelector("#jupyterlab-splash")""",
            arg=theme,
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
        "--no-browser", f"--config={REPO / 'lab_settings' / 'jupyter_lab_config.py'}", "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port=0", f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={token}",
        "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    log = home / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *options],
            env=environment, cwd=folder, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        url = _wait_for(server, home / "runtime", token, log)
        yield Lab(url, token, folder)
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_for(server: subprocess.Popen[bytes], runtime: Path, token: str, log: Path) -> str:
    for _ in range(240):
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab ended at once:\n{log.read_text()}")
        for file in runtime.glob(f"jpserver-{server.pid}.json"):
            url = str(json.loads(file.read_text())["url"])
            if Lab(url, token, runtime).ready():
                return url
        time.sleep(0.25)
    raise RuntimeError(f"JupyterLab did not answer within a minute:\n{log.read_text()}")


def new_page(browser: Browser, **options: Any) -> tuple[Page, list[str]]:
    """A page that reaches this machine only, and the list in which it notes what went wrong.

    Every request and socket that would leave loopback is noted, and so is every error in the console. None gets out:
    the browser resolves no other host. (Refusing them with `page.route` would turn off the browser's cache.)
    """
    size = {"width": 1300, "height": 1000}
    page = browser.new_context(**{"viewport": size, "service_workers": "block"} | options).new_page()
    complaints: list[str] = []

    def only_this_machine(asked: Request | WebSocket) -> None:
        if urlsplit(asked.url).hostname not in (None, *LOOPBACK):
            complaints.append(f"request to {asked.url}")

    page.on("request", only_this_machine)
    page.on("websocket", only_this_machine)
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    return page, complaints


def kernel_says(page: Page, code: str) -> str:
    """What the kernel of the open notebook prints when it runs this code, outside of every cell."""
    script = """async (code) => {
        const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
        const asked = kernel.requestExecute({ code });
        let text = "";
        asked.onIOPub = ({ content }) => { text += content.text ?? ""; };
        await asked.done;
        return text.trim();
    }"""
    return str(page.evaluate(script, code))
