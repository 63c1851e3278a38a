"""widgets.batch: every product, the loop beside the matrices, the eight orders, the text form and the door."""

import json

import numpy as np
import pytest
from complaints import assert_complains
from IPython.core.formatters import DisplayFormatter
from strategies import make_case
from unpacking import unpack

import nnkit as nn
from nnkit.text import number
from nnkit.widgets.batch_state import orders, product_of

CASES = {
    "notebook 04": lambda: make_case([3, 4, 2], hidden="relu", output="softmax", loss="cross_entropy", n_examples=5),
    "xor": lambda: make_case([2, 5, 1], n_examples=4),
    "summed": lambda: make_case([3, 2], loss="squared_error_sum", n_examples=6),
    "three layers": lambda: make_case([2, 3, 4, 1], n_examples=5),
    "one example": lambda: make_case([2, 3], n_examples=1),
}
LAYERS = [(name, l) for name, n in zip(CASES, (2, 2, 1, 3, 1)) for l in range(1, n + 1)]
every_layer = pytest.mark.parametrize(("name", "layer"), LAYERS)


def batch(name, **options):
    case = CASES[name]()
    return nn.widgets.batch(case.net, case.X, case.y, **options)


def backward(name):
    case = CASES[name]()
    return nn.backward(case.net, case.X, case.y)


def assert_equal(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-14)


# --- the numbers -----------------------------------------------------------------------------------------------------


@every_layer
def test_the_product_is_the_gradient_of_the_layer(name, layer):
    widget, back = batch(name, layer=layer), backward(name)
    arrays = {key: unpack(widget, where) for key, where in widget.state["arrays"].items()}
    assert_equal(arrays["a"], back.forward.a[layer - 1])
    assert_equal(arrays["delta"], back.delta[layer])
    assert_equal(arrays["dW"], back.grads[f"W{layer}"])
    assert_equal(arrays["sum"] * widget.state["weight"], arrays["dW"])


@every_layer
def test_each_cell_is_the_sum_of_its_products_and_each_product_that_of_one_example(name, layer):
    widget, case = batch(name, layer=layer), CASES[name]()
    products, sums = (unpack(widget, widget.state["arrays"][key]) for key in ("products", "sum"))
    assert_equal(products.sum(axis=0), sums)
    for n in range(len(case.X)):
        alone = nn.backward(case.net, case.X[[n]], case.y[[n]])
        assert_equal(products[n], alone.grads[f"W{layer}"] / alone.example_weight)


@every_layer
def test_the_loop_adds_example_by_example_and_arrives_at_the_product(name, layer):
    widget = batch(name, layer=layer)
    arrays = {key: unpack(widget, where) for key, where in widget.state["arrays"].items()}
    running = arrays["running"]
    assert not running[0].any()
    assert_equal(np.diff(running, axis=0), arrays["products"])
    assert_equal(running[-1], arrays["sum"])
    assert widget.state["difference"] == np.abs(running[-1] - arrays["sum"]).max() < 1e-13


@every_layer
def test_the_sizes_have_the_letters_of_the_layer(name, layer):
    sizes = CASES[name]().net.sizes
    n, below, above = batch(name, layer=layer).state["letters"]
    assert (n, below) == ("N", "D" if layer == 1 else "H")
    assert (above == "K") is (layer == len(sizes) - 1)
    assert below != above


def test_a_planted_mistake_is_in_the_product():
    right, wrong = batch("xor"), batch("xor", recipe=nn.mistakes.plant("scale"))
    assert_equal(unpack(wrong, wrong.state["arrays"]["dW"]), 2 * unpack(right, right.state["arrays"]["dW"]))


# --- the eight orders ------------------------------------------------------------------------------------------------


def evaluated(order, product, layout):
    """What NumPy makes of the code of an order; None when it raises."""
    turn = np.transpose if layout == "columns" else np.asarray
    try:
        return eval(order.code, {"a": turn(product.a), "delta": turn(product.delta)})
    except ValueError:
        return None


