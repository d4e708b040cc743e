"""Exact algebra of formulas: what is equal, and what is seen to be nonnegative."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref.proofs.algebra import assumed, normal, same, shown, sign
from dante_ref.proofs.formula import (
    NONNEGATIVE,
    POSITIVE,
    Over,
    Symbol,
    formula,
    function,
    mean,
    sqrt,
    total,
)

a = Symbol("a", "a", sign=POSITIVE)
b = Symbol("b", "b", sign=POSITIVE)
x = Symbol("x", "xᵢ", over="i")
y = Symbol("y", "yᵢ", over="i")
g = Symbol("g", "gᵢⱼ", over="ij", sign=NONNEGATIVE)
z = Symbol("z", "z")
E = Symbol("E", "E", means=mean(x**2))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((a + b) ** 2 - (a - b) ** 2, 4 * a * b),
        ((a**2 - b**2) / (a - b), a + b),
        (mean(a * x + b * y), a * mean(x) + b * mean(y)),
        (mean(x**2) * 2, 2 * E),
        (sqrt(a * b) ** 2, a * b),
        (sqrt(a * b * E), sqrt(a) * sqrt(b) * sqrt(E)),
        (sqrt(8 * a), 2 * sqrt(2 * a)),
        (sqrt(18 * a), 3 * sqrt(2 * a)),
        (sqrt(a / 18), sqrt(2 * a) / 6),
        (sqrt(z**2 * a), abs(z) * sqrt(a)),
        (sqrt(z**4 * a), z**2 * sqrt(a)),
        (sqrt(z**6), abs(z) ** 3),
        (sqrt(z**3) ** 2, z**3),
        (sqrt(a / b), sqrt(a * b) / b),
        (abs(z) ** 2, z**2),
        (abs(-(a * z)), a * abs(z)),
        (abs(z * z), z**2),
        (abs(z**2 * x), z**2 * abs(x)),
        (abs(a**2 * z**3), a**2 * abs(z) ** 3),
        (abs(-a - 2 * b), a + 2 * b),
        (abs(-3 * a - 6 * b), 3 * a + 6 * b),
        (abs(z - a - b), abs(a + b - z)),
        (abs(z - z), formula(0)),
        (mean(a + 0 * x), a),
        (total(g * x), x * total(g)),
        (mean(x * total(g)), mean(total(g * x))),
        (total(total(g, "i")), total(total(g), "i")),
        (total(Over("mean", "i", g)), mean(g)),
        (mean(2 * x / (1 + x**2)), 2 * mean(x / (1 + x**2))),
        (total(g / (1 + x**2)), total(g) / (1 + x**2)),
        (Fraction(1, 3) * z + Fraction(2, 3) * z, z),
        (1 / (1 / a + 1 / b), a * b / (a + b)),
    ],
)
def test_equal_formulas_are_the_same(left, right):
    assert same(formula(left), formula(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (mean(x**2), mean(x) ** 2),
        (mean(x * y), mean(x) * mean(y)),
        (sqrt(a + b), sqrt(a) + sqrt(b)),
        (abs(z), z),
        (total(g), g),
        (total(g + a), total(g) + a),
        (sqrt(5 * a), 2 * sqrt(a)),
        (mean(1 / (1 + x**2)), 1 / mean(1 + x**2)),
        (mean(1 / (1 + x**2)), mean(1 / (2 + x**2))),
        (mean(x / (1 + x**2)), mean(x)),
        (mean(x / (1 + x**2)) * mean(y), mean(x) * mean(y / (1 + x**2))),
        (abs(a - b), a - b),
        (function("max", a, z), a),
    ],
)
def test_what_is_not_an_identity_is_not_the_same(left, right):
    assert not same(left, right)


coefficients = st.fractions(min_value=-3, max_value=3, max_denominator=5)


@given(st.lists(st.tuples(coefficients, st.integers(0, 2), st.integers(0, 2)), max_size=4))
def test_the_normal_form_has_the_formula_s_value(terms):
    # A polynomial in a, z and √b over a + b, at a point where all is rational.
    built = formula(0)
    for c, e, f in terms:
        built = built + c * a**e * z**f * sqrt(b)
    built = built / (a + b)
    at = {"a": Fraction(2), "b": Fraction(9), "z": Fraction(-3, 2)}
    expected = sum(c * at["a"] ** e * at["z"] ** f * 3 for c, e, f in terms) / Fraction(11)
    q = normal(built)

    def value(polynomial):
        numbers = {"a": at["a"], "b": at["b"], "z": at["z"], "root": Fraction(3)}
        return sum(
            c * np.prod([numbers[atom.of[0] if atom.kind == "symbol" else "root"] ** e
                         for atom, e in monomial], initial=Fraction(1))
            for monomial, c in polynomial.terms
        )

    assert value(q.top) == expected * value(q.bottom)


@pytest.mark.parametrize(
    "seen", [z**2, abs(z), a * b, mean(x**2), total(g), sqrt(a), (a - b) ** 2, a / b, E,
             function("max", z, a), mean(g * x**2) + a]
)
def test_squares_and_products_of_nonnegative_factors_are_seen(seen):
    assert sign(seen) in (NONNEGATIVE, POSITIVE)


@pytest.mark.parametrize("unseen", [z, a - b, mean(x), x * y, z**3, z**2 - 1, mean(g * x)])
def test_what_may_be_negative_is_not_seen(unseen):
    assert sign(formula(unseen)) == ""


def test_only_what_is_positive_is_called_positive():
    assert sign(a * b) == sign(a + z**2) == POSITIVE
    assert sign(z**2) == sign(a * z**2) == NONNEGATIVE
    assert sign(z**2 + abs(z)) == sign(E + total(g)) == NONNEGATIVE, "all may be 0"
    assert sign(mean(1 / (3 + x**2))) == normal(mean(1 / (3 + x**2))).sign == POSITIVE
    assert sign(mean(x / (1 + x**2))) == ""
    assert sign(a**3) == sign(a**2) == sign(1 / a**2) == POSITIVE
    assert sign(abs(z) ** 3) == sign(E**2) == NONNEGATIVE


def test_a_fact_is_nonnegative_by_assumption_and_is_still_its_formula():
    more = assumed("a ≥ b", a, b)
    assert sign(more) == sign(2 * more * b) == NONNEGATIVE
    assert same(more * (a + b), a**2 - b**2)
    assert sign(Symbol("n", "n", means=a - b, sign=NONNEGATIVE)) == "", "no assumption by itself"


def test_what_is_assumed_with_no_smaller_side_is_that_it_is_nonnegative():
    alone = assumed("z ≥ 0", z)
    assert same(alone, z) and sign(alone) == NONNEGATIVE
    assert same(assumed("z ≥ −a", z, -a), z + a)
    assert str(alone.means) == "z"
    assert (alone.name, alone.text, alone.meaning) == ("assume z ≥ 0", "z ≥ 0", "by assumption")


def test_what_is_shown_is_no_assumption():
    before = shown("a² + b² ≥ 2ab", a**2 + b**2, 2 * a * b)
    assert same(before, (a - b) ** 2) and sign(before) == NONNEGATIVE
    assert before.meaning == "shown above" != assumed("a ≥ b", a, b).meaning
    assert before.text == "a² + b² ≥ 2ab" and before.text in before.name


def test_a_mean_of_a_quotient_is_the_quotient_of_the_mean_where_the_divisor_is_one_number():
    assert same(mean(x / a), mean(x) / a)
    assert same(mean(x**2 / (a + b)) * (a + b), mean(x**2))
    assert not same(mean(x / a), mean(x) * a)


def test_a_root_of_a_quotient_squared_is_the_quotient():
    assert same(sqrt(a / b) ** 2, a / b)
    assert not same(sqrt(a / b) ** 2, b / a)


@pytest.mark.parametrize(("built", "said"), [
    (formula(0), "0"), (formula(1), "1"), (2 * z, "2*z"), (z**3 * a - b, "a*z^3 + -1*b"),
    (z / a, "(z)/(a)"), (abs(z) + 1, "1 + abs(z)"),
])
def test_a_normal_form_is_read_in_a_message(built, said):
    assert str(normal(built)) == said
