"""What `dante-ref reproduce` wrote to results.json, read back; verdicts are decided anew.

Notebook 8 shows it. The formulas are those of `statistics`; nothing is computed twice.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..exceptions import InputError
from .experiment import Claim
from .loss_scale import Bracket
from .statistics import Decision, Summary, decide, summary


@dataclass(frozen=True)
class Line:
    """A row of a table. values: a number a seed; iterations, flops, seconds: means over seeds.

    also: values of other measures that a claim is about, by name.
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
    also: dict[str, tuple[float, ...]]

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


@dataclass(frozen=True)
class Published:
    """A figure or table. verdicts: as written, a text for each claim."""

    id: str
    source: str
    measure: str
    unit: str
    lines: tuple[Line, ...]
    claims: tuple[Claim, ...]
    verdicts: tuple[str, ...]

    @property
    def higher(self) -> bool:
        """Whether more is better."""
        return self.measure == "accuracy"

    def line(self, panel: str, label: str) -> Line:
        """The row of that name; InputError where there is none."""
        for line in self.lines:
            if (line.panel, line.label) == (panel, label):
                return line
        raise InputError(f"{self.id} has no row {label!r} of {panel!r}")

    def decide(self, claim: Claim) -> Decision:
        """The claim, decided over the seeds that both of its rows have."""
        better, worse = (
            dict(zip(line.seeds, line.of(claim.measure), strict=True))
            for line in (self.line(claim.panel, label) for label in (claim.better, claim.worse))
        )
        shared = [seed for seed in better if seed in worse]
        return decide([better[s] for s in shared], [worse[s] for s in shared], higher=self.higher)


@dataclass(frozen=True)
class Results:
    """A results.json: the figures and tables in it by id, how it was made, MNIST's bracket."""

    command: str
    profile: str
    data_sets: dict[str, str]
    experiments: dict[str, Published]
    bracket: Bracket | None


def read(path: Path) -> Results:
    """The results in a results.json; InputError where it isn't one."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        if found["schema"] != 2:
            raise ValueError(f"schema {found['schema']}; this version reads 2")
        bracket = found["loss_scale"]
        if bracket is not None:
            pca = {int(k): value for k, value in bracket["pca"].items()}
            bracket = Bracket(**bracket | {"pca": pca})
        return Results(
            found["command"], found["profile"]["name"], found["data_sets"],
            {e["id"]: _published(e) for e in found["experiments"]}, bracket,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} is no results.json of `dante-ref reproduce`: {type(error).__name__}: {error}"
        ) from None


def _published(found: dict[str, Any]) -> Published:
    for row in found["rows"]:
        if len(row["values"]) != len(row["seeds"]):
            raise ValueError(f"{len(row['values'])} values for {len(row['seeds'])} seeds")
    diverged = -math.inf if found["measure"] == "accuracy" else math.inf

    def read_values(values: list[float | None]) -> tuple[float, ...]:
        return tuple(diverged if v is None else v for v in values)

    return Published(
        *(found[key] for key in ("id", "source", "measure", "unit")),
        tuple(Line(
            row["panel"], row["label"], row["tuned"], tuple(row["etas"]), row["paper"],
            tuple(row["seeds"]), read_values(row["values"]),
            row["iterations"], row["flops"], row["seconds"],
            {measure: read_values(values) for measure, values in row["also"].items()},
        ) for row in found["rows"]),
        tuple(Claim(c["panel"], c["better"], c["worse"], c["measure"]) for c in found["claims"]),
        tuple(c["verdict"] for c in found["claims"]),
    )
