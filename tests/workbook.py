"""A notebook with inspectors in a real JupyterLab, and how to click and read them. Shared by the browser tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from lab import REPO, Lab, new_page
from playwright.sync_api import Browser, Locator, Page, WebSocket

import nnkit as nn
from nnkit.text import number, place

SCREENSHOTS = REPO / "screenshots"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def slopes_by_name(back: nn.BackwardPass) -> dict[str, float]:
    """The gradient of the batch loss for all that can be clicked: parameters, units, inputs."""
    slopes = dict(back.grads)
    slopes |= {f"z{l}": back.example_weight * delta.sum(axis=0) for l, delta in back.delta.items()}
    slopes["a0"] = back.example_weight * back.carry_back[1].sum(axis=0)
    return {f"{name}{place(at)}": slope[at] for name, slope in slopes.items() for at in np.ndindex(slope.shape)}


def slopes_of_example(back: nn.BackwardPass, n: int) -> dict[str, float]:
    """The same for one example as a batch of its own, divided by the weight that it has there."""
    alone = nn.backward(back.net, back.forward.a[0][[n]], back.y[[n]])
    return {name: slope / alone.example_weight for name, slope in slopes_by_name(alone).items()}


def assert_equal(actual: object, expected: object) -> None:
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


# --- reading an inspector --------------------------------------------------------------------------------------------


READ = """root => {
    const panel = root.querySelector(".panel");
    const value = (element) => Number(element.dataset.value);
    const role = (name) => {
        const element = panel.querySelector(`[data-role="${name}"]`);
        return [value(element), element.textContent];
    };
    const [cards, table] = [panel.querySelector(":scope > .chain > .cards"), panel.querySelector("table")];
    return {
        pressed: [...root.querySelectorAll('[data-param][aria-pressed="true"]')].map((part) => part.dataset.param),
        title: panel.querySelector("h3 code").textContent,
        product: role("product"),
        numeric: role("numeric"),
        error: role("relative-error"),
        terms: [...(cards ?? table).querySelectorAll("[data-term]")].map((part) => part.dataset.term),
        rows: cards ? [[...cards.querySelectorAll("[data-term]")].map(value)]
            : [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")].map(value)),
        badges: [...root.querySelectorAll(".badge")].map((badge) => badge.textContent),
    };
}"""


@dataclass(frozen=True)
class Shown:
    """What an inspector shows: for the batch a row an example, with the product last; for one example its factors."""

    pressed: list[str]
    title: str
    product: tuple[float, str]
    numeric: tuple[float, str]
    error: tuple[float, str]
    terms: list[str]
    rows: list[list[float]]
    badges: list[str]

    def check(self, name: str, slope: float, terms: list[str]) -> None:
        """It is about `name`, its number is `slope`, and what it writes is what it holds."""
        assert (self.title, self.pressed) == (name, [name])
        assert self.terms == terms
        assert self.badges == [str(i + 1) for i in range(len(terms))]
        assert_equal(self.product[0], slope)
        np.testing.assert_allclose(self.numeric[0], slope, rtol=1e-6, atol=1e-9)
        assert self.error[0] < 1e-6
        for value, text in (self.product, self.numeric):
            assert text == number(value)
        assert float(self.error[1]) == float(f"{self.error[0]:.1e}")


class View:
    """One inspector on the page."""

    def __init__(self, root: Locator) -> None:
        self.root = root

    def part(self, name: str) -> Locator:
        """What is clicked in the diagram to select `name`."""
        return self.root.locator(f'[data-param="{name}"]')

    def radio(self, example: int | None) -> Locator:
        return self.root.locator(f'input[value="{"batch" if example is None else example}"]')

    def show(self, example: int | None) -> None:
        """Show one example, or the batch."""
        self.radio(example).check()

    def select(self, name: str) -> Shown:
        """Click `name` with the mouse."""
        self.part(name).click()
        return self.read()

    def read(self) -> Shown:
        return Shown(**self.root.evaluate(READ))

    def chosen(self) -> str | None:
        """The value of the radio button that is on."""
        return self.root.locator("input:checked").get_attribute("value")

    def card(self, term: str) -> Locator:
        """The card of a factor, for example "carry_back:2", on the first floor."""
        return self.root.locator(f'.panel > .chain > .cards > [data-term="{term}"]')


@dataclass(frozen=True)
class Workbook:
    """An open notebook."""

    page: Page
    lab: Lab
    complaints: list[str]
    kernel_messages: list[str]
    names: list[str]

    def view(self, name: str) -> View:
        """The inspector with this name; they stand in the order of the names."""
        return self.nth(self.names.index(name))

    def nth(self, index: int) -> View:
        return View(self.page.locator(".nnkit-inspector").nth(index))

    def notebook(self) -> dict[str, Any]:
        """How many cells there are, which one is active, how often each was run; and what the kernel does."""
        return dict(
            self.page.evaluate(
                """() => {
                    const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
                    return {
                        cells: content.widgets.map((cell) => cell.model.sharedModel.source),
                        active: content.activeCellIndex,
                        counts: content.widgets.map((cell) => cell.model.executionCount),
                        kernel: sessionContext.session.kernel.status,
                    };
                }"""
            )
        )

    def wait_for_kernel(self, status: str) -> None:
        """Wait until the kernel is "busy" or "idle"."""
        self.page.wait_for_function(
            "status => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === status",
            arg=status,
        )

    def focused(self) -> str:
        """What has the focus: the name of a part of a diagram, or the tag of anything else."""
        script = "() => document.activeElement.dataset.param ?? document.activeElement.tagName"
        return str(self.page.evaluate(script))

    def focus_is_inside(self, view: View) -> bool:
        return bool(view.root.evaluate("root => root.contains(document.activeElement)"))


def open_workbook(
    browser: Browser, lab: Lab, path: str, names: Sequence[str] = (), *, run: bool = True
) -> Iterator[Workbook]:
    """Open a notebook of the served folder and run it. Every message to its kernel is noted."""
    page, complaints = new_page(browser)
    page.set_default_timeout(20_000)
    messages: list[str] = []

    def note_messages(socket: WebSocket) -> None:
        if "/channels" in socket.url:
            socket.on("framesent", lambda _: messages.append(socket.url))

    page.on("websocket", note_messages)
    lab.open_notebook(page, path)
    if run:
        lab.run_all(page)
    yield Workbook(page, lab, complaints, messages, list(names))
    page.context.close()


def write_notebook(file: Path, sources: list[str]) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), file)


def take_screenshot(view: View, name: str) -> None:
    """Save what the inspector looks like in screenshots/, in a window that has room for all of it."""
    page = view.root.page
    SCREENSHOTS.mkdir(exist_ok=True)
    usual = page.viewport_size or {"width": 1300, "height": 1000}
    height = view.root.bounding_box()["height"]  # type: ignore[index]
    page.set_viewport_size({"width": usual["width"], "height": max(1000, int(height) + 400)})
    page.mouse.move(0, 0)
    view.root.screenshot(path=SCREENSHOTS / name)
    page.set_viewport_size(usual)
