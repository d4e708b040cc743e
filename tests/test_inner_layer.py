"""Theorems 4 and 5, the companion's part: counterexamples exact, repair proved step by step."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy.optimize import brentq

from dante_ref.activations import GeneralizedReLU
from dante_ref.proofs import exact
from dante_ref.proofs.families import TwoLayerFamily
from dante_ref.proofs.search import search
from dante_ref.theorems import CLAIMS, inner_layer, theorem_4, theorem_5

relus = st.floats(0.02, 1).map(lambda a: GeneralizedReLU(a, 1.0))


def one(family, seed):
    return family.decode(family.draw(np.random.default_rng(seed), 1))[0]


# Where it fails


def test_the_smallest_counterexample_by_hand():
    """The numbers of the docstring, in Fractions."""
    decision = exact.decide(inner_layer.counterexample())
    assert decision.gap == Fraction(1, 256)
    assert decision.progress == Fraction(-3, 128)
    assert decision.no_kappa_will_do
    for eps in (Fraction(1, 257), Fraction(1, 10**6)):
        for radius in (Fraction(0), Fraction(1, 10**9), Fraction(1)):
            assert not decision.holds(eps, radius**2)


@pytest.mark.parametrize("build", [inner_layer.failing_instance, inner_layer.swapped_columns])
def test_the_other_counterexamples_are_exact_and_within_the_assumptions(build):
    instance = build()
    assert exact.decide(instance).no_kappa_will_do
    nearly = exact.as_floats(instance)
    nearly.problem.check()
    nearly.problem.check_point(nearly.point)
    assert inner_layer.direction_margin(nearly) < 1


def test_the_violation_survives_small_changes():
    """An open set: 500 random changes by up to 1% of every weight and of x, all violations."""
    base = exact.as_floats(inner_layer.counterexample())
    rng = np.random.default_rng(0)
    for _ in range(500):
        n = base.problem

        def near(v):
            return v * (1 + 0.01 * rng.uniform(-1, 1, v.shape))

        moved = type(n)(near(n.X), near(n.W1_star), near(n.W2_star), n.phi1, n.phi2)
        point = near(base.point)
        assert moved.slqc(point).progress < 0 and moved.error(point) > 0


@given(seed=st.integers(0, 10**6), phi=relus)
def test_one_sample_fails_only_below_the_supremum(seed, phi):
    """m = 1, one output: where <G, W1 - W1*> <= 0, err <= b^2 (b-a)^2 W1^2 W2^2, step by step."""
    family = TwoLayerFamily(1, 1, 2, activation=phi)
    stack = family.decode(family.draw(np.random.default_rng(seed), 400))
    slqc = stack.slqc()
    bad = (slqc.gap > 0) & (slqc.progress <= 0)
    assume(bad.any())
    failing = stack[bad]
    chain = inner_layer.one_sample_supremum(failing.problem, failing.point)
    assert not (broken := chain.broken()), [(s.right.formula, s.slack) for s in broken]


def test_the_failing_instance_is_near_the_supremum():
    instance = inner_layer.failing_instance()
    gap = exact.decide(instance).gap
    supremum = inner_layer.failing_error(Fraction(9, 16), Fraction(1), 1, 1)
    assert gap == Fraction(11881, 62500) and supremum == Fraction(49, 256)
    assert Fraction(99, 100) < gap / supremum < 1


@pytest.mark.parametrize("a", [0.45, 0.5, 0.6, 0.8])
def test_eps_0_cannot_be_lowered(a):
    """b/a <= 1 + sqrt 2: an error within half a percent of eps_0 where the gradient points away."""
    instance = inner_layer.near_eps_0(a)
    instance.problem.check()
    slqc = instance.slqc()
    assert slqc.progress < 0
    assert 0.995 < slqc.gap / inner_layer.least_eps(a, 1.0, 1.0, 1.0) < 1


# Where it holds


@given(
    seed=st.integers(0, 10**6), phi=relus, m=st.integers(1, 4), d=st.integers(1, 3),
    k=st.integers(1, 3), n=st.integers(1, 3), share=st.floats(0.05, 1),
)
def test_every_step_of_the_repaired_proof(seed, phi, m, d, k, n, share):
    instance = one(TwoLayerFamily(m, d, k, n, activation=phi), seed)
    network, W1 = instance.problem, instance.point
    eps = share * float(network.error(W1))
    assume(eps > 0)
    for chain in inner_layer.repaired_proof(network, W1, eps):
        assert not (broken := chain.broken()), [(s.right.formula, s.slack) for s in broken]


@given(seed=st.integers(0, 10**6), phi=relus, n=st.integers(1, 3), share=st.floats(0.05, 1))
def test_every_step_of_the_proofs_with_another_outer_layer(seed, phi, n, share):
    """w2 != w2*: the sharper proof for one output, Kantorovich's for many."""
    instance = one(TwoLayerFamily(3, 2, 2, n, activation=phi, outer_free=True), seed)
    network, W1 = instance.problem, instance.point
    eps = share * float(network.error(W1))
    assume(eps > 0)
    chains = inner_layer.outer_proof(network, W1, eps)
    if n == 1:
        chains += inner_layer.repaired_proof(network, W1, eps)
    for chain in chains:
        assert not (broken := chain.broken()), [(s.right.formula, s.slack) for s in broken]


