"""Random and adversarial search for the worst instance of a claim.

Both look for the smallest margin (see SLQC.margin; kappa_emp/kappa is its reciprocal) over a family
of instances. A search is a list of tasks, each of which draws from its own seed, so their evidence
is the same in whatever order, process or machine they run.

To check a claim of one's own:

    from dante_ref.activations import GeneralizedReLU
    from dante_ref.proofs.families import GLMFamily
    from dante_ref.proofs.search import search

    evidence = search(
        GLMFamily(m=4, d=3, activation=GeneralizedReLU(0.5, 1.0)),
        kappa=lambda eps, glm: 3 * glm.W_max,
    )
    print(evidence.violations, evidence.worst_ratio, evidence.worst.arrays())
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np
from joblib import Parallel, delayed
from scipy.optimize import differential_evolution
from threadpoolctl import threadpool_limits

from .. import checks
from ..arrays import Array
from .evidence import Evidence, Kappa, Margin, margin_of, total
from .families import Family, P
from .nelder_mead import NelderMead

Task = Callable[[], Evidence]

BATCH = 4096
"""Instances evaluated as one stack."""

BATCHES_PER_TASK = 8

LARGEST_MARGIN = 1e6
"""The optimiser sees no larger margin: not the inf of an instance of which nothing is claimed."""


def random_batches(
    family: Family[P], margin: Margin[P], seed: int, start: int, n: int
) -> Evidence:
    """Evidence of the random instances number start to start + n (start a multiple of BATCH)."""
    found = Evidence()
    for first in range(start, start + n, BATCH):
        rng = np.random.default_rng([seed, first // BATCH])
        instances = family.decode(family.draw(rng, min(BATCH, start + n - first)))
        found = found.seen(instances, margin(instances))
    return found


def random_tasks(
    family: Family[P], margin: Margin[P], instances: int, seed: int
) -> list[Task]:
    """A random search of `instances` instances."""
    checks.whole_number("instances", instances, at_least=1)
    share = BATCH * BATCHES_PER_TASK
    return [
        partial(random_batches, family, margin, seed, start, min(share, instances - start))
        for start in range(0, instances, share)
    ]


def adversarial_starts(
    family: Family[P], margin: Margin[P], seed: int, starts: int, generations: int
) -> Evidence:
    """Evidence of runs of an optimiser over theta that makes the margin as small as it can.

    scipy's differential evolution, each generation evaluated as one stack, then Nelder-Mead from
    the best points, all runs as one stack. Every instance that the optimisers looked at counts.
    """
    runs = [_evolve(family, margin, seed, start, generations) for start in range(starts)]
    return total(_descend(family, margin, runs, 10 * generations))


def _heights(margins: Array) -> Array:
    """What an optimiser sees of the margins."""
    return np.clip(margins, -LARGEST_MARGIN, LARGEST_MARGIN)


def _evolve(
    family: Family[P], margin: Margin[P], seed: int, start: int, generations: int
) -> tuple[Evidence, Array]:
    """Evidence of one run of differential evolution, and the best theta."""
    found = Evidence()

    def smallest(theta: Array) -> Array:
        """Margins of theta (p, n), as differential_evolution lays it out."""
        nonlocal found
        instances = family.decode(theta.T)
        margins = margin(instances)
        found = found.seen(instances, margins)
        return _heights(margins)

    rng = np.random.default_rng([seed, start, family.size])
    population = family.draw(rng, max(30, 5 * family.size))
    best = differential_evolution(
        smallest, bounds=[(-30.0, 30.0)] * family.size, maxiter=generations, tol=0, atol=1e-12,
        init=np.clip(population, -30, 30), rng=rng, polish=False, vectorized=True,
        updating="deferred",
    )
    return found, best.x


def _descend(
    family: Family[P], margin: Margin[P], runs: list[tuple[Evidence, Array]], budget: int
) -> list[Evidence]:
    """The evidence of each run, with that of Nelder-Mead from its best theta."""
    found = [evidence for evidence, _ in runs]
    methods = [NelderMead(best, budget) for _, best in runs]
    while True:
        proposed = [(k, m.points) for k, m in enumerate(methods) if m.points is not None]
        if not proposed:
            return found
        instances = family.decode(np.concatenate([points for _, points in proposed]))
        margins = margin(instances)
        start = 0
        for k, points in proposed:
            here = slice(start, start + len(points))
            looked = [start + i for i in methods[k].take(_heights(margins[here]))]
            found[k] = found[k].seen(instances, margins, looked)
            start = here.stop


def adversarial_tasks(
    family: Family[P], margin: Margin[P], seed: int, *, starts: int = 2, generations: int = 250
) -> list[Task]:
    """An adversarial search from `starts` random populations."""
    if not starts:
        return []
    return [partial(adversarial_starts, family, margin, seed, starts, generations)]


def run_tasks(tasks: Iterable[Task], jobs: int = 1) -> Iterator[Evidence]:
    """Run the tasks, in `jobs` processes, and yield their evidence in the order of the tasks.

    BLAS is held to one thread a process, so that processes don't fight for the cores. Inside
    `joblib.parallel_config(backend=...)` the tasks run wherever that backend runs them.
    """
    with threadpool_limits(1):
        yield from Parallel(n_jobs=jobs, return_as="generator")(delayed(_run)(t) for t in tasks)


def _run(task: Task) -> Evidence:
    with threadpool_limits(1):
        return task()


def search(
    family: Family[P], kappa: Kappa[P], *, instances: int = 100_000, starts: int = 2,
    generations: int = 250, random_state: int = 0, jobs: int = 1,
) -> Evidence:
    """Search for the worst instance of 'SLQC for all eps > 0 with kappa(eps, problem)'.

    family       of instances within the assumptions
    kappa        (eps, problem) -> number or (n,), with eps (n,) and a problem that is a stack of
                 n; nan where nothing is claimed; eps/kappa(eps) must not fall as eps grows (see
                 SLQC.margin)
    instances    at random, then `starts` runs of an optimiser over `generations`

    Returns Evidence: instances, violations, worst_ratio (above 1: the claim is false), worst.
    """
    checks.of_type("family", family, Family)
    checks.whole_number("random_state", random_state)
    checks.whole_number("instances", instances, at_least=1)
    checks.whole_number("starts", starts)
    checks.whole_number("generations", generations, at_least=1)
    checks.processes("jobs", jobs)
    margin = margin_of(kappa)
    tasks = random_tasks(family, margin, instances, random_state)
    tasks += adversarial_tasks(
        family, margin, random_state, starts=starts, generations=generations
    )
    return total(run_tasks(tasks, jobs))
