"""Which `normalise` should an estimator have by default? matrix, columns and none, each tuned.

    python -m dante_ref.report.normalise --out out/normalise

Classifiers and regressors with their defaults but for the length of training and eta, which is the
best of GRID on a fifth of the training rows, for each way and each seed anew; the score (accuracy,
R²) is of test rows.
"""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from .. import datasets
from ..algorithms.sngd import Normalise
from ..datasets.dataset import Dataset
from ..estimators import DanteClassifier, DanteRegressor
from ..exceptions import DivergenceError
from .experiment import Ordering
from .outcome import Measured, Outcome
from .statistics import Replication

GRID = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
WAYS: tuple[Normalise, ...] = ("matrix", "columns", None)
SETS = ("vehicle", "ionosphere", "svmguide4", "airfoil", "fires", "digits")
MAX_ITER = 10
"""Alternations, all of them made: 1,000 minibatch iterations of each layer or more. The estimators'
own 200 would take twenty times as long."""


def score(
    data: Dataset, way: Normalise, eta: float, seed: int, fit: Any, measure: Any
) -> float:
    """The score on `measure` (X, y) of an estimator fitted on `fit`; -inf where it diverged."""
    kind = DanteRegressor if data.task == "regression" else DanteClassifier
    estimator = kind(normalise=way, eta=eta, random_state=seed, max_iter=MAX_ITER, tol=None)
    try:
        return float(estimator.fit(*fit).score(*measure))
    except DivergenceError:
        return -np.inf


def tuned(name: str, way: Normalise, seed: int, home: Path | None) -> dict[str, Any]:
    """The chosen eta and the score on test rows."""
    data = datasets.load(name, data_home=home, random_state=seed, dtype=np.float32, fetch=False,
                         scaling="standard")
    rows = np.random.default_rng([seed, 1]).permutation(len(data.X_train))
    X, y = data.X_train[rows], data.y_train[rows]
    fit_X, held_X, fit_y, held_y = train_test_split(
        X, y, test_size=0.2, random_state=seed, stratify=y if data.classes else None
    )
    found = [score(data, way, eta, seed, (fit_X, fit_y), (held_X, held_y)) for eta in GRID]
    eta = GRID[int(np.argmax(found))]
    test = score(data, way, eta, seed, (X, y), (data.X_test, data.y_test))
    plain = [value if np.isfinite(value) else None for value in (test, *found)]  # as JSON has it
    return {"set": name, "way": way, "seed": seed, "eta": eta, "test": plain[0],
            "validation": plain[1:]}


def compared(runs: Sequence[dict[str, Any]]) -> Outcome:
    """What came of `tuned` runs: a row for each set and way, and which ways beat which."""
    rows, claims = [], []
    for name in dict.fromkeys(run["set"] for run in runs):
        for way in WAYS:
            found = [run for run in runs if (run["set"], run["way"]) == (name, way)]
            rows.append(Measured(
                name, way or "none", True, tuple(run["eta"] for run in found), None,
                tuple(run["seed"] for run in found),
                tuple(-math.inf if run["test"] is None else run["test"] for run in found),
                MAX_ITER, math.nan, math.nan, {},
            ))
        claims += [Ordering(name, "columns", "matrix"), Ordering(name, "matrix", "none")]
    return Outcome("normalise", "What an estimator's steps are normalised by", "companion",
                   tuple(rows), tuple(claims), "accuracy",
                   unit="score on test rows (accuracy, R²)")


def default(found: Outcome) -> tuple[str, str]:
    """(the default, why): matrix, which Algorithm 1 prints, unless columns beat it on more sets
    than the other way."""
    verdicts = Counter(d.verdict for claim, d in found.decisions if claim.better == "columns")
    ahead, behind = verdicts[Replication.REPLICATES], verdicts[Replication.CONTRADICTED]
    way = "columns" if ahead > behind else "matrix"
    return way, (f"Columns beat matrix on {ahead} of {verdicts.total()} sets and lose on {behind}: "
                 f"the default is {way}.")
