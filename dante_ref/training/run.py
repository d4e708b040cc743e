"""A training, measured and kept: its curve, its best weights, a checkpoint, and going on from it.

Killed at any moment and restored, it ends at the same weights, curve and best weights, bit for bit,
as without: a checkpoint is a state between two blocks of minibatches, and measuring changes no
state. (Points measured after that state are in it already, and aren't measured again.)

The schedule may be longer than the checkpoint's: more alternations of Algorithm 2, of round robin,
more iterations of backpropagation go on where fewer end. Algorithm 3 completes a pair of layers
before the next: with more alternations the first pair moves for longer, so once the second has
begun, no longer run comes by these weights. `position` decides that.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from math import inf, isfinite, nan
from pathlib import Path
from typing import Any

import numpy as np

from .. import checks
from ..arrays import Array
from ..exceptions import InputError
from . import checkpoint
from .engine import Progress, Training, kept_weights
from .schedules import Phase, Schedule

Point = tuple[float, ...]  # iteration, and what was measured: the error that is to fall first


def errors(training: Training, X_test: Array, Y_test: Array) -> Callable[[], Point]:
    """What measures (training error, test error); DivergenceError where one isn't finite."""
    network = training.network
    parts = (training.X, training.Y), network.checked(X_test, Y_test)

    def measured() -> Point:
        with np.errstate(over="ignore", invalid="ignore"):
            train, test = (network.error_unchecked(*part) for part in parts)
        if not (isfinite(train) and isfinite(test)):
            i = training.progress.iterations
            raise training.diverged(
                network.L, i, f": the error isn't finite with the weights W1 to W{network.L} of "
                f"minibatch iteration {i}, which are"
            )
        return train, test

    return measured


class Run:
    """`training` with its errors measured at every so many iterations.

    point  measures; the first number is the error that is to fall
    every  iterations between two measurements, the first before training; None: `record` alone

    curve: the points, each after its iteration. best_weights, best_iteration and best_error: where
    the first number was least among them; the others have no say.
    """

    def __init__(self, training: Training, point: Callable[[], Point], *, every: int | None = None):
        self.training, self.point = training, point
        self.every = None if every is None else checks.whole_number("every", every, at_least=1)
        self.curve: list[Point] = []
        self.best_iteration, self.best_error = 0, inf
        self.best_weights = [W.copy() for W in training.network.weights]

    def train(
        self, tick: Callable[[], object] = lambda: None, save: Callable[[], object] = lambda: None
    ) -> None:
        """Train to the end of the schedule.

        tick() is called after each iteration, save() wherever `state` may be saved.
        KeyboardInterrupt comes through, and DivergenceError.
        """
        self._record_if_due()
        self.training.run(
            watch=(lambda training: self._record_if_due()) if self.every else None,
            every=self.every or 1, tick=tick, after_block=lambda training: save(),
        )

    def _record_if_due(self) -> None:
        i = self.training.progress.iterations
        if self.every is None or i % self.every or (self.curve and self.curve[-1][0] >= i):
            return
        if self.training.is_finite():  # else the engine is about to say so
            self.record()

    def record(self) -> Point:
        """Measure now: a point of the curve, and perhaps the best weights."""
        i, measured = self.training.progress.iterations, self.point()
        if measured[0] < self.best_error:
            best = [W.copy() for W in self.training.network.weights]  # Ctrl-C here leaves the old
            self.best_weights, self.best_iteration, self.best_error = best, i, measured[0]
        self.curve.append((i, *measured))
        return measured

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """(JSON, arrays) to go on from."""
        state, arrays = self.training.state()
        arrays |= {f"best.{l}": W for l, W in enumerate(self.best_weights, 1)}
        arrays["curve"] = np.array(self.curve, dtype=np.float64)
        return {
            "training": state, "best_iteration": self.best_iteration,
            "length": self._length(),
        }, arrays

    def _length(self) -> int | None:
        """How long the schedule goes on, where another one may be longer."""
        schedule = self.training.schedule
        length: int | None = getattr(schedule, getattr(schedule, "LENGTH", ""), None)
        return length

    def restore(self, state: dict[str, Any], arrays: Mapping[str, Array], where: Path) -> None:
        """Go to a `state`, found at `where`; InputError if it is damaged.

        Also if a training by this schedule, shorter or longer than the state's, doesn't come by it.
        """
        schedule: Any = self.training.schedule
        network = self.training.network
        try:
            weights = kept_weights(network, arrays, "best.")
            rows = arrays["curve"]
            if rows.size:
                checks.real_array("curve", rows, ndim=2)
            curve = [(int(i), *measured) for i, *measured in rows.tolist()]
            best_iteration = checks.whole_number("best_iteration", state["best_iteration"])
            before: Any = schedule
            length = state["length"]
            if hasattr(schedule, "LENGTH"):
                before = replace(before, **{schedule.LENGTH: length})
            progress = Progress(**state["training"]["progress"])
            here = position(before, schedule, network.L, progress)
            if here is None:
                raise InputError(
                    f"{where} is at minibatch iteration {progress.iterations} of {schedule.name} "
                    f"with {schedule.LENGTH}={length}; with {schedule.LENGTH}={self._length()} "
                    "training has ended or moved other layers by then. Allowed is "
                    f"{length}, or to begin anew", [schedule.LENGTH],
                )
            self.training.restore(state["training"] | {"progress": vars(here)}, dict(arrays))
        except InputError:
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"{where} holds no state to go on from ({type(error).__name__}: {error})"
            ) from None
        self.best_weights = [W.astype(network.dtype) for W in weights]
        self.curve, self.best_iteration = curve, best_iteration
        self.best_error = min((point[1] for point in curve), default=inf)


