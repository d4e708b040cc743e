"""Exact algebra of formulas: when are two the same, and when is one seen to be nonnegative?

`normal(formula)` is a quotient of two polynomials (`polynomials`), whatever the number of samples.
A symbol that abbreviates a formula is unfolded. Two formulas are the same iff n₁ d₂ − n₂ d₁ is the
zero polynomial.

`sign(formula)` reads a formula as a person does: squares, roots, absolute values, symbols that are
nonnegative by assumption, and sums, products, quotients and means of such.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, reduce
from operator import mul

from .formula import (
    NONNEGATIVE,
    POSITIVE,
    Formula,
    Function,
    Negative,
    Number,
    Operand,
    Over,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    formula,
)
from .polynomials import Atom, Polynomial, Rational, absolute, over, root


@cache
def normal(f: Formula) -> Rational:
    """The formula as a quotient of polynomials."""
    match f:
        case Number():
            return Rational(Polynomial.constant(f.exact))
        case Symbol(means=None):
            sign = str(f.sign)
            atom = Atom("symbol", (f.name,), f.axes, sign)
            return Rational(Polynomial.atom(atom))
        case Symbol():
            return normal(f.means)
        case Negative():
            return -normal(f.term)
        case Sum():
            return reduce(Rational.__add__, map(normal, f.terms)).shortened
        case Product():
            return reduce(mul, map(normal, f.factors))
        case Quotient():
            return normal(f.top) * normal(f.bottom).inverse
        case Power():
            base = normal(f.base)
            base = base if f.exponent >= 0 else base.inverse
            return reduce(mul, [base] * abs(f.exponent), Rational(Polynomial.constant(1)))
        case Over(kind="mean" | "sum"):
            return over(f.kind, f.axis, normal(f.term))
        case Over():
            inner = normal(f.term)
            atom = Atom(f"max {f.axis}", (inner,), f.axes, inner.sign)
            return Rational(Polynomial.atom(atom))
        case Function(name="sqrt"):
            return root(normal(f.arguments[0]))
        case Function(name="abs"):
            inner = normal(f.arguments[0])
            return Rational(absolute(inner.top), absolute(inner.bottom))
        case Function():
            arguments = tuple(normal(argument) for argument in f.arguments)
            sign = SIGNS.get(f.name, "")
            if f.name in ("max", "min"):
                signs = [q.sign for q in arguments]
                enough = any(signs) if f.name == "max" else all(signs)
                sign = NONNEGATIVE if enough else ""
            return Rational(Polynomial.atom(Atom(f.name, arguments, f.axes, sign)))
    raise TypeError(f"no algebra for {type(f).__name__}")


SIGNS = {"exp": POSITIVE, "cosh": POSITIVE}
"""Functions that have a sign whatever their arguments are."""


@dataclass(frozen=True, eq=False)
class Fact(Symbol):
    """An inequality `means` >= 0 as a symbol, for use as a factor of a certificate.

    of: the name of the lemma that proves it; '' for a hypothesis of the theorem.
    """

    of: str = ""


def assumed(text: str, larger: Operand, smaller: Operand = 0) -> Fact:
    """What a theorem assumes, as the fact larger - smaller >= 0: ('g ≥ a', g, a)."""
    difference = formula(larger) - formula(smaller) if smaller else formula(larger)
    return Fact(f"assume {text}", text, "by assumption", means=difference, sign=NONNEGATIVE)


def shown(text: str, larger: Formula, smaller: Formula) -> Fact:
    """larger ≥ smaller, where a derivation above ends, as a fact for those that follow."""
    return replace(assumed(text, larger, smaller), meaning="shown above")


def same(left: Formula, right: Formula) -> bool:
    """Are the two formulas equal, identically?"""
    return (normal(left) - normal(right)).is_zero


def sign(f: Formula) -> str:
    """'> 0' or '>= 0' where that is seen from the formula, else ''."""
    match f:
        case Symbol():
            if f.means is None or isinstance(f, Fact):
                return f.sign
            return sign(f.means)
        case Product() | Quotient():
            signs = [sign(part) for part in f.parts]
            if isinstance(f, Quotient) and signs[1]:
                signs[1] = POSITIVE  # what is divided by isn't 0
            return _least(signs) or normal(f).sign
        case Sum():
            signs = [sign(part) for part in f.parts]
            if all(signs):
                return POSITIVE if POSITIVE in signs else NONNEGATIVE
            return normal(f).sign
        case Power():
            inner = sign(f.base)
            return inner or (NONNEGATIVE if f.exponent % 2 == 0 else "")
        case Over():
            return sign(f.term) or normal(f).sign
    return normal(f).sign


def _least(signs: list[str]) -> str:
    if not all(signs):
        return ""
    return NONNEGATIVE if NONNEGATIVE in signs else POSITIVE
