"""A chain as a waterfall: what each step of a proof gives away, drawn as one bar a line.

The dark bar of a line is its value; the paler, wider piece is the slack of the step that led
there. A step that fails rises (for >=) and is hatched.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..proofs.derivation import Chain
from ..proofs.families import Family, Instance
from ..proofs.proof import Proof, with_error
from . import chains

WIDTH, HEIGHT, MARGIN = 200, 22, 6  # of one bar's picture, in CSS pixels


@dataclass(frozen=True)
class Bar:
    """A line: its value, the one before (None for the first), whether the step holds, the axis."""

    value: float
    before: float | None
    holds: bool
    axis: tuple[float, float]

    @property
    def slack(self) -> float | None:
        """What the step gave away; of a failing step, how much is missing (negative)."""
        if self.before is None:
            return None
        size = abs(self.before - self.value)
        return size if self.holds else -size

    @property
    def shown(self) -> tuple[float, float]:
        """The slack and the value before, 0 where that is rounding; a failing step's as it is."""
        rounding = 1e-9 * (self.axis[1] - self.axis[0])
        slack, before = self.slack or 0.0, self.before or 0.0
        return (
            slack if abs(slack) > rounding or not self.holds else 0.0,
            before if abs(before) > rounding else 0.0,
        )

    @property
    def pieces(self) -> list[tuple[float, float, int, str]]:
        """Its rectangles on the axis: left, width, inset, and class."""
        found = []
        if self.before is not None:
            look, inset = ("slack", 4) if self.holds else ("fails", 2)
            found.append((*self.between(self.before, self.value), inset, look))
        return [*found, (*self.between(0.0, self.value), 7, "value")]

    def between(self, start: float, stop: float) -> tuple[float, float]:
        """Left end and width of what lies between two values, in pixels."""
        low, high = self.axis
        ends = [MARGIN + (WIDTH - 2 * MARGIN) * (v - low) / (high - low) for v in (start, stop)]
        return round(min(ends), 2), round(abs(ends[1] - ends[0]), 2)


def bars(chain: Chain) -> list[Bar] | None:
    """The chain's bars, of one instance, and of one entry of its lines (`chains.one_entry`).

    None where a line isn't finite. The axis goes from the least value, or 0, to the largest, or 0.
    """
    one = chains.one_entry(chain)
    values = [float(line.value) for line in one.lines]
    if not np.isfinite(values).all():
        return None
    low, high = min(0.0, *values), max(0.0, *values)
    axis = (low, high) if high > low else (0.0, 1.0)
    holds = [True, *(bool(step.holds()) for step in one.steps)]
    before: list[float | None] = [None, *values]
    return [Bar(*of, axis) for of in zip(values, before, holds, strict=False)]


def typical(
    proof: Proof[Any] | None, family: Family[Any], seed: int, n: int = 201
) -> tuple[Instance[Any], float]:
    """A random instance to show the proof on, and eps = f(x) - f(z) there.

    Of n drawn: those where as many of the proof's gaps fail as possible, of those the fifth with
    most lines that aren't 0 and steps that give something away (without a proof, all), and of those
    the one whose error is larger than nine tenths of theirs (at tiny errors nothing is to be seen).
    """
    instances, _ = with_error(family, n, seed)
    eps = instances.slqc().gap
    failing, giving = np.zeros(len(eps)), np.zeros(len(eps))
    for chain in proof.at(instances, eps) if proof else ():
        for step in chain.steps:
            left, slack, holds = (
                np.broadcast_to(of, np.shape(step.slack) or (len(eps),)).reshape(len(eps), -1)
                for of in (step.left.value, step.slack, step.holds())
            )
            giving += (np.abs(left) > 1e-9).any(axis=1)
            giving += (np.abs(slack) > 1e-9).any(axis=1)
            if proof and step.name in proof.gaps:
                failing += ~holds.all(axis=1)
    failing_most = failing == failing.max()
    candidates = np.flatnonzero(failing_most & (giving >= np.quantile(giving[failing_most], 0.8)))
    by_error = candidates[np.argsort(eps[candidates], kind="stable")]
    i = int(by_error[(9 * len(by_error)) // 10])
    return instances[i], float(eps[i])
