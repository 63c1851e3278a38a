"""The neuron, the cost, the batch and the race as their reader meets them: in JupyterLab, by mouse and by keyboard.

Every number that an element shows is in its data-value, and its text is compared with that; both with nnkit's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from lab import Lab, new_page
from playwright.sync_api import Browser, Locator, Page, expect
from test_browser_access import RUN_AXE, axe  # noqa: F401 - a fixture
from test_browser_inspector import CONTRASTS, READABLE
from workbook import SCREENSHOTS, THEMES, Workbook, assert_equal, open_workbook, write_notebook

import nnkit as nn
from nnkit.functions import LOSSES
from nnkit.text import number
from nnkit.widgets.batch_state import orders, product_of
from nnkit.widgets.cost_state import descent, reductions
from nnkit.widgets.neuron_state import parameter

SETUP = """
import numpy as np
import nnkit as nn
rng = np.random.default_rng(8)
X, y = nn.datasets.or_gate()
neuron = nn.Network.create([2, 1], rng=1)
a, labels = rng.random((5, 3)), rng.integers(0, 2, (5, 3)).astype(float)
X_five, y_five = rng.normal(size=(5, 3)), nn.datasets.one_hot([0, 1, 1, 0, 1], 2)
net = nn.Network.create([3, 4, 2], hidden="relu", output="softmax", loss="cross_entropy", rng=8)
X_xor, y_xor = nn.datasets.xor()
start = nn.Network.create([2, 3, 1], output="identity", rng=0)
optimisers = {
    "gradient descent": nn.GradientDescent(0.3), "momentum": nn.Momentum(0.1), "Adam": nn.Adam(0.02),
    "far too long": nn.GradientDescent(60.0),
}
"""
CELLS = {
    "neuron": "w = nn.widgets.neuron(neuron, X, y, learning_rate=2.0); w",
    "cost": "nn.widgets.cost(a, labels, curvature=413.6)",
    "batch": "nn.widgets.batch(net, X_five, y_five, cell=(1, 0))",
    "race": "nn.widgets.race(start, X_xor, y_xor, optimisers=optimisers, steps=300, threshold=0.05)",
}
SLEEP = "import time\ntime.sleep(seconds)\nseconds = 4"
BUSY = len(CELLS) + 2  # the index of the cell that keeps the kernel busy, when it is run a second time


@cache
def given() -> dict[str, Any]:
    """What the notebook was given, computed here."""
    names: dict[str, Any] = {}
    exec(SETUP, names)
    return names


@pytest.fixture(scope="module")
def workbook(browser: Browser, jupyter: Lab) -> Iterator[Workbook]:
    """A notebook with the four widgets."""
    write_notebook(jupyter.folder / "views.ipynb", [SETUP, *CELLS.values(), "seconds = 0", SLEEP])
    for book in open_workbook(browser, jupyter, "views.ipynb"):
        expect(book.page.locator(".nnkit-view")).to_have_count(len(CELLS))
        yield book


@pytest.fixture(autouse=True)
def nothing_to_complain_of(workbook: Workbook) -> Iterator[None]:
    """After each test: no error in the console, no request that left this machine, every text as its number says."""
    yield
    wrong = workbook.page.evaluate(MISWRITTEN)
    complaints = list(workbook.complaints)
    workbook.complaints.clear()
    assert (complaints, wrong) == ([], [])


# Numbers on the page whose text is another number than their data-value, beyond the digits that are written.
MISWRITTEN = """() => [...document.querySelectorAll(".nnkit-view [data-role][data-value], .nnkit-view [data-quantity]")]
    .map(({ dataset, textContent }) => [dataset.role ?? dataset.quantity, textContent, Number(dataset.value)])
    .filter(([role, text, value]) => {
        const written = Number(text.replace(/^(a = |× )/, "").replace(" η", ""));
        return !Number.isNaN(written) && Math.abs(written - value) > 0.006 * Math.abs(value);
    })"""


def view(workbook: Workbook, name: str) -> Locator:
    return workbook.page.locator(f".nnkit-{name}")


def held(root: Locator) -> dict[str, list[float]]:
    """All numbers in `root` by their role or quantity, in one look."""
    return {role: [float(value) for value in values] for role, values in root.evaluate(HELD).items()}


HELD = """root => {
    const found = {};
    for (const { dataset } of root.querySelectorAll("[data-role][data-value]")) {
        (found[dataset.role] ??= []).push(dataset.value);
    }
    return found;
}"""


def shown(root: Locator, role: str) -> list[float]:
    """The numbers of all elements with this role, as they are held."""
    elements = root.locator(f'[data-role="{role}"]')
    return [float(value) for value in elements.evaluate_all("all => all.map((one) => one.dataset.value)")]


def one(root: Locator, role: str) -> float:
    (value,) = shown(root, role)
    return value


def slide(track: Locator, value: float) -> None:
    """Put a slider somewhere, as a drag does: input while it moves, change when it is let go."""
    track.evaluate(
        """(input, value) => {
            input.value = String(value);
            input.dispatchEvent(new Event("input", { bubbles: true }));
            input.dispatchEvent(new Event("change", { bubbles: true }));
        }""",
        value,
    )


def settle(root: Locator, condition: str, argument: Any = None) -> None:
    """Wait until a condition on the widget's root holds."""
    handle = root.element_handle()
    root.page.wait_for_function(f"([root, argument]) => ({condition})(root, argument)", arg=[handle, argument])


