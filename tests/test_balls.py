"""The balls of section 3.2: their points, their norms, and what isn't one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref import balls
from dante_ref.exceptions import InputError


@given(seed=st.integers(0, 10**6), radius=st.floats(0.1, 10), ndim=st.sampled_from([1, 2]))
def test_projection_onto_a_ball(seed, radius, ndim):
    """into_ball gives the nearest point: inside stays, outside lands on the sphere, same ray."""
    v = np.random.default_rng(seed).standard_normal((5, 3, 2)) * 5
    u = balls.into_ball(v, radius, ndim)
    norm_v, norm_u = balls.norm(v, ndim), balls.norm(u, ndim)
    np.testing.assert_allclose(norm_u, np.minimum(norm_v, radius))
    np.testing.assert_allclose(balls.inner(u, v, ndim), norm_u * norm_v)


def test_a_ball_has_radius_1_and_vectors_unless_told_otherwise():
    v = np.array([[3.0, 4.0], [0.0, 0.5], [0.0, 0.0]])
    assert balls.norm(v).tolist() == [5, 0.5, 0]
    assert balls.inner(v, 2 * v).tolist() == [50, 0.5, 0]
    np.testing.assert_allclose(balls.into_ball(v), [[0.6, 0.8], [0.0, 0.5], [0.0, 0.0]])
    np.testing.assert_array_equal(balls.into_ball(v, np.array([10.0, 0.25, 1.0])),
                                  [[3.0, 4.0], [0.0, 0.25], [0.0, 0.0]])


@pytest.mark.parametrize("ndim, n", [(1, 3), (2, 6)])
@pytest.mark.parametrize("radius", [1.0, 0.5])
def test_draws_are_uniform_in_the_ball(ndim, n, radius):
    """(||v||/r)^n is uniform on [0, 1] and independent of the direction, whose law is isotropic.

    Kolmogorov's distance to the uniform law, and each coordinate's mean and variance r^2/(n + 2);
    each within 5 standard errors.
    """
    N = 20_000
    v = balls.uniform_in_ball(np.random.default_rng(0), (N, 2, 3), radius, ndim)
    u = np.sort(((balls.norm(v, ndim) / radius) ** n).ravel())
    assert u[0] >= 0 and u[-1] <= 1 + 1e-12
    assert np.abs(u - (np.arange(u.size) + 0.5) / u.size).max() * np.sqrt(u.size) < 5 / 2
    variance = radius**2 / (n + 2)
    assert np.abs(v.mean(axis=0)).max() < 5 * np.sqrt(variance / N)
    np.testing.assert_allclose(v.var(axis=0), variance, rtol=5 * np.sqrt(2 / N))
    default = balls.uniform_in_ball(np.random.default_rng(0), (N, 2, 3))
    if (ndim, radius) == (1, 1.0):
        np.testing.assert_array_equal(default, v)


@pytest.mark.parametrize("shape, ndim, message", [
    ((3, 0), 1, r"^shape is 0; allowed is a whole number >= 1$"),
    ((3,), 2, r"^shape is \(3,\); allowed are 2 axes or more$"),
])
def test_shapes_that_hold_no_point_are_refused(shape, ndim, message):
    with pytest.raises(InputError, match=message):
        balls.uniform_in_ball(np.random.default_rng(0), shape, ndim=ndim)


def test_vectors_and_matrices_alone_have_norms():
    with pytest.raises(InputError, match=r"^ndim is 3; allowed are 1 \(vectors\) and 2 \(matric"):
        balls.norm(np.ones((2, 2, 2)), 3)
    message = r"^v has shape \(2, 3\); allowed is \(\.\.\., d, n\) with d = 3, as for u, v$"
    with pytest.raises(InputError, match=message):
        balls.inner(np.ones((3, 3)), np.ones((2, 3)), 2)
