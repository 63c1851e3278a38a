"""The inspector for everyone: axe-core, the keyboard, a screen reader's words, a narrow column, less motion."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from lab import REPO, Lab, new_page, without
from playwright.sync_api import Browser, Page, expect
from workbook import THEMES, View, Workbook, open_workbook, take_screenshot, write_notebook

import nnkit as nn

AXE = REPO / "tests" / "axe"
SETUP = """import numpy as np

import nnkit as nn

X, y = nn.datasets.xor()
net = nn.Network.create([2, 5, 1], rng=0)
history = nn.train(net, X, y, optimiser=nn.Adam(0.05), epochs=100, rng=0)
rng = np.random.default_rng(0)
large = nn.Network.create([64, 30, 10], output="softmax", loss="cross_entropy", rng=0)
X_large, y_large = rng.normal(size=(4, 64)), nn.datasets.one_hot(np.arange(4), 10)"""


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core. npm fetches it once, in the version and with the hash of tests/axe/package-lock.json."""
    file = AXE / "node_modules" / "axe-core" / "axe.min.js"
    if not file.exists():
        npm = shutil.which("npm") or without("npm is not there: `apt-get install npm`, or https://nodejs.org")
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=AXE, capture_output=True, text=True, check=False, timeout=120
        )
        if done.returncode:
            without(f"npm could not fetch axe-core: {done.stderr}")
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def workbook(browser: Browser, jupyter: Lab) -> Iterator[Workbook]:
    """Three inspectors: a network, a training and a large network."""
    sources = [
        SETUP,
        "nn.widgets.inspect(net, X, y, select='W1[0,2]')",
        "nn.widgets.inspect(history, select='W1[0,2]', example=1)",
        "nn.widgets.inspect(large, X_large, y_large, select='W1[12,3]', example=2)",
    ]
    write_notebook(jupyter.folder / "access.ipynb", sources)
    for book in open_workbook(browser, jupyter, "access.ipynb", ["plain", "training", "large"]):
        book.page.set_default_timeout(5_000)
        expect(book.page.locator(".nnkit-inspector .panel")).to_have_count(3)
        yield book
        assert book.complaints == []


# --- axe-core --------------------------------------------------------------------------------------------------------

RUN_AXE = """async (root) => {
    const { violations } = await window.axe.run(root);
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0].html.slice(0, 200)}`);
}"""


def violations(page: Page, axe: str, view: View) -> list[str]:
    if not page.evaluate("() => Boolean(window.axe)"):
        # Lab has a module loader of its own, and axe would register there instead of on the window.
        page.evaluate("source => { const define = undefined; eval(source); }", axe)
    return list(view.root.evaluate(RUN_AXE))


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_no_barrier(workbook, axe, theme):
    page = workbook.page
    workbook.lab.use_theme(page, THEMES[theme])
    for name in workbook.names:
        view = workbook.view(name)
        assert violations(page, axe, view) == []
    view = workbook.view("training")
    view.root.locator('[data-role="mistake"]').select_option("activation_slope_missing")
    expect(view.root.locator(".was").first).to_be_visible()
    view.root.locator("summary", has_text="Step through").click()
    view.root.get_by_role("button", name="Pin to compare").click()
    assert violations(page, axe, view) == []
    view.show(None)
    assert violations(page, axe, view) == []
    take_screenshot(view, f"inspector-everything-open-{theme}.png")
    view.root.get_by_role("button", name="Unpin").click()
    view.root.locator("summary", has_text="Step through").click()
    view.root.locator('[data-role="mistake"]').select_option("")
    view.show(1)
    workbook.lab.use_theme(page, THEMES["light"])


def test_axe_finds_a_barrier_where_there_is_one(workbook, axe):
    """The proof that an empty list means something."""
    view = workbook.view("plain")
    view.root.evaluate("root => root.append(document.createElement('button'))")
    found = violations(workbook.page, axe, view)
    view.root.evaluate("root => root.lastChild.remove()")
    assert [line for line in found if line.startswith("button-name")]


def test_axe_finds_no_barrier_in_an_exported_page(browser, axe, tmp_path):
    X, y = nn.datasets.xor()
    widget = nn.widgets.inspect(nn.Network.create([2, 5, 1], rng=0), X, y, example=2)
    page, _ = new_page(browser, bypass_csp=True)
    page.goto(nn.widgets.export_html(widget, tmp_path / "page.html").as_uri())
    page.evaluate("source => eval(source)", axe)
    found = page.evaluate("async () => (await window.axe.run()).violations.map(({ id, help }) => `${id}: ${help}`)")
    page.context.close()
    assert found == []


# --- the keyboard ----------------------------------------------------------------------------------------------------


def test_what_the_terms_mean_opens_by_key(workbook):
    """No explanation waits for a pointer that hovers."""
    view = workbook.view("plain")
    meaning = view.root.get_by_text("What the weight was multiplied by.")
    expect(meaning).to_be_hidden()
    view.root.locator(".glossary summary").focus()
    workbook.page.keyboard.press("Enter")
    expect(meaning).to_be_visible()
    workbook.page.keyboard.press("Enter")
    assert view.root.locator(":is(.panel, .walk) [title]").count() == 0


def test_arrows_lead_from_neighbour_to_neighbour(workbook):
    view, keyboard = workbook.view("plain"), workbook.page.keyboard
    view.part("a0[0]").focus()
    path = ["a0[0]"]
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
        keyboard.press(key)
        path.append(workbook.focused())
    assert path[1] == "a0[1]"
    assert len(set(path)) == len(path)
    boxes = [view.part(name).bounding_box() for name in path[1:]]
    x = [box["x"] for box in boxes if box]
    assert x == sorted(x)
    keyboard.press("Enter")
    assert view.read().title == path[-1]


