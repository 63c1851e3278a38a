"""What lasts and what does not: memory after thousands of events, a saved notebook, a busy kernel, a cell run again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from lab import Lab, kernel_says
from playwright.sync_api import Browser, Locator, expect
from test_browser_views import (
    CELLS,
    SETUP,
    assert_cell,
    assert_neuron_shows,
    assert_race_at,
    assert_slope,
    given,
    race,
    slide,
    tab,
    view,
)
from workbook import Workbook, assert_equal, open_workbook, slopes_of_example, write_notebook

import nnkit as nn

pytestmark = pytest.mark.long  # run by `make test-long`

INSPECTOR = "nn.widgets.inspect(nn.Network.create([2, 5, 1], rng=0), X_xor, y_xor, select='W1[0,2]')"
WIDGETS = CELLS | {"inspector": INSPECTOR}
SLEEP = "import time\ntime.sleep(seconds)\nseconds = 5"
BUSY = len(WIDGETS) + 2  # the cell that keeps the kernel busy for `seconds`


@pytest.fixture(scope="module")
def workbook(browser: Browser, jupyter: Lab) -> Iterator[Workbook]:
    """A notebook with one widget of each kind."""
    write_notebook(jupyter.folder / "lasting.ipynb", [SETUP, *WIDGETS.values(), "seconds = 0", SLEEP])
    for book in open_workbook(browser, jupyter, "lasting.ipynb"):
        expect(book.page.locator(".nnkit")).to_have_count(len(WIDGETS))
        book.page.evaluate(EVENTS)
        yield book
        assert book.complaints == []


# One event on a widget, number i: most look, some ask Python.
EVENTS = """() => {
    const fire = (element, kind) => element.dispatchEvent(new Event(kind, { bubbles: true }));
    const pick = (root, selector, i) => {
        const all = [...root.querySelectorAll(selector)].filter((one) => one.getClientRects().length);
        return all[i % all.length];
    };
    const click = (root, selector, i) =>
        pick(root, selector, i)?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    const slide = (root, selector, i) => {
        const track = pick(root, selector, 0);
        if (!track) return; // what is selected has no slider
        const [low, high] = [Number(track.min), Number(track.max)];
        track.value = String(low + ((i * 7) % 23) / 22 * (high - low));
        fire(track, "input");
        fire(track, "change");
    };
    const choose = (root, selector, i) => {
        const box = root.querySelector(selector);
        box.selectedIndex = i % box.options.length;
        fire(box, "change");
    };
    const own = (root, role, value) => {
        const field = root.querySelector(`[data-role="${role}"]`);
        field.value = String(value);
        fire(field, "change");
    };
    const look = {
        neuron: [(r, i) => click(r, `[data-role="${i % 25 ? "step" : "reset"}"]`, 0),
            (r, i) => slide(r, "input[data-param]", i), (r, i) => click(r, ".choices button", i),
            (r, i) => click(r, "button[data-example]", i), (r, i) => slide(r, ".player input", i)],
        cost: [(r, i) => click(r, '[aria-label="part"] button', i),
            (r, i) => click(r, "[data-part]:not([hidden]) :is(.choices button, .entry)", i),
            (r, i) => slide(r, "[data-part]:not([hidden]) input[type=range]", i),
            (r, i) => own(r, "own-rate", (1 + (i % 9)) / 5000)],
        batch: [(r, i) => click(r, "g[data-cell]", i), (r, i) => slide(r, ".player input", i),
            (r, i) => click(r, "[data-order]", i), (r, i) => click(r, ".toolbar .choices button", i),
            (r, i) => pick(r, "g[data-cell]", i).dispatchEvent(new PointerEvent("pointerenter"))],
        race: [(r, i) => slide(r, ".player input", i), (r, i) => choose(r, '[data-role="weight"]', i),
            (r, i) => slide(r, '[data-role="threshold"]', i), (r, i) => click(r, ".choices button", i)],
        inspector: [(r, i) => click(r, '[data-param^="W"], [data-param^="b"]', i),
            (r, i) => pick(r, ".examples input", i).click(), (r, i) => choose(r, '[data-role="edges"]', i),
            (r, i) => slide(r, ".adjust input", i)],
    };
    const once = (root, name, i) => look[name][i % look[name].length](root, Math.floor(i / look[name].length));
    window.many = async (name, first, last) => {
        const root = document.querySelector(`.nnkit-${name}`);
        for (let i = first; i < last; i++) {
            once(root, name, i);
            if (i % 8 === 0) await new Promise((done) => setTimeout(done, 0)); // answers come in, pictures are painted
        }
        await new Promise((done) => setTimeout(done, 400)); // the last answer
    };
    window.pace = async (name, first, last) => { // milliseconds of the looking events alone
        const root = document.querySelector(`.nnkit-${name}`);
        const found = [];
        const asks = { neuron: [0, 1], cost: [3], batch: [], race: [], inspector: [3] }[name];
        for (let i = first; i < last; i++) {
            if (asks.includes(i % look[name].length)) continue;
            const start = performance.now();
            once(root, name, i);
            root.getBoundingClientRect();
            found.push(performance.now() - start);
            await new Promise((done) => setTimeout(done, 0));
        }
        return found;
    };
}"""


def memory(workbook: Workbook) -> dict[str, float]:
    """What kernel and browser hold after both have collected their garbage."""
    code = "import gc, os, psutil; gc.collect(); print(psutil.Process(os.getpid()).memory_info().rss)"
    kernel = float(kernel_says(workbook.page, code))
    session = workbook.page.context.new_cdp_session(workbook.page)
    session.send("Performance.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    measured = {one["name"]: float(one["value"]) for one in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return {
        "kernel": kernel,
        "heap": measured["JSHeapUsedSize"],
        "nodes": measured["Nodes"],
        "listeners": measured["JSEventListeners"],
    }


def grown(before: dict[str, float], after: dict[str, float]) -> dict[str, str]:
    """What has grown by 5 % or more."""
    return {name: f"{one:.0f} → {after[name]:.0f}" for name, one in before.items() if after[name] >= 1.05 * one}


@pytest.mark.parametrize("name", WIDGETS)
def test_two_thousand_events_leave_kernel_and_browser_as_they_were(workbook, name):
    page = workbook.page
    page.evaluate("name => many(name, 0, 300)", name)
    before = memory(workbook)
    for first in range(300, 2300, 500):
        page.evaluate("([name, first]) => many(name, first, first + 500)", [name, first])
    assert grown(before, memory(workbook)) == {}


@pytest.mark.parametrize("name", WIDGETS)
def test_a_cell_that_is_run_again_and_again_leaves_nothing_behind(workbook, name):
    page, cell = workbook.page, 1 + list(WIDGETS).index(name)

    def again(times: int) -> dict[str, float]:
        for _ in range(times):
            play = page.locator(f".nnkit-{name} .play:visible")
            if play.count():
                play.first.click()  # it is still playing when the cell is run
            workbook.lab.run_cell(page, cell)
            expect(page.locator(f".nnkit-{name} svg").first).to_be_visible()
        expect(page.locator(f".nnkit-{name}")).to_have_count(1)
        return memory(workbook)

    before, after = again(3), again(6)
    assert grown({key: before[key] for key in ("nodes", "listeners")}, after) == {}
    page.evaluate(WATCH, f".nnkit-{name}")
    page.wait_for_timeout(400)
    assert page.evaluate("window.drawn") == 0


# Counts what changes in a widget that nobody touches.
WATCH = """selector => {
    window.drawn = 0;
    new MutationObserver((found) => { window.drawn += found.length; })
        .observe(document.querySelector(selector), { childList: true, subtree: true, attributes: true });
}"""


def test_while_a_cell_sleeps_looking_is_as_fast_in_every_widget(workbook):
    page = workbook.page

    def paces() -> dict[str, float]:
        script = "([name]) => pace(name, 0, 30)"
        return {name: float(np.median(page.evaluate(script, [name]))) for name in WIDGETS}

    paces()
    idle = paces()
    workbook.lab.run_cell(page, BUSY, wait=False)
    workbook.wait_for_kernel("busy")
    busy = paces()
    state = f"window.jupyterapp.shell.currentWidget.content.widgets[{BUSY}].model.executionState"
    assert page.evaluate(state) == "running"
    page.wait_for_function(f"{state} !== 'running'")
    print({name: f"{idle[name]:.1f} ms idle, {busy[name]:.1f} ms while a cell sleeps" for name in WIDGETS})
    assert {name: (idle[name], busy[name]) for name in WIDGETS if busy[name] > 2 * idle[name] + 3} == {}


# --- a saved notebook ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reopened(browser: Browser, jupyter: Lab) -> Iterator[Workbook]:
    """The notebook saved, as a reader saves it, and opened again: another kernel, and no cell was run."""
    write_notebook(jupyter.folder / "kept.ipynb", [SETUP, *WIDGETS.values()])
    for book in open_workbook(browser, jupyter, "kept.ipynb"):
        expect(book.page.locator(".nnkit")).to_have_count(len(WIDGETS))
        book.page.evaluate(
            """async () => {
                const { commands } = window.jupyterapp;
                await commands.execute("docmanager:save");
                await window.jupyterapp.shell.currentWidget.sessionContext.shutdown();
            }"""
        )
    for book in open_workbook(browser, jupyter, "kept.ipynb", run=False):
        expect(book.page.locator(".nnkit")).to_have_count(len(WIDGETS))
        assert kernel_says(book.page, "print('nn' in globals())") == "False"
        yield book


def test_a_notebook_that_was_never_run_here_shows_the_text_forms(browser, jupyter):
    """Where JupyterLab has no widget to show, what stands in its place says the same."""
    for book in open_workbook(browser, jupyter, "04_matrix_batching.ipynb", run=False):
        cell = book.page.locator(".jp-CodeCell", has_text="nn.widgets.batch(").first
        expect(cell.locator(".jp-OutputArea-output")).to_contain_text("Batch of Network [3, 4, 2]")
        expect(cell.locator(".jp-OutputArea-output")).to_contain_text("dW2[1,0] = 1/5 · 0.09934 = 0.019868")
        assert book.complaints == []


def root_of(reopened: Workbook, name: str) -> Locator:
    root = view(reopened, name)
    expect(root.locator("svg").first).to_be_visible()
    return root


def test_the_neuron_of_a_saved_notebook_draws_and_moves(reopened):
    root = root_of(reopened, "neuron")
    root.locator('.choices [data-param="W1[1,0]"]').click()
    assert_neuron_shows(root, given()["neuron"], "W1[1,0]")
    root.locator('button[data-example="2"]').click()
    expect(root.locator("tr.chosen button")).to_have_attribute("data-example", "2")


def test_the_cost_of_a_saved_notebook_draws_and_moves(reopened):
    root = root_of(reopened, "cost")
    part = tab(root, "one prediction")
    part.get_by_role("radio", name="squared error", exact=True).click()
    slide(part.locator('[data-role="prediction"]'), 60)
    assert_slope(root, "squared_error", 0)


def test_the_batch_of_a_saved_notebook_draws_and_moves(reopened):
    root = root_of(reopened, "batch")
    for j, k in ((1, 0), (3, 1)):
        root.locator(f'g[data-cell="{j},{k}"]').click()
        assert_cell(root, j, k)


def test_the_race_of_a_saved_notebook_draws_and_moves(reopened):
    root = root_of(reopened, "race")
    slide(root.locator(".player input"), 3)
    assert_race_at(root, 3, race().state["weights"][0], 0.05)


def test_the_inspector_of_a_saved_notebook_draws_and_moves(reopened):
    root_of(reopened, "inspector")
    shown = reopened.nth(0)
    X, y = nn.datasets.xor()
    back = nn.backward(nn.Network.create([2, 5, 1], rng=0), X, y)
    shown.show(1)
    assert_equal(shown.select("W2[3,0]").product[0], slopes_of_example(back, 1)["W2[3,0]"])


@pytest.mark.parametrize(("name", "asks"), [("neuron", '[data-role="step"]'), ("cost", '[data-role="own-rate"]')])
def test_a_widget_with_nobody_behind_it_says_so(reopened, name: str, asks: str):
    root = root_of(reopened, name)
    if name == "cost":
        tab(root, "how long a step").locator(asks).fill("0.003")
        root.locator(asks).press("Enter")
    else:
        root.locator(asks).click()
    expect(root.locator(".silence")).to_contain_text("Python does not answer")
    reopened.complaints.clear()  # JupyterLab itself may complain that there is no comm
