"""Which `normalise` should an estimator have by default? matrix, columns and none, each tuned.

    python -m dante_ref.experiments.normalise --out out/normalise

Classifiers and regressors with their defaults but for the length of training and eta, which is the
best of GRID on a fifth of the training rows, for each way and each seed anew; the score (accuracy,
R²) is of test rows.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from .. import datasets, store
from ..algorithms.sngd import Normalise
from ..datasets.dataset import Dataset
from ..estimators import DanteClassifier, DanteRegressor
from ..exceptions import DivergenceError
from .statistics import Replication, decide, summary

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


def table(runs: Sequence[dict[str, Any]]) -> str:
    """Mean scores by set and way over the seeds that all three have, what decides, and the default:
    matrix, which Algorithm 1 prints, unless columns beat it on more sets than the other way."""
    lines = ["| data | seeds | matrix | columns | none | columns beat matrix | matrix beats none |",
             "| --- | --- | --- | --- | --- | --- | --- |"]
    won = dict.fromkeys(Replication, 0)
    for name in dict.fromkeys(run["set"] for run in runs):
        by = {way: {r["seed"]: r["test"] for r in runs if (r["set"], r["way"]) == (name, way)}
              for way in WAYS}
        seeds = sorted(set.intersection(*(set(found) for found in by.values())))
        values: dict[str | None, list[float]] = {
            way: [-np.inf if by[way][seed] is None else by[way][seed] for seed in seeds]
            for way in WAYS
        }
        cells = []
        for way in WAYS:
            s = summary(values[way])
            half = f" ± {s.half_width:.2g}" if len(seeds) > 1 else ""
            cells.append(f"{s.mean:.4f}{half}")
        verdicts = [
            decide(values[a], values[b], higher=True)
            for a, b in (("columns", "matrix"), ("matrix", None))
        ]
        won[verdicts[0].verdict] += 1
        cells += [verdict.words for verdict in verdicts]
        lines.append(f"| {name} | {len(seeds)} | " + " | ".join(cells) + " |")
    ahead, behind = won[Replication.REPLICATES], won[Replication.CONTRADICTED]
    lines += ["", f"Each tuned, {MAX_ITER} alternations. Columns beat matrix on {ahead} of "
                  f"{sum(won.values())} sets and lose on {behind}: the default is "
                  f"{'columns' if ahead > behind else 'matrix'}."]
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str] | None = None) -> None:
    """Compute what isn't in --out yet, and write its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/normalise"))
    parser.add_argument("--data-home", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    args = parser.parse_args(argv)
    args.out.mkdir(parents=True, exist_ok=True)
    file = args.out / "normalise.json"
    runs = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    done = {(r["set"], r["way"], r["seed"]) for r in runs}
    for seed in range(args.seeds):
        for name in args.sets:
            for way in WAYS:
                if (name, way, seed) not in done:
                    runs.append(tuned(name, way, seed, args.data_home))
                    store.write_json(file, runs)
    text = table(runs)
    store.write_text(args.out / "normalise.md", text)
    print(text)


if __name__ == "__main__":
    main()