@given(seed=st.integers(0, 10**6), phi=relus, n=st.integers(1, 3))
def test_theorem_5_repaired_with_another_outer_layer(seed, phi, n):
    instance = one(TwoLayerFamily(3, 2, 2, n, activation=phi, outer_free=True), seed)
    assert CLAIMS["theorem-5-repaired-outer"].margin(instance) >= 1 - 1e-9


@pytest.mark.parametrize("a", [0.01, 0.1, 0.3, 0.42, 0.6, 0.9, 1.0])
def test_lemma_a_on_a_grid_of_all_its_cases(a):
    """n_j W1 = 1, b = 1: every u, every |u*| <= b, every eta up to the largest (a^2+b^2)/b."""
    b = 1.0
    u, u_star = np.meshgrid(np.linspace(-3, 3, 241), np.linspace(-b, b, 161))
    for eta in np.linspace(1e-3, 1.5 * (a**2 + b**2) / b, 60):
        assert inner_layer.lemma_cases(eta, u, u_star, a, b).min() >= -1e-12


@given(seed=st.integers(0, 10**6), phi=relus, outer=st.booleans())
def test_theorem_4_repaired(seed, phi, outer):
    instance = one(TwoLayerFamily(3, 2, 2, activation=phi, outer_free=outer), seed)
    assert CLAIMS["theorem-4-repaired"].margin(instance) >= 1 - 1e-9


@given(seed=st.integers(0, 10**6), phi=relus, n=st.integers(1, 3))
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
        return inner_layer.kappa_repaired(eps, network) / 1.5

    family = TwoLayerFamily(2, 2, 2, activation=GeneralizedReLU(0.95))
    evidence = search(family, too_small, instances=20_000, starts=1, generations=150)
    assert evidence.violations > 0


@given(seed=st.integers(0, 10**6), phi=relus)
def test_no_error_exceeds_the_largest(seed, phi):
    instance = one(TwoLayerFamily(2, 2, 2, 2, activation=phi), seed)
    largest = inner_layer.largest_error(phi.a, phi.b, 1.0, 1.0)
    assert instance.problem.error(instance.point) <= largest * (1 + 1e-12)


@pytest.mark.parametrize("a", [0.1, 0.7, 1.0])
def test_the_largest_error_is_attained(a):
    instance = inner_layer.largest_error_instance(a)
    largest = inner_layer.largest_error(a, 1.0, 1.0, 1.0)
    assert instance.problem.error(instance.point) == pytest.approx(largest, rel=1e-12)
    assert np.isfinite(CLAIMS["theorem-4-repaired"].margin(instance))  # r > 0 there: never vacuous


def test_one_hidden_unit_is_a_glm():
    """phi2(w2 phi1(z)): slopes a^2 w2 and b^2 w2 for w2 > 0, linear of slope a b w2 for w2 < 0."""
    phi, z = GeneralizedReLU(0.5, 2.0), np.array([-3.0, 4.0])
    assert phi.phi(0.7 * phi.phi(z)).tolist() == pytest.approx([-3 * 0.25 * 0.7, 4 * 4 * 0.7])
    assert phi.phi(-0.7 * phi.phi(z)).tolist() == pytest.approx([3 * 0.7, -4 * 0.7])
    assert 0.999 < 1 / CLAIMS["theorem-4-one-unit"].margin(theorem_4.tight_one_unit()) <= 1 + 1e-9


