"""The inspector as its reader meets it: in a real JupyterLab, in a real Chromium, clicked and typed at.

What a notebook needs for the first test: a cell that ends in `nn.widgets.inspect(net, X, y, ...)`, with any names.
"""

from __future__ import annotations

import ast
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from lab import Lab, new_page
from playwright.sync_api import Browser, Locator, expect
from workbook import (
    THEMES,
    View,
    Workbook,
    assert_equal,
    open_workbook,
    slopes_by_name,
    slopes_of_example,
    take_screenshot,
    write_notebook,
)

import nnkit as nn
from nnkit.text import number

NOTEBOOK_03 = "03_two_layer_backprop.ipynb"
READABLE = 4.5  # WCAG 2.2, 1.4.3: the contrast of normal text


# --- the three networks on the page ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A network in the generated notebook: the code that makes it, and the terms of its slopes in their order."""

    code: str
    terms: dict[str, str]

    @cached_property
    def back(self) -> nn.BackwardPass:
        """The backward pass of the same network, computed here."""
        names: dict[str, Any] = {"nn": nn, "np": np}
        exec(self.code, names)
        return nn.backward(names["net"], names["X"], names["y"])

    def terms_of(self, name: str) -> list[str]:
        """The names of the factors of, for example, "W1[0,2]", in the order of the chain rule."""
        return self.terms[name.partition("[")[0]].split()


def two_layer_terms() -> dict[str, str]:
    """The chain rule of a network with one hidden layer and one output, written out."""
    at_z2 = "loss_slope:2 activation_slope:2"
    at_z1 = f"{at_z2} weight:2 activation_slope:1"
    terms = {"W2": f"{at_z2} input:2", "z2": at_z2, "W1": f"{at_z1} input:1", "z1": at_z1, "a0": "carry_back:1"}
    return terms | {"b2": terms["W2"], "b1": terms["W1"]}


def softmax_terms() -> dict[str, str]:
    """The same for 4-6-5-3 with a softmax at the end: what reaches a unit is a sum over the units above."""
    terms = {
        "W3": "delta:3 input:3",
        "W2": "carry_back:3 activation_slope:2 input:2",
        "W1": "carry_back:2 activation_slope:1 input:1",
    }
    slopes_at_z = {f"z{name[1]}": chain.rsplit(" ", 1)[0] for name, chain in terms.items()}
    return terms | {f"b{name[1]}": chain for name, chain in terms.items()} | slopes_at_z | {"a0": "carry_back:1"}


CASES = {
    "xor": Case("X, y = nn.datasets.xor()\nnet = nn.Network.create([2, 5, 1], rng=0)", two_layer_terms()),
    "no_bias": Case(
        "X, y = nn.datasets.three_bit()\nnet = nn.Network.create([3, 4, 1], bias=False, rng=1)", two_layer_terms()
    ),
    "softmax": Case(
        "X = np.random.default_rng(0).normal(size=(5, 4))\ny = nn.datasets.one_hot([0, 1, 2, 0, 1], 3)\n"
        "net = nn.Network.create([4, 6, 5, 3], output='softmax', loss='cross_entropy', rng=2)",
        softmax_terms(),
    ),
}
PLANTED = len(CASES)  # the inspector with a mistake in it comes after the three
SLEEP = len(CASES) + 3  # the index of the cell that keeps the kernel busy


PLANT = "planted = nn.Recipe(loss_slope=lambda net, forward, y: 2 * (forward.output - y))"


@pytest.fixture(scope="module")
def workbook(browser: Browser, jupyter: Lab) -> Iterator[Workbook]:
    """A notebook with the three inspectors, one with a mistake, and a cell that keeps the kernel busy for a while."""
    inspectors = [f"{case.code}\nnn.widgets.inspect(net, X, y)" for case in CASES.values()]
    inspectors.append(f"{CASES['xor'].code}\n{PLANT}\nnn.widgets.inspect(net, X, y, recipe=planted, select='W2[1,0]')")
    setup = "import time\n\nimport numpy as np\n\nimport nnkit as nn"
    sources = [setup, *inspectors, "seconds = 0", "time.sleep(seconds)\nseconds = 5"]
    write_notebook(jupyter.folder / "inspectors.ipynb", sources)
    for book in open_workbook(browser, jupyter, "inspectors.ipynb", list(CASES)):
        expect(book.page.locator(".nnkit-inspector .panel")).to_have_count(len(CASES) + 1)
        yield book


