"""Runs of Algorithm 1 (SNGD) on a stack of GLMs at once, for the proofs and rates of Theorem 6.

`algorithms.sngd` is the algorithm for users, with one problem and one start; here many run side by
side, and every iterate is kept. A test compares the two. As there, w_1 is the start, and a step
with a zero gradient is skipped.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import norms
from ..arrays import Array
from ..objectives import GLMObjective
from ..problems import IdealisedGLM
from ..proofs.families import Instance


@dataclass(frozen=True)
class Trajectory:
    """T steps, t = 1, ..., T on the axis before the last (values: on the last).

    points      w_1, ..., w_{T+1}, (..., T+1, d)
    directions  g_t/‖g_t‖, 0 where g_t = 0, (..., T, d)
    values      f_t(w_t), (..., T)
    """

    points: Array
    directions: Array
    values: Array

    def distances(self, w_star: Array) -> Array:
        """‖w_t − w*‖, t = 1, ..., T+1."""
        return norms.norm(self.points - w_star[..., None, :])


def in_turn(
    glm: IdealisedGLM, w: Array, T: int, eta: Any, b: int | None = None
) -> Trajectory:
    """T steps of length eta from w; each minibatch is the next b samples in turn (default: all)."""
    m = glm.X.shape[-2]
    b = m if b is None else b
    points, directions, values = [w], [], []
    for t in range(T):
        rows = np.arange(t * b, (t + 1) * b) % m
        value, g = glm.objective.on(rows).both(points[-1])
        values.append(value)
        directions.append(norms.unit(g))
        points.append(points[-1] - np.asarray(eta)[..., None] * directions[-1])
    return Trajectory(np.stack(points, -2), np.stack(directions, -2), np.stack(values, -1))


def best_of_random(
    glm: IdealisedGLM, w: Array, T: int, eta: float, b: int, n: int,
    rng: np.random.Generator,
) -> Array:
    """The best iterates argmin_t f_t(w_t) of n runs on one GLM, (n, d).

    Minibatches are b draws from Uniform(S). Only how often each sample is drawn matters, so the
    counts are drawn instead, and f_t and g_t are averages of single samples' with these weights.
    """
    m = len(glm.X)
    # A stack of m GLMs with one sample each.
    single = GLMObjective(glm.X[:, None, :], glm.y[:, None], glm.activation)
    w = np.tile(w, (n, 1))
    best, least = w, np.full(n, np.inf)
    for _ in range(T):
        weights = rng.multinomial(b, np.full(m, 1 / m), size=n) / b
        errors, g = single.both(w[:, None])
        value = np.sum(weights * errors, axis=-1)
        better = value < least
        best, least = np.where(better[:, None], w, best), np.where(better, value, least)
        w = w - eta * norms.unit(np.sum(weights[..., None] * g, axis=-2))
    return best


def failures(
    rng: np.random.Generator, n: int, *, instance: Instance[IdealisedGLM], T: int,
    eta: float, b: int, eps: float,
) -> Array:
    """Of n runs from the instance's point: is f(w) − f(w*) > 3ε for the best iterate w?"""
    glm = instance.problem
    best = best_of_random(glm, instance.point, T, eta, b, n, rng)
    return glm.error(best) > 3 * eps