# Theorem 5's proof


def test_theorem_5s_gap_by_hand():
    instance, eps = theorem_5.gap_counterexample()
    assert instance.problem.error(instance.point) == eps == Fraction(81, 400)
    steps = {s.name: s for c in theorem_5.proof(instance.problem, instance.point, eps)
             for s in c.steps if s.name}
    each, every = steps[theorem_5.EACH], steps[theorem_5.ALL]
    assert each.left.value[1] == 0 and each.right.value[1] == Fraction(81, 800)
    assert (every.left.value, every.right.value) == (Fraction(81, 500), Fraction(81, 400))


@given(seed=st.integers(0, 10**6), phi=relus)
def test_the_gradient_is_the_sum_over_the_outputs(seed, phi):
    instance = one(TwoLayerFamily(3, 2, 2, 3, activation=phi), seed)
    parts = theorem_5.output_gradients(instance.problem, instance.point)
    np.testing.assert_allclose(
        parts.sum(axis=0), instance.problem.subgradient(instance.point), atol=1e-12
    )


def test_the_chains_lemma_is_the_lemma_of_the_grid():
    """One output and W1 = W2 = 1 make n_j W1 = 1: the chain's slack is lemma_cases' own."""
    phi = GeneralizedReLU(0.3)
    instance = one(TwoLayerFamily(4, 2, 2, activation=phi), 5)
    network, W1 = instance.problem, instance.point
    eps = 0.7 * float(network.error(W1))
    (lemma,) = [c for c in inner_layer.repaired_proof(network, W1, eps) if "Lemma" in c.title]
    u = phi.phi(network.X @ W1) @ network.W2
    u_star = phi.phi(network.X @ network.W1_star) @ network.W2
    expected = inner_layer.lemma_cases(np.sqrt(eps), u, u_star, 0.3, 1.0)
    np.testing.assert_allclose(lemma.steps[0].slack, expected, rtol=1e-9, atol=1e-15)


# The formulas

slopes = st.tuples(st.floats(0.01, 1), st.floats(1, 5))
positive = st.floats(0.01, 10)


@given(slopes, positive, positive)
def test_the_papers_bound_on_the_error_is_attained_only_for_a_equal_b(ab, W1, W2):
    a, b = ab
    bound = theorem_4.error_bound(b, W1, W2)
    assert inner_layer.largest_error(b, b, W1, W2) == pytest.approx(bound, rel=1e-12)
    assert inner_layer.largest_error(a, b, W1, W2) < bound or a == b


@example((1.0, 2.6), 1.0, 1.0)  # a ratio of slopes just beyond 1 + sqrt 2
@given(slopes, positive, positive)
def test_the_repaired_inner_layer_is_never_vacuous(ab, W1, W2):
    """The radius is 0 at eps_0, positive above, and eps_0 is below the largest error."""
    a, b = ab
    least = float(inner_layer.least_eps(a, b, W1, W2))
    assert least < inner_layer.largest_error(a, b, W1, W2)
    assert inner_layer.radius(least, a, b, W1, W2) == pytest.approx(0, abs=1e-7 * W1)
    assert inner_layer.radius(1.01 * least + 1e-9, a, b, W1, W2) > 0
    if least > 1e-9:
        assert np.isnan(inner_layer.kappa_inner(0.99 * least, a, b, W1, W2))
    assert inner_layer.failing_error(a, b, W1, W2) <= least * (1 + 1e-9)


@given(slopes, st.floats(0.001, 3))
def test_mu_is_continuous_nondecreasing_and_kantorovich_at_first(ab, eta):
    a, b = ab
    kantorovich = 2 * eta * np.sqrt(a * b) / (a + b)
    value = inner_layer.mu.at(eta=eta, a=a, b=b)
    assert kantorovich * (1 - 1e-9) <= value <= eta * (1 + 1e-9)
    assert inner_layer.mu.at(eta=eta * 1.001, a=a, b=b) >= value * (1 - 1e-12)
    for joint in (np.sqrt(a * b), b):
        below, above = (
            inner_layer.mu.at(eta=joint * near, a=a, b=b) for near in (1 - 1e-9, 1 + 1e-9)
        )
        assert below == pytest.approx(above, rel=1e-4)


