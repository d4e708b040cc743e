"""Any convex loss on one GLM, shown by the absolute error."""

from dataclasses import replace

import numpy as np
import pytest

from dante_ref.activations import GeneralizedReLU
from dante_ref.theorems import convex_losses


def worst_ratio(instance):
    return float(instance.slqc().worst_ratio(
        lambda eps: convex_losses.kappa(eps, instance.problem)
    ))


def test_the_subgradient_is_the_slope_of_the_error():
    instance = convex_losses.steep_instance(rare=0.2, far=0.1)
    glm, w, h = instance.problem, np.array([0.3, -0.2, 0.5]), 1e-7
    slopes = [(glm.error(w + h * e) - glm.error(w - h * e)) / (2 * h) for e in np.eye(3)]
    assert glm.subgradient(w) == pytest.approx(slopes, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("a", [0.1, 0.5])
def test_kappa_is_attained_in_the_limit(a):
    ratios = [
        worst_ratio(convex_losses.steep_instance(a, rare)) for rare in (0.1, 0.01, 0.001)
    ]
    assert ratios == sorted(ratios) and 0.998 < ratios[-1] <= 1 + 1e-9


@pytest.mark.parametrize("b", [0.5, 3.0])
def test_kappa_is_in_proportion_to_the_slopes(b):
    """b times both slopes: b times the error and the subgradient, and so b times kappa_emp."""
    instance = convex_losses.steep_instance(a=0.1, rare=0.001)
    steeper = replace(instance.problem, activation=GeneralizedReLU(0.1 * b, b))
    assert worst_ratio(replace(instance, problem=steeper)) == pytest.approx(worst_ratio(instance))
