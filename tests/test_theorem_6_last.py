"""The last iterate: refuted exactly, by ridges that are SLQC everywhere."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref.exceptions import InputError
from dante_ref.proofs.claim import Verdict
from dante_ref.proofs.families import Instance
from dante_ref.theorems import CLAIMS, theorem_6_last
from dante_ref.theorems.theorem_6_last import Ridges


def test_the_last_iterate_is_refuted_in_exact_arithmetic():
    assert theorem_6_last.refuted_exactly()
    f, w = Ridges(), theorem_6_last.counterexample().point
    points = theorem_6_last.iterates(w, 6)
    assert [p[0] for p in points] == [Fraction(3, 2), Fraction(1, 2)] * 3 + [Fraction(3, 2)]
    # h(9/4) = 3 * 9/4 * (7/4)^2 + 9/40 = 1323/64 + 9/40 = 6687/320 = 20.897
    assert theorem_6_last.H.at(v=Fraction(9, 4)) == Fraction(6687, 320)
    assert f.error(points[2]) == Fraction(73557, 9887) > 3
    assert f.error(points[1]) == Fraction(11 * 23, 3223) < 1  # h(1/4) = 23/320: the best is good


@given(st.fractions(-4, 4, max_denominator=1000))
def test_the_ridges_are_slqc_everywhere_exactly(w):
    """(1, 1, 0)-SLQC: f(w) <= 1, or w f'(w) >= |f'(w)| > 0."""
    f, point = Ridges(), np.array([w], dtype=object)
    slope = f.subgradient(point)[0]
    assert f.error(point) <= 1 or w * slope >= abs(slope) > 0
    v = w**2
    h = 3 * v * (v - Fraction(1, 2)) ** 2 + v / 10
    assert f.error(point) == 11 * h / (10 + h) < 11
    assert (f.error(point) > 1) == (h > 1)


@given(st.floats(-3, 3))
def test_the_ridges_are_algorithm_1s_minibatch_error(w):
    """f_t(w) = (y - phi<w, x>)^2 with x = 1, y = 0; phi is odd and not monotone."""
    phi = theorem_6_last.activation
    assert phi(w) ** 2 == pytest.approx(Ridges().error(np.array([w])), rel=1e-12, abs=1e-300)
    assert phi(-w) == -phi(w) and w * phi(w) >= 0
    assert phi(0.45) > phi(0.68)


@given(st.floats(-3, 3))
def test_the_gradient_of_the_ridges(w):
    f, h = Ridges(), 1e-6
    up, down = f.error(np.array([w + h])), f.error(np.array([w - h]))
    assert f.subgradient(np.array([w]))[0] == pytest.approx((up - down) / (2 * h), abs=1e-4)


def test_the_margin_looks_at_the_last_iterate_of_T_and_of_T_plus_1_steps():
    counterexample = CLAIMS["theorem-6-last"].worst()
    assert theorem_6_last.margin(counterexample) == pytest.approx(3 * 9887 / 73557)
    # w_1 = 1/2: T = 1; w_1 has F = 0.08, but F' < 0 there leads to w_2 = 3/2
    other = Instance(Ridges(), np.array([0.5]))
    assert theorem_6_last.margin(other) == pytest.approx(3 * 9887 / 73557)
    assert CLAIMS["theorem-6-last"].verdict is Verdict.REFUTED
    with pytest.raises(InputError, match="w has shape"):
        Ridges().check_point(np.ones(2))


class Uphill(Ridges):
    def subgradient(self, w):
        return -super().subgradient(w)


class Twice(Ridges):
    def error(self, w):
        return 2 * super().error(w)


class UpsideDown(Ridges):
    def error(self, w):
        return -super().error(w)


@pytest.mark.parametrize("f, broken", [
    (Ridges, None), (Uphill, "SLQC_ON_THE_WAY"), (Twice, "BOUNDED"), (UpsideDown, "MINIMUM"),
])
def test_what_theorem_6_assumes_of_f_is_held_to_the_run(f, broken):
    """From w_1 = 3/2, F(w_1) = 7.4: each other function breaks one hypothesis."""
    for name in ("SLQC_ON_THE_WAY", "BOUNDED", "MINIMUM"):
        holds = getattr(theorem_6_last, name).holds
        assert holds(Instance(f(), np.array([1.5]))) == (name != broken)
        assert holds(Instance(f(), np.array([[0.0], [1.5]]))).tolist() == [True, name != broken]
