"""`dante-ref train`: DANTE against mini-batch SGD backprop on a one-hidden-layer autoencoder."""

import argparse
import json
import platform
import sys
import tempfile
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .. import __version__, checks
from ..activations import ACTIVATIONS, GeneralizedReLU, make_activation
from ..exceptions import DivergenceError, InputError
from ..report import training_curves
from ..training import samples
from ..training.comparison import Comparison, Settings

NAME = "train"
HELP = "train an autoencoder by DANTE and by SGD, and compare them"

# (eta, lr): for each method the least mean training error over three seeds, on the digits with
# this command's other defaults, among 1, 2, 3, 5 times powers of ten from 0.005 to 0.1
# (generalized ReLU) and from 0.05 to 2 (sigmoid). eta is a length; lr isn't.
STEPS = {"generalized_relu": (0.05, 0.03), "sigmoid": (0.2, 0.5)}
CHECKPOINT = "checkpoint.npz"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    unset = argparse.SUPPRESS  # so that the help shows no 'default: None'
    add("--out", type=Path, default=Path("out/train"),
        help="folder for curves.csv, curves.png, summary.json and checkpoint.npz")
    add("--resume", action="store_true",
        help="go on from the folder's checkpoint, perhaps to a larger --iterations")
    data = parser.add_argument_group("data")
    add = data.add_argument
    add("--data", type=Path, default=unset, metavar="FILE",
        help=".npy, .npz or .csv, one sample a row; without it scikit-learn's digits")
    add("--key", default=unset, help="name of the array in an .npz file that holds several")
    add("--scale", choices=samples.SCALES, default=unset,
        help="put the training data into [0, 1]: by column (default for --data), all columns "
        "alike (default for the digits), or not at all")
    add("--test-fraction", type=float, default=0.2, help="part of the samples kept for testing")
    network = parser.add_argument_group("network")
    add = network.add_argument
    add("--activation", choices=tuple(ACTIVATIONS), default=GeneralizedReLU.name,
        help="activation of both layers")
    add("--a", type=float, default=unset,
        help="generalized ReLU's slope for z <= 0 (default: 0.01)")
    add("--b", type=float, default=unset, help="generalized ReLU's slope for z > 0 (default: 1)")
    add("--hidden", type=int, default=32, help="hidden units, the paper's d'")
    training = parser.add_argument_group("training")
    add = training.add_argument
    add("--iterations", type=int, default=10_000,
        help="minibatch iterations of each method; a multiple of twice --inner-iterations")
    add("--inner-iterations", type=int, default=250, metavar="T_SNGD",
        help="iterations on one layer before DANTE turns to the other")
    add("--batch-size", type=int, default=20, help="the paper's minibatch size b")
    add("--eta", type=float, default=unset,
        help="length of DANTE's normalised step (default: "
        f"{STEPS['sigmoid'][0]} for sigmoid, else {STEPS['generalized_relu'][0]})")
    add("--lr", type=float, default=unset,
        help="SGD's learning rate (default: "
        f"{STEPS['sigmoid'][1]} for sigmoid, else {STEPS['generalized_relu'][1]})")
    add("--eps", type=float, default=0.0,
        help="Algorithm 2's stopping threshold; 0 uses all iterations")
    add("--least-alternations", type=int, default=1, metavar="T_AM",
        help="Algorithm 2's T_AM: it does not stop by --eps while t < T_AM")
    add("--iterate", choices=("last", "best"), default="last",
        help="what a turn of SNGD hands on: its last iterate, as printed, or its best")
    add("--every", type=int, default=10, help="measure the errors at every so many iterations")
    add("--seed", type=int, default=0, help="of the split, the start and the minibatches")


def run(args: argparse.Namespace) -> int:
    given = vars(args)
    checks.whole_number("seed", args.seed)
    slopes = {name: given[name] for name in ("a", "b") if name in given}
    eta, lr = STEPS.get(args.activation, STEPS["generalized_relu"])
    settings = Settings(
        activation=make_activation(args.activation, **slopes), hidden=args.hidden,
        eta=given.get("eta", eta), lr=given.get("lr", lr), b=args.batch_size,
        T_SNGD=args.inner_iterations, T_AM=args.least_alternations, eps=args.eps,
        iterate=args.iterate, every=args.every, seed=args.seed,
    )
    train, test, source = _samples(args)
    comparison = Comparison(train, test, settings)

    args.out.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=args.out).close()  # better refused now than after training
    path = args.out / CHECKPOINT
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
        print(f"stopped; the same command with --resume goes on from {path}", file=sys.stderr)
        return 130
    except DivergenceError:
        _write_curves(args.out, comparison, source)  # what was measured until then is kept
        raise
    _write_curves(args.out, comparison, source)
    _summarise(args.out, comparison, source)
    return 0


def _samples(args: argparse.Namespace) -> tuple[np.ndarray, np.ndarray, str]:
    """The scaled training and test rows, and where they come from."""
    given = vars(args)
    if "data" in given:
        X = samples.read_samples(given["data"], given.get("key"))
        source, scale = given["data"].name, given.get("scale", "column")
    elif "key" in given:
        raise InputError(f"--key is {given['key']!r}; it is allowed only with --data")
    else:
        X, source, scale = samples.digits(), "digits", given.get("scale", "all")
    train, test = samples.split(X, args.test_fraction, args.seed)
    return *samples.scale(train, test, scale), source


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
    summary = {
        "schema": 1,
        "normalisation": "mean over samples, sum over outputs",
        "samples": {"source": source, "train": m, "test": n, "inputs": d},
        "settings": comparison.settings.config(),
        "results": results,
        "training_mean_test_error": mean_error,
        "versions": {
            "dante_ref": __version__, "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }
    (out / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    print(f"written to {out}: curves.csv, curves.png, summary.json, {CHECKPOINT}")
