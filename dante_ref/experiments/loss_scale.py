"""Which normalisation of the loss the paper's 0.030775 (Tables 3 to 5) can be.

Two numbers bracket an autoencoder's test error: that of always answering the training mean, and
that of the best linear autoencoder with as many hidden units (PCA, fitted on the training rows).
A printed loss above the first is worse than knowing nothing; far below the second it is out of
reach of a network with one hidden layer that is linear but for leaky kinks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.linalg import eigh

from .. import datasets
from ..arrays import Array


def first_crossing(curve: Sequence[Sequence[float]], value: float) -> float | None:
    """The iteration at which a run's test error is first at or below `value`, None if it never is.

    curve: a run's (see `runs.TimedRun`); between two measured points it is taken to be linear.
    """
    before = None
    for point in curve:
        t, error = point[0], point[4]
        if error <= value:
            if before is None:
                return float(t)
            t0, error0 = before
            return float(t0 + (t - t0) * (error0 - value) / (error0 - error))
        before = t, error
    return None


def error_at(curve: Sequence[Sequence[float]], iterations: Array) -> Array:
    """A run's test errors at iterations within its curve, linear between measured points."""
    errors: Array = np.interp(iterations, [p[0] for p in curve], [p[4] for p in curve])
    return errors


@dataclass(frozen=True)
class Bracket:
    """Test errors of one data set, as means over samples and outputs; `outputs` many."""

    dataset: str
    outputs: int
    mean_answer: float
    pca: dict[int, float]

    def equivalent_components(self, error: float) -> int | None:
        """The fewest of the computed numbers of components whose error is at or below `error`."""
        return next((k for k, value in sorted(self.pca.items()) if value <= error), None)


def bracket(X: np.ndarray, X_test: np.ndarray, name: str, components: Sequence[int]) -> Bracket:
    """The Bracket of training rows X (m, d) and test rows X_test (n, d)."""
    mean = X.mean(axis=0, dtype=np.float64)
    d = X.shape[1]
    centred = X - mean.astype(X.dtype)
    _, V = eigh((centred.T @ centred).astype(np.float64))
    scores = ((X_test - mean) @ V[:, ::-1]) ** 2
    left = scores.sum() - np.cumsum(scores.sum(axis=0))
    total = float(scores.sum() / X_test.size)
    return Bracket(name, d, total, {
        k: float(max(left[k - 1], 0.0) / X_test.size) for k in components if 0 < k <= d
    })


def mnist_bracket(dataset: str, home: Path | None) -> Bracket:
    """The bracket of MNIST or its stand-in, all rows."""
    data = datasets.load(
        dataset, data_home=home, task="autoencoding", dtype=np.float32, fetch=False
    )
    return bracket(data.X_train, data.X_test, dataset, (*range(1, 21), 50, 100, 200, 400))
