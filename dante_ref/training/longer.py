"""A schedule made longer: whether a training that has begun is on its way, and where on it.

More alternations of Algorithm 2, of round robin, more iterations of backpropagation go on where
fewer end. Algorithm 3 completes a pair of layers before the next: with more alternations the first
pair moves for longer, so once the second has begun, no longer run comes by these weights.
"""

from dataclasses import replace
from itertools import islice
from math import nan

from .engine import Progress
from .schedules import Phase, Schedule


def position(before: Schedule, now: Schedule, L: int, progress: Progress) -> Progress | None:
    """`progress` of a training by `before`, as progress of the same training by `now`.

    None where `now`, given the same errors, comes by no such state: it has moved other layers by
    then, or has ended. Going on from it, all numbers are those of a training by `now` alone.
    """
    begun = progress.phases + (progress.in_phase > 0)
    theirs, ours = (_first(schedule, begun, L, progress) for schedule in (before, now))
    if len(ours) < len(theirs) or ours[:-1] != theirs[:-1]:
        return None
    if not begun or ours[-1] == theirs[-1]:
        return progress
    done = progress.in_phase or theirs[-1].iterations
    longer = replace(theirs[-1], iterations=ours[-1].iterations)
    # From layer 1 on, nothing is held whose products could depend on the phase's length.
    if ours[-1] != longer or longer.iterations < done or min(longer.layers) > 1:
        return None
    if done == longer.iterations:
        return replace(progress, phases=begun, in_phase=0)
    return replace(progress, phases=begun - 1, in_phase=done)


def _first(schedule: Schedule, count: int, L: int, progress: Progress) -> list[Phase]:
    """The first `count` phases, where `error` answers as it has before."""
    errors = iter(progress.errors)
    return list(islice(schedule.phases(L, lambda: next(errors, nan)), count))
