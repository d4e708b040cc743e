"""What an experiment is: rows (methods on a data set), the paper's values, its claims.

A row's learning rate is the paper's, or ('tuned') the best of GRID by validation error, the same
grid for every method; both are shown side by side.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np

from ..exceptions import InputError
from .readings import Reading
from .setting import Setting

GRID = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Learning rates that every method is tuned over. A best rate at an end of it is marked."""

Results = Mapping[Setting, Mapping[str, Any]]

OTHER_MEASURES = {
    "train_error": "training error", "best_error": "best iterate",
    "best_iteration": "iterations to the best",
}
"""What else a claim may be about, in words. The best iterate is the measured one with the least
training error: no test row chooses it."""


@dataclass(frozen=True)
class Row:
    """A line of a table, a curve of a figure. setting: of seed 0; paper: the printed value."""

    panel: str
    label: str
    setting: Setting
    paper: float | None = None
    tuned: bool = False

    def candidates(self, seeds: int) -> list[Setting]:
        """The validation runs that choose learning rates; none unless tuned.

        A set that each seed splits anew is tuned anew for each, as the training rows of one seed
        are test rows of another; a set with a split of its own is tuned once, on seed 0's rows.
        """
        if not self.tuned:
            return []
        tuned_on = range(seeds if self.setting.is_split_by_seed else 1)
        return [s for seed in tuned_on for s in self._grid(seed)]

    def _grid(self, seed: int) -> list[Setting]:
        base = replace(self.setting, validation=True, svm=False, seed=seed)
        return [replace(base, method=method) for method in base.method.over(GRID)]

    def chosen(self, results: Results, seed: int = 0) -> Setting:
        """The seed's run, at the learning rate of the least validation error in the end."""
        setting = replace(self.setting, seed=seed)
        if not self.tuned:
            return setting
        grid = self._grid(seed if setting.is_split_by_seed else 0)
        best = grid[int(np.argmin([final_error(results[s]) for s in grid]))]
        return replace(setting, method=best.method)

    def runs(self, results: Results, seeds: int) -> list[Setting]:
        """The row's runs, one a seed."""
        return [self.chosen(results, seed) for seed in range(seeds)]


@dataclass(frozen=True)
class Ordering:
    """The paper says that in `panel` the row `better` beats the row `worse`.

    measure: in which number; '' is the experiment's own.
    """

    panel: str
    better: str
    worse: str
    measure: str = ""

    @property
    def words(self) -> str:
        """What beats what, and in what if it isn't the experiment's own measure."""
        where = f" ({OTHER_MEASURES[self.measure]})" if self.measure else ""
        return f"{self.better} beats {self.worse}{where}"

    @property
    def tuned(self) -> bool:
        """Whether it is about learning rates chosen by validation, not the paper's."""
        return self.better.endswith(", tuned")


R = TypeVar("R")


@dataclass(frozen=True)
class Table(Generic[R]):
    """A figure or table of section 4: what it is about, its rows, its claims.

    measure    'test_error' or 'accuracy' (higher is better)
    training   whether its figure shows the training error too, as the paper's does
    """

    id: str
    title: str
    source: str
    rows: tuple[R, ...]
    claims: tuple[Ordering, ...]
    measure: str = "test_error"
    notes: tuple[str, ...] = ()
    unit: str = "mean squared error (mean over samples and outputs)"
    training: bool = False

    @property
    def higher(self) -> bool:
        """Whether more is better."""
        return self.measure == "accuracy"


