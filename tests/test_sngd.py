"""Algorithm 1 (SNGD): its steps, its two outputs, and Theorem 6 on idealised GLMs."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref import balls, literal
from dante_ref.activations import GeneralizedReLU, Identity, Sigmoid
from dante_ref.algorithms.sngd import require_finite, sngd, uniform_rows
from dante_ref.exceptions import DivergenceError, InputError
from dante_ref.objectives import GLMObjective, InnerLayerObjective, LayerObjective
from dante_ref.problems import IdealisedGLM, IdealisedLayer
from dante_ref.theorems import kantorovich, theorem_1, theorem_6

RELU = GeneralizedReLU(0.3, 1.0)


def glm_on_the_circle(a: float, b: float, seed: int) -> tuple[IdealisedGLM, np.ndarray]:
    """A GLM with ||x_i|| = 1 and ||w*|| = W = 1, and the start opposite to w*."""
    angle = np.random.default_rng(seed).uniform(0, 2 * np.pi, 41)
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    problem = IdealisedGLM(points[1:], points[0], GeneralizedReLU(a, b), 1.0).check()
    return problem, -points[0]


def planted(kind: str, rng: np.random.Generator):
    """A random objective of the kind, and a start for it."""
    X, d_hidden = rng.normal(size=(9, 3)), 2
    W1, W2 = rng.normal(size=(3, d_hidden)), rng.normal(size=(d_hidden, 4))
    if kind == "glm":
        return GLMObjective(X, rng.normal(size=9), RELU), W1[:, 0]
    if kind == "layer":
        return LayerObjective(X, rng.normal(size=(9, d_hidden)), RELU), W1
    return InnerLayerObjective(X, rng.normal(size=(9, 4)), (W2,), (RELU, Sigmoid())), W1


KINDS = ("glm", "layer", "inner")


def one_by_one(f, w, T, seed, **options):
    """w_1, ..., w_{T+1}: T calls of one step with one Generator."""
    rng, path = np.random.default_rng(seed), [w]
    for _ in range(T):
        path.append(sngd(f, path[-1], T=1, random_state=rng, **options).last)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_step_by_hand_from_the_literal_subgradient(kind):
    """w_2 = w_1 - eta g_1/||g_1||, with g_1 as the proofs write it, on the rows drawn."""
    f, w = planted(kind, np.random.default_rng(1))
    rows = uniform_rows(np.random.default_rng(7), f.m, 5)
    f_1 = f.on(rows)
    g = getattr(literal, kind)(f_1, w)
    expected = w - 0.25 * g / np.sqrt(np.sum(g**2))
    result = sngd(f, w, T=1, eta=0.25, b=5, random_state=7)
    np.testing.assert_allclose(result.last, expected, rtol=1e-12, atol=1e-14)
    assert result.best is w or np.array_equal(result.best, w), "w_1 is the only iterate measured"


@given(seed=st.integers(0, 10**6), kind=st.sampled_from(KINDS), T=st.integers(1, 12))
def test_every_step_has_length_eta_in_the_frobenius_norm(seed, kind, T):
    f, w = planted(kind, np.random.default_rng(seed))
    path = one_by_one(f, w, T, seed, eta=0.1, b=3)
    assert path[-1].tobytes() == sngd(f, w, T=T, eta=0.1, b=3, random_state=seed).last.tobytes()
    for before, after in itertools.pairwise(path):
        step = balls.norm(after - before, w.ndim)
        assert abs(step - 0.1) < 1e-12, f"a normalised step has length {step}, not eta = 0.1"


@given(seed=st.integers(0, 10**6), kind=st.sampled_from(KINDS), T=st.integers(1, 6))
def test_by_columns_every_column_moves_by_eta_in_its_own_direction(seed, kind, T):
    """w_j <- w_j - eta g_j/||g_j||: of a vector it is Algorithm 1's step itself."""
    f, w = planted(kind, np.random.default_rng(seed))
    options = dict(eta=0.1, b=3, normalise="columns")
    path, rng = one_by_one(f, w, T, seed, **options), np.random.default_rng(seed)
    for before, after in itertools.pairwise(path):
        g = getattr(literal, kind)(f.on(uniform_rows(rng, f.m, 3)), before)
        expected = before - 0.1 * g / np.sqrt(np.sum(g**2, axis=0))
        np.testing.assert_allclose(after, expected, rtol=1e-10, atol=1e-12)
    if kind == "glm":
        whole = sngd(f, w, T=T, eta=0.1, b=3, random_state=seed)
        assert whole.last.tobytes() == path[-1].tobytes()


