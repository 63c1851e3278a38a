"""nbval without its holes: every notebook is run as JupyterLab runs it, and all that a reader sees is compared.

nbval 0.11 finds the notebooks, has the options and names the cell that failed. What it lets through, and what is done:

- It runs cells without history, which breaks `ax.plot(x);` and `Out`, ignores cleared and updated displays and Output
  widgets, and waits out the whole timeout for a dead kernel. Here nbclient runs them, which does all that as Lab does.
- It compares nothing where a cell has no execution count, so cleared outputs pass. Here they fail.
- It sorts outputs by MIME type and forgets their order, whether one was displayed or was the result, and whether there
  was a picture or a widget at all. Here the outputs are compared one by one.
- It obeys tags and comments that skip a cell or its comparison. Here two tags count, `RAISES` and `IGNORE`, and even
  ignored outputs must be of the stored kinds.
- It passes a notebook in which it finds no code. Here that is an error.

`-p nbval_guard` in pyproject.toml loads it, so that it is there whichever of the tests are asked for.
"""

from __future__ import annotations

import copy
import difflib
import os
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbclient.output_widget import OutputWidget
from nbformat import NotebookNode
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager
from nbval.plugin import IPyNbCell, IPyNbFile

RAISES = "raises-exception"  # the cell must raise, and the exception must be the stored one
IGNORE = "nbval-ignore-output"  # the values may differ (times, for instance), the kinds of output may not
LOOSENERS = ("nbval_lax", "nbval_kernel_name", "nbval_sanitize_with", "sanitize_with", "nbdime")

ADDRESS = re.compile(r"(?<= at )0x[0-9a-fA-F]{6,16}\b")  # never the 0x48 of "640x480"
WIDGET = "application/vnd.jupyter.widget-view+json"

Shown = list[tuple[str, dict[str, Any]]]


def shown(outputs: Sequence[NotebookNode], *, values: bool = True) -> Shown:
    """What a reader sees, output by output: its kind and its forms; with `values=False` only which forms there are."""
    seen: Shown = []
    for output in outputs:
        kind = output.output_type
        if kind == "stream":
            kind, forms = output.name, {"text": output.text}
            if seen and seen[-1][0] == kind:  # the kernel sends text in chunks as it comes
                forms["text"] = seen.pop()[1]["text"] + output.text
        elif kind == "error":  # without the traceback, which holds lines of other people's code
            forms = {"error": f"{output.ename}: {output.evalue}"}
        else:
            forms = dict(output.data)
        seen.append((kind, forms))
    look = _lasting if values else lambda name, form: None
    return [(kind, {name: look(name, form) for name, form in forms.items()}) for kind, forms in seen]


def _lasting(name: str, form: Any) -> Any:
    """The part of a form that is the same in every run: no pixels, no random id of a widget, no address."""
    if name in ("image/png", "image/jpeg"):
        return "a picture"
    if name == WIDGET:
        return {key: value for key, value in form.items() if key != "model_id"}
    return ADDRESS.sub("0x…", form) if isinstance(form, str) else form


def _lines(outputs: Shown) -> list[str]:
    parts = [(f"[{kind}: {name}]", *str(forms[name]).split("\n")) for kind, forms in outputs for name in sorted(forms)]
    return [line for part in parts for line in part]


class _MuteOutput(OutputWidget):
    """Catches and keeps what a cell prints into an Output widget, as JupyterLab does.

    nbclient's own sends it back to the kernel while it awaits the kernel's reply, and now and then loses that reply:
    the cell hangs (github.com/jupyter/nbclient/issues/312).
    """

    def sync_state(self) -> None:
        pass


def notebook_client(nb: NotebookNode, *, timeout: int = 60, **options: Any) -> NotebookClient:
    """Runs `nb` as JupyterLab does, with the Python that runs this. `timeout`: seconds for a cell."""
    manager = AsyncKernelManager(kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager())
    options |= {"timeout": timeout, "iopub_timeout": timeout, "raise_on_iopub_timeout": True}  # not 4 s, then go on
    options |= {"skip_cells_with_tag": "", "record_timing": False, "shutdown_kernel": "immediate"}  # "" skips no cell
    client = NotebookClient(nb, km=manager, **options)
    client.widget_registry["@jupyter-widgets/output"]["OutputModel"] = _MuteOutput
    return client


