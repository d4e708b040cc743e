"""Theorem 4 with one hidden unit: a GLM, if the outer layer is the optimal one."""

from fractions import Fraction

import numpy as np
import pytest

from dante_ref.activations import GeneralizedReLU
from dante_ref.proofs import exact
from dante_ref.theorems import CLAIMS, theorem_4_one_unit


def test_one_hidden_unit_is_a_glm():
    """phi2(w2 phi1(z)): slopes a^2 w2 and b^2 w2 for w2 > 0, linear of slope a b w2 for w2 < 0."""
    phi, z = GeneralizedReLU(0.5, 2.0), np.array([-3.0, 4.0])
    assert phi.phi(0.7 * phi.phi(z)).tolist() == pytest.approx([-3 * 0.25 * 0.7, 4 * 4 * 0.7])
    assert phi.phi(-0.7 * phi.phi(z)).tolist() == pytest.approx([3 * 0.7, -4 * 0.7])
    tight = theorem_4_one_unit.tight_instance()
    assert 0.999 < 1 / CLAIMS["theorem-4-one-unit"].margin(tight) <= 1 + 1e-9


def test_one_hidden_unit_needs_the_optimal_outer_layer():
    """w2 = 1/2, w2* = 1: gap 15/16, and 3/2 < sqrt(15)/2 = r(eps) as eps goes to the gap."""
    decision = exact.slqc(theorem_4_one_unit.with_another_outer_layer())
    assert decision.gap == Fraction(15, 16) and decision.progress == Fraction(3, 2)
    eps = Fraction(14, 16)
    assert not decision.holds(eps, 4 * eps)  # r = sqrt(eps)/w2
