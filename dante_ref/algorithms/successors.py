"""What came after and beside Algorithm 1, for one GLM: five methods on the same objective.

Each runs T full-batch steps on f(w) = mean (φ⟨w, xᵢ⟩ − yᵢ)² (`objectives.GLMObjective`) and returns
its iterates w₁, ..., w_{T+1}, stacked on the axis before the last: (..., T+1, d). f may be a stack
of n problems, w then (n, d) and eta a number or (n,). `theorems.successors` says how many steps
each needs, with proofs.

    normalised            w − η G/‖G‖                  Algorithm 1; with the sharp η of Theorem 6
    gradient_descent      w − η G                      G = 2 mean gᵢ(φᵢ − yᵢ)xᵢ
    glmtron               w − η H                      H = 2 mean (φᵢ − yᵢ)xᵢ: G without g
    accelerated_glmtron   the same with momentum       Nesterov's method on the matching loss
    quasar_accelerated    G with momentum, searched    for quasar-convex functions

GLMtron is due to Kakade, Kanade, Shamir, Kalai (NIPS 2011). H is the gradient of the convex
matching loss 2 mean [Φ⟨w, xᵢ⟩ − yᵢ⟨w, xᵢ⟩], Φ' = φ (Auer, Herbster, Warmuth 1996), and so has what
G hasn't: acceleration as for convex functions. The last method is that of Hinder, Sidford, Sohoni
(COLT 2020) in its simplest form, for γ-quasar-convex L-smooth functions.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import checks
from ..arrays import Array
from ..norms import inner, norm
from ..objectives import GLMObjective

HALVINGS = 40
"""Of the segment on which `quasar_accelerated` searches."""


def _start(f: GLMObjective, w: Array, T: int, **steps: Any) -> tuple[Array, int, list[Array]]:
    """w, T, and the steps with an axis for the coordinates of w; InputError for bad ones.

    One w is the start of each of a stack of problems, and of each of several steps.
    """
    w = f.check_weights(w)
    T = checks.whole_number("T", T, at_least=1)
    numbers = [np.asarray(checks.numbers_in(name, x, above=0)) for name, x in steps.items()]
    stack = np.broadcast_shapes(f.error(w).shape, *(number.shape for number in numbers))
    w = np.broadcast_to(w, (*stack, w.shape[-1]))
    return w, T, [number[..., None] for number in numbers]


def without_g(f: GLMObjective, w: Array) -> Array:
    """H = 2 mean (φ⟨w, xᵢ⟩ − yᵢ) xᵢ, GLMtron's direction."""
    residual = f.predict(w) - f.y
    return np.asarray(2 * np.mean(residual[..., None] * f.X, axis=-2))


def _descent(
    f: GLMObjective, w: Array, T: int, eta: Any, step: Callable[[Array, Array], Array]
) -> Array:
    """w ← w − step(w, η), T times."""
    w, T, (eta,) = _start(f, w, T, eta=eta)
    points = [w]
    for _ in range(T):
        points.append(points[-1] - step(points[-1], eta))
    return np.stack(points, axis=-2)


def normalised(f: GLMObjective, w: Array, *, T: int, eta: Any) -> Array:
    """Algorithm 1 on the whole batch: w − η G/‖G‖; a zero gradient's step is skipped."""
    def step(w: Array, eta: Array) -> Array:
        G = f.subgradient(w)
        length = norm(G)[..., None]
        return eta * G / np.where(length > 0, length, 1.0)

    return _descent(f, w, T, eta, step)


def gradient_descent(f: GLMObjective, w: Array, *, T: int, eta: Any) -> Array:
    """w − η G."""
    return _descent(f, w, T, eta, lambda w, eta: eta * f.subgradient(w))


def glmtron(f: GLMObjective, w: Array, *, T: int, eta: Any) -> Array:
    """w − η H."""
    return _descent(f, w, T, eta, lambda w, eta: eta * without_g(f, w))


def accelerated_glmtron(f: GLMObjective, w: Array, *, T: int, eta: Any) -> Array:
    """Nesterov's method with GLMtron's direction: each step, −η H(v), is from a point v ahead."""
    w, T, (eta,) = _start(f, w, T, eta=eta)
    points, v, weight = [w], w, 1.0
    for _ in range(T):
        points.append(v - eta * without_g(f, v))
        following = (1 + np.sqrt(1 + 4 * weight**2)) / 2
        v = points[-1] + (weight - 1) / following * (points[-1] - points[-2])
        weight = following
    return np.stack(points, axis=-2)


def quasar_accelerated(f: GLMObjective, w: Array, *, T: int, gamma: Any, L: Any) -> Array:
    """Acceleration for f that is L-smooth and γ-quasar-convex: ⟨G, w − w*⟩ ≥ γ (f(w) − f(w*)).

    Two sequences, w and v. Each step takes its gradient at a point y between them where

        A (f(y) − f(w)) ≤ η ⟨G(y), v − y⟩,    then w ← y − G(y)/L, v ← v − η G(y), A ← A + γη,

    with η² = (A + γη)/L; y = v if f(v) ≤ f(w), else found by halving the segment.
    """
    w, T, (gamma, L) = _start(f, w, T, gamma=gamma, L=L)
    points, v, A = [w], w, np.zeros_like(gamma)
    for _ in range(T):
        w = points[-1]
        eta = (gamma + np.sqrt(gamma**2 + 4 * L * A)) / (2 * L)
        y = _between(f, w, v, A, eta)
        G = f.subgradient(y)
        points.append(y - G / L)
        v = v - eta * G
        A = A + gamma * eta
    return np.stack(points, axis=-2)


def _between(f: GLMObjective, w: Array, v: Array, A: Array, eta: Array) -> Array:
    """The y = w + s(v − w) that `quasar_accelerated` asks for."""
    before, toward = f.error(w), v - w
    low, high = np.zeros_like(before), np.ones_like(before)
    s = np.ones_like(before)
    for _ in range(HALVINGS):
        y = w + s[..., None] * toward
        rise = inner(f.subgradient(y), toward)
        good = A[..., 0] * (f.error(y) - before) <= eta[..., 0] * (1 - s) * rise
        if np.all(good):
            break
        # Elsewhere the error at y is above its start, or falls towards v: halve that side.
        up = f.error(y) > before
        low, high = np.where(~good & ~up, s, low), np.where(~good & up, s, high)
        s = np.where(good, s, (low + high) / 2)
    return np.asarray(w + s[..., None] * toward)
