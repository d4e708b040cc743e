"""`dante-ref train`: an autoencoder by DANTE and by mini-batch SGD backprop, side by side.

With --schedule one network, of any depth, by one schedule and step rule instead.
"""

import argparse
import json
import platform
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from .. import __version__, checks
from ..activations import ACTIVATIONS, Activation, GeneralizedReLU, make_activation
from ..exceptions import DivergenceError, InputError
from ..report import training_curves
from ..training import engine, mapped, samples, schedules, steps
from ..training.checkpoint import save_arrays
from ..training.comparison import Comparison, Settings
from ..training.network import Network
from ..training.resumable import Resumable

NAME = "train"
HELP = "train an autoencoder by DANTE and by SGD, and compare them"

# (eta, lr): for each method the least mean training error over three seeds, on the digits with
# this command's other defaults, among 1, 2, 3, 5 times powers of ten from 0.005 to 0.1
# (generalized ReLU) and from 0.05 to 2 (sigmoid). eta is a length; lr isn't.
STEPS = {"generalized_relu": (0.05, 0.03), "sigmoid": (0.2, 0.5)}
CHECKPOINT = "checkpoint.npz"
BEST, LAST_FINITE = "best.npz", "last-finite.npz"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    unset = argparse.SUPPRESS  # so that the help shows no 'default: None'
    add("--out", type=Path, default=Path("out/train"),
        help="folder for curves.csv, curves.png, summary.json, checkpoint.npz and best.npz, the "
        "weights with the least training error measured")
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
    add("--mapped", action="store_true",
        help="with --schedule: read --data (.npy, float32 or float64) where it lies, as it may be "
        "larger than memory. It isn't scaled, and its last rows, not random ones, are for testing")
    network = parser.add_argument_group("network")
    add = network.add_argument
    add("--activation", choices=tuple(ACTIVATIONS), default=GeneralizedReLU.name,
        help="activation of both layers")
    add("--a", type=float, default=unset,
        help="generalized ReLU's slope for z <= 0 (default: 0.01)")
    add("--b", type=float, default=unset, help="generalized ReLU's slope for z > 0 (default: 1)")
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
    single = parser.add_argument_group("one network instead of the comparison")
    add = single.add_argument
    add("--schedule", choices=tuple(schedules.SCHEDULES), default=unset,
        help="train one network, with these layers moving in turn")
    add("--rule", choices=tuple(steps.RULES), default=unset,
        help="its step rule, whose step is --eta (default: sgd)")
    add("--direction", choices=("normalised", "plain"), default=unset,
        help="G / ||G|| or G (default: plain for backprop, else normalised)")
    add("--save-seconds", type=float, default=unset, metavar="S",
        help="least time between two checkpoints (default: 10)")


def run(args: argparse.Namespace) -> int:
    checks.whole_number("seed", args.seed)
    return _run_schedule(args) if "schedule" in vars(args) else _run_comparison(args)


def _run_comparison(args: argparse.Namespace) -> int:
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
        activation=_activation(args), hidden=args.hidden[0],
        eta=given.get("eta", eta), lr=given.get("lr", lr), b=args.batch_size,
        T_SNGD=args.inner_iterations, T_AM=args.least_alternations, eps=args.eps,
        iterate=args.iterate, every=args.every, seed=args.seed,
    )
    train, test, source = _samples(args)
    comparison = Comparison(train, test, settings)
    path = _prepare(args.out)
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
        save_arrays(args.out / BEST, comparison.best_weights())
        for method, run in comparison.runs.items():
            _say_best(method, run)
        return _stopped(path)
    except DivergenceError as error:
        # What was measured until then is kept.
        save_arrays(args.out / BEST, comparison.best_weights())
        _save_last_finite(args.out, error)
        _write_curves(args.out, comparison, source)
        raise
    save_arrays(args.out / BEST, comparison.best_weights())
    _write_curves(args.out, comparison, source)
    _summarise(args.out, comparison, source)
    return 0


def _prepare(out: Path) -> Path:
    """Make the folder; the checkpoint's path."""
    out.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=out).close()  # better refused now than after training
    return out / CHECKPOINT


def _activation(args: argparse.Namespace) -> Activation:
    slopes = {name: vars(args)[name] for name in ("a", "b") if name in vars(args)}
    return make_activation(args.activation, **slopes)


def _say_best(name: str, run: Any) -> None:
    print(f"{name}: least training error {run.best_error:.5g}, at iteration "
          f"{run.best_iteration}; its weights are in {BEST}", file=sys.stderr)


def _stopped(path: Path) -> int:
    print(f"stopped; the same command with --resume goes on from {path}", file=sys.stderr)
    return 130


def _save_last_finite(out: Path, error: DivergenceError) -> None:
    save_arrays(out / LAST_FINITE, {f"W{l}": W for l, W in enumerate(error.weights, 1)})