def said(root: Locator, *words: str) -> None:
    """The live region says these words, once things have come to rest."""
    for phrase in words:
        expect(root.locator(".spoken")).to_contain_text(phrase)


# --- the neuron ------------------------------------------------------------------------------------------------------


def assert_neuron_shows(root: Locator, net: nn.Network, param: str, rate: float = 2.0) -> None:
    """Table, batch sum and next step are those of this network."""
    back = nn.backward(net, given()["X"], given()["y"])
    array, at = parameter(param)
    terms = back.terms(array, at)
    arrived = "(root, loss) => Math.abs(root.querySelector('[data-role=loss]').dataset.value - loss) < 1e-12"
    settle(root, arrived, back.loss)
    found = held(root.locator(".terms"))
    assert_equal(found["a"], back.forward.output[:, 0])
    for role, factor in zip(("loss_slope", "activation_slope", "input"), terms.factors):
        assert_equal(found[role], factor.values)
    assert_equal(found["product"], terms.per_example)
    assert_equal(found["gradient"], [terms.value])
    np.testing.assert_allclose(found["numeric"], [terms.value], rtol=1e-6, atol=1e-9)
    assert_equal(found["value"], [net.params[array][at]])
    assert_equal(found.get("next", []), [net.params[array][at] - rate * terms.value][: len(found.get("next", []))])


def chosen(root: Locator) -> str:
    """The parameter whose terms the neuron shows."""
    return root.locator(".choices [aria-checked=true]").get_attribute("data-param") or ""


def reset(root: Locator) -> None:
    root.get_by_role("button", name="Reset").click()
    assert_neuron_shows(root, given()["neuron"], chosen(root))


def trained(steps: int) -> nn.Network:
    history = nn.train(given()["neuron"], given()["X"], given()["y"], optimiser=nn.GradientDescent(2.0), steps=steps)
    return history.network


@pytest.mark.parametrize("param", ["W1[0,0]", "W1[1,0]", "b1[0]"])
def test_a_step_of_the_neuron_is_one_of_training(workbook, param):
    root = view(workbook, "neuron")
    root.locator(f'.choices [data-param="{param}"]').click()
    reset(root)
    for steps in (1, 2):
        root.get_by_role("button", name="One step").click()
        assert_neuron_shows(root, trained(steps), param)
    root.get_by_role("button", name="Ten steps").press("Enter")
    assert_neuron_shows(root, trained(12), param)
    root.get_by_role("button", name="Undo").press("Space")
    assert_neuron_shows(root, trained(11), param)
    said(root, "step 11", f"The gradient of {param} is")


def test_clicks_that_come_faster_than_answers_are_all_counted(workbook):
    root = view(workbook, "neuron")
    root.locator('.choices [data-param="W1[0,0]"]').click()
    reset(root)
    root.get_by_role("button", name="One step").evaluate("button => { for (let i = 0; i < 25; i++) button.click(); }")
    assert_neuron_shows(root, trained(25), "W1[0,0]")
    track = root.locator('input[data-param="W1[0,0]"]')
    assert float(track.input_value()) == pytest.approx(trained(25).params["W1"][0, 0], abs=1e-6)


