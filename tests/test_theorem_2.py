"""Theorem 2: false in a corner, its printed steps, and the repair."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom

from dante_ref import bounds
from dante_ref.activations import GeneralizedReLU
from dante_ref.proofs import exact
from dante_ref.proofs.families import NoisyGLMFamily
from dante_ref.theorems import noise, theorem_2

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
    m_needed = bounds.m_theorem_2(1.0, 1.0, 0.5, 51 / 50, 0.25)
    assert m_needed <= 25
    assert theorem_2.corner_failure_probability(25, Fraction(1, 50)) == Fraction(1, 2)


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
    for chain in theorem_2.proof(glm, w, share * gap):
        broken = {s.name or s.right.formula for s in chain.broken()}
        assert broken <= set(theorem_2.GAPS), broken
    for chain in noise.proof(glm, w, share * gap):
        assert not (broken := chain.broken()), [(s.right.formula, s.slack) for s in broken]


def test_every_gap_is_shown_exactly():
    assert theorem_2.PROOF.unshown_gaps() == []


def test_the_gaps_by_hand():
    """a = b = 1/2, W = 1, x = 1, w* = 1, w = -1, y = 1, eps = 19/10: the lines' numbers."""
    instance, eps = theorem_2.gap_counterexample()
    (main,) = [c for c in theorem_2.proof(instance.problem, instance.point, eps)
               if c.title == "Steps 1 to 8"]
    values = {s.name: s.right.value for s in main.steps}
    expected = {"Step 2": "-27/10", "Step 3": "-7/4", "Step 5": "1/20", "Step 7": "1",
                "Step 8": "-9/10"}
    assert {k: values[k] for k in expected} == {k: Fraction(v) for k, v in expected.items()}


@pytest.mark.parametrize("a", [1.0, 0.5])
def test_the_repair_survives_draws_at_its_sample_size(a):
    """At the stated m, delta = 0.05: the failure rate over 3000 draws is at most 2 delta."""
    eps, delta = 0.1, 0.05
    m = int(np.ceil(bounds.m_theorem_2_repaired(a, 1.0, eps, delta)))
    for distance in (None, np.sqrt(eps) / 3, np.sqrt(eps)):
        draws = noise.draws(eps, m, a, distance=distance)
        assert draws(np.random.default_rng(1), 3000).mean() <= 2 * delta


def test_too_few_samples_do_fail():
    """The order 1/eps is needed: with m = 1/(2 eps), one draw in fifty or more fails."""
    eps = 0.01
    draws = noise.draws(eps, int(0.5 / eps), distance=np.sqrt(eps) / 3)
    assert draws(np.random.default_rng(1), 4000).mean() > 0.02


def test_the_constants_of_the_tails():
    """At the stated m each tail bound is at most its share, at every E of its case."""
    family = NoisyGLMFamily(3, 2)
    stack = family.decode(family.draw(np.random.default_rng(0), 300))
    eps = np.random.default_rng(1).uniform(1e-3, 2, 300)
    for delta in (0.5, 0.05, 1e-6):
        for chain in noise.proof(stack.problem, stack.point, eps, delta)[2:]:
            assert not chain.broken(), chain.title
