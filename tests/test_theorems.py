"""Theorems 1 and 3: statements by both kappas, every step of every chain, sharpness."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dante_ref import balls
from dante_ref.activations import GeneralizedReLU, Sigmoid, Tanh
from dante_ref.proofs.families import GLMFamily, Instance, LayerFamily
from dante_ref.theorems import CLAIMS, kantorovich, theorem_1, theorem_3

seeds = st.integers(0, 10**6)
sizes = st.integers(1, 5)
radii = st.sampled_from([0.1, 1.0, 7.0])
relus = st.tuples(st.floats(0.01, 1), st.floats(1, 4)).map(lambda ab: GeneralizedReLU(*ab))
ROUNDING = 1e-9


def one(family, seed):
    return family.decode(family.draw(np.random.default_rng(seed), 1))[0]


@given(seed=seeds, m=sizes, d=sizes, W=radii, phi=relus)
def test_theorem_1_holds_with_both_kappas(seed, m, d, W, phi):
    instance = one(GLMFamily(m, d, phi, W), seed)
    slqc, glm = instance.slqc(), instance.problem
    for eps in slqc.gap * np.array([0.01, 0.5, 1 - 1e-9]):
        if eps > 0:
            assert slqc.holds(eps, theorem_1.kappa(eps, glm), ROUNDING), "Theorem 1 as printed"
            assert slqc.holds(eps, theorem_1.kappa_sharp(eps, glm), ROUNDING), "sharp form"


@given(seed=seeds, m=sizes, d=sizes, k=sizes, W=radii, phi=relus)
def test_theorem_3_holds_with_both_kappas(seed, m, d, k, W, phi):
    instance = one(LayerFamily(m, d, k, phi, W), seed)
    slqc, layer = instance.slqc(), instance.problem
    for eps in slqc.gap * np.array([0.01, 0.5, 1 - 1e-9]):
        if eps > 0:
            assert slqc.holds(eps, theorem_3.kappa(eps, layer), ROUNDING), "Theorem 3 as printed"
            assert slqc.holds(eps, theorem_3.kappa_sharp(eps, layer), ROUNDING), "sharp form"


@given(seed=seeds, W=st.sampled_from([0.5, 2.0, 6.0]), phi=st.sampled_from([Sigmoid(), Tanh()]))
def test_the_sharp_form_holds_for_sigmoid_and_tanh(seed, W, phi):
    instance = one(LayerFamily(4, 3, 2, phi, W), seed)
    slqc = instance.slqc()
    eps = slqc.gap * (1 - 1e-9)
    if slqc.gap > 1e-20:
        assert slqc.holds(eps, theorem_3.kappa_sharp(eps, instance.problem), 1e-6)


@given(seed=seeds, m=sizes, d=sizes, W=radii, phi=relus, share=st.floats(0.05, 1))
def test_every_step_of_theorem_1s_proofs(seed, m, d, W, phi, share):
    instance = one(GLMFamily(m, d, phi, W), seed)
    glm, w = instance.problem, instance.point
    eps = share * glm.error(w)
    assume(eps > 0)  # the definitions ask eps > 0; w = w* can be drawn when d = 1
    rng = np.random.default_rng(seed)
    r = eps / theorem_1.kappa(eps, glm)
    v = glm.w_star + balls.uniform_in_ball(rng, (d,), float(r))
    for chain in (
        theorem_1.proof(glm, w, eps), theorem_1.proof(glm, w, eps, v),
        theorem_1.sharp_proof(glm, w, eps),
    ):
        assert not (broken := chain.broken()), [(s.name, s.right.formula, s.slack) for s in broken]


@given(seed=seeds, m=sizes, d=sizes, k=sizes, phi=relus, share=st.floats(0.05, 1))
def test_every_step_of_theorem_3s_proofs_but_the_gap(seed, m, d, k, phi, share):
    instance = one(LayerFamily(m, d, k, phi), seed)
    layer, W = instance.problem, instance.point
    eps = share * layer.error(W)
    assume(eps > 0)
    names = {step.name for step in theorem_3.proof(layer, W, eps).broken()}
    assert names <= {theorem_3.GAP}
    if k == 1:
        assert not names  # d' = 1: d' eps = eps, the proof is Theorem 1's
    assert not theorem_3.sharp_proof(layer, W, eps).broken()


def test_theorem_3s_gap_is_real():
    """Step 6 fails: d' = 2, one input x = 1, W = (1, 0), W* = 0, a = b = 1, eps = E = 1. The line
    before is 2 E - eps/W = 1; the printed one is 2 d' eps - d' eps/W max_j |.| = 4 - 2 = 2 > 1.
    """
    instance, eps = theorem_3.gap_counterexample()
    steps = {s.name: s for s in theorem_3.proof(instance.problem, instance.point, eps).steps}
    gap = steps[theorem_3.GAP]
    assert (gap.left.value, gap.right.value) == (1, 2)  # Fractions: no rounding
    assert not gap.holds()


PROOFS = {name: claim for name, claim in CLAIMS.items() if claim.proof}


@pytest.mark.parametrize("name", PROOFS)
def test_every_gap_has_its_exact_counterexample_and_nothing_else_fails(name):
    claim = PROOFS[name]
    assert claim.proof.unshown_gaps() == []
    for step in claim.steps(n=500, seed=7):
        if step.step not in claim.proof.gaps:
            assert step.failures == 0, f"{step.chain} {step.step}: {step.right} ({step.slack})"


@pytest.mark.parametrize("a, b", [(0.1, 1.0), (0.01, 1.0), (0.5, 3.0), (0.9, 1.0), (1.0, 1.0)])
def test_the_tight_instances_reach_the_sharp_bound(a, b):
    tight = kantorovich.tight_instance(a, b, E=0.01, W=1000.0)
    for instance, theorem in ((tight, theorem_1), (kantorovich.repeated(tight, 3), theorem_3)):
        instance.problem.check()
        instance.problem.check_point(instance.point)
        slqc = instance.slqc()
        assert slqc.gap == pytest.approx(0.01, rel=1e-6)
        ratio = slqc.worst_ratio(lambda eps, t=theorem, p=instance.problem: t.kappa_sharp(eps, p))
        assert 0.999 <= ratio <= 1 + 1e-9


def test_the_tight_instance_approaches_the_bound_as_W_grows():
    """The shortfall is about (u_A/(b W))^2, u_A^2 = bE/a: a hundredfold less for W tenfold."""
    ratios = [
        float(CLAIMS["theorem-1-sharp"].margin(kantorovich.tight_instance(W=W))) ** -1
        for W in (1.0, 10.0, 1000.0)
    ]
    shortfall = 1 - np.array(ratios)
    assert 0.001 < shortfall[0] < 0.1  # u_A^2 = 0.1
    np.testing.assert_allclose(shortfall[0] / shortfall[1], 100, rtol=0.1)
    np.testing.assert_allclose(shortfall[0] / shortfall[2], 1e6, rtol=0.1)
    y = kantorovich.tight_instance().problem.y
    assert np.all((y >= 0) & (y <= 1))  # Definition 2's stricter reading too


@pytest.mark.parametrize("W, b", [(1.0, 1.0), (3.0, 0.5)])
def test_at_a_equal_b_the_paper_kappa_is_attained(W, b):
    instance = theorem_1.worst_instance(W, b)
    assert CLAIMS["theorem-1"].margin(instance) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("claim", ["theorem-1-sharp", "theorem-3-sharp"])
def test_a_kappa_one_percent_smaller_is_violated(claim):
    instance = CLAIMS[claim].worst()
    margin = instance.slqc().margin(lambda eps: 0.99 * CLAIMS[claim].kappa(eps, instance.problem))
    assert margin < 1


def test_chains_on_stacks_are_the_chains_of_their_instances():
    family = GLMFamily(4, 3)
    stack = family.decode(family.draw(np.random.default_rng(1), 5))
    eps = stack.problem.error(stack.point)
    whole = theorem_1.proof(stack.problem, stack.point, eps)
    for i in range(5):
        single: Instance = stack[i]
        part = theorem_1.proof(single.problem, single.point, eps[i])
        for line, same in zip(whole.lines, part.lines, strict=True):
            assert line.value[i] == pytest.approx(float(same.value), abs=1e-12), line.formula
