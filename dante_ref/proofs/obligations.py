"""What a step of a proof owes, and whether it is paid: `check` and its findings.

The obligation of a step is made from the two formulas that the lines display: nothing is written a
second time. left >= right leaves 'left - right >= 0'. Where both sides are means over the samples,
it is enough that it holds for each sample, and that is what a solver is asked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from . import solver
from .algebra import POSITIVE, Fact, Polynomial, Rational, normal, sign
from .derivation import ABOVE, AT_MOST, EQUAL, Chain, Derivation, Relation
from .formula import Formula, Symbol
from .known import Ground, Known


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
        """What must be >= 0: left - right, or right - left for '≤'."""
        left, right = normal(self.left), normal(self.right)
        return right - left if self.relation == AT_MOST else left - right

    def __str__(self) -> str:
        return f"{self.left} {self.relation} {self.right}"


class Outcome(StrEnum):
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
    seconds  that the check took
    detail   why it failed, or a model that refutes it, or the solver's version
    """

    obligation: Obligation
    ground: Ground
    outcome: Outcome
    lemmas: tuple[str, ...] = ()
    seconds: float = 0.0
    detail: str = ""


def obligations(derivation: Derivation | Chain) -> list[Obligation]:
    """Those of a derivation, step by step."""
    pairs = zip(derivation.lines[:-1], derivation.lines[1:], strict=True)
    return [
        Obligation(
            f"{derivation.title}, {right.step or f'line {number}'}",
            left.formula, right.relation, right.formula, right.known, right.step,
        )
        for number, (left, right) in enumerate(pairs, start=2)
    ]


def check(obligation: Obligation) -> Finding:
    """Is the obligation met, on the ground that it names?"""
    start = time.perf_counter()
    known = obligation.known
    lemmas = tuple(dict.fromkeys(fact.of for fact in _facts(known) if fact.of))
    ground = Ground.LEMMA if lemmas and known.ground is Ground.IDENTITY else known.ground
    match known.ground:
        case Ground.DEFINITION:
            detail = _definition(obligation)
        case Ground.IDENTITY:
            detail = _identity(obligation)
        case Ground.SOLVER:
            return _solver(obligation, lemmas)
        case Ground.SAMPLED:
            return Finding(obligation, ground, Outcome.SAMPLED)
        case _:
            detail = "" if known.source else "no source is given"
    outcome = Outcome.FAILED if detail else Outcome.PROVED
    return Finding(obligation, ground, outcome, lemmas, time.perf_counter() - start, detail)


def _definition(obligation: Obligation) -> str:
    if obligation.relation != EQUAL:
        return f"{obligation.relation} is no definition"
    meanings = dict(obligation.known.meanings)
    sides = obligation.left, obligation.right
    if not meanings and any(isinstance(s, Symbol) and s.means is None for s in sides):
        return ""  # one side is the name of the other, such as ⟨G(w), w − v⟩
    left, right = (normal(unfolded(side, meanings)) for side in sides)
    off = left - right
    return "" if off.is_zero else f"the sides differ by {off}"


def _identity(obligation: Obligation) -> str:
    certificate = obligation.known.certificate
    if certificate is None:
        return "no certificate is given"
    if obligation.relation == EQUAL:
        return "an equality is a definition"
    off = obligation.difference - normal(certificate)
    if not off.is_zero:
        return f"the certificate is off by {off}"
    seen = sign(certificate)
    if not seen or (obligation.relation == ABOVE and seen != POSITIVE):
        return f"{certificate} isn't seen to be {'> 0' if obligation.relation == ABOVE else '>= 0'}"
    return ""


def _solver(obligation: Obligation, lemmas: tuple[str, ...]) -> Finding:
    def found(outcome: Outcome, seconds: float, detail: str) -> Finding:
        return Finding(obligation, Ground.SOLVER, outcome, lemmas, seconds, detail)

    version = solver.version()
    if not version:
        return found(Outcome.UNCHECKED, 0.0, "the solver isn't installed: extra 'prove'")
    facts = [normal(fact) for fact in obligation.known.facts]
    answer = solver.decide(
        inside(obligation.difference), facts, strictly=obligation.relation == ABOVE
    )
    if answer.outcome == "proved":
        return found(Outcome.PROVED, answer.seconds, f"z3 {version}")
    model = ", ".join(f"{name} = {value}" for name, value in answer.model)
    return found(Outcome.FAILED, answer.seconds, f"{answer.outcome}: {model}".rstrip(": "))


def inside(q: Rational) -> Rational:
    """The same inequality for each sample (output), where q is linear in means (sums) alone.

    Σ_k c_k mean(t_k) >= 0 follows from Σ_k c_k t_k >= 0 for each sample.
    """
    total = Polynomial.of({})
    kinds = set()
    for monomial, c in q.top.terms:
        over = [(a, e) for a, e in monomial if a.kind.startswith(("mean ", "sum "))]
        if len(over) != 1 or over[0][1] != 1:
            return q
        atom = over[0][0]
        kinds.add(atom.kind)
        body, = atom.of
        assert isinstance(body, Rational)
        rest = Polynomial.of({tuple(p for p in monomial if p[0] != atom): c})
        total = total + rest * body.top
    return inside(Rational(total, q.bottom)) if len(kinds) == 1 else q


def unfolded(formula: Formula, meanings: Mapping[Symbol, Formula]) -> Formula:
    """The formula with each of these symbols replaced by what it means."""
    if isinstance(formula, Symbol) and formula in meanings:
        return meanings[formula]

    def new(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(new, value))
        return unfolded(value, meanings) if isinstance(value, Formula) else value

    return replace(
        formula, **{f.name: new(getattr(formula, f.name)) for f in fields(formula)}
    )


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
