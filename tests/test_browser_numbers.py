"""Every number on screen, in every widget: read back from the page and held against nnkit's.

The other browser tests read what a widget holds while it is used. These read what is written and drawn: the texts of a
diagram, the scales, and where lines and dots lie on them. The last test looks for numbers that no test reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lab import new_page
from playwright.sync_api import Browser, Locator, expect
from test_browser_views import CELLS, given, race, slide
from unpacking import unpack
from workbook import assert_equal, slopes_by_name, slopes_of_example

import nnkit as nn
from nnkit.functions import LOSSES
from nnkit.text import number
from nnkit.widgets.batch_state import orders

HISTORY = "nn.train(net_xor, X_xor, y_xor, optimiser=nn.Adam(0.05), epochs=300, rng=0)"
WIDGETS = CELLS | {
    "neuron": "nn.widgets.neuron(nn.train(neuron, X, y, optimiser=nn.GradientDescent(2.0), epochs=30), X, y)",
    "inspector": f"nn.widgets.inspect({HISTORY}, select='W1[0,2]')",
}


@cache
def made(name: str) -> Any:
    """The widget, made in this process."""
    names = given() | {"net_xor": nn.Network.create([2, 5, 1], rng=0)}
    return eval(WIDGETS[name].removeprefix("w = ").removesuffix("; w"), names)


@pytest.fixture(scope="module")
def page_of(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A function that opens a widget on a page, with every control that it has in a notebook."""
    folder: Path = tmp_path_factory.mktemp("numbers")
    opened: dict[str, tuple[Locator, list[str]]] = {}

    def open_page(name: str) -> Locator:
        if name not in opened:
            file = nn.widgets.export_html(made(name), folder / f"{name}.html")
            text = file.read_text(encoding="utf-8")
            assert text.count("traits.alone = true;") == 1
            file.write_text(text.replace("traits.alone = true;", "traits.alone = false;"), encoding="utf-8")
            page, complaints = new_page(browser, offline=True)
            page.goto(file.as_uri())
            opened[name] = (page.locator(f".nnkit-{name}"), complaints)
        return opened[name][0]

    yield open_page
    for root, complaints in opened.values():
        root.page.context.close()
        assert complaints == []


def texts(root: Locator, selector: str) -> list[str]:
    return [text.strip() for text in root.locator(selector).all_text_contents()]


def numbers(root: Locator, selector: str) -> list[float]:
    """The numbers that are written in these elements, one each."""
    return [float(text) for text in texts(root, selector)]


def close(written: object, value: object, digits: int) -> None:
    """What is written is the value to so many significant digits."""
    np.testing.assert_allclose(written, value, rtol=0.51 * 10.0 ** (1 - digits), atol=1e-300)


# --- places in a plot ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Axes:
    """The scales of a plot, from two of its ticks each: they turn a place back into numbers."""

    x: tuple[tuple[float, float], tuple[float, float]]
    y: tuple[tuple[float, float], tuple[float, float]]
    log_x: bool = False
    log_y: bool = False

    def __call__(self, places: Any) -> np.ndarray:
        """(P, 2) places on the page as (P, 2) numbers."""
        at = np.asarray(places, dtype=float).reshape(-1, 2)
        scales = ((self.x, self.log_x), (self.y, self.log_y))
        return np.column_stack([_value(at[:, i], *scale) for i, scale in enumerate(scales)])


def _value(place: np.ndarray, ends: tuple[tuple[float, float], tuple[float, float]], log: bool) -> np.ndarray:
    (p, low), (q, high) = ends
    low, high = (np.log10(low), np.log10(high)) if log else (low, high)
    value = low + (place - p) / (q - p) * (high - low)
    return 10**value if log else value


def axes_of(svg: Locator, **logs: bool) -> Axes:
    ticks = svg.locator("g.ticks > g").evaluate_all(
        """all => all.map((tick) => {
            const at = (name) => Number(tick.querySelector("line").getAttribute(name));
            return [at("x1"), at("x2"), at("y1"), Number(tick.querySelector("text").textContent)];
        })"""
    )
    x = [(x1, value) for x1, x2, _, value in ticks if x1 == x2]
    y = [(y1, value) for x1, x2, y1, value in ticks if x1 != x2]
    return Axes((x[0], x[-1]), (y[0], y[-1]), **logs)