class Runs:
    """Runs by name, one after the other, in one checkpoint.

    path     of the checkpoint, whose arrays have the runs' names in front: DANTE_W1
    config   what may not differ on resuming: see `checkpoint`; a schedule's LENGTH may
    seconds  least time between two checkpoints
    """

    def __init__(
        self, runs: Mapping[str, Run], path: Path, config: Mapping[str, Any],
        seconds: float = 10.0,
    ):
        self.runs, self.path, self.config = dict(runs), Path(path), dict(config)
        self.seconds = checks.number("seconds", seconds, at_least=0)
        self._saved = time.monotonic()

    def train(self, tick: Callable[[], object] = lambda: None) -> None:
        """Train each to its end, saving on the way and at the end.

        tick() is called after each iteration. KeyboardInterrupt comes through when the state is
        saved. Raises DivergenceError; the checkpoint is then the last one before.
        """
        try:
            self.save()
            for run in self.runs.values():
                run.train(tick, self.save_if_due)
        except KeyboardInterrupt:
            self.save()
            raise
        self.save()

    def save_if_due(self) -> None:
        """Write it, if the last time is long enough ago."""
        if time.monotonic() - self._saved >= self.seconds:
            self.save()

    def save(self) -> None:
        """Write the present state as the checkpoint."""
        states: dict[str, Any] = {}
        arrays: dict[str, Array] = {}
        for name, run in self.runs.items():
            states[name], own = run.state()
            arrays |= {_named(name, key): array for key, array in own.items()}
        checkpoint.save(self.path, self.config, states, arrays)
        self._saved = time.monotonic()

    def restore(self) -> None:
        """Go to the checkpoint; InputError as `Run.restore`, or if it is of another `config`."""
        states, arrays = checkpoint.load(self.path, self.config)
        for name, run in self.runs.items():
            prefix = _named(name, "")
            own = {key[len(prefix):]: A for key, A in arrays.items() if key.startswith(prefix)}
            run.restore(states.get(name, {}), own, self.path)

    def best_weights(self) -> dict[str, Array]:
        """W1, W2, ... with the least error measured, the run's name in front."""
        return {
            _named(name, f"W{l}"): W for name, run in self.runs.items()
            for l, W in enumerate(run.best_weights, 1)
        }


def _named(name: str, key: str) -> str:
    return f"{name}_{key}" if name else key


def position(before: Schedule, now: Schedule, L: int, progress: Progress) -> Progress | None:
    """`progress` of a training by `before`, as progress of the same training by `now`.

    None where `now`, given the same errors, comes by no such state: it has moved other layers by
    then, or has ended. Going on from it, all numbers are those of a training by `now` alone.
    """
    begun = progress.phases + (progress.in_phase > 0)
    theirs, ours = (_first(schedule, begun, L, progress) for schedule in (before, now))
    if len(ours) < len(theirs) or ours[:-1] != theirs[:-1]:
        return None
    if not begun or ours[-1] == theirs[-1]:
        return progress
    done = progress.in_phase or theirs[-1].iterations
    longer = replace(theirs[-1], iterations=ours[-1].iterations)
    # Where all layers move, nothing is held whose products could depend on the phase's length.
    if ours[-1] != longer or longer.iterations < done or len(longer.layers) < L:
        return None
    if done == longer.iterations:
        return replace(progress, phases=begun, in_phase=0)
    return replace(progress, phases=begun - 1, in_phase=done)


def _first(schedule: Schedule, count: int, L: int, progress: Progress) -> list[Phase]:
    """The first `count` phases, where `error` answers as it has before."""
    known = iter(progress.errors)
    return list(islice(schedule.phases(L, lambda: next(known, nan)), count))
