"""A proof as chains of displayed lines, evaluated on an instance.

Each line carries the numbers it stands for, so the slack of every step shows where the proof gives
tightness away, and a false step shows as a negative slack.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

EQUAL, AT_LEAST, AT_MOST = "=", ">=", "<="

ROUNDING = 1e-9


@dataclass(frozen=True)
class Line:
    """One displayed line: its formula, its numbers, how it follows from the line before, and why.

    `step` is the paper's step number, or a name of ours where it prints none ('' if not needed).
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
        """'=', '>=' or '<='."""
        return self.right.relation

    @property
    def because(self) -> str:
        """The justification, as printed or, where that is false, what is wrong with it."""
        return self.right.because

    @property
    def name(self) -> str:
        """The paper's step number, or ours."""
        return self.right.step

    @property
    def slack(self) -> np.ndarray:
        """left - right for '>=', right - left for '<=', -|left - right| for '='."""
        difference = self.left.value - self.right.value
        if self.relation == EQUAL:
            return -np.abs(difference)
        return difference if self.relation == AT_LEAST else -difference

    def holds(self) -> np.ndarray:
        """Is the slack >= 0, up to rounding relative to the two sides and 1e-12 absolutely?

        Of Fractions: is it >= 0, exactly?
        """
        if np.asarray(self.slack).dtype == object:
            return self.slack >= 0
        scale = np.maximum(np.abs(self.left.value), np.abs(self.right.value))
        return self.slack >= -ROUNDING * scale - 1e-12


@dataclass(frozen=True)
class Chain:
    """The lines of a derivation from first to last."""

    title: str
    lines: tuple[Line, ...]

    @property
    def steps(self) -> Sequence[Step]:
        """Each pair of neighbouring lines."""
        return [Step(*pair) for pair in zip(self.lines[:-1], self.lines[1:], strict=True)]

    def broken(self) -> list[Step]:
        """The steps that fail on some of the instances."""
        return [step for step in self.steps if not np.all(step.holds())]


def chain(title: str, *lines: Line) -> Chain:
    """A chain from its lines; the first has no relation."""
    return Chain(title, lines)
