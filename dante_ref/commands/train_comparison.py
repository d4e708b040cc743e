"""`dante-ref train` without --schedule: DANTE and mini-batch SGD backprop, side by side."""

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .. import store
from ..exceptions import DivergenceError, InputError
from ..report import training_curves
from ..training.comparison import Comparison, Settings
from .train_shared import (
    BEST,
    CHECKPOINT,
    STEPS,
    activation,
    prepare,
    save_last_finite,
    say_best,
    scaled_samples,
    stopped,
    write_summary,
)


def run(args: argparse.Namespace) -> int:
    given = vars(args)
    for name in ("rule", "direction", "save_seconds"):
        if name in given:
            raise InputError(
                f"--{name.replace('_', '-')} is {given[name]!r}; it is allowed only with --schedule"
            )
    if args.mapped:
        raise InputError("--mapped is given; it is allowed only with --schedule")
    if len(args.hidden) != 1:
        raise InputError(f"--hidden is {args.hidden}; allowed without --schedule is one number")
    eta, lr = STEPS.get(args.activation, STEPS["generalized_relu"])
    settings = Settings(
        activation=activation(args), hidden=args.hidden[0],
        eta=given.get("eta", eta), lr=given.get("lr", lr), b=args.batch_size,
        T_SNGD=args.inner_iterations, T_AM=args.least_alternations, eps=args.eps,
        iterate=args.iterate, every=args.every, seed=args.seed,
    )
    train, test, source = scaled_samples(args)
    comparison = Comparison(train, test, settings)
    path = prepare(args.out)
    if args.resume:
        comparison.restore(path)
        done = max(run.done for run in comparison.runs.values())
        if done > args.iterations:
            raise InputError(
                f"--iterations is {args.iterations}; allowed is {done} or more, as {path} "
                "has that many behind it"
            )

    comparison.save(path)
    progress = tqdm(
        total=2 * args.iterations, initial=sum(run.done for run in comparison.runs.values()),
        unit=" iterations", disable=None, leave=False,
    )
    try:
        with progress:
            comparison.train_to(
                args.iterations, tick=progress.update, save=lambda: comparison.save(path)
            )
    except KeyboardInterrupt:
        store.write_npz(args.out / BEST, comparison.best_weights())
        for method, run in comparison.runs.items():
            say_best(method, run)
        return stopped(path)
    except DivergenceError as error:
        # What was measured until then is kept.
        store.write_npz(args.out / BEST, comparison.best_weights())
        save_last_finite(args.out, error)
        _write_curves(args.out, comparison, source)
        raise
    store.write_npz(args.out / BEST, comparison.best_weights())
    _write_curves(args.out, comparison, source)
    _summarise(args.out, comparison, source)
    return 0


def _mean_error(comparison: Comparison) -> float:
    """The test error of always answering the training mean."""
    train, test = comparison.train.X, comparison.test.X
    return float(np.mean(np.sum((test - train.mean(axis=0)) ** 2, axis=1)))


def _write_curves(out: Path, comparison: Comparison, source: str) -> None:
    """Write curves.csv and curves.png."""
    settings, (m, d), n = comparison.settings, comparison.train.X.shape, comparison.test.m
    curves = {method: run.curve for method, run in comparison.runs.items()}
    training_curves.write_csv(out / "curves.csv", curves)
    training_curves.plot(
        out / "curves.png", curves, outputs=d, b=settings.b, mean_error=_mean_error(comparison),
        title=f"Autoencoder {d}-{settings.hidden}-{d} on {source} ({m} training, {n} test "
        f"samples), {settings.activation.name}\n"
        f"DANTE: eta = {settings.eta:g}, T_SNGD = {settings.T_SNGD}; SGD: lr = {settings.lr:g}",
    )


def _summarise(out: Path, comparison: Comparison, source: str) -> None:
    """Print the errors reached and write them to summary.json, with the settings."""
    (m, d), n, mean_error = comparison.train.X.shape, comparison.test.m, _mean_error(comparison)
    results = {}
    print(f"{source}: {m} training and {n} test samples, {d} inputs")
    print("squared error of the inputs as scaled, mean over samples, sum over outputs")
    print(f"{'method':<16}{'iterations':>12}{'train':>12}{'test':>12}")
    for method, run in comparison.runs.items():
        train_error, test_error = comparison.errors(method)
        results[method] = {
            "train_error": train_error, "test_error": test_error,
            "minibatch_iterations": run.done, "zero_gradients": run.zero_gradients,
        }
        print(f"{method:<16}{run.done:>12}{train_error:>12.5g}{test_error:>12.5g}")
    print(f"{'training mean':<16}{'':>12}{'':>12}{mean_error:>12.5g}")
    write_summary(
        out, {"source": source, "train": m, "test": n, "inputs": d}, comparison.settings.config(),
        results, training_mean_test_error=mean_error,
    )
    print(f"written to {out}: curves.csv, curves.png, summary.json, {CHECKPOINT}, {BEST}")
