"""bounds.py: each formula against its definition, another derivation or a number done by hand."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import brentq

from dante_ref import bounds, slqc
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


def test_iterations_of_theorem_6_by_both_kappas():
    """a = 0.01, b = 1, W = 1, eps = 0.01, distance 1: 4 10^8 steps by the paper, 2551 sharp."""
    a, b, eps = 0.01, 1.0, 0.01
    paper = bounds.iterations_theorem_6(eps, theorem_1.kappa_paper(a, b, 1.0), 1.0)
    sharp = bounds.iterations_theorem_6(eps, kantorovich.kappa_sharp(eps, a, b), 1.0)
    assert paper == pytest.approx(4e8, rel=1e-8)
    assert sharp == np.ceil((a + b) ** 2 * b / (4 * a) / eps) == 2551
    assert bounds.step_theorem_6(eps, 2.0) == eps / 2.0
    assert bounds.iterations_theorem_6(0.5, 3.0, 5.0) == 9 * 25 * 4


def test_minibatch_of_theorem_6():
    assert bounds.minibatch_theorem_6(0.1, 0.05, 1000, 1.0) == np.ceil(np.log(80_000) / 0.02)
    assert bounds.minibatch_theorem_6(0.1, 0.05, 1000, 1.0, b0=10_000) == 10_000
    assert bounds.minibatch_theorem_6(0.1, 0.05, 1000, 3.0) == np.ceil(9 * np.log(80_000) / 0.02)
    assert bounds.minibatch_theorem_6(100.0, 0.5, 1, 1.0) == 1, "a minibatch has a sample"


@given(slopes, positive, positive, st.floats(0.01, 4))
def test_theorem_4_claims_something_only_above_an_error_that_cannot_occur(ab, W1, W2, share):
    a, b = ab
    threshold = bounds.threshold_theorem_4(a, b, W1, W2)
    assert bounds.error_bound_two_layer(b, W1, W2) <= threshold
    eps = share * threshold
    kappa = bounds.kappa_theorem_4(eps, a, b, W1, W2)
    if share > 1 + 1e-9:
        assert kappa > 0
        assert kappa == pytest.approx(1 / (a / (4 * b**5 * W2**2 * W1) - W1 / eps))
    elif share < 1 - 1e-9:
        assert np.isnan(kappa)


def test_nothing_is_claimed_where_the_radius_is_0():
    """Theorem 4 at its threshold, the repair at eps = 0: no kappa gives a ball of radius 0."""
    assert bounds.threshold_theorem_4(1.0, 1.0, 1.0, 1.0) == 4
    assert bounds.radius_theorem_4(4.0, 1.0, 1.0, 1.0, 1.0) == 0
    assert np.isnan(bounds.kappa_theorem_4(4.0, 1.0, 1.0, 1.0, 1.0))
    assert bounds.radius_inner_layer(0.0, 1.0, 1.0, 1.0, 1.0) == 0
    assert np.isnan(bounds.kappa_inner_layer(0.0, 1.0, 1.0, 1.0, 1.0))


@given(slopes, positive, positive)
def test_the_papers_bounds_on_the_error_are_attained_only_for_a_equal_b(ab, W1, W2):
    a, b = ab
    for bound, largest in (
        (theorem_1.error_bound(b, W1), lambda a: theorem_1.largest_error(a, b, W1)),
        (bounds.error_bound_two_layer(b, W1, W2),
         lambda a: bounds.largest_error_two_layer(a, b, W1, W2)),
    ):
        assert largest(b) == pytest.approx(bound, rel=1e-12)
        assert largest(a) < bound or a == b


@example((1.0, 2.6), 1.0, 1.0)  # a ratio of slopes just beyond 1 + sqrt 2
@given(slopes, positive, positive)
def test_the_repaired_inner_layer_is_never_vacuous(ab, W1, W2):
    """The radius is 0 at eps_0, positive above, and eps_0 is below the largest error."""
    a, b = ab
    least = float(bounds.least_eps_inner_layer(a, b, W1, W2))
    assert least < bounds.largest_error_two_layer(a, b, W1, W2)
    assert bounds.radius_inner_layer(least, a, b, W1, W2) == pytest.approx(0, abs=1e-7 * W1)
    assert bounds.radius_inner_layer(1.01 * least + 1e-9, a, b, W1, W2) > 0
    if least > 1e-9:
        assert np.isnan(bounds.kappa_inner_layer(0.99 * least, a, b, W1, W2))
    assert bounds.failing_error_inner_layer(a, b, W1, W2) <= least * (1 + 1e-9)


@given(slopes, st.floats(0.001, 3))
def test_mu_is_continuous_nondecreasing_and_kantorovich_at_first(ab, eta):
    a, b = ab
    kantorovich = 2 * eta * np.sqrt(a * b) / (a + b)
    value = bounds.mu(eta, a, b)
    assert kantorovich * (1 - 1e-9) <= value <= eta * (1 + 1e-9)
    assert bounds.mu(eta * 1.001, a, b) >= value * (1 - 1e-12)
    for joint in (np.sqrt(a * b), b):
        below, above = bounds.mu(joint * (1 - 1e-9), a, b), bounds.mu(joint * (1 + 1e-9), a, b)
        assert below == pytest.approx(above, rel=1e-4)


@given(slopes, st.floats(0.001, 3))
def test_lemma_as_weight_and_mu_have_one_tau(ab, eta):
    """lambda = 1 + tau^2 and mu = 2 eta tau/lambda, so (lambda mu/(2 eta))^2 = lambda - 1."""
    weight, mu = bounds.square_weight(eta, *ab), bounds.mu(eta, *ab)
    assert (weight * mu / (2 * eta)) ** 2 == pytest.approx(weight - 1)
    assert 2 * (1 - 1e-12) <= weight <= 1 + ab[1] / ab[0] + 1e-12, "1 <= tau^2 <= b/a"


@given(slopes, positive, positive, positive)
def test_the_sharper_radius_is_never_smaller_than_kantorovichs(ab, W1, W2, eps):
    a, b = ab
    sharper = bounds.radius_inner_layer(eps, a, b, W1, W2)
    simpler = bounds.radius_kantorovich_inner(eps, a, b, W1, W2)
    assert sharper >= simpler - 1e-9 * (W1 + abs(simpler))


@given(slopes, positive, positive, positive, st.floats(0.01, 2))
def test_another_outer_layer_costs_its_distance(ab, W1, W2, eps, distance):
    """b ||W2 - W2*||/W2 less of mu, so the radius is W1 ||W2 - W2*||/W2 smaller, in either form."""
    a, b = ab
    for radius in (bounds.radius_inner_layer, bounds.radius_kantorovich_inner):
        r = radius(eps, a, b, W1, W2)
        lost = r - radius(eps, a, b, W1, W2, distance)
        assert lost == pytest.approx(W1 * distance / W2, rel=1e-6, abs=1e-9 * abs(r))
    r = bounds.radius_inner_layer(eps, a, b, W1, W2, distance)
    kappa = bounds.kappa_inner_layer(eps, a, b, W1, W2, distance)
    assert np.isnan(kappa) if r <= 0 else kappa == pytest.approx(eps / r)


def test_kantorovichs_radius_is_vacuous_from_a_ratio_of_slopes_of_4_77():
    """It is positive at the largest error (a^2+b^2)^2 iff (b^2-a^2) sqrt(b/a) < 2 (a^2+b^2)."""

    def radius_at_the_largest_error(ratio):
        a = 1 / ratio
        return bounds.radius_kantorovich_inner(
            bounds.largest_error_two_layer(a, 1.0, 1.0, 1.0), a, 1.0, 1.0, 1.0
        )

    assert brentq(radius_at_the_largest_error, 2, 100) == pytest.approx(4.7695, abs=1e-3)


@given(positive, positive, positive)
def test_the_repaired_inner_layer_at_a_equal_b_is_the_linear_network(b, W2, eps):
    """a = b: the radius is sqrt(eps)/(b^2 W2), positive for every eps; kappa = eps/r."""
    r = bounds.radius_inner_layer(eps, b, b, 1.0, W2)
    assert r == pytest.approx(np.sqrt(eps) / (b**2 * W2))
    assert bounds.radius_kantorovich_inner(eps, b, b, 1.0, W2) == pytest.approx(r)
    assert bounds.kappa_inner_layer(eps, b, b, 1.0, W2) == pytest.approx(eps / r)


@given(slopes, positive, positive)
def test_theorem_2_repaired(ab, W, eps):
    a, b = ab
    kappa = bounds.kappa_theorem_2_repaired(eps, a, b)
    assert kappa == pytest.approx((a + b) * np.sqrt(2 * b * eps / a))
    assert bounds.m_theorem_2_repaired(a, b, eps / 2, 0.1) == pytest.approx(
        2 * bounds.m_theorem_2_repaired(a, b, eps, 0.1)
    )  # 1/eps and no W, where the paper has W^4/eps^2
    assert bounds.m_theorem_2(a, b, 2 * W, eps, 0.1) == pytest.approx(
        16 * bounds.m_theorem_2(a, b, W, eps, 0.1)
    )


def test_theorem_2_by_hand():
    assert bounds.m_theorem_2(1.0, 1.0, 1.0, 0.5, np.exp(-2)) == pytest.approx(288 * 2 / 0.25)
    # a = 1/2, b = 2, W = 3, eps = 1/4: b^4 = 16, W^4 = 81, 1/a^2 = 4, 1/eps^2 = 16
    assert bounds.m_theorem_2(0.5, 2.0, 3.0, 0.25, np.exp(-2)) == pytest.approx(
        288 * 16 * 81 * 4 * 2 * 16
    )
    # a = b = 1, log(1/delta) = 2: 16 * 2 = 32 against 8 (1 + 2)^2 / 4 = 18; a = 1/2: 128 against 64
    assert bounds.m_theorem_2_repaired(1.0, 1.0, 0.5, np.exp(-2)) == pytest.approx(32 / 0.5)
    assert bounds.m_theorem_2_repaired(0.5, 1.0, 0.5, np.exp(-2)) == pytest.approx(128 / 0.5)
    # The noise decides where delta is near 1: log(1/delta) = 1/50 makes sqrt(2 log) = 1/5, so
    # 8 b^3 (6/5)^2/(a (a+b)^2) = 29.4912 for a = 1/2, b = 2, against 16 * 16/50 = 5.12.
    assert bounds.m_theorem_2_repaired(0.5, 2.0, 0.5, np.exp(-1 / 50)) == pytest.approx(
        29.4912 / 0.5
    )
    # a tiny delta-free part: log(1/delta) -> 0 leaves 8 b^3/(a (a+b)^2)
    assert bounds.m_theorem_2_repaired(1.0, 1.0, 1.0, 1 - 1e-12) == pytest.approx(2.0, rel=1e-4)


def test_sigmoid_needs_e_to_half_W_not_e_to_W():
    """kappa_sharp with the sigmoid's slopes grows as e^(W/2): twice the slope of its log is W."""
    W = np.array([10.0, 20.0])
    kappa = kantorovich.kappa_sharp(0.01, *Sigmoid().slopes(W))
    assert np.diff(np.log(kappa))[0] / 10 == pytest.approx(0.5, abs=1e-3)
    assert np.diff(np.log(sigmoid.kappa_sigmoid_hazan(W)))[0] / 10 == pytest.approx(1.0)
    kappa_tanh = kantorovich.kappa_sharp(0.01, *Tanh().slopes(W))
    assert np.diff(np.log(kappa_tanh))[0] / 10 == pytest.approx(1.0, abs=1e-3)  # rescaled: e^W
