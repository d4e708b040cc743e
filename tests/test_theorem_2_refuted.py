"""Theorem 2 refuted: in a corner, by hand, by enumeration and by draws."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom

from dante_ref.proofs import exact
from dante_ref.theorems import theorem_2, theorem_2_refuted


def test_the_corner_by_hand():
    """m = 3, y = (1, 1, 0), eps = 7/6, kappa = 1: gap 4/3, G = -7/3, and v = -2/3 is beyond w."""
    instance = theorem_2_refuted.corner()
    glm, w = instance.problem, instance.point
    assert glm.error(w) - glm.error(glm.w_star) == Fraction(4, 3)
    G = glm.subgradient(w)
    assert G[0] == Fraction(-7, 3)
    v = glm.w_star - Fraction(7, 6)
    assert v[0] == Fraction(-2, 3) and (G @ (w - v)) == Fraction(-7, 18)
    assert theorem_2.kappa(Fraction(7, 6), glm) == 1
    assert not exact.slqc(instance).holds(Fraction(7, 6), Fraction(7, 6) ** 2)


@pytest.mark.parametrize("m, eta", [(10, 0.01), (25, 0.02), (101, 0.005)])
def test_the_exact_failure_probability(m, eta):
    """Against scipy's binomial tail; for odd m and eta < 1/m it is 1/2."""
    eta_exactly = Fraction(eta).limit_denominator(10**4)
    exactly = theorem_2_refuted.corner_failure_probability(m, eta_exactly)
    assert float(exactly) == pytest.approx(binom.sf(np.floor(m * (1 + eta) / 2), m, 0.5))
    if m % 2:
        assert exactly == Fraction(1, 2)


def test_the_papers_own_sample_size_is_not_enough_exactly():
    """delta = 1/4, eps = 51/50: m = 25 >= 288 b^4 W^4/a^2 log(4)/eps^2, and it fails half the time.
    """
    m_needed = theorem_2.sample_size(1.0, 1.0, 0.5, 51 / 50, 0.25)
    assert m_needed <= 25
    assert theorem_2_refuted.corner_failure_probability(25, Fraction(1, 50)) == Fraction(1, 2)


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
            decision = exact.slqc(theorem_2_refuted.thin_corner(n, labels, sides))
            fails = not decision.holds(Fraction(1), Fraction(1))
            ones = sum(labels)
            assert fails == (2 * c * ones > m)
            failing += fails * (c / 2) ** ones * (1 - c / 2) ** (m - ones) / 2**m
    assert failing == theorem_2_refuted.thin_corner_failure_probability(m, n)


@pytest.mark.parametrize("m, percent", [(25, 49.96), (101, 49.92), (1001, 49.75)])
def test_the_thin_corners_failure_probability(m, percent):
    exactly = theorem_2_refuted.thin_corner_failure_probability(m, 100)
    assert float(exactly) == pytest.approx(percent / 100, abs=5e-5)
    c = 9999 / 10001
    assert float(exactly) == pytest.approx(binom.sf(np.floor(m / (2 * c)), m, c / 2))


@given(m=st.integers(0, 40).map(lambda k: 2 * k + 1), n=st.integers(1, 200).map(lambda k: 2 * k))
def test_every_odd_m_fails_nearly_half_the_time_for_some_n(m, n):
    """1/2 - m/(n^2 + 1) is a lower bound where n^2 + 1 > 2(m + 1); it goes to 1/2 as n grows."""
    assume(n * n + 1 > 2 * (m + 1))
    exactly = theorem_2_refuted.thin_corner_failure_probability(m, n)
    assert theorem_2_refuted.least_failure_probability(m, n) <= exactly <= Fraction(1, 2)


def test_draws_in_the_thin_corner_agree_with_the_exact_probability():
    rng, count = np.random.default_rng(0), 8000
    for m, n in ((5, 10), (25, 100)):
        rate = theorem_2_refuted.thin_corner_draws(rng, count, m, n).mean()
        exactly = float(theorem_2_refuted.thin_corner_failure_probability(m, n))
        assert abs(rate - exactly) < 5 * np.sqrt(exactly * (1 - exactly) / count)


def test_draws_agree_with_the_exact_probability():
    """8000 draws decided by slqc, within 5 standard errors of the binomial tail."""
    rng, n = np.random.default_rng(0), 8000
    for m in (10, 25):
        rate = theorem_2_refuted.corner_draws(m, 0.02)(rng, n).mean()
        exactly = float(theorem_2_refuted.corner_failure_probability(m, Fraction(1, 50)))
        assert abs(rate - exactly) < 5 * np.sqrt(exactly * (1 - exactly) / n)
