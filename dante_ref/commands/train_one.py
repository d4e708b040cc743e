"""`dante-ref train --schedule`: one network of any depth, by one schedule and step rule."""

import argparse
from dataclasses import asdict

import numpy as np
from tqdm import tqdm

from .. import checks, store
from ..exceptions import DivergenceError, InputError
from ..report import training_curves
from ..training import engine, mapped, samples, schedules, steps
from ..training.network import Network
from ..training.resumable import Resumable
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
    if "lr" in given and args.schedule != schedules.DanteFinetuned.name:
        raise InputError(
            f"--lr is {args.lr}; with --schedule the step of every rule is --eta, and --lr is "
            f"allowed with {schedules.DanteFinetuned.name} alone"
        )
    if args.iterate != "last":
        raise InputError(f"--iterate is {args.iterate!r}; allowed with --schedule is 'last'")
    phi = activation(args)
    if args.mapped:
        train, test, source = _mapped_samples(args)
    else:
        train, test, source = scaled_samples(args)
    d = train.shape[1]
    start, stream = np.random.SeedSequence(args.seed).spawn(2)
    network = Network.initial(
        (d, *args.hidden, d), phi, random_state=np.random.default_rng(start), dtype=train.dtype
    )
    direction = given.get("direction", "plain" if args.schedule == "backprop" else "normalised")
    rule_name = given.get("rule", "sgd")
    step = given.get("eta")
    eta, lr = STEPS.get(args.activation, STEPS["generalized_relu"])
    if step is None and rule_name == "sgd":
        step = eta if direction == "normalised" else lr
    rule = steps.make_rule(rule_name, **({} if step is None else {"eta": step}))
    plain = "lr" in given or rule_name == "sgd"
    schedule = _schedule(args, network.L, steps.SGD(given.get("lr", lr)) if plain else None)
    training = engine.Training(
        network, train, train, schedule, rule=rule,
        normalise="matrix" if direction == "normalised" else None, b=args.batch_size,
        random_state=np.random.default_rng(stream),
    )
    settings = {
        "activation": phi.name, "slopes": asdict(phi), "sizes": network.sizes,
        "dtype": network.dtype.name, "schedule": schedule.config(), "rule": rule.config(),
        "direction": direction, "b": training.b, "every": args.every, "seed": args.seed,
        "samples": samples.fingerprint(train, test),
    }
    of_any_length = {k: v for k, v in schedule.config().items() if k != schedule.LENGTH}
    path = prepare(args.out)
    job = Resumable(
        training, test, test, every=args.every,
        config=settings | {"schedule": of_any_length}, path=path,
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
        store.write_npz(
            args.out / BEST, {f"W{l}": W for l, W in enumerate(job.best_weights, 1)}
        )
        training_curves.write_csv(args.out / "curves.csv", {name: job.curve})

    try:
        with progress:
            job.run(progress.update)
    except KeyboardInterrupt:
        keep_best()
        say_best(name, job)
        return stopped(path)
    except DivergenceError as error:
        keep_best()
        save_last_finite(args.out, error)
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
    write_summary(
        args.out, {"source": source, "train": len(train), "test": len(test), "inputs": d},
        settings, {name: result},
    )
    print(f"written to {args.out}: curves.csv, summary.json, {CHECKPOINT}, {BEST}")
    return 0


def _schedule(args: argparse.Namespace, L: int, finetune: steps.Rule | None) -> schedules.Schedule:
    """The schedule that makes --iterations iterations.

    finetune: dante_finetuned's rule, None for that of the other phases.
    """
    kind = schedules.SCHEDULES[args.schedule]
    if kind is schedules.Backprop:
        return kind(T=args.iterations)
    T_SNGD = checks.whole_number("T_SNGD", args.inner_iterations, at_least=1)
    more = {}
    if kind is schedules.DanteFinetuned:
        more = {"every": 1, "T_finetune": T_SNGD, "finetune_rule": finetune}
    turn = (L + bool(more)) * T_SNGD
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
