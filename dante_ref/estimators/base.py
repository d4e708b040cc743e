"""What the three estimators share: parameters, one training, prediction in blocks."""

import math
import warnings
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import KW_ONLY, dataclass, replace
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import check_is_fitted, validate_data
from tqdm import tqdm

from .. import checks
from ..activations import Activation, make_activation
from ..algorithms.sngd import Normalise, check_normalise
from ..arrays import Array, blocks
from ..exceptions import DivergenceError, InputError
from ..training.engine import Training
from ..training.network import BLOCK_ENTRIES, Network
from ..training.rules import RULES, Memory, Rule, make_rule
from ..training.run import Run
from .distinct import distinct_samples
from .rounds import Rounds, turns

DTYPES = (np.float64, np.float32)
SWITCHES = ("normalize_y", "early_stopping", "fit_intercept", "warm_start")
ETA = {"sgd": 0.05, "momentum": 0.005, "adagrad": 0.03, "rmsprop": 0.001, "adam": 0.001}
"""eta=None, by rule; a rule that isn't here has its own default."""


@dataclass(frozen=True)
class WeightedSamples:
    """X (m, d), y (m, n) or None, which an autoencoder doesn't have, weights (m,)."""

    X: Array
    y: Any
    weight: Array

    def rows(self, rows: Array) -> "WeightedSamples":
        """Some of them."""
        y = None if self.y is None else self.y[rows]
        return WeightedSamples(self.X[rows], y, self.weight[rows])

    def of_positive_weight(self) -> "WeightedSamples":
        """Those that weigh: what follows counts, splits and measures no others."""
        return self if self.weight.all() else self.rows(self.weight > 0)


