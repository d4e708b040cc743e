"""Evidence for a claim: how many instances were looked at, which is the worst, was any a violation.

Pieces of evidence add up, so a search of any size runs at constant memory: a batch at a time, and
of all instances only the worst is kept.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from ..arrays import Array
from ..norms import norm
from ..slqc import ratio
from .families import Instance, P
from .formula import ROUNDING

Margin: TypeAlias = Callable[[Instance[P]], Any]
"""The margin of each instance of a stack: (n,) numbers, the claim is violated where below 1."""

Kappa: TypeAlias = Callable[[Any, P], Any]
"""kappa(eps, problem), element by element on a stack; nan where nothing is claimed."""


@dataclass(frozen=True)
class Rate:
    """How often independent draws of a trial failed (`chance`).

    allowed         the failure probability that the claim allows; where not `claimed`, for
                    comparison only
    lower, upper    the Clopper-Pearson limits of the failure probability
    """

    trial: str
    allowed: float
    claimed: bool
    draws: int
    failures: int
    lower: float
    upper: float


@dataclass(frozen=True)
class Evidence:
    """What a search saw: how many instances, how many violations, and the worst instance.

    rates: the failure rates, of a claim about probabilities.
    """

    instances: int = 0
    violations: int = 0
    smallest_margin: float = np.inf
    worst: Instance[Any] | None = None
    rates: tuple[Rate, ...] = ()

    @property
    def worst_ratio(self) -> float:
        """The largest kappa_emp/kappa seen (0 when nothing was claimed of any instance)."""
        return float(ratio(self.smallest_margin)) if self.worst is not None else 0.0

    def seen(
        self, instances: Instance[Any], margins: Array, which: Sequence[int] | None = None
    ) -> "Evidence":
        """This and a stack of instances with these margins (or some of them, in this order).

        Of instances as bad as the worst, the first stays.
        """
        if which is not None:
            if not len(which):
                return self
            margins = margins[which]
        at = int(np.argmin(margins))
        worse = bool(margins[at] < self.smallest_margin)
        return Evidence(
            self.instances + len(margins),
            self.violations + int(np.count_nonzero(margins < 1 - ROUNDING)),
            float(margins[at]) if worse else self.smallest_margin,
            instances[at if which is None else which[at]] if worse else self.worst, self.rates,
        )

    def __add__(self, other: "Evidence") -> "Evidence":
        worse = min(self, other, key=lambda e: e.smallest_margin)
        return Evidence(
            self.instances + other.instances, self.violations + other.violations,
            worse.smallest_margin, worse.worst, self.rates + other.rates,
        )


def total(evidence: Iterable[Evidence]) -> Evidence:
    """The sum of the pieces of a search."""
    return sum(evidence, Evidence())


def margin_of(kappa: Kappa[P]) -> Margin[P]:
    """The margin of the claim 'SLQC for all eps, with kappa(eps, problem)'."""
    return lambda instances: instances.slqc().margin(
        lambda eps: kappa(eps, instances.problem)
    )


def bound_margin(bound: Any, reached: Any, said: Any = True) -> Array:
    """The margin of 'reached ≤ bound'; inf where nothing is reached, or nothing said of it."""
    said = (reached > 0) & said
    return np.where(said, bound / np.where(said, reached, 1.0), np.inf)


def direction_margin(instances: Instance[Any]) -> Array:
    """Of the claim that some κ works, by c, the cosine between G and W₁ − W₁*.

    c > 0: 1 + c. Else c, or −inf if G = 0: the gradient points away from W₁*, and SLQC fails for
    every κ and every ε below the error. inf where the error is no larger than at W₁*.
    """
    slqc = instances.slqc()
    distance = norm(instances.point - instances.problem.optimum, 2)
    size = slqc.gradient_norm * distance
    cosine = slqc.progress / np.where(size > 0, size, 1.0)
    margin = np.where(cosine > 0, 1 + cosine, cosine)
    return np.where(slqc.gap <= 0, np.inf, np.where(size > 0, margin, -np.inf))


def gradient_margin(instances: Instance[Any]) -> Array:
    """Of the claim that G ≠ 0 wherever err > 0: −inf where it is 0 (exactly), else inf."""
    slqc = instances.slqc()
    return np.where((slqc.gap > 0) & (slqc.gradient_norm == 0), -np.inf, np.inf)


def examine_one(instance: Instance[P], margin: Margin[P]) -> Evidence:
    """The evidence of a single instance."""
    value = float(margin(instance))
    return Evidence(1, int(value < 1 - ROUNDING), value, instance if value < np.inf else None)
