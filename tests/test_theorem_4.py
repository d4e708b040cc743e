"""Theorem 4: its three readings, and which of section 5.5's displays are true."""

from fractions import Fraction

import numpy as np
import pytest
from draws import one, positive, relus_to_1, seeds, slopes
from hypothesis import assume, given
from hypothesis import strategies as st

from dante_ref import literal
from dante_ref.proofs.families import TwoLayerFamily
from dante_ref.theorems import CLAIMS, theorem_4, theorem_4_repaired
from dante_ref.theorems.inner_terms import kappa_of_radius, largest_error_instance


def drawn(seed, phi, **options):
    return one(TwoLayerFamily(3, 2, 2, activation=phi, outer_free=True, **options), seed)


@given(seed=seeds, phi=relus_to_1, radius=st.sampled_from([0.3, 1.0, 4.0]))
def test_no_error_reaches_the_eps_of_which_the_theorem_speaks(seed, phi, radius):
    instance = drawn(seed, phi, W1_max=radius, W2_max=2.0)
    network, W1 = instance.problem, instance.point
    assert not theorem_4.vacuity(network, W1).broken()
    error = float(network.error(W1))
    assume(error > 0)
    assert np.isnan(theorem_4.kappa(error, network))


def test_the_largest_error_is_the_threshold_itself_at_a_equal_b():
    worst = largest_error_instance(1.5, 1.5)
    network = worst.problem
    threshold = theorem_4.threshold(1.5, 1.5, network.W1_max, network.W2_max)
    assert network.error(worst.point) == pytest.approx(threshold, rel=1e-12)
    assert CLAIMS["theorem-4"].margin(worst) == np.inf


@given(seed=seeds, phi=relus_to_1)
def test_the_traces_are_those_of_the_literal_diagonal_matrices(seed, phi):
    """Tr(g1 w2 x^T W1) with g1 a d' x d' matrix, against <w2, phi1<W1, x>> and the chain's line."""
    instance = drawn(seed, phi)
    n, W1 = instance.problem, instance.point
    w2 = n.W2[:, 0]
    chains = {c.title: c for c in theorem_4.PROOF.at(instance, float(n.error(W1)))}
    line = chains["observation: the trace identity"].lines[1].value
    for i, x in enumerate(n.X):
        trace = np.trace(literal.g1(W1, x, phi) @ np.outer(w2, x) @ W1)
        assert trace == pytest.approx(w2 @ phi.phi(W1.T @ x), abs=1e-12)
        assert trace == pytest.approx(line[i], abs=1e-12)


def test_the_gaps_by_hand():
    """D = -1/2: D^2 = 1/4 is above b D (1/2 + 1) = -3/4, which is not b D (1/2 - 1) = 1/4."""
    instance, eps = theorem_4.gap_counterexample()
    assert instance.problem.error(instance.point) == eps == Fraction(1, 4)
    steps = {
        s.name: s for c in theorem_4.PROOF.at(instance, eps) for s in c.steps if s.name
    }
    square, total = steps[theorem_4.DIFFERENCE], steps[theorem_4.SUM]
    assert (square.left.value[0], square.right.value[0]) == (Fraction(1, 4), Fraction(-3, 4))
    assert total.right.value[0] == Fraction(1, 4)
    dropped = steps[theorem_4.DROPPED_2]
    assert dropped.left.value - dropped.right.value == -4  # -4 (2 - 1): 2 ||W1*|| against W1
    assert instance.problem.phi1.a == 1 and theorem_4.radius(eps, 1, 1, 1, 1) < 0


def test_the_verdict_is_vacuous_and_the_proof_has_five_gaps():
    claim = CLAIMS["theorem-4"]
    assert claim.verdict == "vacuous"
    assert set(claim.proof.gaps) == {
        "difference of squares", "sum of values", "factor 2", "eps/kappa", "‖∇err‖ > 0"
    }
    assert claim.proof.unshown() == []


@given(
    st.floats(0.1, 1), st.floats(1, 3), st.floats(0.1, 9), st.floats(0.1, 9), st.floats(0.01, 9)
)
def test_the_printed_kappa_and_its_radius_are_one(a, b, W1, W2, eps):
    at = {"a": a, "b": b, "W1": W1, "W2": W2, "eps": eps}
    radius = theorem_4.RADIUS.at(at)
    assume(radius != 0)  # kappa divides by 0 there: theorem_4.kappa says nan
    kappa = theorem_4.KAPPA.at(at)
    assert eps / kappa == pytest.approx(radius, rel=1e-9, abs=1e-9 * (W1 + abs(radius)))


# The formulas


@given(slopes, positive, positive, st.floats(0.01, 4))
def test_theorem_4_claims_something_only_above_an_error_that_cannot_occur(ab, W1, W2, share):
    a, b = ab
    threshold = theorem_4.threshold(a, b, W1, W2)
    assert theorem_4.error_bound(b, W1, W2) <= threshold
    eps = share * threshold
    kappa = kappa_of_radius(eps, theorem_4.radius(eps, a, b, W1, W2))
    if share > 1 + 1e-9:
        assert kappa > 0
        assert kappa == pytest.approx(1 / (a / (4 * b**5 * W2**2 * W1) - W1 / eps))
    elif share < 1 - 1e-9:
        assert np.isnan(kappa)


def test_nothing_is_claimed_where_the_radius_is_0():
    """Theorem 4 at its threshold, the repair at eps = 0: no kappa gives a ball of radius 0."""
    assert theorem_4.threshold(1.0, 1.0, 1.0, 1.0) == 4
    for page, eps in ((theorem_4, 4.0), (theorem_4_repaired, 0.0)):
        assert (r := page.radius(eps, 1.0, 1.0, 1.0, 1.0)) == 0
        assert np.isnan(kappa_of_radius(eps, r))
