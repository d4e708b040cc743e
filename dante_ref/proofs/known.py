"""How a step of a proof is known: what stands behind 'left ≥ right' for all parameters.

A line of a derivation carries it beside its reason. `dante-ref prove` checks each but the last.

    definition({s: f})  an equality that rearranges, where the symbols s mean the formulas f. With
                        none: the two sides are one, or one side is the name of the other
    identity(c)         left - right = c, and c is seen to be ≥ 0: a square, a product or a sum of
                        nonnegative factors (`algebra`). A factor may be a lemma (`lemmas`), which
                        has its own proof, or a hypothesis of the theorem
    solver(*facts)      the negation has no model over the reals that satisfies these facts (z3)
    quoted(source)      Hoeffding, McDiarmid: a theorem of the literature
    by_hand(why)        an argument in words, which no machine has read
    sampled()           evaluated on instances, and nothing more
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .formula import Formula, Symbol


class Ground(StrEnum):
    """What a step rests on."""

    DEFINITION = "definition"
    IDENTITY = "identity"
    SOLVER = "solver"
    LEMMA = "lemma"
    QUOTED = "quoted"
    BY_HAND = "by hand"
    SAMPLED = "sampled only"


@dataclass(frozen=True)
class Known:
    """A ground, and what it needs to be checked.

    certificate  the difference of the two sides, seen to be ≥ 0 (identity)
    meanings     of symbols, each with its formula (definition, identity)
    facts        what the solver may use: formulas that are ≥ 0, lemmas or hypotheses
    source       where it is proved (quoted), or the argument (by hand)
    """

    ground: Ground
    certificate: Formula | None = None
    meanings: tuple[tuple[Symbol, Formula], ...] = ()
    facts: tuple[Formula, ...] = ()
    source: str = ""

    def __str__(self) -> str:
        return f"{self.ground}: {self.source}" if self.source else str(self.ground)


def definition(meanings: Mapping[Symbol, Formula] | None = None) -> Known:
    """The two sides are equal once these symbols are replaced by what they mean."""
    return Known(Ground.DEFINITION, meanings=tuple((meanings or {}).items()))


def identity(certificate: Formula, meanings: Mapping[Symbol, Formula] | None = None) -> Known:
    """left - right (for ≤: right - left) is this formula, which is seen to be ≥ 0.

    It may be so once these symbols are replaced by what they mean.
    """
    return Known(Ground.IDENTITY, certificate, meanings=tuple((meanings or {}).items()))


def solver(*facts: Formula) -> Known:
    """No real numbers make every fact ≥ 0 and break the step."""
    return Known(Ground.SOLVER, facts=facts)


def quoted(source: str) -> Known:
    """A theorem of the literature, named."""
    return Known(Ground.QUOTED, source=source)


def by_hand(why: str) -> Known:
    """An argument in words: what isn't a formula (an infimum, a derivative's sign)."""
    return Known(Ground.BY_HAND, source=why)


def sampled() -> Known:
    """Evaluated on instances only."""
    return Known(Ground.SAMPLED)


SAMPLED = sampled()
