"""Algorithm 1 as printed on GLMs: the ceiling of later iterates, and labels below 0."""

from fractions import Fraction

import numpy as np
import pytest

from dante_ref.problems import IdealisedGLM
from dante_ref.proofs.families import GLMFamily, Recast
from dante_ref.theorems import theorem_6_printed as page
from dante_ref.theorems.theorem_6_runs import in_turn


def test_once_good_an_iterate_never_rises_above_the_ceiling():
    family = Recast(GLMFamily(m=3, d=2), IdealisedGLM.turned)
    instances = family.decode(family.draw(np.random.default_rng(3), 300))
    glm, w = instances.problem, instances.point
    eta, eps = page.plan(glm, w)
    values = in_turn(glm, w, page.STEPS, eta).values
    good = np.logical_or.accumulate(values <= eps[:, None], axis=1)
    allowed = np.arange(page.STEPS) * eta[:, None] ** 2 <= 12 * np.asarray(glm.radius) ** 2
    slopes = glm.activation.slopes(glm.radius)
    ceiling = page.BOUND.at(eps=eps, a=slopes.gamma, b=slopes.L, W=glm.radius)
    assert good.any() and np.all((values <= ceiling[:, None] * (1 + 1e-9))[good & allowed])


def test_turned_inputs_have_labels_that_are_not_negative():
    family = GLMFamily(m=4, d=3)
    glm = family.decode(family.draw(np.random.default_rng(0), 50)).problem
    assert np.any(glm.y < 0) and np.all(glm.turned().y >= 0)


def test_with_minibatches_and_the_sharp_kappa_the_last_iterate_has_four_eps():
    """The run by hand, in Fractions: a step is eta along a unit input, to where its label lies."""
    instance, eta = page.minibatches()
    glm, w = instance.problem, instance.point
    a, eps = Fraction(1, 2), Fraction(9, 8) * eta**2  # ((a + b)/2)^2 (b/a) eta^2
    assert all(sum(x**2) == 1 for x in glm.X) and min(glm.y) > 0

    def phi(z):
        return z if z >= 0 else a * z

    square = sum((w - glm.w_star) ** 2)
    assert square == Fraction(261, 400) and 15 * eta**2 < square <= 16 * eta**2
    for t in range(16):
        x, y = glm.X[t % 4], glm.y[t % 4]
        w = w - eta * x * (1 if phi(sum(w * x)) > y else -1)
    f = sum((phi(sum(w * x)) - y) ** 2 for x, y in zip(glm.X, glm.y, strict=True)) / 4
    assert f > 4 * eps and float(f / eps) == pytest.approx(4.10, abs=0.005)
    assert page.exceeds()
    claim = page.CLAIMS[1]
    assert claim.margin(claim.worst()) < 1
