"""Where the inner layer isn't SLQC: the counterexamples are exact, and their suprema are."""

from fractions import Fraction

import numpy as np
import pytest
from draws import relus_to_1, seeds
from hypothesis import assume, given

from dante_ref.activations import GeneralizedReLU
from dante_ref.problems import TwoLayerNetwork
from dante_ref.proofs import exact
from dante_ref.proofs.evidence import direction_margin, gradient_margin
from dante_ref.proofs.families import Instance, TwoLayerFamily
from dante_ref.theorems import theorem_4_refuted
from dante_ref.theorems.inner_terms import terms


def test_the_smallest_counterexample_by_hand():
    """The numbers of the docstring, in Fractions."""
    decision = exact.slqc(theorem_4_refuted.counterexample())
    assert decision.gap == Fraction(1, 256)
    assert decision.progress == Fraction(-3, 128)
    assert decision.no_kappa_will_do
    for eps in (Fraction(1, 257), Fraction(1, 10**6)):
        for radius in (Fraction(0), Fraction(1, 10**9), Fraction(1)):
            assert not decision.holds(eps, radius**2)


@pytest.mark.parametrize(
    "build", [theorem_4_refuted.failing_instance, theorem_4_refuted.swapped_columns],
)
def test_the_other_counterexamples_are_exact_and_within_the_assumptions(build):
    instance = build()
    assert exact.slqc(instance).no_kappa_will_do
    nearly = exact.as_floats(instance)
    nearly.problem.check()
    nearly.problem.check_point(nearly.point)
    assert direction_margin(nearly) < 1


def test_the_violation_survives_small_changes():
    """An open set: 500 random changes by up to 1% of every weight and of x, all violations."""
    base = exact.as_floats(theorem_4_refuted.counterexample())
    rng = np.random.default_rng(0)
    for _ in range(500):
        n = base.problem

        def near(v):
            return v * (1 + 0.01 * rng.uniform(-1, 1, v.shape))

        moved = type(n)(near(n.X), near(n.W1_star), near(n.W2_star), n.phi1, n.phi2)
        point = near(base.point)
        assert moved.slqc(point).progress < 0 and moved.error(point) > 0


@given(seed=seeds, phi=relus_to_1)
def test_one_sample_fails_only_below_the_supremum(seed, phi):
    """m = 1, one output: where <G, W1 - W1*> <= 0, err <= b^2 (b-a)^2 W1^2 W2^2, step by step."""
    family = TwoLayerFamily(1, 1, 2, activation=phi)
    stack = family.decode(family.draw(np.random.default_rng(seed), 400))
    slqc = stack.slqc()
    bad = (slqc.gap > 0) & (slqc.progress <= 0)
    assume(bad.any())
    failing = stack[bad]
    chain = theorem_4_refuted.ONE_SAMPLE.at(terms(failing, 1.0))
    assert not (broken := chain.broken()), [(s.right.formula, s.slack) for s in broken]


def test_the_failing_instance_is_near_the_supremum():
    instance = theorem_4_refuted.failing_instance()
    gap = exact.slqc(instance).gap
    supremum = theorem_4_refuted.failing_error(Fraction(9, 16), Fraction(1), 1, 1)
    assert gap == Fraction(11881, 62500) and supremum == Fraction(49, 256)
    assert Fraction(99, 100) < gap / supremum < 1


def test_a_local_minimum_with_an_error():
    """G = 0 exactly, in Fractions and in floats, err = 17/8192, and nearby err is no smaller."""
    for d_out in (1, 2):
        instance = theorem_4_refuted.stationary_instance(d_out)
        decision = exact.slqc(instance)
        assert decision.is_stationary and decision.gap == d_out * Fraction(17, 8192)
        for eps in (Fraction(1, 10**9), decision.gap - Fraction(1, 10**9)):
            for radius in (0, Fraction(1, 10**9), 1):  # every kappa, and the empty ball
                assert not decision.holds(eps, Fraction(radius) ** 2)
        near = exact.as_floats(instance)
        near.problem.check()
        near.problem.check_point(near.point)
        assert gradient_margin(near) == -np.inf
        here = near.problem.error(near.point)
        rng = np.random.default_rng(0)
        for _ in range(200):
            moved = near.point + 0.05 * rng.uniform(-1, 1, near.point.shape)
            assert near.problem.error(moved) >= here


def test_another_stationary_point_of_the_same_kind():
    """a = 1/2, b = 1, w2 = (1/2, 1/2), W1* = (1/2, -1/2), W1 = (3, 3)/34: err = 25/2176."""
    half, one = Fraction(1, 2), Fraction(1)
    phi = GeneralizedReLU(half, one)
    network = TwoLayerNetwork(
        exact.rational([[1], [-1]]), exact.rational([[half, -half]]),
        exact.rational([[half], [half]]), phi, phi, one, one,
    )
    point = exact.rational([["3/34", "3/34"]])
    decision = exact.slqc(Instance(network, point))
    assert decision.is_stationary and decision.gap == Fraction(25, 2176)
