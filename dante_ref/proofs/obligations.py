"""What a step of a proof owes, and whether it is paid: `check` and its findings.

The obligation of a step is made from the two formulas that the lines display: nothing is written a
second time. left ≥ right leaves 'left - right ≥ 0'. Where both sides are means over the samples,
it is enough that it holds for each sample, and that is what a solver is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any, cast

from . import solver
from .algebra import Fact, normal, sign
from .derivation import ABOVE, AT_MOST, EQUAL, Derivation, Relation
from .formula import POSITIVE, Formula, Symbol
from .known import Ground, Known
from .polynomials import Polynomial, Rational


@dataclass(frozen=True)
class Obligation:
    """left (relation) right, and how it is known; `step` is the name of the step in its proof."""

    name: str
    left: Formula
    relation: Relation
    right: Formula
    known: Known
    step: str = ""

    @property
    def difference(self) -> Rational:
        """What must be ≥ 0: left - right, or right - left for '≤'; the meanings unfolded."""
        left, right = self.unfolded(self.left), self.unfolded(self.right)
        return right - left if self.relation == AT_MOST else left - right

    def unfolded(self, formula: Formula) -> Rational:
        """The normal form of a formula in which the symbols stand for their meanings."""
        return normal(unfolded(formula, dict(self.known.meanings)))

    def __str__(self) -> str:
        return f"{self.left} {self.relation} {self.right}"


class Status(StrEnum):
    """What a check says of an obligation."""

    PROVED = "proved"
    FAILED = "failed"
    UNCHECKED = "unchecked here"
    SAMPLED = "sampled only"


@dataclass(frozen=True)
class Finding:
    """An obligation and the outcome of its check.

    ground   what it rests on; an identity with a lemma among its factors rests on the lemma
    lemmas   their names
    assumed  the hypotheses that were used
    detail   why it failed, or a model that refutes it, or the solver's version
    """

    obligation: Obligation
    ground: Ground
    outcome: Status
    lemmas: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    detail: str = ""


def obligations(derivation: Derivation) -> list[Obligation]:
    """Those of a derivation, step by step."""
    return [
        Obligation(
            f"{derivation.title}, {right.step or f'line {number}'}",
            left.formula, right.relation, right.formula, right.known, right.step,
        )
        for number, (left, right) in enumerate(pairwise(derivation.lines), start=2)
    ]


def check(obligation: Obligation) -> Finding:
    """Is the obligation met, on the ground that it names?"""
    known = obligation.known
    facts = list(dict.fromkeys(_facts(known)))
    lemmas = tuple(dict.fromkeys(fact.of for fact in facts if fact.of))
    ground = Ground.LEMMA if lemmas and known.ground is Ground.IDENTITY else known.ground
    outcome, detail = _ANSWERS.get(known.ground, _quoted)(obligation)
    return Finding(
        obligation, ground, outcome, lemmas, tuple(fact.text for fact in facts if not fact.of),
        detail,
    )


Decided = tuple[Status, str]


def _failed_if(detail: str) -> Decided:
    return (Status.FAILED, detail) if detail else (Status.PROVED, "")


def _definition(obligation: Obligation) -> Decided:
    if obligation.relation != EQUAL:
        return Status.FAILED, f"{obligation.relation} is no definition"
    names = [s for s in (obligation.left, obligation.right) if isinstance(s, Symbol)]
    if not obligation.known.meanings and any(name.means is None for name in names):
        return Status.PROVED, ""  # one side is the name of the other, such as ⟨G(w), w − v⟩
    off = obligation.difference
    return _failed_if("" if off.is_zero else f"the sides differ by {off}")


def _identity(obligation: Obligation) -> Decided:
    certificate = obligation.known.certificate
    if certificate is None:
        return Status.FAILED, "no certificate is given"
    if obligation.relation == EQUAL:
        return Status.FAILED, "an equality is a definition"
    off = obligation.difference - obligation.unfolded(certificate)
    if not off.is_zero:
        return Status.FAILED, f"the certificate is off by {off}"
    strictly = obligation.relation == ABOVE
    seen = sign(certificate)
    if seen == POSITIVE or (seen and not strictly):
        return Status.PROVED, ""
    return Status.FAILED, f"{certificate} isn't seen to be {'> 0' if strictly else '>= 0'}"


def _solver(obligation: Obligation) -> Decided:
    version = solver.version()
    if not version:
        return Status.UNCHECKED, "the solver isn't installed: extra 'prove'"
    facts = [normal(fact) for fact in obligation.known.facts]
    answer = solver.ask(
        inside(obligation.difference), facts, strictly=obligation.relation == ABOVE
    )
    if answer.outcome == "proved":
        return Status.PROVED, f"z3 {version}"
    model = ", ".join(f"{name} = {value}" for name, value in answer.model)
    return Status.FAILED, f"{answer.outcome}: {model}".rstrip(": ")


def _quoted(obligation: Obligation) -> Decided:
    return _failed_if("" if obligation.known.source else "no source is given")


_ANSWERS: dict[Ground, Callable[[Obligation], Decided]] = {
    Ground.DEFINITION: _definition, Ground.IDENTITY: _identity, Ground.SOLVER: _solver,
    Ground.QUOTED: _quoted, Ground.SAMPLED: lambda _: (Status.SAMPLED, ""),
}


def inside(q: Rational) -> Rational:
    """The same inequality for each sample (output), where q is linear in means (sums) alone.

    Σ_k c_k mean(t_k) ≥ 0 follows from Σ_k c_k t_k ≥ 0 for each sample.
    """
    total = Polynomial.of({})
    kinds = set()
    for monomial, c in q.top.terms:
        over = [(a, e) for a, e in monomial if a.kind.startswith(("mean ", "sum "))]
        if len(over) != 1 or over[0][1] != 1:
            return q
        atom = over[0][0]
        kinds.add(atom.kind)
        rest = Polynomial.of({tuple(p for p in monomial if p[0] != atom): c})
        total = total + rest * atom.argument
    return inside(Rational(total, q.bottom)) if len(kinds) == 1 else q


def unfolded(formula: Formula, meanings: Mapping[Symbol, Formula]) -> Formula:
    """The formula with each of these symbols replaced by what it means."""
    if not meanings:
        return formula
    if isinstance(formula, Symbol) and formula in meanings:
        return meanings[formula]

    def new(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(new, value))
        return unfolded(value, meanings) if isinstance(value, Formula) else value

    node: Any = formula  # every node is a dataclass
    return cast(Formula, replace(node, **{f.name: new(vars(node)[f.name]) for f in fields(node)}))


def _facts(known: Known) -> Iterator[Fact]:
    for root in (known.certificate, *known.facts):
        if root is not None:
            yield from (node for node in walk(root) if isinstance(node, Fact))


def walk(formula: Formula) -> Iterator[Formula]:
    """The formula's nodes, those behind abbreviations among them."""
    yield formula
    for part in formula.parts:
        yield from walk(part)
    if isinstance(formula, Symbol) and formula.means is not None:
        yield from walk(formula.means)