@contextmanager
def running_kernel(client: NotebookClient, folder: Path) -> Iterator[None]:
    """The client's kernel in `folder`, out of reach of the reader's progress, start-up files and plot settings.

    A busy machine may be slow enough for a progress bar to appear: there is none here. And it has no core to spare for
    a second BLAS thread.
    """
    env = {key: value for key, value in os.environ.items() if key not in ("MPLBACKEND", "PYTHONSTARTUP")}
    with TemporaryDirectory(ignore_cleanup_errors=True) as home:
        env |= {"TQDM_DISABLE": "1", "OPENBLAS_NUM_THREADS": "1"}
        env |= {"IPYTHONDIR": home, "NNKIT_PROGRESS": os.path.join(home, "progress.json")}
        with client.setup_kernel(cwd=str(folder), env=env, cleanup_kc=True):
            yield


class GuardedNotebook(IPyNbFile):
    """A notebook and its kernel."""

    broken_by: str | None = None  # the cell after which there is no kernel any more
    resources = ExitStack()

    def collect(self) -> list[GuardedCell]:
        parts = [{key: getattr(it, key) for key in ("name", "cell_num", "cell", "options")} for it in super().collect()]
        if not parts:
            raise self.CollectError(f"{self.path}: no code cell, so nothing to test")
        return [GuardedCell.from_parent(self, **part) for part in parts]

    def setup(self) -> None:
        """Start the kernel. Nothing stored is left in the copy that is run, so no cell can pass by not being run."""
        fresh = copy.deepcopy(self.nb)
        self.code = [(index, cell) for index, cell in enumerate(fresh.cells) if cell.cell_type == "code"]
        for _, cell in self.code:
            cell.outputs, cell.execution_count = [], None
        self.done = 0  # so many code cells have been run
        self.errors: dict[int, dict[str, Any]] = {}
        self.client = notebook_client(
            fresh,
            timeout=max(1, round(self.config.option.nbval_cell_timeout)),
            startup_timeout=max(1, round(self.config.option.nbval_kernel_startup_timeout)),
            allow_errors=True,  # GuardedCell judges them
            on_cell_error=self._note_error,
        )
        self.resources = ExitStack()
        self.resources.enter_context(running_kernel(self.client, self.path.parent))

    def _note_error(self, cell_index: int, execute_reply: dict[str, Any], **_: Any) -> None:
        self.errors[cell_index] = execute_reply["content"]

    def run(self, number: int) -> tuple[NotebookNode, dict[str, Any] | None]:
        """A code cell as it is after a run, and its error. Cells before it that `-k` left out are run first."""
        for index, cell in self.code[self.done : number + 1]:
            self.client.execute_cell(cell, index)
            self.done += 1
        index, cell = self.code[number]
        return cell, self.errors.get(index)

    def teardown(self) -> None:
        self.resources.close()


class GuardedCell(IPyNbCell):
    """A code cell: run it, then hold what it shows against what is stored."""

    parent: GuardedNotebook

    def runtest(self) -> None:
        notebook, tags, place = self.parent, self.cell.metadata.get("tags", []), f"In [{self.cell_num + 1}]"
        if notebook.broken_by:
            pytest.xfail(f"the kernel is gone since {notebook.broken_by}")
        try:
            cell, error = notebook.run(self.cell_num)
        except (CellTimeoutError, DeadKernelError) as problem:
            notebook.broken_by = place = f"In [{notebook.done + 1}]"
            notebook.teardown()  # an endless loop would keep a core busy until the end
            self.raise_cell_error(f"{place}: {str(problem).splitlines()[0]}")
        if error and RAISES not in tags:
            self.raise_cell_error(f"{place} caused an exception", "\n".join(error["traceback"]))
        if RAISES in tags and not error:
            self.raise_cell_error(f"{place} is tagged {RAISES} but raises nothing")
        if self.cell.execution_count is None:
            self.raise_cell_error(f"{place} is stored without having been run")
        stored, now = (shown(outputs, values=IGNORE not in tags) for outputs in (self.cell.outputs, cell.outputs))
        if stored != now:
            diff = difflib.unified_diff(_lines(stored), _lines(now), "stored", "now", lineterm="")
            self.raise_cell_error(f"{place} shows something else than what is stored", "\n".join(diff))


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
    """Put a guarded notebook in the place of each that nbval collects."""
    found = yield
    return [GuardedNotebook.from_parent(parent, path=file_path) if type(it) is IPyNbFile else it for it in found]


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Refuse options that compare less, rather than seem to obey them."""
    if not config.getoption("nbval", False):
        raise pytest.UsageError("nbval_guard needs --nbval; without it no notebook is tested")
    for name in LOOSENERS:
        if config.getoption(name, None):
            raise pytest.UsageError(f"nbval_guard compares everything; take away --{name.replace('_', '-')}")
