"""The repair for any outer layer: proved step by step, and beside the sharper one for W2 = W2*."""

import numpy as np
import pytest
from draws import one, positive, relus_to_1, seeds, slopes
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq

from dante_ref.proofs.families import TwoLayerFamily
from dante_ref.theorems import CLAIMS, theorem_4_repaired, theorem_5_any_outer
from dante_ref.theorems.inner_terms import kappa_of_radius


@given(seed=seeds, phi=relus_to_1, n=st.integers(1, 3), share=st.floats(0.05, 1))
def test_every_step_of_the_proofs_with_another_outer_layer(seed, phi, n, share):
    """w2 != w2*: the sharper proof for one output, Kantorovich's for many."""
    instance = one(TwoLayerFamily(3, 2, 2, n, activation=phi, outer_free=True), seed)
    network, W1 = instance.problem, instance.point
    eps = share * float(network.error(W1))
    assume(eps > 0)
    chains = theorem_5_any_outer.CLAIMS[0].proof.at(instance, eps)
    if n == 1:
        chains += theorem_4_repaired.PROOF.at(instance, eps)
    for chain in chains:
        assert not (broken := chain.broken()), [(s.right.formula, s.slack) for s in broken]


@given(seed=seeds, phi=relus_to_1, n=st.integers(1, 3))
def test_theorem_5_repaired_with_another_outer_layer(seed, phi, n):
    instance = one(TwoLayerFamily(3, 2, 2, n, activation=phi, outer_free=True), seed)
    assert CLAIMS["theorem-5-repaired-outer"].margin(instance) >= 1 - 1e-9


# The formulas


@given(slopes, positive, positive, positive)
def test_the_sharper_radius_is_never_smaller_than_kantorovichs(ab, W1, W2, eps):
    a, b = ab
    sharper = theorem_4_repaired.radius(eps, a, b, W1, W2)
    simpler = theorem_5_any_outer.radius(eps, a, b, W1, W2)
    assert sharper >= simpler - 1e-9 * (W1 + abs(simpler))


@given(slopes, positive, positive, positive, st.floats(0.01, 2))
def test_another_outer_layer_costs_its_distance(ab, W1, W2, eps, distance):
    """b ||W2 - W2*||/W2 less of mu, so the radius is W1 ||W2 - W2*||/W2 smaller, in either form."""
    a, b = ab
    for radius in (theorem_4_repaired.radius, theorem_5_any_outer.radius):
        r = radius(eps, a, b, W1, W2)
        lost = r - radius(eps, a, b, W1, W2, distance)
        assert lost == pytest.approx(W1 * distance / W2, rel=1e-6, abs=1e-9 * abs(r))
    r = theorem_4_repaired.radius(eps, a, b, W1, W2, distance)
    kappa = kappa_of_radius(eps, r)
    assert np.isnan(kappa) if r <= 0 else kappa == pytest.approx(eps / r)


def test_kantorovichs_radius_is_vacuous_from_a_ratio_of_slopes_of_4_77():
    """It is positive at the largest error (a^2+b^2)^2 iff (b^2-a^2) sqrt(b/a) < 2 (a^2+b^2)."""

    def radius_at_the_largest_error(ratio):
        a = 1 / ratio
        return theorem_5_any_outer.radius(
            theorem_4_repaired.largest_error(a, 1.0, 1.0, 1.0), a, 1.0, 1.0, 1.0
        )

    assert brentq(radius_at_the_largest_error, 2, 100) == pytest.approx(4.7695, abs=1e-3)


@given(positive, positive, positive)
def test_the_repaired_inner_layer_at_a_equal_b_is_the_linear_network(b, W2, eps):
    """a = b: the radius is sqrt(eps)/(b^2 W2), positive for every eps; kappa = eps/r."""
    r = theorem_4_repaired.radius(eps, b, b, 1.0, W2)
    assert r == pytest.approx(np.sqrt(eps) / (b**2 * W2))
    assert theorem_5_any_outer.radius(eps, b, b, 1.0, W2) == pytest.approx(r)
    assert kappa_of_radius(eps, r) == pytest.approx(eps / r)