def test_by_columns_a_zero_column_alone_is_skipped_and_counted():
    """Identity, y = (0, 1), W = 0: the first output is right, its column has no gradient."""
    f = LayerObjective(np.array([[0.6, 0.8]]), np.array([[0.0, 1.0]]), Identity())
    result = sngd(f, np.zeros((2, 2)), T=1, eta=0.5, b=2, random_state=0, normalise="columns")
    assert result.zero_gradients == 1
    np.testing.assert_allclose(result.last, [[0, 0.3], [0, 0.4]], rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_unnormalised_it_is_plain_sgd(kind):
    f, w = planted(kind, np.random.default_rng(3))
    g = getattr(literal, kind)(f.on(uniform_rows(np.random.default_rng(9), f.m, 4)), w)
    result = sngd(f, w, T=1, eta=0.2, b=4, random_state=9, normalise=None)
    np.testing.assert_allclose(result.last, w - 0.2 * g, rtol=1e-12, atol=1e-14)


@given(seed=st.integers(0, 10**6), kind=st.sampled_from(KINDS))
def test_last_and_best_iterate(seed, kind):
    """last is w_{T+1}; best is the w_t, t <= T, whose own minibatch value is least."""
    f, w = planted(kind, np.random.default_rng(seed))
    path = one_by_one(f, w, 15, seed, eta=0.3, b=2)
    result = sngd(f, w, T=15, eta=0.3, b=2, random_state=seed)
    rng = np.random.default_rng(seed)
    values = [float(f.on(uniform_rows(rng, f.m, 2)).error(w_t)) for w_t in path[:-1]]
    np.testing.assert_allclose(result.values, values, rtol=1e-12)
    assert np.array_equal(result.last, path[-1])
    assert np.array_equal(result.best, path[int(np.argmin(values))])
    assert np.array_equal(result.iterate("best"), result.best)
    assert np.array_equal(result.iterate("last"), result.last)


def test_last_and_best_differ_where_a_constant_step_jumps_over_the_optimum():
    """f(w) = (w - 1/4)^2 from w = 0 with steps of 1: w alternates between 0 and 1."""
    f = GLMObjective(np.ones((1, 1)), np.array([0.25]), Identity())
    result = sngd(f, np.zeros(1), T=3, eta=1.0, b=1, random_state=0)
    assert result.values == pytest.approx([1 / 16, 9 / 16, 1 / 16])
    assert result.last == pytest.approx([1.0])
    assert result.best == pytest.approx([0.0])


def test_of_equal_values_the_first_iterate_is_the_best():
    """f(w) = (w - 1/2)^2 from w = 0 with steps of 1: w alternates between 0 and 1, f = 1/4."""
    f = GLMObjective(np.ones((1, 1)), np.array([0.5]), Identity())
    result = sngd(f, np.zeros(1), T=4, eta=1.0, b=1, random_state=0)
    assert result.values.tolist() == [0.25] * 4
    assert result.best.tolist() == [0]


@pytest.mark.parametrize("kind", KINDS)
def test_zero_gradient_is_skipped_and_counted(kind):
    f, w = planted(kind, np.random.default_rng(2))
    f = type(f)(**vars(f) | {"X": np.zeros_like(f.X)})  # x_i = 0: no direction anywhere
    for normalise, count in (("matrix", 6), ("columns", 6 * w[0].size), (None, 6)):
        result = sngd(f, w, T=6, eta=0.5, b=2, random_state=0, normalise=normalise)
        assert result.zero_gradients == count
        assert np.array_equal(result.last, w)
        assert len(result.values) == 6, "a skipped step is an iteration all the same"


def test_zero_gradients_are_counted_one_by_one():
    """Half of the samples are x = 0: with b = 1 they, and only they, give a zero gradient."""
    f = GLMObjective(np.array([[0.0], [1.0]]), np.array([0.0, 1e6]), Identity())
    result = sngd(f, np.zeros(1), T=50, eta=1.0, b=1, random_state=3)
    rng = np.random.default_rng(3)
    drawn = np.concatenate([uniform_rows(rng, 2, 1) for _ in range(50)])
    assert result.zero_gradients == np.sum(drawn == 0)
    assert result.last == pytest.approx([np.sum(drawn == 1)])


def test_sampling_is_uniform_and_with_replacement():
    """Chi-squared of 10^5 draws from 10 samples below its 1 - 1e-6 quantile (9 d.o.f.: 45.1)."""
    rows = uniform_rows(np.random.default_rng(0), 10, 100_000)
    counts = np.bincount(rows, minlength=10)
    assert len(counts) == 10
    assert np.sum((counts - 1e4) ** 2 / 1e4) < 45.1
    # Without replacement 5 of 5 would always be all of them; independently, P = 5!/5^5 < 0.04.
    rng = np.random.default_rng(0)
    full = sum(len(set(uniform_rows(rng, 5, 5).tolist())) == 5 for _ in range(1000))
    assert 10 < full < 80


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_bits(kind):
    f, w = planted(kind, np.random.default_rng(4))
    runs = [sngd(f, w, T=30, eta=0.05, b=3, random_state=11) for _ in range(2)]
    assert runs[0].last.tobytes() == runs[1].last.tobytes()
    assert runs[0].values.tobytes() == runs[1].values.tobytes()
    other = sngd(f, w, T=30, eta=0.05, b=3, random_state=12)
    assert other.last.tobytes() != runs[0].last.tobytes()


def test_the_start_is_left_as_it_was_and_float32_stays():
    f, w = planted("layer", np.random.default_rng(5))
    f = LayerObjective(f.X.astype(np.float32), f.Y.astype(np.float32), f.phi)
    w = w.astype(np.float32)
    w.flags.writeable = False
    for normalise in ("matrix", "columns", None):
        result = sngd(f, w, T=5, eta=0.1, b=3, random_state=0, normalise=normalise)
        assert result.last.dtype == result.best.dtype == np.float32


KAPPAS = {
    "paper": lambda eps, a, b, W: theorem_1.kappa_paper(a, b, W),
    "sharp": lambda eps, a, b, W: kantorovich.kappa_sharp(eps, a, b),
}


class Recording(GLMObjective):
    """An objective whose minibatches note the points at which they are asked for subgradients."""

    def both(self, w):
        self.path.append(w)
        return super().both(w)


@pytest.mark.parametrize("which", KAPPAS)
@pytest.mark.parametrize("a, eps", [(1.0, 0.2), (0.5, 0.1), (0.3, 0.15)])
@pytest.mark.parametrize("batch", [1, 7])
@pytest.mark.parametrize("seed", range(3))
def test_some_minibatch_value_is_eps_small_within_theorem_6s_T(which, a, eps, batch, seed):
    """The part of Theorem 6 without probability: each f_t is an idealised GLM with the same w*.

    So each is SLQC by Theorem 1, whatever b is. While f_t(w_t) > eps a step of eta = eps/kappa
    brings w_t nearer: ||w_{t+1} - w*||^2 <= ||w_t - w*||^2 - eps^2/kappa^2.
    """
    problem, start = glm_on_the_circle(a, 1.0, seed)
    kappa = KAPPAS[which](eps, a, 1.0, problem.W_max)
    T = int(theorem_6.iterations(eps, kappa, balls.norm(start - problem.w_star)))
    eta = theorem_6.step(eps, kappa)
    f = GLMObjective(problem.X, problem.y, problem.activation)
    assert f.error(start) > 3 * eps, "the start must be bad for the test to mean anything"

    Recording.path = []
    result = sngd(Recording(**vars(f)), start, T=T, eta=eta, b=batch, random_state=seed)
    path = [*Recording.path, result.last]
    assert len(path) == T + 1 and path[0] is start
    assert result.values.min() <= eps, f"no f_t(w_t) <= eps within T = {T} ({which} kappa)"

    distance2 = np.sum((np.array(path) - problem.w_star) ** 2, axis=1)
    nearer = distance2[1:] <= distance2[:-1] - eta**2 + 1e-12
    assert nearer[result.values > eps].all(), "a step of SNGD must bring w nearer to w*"


@pytest.mark.parametrize("which", KAPPAS)
@pytest.mark.parametrize("a, eps", [(1.0, 0.3), (0.5, 0.3)])
@pytest.mark.parametrize("seed", range(2))
def test_theorem_6_best_iterate_is_3_eps_good(which, a, eps, seed):
    """Theorem 6 whole, with its eta, T and minibatch size, delta = 1e-6; best iterate.

    M: phi is monotone, so <g_t, w_t - w*> >= 0 and a step adds at most eta^2 to ||w_t - w*||^2;
    after T steps it is at most D^2 + T eta^2 <= 2 D^2 + eta^2 with D = ||w_1 - w*|| = 2, and
    f_t(w_t) <= b^2 ||w_t - w*||^2.
    """
    problem, start = glm_on_the_circle(a, 1.0, seed)
    kappa = KAPPAS[which](eps, a, 1.0, problem.W_max)
    T = int(theorem_6.iterations(eps, kappa, balls.norm(start - problem.w_star)))
    eta = theorem_6.step(eps, kappa)
    M = 2 * 2**2 + eta**2
    batch = int(theorem_6.minibatch(eps, 1e-6, T, M))
    f = GLMObjective(problem.X, problem.y, problem.activation)
    assert f.error(start) > 3 * eps
    result = sngd(f, start, T=T, eta=eta, b=batch, random_state=seed)
    assert f.error(result.best) <= 3 * eps
    assert result.values.max() <= M


@pytest.mark.parametrize("seed", range(3))
def test_theorem_6_on_a_layer_with_the_sharp_kappa(seed):
    """Footnote 1: the same with Frobenius norms; every minibatch is a layer with the same W*."""
    a, b, eps = 0.5, 1.0, 0.02
    problem = IdealisedLayer.random(60, 2, 3, GeneralizedReLU(a, b), 1.0, random_state=seed)
    start = -problem.W_star
    kappa = kantorovich.kappa_sharp(eps, a, b)
    T = int(theorem_6.iterations(eps, kappa, balls.norm(start - problem.W_star, 2)))
    f = LayerObjective(problem.X, problem.Y, problem.activation)
    assert f.error(start) > 3 * eps
    result = sngd(f, start, T=T, eta=eps / kappa, b=5, random_state=seed)
    assert result.values.min() <= eps


class Cancelling(GLMObjective):
    """An objective whose infinities cancel."""

    def both(self, w):
        return np.subtract(np.inf, np.inf), self.subgradient(w)


def test_divergence_names_layer_and_iteration():
    f = GLMObjective(np.full((2, 1), 1e200), np.array([0.0, 1.0]), Identity())
    message = (
        r"^training left the finite numbers in layer {} at minibatch iteration {}; "
        r"a smaller step \(eta\) or smaller inputs may help$"
    )
    with pytest.raises(DivergenceError, match=message.format("W2", 1)):
        sngd(f, np.array([1.0]), T=5, eta=0.1, b=1, random_state=0, layer="W2")
    with pytest.raises(DivergenceError, match=message.format("w", 1)):
        sngd(f, np.array([1.0]), T=5, eta=0.1, b=1, random_state=0)
    # x = 1, y = 0, eta = 10^308: w = 1, then about -10^308, whose square is beyond the floats.
    f = GLMObjective(np.ones((1, 1)), np.zeros(1), Identity())
    with pytest.raises(DivergenceError, match=message.format("w", 2)):
        sngd(f, np.array([1.0]), T=5, eta=1e308, b=1)
    # The value alone, 10^320, or the gradient alone, 2 10^310, is beyond them: seen at once.
    for x, y, w in ((1.0, 0.0, 1e160), (1e160, 1e150, 0.0)):
        f = GLMObjective(np.full((1, 1), x), np.full(1, y), Identity())
        with pytest.raises(DivergenceError, match=message.format("w", 1)):
            sngd(f, np.array([w]), T=3, eta=0.1, b=1)
    # Every entry of the gradient is finite, 1.7 10^308 twice, its length isn't.
    f = GLMObjective(np.full((1, 2), 1e160), np.array([0.85e148]), Identity())
    with pytest.raises(DivergenceError, match=message.format("w", 1)):
        sngd(f, np.zeros(2), T=3, eta=0.1, b=1)
    # inf - inf is no number at all, and NumPy's warning of it isn't wanted beside the error.
    f = Cancelling(np.ones((1, 1)), np.zeros(1), Identity())
    with pytest.raises(DivergenceError, match=message.format("w", 1)):
        sngd(f, np.ones(1), T=3, eta=0.1, b=1)
    # The step is looked at as well, also the last one: from w = -10^308 away from y.
    f = GLMObjective(np.full((1, 1), 1e-200), np.full(1, -1e150), Identity())
    for T in (1, 2):
        with pytest.raises(DivergenceError, match=message.format("w", 1)):
            sngd(f, np.array([-1e308]), T=T, eta=1.7e308, b=1)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_finite_means_every_number_of_every_array(bad):
    require_finite("W1", 3, 1.0, np.ones(2))
    for numbers in ((bad,), (1.0, np.array([0.0, bad])), (np.array([bad, 0.0]), 1.0)):
        with pytest.raises(DivergenceError, match=r"layer W1 at minibatch iteration 3;"):
            require_finite("W1", 3, *numbers)


@pytest.mark.parametrize("change, message", [
    (dict(T=0), "T is 0"), (dict(b=0), "b is 0"), (dict(b=1.5), "b is 1.5"),
    (dict(eta=0.0), "eta is 0.0"), (dict(eta=-1.0), "eta is -1.0"),
    (dict(eta=np.nan), "eta is nan"), (dict(random_state="x"), "random_state is 'x'"),
    (dict(normalise="rows"), "normalise is 'rows'; allowed are matrix, columns, None$"),
    (dict(w=np.zeros(4)), r"w has shape \(4,\)"), (dict(w=np.full(3, np.nan)), "w holds 3 NaN"),
    (dict(X=np.full((9, 3), np.inf)), "X holds 27"), (dict(y=np.zeros(8)), r"y has shape \(8,\)"),
])
def test_bad_arguments_are_named(change, message):
    f, w = planted("glm", np.random.default_rng(0))
    data = {"X": f.X, "y": f.y} | {k: v for k, v in change.items() if k in ("X", "y")}
    call = dict(w=w, T=2, eta=0.1, b=2) | {k: v for k, v in change.items() if k not in ("X", "y")}
    with pytest.raises(InputError, match=f"^{message}"):
        sngd(GLMObjective(**data, phi=RELU), **call)
