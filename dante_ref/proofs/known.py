"""How a step of a proof is known: what stands behind 'left >= right' for all parameters.

A line of a chain carries it beside its reason. `sampled` says nothing but that the step was
evaluated on instances; each other ground is checked by `dante-ref prove`.

    definition()        an equality that unfolds a definition or rearranges: the two sides are one
    identity(c)         left - right = c, and c is seen to be >= 0: a square, a product or a sum of
                        nonnegative factors. Exact polynomial arithmetic checks both
    solver(*facts)      the negation has no model over the reals that satisfies the facts (z3)
    lemma(name)         a fact of `facts`, which has its own proof, is the step
    quoted(source)      Hoeffding, McDiarmid: a theorem of the literature
    interval(box)       interval arithmetic over a stated box (sigmoid, tanh)
    sampled()           evaluated on instances only
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .formula import Formula


class Ground(StrEnum):
    """What a step rests on."""

    DEFINITION = "definition"
    IDENTITY = "identity"
    SOLVER = "solver"
    LEMMA = "lemma"
    QUOTED = "quoted"
    INTERVAL = "interval arithmetic"
    SAMPLED = "sampled only"


@dataclass(frozen=True)
class Known:
    """A ground, and what it needs to be checked.

    certificate  the difference of the two sides, visibly >= 0 (identity)
    facts        names of facts that are used (solver, lemma)
    source       where it is proved (quoted), or the box (interval)
    """

    ground: Ground
    certificate: Formula | None = None
    facts: tuple[str, ...] = ()
    source: str = ""

    def __str__(self) -> str:
        return f"{self.ground}: {self.source}" if self.source else str(self.ground)


def definition() -> Known:
    """The two sides are equal, their definitions unfolded."""
    return Known(Ground.DEFINITION)


def identity(certificate: Formula, *facts: str) -> Known:
    """left - right (for <=: right - left) is this formula, which is seen to be >= 0."""
    return Known(Ground.IDENTITY, certificate, facts)


def solver(*facts: str) -> Known:
    """No real numbers satisfy the facts and break the step."""
    return Known(Ground.SOLVER, facts=facts)


def lemma(*facts: str) -> Known:
    """The step is an instance of a fact that has its own proof."""
    return Known(Ground.LEMMA, facts=facts)


def quoted(source: str) -> Known:
    """A theorem of the literature, named."""
    return Known(Ground.QUOTED, source=source)


def interval(box: str) -> Known:
    """Interval arithmetic over a box."""
    return Known(Ground.INTERVAL, source=box)


def sampled() -> Known:
    """Evaluated on instances only."""
    return Known(Ground.SAMPLED)


SAMPLED = sampled()