def points(svg: Locator, selector: str) -> np.ndarray:
    """The points of a path, (P, 2)."""
    d = svg.locator(selector).first.get_attribute("d") or ""
    return np.array([[float(x), float(y)] for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", d)])


def centres(svg: Locator, selector: str) -> np.ndarray:
    """The centres of circles, (P, 2)."""
    return np.array(
        svg.locator(selector).evaluate_all("all => all.map((c) => [c.cx.baseVal.value, c.cy.baseVal.value])")
    )


def contours(svg: Locator) -> list[tuple[float, np.ndarray]]:
    """(level, points) for each contour line that has its number; the number lies on the line."""
    found = svg.locator(".contours").evaluate(
        """group => [[...group.querySelectorAll("path")].map((path) => path.getAttribute("d")),
            [...group.querySelectorAll("text")].map((text) =>
                [Number(text.textContent), Number(text.getAttribute("x")), Number(text.getAttribute("y"))])]"""
    )
    lines = [np.array(re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", d), dtype=float).reshape(-1, 2) for d in found[0]]
    lines = [line for line in lines if len(line)]
    return [
        (level, min(lines, key=lambda line, at=(x, y): float(np.min(np.hypot(*(line - at).T)))))
        for level, x, y in found[1]
    ]


def assert_levels(svg: Locator, axes: Axes, loss: Any, cell: tuple[float, float]) -> None:
    """Every contour line passes, within a cell of the grid that it was drawn from, where the loss is its number."""
    lines = contours(svg)
    assert len(lines) >= 3
    around = [(i * cell[0], j * cell[1]) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    for level, line in lines:
        for u, v in axes(line)[:: max(1, len(line) // 12)]:
            near = [loss(u + du, v + dv) for du, dv in around]
            assert min(near) <= level <= max(near), (level, u, v)


# --- the neuron ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", [0, 4, 30])
def test_the_planes_of_the_neuron(page_of, moment):
    root, X = page_of("neuron"), given()["X"]
    slide(root.locator(".player input"), moment)
    states = made("neuron").state["places"]
    values = {name: entry["value"] for name, entry in states[moment]["numbers"].items()}
    w, b = np.array([values["W1[0,0]"], values["W1[1,0]"]]), values["b1[0]"]
    net = nn.Network.from_params({"W1": w[:, None], "b1": np.array([b])})
    inputs, weights = root.locator("svg.axes").nth(0), root.locator("svg.axes").nth(1)
    plane = axes_of(inputs)
    assert_equal(plane(centres(inputs, ".example .ring")).round(6), X)
    np.testing.assert_allclose(plane(points(inputs, ".boundary")) @ w + b, 0, atol=0.02 * np.abs(w).max())
    close(numbers_after(inputs, '[data-role="a"]', "a = "), net.forward(X).output[:, 0], 3)
    assert texts(inputs, ".beside text:first-child") == [f"{n}: y = {y:.3g}" for n, (y,) in enumerate(given()["y"])]
    path = axes_of(weights)
    np.testing.assert_allclose(path(centres(weights, ".here[r]")), [w], atol=1e-6)
    every = [[place["numbers"][name]["value"] for name in ("W1[0,0]", "W1[1,0]")] for place in states]
    np.testing.assert_allclose(path(centres(weights, ".stop")), every, atol=1e-6)
    last = states[-1]["numbers"]["b1[0]"]["value"]
    caption = re.search(r"b1\[0\] = (-?[\d.]+)", weights.locator("xpath=..").text_content() or "")
    assert caption
    close(float(caption[1]), last, 3)

    def loss(u: float, v: float) -> float:
        there = nn.Network.from_params({"W1": np.array([[u], [v]]), "b1": np.array([last])})
        return there.loss(X, given()["y"])

    side = made("neuron").state["surface"]["side"]
    cell = 2 * made("neuron").state["half_width"] / (side - 1)
    assert_levels(weights, path, loss, (cell, cell))
    said = root.locator(".player .slider-value").text_content() or ""
    step = re.search(r"training step (\d+), loss ([\d.e-]+)", said)
    assert step and int(step[1]) == moment
    close(float(step[2]), net.loss(X, given()["y"]), 3)


def numbers_after(root: Locator, selector: str, words: str) -> list[float]:
    return [float(text.removeprefix(words)) for text in texts(root, selector)]


def test_the_sliders_of_the_neuron_say_where_they_stand(page_of):
    root, net = page_of("neuron"), made("neuron").net
    fields = root.locator(".controls input.slider-value").evaluate_all("all => all.map((one) => one.value)")
    shown = [float(text) for text in [*fields, *texts(root, ".controls span.slider-value")]]
    close(shown, [*net.params["W1"][:, 0], net.params["b1"][0], 1.0], 4)


def test_the_step_of_the_neuron_in_words(page_of):
    root, widget = page_of("neuron"), made("neuron")
    slide(root.locator(".player input"), 30)
    back = nn.backward(widget.net, given()["X"], given()["y"])
    for role, value in (("gradient-again", back.grads["W1"][0, 0]), ("loss", back.loss), ("rate", 1.0)):
        assert_equal(float(root.locator(f'[data-role="{role}"]').get_attribute("data-value") or "nan"), value)
    names = texts(root, "button.row")
    assert names == [f"{n}: ({a:g}, {b:g}) → {y:g}" for n, ((a, b), (y,)) in enumerate(zip(given()["X"], given()["y"]))]


# --- the cost --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ["half_squared_error", "squared_error", "binary_cross_entropy", "cross_entropy"])
def test_the_curve_of_a_loss_and_its_tangent(page_of, loss):
    root = page_of("cost")
    root.get_by_role("radio", name="one prediction").click()
    part = root.locator('[data-part="slope"]')
    part.get_by_role("radio", name="1", exact=True).click()
    part.get_by_role("radio", name=loss.replace("_", " "), exact=True).click()
    slide(part.locator('[data-role="prediction"]'), 40)
    svg = part.locator("svg.axes")
    plane = axes_of(svg)
    a, values = plane(points(svg, ".curve")).T
    one = np.ones((len(a), 1))
    inside = (a > 0.02) & (a < 0.98)
    np.testing.assert_allclose(values[inside], LOSSES[loss].value(a[:, None], one)[inside], rtol=0.02, atol=0.01)
    at, height = plane(centres(svg, ".point"))[0]
    close(float(texts(part, ".slider-value")[0]), at, 3)
    (x0, y0), (x1, y1) = plane(points(svg, ".tangent"))
    slope = LOSSES[loss].slope(np.array([[at]]), np.array([[1.0]]))[0, 0]
    np.testing.assert_allclose([(y1 - y0) / (x1 - x0), y0 + (at - x0) * slope], [slope, height], rtol=0.01, atol=0.01)
    label = float(svg.locator(".label-line").get_attribute("x1") or "nan")
    np.testing.assert_allclose(plane([label, 0])[0, 0], 1, atol=1e-6)


def test_the_entries_of_the_batch_are_those_that_were_given(page_of):
    root = page_of("cost")
    root.get_by_role("radio", name="sums and means").click()
    part = root.locator('[data-part="batch"]')
    pairs = [tuple(map(float, text.split(" → "))) for text in texts(part, "button.entry")]
    close([a for a, _ in pairs], given()["a"].ravel(), 3)
    assert_equal([y for _, y in pairs], given()["labels"].ravel())
    factors = np.array(numbers_after(part, '[data-role="factor"][data-value]', "× "))
    rates = [float(text.removesuffix(" η")) for text in texts(part, '[data-role="rate"][data-value]')]
    close(rates, 1 / factors, 4)  # the same step: the rate falls as the gradient grows


@pytest.mark.parametrize("place", [4, 20, 30])
def test_the_walk_down_the_parabola(page_of, place):
    root, curvature = page_of("cost"), 413.6
    root.get_by_role("radio", name="how long a step").click()
    part = root.locator('[data-part="descent"]')
    slide(part.locator('[data-role="rate-slider"]'), place)
    held = {role: float(part.locator(f'[data-role="{role}"]').get_attribute("data-value") or "nan")
            for role in ("curvature", "limit", "rate", "multiplier")}  # fmt: skip
    assert_equal([held["curvature"], held["limit"]], [curvature, 2 / curvature])
    rate, of_limit = re.findall(r"[\d.e-]+", texts(part, ".slider-value")[0])[:2]
    close([float(rate), float(of_limit)], [held["rate"], held["rate"] * curvature / 2], 3)
    x = (1 - held["rate"] * curvature) ** np.arange(21)
    parabola, steps = part.locator("svg.axes").nth(0), part.locator("svg.axes").nth(1)
    reach = np.abs(axes_of(steps).y[0][1]) * 1.5
    plane = axes_of(parabola)
    along, height = plane(points(parabola, ".curve")).T
    np.testing.assert_allclose(height, 0.5 * curvature * along**2, rtol=0.01, atol=2)
    dots = plane(np.vstack([centres(parabola, ".point"), centres(parabola, ".stop")]))
    seen = np.abs(x[: len(dots)]) < reach
    np.testing.assert_allclose(dots[seen, 0], x[: len(dots)][seen], atol=1e-6)
    np.testing.assert_allclose(dots[seen, 1], 0.5 * curvature * x[: len(dots)][seen] ** 2, rtol=1e-4, atol=1e-2)
    over = axes_of(steps)(centres(steps, ".stop"))
    np.testing.assert_allclose(over[:, 0], np.arange(21), atol=1e-6)
    seen = np.abs(x) < reach
    np.testing.assert_allclose(over[seen, 1], x[seen], atol=1e-6)


# --- the batch -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_the_two_factors_of_the_product_stand_in_their_cells(page_of, layout):
    root, widget = page_of("batch"), made("batch")
    root.get_by_role("radio", name=layout).click()
    made_, rows = widget._product, layout == "rows"
    for term, array in (("input", made_.a), ("delta", made_.delta)):
        # A factor that lies to the left has a row for each row of the product, one above it a column for each column.
        lies_left = (term == "input") == rows
        expected = array.T if lies_left else array
        cells = root.locator(f"svg.grid .cell.term-{term}")
        held = cells.evaluate_all("all => all.map((cell) => Number(cell.dataset.value))")
        assert_equal(held, expected.ravel())
        assert [text.replace("-0.00", "0.00") for text in texts(root, f"svg.grid .cell.term-{term} text")] == [
            short(value) for value in expected.ravel()
        ]
    n, (d, h) = len(made_.a), made_.dW.shape
    name = f"{n} · dW2"
    left, top = (f"a1.T ({d}, {n})", f"δ2 ({n}, {h})") if rows else (f"δ2 ({h}, {n})", f"a1.T ({n}, {d})")
    assert texts(root, "svg.grid .caption") == [left, top, f"{name} ({d}, {h})" if rows else f"{name} ({h}, {d})"]
    loop = re.search(r"is ([\d.e-]+)\.$", root.locator('[data-role="loop"]').text_content() or "")
    assert loop
    close(float(loop[1]), np.abs(made_.running[-1] - made_.a.T @ made_.delta).max(), 2)
    slide(root.locator(".player input"), 3)
    assert texts(root, "svg.grid .caption")[2].startswith("Σ so far")
    assert texts(root, ".player .slider-value") == [f"3 of {n} examples"]
    slide(root.locator(".player input"), n)
    root.get_by_role("radio", name="rows").click()


def test_the_blocks_have_the_sizes_of_the_product(page_of):
    root, widget = page_of("batch"), made("batch")
    for order in orders(widget._product):
        root.locator(f'[data-order="{order.code}"]').click()
        (a, b), (c, d) = order.shapes
        written = [int(text.split(" = ")[1]) for text in texts(root, "svg.blocks text") if " = " in text]
        assert sorted(written) == sorted([a, b, c, d] + ([a, d] if order.runs else []))
        boxes = root.locator("svg.blocks rect").evaluate_all(
            "all => all.map((b) => b.width.baseVal.value / b.height.baseVal.value)"
        )
        np.testing.assert_allclose(boxes[:2], [b / a, d / c], rtol=1e-6)
    weight = root.locator('[data-role="weight"]')
    assert (weight.text_content(), float(weight.get_attribute("data-value") or 0)) == ("1/5", 0.2)


# --- the race --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", ["logarithmic", "even"])
def test_the_loss_curves_of_the_race(page_of, scale):
    root, widget, log = page_of("race"), race(), scale == "logarithmic"
    root.get_by_role("radio", name=scale).click()
    svg = root.locator("svg.axes").nth(0)
    plane = axes_of(svg, log_x=log, log_y=True)
    low, high = plane.y[0][1] / 5, plane.y[1][1] * 1.5
    for i, run in enumerate(widget._runs):
        steps, losses = plane(points(svg, f"path.run-{i}.run")).T
        steps = np.rint(steps - log).astype(int)
        true = run.history.loss[steps]
        seen = (true > low) & (true < high)
        assert seen.any()
        np.testing.assert_allclose(losses[seen], true[seen], rtol=0.03)
    threshold = float(svg.locator(".threshold").get_attribute("y1") or "nan")
    np.testing.assert_allclose(plane([0, threshold])[0, 1], 0.05, rtol=0.01)


def test_the_paths_of_the_race_on_their_slice(page_of):
    root, widget = page_of("race"), race()
    svg = root.locator("svg.axes").nth(1)
    plane = axes_of(svg)
    X, y, net = given()["X_xor"], given()["y_xor"], given()["start"]
    away = [run.path - run.path[0] for run in widget._runs]
    one = away[2][-1] / np.linalg.norm(away[2][-1])  # Adam, the only run that arrives, spans the picture
    u, v = plane(points(svg, "path.run-2.run")).T
    np.testing.assert_allclose(u, (away[2] @ one)[: len(u)], atol=0.02)
    rest = away[2] - np.outer(away[2] @ one, one)
    two = np.linalg.lstsq(rest[:, :], v, rcond=None)[0]
    two /= np.linalg.norm(two)

    def loss(u: float, v: float) -> float:
        vector = nn.flatten(net.params) + u * one + v * two
        return net.with_params(nn.restore(vector, net.params)).loss(X, y)

    u, v = (unpack(widget, widget.state["plane"][side]) for side in ("u", "v"))
    assert_levels(svg, plane, loss, (u[1] - u[0], v[1] - v[0]))


def test_the_words_of_the_race(page_of):
    root, widget = page_of("race"), race()
    steps = sorted({int(step) for run in widget._runs for step in run.stops})
    for moment in (len(steps) // 2, len(steps) - 1):
        slide(root.locator(".player input"), moment)
        assert texts(root, ".player .slider-value") == [f"step {steps[moment]}"]
        for run in widget._runs:
            at = int(np.searchsorted(run.stops, steps[moment], side="right")) - 1
            card = root.locator(f'[data-inside="{run.name}"] .optimiser').text_content()
            assert card == f"{run.optimiser!r}, after step {run.stops[at]}"
            row = root.locator(f'[data-run="{run.name}"]')
            end = f"✓ finished at step {run.finished}" if run.finished is not None else ""
            stopped = f"✗ {run.history.stopped}" if run.history.stopped and run.finished is None else end
            assert row.locator('[data-role="stopped"]').text_content() == stopped
            away = run.path[at] - run.path[0]
            beside = float(row.locator('[data-role="beside"]').get_attribute("data-value") or "nan")
            assert -1e-9 <= beside <= np.linalg.norm(away) * (1 + 1e-9) + 1e-12
            if run.name == "Adam" and at == len(run.stops) - 1:
                assert beside < 1e-9  # its end lies in the plane
    assert texts(root, ".standings thead th")[3] == "first step below 0.05"
    assert texts(root, ".slider-value")[1] == "0.05"


# --- the inspector ---------------------------------------------------------------------------------------------------


def short(value: float) -> str:
    """As the diagram writes a number: two decimals where they say enough."""
    if value != 0 and (abs(value) < 0.01 or abs(value) >= 1000):
        mantissa, power = f"{value:.0e}".split("e")
        return f"{mantissa}e{int(power)}"
    return f"{value:.2f}".replace("-0.00", "0.00")


@pytest.mark.parametrize("moment", [0, 7, 99])
@pytest.mark.parametrize("example", [None, 2])
def test_every_text_of_the_diagram(page_of, moment, example):
    root, widget = page_of("inspector"), made("inspector")
    slide(root.locator(".player input"), moment)
    root.locator(f'input[value="{"batch" if example is None else example}"]').check()
    back = widget._recording.back(moment)
    written = dict(
        root.locator(".diagram [data-param]").evaluate_all(
            "all => all.map((one) => [one.dataset.param, one.querySelector('text')?.textContent ?? null])"
        )
    )
    params = {f"{name}[{','.join(map(str, at))}]": value for name, array in back.net.params.items()
              for at, value in np.ndenumerate(array)}  # fmt: skip
    a = {l: array.mean(axis=0) if example is None else array[example] for l, array in back.forward.a.items()}
    units = {f"{'a' if l == 0 else 'z'}{l}[{k}]": value for l, array in a.items() for k, value in enumerate(array)}
    assert {name: text for name, text in written.items() if text} == {
        name: short(value) for name, value in (params | units).items()
    }
    loss = back.loss if example is None else back.net.loss_of(back.forward, back.y)[example]
    assert texts(root, ".diagram .loss text") == ["loss", short(loss)]
    y = [] if example is None else [f"y = {short(back.y[example, 0])}"]
    assert [text for text in texts(root, ".diagram text.start") if text] == y
    value = back.net.params["W1"][0, 2]
    said = "W1[0,2] weight from input 0 to layer 1, unit 2, now"
    expect(root.locator(".panel h3")).to_have_text(f"{said} {number(value)}")
    assert texts(root, ".adjust .slider-value") == [f"{value:.4g}"]
    step = widget.state["history"]["steps"][moment]
    assert texts(root, ".player .slider-value") == [f"step {step}, loss {back.loss:.4g}"]
    slopes = slopes_by_name(back) if example is None else slopes_of_example(back, example)
    shown = float(root.locator('[data-role="product"]').get_attribute("data-value") or "nan")
    assert_equal(shown, slopes["W1[0,2]"])


def test_the_bars_are_as_long_as_the_products_of_the_examples(page_of):
    root, widget = page_of("inspector"), made("inspector")
    slide(root.locator(".player input"), 30)
    root.locator('input[value="batch"]').check()
    products = widget._recording.back(30).terms("W1", (0, 2)).per_example
    bars = root.locator(".panel .bar").evaluate_all(
        """all => all.map((bar) => [parseFloat(getComputedStyle(bar, "::before").width) || 0,
            bar.classList.contains("minus"), bar.classList.contains("none")])"""
    )
    lengths = np.array([0.0 if none else length for length, _, none in bars])
    shares = np.abs(products) / np.abs(products).max()
    np.testing.assert_allclose(lengths / lengths.max(), shares, atol=0.03)
    assert [minus for _, minus, none in bars if not none] == [bool(p < 0) for p in products if p != 0]


def test_the_curve_of_the_training(page_of):
    root, history = page_of("inspector"), made("inspector")._recording.history
    svg = root.locator(".curve svg")
    heights = svg.locator("line.grid").evaluate_all("all => all.map((one) => one.y1.baseVal.value)")
    levels = [float(text) for text in texts(svg, "text.end") if "step" not in text]
    ends = points(svg, ".loss-line.right")
    plane = Axes(((ends[0, 0], 0.0), (ends[-1, 0], float(history.steps[-1]))),
                 ((heights[0], levels[0]), (heights[-1], levels[-1])), log_y=True)  # fmt: skip
    steps, losses = plane(ends).T
    np.testing.assert_allclose(losses, history.loss[np.rint(steps).astype(int)], rtol=0.03)
    assert texts(svg, "text.start") == ["step 0"]
    assert texts(svg, "text.end")[-1] == "step 300"
    slide(root.locator(".player input"), 50)
    here = float(svg.locator(".here").get_attribute("x1") or "nan")
    np.testing.assert_allclose(plane([here, 0])[0, 0], made("inspector").state["history"]["steps"][50], atol=0.01)


# --- and nothing else ------------------------------------------------------------------------------------------------

SHARED = [".slider-value", ".slider-name", "[data-value]", ".spoken", ".ticks", ".glossary"]
READ = {  # what the tests above and those of the other browser files read, and where only names and indices stand
    "neuron": [".contours", "thead", ".beside", "figcaption", ".choices", "button.row", "p.result"],
    "cost": ["button.entry", ".choices", ".formula-line", "thead", "tbody th", "svg text.of", "figcaption", "p.result"],
    "batch": ["svg.grid", "caption", "thead", "tbody th", '[data-role="loop"]', "svg.blocks", "p.result"],
    "race": [".contours", "thead", '[data-role="stopped"]', ".optimiser"],
    "inspector": [
        ".curve",
        ".diagram",
        ".examples",
        ".panel h3",
        ".panel math",
        ".count",
        ".panel th",
        ".preview",
        ".result",
    ],
}

UNREAD = """(root, selectors) => {
    const found = [];
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const { data, parentElement } = walk.currentNode;
        if (/[0-9]/.test(data) && parentElement.getClientRects().length && !parentElement.closest(selectors.join(", ")))
            found.push(data.trim());
    }
    return found;
}"""


@pytest.mark.parametrize("name", READ)
def test_there_is_no_number_on_screen_that_no_test_reads(page_of, name):
    root = page_of(name)
    parts = ["one prediction", "sums and means", "how long a step"] if name == "cost" else [None]
    for part in parts:
        if part:
            root.get_by_role("radio", name=part).click()
        assert root.evaluate(UNREAD, SHARED + READ[name]) == []
    assert root.evaluate(UNREAD, READ[name]) != []  # the proof that numbers are seen
