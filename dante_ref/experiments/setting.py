"""One run of section 4, declared: every number that decides its result, and nothing else."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from .. import datasets
from ..activations import Activation, GeneralizedReLU, make_activation
from ..exceptions import InputError
from ..training.schedules import Backprop, Dante, GreedyPairs, RoundRobin, Schedule
from ..training.steps import Rule, make_rule

SCHEMA = 3
"""Part of every run's name: raised when a run's meaning changes without its configuration."""


@dataclass(frozen=True)
class Method:
    """How a network is trained: which layers move when, the step rule, and the direction.

    schedule    'dante' (Algorithm 2), 'greedy_pairs' (Algorithm 3), 'round_robin' or 'backprop'
    rule, eta, constants   the step rule, its learning rate, what else it takes, as (name, value)
    normalised  the direction G / ||G||_F, or G
    """

    schedule: str
    eta: float
    normalised: bool
    rule: str = "sgd"
    constants: tuple[tuple[str, float], ...] = ()

    def make_rule(self) -> Rule:
        """The step rule."""
        return make_rule(self.rule, eta=self.eta, **dict(self.constants))

    def with_eta(self, eta: float) -> "Method":
        """The same method with another learning rate."""
        return replace(self, eta=eta)


DANTE = Method("dante", 0.001, True)
SGD = Method("backprop", 0.001, False)
SGD_ALTMIN = Method("dante", 0.001, False)


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

    @property
    def is_split_by_seed(self) -> bool:
        """Whether each seed draws test rows of its own; else they are upstream's, always."""
        return not getattr(datasets.lookup(self.dataset), "train_rows", 0)

    def phi(self) -> Activation:
        """The activation of every layer."""
        if self.activation == GeneralizedReLU.name:
            return make_activation(self.activation, a=self.a, b=1.0)
        return make_activation(self.activation)

    def alternations(self) -> int:
        """How often each layer has its turn; InputError unless that is a whole number."""
        turns = (len(self.hidden) + 1) * self.T_SNGD
        rounds, rest = divmod(self.iterations, turns)
        if rounds < 1 or rest:
            raise InputError(
                f"iterations is {self.iterations}; allowed is a multiple of {turns}, one turn of "
                "each layer"
            )
        return rounds

    def schedule(self) -> Schedule:
        """The schedule; every method runs exactly `iterations`, whole alternations of DANTE's."""
        kind = self.method.schedule
        if kind == "backprop":
            return Backprop(self.iterations)
        if kind not in ("dante", "greedy_pairs", "round_robin"):
            raise InputError(
                f"schedule is {kind!r}; allowed are dante, greedy_pairs, round_robin, backprop"
            )
        make = {"dante": Dante, "greedy_pairs": GreedyPairs, "round_robin": RoundRobin}[kind]
        return make(T_SNGD=self.T_SNGD, max_alternations=self.alternations())

    def config(self) -> dict[str, Any]:
        """The setting as JSON holds it."""
        return json.loads(json.dumps({"schema": SCHEMA} | asdict(self)))

    def key(self) -> str:
        """The name of the run: a hash of its whole configuration."""
        text = json.dumps(self.config(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:20]
