"""Section 5.3: a layer's error is the sum of its GLMs' errors; the misprinted display is not."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from dante_ref.activations import Sigmoid
from dante_ref.proofs.families import LayerFamily
from dante_ref.theorems import section_5_3


@given(seed=st.integers(0, 10**6), k=st.integers(1, 4))
def test_the_error_is_the_sum_of_the_glms_errors(seed, k):
    family = LayerFamily(4, 3, k)
    instance = family.decode(family.draw(np.random.default_rng(seed), 1))[0]
    assert section_5_3.margin(instance) >= 1
    chain = section_5_3.decomposition(instance.problem, instance.point)
    assert {step.name for step in chain.broken()} <= set(section_5_3.GAPS)


def test_each_term_depends_on_its_own_column_alone():
    """d err(w_j) / d w_k = 0 for k != j, by finite differences."""
    family = LayerFamily(4, 3, 2, Sigmoid())
    instance = family.decode(family.draw(np.random.default_rng(0), 1))[0]
    layer, W = instance.problem, instance.point
    for j in (0, 1):
        slope = approx_fprime(
            W.ravel(), lambda v, j=j: section_5_3.outputs_as_glms(layer, v.reshape(W.shape))[j]
        ).reshape(W.shape)
        assert not slope[:, 1 - j].any() and slope[:, j].any()


def test_the_second_display_is_false_exactly():
    instance = section_5_3.counterexample()
    first, second, third, fourth = section_5_3.decomposition(instance.problem, instance.point).lines
    assert (first.value, second.value, third.value, fourth.value) == (
        Fraction(1, 2), 0, Fraction(1, 2), Fraction(1, 2)
    )
