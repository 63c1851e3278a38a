"""terms: the factors of one number multiply up to it, all the way down, and print as a table."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from complaints import assert_complains
from hypothesis import given
from strategies import Case, cases, make_case, property_test

import nnkit as nn
from nnkit import Recipe
from nnkit.terms import multiply
from nnkit.text import number

NETWORKS = {
    "one neuron": make_case([2, 1]),
    "2-5-1": make_case([2, 5, 1], n_examples=4),
    "3-4-1 relu": make_case([3, 4, 1], hidden="relu", output="identity", loss="squared_error_sum"),
    "softmax classes": make_case([4, 6, 5, 3], hidden=["tanh", "relu"], output="softmax", loss="cross_entropy"),
    "hidden softmax": make_case([3, 4, 3, 2], hidden=["softmax", "sigmoid"], loss="binary_cross_entropy"),
    "softmax below softmax": make_case([2, 3, 3], hidden="softmax", output="softmax", loss="squared_error"),
    "no biases": make_case([2, 3, 2], hidden="tanh", without_bias=(1, 2)),
    "one wide all the way": make_case([1, 1, 1, 1], hidden=["tanh", "sigmoid"], n_examples=1),
    "bottleneck": make_case([3, 3, 1, 3, 2], hidden="tanh"),
    "softmax of one unit": make_case([2, 2, 1, 2], hidden=["tanh", "softmax"]),
}
CLOSE = {"rtol": 1e-12, "atol": 1e-15}


def entries(net):
    """Every (name, index) of the parameters."""
    return [(name, at) for name, array in net.params.items() for at in np.ndindex(array.shape)]


def assert_terms_multiply_up(case: Case, recipe: Recipe = Recipe()):
    back = nn.backward(case.net, case.X, case.y, recipe=recipe)
    seen = {}
    for name, at in entries(case.net):
        terms = back.terms(name, at)
        product = np.ones(len(case.X))
        for factor in terms.factors:
            product = product * factor.values
        np.testing.assert_allclose(terms.per_example, product, **CLOSE)
        total = back.example_weight * product.sum()
        scale = np.abs(product).sum() * back.example_weight
        np.testing.assert_allclose(total, back.grads[name][at], rtol=1e-12, atol=1e-12 * scale + 1e-300)
        np.testing.assert_allclose(terms.value, back.grads[name][at], rtol=1e-12, atol=1e-12 * scale + 1e-300)
        assert terms.example_weight == back.example_weight
        assert_opens_to_the_bottom(terms.factors, seen)
    return back, seen


def assert_opens_to_the_bottom(factors, seen):
    """Each factor that opens is the sum of its products, and so is each factor in them; a key names one factor."""
    keys = [factor.key for factor in factors]
    assert len(set(keys)) == len(keys)
    for factor in factors:
        if factor.key in seen:
            assert (seen[factor.key].symbol, seen[factor.key].opens) == (factor.symbol, factor.opens)
            np.testing.assert_array_equal(seen[factor.key].values, factor.values)
            continue
        seen[factor.key] = factor
        products = factor.open()
        assert factor.opens == (factor.term in ("carry_back", "delta")) == bool(products)
        if products:
            total = sum(np.prod([inner.values for inner in product], axis=0) for product in products)
            scale = max(np.abs(multiply(product)).max() for product in products)
            np.testing.assert_allclose(total, factor.values, rtol=1e-12, atol=1e-12 * scale + 1e-300)
        for product in products:
            assert_opens_to_the_bottom(product, seen)


# --- the numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_every_entry_is_the_sum_of_its_products_down_to_the_bottom(name):
    case = NETWORKS[name]
    _, seen = assert_terms_multiply_up(case)
    net = case.net
    outputs = {f"loss_slope:{net.n_layers}[{k}]" for k in range(net.sizes[-1])}
    inputs = {f"input:1[{j}]" for j in range(net.sizes[0])}
    assert outputs | inputs <= set(seen)  # the bottom was reached


@property_test
@given(cases())
def test_every_entry_of_any_network(case):
    assert_terms_multiply_up(case)


def test_the_terms_of_a_planted_mistake_multiply_up_to_the_wrong_gradient():
    case = NETWORKS["bottleneck"]
    right = nn.backward(case.net, case.X, case.y)
    wrong = Recipe(
        activation_slope=lambda net, forward, y, l: 0.5 + forward.a[l],
        weight=lambda net, forward, y, l: net.params[f"W{l}"] ** 2,
        input=lambda net, forward, y, l: forward.a[l - 1] - 1,
        example_weight=lambda net, forward, y: 2.0 / len(y),
        loss_slope=lambda net, forward, y: y + forward.output,
    )
    back, _ = assert_terms_multiply_up(case, wrong)
    assert all(not np.allclose(back.grads[name], right.grads[name]) for name in right.grads)


def test_factors_hold_the_terms_of_the_backward_pass():
    case = NETWORKS["hidden softmax"]
    back = nn.backward(case.net, case.X, case.y)
    _, seen = assert_terms_multiply_up(case)
    for key, values in {
        "loss_slope:3[1]": back.loss_slope[:, 1],
        "activation_slope:3[0]": back.activation_slope[3][:, 0],
        "weight:3[2,1]": np.full(3, case.net.params["W3"][2, 1]),
        "carry_back:3[2]": back.carry_back[3][:, 2],
        "activation_slope:1[0,2]": back.activation_slope[1][:, 0, 2],
        "delta:1[2]": back.delta[1][:, 2],
        "input:2[3]": back.forward.a[1][:, 3],
        "input:1[0]": case.X[:, 0],
        "input:2": np.ones(3),
    }.items():
        np.testing.assert_array_equal(seen[key].values, values, err_msg=key)


@pytest.mark.parametrize("name", NETWORKS)
def test_z_and_a_open_what_lies_between(name):
    case = NETWORKS[name]
    back = nn.backward(case.net, case.X, case.y)
    slope_at_a = {l - 1: carried for l, carried in back.carry_back.items()} | {case.net.n_layers: back.loss_slope}
    for kind, slopes in (("z", back.delta), ("a", slope_at_a)):
        for l, slope in slopes.items():
            for k in range(case.net.sizes[l]):
                terms = back.terms(f"{kind}{l}", k)
                assert terms.name == f"{kind}{l}[{k}]"
                np.testing.assert_allclose(terms.per_example, slope[:, k], rtol=1e-12, atol=1e-15)
                assert_opens_to_the_bottom(terms.factors, {})


# --- the chain -------------------------------------------------------------------------------------------------------


def chain(terms):
    return [factor.key for factor in terms.factors]


def test_the_chain_is_flat_below_a_layer_of_one_unit():
    case = NETWORKS["2-5-1"]
    back = nn.backward(case.net, case.X, case.y)
    above = ["loss_slope:2[0]", "activation_slope:2[0]"]
    below = [*above, "weight:2[3,0]", "activation_slope:1[3]"]
    assert chain(back.terms("W1", (1, 3))) == [*below, "input:1[1]"]
    assert chain(back.terms("b1", 3)) == [*below, "input:1"]
    assert chain(back.terms("W2", (4, 0))) == [*above, "input:2[4]"]
    assert chain(back.terms("b2", 0)) == [*above, "input:2"]
    assert chain(back.terms("z1", 3)) == below
    assert chain(back.terms("a1", 3)) == below[:-1]
    assert chain(back.terms("a2", 0)) == ["loss_slope:2[0]"]
    assert [factor.symbol for factor in back.terms("W1", (1, 3)).factors] == [
        "∂Cₙ/∂a2[0]",
        "f′(z2[0])",
        "W2[3,0]",
        "f′(z1[3])",
        "a0[1]",
    ]
    assert [factor.title for factor in back.terms("b1", 3).factors][1:3] == ["activation slope", "weight"]


def test_the_chain_stops_at_a_sum_and_opens_one_floor_at_a_time():
    case = NETWORKS["bottleneck"]  # 3-3-1-3-2: a sum above layer 3, none above layer 1
    back = nn.backward(case.net, case.X, case.y)
    terms = back.terms("W1", (2, 1))
    assert chain(terms) == [
        "carry_back:3[0]",
        "activation_slope:2[0]",
        "weight:2[1,0]",
        "activation_slope:1[1]",
        "input:1[2]",
    ]
    products = terms.open("carry_back:3")
    assert [[factor.key for factor in product] for product in products] == [
        [f"delta:3[{k}]", f"weight:3[0,{k}]"] for k in range(3)
    ]
    delta = products[2][0].open()
    assert [[factor.key for factor in product] for product in delta] == [["carry_back:4[2]", "activation_slope:3[2]"]]


def test_a_softmax_opens_through_its_jacobian():
    case = NETWORKS["softmax classes"]
    terms = nn.backward(case.net, case.X, case.y).terms("W3", (4, 1))
    assert chain(terms) == ["delta:3[1]", "input:3[4]"]
    assert [[factor.key for factor in product] for product in terms.open("delta:3")] == [
        [f"loss_slope:3[{j}]", f"activation_slope:3[{j},1]"] for j in range(3)
    ]
    assert terms.open("delta:3")[2][1].symbol == "∂a3[2]/∂z3[1]"


# --- the table -------------------------------------------------------------------------------------------------------


class _Cells(HTMLParser):
    """The texts of the caption, of every cell by row, and of the footer."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.caption, self.footer, self._into = [], "", "", None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
        elif tag == "br":
            self.rows[-1][-1] += "\n"
        self._into = tag if tag != "br" else self._into

    def handle_data(self, data):
        if self._into in ("th", "td"):
            self.rows[-1][-1] += data
        elif self._into == "caption":
            self.caption += data
        elif self._into == "p":
            self.footer += data