@dataclass(frozen=True)
class Experiment(Table[Row]):
    """A figure or table as it is to be run."""

    @classmethod
    def of(
        cls, id: str, title: str, source: str, lines: Iterable[Row | Ordering], **more: Any
    ) -> "Experiment":
        """The experiment of these rows and claims, each kind in its order."""
        lines = list(lines)
        return cls(
            id, title, source, tuple(x for x in lines if isinstance(x, Row)),
            tuple(x for x in lines if isinstance(x, Ordering)), **more,
        )

    def is_told_by(self, result: Mapping[str, Any]) -> bool:
        """Whether the result has every number that the claims are about."""
        measures = {c.measure for c in self.claims if c.measure}
        return bool(result["diverged"]) or "curve" in result or measures <= result.keys()

    def value(self, result: Mapping[str, Any], measure: str = "") -> float:
        """The number of a run that the table is about; inf (or -inf) where it diverged."""
        if result["diverged"]:
            return -np.inf if self.higher else np.inf
        if measure in ("best_error", "best_iteration") and measure not in result:
            iteration, _, _, _, test_error = min(result["curve"], key=lambda point: point[3])
            return float(iteration if measure == "best_iteration" else test_error)
        return float(result[measure or self.measure])


def final_error(result: Mapping[str, Any]) -> float:
    """The error at the end of training; inf where it diverged."""
    return np.inf if result["diverged"] else float(result["test_error"])


def with_standins(experiment: Experiment, standins: Collection[str]) -> Experiment:
    """The experiment with the panels of these data sets marked, and without the paper's values."""
    panels = {
        row.panel: f"{row.panel} (stand-in)" for row in experiment.rows
        if row.setting.dataset in standins
    }
    rows = tuple(
        replace(row, panel=panels[row.panel], paper=None) if row.panel in panels else row
        for row in experiment.rows
    )
    claims = tuple(replace(c, panel=panels.get(c.panel, c.panel)) for c in experiment.claims)
    return replace(experiment, rows=rows, claims=claims)


def with_reading(experiment: Experiment, reading: Reading) -> Experiment:
    """The experiment with every row run under a reading, but for those that can't have it."""
    read_so = replace(experiment, rows=tuple(
        replace(row, setting=replace(row.setting, reading=reading)) for row in experiment.rows
    ))
    return _rows(read_so, lambda row: row.setting.is_possible)


def without_tuning(experiment: Experiment) -> Experiment:
    """The experiment at the paper's learning rates alone."""
    return _rows(experiment, lambda row: not row.tuned)


def decidable(experiment: Experiment, results: Results, seeds: int) -> Experiment:
    """The experiment with the rows whose learning rates can be chosen by now."""
    return _rows(experiment, lambda row: all(s in results for s in row.candidates(seeds)))


def only(experiments: Sequence[Experiment], labels: Collection[str]) -> list[Experiment]:
    """The experiments with the rows of these labels alone, and the claims between them.

    Those without such a row are left out. InputError for a label that none has.
    """
    allowed = list(dict.fromkeys(row.label for e in experiments for row in e.rows))
    for label in labels:
        if label not in allowed:
            raise InputError(
                f"--rows is {label!r}; allowed are {', '.join(map(repr, allowed))}"
            )
    fewer = [_rows(e, lambda row: row.label in labels) for e in experiments]
    return [e for e in fewer if e.rows]


def _rows(experiment: Experiment, wanted: Callable[[Row], bool]) -> Experiment:
    rows = tuple(row for row in experiment.rows if wanted(row))
    return replace(experiment, rows=rows, claims=between(experiment.claims, rows))


def between(claims: Iterable[Ordering], rows: Iterable[Any]) -> tuple[Ordering, ...]:
    """The claims whose two rows are among these."""
    names = {(row.panel, row.label) for row in rows}
    return tuple(c for c in claims if {(c.panel, c.better), (c.panel, c.worse)} <= names)


def candidates(experiments: Iterable[Experiment], seeds: int) -> list[Setting]:
    """All validation runs."""
    return [s for e in experiments for row in e.rows for s in row.candidates(seeds)]


def final_runs(experiments: Iterable[Experiment], results: Results, seeds: int) -> list[Setting]:
    """All runs on test rows, seed by seed, so that an interrupted command has whole seeds.

    Within a seed those of a data set stand together, as it is read once then.
    """
    settings = [
        setting for e in experiments for row in e.rows for setting in row.runs(results, seeds)
    ]
    return sorted(settings, key=lambda s: (s.seed, s.dataset, s.task, s.svm))
