"""Statements against their families, both ways; what each hypothesis is for; scaling."""

from dataclasses import fields, replace

import numpy as np
import pytest

from dante_ref.activations import Activation, GeneralizedReLU, Sigmoid, Tanh
from dante_ref.exceptions import AssumptionError
from dante_ref.problems import NoisyGLM, TwoLayerNetwork
from dante_ref.proofs import hypotheses
from dante_ref.proofs.families import Instance
from dante_ref.theorems import CLAIMS, THEOREMS

STATED = {
    name: claim for name, claim in CLAIMS.items()
    if claim.hypotheses or claim.without_loss is not hypotheses.WITHOUT_LOSS
}
claims = pytest.mark.parametrize("name", STATED)

FOLLOWS = {
    hypotheses.LABELS_ABOVE_0: (hypotheses.MEANS, hypotheses.SIGMOID),
    hypotheses.RELU: (hypotheses.IDENTITY,), hypotheses.B_IS_ONE: (hypotheses.IDENTITY,),
}
"""What follows from each of others."""

CATALOGUE = {
    h for module in (hypotheses, *THEOREMS) for h in vars(module).values()
    if isinstance(h, hypotheses.Hypothesis)
}
"""Those of the theorems' modules too, which are about one module's problems."""


def drawn(family, n=200):
    return family.decode(family.draw(np.random.default_rng(0), n))


def about(claim):
    """The hypotheses of the catalogue that speak of the claim's problems."""
    problem = drawn(claim.families[0], 1).problem
    return [h for h in CATALOGUE if isinstance(problem, h.of)]


def everywhere(hypothesis, claim):
    """Does it hold on every instance of the claim's families: those drawn, and theta = 0?

    At theta = 0 a = b, if a family has that at all; it is never drawn.
    """
    return all(
        np.all(hypothesis.holds(drawn(family)))
        and np.all(hypothesis.holds(family.decode(np.zeros((1, family.size)))))
        for family in claim.families
    )


def test_every_claim_states_what_it_assumes():
    """Or why its families, which assume something, lose nothing by it."""
    assert CLAIMS.keys() == STATED.keys()


@claims
def test_what_a_claim_states_holds_of_its_families(name):
    claim = STATED[name]
    assert not [str(h) for h in claim.hypotheses if not everywhere(h, claim)]


@claims
def test_what_its_families_assume_a_claim_states_or_loses_nothing_by(name):
    """A family that assumes more than the statement says would make the evidence worthless."""
    claim = STATED[name]
    follows = {h for h, by in FOLLOWS.items() if claim.hypotheses.keys() & set(by)}
    assumed = {h for h in about(claim) if everywhere(h, claim)} - follows
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


def test_a_norm_may_exceed_its_bound_by_rounding_alone():
    for bound in (0.0, 1.0, 3.0):
        longest = np.array([bound * (1 + hypotheses.EXCESS)])
        assert hypotheses.within(longest, bound, 1)
        assert not hypotheses.within(longest + 1e-7, bound, 1)


def test_a_family_that_assumes_more_is_found():
    """As theorem-4-one-unit did, whose statement forgot w2 = w2*."""
    claim = STATED["theorem-4-one-unit"]
    assert everywhere(hypotheses.OUTER_IS_OPTIMAL, claim)
    assert not everywhere(hypotheses.OUTER_IS_OPTIMAL, STATED["theorem-4"])
    assert not everywhere(hypotheses.POINT_INNER, STATED["theorem-4-repaired"])
    assert not everywhere(hypotheses.OUTER, STATED["theorem-4-literal"])


@claims
def test_what_follows_from_a_hypothesis_holds_with_it(name):
    claim = STATED[name]
    for consequence, by in FOLLOWS.items():
        if isinstance(drawn(claim.families[0], 1).problem, consequence.of):
            assert everywhere(consequence, claim) or not claim.hypotheses.keys() & set(by)


# Scaling


IDEALISED = [
    name for name, claim in STATED.items()
    if hypotheses.BY_SCALING in claim.without_loss.values() and about(claim)
    and everywhere(hypotheses.B_IS_ONE, claim)
]
"""The claims that fix something by scaling."""


def rescaled(instance, slopes, inner, outer=1.0):
    """The idealised instance with φ, the weights w and, of a network, W₂ times these factors."""
    problem = instance.problem
    factors = dict.fromkeys(("w_star", "W_star", "W1_star", "W_max", "W1_max"), inner)
    factors |= dict.fromkeys(("W2_star", "W2", "W2_max", "W3", "W3_max"), outer)
    changes = {}
    for name in (field.name for field in fields(problem)):
        value = getattr(problem, name)
        if isinstance(value, Activation):
            changes[name] = GeneralizedReLU(*(slopes * slope for slope in value.slopes()))
        elif name in factors:
            changes[name] = factors[name] * value
    return Instance(replace(problem, **changes), inner * instance.point)


