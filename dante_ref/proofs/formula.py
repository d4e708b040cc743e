"""Formulas as section 5 displays them: each is written once, in Python, and read in several ways.

    g = Symbol("g", "gᵢ", "the slope at ⟨w, xᵢ⟩", "i")
    D = Symbol("D", "Dᵢ", "φ⟨w, xᵢ⟩ − φ⟨w*, xᵢ⟩", "i")
    b = Symbol("b", "b", "the larger slope of φ")

    line = 2 * mean(g * D**2 / b)
    str(line)                      2/m Σᵢ gᵢ Dᵢ²/b
    line.at(g=..., D=..., b=...)   its value; of a stack of n problems (g, D (n, m), b (n,)): (n,)

A symbol's `axes` name the axes of its array behind that of the stack, in alphabetical order: i for
samples, j for outputs, k for hidden units; '' is one number a problem. Operands are aligned by
these names. On Fractions every value is exact. A formula is a tree of the node classes below,
hashable and equal by structure, and `parts` are the children of a node.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from itertools import pairwise
from operator import add, mul
from typing import Any, ClassVar

import numpy as np

from ..arrays import Array
from ..exceptions import InputError
from ..norms import exact_root
from .node import Node

SUM, PRODUCT, POWER, ATOM = range(4)
"""Ranks: how tightly a text holds together. A part that holds less than it must is bracketed."""

ROUNDING = 1e-9
"""An inequality missed by less than this share of its sides is missed by rounding."""

NONNEGATIVE, POSITIVE = ">= 0", "> 0"
SAMPLES, OUTPUTS = "i", "j"
SUBSCRIPT = {"i": "ᵢ", "j": "ⱼ", "k": "ₖ", "t": "ₜ"}
LETTER = re.compile(r"[^\W\d_][₀-₉]*\*?[⁰¹²³⁴-⁹]*")
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Values(dict[str, Any]):
    """The arrays that the symbols stand for, by name; InputError for None."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        if missing := [name for name, value in values.items() if value is None]:
            raise InputError(f"{', '.join(missing)} is None; allowed are numbers and arrays")

    @cached_property
    def exact(self) -> bool:
        """Are some of them Fractions? Then numbers are too."""
        return any(np.asarray(value).dtype == object for value in self.values())


