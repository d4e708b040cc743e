"""Section 5's subgradients: the literal form, the fast form and numerical differentiation agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref import errors
from dante_ref.activations import GeneralizedReLU, Identity, Sigmoid, Tanh
from dante_ref.subgradients import literal, vectorised

ACTIVATIONS = [GeneralizedReLU(0.1, 1.0), GeneralizedReLU(0.5, 3.0), Sigmoid(), Tanh(), Identity()]
activations = st.sampled_from(ACTIVATIONS)
small = st.integers(1, 5)


def draw(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in shapes]


def agree(x, y):
    np.testing.assert_allclose(x, y, rtol=1e-10, atol=1e-12)


@given(seed=st.integers(0, 10**6), m=small, d=small, k=small, n=small, p=activations, q=activations)
def test_the_two_forms_agree_on_random_shapes(seed, m, d, k, n, p, q):
    X, W1, W2, Y = draw(seed, (m, d), (d, k), (k, n), (m, n))
    agree(literal.glm(W1[:, 0], X, Y[:, 0], p), vectorised.glm(W1[:, 0], X, Y[:, 0], p))
    agree(literal.layer(W1 @ W2, X, Y, p), vectorised.layer(W1 @ W2, X, Y, p))
    fast = vectorised.inner(W1, W2, X, Y, p, q)
    agree(literal.inner(W1, W2, X, Y, p, q), fast)
    agree(literal.inner_diagonal(W1, W2, X, Y, p, q), fast)
    agree(
        literal.inner_single(W1, W2[:, 0], X, Y[:, 0], p, q),
        vectorised.inner_single(W1, W2[:, 0], X, Y[:, 0], p, q),
    )


def numerical(f, W, h=1e-6):
    """Central differences of f, entry by entry."""
    G = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        step = np.zeros_like(W)
        step[index] = h
        G[index] = (f(W + step) - f(W - step)) / (2 * h)
    return G


@pytest.mark.parametrize("p", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("q", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("seed", range(3))
def test_both_are_the_derivative_of_the_error_away_from_kinks(p, q, seed):
    X, W1, W2, Y = draw(seed, (5, 3), (3, 4), (4, 2), (5, 2))
    Z1 = X @ W1
    assert min(abs(Z1).min(), abs(p.phi(Z1) @ W2).min()) > 1e-4  # no kink within reach of h
    near = {"rtol": 1e-6, "atol": 1e-6}
    np.testing.assert_allclose(
        vectorised.inner(W1, W2, X, Y, p, q),
        numerical(lambda W: errors.two_layer_error(W, W2, X, Y, p, q), W1), **near,
    )
    np.testing.assert_allclose(
        vectorised.inner_single(W1, W2[:, 0], X, Y[:, 0], p, q),
        numerical(
            lambda W: errors.two_layer_error_single(W, W2[:, 0], X, Y[:, 0], p, q), W1
        ), **near,
    )
    Z = p.phi(Z1)
    np.testing.assert_allclose(
        vectorised.layer(W2, Z, Y, q), numerical(lambda W: errors.layer_error(W, Z, Y, q), W2),
        **near,
    )
    np.testing.assert_allclose(
        vectorised.glm(W2[:, 0], Z, Y[:, 0], q),
        numerical(lambda w: errors.glm_error(w, Z, Y[:, 0], q), W2[:, 0]), **near,
    )


@given(y=st.floats(-2, 2), slope=st.floats(0.05, 1.0), x=st.sampled_from([-1.0, 1.0]))
def test_at_a_kink_the_glm_element_lies_in_the_subdifferential(y, slope, x):
    """d = 1, one sample, w = 0: <w, x> = 0 is the kink. err's two one-sided derivatives there are
    -2 y times the activation's two slopes; the returned element must lie between them.
    """
    phi, X, h = GeneralizedReLU(slope, 1.0), np.array([[x]]), 1e-7
    f = [errors.glm_error(np.array([w]), X, np.array([y]), phi) for w in (-h, 0.0, h)]
    left, right = (f[1] - f[0]) / h, (f[2] - f[1]) / h
    for form in (literal, vectorised):
        G = form.glm(np.zeros(1), X, np.array([y]), phi)[0]
        assert min(left, right) - 1e-5 <= G <= max(left, right) + 1e-5


@given(y=st.floats(-2, 2), slope=st.floats(0.05, 1.0), w2=st.floats(-2, 2))
def test_at_a_kink_the_inner_element_lies_in_the_subdifferential(y, slope, w2):
    """The same for the inner layer: at W1 = 0 both phi1 and phi2 are at their kinks."""
    phi, X, Y = GeneralizedReLU(slope, 1.0), np.ones((1, 1)), np.array([[y]])
    W2, h = np.array([[w2]]), 1e-7

    def f(w):
        return errors.two_layer_error(np.array([[w]]), W2, X, Y, phi, phi)

    left, right = (f(0.0) - f(-h)) / h, (f(h) - f(0.0)) / h
    # Slopes a or b of either layer: the products a^2, ab, b^2 span the subdifferential of
    # phi2(w2 phi1(.)); the chain rule's element uses b b at 0, up to sign the steepest.
    reach = 2 * abs(y * w2) * np.array([slope**2, 1.0])
    for form in (literal, vectorised):
        G = form.inner(np.zeros((1, 1)), W2, X, Y, phi, phi)[0, 0]
        assert np.sign(G) in (0, -np.sign(y * w2)) and reach[0] - 1e-9 <= abs(G) <= reach[1] + 1e-9
        if w2 > 0:
            assert min(left, right) - 1e-5 <= G <= max(left, right) + 1e-5


def test_stacks_are_evaluated_like_single_problems():
    X, W1, W2, Y = draw(0, (6, 5, 3), (6, 3, 4), (6, 4, 2), (6, 5, 2))
    p = GeneralizedReLU(np.linspace(0.1, 0.9, 6), np.ones(6))
    stacked = vectorised.inner(W1, W2, X, Y, p, p)
    error = errors.two_layer_error(W1, W2, X, Y, p, p)
    for i in range(6):
        q = GeneralizedReLU(p.a[i], 1.0)
        agree(stacked[i], literal.inner(W1[i], W2[i], X[i], Y[i], q, q))
        agree(error[i], errors.two_layer_error(W1[i], W2[i], X[i], Y[i], q, q))


def test_errors_are_means_over_samples_and_sums_over_outputs():
    """Section 3.2's normalisation on numbers done by hand: identity, two samples, two outputs."""
    X, W = np.array([[1.0], [2.0]]), np.array([[1.0, -1.0]])
    Y = np.array([[0.0, 0.0], [0.0, 0.0]])
    assert errors.layer_error(W, X, Y, Identity()) == (1 + 1 + 4 + 4) / 2
    assert errors.glm_error(W[:, 0], X, Y[:, 0], Identity()) == (1 + 4) / 2


def test_a_sum_of_elements_need_not_be_a_subgradient_of_the_sum():
    """Two samples x = 1 and x = -1, w* = v, w = 0, both at the kink: err's one-sided derivatives
    are -(a^2 + b^2) v to the right and -2ab v to the left, but G = -b (a + b) v, steeper than both
    for a < b. Each sample's element is in its own subdifferential; the proofs use only a <= g <= b.
    """
    a, b, v, h = 0.5, 1.0, 1.0, 1e-7
    phi, X = GeneralizedReLU(a, b), np.array([[1.0], [-1.0]])
    y = errors.glm_predict(np.array([v]), X, phi)
    f = [errors.glm_error(np.array([w]), X, y, phi) for w in (-h, 0.0, h)]
    left, right = (f[1] - f[0]) / h, (f[2] - f[1]) / h
    assert (left, right) == (
        pytest.approx(-2 * a * b * v, abs=1e-5), pytest.approx(-(a**2 + b**2) * v, abs=1e-5)
    )
    assert vectorised.glm(np.zeros(1), X, y, phi)[0] == pytest.approx(-b * (a + b) * v)
