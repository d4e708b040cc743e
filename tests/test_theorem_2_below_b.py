"""Theorem 2 for a < b: its constants, and where too few samples fail."""

import numpy as np
import pytest

from dante_ref.theorems import finite_w, theorem_1
from dante_ref.theorems import theorem_2_below_b as page


@pytest.mark.parametrize("W", [0.3, 1.0, 7.0])
@pytest.mark.parametrize("a", [0.01, 0.5, 0.99])
def test_rho_is_one_kappa_for_every_eps_over_the_paper_s(a, W):
    needed = finite_w.kappa_finite_W(theorem_1.largest_error(a, 1.0, W), a, 1.0, W)
    assert page.RHO.at(a=a, b=1.0) == pytest.approx(needed / theorem_1.kappa_paper(a, 1.0, W))


def test_the_sample_size_is_free_of_units_and_grows_without_bound_as_a_nears_b():
    for a in (0.2, 0.7):
        assert page.sample_size(3 * a, 3.0, 0.1, 0.05) == pytest.approx(
            page.sample_size(a, 1.0, 0.1, 0.05)
        )
        assert page.sample_size(a, 1.0, 0.1, 0.05) == pytest.approx(
            page.sample_size(a, 1.0, 0.2, 0.05) * 2
        )
    sizes = [page.sample_size(a, 1.0, 0.1, 0.05) for a in (0.5, 0.9, 0.99, 0.999)]
    assert sizes == sorted(sizes) and sizes[-1] > 1e7


def test_one_sample_fails_and_the_stated_number_does_not():
    stated, few = page.trials()[2:4]
    rng = np.random.default_rng(0)
    assert stated.claimed and stated.failures(rng, 400).mean() < stated.allowed
    assert not few.claimed and few.failures(rng, 400).mean() > few.allowed
