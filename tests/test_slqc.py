"""Definitions 1 and 4: the exact decision against brute force, kappa_emp, margins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from dante_ref.activations import GeneralizedReLU
from dante_ref.exceptions import InputError
from dante_ref.problems import IdealisedGLM, IdealisedLayer
from dante_ref.slqc import SLQC, radius, ratio, slqc_at
from dante_ref.theorems import kantorovich

relu = GeneralizedReLU(0.2, 1.0)


def brute_force_clause_2(G, x, z, r):
    """Clause 2 by maximising <G, y - x> over the ball with a general-purpose optimiser."""
    best = -np.inf
    rng = np.random.default_rng(0)
    for _ in range(3):
        found = minimize(
            lambda y: -np.sum(G * (y.reshape(x.shape) - x)), rng.standard_normal(x.size) * r,
            jac=lambda y: -G.ravel(), method="SLSQP", options={"ftol": 1e-14, "maxiter": 200},
            constraints={
                "type": "ineq", "fun": lambda y: r**2 - np.sum((y - z.ravel()) ** 2),
                "jac": lambda y: -2 * (y - z.ravel()),
            },
        )
        best = max(best, -found.fun)
    return best


@given(seed=st.integers(0, 10**6), shape=st.sampled_from([(1,), (3,), (2, 2), (3, 2)]))
def test_the_exact_maximum_over_the_ball_is_the_brute_force_one(seed, shape):
    rng = np.random.default_rng(seed)
    G, x, z = rng.standard_normal((3, *shape))
    r = rng.uniform(0.1, 2)
    slqc = slqc_at(x, z, 1.0, 0.0, G, ndim=len(shape))
    exact = r * slqc.gradient_norm - slqc.progress
    assert brute_force_clause_2(G, x, z, r) == pytest.approx(float(exact), abs=1e-5)


@given(seed=st.integers(0, 10**6), eps=st.floats(1e-3, 1), kappa=st.floats(0.05, 20))
def test_the_decision_is_definition_1_checked_point_by_point(seed, eps, kappa):
    """On a real GLM: holds() against sampling the sphere (where the maximum is), both clauses."""
    rng = np.random.default_rng(seed)
    glm = IdealisedGLM.random(4, 2, relu, 1.0, rng)
    w = rng.standard_normal(2)
    w /= max(1, np.linalg.norm(w))
    slqc, G = glm.slqc(w), glm.subgradient(w)
    angle = np.linspace(0, 2 * np.pi, 20_001)
    y = glm.w_star + eps / kappa * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    largest = ((y - w) @ G).max()
    clause_1 = glm.error(w) - glm.error(glm.w_star) <= eps
    clause_2 = np.linalg.norm(G) > 0 and largest <= 0
    if clause_1 or abs(largest) > 1e-6 * np.linalg.norm(G) * eps / kappa:  # else: undecided by eye
        assert slqc.holds(eps, kappa) == (clause_1 or clause_2)


def test_clause_1_and_a_zero_gradient():
    still = SLQC(np.array(1.0), np.array(0.0), np.array(0.0))
    assert still.holds(1.0, 5.0)  # clause 1: gap <= eps
    assert not still.holds(0.5, 5.0)  # clause 2 asks ||grad|| > 0
    assert still.kappa_emp(0.5) == np.inf and still.kappa_emp(1.0) == 0
    assert still.worst_ratio(lambda eps: 1.0) == np.inf


@given(
    gap=st.floats(0.1, 10), norm=st.floats(0.1, 10), progress=st.floats(-10, 10),
    share=st.floats(0.01, 0.99),
)
def test_kappa_emp_is_the_smallest_kappa_that_holds(gap, norm, progress, share):
    slqc, eps = SLQC(*map(np.array, (gap, norm, progress))), share * gap
    smallest = slqc.kappa_emp(eps)
    if np.isfinite(smallest):
        assert slqc.holds(eps, smallest * (1 + 1e-9))
        assert not slqc.holds(eps, smallest * (1 - 1e-9))
    else:
        assert not slqc.holds(eps, 1e12)


@pytest.mark.parametrize(
    "kappa", [lambda eps: 3.0, lambda eps: kantorovich.kappa_sharp(eps, 0.2, 1.0)],
    ids=["flat", "sharp"],
)
@given(gap=st.floats(0.01, 10), norm=st.floats(0.1, 10), progress=st.floats(-5, 10))
def test_worst_ratio_is_the_supremum_over_all_eps(kappa, gap, norm, progress):
    slqc = SLQC(*map(np.array, (gap, norm, progress)))
    eps = gap * np.append(np.linspace(0.01, 0.99, 50), 1 - 1e-9)
    with np.errstate(over="ignore"):
        over_eps = max(float(slqc.kappa_emp(e) / kappa(e)) for e in eps)
    assert over_eps == pytest.approx(float(slqc.worst_ratio(kappa)), rel=1e-6)
    if abs(over_eps - 1) > 1e-6:
        assert (slqc.margin(kappa) >= 1) == all(slqc.holds(e, kappa(e)) for e in eps)


def test_rounding_forgives_that_relative_amount_and_no_more():
    """gap <= eps (1 + rounding), or progress (1 + rounding) >= r ||grad||; here r = 2 (eps = 6)."""
    forgiven, missed = 1.1 * (1 - 1e-9), 1.1 * (1 + 1e-9)
    away = np.array(-1.0)
    for share, enough in ((forgiven, True), (missed, False)):
        clause_1 = SLQC(np.array(6 * share), np.array(1.0), away)
        assert clause_1.holds(6.0, 3.0, rounding=0.1) == enough
        assert not clause_1.holds(6.0, 3.0)
        clause_2 = SLQC(np.array(9.0), np.array(5.0), np.array(10 / share))
        assert clause_2.holds(6.0, 3.0, rounding=0.1) == enough
        assert not clause_2.holds(6.0, 3.0)
    assert SLQC(np.array(9.0), np.array(5.0), np.array(10.0)).holds(6.0, 3.0), "10 = 2 * 5"
    assert SLQC(np.array(6.0), np.array(1.0), away).holds(6.0, 3.0), "gap = eps"


def test_no_kappa_will_do_where_the_gradient_is_zero_or_does_not_point_from_z():
    """kappa_emp (eps = 1/2) and margin (kappa = 3) on every kind of point (gap, norm, progress).

    Elsewhere kappa_emp = eps norm/progress and margin = progress/((gap/3) norm).
    """
    points = {
        (1.0, 2.0, 4.0): (0.25, 6.0), (1.0, 2.0, 0.0): (np.inf, 0.0),
        (1.0, 2.0, -4.0): (np.inf, -6.0), (1.0, 0.0, 0.0): (np.inf, -np.inf),
        (0.5, 2.0, -4.0): (0.0, -12.0), (0.0, 2.0, -4.0): (0.0, np.inf),
        (-1.0, 0.0, 0.0): (0.0, np.inf),
    }
    slqc = SLQC(*np.array(list(points)).T)
    kappa, margin = np.array(list(points.values())).T
    assert slqc.kappa_emp(0.5).tolist() == kappa.tolist()
    assert slqc.margin(lambda eps: 3.0).tolist() == margin.tolist()
    ratios = [1 / 6.0, np.inf, np.inf, np.inf, np.inf, 0.0, 0.0]
    assert slqc.worst_ratio(lambda eps: 3.0).tolist() == ratios


def test_a_progress_beyond_rounding_gives_inf_without_a_warning():
    faint = SLQC(np.array(1.0), np.array(1e10), np.array(5e-324))
    assert faint.kappa_emp(0.5) == np.inf
    assert ratio(5e-324) == np.inf and ratio(0.25) == 4 and ratio(0.0) == np.inf


@pytest.mark.parametrize("ndim", [1, 2])
def test_slqc_at_measures_from_x_to_z(ndim):
    """f(x) - f(z), ||G|| and <G, x - z>, one number for each problem of a stack."""
    x, z, G = np.random.default_rng(0).normal(size=(3, 5, 2, 3))
    stack = (5, 2) if ndim == 1 else (5,)
    f_x, f_z = np.random.default_rng(1).normal(size=(2, *stack))
    found = slqc_at(x, z, f_x, f_z, G, ndim=ndim)
    axes = (-1,) if ndim == 1 else (-2, -1)
    np.testing.assert_array_equal(found.gap, f_x - f_z)
    np.testing.assert_allclose(found.gradient_norm, np.sqrt((G**2).sum(axes)), rtol=1e-14)
    np.testing.assert_allclose(found.progress, (G * (x - z)).sum(axes), rtol=1e-12, atol=1e-14)
    if ndim == 1:
        for one in (slqc_at(x, z, f_x, f_z, G), SLQC.at(x, z, f_x, f_z, G)):
            np.testing.assert_array_equal(one.progress, found.progress)


def test_a_radius_is_eps_over_kappa_and_both_are_checked():
    assert radius(3.0, 4.0) == 0.75 and radius(0.0, 0.5) == 0 and radius(0.5, 0.25) == 2
    np.testing.assert_array_equal(radius(np.array([1.0, 2.0]), 4.0), [0.25, 0.5])
    point = SLQC(np.array(1.0), np.array(1.0), np.array(1.0))
    small = 1e-3
    assert point.holds(small, small) and point.kappa_emp(small) == small
    for name, refused in (
        ("eps", lambda: radius(-1.0, 1.0)), ("kappa", lambda: radius(1.0, 0.0)),
        ("eps", lambda: point.holds(0.0, 1.0)), ("kappa", lambda: point.holds(1.0, 0.0)),
        ("rounding", lambda: point.holds(1.0, 1.0, rounding=-1.0)),
        ("eps", lambda: point.kappa_emp(0.0)),
    ):
        with pytest.raises(InputError, match=f"^{name} is "):
            refused()


def test_nothing_is_claimed_where_kappa_is_nan():
    slqc = SLQC(np.array([1.0, 1.0]), np.array([1.0, 1.0]), np.array([-1.0, -1.0]))
    assert slqc.margin(lambda eps: np.array([np.nan, 1.0])).tolist() == [np.inf, -1.0]


def test_stacks_are_decided_like_single_problems():
    rng = np.random.default_rng(3)
    X = rng.standard_normal((7, 4, 3)) / 4
    W_star, W = rng.standard_normal((2, 7, 3, 2)) / 3
    stack = IdealisedLayer(X, W_star, relu).slqc(W)
    for i in range(7):
        one = IdealisedLayer(X[i], W_star[i], relu).slqc(W[i])
        for name in ("gap", "gradient_norm", "progress"):
            assert getattr(stack, name)[i] == pytest.approx(float(getattr(one, name)), rel=1e-12)