def test_a_slider_of_the_neuron_by_key_and_by_a_fast_drag(workbook):
    root = view(workbook, "neuron")
    root.locator('.choices [data-param="W1[1,0]"]').click()
    reset(root)
    track = root.locator('input[data-param="W1[1,0]"]')
    before = float(track.input_value())
    track.press("ArrowRight")
    moved = float(track.input_value())
    assert moved > before

    def with_weight(value: float) -> nn.Network:
        params = {name: array.copy() for name, array in given()["neuron"].params.items()}
        params["W1"][1, 0] = value
        return given()["neuron"].with_params(params)

    assert_neuron_shows(root, with_weight(moved), "W1[1,0]")
    workbook.page.wait_for_timeout(200)
    before_drag = len(workbook.kernel_messages)
    tail = track.evaluate(
        """async (input) => {
            for (let i = 0; i < 100; i++) {
                input.value = String(-1.5 + i / 50);
                input.dispatchEvent(new Event("input", { bubbles: true }));
                await new Promise((done) => setTimeout(done, 4));
            }
            const root = input.closest(".nnkit");
            const end = performance.now();
            while (Math.abs(root.querySelector('[data-role="value"]').dataset.value - 0.48) > 1e-9) {
                await new Promise((done) => setTimeout(done, 2));
                if (performance.now() - end > 10000) throw new Error("the drag did not arrive");
            }
            input.dispatchEvent(new Event("change", { bubbles: true }));
            return performance.now() - end;
        }"""
    )
    print(f"tail of a drag of 100 events: {tail:.0f} ms, {len(workbook.kernel_messages) - before_drag} messages")
    assert tail < 2000  # 200 ms on a machine of one's own; this one may be busy
    assert len(workbook.kernel_messages) - before_drag < 100
    assert_neuron_shows(root, with_weight(0.48), "W1[1,0]")
    root.get_by_role("button", name="Undo").click()
    assert_neuron_shows(root, with_weight(moved), "W1[1,0]")  # the whole drag is one place


