"""Nelder and Mead's method as scipy.optimize has it (adaptive), a stack of points at a time.

scipy asks for one value after the other. Here all points that a step may need are proposed
together, so that the steps of several runs are evaluated as one stack; `take` says which of them
the method looked at, which are those that scipy evaluates, in the same order.
"""

from collections.abc import Generator

import numpy as np

from ..arrays import Array

REFLECTED, EXPANDED, OUTSIDE, INSIDE = range(4)


class NelderMead:
    """A run from x (n,) that looks at no more than `budget` points.

    points  the points proposed, (k, n): what `take` wants the values of; None when it is over
    """

    def __init__(self, x: Array, budget: int, tolerance: float = 1e-12):
        self._left, self._tolerance = budget, tolerance
        self._steps = self._run(np.asarray(x, float))
        self.points: Array | None = next(self._steps)

    def take(self, values: Array) -> list[int]:
        """Which of the points were looked at, given their values (k,); then `points` are new."""
        self._looked: list[int] = []
        self.points = next_or_none(self._steps, values)
        return self._looked

    def _look(self, *indices: int) -> bool:
        """Look at these, as far as the budget goes; is there something left of it?"""
        seen = indices[: self._left]
        self._looked += seen
        self._left -= len(seen)
        return len(seen) == len(indices)

    def _run(self, x: Array) -> Generator[Array, Array, None]:
        n = len(x)
        expand, contract, shrink = 1 + 2 / n, 0.75 - 1 / (2 * n), 1 - 1 / n
        simplex = np.vstack([x, np.where(np.eye(n) > 0, np.where(x != 0, 1.05 * x, 0.00025), x)])
        height = yield simplex
        if not self._look(*range(n + 1)):
            return
        simplex, height = _sorted(*_sorted(simplex, height))  # twice, as scipy does
        while self._left and not self._is_small(simplex, height):
            centre, worst = np.add.reduce(simplex[:-1], 0) / n, simplex[-1]
            points = np.stack([
                2 * centre - worst, (1 + expand) * centre - expand * worst,
                (1 + contract) * centre - contract * worst,
                (1 - contract) * centre + contract * worst,
            ])
            values = yield points
            self._look(REFLECTED)
            taken = REFLECTED
            if values[REFLECTED] < height[0]:
                if not self._look(EXPANDED):
                    return
                taken = EXPANDED if values[EXPANDED] < values[REFLECTED] else REFLECTED
            elif values[REFLECTED] >= height[-2]:
                outside = values[REFLECTED] < height[-1]
                taken = OUTSIDE if outside else INSIDE
                if not self._look(taken):
                    return
                if not (values[OUTSIDE] <= values[REFLECTED] if outside
                        else values[INSIDE] < height[-1]):
                    simplex[1:] = simplex[0] + shrink * (simplex[1:] - simplex[0])
                    height[1:] = yield simplex[1:]
                    if not self._look(*range(n)):
                        return
                    simplex, height = _sorted(simplex, height)
                    continue
            simplex[-1], height[-1] = points[taken], values[taken]
            simplex, height = _sorted(simplex, height)

    def _is_small(self, simplex: Array, height: Array) -> bool:
        return bool(
            np.max(np.abs(simplex[1:] - simplex[0])) <= self._tolerance
            and np.max(np.abs(height[0] - height[1:])) <= self._tolerance
        )


def next_or_none(steps: Generator[Array, Array, None], values: Array) -> Array | None:
    """What the generator yields for these values; None at its end."""
    try:
        return steps.send(values)
    except StopIteration:
        return None


def _sorted(simplex: Array, height: Array) -> tuple[Array, Array]:
    order = np.argsort(height)
    return simplex[order], height[order]
