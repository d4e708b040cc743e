"""Algorithm 1 as printed on GLMs: the ceiling of later iterates, and labels below 0."""

import numpy as np

from dante_ref.proofs.families import GLMFamily, Recast
from dante_ref.theorems import theorem_6_printed as page
from dante_ref.theorems.theorem_6_runs import in_turn


def test_once_good_an_iterate_never_rises_above_the_ceiling():
    family = Recast(GLMFamily(m=3, d=2), page.turned)
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
    assert np.any(glm.y < 0) and np.all(page.turned(glm).y >= 0)