def read(text):
    """Formula, symbols, rows of numbers and footer of the text form."""
    formula, table, footer = text.split("\n\n")
    _, symbols, _, *rows = table.splitlines()
    return formula, symbols.split(), [row.split() for row in rows], footer


@pytest.mark.parametrize("name", NETWORKS)
def test_text_and_html_hold_every_symbol_and_number(name):
    case = NETWORKS[name]
    back = nn.backward(case.net, case.X, case.y)
    for param, at in entries(case.net):
        terms = back.terms(param, at)
        formula, symbols, rows, footer = read(str(terms))
        assert symbols == [factor.symbol for factor in terms.factors]
        for n, row in enumerate(rows):
            values = [factor.values[n] for factor in terms.factors]
            assert row == [str(n), *map(number, values), number(np.prod(values))]
            np.testing.assert_allclose([float(cell) for cell in row[1:-1]], values, rtol=5e-6)
        assert len(rows) == len(case.X)
        assert formula.endswith(" · ".join(symbols))
        assert formula.startswith(f"∂C/∂{terms.name} = ")
        assert footer.startswith(f"∂C/∂{terms.name} = ")
        assert float(footer.split(" = ")[-1]) == pytest.approx(back.grads[param][at], rel=5e-6, abs=1e-15)
        cells = _Cells(terms._repr_html_())
        assert (cells.caption, cells.footer) == (formula, footer)
        titles = [f"{factor.title}\n{factor.symbol}" for factor in terms.factors]
        assert cells.rows == [["example", *titles, "product"], *rows]
        assert repr(terms) == str(terms)


