"""What the ledger holds: claims, their proofs, and the verdicts on both.

A claim says something of every instance of some families. Its margin on an instance is a number
that is at least 1 where the claim is true. Random and adversarial search look for small margins.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic

import numpy as np

from ..arrays import Array
from ..exceptions import AssumptionError
from .evidence import Evidence, Kappa, Margin, examine_one, margin_of
from .families import Family, Instance, P
from .formula import ROUNDING
from .hypotheses import WITHOUT_LOSS, Hypothesis, Without
from .proof import Proof, StepSummary, summarise
from .search import Task, adversarial_tasks, random_tasks


class Subject(StrEnum):
    """What of the paper a claim is about, in the order in which the ledger has them."""

    THEOREM_1 = "Theorem 1"
    THEOREM_2 = "Theorem 2"
    THEOREM_3 = "Theorem 3"
    SECTION_5_3 = "Section 5.3"
    THEOREM_4 = "Theorem 4"
    THEOREM_5 = "Theorem 5"
    THEOREM_6 = "Theorem 6"
    SIGMOID = "Sigmoid and tanh"
    LOSSES = "Other losses"
    LAYERS = "Section 3.4"


class Verdict(StrEnum):
    """What the ledger says of a statement."""

    HOLDS = "holds"
    SHARPENED = "holds (sharper result given)"
    TIGHT = "holds (tight)"
    VACUOUS = "vacuous"
    REFUTED = "refuted"


TIGHT_FROM = 0.999
"""A claim is called tight when some instance reaches this fraction of its bound."""


@dataclass(frozen=True, kw_only=True)
class Claim(Generic[P]):
    """One line of the ledger, about problems of one kind, P.

    theorem   the item of the paper that it belongs to
    margin    of an instance (or stack): the claim is violated where it is below 1
    families  of instances within the assumptions, searched at random and adversarially
    worst     builds the worst instance known: the tight one, or the counterexample
    proof     the proof of the statement: the paper's, or the companion's own; its steps are
              evaluated over proof_families, by default the families
    exactly   for a claim that is refuted: is it violated at `worst`, in rational arithmetic?
    certificate  of such a claim: the rational numbers that refute it (`certificates`)
    hypotheses    of the statement (`hypotheses`), each with what the claim is without it
    without_loss  what the families assume beyond those, and why that loses nothing
    most          of random instances: a margin that runs an algorithm takes its time
    """

    id: str
    theorem: Subject
    source: str
    statement: str
    verdict: Verdict
    families: tuple[Family[P], ...]
    worst: Callable[[], Instance[P]]
    margin: Margin[P]
    proof: Proof[P] | None = None
    exactly: Callable[[], bool] | None = None
    certificate: Callable[[], dict[str, Any]] | None = None
    proof_families: tuple[Family[P], ...] = ()
    hypotheses: Mapping[Hypothesis, Without] = field(default_factory=dict)
    without_loss: Mapping[Hypothesis, str] = field(default_factory=lambda: WITHOUT_LOSS)
    most: int | None = None

    def steps(self, n: int = 2000, seed: int = 0) -> list[StepSummary]:
        """Every step of the proof over n random instances of each family ([] without a proof)."""
        if self.proof is None:
            return []
        return summarise(self.proof, self.proof_families or self.families, n, seed)

    def tasks(self, instances: int, seed: int, generations: int) -> list[Task]:
        """The search for evidence: `instances` random instances, then adversarial ones.

        Where `most` is fewer, both are made fewer in proportion.
        """
        if self.most is not None and instances > self.most:
            generations = max(1, generations * self.most // instances)
            instances = self.most
        share = -(-instances // len(self.families))
        tasks = []
        for family in self.families:
            tasks += random_tasks(family, self.margin, share, seed)
        for family in self.families:
            tasks += adversarial_tasks(family, self.margin, seed, generations=generations)
        return tasks

    def constructed(self) -> Evidence:
        """The evidence of the worst known instance, checked against the assumptions.

        Where hypotheses are listed, these say where the point may be.
        """
        worst = self.worst()
        worst.problem.check()
        if not self.hypotheses:
            worst.problem.check_point(worst.point)
        for hypothesis in self.hypotheses:
            if not np.all(hypothesis.holds(worst)):
                raise AssumptionError(f"the worst instance of {self.id} hasn't {hypothesis}")
        return examine_one(worst, self.margin)

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
        asks that no violation was found; a recorded 'refuted' asks for the violation in rational
        arithmetic too.
        """
        outcome = self.outcome(evidence)
        if self.verdict in (Verdict.HOLDS, Verdict.SHARPENED):
            return outcome in (Verdict.HOLDS, Verdict.TIGHT)
        if self.verdict is Verdict.REFUTED:
            confirmed = self.exactly is not None and self.exactly()
            return outcome is Verdict.REFUTED and confirmed
        return outcome is self.verdict

    def decision(self, instance: Instance[P]) -> dict[str, Any]:
        """The numbers that decide the claim on an instance, by the paper's names."""
        return {"margin": float(self.margin(instance))}


def identity_margin(left: Array, right: Array) -> Any:
    """The margin of 'left = right' up to rounding: 1e-9 max(|left|, |right|) / |left - right|.

    A difference below 1e-16 of the sides counts as that: the margin is at most 1e7.
    """
    scale = np.maximum(np.maximum(np.abs(left), np.abs(right)), np.finfo(float).tiny)
    return ROUNDING / np.maximum(np.abs(left - right) / scale, 1e-16)


@dataclass(frozen=True, kw_only=True)
class SLQCClaim(Claim[P]):
    """The claim 'SLQC for all eps > 0 with kappa(eps, problem)', of Definition 1 or 4."""

    kappa: Kappa[P]
    margin: Margin[P] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "margin", margin_of(self.kappa))

    def decision(self, instance: Instance[P]) -> dict[str, Any]:
        """eps (the worst: f(x) - f(z)), kappa claimed there, and the kappa_emp that is needed."""
        slqc = instance.slqc()
        return {
            "eps": float(slqc.gap),
            "kappa": float(self.kappa(slqc.gap, instance.problem)),
            "kappa_emp": float(slqc.kappa_emp(np.nextafter(slqc.gap, 0))),
        }
