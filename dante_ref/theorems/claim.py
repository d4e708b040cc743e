"""A claim of the ledger: a statement, where it stands, its verdict, and how evidence is sought."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ..search.evidence import Evidence, Kappa, Margin, margin_of
from ..search.families import Family, Instance


class Verdict(StrEnum):
    """What the ledger says of a statement."""

    HOLDS = "holds"
    SHARPENED = "holds (sharper result given)"
    TIGHT = "holds (tight)"
    VACUOUS = "vacuous"
    REFUTED = "refuted"


TIGHT_FROM = 0.999
"""A claim is called tight when some instance reaches this fraction of its bound."""


@dataclass(frozen=True)
class Claim:
    """One line of the ledger.

    kappa     (eps, problem) -> kappa: the claim is SLQC for all eps > 0 with this kappa
    families  of instances within the assumptions, searched at random and adversarially
    worst     builds the worst instance known: the tight one, or the counterexample
    """

    id: str
    source: str
    statement: str
    verdict: Verdict
    kappa: Kappa
    families: tuple[Family, ...]
    worst: Callable[[], Instance]

    @property
    def margin(self) -> Margin:
        """Of an instance; the claim is violated where it is below 1 (SLQC.margin)."""
        return margin_of(self.kappa)

    def outcome(self, evidence: Evidence) -> Verdict:
        """What the evidence shows: refuted, vacuous, tight, or holds (nothing found against it)."""
        if evidence.violations:
            return Verdict.REFUTED
        if evidence.worst is None:
            return Verdict.VACUOUS
        return Verdict.TIGHT if evidence.worst_ratio >= TIGHT_FROM else Verdict.HOLDS

    def agrees(self, evidence: Evidence) -> bool:
        """Does the outcome equal the verdict recorded here?

        A recorded 'tight' must be reached; a recorded 'holds', with or without a sharper result,
        asks that no violation was found.
        """
        outcome = self.outcome(evidence)
        if self.verdict in (Verdict.HOLDS, Verdict.SHARPENED):
            return outcome in (Verdict.HOLDS, Verdict.TIGHT)
        return outcome == self.verdict
