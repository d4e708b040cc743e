"""When an estimator stops: a schedule of `training`, alternation by alternation, with patience."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from .. import checks
from ..algorithms.deep import pairs
from ..exceptions import InputError
from ..training.schedules import Error, Phase, make_schedule

OFFERED = ("dante", "greedy_pairs", "round_robin", "backprop")


def turns(schedule: str, L: int, T_SNGD: int) -> list[list[Phase]]:
    """The alternations to repeat, one list of phases each, for a network of L layers.

    Algorithm 3 has one for each pair of layers; a pair is done before the next. The other
    schedules have a single one. InputError for an unknown schedule or a wrong L.
    """
    checks.one_of("schedule", schedule, OFFERED)
    if schedule == "dante" and L != 2:
        raise InputError(
            f"schedule is 'dante' with {L - 1} hidden layers in hidden_layer_sizes; allowed "
            "is 1 (greedy_pairs and round_robin train any number)"
        )
    iterations = T_SNGD if schedule == "backprop" else L * T_SNGD
    once = make_schedule(schedule, L=L, T_SNGD=T_SNGD, iterations=iterations)
    phases = once.phases(L, lambda: math.nan)
    if schedule == "greedy_pairs":
        return [list(islice(phases, len(pair))) for pair in pairs(L)]
    return [list(phases)]


class Patience:
    """Worn out when `n_iter_no_change` values in a row aren't below the best by `tol`."""

    def __init__(self, tol: float | None, n_iter_no_change: int):
        self.tol, self.n_iter_no_change = tol, n_iter_no_change
        self.best, self.stale = math.inf, 0

    def worn_out(self, value: float) -> bool:
        if self.tol is None:
            return False
        self.stale = 0 if value < self.best - self.tol else self.stale + 1
        self.best = min(self.best, value)
        return self.stale >= self.n_iter_no_change


@dataclass
class Rounds:
    """Each turn in turn, until patience with it is worn out or `max_iter` alternations are made.

    measure(error) is given the error on all samples after each alternation, and answers with what
    is to fall.
    """

    turns: list[list[Phase]]
    max_iter: int
    tol: float | None
    n_iter_no_change: int
    measure: Callable[[float], float]
    converged: bool = True
    name: ClassVar[str] = "rounds"

    def phases(self, L: int, error: Error) -> Iterator[Phase]:
        for turn in self.turns:
            patience = Patience(self.tol, self.n_iter_no_change)
            for _ in range(self.max_iter):
                yield from turn
                if patience.worn_out(self.measure(error())):
                    break
            else:
                self.converged = False
