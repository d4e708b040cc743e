"""z3 on inequalities of the paper: true ones are proved, false ones refuted with a model."""

import re
import sys
from fractions import Fraction

import pytest

from dante_ref.exceptions import InputError
from dante_ref.proofs import solver
from dante_ref.proofs.algebra import assumed, normal
from dante_ref.proofs.formula import NONNEGATIVE, POSITIVE, Symbol, sqrt

pytestmark = pytest.mark.skipif(not solver.version(), reason="needs the extra 'prove'")

a = Symbol("a", "a", sign=POSITIVE)
b = Symbol("b", "b", sign=POSITIVE)
p = Symbol("p", "p", sign=NONNEGATIVE)
q = Symbol("q", "q", sign=NONNEGATIVE)
z = Symbol("z", "z")
y = Symbol("y", "y")
ORDER = normal(assumed("a ≤ b", b, a))


def decide(claim, *facts, strictly=False):
    return solver.ask(normal(claim), facts, strictly)


def test_arithmetic_and_geometric_mean():
    assert decide(p + q - 2 * sqrt(p * q)).outcome == "proved"


def test_the_chord_across_the_kink():
    D, Dz = b * p + a * q, p + q
    assert decide((D - a * Dz) * (b * Dz - D), ORDER).outcome == "proved"
    assert decide((D - b * Dz) * (b * Dz - D), ORDER).outcome == "refuted"


def as_number(text):
    return Fraction(text.split(" ")[0])


def test_the_printed_difference_of_squares_of_section_5_5_is_refuted_with_a_rational_model():
    # D² ≤ b D (φ + φ*), where b D (u − u*) is meant: at φ = p, φ* = q, one positive and one not
    D = p - q
    answer = decide(b * D * (p + q) - D**2, ORDER)
    assert answer.outcome == "refuted"
    at = {name: as_number(value) for name, value in answer.model}
    gap = at["b"] * (at["p"] - at["q"]) * (at["p"] + at["q"]) - (at["p"] - at["q"]) ** 2
    assert gap < 0, "the model itself, by Fractions"


def test_the_descent_lemma_needs_labels_that_are_not_negative():
    # a step from z = −p to s = q > 0: the right side less the left one
    slack = (-(a * p) - y) ** 2 + 2 * a * (-(a * p) - y) * (p + q) + b**2 * (p + q) ** 2
    slack = slack - (b * q - y) ** 2
    assert decide(slack, ORDER, normal(y)).outcome == "proved"
    assert decide(slack, ORDER).outcome == "refuted"


def test_strictness():
    assert decide(a * b, strictly=True).outcome == "proved"
    assert decide(z**2, strictly=True).outcome == "refuted"
    assert decide(z**2).outcome == solver.ask(normal(z**2), ()).outcome == "proved"
    assert decide(p, strictly=True).outcome == "refuted", "p ≥ 0 may be 0"
    assert decide(p * q + a, strictly=True).outcome == "proved"


def test_without_z3_the_extra_is_named(monkeypatch):
    assert re.fullmatch(r"\d+(\.\d+)+", solver.version())
    monkeypatch.setattr(solver, "find_spec", lambda name: None)
    assert solver.version() == ""
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(InputError) as error:
        decide(z)
    assert str(error.value) == "the solver needs an extra: pip install 'dante_ref[prove]'"


def test_a_sign_and_no_more_is_assumed_of_a_letter():
    assert decide(a - 1).outcome == "refuted", "a > 0 may be less than 1"
    assert decide(p - 1).outcome == decide(z).outcome == "refuted"


def test_a_root_is_the_root_and_an_absolute_value_the_absolute_value():
    assert decide(1 - sqrt(p)).outcome == "refuted", "√4 > 1"
    assert decide(sqrt(p) - p).outcome == "refuted" and decide(sqrt(p)).outcome == "proved"
    assert decide(abs(y) - y).outcome == "proved" and decide(y - abs(y)).outcome == "refuted"
    assert decide(1 - abs(y)).outcome == "refuted"


def test_a_model_names_every_letter_with_its_number():
    assert decide((z - Fraction(1, 2)) ** 2, strictly=True).model == (("z", "1/2"),)
    (_, root), = decide((z**2 - 2) ** 2, strictly=True).model
    assert root.endswith(" (rounded)") and 0 < abs(as_number(root) ** 2 - 2) < Fraction(3, 10**12)
    free = decide(z, normal(y**2))
    assert free.outcome == "refuted" and [name for name, _ in free.model] == ["y", "z"]


def test_a_quotient_is_not_asked_about_where_its_bottom_is_0():
    assert decide(a / b).outcome == "proved" and decide(z / b).outcome == "refuted"
    assert decide((z**2 + z**4) / z**2).outcome == "proved"
    assert decide(1 / z**2, strictly=True).outcome == "proved"


def test_what_takes_too_long_is_unknown_and_no_proof(monkeypatch):
    import z3

    limits = []
    monkeypatch.setattr(z3.Solver, "set", lambda self, *option: limits.append(option))
    monkeypatch.setattr(z3.Solver, "check", lambda self: z3.unknown)
    assert decide(a) == solver.Answer("unknown")
    assert limits == [("timeout", 20_000)], "milliseconds"


def test_a_fact_that_is_no_strict_one_holds_at_its_border():
    assert decide(b - a, ORDER, strictly=True).outcome == "refuted", "a = b is allowed by a ≤ b"
    assert decide(b**2 - a**2, ORDER).outcome == "proved"
