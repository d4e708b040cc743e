"""Readers for the files' native formats: idx, delimited text, libsvm and ARFF.

Each returns (X, y): X (rows, features) as stored, y the labels as stored (numbers or text). A file
that can't be read as its format raises DataError naming the file and what is wrong with it.
"""

import codecs
import gzip
import io
import struct
import warnings
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ..exceptions import DataError
from . import tables

DATES = {
    "month": (
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ),
    "day": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
}
"""The words in two columns of Fires, which stand for 1, 2, ..."""


def _content(path: Path, at_most: int = 10**8) -> bytes:
    """The bytes of a file, unpacked if it is gzipped; more than `at_most` of them is an error."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rb") as file:
            content = file.read(at_most + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is truncated or not gzip: {error}") from None
    if len(content) > at_most:
        raise DataError(f"{path} holds more than the {at_most} bytes that belong there")
    return content


def idx(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """An idx file of unsigned bytes (MNIST): magic 0, 0, 8, ndim, then the sizes, then the bytes.

    `shape` is what it has to hold; nothing larger is ever read into memory.
    """
    size = int(np.prod(shape))
    header = 4 + 4 * len(shape)
    content = _content(path, header + size)
    if len(content) < header or content[:4] != bytes((0, 0, 8, len(shape))):
        raise DataError(f"{path} isn't an idx file of {len(shape)}-dimensional unsigned bytes")
    stored = struct.unpack(f">{len(shape)}I", content[4:header])
    if stored != shape:
        raise DataError(f"{path} holds an array of shape {stored}; expected is {shape}")
    if len(content) != header + size:
        raise DataError(f"{path} is truncated: {len(content)} bytes, expected {header + size}")
    return np.frombuffer(content, np.uint8, size, header).reshape(shape)


def mnist(
    *paths: Path, train_rows: int = 60000, test_rows: int = 10000
) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels to train on, and to test on; images in the middle of 32x32."""
    rows = train_rows, test_rows
    X = [padded(idx(path, (m, 28, 28))) for path, m in zip(paths[::2], rows, strict=True)]
    y = [idx(path, (m,)) for path, m in zip(paths[1::2], rows, strict=True)]
    return np.concatenate(X), np.concatenate(y)


def padded(images: np.ndarray) -> np.ndarray:
    """28x28 images, each in the middle of 32x32, as the paper uses them: (m, 1024)."""
    return np.pad(images, ((0, 0), (2, 2), (2, 2))).reshape(len(images), -1)


def fields(path: Path, delimiter: str | None = None) -> list[list[str]]:
    """The fields of a text file, line by line; `delimiter` None is any white space."""
    try:
        rows = [row for _, row in tables.records(_content(path), delimiter)]
    except ValueError as error:
        raise DataError(f"{path} is altered or isn't text: {error}") from None
    lengths = {len(row) for row in rows}
    if len(lengths) != 1:
        raise DataError(f"{path} is altered: its lines have {sorted(lengths) or 'no'} fields")
    return rows


def delimited(
    path: Path, delimiter: str | None = None, header: Sequence[str] = (), *, label: int = -1,
    names: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers on each line, the first (label 0) or the last (-1) of them y, a class's name if
    `names`; `header` is the first line."""
    rows = fields(path, delimiter)
    if header and rows.pop(0) != list(header):
        raise DataError(f"{path} doesn't open with the line {','.join(header)}")
    for column, words in DATES.items():
        if column in header:
            i = header.index(column)
            for row in rows:
                if row[i] not in words:
                    raise DataError(f"{path} is altered: its {column} {row[i]!r} is none")
                row[i] = str(words.index(row[i]) + 1)
    classes = np.array([row.pop(label) for row in rows] if names else ())
    try:
        values = np.array(rows, dtype=np.float64)
    except ValueError as error:
        raise DataError(f"{path} is altered: {error}") from None
    if names:
        return values, classes
    return values[:, slice(1, None) if label == 0 else slice(-1)], values[:, label]


def stacked(
    read: Callable[[Path], tuple[np.ndarray, np.ndarray]], *paths: Path
) -> tuple[np.ndarray, np.ndarray]:
    """The rows of several files of one format, one after the other."""
    parts = [read(path) for path in paths]
    for path, (X, _) in zip(paths, parts, strict=True):
        if X.shape[1] != parts[0][0].shape[1]:
            raise DataError(f"{path} is altered: it has other columns than {paths[0]}")
    return np.concatenate([X for X, _ in parts]), np.concatenate([y for _, y in parts])


def libsvm(path: Path, features: int) -> tuple[np.ndarray, np.ndarray]:
    """'label 1:value 2:value ...' lines, through scikit-learn's reader."""
    from sklearn.datasets import load_svmlight_file

    try:
        X, y = load_svmlight_file(
            io.BytesIO(_content(path).removeprefix(codecs.BOM_UTF8)), n_features=features
        )
    except ValueError as error:
        raise DataError(f"{path} is altered: {error}") from None
    return X.toarray(), y


def arff_file(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """An ARFF file of numeric attributes and, last, a nominal class, through SciPy's reader."""
    from scipy.io import arff

    try:
        text = tables.text(_content(path))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            data, meta = arff.loadarff(io.StringIO(text))
        names = meta.names()
        X = np.stack([data[name].astype(np.float64) for name in names[:-1]], axis=1)
        return X, data[names[-1]].astype(str)
    except DataError:
        raise
    except Exception as error:  # on a damaged file SciPy's reader raises whatever it trips over
        raise DataError(f"{path} is truncated or isn't ARFF: {error}") from None
