"""Theorems 4 and 5 repaired: proved step by step, never vacuous, and not by much too weak."""

import numpy as np
import pytest
from draws import one, positive, relus_to_1, seeds, slopes
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dante_ref.activations import GeneralizedReLU
from dante_ref.proofs.families import TwoLayerFamily
from dante_ref.proofs.search import search
from dante_ref.theorems import CLAIMS, theorem_4, theorem_4_refuted, theorem_4_repaired
from dante_ref.theorems.inner_terms import kappa_of_radius, largest_error_instance


@given(
    seed=seeds, phi=relus_to_1, m=st.integers(1, 4), d=st.integers(1, 3),
    k=st.integers(1, 3), n=st.integers(1, 3), share=st.floats(0.05, 1),
)
def test_every_step_of_the_repaired_proof(seed, phi, m, d, k, n, share):
    instance = one(TwoLayerFamily(m, d, k, n, activation=phi), seed)
    network, W1 = instance.problem, instance.point
    eps = share * float(network.error(W1))
    assume(eps > 0)
    for chain in theorem_4_repaired.PROOF.at(instance, eps):
        assert not (broken := chain.broken()), [(s.right.formula, s.slack) for s in broken]


@pytest.mark.parametrize("a", [0.01, 0.1, 0.3, 0.42, 0.6, 0.9, 1.0])
def test_lemma_a_on_a_grid_of_all_its_cases(a):
    """n_j W1 = 1, b = 1: every u, every |u*| <= b, every eta up to the largest (a^2+b^2)/b."""
    b = 1.0
    u, u_star = np.meshgrid(np.linspace(-3, 3, 241), np.linspace(-b, b, 161))
    for eta in np.linspace(1e-3, 1.5 * (a**2 + b**2) / b, 60):
        assert theorem_4_repaired.lemma_cases(eta, u, u_star, a, b).min() >= -1e-12


@given(seed=seeds, phi=relus_to_1, outer=st.booleans())
def test_theorem_4_repaired(seed, phi, outer):
    instance = one(TwoLayerFamily(3, 2, 2, activation=phi, outer_free=outer), seed)
    assert CLAIMS["theorem-4-repaired"].margin(instance) >= 1 - 1e-9


@given(seed=seeds, phi=relus_to_1, n=st.integers(1, 3))
def test_theorem_5_repaired(seed, phi, n):
    instance = one(TwoLayerFamily(3, 2, 2, n, activation=phi), seed)
    assert CLAIMS["theorem-5-repaired"].margin(instance) >= 1 - 1e-9


def test_the_repair_speaks_of_random_networks_too():
    """Not vacuous, nor about one instance: at a = 1/2, r > 0 on some of 4000 random networks."""
    family = TwoLayerFamily(3, 2, 2, activation=GeneralizedReLU(0.5))
    stack = family.decode(family.draw(np.random.default_rng(0), 4000))
    spoken = np.isfinite(CLAIMS["theorem-4-repaired"].margin(stack))
    assert spoken.sum() >= 10


def test_a_radius_a_third_larger_is_refuted():
    """Near a = 1 the network is linear and the radius nearly tight: kappa times 2/3 must fail."""

    def too_small(eps, network):
        return theorem_4_repaired.kappa(eps, network) / 1.5

    family = TwoLayerFamily(2, 2, 2, activation=GeneralizedReLU(0.95))
    evidence = search(family, too_small, instances=20_000, starts=1, generations=150)
    assert evidence.violations > 0


@given(seed=seeds, phi=relus_to_1)
def test_no_error_exceeds_the_largest(seed, phi):
    instance = one(TwoLayerFamily(2, 2, 2, 2, activation=phi), seed)
    largest = theorem_4_repaired.largest_error(phi.a, phi.b, 1.0, 1.0)
    assert instance.problem.error(instance.point) <= largest * (1 + 1e-12)


@pytest.mark.parametrize("a", [0.1, 0.7, 1.0])
def test_the_largest_error_is_attained(a):
    instance = largest_error_instance(a)
    largest = theorem_4_repaired.largest_error(a, 1.0, 1.0, 1.0)
    assert instance.problem.error(instance.point) == pytest.approx(largest, rel=1e-12)
    assert np.isfinite(CLAIMS["theorem-4-repaired"].margin(instance))  # r > 0 there: never vacuous


