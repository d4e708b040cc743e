"""A proof as a chain of displayed lines, evaluated on an instance.

Each line carries the numbers it stands for, so the slack of every step shows where the proof gives
tightness away, and a false step shows as a negative slack.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

EQUAL, AT_LEAST, AT_MOST = "=", ">=", "<="


@dataclass(frozen=True)
class Line:
    """One displayed line: its formula, its numbers, how it follows from the line before, and why.

    `step` is the paper's step number ('' where it prints none).
    """

    formula: str
    value: np.ndarray
    relation: str = ""
    because: str = ""
    step: str = ""


@dataclass(frozen=True)
class Step:
    """left (relation) right, because ...: two neighbouring lines of a chain."""

    left: Line
    right: Line

    @property
    def relation(self) -> str:
        return self.right.relation

    @property
    def because(self) -> str:
        return self.right.because

    @property
    def name(self) -> str:
        return self.right.step

    @property
    def slack(self) -> np.ndarray:
        """left - right for '>=', right - left for '<=', -|left - right| for '='."""
        difference = np.asarray(self.left.value) - np.asarray(self.right.value)
        if self.relation == EQUAL:
            return -np.abs(difference)
        return difference if self.relation == AT_LEAST else -difference

    def holds(self, rounding: float = 1e-9) -> np.ndarray:
        """Is the slack >= 0, up to `rounding` relative to the two sides and 1e-12 absolutely?"""
        scale = np.maximum(np.abs(self.left.value), np.abs(self.right.value))
        return self.slack >= -rounding * scale - 1e-12


@dataclass(frozen=True)
class Chain:
    """The lines of a proof from first to last."""

    lines: tuple[Line, ...]

    @property
    def steps(self) -> Sequence[Step]:
        """Each pair of neighbouring lines."""
        return [Step(*pair) for pair in zip(self.lines[:-1], self.lines[1:], strict=True)]

    def broken(self, rounding: float = 1e-9) -> list[Step]:
        """The steps that fail on some of the instances."""
        return [step for step in self.steps if not np.all(step.holds(rounding))]


def chain(*lines: Line) -> Chain:
    """A chain from its lines; the first has no relation."""
    return Chain(lines)
