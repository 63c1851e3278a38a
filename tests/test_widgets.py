"""widgets: the inspector's numbers, its text form, its door, and the joining of its modules; all without a browser."""

import json
import re
import subprocess
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from complaints import assert_complains
from inspected import array, unpacked
from IPython.core.formatters import DisplayFormatter
from strategies import Case, make_case

import nnkit as nn
import nnkit.widgets.bundle as bundling
from nnkit.text import number, place
from nnkit.widgets.inspector import MOST_EXAMPLES, Inspector
from nnkit.widgets.shell import Shell
from nnkit.widgets.slopes import ROUNDING, relative_error
from nnkit.widgets.state import BUDGET, record

CASES = {
    "one output": lambda: make_case([2, 5, 1], n_examples=4),
    "three inputs": lambda: make_case([3, 4, 1], n_examples=8, hidden="tanh", loss="binary_cross_entropy"),
    "no biases": lambda: make_case([3, 4, 1], without_bias=(1, 2), n_examples=8),
    "some biases": lambda: make_case([3, 4, 2], without_bias=(1,), n_examples=5),
    "softmax": lambda: make_case([4, 6, 5, 3], output="softmax", loss="cross_entropy", n_examples=5),
    "softmax inside": lambda: make_case([3, 4, 3, 2], hidden=("softmax", "tanh"), n_examples=3),
    "summed": lambda: make_case([3, 4, 2], loss="squared_error_sum", n_examples=3),
    "one neuron, one example": lambda: make_case([2, 1], n_examples=1),
}
every_case = pytest.mark.parametrize("name", CASES)


@cache
def case(name: str) -> Case:
    return CASES[name]()


@cache
def backward(name: str) -> nn.BackwardPass:
    net, X, y = (getattr(case(name), part) for part in ("net", "X", "y"))
    return nn.backward(net, X, y)


@cache
def recording(name: str, recipe: nn.Recipe = nn.Recipe()):
    return record(case(name).net, case(name).X, case(name).y, recipe)


def state_of(found) -> dict:
    """What the browser reads out of the first row of a recording."""
    state = found.state()
    weight = {"example_weight": float(array(state, found.rows[0], "example_weight"))}
    return state | weight | unpacked(state, found.rows[0])


@cache
def state(name: str) -> dict:
    return state_of(recording(name))


def expected_gradients(back: nn.BackwardPass) -> dict[str, float]:
    """The batch gradient of every parameter and every unit by its name, from the arrays of the backward pass."""
    slopes = dict(back.grads)
    slopes |= {f"z{l}": back.example_weight * delta.sum(axis=0) for l, delta in back.delta.items()}
    slopes["a0"] = back.example_weight * back.carry_back[1].sum(axis=0)
    return {f"{name}{place(at)}": slope[at] for name, slope in slopes.items() for at in np.ndindex(slope.shape)}


def product(factors: dict, keys: list[str]) -> np.ndarray:
    """The product of the factors with these keys, example by example."""
    return np.prod([factors[key]["values"] for key in keys], axis=0)


