"""`dante-ref reproduce`: section 4's figures and tables, beside the paper's numbers.

Into --out it writes results.md, results.json and a PNG for each experiment; finished runs are kept
in its folder runs/ and never computed again, so an interrupted command goes on where it was. It
replaces the results in --out only if it has all that they have, or with --overwrite.
"""

import argparse
import json
import os
import shlex
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tqdm import tqdm

from .. import checks, store
from ..datasets.raw import ENVIRONMENT
from ..exceptions import InputError
from ..experiments import BEYOND, EXPERIMENTS
from ..experiments.experiment import (
    Experiment,
    candidates,
    decidable,
    final_runs,
    only,
    with_standins,
    without_tuning,
)
from ..experiments.loss_scale import mnist_bracket
from ..experiments.multiverse import not_run, read_as, universe
from ..experiments.outcome import Published, outcome, read
from ..experiments.paper import PROFILES
from ..experiments.readings import named
from ..experiments.runs import cost, finish_all, resolve, stored
from ..experiments.setting import Setting
from ..proofs.cluster import dask_cluster
from ..report import experiments as report
from ..report import experiments_figures as figures
from ..report import multiverse

BAR = "{desc}{percentage:3.0f}%|{bar}| {elapsed} gone, {remaining} left"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dante-ref reproduce`."""
    parser.add_argument("experiments", nargs="+", choices=[*EXPERIMENTS, *BEYOND, "all"],
                        metavar="NAME", help=f"{', '.join(EXPERIMENTS)}, or all; beyond the paper "
                                             f"{', '.join(BEYOND)}")
    parser.add_argument("--profile", choices=list(PROFILES), default="quick",
                        help="quick: minutes; short: full-size networks, few iterations; "
                             "paper: full size, hours")
    parser.add_argument("--seeds", type=int, default=5, help="runs of each method")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--dask", metavar="ADDRESS",
                        help="run on the Dask cluster with this scheduler; --out must be shared")
    parser.add_argument("--data-home", type=Path, help="the data folder, see `dante-ref data`")
    parser.add_argument("--out", type=Path, default=Path("out/reproduce"),
                        help="folder for results and finished runs")
    parser.add_argument("--rows", nargs="+", metavar="LABEL",
                        help="only rows with these labels, and the claims between them")
    parser.add_argument("--readings", nargs="+", metavar="NAME",
                        help="under these readings of what the paper leaves open, or all: which "
                             "choice decides each claim (multiverse.md, .json, .png)")
    parser.add_argument("--earlier", type=Path, action="append", default=[], metavar="FILE",
                        help="a results.json whose rows stand in for runs that aren't finished")
    parser.add_argument("--no-tuning", action="store_true",
                        help="only the paper's learning rates")
    parser.add_argument("--report-only", action="store_true",
                        help="compute nothing; report the runs that are finished")
    parser.add_argument("--overwrite", action="store_true",
                        help="replace results in the folder that this command doesn't have; "
                             "finished runs are kept")


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when the report is written, whatever it says."""
    checks.whole_number("--seeds", args.seeds, at_least=1)
    checks.processes("--jobs", args.jobs)
    modules = EXPERIMENTS | BEYOND
    names = list(dict.fromkeys(
        name for given in args.experiments for name in (EXPERIMENTS if given == "all" else [given])
    ))
    profile = PROFILES[args.profile]
    used = {
        source: resolve(source, args.data_home)
        for name in names for source in modules[name].DATASETS
    }
    standins = {other for name, other in used.items() if name != other}
    experiments = [
        with_standins(modules[name].experiment(profile, used), standins) for name in names
    ]
    if args.no_tuning:
        experiments = [without_tuning(e) for e in experiments]
    if args.rows is not None:
        experiments = only(experiments, args.rows)
    read_so = {"": experiments} if args.readings is None else {
        name: read_as(experiments, name) for name in named(args.readings)
    }
    name = "results.json" if args.readings is None else "multiverse.json"
    _refuse_to_lose(args.out / name, args, read_so)
    results = _results([e for es in read_so.values() for e in es], args)
    if args.readings is not None:
        found = universe(experiments, list(read_so), results, args.seeds)
        left = not_run(experiments, list(read_so), results, args.seeds)
        _require(found.outcomes, args)
        multiverse.write(args.out, found, left, stated(args), profile, used)
        print(multiverse.terminal(found))
        print(f"wrote multiverse.md, multiverse.json and multiverse.png to {args.out}")
        return 0

    outcomes = [o for e in experiments if (o := outcome(e, results, args.seeds)).rows]
    _require(outcomes, args)
    bracket = None
    if {"table3", "table4", "table5"} & set(names):
        bracket = mnist_bracket(used["mnist"], args.data_home)
    report.write(args.out, Published(stated(args), profile.name, args.seeds, used,
                                     {o.id: o for o in outcomes}, bracket))
    for o in outcomes:
        figures.draw(args.out / f"{o.id}.png", o)
        print(f"{o.id}: {o.title}\n{report.terminal(o)}\n")
    print(f"wrote results.md, results.json and {len(outcomes)} pictures to {args.out}")
    return 0


def _refuse_to_lose(
    file: Path, args: argparse.Namespace, by_reading: Mapping[str, Sequence[Experiment]]
) -> None:
    """Refuse to replace a results.json or multiverse.json that tells of other runs too."""
    if args.overwrite or not file.exists():
        return
    tells = {
        (args.profile, reading, e.id, row.panel, row.label, seed)
        for reading, experiments in by_reading.items() for e in experiments
        for row in e.rows for seed in range(args.seeds)
    }
    try:
        found = json.loads(file.read_text("utf-8"))
        other = {told[2] for told in _told(found) if told not in tells}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"--out {args.out} holds a {file.name} that this version doesn't read; allowed are "
            "--overwrite and another folder"
        ) from None
    if other:
        raise InputError(
            f"--out {args.out} holds results of {', '.join(sorted(other))} that this command "
            f"doesn't have ({file.name}: other rows, seeds, readings or profile); allowed are a "
            "command that has them too, which computes no finished run again, --overwrite, and "
            "another folder"
        )


def _told(found: Any) -> Iterator[tuple[str, str, str, str, str, int]]:
    """(profile, reading, figure or table, data, method, seed) of each run that a file tells of."""
    one = "experiments" in found
    profile = found["profile"]["name"] if one else found["profile"]
    for reading, part in ({"": found} if one else found["readings"]).items():
        for e in part["experiments"]:
            for row in e["rows"]:
                for seed in row["seeds"]:
                    yield profile, reading, e["id"], row["panel"], row["label"], seed


def _require(found: Collection[Any], args: argparse.Namespace) -> None:
    """Refuse to report nothing; make --out, where it isn't there."""
    if args.report_only and not found:
        raise InputError(
            f"--report-only: {args.out} has no finished runs of these, so there is nothing to "
            "report; allowed are the --out of an earlier command, and to compute them first"
        )
    store.writable_folder(args.out)


def _results(
    experiments: list[Experiment], args: argparse.Namespace
) -> dict[Setting, dict[str, Any]]:
    """The experiments' finished runs, all of them unless --report-only: first those that choose
    learning rates. The bar counts estimated work, not runs."""
    for file in args.earlier:
        if not file.is_file():
            raise InputError(f"--earlier {file} is no file; allowed is a results.json")
    earlier = {key: run for file in args.earlier for key, run in read(file).runs().items()}
    folder, seeds = args.out / "runs", args.seeds
    if not args.report_only:
        store.writable_folder(folder)
    results: dict[Setting, dict[str, Any]] = {}
    stages: dict[str, Callable[[list[Experiment]], list[Setting]]] = {
        "learning rates": lambda some: candidates(some, seeds),
        "runs": lambda some: final_runs(
            [decidable(e, results, seeds) for e in some], results, seeds),
    }
    rows = {(row.setting, row.tuned) for e in experiments for row in e.rows}
    later = sum(cost(setting) for setting, _ in rows) * seeds
    try:
        with (
            dask_cluster(args.dask) if args.dask is not None else nullcontext(),
            tqdm(file=sys.stderr, unit="work", disable=args.report_only, bar_format=BAR) as bar,
        ):
            for stage, planned in stages.items():
                settings = list(dict.fromkeys(planned(experiments)))
                for s in settings:
                    if result := stored(s, folder) or earlier.get(s.key()):
                        results[s] = result
                if args.report_only:
                    continue
                # Across experiments, so that whole seeds come first.
                untold = {s for e in experiments for s in planned([e])
                          if s not in results or not e.is_told_by(results[s])}
                left = [s for s in settings if s in untold]
                bar.total = bar.n + sum(map(cost, left)) + later
                bar.set_description(stage)
                at_a_time = args.jobs if args.dask is None else None  # how many has a cluster?
                for s, result in finish_all(left, folder, args.data_home, args.jobs, at_a_time):
                    results[s] = result  # one by one: Ctrl-C counts them
                    bar.update(cost(s))
                later = 0.0
    except KeyboardInterrupt:
        kept = f"{len(results)} finished runs are kept in {folder}"
        print(f"\n{kept}; the same command goes on", file=sys.stderr)
        raise
    return results


def stated(args: argparse.Namespace) -> str:
    """The command as results.md states it: all of it but --out. A Dask address becomes a word."""
    words = ["dante-ref", "reproduce", *args.experiments, "--profile", args.profile,
             "--seeds", str(args.seeds), "--jobs", str(args.jobs)]
    for flag, values in (
        ("--dask", args.dask and ["ADDRESS"]), ("--data-home", _home_as_given(args)),
        ("--rows", args.rows), ("--readings", args.readings),
        ("--earlier", [file.name for file in args.earlier]),
    ):
        words += [flag, *map(str, values)] if values else []
    words += ["--no-tuning"] * args.no_tuning + ["--report-only"] * args.report_only
    return shlex.join(words)


def _home_as_given(args: argparse.Namespace) -> list[str]:
    """The data folder where one was named: it decides whether stand-ins are used."""
    if args.data_home is not None:
        return [str(args.data_home)]
    return ["DIR"] if os.environ.get(ENVIRONMENT) else []