@pytest.fixture(autouse=True)
def nothing_to_complain_of(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test: no error in the console, and no request that left this machine."""
    yield
    for name in ("workbook", "notebook_03"):
        if name in request.fixturenames:
            book = request.getfixturevalue(name)
            complaints = list(book.complaints)
            book.complaints.clear()
            assert complaints == []


# --- notebook 03 -----------------------------------------------------------------------------------------------------


def inspected(cell: Any) -> list[str]:
    """The arguments net, X, y of `nn.widgets.inspect(...)` when a code cell ends in it, as they are written there."""
    if cell.cell_type != "code" or "nn.widgets.inspect(" not in cell.source:
        return []
    last = ast.parse(cell.source).body[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "nn.widgets.inspect":
        return []
    return [ast.unparse(argument) for argument in call.args]


PROBE = """
import json, pathlib
def _probe(net, X=None, y=None):
    net, X, y = (net.network, net.X, net.y) if hasattr(net, "network") else (net, X, y)  # a History
    pathlib.Path({file!r}).write_text(json.dumps(dict(
        params={{name: array.tolist() for name, array in net.params.items()}},
        hidden=[activation.name for activation in net.activations[:-1]], output=net.activations[-1].name,
        loss=net.loss_function.name, X=[list(map(float, row)) for row in X], y=[list(map(float, row)) for row in y])))
_probe({arguments})
"""


def probed(notebook: Any, folder: Path) -> list[Path]:
    """Put a cell after each inspector that writes down what it was given, and leave out what follows the last one.

    Returns the files that will be written, one for each inspector.
    """
    arguments = {at: inspected(cell) for at, cell in enumerate(notebook.cells) if inspected(cell)}
    files = {at: folder / f"probe-{at}.json" for at in arguments}
    del notebook.cells[max(arguments) + 1 :]
    for at in sorted(arguments, reverse=True):
        probe = PROBE.format(file=str(files[at]), arguments=", ".join(arguments[at]))
        notebook.cells.insert(at + 1, nbformat.v4.new_code_cell(probe))
    return list(files.values())


def backward_of(file: Path) -> nn.BackwardPass:
    """The backward pass of what a probe wrote down."""
    found = json.loads(file.read_text())
    net = nn.Network.from_params(found["params"], **{name: found[name] for name in ("hidden", "output", "loss")})
    return nn.backward(net, found["X"], found["y"])


@dataclass(frozen=True)
class Notebook03(Workbook):
    """The notebook, and what each of its inspectors was given."""

    given: list[nn.BackwardPass]


@pytest.fixture(scope="module")
def notebook_03(browser: Browser, jupyter: Lab) -> Iterator[Notebook03]:
    """The real notebook, run from its top to its last inspector."""
    notebook = nbformat.read(jupyter.folder / NOTEBOOK_03, as_version=4)
    files = probed(notebook, jupyter.folder)
    nbformat.write(notebook, jupyter.folder / "probed.ipynb")
    for book in open_workbook(browser, jupyter, "probed.ipynb"):
        yield Notebook03(**vars(book), given=[backward_of(file) for file in files])


def test_clicking_a_weight_in_notebook_03_shows_its_gradient(notebook_03):
    assert notebook_03.given[0].net.sizes == (2, 5, 1)
    expect(notebook_03.page.locator(".nnkit-inspector .panel")).to_have_count(len(notebook_03.given))
    for index, back in enumerate(notebook_03.given):
        view, one_output = notebook_03.nth(index), back.net.sizes[-1] == 1
        at_a1 = "loss_slope:2 activation_slope:2 weight:2" if one_output else "carry_back:2"
        terms = f"{at_a1} activation_slope:1 input:1".split()
        view.show(None)
        view.select("W1[1,0]")
        view.select("W1[0,2]").check("W1[0,2]", back.grads["W1"][0, 2], terms)
        for n in range(len(back.y)):
            view.show(n)
            view.read().check("W1[0,2]", slopes_of_example(back, n)["W1[0,2]"], terms)


# --- every number ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_clicking_any_part_shows_the_gradient_of_the_batch(workbook, name):
    view, case = workbook.view(name), CASES[name]
    view.show(None)
    examples = [slopes_of_example(case.back, n) for n in range(len(case.back.y))]
    for at, slope in slopes_by_name(case.back).items():
        shown = view.select(at)
        shown.check(at, slope, case.terms_of(at))
        assert len(shown.rows) == len(examples)
        for (*factors, product), example in zip(shown.rows, examples):
            assert_equal(product, example[at])
            assert_equal(np.prod(factors), product)
        assert_equal(case.back.example_weight * sum(row[-1] for row in shown.rows), slope)


@pytest.mark.parametrize("name", CASES)
def test_choosing_any_part_by_key_shows_the_gradient_of_one_example(workbook, name):
    view, case = workbook.view(name), CASES[name]
    names = list(slopes_by_name(case.back))
    n_examples = len(case.back.y)
    for n in range(n_examples):
        view.show(n)
        slopes = slopes_of_example(case.back, n)
        for at in names[n::n_examples]:
            view.part(at).press("Enter")
            shown = view.read()
            shown.check(at, slopes[at], case.terms_of(at))
            assert_equal(np.prod(shown.rows[0]), slopes[at])


def test_a_planted_mistake_is_seen_beside_the_right_number(workbook):
    view, right = workbook.nth(PLANTED), CASES["xor"].back.grads["W2"][1, 0]
    for n in (None, 1):
        view.show(n)
        shown = view.read()
        slope = right if n is None else slopes_of_example(CASES["xor"].back, n)["W2[1,0]"]
        assert shown.title == "W2[1,0]"
        assert_equal(shown.product[0], 2 * slope)
        np.testing.assert_allclose(shown.numeric[0], slope, rtol=1e-6)
        np.testing.assert_allclose(shown.error[0], 0.5, rtol=1e-6)
        expect(view.root.locator(".verdict")).to_contain_text("✗ they differ")
    workbook.view("xor").select("W2[1,0]")
    expect(workbook.view("xor").root.locator(".verdict")).to_have_text(" ✓ they agree")


def test_the_diagram_shows_the_values_of_the_example(workbook):
    view, back = workbook.view("xor"), CASES["xor"].back
    for n in (None, 2):
        view.show(n)
        for l, k in ((0, 1), (1, 3), (2, 0)):
            a = back.forward.a[l][:, k]
            name = f"a0[{k}]" if l == 0 else f"z{l}[{k}]"
            assert view.part(name).locator("text").text_content() == f"{a.mean() if n is None else a[n]:.2f}"
        loss = back.loss if n is None else back.net.loss_of(back.forward, back.y)[n]
        assert view.root.locator(".loss text").last.text_content() == f"{loss:.2f}"


def test_a_row_of_the_table_leads_to_its_example(workbook):
    view = workbook.view("xor")
    view.show(None)
    view.select("W1[0,2]")
    view.root.get_by_role("button", name="Show example 2 alone").click()
    assert view.chosen() == "2"
    assert_equal(view.read().product[0], slopes_of_example(CASES["xor"].back, 2)["W1[0,2]"])


# --- sums ------------------------------------------------------------------------------------------------------------


def values_of(cards: Locator) -> list[float]:
    return [float(value) for value in cards.evaluate_all("cards => cards.map((card) => card.dataset.value)")]


def terms_in(cards: Locator) -> list[str]:
    return list(cards.evaluate_all("cards => cards.map((card) => card.dataset.term)"))


def test_a_sum_opens_into_its_products_floor_by_floor_and_closes(workbook):
    view = workbook.view("softmax")
    view.show(1)
    view.select("W1[0,2]")
    carried = view.card("carry_back:2")
    expect(carried).to_have_attribute("aria-expanded", "false")
    carried.click()
    expect(carried).to_have_attribute("aria-expanded", "true")

    products = view.root.locator(".floor > .opened > .products").first.locator(":scope > li")
    expect(products).to_have_count(5)
    factors = [product.locator(":scope > .chain > .cards > .card") for product in products.all()]
    assert [terms_in(cards) for cards in factors] == [["delta:2", "weight:2"]] * 5
    (total,) = values_of(carried)
    assert_equal(sum(np.prod(values_of(cards)) for cards in factors), total)
    back = CASES["softmax"].back
    assert_equal([values_of(cards) for cards in factors], np.c_[back.delta[2][1], back.net.params["W2"][2]])
    written = view.root.locator(".floor > .opened > .inside > [data-value]")
    assert values_of(written) == [total]
    expect(written).to_have_text(number(total))

    delta = factors[3].first
    delta.click()
    expect(delta).to_have_attribute("aria-expanded", "true")
    inside = products.nth(3).locator(".opened > .chain > .cards > .card")
    assert terms_in(inside) == ["carry_back:3", "activation_slope:2"]
    assert_equal(np.prod(values_of(inside)), values_of(delta)[0])
    delta.click()
    expect(delta).to_have_attribute("aria-expanded", "false")
    expect(inside).to_have_count(0)

    carried.click()
    expect(carried).to_have_attribute("aria-expanded", "false")
    expect(view.root.locator(".opened")).to_have_count(0)


def test_the_softmax_opens_into_the_entries_of_its_jacobian(workbook):
    view, back = workbook.view("softmax"), CASES["softmax"].back
    view.show(4)
    view.select("W3[2,1]")
    delta = view.card("delta:3")
    delta.click()
    products = view.root.locator(".products > li")
    expect(products).to_have_count(3)
    factors = [product.locator(".card") for product in products.all()]
    assert [terms_in(cards) for cards in factors] == [["loss_slope:3", "activation_slope:3"]] * 3
    expected = np.c_[back.loss_slope[4], back.activation_slope[3][4, :, 1]]
    assert_equal([values_of(cards) for cards in factors], expected)
    assert_equal(expected.prod(axis=1).sum(), values_of(delta)[0])


def test_a_plain_number_cannot_be_opened(workbook):
    view = workbook.view("xor")
    view.show(1)
    view.select("W1[0,2]")
    expect(view.root.locator(".panel .card")).to_have_count(5)
    expect(view.root.locator(".panel button.card")).to_have_count(0)


# --- the formula -----------------------------------------------------------------------------------------------------


MATH = """root => [...root.querySelectorAll(".panel math")].map((math) => {
    const { width, height } = math.getBoundingClientRect();
    const fractions = [...math.querySelectorAll("mfrac")].map(({ children: [above, below] }) =>
        above.getBoundingClientRect().bottom <= below.getBoundingClientRect().top + 2);
    const spaces = new Set([math, ...math.querySelectorAll("*")].map((part) => part.namespaceURI));
    return { width, height, fractions, spaces: [...spaces], text: math.textContent };
})"""


@pytest.mark.parametrize("example", [None, 0])
def test_the_formula_is_set_as_mathematics(workbook, example):
    view = workbook.view("xor")
    view.show(example)
    view.select("W1[0,2]")
    formulas = view.root.evaluate(MATH)
    assert len(formulas) == 1 + 5  # the formula, and a symbol for each factor
    for formula in formulas:
        assert formula["spaces"] == ["http://www.w3.org/1998/Math/MathML"]
        assert formula["width"] > 5, formula
        assert formula["height"] > 5, formula
        assert all(formula["fractions"]), "a numerator stands above its denominator"
    assert len(formulas[0]["fractions"]) == (3 if example is None else 2)  # 1/N in the batch only
    chain = "∂a2[0]·f′(z2[0])·W2[2,0]·f′(z1[2])·a0[0]"
    left = "∂C∂W1[0,2]=14Σn=03∂Cn" if example is None else "∂C0∂W1[0,2]=∂C0"
    assert formulas[0]["text"] == left + chain


# --- the kernel ------------------------------------------------------------------------------------------------------


def test_looking_asks_the_kernel_nothing(workbook):
    view = workbook.view("xor")
    workbook.page.wait_for_timeout(300)  # what a cell before this test still has to say
    before = len(workbook.kernel_messages)
    for n, name in zip((None, 0, 1, 2, 3), ("W1[0,0]", "b1[2]", "z1[4]", "W2[3,0]", "a0[1]")):
        view.show(n)
        view.select(name)
    workbook.page.wait_for_timeout(300)
    assert len(workbook.kernel_messages) == before
    workbook.lab.run_cell(workbook.page, 0)
    assert len(workbook.kernel_messages) > before


def test_selecting_works_at_once_while_a_cell_runs(workbook):
    view, page = workbook.view("xor"), workbook.page
    view.show(None)
    view.select("W1[0,0]")
    workbook.lab.run_cell(page, SLEEP, wait=False)
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'"
    )
    start = time.monotonic()
    shown = view.select("W1[1,4]")
    took = time.monotonic() - start
    still = workbook.notebook()["kernel"]
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")
    workbook.wait_for_kernel("idle")
    assert still == "busy"
    assert took < 2
    assert_equal(shown.product[0], CASES["xor"].back.grads["W1"][1, 4])
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
    )


def test_running_the_cell_again_leaves_one_inspector_that_works(workbook):
    cell = 1 + list(CASES).index("xor")
    workbook.view("xor").select("W2[1,0]")
    workbook.lab.run_cell(workbook.page, cell)
    drawn = workbook.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".nnkit-inspector")
    expect(drawn).to_have_count(1)
    expect(drawn.locator(".panel h3 code")).to_have_text("W1[0,0]")
    expect(drawn.locator("svg")).to_have_count(1)
    View(drawn).select("W2[3,0]").check("W2[3,0]", CASES["xor"].back.grads["W2"][3, 0], CASES["xor"].terms_of("W2"))


def test_the_page_notes_what_goes_wrong(browser):
    """The proof that an empty list of complaints means something."""
    page, complaints = new_page(browser)
    page.evaluate("() => console.error('an error')")
    page.evaluate("() => fetch('http://example.com/x').catch(() => 0)")
    page.evaluate("() => void setTimeout(() => { throw new Error('thrown'); })")
    page.wait_for_timeout(200)
    page.context.close()
    assert "an error" in complaints
    assert "request to http://example.com/x" in complaints
    assert "page error: thrown" in complaints


# --- the keyboard ----------------------------------------------------------------------------------------------------


def test_tab_leads_from_the_cell_to_a_weight_and_enter_and_space_select_it(workbook):
    view, keyboard = workbook.view("xor"), workbook.page.keyboard
    cell = 1 + list(CASES).index("xor")
    view.show(None)
    workbook.page.locator(".jp-Notebook .jp-Cell").nth(cell).focus()
    passed = []
    while len(passed) < 40 and "W1[0,3]" not in passed:
        keyboard.press("Tab")
        passed.append(workbook.focused())
        if passed[-1] == "W1[0,2]":
            keyboard.press("Enter")
            assert view.read().title == "W1[0,2]"
    assert passed[-1] == "W1[0,3]", passed
    assert passed[passed.index("a0[0]") :][:2] == ["a0[0]", "a0[1]"]
    keyboard.press("Space")
    assert view.read().title == "W1[0,3]"
    assert workbook.focused() == "W1[0,3]"


def test_single_keys_in_the_inspector_do_not_reach_the_notebook(workbook):
    view, keyboard = workbook.view("no_bias"), workbook.page.keyboard
    view.show(2)
    before = workbook.notebook()
    for part in (view.part("W1[0,0]"), view.part("z1[1]"), view.radio(2)):
        part.focus()
        for key in ("b", "a", "m", "d", "d", "x", "ArrowDown", "ArrowUp", "Home", "End"):
            keyboard.press(key)
    workbook.page.wait_for_timeout(200)
    assert workbook.notebook() == before
    assert workbook.focus_is_inside(view)


def test_arrows_move_among_the_examples(workbook):
    view, keyboard = workbook.view("xor"), workbook.page.keyboard
    view.show(1)
    view.select("W1[1,0]")
    view.radio(1).focus()
    for key, chosen in (("ArrowRight", 2), ("ArrowDown", 3), ("ArrowLeft", 2)):
        keyboard.press(key)
        assert view.chosen() == str(chosen)
        assert_equal(view.read().product[0], slopes_of_example(CASES["xor"].back, chosen)["W1[1,0]"])


@pytest.mark.parametrize("where", ["a weight", "an example"])
def test_shift_enter_still_runs_the_cell(workbook, where):
    view = workbook.view("no_bias")
    cell = 1 + list(CASES).index("no_bias")
    view.show(1)
    view.select("W1[0,0]")
    before = workbook.notebook()["counts"][cell]
    (view.part("W1[0,0]") if where == "a weight" else view.radio(1)).focus()
    workbook.page.keyboard.press("Shift+Enter")
    workbook.page.wait_for_function(
        """([cell, before]) => {
            const { model } = window.jupyterapp.shell.currentWidget.content.widgets[cell];
            return model.executionCount > before;
        }""",
        arg=[cell, before],
        timeout=5_000,
    )
    expect(view.root.locator(".panel h3 code")).to_have_text("W1[0,0]")


def test_the_keyboard_keeps_its_place_when_the_panel_changes(workbook):
    """A focus that falls back to the page is lost: the next Tab starts at the top, and `b` is Lab's again."""
    view, keyboard = workbook.view("xor"), workbook.page.keyboard
    view.show(None)
    view.select("W1[0,2]")
    view.root.get_by_role("button", name="Show example 2 alone").focus()
    keyboard.press("Enter")
    assert view.chosen() == "2"
    assert workbook.focus_is_inside(view)


def test_a_card_opened_by_key_keeps_the_focus(workbook):
    view, keyboard = workbook.view("softmax"), workbook.page.keyboard
    view.show(0)
    view.select("W1[1,1]")
    card = view.card("carry_back:2")
    card.focus()
    for key, expanded in (("Enter", "true"), ("Space", "false")):
        keyboard.press(key)
        expect(card).to_have_attribute("aria-expanded", expanded)
        expect(card).to_be_focused()


# --- two inspectors on one page --------------------------------------------------------------------------------------


def test_the_examples_of_two_inspectors_are_chosen_apart(workbook):
    one, other = workbook.view("xor"), workbook.view("no_bias")
    one.show(1)
    other.show(2)
    assert (one.chosen(), other.chosen()) == ("1", "2")
    one.show(None)
    assert (one.chosen(), other.chosen()) == ("batch", "2")
    one.select("W1[0,1]")
    other.select("W2[3,0]")
    assert (one.read().title, other.read().title) == ("W1[0,1]", "W2[3,0]")


# --- colours ---------------------------------------------------------------------------------------------------------


# Every text in the inspector with the contrast that it has. Colours may be transparent, so they are laid on top of one
# another as the browser does: from the page up to the nearest shape or box, and then the text.
CONTRASTS = """root => {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const luminance = (colours) => {
        for (const colour of ["white", ...colours]) {
            context.fillStyle = colour;
            context.fillRect(0, 0, 1, 1);
        }
        const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((byte) =>
            byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const layersBelow = (element) => {
        const layers = [];
        if (element.matches("svg text")) {
            const shape = element.parentElement.querySelector(":scope > :is(rect, circle)");
            if (shape) layers.unshift(getComputedStyle(shape).fill);
        }
        for (let box = element; box; box = box.parentElement) layers.unshift(getComputedStyle(box).backgroundColor);
        return layers;
    };
    const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const seen = (element) => !element.closest(".spoken, title") && element.getClientRects().length;
    return [...root.querySelectorAll("*")].filter((element) => hasText(element) && seen(element)).map((element) => {
        const style = getComputedStyle(element);
        const below = layersBelow(element);
        const [paper, ink] = [luminance(below),
            luminance([...below, element.matches("svg text") ? style.fill : style.color])];
        const kind = `${element.localName} ${element.getAttribute("class") ?? ""}`.trim();
        return { kind, text: element.textContent, paper, ink,
            ratio: (Math.max(paper, ink) + 0.05) / (Math.min(paper, ink) + 0.05) };
    });
}"""


@pytest.fixture(scope="module", params=THEMES)
def theme(request: pytest.FixtureRequest, workbook: Workbook) -> Iterator[str]:
    """Both themes, one after the other; the light one again at the end."""
    workbook.lab.use_theme(workbook.page, THEMES[request.param])
    yield request.param
    workbook.lab.use_theme(workbook.page, THEMES["light"])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("example", [None, 0], ids=["batch", "example"])
def test_every_text_is_readable_in_both_themes(workbook, theme, name, example):
    view = workbook.view(name)
    view.show(example)
    view.select("W1[0,2]")
    if name == "softmax" and example is not None:
        view.card("carry_back:2").click()
        view.root.locator(".opened .card[data-term='delta:2']").first.click()
    take_screenshot(view, f"inspector-{name}-{'batch' if example is None else 'example'}-{theme}.png")

    texts = view.root.evaluate(CONTRASTS)
    kinds = {word for text in texts for word in text["kind"].split()}
    assert {"text", "caption", "what", "b", "mi", "legend"} | ({"value"} if example == 0 else {"td"}) <= kinds
    faint = [(text["kind"], text["text"], round(text["ratio"], 2)) for text in texts if text["ratio"] < READABLE]
    assert faint == []

    (caption, *_) = (text for text in texts if "caption" in text["kind"])
    dark_on_light = caption["paper"] > 0.5 > caption["ink"]
    light_on_dark = caption["paper"] < 0.1 < caption["ink"]
    assert (dark_on_light, light_on_dark) == ((True, False) if theme == "light" else (False, True))
