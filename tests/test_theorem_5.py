"""Theorem 5: what section 5.6 sums over the outputs, and where that fails."""

from fractions import Fraction

import numpy as np
from draws import one, relus_to_1, seeds
from hypothesis import given

from dante_ref.proofs.families import TwoLayerFamily
from dante_ref.theorems import theorem_5


def test_theorem_5s_gap_by_hand():
    instance, eps = theorem_5.gap_counterexample()
    assert instance.problem.error(instance.point) == eps == Fraction(81, 400)
    steps = {s.name: s for c in theorem_5.PROOF.at(instance, eps) for s in c.steps if s.name}
    each, every = steps[theorem_5.EACH], steps[theorem_5.ALL]
    assert each.left.value[1] == 0 and each.right.value[1] == Fraction(81, 800)
    assert (every.left.value, every.right.value) == (Fraction(81, 500), Fraction(81, 400))


@given(seed=seeds, phi=relus_to_1)
def test_the_gradient_is_the_sum_over_the_outputs(seed, phi):
    instance = one(TwoLayerFamily(3, 2, 2, 3, activation=phi), seed)
    parts = theorem_5.output_gradients(instance.problem, instance.point)
    np.testing.assert_allclose(
        parts.sum(axis=0), instance.problem.subgradient(instance.point), atol=1e-12
    )
