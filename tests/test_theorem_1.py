"""Theorem 1: the statement by both kappas, every step, sharpness; one tree for text and value."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from draws import ROUNDING, one, positive, radii, relus, seeds, sizes, slopes
from hypothesis import assume, given
from hypothesis import strategies as st

from dante_ref import balls
from dante_ref.activations import GeneralizedReLU
from dante_ref.problems import IdealisedGLM
from dante_ref.proofs import exact
from dante_ref.proofs.families import GLMFamily, Instance
from dante_ref.proofs.formula import Formula, Number
from dante_ref.proofs.obligations import Status, check, obligations
from dante_ref.theorems import CLAIMS, kantorovich, theorem_1


@given(seed=seeds, m=sizes, d=sizes, W=radii, phi=relus)
def test_theorem_1_holds_with_both_kappas(seed, m, d, W, phi):
    instance = one(GLMFamily(m, d, phi, W), seed)
    slqc, glm = instance.slqc(), instance.problem
    for eps in slqc.gap * np.array([0.01, 0.5, 1 - 1e-9]):
        if eps > 0:
            assert slqc.holds(eps, theorem_1.kappa(eps, glm), ROUNDING), "Theorem 1 as printed"
            assert slqc.holds(eps, kantorovich.kappa(eps, glm), ROUNDING), "sharp form"


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
        *theorem_1.PROOF.at(instance, eps), *kantorovich.PROOF.at(instance, eps),
        *(d.at(theorem_1.values(instance, eps, v)) for d in theorem_1.PROOF.displays),
    ):
        assert not (broken := chain.broken()), [(s.name, s.right.formula, s.slack) for s in broken]


@pytest.mark.parametrize("W, b", [(1.0, 1.0), (3.0, 0.5)])
def test_at_a_equal_b_the_paper_kappa_is_attained(W, b):
    instance = theorem_1.worst_instance(W, b)
    assert CLAIMS["theorem-1"].margin(instance) == pytest.approx(1.0, rel=1e-12)


def test_chains_on_stacks_are_the_chains_of_their_instances():
    family = GLMFamily(4, 3)
    stack = family.decode(family.draw(np.random.default_rng(1), 5))
    eps = stack.problem.error(stack.point)
    whole, _ = theorem_1.PROOF.at(stack, eps)
    for i in range(5):
        part, _ = theorem_1.PROOF.at(stack[i], eps[i])
        for line, same in zip(whole.lines, part.lines, strict=True):
            assert line.value[i] == pytest.approx(float(same.value), abs=1e-12), line.formula


@given(slopes, positive, st.floats(0.001, 1))
def test_the_sharp_kappa_implies_theorem_1_wherever_eps_can_occur(ab, W, share):
    a, b = ab
    eps = share * theorem_1.error_bound(b, W)
    assert kantorovich.kappa_sharp(eps, a, b) <= theorem_1.kappa_paper(a, b, W) * (1 + 1e-12)


@given(positive, positive)
def test_at_a_equal_b_the_two_kappas_meet_at_the_largest_eps(b, W):
    eps = theorem_1.error_bound(b, W)
    assert kantorovich.kappa_sharp(eps, b, b) == pytest.approx(theorem_1.kappa_paper(b, b, W))


def one_output(a, b):
    """x = 1, w = 1 = -w*: (b + a)^2."""
    phi = GeneralizedReLU(a, b)
    glm = IdealisedGLM(exact.rational([[1]]), exact.rational([-1]), phi, Fraction(1))
    return Instance(glm, exact.rational([1]))


def test_the_largest_error_of_a_glm_is_attained_exactly():
    a, b = Fraction(1, 3), Fraction(2)
    instance = one_output(a, b)
    assert instance.problem.error(instance.point) == (a + b) ** 2
    assert theorem_1.largest_error(a, b, 1) == (a + b) ** 2 < theorem_1.error_bound(b, 1)


def test_by_hand():
    assert theorem_1.kappa_paper(0.5, 2.0, 3.0) == 2 * 8 * 3 / 0.5


@given(slopes, positive)
def test_the_papers_bound_on_the_error_is_attained_only_for_a_equal_b(ab, W):
    a, b = ab
    bound = theorem_1.error_bound(b, W)
    assert theorem_1.largest_error(b, b, W) == pytest.approx(bound, rel=1e-12)
    assert theorem_1.largest_error(a, b, W) < bound or b - a < 1e-15


def test_the_page_shows_its_formulas():
    """The docstring, the statement and the chain show one string, that of the tree."""
    assert str(theorem_1.KAPPA) == "2b³W/a" and "2b³W/a" in theorem_1.__doc__
    assert str(theorem_1.KAPPA) in CLAIMS["theorem-1"].statement
    assert str(theorem_1.KAPPA_SHARP) in theorem_1.__doc__
    assert str(theorem_1.KAPPA_SHARP) in CLAIMS["theorem-1-sharp"].statement
    assert str(theorem_1.ERROR_BOUND) in theorem_1.__doc__


def test_the_lines_read_as_section_5_1_prints_them():
    shown = [str(line.formula) for line in theorem_1.SECTION_5_1.lines]
    assert shown[0] == "⟨G(w), w − v⟩" and shown[-1] == "0"
    assert "2/m Σᵢ gᵢ (Dᵢ²/b + Dᵢ ⟨xᵢ, w* − v⟩)" in shown, "Step 2"
    assert "2/m Σᵢ ((a/b) Dᵢ² − b |Dᵢ| ‖xᵢ‖ ‖w* − v‖)" in shown, "Step 3"


def changed(formula):
    """The formula with the first number in it one more."""
    if isinstance(formula, Number):
        return Number(formula.written + 1)
    for name, part in vars(formula).items():
        parts = part if isinstance(part, tuple) else (part,)
        for i, old in enumerate(parts):
            if isinstance(old, Formula) and (new := changed(old)) is not None:
                new_parts = (*parts[:i], new, *parts[i + 1:])
                return replace(formula, **{name: new_parts if isinstance(part, tuple) else new})
    return None


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 6, 7, 8])
def test_a_wrong_coefficient_breaks_its_step(k):
    """Text, value and certificate come from one tree: with 3 for 2 they all fail together."""
    lines = list(theorem_1.SECTION_5_1.lines)
    wrong = changed(lines[k].formula)
    assert wrong is not None and str(wrong) != str(lines[k].formula)
    lines[k] = replace(lines[k], formula=wrong)
    derivation = replace(theorem_1.SECTION_5_1, lines=tuple(lines))
    outcomes = {check(obligation).outcome for obligation in obligations(derivation)}
    assert Status.FAILED in outcomes

