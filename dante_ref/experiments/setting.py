"""One run of section 4, declared: every number that decides its result, and nothing else."""

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

from .. import datasets
from ..activations import Activation, GeneralizedReLU, make_activation
from ..algorithms.sngd import Normalise
from ..exceptions import InputError
from ..training.network import Network
from ..training.rules import Rule, make_rule
from ..training.schedules import Phase, Schedule, make_schedule
from ..training.step import is_linear
from ..training.work import phase_flops
from .readings import AS_PRINTED, COLUMNS, LAST_COLUMNS, LONG, MATRIX, TODAY, Reading

SCHEMA = 3
"""Part of every run's name: raised when a run's meaning changes without its configuration."""


@dataclass(frozen=True)
class Method:
    """How a network is trained: which layers move when, the step rule, and the direction.

    schedule    'dante' (Algorithm 2), 'greedy_pairs' (Algorithm 3), 'round_robin' or 'backprop'
    rule, eta, constants   the step rule, its learning rate, what else it takes, as (name, value)
    eta_1       W_1's own learning rate, where it isn't eta
    normalised  the direction is normalised, as the reading says, or is G
    """

    schedule: str
    eta: float
    normalised: bool
    rule: str = "sgd"
    constants: tuple[tuple[str, float], ...] = ()
    eta_1: float | None = None

    def make_rule(self) -> Rule:
        """The step rule."""
        return make_rule(self.rule, eta=self.eta, **dict(self.constants))

    def with_eta(self, eta: float) -> "Method":
        """The same method with another learning rate."""
        return replace(self, eta=eta)

    @property
    def etas(self) -> tuple[float, ...]:
        """Its learning rates, W_1's first where that has its own."""
        return (self.eta,) if self.eta_1 is None else (self.eta_1, self.eta)

    def over(self, grid: Sequence[float]) -> list["Method"]:
        """The method at each learning rate, or at each pair where W_1 has its own."""
        if self.eta_1 is None:
            return [self.with_eta(eta) for eta in grid]
        return [replace(self, eta=eta, eta_1=eta_1) for eta_1 in grid for eta in grid]


DANTE = Method("dante", 0.001, True)
BACKPROP = Method("backprop", 0.001, False)
ALTMIN = Method("dante", 0.001, False)


