"""inspect_my_code in a real JupyterLab: the learner's numbers by mouse and by key, the planted mistake, both themes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from lab import Lab, new_page
from playwright.sync_api import Browser, expect
from test_browser_access import axe, violations  # noqa: F401
from workbook import THEMES, View, Workbook, open_workbook, take_screenshot, write_notebook

import nnkit as nn
from nnkit.text import number

CODE = """
import numpy as np
import nnkit as nn

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def loss(p, X, Y):
    h = np.tanh(p["Wh"] @ X + p["bh"])
    return -np.mean(Y * np.log(sigmoid(p["Wo"] @ h + p["bo"])) + (1 - Y) * np.log(1 - sigmoid(p["Wo"] @ h + p["bo"])))

def grad(p, X, Y):
    h = np.tanh(p["Wh"] @ X + p["bh"])
    d2 = (sigmoid(p["Wo"] @ h + p["bo"]) - Y) / Y.size
    d1 = p["Wo"].T @ d2 * h * (1 - h)
    return {"Wh": d1 @ X.T, "bh": d1.sum(axis=1, keepdims=True), "Wo": d2 @ h.T, "bo": d2.sum(axis=1, keepdims=True)}

r = np.random.default_rng(0)
params = {"Wh": r.normal(size=(4, 3)), "bh": np.zeros((4, 1)), "Wo": r.normal(size=(1, 4)), "bo": np.zeros((1, 1))}
X, Y = r.normal(size=(3, 6)), r.integers(0, 2, (1, 6))
"""
SHOW = "nn.widgets.inspect_my_code(loss, grad, params, X, Y)"


def right_gradient(names: dict[str, Any]) -> dict[str, np.ndarray]:
    p, X, Y = names["params"], names["X"], names["Y"]
    h = np.tanh(p["Wh"] @ X + p["bh"])
    d2 = (names["sigmoid"](p["Wo"] @ h + p["bo"]) - Y) / Y.size
    d1 = p["Wo"].T @ d2 * (1 - h**2)
    return {"Wh": d1 @ X.T, "bh": d1.sum(1, keepdims=True), "Wo": d2 @ h.T, "bo": d2.sum(1, keepdims=True)}


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """The learner's names, in this process."""
    found: dict[str, Any] = {}
    exec(CODE, found)
    return found


@pytest.fixture(scope="module")
def workbook(browser: Browser, jupyter: Lab) -> Iterator[Workbook]:
    """A notebook with the learner's code and its inspector."""
    write_notebook(jupyter.folder / "my_code.ipynb", [CODE, SHOW])
    for book in open_workbook(browser, jupyter, "my_code.ipynb", ["mine"]):
        expect(book.page.locator(".nnkit-inspector .mine")).to_have_count(1)
        yield book
        assert book.complaints == []


@pytest.fixture
def view(workbook: Workbook) -> View:
    return workbook.view("mine")


def numbers_of(view: View) -> tuple[str, float, float]:
    """Their name for what is selected, their number, the right number."""
    mine = view.root.locator(".mine")
    name = mine.locator('[data-role="own-name"]').inner_text()
    yours, right = (mine.locator(f'[data-role="{role}"]').get_attribute("data-value") for role in ("yours", "right"))
    return name, float(yours), float(right)


@pytest.mark.parametrize(
    ("shown", "own", "at"),
    [("W1[2,1]", "Wh", (1, 2)), ("b1[3]", "bh", (3, 0)), ("W2[0,0]", "Wo", (0, 0)), ("b2[0]", "bo", (0, 0))],
)
def test_each_number_is_named_as_the_learner_names_it(view, names, shown, own, at):
    view.part(shown).click()
    name, yours, right = numbers_of(view)
    theirs = names["grad"](names["params"], names["X"], names["Y"])[own][at]
    assert name == f"{own}[{at[0]},{at[1]}]"
    assert (yours, right) == pytest.approx((theirs, right_gradient(names)[own][at]), rel=1e-9)
    wrong = own in ("Wh", "bh")
    expect(view.root.locator(".mine .verdict")).to_have_text("✗ they differ" if wrong else "✓ they agree")
    cell = view.root.locator(".mine td[aria-current]")
    expect(cell).to_have_count(1)
    assert cell.inner_text().startswith(number(theirs))


def test_the_wrong_factor_is_marked_where_it_enters_and_the_product_is_the_learners(view, names):
    view.part("W1[2,1]").click()
    view.show(0)
    card = view.card("activation_slope:1")
    expect(card.locator(".was")).to_contain_text("≠ right")
    expect(view.card("input:1").locator(".was")).to_have_count(0)
    view.show(None)
    theirs = names["grad"](names["params"], names["X"], names["Y"])["Wh"][1, 2]
    product = float(view.root.locator('.panel [data-role="product"]').get_attribute("data-value"))
    assert product == pytest.approx(theirs, rel=1e-9)
    expect(view.root.locator('[data-role="mistake"]')).to_have_value("your_mistake")


def test_without_the_mistake_the_diagram_is_right(view, names):
    view.root.locator('[data-role="mistake"]').select_option("")
    view.part("W1[2,1]").click()
    product = float(view.root.locator('.panel [data-role="product"]').get_attribute("data-value"))
    assert product == pytest.approx(right_gradient(names)["Wh"][1, 2], rel=1e-9)
    view.root.locator('[data-role="mistake"]').select_option("your_mistake")
    expect(view.root.locator('.panel [data-role="product"]')).not_to_have_attribute("data-value", str(product))


def test_by_key_alone(view):
    view.part("W1[0,0]").press("Enter")
    view.part("W1[0,0]").press("ArrowRight")
    view.root.page.keyboard.press("Enter")
    assert numbers_of(view)[0] != "Wh[0,0]"
    summary = view.root.locator(".mine-head")
    expect(summary).to_contain_text("Wrong: Wh, bh. Right: Wo, bo.")
    expect(summary).to_contain_text("activation_slope_of_activation")


def test_looking_asks_the_kernel_nothing(workbook, view):
    before = len(workbook.kernel_messages)
    for name in ("W1[0,1]", "b1[0]", "W2[3,0]"):
        view.part(name).click()
    assert len(workbook.kernel_messages) == before


@pytest.mark.parametrize("theme", THEMES)
def test_it_follows_the_theme_and_axe_finds_nothing(workbook, view, theme, axe):  # noqa: F811
    workbook.lab.use_theme(workbook.page, THEMES[theme])
    view.part("W1[2,1]").click()
    take_screenshot(view, f"my_code_{theme}.png")
    assert violations(workbook.page, axe, view) == []


def test_a_page_from_disk_shows_the_learners_numbers_and_the_mistake(browser, names, tmp_path):
    """Without a kernel: what is planted from the start needs no answer."""
    program = (names[name] for name in ("loss", "grad", "params", "X", "Y"))
    file = nn.widgets.export_html(nn.widgets.inspect_my_code(*program, select="W1[2,1]"), tmp_path / "mine.html")
    page, complaints = new_page(browser)
    page.goto(file.as_uri())
    view = View(page.locator(".nnkit-inspector"))
    theirs = names["grad"](names["params"], names["X"], names["Y"])["Wh"][1, 2]
    assert numbers_of(view)[:2] == ("Wh[1,2]", pytest.approx(theirs, rel=1e-9))
    product = float(view.root.locator('.panel [data-role="product"]').get_attribute("data-value"))
    assert product == pytest.approx(theirs, rel=1e-9)
    expect(view.root.locator(".panel .was").first).to_contain_text("≠ right")
    page.context.close()
    assert complaints == []
