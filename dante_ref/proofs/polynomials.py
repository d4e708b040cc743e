"""Quotients of polynomials with rational coefficients, exactly: the normal form of formulas.

The letters of a polynomial are atoms: symbols, and roots, absolute values, means and other
functions of such quotients. A mean over samples is linear, and what doesn't depend on the sample
stands before it; (√p)² is p, |p|² is p².
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from math import gcd, isqrt, lcm
from operator import mul

from .formula import NONNEGATIVE, POSITIVE
from .node import Node


@dataclass(frozen=True, eq=False)
class Atom(Node):
    """A letter of a polynomial: kind 'symbol' has a name, the others are of quotients.

    kind      'symbol', 'root', 'abs', 'mean i', 'sum j', ..., or the name of a function
    sign      '', '>= 0' or '> 0'
    """

    kind: str
    of: tuple[str | Rational, ...]
    axes: str = ""
    sign: str = ""

    @property
    def argument(self) -> Polynomial:
        """Of a root, an absolute value, a mean or a sum: what it is of."""
        inner, = self.of
        assert isinstance(inner, Rational)
        return inner.top

    @cached_property
    def key(self) -> str:
        """For a fixed order."""
        return f"{self.kind}({', '.join(str(part) for part in self.of)})"

    def __str__(self) -> str:
        return str(self.of[0]) if self.kind == "symbol" else self.key


Monomial = tuple[tuple[Atom, int], ...]
ONE: Monomial = ()


@dataclass(frozen=True, eq=False)
class Polynomial(Node):
    """A sum of coefficients times monomials, in a fixed order and without zeros."""

    terms: tuple[tuple[Monomial, Fraction], ...]

    @classmethod
    def of(cls, terms: dict[Monomial, Fraction]) -> Polynomial:
        """From a dictionary."""
        kept = [(m, c) for m, c in terms.items() if c]
        return cls(tuple(sorted(kept, key=lambda term: _key(term[0]))))

    @classmethod
    def constant(cls, value: Fraction | int) -> Polynomial:
        """A number."""
        return cls.of({ONE: Fraction(value)})

    @classmethod
    def atom(cls, atom: Atom, exponent: int = 1) -> Polynomial:
        """atom^exponent, reduced."""
        return reduce(mul, [cls.of({((atom, 1),): Fraction(1)})] * exponent, cls.constant(1))

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __add__(self, other: Polynomial) -> Polynomial:
        total = dict(self.terms)
        for monomial, c in other.terms:
            total[monomial] = total.get(monomial, Fraction(0)) + c
        return Polynomial.of(total)

    def __neg__(self) -> Polynomial:
        return self.times(Fraction(-1))

    def times(self, c: Fraction) -> Polynomial:
        """c times it."""
        return Polynomial.of({m: c * old for m, old in self.terms})

    def __mul__(self, other: Polynomial) -> Polynomial:
        total: dict[Monomial, Fraction] = {}
        reducible: list[Polynomial] = []
        for m1, c1 in self.terms:
            for m2, c2 in other.terms:
                powers: Counter[Atom] = Counter(dict(m1))
                powers.update(dict(m2))
                square = next((a for a, e in powers.items() if e > 1 and a.kind in SQUARES), None)
                if square is not None:
                    powers[square] -= 2
                    rest = Polynomial.of({_sorted(powers): c1 * c2})
                    reducible.append(rest * SQUARES[square.kind](square))
                else:
                    monomial = _sorted(powers)
                    total[monomial] = total.get(monomial, Fraction(0)) + c1 * c2
        return reduce(Polynomial.__add__, reducible, Polynomial.of(total))

    @cached_property
    def axes(self) -> str:
        """The axes of its atoms."""
        return "".join(sorted({axis for m, _ in self.terms for a, _ in m for axis in a.axes}))

    @cached_property
    def sign(self) -> str:
        """'> 0' or '>= 0' where every term is seen to be, else ''."""
        signs = [_sign_of(m) if c > 0 else "" for m, c in self.terms]
        if not all(signs):
            return ""
        return POSITIVE if POSITIVE in signs else NONNEGATIVE

    @cached_property
    def content(self) -> Fraction:
        """The largest rational that divides it, leaving whole numbers without a common factor."""
        numerators = reduce(gcd, (abs(c.numerator) for _, c in self.terms), 0)
        denominators = reduce(lcm, (c.denominator for _, c in self.terms), 1)
        return Fraction(numerators, denominators) if numerators else Fraction(1)

    def __str__(self) -> str:
        def power(atom: Atom, exponent: int) -> str:
            return str(atom) if exponent == 1 else f"{atom}^{exponent}"

        texts = []
        for monomial, c in self.terms:
            letters = [power(a, e) for a, e in monomial]
            texts.append("*".join([str(c)] * (c != 1 or not letters) + letters))
        return " + ".join(texts) or "0"


def _sorted(powers: dict[Atom, int]) -> Monomial:
    return tuple(sorted(((a, e) for a, e in powers.items() if e), key=lambda p: p[0].key))


def _key(monomial: Monomial) -> str:
    return "*".join(f"{a.key}^{e}" for a, e in monomial)


def _sign_of(monomial: Monomial) -> str:
    """The sign of a product of powers."""
    if any(e % 2 and not a.sign for a, e in monomial):
        return ""
    return POSITIVE if all(a.sign == POSITIVE for a, _ in monomial) else NONNEGATIVE


@dataclass(frozen=True, eq=False)
class Rational(Node):
    """top/bottom, two polynomials."""

    top: Polynomial
    bottom: Polynomial = Polynomial(((ONE, Fraction(1)),))

    def __add__(self, other: Rational) -> Rational:
        if self.bottom == other.bottom:
            return Rational(self.top + other.top, self.bottom)
        return Rational(
            self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom
        )

    def __mul__(self, other: Rational) -> Rational:
        return Rational(self.top * other.top, self.bottom * other.bottom).shortened

    def __neg__(self) -> Rational:
        return Rational(-self.top, self.bottom)

    def __sub__(self, other: Rational) -> Rational:
        return self + -other

    @property
    def inverse(self) -> Rational:
        """bottom/top."""
        return Rational(self.bottom, self.top)

    @property
    def shortened(self) -> Rational:
        """Without the monomial that divides top and bottom, and with a bottom of content 1."""
        if not self.top:
            return Rational(self.top)
        common = _common(self.top) & _common(self.bottom)
        c = self.bottom.content * (1 if self.bottom.terms[-1][1] > 0 else -1)
        return Rational(_divided(self.top, common, c), _divided(self.bottom, common, c))

    @property
    def is_zero(self) -> bool:
        """Is it 0, identically?"""
        return not self.top

    @property
    def sign(self) -> str:
        """'> 0', '>= 0' or '' (not seen)."""
        if not (self.top.sign and self.bottom.sign):
            return ""
        return self.top.sign

    def __str__(self) -> str:
        one = self.bottom == Polynomial.constant(1)
        return str(self.top) if one else f"({self.top})/({self.bottom})"


def _common(p: Polynomial) -> Counter[Atom]:
    """The powers that divide every term."""
    shared = Counter(dict(p.terms[0][0]))
    for monomial, _ in p.terms[1:]:
        shared &= Counter(dict(monomial))
    return shared


def _divided(p: Polynomial, powers: Counter[Atom], c: Fraction) -> Polynomial:
    return Polynomial.of({_sorted(Counter(dict(m)) - powers): old / c for m, old in p.terms})


# Roots and absolute values


def root(q: Rational) -> Rational:
    """√q, with everything taken out that is a square or a nonnegative factor."""
    bottom = _root(q.bottom)
    return Rational(_root(q.top), bottom).shortened


def _root(p: Polynomial) -> Polynomial:
    if not p:
        return p
    c = p.content
    # √(n/d) = √(n d)/d, and squares go out of n d
    n, out = c.numerator * c.denominator, 1
    for k in range(isqrt(n), 1, -1):
        if n % (k * k) == 0:
            n, out = n // (k * k), k
            break
    result = Polynomial.constant(Fraction(out, c.denominator))
    result = result * _root_as_atom(Polynomial.constant(n))
    common = Counter({a: e for a, e in _common(p).items() if a.sign or e % 2 == 0})
    for atom, e in sorted(common.items(), key=lambda power: power[0].key):
        if atom.sign:
            result = result * Polynomial.atom(atom, e // 2)
            if e % 2:
                result = result * _root_as_atom(Polynomial.atom(atom))
        else:
            result = result * absolute(Polynomial.atom(atom, e // 2))
    return result * _root_as_atom(_divided(p, common, c))


def _root_as_atom(p: Polynomial) -> Polynomial:
    if p == Polynomial.constant(1):
        return p
    return Polynomial.atom(Atom("root", (Rational(p),), p.axes, p.sign or NONNEGATIVE))


def absolute(p: Polynomial) -> Polynomial:
    """|p|, with what is nonnegative taken out."""
    if p.sign or not p:
        return p
    common = _common(p)
    if len(p.terms) > 1 and common:
        factor = Polynomial.of({_sorted(common): Fraction(1)})
        return absolute(factor) * absolute(_divided(p, common, Fraction(1)))
    if len(p.terms) > 1:
        leading = 1 if p.terms[-1][1] > 0 else -1
        c = p.content
        turned = p.times(leading / c)
        if turned.sign:
            return turned.times(c)
        return _abs_as_atom(turned).times(c)
    (monomial, c), = p.terms
    result = Polynomial.constant(abs(c))
    for atom, e in monomial:
        letter = Polynomial.atom(atom)
        result = reduce(mul, [letter if atom.sign else _abs_as_atom(letter)] * e, result)
    return result


def _abs_as_atom(p: Polynomial) -> Polynomial:
    return Polynomial.atom(Atom("abs", (Rational(p),), p.axes, NONNEGATIVE))


SQUARES: dict[str, Callable[[Atom], Polynomial]] = {
    "root": lambda atom: atom.argument, "abs": lambda atom: atom.argument * atom.argument,
}
"""What the square of an atom is, where that is simpler."""


# Means and sums


def over(kind: str, axis: str, q: Rational) -> Rational:
    """The mean or sum over an axis: linear, with what doesn't have the axis taken out."""
    if axis in q.bottom.axes:
        inverse = Atom("inverse", (Rational(q.bottom),), q.bottom.axes, q.bottom.sign)
        q = Rational(q.top * Polynomial.atom(inverse))
    total = Polynomial.of({})
    for monomial, c in q.top.terms:
        inside = tuple(p for p in monomial if axis in p[0].axes)
        outside = tuple(p for p in monomial if axis not in p[0].axes)
        factor = Polynomial.of({outside: c})
        exchanged = _exchanged(kind, axis, inside)
        if exchanged is not None:
            factor = factor * exchanged
        elif inside or kind == "sum":
            body = Polynomial.of({inside: Fraction(1)})
            axes = body.axes.replace(axis, "")
            atom = Atom(f"{kind} {axis}", (Rational(body),), axes, body.sign)
            factor = factor * Polynomial.atom(atom)
        total = total + factor
    return Rational(total, q.bottom)


def _exchanged(kind: str, axis: str, inside: Monomial) -> Polynomial | None:
    """A sum over j of a mean over i as the mean of the sums, so that the two are one."""
    match inside:
        case ((Atom(kind="mean i" | "sum i", of=(Rational() as body,)) as atom, 1),):
            return over(atom.kind.split()[0], "i", over(kind, axis, body)).top  # body has no bottom
    return None
