"""One network in training by `engine`, with its curve, its best weights and a checkpoint.

Killed at any moment and restored, it ends at the same weights, curve and best weights, bit for bit,
as without: a checkpoint is a state between two iterations, and measuring changes no state. Its
schedule may be longer than the checkpoint's, where `longer` finds that one on its way.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from .. import checks
from ..exceptions import DivergenceError, InputError
from . import checkpoint, longer
from .engine import Progress, Training

Curve = list[tuple[int, float, float]]


class Resumable:
    """`training` with its errors measured at every so many iterations, and saved in `path`.

    X_test, Y_test  samples that aren't trained on
    every           iterations between two measurements; the first is before training
    config          what may not differ on resuming: see `checkpoint`; the schedule's LENGTH may
    path            of the checkpoint
    seconds         least time between two checkpoints

    curve: (iteration, training error, test error) as measured. best_weights, best_iteration and
    best_error: where the training error was least among them; the test error has no say.
    """

    def __init__(
        self, training: Training, X_test: np.ndarray, Y_test: np.ndarray, *, every: int,
        config: Mapping[str, Any], path: Path, seconds: float = 10.0,
    ):
        self.training, self.X_test, self.Y_test = training, X_test, Y_test
        self.every = checks.whole_number("every", every, at_least=1)
        self.seconds = checks.number("seconds", seconds, at_least=0)
        self.config, self.path = dict(config), Path(path)
        self.curve: Curve = []
        self.best_iteration, self.best_error = 0, np.inf
        self.best_weights = [W.copy() for W in training.network.weights]
        self._saved = -np.inf

    def run(self, tick: Callable[[], None] = lambda: None) -> None:
        """Train to the end of the schedule, saving on the way and at the end.

        tick() is called after each iteration. KeyboardInterrupt comes through when the state of
        that moment is saved. Raises DivergenceError; the checkpoint is then the last one before.
        """
        def watch(training: Training) -> None:
            self._measure_if_due()
            tick()

        def save_at_times(training: Training) -> None:
            if time.monotonic() - self._saved >= self.seconds:
                self.save()

        try:
            self._measure_if_due()
            self.save()
            self.training.run(watch=watch, after_block=save_at_times)
        except KeyboardInterrupt:
            self.save()
            raise
        self.save()

    def _measure_if_due(self) -> None:
        """Also due after an interruption between an iteration and its measurement."""
        i = self.training.progress.iterations
        if i % self.every or (self.curve and self.curve[-1][0] >= i):
            return
        network = self.training.network
        with np.errstate(over="ignore", invalid="ignore"):
            train_error = network.error(self.training.X, self.training.Y)
            test_error = network.error(self.X_test, self.Y_test)
        if not (np.isfinite(train_error) and np.isfinite(test_error)):
            raise DivergenceError(
                f"the error isn't finite with the weights W1 to W{network.L} of minibatch "
                f"iteration {i}, which are. A smaller step (eta) or smaller inputs may help",
                layer=network.L, iteration=i, weights=[W.copy() for W in network.weights],
            )
        if train_error < self.best_error:
            best = [W.copy() for W in network.weights]  # Ctrl-C here leaves the former best whole
            self.best_weights, self.best_iteration, self.best_error = best, i, train_error
        self.curve.append((i, train_error, test_error))

    def save(self) -> None:
        """Write the present state as the checkpoint."""
        state, arrays = self.training.state()
        arrays = arrays | {f"best.{l}": W for l, W in enumerate(self.best_weights, 1)}
        arrays["curve"] = np.array(self.curve, dtype=np.float64).reshape(-1, 3)
        schedule = self.training.schedule
        state = {
            "training": state, "best_iteration": self.best_iteration,
            "length": getattr(schedule, schedule.LENGTH),
        }
        checkpoint.save(self.path, self.config, state, arrays)
        self._saved = time.monotonic()

    def restore(self) -> None:
        """Go to the checkpoint; InputError if it is damaged or of another configuration.

        Also if a training by this schedule, shorter or longer than the checkpoint's, doesn't come
        by it.
        """
        schedule, L = self.training.schedule, self.training.network.L
        state, arrays = checkpoint.load(self.path, self.config)
        try:
            weights = [arrays[f"best.{l}"] for l in range(1, len(self.best_weights) + 1)]
            for l, (new, W) in enumerate(zip(weights, self.best_weights, strict=True), 1):
                checks.shape_is(f"best.{l}", checks.real_array(f"best.{l}", new), W.shape, "W_l's")
            rows = arrays["curve"]
            if rows.size:
                checks.real_array("curve", rows, ndim=2)
            curve = [(int(i), train, test) for i, train, test in rows.tolist()]
            best_iteration = checks.whole_number("best_iteration", state["best_iteration"])
            before = replace(schedule, **{schedule.LENGTH: state["length"]})
            progress = Progress(**state["training"]["progress"])
            here = longer.position(before, schedule, L, progress)
            if here is not None:
                state["training"]["progress"] = vars(here)
                self.training.restore(state["training"], arrays)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"{self.path} holds no state to go on from ({type(error).__name__}: {error})"
            ) from None
        if here is None:
            raise InputError(
                f"{self.path} is at minibatch iteration {progress.iterations} of {schedule.name} "
                f"with {schedule.LENGTH}={state['length']}; with {schedule.LENGTH}="
                f"{getattr(schedule, schedule.LENGTH)} training has ended or moved other layers by "
                f"then. Allowed is {state['length']}, or to begin anew"
            )
        self.best_weights = [W.astype(self.training.network.dtype) for W in weights]
        self.curve, self.best_iteration = curve, best_iteration
        self.best_error = min((error for _, error, _ in curve), default=np.inf)
