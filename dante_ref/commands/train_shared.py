"""What `dante-ref train` does alike for its comparison and for one network."""

import argparse
import json
import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__, store
from ..activations import Activation, make_activation
from ..exceptions import DivergenceError, InputError
from ..training import samples

# (eta, lr): for each method the least mean training error over three seeds, on the digits with
# this command's other defaults, among 1, 2, 3, 5 times powers of ten from 0.005 to 0.1
# (generalized ReLU) and from 0.05 to 2 (sigmoid). eta is a length; lr isn't.
STEPS = {"generalized_relu": (0.05, 0.03), "sigmoid": (0.2, 0.5)}
CHECKPOINT = "checkpoint.npz"
BEST, LAST_FINITE = "best.npz", "last-finite.npz"


def prepare(out: Path) -> Path:
    """Make the folder; the checkpoint's path."""
    return store.writable_folder(out) / CHECKPOINT


def activation(args: argparse.Namespace) -> Activation:
    """Both layers' activation, with the slopes given."""
    slopes = {name: vars(args)[name] for name in ("a", "b") if name in vars(args)}
    return make_activation(args.activation, **slopes)


def say_best(name: str, run: Any) -> None:
    """Say where the best weights of a `Run` or a `Resumable` are."""
    print(f"{name}: least training error {run.best_error:.5g}, at iteration "
          f"{run.best_iteration}; its weights are in {BEST}", file=sys.stderr)


def stopped(path: Path) -> int:
    """Say how to go on after Ctrl-C; the exit code."""
    print(f"stopped; the same command with --resume goes on from {path}", file=sys.stderr)
    return 130


def save_last_finite(out: Path, error: DivergenceError) -> None:
    """Write the weights that the error holds."""
    store.write_npz(out / LAST_FINITE, {f"W{l}": W for l, W in enumerate(error.weights, 1)})


def scaled_samples(args: argparse.Namespace) -> tuple[np.ndarray, np.ndarray, str]:
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


def write_summary(out: Path, rows: dict, settings: dict, results: dict, **more: float) -> None:
    """Write summary.json."""
    summary = {
        "schema": 1,
        "normalisation": "mean over samples, sum over outputs",
        "samples": rows,
        "settings": settings,
        "results": results,
        **more,
        "versions": {
            "dante_ref": __version__, "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }
    (out / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
