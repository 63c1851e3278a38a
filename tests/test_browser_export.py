"""Without Python behind it: a page from disk with the network cut off, and a saved notebook with a fresh kernel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from complaints import assert_complains
from inspected import rows_in
from lab import Lab, new_page
from playwright.sync_api import Browser, Page, expect
from workbook import View, Workbook, assert_equal, open_workbook, slopes_by_name, slopes_of_example, write_notebook

import nnkit as nn

CODE = """
X, y = nn.datasets.xor()
net = nn.Network.create([2, 5, 1], rng=0)
history = nn.train(net, X, y, optimiser=nn.Adam(0.05), epochs=300, rng=0)
"""


@pytest.fixture(scope="module")
def history() -> nn.History:
    names: dict[str, Any] = {"nn": nn}
    exec(CODE, names)
    return names["history"]


@pytest.fixture(scope="module")
def exported(history: nn.History, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("export") / "training.html"
    return nn.widgets.export_html(nn.widgets.inspect(history, select="W1[0,2]"), file)


def test_the_file_is_below_a_megabyte_and_names_no_address(exported):
    text = exported.read_text(encoding="utf-8")
    assert len(text.encode()) < 1_000_000
    for scheme in ("http://", "https://", "ws://", "wss://", "//cdn"):
        places = [text[i - 40 : i + 60] for i in range(len(text)) if text.startswith(scheme, i)]
        assert all("www.w3.org" in place for place in places), places


@pytest.fixture(scope="module", params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser, exported: Path) -> Iterator[Page]:
    """The page opened from disk, with no network."""
    opened, complaints = new_page(browser, offline=True, color_scheme=request.param)
    opened.goto(exported.as_uri())
    yield opened
    opened.context.close()
    assert complaints == []


def test_it_is_drawn_and_clicked_from_disk(page, history):
    view = View(page.locator(".nnkit-inspector"))
    back = nn.backward(history.network, history.X, history.y)
    for name in ("W1[1,4]", "b2[0]", "z1[3]", "a0[1]"):
        view.show(None)
        assert_equal(view.select(name).product[0], slopes_by_name(back)[name])
        view.show(2)
        assert_equal(view.read().product[0], slopes_of_example(back, 2)[name])
    view.root.locator(".player input").press("Home")
    first = nn.backward(history.network.with_params(history.snapshots[0]), history.X, history.y)
    assert_equal(view.read().product[0], slopes_of_example(first, 2)["a0[1]"])
    view.show(None)


def test_what_needs_python_is_not_there(page):
    root = page.locator(".nnkit-inspector")
    for words in ("Undo", "Reset"):
        expect(root.get_by_role("button", name=words)).to_have_count(0)
    expect(root.locator('[data-role="mistake"], .adjust')).to_have_count(0)


def test_the_text_form_is_beside_it(page, history):
    page.locator("summary", has_text="The same as text").click()
    expect(page.locator("pre")).to_contain_text("The central difference agrees.")
    page.locator("summary", has_text="The same as text").click()


def test_the_page_follows_the_theme_of_the_system(page):
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(17, 17, 17)") == dark


@pytest.mark.parametrize("widget", [None, 3, "W1[0,2]"])
def test_something_else_than_a_widget_is_named(widget, tmp_path):
    assert_complains(
        ValueError,
        lambda: nn.widgets.export_html(widget, tmp_path / "x.html"),
        f"export_html: widget is a {type(widget).__name__}; expected a widget of nnkit",
    )


def test_a_closing_tag_in_the_numbers_or_the_module_closes_nothing(exported):
    text = exported.read_text(encoding="utf-8")
    assert text.count("</script>") == text.count("<script") == 3


def test_the_page_keeps_every_bit_of_every_number(history, exported):
    import base64
    import json
    import re

    text = exported.read_text(encoding="utf-8")
    found = re.search(r'id="bytes">(.*?)</script>', text, re.DOTALL)
    assert found
    rows = base64.b64decode(json.loads(found[1])["rows"])
    inspector = nn.widgets.inspect(history)
    np.testing.assert_array_equal(rows_in(rows, inspector.state), rows_in(inspector.rows, inspector.state))


# --- a saved notebook ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reopened(browser: Browser, jupyter: Lab) -> Iterator[Workbook]:
    """A notebook saved by JupyterLab with the state of its widgets, and opened again: another kernel, no cell run."""
    sources = ["import nnkit as nn", f"{CODE}nn.widgets.inspect(history, select='W1[0,2]')"]
    write_notebook(jupyter.folder / "saved.ipynb", sources)
    for book in open_workbook(browser, jupyter, "saved.ipynb"):
        expect(book.page.locator(".nnkit-inspector .panel")).to_have_count(1)
        book.page.evaluate(
            """async () => {
                await window.jupyterapp.commands.execute("docmanager:save");
                await window.jupyterapp.shell.currentWidget.sessionContext.shutdown();
            }"""
        )
    assert '"application/vnd.jupyter.widget-state+json"' in (jupyter.folder / "saved.ipynb").read_text()
    for book in open_workbook(browser, jupyter, "saved.ipynb", run=False):
        yield book


def test_a_saved_notebook_draws_and_clicks_with_a_fresh_kernel(reopened, history):
    view = reopened.nth(0)
    expect(view.root.locator(".panel")).to_have_count(1)
    assert reopened.notebook()["counts"] == [None, None] or reopened.notebook()["kernel"] == "idle"
    back = nn.backward(history.network, history.X, history.y)
    view.show(1)
    assert_equal(view.select("W2[3,0]").product[0], slopes_of_example(back, 1)["W2[3,0]"])
    view.root.locator(".player input").press("Home")
    first = nn.backward(history.network.with_params(history.snapshots[0]), history.X, history.y)
    assert_equal(view.read().product[0], slopes_of_example(first, 1)["W2[3,0]"])


def test_a_slider_with_nobody_behind_it_says_so(reopened):
    view = reopened.nth(0)
    view.root.locator(".adjust input").press("ArrowRight")
    expect(view.root.locator(".silent")).to_be_visible()
    expect(view.root.locator(".silent")).to_contain_text("Looking still works")
    view.select("W1[0,1]")
    reopened.complaints.clear()  # JupyterLab itself may complain that there is no comm
