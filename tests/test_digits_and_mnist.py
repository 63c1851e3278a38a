"""The digits that are shipped, and MNIST read from files of its format that the tests write."""

import gzip
import struct

import numpy as np
import pytest

from nnkit import datasets
from nnkit.datasets import idx as idx_module
from nnkit.datasets.idx import SHA256, read_idx


def packed(array):
    array = np.asarray(array, dtype=np.uint8)
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.fixture
def folder(tmp_path):
    """Four IDX files: three training images, two of test; images packed, labels not."""
    rng = np.random.default_rng(0)
    for part, n in (("train", 3), ("t10k", 2)):
        images = rng.integers(0, 256, size=(n, 28, 28))
        (tmp_path / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(packed(images)))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(packed(np.arange(n) + 5))
    return tmp_path


def test_the_digits_are_all_there_split_without_overlap_and_scaled():
    (X, y), (X_test, y_test) = datasets.digits()
    assert (X.shape, y.shape, X_test.shape, y_test.shape) == ((1348, 64), (1348, 10), (449, 64), (449, 10))
    assert (X.min(), X.max()) == (0, 1)
    assert (y.sum(axis=1) == 1).all()
    whole = datasets.digits(held_out=0)[0][0]
    rows = {row.tobytes() for row in whole}
    assert {row.tobytes() for row in np.vstack([X, X_test])} == rows
    assert whole.sum() == pytest.approx(X.sum() + X_test.sum())


def test_the_digits_are_those_of_scikit_learn_by_their_known_sums():
    """1,797 images whose pixels from 0 to 16 add up to 561,718, and 178 zeros."""
    (X, y), _ = datasets.digits(held_out=0)
    assert round(X.sum() * 16) == 561_718
    assert y.sum(axis=0).astype(int).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_another_seed_is_another_split():
    assert not np.array_equal(datasets.digits(rng=0)[0][0], datasets.digits(rng=1)[0][0])


@pytest.mark.parametrize("held_out", [1, 0.9999, -0.25, -1e-9, "a", None, np.nan])
def test_a_fraction_that_leaves_nothing_to_train_on_is_refused(held_out):
    assert len(datasets.digits(held_out=0.9995)[0][0]) == 1
    with pytest.raises(ValueError, match=rf"digits: held_out is {held_out!r}; expected a fraction from 0 to below 1"):
        datasets.digits(held_out=held_out)


@pytest.mark.parametrize("side", [-3, 16.0, "a", 0, None])
def test_images_are_enlarged_to_a_whole_number_of_pixels(side):
    with pytest.raises(ValueError, match=rf"enlarge: side is {side!r}; expected a whole number of at least 1"):
        datasets.enlarge(np.zeros((2, 4)), side)
    with pytest.raises(datasets.labels.ShapeError, match=r"enlarge: X has shape \(2, 0\)"):
        datasets.enlarge(np.zeros((2, 0)), 3)


def test_enlarging_keeps_the_corners_and_interpolates_between():
    image = np.array([[0.0, 1.0], [2.0, 3.0]])
    larger = datasets.enlarge(image.reshape(1, 4), 3).reshape(3, 3)
    np.testing.assert_allclose(larger, [[0, 0.5, 1], [1, 1.5, 2], [2, 2.5, 3]])
    with pytest.raises(datasets.labels.ShapeError, match=r"enlarge: X has shape \(1, 5\)"):
        datasets.enlarge(np.zeros((1, 5)), 3)


def test_squared_features_hold_their_own_target():
    X, y = datasets.squared_features()
    np.testing.assert_allclose(X @ [0, 0, 1], y[:, 0])
    assert X[-1].tolist() == [1, 5, 25]


def test_mnist_is_read_from_a_folder_packed_or_not(folder):
    (X, y), (X_test, y_test) = datasets.mnist(folder)
    assert (X.shape, y.shape, X_test.shape, y_test.shape) == ((3, 784), (3, 10), (2, 784), (2, 10))
    assert 0 <= X.min() and X.max() == pytest.approx(1, abs=0.01)
    assert y.argmax(axis=1).tolist() == [5, 6, 7]


def test_images_of_another_size_are_not_mnist(folder):
    (folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(packed(np.zeros((3, 8, 8)))))
    with pytest.raises(ValueError, match=r"mnist: folder has images \(3, 8, 8\) .*; expected \(N, 28, 28\)"):
        datasets.mnist(folder)


def test_a_missing_file_is_named_with_the_way_to_get_it(folder):
    (folder / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(FileNotFoundError, match=r"t10k-labels-idx1-ubyte.gz is missing.*download=True.*digits\(\)"):
        datasets.mnist(folder)


def test_offline_the_download_says_so_clearly(tmp_path, monkeypatch):
    monkeypatch.setattr(idx_module, "URL", "http://127.0.0.1:9/")
    with pytest.raises(FileNotFoundError, match=r"mnist: download could not fetch train-images.*Offline"):
        datasets.mnist(tmp_path, download=True)


def test_a_download_with_another_hash_is_refused(tmp_path, monkeypatch):
    import http.server
    import threading

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"not MNIST")

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(idx_module, "URL", f"http://127.0.0.1:{server.server_port}/")
    try:
        with pytest.raises(FileNotFoundError, match=r"could not fetch"):
            datasets.mnist(tmp_path, download=True)
    finally:
        server.shutdown()
        server.server_close()
    assert not (tmp_path / next(iter(SHA256))).exists()


def test_a_download_with_the_right_hash_is_kept_and_used_again(folder, tmp_path, monkeypatch):
    import hashlib
    import http.server
    import threading
    from functools import partial

    source = tmp_path / "source"
    source.mkdir()
    sums = {}
    for name in SHA256:
        found = next(path for path in folder.iterdir() if path.name in (name, name.removesuffix(".gz")))
        (source / name).write_bytes(found.read_bytes())
        sums[name] = hashlib.sha256(found.read_bytes()).hexdigest()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(source)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(idx_module, "URL", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setattr(idx_module, "SHA256", sums)
    cache = tmp_path / "cache"
    try:
        (X, _), _ = datasets.mnist(cache, download=True)
    finally:
        server.shutdown()
        server.server_close()
    assert X.shape == (3, 784)
    assert datasets.mnist(cache)[0][0].shape == (3, 784)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "begins with nothing"),
        (b"<html>", "begins with 3c 68 74 6d.*web page"),
        (bytes([0, 0, 0x0D, 1]) + b"\0\0\0\1\0\0\0\0", "IDX file of bytes"),
        (packed([1, 2, 3])[:-1], "holds 2 bytes.*3 bytes"),
        (packed([1, 2, 3]) + b"x", "holds 4 bytes"),
        (bytes([0, 0, 8, 3, 0, 0]), "cut short"),
        (gzip.compress(packed([1, 2, 3]))[:-9], "does not unpack"),
    ],
    ids=["empty", "html", "floats", "short", "long", "no header", "torn gzip"],
)
def test_a_file_that_is_not_idx_is_refused_with_the_cause(tmp_path, content, complaint):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=complaint):
        read_idx(path)


def test_images_and_labels_of_different_sets_are_refused(folder):
    (folder / "train-labels-idx1-ubyte").write_bytes(packed([1, 2]))
    with pytest.raises(ValueError, match=r"images \(3, 28, 28\) with labels \(2,\)"):
        datasets.mnist(folder)