def coincidence(n, d, h):
    """The product of a layer with these sizes, which may agree by accident."""
    case = make_case([d, h], n_examples=n, seed=n + d + h)
    return product_of(nn.backward(case.net, case.X, case.y), 1)


SIZES = [(5, 4, 2), (2, 4, 2), (5, 4, 4), (4, 4, 4), (4, 4, 2), (1, 2, 3), (6, 1, 1)]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_every_order_does_what_is_said_of_it(sizes, layout):
    product = coincidence(*sizes)
    found = orders(product, layout)
    assert len({order.code for order in found}) == 8
    wanted = product.sum.T if layout == "columns" else product.sum
    for order in found:
        result = evaluated(order, product, layout)
        assert order.runs is (result is not None)
        assert order.result == (None if result is None else result.shape)
        assert order.right is (result is not None and result.shape == wanted.shape and np.allclose(result, wanted))
        assert order.runs is not order.verdict.startswith("does not fit")
    assert found[0].right and found[0].code == ("delta @ a.T" if layout == "columns" else "a.T @ delta")
    assert found[0].verdict.startswith("fits: it adds over N, the examples, and has the shape of W")


def test_with_unequal_sizes_one_order_fits_and_with_equal_ones_all_run():
    fit = [order for order in orders(coincidence(5, 4, 2)) if order.result == (4, 2)]
    assert [order.code for order in fit] == ["a.T @ delta"]
    assert sum(order.runs for order in orders(coincidence(5, 4, 2))) == 2
    equal = orders(coincidence(4, 4, 4))
    assert (sum(order.runs for order in equal), sum(order.right for order in equal)) == (8, 1)


def test_the_verdicts_name_the_sizes_that_meet():
    verdicts = {order.code: order.verdict for order in orders(coincidence(5, 4, 2))}
    assert verdicts["a @ delta"] == "does not fit: D = 4 meets N = 5"
    assert verdicts["delta.T @ a"] == "runs, but it is dW turned over: (K, D), and W is (D, K)"
    verdicts = {order.code: order.verdict for order in orders(coincidence(4, 4, 2))}
    assert verdicts["a @ delta"] == (
        "runs by accident, because D = N = 4; it has the shape of W, but the wrong numbers"
    )
    square = {order.code: order.verdict for order in orders(coincidence(5, 4, 4))}
    assert square["delta.T @ a"].endswith("The two shapes are equal here, so nothing complains")


# --- the widget ------------------------------------------------------------------------------------------------------


def test_the_state_is_small_and_holds_the_orders_of_both_layouts():
    widget = batch("notebook 04")
    assert len(json.dumps(widget.state, allow_nan=False)) < 5000
    for layout in ("rows", "columns"):
        codes = [order["code"] for order in widget.state["orders"][layout]]
        assert codes == [order.code for order in orders(widget._product, layout)]
    assert len(widget.numbers) == 8 * sum(np.prod(where["shape"]) for where in widget.state["arrays"].values())


def test_the_digits_of_notebook_04_are_exported_in_less_than_a_megabyte(tmp_path):
    (X, y), _ = nn.datasets.digits()
    net = nn.Network.create([64, 20, 10], hidden="relu", output="softmax", loss="cross_entropy", rng=0)
    widget = nn.widgets.batch(net, X[:31], y[:31], layer=1)
    assert nn.widgets.export_html(widget, tmp_path / "page.html").stat().st_size < 1_000_000
    assert_complains(
        ValueError,
        lambda: nn.widgets.batch(net, X[:32], y[:32], layer=1),
        "batch: X makes a product of 64 × 32 and 32 × 20 in layer 1; expected no side above 64",
        "batch(net, X[:31], y[:31])",
    )