def assert_equal(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


# --- the numbers -----------------------------------------------------------------------------------------------------


@every_case
def test_the_batch_sum_is_the_gradient_of_every_parameter_and_unit(name):
    numbers = state(name)["numbers"]
    expected = expected_gradients(backward(name))
    assert set(numbers) == set(expected)
    for at, entry in numbers.items():
        assert_equal(entry["batch"], expected[at])
        assert entry["param"] + place(entry["index"]) == at


@every_case
def test_the_product_of_one_example_is_the_gradient_of_that_example_alone(name):
    net, X, y = (getattr(case(name), part) for part in ("net", "X", "y"))
    for n in range(len(X)):
        alone = expected_gradients(nn.backward(net, X[[n]], y[[n]]))
        for at, entry in state(name)["numbers"].items():
            assert_equal(entry["per_example"][n], alone[at])


@every_case
def test_the_factors_multiply_to_the_product_and_the_products_add_up_to_the_batch(name):
    drawn = state(name)
    for entry in drawn["numbers"].values():
        assert_equal(product(drawn["factors"], entry["factors"]), entry["per_example"])
        assert_equal(drawn["example_weight"] * sum(entry["per_example"]), entry["batch"])


@every_case
def test_a_factor_with_products_inside_is_their_sum(name):
    factors = state(name)["factors"]
    for factor in factors.values():
        if factor["products"]:
            assert_equal(sum(product(factors, keys) for keys in factor["products"]), factor["values"])


def test_every_factor_can_be_reached_and_the_sums_have_a_product_for_each_unit_above():
    drawn = state("softmax")
    used = {key for entry in drawn["numbers"].values() for key in entry["factors"]}
    used |= {key for factor in drawn["factors"].values() for keys in factor["products"] for key in keys}
    assert used == set(drawn["factors"])
    assert len(drawn["factors"]["carry_back:2[0]"]["products"]) == 5
    assert len(drawn["factors"]["carry_back:3[0]"]["products"]) == 3
    assert drawn["factors"]["delta:3[1]"]["products"] == [
        [f"loss_slope:3[{j}]", f"activation_slope:3[{j},1]"] for j in range(3)
    ]


@every_case
def test_the_numeric_slopes_agree(name):
    for at, entry in state(name)["numbers"].items():
        np.testing.assert_allclose(entry["numeric"]["batch"], entry["batch"], rtol=1e-6, atol=1e-9, err_msg=at)
        np.testing.assert_allclose(entry["numeric"]["per_example"], entry["per_example"], rtol=1e-6, atol=1e-9)


def test_the_numeric_slopes_know_nothing_of_the_backward_pass():
    planted = replace(nn.Recipe(), loss_slope=lambda net, forward, y: 2 * (forward.output - y))
    wrong = state_of(recording("one output", planted))["numbers"]
    for at, entry in state("one output")["numbers"].items():
        assert wrong[at]["numeric"] == entry["numeric"]
        assert wrong[at]["batch"] == pytest.approx(2 * entry["batch"])
        assert wrong[at]["relative_error"]["batch"] == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize(
    ("analytic", "numeric", "error"),
    [
        (2.0, 1.0, 0.5),
        (1.0, 2.0, 0.5),
        (-1.0, 1.0, 2.0),
        (0.0, 3.0, 1.0),
        (1.0, 1.0, 0.0),
        (0.0, 0.0, 0.0),
        (0.0, ROUNDING / 2, 0.0),
        (3 * ROUNDING, 0.0, 1.0),
    ],
)
def test_relative_error_is_the_difference_over_the_larger(analytic, numeric, error):
    assert relative_error(np.array(analytic), np.array(numeric)) == pytest.approx(error)


@every_case
def test_the_relative_errors_belong_to_the_numbers_beside_them(name):
    for entry in state(name)["numbers"].values():
        for side in ("batch", "per_example"):
            expected = relative_error(np.array(entry[side]), np.array(entry["numeric"][side]))
            np.testing.assert_array_equal(entry["relative_error"][side], expected)


@every_case
def test_the_rest_of_the_state_is_the_forward_pass(name):
    drawn, back = state(name), backward(name)
    row = recording(name).rows[0]
    assert drawn["sizes"] == list(back.net.sizes)
    assert drawn["activations"] == [activation.name for activation in back.net.activations]
    assert drawn["loss"] == back.net.loss_function.name
    assert_equal(array(drawn, row, "loss"), back.net.loss_per_example(case(name).X, back.y))
    assert_equal(array(drawn, row, "cost"), back.loss)
    assert_equal(drawn["y"], case(name).y)
    for l, a in back.forward.a.items():
        assert_equal(array(drawn, row, f"a:{l}"), a)
        assert_equal(array(drawn, row, f"mean:{l}"), a.mean(axis=0))
    for entry in drawn["numbers"].values():
        is_parameter = entry["param"] in back.net.params
        assert entry["value"] == (back.net.params[entry["param"]][tuple(entry["index"])] if is_parameter else None)


@every_case
def test_the_gradient_in_proportion_to_the_weight_is_missing_where_the_weight_is_zero(name):
    drawn, back = state(name), backward(name)
    for param, weights in back.net.params.items():
        ratio = array(drawn, recording(name).rows[0], f"ratio:{param}")
        assert_equal((ratio * weights)[weights != 0], back.grads[param][weights != 0])
        assert np.isnan(ratio[weights == 0]).all()


@every_case
def test_the_state_is_plain_json(name):
    drawn = recording(name).state()
    assert json.loads(json.dumps(drawn, allow_nan=False)) == drawn


def test_the_rows_keep_every_bit_of_a_number():
    inspector = inspect(select="W1[0,2]")
    (row,) = np.frombuffer(inspector.rows, "<f8").reshape(1, -1)
    for param, values in case("one output").net.params.items():
        np.testing.assert_array_equal(array(inspector.state, row, f"value:{param}"), values)


@pytest.mark.parametrize(
    ("sizes", "n_examples"), [([12] * 7, 32), ([64, 30, 10], 16), ([2, 5, 2], 4), ([400, 25, 10], 1)]
)
def test_what_travels_is_bounded(sizes, n_examples):
    large = make_case(sizes, hidden="softmax", output="softmax", n_examples=n_examples)
    inspector = nn.widgets.inspect(large.net, large.X, large.y)
    assert len(inspector.rows) <= BUDGET
    assert len(json.dumps(inspector.state, allow_nan=False)) < 40_000


# --- the text form ---------------------------------------------------------------------------------------------------


def inspect(name: str = "one output", **options) -> Inspector:
    return nn.widgets.inspect(case(name).net, case(name).X, case(name).y, **options)


@pytest.mark.parametrize("select", ["W1[0,2]", "b1[3]", "z1[0]", "a0[1]", "W2[4,0]"])
def test_the_table_holds_the_formula_every_factor_every_product_and_the_sum(select):
    inspector = inspect()
    text, drawn = inspector.table(select), state("one output")
    entry = drawn["numbers"][select]
    assert text.startswith(f"∂C/∂{select} = 1/4 · Σₙ ")
    for n, value in enumerate(entry["per_example"]):
        cells = [drawn["factors"][key]["values"][n] for key in entry["factors"]]
        row = [str(n), *map(number, cells), number(value)]
        assert row in [line.split() for line in text.splitlines()]
    assert text.endswith(
        f"∂C/∂{select} = 1/4 · {number(sum(entry['per_example']))} = {number(entry['batch'])}\n"
        "The central difference agrees."
    )


def test_the_table_says_so_when_the_numeric_slope_disagrees():
    net, X, y = (getattr(case("one output"), part) for part in ("net", "X", "y"))
    planted = replace(nn.Recipe(), loss_slope=lambda net, forward, y: forward.output)
    inspector = nn.widgets.inspect(net, X, y, select="W2[0,0]", recipe=planted)
    numeric = state_of(record(net, X, y, planted))["numbers"]["W2[0,0]"]["numeric"]["batch"]
    assert inspector.table().endswith(f"The central difference DISAGREES: it is {number(numeric)}.")


def test_the_table_without_a_name_is_of_what_is_open_at_first():
    inspector = inspect(select="b1[2]")
    assert inspector.table() == inspector.table("b1[2]")
    assert inspector.table() != inspector.table("b1[3]")


def test_repr_names_the_network_and_holds_the_whole_table():
    inspector = inspect(select="W1[0,2]")
    assert repr(inspector) == f"Inspector of {case('one output').net!r}, 4 examples\n\n{inspector.table()}"
    assert str(inspector) == repr(inspector)
    assert not re.search(r"0x[0-9a-f]{6}", repr(inspector))


def test_a_notebook_stores_the_widget_and_beside_it_the_whole_text():
    """What IPython makes of the widget; ipywidgets alone would cut the text at 110 characters."""
    inspector = inspect(select="W1[0,2]")
    data, _ = DisplayFormatter().format(inspector)
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == inspector.model_id
    assert data["text/plain"] == repr(inspector)
    assert len(data["text/plain"]) > 500


# --- what the browser gets -------------------------------------------------------------------------------------------


def test_the_traits_hold_the_state_the_start_and_the_bundle():
    inspector = inspect(select="b2[0]", example=3)
    sent = inspector.get_state()
    assert sent["state"] == recording("one output").state()
    assert sent["rows"] == recording("one output").rows.tobytes()
    assert sent["start"] == {"select": "b2[0]", "example": 3}
    assert sent["_esm"] == bundling.bundle("inspector.mjs")
    assert ".nnkit" in sent["_css"]


@pytest.mark.parametrize("trait", ["state", "start", "rows", "answer", "answered"])
def test_the_traits_are_read_only(trait):
    inspector = inspect()
    with pytest.raises(Exception, match="read-only"):
        setattr(inspector, trait, {})


@pytest.mark.parametrize("typed", ["W1[0, 2]", " W1[0,2] ", "W1 [ 0 , 2 ]", "W1[0,\t2]"])
def test_select_may_hold_spaces(typed):
    assert inspect(select=typed).start["select"] == "W1[0,2]"
    assert inspect().table(typed) == inspect().table("W1[0,2]")


@pytest.mark.parametrize("example", [None, 0, 3, np.int64(3)])
def test_example_may_be_any_row_or_none(example):
    assert json.loads(json.dumps(inspect(example=example).start)) == {"select": "W1[0,0]", "example": example}


def test_inspecting_changes_neither_the_network_nor_the_data():
    fresh = CASES["one output"]()
    nn.widgets.inspect(fresh.net, fresh.X, fresh.y)
    for name, values in case("one output").net.params.items():
        np.testing.assert_array_equal(fresh.net.params[name], values)
    np.testing.assert_array_equal(fresh.X, case("one output").X)
    np.testing.assert_array_equal(fresh.y, case("one output").y)


# --- the door --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("net", [None, {"W1": np.ones((2, 1))}, np.ones((2, 1)), nn.Network])
def test_a_net_that_is_no_network_is_named(net):
    assert_complains(
        ValueError,
        lambda: nn.widgets.inspect(net, [[0, 1]], [[1]]),
        f"inspect: net is a {type(net).__name__}; expected a Network.",
        "Network.from_params",
    )


def test_a_network_with_more_numbers_than_a_page_can_hold_is_named():
    large = make_case([784, 30, 10], n_examples=2)
    assert_complains(
        ValueError,
        lambda: nn.widgets.inspect(large.net, large.X, large.y),
        "inspect: net makes ",
        f"expected at most {BUDGET // 1000} kB",
        "nn.backward(...).terms(...)",
    )


def test_examples_that_do_not_fit_are_told_how_many_do():
    large = make_case([64, 30, 10], n_examples=32)
    with pytest.raises(ValueError, match=r"X makes \d+ kB of terms with 32 examples") as caught:
        nn.widgets.inspect(large.net, large.X, large.y)
    fitting = int(re.search(r"Look at (\d+) of the examples", str(caught.value))[1])
    assert 10 < fitting < 32
    nn.widgets.inspect(large.net, large.X[:fitting], large.y[:fitting])
    with pytest.raises(ValueError, match=f"Look at {fitting} of the examples"):
        nn.widgets.inspect(large.net, large.X[: fitting + 1], large.y[: fitting + 1])


def test_too_many_examples_are_counted():
    many = make_case([2, 1], n_examples=MOST_EXAMPLES + 1)
    assert_complains(
        ValueError,
        lambda: nn.widgets.inspect(many.net, many.X, many.y),
        "inspect: X has 33 examples; expected at most 32.",
        "inspect(net, X[:32], y[:32])",
    )
    most = nn.widgets.inspect(many.net, many.X[:MOST_EXAMPLES], many.y[:MOST_EXAMPLES])
    assert len(most.state["y"]) == MOST_EXAMPLES


WRONG_NAMES = ["W1[5,0]", "W1[2,0]", "W3[0,0]", "W1", "w1[0,2]", "W1[0,-1]", "a1[0]", "", 3, None]


@pytest.mark.parametrize("select", WRONG_NAMES)
def test_a_wrong_name_is_quoted_beside_two_right_ones(select):
    assert_complains(
        ValueError,
        lambda: inspect(select=select),
        f"inspect: select is {select!r}; expected a name from the diagram",
        '"W1[0,0]" or "z2[0]"',
        "[2, 5, 1]",
        "layers count from 1, units from 0",
    )


@pytest.mark.parametrize("select", [name for name in WRONG_NAMES if name])  # nothing is what is open at first
def test_the_table_has_the_same_door(select):
    assert_complains(ValueError, lambda: inspect().table(select), f"select is {select!r}; expected a name")


def test_a_bias_that_is_not_there_cannot_be_selected():
    assert_complains(ValueError, lambda: inspect("no biases", select="b1[0]"), "select is 'b1[0]'")


@pytest.mark.parametrize("example", [4, -1, "0", 1.5, [1], True, np.array([1, 2])], ids=repr)
def test_a_wrong_example_is_quoted(example):
    assert_complains(
        ValueError,
        lambda: inspect(example=example),
        f"inspect: example is {example!r}; expected None or a row of X, 0 to 3.",
    )


@pytest.mark.parametrize(
    ("X", "y", "kind", "says"),
    [
        ([[0, 1, 2]], [[1]], nn.ShapeError, "X has shape (1, 3); expected (N, 2)"),
        ([0, 1], [[1]], nn.ShapeError, "X has shape (2,); expected (N, 2)"),
        ([[0, 1]], [1], nn.ShapeError, "y has shape (1,); expected (1, 1)"),
        ([[0, 1]], [[1], [0]], nn.ShapeError, "y has shape (2, 1); expected (1, 1)"),
        ([[0, np.nan]], [[1]], ValueError, "X has nan at X[0, 1]; expected finite numbers only"),
        ([["a", "b"]], [[1]], ValueError, "X is [['a', 'b']]; expected an array of real numbers"),
    ],
)
def test_x_and_y_that_do_not_fit_are_named(X, y, kind, says):
    assert_complains(kind, lambda: nn.widgets.inspect(case("one output").net, X, y), says)


# --- the bundle ------------------------------------------------------------------------------------------------------

MODULES = {
    "entry.mjs": 'import { twice } from "./twice.mjs";\nimport { ONE } from "./one.mjs";\n'
    "const hidden = 3;\nexport default { answer: () => twice(ONE) + hidden };\n",
    "twice.mjs": 'import { ONE, double } from "./one.mjs";\n'
    "const hidden = 100;\nexport function twice(x) {\n  return double(x) + hidden * (ONE - 1);\n}\n",
    "one.mjs": "const hidden = 1;\nexport const ONE = hidden;\nexport const double = (x) => 2 * x;\n",
}


@pytest.fixture
def static(tmp_path, monkeypatch):
    """Write modules into a folder of their own and bundle from there."""
    monkeypatch.setattr(bundling, "STATIC", tmp_path)
    bundling.bundle.cache_clear()

    def write(modules: dict[str, str]) -> None:
        for name, source in modules.items():
            (tmp_path / name).write_text(source, encoding="utf-8")

    yield write
    bundling.bundle.cache_clear()


def imported_from(name: str) -> set[str]:
    """The modules that `name` needs, itself among them, found without the bundler."""
    found, open_ = set(), [name]
    while open_:
        found.add(module := open_.pop())
        source = (bundling.STATIC / module).read_text(encoding="utf-8")
        open_ += set(re.findall(r'from\s+"\./([^"]+)"', source)) - found
    return found


def entries() -> list[str]:
    """The modules that anywidget is given: those with an `export default`."""
    modules = sorted(bundling.STATIC.glob("*.mjs"))
    return [path.name for path in modules if "\nexport default" in path.read_text(encoding="utf-8")]


def run_node(node: str, *arguments: str, source: str | None = None) -> str:
    """What node prints; its complaint when it fails."""
    done = subprocess.run(
        [node, *arguments], input=source, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_bundle_joins_each_module_once_before_those_that_need_it(static):
    static(MODULES)
    text = bundling.bundle("entry.mjs")
    places = [text.index(f"const module_{name}_mjs = ") for name in ("one", "twice")]
    assert places == sorted(places)
    assert text.count("const ONE = hidden") == 1
    assert text.rstrip().endswith("export default { answer: () => twice(ONE) + hidden };")


def test_bundle_runs_and_keeps_the_modules_private_names_apart(static, node, tmp_path):
    static(MODULES)
    joined = tmp_path / "joined.mjs"
    joined.write_text(bundling.bundle("entry.mjs"), encoding="utf-8")
    script = f"import widget from {json.dumps(joined.as_uri())}; console.log(widget.answer());"
    assert run_node(node, "--input-type=module", source=script).strip() == "5"


@pytest.mark.parametrize(
    ("modules", "circle"),
    [
        ({"a.mjs": "b.mjs", "b.mjs": "a.mjs"}, "a.mjs imports b.mjs imports a.mjs"),
        ({"a.mjs": "a.mjs"}, "a.mjs imports a.mjs"),
        ({"a.mjs": "b.mjs", "b.mjs": "c.mjs", "c.mjs": "b.mjs"}, "b.mjs imports c.mjs imports b.mjs"),
    ],
)
def test_modules_that_import_in_a_circle_are_named(static, modules, circle):
    static({name: f'import {{ x }} from "./{other}";\nexport const x = 1;\n' for name, other in modules.items()})
    assert_complains(ValueError, lambda: bundling.bundle("a.mjs"), circle, "must not import in a circle")


def test_an_import_of_nothing_fails(static):
    static({"a.mjs": 'import { x } from "./missing.mjs";\n'})
    with pytest.raises(FileNotFoundError, match=r"missing\.mjs"):
        bundling.bundle("a.mjs")


@pytest.mark.parametrize("entry", entries())
def test_a_bundle_has_no_import_and_one_export_and_every_module_it_needs(entry):
    text = bundling.bundle(entry)
    assert not re.findall(r"^\s*import\b.*", text, re.MULTILINE)
    assert re.findall(r"^[ \t]*export\b.*", text, re.MULTILINE) == ["export default { render };"]
    assert set(re.findall(r"^const module_(\w+)_mjs = ", text, re.MULTILINE)) == {
        name.removesuffix(".mjs") for name in imported_from(entry) - {entry}
    }


def test_every_module_in_static_is_needed_by_a_widget():
    assert "inspector.mjs" in entries()
    assert {path.name for path in bundling.STATIC.glob("*.mjs")} == set().union(*map(imported_from, entries()))


@pytest.mark.parametrize("entry", entries())
def test_node_reads_the_bundle_and_finds_a_render_function(entry, node, tmp_path):
    joined = tmp_path / entry
    joined.write_text(bundling.bundle(entry), encoding="utf-8")
    run_node(node, "--check", str(joined))
    script = f"import widget from {json.dumps(joined.as_uri())}; console.log(typeof widget.render);"
    assert run_node(node, "--input-type=module", source=script).strip() == "function"


def test_every_widget_has_the_text_form_of_the_shell():
    """One place says what print, nbval and a notebook that was just opened show."""
    widgets = [one for one in vars(nn.widgets).values() if isinstance(one, type)]
    assert len(widgets) == 6
    for widget in widgets:
        assert issubclass(widget, Shell)
        for name in ("__repr__", "_repr_mimebundle_"):
            assert getattr(widget, name) is getattr(Shell, name)


@pytest.mark.parametrize(("sheet", "scope"), [("inspector.css", ".nnkit-inspector"), ("views.css", ".nnkit-view")])
def test_a_style_sheet_touches_its_own_widgets_only(sheet, scope):
    """All sheets end up on one page, where the inspector and the four views may stand side by side."""
    text = re.sub(r"/\*.*?\*/", "", bundling.styles(sheet), flags=re.DOTALL)
    selectors = [one.strip() for found in re.findall(r"(?:^|[{}])\s*([^{}@]+)\{", text) for one in found.split(",\n")]
    assert len(selectors) > 50
    assert [
        one for one in selectors if not re.match(rf"(\[data-jp-theme-light=\S+\] )?{re.escape(scope)}\b", one)
    ] == []
