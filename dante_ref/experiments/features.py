"""Section 4.3: hidden features of an autoencoder, and a linear SVM on them.

Everything that is fitted (scaling, autoencoder, C) is a step of one Pipeline and is fitted on what
`fit` is given: the training rows.
"""

import time
from typing import Any

import numpy as np
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import LinearSVC

from .. import datasets
from ..estimators import DanteAutoencoder
from ..exceptions import DivergenceError, InputError
from .setting import Setting

C_GRID = (0.01, 0.1, 1.0, 10.0)
FOLDS = 3
SVM_FITS = FOLDS * len(C_GRID) + 1


def autoencoder(setting: Setting) -> DanteAutoencoder:
    """The setting's autoencoder: its schedule, rule and direction, for exactly its iterations.

    InputError for a reading that the estimator can't have.
    """
    if not setting.is_possible:
        other = ", ".join(f"{k} {v}" for k, v in setting.seen.differences.items())
        raise InputError(f"Table 2's estimator can't have the reading {other}")
    rounds, turn = setting.alternations(), setting.T_SNGD
    n = datasets.lookup(setting.dataset).features
    if setting.method.schedule == "backprop":
        turn *= len(setting.hidden) + 1  # as many iterations an alternation as one turn of each
    phi = setting.phi()
    return DanteAutoencoder(
        setting.hidden, phi, output_activation=phi, schedule=setting.method.schedule,
        rule=setting.rule((n, *setting.hidden, n)),
        normalise=setting.normalise,
        batch_size=setting.b, inner_iter=turn, max_iter=rounds, tol=None,
        random_state=setting.seed,
    )


def classifier(setting: Setting, *, scale_inputs: bool) -> Pipeline:
    """Scaling to [0, 1] (where asked), hidden features, standardised, LinearSVC.

    C is the best of C_GRID by FOLDS-fold cross-validation on the rows given to `fit`. The
    autoencoder is trained once, without labels, on those rows; folds are of its features.
    """
    svm = GridSearchCV(
        LinearSVC(dual=False, random_state=setting.seed, tol=1e-3), {"C": list(C_GRID)},
        cv=StratifiedKFold(FOLDS, shuffle=True, random_state=setting.seed),
    )
    steps: list[tuple[str, Any]] = [("scale", MinMaxScaler())] if scale_inputs else []
    return Pipeline([
        *steps, ("features", autoencoder(setting)), ("standardise", StandardScaler()),
        ("svm", svm),
    ])


def evaluate(
    pipeline: Pipeline, setting: Setting, X: np.ndarray, y: np.ndarray, X_test: np.ndarray,
    y_test: np.ndarray,
) -> dict[str, Any]:
    """The pipeline of `classifier` fitted on X, y alone; X_test, y_test are only scored.

    Seconds are of the whole fit, flops of the autoencoder. A divergence is a result.
    """
    start, problem = time.perf_counter(), ""
    try:
        pipeline.fit(X, y)
    except DivergenceError as error:
        problem = str(error)
    seconds = time.perf_counter() - start
    net = pipeline["features"].network_
    result = {
        "iterations": setting.iterations, "seconds": seconds, "diverged": problem,
        "flops": setting.flops(net, len(X), setting.iterations),
    }
    if problem:
        return result
    curve = [error / net.sizes[-1] for error in pipeline["features"].loss_curve_]
    return result | {
        "train_error": curve[-1], "train_errors": curve, "C": pipeline["svm"].best_params_["C"],
        "validation_accuracy": float(pipeline["svm"].best_score_),
        "accuracy": float(pipeline.score(X_test, y_test)),
    }