def test_the_focus_is_seen(workbook):
    view = workbook.view("plain")
    workbook.page.keyboard.press("Tab")  # the browser shows the focus to those who use keys
    view.part("W1[0,2]").focus()
    shape = view.part("W1[0,2]").locator(".shape")
    assert float(shape.evaluate("shape => parseFloat(getComputedStyle(shape).strokeWidth)")) >= 3
    for element in (view.radio(1), view.root.get_by_role("button", name="Copy as NumPy")):
        element.focus()
        assert element.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"


def test_a_name_that_is_typed_is_opened_and_a_wrong_one_is_marked(workbook):
    view = workbook.view("plain")
    find = view.root.locator('[data-role="find"]')
    find.fill(" W2[ 3,0 ]")
    find.press("Enter")
    assert view.read().title == "W2[3,0]"
    for wrong in ("W9[0,0]", "W2[3]", "nonsense"):
        find.fill(wrong)
        find.press("Enter")
        expect(find).to_have_attribute("aria-invalid", "true")
    assert view.read().title == "W2[3,0]"
    find.fill("")


# --- words -----------------------------------------------------------------------------------------------------------


def test_the_live_region_says_the_chain_in_words(workbook):
    view = workbook.view("plain")
    net_back = nn.backward(nn.Network.create([2, 5, 1], rng=0), *nn.datasets.xor())
    view.show(2)
    view.select("W1[0,2]")
    factors = net_back.terms("W1", (0, 2)).factors
    said = " times ".join(f"{factor.title} {factor.values[2]:.6g}" for factor in factors)
    product = net_back.terms("W1", (0, 2)).per_example[2]
    expect(view.root.get_by_role("status")).to_have_text(f"W1[0,2], example 2: {said} is {product:.6g}.")
    view.show(None)
    expect(view.root.get_by_role("status")).to_have_text(
        f"W1[0,2], batch sum: the gradient is {net_back.grads['W1'][0, 2]:.6g}."
    )


def test_pointing_previews_and_clicking_opens(workbook):
    view = workbook.view("plain")
    view.show(None)
    view.select("W1[0,2]")
    view.part("W2[1,0]").hover()
    expect(view.root.locator(".preview")).to_contain_text("W2[1,0], batch sum: the gradient is")
    assert view.read().title == "W1[0,2]"
    assert view.root.locator(".previewed").count() > 0
    workbook.page.mouse.move(0, 0)
    expect(view.root.locator(".preview")).to_contain_text("Point at a part")
    expect(view.root.locator(".previewed")).to_have_count(0)


# --- narrow, large, calm ---------------------------------------------------------------------------------------------

SPILLS = """root => [...root.querySelectorAll("*")].filter((element) => {
    const scrolled = element.closest(".diagram, .scroll, .formula, .spoken");
    return !scrolled && element.getBoundingClientRect().right > root.getBoundingClientRect().right + 1;
}).map((element) => element.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("name", ["plain", "training", "large"])
def test_in_a_column_of_480_pixels_nothing_is_cut_off(workbook, name):
    view = workbook.view(name)
    view.root.evaluate("root => root.style.width = '480px'")
    view.show(None)
    spills = view.root.evaluate(SPILLS)
    take_screenshot(view, f"inspector-{name}-480.png")
    view.root.evaluate("root => root.style.width = ''")
    assert spills == []


@pytest.mark.parametrize("name", ["plain", "training"])
def test_at_twice_the_size_nothing_is_cut_off(workbook, name):
    view = workbook.view(name)
    workbook.page.evaluate("() => document.body.style.zoom = '2'")
    spills = view.root.evaluate(SPILLS)
    view.select("W2[2,0]")
    title = view.read().title
    workbook.page.evaluate("() => document.body.style.zoom = ''")
    assert title == "W2[2,0]"
    assert spills == []


def test_with_less_motion_playing_goes_step_by_step(workbook):
    view = workbook.view("training")
    workbook.page.emulate_media(reduced_motion="reduce")
    slider = view.root.locator(".player input")
    slider.press("Home")
    view.root.get_by_role("button", name="Play training").click()
    workbook.page.wait_for_timeout(1200)
    moved = int(slider.evaluate("input => input.value"))
    view.root.get_by_role("button", name="Pause training").click()
    workbook.page.emulate_media(reduced_motion="no-preference")
    assert 1 <= moved <= 4


# --- nothing stays behind --------------------------------------------------------------------------------------------


def test_running_a_cell_again_while_it_plays_leaves_nothing_that_still_draws(workbook):
    view = workbook.view("training")
    view.root.locator(".player input").press("Home")
    view.root.get_by_role("button", name="Play training").click()
    view.root.evaluate(
        """root => {
            window.drawn = 0;
            new MutationObserver(() => { window.drawn += 1; }).observe(root, { childList: true, subtree: true });
        }"""
    )
    workbook.page.wait_for_function("window.drawn > 2")
    workbook.lab.run_cell(workbook.page, 2)
    expect(workbook.page.locator(".nnkit-inspector .panel")).to_have_count(3)
    workbook.page.evaluate("window.drawn = 0")
    workbook.page.wait_for_timeout(400)
    assert workbook.page.evaluate("window.drawn") == 0
