"""Obligations of steps: the right ones are met, and each mutant of a right one is not."""

import re
from dataclasses import fields, replace

import pytest

from dante_ref.proofs import solver
from dante_ref.proofs.algebra import Fact, assumed, normal
from dante_ref.proofs.derivation import ABOVE, AT_LEAST, AT_MOST, EQUAL, Line, derivation
from dante_ref.proofs.formula import (
    NONNEGATIVE,
    POSITIVE,
    ZERO,
    Formula,
    Symbol,
    formula,
    mean,
    total,
)
from dante_ref.proofs.known import Ground, by_hand, definition, identity, quoted, sampled
from dante_ref.proofs.known import solver as by_solver
from dante_ref.proofs.lemmas import LEMMAS, lipschitz
from dante_ref.proofs.obligations import (
    Obligation,
    Status,
    check,
    inside,
    obligations,
    unfolded,
    walk,
)
from dante_ref.theorems import CLAIMS

a = Symbol("a", "a", sign=POSITIVE)
b = Symbol("b", "b", sign=POSITIVE)
g = Symbol("g", "gᵢ", over="i", sign=NONNEGATIVE)
D = Symbol("D", "Dᵢ", over="i")
h = Symbol("h", "hⱼ", over="j")
Dz = Symbol("Dz", "Dzᵢ", over="i")
progress = Symbol("progress", "⟨G, w − w*⟩")
slope = assumed("a ≤ b", b, a)

needs_z3 = pytest.mark.skipif(not solver.version(), reason="needs the extra 'prove'")


def outcome(left, relation, right, known):
    return check(Obligation("step", formula(left), relation, formula(right), known)).outcome


LIPSCHITZ = identity(2 * mean(g / b * lipschitz(D, Dz, b)))


def test_theorem_1_s_second_step_is_an_identity_with_a_lemma():
    finding = check(Obligation(
        "Step 2", 2 * mean(g * D * Dz), AT_LEAST, 2 * mean(g * D**2 / b), LIPSCHITZ
    ))
    assert finding.outcome is Status.PROVED
    assert finding.ground is Ground.LEMMA and finding.lemmas == ("lipschitz",)


@pytest.mark.parametrize(
    ("left", "relation", "right", "known"),
    [
        (2 * mean(g * D * Dz), AT_LEAST, 3 * mean(g * D**2 / b), LIPSCHITZ),  # a factor
        (2 * mean(g * D * Dz), AT_LEAST, -2 * mean(g * D**2 / b), LIPSCHITZ),  # a sign
        (2 * mean(g * D * Dz), AT_LEAST, 2 * mean(g * D**2 / a), LIPSCHITZ),  # a symbol
        (2 * mean(g * D * Dz), AT_MOST, 2 * mean(g * D**2 / b), LIPSCHITZ),  # the relation
        (2 * mean(g * D * Dz), AT_LEAST, 2 * mean(g * D**2) / b**2, LIPSCHITZ),  # a power
        (2 * mean(g * D * Dz), AT_LEAST, 2 * mean(g * D**2 / b),
         identity(2 * mean(g / b * (b * D * Dz - D**2)))),  # the lemma left out
        (b, AT_LEAST, a, identity(b - a)),  # the hypothesis left out
        (a, AT_LEAST, b, identity(1 * slope)),  # the sides exchanged
        (b, ABOVE, a, identity(1 * slope)),  # b > a where b ≥ a is known
    ],
)
def test_a_mutant_fails(left, relation, right, known):
    assert outcome(left, relation, right, known) is Status.FAILED


def test_strict_steps_ask_for_a_positive_certificate():
    assert outcome(2 * a, ABOVE, ZERO, identity(2 * a)) is Status.PROVED
    assert outcome(b + a, ABOVE, 2 * a, identity(1 * slope)) is Status.FAILED


