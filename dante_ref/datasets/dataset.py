"""`load`: a data set by name, split, scaled and ready to train on."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import checks
from ..arrays import Array
from ..exceptions import DataError, InputError, MissingDataError
from ..shipped import shipped
from . import openml
from .catalogue import SOURCES, Source
from .raw import (
    DEFAULT_HOME,
    Raw,
    data_home,
    held,
    instructions,
    kept_file,
    label_names,
    missing_files,
    read_local,
)
from .scaling import input_scaler, target_scaler
from .standins import STANDINS, StandIn

if TYPE_CHECKING:
    from sklearn.base import TransformerMixin

TEST_SIZE = 0.3


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A data set ready to train on. Arrays are read-only; samples are rows.

    X_train, X_test       inputs (m, d), scaled
    y_train, y_test       (m,): class numbers 0..k-1 (names in `classes`) or scaled targets
    train_rows, test_rows which rows of the files they are, counted from 0
    scaler, target_scaler fitted on the training rows, None where nothing is scaled
    origin                file and how it was checked, or 'stand-in: ...'
    """

    name: str
    title: str
    task: str
    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    train_rows: np.ndarray
    test_rows: np.ndarray
    feature_names: tuple[str, ...]
    target_name: str
    classes: tuple[str, ...]
    scaler: "TransformerMixin | None"
    target_scaler: "TransformerMixin | None"
    scaling: str
    target_scaling: str
    split: str
    origin: str
    licence: str
    is_standin: bool

    @property
    def Y_train(self) -> np.ndarray:
        """What the network should put out for X_train, (m, outputs): see `network_target`."""
        return self.network_target(self.X_train, self.y_train)

    @property
    def Y_test(self) -> np.ndarray:
        """What the network should put out for X_test."""
        return self.network_target(self.X_test, self.y_test)

    def network_target(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The inputs (autoencoding), the target as a column (regression), or one 1 in a row of
        zeros, at the class (classification)."""
        if self.task == "autoencoding":
            return X
        if self.task == "regression":
            return y[:, None]
        targets: Array = np.eye(len(self.classes), dtype=X.dtype)[y]
        return targets

    def __repr__(self) -> str:
        return (
            f"<Dataset {self.name}: {self.task}, {len(self.X_train)} + {len(self.X_test)} rows, "
            f"{self.X_train.shape[1]} features, {self.X_train.dtype}, scaling {self.scaling}, "
            f"target scaling {self.target_scaling}, {self.split}; {self.origin}>"
        )


def names() -> tuple[str, ...]:
    """The names that `load` knows: the paper's sets, then the stand-ins."""
    return (*SOURCES, *STANDINS)


def lookup(name: str) -> Source | StandIn:
    """The entry of a name; case, spaces and hyphens don't count ('Air-Foil' is 'airfoil')."""
    plain = str(name).lower().translate(str.maketrans("", "", "-_ "))
    entry = SOURCES.get(plain) or STANDINS.get(plain)
    if entry is None:
        raise InputError(f"data set name is {name!r}; allowed are {', '.join(names())}")
    return entry


def folder_of(entry: Source, home: Path) -> Path:
    """`home`; or, for a set that isn't there at all, data/ or the package's own, whichever has it.

    So the five shipped sets are found beside another data folder, and without a checkout.
    """
    folders = (Path(DEFAULT_HOME), shipped("data")) if held(entry, home) == "absent" else ()
    return next((folder for folder in folders if not missing_files(entry, folder)), home)


def find(name: str, home: str | os.PathLike[str] | None = None) -> str | None:
    """Where a data set is found without network: a folder, a file or 'built in'; None: nowhere.

    Only looks whether the files are there; `load` and `dante-ref data check` check them.
    """
    entry = lookup(name)
    if isinstance(entry, StandIn):
        return "built in"
    folder = folder_of(entry, data_home(home))
    places = {"files": (folder / next(iter(entry.files))).parent, "kept": kept_file(entry, folder)}
    place = places.get(held(entry, folder))
    return str(place) if place else None


def read(entry: Source | StandIn, home: Path, fetch: bool) -> Raw:
    """All rows: from the files, else from a kept copy, else (if `fetch`) from OpenML.

    MissingDataError says which file to put where; DataError names a file that isn't right.
    """
    if isinstance(entry, StandIn):
        return Raw(*entry.make(), f"stand-in: {entry.title}")
    home = folder_of(entry, home)
    how, reason = held(entry, home), ""
    if how == "files":
        return read_local(entry, home)
    if how == "kept":
        return openml.read_kept(entry, home)
    if how == "incomplete":
        missing = ", ".join(str(home / name) for name in missing_files(entry, home))
        raise MissingDataError(f"{entry.name} is incomplete: {missing} missing")
    if fetch:
        try:
            return openml.download(entry)
        except MissingDataError as error:
            reason = f" {error};"
    raise MissingDataError(f"{entry.name} isn't here:{reason} {instructions(entry, home)}")


def load(
    name: str, *, data_home: str | os.PathLike[str] | None = None, task: str | None = None,
    scaling: str | None = None, target_scaling: str | None = None,
    test_size: float | None = None, random_state: Any = 0,
    dtype: type | np.dtype = np.float64, fetch: bool = True,
) -> Dataset:
    """A data set by name, split into training and test rows, scaled by the training rows.

    data_home       the data folder; default: DANTE_REF_DATA, else data/ in the working directory,
                    where sets are looked for, too, that the folder has no file of
    task            'autoencoding' for any set; default: what the set is for
    scaling, target_scaling   see `dante_ref.datasets.scaling`; default: the set's own
    test_size       share of test rows in (0, 1), drawn by `random_state`, for classes in
                    proportion; default: upstream's own split where it has one, else 0.3
    dtype           float64 or float32
    fetch           may ask OpenML for a set that isn't here

    Raises InputError for a bad argument, MissingDataError if the set is nowhere to be had (the
    message says which file to put where), DataError if a file is truncated, altered or another
    variant (the message names it).
    """
    entry = lookup(name)
    task = entry.task if task is None else task
    if not isinstance(task, str) or task not in {entry.task, "autoencoding"}:
        raise InputError(f"task is {task!r}; allowed for {entry.name}: {entry.task}, autoencoding")
    dtype = checks.float_type("dtype", dtype)
    scaling = entry.scaling if scaling is None else scaling
    target_scaling = entry.target_scaling if target_scaling is None else target_scaling
    if entry.task == "classification" and target_scaling != "none":
        raise InputError(f"target_scaling is {target_scaling!r}; allowed for classes: none")
    if test_size is not None:
        test_size = checks.number("test_size", test_size, above=0, below=1)
    raw = read(entry, _home(data_home), fetch)

    y = raw.y
    classes: tuple[str, ...] = ()
    if entry.task == "classification":
        y, classes = _class_numbers(raw.y)
    train, test, split = _split(entry, y, classes, test_size, random_state)

    # images are exact in any dtype; other values are scaled in float64 and rounded once, after
    working = dtype if raw.X.dtype == np.uint8 else np.dtype(np.float64)
    X_train, X_test = (raw.X[rows].astype(working, copy=False) for rows in (train, test))
    scaler = input_scaler(scaling, X_train, entry.value_range)
    y_train, y_test = y[train], y[test]
    y_scaler = None
    if entry.task == "regression":
        y_scaler = target_scaler(target_scaling, y_train[:, None])
        y_train, y_test = (
            _scaled(y_scaler, part[:, None])[:, 0].astype(dtype) for part in (y_train, y_test)
        )
    return Dataset(
        name=entry.name, title=entry.title, task=task,
        X_train=_frozen(_scaled(scaler, X_train).astype(dtype, copy=False)),
        X_test=_frozen(_scaled(scaler, X_test).astype(dtype, copy=False)),
        y_train=_frozen(y_train), y_test=_frozen(y_test),
        train_rows=_frozen(np.arange(entry.rows)[train]),
        test_rows=_frozen(np.arange(entry.rows)[test]),
        feature_names=entry.feature_names or tuple(f"x{i}" for i in range(entry.features)),
        target_name=entry.target_name, classes=classes, scaler=scaler, target_scaler=y_scaler,
        scaling=scaling, target_scaling=target_scaling, split=split, origin=raw.origin,
        licence=entry.licence, is_standin=isinstance(entry, StandIn),
    )


_home = data_home  # `load` has an argument of that name


def _class_numbers(labels: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """0..k-1 in the order of the classes: by number where they are numbers, else by name."""
    text = label_names(labels)
    classes = sorted(set(text), key=lambda c: (float(c) if c.lstrip("-").isdigit() else 0, c))
    number = {c: i for i, c in enumerate(classes)}
    return np.array([number[c] for c in text]), tuple(classes)


def _split(
    entry: Source | StandIn, y: np.ndarray, classes: tuple[str, ...], test_size: float | None,
    random_state: Any,
) -> tuple[Any, Any, str]:
    """Training and test rows (slices or shuffled numbers), and how they came about in words."""
    from sklearn.model_selection import train_test_split

    if test_size is None and entry.train_rows:
        return slice(entry.train_rows), slice(entry.train_rows, None), "the set's own split"
    share = TEST_SIZE if test_size is None else test_size
    seed = int(checks.generator(random_state).integers(2**32))
    try:
        train, test = train_test_split(
            np.arange(entry.rows), test_size=share, random_state=seed,
            stratify=y if classes else None,
        )
    except ValueError as error:
        raise InputError(f"test_size is {test_size}; {error}") from None
    how = "in proportion to the classes" if classes else "uniformly"
    return train, test, f"{share:g} of the rows drawn {how} for testing (random_state)"


def _scaled(scaler: "TransformerMixin | None", X: np.ndarray) -> np.ndarray:
    X = X if scaler is None else scaler.transform(X)
    if not np.isfinite(X).all():
        raise DataError("scaling left NaN or infinite entries")
    return X


def _frozen(array: np.ndarray) -> np.ndarray:
    array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array
