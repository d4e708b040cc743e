"""What the proofs of the claims rest on: every step checked, and every lemma that they use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from .claim import Claim
from .known import Ground
from .lemmas import LEMMAS
from .obligations import Finding, Status, check, obligations

PLURAL = {
    Ground.DEFINITION: "definitions", Ground.IDENTITY: "identities", Ground.LEMMA: "lemmas",
    Ground.SOLVER: "solver", Ground.QUOTED: "quoted", Ground.BY_HAND: "by hand",
    Ground.SAMPLED: "sampled only",
}


@dataclass(frozen=True)
class Rests:
    """The findings of one proof's steps; its gaps, false steps, are counted alone."""

    findings: tuple[Finding, ...]
    gaps: int = 0

    def count(self, outcome: Status) -> int:
        """How many steps have this outcome."""
        return sum(finding.outcome is outcome for finding in self.findings)

    @property
    def failed(self) -> tuple[Finding, ...]:
        """The steps whose ground doesn't carry them."""
        return tuple(f for f in self.findings if f.outcome is Status.FAILED)

    @property
    def lemmas(self) -> tuple[str, ...]:
        """The lemmas that the steps use."""
        return tuple(dict.fromkeys(name for f in self.findings for name in f.lemmas))

    @property
    def short(self) -> str:
        """For a table: '16 proved (14 by machine, 2 by hand), 1 false', or a counterexample."""
        if not self.findings:
            return "an exact counterexample"
        return counted(self.findings) + (f", {self.gaps} false" if self.gaps else "")

    def __str__(self) -> str:
        """'proved for all parameters (identities 14, ...)', or how many steps are not."""
        missing = [
            f"{self.count(outcome)} of {len(self.findings)} steps {outcome}"
            for outcome in (Status.FAILED, Status.UNCHECKED, Status.SAMPLED)
            if self.count(outcome)
        ]
        grounds = Counter(f.ground for f in self.findings if f.outcome is Status.PROVED)
        detail = ", ".join(f"{PLURAL[g]} {grounds[g]}" for g in Ground if grounds[g])
        words = grounds[Ground.QUOTED] + grounds[Ground.BY_HAND]
        steps = len(self.findings) + self.gaps
        gaps = f"{self.gaps} of {steps} steps false, the others " if self.gaps else ""
        whole = f"{gaps}proved for all parameters"
        whole += f", all but {words} by machine" if words else ""
        said = "; ".join(missing) or whole
        below = [
            f"{ground}: {', '.join(names)}"
            for ground in (Ground.QUOTED, Ground.BY_HAND)
            if (names := [name for name, grounds in _grounds(self.lemmas) if ground in grounds])
        ]
        detail = "; ".join(filter(None, [detail, *(f"lemmas {text}" for text in below)]))
        return f"{said} ({detail})" if detail else said


def counted(findings: Iterable[Finding]) -> str:
    """'16 proved (14 by machine, 2 by hand)', and how many are not."""
    grounds = Counter((f.outcome, f.ground) for f in findings)
    said = []
    for outcome in Status:
        found = Counter({ground: n for (o, ground), n in grounds.items() if o is outcome})
        words = {ground: found[ground] for ground in (Ground.QUOTED, Ground.BY_HAND)}
        machine = {"by machine": found.total() - sum(words.values())}
        detail = ", ".join(f"{n} {how}" for how, n in (machine | words).items() if n)
        if found:
            proved = f" ({detail})" if outcome is Status.PROVED else ""
            said.append(f"{found.total()} {outcome}{proved}")
    return ", ".join(said)


def rests_on(claim: Claim[Any]) -> Rests:
    """Each step of the claim's proof, checked; no findings without a proof."""
    if claim.proof is None:
        return Rests(())
    owed = [obligation for d in claim.proof.displays for obligation in obligations(d)]
    true = [obligation for obligation in owed if obligation.step not in claim.proof.gaps]
    return Rests(tuple(map(check, true)), len(owed) - len(true))


def sentence(claim: Claim[Any], rests: Rests) -> str:
    """The verdict on the claim, and what its proof rests on; the false steps are the paper's."""
    if not rests.findings:
        return f"{claim.verdict} by a counterexample in exact numbers, no steps"
    return f"{claim.verdict}{'; its printed proof' if rests.gaps else ''}: {rests}"


def _grounds(names: tuple[str, ...]) -> list[tuple[str, set[Ground]]]:
    """What each of these lemmas, and of those that they use, rests on itself."""
    return [(name, {f.ground for f in found}) for name, found in _lemma_findings(names).items()]


def lemma_findings(names: tuple[str, ...]) -> tuple[Finding, ...]:
    """The proofs of these lemmas, and of the lemmas that those use."""
    return tuple(finding for found in _lemma_findings(names).values() for finding in found)


@cache
def _lemma_findings(names: tuple[str, ...]) -> dict[str, tuple[Finding, ...]]:
    done: dict[str, tuple[Finding, ...]] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in done:
            done[name] = tuple(check(o) for o in LEMMAS[name].obligations())
            waiting += [used for finding in done[name] for used in finding.lemmas]
    return done
