"""Sigmoid and tanh: the sharp kappa, e^W, the lower bound e^(W/2)/sqrt(W), the trace identity."""

import numpy as np
import pytest
from draws import one, seeds
from hypothesis import assume, given
from hypothesis import strategies as st

from dante_ref.activations import GeneralizedReLU, Sigmoid, Tanh
from dante_ref.proofs.claim import Verdict
from dante_ref.proofs.evidence import margin_of
from dante_ref.proofs.families import GLMFamily, TwoLayerFamily
from dante_ref.theorems import CLAIMS, kantorovich, sigmoid, sigmoid_lower

radii = st.sampled_from([0.5, 1.0, 3.0, 8.0])


@given(radii, st.floats(1e-4, 1))
def test_the_closed_forms_of_the_docstring(W, eps):
    """gamma = 1/(4 cosh^2(W/2)) and L = 1/4; for tanh gamma = 1/cosh^2 W and L = 1."""
    half = W / 2
    assert kantorovich.kappa_sharp(eps, *Sigmoid().slopes(W)) == pytest.approx(
        (np.cosh(half) + 1 / np.cosh(half)) / 8 * np.sqrt(eps)
    )
    assert kantorovich.kappa_sharp(eps, *Tanh().slopes(W)) == pytest.approx(
        (np.cosh(W) + 1 / np.cosh(W)) / 2 * np.sqrt(eps)
    )


@given(seeds, radii)
def test_every_kappa_of_the_ledger_holds(seed, W):
    for phi, kappas in ((Sigmoid(), (sigmoid.kappa_hazan, kantorovich.kappa)),
                        (Tanh(), (kantorovich.kappa,))):
        instance = one(GLMFamily(4, 3, phi, W), seed)
        assume(instance.slqc().gap > 1e-16)
        for kappa in kappas:
            margin = margin_of(kappa)(instance)
            assert margin >= 1 - 1e-6


@given(seeds, radii, st.floats(0.05, 1))
def test_every_step_below_e_to_the_W(seed, W, share):
    instance = one(GLMFamily(4, 3, Sigmoid(), W), seed)
    eps = share * instance.slqc().gap
    assume(eps > 0)
    broken = sigmoid.PROOF_HAZAN.at(instance, eps)[-1].broken()
    assert not broken, [(s.right.formula, s.slack) for s in broken]


def test_tanh_with_half_the_weights_is_the_sigmoid_example():
    """tanh z = 2 s(2z) - 1 doubles each residual and every ratio stays."""
    hard, tanh = sigmoid.hard_instance().slqc(), sigmoid.as_tanh(sigmoid.hard_instance()).slqc()
    assert tanh.gap == pytest.approx(4 * hard.gap)
    ratios = [
        float(CLAIMS[name].margin(CLAIMS[name].worst())) for name in ("sigmoid-sharp", "tanh-sharp")
    ]
    assert ratios[0] == pytest.approx(ratios[1])


# The trace identity of section 5.5


def test_the_trace_identity_fails_at_zero_by_exactly_one_half():
    instance = sigmoid.trace_counterexample()
    instance.problem.check().check_point(instance.point)
    left, right = sigmoid.trace_identity(instance.problem, instance.point)
    assert (left, right) == (0.5, 0.0)  # s(0) = 1/(1 + e^0) = 1/2
    assert sigmoid.trace_identity_fails_exactly()
    assert CLAIMS["sigmoid-trace-identity"].verdict is Verdict.REFUTED


def as_printed(network, W1):
    """Tr(g1 w2 x^T W1) with g1 a diagonal matrix, for each sample of a network with one output."""
    w2 = network.W2
    return [
        np.trace(np.diag(network.phi1.g(x @ W1)) @ w2 @ x[None, :] @ W1) for x in network.X
    ]


@given(seeds, st.sampled_from([Sigmoid(), Tanh(), GeneralizedReLU(0.1)]))
def test_the_fast_form_is_the_printed_trace_and_the_identity_needs_homogeneity(seed, phi):
    instance = one(TwoLayerFamily(3, 2, 2, activation=phi), seed)
    left, right = sigmoid.trace_identity(instance.problem, instance.point)
    np.testing.assert_allclose(
        right[:, 0], as_printed(instance.problem, instance.point), atol=1e-12
    )
    if phi.positively_homogeneous:
        np.testing.assert_allclose(left, right, atol=1e-12)


def test_tanh_fails_the_identity_too():
    """z = 1: tanh 1 = 0.76 against sech^2 1 = 0.42."""
    margin = sigmoid.trace_margin(one(TwoLayerFamily(1, 1, 1, activation=Tanh()), 3))
    assert margin < 1 and np.tanh(1) - 1 / np.cosh(1) ** 2 > 0.3


def test_the_page_shows_its_formulas():
    for kappa, claim in (
        (sigmoid.KAPPA_HAZAN, "sigmoid-hazan"), (sigmoid.KAPPA_SIGMOID, "sigmoid-sharp"),
        (sigmoid.KAPPA_TANH, "tanh-sharp"),
    ):
        assert str(kappa) in sigmoid.__doc__ and str(kappa) in CLAIMS[claim].statement
    assert str(sigmoid_lower.LOWER_BOUND) in sigmoid_lower.__doc__
