"""Section 4.3: hidden features of an autoencoder, and a linear SVM on them.

Everything that is fitted (scaling, autoencoder, C) is a step of one Pipeline and is fitted on what
`fit` is given: the training rows.
"""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import LinearSVC

C_GRID = (0.01, 0.1, 1.0, 10.0)
FOLDS = 3


class HiddenFeatures(TransformerMixin, BaseEstimator):
    """The hidden layer of an autoencoder; `trainer(X)` trains one and returns the Network."""

    def __init__(self, trainer: Any):
        self.trainer = trainer

    def fit(self, X: np.ndarray, y: Any = None) -> "HiddenFeatures":
        """Train the autoencoder on X (m, d)."""
        self.network_ = self.trainer(np.ascontiguousarray(X))
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """phi_1<W_1, x> for each row: (m, hidden)."""
        return self.network_.activation(X.astype(self.network_.dtype, copy=False), 1)


def classifier(trainer: Any, seed: int, *, scale_inputs: bool) -> Pipeline:
    """Scaling to [0, 1] (where asked), hidden features, standardised, LinearSVC.

    C is the best of C_GRID by FOLDS-fold cross-validation on the rows given to `fit`. The
    autoencoder is trained once, without labels, on those rows; folds are of its features.
    """
    svm = GridSearchCV(
        LinearSVC(dual=False, random_state=seed, tol=1e-3), {"C": list(C_GRID)},
        cv=StratifiedKFold(FOLDS, shuffle=True, random_state=seed),
    )
    steps: list[tuple[str, Any]] = [("scale", MinMaxScaler())] if scale_inputs else []
    return Pipeline([
        *steps, ("features", HiddenFeatures(trainer)), ("standardise", StandardScaler()),
        ("svm", svm),
    ])
