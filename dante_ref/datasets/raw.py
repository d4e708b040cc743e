"""A data set as its files hold it, checked: found in the data folder, refused if it isn't right."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..exceptions import DataError, InputError, MissingDataError
from .catalogue import Source

ENVIRONMENT = "DANTE_REF_DATA"
DEFAULT_HOME = "data"


@dataclass(frozen=True)
class Raw:
    """All rows X (rows, features) in file order, the labels or targets y (rows,), the origin."""

    X: np.ndarray
    y: np.ndarray
    origin: str

    def sha256(self) -> str:
        """A fingerprint of the values, independent of how a file writes them."""
        X = self.X if self.X.dtype == np.uint8 else self.X.astype("<f8")
        digest = hashlib.sha256(np.ascontiguousarray(X).data)
        digest.update("\n".join(label_names(self.y)).encode())
        return digest.hexdigest()


def label_names(y: np.ndarray) -> list[str]:
    """Labels as text: whole numbers without a point, other numbers in full."""
    if y.dtype.kind in "US":
        return [str(v) for v in y.tolist()]
    return [str(int(v)) if float(v).is_integer() else repr(float(v)) for v in y.tolist()]


def data_home(path: str | os.PathLike[str] | None = None, must_exist: bool = True) -> Path:
    """The data folder: `path`, else the environment variable DANTE_REF_DATA, else data/ here.

    MissingDataError if a folder that was asked for by name isn't there and must be.
    """
    given = path if path is not None else os.environ.get(ENVIRONMENT) or None
    if given is None:
        return Path(DEFAULT_HOME)
    if not isinstance(given, (str, os.PathLike)):
        raise InputError(f"data_home is {given!r}; allowed is a folder's path")
    there = Path(given).exists()
    if not Path(given).is_dir() and (must_exist or there):
        by = "data_home" if path is not None else ENVIRONMENT
        what = "is no folder" if there else "isn't there"
        raise MissingDataError(f"the data folder {given} (from {by}) {what}")
    return Path(given)


def missing_files(source: Source, home: Path) -> list[str]:
    """Those of the source's files that `home` doesn't have."""
    return [name for name in source.files if not (home / name).is_file()]


def kept_file(source: Source, home: Path) -> Path:
    """Where `fetch` keeps its copy of OpenML's."""
    return home / source.name / "openml.npz"


def held(source: Source, home: Path) -> str:
    """How `home` has the set: as its 'files', a 'kept' copy, 'incomplete' or 'absent'."""
    missing = missing_files(source, home)
    if missing and kept_file(source, home).is_file():
        return "kept"
    if len(missing) == len(source.files):
        return "absent"
    return "incomplete" if missing else "files"


def instructions(source: Source, home: Path) -> str:
    """Which file to put where, for a set that isn't here."""
    return (
        f"put {', '.join(source.files)} into the data folder {home.absolute()}, or name another "
        f"one (--data-home, data_home=, {ENVIRONMENT}); the project's repository has the five "
        "small sets in data/, and data/README.md says where the others come from"
    )


def file_sha256(path: Path) -> str:
    """sha256 of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def altered_files(source: Source, home: Path) -> list[str]:
    """Those of the source's files whose bytes aren't the expected ones."""
    return [name for name, sha256 in source.files.items() if file_sha256(home / name) != sha256]


def read_local(source: Source, home: Path) -> Raw:
    """The data set from its files in `home`.

    MissingDataError if none or only some of them are there. DataError, naming the file, if one is
    truncated, altered or another variant: neither its bytes nor the values in it are right.
    """
    missing = missing_files(source, home)
    if missing:
        raise MissingDataError(f"{source.name}: no {_paths(home, missing)}")
    altered = altered_files(source, home)
    try:
        X, y = source.read(home)
        raw = Raw(X, y, f"{_paths(home, source.files)}, sha256 verified")
        if altered:
            if raw.sha256() != source.values_sha256:
                check_facts(source, raw)  # says more, where it can
                raise DataError(f"{_paths(home, altered)} is altered: some values differ")
            raw = Raw(X, y, f"{_paths(home, source.files)}, other bytes but the same values")
        check_facts(source, raw)
    except DataError as error:
        if not altered:
            raise
        hint = f"; {source.hint}" if source.hint else ""
        raise DataError(
            f"{source.name}: {error}. Refused: "
            + ", ".join(f"sha256 of {home / name} isn't {source.files[name]}" for name in altered)
            + hint
        ) from None
    return raw


def check_facts(source: Source, raw: Raw) -> None:
    """Raise DataError unless the row, column and class counts and the ranges are as they must be.

    All that can be checked where no checksum is known (OpenML's copies).
    """
    if raw.X.shape != (source.rows, source.features) or raw.y.shape != (source.rows,):
        _differs(source, "rows x columns", raw.X.shape, (source.rows, source.features))
    if raw.X.dtype.kind == "f" and not np.isfinite(raw.X).all():
        _differs(source, "NaN or infinite entries", np.sum(~np.isfinite(raw.X)), 0)
    if source.classes:
        classes, counts = np.unique(label_names(raw.y), return_counts=True)
        found = dict(zip(classes.tolist(), counts.tolist(), strict=True))
        if found != dict(source.classes):
            _differs(source, "rows of each class", found, dict(source.classes))
    else:
        ends = (float(np.min(raw.y)), float(np.max(raw.y)))
        if not np.allclose(ends, source.target_range, rtol=1e-6):
            _differs(source, "smallest and largest target", ends, source.target_range)
    mean = float(np.mean(raw.X, dtype=np.float64))
    if not np.isclose(mean, source.X_mean, rtol=1e-4, atol=0):
        _differs(source, "mean of all inputs", mean, source.X_mean)


def _differs(source: Source, what: str, found: object, expected: object) -> None:
    raise DataError(f"{what} of {source.name}: {found}; expected {expected}")


def _paths(home: Path, names: Iterable[str]) -> str:
    """'home/a, home/b', short for many."""
    names = [str(home / name) for name in names]
    return ", ".join(names) if len(names) <= 2 else f"{names[0]} ... {names[-1]}"
