"""Theorem 1 within B(0, W): the sharper kappas, where they are attained, and the largest errors."""


import numpy as np
import pytest
from draws import one, radii, seeds, sizes, slopes
from hypothesis import assume, given
from hypothesis import strategies as st

from dante_ref.activations import GeneralizedReLU, Sigmoid, Tanh
from dante_ref.exceptions import InputError
from dante_ref.proofs.families import GLMFamily
from dante_ref.theorems import finite_w, kantorovich, theorem_1

shares = st.floats(0.001, 1)


def ratio(instance, kappa):
    return float(instance.slqc().worst_ratio(kappa))


# The statement and its proof


@given(seeds, sizes, sizes, radii, slopes)
def test_both_kappas_hold(seed, m, d, W, ab):
    instance = one(GLMFamily(m, d, GeneralizedReLU(*ab), W), seed)
    assume(instance.slqc().gap > 1e-20)
    assert finite_w.margin_at_distance(instance) >= 1 - 1e-8
    assert ratio(instance, lambda eps: finite_w.kappa(eps, instance.problem)) <= 1 + 1e-8


@given(seeds, st.sampled_from([0.5, 2.0, 6.0]), st.sampled_from([Sigmoid(), Tanh()]))
def test_they_hold_for_any_monotone_activation(seed, W, phi):
    instance = one(GLMFamily(4, 3, phi, W), seed)
    assume(instance.slqc().gap > 1e-12)
    assert finite_w.margin_at_distance(instance) >= 1 - 1e-6


@given(seeds, sizes, sizes, radii, slopes, st.floats(0.05, 1))
def test_every_step_of_the_proof(seed, m, d, W, ab, share):
    instance = one(GLMFamily(m, d, GeneralizedReLU(*ab), W), seed)
    eps = share * instance.slqc().gap
    assume(eps > 1e-20)
    broken = [s for c in finite_w.PROOF.at(instance, eps) for s in c.broken()]
    assert not broken, [(s.name, s.right.formula, s.slack) for s in broken]


def test_the_kappas_by_hand():
    """a = 1/4, b = 1: K = 25/16. eps = 1/4, s = 1: 25/64 - 9/256 = 91/256."""
    assert kantorovich.constant(0.25, 1.0) == 25 / 16
    at_distance = finite_w.KAPPA_AT_DISTANCE.at(eps=0.25, gamma=0.25, L=1.0, s=1.0)
    assert at_distance**2 == pytest.approx(91 / 256)
    assert finite_w.kappa_finite_W(0.25, 0.25, 1.0, 0.5) ** 2 == pytest.approx(91 / 256)


def kappa_eps_free(a, b, W):
    """One kappa for every eps: kappa_W at the largest error."""
    return finite_w.kappa_finite_W(theorem_1.largest_error(a, b, W), a, b, W)


@given(slopes, radii, shares)
def test_they_lie_below_the_sharp_kappa_and_meet_it_far_away(ab, W, share):
    a, b = ab
    eps = share * theorem_1.largest_error(a, b, W)
    sharp = kantorovich.kappa_sharp(eps, a, b)
    assert finite_w.kappa_finite_W(eps, a, b, W) <= sharp * (1 + 1e-12)
    assert finite_w.kappa_finite_W(eps, a, b, 1e4 * W) == pytest.approx(sharp, rel=1e-6)
    # margin() asks that eps/kappa does not fall as eps grows
    before = 0.9 * eps / finite_w.kappa_finite_W(0.9 * eps, a, b, W)
    assert before <= eps / finite_w.kappa_finite_W(eps, a, b, W)


@given(slopes, radii, shares)
def test_one_kappa_for_every_eps(ab, W, share):
    """kappa_W rises up to the largest error, where it is kappa_eps_free <= 2 b^3 W/a."""
    a, b = ab
    eps = share * theorem_1.largest_error(a, b, W)
    free = kappa_eps_free(a, b, W)
    assert finite_w.kappa_finite_W(eps, a, b, W) <= free * (1 + 1e-12)
    assert free <= theorem_1.kappa_paper(a, b, W) * (1 + 1e-12)
    closed = (a + b) ** 2 / 2 * np.sqrt(b / a - (b - a) ** 2 / (4 * a * b)) * W
    assert free == pytest.approx(closed)
    assert kappa_eps_free(b, b, W) == pytest.approx(theorem_1.kappa_paper(b, b, W))


# Where they are attained

