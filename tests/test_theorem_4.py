"""Theorem 4: vacuous, and which of section 5.5's displays are true."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dante_ref import bounds
from dante_ref.activations import GeneralizedReLU
from dante_ref.proofs.families import TwoLayerFamily
from dante_ref.subgradients import literal
from dante_ref.theorems import CLAIMS, theorem_4


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
    threshold = bounds.threshold_theorem_4(1.5, 1.5, network.W1_max, network.W2_max)
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
        s.name: s for c in theorem_4.chains(instance, eps) for s in c.steps if s.name
    }
    square, total = steps[theorem_4.DIFFERENCE], steps[theorem_4.SUM]
    assert (square.left.value[0], square.right.value[0]) == (Fraction(1, 4), Fraction(-3, 4))
    assert total.right.value[0] == Fraction(1, 4)
    dropped = steps[theorem_4.DROPPED_2]
    assert dropped.left.value - dropped.right.value == -4  # -4 (2 - 1): 2 ||W1*|| against W1
    assert instance.problem.phi1.a == 1 and bounds.radius_theorem_4(eps, 1, 1, 1, 1) < 0


def test_the_verdict_is_vacuous_and_the_proof_has_four_gaps():
    claim = CLAIMS["theorem-4"]
    assert claim.verdict == "vacuous"
    assert set(claim.proof.gaps) == {
        "difference of squares", "sum of values", "factor 2", "eps/kappa"
    }
    assert claim.proof.unshown_gaps() == []
