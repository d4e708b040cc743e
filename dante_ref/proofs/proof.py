"""Proofs in the ledger: each step evaluated on many instances, each gap shown by exact numbers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Generic, TypeAlias

import numpy as np

from ..arrays import Array
from .derivation import Chain, Derivation, ProofStep
from .families import Family, Instance, P

Meanings: TypeAlias = Callable[[Instance[P], Any], Mapping[str, Any]]
"""What the symbols of a proof stand for, by name: of an instance (or stack), and ε."""


@dataclass(frozen=True)
class Gap(Generic[P]):
    """A step that doesn't follow: why, and an instance (in Fractions) and eps where it fails.

    values: of the symbols in its own display alone, where others have no exact value there (an
    irrational norm); None for the proof's.
    """

    why: str
    counterexample: Callable[[], tuple[Instance[P], Fraction]]
    values: Meanings[P] | None = None


@dataclass(frozen=True)
class Misprint(Generic[P]):
    """A display that is printed wrong and meant right: a misplaced bracket, a free index.

    The proof's line says what is meant. `printed` is the display as it stands, after the line
    before it, and breaks (in Fractions) at the counterexample.
    """

    why: str
    printed: Derivation
    counterexample: Callable[[], tuple[Instance[P], Fraction]]


@dataclass(frozen=True)
class Failure(Generic[P]):
    """A display that fails at a counterexample: its name, why, and the step's two sides there."""

    name: str
    why: str
    instance: Instance[P]
    eps: Fraction
    step: ProofStep


@dataclass(frozen=True)
class StepSummary:
    """One step of a proof over a stack of instances.

    slack     the smallest, and relative the smallest as a share of the larger side
    failures  of how many instances; a step that is no gap must have none
    """

    chain: str
    step: str
    left: str
    relation: str
    right: str
    because: str
    slack: float
    relative: float
    failures: int
    instances: int


@dataclass(frozen=True)
class Proof(Generic[P]):
    """A proof: its displays, what their symbols stand for, and the steps that are gaps.

    displays   in the order of the text
    values     (instance, eps) -> the numbers of all their symbols; works on stacks
    gaps       step name -> Gap. Every other step is claimed to be true.
    misprints  step name (or a name of ours) -> Misprint
    """

    source: str
    displays: tuple[Derivation, ...]
    values: Meanings[P]
    gaps: Mapping[str, Gap[P]] = field(default_factory=dict)
    misprints: Mapping[str, Misprint[P]] = field(default_factory=dict)

    def at(self, instance: Instance[P], eps: Any) -> tuple[Chain, ...]:
        """Every display with its numbers on an instance, or on a stack, at eps."""
        values = self.values(instance, eps)
        return tuple(display.at(values) for display in self.displays)

    def __str__(self) -> str:
        """'holds', or 'gap (step: why; ...)'."""
        whys = "; ".join(f"{step}: {gap.why}" for step, gap in self.gaps.items())
        return f"gap ({whys})" if whys else "holds"

    def failure(self, step: str, flaw: Gap[P] | Misprint[P]) -> Failure[P] | None:
        """The step at the flaw's counterexample, exactly; None where it doesn't fail there."""
        at = flaw.counterexample()
        displays, values = self.displays, self.values
        if isinstance(flaw, Misprint):
            displays = (flaw.printed,)
        elif flaw.values:
            values = flaw.values
        numbers = values(*at)
        own = [d for d in displays if any(line.step == step for line in d.lines)]
        broken = [s for d in own for s in d.at(numbers).broken() if s.name == step]
        return Failure(step, flaw.why, *at, broken[0]) if broken else None

    def _flaws(self) -> Iterator[tuple[str, Failure[P] | None]]:
        for flaws in (self.gaps, self.misprints):
            yield from ((step, self.failure(step, flaw)) for step, flaw in flaws.items())

    def failures(self) -> list[Failure[P]]:
        """The gaps at their counterexamples, and then the misprints at theirs, exactly."""
        return [failure for _, failure in self._flaws() if failure is not None]

    def unshown(self) -> list[str]:
        """The gaps and misprints that don't fail at their counterexamples."""
        return [step for step, failure in self._flaws() if failure is None]


def with_error(family: Family[P], n: int, seed: int) -> tuple[Instance[P], Array]:
    """n random instances and for each an eps in (0, f(x) - f(z)]; those with x = z are left out.

    (x = z to rounding: d = 1 puts w and w* on the same end of an interval now and then.)
    """
    rng = np.random.default_rng([seed, n])
    stack = family.decode(family.draw(rng, n))
    gap = stack.slqc().gap
    useful = gap > 1e-20
    return stack[useful], (gap * rng.uniform(0.2, 1.0, n))[useful]


def summarise(
    proof: Proof[P], families: tuple[Family[P], ...], n: int = 2000, seed: int = 0
) -> list[StepSummary]:
    """Every step of a proof over n random instances of each family: worst slack and failures."""
    found: list[list[StepSummary]] = []
    for family in families:
        instances, eps = with_error(family, n, seed)
        chains = proof.at(instances, eps)
        found.append([_summary(c, s, len(eps)) for c in chains for s in c.steps])
    return [_merged(same) for same in zip(*found, strict=True)]


def _summary(chain: Chain, step: ProofStep, n: int) -> StepSummary:
    # A line over the samples (n, m) or entries fails on an instance if it fails anywhere in it.
    holds = np.broadcast_to(step.holds(), np.shape(step.slack) or (n,)).reshape(n, -1).all(axis=1)
    scale = np.maximum(np.abs(step.left.value), np.abs(step.right.value))
    relative = step.slack / np.where(scale > 0, scale, 1.0)
    return StepSummary(
        chain.title, step.name, str(step.left.formula), step.relation, str(step.right.formula),
        step.because, float(np.min(step.slack)), float(np.min(relative)),
        int(np.sum(~holds)), n,
    )


def _merged(same: tuple[StepSummary, ...]) -> StepSummary:
    return replace(
        same[0], slack=min(s.slack for s in same), relative=min(s.relative for s in same),
        failures=sum(s.failures for s in same), instances=sum(s.instances for s in same),
    )
