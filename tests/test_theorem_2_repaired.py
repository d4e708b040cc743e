"""Theorem 2 repaired: its sample size is enough, and few samples are not."""

import numpy as np
import pytest
from draws import positive, slopes
from hypothesis import given

from dante_ref.proofs.families import NoisyGLMFamily
from dante_ref.theorems import theorem_2, theorem_2_repaired


@pytest.mark.parametrize("a", [1.0, 0.5])
def test_the_repair_survives_draws_at_its_sample_size(a):
    """At the stated m, delta = 0.05: the failure rate over 3000 draws is at most 2 delta."""
    eps, delta = 0.1, 0.05
    m = int(np.ceil(theorem_2_repaired.sample_size(a, 1.0, eps, delta)))
    for distance in (None, np.sqrt(eps) / 3, np.sqrt(eps)):
        draws = theorem_2_repaired.draws(eps, m, a, distance=distance)
        assert draws(np.random.default_rng(1), 3000).mean() <= 2 * delta


def test_too_few_samples_do_fail():
    """The order 1/eps is needed: with m = 1/(2 eps), one draw in fifty or more fails."""
    eps = 0.01
    draws = theorem_2_repaired.draws(eps, int(0.5 / eps), distance=np.sqrt(eps) / 3)
    assert draws(np.random.default_rng(1), 4000).mean() > 0.02


def test_the_constants_of_the_tails():
    """At the stated m each tail bound is at most its share, at every E of its case."""
    family = NoisyGLMFamily(3, 2)
    stack = family.decode(family.draw(np.random.default_rng(0), 300))
    eps = np.random.default_rng(1).uniform(1e-3, 2, 300)
    for delta in (0.5, 0.05, 1e-6):
        values = theorem_2_repaired.values(stack, eps, delta)
        for display in theorem_2_repaired.PROOF.displays[2:]:
            assert not display.at(values).broken(), display.title


@given(slopes, positive, positive)
def test_theorem_2_repaired(ab, W, eps):
    a, b = ab
    kappa = theorem_2_repaired.KAPPA.at(eps=eps, a=a, b=b)
    assert kappa == pytest.approx((a + b) * np.sqrt(2 * b * eps / a))
    assert theorem_2_repaired.sample_size(a, b, eps / 2, 0.1) == pytest.approx(
        2 * theorem_2_repaired.sample_size(a, b, eps, 0.1)
    )  # 1/eps and no W, where the paper has W^4/eps^2
    assert theorem_2.sample_size(a, b, 2 * W, eps, 0.1) == pytest.approx(
        16 * theorem_2.sample_size(a, b, W, eps, 0.1)
    )
