"""Inequalities between polynomials decided by z3, over all real numbers (the extra `prove`).

An inequality holds iff its negation has no model. The answer 'no model' is the solver's word, which
a reader can't check by hand: where a certificate is known, a proof says that instead. An atom that
isn't polynomial (a mean, a norm) is any real number of its sign; a root r of p has r >= 0, r² = p.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

from ..exceptions import InputError
from .formula import POSITIVE
from .polynomials import Atom, Polynomial, Rational

LIMIT = 20.0
"""Seconds for one question."""


@dataclass(frozen=True)
class Answer:
    """What the solver found: 'proved', 'refuted' (with a model), or 'unknown'."""

    outcome: str
    model: tuple[tuple[str, str], ...] = ()


def version() -> str:
    """z3's version, '' where it isn't installed."""
    return str(_z3().get_version_string()) if find_spec("z3") else ""


def _z3() -> Any:
    try:
        import z3  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise InputError("the solver needs an extra: pip install 'dante_ref[prove]'") from None
    return z3


class _Reading:
    """Polynomials as z3's terms; each atom becomes a variable, once."""

    def __init__(self) -> None:
        self.z3 = _z3()
        self.variables: dict[Atom, Any] = {}
        self.conditions: list[Any] = []

    def polynomial(self, p: Polynomial) -> Any:
        total: Any = self.z3.RealVal(0)
        for monomial, c in p.terms:
            term: Any = self.z3.RealVal(f"{c.numerator}/{c.denominator}")
            for atom, exponent in monomial:
                for _ in range(exponent):
                    term = term * self.atom(atom)
            total = total + term
        return total

    def atom(self, atom: Atom) -> Any:
        if atom not in self.variables:
            x = self.variables[atom] = self.z3.Real(str(atom))
            if atom.sign:
                self.conditions.append(x > 0 if atom.sign == POSITIVE else x >= 0)
            if atom.kind in ("root", "abs"):
                inner = self.polynomial(atom.argument)
                square = inner if atom.kind == "root" else inner * inner
                self.conditions.append(x * x == square)
        return self.variables[atom]

    def negative(self, q: Rational) -> Any:
        """q < 0."""
        return self.polynomial(q.top) * self.polynomial(q.bottom) < 0

    def nonpositive(self, q: Rational) -> Any:
        return self.polynomial(q.top) * self.polynomial(q.bottom) <= 0


def ask(claim: Rational, facts: Iterable[Rational], strictly: bool = False) -> Answer:
    """Is claim >= 0 (or > 0, strictly) for all real numbers that make every fact >= 0?

    Raises InputError without z3.
    """
    reading = _Reading()
    z3 = reading.z3
    question = z3.Solver()
    question.set("timeout", int(1000 * LIMIT))
    against = reading.nonpositive(claim) if strictly else reading.negative(claim)
    given = [z3.Not(reading.negative(fact)) for fact in facts]
    denominators = [reading.polynomial(claim.bottom) != 0]
    question.add(against, *given, *denominators, *reading.conditions)
    outcome = question.check()
    if outcome == z3.unsat:
        return Answer("proved")
    if outcome == z3.sat:
        model = question.model()
        numbers = {str(v): _number(z3, model.eval(v, True)) for v in reading.variables.values()}
        return Answer("refuted", tuple(sorted(numbers.items())))
    return Answer("unknown")


def _number(z3: Any, value: Any) -> str:
    if z3.is_rational_value(value):
        return str(Fraction(value.numerator_as_long(), value.denominator_as_long()))
    return f"{value.approx(12).as_fraction()} (rounded)"
