"""What came of an experiment: its rows' numbers and what they decide; written to JSON, read back.

Verdicts are decided from the numbers whenever they are asked for, so a file that is read back says
what its numbers say.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..exceptions import InputError
from .experiment import GRID, Experiment, Ordering, Results, Row, Table, between, decidable
from .loss_scale import Bracket
from .setting import Setting
from .statistics import Decision, Replication, Summary, decide, summary

SCHEMA = 2
"""Of results.json."""

Curve = Sequence[Sequence[float]]


def is_dante(label: str) -> bool:
    """Whether a row of this label is DANTE's, or a variant's: a label begins with its method."""
    return label.startswith("DANTE")


@dataclass(frozen=True)
class Measured:
    """A row's numbers, one a seed; iterations, flops, seconds: means over seeds.

    paper           the printed value, if there is one
    also            values of the other measures that a claim is about, by name
    runs            the keys of the runs
    curves          the runs' curves (see `runs.TimedRun`); none where it was read from a file
    mean_answer     the error of always answering the training mean, where that was measured
    """

    panel: str
    label: str
    tuned: bool
    etas: tuple[float, ...]
    paper: float | None
    seeds: tuple[int, ...]
    values: tuple[float, ...]
    iterations: float
    flops: float
    seconds: float
    also: Mapping[str, tuple[float, ...]]
    runs: tuple[str, ...] = ()
    curves: tuple[Curve, ...] = ()
    mean_answer: float | None = None
    at_a_time: tuple[int | None, ...] = ()

    @property
    def summary(self) -> Summary:
        """Mean and 95% interval over the seeds."""
        return summary(self.values)

    def of(self, measure: str) -> tuple[float, ...]:
        """The values of a claim's measure; '' is the experiment's own."""
        return self.also[measure] if measure else self.values

    @property
    def difference(self) -> float | None:
        """Ours minus the paper's; None where one of them is missing."""
        mean = self.summary.mean
        return None if self.paper is None or not math.isfinite(mean) else mean - self.paper

    @property
    def diverged(self) -> int:
        """How many runs diverged."""
        return self.summary.diverged

    @property
    def at_an_end(self) -> bool:
        """Whether tuning chose an end of the grid, beyond which it might have been better."""
        return self.tuned and not {GRID[0], GRID[-1]}.isdisjoint(self.etas)


@dataclass(frozen=True)
class Outcome(Table[Measured]):
    """A figure or table with its numbers. claims: those whose rows both have numbers."""

    def row(self, panel: str, label: str) -> Measured:
        """The row of that name; InputError where there is none."""
        for row in self.rows:
            if (row.panel, row.label) == (panel, label):
                return row
        raise InputError(f"{self.id} has no row {label!r} of {panel!r}")

    def values(self, claim: Ordering) -> tuple[list[float], list[float]]:
        """(the better row's, the worse one's) over the seeds that both have."""
        better, worse = (
            dict(zip(row.seeds, row.of(claim.measure), strict=True))
            for row in (self.row(claim.panel, label) for label in (claim.better, claim.worse))
        )
        shared = [seed for seed in better if seed in worse]
        return [better[s] for s in shared], [worse[s] for s in shared]

    def decide(self, claim: Ordering) -> Decision:
        """The claim, decided over those seeds."""
        return decide(*self.values(claim), higher=self.higher)

    def gap(self, claim: Ordering) -> float:
        """The mean advantage over those seeds, be it one, in proportion to the mean of both values;
        nan where not finite."""
        better, worse = map(sum, self.values(claim))
        if not (math.isfinite(better + worse) and better + worse):
            return math.nan
        return 2 * (better - worse if self.higher else worse - better) / (better + worse)

    @property
    def decisions(self) -> tuple[tuple[Ordering, Decision], ...]:
        """Each claim with what the numbers say of it."""
        return tuple((claim, self.decide(claim)) for claim in self.claims)

    def tally(self, tuned: bool) -> Counter[Replication]:
        """How many claims come to which verdict: both rates tuned, or at the paper's."""
        return Counter(d.verdict for claim, d in self.decisions if claim.tuned is tuned)


def outcome(experiment: Experiment, results: Results, seeds: int) -> Outcome:
    """The experiment's outcome from finished runs; rows without any are left out.

    A row counts the seeds that are finished.
    """
    rows = []
    for row in decidable(experiment, results, seeds).rows:
        settings = [s for s in row.runs(results, seeds)
                    if s in results and experiment.is_told_by(results[s])]
        if settings:
            rows.append(_measured(experiment, row, settings, results))
    return Outcome(**vars(experiment) | {
        "rows": tuple(rows), "claims": between(experiment.claims, rows),
    })


