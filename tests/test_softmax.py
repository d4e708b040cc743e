"""Softmax on a layer: stable numbers, the constants, and the counterexample after the ReLU."""

import mpmath
import numpy as np
import pytest

from dante_ref.activations import GeneralizedReLU
from dante_ref.proofs.formula import ROUNDING
from dante_ref.theorems import CLAIMS, softmax


@pytest.mark.parametrize("scale", [1e-8, 0.01, 3.0])
def test_divergence_and_difference_keep_their_digits(scale):
    rng = np.random.default_rng(2)
    s = rng.normal(size=4)
    t = s + scale * rng.normal(size=4)
    with mpmath.workdps(60):
        laws = []
        for scores in (s, t):
            weights = [mpmath.exp(mpmath.mpf(float(v))) for v in scores]
            laws.append([w / sum(weights) for w in weights])
        p, q = laws
        KL = sum(x * mpmath.log(x / y) for x, y in zip(p, q, strict=True))
        apart = [float(y - x) for x, y in zip(p, q, strict=True)]
    assert float(softmax.divergence(s, t)) == pytest.approx(float(KL), 1e-6)
    assert softmax.difference(s, t) == pytest.approx(apart, 1e-6)


def test_errors_that_differ_by_rounding_alone_decide_nothing():
    """W - W* moves both scores alike, so the true difference of the errors is nearly 0."""
    claim = CLAIMS["softmax-any-labels"]
    (family,) = (f for f in claim.families if f.blocks["X"] == (1, 1))
    rng = np.random.default_rng(0)
    W_star = rng.uniform(-0.5, 0.5, (2000, 1, 2))
    W = W_star + 10 ** rng.uniform(-9, -5, (2000, 1, 1))
    labels = rng.uniform(-40, 40, (2000, 1, 2))
    instances = family.build(labels=labels, X=np.full((2000, 1, 1), -0.5), W=W, W_star=W_star)
    assert np.all(claim.margin(instances) >= 1 - ROUNDING)


def test_the_subgradient_is_the_slope_of_the_error():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5, 3)) / 3
    layer = softmax.SoftmaxLayer(X, rng.normal(size=(3, 4)), GeneralizedReLU(0.3))
    W, h = rng.normal(size=(3, 4)), 1e-6
    G = layer.subgradient(W)
    for i, j in np.ndindex(3, 4):
        E = np.zeros((3, 4))
        E[i, j] = h
        assert G[i, j] == pytest.approx((layer.error(W + E) - layer.error(W - E)) / (2 * h), 1e-5)


def test_a_vector_added_to_every_column_changes_nothing():
    instance = softmax.near_even(0.3)
    layer, W = instance.problem, instance.point
    assert layer.error(W + 2.0) == pytest.approx(layer.error(W))
    assert layer.subgradient(W).sum() == pytest.approx(0, abs=1e-15)


def test_after_the_relu_the_gradient_points_away_at_every_a_below_b():
    instance = softmax.counterexample()
    slqc = instance.slqc()
    assert slqc.gap > 0 and slqc.gradient_norm > 0 and slqc.progress < 0
    for a in (0.1, 0.9, 0.99):
        # from W to W* the first weight falls by δ, the second from 0 by δ' > δ: the softmax sees
        # δ − aδ' > 0, the weights δ − δ' < 0
        up, down = 1.0, 0.5 * (1 + 1 / a)
        layer = softmax.SoftmaxLayer(
            np.ones((1, 1)), np.array([[0.0, -down]]), GeneralizedReLU(a), 9.0
        )
        at = softmax.Instance(layer, np.array([[up, 0.0]])).slqc()
        assert at.gap > 0 and at.progress < 0