def test_the_whole_table_by_hand():
    net = nn.Network.from_params({"W1": [[2.0]], "b1": [1.0]}, output="identity")
    terms = nn.backward(net, [[1.0], [-3.0]], [[0.0], [-5.5]]).terms("W1", (0, 0))
    assert str(terms).splitlines() == [
        "∂C/∂W1[0,0] = 1/2 · Σₙ ∂Cₙ/∂a1[0] · f′(z1[0]) · a0[0]",
        "",
        "example      loss slope    activation slope    input    product",
        "             ∂Cₙ/∂a1[0]           f′(z1[0])    a0[0]",
        "---------  ------------  ------------------  -------  ---------",
        "0                     3                   1        1          3",
        "1                   0.5                   1       -3       -1.5",
        "",
        "∂C/∂W1[0,0] = 1/2 · 1.5 = 0.75",
    ]


@pytest.mark.parametrize("name", ["3-4-1 relu", "one wide all the way"])
def test_a_sum_and_a_single_example_have_no_1_over_n(name):
    case = NETWORKS[name]
    terms = nn.backward(case.net, case.X, case.y).terms("b2", 0)
    assert terms.formula.startswith("∂C/∂b2[0] = Σₙ ∂Cₙ")
    assert not re.search(r"1/\d", str(terms))


