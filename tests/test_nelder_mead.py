"""Nelder-Mead by stacks: the points it looks at are those that scipy evaluates, in their order."""

import numpy as np
import pytest
from scipy.optimize import minimize

from dante_ref.proofs.nelder_mead import NelderMead


def valley(x):
    """Rosenbrock's, of points (..., n)."""
    return np.sum(100 * (x[..., 1:] - x[..., :-1] ** 2) ** 2 + (1 - x[..., :-1]) ** 2, axis=-1)


def rough(x):
    """Kinks, plateaus and ties: contractions fail and the simplex shrinks."""
    return np.round(np.abs(x).max(axis=-1) + 3 * np.abs(np.sin(5 * x)).sum(axis=-1), 1)


def looked_at(f, x, budget, tolerance=1e-12):
    method, points = NelderMead(x, budget, tolerance), []
    while method.points is not None:
        proposed = method.points.copy()
        points += [proposed[i] for i in method.take(f(proposed))]
    return np.array(points)


def by_scipy(f, x, budget, tolerance=1e-12):
    points = []

    def recorded(point):
        points.append(point.copy())
        return f(point)

    minimize(recorded, x, method="Nelder-Mead", options={
        "maxfev": budget, "fatol": tolerance, "xatol": tolerance, "adaptive": True,
    })
    return np.array(points)


@pytest.mark.parametrize("f", [valley, rough])
@pytest.mark.parametrize("n", [2, 5, 12])
@pytest.mark.parametrize("budget", [1, 7, 100, 3000])
def test_it_looks_at_the_points_that_scipy_evaluates(f, n, budget):
    x = np.random.default_rng(n).standard_normal(n) * 2
    x[0] = 0.0  # scipy steps off 0 by another length
    np.testing.assert_array_equal(looked_at(f, x, budget), by_scipy(f, x, budget))


def test_it_ends_where_the_simplex_is_small():
    points = looked_at(lambda x: np.abs(x - 3).sum(axis=-1), np.ones(2), 10**5)
    assert len(points) < 10**4 and np.abs(points[-1] - 3).max() < 1e-9


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_it_takes_every_turn_that_scipy_takes(n):
    """On noise an outside contraction is as often worse than the reflection as better."""
    def noise(x):
        return np.sin(1e4 * x).sum(axis=-1)

    x = np.linspace(1, 2, n)
    np.testing.assert_array_equal(looked_at(noise, x, 500), by_scipy(noise, x, 500))


@pytest.mark.parametrize("slope, n, small", [
    (0.0, 1, True), (1.0, 1, True), (1.01, 1, False), (-1.01, 1, False), (0.0, 3, True),
    (-1.0, 3, True), (1.01, 3, False),
])
def test_a_simplex_of_its_tolerance_is_small(slope, n, small):
    """From 0 the edges are 0.00025 long, and the heights as far apart as the slope says."""
    def f(x):
        return slope * x.max(axis=-1)

    points = looked_at(f, np.zeros(n), 20, 0.00025)
    np.testing.assert_array_equal(points, by_scipy(f, np.zeros(n), 20, 0.00025))
    assert (len(points) == n + 1) is small
    assert len(looked_at(f, np.zeros(n), 20, 0.00024)) > n + 1


def test_it_has_a_tolerance_by_itself_and_computes_in_double_precision():
    method, looked = NelderMead(np.ones(1, np.float32), 2000), 0
    assert method.points.dtype == np.float64
    while method.points is not None:
        last = method.points
        looked += len(method.take(np.abs(last - 1).sum(axis=-1)))
    assert looked < 100 and np.abs(last - 1).max() < 1e-11
