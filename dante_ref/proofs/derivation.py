"""A proof as derivations: chains of displayed lines, each a formula and why it follows.

    SECTION = derivation(
        "section 5.1",
        progress,
        Line(EQUAL, 2 * mean(g * D * Dz), "definition of G", "Step 1", definition()),
        Line(AT_LEAST, 2 * mean(g * D**2 / b), "φ is monotone and b-Lipschitz", "Step 2"),
    )
    SECTION.at(values)      the same lines with their numbers on an instance, or on a stack

The slack of a step shows where a proof gives tightness away; a false step has a negative one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from ..arrays import Array
from .formula import ROUNDING, Formula, Operand, Symbol, Values, formula
from .known import SAMPLED, Known


class Relation(StrEnum):
    """How a line stands to the line before it; '' for the first."""

    START = ""
    EQUAL = "="
    AT_LEAST = "≥"
    AT_MOST = "≤"
    ABOVE = ">"


START, EQUAL, AT_LEAST, AT_MOST, ABOVE = Relation


@dataclass(frozen=True)
class Line:
    """One displayed line: relation to the line before, formula, why, and how that is known.

    `step` is the paper's step number, or a name of ours where it prints none ('' if not needed).
    """

    relation: Relation
    formula: Formula
    because: str = ""
    step: str = ""
    known: Known = SAMPLED


@dataclass(frozen=True)
class Evaluated(Line):
    """A line with its number: an array, one number for each instance of a stack."""

    value: Array = field(kw_only=True)


@dataclass(frozen=True)
class ProofStep:
    """left (relation) right: two neighbouring lines."""

    left: Evaluated
    right: Evaluated

    @property
    def relation(self) -> Relation:
        """How the right side stands to the left one."""
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
    def slack(self) -> Any:
        """left - right for '≥' and '>', right - left for '≤', -|left - right| for '='."""
        difference = self.left.value - self.right.value
        if self.relation == EQUAL:
            return -np.abs(difference)
        return -difference if self.relation == AT_MOST else difference

    def holds(self) -> Any:
        """Is the slack >= 0, up to rounding relative to the two sides and 1e-12 absolutely?

        Of Fractions: is it >= 0, exactly? And of '>': is it > 0, rounding or not?
        """
        if self.relation == ABOVE:
            return self.slack > 0
        if np.asarray(self.slack).dtype == object:
            return self.slack >= 0
        scale = np.maximum(np.abs(self.left.value), np.abs(self.right.value))
        return self.slack >= -ROUNDING * scale - 1e-12


@dataclass(frozen=True)
class Chain:
    """A derivation on an instance: its lines with their numbers, from first to last."""

    title: str
    lines: tuple[Evaluated, ...]

    @property
    def steps(self) -> list[ProofStep]:
        """Each pair of neighbouring lines."""
        return [ProofStep(*pair) for pair in zip(self.lines[:-1], self.lines[1:], strict=True)]

    def broken(self) -> list[ProofStep]:
        """The steps that fail on some of the instances."""
        return [step for step in self.steps if not np.all(step.holds())]


@dataclass(frozen=True)
class Derivation:
    """The lines of a derivation from first to last."""

    title: str
    lines: tuple[Line, ...]

    def symbols(self) -> list[Symbol]:
        """Every symbol in it once, in the order of the text: its legend."""
        return list(dict.fromkeys(s for line in self.lines for s in line.formula.symbols()))

    def at(self, values: Mapping[str, Any]) -> Chain:
        """The chain where the symbols have these values, by their names."""
        known = Values(values)
        axes = "".join(sorted({axis for line in self.lines for axis in line.formula.axes}))
        numbers = np.broadcast_arrays(*(line.formula.aligned(known, axes) for line in self.lines))
        return Chain(self.title, tuple(
            Evaluated(
                line.relation, line.formula, line.because, line.step, line.known, value=number[()]
            )
            for line, number in zip(self.lines, numbers, strict=True)
        ))


def derivation(title: str, first: Operand, *lines: Line) -> Derivation:
    """A derivation from its first display and the lines that follow from it."""
    return Derivation(title, (Line(START, formula(first)), *lines))
