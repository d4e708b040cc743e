"""Three layers: the radius reduces to what is known, and the counterexample is Theorem 4's."""

import numpy as np
import pytest
from scipy.optimize import brentq

from dante_ref.proofs import exact
from dante_ref.theorems import deeper, theorem_4_refuted


def test_at_equal_slopes_there_is_no_mismatch():
    at = {"a": 1.0, "b": 1.0, "W1": 1.0, "W2": 1.0, "W3": 1.0}
    assert deeper.MISMATCH.at(at) == 0
    assert deeper.RADIUS.at(at, eps=0.04) == pytest.approx(0.2)


def test_the_mismatch_bounds_two_slope_matrices():
    rng = np.random.default_rng(0)
    a, b = 0.3, 1.0
    for _ in range(500):
        G1, G2, H1, H2 = (np.diag(rng.choice([a, b], 3)) for _ in range(4))
        W2, W3 = (W / np.linalg.norm(W) for W in rng.normal(size=(2, 3, 3)))
        difference = W3.T @ G2 @ W2.T @ G1 - W3.T @ H2 @ W2.T @ H1
        assert np.linalg.norm(difference, 2) <= 2 * (b**2 - ((a + b) / 2) ** 2) + 1e-12


def test_it_speaks_at_the_largest_known_error_up_to_a_ratio_of_2_35():
    def radius(a):
        return deeper.RADIUS.at(a=a, b=1.0, W1=1.0, W2=1.0, W3=1.0, eps=(a**3 + 1) ** 2)

    assert 1 / brentq(radius, 0.2, 0.9) == pytest.approx(2.354, abs=1e-3)
    assert deeper.opposite(0.5).problem.error(deeper.opposite(0.5).point) == (0.5**3 + 1) ** 2


def test_one_unit_on_top_leaves_theorem_4_s_counterexample_as_it_was():
    two, three = theorem_4_refuted.counterexample(), deeper.counterexample()
    assert three.problem.error(three.point) == two.problem.error(two.point) > 0
    assert exact.slqc(three).progress == exact.slqc(two).progress < 0
