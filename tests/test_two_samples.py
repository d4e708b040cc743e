"""Two weighted samples in the plane are as bad as any number of samples in any dimension."""

import numpy as np
import pytest
from scipy.optimize import differential_evolution

from dante_ref.activations import GeneralizedReLU
from dante_ref.norms import norm
from dante_ref.problems import IdealisedGLM
from dante_ref.proofs import certificates
from dante_ref.proofs.evidence import margin_of
from dante_ref.proofs.families import GLMFamily, Instance, LayerFamily, TwoLayerFamily
from dante_ref.theorems import finite_w, kantorovich, theorem_1, two_samples
from dante_ref.theorems.two_samples import PairFamily, WeightedPair

FAMILIES = (
    GLMFamily(m=5, d=4), LayerFamily(m=5, d=4, d_out=3),
    TwoLayerFamily(m=5, d=4, d_hidden=3, d_out=2),
)


def drawn(family, n=300, seed=0):
    return family.decode(family.draw(np.random.default_rng(seed), n))


def test_a_weighted_pair_is_the_glm_in_which_its_samples_are_repeated():
    rng = np.random.default_rng(0)
    X, w, w_star = rng.normal(size=(2, 3)) / 4, rng.normal(size=3), rng.normal(size=3)
    phi = GeneralizedReLU(0.25)
    pair = WeightedPair(X, w_star, phi, 3.0, 3 / 7)
    repeated = IdealisedGLM(X[[0, 0, 0, 1, 1, 1, 1]], w_star, phi, 3.0)
    assert pair.error(w) == pytest.approx(repeated.error(w), rel=1e-14)
    np.testing.assert_allclose(pair.subgradient(w), repeated.subgradient(w), rtol=1e-13)
    np.testing.assert_array_equal(pair.y, repeated.y[[0, 3]])


def test_a_ledger_holds_a_pair_and_gives_it_back():
    pair = drawn(PairFamily())[7]
    again = certificates.like(pair, {k: np.asarray(v).tolist() for k, v in pair.arrays().items()})
    assert again.problem.share == pair.problem.share != 0.5
    assert again.slqc() == pair.slqc()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: type(f).__name__)
def test_two_samples_of_any_problem_fail_where_it_does(family):
    """At r = ⟨G, w − w*⟩/‖G‖, where clause 2 just holds, and any ε up to the error."""
    instances = drawn(family)
    E, G, P = two_samples.samples(instances)
    np.testing.assert_allclose(E.mean(axis=-1), instances.problem.error(instances.point))
    h, _ = two_samples.against(G, P)
    r = P.mean(axis=-1) / norm(G.mean(axis=-2))
    for share in (0.3, 0.999999):
        eps = share * E.mean(axis=-1)
        i, j, s = two_samples.worst_pair(E, h, eps)
        assert np.all((s >= 0) & (s <= 1))
        E_pair, P_pair = (two_samples.mixed(A[..., None], i, j, s)[..., 0] for A in (E, P))
        G_pair = two_samples.mixed(G, i, j, s)
        assert np.all(E_pair >= eps * (1 - 1e-9))
        assert np.all(r * norm(G_pair) - P_pair >= -1e-12)


def in_the_plane(instance):
    """The worst pair of one GLM, d ≥ 2, in coordinates of its plane."""
    glm, (E, G, P) = instance.problem, two_samples.samples(instance)
    i, j, share = two_samples.worst_pair(E, two_samples.against(G, P)[0], np.mean(E, axis=-1))
    X = glm.X[[int(i), int(j)]]
    axes, _ = np.linalg.qr(X.T)
    pair = two_samples.WeightedPair(X @ axes, glm.w_star @ axes, glm.activation, glm.W_max, share)
    return Instance(pair, instance.point @ axes)


@pytest.mark.parametrize("kappa", [theorem_1.kappa, kantorovich.kappa, finite_w.kappa])
def test_in_its_plane_the_pair_has_no_larger_margin(kappa):
    instances = drawn(GLMFamily(m=5, d=4), 50)
    for k in range(50):
        one = instances[k]
        pair = in_the_plane(one)
        assert pair.problem.X.shape == (2, 2)
        pair.problem.check()
        pair.problem.check_point(pair.point)
        assert margin_of(kappa)(pair) <= margin_of(kappa)(one) * (1 + 1e-9)