def test_the_largest_cell_is_open_at_first_or_the_one_asked_for():
    widget = batch("notebook 04")
    dW = np.abs(unpack(widget, widget.state["arrays"]["dW"]))
    assert dW[tuple(widget.start["cell"])] == dW.max()
    assert batch("notebook 04", cell=(np.int64(3), 1), layout="columns").start == {"cell": [3, 1], "layout": "columns"}


def test_a_planted_factor_is_written_as_it_is():
    """1/N twice is no 1/N: what stands before the sum has to make the number after it."""
    widget = batch("xor", recipe=nn.mistakes.plant("averaged_twice"))
    assert widget.state["weight"] == 1 / 16
    head, _, foot, _ = widget.table((2, 0)).split("\n\n")
    assert head.startswith("dW2[2,0] = 0.0625 · Σₙ ")
    assert foot.startswith("dW2[2,0] = 0.0625 · ")
    _, of_the_sum, answer = foot.split(" = ")
    assert 0.0625 * float(of_the_sum.split(" · ")[1]) == pytest.approx(float(answer), rel=1e-5)


def test_the_table_holds_the_products_of_a_cell_and_their_sum():
    widget, back = batch("notebook 04"), backward("notebook 04")
    text = widget.table((1, 0))
    assert text.startswith("dW2[1,0] = 1/5 · Σₙ a1[n,1] · δ2[n,0]")
    for n in range(5):
        a, delta = back.forward.a[1][n, 1], back.delta[2][n, 0]
        line = next(line.split() for line in text.splitlines() if line.startswith(f"{n} "))
        assert line[:4] == [str(n), number(a), number(delta), number(a * delta)]
    assert f"= {number(back.grads['W2'][1, 0])}\n" in text
    for order in orders(widget._product):
        assert order.code in text and order.verdict in text
    assert batch("summed", cell=(0, 0)).table().startswith("dW1[0,0] = Σₙ a0[n,0] · δ1[n,0]")


def test_a_notebook_stores_the_whole_text():
    widget = batch("xor", layer=1)
    data, _ = DisplayFormatter().format(widget)
    assert data["text/plain"] == repr(widget)
    assert repr(widget).startswith("Batch of Network [2, 5, 1]")
    assert "layer 1: a0.T (2, 4) @ δ1 (4, 5) is dW1 (2, 5)\n\n" in repr(widget)


@pytest.mark.parametrize("trait", ["state", "numbers", "start"])
def test_what_python_says_is_read_only(trait):
    with pytest.raises(Exception, match="read-only"):
        setattr(batch("xor"), trait, b"" if trait == "numbers" else {})


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"layer": 3}, "batch: layer is 3; expected a whole number from 1 to 2. Layers count from 1."),
        ({"layer": 0}, "batch: layer is 0"),
        ({"layer": "W1"}, "batch: layer is 'W1'"),
        ({"cell": (5, 0)}, "batch: cell is (5, 0); expected (j, k), a place in dW2 of shape (5, 1)."),
        ({"cell": 3}, "batch: cell is 3"),
        ({"cell": (True, 0)}, "batch: cell is (True, 0)"),
        ({"layout": "column"}, "batch: layout is 'column'; expected one of 2 names. Did you mean 'columns'?"),
    ],
)
def test_wrong_arguments_are_named(options, says):
    assert_complains(ValueError, lambda: batch("xor", **options), says)


def test_wrong_nets_and_data_are_named():
    case, wide = CASES["xor"](), make_case([65, 1], n_examples=2)
    assert_complains(
        ValueError, lambda: nn.widgets.batch(3, case.X, case.y), "batch: net is a int; expected a Network."
    )
    assert_complains(nn.ShapeError, lambda: nn.widgets.batch(case.net, case.X.T, case.y), "X has shape (2, 4)")
    assert_complains(
        ValueError, lambda: nn.widgets.batch(wide.net, wide.X, wide.y), "batch: net makes a product of 65 × 2 and 2 × 1"
    )
    assert_complains(ValueError, lambda: batch("xor").table((0, 7)), "batch.table: cell is (0, 7)")
