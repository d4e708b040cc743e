"""The multiverse: each claim of section 4 under each reading, and which choice decides it.

Readings differ in what the text leaves open (`readings`). A claim that holds under some and fails
under others is decided by those choices, not by the methods; a claim with one verdict everywhere
isn't. Steps by columns are sqrt(columns) times as long in Frobenius norm as steps by matrix, so
whether a claim needs the direction or only the length is seen by steps by matrix of that length
('long').
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

from .experiment import (
    Experiment,
    Ordering,
    Results,
    candidates,
    decidable,
    final_runs,
    with_reading,
    without_tuning,
)
from .outcome import Outcome, as_json, from_json, outcome, parsed
from .readings import BASES, READINGS, SECONDARY, TUNED
from .runs import cost
from .statistics import Decision, Replication

SCHEMA = 1
"""Of multiverse.json."""


@dataclass(frozen=True)
class Universe:
    """Outcomes by the name of their reading, in turn."""

    outcomes: Mapping[str, tuple[Outcome, ...]]

    @property
    def readings(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.outcomes)

    def claims(self) -> list[tuple[str, Ordering]]:
        """(experiment's id, claim) of every claim that some reading decides, in the paper's
        order."""
        found = {
            (o.id, claim): None
            for outcomes in self.outcomes.values() for o in outcomes for claim in o.claims
        }
        decided = [pair for pair in found if any(self.decision(r, *pair) for r in self.readings)]
        order = list(dict.fromkeys(o.id for outcomes in self.outcomes.values() for o in outcomes))
        return sorted(decided, key=lambda pair: order.index(pair[0]))

    def source(self, id: str) -> str:
        """'Figure 2a' for 'fig2a'."""
        return next(o.source for os in self.outcomes.values() for o in os if o.id == id)

    def outcome(self, reading: str, id: str, claim: Ordering) -> Outcome | None:
        """The one that has the claim under the reading."""
        found = (o for o in self.outcomes.get(reading, ()) if o.id == id and claim in o.claims)
        return next(found, None)

    def decision(self, reading: str, id: str, claim: Ordering) -> Decision | None:
        """What the reading's runs say of a claim; None where it has fewer than two seeds of it."""
        found = self.outcome(reading, id, claim)
        decision = found and found.decide(claim)
        return decision if decision and decision.n > 1 else None

    def decisions(self, id: str, claim: Ordering) -> dict[str, Decision]:
        """By reading, where there is one."""
        return {name: decision for name in self.readings
                if (decision := self.decision(name, id, claim))}

    def gap(self, reading: str, id: str, claim: Ordering) -> float:
        """`Outcome.gap` of the claim; nan where there is none."""
        found = self.outcome(reading, id, claim)
        return found.gap(claim) if found else math.nan

    def verdict(self, reading: str, id: str, claim: Ordering) -> Replication | None:
        """The decision's verdict."""
        decision = self.decision(reading, id, claim)
        return decision.verdict if decision else None


def read_as(experiments: Sequence[Experiment], name: str) -> list[Experiment]:
    """The experiments under the reading of that name, tuned where tuning doesn't make up for the
    reading (`TUNED`)."""
    return [
        with_reading(e if name in TUNED else without_tuning(e), READINGS[name])
        for e in experiments
    ]


def universe(
    experiments: Sequence[Experiment], names: Sequence[str], results: Results, seeds: int
) -> Universe:
    """The outcomes of the experiments under the readings of these names, from finished runs; a
    reading that decides no claim is left out."""
    found = {}
    for name in names:
        outcomes = [outcome(e, results, seeds) for e in read_as(experiments, name)]
        if decided := tuple(o for o in outcomes if o.claims):
            found[name] = decided
    return Universe(found)


@dataclass(frozen=True)
class NotRun:
    """Runs of a figure or table under a reading that aren't finished; hours of one core, roughly
    (`runs.cost`)."""

    source: str
    reading: str
    runs: int
    hours: float


def not_run(
    experiments: Sequence[Experiment], names: Sequence[str], results: Results, seeds: int
) -> list[NotRun]:
    """What is left to run. A run that several tables or readings share is counted once.

    Before a learning rate is tuned its final runs aren't known; they cost what those at the
    paper's rate do.
    """
    seen, found = {s.key() for s in results}, []
    for name in names:
        for e in read_as(experiments, name):
            untuned = {s for s in candidates([e], seeds) if s not in results}
            known = decidable(e, results, seeds)
            ahead = {s.key(): s for s in [*untuned, *final_runs([known], results, seeds)]}
            left = [ahead[key] for key in ahead.keys() - seen]
            seen |= ahead.keys()
            left += [row.setting for row in e.rows if row not in known.rows] * seeds
            if left:
                found.append(NotRun(e.source, name, len(left), sum(map(cost, left)) / 3600))
    return found


# --- which choice decides ----------------------------------------------------------------------


def decided_by(universe: Universe, id: str, claim: Ordering) -> str:
    """Which of the two choices normalise and error decides, in words; '' where too few are run."""
    found = universe.decisions(id, claim)
    grid = {
        (error, normalise): found[f"{error}-{normalise}"].verdict
        for error in ("sum", "mean") for normalise in ("matrix", "columns")
        if f"{error}-{normalise}" in found
    }
    if len(grid) < 4:
        return ""
    by_error = any(grid["sum", n] is not grid["mean", n] for n in ("matrix", "columns"))
    by_normalise = any(grid[e, "matrix"] is not grid[e, "columns"] for e in ("sum", "mean"))
    if not (by_error or by_normalise):
        return "decided by neither choice"
    holds = [cell for cell, verdict in grid.items() if verdict is Replication.REPLICATES]
    if len(holds) == 3 and ("sum", "matrix") not in holds:
        return f"decided by either choice, averaged errors or columns{_direction(found)}"
    words = [f"what is normalised{_direction(found)}"] if by_normalise else []
    if by_error:
        words.append("whether errors are summed or averaged")
    return "decided by " + " and ".join(words)


def _long_and_columns(found: Mapping[str, Decision]) -> list[tuple[Replication, Replication]]:
    """(a long matrix step's verdict, columns'), with sums and with means, where both are run with
    as many seeds."""
    pairs = [(found.get(f"{error}-long"), found.get(f"{error}-columns"))
             for error in ("sum", "mean")]
    return [(long.verdict, columns.verdict) for long, columns in pairs
            if long and columns and long.n == columns.n]


def _direction(found: Mapping[str, Decision]) -> str:
    """Whether a long step by matrix has the verdict of one by columns."""
    pairs = _long_and_columns(found)
    if len(pairs) < 2:
        return ""
    if all(long is columns for long, columns in pairs):
        return " (by the step's length alone: a long step by matrix has the same verdict)"
    return " (by the direction too: a long step by matrix has another verdict)"


def lengths(universe: Universe) -> tuple[int, int]:
    """(how many claims have the same verdict by columns as by a matrix step of that length, of how
    many), over both ways to count errors."""
    both = [pair for claim in universe.claims()
            for pair in _long_and_columns(universe.decisions(*claim))]
    return sum(long is columns for long, columns in both), len(both)


def sentence(universe: Universe, id: str, claim: Ordering) -> str:
    """'holds with ..., fails with ..., decided by ...', of the crossed readings, not the secondary
    ones."""
    found = universe.decisions(id, claim)
    crossed = [name for name in universe.readings if "+" not in name]
    parts = []
    for verdict, word in ((Replication.REPLICATES, "holds"), (Replication.CONTRADICTED, "fails"),
                          (Replication.UNDECIDED, "is undecided")):
        names = [name for name in crossed if name in found and found[name].verdict is verdict]
        if names:
            everywhere = names == crossed and len(crossed) > 1
            parts.append(f"{word} under every reading" if everywhere else
                         f"{word} with {', '.join(names)}")
    return "; ".join(filter(None, [*parts, decided_by(universe, id, claim)]))


@dataclass(frozen=True)
class Effect:
    """What a secondary choice does to the claims that its base has as many seeds of.

    changed: (experiment's id, claim, verdict of the base, verdict with the choice)
    """

    base: str
    choice: str
    compared: int
    changed: tuple[tuple[str, Ordering, Replication, Replication], ...]

    @property
    def flips(self) -> int:
        """How many claims go from one decided side to the other."""
        return sum(Replication.UNDECIDED not in (a, b) for _, _, a, b in self.changed)


def effects(universe: Universe) -> list[Effect]:
    """Every secondary choice that was run, from each base."""
    claims = {claim: universe.decisions(*claim) for claim in universe.claims()}
    effects = []
    for base, choice in product(BASES, SECONDARY):
        name = f"{base}+{choice}"
        if {base, name} <= universe.outcomes.keys():
            both = [(*claim, found[base].verdict, found[name].verdict)
                    for claim, found in claims.items()
                    if base in found and name in found and found[base].n == found[name].n]
            changed = tuple(pair for pair in both if pair[2] is not pair[3])
            effects.append(Effect(base, choice, len(both), changed))
    return effects


# --- a file of it ------------------------------------------------------------------------------


def to_json(universe: Universe, **more: Any) -> dict[str, Any]:
    """multiverse.json."""
    return {
        "schema": SCHEMA, **more,
        "readings": {
            name: {"choices": asdict(READINGS[name]), "experiments": [as_json(o) for o in outcomes]}
            for name, outcomes in universe.outcomes.items()
        },
    }


def read(path: Path) -> Universe:
    """The multiverse in a multiverse.json; InputError where it isn't one, or where a reading of
    that name has other choices by now."""
    what = "multiverse.json of `dante-ref reproduce --readings`"
    found: Universe = parsed(path, what, SCHEMA, _universe)
    return found


def _universe(found: Any) -> Universe:
    for name, reading in found["readings"].items():
        if reading["choices"] != asdict(READINGS[name]):
            raise ValueError(f"the reading {name} is another one now")
    return Universe({
        name: tuple(from_json(e) for e in reading["experiments"])
        for name, reading in found["readings"].items()
    })
