"""products: the right numbers from whatever calls are fastest, and blocks where they are."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from nnkit import products

rng = np.random.default_rng(0)


def laid_out(shape, order, dtype=np.float64):
    return np.array(rng.normal(size=shape), dtype, order=order)


@pytest.fixture
def blocks(monkeypatch):
    """Blocks of rows, on whatever processor this runs: 12 multiplications are a small product here."""
    monkeypatch.setattr(products, "SMALL", 12)
    monkeypatch.setattr(products, "FEWEST", 1)
    monkeypatch.setattr(products, "small_kernels", lambda: True)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("orders", ["CCC", "FCC", "CFC", "FFC", "CCF", "FCF", "CFF", "FFF"])
@pytest.mark.parametrize("shape", [(7, 2, 2), (7, 4, 3), (7, 3, 4), (1, 3, 1), (2, 2, 7)])
@pytest.mark.parametrize("in_blocks", [False, True])
def test_a_product_in_every_layout(in_blocks, shape, orders, dtype, request):
    if in_blocks:
        request.getfixturevalue("blocks")
    n, inner, k = shape
    left, right = laid_out((n, inner), orders[0], dtype), laid_out((inner, k), orders[1], dtype)
    out = np.full((n, k), np.nan, dtype, order=orders[2])
    for call in products.product(left, right, out):
        call()
    np.testing.assert_allclose(out, left @ right, rtol=1e-5, atol=1e-6)


def test_blocks_are_small_and_of_one_size(blocks):
    left, right, out = laid_out((10, 2), "C"), laid_out((2, 2), "C"), np.empty((10, 2))
    assert [len(call.args[0]) for call in products.product(left, right, out)] == [3, 3, 3, 1]
    assert len(products.product(left[:3], right, out[:3])) == 1  # small as it is


def test_no_blocks_of_too_few_rows(blocks, monkeypatch):
    left, right, out = laid_out((10, 2), "C"), laid_out((2, 2), "C"), np.empty((10, 2))
    monkeypatch.setattr(products, "FEWEST", 4)
    assert len(products.product(left, right, out)) == 1


@pytest.mark.parametrize(
    ("shape", "orders", "several"),
    [
        ((6, 4, 2), "CF", True),  # the forward pass of a layer with more inputs than units
        ((6, 2, 4), "CF", False),  # and with fewer, whose weights would be laid out anew for each block
        ((6, 2, 4), "CC", True),
        ((4, 2, 6), "FC", True),  # the gradient of the weights, (units, inputs)
        ((6, 2, 4), "FC", False),
    ],
)
def test_blocks_only_in_layouts_where_they_are_fast(shape, orders, several, blocks):
    n, inner, k = shape
    calls = products.product(laid_out((n, inner), orders[0]), laid_out((inner, k), orders[1]), np.empty((n, k)))
    assert (len(calls) > 1) == several


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], False),
        ([("SkylakeX", 1)], True),
        ([("SkylakeX", 2)], False),
        ([("Haswell", 1)], False),
        ([("SapphireRapids", 1), ("SapphireRapids", 1)], True),
        ([("SkylakeX", 1), ("SkylakeX", 4)], False),
    ],
)
def test_blocks_only_with_kernels_for_them_and_on_one_thread(found, expected, monkeypatch):
    libraries = [SimpleNamespace(architecture=name, num_threads=threads) for name, threads in found]
    monkeypatch.setattr(products, "_openblas", lambda: libraries)
    assert products.small_kernels() == expected


@pytest.mark.skipif(sys.platform == "darwin", reason="NumPy's wheels for macOS have Apple's BLAS")
def test_the_number_of_threads_is_asked_for_each_time():
    assert products._openblas()
    known = all(one.architecture in products.WITH_SMALL_KERNELS for one in products._openblas())
    with threadpool_limits(1):
        assert products.small_kernels() == known
    with threadpool_limits(2):
        assert not products.small_kernels()


@pytest.mark.parametrize("order", "CF")
def test_sums(order):
    array, of_rows, of_columns = laid_out((5, 3), order), np.empty(3), np.empty(5)
    products.sum_of_rows(array, of_rows)()
    products.sum_of_columns(array, of_columns)()
    np.testing.assert_allclose(of_rows, array.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(of_columns, array.sum(axis=1), rtol=1e-12)