# --- the door --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("param", ["W3", "b0", "z0", "a3", "w1", "", "dW1", "delta1"])
def test_a_wrong_name(param):
    back = nn.backward(NETWORKS["2-5-1"].net, *nn.datasets.xor())
    assert_complains(
        ValueError,
        lambda: back.terms(param, 0),
        f"back.terms: param is {param!r}; expected one of 'W1', 'b1', 'W2', 'b2', 'a0', 'a1', 'a2', 'z1', 'z2'.",
        "This is Network [2, 5, 1]",
    )


def test_a_bias_that_is_not_there():
    case = NETWORKS["no biases"]
    back = nn.backward(case.net, case.X, case.y)
    assert_complains(ValueError, lambda: back.terms("b1", 0), "param is 'b1'; expected one of 'W1', 'W2', 'a0'")


@pytest.mark.parametrize(
    ("param", "index", "expected"),
    [
        ("W1", (2, 0), "2 whole numbers, one place in W1 of shape (2, 5)"),
        ("W1", (0, 5), "2 whole numbers, one place in W1 of shape (2, 5)"),
        ("W1", (-1, 0), "2 whole numbers, one place in W1 of shape (2, 5)"),
        ("W1", 0, "2 whole numbers, one place in W1 of shape (2, 5)"),
        ("W1", (0, 0, 0), "2 whole numbers, one place in W1 of shape (2, 5)"),
        ("W1", (), "2 whole numbers, one place in W1 of shape (2, 5)"),
        ("b1", 5, "1 whole number, one place in b1 of shape (5,)"),
        ("b1", (0, 1), "1 whole number, one place in b1 of shape (5,)"),
        ("z2", 1, "1 whole number, one place in z2 of shape (1,)"),
        ("a0", 2, "1 whole number, one place in a0 of shape (2,)"),
    ],
)
def test_a_wrong_index(param, index, expected):
    back = nn.backward(NETWORKS["2-5-1"].net, *nn.datasets.xor())
    assert_complains(
        ValueError,
        lambda: back.terms(param, index),
        f"back.terms: index is {index!r}; expected {expected}.",
        "both count from 0",
    )


@pytest.mark.parametrize("index", [2, (2,), [2], np.array([2]), np.int64(2)])
def test_an_index_of_a_bias_may_be_a_number_or_a_sequence(index):
    back = nn.backward(NETWORKS["2-5-1"].net, *nn.datasets.xor())
    assert back.terms("b1", index).name == "b1[2]"


def test_opening_what_is_no_sum():
    case = NETWORKS["bottleneck"]
    terms = nn.backward(case.net, case.X, case.y).terms("W1", (0, 0))
    for term in ("weight:2", "carry_back:4", "carry_back", ""):
        assert_complains(
            ValueError,
            lambda term=term: terms.open(term),
            f"terms.open: term is {term!r}; expected 'carry_back:3'.",
            "sum over the units of a layer",
        )
    flat = nn.backward(NETWORKS["one neuron"].net, *nn.datasets.xor()).terms("b1", 0)
    assert_complains(ValueError, lambda: flat.open("delta:1"), "expected nothing: no factor here is a sum.")
    assert [factor.open() for factor in flat.factors] == [(), (), ()]


# --- once wrong, mended since ----------------------------------------------------------------------------------------


def test_the_footer_of_a_planted_example_weight_is_a_true_equation():
    recipe = replace(Recipe(), example_weight=lambda net, forward, y: len(y) ** -2.0)
    terms = nn.backward(NETWORKS["2-5-1"].net, *nn.datasets.xor(), recipe=recipe).terms("b2", 0)
    weight, total, value = re.fullmatch(r"\S+ = (\S+) · (\S+) = (\S+)", terms._footer).groups()
    assert float(weight) * float(total) == pytest.approx(float(value), rel=1e-5)


@pytest.mark.parametrize("index", [1.7, "ab", None, ((0, 1),)])
def test_an_index_that_is_no_whole_number_is_refused_at_the_door(index):
    """1.7 is silently taken for 1; text, None and nested indices raise errors that name no argument."""
    back = nn.backward(NETWORKS["2-5-1"].net, *nn.datasets.xor())
    assert_complains(ValueError, lambda: back.terms("b1", index), "back.terms: index is ", "whole number")