@given(slopes, st.floats(0.001, 3))
def test_lemma_as_weight_and_mu_have_one_tau(ab, eta):
    """lambda = 1 + tau^2 and mu = 2 eta tau/lambda, so (lambda mu/(2 eta))^2 = lambda - 1."""
    at = {"eta": eta, "a": ab[0], "b": ab[1]}
    weight, mu = inner_layer.lam.at(at), inner_layer.mu.at(at)
    assert (weight * mu / (2 * eta)) ** 2 == pytest.approx(weight - 1)
    assert 2 * (1 - 1e-12) <= weight <= 1 + ab[1] / ab[0] + 1e-12, "1 <= tau^2 <= b/a"


@given(slopes, positive, positive, positive)
def test_the_sharper_radius_is_never_smaller_than_kantorovichs(ab, W1, W2, eps):
    a, b = ab
    sharper = inner_layer.radius(eps, a, b, W1, W2)
    simpler = inner_layer.radius_any_outer(eps, a, b, W1, W2)
    assert sharper >= simpler - 1e-9 * (W1 + abs(simpler))


@given(slopes, positive, positive, positive, st.floats(0.01, 2))
def test_another_outer_layer_costs_its_distance(ab, W1, W2, eps, distance):
    """b ||W2 - W2*||/W2 less of mu, so the radius is W1 ||W2 - W2*||/W2 smaller, in either form."""
    a, b = ab
    for radius in (inner_layer.radius, inner_layer.radius_any_outer):
        r = radius(eps, a, b, W1, W2)
        lost = r - radius(eps, a, b, W1, W2, distance)
        assert lost == pytest.approx(W1 * distance / W2, rel=1e-6, abs=1e-9 * abs(r))
    r = inner_layer.radius(eps, a, b, W1, W2, distance)
    kappa = inner_layer.kappa_inner(eps, a, b, W1, W2, distance)
    assert np.isnan(kappa) if r <= 0 else kappa == pytest.approx(eps / r)


def test_kantorovichs_radius_is_vacuous_from_a_ratio_of_slopes_of_4_77():
    """It is positive at the largest error (a^2+b^2)^2 iff (b^2-a^2) sqrt(b/a) < 2 (a^2+b^2)."""

    def radius_at_the_largest_error(ratio):
        a = 1 / ratio
        return inner_layer.radius_any_outer(
            inner_layer.largest_error(a, 1.0, 1.0, 1.0), a, 1.0, 1.0, 1.0
        )

    assert brentq(radius_at_the_largest_error, 2, 100) == pytest.approx(4.7695, abs=1e-3)


@given(positive, positive, positive)
def test_the_repaired_inner_layer_at_a_equal_b_is_the_linear_network(b, W2, eps):
    """a = b: the radius is sqrt(eps)/(b^2 W2), positive for every eps; kappa = eps/r."""
    r = inner_layer.radius(eps, b, b, 1.0, W2)
    assert r == pytest.approx(np.sqrt(eps) / (b**2 * W2))
    assert inner_layer.radius_any_outer(eps, b, b, 1.0, W2) == pytest.approx(r)
    assert inner_layer.kappa_inner(eps, b, b, 1.0, W2) == pytest.approx(eps / r)


@given(slopes, st.floats(0.001, 6))
def test_tau_is_chosen_as_lemma_as_regimes_say(ab, eta):
    """a tau^2 = b, then the larger root of ab tau^2 - 2a eta tau + eta^2 + ab - b^2, then 1."""
    a, b = ab
    tau = inner_layer.tau.at(eta=eta, a=a, b=b)
    if eta**2 <= a * b:
        assert a * tau**2 == pytest.approx(b)
    elif eta < b:
        middle = a * b * tau**2 - 2 * a * eta * tau + eta**2 + a * b - b**2
        assert middle == pytest.approx(0, abs=1e-9 * b**2) and b * tau >= eta * (1 - 1e-12)
    else:
        assert tau == pytest.approx(1)
