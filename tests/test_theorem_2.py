"""Theorem 2: its printed steps, and the repair."""

from fractions import Fraction
from itertools import starmap

import numpy as np
import pytest
from draws import one, relus_to_1, seeds
from hypothesis import assume, given
from hypothesis import strategies as st

from dante_ref.proofs import exact
from dante_ref.proofs.families import NoisyGLMFamily
from dante_ref.theorems import theorem_2, theorem_2_repaired


@given(seed=seeds, m=st.integers(1, 5), phi=relus_to_1, share=st.floats(0.1, 1))
def test_every_step_of_both_proofs_but_the_gaps(seed, m, phi, share):
    instance = one(NoisyGLMFamily(m, 2, phi), seed)
    glm, w = instance.problem, instance.point
    gap = float(glm.error(w) - glm.error(glm.w_star))
    assume(gap > 0)
    for chain in theorem_2.PROOF.at(instance, share * gap):
        broken = {s.name or s.right.formula for s in chain.broken()}
        assert broken <= set(theorem_2.PROOF.gaps), broken
    for chain in theorem_2_repaired.PROOF.at(instance, share * gap):
        assert not (broken := chain.broken()), [(s.right.formula, s.slack) for s in broken]


def test_every_gap_is_shown_exactly():
    assert theorem_2.PROOF.unshown() == []


def test_the_misprints_are_shown_exactly():
    """The misplaced brackets of Step 4 and of the bound on xi lambda, one with a free i."""
    assert set(theorem_2.PROOF.misprints) == {theorem_2.STEP_4, theorem_2.LAMBDA}
    assert all(starmap(theorem_2.PROOF.failure, theorem_2.PROOF.misprints.items()))


def test_a_stationary_point_with_a_gap_by_hand():
    """G = 0 for these labels, and err(w) - err(w*) = 0.0391...: ||G|| > 0 needs luck with noise."""
    instance, eps = theorem_2.stationary_counterexample()
    decision = exact.slqc(instance)
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
    main = theorem_2.STEPS_1_TO_8.at(theorem_2.values(instance, eps))
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
