"""A chain as a waterfall: what each step of a proof gives away, drawn as one bar a line.

The dark bar of a line is its value; the paler, wider piece is the slack of the step that led
there. A step that fails rises (for >=) and is hatched.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Array
from ..proofs.derivation import AT_MOST, EQUAL, Chain, Step
from ..proofs.families import Family, Instance
from ..proofs.proof import Proof, with_error

WIDTH, HEIGHT, MARGIN = 200, 22, 6  # of one bar's picture, in CSS pixels


@dataclass(frozen=True)
class Bar:
    """One line: its value, the one before (None for the first), and whether the step holds."""

    value: float
    before: float | None
    holds: bool

    @property
    def slack(self) -> float | None:
        """What the step gave away; of a failing step, how much is missing (negative)."""
        if self.before is None:
            return None
        size = abs(self.before - self.value)
        return size if self.holds else -size


def bars(chain: Chain) -> list[Bar] | None:
    """The chain's bars, of one instance.

    Where the lines are arrays over samples or entries, those of the entry with the least slack. A
    step between lines of different shapes can't be drawn: None.
    """
    try:
        lines = np.broadcast_arrays(*(np.asarray(line.value, float) for line in chain.lines))
    except ValueError:
        return None
    values = np.stack([line.ravel() for line in lines])
    held = np.stack([
        np.broadcast_to(np.broadcast_to(s.holds(), np.shape(s.slack)).ravel(), values.shape[1])
        for s in chain.steps
    ])
    entry = int(np.argmin(scaled_slack(chain.steps, values)))
    first, *rest = values[:, entry]
    return [Bar(float(first), None, True)] + [
        Bar(float(value), float(before), bool(holds))
        for value, before, holds in zip(
            rest, values[:-1, entry], held[:, entry], strict=True
        )
    ]


def scaled_slack(steps: list[Step], values: Array) -> Array:
    """For each entry the least slack among the inequalities, as a share of the larger side."""
    falls = values[:-1] - values[1:]
    signs = {EQUAL: 0, AT_MOST: -1}
    sign = np.array([signs.get(step.relation, 1) for step in steps])
    scale = np.maximum(np.abs(values[:-1]), np.abs(values[1:]))
    least: Array = (sign[:, None] * falls / np.where(scale > 0, scale, 1.0)).min(axis=0)
    return least


def span(all_bars: list[Bar]) -> tuple[float, float]:
    """The axis: from the least value, or 0, to the largest, or 0."""
    values = [bar.value for bar in all_bars]
    low, high = min(0.0, *values), max(0.0, *values)
    return (low, high) if high > low else (0.0, 1.0)


def pieces(bar: Bar, axis: tuple[float, float]) -> list[tuple[float, float, int, str]]:
    """The rectangles of one bar on the axis of its chain: left, width, inset, and class."""
    found = []
    if bar.before is not None:
        look, inset = ("slack", 4) if bar.holds else ("fails", 2)
        found.append((*_between(bar.before, bar.value, axis), inset, look))
    return [*found, (*_between(0.0, bar.value, axis), 7, "value")]


def zero(axis: tuple[float, float]) -> float:
    """Where 0 is on the axis, in pixels."""
    return _between(0.0, 0.0, axis)[0]


def _between(start: float, stop: float, axis: tuple[float, float]) -> tuple[float, float]:
    """Left end and width of what lies between two values, in pixels."""
    low, high = axis
    ends = [MARGIN + (WIDTH - 2 * MARGIN) * (value - low) / (high - low) for value in (start, stop)]
    return round(min(ends), 2), round(abs(ends[1] - ends[0]), 2)


def typical(
    proof: Proof[Any], family: Family[Any], seed: int, n: int = 201
) -> tuple[Instance[Any], float]:
    """A random instance to show the proof on, and eps = f(x) - f(z) there.

    Of n drawn: one where as many of the proof's gaps fail as possible, and of those the one whose
    error is larger than nine tenths of theirs (at tiny errors there is nothing to see).
    """
    instances, _ = with_error(family, n, seed)
    eps = instances.slqc().gap
    failing = np.zeros(len(eps))
    for chain in proof.chains(instances, eps):
        for step in chain.steps:
            if step.name in proof.gaps:
                holds = np.broadcast_to(step.holds(), np.shape(step.slack) or (len(eps),))
                failing += ~holds.reshape(len(eps), -1).all(axis=1)
    candidates = np.flatnonzero(failing == failing.max())
    by_error = candidates[np.argsort(eps[candidates], kind="stable")]
    i = int(by_error[(9 * len(by_error)) // 10])
    return instances[i], float(eps[i])
