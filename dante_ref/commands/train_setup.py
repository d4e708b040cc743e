"""What `dante-ref train` trains: its samples and its runs."""

import argparse
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import checks
from ..activations import Activation, make_activation
from ..algorithms.sngd import Normalise
from ..arrays import Array
from ..datasets import scaling
from ..datasets.standins import digits
from ..datasets.tables import read_samples
from ..exceptions import InputError
from ..training import mapped
from ..training.checkpoint import fingerprint
from ..training.engine import Training
from ..training.network import Network
from ..training.rules import SGD, Rule, make_rule
from ..training.run import Point, Run, errors
from ..training.schedules import Backprop, DanteFinetuned, make_schedule

# (eta, lr): for each method the least mean training error over three seeds, on the digits with
# this command's other defaults, among 1, 2, 3, 5 times powers of ten from 0.005 to 0.1
# (generalized ReLU) and from 0.05 to 2 (sigmoid). eta is a length; lr isn't.
STEPS = {"generalized_relu": (0.05, 0.03), "sigmoid": (0.2, 0.5)}
NORMALISE: dict[str, Normalise] = {"matrix": "matrix", "columns": "columns", "none": None}


@dataclass
class Job:
    """runs by title, their settings, and what may not differ on resuming."""

    train: Array
    test: Array
    source: str
    runs: dict[str, Run]
    settings: dict[str, Any]
    config: dict[str, Any]

    @property
    def curves(self) -> dict[str, list[Point]]:
        """What was measured, by title."""
        return {title: run.curve for title, run in self.runs.items()}


def make_job(args: argparse.Namespace) -> Job:
    """What the arguments ask for, refused where they don't go together.

    Each run has the same start and minibatches from a stream of its own.
    """
    alone = "schedule" in vars(args)
    methods = _one(args) if alone else _two(args)
    phi = activation(args)
    train, test, source = mapped_samples(args) if args.mapped else scaled_samples(args)
    start, *streams = np.random.SeedSequence(args.seed).spawn(1 + len(methods))
    d = train.shape[1]
    hidden = [checks.whole_number("hidden", n, at_least=1) for n in args.hidden]
    first = Network.initial((d, *hidden, d), phi, random_state=start, dtype=train.dtype)
    runs = {}
    for (title, method), stream in zip(methods.items(), streams, strict=True):
        schedule = make_schedule(
            method.schedule, L=first.L, T_SNGD=args.inner_iterations, iterations=args.iterations,
            T_AM=args.least_alternations, eps=args.eps, **method.options,
        )
        training = Training(
            first.copy(), train, train, schedule, rule=method.rule, normalise=method.normalise,
            b=args.batch_size, random_state=stream, iterate=args.iterate,
        )
        runs[title] = Run(training, errors(training, test, test), every=args.every)
    settings = {
        "activation": phi.name, "slopes": dict(vars(phi)), "iterate": args.iterate,
        "b": args.batch_size, "every": args.every, "seed": args.seed,
    }
    samples = fingerprint(train, test)
    if not alone:
        eta, lr = _steps(args)
        settings |= {"hidden": hidden[0], "eta": eta, "lr": lr, "T_SNGD": args.inner_iterations,
                     "T_AM": args.least_alternations, "eps": args.eps}
        return Job(train, test, source, runs, settings, settings | {"samples": samples})
    settings |= {
        "sizes": first.sizes, "dtype": first.dtype.name, "schedule": schedule.config(),
        "rule": method.rule.config(), "normalise": method.normalise, "samples": samples,
    }
    of_any_length = {k: v for k, v in schedule.config().items() if k != schedule.LENGTH}
    return Job(train, test, source, runs, settings, settings | {"schedule": of_any_length})


@dataclass
class _Method:
    """How a network is trained."""

    schedule: str
    rule: Rule
    normalise: Normalise
    options: dict[str, Any] = field(default_factory=dict)


def _two(args: argparse.Namespace) -> dict[str, _Method]:
    """Section 4.1: DANTE and mini-batch SGD on a single-hidden-layer autoencoder, as many
    iterations of each."""
    for name in ("rule", "normalise"):
        if name in vars(args):
            raise InputError(
                f"--{name} is {vars(args)[name]!r}; it is allowed only with --schedule")
    if args.mapped:
        raise InputError("--mapped is given; it is allowed only with --schedule")
    if len(args.hidden) != 1:
        raise InputError(f"--hidden is {args.hidden}; allowed without --schedule is one number")
    eta, lr = (checks.number(step, value, above=0)
               for step, value in zip(("eta", "lr"), _steps(args), strict=True))
    return {"DANTE": _Method("dante", SGD(eta), "matrix"),
            "SGD": _Method("backprop", SGD(lr), None)}


def _one(args: argparse.Namespace) -> dict[str, _Method]:
    """A network of any depth, by --schedule and --rule."""
    given, finetuned = vars(args), args.schedule == DanteFinetuned.name
    backprop = args.schedule == Backprop.name
    if "lr" in given and not finetuned:
        raise InputError(
            f"--lr is {args.lr}; with --schedule the step of every rule is --eta, and --lr is "
            f"allowed with {DanteFinetuned.name} alone"
        )
    if args.iterate != "last" and backprop:
        raise InputError(
            f"--iterate is {args.iterate!r}; allowed with --schedule backprop is 'last'"
        )
    if (args.eps or args.least_alternations != 1) and backprop:
        raise InputError(
            f"--eps is {args.eps:g} and --least-alternations {args.least_alternations}; allowed "
            "with --schedule backprop are 0 and 1, as it has no alternations to stop"
        )
    normalise = NORMALISE[given.get("normalise", "none" if backprop else "matrix")]
    name = given.get("rule", "sgd")
    eta, lr = _steps(args)
    if "eta" in given or name == "sgd":
        rule = make_rule(name, eta=given.get("eta", eta if normalise else lr))
    else:
        rule = make_rule(name)
    options: dict[str, Any] = {}
    if finetuned:
        options["finetune_rule"] = SGD(lr) if "lr" in given or name == "sgd" else None
    return {f"{args.schedule}, {rule.name}": _Method(args.schedule, rule, normalise, options)}


def _steps(args: argparse.Namespace) -> tuple[float, float]:
    """(eta, lr), given or by activation."""
    eta, lr = STEPS.get(args.activation, STEPS["generalized_relu"])
    return vars(args).get("eta", eta), vars(args).get("lr", lr)


def activation(args: argparse.Namespace) -> Activation:
    """Every layer's activation, with the slopes given."""
    given = dict(zip("ab", vars(args).get("slopes", ()), strict=False))
    return make_activation(args.activation, **given)


def scaled_samples(args: argparse.Namespace) -> tuple[Array, Array, str]:
    """The scaled training and test rows, and where they come from."""
    given = vars(args)
    if "data" in given:
        X = read_samples(given["data"], given.get("key"))
        source, scale = given["data"].name, given.get("scale", "column")
    elif "key" in given:
        raise InputError(f"--key is {given['key']!r}; it is allowed only with --data")
    else:
        X, source, scale = digits()[0], "digits", given.get("scale", "all")
    train, test = scaling.split(X, args.test_fraction, args.seed)
    return *scaling.scale(train, test, scale), source


def mapped_samples(args: argparse.Namespace) -> tuple[Array, Array, str]:
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
    n = scaling.test_rows(len(X), args.test_fraction)
    return X[:-n], X[-n:], given["data"].name
