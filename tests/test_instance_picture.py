"""Pictures of instances: the plane, the half-plane and the ball are where SLQC has them."""

import numpy as np
import pytest
from matplotlib.path import Path as Polygon

from dante_ref.activations import GeneralizedReLU
from dante_ref.problems import IdealisedGLM
from dante_ref.proofs import ledger
from dante_ref.proofs.families import Instance
from dante_ref.report import (
    chart,
    instance_picture,
    page,
)
from dante_ref.theorems import CLAIMS


@pytest.mark.parametrize(
    "w, w_star", [([0.5, 0.5], [0.2, -0.4]), ([1.0, 0.0], [0.0, 0.0]), ([0.3, 0.0], [0.3, 0.0])]
)
def test_the_plane_of_a_picture_holds_the_optimum_and_the_subgradient(w, w_star):
    X = np.array([[1.0, 0.0], [0.6, 0.8]])
    glm = IdealisedGLM(X, np.array(w_star), GeneralizedReLU(0.5, 1.0), 1.0)
    instance = Instance(glm, np.array(w))
    G = glm.subgradient(instance.point)
    axes = instance_picture.axes_of_plane(glm.w_star - instance.point, G)
    for vector in (glm.w_star - instance.point, G):
        rest = vector - sum((np.vdot(e, vector) * e for e in axes), np.zeros(2))
        assert np.linalg.norm(rest) < 1e-12
    instance_picture.draw(instance, 0.1)


def test_the_hatched_half_is_where_the_subgradient_points_and_the_ball_is_at_the_optimum():
    """A point y = w + s e1 + t e2 of the plane is hatched iff <G, y - w> > 0."""
    glm = IdealisedGLM(
        np.array([[1.0, 0.0], [0.6, 0.8]]), np.array([0.2, -0.4]), GeneralizedReLU(0.5, 1.0), 1.0
    )
    instance = Instance(glm, np.array([0.5, 0.5]))
    G = glm.subgradient(instance.point)
    e1, e2 = instance_picture.axes_of_plane(glm.w_star - instance.point, G)
    items = instance_picture.draw(instance, 0.1).panels[0].items
    (half,) = [item for item in items if isinstance(item, chart.Area) and item.look == "half"]
    (ball,) = [item for item in items if isinstance(item, chart.Disc)]
    corners = Polygon(np.stack([half.x, half.y], axis=1))
    for s, t in np.random.default_rng(0).uniform(-1, 1, (50, 2)):
        assert corners.contains_point((s, t)) == (G @ (s * e1 + t * e2) > 0)
    assert ball.radius == 0.1
    center = instance.point + ball.x * e1 + ball.y * e2
    np.testing.assert_allclose(center, glm.w_star, atol=1e-12)
    (arrow,) = [item for item in items if isinstance(item, chart.Curve) and item.look == "step"]
    assert (arrow.x[0], arrow.y[0]) == (0, 0)
    tip = arrow.x[1] * e1 + arrow.y[1] * e2
    assert tip @ G == pytest.approx(-np.linalg.norm(tip) * np.linalg.norm(G))


def test_on_a_line_the_ball_is_the_interval_around_the_optimum():
    """Theorem 1's worst: w = -1, w* = 1, eps = 4, kappa = 2: the ball [-1, 3] touches w."""
    claim = CLAIMS["theorem-1"]
    known = claim.constructed()
    radius = page.ball_radius(ledger.Entry(claim, known, known, [], 0.0))
    assert radius == 2.0
    items = instance_picture.draw(claim.worst(), radius).panels[0].items
    (ball,) = [item for item in items if isinstance(item, chart.Area)]
    assert (min(ball.x), max(ball.x)) == (0.0, 4.0)  # measured from w
