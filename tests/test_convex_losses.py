"""Any convex loss on one GLM, shown by the absolute error."""

import numpy as np
import pytest

from dante_ref.theorems import CLAIMS, convex_losses


def test_the_subgradient_is_the_slope_of_the_error():
    instance = convex_losses.steep_instance(rare=0.2, far=0.1)
    glm, w, h = instance.problem, np.array([0.3, -0.2, 0.5]), 1e-7
    slopes = [(glm.error(w + h * e) - glm.error(w - h * e)) / (2 * h) for e in np.eye(3)]
    assert glm.subgradient(w) == pytest.approx(slopes, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("a", [0.1, 0.5])
def test_kappa_is_attained_in_the_limit(a):
    margin = CLAIMS["convex-losses"].margin
    ratios = [1 / margin(convex_losses.steep_instance(a, rare)) for rare in (0.1, 0.01, 0.001)]
    assert ratios == sorted(ratios) and 0.998 < ratios[-1] <= 1 + 1e-9
