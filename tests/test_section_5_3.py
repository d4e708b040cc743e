"""Section 5.3: a layer's error is the sum of its GLMs' errors; the misprinted display is not."""

from fractions import Fraction

import numpy as np
import pytest
from draws import one, seeds
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from dante_ref.activations import GeneralizedReLU, Sigmoid
from dante_ref.objectives import GLMObjective, LayerObjective
from dante_ref.proofs.families import LayerFamily
from dante_ref.theorems import section_5_3


@given(seed=seeds, k=st.integers(1, 4))
def test_the_error_is_the_sum_of_the_glms_errors(seed, k):
    instance = one(LayerFamily(4, 3, k), seed)
    assert section_5_3.margin(instance) >= 1
    chain, *_ = section_5_3.PROOF.at(instance, None)
    assert {step.name for step in chain.broken()} <= set(section_5_3.PROOF.gaps)


def test_each_term_depends_on_its_own_column_alone():
    """d err(w_j) / d w_k = 0 for k != j, by finite differences."""
    instance = one(LayerFamily(4, 3, 2, Sigmoid()), 0)
    layer, W = instance.problem, instance.point
    for j in (0, 1):
        slope = approx_fprime(
            W.ravel(), lambda v, j=j: section_5_3.outputs_as_glms(layer, v.reshape(W.shape))[j]
        ).reshape(W.shape)
        assert not slope[:, 1 - j].any() and slope[:, j].any()


def test_the_second_display_is_false_exactly():
    instance = section_5_3.counterexample()
    first, second, third, fourth = section_5_3.PROOF.at(instance, None)[0].lines
    assert (first.value, second.value, third.value, fourth.value) == (
        Fraction(1, 2), 0, Fraction(1, 2), Fraction(1, 2)
    )


def test_the_minimum_of_the_sum_is_the_sum_of_the_minima():
    """Linear units and any labels: least squares for all outputs at once, and one by one."""
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(7, 3)) / 4, rng.normal(size=(7, 4))
    f = LayerObjective(X, Y, GeneralizedReLU(1.0, 1.0))
    W = np.linalg.lstsq(X, Y, rcond=None)[0]
    columns = [np.linalg.lstsq(X, y, rcond=None)[0] for y in Y.T]
    least = [
        GLMObjective(X, y, f.phi).error(w) for y, w in zip(Y.T, columns, strict=True)
    ]
    assert min(least) > 0.01
    at = {"error": f.error(W + 0.1), "error_j": [
        GLMObjective(X, y, f.phi).error(w) for y, w in zip(Y.T, (W + 0.1).T, strict=True)
    ], "least": least, "least_whole": f.error(W), "at_minimisers": f.error(np.stack(columns, 1))}
    for chain in (section_5_3.AT_LEAST_THE_SUM, section_5_3.AT_MOST_THE_SUM):
        assert not chain.at({k: np.asarray(v) for k, v in at.items()}).broken()
    assert f.error(W) == pytest.approx(sum(least), rel=1e-12)
