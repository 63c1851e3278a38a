"""MNIST, 70,000 handwritten digits of 28 × 28 pixels: from files that you have, or fetched when you ask for it.

The workbook does not ship it. Source: Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten
digits.
The files have the IDX format: a magic number with the type and the number of axes, the sizes, then the bytes.
"""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np

from ..errors import sentence
from .gates import Pair
from .labels import one_hot

URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
SHA256 = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
UNSIGNED_BYTE = 0x08


def mnist(folder: str | Path | None = None, *, download: bool = False) -> tuple[Pair, Pair]:
    """(X, y), (X_test, y_test): pixels from 0 to 1 as X (N, 784), the ten classes as rows y (N, 10).

    folder: where the four IDX files are, packed (.gz) or not; None is a cache folder of your user account.
    download: fetch what is missing there, 12 MB, and check it against known SHA-256 sums.
    Raises FileNotFoundError that names what is missing, ValueError for a file that is not what it should be.
    """
    place = _cache() if folder is None else Path(folder)
    files = {name: _find(place, name, download) for name in SHA256}
    arrays = [read_idx(path) for path in files.values()]
    (X, labels), (X_test, labels_test) = arrays[:2], arrays[2:]
    for images, classes in ((X, labels), (X_test, labels_test)):
        if images.shape[1:] != (28, 28) or classes.shape != images.shape[:1]:
            raise ValueError(
                sentence(
                    "mnist",
                    "folder",
                    f"has images {images.shape} with labels {classes.shape}",
                    "(N, 28, 28) with (N,)",
                    "Are the files of one data set, under their own names?",
                )
            )
    return _pair(X, labels), _pair(X_test, labels_test)


def read_idx(path: str | Path) -> np.ndarray:
    """An IDX file of bytes as an array of uint8; it may be packed with gzip.

    Raises ValueError when the file is not an IDX file of bytes, or is cut short.
    """
    path = Path(path)
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError) as error:
            raise ValueError(
                sentence(
                    "read_idx",
                    "path",
                    f"is {path.name}, which does not unpack ({error})",
                    "a whole gzip file",
                    "The download was cut short; delete the file and fetch it again.",
                )
            ) from error
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] != UNSIGNED_BYTE:
        raise ValueError(
            sentence(
                "read_idx",
                "path",
                f"is {path.name}, which begins with {data[:4].hex(' ') or 'nothing'}",
                "00 00 08 and the number of axes, an IDX file of bytes",
                "Is it a web page saved by mistake?",
            )
        )
    n_axes = data[3]
    header = 4 + 4 * n_axes
    shape = struct.unpack(f">{n_axes}I", data[4:header]) if len(data) >= header else ()
    if len(data) - header != np.prod(shape, dtype=int) or len(data) < header:
        raise ValueError(
            sentence(
                "read_idx",
                "path",
                f"is {path.name}, which holds {max(len(data) - header, 0)} bytes for {shape}",
                f"{np.prod(shape, dtype=int)} bytes",
                "The file was cut short; fetch it again.",
            )
        )
    return np.frombuffer(data, dtype=np.uint8, offset=header).reshape(shape)


def _pair(images: np.ndarray, labels: np.ndarray) -> Pair:
    return images.reshape(len(images), -1) / 255.0, one_hot(labels, 10)


def _cache() -> Path:
    import pooch

    return Path(pooch.os_cache("nnkit"))


def _find(folder: Path, name: str, download: bool) -> Path:
    for candidate in (folder / name, folder / name.removesuffix(".gz")):
        if candidate.is_file():
            return candidate
    if not download:
        raise FileNotFoundError(
            sentence(
                "mnist",
                "folder",
                f"is {str(folder)!r}, where {name} is missing",
                "the four IDX files of MNIST",
                "mnist(download=True) fetches them, 12 MB. The digits of nnkit.datasets.digits() need no download.",
            )
        )
    import pooch

    try:
        return Path(pooch.retrieve(URL + name, f"sha256:{SHA256[name]}", fname=name, path=folder))
    except (OSError, ValueError) as error:
        raise FileNotFoundError(
            sentence(
                "mnist",
                "download",
                f"could not fetch {name} ({type(error).__name__})",
                "a connection to the network",
                f"Offline, put the file into {str(folder)!r} yourself, or use nnkit.datasets.digits().",
            )
        ) from error
