"""The Euclidean and the Frobenius norm."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref.norms import exact_root, inner, into_ball, norm
from dante_ref.proofs import exact


def test_norms_do_not_overflow_or_underflow():
    huge, tiny = np.array([3e300, 4e300]), np.array([3e-300, 4e-300])
    assert norm(huge) == pytest.approx(5e300)
    assert norm(tiny) == pytest.approx(5e-300, abs=0)
    np.testing.assert_allclose(norm(np.stack([huge, tiny])), [5e300, 5e-300], rtol=1e-12)
    assert norm(np.zeros((2, 2)), 2) == 0


@given(seed=st.integers(0, 10**6), ndim=st.sampled_from([1, 2]))
def test_norm_and_product_are_those_of_each_vector_or_matrix_of_a_stack(seed, ndim):
    u, v = np.random.default_rng(seed).standard_normal((2, 4, 3, 2))
    shape = (4, 3) if ndim == 1 else (4,)
    assert norm(u, ndim).shape == inner(u, v, ndim).shape == shape
    for index in np.ndindex(shape):
        assert norm(u, ndim)[index] == pytest.approx(np.linalg.norm(u[index]), rel=1e-12)
        assert inner(u, v, ndim)[index] == pytest.approx(np.vdot(u[index], v[index]), rel=1e-12)


@given(p=st.integers(1, 10**30), q=st.integers(1, 10**30))
def test_the_root_of_a_square_is_exact_and_of_twice_a_square_refused(p, q):
    root = Fraction(p, q)
    assert exact_root(root**2) == root
    for irrational in (2 * root**2, root**2 / 3):
        with pytest.raises(ValueError, match=f"^the root of {irrational} is not rational; exact"):
            exact_root(irrational)


def test_norms_of_fractions_are_exact():
    v = exact.rational([["3/5", "4/5"], ["5/13", "12/13"]])
    assert norm(v).tolist() == [Fraction(1)] * 2
    single = norm(exact.rational([["1/10", "1/10"], ["1/10", "1/10"]]), 2)
    assert isinstance(single, Fraction) and single == Fraction(1, 5)
    with pytest.raises(ValueError, match="the root of 2 is not rational"):
        norm(exact.rational([1, 1]))


def test_vectors_and_the_unit_ball_are_what_is_meant_where_nothing_is_said():
    u, v = np.array([[3.0, 4.0], [0.3, 0.4]]), np.array([[1.0, 2.0], [10.0, 20.0]])
    np.testing.assert_allclose(norm(u), [5, 0.5])
    np.testing.assert_allclose(inner(u, v), [11, 11])
    np.testing.assert_allclose(into_ball(u), [[0.6, 0.8], [0.3, 0.4]])


@pytest.mark.parametrize("radius", [0.5, 2.0, 100.0])
def test_the_nearest_point_of_a_ball_is_the_point_itself_or_on_the_sphere(radius):
    """Each vector or matrix of a stack on its own; the origin stays."""
    v = np.array([[[3.0, 4.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]], [[0.1, 0.0], [0.0, 0.2]]])
    for ndim in (1, 2):
        nearest, length = into_ball(v, radius, ndim), norm(v, ndim)
        np.testing.assert_allclose(norm(nearest, ndim), np.minimum(length, radius))
        share = np.where(length > radius, radius / np.where(length > 0, length, 1), 1)
        np.testing.assert_allclose(nearest, v * share.reshape(share.shape + (1,) * ndim))
