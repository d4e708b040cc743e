"""Definition 3 and the other activations: values as printed, slopes, monotone, homogeneous."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref.activations import (
    ACTIVATIONS,
    GeneralizedReLU,
    Identity,
    Sigmoid,
    Tanh,
    make_activation,
)
from dante_ref.exceptions import InputError

ALL = [GeneralizedReLU(0.5, 2.0), *(make_activation(name) for name in ACTIVATIONS)]
"""A new activation is tested as the others are, without a line here."""
reals = st.floats(-30, 30)


def test_generalized_relu_is_definition_3():
    f = GeneralizedReLU(0.25, 2.0)
    assert f.phi([-4.0, 0.0, 3.0]).tolist() == [-1.0, 0.0, 6.0]
    assert f.g([-4.0, 0.0, 3.0]).tolist() == [0.25, 2.0, 2.0]  # g(0) = b
    assert f.g(-0.0) == 2.0


@pytest.mark.parametrize("a, b", [(0, 1), (-1, 1), (2, 1), (np.nan, 1), (0.1, np.inf), ("a", 1),
                                  (Fraction(1, 2), np.inf), (Fraction(2), 1)])
def test_slopes_must_satisfy_0_below_a_at_most_b(a, b):
    with pytest.raises(InputError, match=r"^(a|b|a, b) (has|holds|are) .*; allowed (is|are) "):
        GeneralizedReLU(a, b)


@pytest.mark.parametrize("phi", ALL, ids=repr)
@given(s=reals, t=reals)
def test_difference_quotients_and_g_lie_between_the_slopes(phi, s, t):
    """gamma |s-t| <= |phi(s)-phi(t)| <= L |s-t|, of one sign; and gamma <= g <= L."""
    gamma, L = phi.slopes(30.0)
    rise, run = float(phi.phi(s) - phi.phi(t)), s - t
    tiny = 1e-12 * max(1.0, abs(rise), abs(run))
    assert rise * run >= -tiny
    assert gamma * abs(run) - tiny <= abs(rise) <= L * abs(run) + tiny
    assert gamma * (1 - 1e-12) <= phi.g(s) <= L * (1 + 1e-12)


@pytest.mark.parametrize("R", [0.0, 0.5, 3.0, 30.0])
@pytest.mark.parametrize("phi", [*ALL, GeneralizedReLU(2.0, 2.0)], ids=repr)
def test_the_slopes_are_those_that_g_takes(phi, R):
    """gamma and L can't be improved: g attains both on [-R, R] (of the ReLU, for R > 0)."""
    gamma, L = phi.slopes(R)
    g = phi.g(np.linspace(-R, R, 2001))  # 0 is one of them
    np.testing.assert_allclose(L, g.max(), rtol=1e-12)
    if R > 0 or not isinstance(phi, GeneralizedReLU):
        np.testing.assert_allclose(gamma, g.min(), rtol=1e-12)


def test_slopes_on_the_whole_line():
    """Where no R is given: the limits at infinity, 0 for the sigmoid and tanh."""
    assert Sigmoid().slopes() == (0, 0.25) and Tanh().slopes() == (0, 1)
    assert Identity().slopes() == (1, 1) and GeneralizedReLU(0.5, 2.0).slopes() == (0.5, 2.0)


def test_equal_activations_have_equal_slopes():
    one = GeneralizedReLU(0.5, 1.0)
    assert one == GeneralizedReLU(np.float64(0.5), 1)
    assert one != GeneralizedReLU(0.25, 1.0)
    assert one != GeneralizedReLU(0.5, 2.0)
    assert one != Identity() and GeneralizedReLU(1, 1) != Identity()


@pytest.mark.parametrize("phi", ALL, ids=repr)
def test_positive_homogeneity_is_what_the_activation_says(phi):
    z, c = np.linspace(-3, 3, 13), 2.5
    assert np.allclose(phi.phi(c * z), c * phi.phi(z)) == phi.positively_homogeneous


@pytest.mark.parametrize("phi", ALL, ids=repr)
@given(z=reals)
def test_g_is_in_the_subdifferential(phi, z):
    """g(z) lies between the two one-sided slopes (they agree where phi is differentiable)."""
    h = 1e-6
    left = float((phi.phi(z) - phi.phi(z - h)) / h)
    right = float((phi.phi(z + h) - phi.phi(z)) / h)
    assert min(left, right) - 1e-4 <= phi.g(z) <= max(left, right) + 1e-4


@pytest.mark.parametrize("kind", [Sigmoid(), Tanh()])
def test_no_overflow_at_any_z(kind):
    z = np.array([-1e300, -800.0, 800.0, 1e300])
    with np.errstate(over="raise", invalid="raise"):
        assert np.isfinite(kind.phi(z)).all() and np.isfinite(kind.g(z)).all()
    assert kind.g(700.0) == pytest.approx(kind.g(-700.0), rel=1e-12)  # no cancellation in 1 - s(z)
    assert Sigmoid().g(700.0) > 0


@pytest.mark.parametrize("phi", ALL, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(phi, dtype):
    z = np.linspace(-2, 2, 5, dtype=dtype)
    assert phi.phi(z).dtype == dtype and phi.g(z).dtype == dtype


def test_stacked_slopes_give_each_problem_its_own_activation():
    a, b = np.array([0.1, 0.5]), np.array([1.0, 2.0])
    z = np.random.default_rng(0).standard_normal((2, 4, 3))
    stack = GeneralizedReLU(a, b)
    for i in range(2):
        single = GeneralizedReLU(a[i], b[i])
        assert np.array_equal(stack.phi(z)[i], single.phi(z[i]))
        assert np.array_equal(stack.g(z)[i], single.g(z[i]))


def test_activations_by_name():
    assert {"generalized_relu", "sigmoid", "tanh", "identity"} <= set(ACTIVATIONS)
    assert make_activation("generalized_relu", a=0.2, b=1.0) == GeneralizedReLU(0.2, 1.0)
    for name in ("sigmoid", "tanh", "identity"):
        assert make_activation(name) == ACTIVATIONS[name]()
    names = "generalized_relu, sigmoid, tanh, identity"
    with pytest.raises(InputError, match=f"^activation is 'relu6'; allowed are {names}$"):
        make_activation("relu6")
    with pytest.raises(InputError, match=r"^activation 'sigmoid' takes no slopes; given: a, b$"):
        make_activation("sigmoid", a=0.2, b=1.0)


@pytest.mark.parametrize("phi", [Sigmoid(), Tanh()], ids=lambda phi: phi.name)
def test_the_least_slope_is_never_rounded_above_the_largest(phi):
    """For tiny R both are 1/4 (or 1), computed by two roundings: gamma <= L all the same."""
    for R in (*np.logspace(-12, 2, 2000), np.logspace(-12, 2, 2000)):
        gamma, L = phi.slopes(R)
        assert np.all(gamma <= L)
