"""Samples to train on: scikit-learn's digits or a user's file, split and scaled.

Theorems 1 to 5 ask for inputs in the unit ball; training does not, and as in the paper's
experiments each pixel or column is put into [0, 1] instead.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

from .. import checks
from ..arrays import Array
from ..exceptions import InputError

SCALES = ("column", "all", "none")


def digits() -> Array:
    """scikit-learn's bundled digits: (1797, 64), 8 x 8 pixels with values 0 to 16."""
    data: Array = load_digits().data
    return data


def read_samples(path: Path, key: str | None = None) -> Array:
    """The samples (m, d) in a file, one a row: .npy, .npz (its array `key`) or .csv.

    A .csv has commas between numbers; a first line that isn't numbers is taken for a header.
    Raises InputError for what isn't such a file or holds NaN; OSError where it can't be read.
    """
    path = Path(path)
    readers: dict[str, Callable[[Path, Any], Array]] = {
        ".npy": _read_npy, ".npz": _read_npz, ".csv": _read_csv
    }
    if path.suffix.lower() not in readers:
        raise InputError(f"data file is {path}; allowed are {', '.join(readers)}")
    if key is not None and path.suffix.lower() != ".npz":
        raise InputError(f"key is {key!r}, but {path} is no .npz file; only those have keys")
    try:
        array = readers[path.suffix.lower()](path, key)
    except (OSError, InputError):
        raise
    except Exception as error:  # a damaged file can fail in any way
        raise InputError(
            f"{path} can't be read as {path.suffix} ({type(error).__name__}: {error})"
        ) from None
    return checks.real_array(f"the array in {path}", array, ndim=2)


def _read_npy(path: Path, key: None) -> Array:
    with open(path, "rb") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _read_npz(path: Path, key: str | None) -> Array:
    with np.load(path, allow_pickle=False) as file:
        if not isinstance(file, np.lib.npyio.NpzFile):
            raise ValueError("it is no zip archive of arrays")
        if key is None and len(file.files) == 1:
            key = file.files[0]
        if key not in file.files:
            raise InputError(
                f"key is {key!r}; allowed are the arrays in {path}: {', '.join(file.files)}"
            )
        return file[key]


def _read_csv(path: Path, key: None) -> Array:
    with open(path, encoding="utf-8-sig") as file:
        lines = [line for line in file if line.strip()]
    if not lines:
        raise ValueError("it is empty")
    try:
        [float(cell) for cell in lines[0].split(",")]
    except ValueError:
        lines = lines[1:]
    if not lines:
        raise ValueError("it has a header and no rows")
    return np.loadtxt(lines, delimiter=",", ndmin=2)


def test_rows(m: int, test_fraction: float) -> int:
    """How many of m samples are for testing: round(test_fraction m), 1 to m - 1."""
    test_fraction = checks.number("test_fraction", test_fraction, above=0, below=1)
    if checks.whole_number("m", m) < 2:
        raise InputError(f"m is {m} samples; allowed are 2 or more, to train and to test")
    return min(max(1, round(test_fraction * m)), m - 1)


def split(
    X: Array, test_fraction: float, random_state: Any = None
) -> tuple[Array, Array]:
    """(train, test): a random round(test_fraction m) rows, at least 1, are for testing."""
    X = checks.real_array("X", X, ndim=2)
    m = len(X)
    n_test = test_rows(m, test_fraction)
    order = checks.generator(random_state).permutation(m)
    return X[order[n_test:]], X[order[:n_test]]


def scale(
    train: Array, test: Array, how: str = "column"
) -> tuple[Array, Array]:
    """(train, test) shifted and divided so that the training rows fill [0, 1].

    how = 'column': each column by its own least and largest training value (a constant column
    becomes 0); 'all': one shift and one divisor for all columns, as fits images; 'none': as given.
    Test rows are scaled by the training rows' numbers and may leave [0, 1]. Raises InputError.
    """
    checks.one_of("scale", how, SCALES)
    train = checks.real_array("train", train, ndim=2)
    test = checks.real_array("test", test, ndim=2)
    checks.shape_is("test", test, (len(test), train.shape[1]), "(n, d)")
    if how == "none":
        return train, test
    axis = 0 if how == "column" else None
    low = train.min(axis=axis)
    with np.errstate(over="ignore"):
        width = train.max(axis=axis) - low
        width = np.where(width > 0, width, 1).astype(train.dtype)
        if not np.isfinite(width).all():
            raise InputError("the data's range overflows; allowed is a finite range")
        scaled_test = (test - low) / width
    return (train - low) / width, checks.real_array("scaled test data", scaled_test)
