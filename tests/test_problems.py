"""Definition 2 and the planted problems: within their assumptions, and refused by name if not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref.activations import GeneralizedReLU, Identity, Sigmoid, Tanh
from dante_ref.exceptions import AssumptionError, InputError
from dante_ref.problems import IdealisedGLM, IdealisedLayer, NoisyGLM, TwoLayerNetwork

relu = GeneralizedReLU(0.1, 1.0)


@given(
    seed=st.integers(0, 10**6), m=st.integers(1, 6), d=st.integers(1, 4), W=st.floats(0.1, 5),
    phi=st.sampled_from([relu, GeneralizedReLU(0.5, 4.0), Sigmoid(), Tanh(), Identity()]),
    noise=st.sampled_from(["bernoulli", "bounded"]),
)
def test_random_problems_satisfy_their_assumptions(seed, m, d, W, phi, noise):
    IdealisedGLM.random(m, d, phi, W, seed).check()
    NoisyGLM.random(m, d, phi, W, seed, noise).check()
    IdealisedLayer.random(m, d, 2, phi, W, seed).check()
    TwoLayerNetwork.random(m, d, 2, 3, phi, phi, W, W, seed).check()


def test_planted_optima_have_no_error_and_a_zero_subgradient():
    for problem, optimum in [
        (p := IdealisedGLM.random(5, 3, relu, random_state=0), p.w_star),
        (p := IdealisedLayer.random(5, 3, 2, relu, random_state=0), p.W_star),
        (p := TwoLayerNetwork.random(5, 3, 2, 2, relu, relu, random_state=0), p.W1_star),
    ]:
        assert problem.error(optimum) == 0 and not problem.subgradient(optimum).any()


@pytest.mark.parametrize("noise", ["bernoulli", "bounded"])
def test_noise_has_zero_mean(noise):
    """E[y | x] = phi<w*, x>: the mean of xi over 10^5 samples is within 5 standard errors of 0."""
    glm = NoisyGLM.random(100_000, 3, relu, 2.0, 5, noise)
    assert abs(glm.xi.mean()) < 5 * glm.xi.std() / np.sqrt(glm.xi.size)
    assert glm.xi.std() > 0.01


def test_same_seed_same_problem():
    one, two = (NoisyGLM.random(9, 3, relu, random_state=4) for _ in range(2))
    assert np.array_equal(one.X, two.X) and np.array_equal(one.y, two.y)


X = np.array([[0.6, 0.8], [0.5, 0.0]])


@pytest.mark.parametrize(
    "broken, names",
    [
        (IdealisedGLM(X * 2, np.ones(2), relu), "x_i.*<= 1.*unit ball"),
        (IdealisedGLM(X, np.ones(2), relu, 1.0), r"w_star.*Theorem 1: \|\|w\*\|\| <= W"),
        (IdealisedGLM(X, np.ones(3), relu), r"w_star has shape \(3,\).*\(2,\)"),
        (IdealisedGLM(X * np.nan, np.ones(2), relu), "X holds 4 NaN"),
        (NoisyGLM(X, np.ones(2) / 2, relu, None, np.array([0.5, 1.5])), "y_i.*1.5.*Definition 2"),
        (NoisyGLM(X, -np.ones(2) / 2, relu, None, np.ones(2)), r"phi<w\*, x_i>.*\[0, 1\]"),
        (NoisyGLM(X, np.ones(2) / 2, relu, None, np.ones(3)), r"y has shape \(3,\)"),
        (IdealisedLayer(X, np.ones((2, 2)), relu, 1.0), r"W_star.*Theorem 3"),
        (TwoLayerNetwork(X, np.ones((2, 2)), np.ones((2, 1)), relu, relu, 1.0), r"W1_star.*<= 1"),
        (TwoLayerNetwork(X, np.eye(2), np.ones((3, 1)), relu, relu), r"W2_star has shape \(3, 1\)"),
    ],
)
def test_a_violated_assumption_is_named(broken, names):
    with pytest.raises(InputError, match=names):
        broken.check()


def test_points_outside_the_ball_are_refused():
    glm = IdealisedGLM.random(3, 2, relu, 1.0, 0)
    with pytest.raises(AssumptionError, match=r"w has norm up to 1\.41.*w in B\(0, W\)"):
        glm.check_point(np.ones(2))
    with pytest.raises(InputError, match="noise is 'gaussian'"):
        NoisyGLM.random(3, 2, relu, noise="gaussian")


def test_users_own_arrays_are_taken():
    glm = replace(IdealisedGLM.random(3, 2, relu), X=X, w_star=np.array([0.3, 0.4]), W_max=0.5)
    assert glm.check().y.tolist() == pytest.approx([0.5, 0.15])
