"""Theorem 2: false in a corner, its printed steps, and the repair."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom

from dante_ref.activations import GeneralizedReLU
from dante_ref.proofs import exact
from dante_ref.proofs.families import NoisyGLMFamily
from dante_ref.theorems import theorem_2, theorem_2_repaired

relus = st.floats(0.05, 1).map(lambda a: GeneralizedReLU(a, 1.0))


def test_the_corner_by_hand():
    """m = 3, y = (1, 1, 0), eps = 7/6, kappa = 1: gap 4/3, G = -7/3, and v = -2/3 is beyond w."""
    instance = theorem_2.corner()
    glm, w = instance.problem, instance.point
    assert glm.error(w) - glm.error(glm.w_star) == Fraction(4, 3)
    G = glm.subgradient(w)
    assert G[0] == Fraction(-7, 3)
    v = glm.w_star - Fraction(7, 6)
    assert v[0] == Fraction(-2, 3) and (G @ (w - v)) == Fraction(-7, 18)
    assert theorem_2.kappa(Fraction(7, 6), glm) == 1
    assert not exact.decide(instance).holds(Fraction(7, 6), Fraction(7, 6) ** 2)


@pytest.mark.parametrize("m, eta", [(10, 0.01), (25, 0.02), (101, 0.005)])
def test_the_exact_failure_probability(m, eta):
    """Against scipy's binomial tail; for odd m and eta < 1/m it is 1/2."""
    exactly = theorem_2.corner_failure_probability(m, Fraction(eta).limit_denominator(10**4))
    assert float(exactly) == pytest.approx(binom.sf(np.floor(m * (1 + eta) / 2), m, 0.5))
    if m % 2:
        assert exactly == Fraction(1, 2)


def test_the_papers_own_sample_size_is_not_enough_exactly():
    """delta = 1/4, eps = 51/50: m = 25 >= 288 b^4 W^4/a^2 log(4)/eps^2, and it fails half the time.
    """
    m_needed = theorem_2.sample_size(1.0, 1.0, 0.5, 51 / 50, 0.25)
    assert m_needed <= 25
    assert theorem_2.corner_failure_probability(25, Fraction(1, 50)) == Fraction(1, 2)


# ... and no sample size is


def test_the_thin_corner_by_enumeration_of_all_draws():
    """n = 10, m = 5, every side and label: SLQC fails at eps = kappa = 1 iff 2c mean(y) > 1, and
    the probabilities of those draws add up to the binomial tail.
    """
    m, n = 5, 10
    c = Fraction(n * n - 1, n * n + 1)
    failing = Fraction(0)
    for sides in product((1, -1), repeat=m):
        for labels in product((0, 1), repeat=m):
            decision = exact.decide(theorem_2.thin_corner(n, labels, sides))
            fails = not decision.holds(Fraction(1), Fraction(1))
            ones = sum(labels)
            assert fails == (2 * c * ones > m)
            failing += fails * (c / 2) ** ones * (1 - c / 2) ** (m - ones) / 2**m
    assert failing == theorem_2.thin_corner_failure_probability(m, n)


@pytest.mark.parametrize("m, percent", [(25, 49.96), (101, 49.92), (1001, 49.75)])
def test_the_thin_corners_failure_probability(m, percent):
    exactly = theorem_2.thin_corner_failure_probability(m, 100)
    assert float(exactly) == pytest.approx(percent / 100, abs=5e-5)
    c = 9999 / 10001
    assert float(exactly) == pytest.approx(binom.sf(np.floor(m / (2 * c)), m, c / 2))


@given(m=st.integers(0, 40).map(lambda k: 2 * k + 1), n=st.integers(1, 200).map(lambda k: 2 * k))
def test_every_odd_m_fails_nearly_half_the_time_for_some_n(m, n):
    """1/2 - m/(n^2 + 1) is a lower bound where n^2 + 1 > 2(m + 1); it goes to 1/2 as n grows."""
    assume(n * n + 1 > 2 * (m + 1))
    exactly = theorem_2.thin_corner_failure_probability(m, n)
    assert theorem_2.least_failure_probability(m, n) <= exactly <= Fraction(1, 2)


def test_draws_in_the_thin_corner_agree_with_the_exact_probability():
    rng, count = np.random.default_rng(0), 8000
    for m, n in ((5, 10), (25, 100)):
        rate = theorem_2.thin_corner_draws(rng, count, m, n).mean()
        exactly = float(theorem_2.thin_corner_failure_probability(m, n))
        assert abs(rate - exactly) < 5 * np.sqrt(exactly * (1 - exactly) / count)


def test_draws_agree_with_the_exact_probability():
    """8000 draws decided by slqc, within 5 standard errors of the binomial tail."""
    rng, n = np.random.default_rng(0), 8000
    for m in (10, 25):
        rate = theorem_2.corner_draws(m, 0.02)(rng, n).mean()
        exactly = float(theorem_2.corner_failure_probability(m, Fraction(1, 50)))
        assert abs(rate - exactly) < 5 * np.sqrt(exactly * (1 - exactly) / n)