def test_where_the_gradient_points_away_it_does_for_one_sample():
    instances = drawn(TwoLayerFamily(m=5, d=4, d_hidden=3), 20_000)
    E, _, P = two_samples.samples(instances)
    away = (P.mean(axis=-1) <= 0) & (E.mean(axis=-1) > 0)
    assert away.sum() >= 10
    assert np.all(np.any((P <= 0) & (E > 0), axis=-1)[away])


def test_one_sample_is_not_enough():
    """The Kantorovich instance: each of its samples alone is less bad than the sharp kappa."""
    worst = two_samples.CLAIMS[0].worst()
    margin = margin_of(kantorovich.kappa)
    assert margin(worst) < 1.001
    for x in worst.problem.X:
        glm = IdealisedGLM(x[None], worst.problem.w_star, worst.problem.activation, 1000.0)
        assert margin(Instance(glm, worst.point)) > 1.5


def test_the_pairs_find_what_is_known_to_be_worst():
    """The search over pairs comes near the bound that samples without number attain."""
    rng = np.random.default_rng(0)
    margin, family = margin_of(kantorovich.kappa), PairFamily()
    found = differential_evolution(
        lambda theta: np.clip(margin(family.decode(theta.T)), 0, 10), [(-8, 8)] * family.size,
        maxiter=300, rng=rng, vectorized=True, updating="deferred", polish=False,
    )
    assert 1 - 1e-9 <= found.fun < 1.01


def kappa_needed(a, eps, generations=400):
    """The largest kappa_emp(eps) over pairs of unit inputs with err >= eps; b = W = 1."""
    phi = GeneralizedReLU(a)

    def against(theta):
        angles, (r, r_star, at, share) = theta[:2], theta[2:]
        X = np.stack([np.cos(angles), np.sin(angles)], axis=-1).swapaxes(0, 1)
        w = np.stack([r, 1e-6 * np.ones_like(r)], axis=-1)
        w_star = r_star[:, None] * np.stack([np.cos(at), np.sin(at)], axis=-1)
        slqc = WeightedPair(X, w_star, phi, 1.0, share).slqc(w)
        reached = eps * slqc.gradient_norm / np.where(slqc.progress > 0, slqc.progress, np.inf)
        return np.where(slqc.gap >= eps, -reached, eps - slqc.gap)

    circle = (0, 2 * np.pi)
    return -differential_evolution(
        against, [circle, circle, (0, 1), (0, 1), circle, (0, 1)], maxiter=generations,
        popsize=20, rng=np.random.default_rng(1), vectorized=True, updating="deferred",
        polish=False, tol=0,
    ).fun


@pytest.mark.parametrize("a, share, said", [
    (0.1, 0.2, 0.982), (0.1, 0.6, 0.843), (0.5, 0.4, 0.977), (0.5, 0.8, 0.771),
])
def test_the_table_of_what_the_search_over_all_glms_finds(a, share, said):
    eps = share * (1 + a) ** 2
    bound = finite_w.kappa_finite_W(eps, a, 1.0, 1.0)
    assert kappa_needed(a, eps) / bound == pytest.approx(said, abs=2e-3)


@pytest.mark.parametrize("a, share", [(0.1, 0.95), (0.5, 0.6), (0.5, 0.8), (0.5, 0.95)])
def test_the_one_sample_that_is_worst_for_large_errors(a, share):
    eps = share * (1 + a) ** 2
    w = -(np.sqrt(eps) - 1) / a
    glm = IdealisedGLM(np.ones((1, 1)), np.ones(1), GeneralizedReLU(a), 1.0)
    slqc = glm.slqc(np.array([w]))
    assert slqc.gap == pytest.approx(eps)
    kappa = eps / (1 + (np.sqrt(eps) - 1) / a)
    assert slqc.kappa_emp(eps * (1 - 1e-12)) == pytest.approx(kappa)
    table = {(0.1, 0.95): 0.398, (0.5, 0.6): 0.843, (0.5, 0.8): 0.771, (0.5, 0.95): 0.739}
    assert kappa / finite_w.kappa_finite_W(eps, a, 1, 1) == pytest.approx(table[a, share], abs=1e-3)
