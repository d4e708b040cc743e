"""Runs: each is computed once, stored at once, and never confused with another.

A finished run is one small JSON file named by the hash of its whole configuration, written beside
and renamed; so an interrupted command goes on where it was. A run of more than a few seconds also
keeps a checkpoint and goes on within itself, to the last bit; Table 2's, through scikit-learn's
Pipeline, start anew.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

from .. import datasets, store
from ..arrays import Array
from ..datasets.dataset import Dataset
from ..exceptions import DivergenceError, InputError
from ..training.engine import Training
from ..training.network import Network
from ..training.run import Run, Runs
from ..training.work import phase_flops
from . import released
from .features import SVM_FITS, classifier, evaluate
from .setting import Setting

SECONDS_BETWEEN_CHECKPOINTS = 20.0
MEASURED_ROWS = 2000
"""The training error is measured on so many training rows at most."""


def resolve(name: str, home: Path | None) -> str:
    """The data set itself if it is here, else its stand-in; InputError if it has none."""
    if datasets.find(name, home) is not None:
        return name
    standin = datasets.standin_for(name)
    if standin is None:
        datasets.load(name, data_home=home, fetch=False)  # says which file to put where
        raise InputError(f"data set {name} has no stand-in")
    return standin


_load = lru_cache(maxsize=2)(datasets.load)


def load(setting: Setting, home: Path | None) -> Dataset:
    """The setting's data set, unshortened."""
    entry = datasets.lookup(setting.dataset)
    # Upstream's own split is the same for every seed, so a large set is read once a process.
    return _load(
        setting.dataset, data_home=home, task=setting.task, dtype=np.dtype(setting.dtype),
        random_state=setting.seed if setting.is_split_by_seed else 0, fetch=False,
        scaling="none" if setting.svm and not entry.value_range else None,
    )


def parts(setting: Setting, data: Dataset) -> tuple[np.ndarray, ...]:
    """X, y to train on and X, y to measure on. With `validation` no test row is touched."""
    # In an order of its own: upstream's rows may be sorted.
    rows = np.random.default_rng([setting.seed, 1]).permutation(len(data.X_train))
    if setting.train_rows:
        rows = rows[:setting.train_rows]
    if setting.validation:
        rows, held = train_test_split(
            rows, test_size=0.2, random_state=setting.seed,
            stratify=data.y_train[rows] if data.classes else None,
        )
        return data.X_train[rows], data.y_train[rows], data.X_train[held], data.y_train[held]
    test = np.random.default_rng([setting.seed, 2]).permutation(len(data.X_test))
    if setting.test_rows:
        test = test[:setting.test_rows]
    return data.X_train[rows], data.y_train[rows], data.X_test[test], data.y_test[test]


def measured_rows(setting: Setting, m: int) -> np.ndarray:
    """The training rows on which the training error is measured."""
    return np.random.default_rng([setting.seed, 3]).permutation(m)[:MEASURED_ROWS]


