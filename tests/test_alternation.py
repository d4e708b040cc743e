"""Algorithm 2 with exact inner solutions: it never rises, and it may stop where it shouldn't."""

from fractions import Fraction

import numpy as np
import pytest

from dante_ref.activations import GeneralizedReLU
from dante_ref.objectives import NetworkObjective
from dante_ref.proofs import exact
from dante_ref.theorems import alternation


def test_the_exact_phase_is_the_least_of_a_fine_grid():
    rng = np.random.default_rng(0)
    phi = GeneralizedReLU(0.3)
    hidden, y = rng.normal(size=(2, 5))
    w, error = alternation.exact_phase((phi.phi(hidden), phi.phi(-hidden)), y)
    grid = np.linspace(-5, 5, 20_001)
    errors = np.mean((phi.phi(grid[:, None] * hidden) - y) ** 2, axis=1)
    assert error <= errors.min() and errors.min() <= error + 1e-6
    assert np.mean((phi.phi(w * hidden) - y) ** 2) == pytest.approx(error)


@pytest.mark.parametrize("start", [Fraction(-1, 100), Fraction(-1), Fraction(-3)])
def test_it_is_stuck_from_a_half_line_of_starts_with_no_tie(start):
    instance = alternation.stuck(start)
    x, y = instance.problem.X[..., 0], instance.problem.Y[..., 0]
    (_, _, middle, after), *_ = alternation.alternate(
        x, y, instance.problem.phi1, instance.point[..., 0, 0], 1
    )
    assert middle == after == Fraction(9, 64)


def test_the_other_start_reaches_the_optimum():
    instance = alternation.stuck(Fraction(1, 3))
    x, y = instance.problem.X[..., 0], instance.problem.Y[..., 0]
    (_, _, _, after), *_ = alternation.alternate(
        x, y, instance.problem.phi1, instance.point[..., 0, 0], 1
    )
    assert after == 0


def saddle():
    """x = e₁, e₂, a = b = 1, Y = diag(2, 1), W₁ = diag(1, 0), W₂ = diag(2, 0): f = 1/2 exactly.

    Each layer is the minimiser of least norm for the other: the second hidden unit is 0 both ways.
    But f(W₁ + tE, W₂ + tE) = (1 − t²)²/2, E the matrix of the second unit alone.
    """
    one, = exact.rational([1])
    phi = GeneralizedReLU(one, one)
    X, Y, W1, W2 = (exact.rational(np.diag(d)) for d in ([1, 1], [2, 1], [1, 0], [2, 0]))
    return NetworkObjective(X, Y, (phi, phi)), W1, W2


def test_the_saddle_is_stationary_and_no_minimum():
    f, W1, W2 = saddle()
    E = exact.rational([[0, 0], [0, 1]])
    assert f.error(W1, W2) == Fraction(1, 2)
    assert all(np.all(G == 0) for G in f.subgradient(W1, W2))
    for t in (Fraction(1, 10), Fraction(1)):
        assert f.error(W1 + t * E, W2 + t * E) == (1 - t**2) ** 2 / 2
        assert f.error(W1 + t * E, W2) == f.error(W1, W2 + t * E) == Fraction(1, 2)
