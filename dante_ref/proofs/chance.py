"""Claims about probabilities (Theorems 2 and 6): 'it fails with probability at most delta'.

No single instance refutes such a claim. It is asked in trials, each a way to draw: the numbers
that the theorem states, and others around them where it claims nothing but a reader wants to know.
For each trial the failures among independent draws are counted, and the Clopper-Pearson limits
say what failure rates they are compatible with; where the exact probability is known, it counts
as the constructed evidence. A trial refutes the claim iff the lower limit (or the exact
probability) is above the delta that is allowed there.

    def coin(rng, n):                      # which of n independent draws fail
        return rng.random(n) < 0.3

    ChanceClaim(
        ..., trials=(Trial("m = 25, as stated", 0.25, coin, exact=lambda: Fraction(3, 10)),)
    )
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from scipy.stats import binomtest

from .claim import Claim, Verdict
from .evidence import Evidence, Rate, total
from .families import Instance, P
from .search import BATCH, LARGEST_MARGIN, Task

CONFIDENCE = 0.999
"""Of each Clopper-Pearson limit, one-sided: it errs once in a thousand trials."""


@dataclass(frozen=True)
class Trial:
    """One way to draw, and the failure rate that is allowed there.

    failures  (rng, n) -> n booleans, one an independent draw: did it fail? A function at the top
              of a module or a partial of one, so that other processes can run it
    claimed   False around the stated numbers, where a rate above `allowed` refutes nothing
    exact     the failure probability, where it is known
    """

    name: str
    allowed: float
    failures: Callable[[np.random.Generator, int], np.ndarray]
    claimed: bool = True
    exact: Callable[[], Fraction] | None = None

    def rate(self, draws: int, failures: int) -> Rate:
        """The failure rate seen, between its Clopper-Pearson limits."""
        limits = binomtest(failures, draws).proportion_ci(2 * CONFIDENCE - 1, method="exact")
        return Rate(
            self.name, self.allowed, self.claimed, draws, failures,
            float(limits.low), float(limits.high),
        )


def margin_of_rate(allowed: float, rate: float) -> float:
    """allowed/rate: below 1 iff the rate is too high. At most LARGEST_MARGIN, as for rate 0."""
    return float(allowed / max(rate, allowed / LARGEST_MARGIN))


def count_failures(trial: Trial, n: int, seed: int, stream: int, worst: Instance[Any]) -> Evidence:
    """Evidence of n independent draws of a trial, a batch at a time."""
    failures = 0
    for first in range(0, n, BATCH):
        rng = np.random.default_rng([seed, stream, first // BATCH])
        failures += int(np.sum(trial.failures(rng, min(BATCH, n - first))))
    rate = trial.rate(n, failures)
    if not trial.claimed:
        return Evidence(instances=n, rates=(rate,))
    margin = margin_of_rate(trial.allowed, rate.lower)
    return Evidence(n, int(rate.lower > trial.allowed), margin, worst, (rate,))


@dataclass(frozen=True)
class ChanceClaim(Claim[P]):
    """A claim 'with probability ≥ 1 − δ'; its evidence are failure rates.

    trials  where the rates are estimated
    draws     the most that are drawn of each trial

    `violations` of its evidence are trials whose failure rate is too high (not failing draws,
    which are allowed), and 1/margin is the lower limit over what is allowed. `worst` is an
    instance to look at, `margin` says of an instance whether the event in question fails there.
    """

    trials: tuple[Trial, ...] = ()
    draws: int = 2000

    def tasks(self, instances: int, seed: int, generations: int) -> list[Task]:
        """At most `instances` draws of each trial; there is nothing to optimise."""
        n, worst = min(instances, self.draws), self.worst()
        return [
            partial(count_failures, trial, n, seed, stream, worst)
            for stream, trial in enumerate(self.trials)
        ]

    def constructed(self) -> Evidence:
        """The evidence of the trials that are claimed and whose probability is known exactly."""
        worst = self.worst()
        worst.problem.check()
        worst.problem.check_point(worst.point)
        known = [(s, s.exact) for s in self.trials if s.claimed and s.exact is not None]
        return total(
            Evidence(1, int(exact() > s.allowed), margin_of_rate(s.allowed, float(exact())), worst)
            for s, exact in known
        )

    def outcome(self, evidence: Evidence) -> Verdict:
        """Refuted iff some claimed trial fails too often beyond doubt, else holds."""
        return Verdict.REFUTED if evidence.violations else Verdict.HOLDS