def test_the_chains_lemma_is_the_lemma_of_the_grid():
    """One output and W1 = W2 = 1 make n_j W1 = 1: the chain's slack is lemma_cases' own."""
    phi = GeneralizedReLU(0.3)
    instance = one(TwoLayerFamily(4, 2, 2, activation=phi), 5)
    network, W1 = instance.problem, instance.point
    eps = 0.7 * float(network.error(W1))
    (lemma,) = [c for c in theorem_4_repaired.PROOF.at(instance, eps) if "Lemma" in c.title]
    u = phi.phi(network.X @ W1) @ network.W2
    u_star = phi.phi(network.X @ network.W1_star) @ network.W2
    expected = theorem_4_repaired.lemma_cases(np.sqrt(eps), u, u_star, 0.3, 1.0)
    np.testing.assert_allclose(lemma.steps[0].slack, expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("d_out", [1, 3])
@pytest.mark.parametrize("eta", [1.0, 1.5, 4.0])
@pytest.mark.parametrize("a, b", [(0.01, 1.0), (0.3, 1.0), (0.4, 0.5), (1.0, 1.0)])
def test_the_radius_is_attained_for_every_a(a, b, eta, d_out):
    """For every ε ≥ b⁴; the ratio comes to 1 as t does to 0."""
    eta = eta * b
    for t in (1e-2, 1e-4):
        instance = theorem_4_repaired.tight_instance(a, b, eta, t, d_out)
        instance.problem.check()
        assert instance.slqc().gap == pytest.approx(b**2 * eta**2)
        ratio = 1 / CLAIMS["theorem-5-repaired"].margin(instance)
        assert 1 - 2 * t < ratio <= 1 + 1e-9


@pytest.mark.parametrize("a", [0.45, 0.5, 0.6, 0.8])
def test_eps_0_cannot_be_lowered(a):
    """b/a <= 1 + sqrt 2: an error within half a percent of eps_0 where the gradient points away."""
    instance = theorem_4_repaired.near_eps_0(a)
    instance.problem.check()
    slqc = instance.slqc()
    assert slqc.progress < 0
    assert 0.995 < slqc.gap / theorem_4_repaired.least_eps(a, 1.0, 1.0, 1.0) < 1


# The formulas


@given(slopes, positive, positive)
def test_the_papers_bound_on_the_error_is_attained_only_for_a_equal_b(ab, W1, W2):
    a, b = ab
    bound = theorem_4.error_bound(b, W1, W2)
    assert theorem_4_repaired.largest_error(b, b, W1, W2) == pytest.approx(bound, rel=1e-12)
    assert theorem_4_repaired.largest_error(a, b, W1, W2) < bound or a == b


@example((1.0, 2.6), 1.0, 1.0)  # a ratio of slopes just beyond 1 + sqrt 2
@given(slopes, positive, positive)
def test_the_repaired_inner_layer_is_never_vacuous(ab, W1, W2):
    """The radius is 0 at eps_0, positive above, and eps_0 is below the largest error."""
    a, b = ab
    least = float(theorem_4_repaired.least_eps(a, b, W1, W2))
    assert least < theorem_4_repaired.largest_error(a, b, W1, W2)
    assert theorem_4_repaired.radius(least, a, b, W1, W2) == pytest.approx(0, abs=1e-7 * W1)
    assert theorem_4_repaired.radius(1.01 * least + 1e-9, a, b, W1, W2) > 0
    if least > 1e-9:
        below = theorem_4_repaired.radius(0.99 * least, a, b, W1, W2)
        assert np.isnan(kappa_of_radius(0.99 * least, below))
    assert theorem_4_refuted.failing_error(a, b, W1, W2) <= least * (1 + 1e-9)


@given(slopes, st.floats(0.001, 3))
def test_mu_is_continuous_nondecreasing_and_kantorovich_at_first(ab, eta):
    a, b = ab
    kantorovich = 2 * eta * np.sqrt(a * b) / (a + b)
    value = theorem_4_repaired.mu.at(eta=eta, a=a, b=b)
    assert kantorovich * (1 - 1e-9) <= value <= eta * (1 + 1e-9)
    assert theorem_4_repaired.mu.at(eta=eta * 1.001, a=a, b=b) >= value * (1 - 1e-12)
    for joint in (np.sqrt(a * b), b):
        below, above = (
            theorem_4_repaired.mu.at(eta=joint * near, a=a, b=b) for near in (1 - 1e-9, 1 + 1e-9)
        )
        assert below == pytest.approx(above, rel=1e-4)


@given(slopes, st.floats(0.001, 3))
def test_lemma_as_weight_and_mu_have_one_tau(ab, eta):
    """lambda = 1 + tau^2 and mu = 2 eta tau/lambda, so (lambda mu/(2 eta))^2 = lambda - 1."""
    at = {"eta": eta, "a": ab[0], "b": ab[1]}
    weight, mu = theorem_4_repaired.lam.at(at), theorem_4_repaired.mu.at(at)
    assert (weight * mu / (2 * eta)) ** 2 == pytest.approx(weight - 1)
    assert 2 * (1 - 1e-12) <= weight <= 1 + ab[1] / ab[0] + 1e-12, "1 <= tau^2 <= b/a"


@given(slopes, st.floats(0.001, 6))
def test_tau_is_chosen_as_lemma_as_regimes_say(ab, eta):
    """a tau^2 = b, then the larger root of ab tau^2 - 2a eta tau + eta^2 + ab - b^2, then 1."""
    a, b = ab
    tau = theorem_4_repaired.tau.at(eta=eta, a=a, b=b)
    if eta**2 <= a * b:
        assert a * tau**2 == pytest.approx(b)
    elif eta < b:
        middle = a * b * tau**2 - 2 * a * eta * tau + eta**2 + a * b - b**2
        assert middle == pytest.approx(0, abs=1e-9 * b**2) and b * tau >= eta * (1 - 1e-12)
    else:
        assert tau == pytest.approx(1)
