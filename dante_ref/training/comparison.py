"""DANTE against mini-batch SGD from one start, by the same number of minibatch iterations.

The set-up of section 4.1: a single-hidden-layer autoencoder (the outputs are the inputs). Both
methods run from the same weights, on minibatches of the same size b. The state can be saved
between alternations (for SGD: after as many iterations) and gone on from, to the last bit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .. import checks
from ..activations import Activation
from ..algorithms.backprop import sgd
from ..algorithms.dante import DANTEResult, dante
from ..algorithms.sngd import ITERATES, require_finite
from ..exceptions import DivergenceError, InputError
from ..objectives import NetworkObjective
from . import checkpoint
from .initial import initial_weights
from .samples import fingerprint

METHODS = ("DANTE", "SGD")


@dataclass(frozen=True)
class Settings:
    """What decides a comparison's numbers, apart from its samples and its length.

    hidden: hidden units d'; eta: DANTE's step length; lr: SGD's learning rate; b: minibatch size;
    T_SNGD: iterations of one turn; T_AM, eps, iterate: Algorithm 2's (see `dante`); every:
    the errors are measured at every so many iterations; seed: of the start and of the minibatches.
    """

    activation: Activation
    hidden: int
    eta: float
    lr: float
    b: int
    T_SNGD: int
    T_AM: int = 1
    eps: float = 0.0
    iterate: str = "last"
    every: int = 1
    seed: int = 0

    def __post_init__(self):
        for name in ("hidden", "b", "T_SNGD", "T_AM", "every"):
            checks.whole_number(name, getattr(self, name), at_least=1)
        checks.whole_number("seed", self.seed)
        checks.number("eta", self.eta, above=0)
        checks.number("lr", self.lr, above=0)
        checks.number("eps", self.eps, at_least=0)
        checks.one_of("iterate", self.iterate, ITERATES)

    @property
    def alternation(self) -> int:
        """Minibatch iterations of one alternation: T_SNGD for each layer."""
        return 2 * self.T_SNGD

    def config(self) -> dict[str, Any]:
        """The settings as JSON holds them."""
        return asdict(self) | {
            "activation": self.activation.name, "slopes": asdict(self.activation)
        }


@dataclass
class Run:
    """One method's weights, how far it is, and its curve: [iteration, train and test error].

    best: the weights W1, W2 with the least training error measured (best_error, at best_iteration);
    last: the finite weights after the latest iteration, where one was made since the start.
    """

    W1: np.ndarray
    W2: np.ndarray
    rng: np.random.Generator
    done: int = 0
    zero_gradients: int = 0
    t: int = 1
    change: float = np.inf
    curve: list[tuple[float, float, float]] = field(default_factory=list)
    best: tuple[np.ndarray, np.ndarray] | None = None
    best_iteration: int = 0
    best_error: float = np.inf
    last: tuple[np.ndarray, np.ndarray] | None = None


class Comparison:
    """Both runs over the training and test rows X_train (m, d), X_test (n, d).

    `runs` maps METHODS to Run. The start is the same for both; each draws its minibatches from a
    stream of its own.
    """

    def __init__(self, X_train: np.ndarray, X_test: np.ndarray, settings: Settings):
        phi = settings.activation
        self.settings = settings
        X_train, X_test = (checks.real_array("X", X, ndim=2) for X in (X_train, X_test))
        self.train = NetworkObjective(X_train, X_train, (phi, phi))
        self.test = NetworkObjective(X_test, X_test, (phi, phi))
        start, *streams = np.random.SeedSequence(settings.seed).spawn(1 + len(METHODS))
        d = self.train.X.shape[1]
        W1, W2 = initial_weights(d, settings.hidden, d, start)
        W1, W2 = W1.astype(self.train.X.dtype), W2.astype(self.train.X.dtype)
        self.runs = {
            method: Run(W1, W2, np.random.default_rng(stream))
            for method, stream in zip(METHODS, streams, strict=True)
        }
        for run in self.runs.values():
            self._measure(run, W1, W2)

    def errors(self, method: str) -> tuple[float, float]:
        """(training, test) error of the method's present weights."""
        run = self.runs[method]
        return self._errors(run, run.W1, run.W2)

    def _errors(self, run: Run, W1: np.ndarray, W2: np.ndarray) -> tuple[float, float]:
        with np.errstate(over="ignore", invalid="ignore"):
            found = float(self.train.error(W1, W2)), float(self.test.error(W1, W2))
        require_finite("W1 or W2", run.done, *found)
        return found

    def _measure(self, run: Run, W1: np.ndarray, W2: np.ndarray) -> None:
        errors = self._errors(run, W1, W2)
        if errors[0] < run.best_error:
            run.best, run.best_iteration, run.best_error = (W1, W2), run.done, errors[0]
        run.curve.append((run.done, *errors))

    def train_to(
        self, iterations: int, *, tick: Callable[[], None] = lambda: None,
        save: Callable[[], None] = lambda: None,
    ) -> None:
        """Bring both runs to `iterations` minibatch iterations, a multiple of 2 T_SNGD.

        DANTE may stop before, when Algorithm 2's conditions say so. `tick()` is called after each
        iteration, `save()` wherever the state may be saved. A DivergenceError holds the last
        finite weights of the method that diverged.
        """
        iterations = checks.whole_number("iterations", iterations, at_least=1)
        alternation = self.settings.alternation
        if iterations % alternation:
            raise InputError(
                f"iterations is {iterations}; allowed is a multiple of {alternation}, one "
                f"alternation's 2 T_SNGD iterations"
            )
        with self._last_weights("DANTE"):
            self._train_dante(iterations // alternation, tick, save)
        with self._last_weights("SGD"):
            self._train_sgd(iterations, tick, save)

    @contextmanager
    def _last_weights(self, method: str) -> Iterator[None]:
        try:
            yield
        except DivergenceError as error:
            run = self.runs[method]
            error.weights = list(run.last or (run.W1, run.W2))
            raise

    def _watcher(self, run: Run, tick: Callable[[], None]) -> Callable[..., None]:
        def watch(W1: np.ndarray, W2: np.ndarray) -> None:
            run.done += 1
            if np.isfinite(W1).all() and np.isfinite(W2).all():
                run.last = (W1, W2)
            if run.done % self.settings.every == 0:
                self._measure(run, W1, W2)
            tick()

        return watch

    def _train_dante(self, alternations: int, tick, save) -> None:
        run, s = self.runs["DANTE"], self.settings

        def keep(result: DANTEResult) -> None:
            run.W1, run.W2, run.t, run.change = result.W1, result.W2, result.t, result.change
            run.zero_gradients = result.zero_gradients
            save()

        dante(
            self.train, run.W1, run.W2, T_AM=s.T_AM, T_SNGD=s.T_SNGD, eta=s.eta, b=s.b, eps=s.eps,
            max_alternations=alternations, iterate=s.iterate, random_state=run.rng,
            watch=self._watcher(run, tick), after_alternation=keep,
            t=run.t, change=run.change, zero_gradients=run.zero_gradients,
        )

    def _train_sgd(self, iterations: int, tick, save) -> None:
        run, s = self.runs["SGD"], self.settings
        watch = self._watcher(run, tick)
        while run.done < iterations:
            run.W1, run.W2 = sgd(
                self.train, run.W1, run.W2, T=s.alternation, lr=s.lr, b=s.b,
                random_state=run.rng, done=run.done, watch=watch,
            )
            save()

    def _config(self) -> dict[str, Any]:
        return self.settings.config() | {"samples": fingerprint(self.train.X, self.test.X)}

    def save(self, path: Path) -> None:
        """Write the state as a checkpoint; the weights are its arrays DANTE_W1, SGD_W1, ..."""
        state, arrays = {}, {}
        for method, run in self.runs.items():
            state[method] = {
                "done": run.done, "zero_gradients": run.zero_gradients, "t": run.t,
                "change": run.change, "rng": run.rng.bit_generator.state,
                "best_iteration": run.best_iteration,
            }
            arrays |= {f"{method}_W1": run.W1, f"{method}_W2": run.W2}
            arrays[f"{method}_curve"] = np.array(run.curve)
        checkpoint.save(path, self._config(), state, arrays | self.best_weights("_best"))

    def best_weights(self, suffix: str = "") -> dict[str, np.ndarray]:
        """DANTE_W1, SGD_W1, ... with the least training error measured of each method."""
        return {
            f"{method}{suffix}_W{l}": W for method, run in self.runs.items()
            for l, W in enumerate(run.best or (run.W1, run.W2), 1)
        }

    def restore(self, path: Path) -> None:
        """Go to the state of a checkpoint of the same settings and samples; else InputError."""
        state, arrays = checkpoint.load(path, self._config())
        try:
            restored = {
                method: self._restored(run, method, state[method], arrays)
                for method, run in self.runs.items()
            }
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"{path} holds no state to go on from ({type(error).__name__}: {error})"
            ) from None
        self.runs = restored

    def _restored(self, run: Run, method: str, state: dict, arrays: dict) -> Run:
        W1, W2 = self.train.check_weights(arrays[f"{method}_W1"], arrays[f"{method}_W2"])
        checks.shape_is("W1", W1, run.W1.shape, "(d, d')")
        best = self.train.check_weights(*(arrays[f"{method}_best_W{l}"] for l in (1, 2)))
        checks.shape_is("best W1", best[0], run.W1.shape, "(d, d')")
        curve = checks.real_array("curve", arrays[f"{method}_curve"], ndim=2)
        checks.shape_is("curve", curve, (len(curve), 3), "(points, 3)")
        rng = np.random.default_rng()
        rng.bit_generator.state = state["rng"]
        return Run(
            W1, W2, rng,
            done=checks.whole_number("done", state["done"]),
            zero_gradients=checks.whole_number("zero_gradients", state["zero_gradients"]),
            t=checks.whole_number("t", state["t"], at_least=1),
            change=float(state["change"]),
            curve=[(int(i), train, test) for i, train, test in curve.tolist()],
            best=best, best_error=min(curve[:, 1].tolist()),
            best_iteration=checks.whole_number("best_iteration", state["best_iteration"]),
        )
