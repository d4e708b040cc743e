"""Scaling, by name: scikit-learn transformers that see training rows only.

Inputs (d columns):
    none      as stored
    range     (x - lo) / (hi - lo), where lo and hi are known beforehand (grey levels)
    minmax    each column to [0, 1] on the training rows
    standard  each column to mean 0 and variance 1 on the training rows
    ball      each column to [0, 1/√d], test rows clipped: ‖xᵢ‖ ≤ 1, as Definition 2 asks
Targets: none, minmax, standard, and log-minmax: log(1 + y), then minmax.

`split` and `scale` do the same for a user's samples: (x - low) / width, which has no cancellation
where low is large and takes no narrow column for a constant, as MinMaxScaler's a x + c would.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import checks
from ..arrays import Array
from ..exceptions import InputError

if TYPE_CHECKING:
    from sklearn.base import TransformerMixin

INPUT_SCALINGS = ("none", "range", "minmax", "standard", "ball")
SCALES = ("column", "all", "none")
TARGET_SCALINGS = ("none", "minmax", "standard", "log-minmax")


def input_scaler(
    scaling: str, X_train: np.ndarray, value_range: tuple[float, ...]
) -> "TransformerMixin | None":
    """The fitted transformer; None for 'none'. InputError for an unknown or impossible one."""
    checks.one_of("scaling", scaling, INPUT_SCALINGS)
    if scaling == "range":
        if not value_range:
            raise InputError("scaling is 'range'; allowed only for images, whose range is known")
        X_train = np.repeat(np.array(value_range)[:, None], X_train.shape[1], axis=1)
    return _fitted(scaling, X_train)


def target_scaler(scaling: str, y_train: np.ndarray) -> "TransformerMixin | None":
    """The fitted transformer of a target column (m, 1); None for 'none'."""
    checks.one_of("target_scaling", scaling, TARGET_SCALINGS)
    if scaling == "log-minmax" and np.min(y_train) <= -1:
        raise InputError("target_scaling is 'log-minmax'; allowed only for targets above -1")
    return _fitted(scaling, y_train)


def _fitted(scaling: str, X: np.ndarray) -> "TransformerMixin | None":
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

    made = {
        "range": MinMaxScaler(), "minmax": MinMaxScaler(), "standard": StandardScaler(),
        "ball": MinMaxScaler((0, 1 / np.sqrt(X.shape[1])), clip=True),
        "log-minmax": make_pipeline(
            FunctionTransformer(np.log1p, np.expm1, check_inverse=False), MinMaxScaler()),
    }
    return made[scaling].fit(X) if scaling in made else None


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