class Formula(Node, ABC):
    """A node of the tree. Formulas and numbers combine by +, -, *, /, ** n and abs()."""

    rank: ClassVar[int] = PRODUCT

    @cached_property
    def parts(self) -> "tuple[Formula, ...]":
        """The formulas that this one is made of, from left to right."""
        held = (each if isinstance(each, tuple) else (each,) for each in self._content)
        return tuple(part for each in held for part in each if isinstance(part, Formula))

    @abstractmethod
    def __str__(self) -> str:
        """The formula as a person reads it."""

    @abstractmethod
    def value(self, values: Values) -> Array:
        """The value, an array whose last axes are this formula's."""

    @cached_property
    def axes(self) -> str:
        """The axes of the value, in alphabetical order."""
        return "".join(sorted({axis for part in self.parts for axis in part.axes}))

    def at(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> Any:
        """The value where the symbols stand for these arrays (or numbers), given by name.

        Raises InputError for a symbol that is given no value and abbreviates nothing, or None.
        """
        return np.asarray(self.value(Values({**(values or {}), **more})))[()]

    def symbols(self) -> "Iterator[Symbol]":
        """Its symbols, from left to right; behind an abbreviation those that it stands for."""
        for part in self.parts:
            yield from part.symbols()

    def bracketed(self, rank: int) -> str:
        """The text, in brackets unless it holds together at least so tightly."""
        return str(self) if self.rank >= rank else f"({self})"

    def aligned(self, values: Values, axes: str) -> Array:
        """The value, with an axis of length 1 for each of `axes` that it hasn't."""
        value = np.asarray(self.value(values))
        if self.axes == axes:
            return value
        return value[(..., *(slice(None) if axis in self.axes else None for axis in axes))]

    def __add__(self, other: "Operand") -> "Formula":
        return Sum((*_joined(Sum, self), *_joined(Sum, formula(other))))

    def __radd__(self, other: "Operand") -> "Formula":
        return formula(other) + self

    def __sub__(self, other: "Operand") -> "Formula":
        return self + Negative(formula(other))

    def __rsub__(self, other: "Operand") -> "Formula":
        return formula(other) - self

    def __mul__(self, other: "Operand") -> "Formula":
        return Product((*_joined(Product, self), *_joined(Product, formula(other))))

    def __rmul__(self, other: "Operand") -> "Formula":
        return formula(other) * self

    def __truediv__(self, other: "Operand") -> "Formula":
        return Quotient(self, formula(other))

    def __rtruediv__(self, other: "Operand") -> "Formula":
        return formula(other) / self

    def __pow__(self, exponent: int) -> "Formula":
        return Power(self, exponent)

    def __neg__(self) -> "Formula":
        return Negative(self)

    def __abs__(self) -> "Formula":
        return Function("abs", (self,))


Operand = Formula | int | float | Fraction


def formula(operand: Operand) -> Formula:
    """A number as a formula; a formula as it is."""
    if isinstance(operand, Formula):
        return operand
    if operand < 0:
        return Negative(formula(-operand))
    if isinstance(operand, Fraction):
        whole = Number(operand.numerator)
        return whole if operand.denominator == 1 else whole / operand.denominator
    return Number(operand)


def _joined(kind: type[Formula], operand: Formula) -> tuple[Formula, ...]:
    return operand.parts if isinstance(operand, kind) else (operand,)


@dataclass(frozen=True, eq=False)
class Number(Formula):
    """A number >= 0 as it is written: whole, or a decimal (0.06 is 6/100 exactly)."""

    written: int | float
    rank = ATOM

    @property
    def exact(self) -> Fraction:
        """The rational number."""
        return Fraction(str(self.written))

    def __str__(self) -> str:
        return str(self.written)

    def value(self, values: Values) -> Array:
        return np.asarray(self.exact if values.exact else float(self.written))


@dataclass(frozen=True, eq=False)
class Symbol(Formula):
    """A quantity: its name in code, the text that a person reads, its meaning for a legend, axes.

    means: the formula that it abbreviates, if any; its value and its axes follow from that. A
    display at the level of vectors, ⟨G(w), w − v⟩, is a symbol whose value is given.
    sign: '> 0' or '>= 0' where that is assumed of it, or true by definition, as of a norm.
    """

    name: str
    text: str
    meaning: str = ""
    over: str = ""
    means: Formula | None = None
    sign: str = ""
    rank = ATOM
    parts = ()

    @cached_property
    def axes(self) -> str:
        return self.over if self.means is None else self.means.axes

    def __str__(self) -> str:
        return self.text

    def value(self, values: Values) -> Array:
        if self.name not in values:
            if self.means is None:
                raise InputError(f"{self.name} has no value; given are {', '.join(values)}")
            values[self.name] = self.means.value(values)
        return np.asarray(values[self.name])

    def symbols(self) -> "Iterator[Symbol]":
        yield self
        if self.means is not None:
            yield from self.means.symbols()


@dataclass(frozen=True, eq=False)
class Negative(Formula):
    """−term."""

    term: Formula
    rank = SUM

    def __str__(self) -> str:
        return f"−{self.term.bracketed(PRODUCT)}"

    def value(self, values: Values) -> Array:
        return -self.term.value(values)


@dataclass(frozen=True, eq=False)
class Sum(Formula):
    """The sum of terms; one that is subtracted is a Negative."""

    terms: tuple[Formula, ...]
    rank = SUM

    def __str__(self) -> str:
        text = str(self.terms[0])
        for term in self.terms[1:]:
            text += f" − {str(term)[1:]}" if isinstance(term, Negative) else f" + {term}"
        return text

    def value(self, values: Values) -> Array:
        return reduce(add, (term.aligned(values, self.axes) for term in self.terms))


@dataclass(frozen=True, eq=False)
class Product(Formula):
    """The product of factors, set side by side; 2 * mean(x) is set as 2/m Σᵢ x."""

    factors: tuple[Formula, ...]

    def __str__(self) -> str:
        *first, last = self.factors
        if isinstance(last, Over) and last.kind == "mean" and isinstance(first[-1], Number):
            return last.sum_of(f"{first[0]}/m ")
        texts = [*(factor.bracketed(POWER) for factor in first), last.bracketed(PRODUCT)]
        text = texts[0]
        for left, right in pairwise(texts):
            tight = LETTER.fullmatch(right) and (left.isdigit() or LETTER.fullmatch(left))
            text += right if tight else f"{' · ' if right[0].isdigit() else ' '}{right}"
        return text

    def value(self, values: Values) -> Array:
        return reduce(mul, (factor.aligned(values, self.axes) for factor in self.factors))


@dataclass(frozen=True, eq=False)
class Quotient(Formula):
    """top/bottom."""

    top: Formula
    bottom: Formula

    def __str__(self) -> str:
        # a product keeps its brackets where its last factor would take the bottom to itself
        last = self.top.factors[-1] if isinstance(self.top, Product) else self.top
        loose = isinstance(last, (Over, Quotient)) or self.top.rank < PRODUCT
        return f"{f'({self.top})' if loose else self.top}/{self.bottom.bracketed(POWER)}"

    def value(self, values: Values) -> Array:
        return self.top.aligned(values, self.axes) / self.bottom.aligned(values, self.axes)


@dataclass(frozen=True, eq=False)
class Power(Formula):
    """base^exponent, the exponent a whole number."""

    base: Formula
    exponent: int
    rank = POWER

    def __str__(self) -> str:
        return self.base.bracketed(ATOM) + str(self.exponent).translate(SUPERSCRIPTS)

    def value(self, values: Values) -> Array:
        return np.asarray(self.base.value(values)) ** self.exponent


def _root(x: Array) -> Array:
    """The root; of a Fraction it must be rational, and a number within rounding below 0 is 0."""
    if np.asarray(x).dtype == object:
        exact: Array = np.vectorize(exact_root, otypes=[object])(x)
        return exact
    return np.sqrt(np.where((x < 0) & (x > -ROUNDING), 0.0, x))


FUNCTIONS: dict[str, Callable[..., Array]] = {
    "abs": np.abs, "sqrt": _root, "max": np.maximum, "min": np.minimum,
    "exp": np.exp, "log": np.log, "cosh": np.cosh, "tanh": np.tanh, "ceil": np.ceil,
}


@dataclass(frozen=True, eq=False)
class Function(Formula):
    """One of FUNCTIONS, element by element."""

    name: str
    arguments: tuple[Formula, ...]
    rank = POWER

    def __str__(self) -> str:
        inner = ", ".join(str(argument) for argument in self.arguments)
        if self.name == "abs":
            return f"|{inner}|"
        if self.name in ("sqrt", "exp"):
            sign = "√" if self.name == "sqrt" else "e^"
            return sign + self.arguments[0].bracketed(ATOM)
        return f"{self.name}({inner})"

    def value(self, values: Values) -> Array:
        arguments = (argument.aligned(values, self.axes) for argument in self.arguments)
        return FUNCTIONS[self.name](*arguments)


@dataclass(frozen=True, eq=False)
class Over(Formula):
    """The mean, sum or max (kind) of the term over one of its axes."""

    kind: str
    axis: str
    term: Formula

    def __post_init__(self) -> None:
        if self.axis not in self.term.axes:
            raise InputError(f"{self.term} has no axis {self.axis}; it has {self.term.axes!r}")

    @cached_property
    def axes(self) -> str:
        return self.term.axes.replace(self.axis, "")

    def __str__(self) -> str:
        if self.kind == "sum":
            return self.sum_of("")
        sign = "mean" if self.kind == "mean" else f"max{SUBSCRIPT[self.axis]}"
        return f"{sign} {self.term.bracketed(PRODUCT)}"

    def sum_of(self, before: str) -> str:
        """The text as a sum, with what stands before Σ; a double sum has one Σ."""
        term: Formula = self.term
        indices = SUBSCRIPT[self.axis]
        while isinstance(term, Over) and term.kind == "sum":
            indices += SUBSCRIPT[term.axis]
            term = term.term
        return f"{before}Σ{indices} {term.bracketed(PRODUCT)}"

    def value(self, values: Values) -> Array:
        array = np.asarray(self.term.value(values))
        axis = self.term.axes.index(self.axis) - len(self.term.axes)
        over: Array = (np.max if self.kind == "max" else np.sum)(array, axis=axis)
        return over / array.shape[axis] if self.kind == "mean" else over


ZERO = Number(0)


def mean(term: Formula) -> Formula:
    """The mean over the samples; of what has outputs too, of its sum over the outputs."""
    return Over("mean", SAMPLES, total(term) if OUTPUTS in term.axes else term)


def total(term: Formula, axis: str = OUTPUTS) -> Formula:
    """The sum over the outputs, or another axis."""
    return Over("sum", axis, term)


def largest(term: Formula, axis: str = OUTPUTS) -> Formula:
    """The largest over the outputs, or another axis."""
    return Over("max", axis, term)


def sqrt(x: Operand) -> Formula:
    """√x."""
    return Function("sqrt", (formula(x),))


def exp(x: Operand) -> Formula:
    """e^x."""
    return Function("exp", (formula(x),))


def function(name: str, *arguments: Operand) -> Formula:
    """One of FUNCTIONS by its name: max, min, log, cosh, ..."""
    if name not in FUNCTIONS:
        raise InputError(f"{name!r} is no function; allowed are {', '.join(FUNCTIONS)}")
    return Function(name, tuple(formula(argument) for argument in arguments))
