"""The companion's sharp form of Theorems 1 and 3: its kappa, and the instances that attain it."""

import numpy as np
import pytest
from draws import positive, slopes
from hypothesis import given

from dante_ref import slqc
from dante_ref.theorems import CLAIMS, kantorovich


@pytest.mark.parametrize("a, b", [(0.1, 1.0), (0.01, 1.0), (0.5, 3.0), (0.9, 1.0), (1.0, 1.0)])
def test_the_tight_instances_reach_the_sharp_bound(a, b):
    tight = kantorovich.tight_instance(a, b, E=0.01, W=1000.0)
    for instance in (tight, kantorovich.repeated(tight, 3)):
        instance.problem.check()
        instance.problem.check_point(instance.point)
        slqc = instance.slqc()
        assert slqc.gap == pytest.approx(0.01, rel=1e-6)
        ratio = slqc.worst_ratio(lambda eps, p=instance.problem: kantorovich.kappa(eps, p))
        assert 0.999 <= ratio <= 1 + 1e-9


def test_the_tight_instance_approaches_the_bound_as_W_grows():
    """The shortfall is about (u_A/(b W))^2, u_A^2 = bE/a: a hundredfold less for W tenfold."""
    ratios = [
        float(CLAIMS["theorem-1-sharp"].margin(kantorovich.tight_instance(W=W))) ** -1
        for W in (1.0, 10.0, 1000.0)
    ]
    shortfall = 1 - np.array(ratios)
    assert 0.001 < shortfall[0] < 0.1  # u_A^2 = 0.1
    np.testing.assert_allclose(shortfall[0] / shortfall[1], 100, rtol=0.1)
    np.testing.assert_allclose(shortfall[0] / shortfall[2], 1e6, rtol=0.1)
    y = kantorovich.tight_instance().problem.y
    assert np.all((y >= 0) & (y <= 1))  # Definition 2's stricter reading too


@pytest.mark.parametrize("claim", ["theorem-1-sharp", "theorem-3-sharp"])
def test_a_kappa_one_percent_smaller_is_violated(claim):
    instance = CLAIMS[claim].worst()
    margin = instance.slqc().margin(lambda eps: 0.99 * CLAIMS[claim].kappa(eps, instance.problem))
    assert margin < 1


@given(slopes, positive, positive)
def test_sharp_kappa_is_the_kantorovich_constant(ab, eps, c):
    """kappa/sqrt(eps) = sup over g-distributions of L (sum g^2 p)^(1/2).../..., scale-free: slopes
    times c scale kappa by c; and kappa's radius squared is eps 4 gamma/(L (gamma + L)^2).
    """
    a, b = ab
    kappa = kantorovich.kappa_sharp(eps, a, b)
    assert kantorovich.kappa_sharp(eps, c * a, c * b) == pytest.approx(c * kappa)
    assert slqc.radius(eps, kappa) ** 2 == pytest.approx(eps * 4 * a / (b * (a + b) ** 2))


def test_by_hand():
    assert kantorovich.kappa_sharp(0.04, 0.25, 1.0) == pytest.approx(0.625 * 0.4)
    assert kantorovich.constant(0.25, 1.0) == 25 / 16


def test_the_page_shows_its_formula():
    assert f"κ(ε) = {kantorovich.KAPPA}" in kantorovich.__doc__

