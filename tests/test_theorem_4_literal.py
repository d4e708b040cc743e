"""Theorem 4 as printed, with any outer layer: refuted by one unit."""

from dataclasses import fields, replace
from fractions import Fraction

import numpy as np
import pytest

from dante_ref.exceptions import AssumptionError, InputError
from dante_ref.problems import TwoLayerNetwork
from dante_ref.proofs import exact
from dante_ref.theorems import theorem_4, theorem_4_literal, theorem_5


def test_the_literal_reading_by_hand():
    """w2 = 10: gap 40, kappa(39) = 156/35, and 440 < 1925 = (eps/kappa) ||G||."""
    decision = exact.slqc(theorem_4_literal.counterexample())
    assert (decision.gap, decision.progress) == (40, 440)
    eps, one = Fraction(39), Fraction(1)
    r = theorem_4.RADIUS.at(eps=eps, a=one, b=one, W1=one, W2=one)
    assert eps / r == Fraction(156, 35) and r**2 * decision.squared_norm == 1925**2
    assert theorem_4.KAPPA.at(eps=eps, a=one, b=one, W1=one, W2=one) == Fraction(156, 35)
    assert theorem_4_literal.refuted(theorem_4_literal.counterexample())
    assert exact.slqc(theorem_5.literal_counterexample()) == decision  # one output, split in two
    assert not decision.holds(eps, r**2) and decision.holds(Fraction(40), r**2)


def test_with_a_bounded_outer_layer_the_literal_counterexample_is_outside():
    """||w2|| <= W2 is what it breaks, and all that it breaks."""
    instance = exact.as_floats(theorem_4_literal.counterexample())
    instance.problem.check()
    network = TwoLayerNetwork(
        **{f.name: getattr(instance.problem, f.name) for f in fields(TwoLayerNetwork)}
    )
    with pytest.raises(AssumptionError, match=r"W2 has norm up to 10; assumed is \|\|W2\|\| <= 1"):
        network.check()
    with pytest.raises(InputError, match="W2 has shape"):
        replace(instance.problem, W2=np.ones((2, 1))).check()
