"""The kappas of Theorems 1 and 3, each against another derivation or a number done by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref import slqc
from dante_ref.activations import Sigmoid, Tanh
from dante_ref.theorems import kantorovich, sigmoid, theorem_1, theorem_3

slopes = st.tuples(st.floats(0.01, 1), st.floats(1, 5))
positive = st.floats(0.01, 10)


@given(slopes, positive, st.floats(0.001, 1))
def test_the_sharp_kappa_implies_theorem_1_wherever_eps_can_occur(ab, W, share):
    a, b = ab
    eps = share * theorem_1.error_bound(b, W)
    assert kantorovich.kappa_sharp(eps, a, b) <= theorem_1.kappa_paper(a, b, W) * (1 + 1e-12)


@given(positive, positive)
def test_at_a_equal_b_the_two_kappas_meet_at_the_largest_eps(b, W):
    eps = theorem_1.error_bound(b, W)
    assert kantorovich.kappa_sharp(eps, b, b) == pytest.approx(theorem_1.kappa_paper(b, b, W))


def test_theorem_1_by_hand():
    assert theorem_1.kappa_paper(0.5, 2.0, 3.0) == 2 * 8 * 3 / 0.5
    assert theorem_3.kappa_paper(0.5, 2.0, 3.0) == 96
    assert kantorovich.kappa_sharp(0.04, 0.25, 1.0) == pytest.approx(0.625 * 0.4)


@given(slopes, positive, positive)
def test_sharp_kappa_is_the_kantorovich_constant(ab, eps, c):
    """kappa/sqrt(eps) = sup over g-distributions of L (sum g^2 p)^(1/2).../..., scale-free: slopes
    times c scale kappa by c; and kappa's radius squared is eps 4 gamma/(L (gamma + L)^2).
    """
    a, b = ab
    kappa = kantorovich.kappa_sharp(eps, a, b)
    assert kantorovich.kappa_sharp(eps, c * a, c * b) == pytest.approx(c * kappa)
    assert slqc.radius(eps, kappa) ** 2 == pytest.approx(eps * 4 * a / (b * (a + b) ** 2))


@given(slopes, positive)
def test_the_papers_bound_on_the_error_is_attained_only_for_a_equal_b(ab, W):
    a, b = ab
    bound = theorem_1.error_bound(b, W)
    assert theorem_1.largest_error(b, b, W) == pytest.approx(bound, rel=1e-12)
    assert theorem_1.largest_error(a, b, W) < bound or a == b


def test_sigmoid_needs_e_to_half_W_not_e_to_W():
    """kappa_sharp with the sigmoid's slopes grows as e^(W/2): twice the slope of its log is W."""
    W = np.array([10.0, 20.0])
    kappa = kantorovich.kappa_sharp(0.01, *Sigmoid().slopes(W))
    assert np.diff(np.log(kappa))[0] / 10 == pytest.approx(0.5, abs=1e-3)
    assert np.diff(np.log(sigmoid.kappa_sigmoid_hazan(W)))[0] / 10 == pytest.approx(1.0)
    kappa_tanh = kantorovich.kappa_sharp(0.01, *Tanh().slopes(W))
    assert np.diff(np.log(kappa_tanh))[0] / 10 == pytest.approx(1.0, abs=1e-3)  # rescaled: e^W