class Fitted(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """What a fit leaves in an estimator."""

    network_: Network
    _state: tuple[np.random.Generator, dict[tuple[int, Rule], Memory]]  # to go on from, beside it
    loss_: float
    loss_curve_: list[float]
    n_iter_: int
    validation_scores_: list[float]
    best_validation_score_: float


@dataclass(eq=False, repr=False)
class DanteEstimator(Fitted):
    """See the three estimators; each names its own loss and targets, and its own parameters."""

    hidden_layer_sizes: int | tuple[int, ...] = (100,)
    activation: str | Activation = "generalized_relu"
    _: KW_ONLY
    output_activation: str | Activation = "identity"
    schedule: str = "greedy_pairs"
    rule: str | Rule = "sgd"
    normalise: Normalise = "matrix"
    eta: float | None = None
    batch_size: int = 20
    inner_iter: int | str = "auto"
    max_iter: int = 200
    tol: float | None = 1e-4
    n_iter_no_change: int = 10
    early_stopping: bool = False
    validation_fraction: float = 0.1
    fit_intercept: bool = True
    warm_start: bool = False
    random_state: Any = None
    verbose: bool = False

    # ---- what a subclass says -------------------------------------------------------------

    @abstractmethod
    def _gather(self, *data: Any, **kind: Any) -> WeightedSamples:
        """The data of a fit, checked. kind: is it going_on, and `once`, a partial_fit?"""

    def _targets(self, y: Array, weight: Array | None, *, fresh: bool) -> Array:
        """The network's targets (m, n_L) for the y of distinct samples, on which training begins
        afresh or goes on; without a y, X is its own target."""
        raise NotImplementedError

    @abstractmethod
    def _n_outputs(self, X: Array, y: Any) -> int: ...

    @abstractmethod
    def _validation_score(self, samples: WeightedSamples) -> float: ...

    def _loss_name(self) -> str:
        return "squared"

    # ---- training -------------------------------------------------------------------------

    def _train(self, *data: Any, once: bool = False) -> Self:
        """Train on `_gather` of the data: `max_iter` alternations a turn, or `once`, one.

        Nothing of the estimator changes before everything is checked.
        """
        held_out: WeightedSamples | None = None
        with _unchanged_by_errors(self):
            options = self._checked()
            going_on = hasattr(self, "network_") and bool(once or self.warm_start)
            samples = self._gather(*data, going_on=going_on, once=once).of_positive_weight()
            rng = _generator(self.random_state)
            if going_on and not all(W.flags.writeable for W in self.network_.weights):
                # joblib maps what it loads with mmap_mode, or hands to its processes
                self.network_, self._state = deepcopy((self.network_, self._state))
            if self.early_stopping and not once:
                samples, held_out = self._split(samples, rng)
            X, y, weight = distinct_samples(samples.X, samples.y, samples.weight)
            inputs = _with_ones(X) if self.fit_intercept else X
            sizes = (inputs.shape[1], *options["hidden"], self._n_outputs(X, y))
            if going_on:
                self._check_same_network(sizes, options["activations"])
            else:
                self.network_ = Network.initial(
                    sizes, options["activations"], self._loss_name(), random_state=rng,
                    dtype=X.dtype,
                )
            T_SNGD = options["T_SNGD"] or max(100, math.ceil(len(X) / options["b"]))
            parts = turns(self.schedule, self.network_.L, T_SNGD)
            if not going_on:
                for earlier in ("loss_", "validation_scores_", "best_validation_score_"):
                    self.__dict__.pop(earlier, None)
                self._state, self.loss_curve_, self.n_iter_ = (rng, {}), [], 0
            if held_out is not None:
                self.validation_scores_ = getattr(self, "validation_scores_", [])
            Y = self._cast(X) if y is None else self._targets(y, weight, fresh=not going_on)
            inputs = Y if inputs is X and y is None else self._cast(inputs)  # an autoencoder's
            max_iter = 1 if once else options["max_iter"]
            schedule = Rounds(
                parts, max_iter, None if once else self.tol, options["n_iter_no_change"],
                lambda error: self._booked(run, error, bar, validated=held_out is not None),
            )
            minibatches, memories = self._state
            run: Run = Run(Training(
                self.network_, inputs, Y, schedule, rule=options["rule"],
                normalise=self.normalise, b=options["b"], random_state=minibatches,
                sample_weight=weight, memories=memories,
            ), lambda: (self.loss_ if held_out is None else -self._validation_score(held_out),))
            if held_out is not None and going_on:  # what one comes with may be the best there is
                self.best_validation_score_ = self._validation_score(held_out)
                run.best_error = -self.best_validation_score_
        with tqdm(
            total=max_iter * len(parts), unit=" alternations", disable=not self.verbose
        ) as bar:
            self._run(run, keep_best=held_out is not None)
        if not (schedule.converged or once or self.tol is None):
            warnings.warn(
                f"max_iter={max_iter} alternations were made and the error still fell by more "
                f"than tol={self.tol:g}; a larger max_iter goes on, tol=None asks for all of them",
                ConvergenceWarning, stacklevel=3,
            )
        return self

    def _run(self, run: Run, *, keep_best: bool) -> None:
        try:
            run.train()
        except (KeyboardInterrupt, DivergenceError) as stop:
            stop.add_note(
                f"the weights after {self.n_iter_} alternations and what followed are kept: "
                "partial_fit, or fit with warm_start=True, goes on from them"
            )
            raise
        finally:
            if keep_best and run.best_error < math.inf:
                for W, best in zip(self.network_.weights, run.best_weights, strict=True):
                    W[...] = best

    def _booked(self, run: Run, error: float, bar: tqdm, *, validated: bool) -> float:
        """Book one alternation; what is to fall."""
        self.n_iter_ += 1
        self.loss_ = error
        self.loss_curve_.append(error)
        (value,) = run.record()
        if validated:
            self.validation_scores_.append(-value)
            self.best_validation_score_ = -run.best_error
        bar.update()
        bar.set_postfix(error=f"{error:.4g}", best=f"{run.best_error:.4g}", refresh=False)
        return value

    def _split(
        self, samples: WeightedSamples, rng: np.random.Generator
    ) -> tuple[WeightedSamples, WeightedSamples]:
        fraction = checks.number("validation_fraction", self.validation_fraction, above=0, below=1)
        rows = np.arange(len(samples.X))
        try:
            train, test = train_test_split(
                rows, test_size=fraction, random_state=int(rng.integers(2**31)),
                stratify=samples.y[:, 0] if is_classifier(self) else None,
            )
        except ValueError as error:
            raise InputError(
                f"early_stopping can't set aside validation_fraction={fraction:g} of "
                f"{len(rows)} samples: {error}"
            ) from None
        return samples.rows(train), samples.rows(test)

    # ---- parameters -----------------------------------------------------------------------

    def _checked(self) -> dict[str, Any]:
        """The parameters that need a look, as the engine wants them."""
        for name in SWITCHES:
            if hasattr(self, name):
                checks.switch(name, getattr(self, name))
        if not isinstance(self.verbose, (bool, np.bool_, Integral)):
            raise InputError(
                f"verbose is {self.verbose!r}; allowed are True, False and whole numbers"
            )
        check_normalise(self.normalise)
        if self.tol is not None:
            checks.number("tol", self.tol, at_least=0)
        hidden = self._hidden()
        phi = _activation("activation", self.activation)
        return {
            "hidden": hidden,
            "activations": (phi,) * len(hidden) + (
                _activation("output_activation", self.output_activation),
            ),
            "rule": self._rule(),
            "b": checks.whole_number("batch_size", self.batch_size, at_least=1),
            "T_SNGD": None if isinstance(self.inner_iter, str) and self.inner_iter == "auto" else
            checks.whole_number("inner_iter", self.inner_iter, at_least=1),
            "max_iter": checks.whole_number("max_iter", self.max_iter, at_least=1),
            "n_iter_no_change": checks.whole_number(
                "n_iter_no_change", self.n_iter_no_change, at_least=1
            ),
        }

    def _hidden(self) -> tuple[int, ...]:
        sizes: Any = self.hidden_layer_sizes
        if isinstance(sizes, np.ndarray):
            sizes = sizes.tolist()
        if isinstance(sizes, Integral):
            sizes = (sizes,)
        if not isinstance(sizes, Sequence) or isinstance(sizes, (str, bytes)):
            raise InputError(
                f"hidden_layer_sizes is {sizes!r}; allowed is a whole number or several"
            )
        return tuple(
            checks.whole_number(f"hidden_layer_sizes[{i}]", n, at_least=1)
            for i, n in enumerate(sizes)
        )

    def _rule(self) -> Rule:
        eta = self.eta
        if eta is not None:
            eta = checks.number("eta", eta, above=0)
        if isinstance(self.rule, Rule):
            return self.rule if eta is None else replace(self.rule, eta=eta)
        checks.one_of("rule", self.rule, RULES)
        return make_rule(self.rule, eta=ETA[self.rule] if eta is None else eta)

    def _check_same_network(
        self, sizes: tuple[int, ...], activations: tuple[Activation, ...]
    ) -> None:
        now, net = (sizes, activations, self._loss_name()), self.network_
        before = (net.sizes, net.activations, net.loss.name)
        if now != before:
            raise InputError(
                f"the network in training has layers {before[0]}, {before[1]}, {before[2]}; the "
                f"parameters and data ask for {now[0]}, {now[1]}, {now[2]}; allowed is the same "
                "(a new one: fit with warm_start=False)"
            )

    # ---- prediction -----------------------------------------------------------------------

    @property
    def coefs_(self) -> list[Array]:
        """The weights W_1..W_L, as MLPRegressor calls them. W_1's last row is the intercepts."""
        check_is_fitted(self)
        return self.network_.weights

    def _inputs(self, X: Array) -> Array:
        """X, with the column of ones that the fitted network has or hasn't."""
        return X if self.network_.sizes[0] == X.shape[1] else _with_ones(X)

    def _cast(self, X: Array) -> Array:
        """X in the weights' dtype."""
        dtype = self.network_.dtype
        with np.errstate(over="ignore"):
            cast = X.astype(dtype, copy=False)
        if cast is not X and not np.isfinite(cast).all():
            raise InputError(f"X isn't finite in the weights' {dtype}; allowed is smaller X")
        return cast

    def _given(self, X: Any) -> Array:
        """A user's X for a fitted estimator, checked."""
        check_is_fitted(self)
        checked: Array = self._valid(X, reset=False)
        return checked

    def _valid(self, X: Any, *y: Any, **options: Any) -> Any:
        """X, or X and y, as scikit-learn checks them, which would let masked entries through, and
        take dates for numbers."""
        for name, value in zip("Xy", (X, *y), strict=False):
            checks.not_masked(name, value)
        checks.not_dates("X", X)
        return validate_data(self, X, *y, dtype=DTYPES, **options)

    def _blockwise(
        self, X: Array, function: Callable[[Array], Array], inputs: Callable[[Array], Array]
    ) -> Array:
        """function(inputs(X)) in blocks of bounded memory; InputError where it isn't finite.

        Blocks are in C order, as products round by the order.
        """
        rows = max(1, BLOCK_ENTRIES // max(self.network_.sizes))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            answer = np.concatenate([
                function(inputs(np.ascontiguousarray(self._cast(X[part]))))
                for part in blocks(len(X), rows)
            ])
        if not np.isfinite(answer).all():
            raise InputError("X is so large that the network's answer isn't finite")
        return answer


