"""Statements against their families, both ways; what each hypothesis is for; scaling."""

from dataclasses import replace

import numpy as np
import pytest

from dante_ref.exceptions import AssumptionError
from dante_ref.problems import NoisyGLM
from dante_ref.proofs import hypotheses
from dante_ref.proofs.claim import SLQCClaim
from dante_ref.proofs.families import GLMFamily, LayerFamily, TwoLayerFamily
from dante_ref.theorems import CLAIMS
from dante_ref.theorems.two_samples import PairFamily

STATED = {
    name: claim for name, claim in CLAIMS.items()
    if claim.hypotheses or claim.without_loss is not hypotheses.WITHOUT_LOSS
}
claims = pytest.mark.parametrize("name", STATED)


def drawn(family, n=200):
    return family.decode(family.draw(np.random.default_rng(0), n))


def about(claim):
    """The hypotheses of the catalogue that speak of the claim's problems."""
    problem = drawn(claim.families[0], 1).problem
    return [h for h in hypotheses.HYPOTHESES if h.concerns(problem)]


def everywhere(hypothesis, claim):
    """Does it hold on every instance that the claim's families draw?"""
    return all(np.all(hypothesis.holds(drawn(family))) for family in claim.families)


@claims
def test_what_a_claim_states_holds_of_its_families(name):
    claim = STATED[name]
    assert not [str(h) for h in claim.hypotheses if not everywhere(h, claim)]


@claims
def test_what_its_families_assume_a_claim_states_or_loses_nothing_by(name):
    """A family that assumes more than the statement says would make the evidence worthless."""
    claim = STATED[name]
    assumed = {h for h in about(claim) if everywhere(h, claim)}
    assert not [str(h) for h in assumed - claim.hypotheses.keys() - claim.without_loss.keys()]
    assert not claim.hypotheses.keys() & claim.without_loss.keys()


@claims
def test_the_worst_instance_satisfies_the_hypotheses(name):
    claim = STATED[name]
    worst = claim.worst()
    assert not [str(h) for h in claim.hypotheses if not np.all(h.holds(worst))]


def test_a_worst_instance_without_a_hypothesis_is_refused():
    claim = replace(STATED["theorem-1"], worst=STATED["theorem-1"].hypotheses[hypotheses.POINT_GLM])
    with pytest.raises(AssumptionError, match="worst instance of theorem-1 hasn't ‖w‖ ≤ W"):
        claim.constructed()


SHOWN = [
    (name, h) for name, claim in STATED.items()
    for h, without in claim.hypotheses.items() if not isinstance(without, str)
]


@pytest.mark.parametrize("name, hypothesis", SHOWN, ids=lambda x: str(x))
def test_without_a_hypothesis_the_claim_is_false(name, hypothesis):
    """The instance breaks this hypothesis alone, and the claim."""
    claim = STATED[name]
    instance = claim.hypotheses[hypothesis]()
    broken = [h for h in claim.hypotheses if not np.all(h.holds(instance))]
    assert broken == [hypothesis]
    assert claim.margin(instance) < 1 - 1e-9


def test_every_other_hypothesis_says_why_none_is_shown():
    for claim in STATED.values():
        assert all(without for without in claim.hypotheses.values())
    assert len(SHOWN) >= 10


def test_a_family_that_assumes_more_is_found():
    """As theorem-4-one-unit did, whose statement forgot w2 = w2*."""
    claim = STATED["theorem-4-one-unit"]
    assert everywhere(hypotheses.OUTER_IS_OPTIMAL, claim)
    assert not everywhere(hypotheses.OUTER_IS_OPTIMAL, STATED["theorem-4"])
    assert not everywhere(hypotheses.POINT_INNER, STATED["theorem-4-repaired"])
    assert not everywhere(hypotheses.OUTER, STATED["theorem-4-literal"])


# Scaling


IDEALISED = [
    name for name, claim in CLAIMS.items()
    if isinstance(claim, SLQCClaim)
    and all(type(f) in (GLMFamily, PairFamily, LayerFamily, TwoLayerFamily) for f in claim.families)
    and all(np.all(hypotheses.RELU.holds(drawn(f))) for f in claim.families)
]


@pytest.mark.parametrize("name", IDEALISED)
def test_scaling_an_idealised_problem_leaves_every_margin(name):
    """So b = 1 and W = 1 lose nothing there."""
    claim = CLAIMS[name]
    assert {"theorem-1", "theorem-3-sharp", "theorem-4", "theorem-5-repaired"} <= set(IDEALISED)
    for family in claim.families:
        stack = drawn(family, 50)
        margin = claim.margin(stack)
        for slopes, inner, outer in ((2.0, 0.5, 3.0), (0.3, 4.0, 0.2)):
            scaled = claim.margin(hypotheses.scaled(stack, slopes, inner, outer))
            np.testing.assert_allclose(scaled, margin, rtol=1e-6, atol=1e-9)


def test_noisy_labels_do_not_scale():
    """Labels stay in [0, 1], so the noisy families draw b and W."""
    for claim in CLAIMS.values():
        for family in claim.families:
            stack = drawn(family)
            if isinstance(stack.problem, NoisyGLM):
                b, W = stack.problem.activation.b, stack.problem.W_max
                assert b.min() < 0.5 and b.max() > 2 and W.min() < 0.5 and W.max() > 2