@dataclass(frozen=True)
class Setting:
    """A run. Two settings that differ in anything are two runs.

    dataset, task   names for `datasets.load`; the dataset is the one really used (a stand-in's)
    hidden          n_1 .. n_{L-1}
    activation, a   of all layers; a is the generalized ReLU's (its b is 1)
    method, b, T_SNGD, iterations   T_SNGD: minibatch iterations of one layer's turn
    seed            of the split (where upstream has none), the start and the minibatches
    train_rows, test_rows   at most so many rows are used, the first of the shuffled ones; 0: all
    points          how often the errors are measured
    validation      True: train on 80% of the training rows and measure on the other 20%; the test
                    rows are not loaded. This is what learning rates are chosen by.
    svm             True: also fit a linear SVM on the hidden features (Table 2)
    reading         what is done where the paper leaves a choice, see `readings`
    """

    dataset: str
    task: str
    hidden: tuple[int, ...]
    activation: str
    method: Method
    b: int
    iterations: int
    T_SNGD: int = 50
    a: float = 0.01
    seed: int = 0
    train_rows: int = 0
    test_rows: int = 0
    points: int = 20
    validation: bool = False
    svm: bool = False
    dtype: str = "float32"
    reading: Reading = TODAY

    @property
    def is_split_by_seed(self) -> bool:
        """Whether each seed draws test rows of its own; else they are upstream's, always."""
        return not getattr(datasets.lookup(self.dataset), "train_rows", 0)

    def phi(self) -> Activation:
        """The activation of every layer."""
        if self.activation == GeneralizedReLU.name:
            return make_activation(self.activation, a=self.a, b=1.0)
        return make_activation(self.activation)

    @property
    def activations(self) -> tuple[Activation, ...]:
        """phi_1 .. phi_L."""
        return (self.phi(),) * (len(self.hidden) + 1)

    @property
    def seen(self) -> Reading:
        """The reading as far as the method depends on it: what is left has TODAY's answers.

        A normalised step is the same for sums and for means, and so is any step with one output; a
        plain one has no norm; backprop has no turns.
        """
        reading = self.reading
        if self.task == "regression":  # Table 1: one output
            reading = replace(reading, error=TODAY.error)
        if self.method.normalised and reading.normalise is not None:
            reading = replace(reading, error=TODAY.error)
        else:
            reading = replace(reading, step=AS_PRINTED)
            if not self.method.normalised:
                reading = replace(reading, normalise=MATRIX)
        if self.method.schedule == "backprop":
            reading = replace(reading, iteration=TODAY.iteration, T_SNGD=TODAY.T_SNGD,
                              order=TODAY.order)
        return reading

    @property
    def normalise(self) -> Normalise:
        """What a step of any layer is normalised by (of the last layer, where they differ)."""
        reading = self.seen
        if not self.method.normalised or reading.normalise is None:
            return None
        return "matrix" if reading.normalise == MATRIX else "columns"

    @property
    def is_possible(self) -> bool:
        """Whether the reading's turns make whole alternations of the iterations, and Table 2's
        estimator has the reading."""
        if self.svm and (self.seen.differences.keys() - {"normalise", "error"}
                         or self.seen.normalise == LAST_COLUMNS):
            return False
        turns = (len(self.hidden) + 1) * self.turn
        return self.method.schedule == "backprop" or self.updates % turns == 0 < self.updates

    @property
    def updates(self) -> int:
        """Minibatch iterations in all: `iterations`, times the layers where these count
        alternations."""
        layers = len(self.hidden) + 1
        return self.iterations * (layers if self.seen.iteration == "alternation" else 1)

    @property
    def turn(self) -> int:
        """Minibatch iterations of one layer's turn."""
        if self.seen.T_SNGD == "several":
            return self.T_SNGD
        if self.seen.T_SNGD == "one":
            return 1
        entry = datasets.lookup(self.dataset)
        rows = self.train_rows or entry.train_rows or round(0.7 * entry.rows)
        return max(1, rows // self.b)

    def alternations(self) -> int:
        """How often each layer has its turn; InputError unless that is a whole number."""
        turns = (len(self.hidden) + 1) * self.turn
        rounds, rest = divmod(self.updates, turns)
        if rounds < 1 or rest:
            raise InputError(
                f"iterations is {self.updates}; allowed is a multiple of {turns}, one turn of "
                "each layer"
            )
        return rounds

    def schedule(self) -> Schedule:
        """The schedule; every method runs exactly `updates`, whole alternations of DANTE's."""
        name = self.method.schedule
        options: dict[str, Any] = {}
        if self.seen.order == "W1" and name in ("dante", "greedy_pairs"):
            name, options = "greedy_pairs", {"first": "u"}
        return make_schedule(
            name, L=len(self.hidden) + 1, T_SNGD=self.turn, iterations=self.updates, **options
        )

    def rule(self, sizes: Sequence[int], l: int = 1) -> Rule:
        """The step rule of layer l in a network of these sizes n_0..n_L.

        The mean over outputs divides G by n_L: a factor of eta, or, where a rule divides by the
        root of squares of G, of its eps.
        """
        method, reading, n = self.method, self.seen, sizes[-1]
        if l == 1 and method.eta_1 is not None:
            method = method.with_eta(method.eta_1)
        if reading.step == LONG:
            method = method.with_eta(method.eta * math.sqrt(sizes[l]))
        if reading.error == "sum":
            return method.make_rule()
        if method.rule in ("sgd", "momentum"):
            return method.with_eta(method.eta / n).make_rule()
        rule: Any = method.make_rule()
        longer: Rule = replace(rule, eps=rule.eps * n)
        return longer

    def by_layer(self, sizes: Sequence[int]) -> Schedule:
        """The schedule, with rules and directions by layer where reading or method ask it."""
        reading, layers = self.seen, range(1, len(sizes))
        if (reading.step == AS_PRINTED and reading.normalise != LAST_COLUMNS
                and self.method.eta_1 is None):
            return self.schedule()
        inner: Normalise = "columns" if reading.normalise == COLUMNS else "matrix"
        if self.normalise is None:
            inner = None
        return ByLayer(
            self.schedule(), tuple(self.rule(sizes, l) for l in layers),
            tuple(self.normalise if l == layers[-1] else inner for l in layers),
        )

    def flops(self, network: Network, m: int, iterations: int) -> float:
        """Of the matrix products of the first so many iterations on m samples."""
        total, left = 0.0, iterations
        for phase in self.schedule().phases(network.L, lambda: math.nan):
            done = min(left, phase.iterations)
            total += phase_flops(network.sizes, phase.layers, self.b, done, m,
                                 linear=is_linear(network))
            left -= done
            if not left:
                break
        return total

    def config(self) -> dict[str, Any]:
        """The setting as JSON holds it; of the reading what `seen` answers otherwise than TODAY,
        so that a run of before readings were named is one of today's."""
        config = {"schema": SCHEMA} | asdict(self)
        del config["reading"]
        if self.method.eta_1 is None:
            del config["method"]["eta_1"]
        if self.seen.differences:
            config["reading"] = self.seen.differences
        plain: dict[str, Any] = json.loads(json.dumps(config))
        return plain

    def key(self) -> str:
        """The name of the run: a hash of its whole configuration."""
        text = json.dumps(self.config(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:20]


@dataclass(frozen=True)
class ByLayer:
    """A schedule in which each layer has a rule of its own and, moving alone, a direction."""

    schedule: Any  # a schedule with a config
    rules: tuple[Rule, ...]
    normalise: tuple[Normalise, ...]
    name: ClassVar[str] = "by_layer"

    def phases(self, L: int, error: Any) -> Iterator[Phase]:
        """Those of `schedule`."""
        for phase in self.schedule.phases(L, error):
            yield replace(phase, rule=tuple(self.rules[l - 1] for l in phase.layers),
                          normalise=self.normalise[phase.layers[0] - 1])

    def config(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"name": self.name, "schedule": self.schedule.config()}
