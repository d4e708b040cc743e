"""Copies from openml.org, through scikit-learn, and the file in which a fetched one is kept.

No checksum of these copies is known, so that they are held to the counts, ranges and means of the
catalogue; if their values are the very ones of the checked files, the origin says so.
"""

import contextlib
import http.client
import socket
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .. import store
from ..arrays import Array
from ..exceptions import DataError, MissingDataError
from .catalogue import Source
from .formats import DATES, padded
from .raw import Raw, check_facts, kept_file

SECONDS = 60  # without an answer, then it counts as offline


@contextlib.contextmanager
def _patience(seconds: float) -> Iterator[None]:
    """fetch_openml takes no time limit; new sockets do."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def download(source: Source) -> Raw:
    """The data set from OpenML (or from scikit-learn's cache of it), checked.

    MissingDataError if OpenML has no copy or can't be reached; DataError if the copy isn't right.
    """
    from sklearn.datasets import fetch_openml

    if source.openml is None:
        raise MissingDataError(f"{source.name}: OpenML has no copy that is known to be this one")
    try:
        with _patience(SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # 'Retrying ...'; what counts is the end
            # as numbers, and by the parser that needs no further package
            bunch = fetch_openml(
                data_id=source.openml, as_frame=False, parser="liac-arff", n_retries=1
            )
    except (OSError, http.client.HTTPException) as error:
        reason: Any = getattr(error, "reason", error)  # of a URLError, the system's own
        said = getattr(reason, "strerror", None) or reason
        raise MissingDataError(f"{source.name}: OpenML can't be reached ({said})") from None
    except ValueError as error:
        raise DataError(f"{source.name}: OpenML's answer is no data set: {error}") from None
    X, y = _as_in_the_files(source, bunch)
    return _checked(source, X, y, f"OpenML {source.openml}")


def _as_in_the_files(source: Source, bunch: Any) -> tuple[np.ndarray, np.ndarray]:
    """OpenML's conventions turned into those of the upstream files."""
    try:
        X: Array = np.array(bunch.data, dtype=np.float64)
        y = np.asarray(bunch.target)
        if source.name == "mnist" and X.shape[1] == 784:
            X = padded(X.reshape(-1, 28, 28).astype(np.uint8))
        if source.name == "usps" and "10" in y:
            y = np.array([str(int(label) - 1) for label in y])
        if source.name == "fires":
            for column, order in DATES.items():
                at = bunch.feature_names.index(column)
                number = [order.index(value) + 1 for value in bunch.categories[column]]
                X[:, at] = np.array(number)[X[:, at].astype(int)]
        if source.classes:
            return X, y.astype(str)
        return X, y.astype(np.float64)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise DataError(f"{source.name}: unexpected OpenML {source.openml}: {error}") from None


def _checked(source: Source, X: np.ndarray, y: np.ndarray, origin: str) -> Raw:
    raw = Raw(X, y, origin)
    try:
        check_facts(source, raw)
    except DataError as error:
        hint = f"; {source.hint}" if source.hint else ""
        raise DataError(f"{source.name}: {origin} refused: {error}{hint}") from None
    same = raw.sha256() == source.values_sha256
    note = "the values of the checked files" if same else "counts, ranges and mean checked"
    return Raw(X, y, f"{origin}, {note}")


def keep(source: Source, raw: Raw, home: Path) -> Path:
    """Write a fetched copy into the data folder, whole or not at all; OSError if that fails."""
    path = kept_file(source, home)
    path.parent.mkdir(parents=True, exist_ok=True)
    return store.write_npz(path, {"X": raw.X, "y": raw.y}, compressed=True, shared=True)


def read_kept(source: Source, home: Path) -> Raw:
    """A copy that `keep` wrote, checked anew; DataError naming the file if it isn't right."""
    path = kept_file(source, home)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            X, y = arrays["X"], arrays["y"]
        if X.dtype.kind not in "fiu" or y.dtype.kind not in "fiuU":
            raise ValueError(f"dtypes {X.dtype} and {y.dtype}")
    except (
        ValueError, KeyError, EOFError, MemoryError, OSError, zipfile.BadZipFile, zlib.error,
    ) as error:
        raise DataError(f"{source.name}: {path} is truncated or altered: {error}") from None
    return _checked(source, X, y, str(path))