def test_a_definition_is_an_equality_once_its_symbols_are_unfolded():
    right = 2 * mean(g * D * Dz)
    assert outcome(progress, EQUAL, right, definition()) is Status.PROVED
    assert outcome(progress - a, EQUAL, right - a, definition({progress: right})) is Status.PROVED
    assert outcome(progress - a, EQUAL, right + a, definition({progress: right})) is Status.FAILED
    assert outcome(progress, AT_LEAST, right, definition()) is Status.FAILED
    assert outcome(2 * a, EQUAL, 3 * a, definition()) is Status.FAILED


@pytest.mark.parametrize(("left", "relation", "right", "known", "detail"), [
    (b, AT_LEAST, a, identity(1 * slope), ""),
    (a, EQUAL, a, definition(), ""),
    (a, AT_LEAST, ZERO, quoted("Hoeffding 1963"), ""),
    (b, AT_LEAST, a, identity(2 * slope), "the certificate is off by a + -1*b"),
    (b, EQUAL, a, identity(b - a), "an equality is a definition"),
    (b, AT_LEAST, a, replace(identity(a), certificate=None), "no certificate is given"),
    (b, AT_LEAST, a, identity(b - a), "b − a isn't seen to be >= 0"),
    (b, ABOVE, a, identity(1 * slope), f"{1 * slope} isn't seen to be > 0"),
    (a, EQUAL, b, definition({D: Dz}), "the sides differ by a + -1*b"),
    (a, AT_LEAST, b, definition(), "≥ is no definition"),
    (a, AT_LEAST, ZERO, by_hand(""), "no source is given"),
])
def test_what_fails_says_why_and_what_is_proved_needs_no_more(left, relation, right, known, detail):
    found = check(Obligation("step", left, relation, right, known))
    assert (found.detail, found.outcome) == (detail, Status.FAILED if detail else Status.PROVED)


def test_words_name_their_source():
    assert outcome(a, AT_LEAST, ZERO, quoted("Hoeffding 1963")) is Status.PROVED
    assert outcome(a, AT_LEAST, ZERO, quoted("")) is Status.FAILED
    assert outcome(a, AT_LEAST, ZERO, by_hand("a > 0")) is Status.PROVED
    assert outcome(a, AT_LEAST, ZERO, sampled()) is Status.SAMPLED


def test_each_step_of_a_derivation_owes_one():
    owed = obligations(derivation(
        "two steps", 2 * mean(g * D * Dz),
        Line(AT_LEAST, 2 * mean(g * D**2 / b), "Lipschitz", "Step 2", LIPSCHITZ),
        Line(AT_LEAST, ZERO, "squares"),
    ))
    assert [o.step for o in owed] == ["Step 2", ""]
    assert [o.name for o in owed] == ["two steps, Step 2", "two steps, line 3"]
    assert [check(o).outcome for o in owed] == [Status.PROVED, Status.SAMPLED]


@needs_z3
def test_the_solver_is_asked_for_each_sample():
    facts = by_solver(assumed("g ≥ a", g, a))
    assert outcome(mean(g * D**2), AT_LEAST, a * mean(D**2), facts) is Status.PROVED
    finding = check(Obligation(
        "without the hypothesis", mean(g * D**2), AT_LEAST, a * mean(D**2), by_solver()
    ))
    assert finding.outcome is Status.FAILED
    assert re.fullmatch(r"refuted: D = \S+, a = \S+, g = \S+", finding.detail)


@needs_z3
def test_the_solver_proves_a_strict_step_only_where_it_is_strict():
    assert outcome(b, AT_LEAST, a, by_solver(slope)) is Status.PROVED
    assert outcome(b, ABOVE, a, by_solver(slope)) is Status.FAILED, "a = b is allowed"
    assert outcome(a + b, ABOVE, a, by_solver(slope)) is Status.PROVED
    numbers = check(Obligation("1 ≥ 2", formula(1), AT_LEAST, formula(2), by_solver()))
    assert (numbers.outcome, numbers.detail) == (Status.FAILED, "refuted"), "no letter, no model"