class TimedRun(Run):
    """A `Run` whose points also have the work done and the seconds of training alone.

    A point: iteration, train error, test error, flops, seconds. Errors are means over samples
    *and* outputs: the paper's squared error divided by the number of outputs. One that isn't finite
    is a point too.
    """

    def __init__(self, setting: Setting, training: Training, X_test: Array, Y_test: Array):
        every = max(1, setting.updates // setting.points)
        super().__init__(training, self.measured, every=every)
        rows = measured_rows(setting, training.m)
        self.samples = (training.X[rows], training.Y[rows]), (X_test, Y_test)
        self.setting, self.began = setting, time.perf_counter()

    def measured(self) -> tuple[float, ...]:
        """A point, but for its iteration. Measuring takes no time of the training's."""
        training, now = self.training, time.perf_counter()
        net, seconds = training.network, now - self.began
        train, test = (net.error(*part) / net.sizes[-1] for part in self.samples)
        flops = self.setting.flops(net, training.m, training.progress.iterations)
        self.began += time.perf_counter() - now
        return train, test, flops, seconds

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        state, arrays = super().state()
        return state | {"seconds": time.perf_counter() - self.began}, arrays

    def restore(self, state: dict[str, Any], arrays: Mapping[str, Array], where: Path) -> None:
        super().restore(state, arrays, where)
        self.began = time.perf_counter() - float(state["seconds"])


def train(
    setting: Setting, X: Array, Y: Array, X_test: Array, Y_test: Array, kept: Path | None = None
) -> tuple[TimedRun, str]:
    """(the run, what went wrong or ''): the setting's network trained on X, Y."""
    first, stream = np.random.SeedSequence([setting.seed, 4]).spawn(2)
    sizes = (X.shape[1], *setting.hidden, Y.shape[1])
    weights = released.start(setting, sizes, np.random.default_rng(first))
    network = Network(setting.activations, [W.astype(X.dtype) for W in weights])
    run = TimedRun(setting, Training(
        network, X, Y, setting.by_layer(sizes), rule=setting.rule(sizes),
        normalise=setting.normalise, b=setting.b, random_state=stream,
    ), X_test, Y_test)
    problem, save = "", lambda: None
    if kept is not None:
        checkpoint = Runs({"": run}, kept, setting.config(), SECONDS_BETWEEN_CHECKPOINTS)
        if kept.exists():
            checkpoint.restore()
        save = checkpoint.save_if_due
    try:
        run.train(save=save)
        if run.curve[-1][0] < run.training.progress.iterations:
            run.record()
    except DivergenceError as error:
        problem = str(error)
    return run, problem


def compute(setting: Setting, home: Path | None = None, kept: Path | None = None) -> dict[str, Any]:
    """The setting's result as JSON holds it. A training that diverges is a result: 'diverged'."""
    data = load(setting, home)
    X, y, X_test, y_test = parts(setting, data)
    result: dict[str, Any] = {
        "config": setting.config(), "title": data.title, "origin": data.split,
        "is_standin": data.is_standin, "rows": [len(X), len(X_test)],
    }
    if setting.svm:
        pipeline = classifier(setting, scale_inputs=data.scaling == "none")
        return result | evaluate(pipeline, setting, X, y, X_test, y_test)
    Y, Y_test = data.network_target(X, y), data.network_target(X_test, y_test)
    if setting.seen.literal:
        rows = measured_rows(setting, len(X))
        network: Any
        network, curve, problem = released.run(setting, X, Y, X_test, Y_test, rows)
        iterations, zeros = setting.updates, 0
    else:
        run, problem = train(setting, X, Y, X_test, Y_test, kept)
        network, progress = run.training.network, run.training.progress
        curve = [[i, flops, seconds, *errors] for i, *errors, flops, seconds in run.curve]
        iterations, zeros = progress.iterations, progress.zero_gradients
    curve = [point for point in curve if np.isfinite(point).all()]
    last = curve[-1]
    result |= {
        "curve": curve, "iterations": iterations, "flops": last[1], "seconds": last[2],
        "train_error": last[3], "test_error": last[4],
        "best_test_error": min(point[4] for point in curve), "diverged": problem,
        "zero_gradients": zeros,
    }
    with np.errstate(over="ignore", invalid="ignore"):
        result["mean_answer"] = float(np.mean((Y_test - Y.mean(axis=0)) ** 2))
        if data.classes and setting.task == "classification":
            hits = network.forward(X_test).argmax(axis=1) == y_test
            result["accuracy"] = float(np.mean(hits))
    return result


def stored(setting: Setting, folder: Path) -> dict[str, Any] | None:
    """The finished run, None if there is none or its file isn't whole or isn't of this setting."""
    try:
        result = json.loads((folder / f"{setting.key()}.json").read_text(encoding="utf-8"))
        return result if result["config"] == setting.config() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def finish(
    setting: Setting, folder: Path, home: Path | None, jobs: int | None = 1
) -> dict[str, Any]:
    """The stored run, computed and stored first if need be.

    jobs: how many runs there are at a time, None if unknown; stored, as seconds depend on it.
    """
    result = stored(setting, folder)
    if result is not None:
        return result
    file, kept = folder / f"{setting.key()}.json", folder / f"{setting.key()}.npz"
    with threadpool_limits(1):
        result = compute(setting, home, kept) | {"jobs": jobs}
    store.write_text(file, json.dumps(result) + "\n", shared=True)
    kept.unlink(missing_ok=True)
    return result


def cost(setting: Setting) -> float:
    """Rough seconds of a run, for the progress bar and for what isn't run: flops at 100 GFlop/s
    (Figure 2b at full size, one core), what a step takes for each weight and in any case, and
    (measured on USPS) what a fit of a linear SVM takes an entry of its samples."""
    entry = datasets.lookup(setting.dataset)
    n = entry.features
    sizes = (n, *setting.hidden, n if setting.task == "autoencoding" else 10)
    L = len(sizes) - 1
    flops = phase_flops(sizes, range(1, L + 1), setting.b, setting.iterations, 1)
    weights = sum(a * b for a, b in pairwise(sizes))
    evaluation = setting.points * 8e3 * weights
    steps = (flops + evaluation) / 1e11 + setting.iterations * (1.2e-4 + 1.4e-9 * weights)
    rows = min(setting.train_rows or entry.rows, entry.rows)
    return steps + (SVM_FITS * 1e-6 * rows * setting.hidden[-1] if setting.svm else 0.0)


def finish_all(
    settings: Sequence[Setting], folder: Path, home: Path | None, jobs: int,
    at_a_time: int | None = 1,
) -> Iterator[tuple[Setting, dict[str, Any]]]:
    """Each setting with its result, as `finish` has it.

    Under `joblib.parallel_config(backend="dask")` the runs go where that backend runs them; the
    folder must then be one that the workers share.
    """
    results = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(finish)(setting, folder, home, at_a_time) for setting in settings
    )
    return zip(settings, results, strict=True)