@given(seed=st.integers(0, 10**6), m=st.integers(1, 5), phi=relus, share=st.floats(0.1, 1))
def test_every_step_of_both_proofs_but_the_gaps(seed, m, phi, share):
    family = NoisyGLMFamily(m, 2, phi)
    instance = family.decode(family.draw(np.random.default_rng(seed), 1))[0]
    glm, w = instance.problem, instance.point
    gap = float(glm.error(w) - glm.error(glm.w_star))
    assume(gap > 0)
    for chain in theorem_2.proof(instance, share * gap):
        broken = {s.name or s.right.formula for s in chain.broken()}
        assert broken <= set(theorem_2.GAPS), broken
    for chain in theorem_2_repaired.proof(instance, share * gap):
        assert not (broken := chain.broken()), [(s.right.formula, s.slack) for s in broken]


def test_every_gap_is_shown_exactly():
    assert theorem_2.PROOF.unshown_gaps() == []


def test_the_misprints_are_shown_exactly():
    """The misplaced brackets of Step 4 and of the bound on xi lambda, one with a free i."""
    assert set(theorem_2.PROOF.misprints) == {theorem_2.STEP_4, theorem_2.LAMBDA}
    assert all(misprint.shown() for misprint in theorem_2.PROOF.misprints.values())


def test_a_stationary_point_with_a_gap_by_hand():
    """G = 0 for these labels, and err(w) - err(w*) = 0.0391...: ||G|| > 0 needs luck with noise."""
    instance, eps = theorem_2.stationary_counterexample()
    decision = exact.decide(instance)
    assert decision.is_stationary and eps < decision.gap == Fraction(4699, 120_000)
    nearly = exact.as_floats(instance)
    nearly.problem.check()
    nearly.problem.check_point(nearly.point)


def test_288_is_hoeffdings_for_the_range_24_b_W():
    """exp(-2 m t^2/(24 b W)^2) = delta at m, t = (a/b) eps/W: the constant is right, the tail not.
    """
    for a, b, W, eps, delta in ((0.5, 2.0, 3.0, 0.25, 0.1), (1.0, 1.0, 0.5, 0.9, 0.01)):
        m = theorem_2.sample_size(a, b, W, eps, delta)
        t = a / b * eps / W
        assert np.exp(-2 * m * t**2 / (24 * b * W) ** 2) == pytest.approx(delta)


def test_the_gaps_by_hand():
    """a = b = 1/2, W = 1, x = 1, w* = 1, w = -1, y = 1, eps = 19/10: the lines' numbers."""
    instance, eps = theorem_2.gap_counterexample()
    (main,) = [c for c in theorem_2.proof(instance, eps) if c.title == "Steps 1 to 8"]
    values = {s.name: s.right.value for s in main.steps}
    expected = {"Step 2": "-27/10", "Step 3": "-7/4", "Step 5": "1/20", "Step 7": "1",
                "Step 8": "-9/10"}
    assert {k: values[k] for k in expected} == {k: Fraction(v) for k, v in expected.items()}


# The formulas


def test_theorem_2_by_hand():
    assert theorem_2.sample_size(1.0, 1.0, 1.0, 0.5, np.exp(-2)) == pytest.approx(288 * 2 / 0.25)
    # a = 1/2, b = 2, W = 3, eps = 1/4: b^4 = 16, W^4 = 81, 1/a^2 = 4, 1/eps^2 = 16
    assert theorem_2.sample_size(0.5, 2.0, 3.0, 0.25, np.exp(-2)) == pytest.approx(
        288 * 16 * 81 * 4 * 2 * 16
    )
    # a = b = 1, log(1/delta) = 2: 16 * 2 = 32 against 8 (1 + 2)^2 / 4 = 18; a = 1/2: 128 against 64
    assert theorem_2_repaired.sample_size(1.0, 1.0, 0.5, np.exp(-2)) == pytest.approx(32 / 0.5)
    assert theorem_2_repaired.sample_size(0.5, 1.0, 0.5, np.exp(-2)) == pytest.approx(128 / 0.5)
    # The noise decides where delta is near 1: log(1/delta) = 1/50 makes sqrt(2 log) = 1/5, so
    # 8 b^3 (6/5)^2/(a (a+b)^2) = 29.4912 for a = 1/2, b = 2, against 16 * 16/50 = 5.12.
    assert theorem_2_repaired.sample_size(0.5, 2.0, 0.5, np.exp(-1 / 50)) == pytest.approx(
        29.4912 / 0.5
    )
    # a tiny delta-free part: log(1/delta) -> 0 leaves 8 b^3/(a (a+b)^2)
    assert theorem_2_repaired.sample_size(1.0, 1.0, 1.0, 1 - 1e-12) == pytest.approx(2.0, rel=1e-4)