@pytest.mark.parametrize("name", IDEALISED)
def test_scaling_an_idealised_problem_leaves_every_margin(name):
    """So b = 1 and W = 1 lose nothing there."""
    claim = CLAIMS[name]
    assert {"theorem-1", "theorem-3-sharp", "theorem-4", "theorem-5-repaired"} <= set(IDEALISED)
    most = np.inf if claim.most is None else 1e12  # beyond, the error of a run is rounding alone
    for family in claim.families:
        stack = drawn(family, 50)
        margin = np.minimum(claim.margin(stack), most)
        for slopes, inner, outer in ((2.0, 0.5, 3.0), (0.3, 4.0, 0.2)):
            scaled = claim.margin(rescaled(stack, slopes, inner, outer))
            np.testing.assert_allclose(np.minimum(scaled, most), margin, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", ["theorem-1", "theorem-3", "theorem-4", "three-layers"])
def test_scaling_touches_weights_bounds_and_slopes_alone(name):
    """Inner weights and their bound times s, outer ones times t, slopes times c; inputs stay."""
    stack = rescaled(drawn(STATED[name].families[0], 3), 0.5, 1.0)  # so that b isn't 1
    scaled = rescaled(stack, 2.0, 3.0, 5.0)
    times = dict.fromkeys(("w_star", "W_star", "W1_star", "W_max", "W1_max"), 3.0)
    times |= dict.fromkeys(("W2_star", "W2", "W2_max", "W3", "W3_max"), 5.0)
    np.testing.assert_array_equal(scaled.point, 3 * stack.point)
    for field in fields(stack.problem):
        before, after = (getattr(i.problem, field.name) for i in (stack, scaled))
        if isinstance(before, Activation):
            before, after = ((phi.slopes().gamma, phi.slopes().L) for phi in (before, after))
            np.testing.assert_array_equal(after, 2 * np.array(before))
        else:
            np.testing.assert_array_equal(after, times.get(field.name, 1.0) * np.array(before))


def test_outer_weights_stay_unless_they_are_scaled_too():
    stack = drawn(STATED["theorem-4"].families[0], 3)
    scaled = rescaled(stack, 2.0, 3.0).problem
    np.testing.assert_array_equal(scaled.W2_star, stack.problem.W2_star)
    assert scaled.W2_max == stack.problem.W2_max


def test_a_hypothesis_holds_of_each_instance_by_itself():
    stack = drawn(STATED["theorem-3"].families[0], 3)
    stack.problem.X[1, 0] = 2.0  # one input of one instance
    assert hypotheses.INPUTS.holds(stack).tolist() == [True, False, True]
    longer = Instance(stack.problem, 0 * stack.point)
    longer.point[2] = 0.9 * stack.problem.W_max  # each entry is short, the matrix isn't
    assert hypotheses.POINT_LAYER.holds(longer).tolist() == [True, True, False]
    assert not hypotheses.within(0.9 * np.eye(2), 1.0, 2)  # each row is short


def test_longer_inputs_are_longer_inputs():
    stack = drawn(STATED["theorem-1"].families[0], 3)
    longer = hypotheses.longer_inputs(stack, 3.0)
    np.testing.assert_array_equal(longer.problem.X, 3 * stack.problem.X)
    np.testing.assert_array_equal(longer.point, stack.point)
    np.testing.assert_array_equal(longer.problem.w_star, stack.problem.w_star)


@pytest.mark.parametrize("phi1, phi2, same", [
    (GeneralizedReLU(0.5, 1.0), GeneralizedReLU(0.5, 1.0), True),
    (GeneralizedReLU(0.5, 1.0), GeneralizedReLU(0.5, 2.0), False),
    (GeneralizedReLU(0.5, 1.0), GeneralizedReLU(0.25, 1.0), False),
    (Sigmoid(), Sigmoid(), True), (Sigmoid(), Tanh(), False),
])
def test_both_layers_have_one_activation_or_two(phi1, phi2, same):
    network = TwoLayerNetwork(np.eye(2), np.eye(2), np.eye(2), phi1, phi2)
    assert hypotheses.ONE_PHI.holds(Instance(network, np.eye(2))) == same
    sloped = isinstance(phi1, GeneralizedReLU)
    assert hypotheses.RELU.holds(Instance(network, np.eye(2))) == sloped


def test_what_a_claim_is_refuted_with_is_said_so():
    said = hypotheses.refuted_with(hypotheses.KINK, hypotheses.RELU)
    assert said == dict.fromkeys([hypotheses.KINK, hypotheses.RELU],
                                 "the claim is refuted with it")


def test_slopes_scale_against_weights_under_the_cross_entropy():
    """So b = 1 loses nothing there: the outputs are the same."""
    claim = CLAIMS["cross-entropy"]
    for family in claim.families:
        stack = drawn(family, 50)
        for c in (2.0, 0.25):
            scaled = claim.margin(rescaled(stack, c, 1 / c))
            np.testing.assert_allclose(scaled, claim.margin(stack), rtol=1e-6)


def test_noisy_labels_do_not_scale():
    """Labels stay in [0, 1], so the noisy families draw b and W."""
    for claim in CLAIMS.values():
        for family in claim.families:
            stack = drawn(family)
            if isinstance(stack.problem, NoisyGLM):
                b, W = stack.problem.activation.b, stack.problem.W_max
                assert b.min() < 0.5 and b.max() > 2 and W.min() < 0.5 and W.max() > 2