def _run_schedule(args: argparse.Namespace) -> int:
    given = vars(args)
    if "lr" in given:
        raise InputError(f"--lr is {args.lr}; with --schedule the step of every rule is --eta")
    if args.iterate != "last":
        raise InputError(f"--iterate is {args.iterate!r}; allowed with --schedule is 'last'")
    phi = _activation(args)
    if args.mapped:
        train, test, source = _mapped_samples(args)
    else:
        train, test, source = _samples(args)
    d = train.shape[1]
    start, stream = np.random.SeedSequence(args.seed).spawn(2)
    network = Network.initial(
        (d, *args.hidden, d), phi, random_state=np.random.default_rng(start), dtype=train.dtype
    )
    direction = given.get("direction", "plain" if args.schedule == "backprop" else "normalised")
    rule_name = given.get("rule", "sgd")
    step = given.get("eta")
    if step is None and rule_name == "sgd":
        eta, lr = STEPS.get(args.activation, STEPS["generalized_relu"])
        step = eta if direction == "normalised" else lr
    rule = steps.make_rule(rule_name, **({} if step is None else {"eta": step}))
    schedule = _schedule(args, network.L)
    training = engine.Training(
        network, train, train, schedule, rule=rule, normalised=direction == "normalised",
        b=args.batch_size, random_state=np.random.default_rng(stream),
    )
    config = {
        "activation": phi.name, "slopes": asdict(phi), "sizes": network.sizes,
        "dtype": network.dtype.name, "schedule": schedule.config(), "rule": rule.config(),
        "direction": direction, "b": training.b, "every": args.every, "seed": args.seed,
        "samples": samples.fingerprint(train, test),
    }
    path = _prepare(args.out)
    job = Resumable(
        training, test, test, every=args.every, config=config, path=path,
        seconds=given.get("save_seconds", 10.0),
    )
    if args.resume:
        job.restore()
    name = f"{args.schedule}, {rule_name}"
    progress = tqdm(
        total=args.iterations, initial=training.progress.iterations, unit=" iterations",
        disable=None, leave=False,
    )

    def keep_best() -> None:
        save_arrays(
            args.out / BEST, {f"W{l}": W for l, W in enumerate(job.best_weights, 1)}
        )
        training_curves.write_csv(args.out / "curves.csv", {name: job.curve})

    try:
        with progress:
            job.run(progress.update)
    except KeyboardInterrupt:
        keep_best()
        _say_best(name, job)
        return _stopped(path)
    except DivergenceError as error:
        keep_best()
        _save_last_finite(args.out, error)
        raise
    keep_best()
    result = {
        "train_error": network.error(train, train), "test_error": network.error(test, test),
        "minibatch_iterations": training.progress.iterations,
        "zero_gradients": training.progress.zero_gradients,
        "best_train_error": job.best_error, "best_iteration": job.best_iteration,
    }
    print(f"{name} on {source}: {len(train)} training and {len(test)} test samples, {d} inputs")
    print("squared error, mean over samples, sum over outputs: "
          f"train {result['train_error']:.5g}, test {result['test_error']:.5g}")
    _write_summary(
        args.out, {"source": source, "train": len(train), "test": len(test), "inputs": d},
        config, {name: result},
    )
    print(f"written to {args.out}: curves.csv, summary.json, {CHECKPOINT}, {BEST}")
    return 0


def _schedule(args: argparse.Namespace, L: int) -> schedules.Schedule:
    """The schedule that makes --iterations iterations."""
    kind = schedules.SCHEDULES[args.schedule]
    if kind is schedules.Backprop:
        return kind(T=args.iterations)
    T_SNGD = checks.whole_number("T_SNGD", args.inner_iterations, at_least=1)
    more = {}
    if kind is schedules.DanteFinetuned:
        more = {"every": 1, "T_finetune": T_SNGD}
    turn = (L + len(more) // 2) * T_SNGD
    rounds = checks.whole_number("iterations", args.iterations, at_least=1) // turn
    if args.iterations % turn:
        raise InputError(
            f"iterations is {args.iterations}; allowed is a multiple of {turn}, one round of "
            f"{args.schedule} with {L} layers of weights"
        )
    return kind(
        T_SNGD=T_SNGD, T_AM=args.least_alternations, eps=args.eps, max_alternations=rounds, **more
    )


def _mapped_samples(args: argparse.Namespace) -> tuple[np.ndarray, np.ndarray, str]:
    """Training and test rows of the file, left where they are."""
    given = vars(args)
    if "data" not in given or given["data"].suffix.lower() != ".npy":
        raise InputError("--mapped is given; it is allowed only with a .npy file as --data")
    if given.get("scale", "none") != "none":
        raise InputError(f"--scale is {args.scale!r}; allowed with --mapped is none")
    X = mapped.open_npy(given["data"])
    if X.ndim != 2 or X.dtype not in (np.float32, np.float64):
        raise InputError(
            f"{given['data']} holds {X.dtype} of shape {X.shape}; allowed with --mapped is "
            "float32 or float64, (m, d)"
        )
    n = samples.test_rows(len(X), args.test_fraction)
    return X[:-n], X[-n:], given["data"].name


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
    _write_summary(
        out, {"source": source, "train": m, "test": n, "inputs": d}, comparison.settings.config(),
        results, training_mean_test_error=mean_error,
    )
    print(f"written to {out}: curves.csv, curves.png, summary.json, {CHECKPOINT}, {BEST}")


def _write_summary(out: Path, rows: dict, settings: dict, results: dict, **more: float) -> None:
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
