"""Derivations: lines and steps, what holds, and the tie between a line's text and its number."""

from fractions import Fraction

import numpy as np
import pytest

from dante_ref.proofs.derivation import (
    ABOVE,
    AT_LEAST,
    AT_MOST,
    EQUAL,
    START,
    Line,
    derivation,
)
from dante_ref.proofs.formula import ZERO, Symbol, mean
from dante_ref.proofs.known import SAMPLED, by_hand
from dante_ref.proofs.proof import with_error
from dante_ref.proofs.symbols import a, b
from dante_ref.theorems import CLAIMS

x = Symbol("x", "xᵢ", "a number a sample", "i")
SQUARES = derivation(
    "squares",
    mean(x**2),
    Line(AT_LEAST, mean(x) ** 2, "Jensen", "1"),
    Line(EQUAL, mean(x) * mean(x), "a square"),
    Line(AT_LEAST, ZERO, "a square"),
)


def test_a_derivation_has_its_lines_relations_and_legend():
    assert [line.relation for line in SQUARES.lines] == [START, AT_LEAST, EQUAL, AT_LEAST]
    assert SQUARES.symbols() == [x]
    assert str(SQUARES.lines[0].formula) == "mean xᵢ²"


def test_a_chain_is_its_derivation_with_numbers():
    """Built here, line by line, with what each line rests on; symbols of two axes are aligned."""
    y = Symbol("y", "yⱼ", "a number an output", "j")
    made = derivation("sums", x + y, Line(AT_LEAST, x, "y ≥ 0", "2", exactly := by_hand("y")))
    chain = made.at({"x": np.array([1.0, 2.0]), "y": np.array([0.0, 3.0, 4.0])})
    assert made.title == chain.title == "sums"
    assert [line.relation for line in made.lines] == [START, AT_LEAST]
    assert [line.known for line in chain.lines] == [SAMPLED, exactly]
    assert chain.lines[0].value.tolist() == [[1, 4, 5], [2, 5, 6]]
    assert chain.lines[1].value.tolist() == [[1, 1, 1], [2, 2, 2]]


def test_its_chain_has_the_numbers_of_the_formulas():
    values = np.array([[1.0, 3.0], [-1.0, 1.0]])
    chain = SQUARES.at({"x": values})
    assert [line.value.tolist() for line in chain.lines] == [[5, 1], [4, 0], [4, 0], [0, 0]]
    assert [step.slack.tolist() for step in chain.steps] == [[1, 1], [0, 0], [4, 0]]
    assert chain.steps[0].name == "1" and chain.steps[0].because == "Jensen"
    assert not chain.broken()


@pytest.mark.parametrize("relation, slack", [
    (AT_LEAST, [1, 0, -1]), (AT_MOST, [-1, 0, 1]), (EQUAL, [-1, 0, -1]), (ABOVE, [1, 0, -1]),
])
def test_the_slack_and_what_holds(relation, slack):
    chain = derivation("x", a, Line(relation, b)).at({"a": np.array([3.0, 2, 1]), "b": 2.0})
    (step,) = chain.steps
    assert step.slack.tolist() == slack
    assert step.holds().tolist() == [s > 0 if relation == ABOVE else s >= 0 for s in slack]


def test_rounding_is_forgiven_in_floats_but_not_in_fractions_and_never_by_above():
    def holds(relation, left, right):
        (step,) = derivation("x", a, Line(relation, b)).at({"a": left, "b": right}).steps
        return bool(np.all(step.holds()))

    assert holds(AT_LEAST, 1.0, 1.0 + 1e-10) and not holds(AT_LEAST, 1.0, 1.0 + 1e-8)
    assert not holds(AT_LEAST, Fraction(1), 1 + Fraction(1, 10**10))
    assert holds(ABOVE, Fraction(1, 10**30), Fraction(0)) and not holds(ABOVE, 1.0, 1.0)


def test_lines_of_fewer_axes_are_spread_over_the_chains():
    chain = derivation("x", abs(x), Line(AT_MOST, a)).at(
        {"x": np.ones((2, 3)), "a": np.array([1.0, 0.5])}
    )
    assert [line.value.shape for line in chain.lines] == [(2, 3), (2, 3)]
    assert chain.steps[0].holds().tolist() == [[True] * 3, [False] * 3]


@pytest.mark.parametrize("name", [name for name, claim in CLAIMS.items() if claim.proof])
def test_every_line_of_every_proof_reads_and_reckons_from_one_formula(name):
    """No line holds a text and a number that nothing ties together."""
    claim = CLAIMS[name]
    family = (claim.proof_families or claim.families)[0]
    stack, eps = with_error(family, 5, 0)
    for chain in claim.proof.at(stack, eps):
        for line in chain.lines:
            assert str(line.formula)
            if not list(line.formula.symbols()):  # a number, such as 1/4
                assert np.all(line.value == float(line.formula.at({})))
            assert np.shape(line.value)[:1] in ((), (len(eps),)), str(line.formula)