def _measured(
    experiment: Experiment, row: Row, settings: Sequence[Setting], results: Results
) -> Measured:
    runs = [results[s] for s in settings]
    measures = dict.fromkeys(c.measure for c in experiment.claims if c.measure)
    iterations, flops, seconds = (float(np.mean([run.get(key, math.nan) for run in runs]))
                                  for key in ("iterations", "flops", "seconds"))
    return Measured(
        row.panel, row.label, row.tuned, tuple(eta for s in settings for eta in s.method.etas),
        row.paper, tuple(s.seed for s in settings), tuple(experiment.value(run) for run in runs),
        iterations, flops, seconds,
        {m: tuple(experiment.value(run, m) for run in runs) for m in measures},
        tuple(s.key() for s in settings), tuple(run.get("curve", ()) for run in runs),
        runs[0].get("mean_answer"), tuple(run.get("jobs") for run in runs),
    )


STORED = ("panel", "label", "tuned", "etas", "paper", "values", "also", "seeds", "iterations",
          "flops", "seconds", "runs")
"""What JSON holds of a row: that which is read back."""


def _plain(x: Any) -> Any:
    """As JSON has it: a number that isn't finite, as of a run that diverged, is None."""
    if isinstance(x, Mapping):
        return {key: _plain(value) for key, value in x.items()}
    if isinstance(x, (list, tuple)):
        return [_plain(value) for value in x]
    return None if isinstance(x, float) and not math.isfinite(x) else x


def as_json(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON holds it."""
    found: dict[str, Any] = _plain({
        name: getattr(outcome, name) for name in ("id", "title", "source", "measure", "unit")
    } | {
        "rows": [{name: getattr(r, name) for name in STORED} | {
            "mean": r.summary.mean, "half_width_95": r.summary.half_width, "diverged": r.diverged,
        } for r in outcome.rows],
        "claims": [asdict(claim) | {
            "verdict": d.words, "advantage": d.advantage, "p": d.p, "n": d.n,
        } for claim, d in outcome.decisions],
    })
    return found


def from_json(found: Mapping[str, Any]) -> Outcome:
    """An outcome that `as_json` wrote; ValueError, KeyError or TypeError where it isn't one."""
    worst = -math.inf if found["measure"] == "accuracy" else math.inf

    def numbers(values: Sequence[float | None]) -> tuple[float, ...]:
        return tuple(worst if v is None else v for v in values)

    rows = []
    for row in found["rows"]:
        if len(row["values"]) != len(row["seeds"]):
            raise ValueError(f"{len(row['values'])} values for {len(row['seeds'])} seeds")
        held = {name: tuple(x) if isinstance(x, list) else x
                for name, x in row.items() if name in STORED}
        rows.append(Measured(**held | {
            "values": numbers(row["values"]),
            "also": {m: numbers(values) for m, values in row["also"].items()},
        }))
    return Outcome(
        found["id"], found.get("title", ""), found["source"], tuple(rows),
        tuple(Ordering(c["panel"], c["better"], c["worse"], c["measure"]) for c in found["claims"]),
        found["measure"], unit=found["unit"],
    )


@dataclass(frozen=True)
class Published:
    """A results.json: the figures and tables in it by id, how it was made, MNIST's bracket."""

    command: str
    profile: str
    seeds: int
    data_sets: dict[str, str]
    experiments: dict[str, Outcome]
    bracket: Bracket | None = None

    def runs(self) -> dict[str, dict[str, Any]]:
        """What is known of its runs, by their keys: all that decides a claim, no curves."""
        found: dict[str, dict[str, Any]] = {}
        for e in self.experiments.values():
            for row in e.rows:
                for i, key in enumerate(row.runs):
                    values = {e.measure: row.values[i]} | {m: row.also[m][i] for m in row.also}
                    found.setdefault(key, {
                        "diverged": "" if math.isfinite(row.values[i]) else "diverged",
                        "iterations": row.iterations, "flops": row.flops, "seconds": row.seconds,
                    }).update(values)
        return found


def read(path: Path) -> Published:
    """The results in a results.json of `dante-ref reproduce`; InputError where it isn't one."""
    found: Published = parsed(path, "results.json of `dante-ref reproduce`", SCHEMA, _published)
    return found


def _published(found: Any) -> Published:
    bracket = found["loss_scale"]
    if bracket is not None:
        bracket = Bracket(**bracket | {"pca": {int(k): v for k, v in bracket["pca"].items()}})
    return Published(
        found["command"], found["profile"]["name"], len(found["seeds"]), found["data_sets"],
        {e["id"]: from_json(e) for e in found["experiments"]}, bracket,
    )


def parsed(path: Path, what: str, schema: int, made: Callable[[Any], Any]) -> Any:
    """What is made of a JSON file of that schema; InputError where it isn't `what`."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        if found["schema"] != schema:
            raise ValueError(f"schema {found['schema']}; this version reads {schema}")
        return made(found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is no {what}: {type(error).__name__}: {error}") from None