def test_a_mean_over_a_number_is_asked_for_each_sample_over_that_number():
    assert same_quotient(inside(normal(mean(D**2) / b)), normal(D**2 / b))
    assert same_quotient(inside(normal(mean(D) - mean(g))), normal(D - g))
    assert same_quotient(inside(normal(total(h) - total(h**2))), normal(h - h**2))
    for nonlinear in (mean(D) + total(h), mean(D) ** 2, mean(D) * mean(g), mean(D) + a):
        assert inside(normal(nonlinear)) == normal(nonlinear), nonlinear


def same_quotient(p, q):
    return (p - q).is_zero


def test_without_the_solver_its_steps_are_said_to_be_unchecked(monkeypatch):
    monkeypatch.setattr(solver, "version", lambda: "")
    found = check(Obligation("b ≥ a", b, AT_LEAST, a, by_solver(slope)))
    assert (found.outcome, found.detail) == (
        Status.UNCHECKED, "the solver isn't installed: extra 'prove'"
    )


# Mutants of every obligation of every claim


def owed_by(claim, *grounds):
    """Those of its proof's true steps on these grounds."""
    return [
        owed for display in claim.proof.displays for owed in obligations(display)
        if owed.step not in claim.proof.gaps and owed.known.ground in grounds
    ]


def without_hypotheses(node):
    """The formula with each fact as what it says, of which nothing is known."""
    if isinstance(node, Fact):
        return node.means
    if not isinstance(node, Formula):
        return tuple(map(without_hypotheses, node)) if isinstance(node, tuple) else node
    return replace(node, **{f.name: without_hypotheses(vars(node)[f.name]) for f in fields(node)})


def mutants(owed):
    """(what was done, the obligation): a factor, a sign, the hypotheses and lemmas dropped."""
    named = any(isinstance(side, Symbol) and side.means is None for side in (owed.left, owed.right))
    if owed.known.ground is Ground.DEFINITION and named and not owed.known.meanings:
        return  # the left side is the name of the right
    if not normal(unfolded(owed.right, dict(owed.known.meanings))).is_zero:
        yield "a factor", replace(owed, right=2 * owed.right)
        yield "a sign", replace(owed, right=-owed.right)
    certificate = owed.known.certificate
    if certificate is not None and any(isinstance(node, Fact) for node in walk(certificate)):
        known = replace(owed.known, certificate=without_hypotheses(certificate))
        yield "without hypotheses", replace(owed, known=known)


QUICK = ("theorem-1", "theorem-2", "theorem-6-printed", "two-samples", "cross-entropy")


@pytest.mark.parametrize("name", [
    name if name in QUICK else pytest.param(name, marks=pytest.mark.slow)
    for name, claim in CLAIMS.items() if claim.proof is not None
])
def test_no_mutant_of_a_claim_s_obligations_is_proved(name):
    owed = owed_by(CLAIMS[name], Ground.DEFINITION, Ground.IDENTITY)
    made = [(what, mutant) for one in owed for what, mutant in mutants(one)]
    proved = [
        f"{what}: {mutant.name}" for what, mutant in made
        if check(mutant).outcome is Status.PROVED
    ]
    assert not proved
    assert made or name in ("theorem-5", "alternation-falls"), "nothing to change"


@needs_z3
def test_the_solver_refutes_its_steps_without_their_hypotheses():
    """With a model: numbers that break the step."""
    steps = [o for lemma in LEMMAS.values() for o in lemma.obligations()]
    steps = [o for o in steps if o.known.ground is Ground.SOLVER]
    steps += owed_by(CLAIMS["theorem-2"], Ground.SOLVER)
    assert len(steps) >= 4
    for owed in steps:
        found = check(replace(owed, known=replace(owed.known, facts=())))
        assert found.outcome is Status.FAILED and "refuted: " in found.detail, owed.name
        assert " = " in found.detail
