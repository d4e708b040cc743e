"""Theorem 4: its three readings, and which of section 5.5's displays are true."""

from dataclasses import fields, replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dante_ref import literal
from dante_ref.activations import GeneralizedReLU
from dante_ref.exceptions import AssumptionError, InputError
from dante_ref.problems import TwoLayerNetwork
from dante_ref.proofs import exact
from dante_ref.proofs.families import Instance, TwoLayerFamily
from dante_ref.theorems import CLAIMS, inner_layer, theorem_4


def one(seed, phi, **options):
    family = TwoLayerFamily(3, 2, 2, activation=phi, outer_free=True, **options)
    return family.decode(family.draw(np.random.default_rng(seed), 1))[0]


relus = st.floats(0.05, 1).map(lambda a: GeneralizedReLU(a, 1.0))


@given(seed=st.integers(0, 10**6), phi=relus, radius=st.sampled_from([0.3, 1.0, 4.0]))
def test_no_error_reaches_the_eps_of_which_the_theorem_speaks(seed, phi, radius):
    instance = one(seed, phi, W1_max=radius, W2_max=2.0)
    network, W1 = instance.problem, instance.point
    assert not theorem_4.vacuity(network, W1).broken()
    error = float(network.error(W1))
    assume(error > 0)
    assert np.isnan(theorem_4.kappa(error, network))


def test_the_largest_error_is_the_threshold_itself_at_a_equal_b():
    worst = theorem_4.worst_instance(1.5)
    network = worst.problem
    threshold = theorem_4.threshold(1.5, 1.5, network.W1_max, network.W2_max)
    assert network.error(worst.point) == pytest.approx(threshold, rel=1e-12)
    assert CLAIMS["theorem-4"].margin(worst) == np.inf


@given(seed=st.integers(0, 10**6), phi=relus)
def test_the_traces_are_those_of_the_literal_diagonal_matrices(seed, phi):
    """Tr(g1 w2 x^T W1) with g1 a d' x d' matrix, against <w2, phi1<W1, x>> and the chain's line."""
    instance = one(seed, phi)
    n, W1 = instance.problem, instance.point
    w2 = n.W2[:, 0]
    chains = {c.title: c for c in theorem_4.proof(n, W1, float(n.error(W1)))}
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
        s.name: s for c in theorem_4.proof(instance.problem, instance.point, eps)
        for s in c.steps if s.name
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
    assert claim.proof.unshown_gaps() == []


# The three readings


def test_the_literal_reading_by_hand():
    """w2 = 10: gap 40, kappa(39) = 156/35, and 440 < 1925 = (eps/kappa) ||G||."""
    decision = exact.decide(theorem_4.literal_counterexample())
    assert (decision.gap, decision.progress) == (40, 440)
    eps, one = Fraction(39), Fraction(1)
    r = theorem_4.RADIUS.at(eps=eps, a=one, b=one, W1=one, W2=one)
    assert eps / r == Fraction(156, 35) and r**2 * decision.squared_norm == 1925**2
    assert theorem_4.KAPPA.at(eps=eps, a=one, b=one, W1=one, W2=one) == Fraction(156, 35)
    assert theorem_4.refuted_literally()
    assert not decision.holds(eps, r**2) and decision.holds(Fraction(40), r**2)


def test_with_a_bounded_outer_layer_the_literal_counterexample_is_outside():
    """||w2|| <= W2 is what it breaks, and all that it breaks."""
    instance = exact.as_floats(theorem_4.literal_counterexample())
    instance.problem.check()
    network = TwoLayerNetwork(
        **{f.name: getattr(instance.problem, f.name) for f in fields(TwoLayerNetwork)}
    )
    with pytest.raises(AssumptionError, match=r"W2 has norm up to 10; assumed is \|\|W2\|\| <= 1"):
        network.check()
    with pytest.raises(InputError, match="W2 has shape"):
        replace(instance.problem, W2=np.ones((2, 1))).check()