def test_the_path_is_scrubbed_without_the_kernel_and_examples_are_marked_by_key(workbook):
    root, page = view(workbook, "neuron"), workbook.page
    root.locator('.choices [data-param="W1[0,0]"]').click()
    reset(root)
    root.get_by_role("button", name="Ten steps").click()
    assert_neuron_shows(root, trained(10), "W1[0,0]")
    page.wait_for_timeout(300)
    before = len(workbook.kernel_messages)
    slide(root.locator(".player input"), 4)
    assert_neuron_shows(root, trained(4), "W1[0,0]")
    root.locator('g[data-example="0"]').focus()
    for key, example in (("ArrowRight", 2), ("ArrowUp", 3), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.dataset.example") == str(example)
    page.keyboard.press("Enter")
    expect(root.locator('g[data-example="1"]')).to_have_attribute("aria-pressed", "true")
    expect(root.locator('g[data-example="1"]')).to_be_focused()
    expect(root.locator("tr.chosen button")).to_have_attribute("data-example", "1")
    said(root, "Example 1: loss slope")
    root.locator('button[data-example="1"]').click()
    expect(root.locator("tr.chosen")).to_have_count(0)
    assert len(workbook.kernel_messages) == before


def test_the_sliders_follow_the_path_and_a_typed_number_leaves_it(workbook):
    root = view(workbook, "neuron")
    root.locator('.choices [data-param="b1[0]"]').click()
    reset(root)
    root.get_by_role("button", name="Ten steps").click()
    assert_neuron_shows(root, trained(10), "b1[0]")
    workbook.page.wait_for_timeout(300)
    before = len(workbook.kernel_messages)
    slide(root.locator(".player input"), 4)
    for name, value in (("W1[0,0]", trained(4).params["W1"][0, 0]), ("b1[0]", trained(4).params["b1"][0])):
        assert float(root.locator(f'input[data-param="{name}"]').input_value()) == pytest.approx(value, abs=1e-6)
        expect(root.get_by_label(f"{name}, a value of your own")).to_have_value(f"{value:.4g}")
    here, end = (f"{trained(steps).params['b1'][0]:.3g}" for steps in (4, 10))
    caption = root.locator("figcaption").last
    expect(caption).to_contain_text(f"where b1[0] = {end}, as at the end of the path; here it is {here}.")
    assert len(workbook.kernel_messages) == before
    field = root.get_by_label("b1[0], a value of your own")
    field.fill("nothing")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("0")
    field.press("Enter")
    params = trained(4).params
    assert_neuron_shows(root, trained(4).with_params(params | {"b1": np.zeros(1)}), "b1[0]")
    expect(field).to_have_value("0")
    track = root.locator('input[data-param="b1[0]"]')
    slide(track, -0.038)
    for _ in range(2):
        track.press("ArrowRight")
        if float(track.input_value()) == 0:
            break
    assert float(track.input_value()) == 0


def test_the_learning_rate_of_the_neuron_changes_the_next_step(workbook):
    root = view(workbook, "neuron")
    root.locator('.choices [data-param="b1[0]"]').click()
    reset(root)
    rate = root.locator('[data-role="learning-rate"]')
    rate.press("ArrowRight")
    settle(root, "root => root.querySelector('[data-role=rate]').dataset.value == 3")
    assert_neuron_shows(root, given()["neuron"], "b1[0]", rate=3.0)
    rate.press("ArrowLeft")
    settle(root, "root => root.querySelector('[data-role=rate]').dataset.value == 2")


# --- the cost --------------------------------------------------------------------------------------------------------


def assert_slope(root: Locator, loss: str, label: float) -> None:
    part = root.locator('[data-part="slope"]')
    a = np.array([[one(part, "a")]])
    y = np.array([[label]])
    assert_equal(one(part, "value"), LOSSES[loss].value(a, y)[0])
    assert_equal(one(part, "slope"), LOSSES[loss].slope(a, y)[0, 0])
    np.testing.assert_allclose(one(part, "numeric"), one(part, "slope"), rtol=1e-5, atol=1e-8)


def tab(root: Locator, name: str) -> Locator:
    root.get_by_role("radio", name=name).click()
    return root.locator("[data-part]:visible")


def test_every_loss_and_label_has_its_slope_by_key_and_by_mouse(workbook):
    root = view(workbook, "cost")
    part = tab(root, "one prediction")
    for loss in ("squared_error", "binary_cross_entropy", "cross_entropy", "half_squared_error"):
        part.get_by_role("radio", name=loss.replace("_", " "), exact=True).click()
        for label in (1, 0):
            part.get_by_role("radio", name=str(label), exact=True).click()
            for place in (3, 60, 92):
                slide(part.locator('[data-role="prediction"]'), place)
                assert_slope(root, loss, label)
    part.get_by_role("radio", name="half squared error", exact=True).focus()
    workbook.page.keyboard.press("ArrowRight")
    assert_slope(root, "squared_error", 0)
    expect(part.get_by_role("radio", name="squared error", exact=True).last).to_be_focused()
    before = one(part, "a")
    part.locator('[data-role="prediction"]').press("ArrowRight")
    assert one(part, "a") == pytest.approx(before + 0.01)
    said(root, "squared error, label 0, prediction")


def test_a_label_of_your_own_is_asked_for_once(workbook):
    root = view(workbook, "cost")
    part = tab(root, "one prediction")
    part.get_by_role("radio", name="half squared error", exact=True).click()
    own = part.locator('[data-role="own-label"]')
    own.fill("3.5")
    own.press("Enter")
    expect(part.get_by_role("radio", name="3.5", exact=True)).to_have_attribute("aria-checked", "true")
    assert_slope(root, "half_squared_error", 3.5)
    part.get_by_role("radio", name="binary cross entropy", exact=True).click()  # takes no 3.5
    expect(part.get_by_role("radio", name="0", exact=True)).to_have_attribute("aria-checked", "true")
    assert_slope(root, "binary_cross_entropy", 0)
    own.fill("three")
    own.press("Enter")
    expect(own).to_have_attribute("aria-invalid", "true")
    part.get_by_role("radio", name="half squared error", exact=True).click()


def test_sums_and_means_stand_side_by_side_for_every_entry(workbook):
    root = view(workbook, "cost")
    part = tab(root, "sums and means")
    a, labels = given()["a"], given()["labels"]
    found = reductions(a, labels)

    def check(n: int, k: int) -> None:
        assert_equal(shown(part, "value"), [entry["value"] for entry in found])
        assert_equal(shown(part, "slope"), [np.array(entry["slope"])[n, k] for entry in found])
        factors = [entry["factor"] for entry in found]
        texts = part.locator('[data-role="factor"]').all_text_contents()
        assert texts == ["no multiple" if factor is None else f"× {number(factor)}" for factor in factors]

    part.locator('[data-cell="0,0"]').click()
    check(0, 0)
    for key, (n, k) in (("ArrowDown", (1, 0)), ("ArrowRight", (1, 1)), ("ArrowDown", (2, 1))):
        workbook.page.keyboard.press(key)
        expect(part.locator(f'[data-cell="{n},{k}"]')).to_be_focused()
        check(n, k)
    part.locator('[data-cell="4,2"]').click()
    check(4, 2)


def test_the_learning_rate_decides_what_becomes_of_x(workbook):
    root = view(workbook, "cost")
    part = tab(root, "how long a step")
    track = part.locator('[data-role="rate-slider"]')
    seen = set()
    for place in range(0, int(track.get_attribute("max") or 0), 6):
        slide(track, place)
        walk = descent(413.6, one(part, "rate"))
        assert_equal(one(part, "multiplier"), walk["multiplier"])
        assert_equal(shown(part, "x"), walk["x"][:6])
        assert_equal(shown(part, "loss"), walk["loss"][:6])
        seen.add(part.locator('[data-role="verdict"]').text_content())
        assert part.locator('[data-role="verdict"]').text_content() == walk["verdict"]
    assert {"converges", "oscillates and converges", "diverges"} <= seen
    own = part.locator('[data-role="own-rate"]')
    own.fill("0.01")
    own.press("Enter")
    settle(root, "root => root.querySelector('[data-part=descent] [data-role=rate]').dataset.value == 0.01")
    assert one(part, "multiplier") == pytest.approx(1 - 4.136)
    expect(part.locator('[data-role="verdict"]')).to_have_text("diverges")
    said(root, "Multiplier -3.136: diverges")


# --- the batch -------------------------------------------------------------------------------------------------------


@cache
def product():
    return product_of(nn.backward(given()["net"], given()["X_five"], given()["y_five"]), 2)


def assert_cell(root: Locator, j: int, k: int, layout: str = "rows") -> None:
    made = product()
    expect(root.locator('[data-role="cell-name"]')).to_have_text(
        f"dW2[{j},{k}]" if layout == "rows" else f"dW2[{k},{j}]"
    )
    found = held(root.locator(".detail"))
    assert_equal(found["a"], made.a[:, j])
    assert_equal(found["delta"], made.delta[:, k])
    assert_equal(found["product"], made.a[:, j] * made.delta[:, k])
    assert_equal(found["running"], np.cumsum(made.a[:, j] * made.delta[:, k]))
    assert_equal(found["sum"], [made.sum[j, k]])
    assert_equal(found["dW"], [made.dW[j, k]])


def cells(root: Locator) -> dict[str, float]:
    found = root.locator("g[data-cell]").evaluate_all(
        "all => all.map((one) => [one.dataset.cell, Number(one.dataset.value)])"
    )
    return dict(found)


def test_every_cell_of_the_product_opens_by_click_hover_and_key(workbook):
    root, page = view(workbook, "batch"), workbook.page
    for j in range(4):
        for k in range(2):
            root.locator(f'g[data-cell="{j},{k}"]').click()
            assert_cell(root, j, k)
    root.locator('g[data-cell="0,1"]').hover()
    assert_cell(root, 0, 1)
    root.locator(".toolbar").first.hover()
    assert_cell(root, 3, 1)  # the one that was clicked is back
    root.locator('g[data-cell="3,1"]').focus()
    for key, (j, k) in (("ArrowLeft", (3, 0)), ("ArrowUp", (2, 0)), ("ArrowRight", (2, 1))):
        page.keyboard.press(key)
        expect(root.locator(f'g[data-cell="{j},{k}"]')).to_be_focused()
        expect(root.locator(f'g[data-cell="{j},{k}"]')).to_have_attribute("aria-pressed", "true")
        assert_cell(root, j, k)
    said(root, "dW2[2,1]: 5 products add up to")


def test_columns_are_the_same_numbers_turned_over(workbook):
    root = view(workbook, "batch")
    root.get_by_role("radio", name="columns").click()
    try:
        for j, k in ((0, 0), (2, 1)):
            root.locator(f'g[data-cell="{j},{k}"]').click()
            assert_cell(root, j, k, "columns")
        first = root.locator("g[data-cell]").evaluate_all("all => all.map((one) => one.dataset.cell)")
        assert first[:4] == ["0,0", "1,0", "2,0", "3,0"]  # a row of dW in columns is a unit
        expect(root.locator("svg.grid")).to_have_attribute("aria-label", "δ2 (2, 5) times a1.T (5, 4) is dW2 (2, 4)")
        codes = root.locator("[data-order]").evaluate_all("all => all.map((one) => one.dataset.order)")
        assert codes == [order.code for order in orders(product(), "columns")]
    finally:
        root.get_by_role("radio", name="rows").click()


def test_the_loop_arrives_at_the_product_example_by_example(workbook):
    root, made = view(workbook, "batch"), product()
    track = root.locator(".player input")
    for done in (0, 1, 3, 4):
        slide(track, done)
        sums = cells(root)
        for (j, k), total in np.ndenumerate(made.running[done]):
            assert_equal(sums[f"{j},{k}"], total)
        expect(root.locator('[data-role="loop"]')).to_have_text(f"The loop has added {done} of 5 outer products.")
    track.press("ArrowRight")
    assert_equal([cells(root)[f"{j},{k}"] for j, k in np.ndindex(made.sum.shape)], made.sum.ravel())
    expect(root.locator('[data-role="loop"]')).to_contain_text("The loop has arrived")
    slide(track, 0)
    root.get_by_role("button", name="Play the loop over examples").click()
    expect(root.locator('[data-role="loop"]')).to_contain_text("The loop has arrived", timeout=8000)


def test_the_orders_say_what_fits_and_what_does_not(workbook):
    root = view(workbook, "batch")
    for order in orders(product()):
        button = root.locator(f'[data-order="{order.code}"]')
        button.click()
        expect(root.locator('[data-role="verdict"]')).to_contain_text(f"{order.code} {order.verdict}.")
        assert button.text_content()[0] == ("✓" if order.right else "!" if order.runs else "✗")
        expect(root.locator("svg.blocks rect")).to_have_count(3 if order.runs else 2)
    workbook.page.keyboard.press("Home")
    expect(root.locator('[data-order="a.T @ delta"]')).to_be_focused()
    said(root, "a.T @ delta fits")


# --- the race --------------------------------------------------------------------------------------------------------


@cache
def race():
    names = given()
    return nn.widgets.race(
        names["start"], names["X_xor"], names["y_xor"], optimisers=names["optimisers"], steps=300, threshold=0.05
    )


RACE = """root => {
    const read = (part, key) => Object.fromEntries([...part.querySelectorAll(`[data-${key}]`)]
        .map((one) => [one.dataset[key], [one.dataset.value ?? null, one.textContent]]));
    const all = (key, inner) => Object.fromEntries([...root.querySelectorAll(`[data-${key}]`)]
        .map((part) => [part.dataset[key], read(part, inner)]));
    return { rows: all("run", "role"), cards: all("inside", "quantity") };
}"""


def assert_race_at(root: Locator, step: int, weight: str, threshold: float) -> None:
    """Every number in the table and in the cards is that of the run at its last stop up to this step."""
    widget, found = race(), root.evaluate(RACE)
    column = widget.state["weights"].index(weight)
    for run in widget._runs:
        at = int(np.searchsorted(run.stops, step, side="right")) - 1
        row, card = found["rows"][run.name], found["cards"][run.name]
        reached = run.history.first_step_below(threshold)
        assert int(row["step-of"][0]) == run.stops[at]
        assert_equal(float(row["loss"][0]), run.history.loss[run.stops[at]])
        assert row["reached"][1] == ("never" if reached is None else str(reached))
        assert set(card) == set(run.inside)
        for quantity, values in run.inside.items():
            value, text = card[quantity]
            np.testing.assert_allclose(float(value), values[at, column], rtol=1e-12)
            assert (text == "–") is bool(np.isnan(values[at, column]))


def test_a_race_says_what_each_of_its_numbers_is(workbook):
    root = view(workbook, "race")
    root.locator(".glossary summary").focus()
    workbook.page.keyboard.press("Enter")
    explained = set(root.locator(".glossary dt").all_inner_texts())
    assert set(root.locator(".inside-card th").all_inner_texts()) <= explained
    workbook.page.keyboard.press("Enter")
    expect(root.locator(".glossary dt").first).to_be_hidden()


def test_a_race_is_scrubbed_and_every_number_is_that_of_the_run(workbook):
    root, widget = view(workbook, "race"), race()
    steps = sorted({int(step) for run in widget._runs for step in run.stops})
    track = root.locator(".player input")
    assert int(track.get_attribute("max") or 0) == len(steps) - 1
    for moment in (0, 1, 2, len(steps) // 2, len(steps) - 1):
        slide(track, moment)
        assert_race_at(root, steps[moment], widget.state["weights"][0], 0.05)
    track.press("ArrowLeft")
    assert_race_at(root, steps[-2], widget.state["weights"][0], 0.05)
    track.press("End")
    said(root, f"Step {steps[-1]}, threshold 0.05.", "Adam: ")


def test_every_weight_can_be_looked_into(workbook):
    root, widget = view(workbook, "race"), race()
    slide(root.locator(".player input"), 3)
    for weight in widget.state["weights"][::4]:
        root.locator('[data-role="weight"]').select_option(weight)
        assert_race_at(root, 3, weight, 0.05)
    root.locator('[data-role="weight"]').select_option(widget.state["weights"][0])


def test_a_threshold_counts_the_steps_to_it(workbook):
    root, widget = view(workbook, "race"), race()
    track = root.locator('[data-role="threshold"]')
    at = widget.state["thresholds"].index(0.05)
    for place in (0, 10, at):
        slide(track, place)
        for run in widget._runs:
            reached = run.history.first_step_below(widget.state["thresholds"][place])
            cell = root.locator(f'[data-run="{run.name}"] [data-role="reached"]')
            expect(cell).to_have_text("never" if reached is None else str(reached))


def test_a_run_that_stopped_says_so_and_lines_differ_without_colour(workbook):
    root, widget = view(workbook, "race"), race()
    stopped = widget.histories["far too long"].stopped
    assert "no longer finite" in stopped
    expect(root.locator('[data-run="far too long"] [data-role="stopped"]')).to_have_text(f"✗ {stopped}")
    looks = root.locator(".standings .sample").evaluate_all(
        """all => all.map((one) => [...one.querySelectorAll("path")]
            .map((path) => path.getAttribute("stroke-dasharray") ?? path.getAttribute("d")))"""
    )
    assert len({tuple(look) for look in looks}) == len(widget._runs)
    for name in ("even", "logarithmic"):
        root.get_by_role("radio", name=name).click()
        assert root.locator("path.run").count() >= 2 * len(widget._runs)


# --- all four --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CELLS)
def test_single_keys_do_not_reach_the_notebook_and_the_cell_can_be_run_again(workbook, name):
    root, page = view(workbook, name), workbook.page
    before = workbook.notebook()
    root.locator("button:visible").first.focus()
    for key in ("b", "a", "d", "d", "x", "m"):
        page.keyboard.press(key)
    page.wait_for_timeout(100)
    assert workbook.notebook()["cells"] == before["cells"]
    assert root.evaluate("root => root.contains(document.activeElement)")
    workbook.lab.run_cell(page, 1 + list(CELLS).index(name))
    expect(page.locator(f".nnkit-{name}")).to_have_count(1)
    expect(root.locator("svg").first).to_be_visible()


def test_looking_asks_the_kernel_nothing(workbook):
    page = workbook.page
    page.wait_for_timeout(300)
    before = len(workbook.kernel_messages)
    view(workbook, "batch").locator('g[data-cell="0,0"]').click()
    view(workbook, "batch").get_by_role("radio", name="columns").click()
    view(workbook, "batch").get_by_role("radio", name="rows").click()
    slide(view(workbook, "race").locator(".player input"), 5)
    slide(tab(view(workbook, "cost"), "how long a step").locator('[data-role="rate-slider"]'), 12)
    page.wait_for_timeout(300)
    assert len(workbook.kernel_messages) == before


@pytest.fixture(scope="module", params=THEMES)
def theme(request: pytest.FixtureRequest, workbook: Workbook) -> Iterator[str]:
    """Both themes, one after the other; the light one again at the end."""
    workbook.lab.use_theme(workbook.page, THEMES[request.param])
    yield request.param
    workbook.lab.use_theme(workbook.page, THEMES["light"])


@pytest.mark.parametrize("name", [*CELLS, "cost batch", "cost descent"])
def test_every_text_is_readable_and_nothing_leaves_a_narrow_column(workbook, theme, request, name):
    kind, _, part = name.partition(" ")
    root = view(workbook, kind)
    if kind == "cost":
        tab(root, {"": "one prediction", "batch": "sums and means", "descent": "how long a step"}[part])
    faint = [text for text in root.evaluate(CONTRASTS) if text["ratio"] < READABLE]
    assert [(text["kind"], text["text"], round(text["ratio"], 2)) for text in faint] == []
    assert violations(root, request.getfixturevalue("axe")) == []
    take_screenshots(root, f"{name.replace(' ', '-')}-{theme}", workbook.page)


def violations(root: Locator, source: str) -> list[str]:
    """What axe-core finds wrong. Lab has a module loader of its own, where axe would register, were it not hidden."""
    if not root.page.evaluate("() => Boolean(window.axe)"):
        root.page.evaluate("source => { const define = undefined; eval(source); }", source)
    return list(root.evaluate(RUN_AXE))


def take_screenshots(root: Locator, name: str, page: Page) -> None:
    """Save the widget as it is and 480 px wide, where only what scrolls by itself may be wider than its column."""
    SCREENSHOTS.mkdir(exist_ok=True)
    usual = page.viewport_size or {"width": 1300, "height": 1000}
    page.set_viewport_size({"width": usual["width"], "height": 1800})
    page.mouse.move(0, 0)
    root.screenshot(path=SCREENSHOTS / f"{name}.png")
    root.evaluate("root => { root.style.width = '480px'; }")
    page.wait_for_timeout(60)
    root.screenshot(path=SCREENSHOTS / f"{name}-480.png")
    leaving = root.evaluate(
        """root => {
            const edge = root.getBoundingClientRect().right + 1;
            return [...root.querySelectorAll("*")].filter((one) => one.getClientRects().length
                && one.getBoundingClientRect().right > edge && !one.closest(".scroll, clipPath, svg.axes g, .spoken"))
                .map((one) => `${one.localName}.${one.getAttribute("class")}`);
        }"""
    )
    root.evaluate("root => { root.style.width = ''; }")
    page.set_viewport_size(usual)
    assert leaving == []


def test_while_a_cell_runs_looking_goes_on(workbook):
    root = view(workbook, "neuron")
    reset(root)
    root.get_by_role("button", name="Ten steps").click()
    settle(root, "root => root.querySelector('.player input').max == 10")
    workbook.lab.run_cell(workbook.page, BUSY, wait=False)
    workbook.wait_for_kernel("busy")
    slide(root.locator(".player input"), 2)
    assert_neuron_shows(root, trained(2), chosen(root))
    view(workbook, "batch").locator('g[data-cell="2,0"]').click()
    assert_cell(view(workbook, "batch"), 2, 0)
    assert workbook.notebook()["kernel"] == "busy"
    root.get_by_role("button", name="One step").click()
    assert_neuron_shows(root, trained(11), chosen(root))  # now or when the cell is done, as the kernel has it
    expect(root.locator(".silence")).to_be_empty()
    workbook.wait_for_kernel("idle")


EXPORTED = {
    "neuron": ('button[data-example="2"]', "tr.chosen"),
    "cost": ("text=sums and means", '[data-part="batch"]:not([hidden])'),
    "batch": ('g[data-cell="3,1"]', 'g[data-cell="3,1"][aria-pressed="true"]'),
    "race": ("text=even", '[data-choice="linear"][aria-checked="true"]'),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_widget_exported_to_one_page_works_from_disk_without_python(browser, tmp_path, name):
    names = dict(given())
    exec(f"widget = {CELLS[name].removeprefix('w = ').removesuffix('; w')}", names)
    file = nn.widgets.export_html(names["widget"], tmp_path / f"{name}.html")
    assert file.stat().st_size < 1_000_000
    page, complaints = new_page(browser, offline=True)
    page.goto(file.as_uri())
    click, then = EXPORTED[name]
    root = page.locator(f".nnkit-{name}")
    root.locator(click).first.click()
    expect(root.locator(then)).to_have_count(1)
    asks = ['[data-role="step"]', '[data-role="own-label"]', '[data-role="own-rate"]', '[data-role="learning-rate"]']
    for control in asks:  # what would need Python is not offered
        assert not root.locator(control).first.is_visible()
    page.context.close()
    assert complaints == []
