"""`dante-ref train`: an autoencoder by DANTE and by mini-batch SGD backprop, side by side.

With --schedule one network, of any depth, by one schedule and step rule instead.
"""

import argparse
import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from .. import __version__, checks, store
from ..activations import ACTIVATIONS, GeneralizedReLU
from ..algorithms.sngd import ITERATES
from ..datasets.scaling import SCALES
from ..exceptions import DivergenceError, InputError
from ..report import curve_table
from ..training.rules import RULES
from ..training.run import Runs
from ..training.schedules import SCHEDULES
from .earlier import add_overwrite, make_room
from .train_setup import NORMALISE, STEPS, Job, make_job

CHECKPOINT, BEST, LAST_FINITE = "checkpoint.npz", "best.npz", "last-finite.npz"
CURVES, PICTURE, SUMMARY = "curves.csv", "curves.png", "summary.json"
WRITTEN = (CHECKPOINT, BEST, LAST_FINITE, CURVES, PICTURE, SUMMARY)
OPTIONS = {
    "max_alternations": "--iterations", "T": "--iterations", "T_AM": "--least-alternations",
    "T_SNGD": "--inner-iterations", "b": "--batch-size",
    "rule": "--rule, --eta", "samples": "--data, --scale, --test-fraction, --seed",
    "sizes": "--hidden", "schedule": "--schedule, --inner-iterations, --lr, --eps",
}
"""Settings that aren't called as their options are."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    unset = argparse.SUPPRESS  # so that the help shows no 'default: None'
    add("--out", type=Path, default=Path("out/train"),
        help="folder for curves.csv, summary.json, checkpoint.npz, best.npz (the weights with the "
        "least training error measured) and, without --schedule, curves.png")
    add("--resume", action="store_true",
        help="go on from the folder's checkpoint, perhaps to a larger --iterations (not when "
        "greedy_pairs has begun its second pair: a longer run moves the first for longer)")
    add_overwrite(parser)
    data = parser.add_argument_group("data")
    add = data.add_argument
    add("--data", type=Path, default=unset, metavar="FILE",
        help=".npy, .npz or .csv, one sample a row; without it scikit-learn's digits")
    add("--key", default=unset, help="name of the array in an .npz file that holds several")
    add("--scale", choices=SCALES, default=unset,
        help="put the training data into [0, 1]: by column (default for --data), all columns "
        "alike (default for the digits), or not at all")
    add("--test-fraction", type=float, default=0.2, help="part of the samples kept for testing")
    add("--mapped", action="store_true",
        help="with --schedule: read --data (.npy, float32 or float64) where it lies, as it may be "
        "larger than memory. It isn't scaled, and its last rows, not random ones, are for testing")
    network = parser.add_argument_group("network")
    add = network.add_argument
    add("--activation", choices=tuple(ACTIVATIONS), default=GeneralizedReLU.name,
        help="activation of both layers")
    add("--slopes", type=float, nargs=2, default=unset, metavar=("A", "B"),
        help="generalized ReLU's slopes a for z <= 0 and b for z > 0 (default: 0.01 1)")
    add("--hidden", type=int, nargs="+", default=[32], metavar="UNITS",
        help="hidden units, the paper's d'; with --schedule one number for each hidden layer")
    training = parser.add_argument_group("training")
    add = training.add_argument
    add("--iterations", type=int, default=10_000,
        help="minibatch iterations of each method; a multiple of twice --inner-iterations "
        "(with --schedule: of one round of its layers)")
    add("--inner-iterations", type=int, default=250, metavar="T_SNGD",
        help="iterations on one layer before DANTE turns to the other")
    add("--batch-size", type=int, default=20, help="the paper's minibatch size b")
    add("--eta", type=float, default=unset,
        help="length of DANTE's normalised step (default: "
        f"{STEPS['sigmoid'][0]} for sigmoid, else {STEPS['generalized_relu'][0]})")
    add("--lr", type=float, default=unset,
        help="SGD's learning rate, with dante_finetuned that of the fine-tuning (default: "
        f"{STEPS['sigmoid'][1]} for sigmoid, else {STEPS['generalized_relu'][1]})")
    add("--eps", type=float, default=0.0,
        help="Algorithm 2's stopping threshold; 0 uses all iterations")
    add("--least-alternations", type=int, default=1, metavar="T_AM",
        help="Algorithm 2's T_AM: it does not stop by --eps while t < T_AM")
    add("--iterate", choices=ITERATES, default="last",
        help="what a turn of SNGD hands on: its last iterate, as printed, or its best")
    add("--every", type=int, default=10, help="measure the errors at every so many iterations")
    add("--seed", type=int, default=0, help="of the split, the start and the minibatches")
    add("--save-seconds", type=float, default=10.0, metavar="S",
        help="least time between two checkpoints")
    single = parser.add_argument_group("one network instead of the comparison")
    add = single.add_argument
    add("--schedule", choices=tuple(SCHEDULES), default=unset,
        help="train one network, with these layers moving in turn")
    add("--rule", choices=tuple(RULES), default=unset,
        help="its step rule, whose step is --eta (default: sgd)")
    add("--normalise", choices=tuple(NORMALISE), default=unset,
        help="the direction: G/‖G‖_F, each column of G by its own norm, or G itself (default: "
        "none for backprop, else matrix)")


def run(args: argparse.Namespace) -> int:
    if args.resume and args.overwrite:
        raise InputError("--resume and --overwrite are given; allowed is one of them")
    if args.resume and not (args.out / CHECKPOINT).exists():
        raise InputError(
            f"--resume: {args.out} holds no {CHECKPOINT} to go on from; allowed is the --out of "
            "an earlier run, or to begin one without --resume"
        )
    checks.whole_number("seed", args.seed)
    job = make_job(args)
    out = store.writable_folder(args.out)
    # In the checkpoint a single run's arrays have no name in front.
    named = {title if len(job.runs) > 1 else "": run for title, run in job.runs.items()}
    runs = Runs(named, out / CHECKPOINT, job.config, args.save_seconds)
    if args.resume:
        _restore(runs)
    else:
        make_room(out, WRITTEN, overwrite=args.overwrite, other="--resume, to go on from it, ")
    trainings = [run.training for run in job.runs.values()]
    progress = tqdm(
        total=len(trainings) * args.iterations, unit=" iterations", disable=None, leave=False,
        initial=sum(training.progress.iterations for training in trainings),
    )
    try:
        with progress:
            runs.train(progress.update)
    except KeyboardInterrupt:
        _keep(args, job, runs)
        _draw(args, job)
        for title, run in job.runs.items():
            print(f"{title}: least training error {run.best_error:.5g}, at iteration "
                  f"{run.best_iteration}; its weights are in {BEST}", file=sys.stderr)
        print(f"stopped; the same command with --resume goes on from {runs.path}", file=sys.stderr)
        return 130
    except DivergenceError as error:  # what was measured until then is kept
        _keep(args, job, runs)
        store.write_npz(
            out / LAST_FINITE, {f"W{l}": W for l, W in enumerate(error.weights or (), 1)}
        )
        _draw(args, job)
        raise
    _keep(args, job, runs)
    _summarise(args, job)
    return 0


def _restore(runs: Runs) -> None:
    """Go to the checkpoint; a refusal names the options."""
    try:
        runs.restore()
    except InputError as error:
        flags = [f"{key}: {flag}" for key, flag in OPTIONS.items() if key in error.names]
        raise InputError(f"{error} ({'; '.join(flags)})" if flags else str(error)) from None


def _keep(args: argparse.Namespace, job: Job, runs: Runs) -> None:
    """Write the best weights and the curves, as numbers."""
    store.write_npz(args.out / BEST, runs.best_weights())
    curve_table.write_csv(args.out / CURVES, job.curves)


def _mean_error(job: Job) -> float:
    """The test error of always answering the training mean."""
    with np.errstate(over="ignore", invalid="ignore"):  # its own error would be said before
        return float(np.mean(np.sum((job.test - job.train.mean(axis=0)) ** 2, axis=1)))


def _draw(args: argparse.Namespace, job: Job) -> None:
    """Draw the comparison's curves. All numbers are saved by then, and a picture is no reason to
    call a training failed."""
    if "schedule" in vars(args):
        return
    (m, d), n, s = job.train.shape, len(job.test), job.settings
    try:
        from ..report import training_curves

        training_curves.plot(
            args.out / PICTURE, job.curves, outputs=d, b=s["b"],
            mean_error=_mean_error(job),
            title=f"Autoencoder {d}-{s['hidden']}-{d} on {job.source} ({m} training, {n} test "
            f"samples), {s['activation']}\n"
            f"DANTE: eta = {s['eta']:g}, T_SNGD = {s['T_SNGD']}; SGD: lr = {s['lr']:g}",
        )
    except Exception as error:  # of matplotlib, its fonts, the user's settings of it
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        print(f"{PICTURE} couldn't be drawn ({reason}); {CURVES} has its numbers", file=sys.stderr)


def _summarise(args: argparse.Namespace, job: Job) -> None:
    """Write the errors reached to summary.json, with the settings, and print them."""
    (m, d), n, mean_error = job.train.shape, len(job.test), _mean_error(job)
    results: dict[str, dict[str, Any]] = {}
    for title, run in job.runs.items():
        network, progress = run.training.network, run.training.progress
        results[title] = {
            "train_error": network.error(job.train, job.train),
            "test_error": network.error(job.test, job.test),
            "minibatch_iterations": progress.iterations, "zero_gradients": progress.zero_gradients,
            "best_train_error": run.best_error, "best_iteration": run.best_iteration,
        }
    store.write_json(args.out / SUMMARY, {
        "schema": 1,
        "normalisation": "mean over samples, sum over outputs",
        "samples": {"source": job.source, "train": m, "test": n, "inputs": d},
        "settings": job.settings,
        "results": results,
        "training_mean_test_error": mean_error,
        "versions": {
            "dante_ref": __version__, "numpy": np.__version__,
            "python": platform.python_version(),
        },
    })
    _draw(args, job)
    print(f"{job.source}: {m} training and {n} test samples, {d} inputs")
    print("squared error of the inputs as scaled, mean over samples, sum over outputs")
    print(f"{'method':<24}{'iterations':>12}{'train':>12}{'test':>12}")
    for title, result in results.items():
        print(f"{title:<24}{result['minibatch_iterations']:>12}"
              f"{result['train_error']:>12.5g}{result['test_error']:>12.5g}")
    print(f"{'training mean':<24}{'':>12}{'':>12}{mean_error:>12.5g}")
    written = [name for name in (CURVES, PICTURE, SUMMARY, CHECKPOINT, BEST)
               if (args.out / name).exists()]
    print(f"written to {args.out}: {', '.join(written)}")
