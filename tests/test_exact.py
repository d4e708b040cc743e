"""Exact arithmetic: the same formulas on Fractions, and decisions without rounding."""

from fractions import Fraction

import numpy as np
import pytest
from draws import one, seeds
from hypothesis import given
from hypothesis import strategies as st

from dante_ref import balls, checks
from dante_ref.activations import GeneralizedReLU
from dante_ref.exceptions import InputError
from dante_ref.proofs import exact
from dante_ref.proofs.families import GLMFamily, Instance, LayerFamily
from dante_ref.theorems import kantorovich, theorem_1


@given(seed=seeds, layer=st.booleans())
def test_exact_and_floating_decisions_agree(seed, layer):
    phi = GeneralizedReLU(0.25, 1.0)
    instance = one(LayerFamily(3, 2, 2, phi) if layer else GLMFamily(3, 2, phi), seed)
    exactly, nearly = exact.slqc(instance), instance.slqc()
    assert isinstance(exactly.gap, Fraction)
    assert float(exactly.gap) == pytest.approx(float(nearly.gap), abs=1e-12)
    assert float(exactly.squared_norm) == pytest.approx(float(nearly.gradient_norm**2), abs=1e-12)
    assert float(exactly.progress) == pytest.approx(float(nearly.progress), abs=1e-12)


def test_the_paper_kappa_at_a_equal_b_is_attained_exactly():
    """margin = 1 with no rounding: progress^2 = r^2 ||G||^2 at r = eps/kappa, eps = E = 4."""
    decision = exact.slqc(theorem_1.worst_instance())
    r = decision.gap / 2  # kappa = 2 b^3 W/a = 2
    assert decision.progress**2 == r**2 * decision.squared_norm
    just_below = decision.gap * Fraction(999, 1000)
    assert decision.holds(just_below, (just_below / 2) ** 2)
    assert not decision.holds(just_below, (just_below / 2 * Fraction(1002, 1000)) ** 2)


def test_the_sharp_bound_is_never_crossed_exactly():
    """The tight instance in floats is still a rational instance; r^2 = 4 a E/(b (a + b)^2)."""
    instance = kantorovich.tight_instance(0.25, 1.0, 0.01, 100.0)
    decision = exact.slqc(instance)
    a, b = Fraction(1, 4), Fraction(1)
    squared_radius = 4 * a * decision.gap / (b * (a + b) ** 2)
    shortfall = decision.progress**2 / (squared_radius * decision.squared_norm) - 1
    assert 0 <= shortfall < Fraction(1, 1000)


def test_a_proof_runs_in_fractions():
    instance = exact.as_fractions(theorem_1.worst_instance())
    chain, _ = theorem_1.PROOF.at(instance, instance.problem.error(instance.point))
    assert all(isinstance(line.value, Fraction) for line in chain.lines[:-1])
    assert all(step.slack == 0 for step in chain.steps)  # a = b, w = -w*: tight all the way


def test_roots_are_exact_or_refused():
    assert balls.norm(exact.rational(["3/5", "4/5"])) == 1
    with pytest.raises(ValueError, match="root of 2 is not rational"):
        balls.norm(exact.rational([1, 1]))


def test_round_trip():
    instance = theorem_1.worst_instance(0.1, 0.3)
    back = exact.as_floats(exact.as_fractions(instance))
    assert isinstance(back, Instance) and np.array_equal(back.problem.X, instance.problem.X)
    assert back.problem.activation == instance.problem.activation


def test_numbers_of_several_kinds_are_each_taken_exactly():
    assert exact.rational([2**60 + 1, 0.5, "1/3"]).tolist() == [
        2**60 + 1, Fraction(1, 2), Fraction(1, 3)]
    assert exact.rational([2**60 + 1, 0.5])[0] == 2**60 + 1  # a float would lose the 1


def kinds(instance):
    """The types of all numbers of a GLM and its point."""
    glm, point = instance.problem, instance.point
    numbers = [*glm.X.flat, *glm.w_star.flat, *point.flat, glm.W_max, glm.activation.a,
               glm.activation.b]
    return {type(x) for x in numbers}, {A.dtype for A in (glm.X, glm.w_star, point)}


def test_every_number_is_a_fraction_or_every_number_a_float():
    exactly = exact.as_fractions(theorem_1.worst_instance(0.1, 0.3))
    assert kinds(exactly) == ({Fraction}, {np.dtype(object)})
    nearly = exact.as_floats(exactly)
    assert kinds(nearly) == ({np.float64, float}, {np.dtype(np.float64)})
    assert (nearly.problem.W_max, nearly.problem.activation.a) == (0.1, 0.3)


def test_fractions_with_too_few_axes_are_refused_by_name():
    with pytest.raises(InputError, match=r"X has 1 axes.*allowed is 2 or more"):
        checks.stacks(X=(exact.rational([1, 2]), "md"))


# What decides, by hand: progress = <G, x - z>, the ball's radius squared, G's norm squared


@pytest.mark.parametrize("gap, norm2, progress, eps, radius2, holds", [
    (1, 0, 0, 1, 9, True),  # an error of eps is small enough: nothing is asked
    (1, 0, 0, Fraction(99, 100), 0, False),  # G = 0, though clause 2 asks for more
    (2, 4, 2, 1, 1, True),  # <G, x - z> = r ||G||: the ball touches the plane
    (2, 4, Fraction(199, 100), 1, 1, False), (2, 4, -2, 1, 1, False), (2, 4, -3, 1, 1, False),
    (2, 4, 0, 1, 0, True), (2, 4, Fraction(-1, 9), 1, 0, False),  # a ball of radius 0 is z alone
    (2, 4, Fraction(1, 2), 1, Fraction(1, 16), True),
    (2, Fraction(1, 4), Fraction(1, 2), 1, 1, True),  # a gradient shorter than 1
])
def test_an_exact_decision_is_definition_1_to_the_last_digit(
    gap, norm2, progress, eps, radius2, holds
):
    found = exact.ExactSLQC(Fraction(gap), Fraction(norm2), Fraction(progress))
    assert found.holds(Fraction(eps), Fraction(radius2)) is holds


@pytest.mark.parametrize("gap, norm2, progress, stationary, none_will_do", [
    (1, 0, 0, True, True), (0, 0, 0, False, False), (1, 1, 1, False, False),
    (1, 1, 0, False, True), (1, 1, -1, False, True), (0, 1, -1, False, False),
    (-1, 0, 0, False, False),
])
def test_where_no_kappa_will_do(gap, norm2, progress, stationary, none_will_do):
    found = exact.ExactSLQC(Fraction(gap), Fraction(norm2), Fraction(progress))
    assert (found.is_stationary, found.no_kappa_will_do) == (stationary, none_will_do)


@pytest.mark.parametrize("bad", ["x", [[1], "1/0"], np.nan, np.inf, None, [1, "2//3"]])
def test_what_is_no_rational_number_is_refused_by_name(bad):
    with pytest.raises(InputError, match="values can't be read as rational numbers: "):
        exact.rational(bad)
