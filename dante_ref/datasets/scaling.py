"""Scaling, by name: scikit-learn transformers that see training rows only.

Inputs (d columns):
    none      as stored
    range     (x - lo) / (hi - lo), where lo and hi are known beforehand (grey levels)
    minmax    each column to [0, 1] on the training rows
    standard  each column to mean 0 and variance 1 on the training rows
    ball      each column to [0, 1/sqrt(d)], test rows clipped: ||x_i|| <= 1, as Definition 2 asks
Targets: none, minmax, standard, and log-minmax: log(1 + y), then minmax.
"""

import numpy as np
from sklearn.base import TransformerMixin
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from .. import checks
from ..exceptions import InputError

INPUT_SCALINGS = ("none", "range", "minmax", "standard", "ball")
TARGET_SCALINGS = ("none", "minmax", "standard", "log-minmax")


def input_scaler(
    scaling: str, X_train: np.ndarray, value_range: tuple[float, ...]
) -> TransformerMixin | None:
    """The fitted transformer; None for 'none'. InputError for an unknown or impossible one."""
    checks.one_of("scaling", scaling, INPUT_SCALINGS)
    d = X_train.shape[1]
    if scaling == "none":
        return None
    if scaling == "range":
        if not value_range:
            raise InputError("scaling is 'range'; allowed only for images, whose range is known")
        return MinMaxScaler().fit(np.repeat(np.array(value_range)[:, None], d, axis=1))
    if scaling == "ball":
        return MinMaxScaler(feature_range=(0, 1 / np.sqrt(d)), clip=True).fit(X_train)
    return (MinMaxScaler() if scaling == "minmax" else StandardScaler()).fit(X_train)


def target_scaler(scaling: str, y_train: np.ndarray) -> TransformerMixin | None:
    """The fitted transformer of a target column (m, 1); None for 'none'."""
    checks.one_of("target_scaling", scaling, TARGET_SCALINGS)
    if scaling == "none":
        return None
    if scaling == "log-minmax":
        if np.min(y_train) <= -1:
            raise InputError("target_scaling is 'log-minmax'; allowed only for targets above -1")
        log = FunctionTransformer(np.log1p, np.expm1, check_inverse=False)
        return make_pipeline(log, MinMaxScaler()).fit(y_train)
    return (MinMaxScaler() if scaling == "minmax" else StandardScaler()).fit(y_train)