def test_a_local_minimum_with_an_error():
    """G = 0 exactly, in Fractions and in floats, err = 17/8192, and nearby err is no smaller."""
    for d_out in (1, 2):
        instance = inner_layer.stationary_instance(d_out)
        decision = exact.decide(instance)
        assert decision.is_stationary and decision.gap == d_out * Fraction(17, 8192)
        for eps in (Fraction(1, 10**9), decision.gap - Fraction(1, 10**9)):
            for radius in (0, Fraction(1, 10**9), 1):  # every kappa, and the empty ball
                assert not decision.holds(eps, Fraction(radius) ** 2)
        near = exact.as_floats(instance)
        near.problem.check()
        near.problem.check_point(near.point)
        assert inner_layer.gradient_margin(near) == -np.inf
        here = near.problem.error(near.point)
        rng = np.random.default_rng(0)
        for _ in range(200):
            moved = near.point + 0.05 * rng.uniform(-1, 1, near.point.shape)
            assert near.problem.error(moved) >= here


def test_another_stationary_point_of_the_same_kind():
    """a = 1/2, b = 1, w2 = (1/2, 1/2), W1* = (1/2, -1/2), W1 = (3, 3)/34: err = 25/2176."""
    half, one = Fraction(1, 2), Fraction(1)
    phi = GeneralizedReLU(half, one)
    network = TwoLayerNetwork(
        exact.rational([[1], [-1]]), exact.rational([[half, -half]]),
        exact.rational([[half], [half]]), phi, phi, one, one,
    )
    point = exact.rational([["3/34", "3/34"]])
    decision = exact.decide(Instance(network, point))
    assert decision.is_stationary and decision.gap == Fraction(25, 2176)


def test_one_hidden_unit_needs_the_optimal_outer_layer():
    """w2 = 1/2, w2* = 1: gap 15/16, and 3/2 < sqrt(15)/2 = r(eps) as eps goes to the gap."""
    decision = exact.decide(theorem_4.one_unit_with_another_outer_layer())
    assert decision.gap == Fraction(15, 16) and decision.progress == Fraction(3, 2)
    eps = Fraction(14, 16)
    assert not decision.holds(eps, 4 * eps)  # r = sqrt(eps)/w2


@given(
    st.floats(0.1, 1), st.floats(1, 3), st.floats(0.1, 9), st.floats(0.1, 9), st.floats(0.01, 9)
)
def test_the_printed_kappa_and_its_radius_are_one(a, b, W1, W2, eps):
    at = {"a": a, "b": b, "W1": W1, "W2": W2, "eps": eps}
    kappa, radius = theorem_4.KAPPA.at(at), theorem_4.RADIUS.at(at)
    assert eps / kappa == pytest.approx(radius, rel=1e-9, abs=1e-9 * (W1 + abs(radius)))


# The formulas

slopes = st.tuples(st.floats(0.01, 1), st.floats(1, 5))
positive = st.floats(0.01, 10)


@given(slopes, positive, positive, st.floats(0.01, 4))
def test_theorem_4_claims_something_only_above_an_error_that_cannot_occur(ab, W1, W2, share):
    a, b = ab
    threshold = theorem_4.threshold(a, b, W1, W2)
    assert theorem_4.error_bound(b, W1, W2) <= threshold
    eps = share * threshold
    kappa = theorem_4.kappa_printed(eps, a, b, W1, W2)
    if share > 1 + 1e-9:
        assert kappa > 0
        assert kappa == pytest.approx(1 / (a / (4 * b**5 * W2**2 * W1) - W1 / eps))
    elif share < 1 - 1e-9:
        assert np.isnan(kappa)


def test_nothing_is_claimed_where_the_radius_is_0():
    """Theorem 4 at its threshold, the repair at eps = 0: no kappa gives a ball of radius 0."""
    assert theorem_4.threshold(1.0, 1.0, 1.0, 1.0) == 4
    assert theorem_4.radius(4.0, 1.0, 1.0, 1.0, 1.0) == 0
    assert np.isnan(theorem_4.kappa_printed(4.0, 1.0, 1.0, 1.0, 1.0))
    assert inner_layer.radius(0.0, 1.0, 1.0, 1.0, 1.0) == 0
    assert np.isnan(inner_layer.kappa_inner(0.0, 1.0, 1.0, 1.0, 1.0))
