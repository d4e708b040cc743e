"""Theorem 2 (section 5.2) refuted at a = b, where its κ leaves no room for noise (companion).

At the largest ε that can occur, ε = 4b²W², SLQC fails with a probability near 1/2 whatever m is
(`thin_corner`), so no sample size m(ε, δ, a, b, W) will do.
"""

from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import comb

import numpy as np

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..problems import NoisyGLM
from ..proofs import exact
from ..proofs.families import Instance
from .terms import in_fractions

# In a corner, at a = b


MOSTLY_ONES = (1,) * 13 + (0,) * 12
"""25 labels, just more than half of them 1."""


def corner(labels: tuple[int, ...] = (1, 1, 0)) -> Instance[NoisyGLM]:
    """The corner: d = 1, x = 1, a = b = 1, W = 1/2, w* = 1/2, w = −1/2, labels from {0, 1}.

    κ = 1; err(w) − err(w*) = 2 mean(y) and G = −(1 + 2 mean(y)), so at ε = 1 + η SLQC fails iff
    mean(y) > (1 + η)/2. With labels (1, 1, 0) and ε = 7/6: the point v = −2/3 of the ball has
    ⟨G, w − v⟩ = −7/3 · 1/6 < 0.
    """
    X = [[1]] * len(labels)
    return in_fractions(NoisyGLM, X, ["1/2"], ["-1/2"], W="1/2", labels=labels)


def corner_failure_probability(m: int, eta: Fraction) -> Fraction:
    """P[Bin(m, 1/2) > m (1 + η)/2], exactly: SLQC fails in the corner, y ~ Bernoulli(1/2)."""
    return _binomial_above(m, Fraction(1, 2), Fraction(m) * (1 + eta) / 2)


def _binomial_above(m: int, p: Fraction, threshold: Fraction) -> Fraction:
    """P[Bin(m, p) > threshold], exactly."""
    q = 1 - p
    return sum(
        (comb(m, k) * p**k * q ** (m - k) for k in range(m + 1) if k > threshold), Fraction(0)
    )


# ... and there for every m at once


def thin_corner(
    n: int, labels: tuple[int, ...], sides: tuple[int, ...] = (1, -1) * 12 + (1,)
) -> Instance[NoisyGLM]:
    """ε = 4b²W² = 1 is fixed: a = b = 1, W = 1/2, w* = (1/2, 0) = −w, κ = 1, and inputs

        xᵢ = (c, ±s),   c = (n² − 1)/(n² + 1),   s = 2n/(n² + 1),

    each side (+1 or −1) equally likely, yᵢ ~ Bernoulli(c/2). Then err(w) − err(w*) = 2c mean(y),
    and ⟨G, w − w*⟩ < ‖G‖ unless the second entry of G vanishes. It doesn't for n even and m odd:
    that asks Σ ±(c/2 + yᵢ) = 0, so c = −2 (whole)/(odd), but c is odd/odd. So SLQC fails with
    ε = 1 iff 2c mean(y) > 1.
    """
    c, s = thin(n)
    X = [[c, side * s] for side in sides]
    return in_fractions(NoisyGLM, X, ["1/2", 0], ["-1/2", 0], W="1/2", labels=labels)


def thin(n: int) -> tuple[Fraction, Fraction]:
    """c and s of `thin_corner`."""
    return Fraction(n * n - 1, n * n + 1), Fraction(2 * n, n * n + 1)


def thin_corner_failure_probability(m: int, n: int) -> Fraction:
    """P[Bin(m, c/2) > m/(2c)], exactly: SLQC fails in the thin corner, n even and m odd."""
    c, _ = thin(n)
    return _binomial_above(m, c / 2, m / (2 * c))


def least_failure_probability(m: int, n: int) -> Fraction:
    """1/2 − m/(n² + 1), below thin_corner_failure_probability where n² + 1 > 2(m + 1).

    There m/(2c) < (m + 1)/2, so a majority of ones is enough. Were the labels Bernoulli(1/2), it
    would have probability 1/2, as m is odd; each label differs from one of those with probability
    (1 − c)/2 = 1/(n² + 1). So for every odd m some n makes SLQC fail with a probability as near
    to 1/2 as one likes.
    """
    return Fraction(1, 2) - Fraction(m, n * n + 1)


# How often it fails: independent draws of the labels, each decided exactly


def failures(
    glm: NoisyGLM, w: Array, eps: float, kappa: float, rng: np.random.Generator, n: int
) -> Array:
    """SLQC's failures over n independent draws of Bernoulli labels: booleans (n,).

    X (m, d), w* and w are held; y_i is 1 with probability φ⟨w*, x_i⟩.
    """
    rows_at_once = max(1, 2_000_000 // len(glm.X))  # constant memory
    mean_label = glm.predict(glm.w_star)
    failed = np.empty(n, dtype=bool)
    for start in range(0, n, rows_at_once):
        rows = min(rows_at_once, n - start)
        labels = (rng.random((rows, len(mean_label))) < mean_label).astype(float)
        drawn = replace(glm, labels=labels)  # X, w* broadcast over the draws
        holds = drawn.slqc(np.broadcast_to(w, (rows, len(w)))).holds(eps, kappa)
        failed[start:start + rows] = ~holds
    return failed


def corner_draws(m: int, eta: float) -> "partial[Array]":
    """Draws in the corner with Theorem 2's κ = 1 and ε = 1 + η, m samples."""
    made = exact.as_floats(corner((1,) * m))
    return partial(failures, made.problem, made.point, 1 + eta, 1.0)


def thin_corner_draws(rng: np.random.Generator, count: int, m: int, n: int) -> Array:
    """Of `count` draws of m samples in the thin corner: does SLQC fail with ε = κ = 1?"""
    c, s = (float(x) for x in thin(n))
    sides = np.where(rng.random((count, m)) < 1 / 2, 1.0, -1.0)
    X = np.stack([np.full_like(sides, c), s * sides], axis=-1)
    labels = (rng.random((count, m)) < c / 2).astype(float)
    w_star = np.broadcast_to([0.5, 0.0], (count, 2))
    glm = NoisyGLM(X, w_star, GeneralizedReLU(1.0, 1.0), 0.5, labels)
    return ~glm.slqc(-w_star).holds(1.0, 1.0)