@contextmanager
def _unchanged_by_errors(estimator: "DanteEstimator") -> Iterator[None]:
    """Whatever is raised within leaves the estimator as it was."""
    before = estimator.__dict__.copy()
    try:
        yield
    except BaseException:
        estimator.__dict__.clear()
        estimator.__dict__.update(before)
        raise


def _with_ones(X: Array) -> Array:
    return np.hstack([X, np.ones((len(X), 1), X.dtype)])


def _activation(name: str, value: Any) -> Activation:
    if isinstance(value, Activation):
        return value
    if not isinstance(value, str):
        raise InputError(f"{name} is {value!r}; allowed is a name or an Activation")
    try:
        return make_activation(value)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _generator(random_state: Any) -> np.random.Generator:
    """As checks.generator; a RandomState, which scikit-learn allows too, gives the seed."""
    if isinstance(random_state, np.random.RandomState):
        random_state = int(random_state.randint(2**31 - 1))
    return checks.generator(random_state)


def sample_weights(sample_weight: Any, m: int) -> Array:
    """None, a number or (m,) numbers ≥ 0, not all 0, as (m,) float64 in range; else InputError."""
    if sample_weight is None:
        return np.ones(m)
    if isinstance(sample_weight, Real):
        sample_weight = np.full(m, sample_weight)
    return in_range(checks.weights("sample_weight", sample_weight, m))


def in_range(weight: Array) -> Array:
    """Weights (m,) times the power of 2 that brings the largest into [1/2, 1).

    Exact, and only the ratios count: sums of weights near 1e308 would overflow, and products with
    weights near 1e-320 lose their digits.
    """
    scaled: Array = np.ldexp(weight, -np.frexp(weight.max())[1])
    return scaled
