"""Random and adversarial search for the worst instance of a claim.

Both look for the smallest margin (see SLQC.margin; the ratio kappa_emp/kappa is its reciprocal)
over a family of instances. Memory is constant: a batch at a time, and only the worst is kept.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import differential_evolution, minimize

from .. import checks
from ..slqc import ratio
from .families import Family, Instance, Problem

Margin = Callable[[Instance], np.ndarray]
"""The margin of each instance of a stack: (n,) numbers, the claim is violated where below 1."""

Kappa = Callable[[np.ndarray, Problem], float | np.ndarray]
"""kappa(eps, problem), element by element on a stack; nan where nothing is claimed."""

ROUNDING = 1e-9
"""A margin below 1 by less than this is rounding, not a violation."""

BATCH = 4096


@dataclass(frozen=True)
class Evidence:
    """What a search saw: how many instances, how many violations, and the worst instance."""

    instances: int = 0
    violations: int = 0
    smallest_margin: float = np.inf
    worst: Instance | None = None

    @property
    def worst_ratio(self) -> float:
        """The largest kappa_emp/kappa seen (0 when nothing was claimed of any instance)."""
        return float(ratio(self.smallest_margin)) if self.worst is not None else 0.0

    def __add__(self, other: "Evidence") -> "Evidence":
        worse = min(self, other, key=lambda e: e.smallest_margin)
        return Evidence(
            self.instances + other.instances, self.violations + other.violations,
            worse.smallest_margin, worse.worst,
        )


def margin_of(kappa: Kappa) -> Margin:
    """The margin of the claim 'SLQC for all eps, with kappa(eps, problem)'."""
    return lambda instances: instances.slqc().margin(
        lambda eps: kappa(eps, instances.problem)
    )


def examine(instances: Instance, margins: np.ndarray) -> Evidence:
    """The evidence of one stack of instances with these margins."""
    worst = int(np.argmin(margins))
    return Evidence(
        len(margins), int(np.sum(margins < 1 - ROUNDING)), float(margins[worst]),
        instances[worst] if np.isfinite(margins[worst]) or margins[worst] < 0 else None,
    )


def examine_one(instance: Instance, margin: Margin) -> Evidence:
    """The evidence of a single instance."""
    value = float(margin(instance))
    return Evidence(1, int(value < 1 - ROUNDING), value, instance)


def random_search(
    family: Family, margin: Margin, instances: int, random_state: int = 0,
) -> Iterator[Evidence]:
    """Evidence of `instances` random instances, a batch at a time (sum it up; show progress).

    Batch k draws from a generator seeded by (random_state, k): the same instances whatever the
    order in which the batches run.
    """
    checks.whole_number("instances", instances, at_least=1)
    checks.whole_number("random_state", random_state)
    for k, start in enumerate(range(0, instances, BATCH)):
        rng = np.random.default_rng([random_state, k])
        n = min(BATCH, instances - start)
        instances_k = family.decode(family.draw(rng, n))
        yield examine(instances_k, margin(instances_k))


def total(evidence: Iterable[Evidence]) -> Evidence:
    """The sum of the pieces of a search."""
    return sum(evidence, Evidence())


UNCLAIMED = 1e6  # the margin that the optimiser sees where nothing is claimed


def adversarial_search(
    family: Family, margin: Margin, random_state: int = 0, *, starts: int = 2,
    generations: int = 250,
) -> Iterator[Evidence]:
    """Evidence of an optimiser over instances that makes the margin as small as it can.

    Each start is one run of scipy's differential evolution over theta, a generation evaluated as
    one stack, polished by Nelder-Mead. Yields a start's evidence; every instance that the
    optimiser looked at is counted.
    """
    for start in range(starts):
        seen = [Evidence()]

        def smallest(theta, seen=seen):
            """Margins of theta (p, n), as differential_evolution lays it out, or (p,)."""
            instances = family.decode(np.atleast_2d(theta.T))
            margins = margin(instances)
            seen[0] += examine(instances, margins)
            margins = np.nan_to_num(margins, posinf=UNCLAIMED, neginf=-UNCLAIMED)
            return margins if theta.ndim == 2 else margins[0]

        rng = np.random.default_rng([random_state, start, family.size])
        population = family.draw(rng, max(30, 5 * family.size))
        found = differential_evolution(
            smallest, bounds=[(-30.0, 30.0)] * family.size, maxiter=generations, tol=0, atol=1e-12,
            init=np.clip(population, -30, 30), rng=rng, polish=False, vectorized=True,
            updating="deferred",
        )
        minimize(
            smallest, found.x, method="Nelder-Mead",
            options={"maxfev": 10 * generations, "fatol": 1e-12, "xatol": 1e-12, "adaptive": True},
        )
        yield seen[0]
