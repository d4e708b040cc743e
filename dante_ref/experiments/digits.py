"""The printed digits of Tables 3 to 5: which readings and iteration counts come near them.

A run's curve passes a printed loss at some iteration or never does. So a single loss says little: a
pair of them, which one count has to give together, says more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .loss_scale import error_at
from .outcome import Curve, Outcome
from .paper import DANTE_LOSS, SGD_LOSS

WITHIN = 0.02
"""How near a loss counts as met."""


@dataclass(frozen=True)
class Near:
    """A printed loss and where a reading's run of that row comes nearest to it.

    first, last: the iterations between which it is within WITHIN; None where it never is.
    """

    table: str
    label: str
    printed: float
    reading: str
    first: float | None
    last: float | None
    nearest: float
    at: float

    @property
    def off(self) -> float:
        """The nearest error's distance, in proportion to the printed one."""
        return abs(self.nearest / self.printed - 1)


def mean_curve(curves: Sequence[Curve]) -> list[list[float]]:
    """Curves averaged over seeds, as far as all of them reach."""
    points = min(map(len, curves))
    averaged: list[list[float]] = np.mean([curve[:points] for curve in curves], axis=0).tolist()
    return averaged


def near(
    printed: float, curve: Curve, within: float = WITHIN
) -> tuple[float | None, float | None, float, float]:
    """(first, last, nearest, at) of a curve, linear between its measured points."""
    iterations = np.arange(curve[0][0], curve[-1][0] + 1)
    errors = np.interp(iterations, [p[0] for p in curve], [p[4] for p in curve])
    off = np.abs(errors / printed - 1)
    hits = iterations[off <= within]
    best = int(off.argmin())
    first, last = (float(hits[0]), float(hits[-1])) if len(hits) else (None, None)
    return first, last, float(errors[best]), float(iterations[best])


def rows(universe: Mapping[str, Iterable[Outcome]]) -> Iterator[Near]:
    """Every row of Tables 3 to 5 that has a printed loss and a curve, under every reading. The
    first rows, which the three tables share, once."""
    for reading, outcomes in universe.items():
        seen = set()
        for o in outcomes:
            for row in o.rows:
                if row.paper is None or row.label in seen or not all(row.curves):
                    continue
                seen.add(row.label)
                if row.curves:
                    yield Near(o.source, row.label, row.paper, reading,
                               *near(row.paper, mean_curve(row.curves)))


def pair(dante: Curve, sgd: Curve) -> tuple[float, float]:
    """(iteration, worst distance): the one count at which both first rows come nearest to their
    printed losses, and how far off the farther one is there, in proportion."""
    iterations = np.arange(1, min(dante[-1][0], sgd[-1][0]) + 1)
    worst = [
        max(abs(error_at(dante, t) / DANTE_LOSS - 1), abs(error_at(sgd, t) / SGD_LOSS - 1))
        for t in iterations
    ]
    best = int(np.argmin(worst))
    return float(iterations[best]), float(worst[best])


def pairs(universe: Mapping[str, Iterable[Outcome]]) -> dict[str, tuple[float, float]]:
    """`pair` for every reading that has both first rows."""
    found = {}
    for reading, outcomes in universe.items():
        curves = {
            row.label: mean_curve(row.curves) for o in outcomes for row in o.rows
            if row.label in ("DANTE", "SGD") and row.curves and all(row.curves)
        }
        if len(curves) == 2:
            found[reading] = pair(curves["DANTE"], curves["SGD"])
    return found
