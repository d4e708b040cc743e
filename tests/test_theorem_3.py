"""Theorem 3: the statement by both kappas, every step but the gap, the largest error."""

from fractions import Fraction

import numpy as np
from draws import ROUNDING, one, radii, relus, seeds, sizes, slopes
from hypothesis import assume, given
from hypothesis import strategies as st

from dante_ref.activations import GeneralizedReLU, Sigmoid, Tanh
from dante_ref.problems import IdealisedLayer
from dante_ref.proofs import exact
from dante_ref.proofs.families import GLMFamily, LayerFamily
from dante_ref.theorems import CLAIMS, kantorovich, theorem_1, theorem_3


@given(seed=seeds, m=sizes, d=sizes, k=sizes, W=radii, phi=relus)
def test_theorem_3_holds_with_both_kappas(seed, m, d, k, W, phi):
    instance = one(LayerFamily(m, d, k, phi, W), seed)
    slqc, layer = instance.slqc(), instance.problem
    for eps in slqc.gap * np.array([0.01, 0.5, 1 - 1e-9]):
        if eps > 0:
            assert slqc.holds(eps, theorem_3.kappa(eps, layer), ROUNDING), "Theorem 3 as printed"
            assert slqc.holds(eps, kantorovich.kappa(eps, layer), ROUNDING), "sharp form"


@given(seed=seeds, W=st.sampled_from([0.5, 2.0, 6.0]), phi=st.sampled_from([Sigmoid(), Tanh()]))
def test_the_sharp_form_holds_for_sigmoid_and_tanh(seed, W, phi):
    instance = one(LayerFamily(4, 3, 2, phi, W), seed)
    slqc = instance.slqc()
    eps = slqc.gap * (1 - 1e-9)
    if slqc.gap > 1e-20:
        assert slqc.holds(eps, kantorovich.kappa(eps, instance.problem), 1e-6)


@given(seed=seeds, m=sizes, d=sizes, k=sizes, phi=relus, share=st.floats(0.05, 1))
def test_every_step_of_theorem_3s_proofs_but_the_gap(seed, m, d, k, phi, share):
    instance = one(LayerFamily(m, d, k, phi), seed)
    layer, W = instance.problem, instance.point
    eps = share * layer.error(W)
    assume(eps > 0)
    printed, not_zero = theorem_3.PROOF.at(instance, eps)
    names = {step.name for step in printed.broken()}
    assert names <= {theorem_3.GAP}
    if k == 1:
        assert not names  # d' = 1: d' eps = eps, the proof is Theorem 1's
    assert not any(c.broken() for c in (not_zero, *kantorovich.PROOF.at(instance, eps)))


def test_theorem_3s_gap_is_real():
    """Step 6 fails: d' = 2, one input x = 1, W = (1, 0), W* = 0, a = b = 1, eps = E = 1. The line
    before is 2 E - eps/W = 1; the printed one is 2 d' eps - d' eps/W max_j |.| = 4 - 2 = 2 > 1.
    """
    instance, eps = theorem_3.gap_counterexample()
    steps = {s.name: s for s in theorem_3.PROOF.at(instance, eps)[0].steps}
    gap = steps[theorem_3.GAP]
    assert (gap.left.value, gap.right.value) == (1, 2)  # Fractions: no rounding
    assert not gap.holds()


def test_the_largest_error_of_a_layer_is_attained_exactly():
    """a = 3/4, b = 1: sqrt(a^2 + b^2) = 5/4, so W = (4/5, -3/5), W* = (-3/5, 4/5); err = 25/8."""
    phi = GeneralizedReLU(Fraction(3, 4), Fraction(1))
    layer = IdealisedLayer(
        exact.rational([[1]]), exact.rational([["-3/5", "4/5"]]), phi, Fraction(1)
    )
    W = exact.rational([["4/5", "-3/5"]])
    assert layer.error(W) == Fraction(25, 8)
    assert theorem_3.largest_error(Fraction(3, 4), Fraction(1), 1) == Fraction(25, 8)
    # err is of degree 2 in the slopes together, and in W
    assert theorem_3.largest_error(Fraction(3, 2), Fraction(2), 3) == 4 * 9 * Fraction(25, 8)


@given(seeds, sizes, sizes, radii, slopes)
def test_no_error_is_larger(seed, m, d, W, ab):
    phi = GeneralizedReLU(*ab)
    glm = one(GLMFamily(m, d, phi, W), seed)
    assert glm.slqc().gap <= theorem_1.largest_error(*ab, W) * (1 + 1e-12)
    layer = one(LayerFamily(m, d, 3, phi, W), seed)
    assert layer.slqc().gap <= theorem_3.largest_error(*ab, W) * (1 + 1e-12)
    assert theorem_1.largest_error(*ab, W) <= theorem_3.largest_error(*ab, W)


def test_by_hand():
    assert theorem_3.kappa_paper(0.5, 2.0, 3.0) == 96


def test_the_page_shows_its_formulas():
    assert str(theorem_3.KAPPA) in theorem_3.__doc__
    assert str(theorem_3.KAPPA) in CLAIMS["theorem-3"].statement
    assert str(theorem_3.KAPPA_SHARP) in theorem_3.__doc__