RATIONAL = [(0.25, 1.0, 0.25, 1.0), (0.1, 1.0, 0.3, 2.0), (0.5, 1.0, 0.2, 2.0),
            (0.05, 2.0, 0.7, 1.0), (0.25, 1.0, 1 / 36, 1.0), (1.0, 1.0, 0.5, 3.0)]


@pytest.mark.parametrize("a, b, e, W", RATIONAL)
def test_the_form_at_distance_s_is_attained(a, b, e, W):
    instance = finite_w.tight_instance(a, b, e, W)
    glm, w = instance.problem.check(), instance.problem.check_point(instance.point)
    s = np.linalg.norm(w - glm.w_star)
    assert W * (1 - 1e-9) <= s <= 2 * W
    assert s == pytest.approx(finite_w.tight_distance(a, b, e, W))
    assert glm.error(w) == pytest.approx(e * (b * s) ** 2, rel=1e-9)
    assert finite_w.margin_at_distance(instance) == pytest.approx(1, abs=1e-9)


@given(slopes, st.floats(0.01, 0.99), radii)
def test_the_instance_lies_within_the_assumptions_for_all_slopes(ab, e, W):
    """Off the rational ones the shares are rounded, the ratio still falls short by little."""
    instance = finite_w.tight_instance(*ab, e, W)
    instance.problem.check().check_point(instance.point)
    assert 1 - 1e-9 <= finite_w.margin_at_distance(instance) <= 1.01


def test_within_B_0_W_the_shortfall_is_of_second_order():
    """1 - ratio^2 is about (K-1)/K (eps/(4 b^2 W^2))^2 b/a: it falls as eps^2."""
    shortfalls = []
    for e in (0.02, 0.01, 0.005):
        instance = finite_w.tight_instance(0.25, 1.0, e)
        at_W = ratio(instance, lambda eps, i=instance: finite_w.kappa(eps, i.problem))
        shortfalls.append(1 - at_W**2)
        E = instance.slqc().gap / 4
        assert shortfalls[-1] == pytest.approx((9 / 25) * E**2 * 4, rel=0.15)
    assert 3.5 < shortfalls[0] / shortfalls[1] < 4.5


def test_the_claim_is_tight_beyond_what_the_sharp_kappa_is():
    worst = finite_w.CLAIMS[1].worst()
    assert ratio(worst, lambda eps: finite_w.kappa(eps, worst.problem)) > 0.999
    assert ratio(worst, lambda eps: kantorovich.kappa_sharp(eps, 0.25, 1.0)) < 0.996


def test_a_kappa_at_distance_one_percent_smaller_is_violated():
    instance = finite_w.tight_instance()
    s = finite_w.tight_distance(0.25, 1.0, 0.25, 1.0)
    margin = instance.slqc().margin(
        lambda eps: 0.99 * finite_w.KAPPA_AT_DISTANCE.at(eps=eps, gamma=0.25, L=1.0, s=s)
    )
    assert margin < 1


def test_bad_arguments_are_named():
    for arguments, name in ((dict(e=1.0), "e is"), (dict(W=0.0), "W is"), (dict(a=2.0), "a, b")):
        with pytest.raises(InputError, match=name):
            finite_w.tight_instance(**arguments)
    with pytest.raises(InputError, match="E is"):
        kantorovich.tight_layer_instance(E=1.2)  # above b (a + b) W^2 = 1.1
    with pytest.raises(InputError, match="t is"):
        kantorovich.tight_layer_instance(t=2.0)


# Layers gain nothing


@pytest.mark.parametrize(
    "a, b, E, W", [(0.1, 1, 0.01, 1), (0.5, 2, 4.0, 0.9), (0.01, 1, 1.01, 1), (1, 1, 1.99, 1)]
)
def test_a_layer_of_two_outputs_attains_the_sharp_kappa_at_any_W(a, b, E, W):
    """Even for E = b (a + b) W^2, where one output needs strictly less."""
    instance = kantorovich.tight_layer_instance(a, b, E, W)
    instance.problem.check().check_point(instance.point)
    assert instance.slqc().gap == pytest.approx(E)
    assert ratio(instance, lambda eps: kantorovich.kappa_sharp(eps, a, b)) > 1 - 1e-7
    if a < b:
        assert ratio(instance, lambda eps: finite_w.kappa_finite_W(eps, a, b, W)) > 1
    assert np.all(instance.problem.Y >= 0)


# The largest errors
