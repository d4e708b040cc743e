"""Who checks the judge? Each judge is shown what should fail, and must say so.

A claim (claim.py), a step of a derivation (derivation.py), how it is known (known.py), a proof
(proof.py), the ledger, evidence and the experiments' statistics (statistics.py) each give a
verdict. Beside every case that should fail stands the nearest one that shouldn't, so that a judge
who refuses everything is found too.
"""

import dataclasses
import json
import math
from fractions import Fraction
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import t

from dante_ref.activations import GeneralizedReLU
from dante_ref.exceptions import InputError
from dante_ref.experiments import statistics
from dante_ref.experiments.statistics import Replication, decide, summary
from dante_ref.problems import TwoLayerNetwork
from dante_ref.proofs import check_certificates, exact, ledger
from dante_ref.proofs import claim as claims
from dante_ref.proofs.claim import TIGHT_FROM, Verdict, identity_margin
from dante_ref.proofs.derivation import Chain, Evaluated, Line, ProofStep, Relation, derivation
from dante_ref.proofs.evidence import (
    Evidence,
    direction_margin,
    examine_one,
    gradient_margin,
    total,
)
from dante_ref.proofs.families import GLMFamily, Instance
from dante_ref.proofs.formula import ROUNDING, Symbol, formula
from dante_ref.proofs.known import (
    Ground,
    by_hand,
    definition,
    identity,
    quoted,
    sampled,
    solver,
)
from dante_ref.proofs.ledger import Entry
from dante_ref.proofs.obligations import Obligation, Status, check
from dante_ref.proofs.proof import Gap, Misprint, Proof, StepSummary, summarise, with_error
from dante_ref.theorems import CLAIMS

REFUTED = [claim for claim in CLAIMS.values() if claim.verdict is Verdict.REFUTED]
SHARP = CLAIMS["theorem-1-sharp"]
VIOLATED = Evidence(10, 1, 0.5, SHARP.worst())
NOTHING = Evidence(10, 0, math.inf, None)


def margin_at(ratio):
    return Evidence(10, 0, 1 / ratio, SHARP.worst())


HELD, TIGHT = margin_at(TIGHT_FROM * 0.999), margin_at(TIGHT_FROM * 1.0001)


def recorded(verdict, claim=SHARP, **changes):
    changes = {"verdict": verdict, "exactly": lambda: True} | changes
    if hasattr(claim, "kappa"):
        copy = dataclasses.replace(claim, **changes)
    else:
        copy = dataclasses.replace(claim, margin=claim.margin, **changes)
    return copy


# ---- a claim -----------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict, agreeing", [
    (Verdict.HOLDS, {"held", "tight"}), (Verdict.SHARPENED, {"held", "tight"}),
    (Verdict.TIGHT, {"tight"}), (Verdict.VACUOUS, {"nothing"}), (Verdict.REFUTED, {"violated"}),
])
def test_which_evidence_agrees_with_which_verdict(verdict, agreeing):
    evidence = {"held": HELD, "tight": TIGHT, "nothing": NOTHING, "violated": VIOLATED}
    claim = recorded(verdict)
    assert {name for name, found in evidence.items() if claim.agrees(found)} == agreeing


def test_a_refuted_claim_agrees_only_with_its_confirmation_in_rational_arithmetic():
    assert recorded(Verdict.REFUTED, exactly=lambda: True).agrees(VIOLATED)
    assert not recorded(Verdict.REFUTED, exactly=lambda: False).agrees(VIOLATED)
    assert not recorded(Verdict.REFUTED, exactly=None).agrees(VIOLATED)
    assert not recorded(Verdict.REFUTED, exactly=lambda: True).agrees(HELD)


@pytest.mark.parametrize("claim", REFUTED, ids=lambda claim: claim.id)
def test_every_refuted_claim_has_that_confirmation(claim):
    assert claim.exactly is not None and claim.exactly() is True


def test_violations_outweigh_everything_else():
    assert SHARP.outcome(Evidence(10, 1, 0.5, None)) is Verdict.REFUTED
    assert SHARP.outcome(Evidence(10**6, 1, 1.0, SHARP.worst())) is Verdict.REFUTED


def test_a_worst_instance_outside_the_assumptions_is_refused():
    worst = SHARP.worst()
    longer = dataclasses.replace(worst.problem, X=2 * worst.problem.X)
    claim = recorded(SHARP.verdict, worst=lambda: dataclasses.replace(worst, problem=longer))
    with pytest.raises(InputError, match="unit ball"):
        claim.constructed()
    far = dataclasses.replace(worst, point=np.full_like(worst.point, np.nan))
    with pytest.raises(InputError):
        recorded(SHARP.verdict, worst=lambda: far).constructed()


def test_without_hypotheses_the_problem_says_where_the_point_may_be():
    worst = SHARP.worst()
    far = dataclasses.replace(worst, point=np.full_like(worst.point, 1e9))
    claim = partial(recorded, SHARP.verdict, hypotheses={})
    assert claim().constructed().instances == 1
    with pytest.raises(InputError, match="w has norm"):
        claim(worst=lambda: far).constructed()


def test_the_steps_of_a_proof_are_evaluated_where_and_as_often_as_asked():
    """Over the families, or over the proof's own; another seed draws other instances."""
    shown, = SHARP.steps(6)[:1]
    assert 0 < shown.instances <= 6 * len(SHARP.families)
    assert SHARP.steps(6) == SHARP.steps(6, 0) != SHARP.steps(6, 1)
    twice = recorded(SHARP.verdict, proof_families=SHARP.families[:1] * 2)
    once = recorded(SHARP.verdict, proof_families=SHARP.families[:1])
    assert twice.steps(6)[0].instances == 2 * once.steps(6)[0].instances
    assert recorded(SHARP.verdict, proof=None).steps(6) == []


def test_the_number_that_decides_another_claim():
    claim = CLAIMS["section-5.3"]
    worst = claim.worst()
    assert claim.decision(worst) == {"margin": float(claim.margin(worst))}


def test_a_claim_is_searched_in_each_of_its_families_at_random_and_then_adversarially():
    one, two = SHARP.families[0], dataclasses.replace(SHARP.families[0])

    def asked(instances, generations, most):
        claim = recorded(SHARP.verdict, families=(one, two), most=most)
        tasks = claim.tasks(instances, 3, generations)
        assert [task.args[0] for task in tasks] == [one, two] * 2
        assert tasks[0].args[0] is tasks[2].args[0] is one
        return [task.args[2:] for task in tasks]

    for most in (None, 9, 20):
        assert asked(9, 50, most) == [(3, 0, 5)] * 2 + [(3, 2, 50)] * 2
    assert asked(10, 50, 4) == [(3, 0, 2)] * 2 + [(3, 2, 20)] * 2  # in proportion
    assert asked(7, 50, 4) == [(3, 0, 2)] * 2 + [(3, 2, 28)] * 2  # of 200/7
    assert asked(1000, 50, 4) == [(3, 0, 2)] * 2 + [(3, 2, 1)] * 2


def test_an_identity_holds_up_to_rounding_of_its_sides():
    left = np.array([1.0, 1e6, 1e-6, 0.0, 1.0, 2.0])
    right = np.array([1 + 1e-6, 1e6 * (1 + 1e-6), 1e-6 * (1 + 1e-6), 0.0, 1.0, -2.0])
    np.testing.assert_allclose(
        identity_margin(left, right), ROUNDING * np.array([1e6, 1e6, 1e6, 1e16, 1e16, 0.5]),
        rtol=1e-5)


# ---- a step ------------------------------------------------------------------------------------


def step(left, relation, right):
    def line(value):
        return Evaluated(relation, None, "", "1", None, value=value)

    return ProofStep(line(left), line(right))


TRUE = {Relation.EQUAL: (2.0, 2.0), Relation.AT_LEAST: (3.0, 2.0), Relation.AT_MOST: (2.0, 3.0),
        Relation.ABOVE: (3.0, 2.0)}


@pytest.mark.parametrize("relation", TRUE, ids=lambda relation: relation.name)
@pytest.mark.parametrize("kind", [float, Fraction])
def test_a_step_holds_one_way_alone(relation, kind):
    left, right = map(kind, TRUE[relation])
    assert np.all(step(left, relation, right).holds())
    wrong = (left, right + 1) if relation is Relation.EQUAL else (right, left)
    assert not np.any(step(wrong[0], relation, wrong[1]).holds())


@pytest.mark.parametrize("size", [1.0, 1e6])
def test_only_rounding_is_forgiven(size):
    for relation, sign in ((Relation.AT_LEAST, 1), (Relation.AT_MOST, -1), (Relation.EQUAL, 1)):
        close, far = size * (1 - sign * ROUNDING / 2), size * (1 - sign * 4 * ROUNDING)
        assert step(close, relation, size).holds()
        assert not step(far, relation, size).holds()
    assert not step(1.0, Relation.ABOVE, 1.0).holds()  # strictly: rounding or not


def test_nothing_is_forgiven_of_fractions():
    tiny = Fraction(1, 10**40)
    assert not step(np.array(1 - tiny, object), Relation.AT_LEAST, np.array(Fraction(1))).holds()
    assert step(np.array(1 + tiny, object), Relation.AT_LEAST, np.array(Fraction(1))).holds()


def test_nan_holds_nowhere():
    for relation in TRUE:
        assert not np.any(step(math.nan, relation, 1.0).holds())
        assert not np.any(step(1.0, relation, math.nan).holds())


def test_one_instance_of_a_stack_breaks_a_chain():
    def chain(right):
        return Chain("a chain", (
            Evaluated(Relation.EQUAL, None, "", "1", None, value=np.ones(3)),
            Evaluated(Relation.AT_LEAST, None, "", "2", None, value=np.array(right)),
        ))

    assert chain([1.0, 0.0, 1.0]).broken() == []
    assert [s.name for s in chain([1.0, 2.0, 1.0]).broken()] == ["2"]


# ---- a proof, and the ledger ------------------------------------------------------------------

KEPT = StepSummary("chain", "1", "l", "=", "r", "", 0.0, 0.0, 0, 50)
FAILED = dataclasses.replace(KEPT, step="2", failures=1)
UNNAMED = dataclasses.replace(KEPT, step="", right="the right side", failures=3)


def entry(steps, claim=SHARP, evidence=TIGHT):
    return Entry(claim, evidence, claim.constructed(), steps, 0.0)


def test_an_entry_agrees_only_where_no_step_fails_that_is_no_gap():
    assert entry([KEPT]).agrees and entry([KEPT]).surprises == []
    assert not entry([KEPT, FAILED]).agrees and entry([KEPT, FAILED]).surprises == ["2"]
    assert not entry([UNNAMED]).agrees and entry([UNNAMED]).surprises == ["the right side"]
    assert entry([KEPT, FAILED]).verdict is SHARP.outcome(TIGHT)


def test_an_entry_agrees_only_where_the_statement_does():
    assert not entry([KEPT], evidence=VIOLATED).agrees
    assert entry([KEPT], evidence=VIOLATED).verdict is Verdict.REFUTED


GAP_AND_MORE = (
    (derivation("c", (f := Symbol("f", "f")), Line(Relation.AT_LEAST, f + 1, "", "1")),),
    lambda instance, eps: {"f": instance.slqc().gap},
)


def test_a_recorded_gap_excuses_its_own_step_and_must_be_shown():
    worst = SHARP.worst()
    shown = Gap("false", lambda: (worst, Fraction(1)))
    fails = Proof("p", *GAP_AND_MORE, {"1": shown})
    assert fails.unshown() == []
    claim = recorded(SHARP.verdict, proof=fails)
    one = dataclasses.replace(FAILED, step="1")
    assert entry([one], claim).agrees
    assert not entry([one, FAILED], claim).agrees
    unshown = Proof("p", *GAP_AND_MORE, {"0": shown})  # no step of this name breaks
    assert unshown.unshown() == ["0"]
    assert not entry([KEPT], recorded(SHARP.verdict, proof=unshown)).agrees


def test_every_failure_of_every_family_is_counted():
    found = summarise(Proof("p", *GAP_AND_MORE), SHARP.families[:1] * 2, n=20)
    assert [(s.failures, s.instances) for s in found] == [(s.instances, s.instances) for s in found]
    assert 30 < found[0].instances <= 40 and found[0].slack == pytest.approx(-1)


def test_the_worst_instance_of_an_entry():
    claim = recorded(SHARP.verdict)
    built, found = claim.worst(), dataclasses.replace(claim.worst())
    clearly = Evidence(9, 0, claim.constructed().smallest_margin - 1e-3, found)
    hardly = Evidence(9, 0, claim.constructed().smallest_margin - 1e-9, found)
    assert entry([], claim, clearly).worst is found
    assert entry([], claim, hardly).worst is not found
    assert np.array_equal(entry([], claim, hardly).worst.point, built.point)
    counterexample = Entry(claim, clearly, Evidence(1, 1, 0.1, built), [], 0.0)
    assert counterexample.worst is not found


# ---- evidence ----------------------------------------------------------------------------------


def test_a_violation_is_beyond_rounding():
    stack = SHARP.families[0].decode(SHARP.families[0].draw(np.random.default_rng(0), 4))
    margins = np.array([2.0, 1 - ROUNDING / 2, 1 - 2 * ROUNDING, 5.0])
    found = Evidence().seen(stack, margins)
    assert (found.instances, found.violations) == (4, 1)
    assert found.smallest_margin == margins[2]
    assert np.array_equal(found.worst.point, stack[2].point)
    one = stack[0]
    assert examine_one(one, lambda i: 1 - ROUNDING / 2).violations == 0
    assert examine_one(one, lambda i: 1 - 2 * ROUNDING).violations == 1
    assert examine_one(one, lambda i: math.inf).worst is None


def test_evidence_adds_up():
    one, other = SHARP.worst(), dataclasses.replace(SHARP.worst())
    found = total([Evidence(3, 1, 0.5, one), Evidence(4, 2, 0.25, other), NOTHING])
    assert (found.instances, found.violations, found.smallest_margin) == (17, 3, 0.25)
    assert found.worst is other and found.worst_ratio == 4.0
    assert NOTHING.worst_ratio == 0.0


def at_points(gap, gradient_norm, progress):
    """A stack of five points, each 5 from the optimum, with these numbers of SLQC."""
    optimum = np.ones((5, 2, 2))
    slqc = SimpleNamespace(gap=np.array(gap), gradient_norm=np.array(gradient_norm),
                           progress=np.array(progress))
    return SimpleNamespace(slqc=lambda: slqc, point=np.add(optimum, [[3.0, 0.0], [0.0, -4.0]]),
                           problem=SimpleNamespace(optimum=optimum))


def test_a_gradient_that_leads_away_refutes_every_kappa():
    stack = at_points([1.0, 0.5, 1.0, 0.1, 0.0], [2.0, 2.0, 0.5, 0.0, 2.0],
                      [6.0, 0.0, -1.5, 0.0, -6.0])
    np.testing.assert_allclose(direction_margin(stack), [1.6, 0.0, -0.6, -np.inf, np.inf])


def test_a_stationary_point_with_an_error_refutes():
    stack = at_points([1.0, 0.5, 0.0, -1.0, 1.0], [0.0, 0.0, 0.0, 0.0, 1.0], [0.0] * 5)
    assert gradient_margin(stack).tolist() == [-np.inf, -np.inf, np.inf, np.inf, np.inf]


# ---- exact numbers -----------------------------------------------------------------------------


def forged(value):
    """The certificate's numbers, each in turn made another."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from ((f"{key}.{path}", value | {key: other}) for path, other in forged(part))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from ((f"{i}.{path}", [*value[:i], other, *value[i + 1:]])
                        for path, other in forged(part))
    elif isinstance(value, str):
        try:
            yield "", str(-3 * Fraction(value) - Fraction(7, 5))
        except ValueError:
            yield "", "something else"


@pytest.mark.parametrize("claim", [c for c in REFUTED if c.certificate], ids=lambda c: c.id)
def test_a_forged_certificate_is_found(claim):
    """It holds; with one number changed it is found, unless that is a counterexample as well."""
    certificate, check = claim.certificate(), partial(check_certificates.wrong, claim.id)
    assert check(certificate) is None
    wrong = {}
    for path, other in forged({k: v for k, v in certificate.items() if k != "kind"}):
        try:
            wrong[path] = check(certificate | other) is not None
        except (KeyError, ValueError, TypeError, ZeroDivisionError, IndexError):
            wrong[path] = True
    assert any(wrong.values()), wrong
    shown = {"gap", "squared_norm", "progress", "left", "right", "slopes"} & certificate.keys()
    assert all(any(wrong[p] for p in wrong if p.startswith(name)) for name in shown), wrong


SPECIAL = {
    "theorem-2": {"theorem-2-any-m"}, "theorem-4-spirit": {"three-layers"},
    "theorem-4-empty-ball": {"theorem-4-any-minimiser"},
    "theorem-4-any-minimiser": {"theorem-4-empty-ball"},
    "theorem-5-empty-ball": {"theorem-4-empty-ball", "theorem-4-any-minimiser"},
    "theorem-5-literal": {"theorem-4-literal"},
}
"""Whose certificates refute a claim too: the same instance, or a special case of it."""


@pytest.mark.parametrize("claim", REFUTED, ids=lambda claim: claim.id)
def test_another_claim_s_certificate_does_not_refute_it(claim):
    def holds(other):
        try:
            return check_certificates.wrong(claim.id, other.certificate()) is None
        except KeyError:
            return False

    taken = {other.id for other in REFUTED if holds(other)}
    assert taken == {claim.id} | SPECIAL.get(claim.id, set())


@pytest.mark.parametrize("name, changes", [
    ("theorem-4-spirit", {"W2_star": [["1/3"], ["1/2"]]}),  # the layer that is held isn't W2*
    ("theorem-4-spirit", {"slopes": {"a1": "1/2", "b1": "1", "a2": "1/3", "b2": "1"}}),
    ("theorem-4-literal", {"eps": "1/2"}),  # eps/kappa < 0: nothing is claimed
    ("theorem-2", {"X": [["1"]] * 23, "labels": ["1"] * 12 + ["0"] * 11,
                   "above": "1173/100"}),  # 24 samples are asked for
    ("theorem-2", {"allowed": "0"}),
    ("theorem-2-any-m", {"eps": "999/1000"}),
    ("theorem-6-last", {"h": ["0", "17/20", "-3", "2"]}),  # it falls, where it should be SLQC
    ("theorem-6-last", {"h": ["0", "17/20", "-6", "6"], "start": "3/2"}),  # w* isn't the minimum
    ("theorem-6-last", {"h": ["0", "9", "-30", "30"]}),  # f is above 1 within the ball
    ("theorem-6-last", {"kappa": "1/2"}),
    ("three-layers", {"top": "2"}),
])
def test_a_hypothesis_that_is_broken_is_found(name, changes):
    """Every number recomputed for the changed certificate, but for the hypothesis it would hold."""
    changed = CLAIMS[name].certificate() | changes
    if changed["kind"] == "two layers":
        X, W1, W1_star, W2, W2_star = (
            exact.rational(changed[k]) for k in ("X", "W1", "W1_star", "W2", "W2_star")
        )
        phi1, phi2 = (GeneralizedReLU(*(Fraction(changed["slopes"][f"{s}{layer}"]) for s in "ab"))
                      for layer in (1, 2))
        network = TwoLayerNetwork(X, W1_star, W2_star, phi1, phi2, Fraction(changed["W1_max"]),
                                  Fraction(changed["W2_max"]), W2)
        found = exact.slqc(Instance(network, W1))
        changed |= {name: str(value) for name, value in dataclasses.asdict(found).items()}
    assert check_certificates.wrong(name, changed) is not None


# ---- the experiments' verdicts -----------------------------------------------------------------

CLEAR = ([1.0, 1.1, 0.9, 1.0, 1.05], [2.0, 2.2, 1.9, 2.1, 2.0])
NOISE = ([1.0, 3.0, 2.0, 1.5, 2.5], [2.0, 1.0, 3.0, 2.4, 1.4])


@pytest.mark.parametrize("better, worse, higher, verdict", [
    (*CLEAR, False, Replication.REPLICATES), (*CLEAR[::-1], False, Replication.CONTRADICTED),
    (*CLEAR, True, Replication.CONTRADICTED), (*CLEAR[::-1], True, Replication.REPLICATES),
    (*NOISE, False, Replication.UNDECIDED), ([1.0], [2.0], False, Replication.UNDECIDED),
    ([], [], False, Replication.UNDECIDED), ([1.0, 1.0], [1.0], False, Replication.UNDECIDED),
    ([1.0, 2.0], [1.0, 2.0], False, Replication.UNDECIDED),
    ([1.0] * 6, [math.inf] * 6, False, Replication.REPLICATES),
    ([math.inf] * 6, [1.0] * 6, False, Replication.CONTRADICTED),
    ([1.0] * 5, [math.inf] * 5, False, Replication.UNDECIDED),  # 2/2^5 > 0.05
    ([1.0] * 6, [math.nan] * 6, True, Replication.REPLICATES),
    ([math.nan] * 6, [math.nan] * 6, False, Replication.UNDECIDED),
])
def test_an_ordering_is_decided_by_its_seeds(better, worse, higher, verdict):
    assert decide(better, worse, higher=higher).verdict is verdict


def test_the_level_is_the_border():
    """p falls as the differences grow beside their spread: on both sides of 0.05."""
    rng = np.random.default_rng(0)
    noise, base = rng.normal(size=8), rng.normal(size=8)
    for shift in np.linspace(0, 3, 61):
        found = decide(base, base + shift + noise)
        expected = Replication.UNDECIDED
        if found.p < statistics.LEVEL:
            expected = Replication.REPLICATES if found.advantage > 0 else Replication.CONTRADICTED
        assert found.verdict is expected
        assert found.advantage == pytest.approx(shift + noise.mean())


@pytest.mark.parametrize("better, worse", [CLEAR, ([1.0] * 6 + [math.inf], [math.inf] * 7),
                                           ([1.0] * 19 + [math.inf], [math.inf] * 18 + [2.0, 1.0])])
def test_at_the_level_itself_nothing_is_decided(monkeypatch, better, worse):
    """p must be below it, of the t-test and of both sign tests."""
    found = decide(better, worse)
    assert found.verdict is Replication.REPLICATES
    monkeypatch.setattr(statistics, "LEVEL", found.p)
    assert decide(better, worse).verdict is Replication.UNDECIDED


def test_a_summary_counts_what_diverged():
    found = summary([1.0, math.inf, 3.0, math.nan])
    assert (found.mean, found.n, found.diverged) == (2.0, 2, 2)
    assert found.half_width == pytest.approx(12.7062047, rel=1e-6)  # t(0.975, 1) sqrt(2)/sqrt(2)
    assert math.isinf(summary([1.0]).half_width) and math.isnan(summary([math.inf]).mean)


def test_the_ledger_does_not_write_what_the_run_did_not_show():
    said = ledger.as_json([entry([KEPT, FAILED])], ledger.Search(1, 0, 0))["claims"][0]
    assert said["verdict"] == str(SHARP.outcome(TIGHT))


# ---- what is told of a proof, an instance and a search -------------------------------------------


def written(values, relation=Relation.AT_LEAST):
    """A proof of two lines, 'left' and 'right', with these numbers for an instance at eps."""
    left, right = (Symbol(side, side) for side in ("left", "right"))
    display = derivation("the chain", left, Line(relation, right, "a reason", "7"))
    return Proof("a source", (display,), lambda instance, eps: dict(
        zip(("left", "right"), values(instance, eps), strict=True)
    ))


def test_a_summary_of_a_proof_says_all_of_its_steps():
    """Line over the samples: it fails on an instance if it fails anywhere in it."""
    def values(instance, eps):
        n = len(eps)
        right = np.ones((n, 3))
        right[:2, 1] = 5.0  # two instances fail, in one entry each
        return np.full((n, 3), 2.0), right

    family = SHARP.families[0]
    found, = summarise(written(values), (family,), n=9)
    assert dataclasses.astuple(found) == (
        "the chain", "7", "left", "≥", "right", "a reason", -3.0, pytest.approx(-0.6), 2, 9)
    both, = summarise(written(values), (family, family), n=9)
    assert (both.failures, both.instances, both.slack, both.relative) == (
        4, 18, -3.0, pytest.approx(-0.6))
    assert (both.chain, both.step, both.left, both.relation, both.right, both.because) == (
        "the chain", "7", "left", "≥", "right", "a reason")
    zero, = summarise(written(lambda i, eps: (0 * eps, 0 * eps), Relation.EQUAL), (family,), n=5)
    assert (zero.slack, zero.relative, zero.failures) == (0, 0, 0)  # 0 = 0 is no division by 0


def test_a_step_between_two_numbers_fails_on_every_instance():
    """Neither side depends on the instance: 2 ≥ 3 is false for all."""
    found, = summarise(written(lambda i, eps: (np.array(2.0), np.array(3.0))),
                       SHARP.families[:1], n=7)
    assert (found.failures, found.instances, found.slack) == (7, 7, -1.0)


def test_a_proof_is_asked_where_there_is_an_error_and_for_an_eps_below_it():
    """d = 1 puts w and w* on one end of the interval now and then: these are left out."""
    family = GLMFamily(1, 1, GeneralizedReLU(0.5))
    instances, eps = with_error(family, 2000, 3)
    gap = instances.slqc().gap
    assert 1000 < len(eps) == len(gap) < 2000 and (gap > 1e-20).all()
    assert (eps <= gap).all() and (eps >= 0.2 * gap).all()
    assert (eps < 0.3 * gap).any() and (eps > 0.9 * gap).any()
    again, other = (with_error(family, 2000, seed)[1] for seed in (3, 4))
    assert np.array_equal(eps, again) and not np.array_equal(eps, other)


def test_a_display_fails_once_however_many_lines_bear_its_name():
    rises = (Line(Relation.AT_LEAST, formula(v), "", "7") for v in (2, 3))
    twice = derivation("c", 1, *rises)
    at = (SHARP.worst(), Fraction(1))
    gaps = {"7": Gap("false", lambda: at)}
    misprints = {"7": Misprint("meant ≤", twice, lambda: at)}
    found = Proof("p", (twice,), lambda instance, eps: {}, gaps, misprints).failures()
    assert [(one.name, one.why, one.step.right.value) for one in found] == [
        ("7", "false", 2), ("7", "meant ≤", 2)]


def test_another_step_that_fails_in_the_display_shows_no_gap():
    display = derivation("c", 1, *(
        Line(Relation.AT_LEAST, formula(value), "", step) for value, step in ((2, "8"), (0, "7"))
    ))
    at = (SHARP.worst(), Fraction(1))
    gaps = {step: Gap("false", lambda: at) for step in ("7", "8")}
    assert Proof("p", (display,), lambda instance, eps: {}, gaps).unshown() == ["7"]


def test_the_least_slack_of_two_families_is_told():
    calls = []

    def values(instance, eps):
        calls.append(1)
        return np.full(len(eps), 2.0), np.full(len(eps), 1.5 if len(calls) == 2 else 1.0)

    found, = summarise(written(values), SHARP.families[:1] * 2, n=6)
    assert (found.slack, found.relative, found.failures) == (0.5, 0.25, 0)


def test_a_proof_in_words():
    gap = Gap("false", lambda: (SHARP.worst(), Fraction(1)))
    assert str(Proof("p", (), None)) == "holds"
    assert str(Proof("p", (), None, {"1": gap, "2": gap})) == "gap (1: false; 2: false)"


def test_a_gap_is_shown_by_its_own_step_and_its_own_values():
    at = lambda: (SHARP.worst(), Fraction(1))  # noqa: E731
    breaks = written(lambda i, eps: (1.0, 2.0))
    holds = written(lambda i, eps: (2.0, 1.0))

    def with_gaps(proof, **gaps):
        return dataclasses.replace(proof, gaps=gaps)

    assert with_gaps(breaks, **{"7": Gap("", at)}).unshown() == []
    assert with_gaps(holds, **{"7": Gap("", at)}).unshown() == ["7"]
    assert with_gaps(holds, **{"7": Gap("", at, breaks.values)}).unshown() == []
    gaps = {"7": Gap("", at, holds.values), "8": Gap("", at)}
    assert with_gaps(breaks, **gaps).unshown() == ["7", "8"]


def test_a_gap_is_looked_for_in_its_own_display():
    """Another display breaks too, and a symbol of it has no value: neither matters."""
    at = lambda: (SHARP.worst(), Fraction(1))  # noqa: E731
    own, = written(None).displays
    other = derivation("other", Symbol("nameless", "n"), Line(Relation.ABOVE, formula(5), "", "8"))
    proof = Proof("p", (other, own), lambda i, eps: {"left": 1.0, "right": 2.0},
                  {"7": Gap("", at)})
    failure, = proof.failures()
    assert failure.step.right.formula is own.lines[1].formula and proof.unshown() == []


def test_a_misprint_is_shown_where_what_is_printed_fails():
    at = (SHARP.worst(), Fraction(1))
    holds = written(lambda i, eps: (2.0, 1.0))
    left, right = (line.formula for line in holds.displays[0].lines)
    printed = derivation("as printed", right, Line(Relation.AT_LEAST, left, "", "7"))
    misprint = Misprint("meant ≤", printed, lambda: at)
    proof = dataclasses.replace(holds, misprints={"7": misprint})
    failure, = proof.failures()
    assert proof.unshown() == [] and proof.failure("7", misprint) == failure
    assert (failure.name, failure.why, failure.eps) == ("7", "meant ≤", Fraction(1))
    assert failure.instance is at[0] and (failure.step.name, failure.step.slack) == ("7", -1)
    true = dataclasses.replace(misprint, printed=holds.displays[0])
    assert proof.failure("7", true) is None
    assert dataclasses.replace(holds, misprints={"7": true}).unshown() == ["7"]


def test_evidence_of_some_of_a_stack():
    stack = SHARP.families[0].decode(SHARP.families[0].draw(np.random.default_rng(0), 4))
    margins = np.array([2.0, 0.5, 1.5, 1.5])
    found = Evidence(1, 1, 1.5, stack[0]).seen(stack, margins, [3, 2])
    assert (found.instances, found.violations, found.smallest_margin) == (3, 1, 1.5)
    assert np.array_equal(found.worst.point, stack[0].point)  # as bad as the worst: the first stays
    found = Evidence().seen(stack, margins, [3, 2])
    assert np.array_equal(found.worst.point, stack[3].point)
    assert Evidence(5, 1, 0.1, None).seen(stack, margins, []) == Evidence(5, 1, 0.1, None)


def test_tight_begins_at_its_border(monkeypatch):
    assert SHARP.outcome(Evidence(1, 0, 1 / (TIGHT_FROM + 1e-9), SHARP.worst())) is Verdict.TIGHT
    assert SHARP.outcome(Evidence(1, 0, 1 / (TIGHT_FROM - 1e-9), SHARP.worst())) is Verdict.HOLDS
    monkeypatch.setattr(claims, "TIGHT_FROM", 0.5)
    assert SHARP.outcome(Evidence(1, 0, 2.0, SHARP.worst())) is Verdict.TIGHT


def test_the_numbers_that_decide_an_slqc_claim():
    worst = SHARP.worst()
    said = SHARP.decision(worst)
    slqc = worst.slqc()
    assert list(said) == ["eps", "kappa", "kappa_emp"]
    assert said["eps"] == float(slqc.gap)
    assert said["kappa"] == pytest.approx(float(SHARP.kappa(slqc.gap, worst.problem)))
    assert said["kappa_emp"] == float(slqc.kappa_emp(np.nextafter(slqc.gap, 0)))
    assert math.isfinite(said["kappa_emp"])  # at eps itself nothing would be asked


def told(found):
    return found.verdict, found.advantage, found.p, found.n, found.because


def test_all_that_a_decision_says():
    """p of a t-test by its definition: t = mean/(s/sqrt(n)); of a sign test 2/2^n."""
    x, y = (np.array(v) for v in CLEAR)
    d = y - x
    p = 2 * t.sf(d.mean() / (d.std(ddof=1) / math.sqrt(5)), 4)
    near = pytest.approx
    assert told(decide(x, y)) == (Replication.REPLICATES, near(d.mean()), near(p), 5, "")
    assert told(decide(x, y, higher=True))[1] == pytest.approx(-d.mean())
    one = decide([1.0], [2.0])
    assert (one.n, one.because, one.words) == (1, "one seed", "undecided (one seed)")
    assert math.isnan(one.advantage) and math.isnan(one.p)
    same = decide([1.0, 2.0], [1.0, 2.0])
    assert told(same) == (Replication.UNDECIDED, 0.0, 1.0, 2, "") and same.words == "undecided"
    shifted = decide([1.0, 2.0, 3.0], [2.0, 3.0, 4.0])  # no spread to test against
    assert shifted.verdict is Replication.UNDECIDED and shifted.advantage == 1.0
    assert math.isnan(shifted.p) and shifted.n == 3
    inf = math.inf
    every = decide([1.0] * 6, [inf] * 6)
    assert (every.p, every.n) == (2 / 2**6, 6) and math.isnan(every.advantage)
    assert every.because == "diverged: every seed, sign test"
    each = decide([1.0] * 6 + [inf], [inf] * 7)
    assert (each.p, each.n, each.because) == (2 / 2**6, 7, "diverged: each decided seed, sign test")
    for worse, better in (([inf] * 3, [1.0] * 3), ([1.0] * 3, [inf] * 3)):
        who = "worse" if better[0] == 1.0 else "better"
        few = decide(better, worse)
        assert (few.because, few.p, few.n) == (f"{who} diverged", 0.25, 3)
        assert math.isnan(few.advantage)
    assert decide([inf] * 6, [inf] * 6).p == 1.0
    assert decide([inf] * 6, [1.0] * 6).because == "diverged: every seed, sign test"
    assert told(decide(*NOISE))[3:] == (5, "")
    mixed = decide([1.0, inf, 1.0, 1.0], [inf, 1.0, 2.0, 2.0])
    assert mixed.verdict is Replication.UNDECIDED
    assert (mixed.p, mixed.because) == (pytest.approx(0.625), "")
    many = decide([1.0] * 19 + [inf], [inf] * 18 + [2.0, 1.0])
    assert (many.verdict, many.because) == (Replication.REPLICATES, "") and many.p < 0.001
    assert decide([inf] * 18 + [2.0, 1.0], [1.0] * 19 + [inf]).verdict is Replication.CONTRADICTED
    assert decide([0.0] * 6, [-inf] * 6, higher=True).verdict is Replication.REPLICATES
    assert decide([0.0] * 6, [math.nan] * 6).verdict is Replication.REPLICATES


def test_what_evidence_keeps():
    family, rate = SHARP.families[0], ("a rate",)
    stack = family.decode(family.draw(np.random.default_rng(0), 2))
    better = Evidence(3, 0, 1.2, stack[1], rate).seen(stack, np.array([2.0, 1.5]))
    assert (better.instances, better.smallest_margin, better.rates) == (5, 1.2, rate)
    assert better.worst.point is not None and np.array_equal(better.worst.point, stack[1].point)
    assert (better + Evidence(rates=("another",))).rates == ("a rate", "another")
    border = Evidence().seen(stack, np.array([1 - ROUNDING, 1.0]))
    assert border.violations == 0
    one = examine_one(stack[0], lambda i: 1 - ROUNDING)
    assert (one.instances, one.violations, one.smallest_margin) == (1, 0, 1 - ROUNDING)
    assert one.worst is stack[0] or np.array_equal(one.worst.point, stack[0].point)


def test_small_sides_have_shares_too():
    def values(instance, eps):
        return np.full(len(eps), 0.2), np.full(len(eps), 0.1)

    found, = summarise(written(values), SHARP.families[:1], n=4)
    assert found.relative == pytest.approx(0.5)


def test_differences_that_are_rounding_alone_are_no_spread():
    """1e-12 of the values: the t-test would find p = 0 in them."""
    for x, d, spread, decided in (
        ([1e6, 2e6, 3e6], 1.0, 1e-7, False), ([0.0] * 3, 1.0, 1e-13, False),
        ([0.0] * 3, 1.0, 1e-9, True), ([1e-6, 2e-6, 3e-6], 1e-6, 1e-3, True),
    ):
        y = [v + d * (1 + e) for v, e in zip(x, (0, spread, -spread), strict=True)]
        for better, worse, verdict in ((x, y, Replication.REPLICATES),
                                       (y, x, Replication.CONTRADICTED)):
            found = decide(better, worse)
            assert found.verdict is (verdict if decided else Replication.UNDECIDED)
            assert math.isnan(found.p) is not decided
    same = decide([0.0] * 3, [0.0] * 3)
    assert (same.verdict, same.advantage, same.p) == (Replication.UNDECIDED, 0.0, 1.0)


def test_a_span_is_one_number_or_two():
    assert [statistics.span(v) for v in ([0.03, 0.03], [0.1, 0.01, 0.05])] == [
        "0.03", "0.01 to 0.1"]


def test_a_missing_number_is_a_run_that_diverged():
    assert summary([1.0, None, 3.0]).diverged == 1
    assert decide([1.0, None], [None, 1.0]).verdict is Replication.UNDECIDED


# ---- the ledger, written and read back ----------------------------------------------------------

ASKED = ledger.Search(instances=40, generations=1, seed=3)
KEPT_CLAIMS = {n: CLAIMS[n] for n in ("theorem-1-sharp", "theorem-4-spirit", "section-5.3")}


@pytest.fixture(scope="module")
def entries():
    return list(ledger.run(list(KEPT_CLAIMS.values()), ASKED))


def test_a_run_searches_as_it_was_asked_and_tells_every_piece(monkeypatch):
    heard, asked = [], []
    claim, more = KEPT_CLAIMS["theorem-1-sharp"], Evidence(7, 1, 0.5, SHARP.worst())
    monkeypatch.setattr(type(claim), "tasks", lambda self, *a: asked.append(a) or ["a", "b"])
    monkeypatch.setattr(type(claim), "steps", lambda self, **o: asked.append(o) or [KEPT])
    monkeypatch.setattr(ledger, "run_tasks",
                        lambda tasks, jobs: asked.append((tasks, jobs)) or iter([more, more]))
    one, = ledger.run([claim], ASKED, lambda *told: heard.append(told), jobs=5)
    assert asked == [(40, 3, 1), (["a", "b"], 5), {"seed": 3}]
    assert heard == [(claim, more)] * 2
    known = claim.constructed()
    assert (one.claim, one.steps) == (claim, [KEPT]) and 0 <= one.seconds < 60
    assert (one.evidence.instances, one.evidence.violations) == (known.instances + 14, 2)
    assert (one.constructed.instances, one.constructed.violations) == (1, 0)
    silent, = ledger.run([claim], ASKED)  # without anyone to hear, in one process
    assert silent.evidence.violations == 2 and asked[-2][1] == 1


def test_a_ledger_says_what_its_entries_are(entries):
    said = ledger.as_json(entries, ASKED)
    assert {key: said[key] for key in ("schema", "complete", "seed", "searched")} == {
        "schema": ledger.SCHEMA, "complete": True, "seed": 3,
        "searched": {"instances": 40, "generations": 1}}
    assert ledger.as_json(entries, ASKED, complete=False)["complete"] is False
    for one, told in zip(entries, said["claims"], strict=True):
        claim, found = one.claim, one.evidence
        assert (told["id"], told["theorem"], told["source"], told["statement"]) == (
            claim.id, str(claim.theorem), claim.source, claim.statement)
        assert (told["verdict"], told["proof"]) == (
            str(claim.verdict), claim.proof and str(claim.proof))
        assert (told["instances"], told["violations"]) == (found.instances, found.violations)
        assert float(told["worst_ratio"]) == found.worst_ratio
        assert float(told["smallest_margin"]) == found.smallest_margin
        assert told["exact"] == (claim.certificate and claim.certificate()) and told["rates"] == []
        assert told["steps"] == [dataclasses.asdict(step) for step in one.steps]
        assert told["seconds"] == round(one.seconds, 3)
        worst = one.worst.arrays()
        assert told["certificate"].keys() == worst.keys() | claim.decision(one.worst).keys()
        assert all(np.array_equal(told["certificate"][name], worst[name]) for name in worst)
    assert entries[1].claim.verdict is Verdict.REFUTED and said["claims"][1]["exact"]["kind"]
    assert list(map(ledger.finite_or_text, (0.5, math.nan, -math.inf))) == [0.5, "nan", "-inf"]


def test_versions_are_those_of_what_runs(monkeypatch):
    import platform

    import scipy

    import dante_ref

    found = ledger.versions()
    assert found == {
        "python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
        "dante_ref": dante_ref.__version__, "source": ledger.source_hash()}
    assert len(found["source"]) == 16 and int(found["source"], 16) >= 0


def test_another_source_is_another_hash(tmp_path, monkeypatch):
    """A file's name and each of its bytes count, in every folder of the package."""
    package = tmp_path / "package"
    (package / "proofs").mkdir(parents=True)
    monkeypatch.setattr(ledger, "__file__", str(package / "proofs" / "ledger.py"))
    seen = []
    for name, text in (("a.py", "1"), ("a.py", "2"), ("proofs/b.py", "1"), ("b.txt", "1")):
        (package / name).write_text(text)
        seen.append(ledger.source_hash.__wrapped__())
    assert len(set(seen)) == 3 and seen[2] == seen[3]
    (package / "a.py").rename(package / "c.py")
    assert ledger.source_hash.__wrapped__() not in seen


def test_a_ledger_read_back_is_judged_by_its_numbers(entries, tmp_path):
    path, said = tmp_path / "ledger.json", ledger.as_json(entries, ASKED, complete=False)
    path.write_text(json.dumps(said), encoding="utf-8")
    found = ledger.read_json(path, KEPT_CLAIMS)
    assert (found.search, found.complete, found.versions) == (ASKED, False, ledger.versions())
    assert ledger.as_json(found.entries, found.search, complete=False) == said
    assert [one.agrees for one in found.entries] == [True] * 3
    said = json.loads(path.read_text(encoding="utf-8"))  # a copy: an entry keeps what it says
    rate = {"trial": "t", "allowed": 0.1, "claimed": True, "draws": 9, "failures": 3,
            "lower": 0.2, "upper": 0.5}
    said["claims"][0] |= {"violations": 4, "rates": [rate], "seconds": 2.5}
    said["claims"][1]["smallest_margin"] = "inf"
    gaps = KEPT_CLAIMS["section-5.3"].proof.gaps
    next(s for s in said["claims"][2]["steps"] if s["step"] not in gaps)["failures"] = 1
    said["complete"] = True
    path.write_text(json.dumps(said), encoding="utf-8")
    read = ledger.read_json(path, KEPT_CLAIMS)
    one, silent, failing = read.entries
    assert read.complete and one.verdict is Verdict.REFUTED and not one.agrees
    assert (one.evidence.violations, one.seconds) == (4, 2.5)
    assert [dataclasses.asdict(r) for r in one.evidence.rates] == [rate]
    assert np.array_equal(one.evidence.worst.point, entries[0].worst.point)
    assert silent.evidence.worst is None and silent.evidence.smallest_margin == math.inf
    assert not failing.agrees


@pytest.mark.parametrize("change, said", [
    ({"schema": 1}, r"\(ValueError: schema 1, not 2\); `dante-ref verify` writes one$"),
    ({"claims": [{"id": "theorem-9"}, {"id": "x"}]}, "theorem-9, x: no claim of this version"),
    ({"claims": [{"id": "section-5.3"}]}, "KeyError"), ({"seed": None}, "TypeError"),
])
def test_what_is_no_ledger_is_refused_by_name(entries, tmp_path, change, said):
    path = tmp_path / "ledger.json"
    path.write_text(json.dumps(ledger.as_json(entries, ASKED) | change), encoding="utf-8")
    with pytest.raises(InputError, match=rf"ledger.json is no ledger of this version .*{said}"):
        ledger.read_json(path, KEPT_CLAIMS)
    with pytest.raises(OSError):
        ledger.read_json(tmp_path / "none.json", KEPT_CLAIMS)


def test_the_checker_counts_what_does_not_hold(tmp_path, capsys):
    """Only what is said to be refuted is asked; what can't be read doesn't hold."""
    path = tmp_path / "ledger.json"
    good = {"kind": "steps", "squares": ["1", "2"]}

    def checked(*exact, verdict="refuted", id="theorem-6-columns-even"):
        claims = [{"id": id, "verdict": verdict, "exact": e} for e in exact]
        path.write_text(json.dumps({"claims": claims}), encoding="utf-8")
        code = check_certificates.main(str(path))
        return code, capsys.readouterr().out.splitlines()

    name = f"{'theorem-6-columns-even':<26} "
    held = name + "refuted, by exact numbers"
    assert checked(good) == (0, [held, "all hold"])
    code, said = checked(good, None, {"kind": "?"}, good | {"squares": ["1", "x"]},
                         good | {"squares": ["1", "1"]}, good | {"squares": [["1"], "1"]},
                         good | {"squares": []}, good | {"squares": ["1/0", "1"]})
    assert code == 1 and said[0] == held and said[-1] == "7 DON'T HOLD" and len(said) == 9
    assert said[1].startswith(name + "the certificate can't be read: KeyError: ")
    assert said[2] == name + "the certificate is another claim's; here it is: steps"
    assert said[4] == name + "they ask for no more, or a square is negative"
    assert checked(None, verdict="holds") == (0, ["all hold"])
    code, said = checked(good, id="theorem-9")
    assert code == 1 and said[0].endswith("no claim of this name is known to be refuted")


# ---- how a step is known -----------------------------------------------------------------------


def test_what_a_step_rests_on_is_what_its_ground_needs():
    """D means 2x, so D² ≥ 4x² with nothing to spare; and the same without that meaning fails."""
    x, D, E = (Symbol(name, name) for name in "xDE")

    def found(left, relation, right, how):
        f = check(Obligation("", left, relation, right, how))
        return f.ground, f.outcome

    means, proved, failed = {D: 2 * x}, Status.PROVED, Status.FAILED
    for known, ends in (
        (identity(x**2, means), proved), (identity(x**2), failed),
        (identity(-(x**2), means), failed), (identity(x, means), failed),
        (identity(D**2 / 4, means), proved),
    ):
        assert found(D**2, Relation.AT_LEAST, 3 * x**2, known) == (Ground.IDENTITY, ends)
    assert found(D**2, Relation.EQUAL, 4 * x**2, definition(means)) == (Ground.DEFINITION, proved)
    assert found(D**2, Relation.EQUAL, 4 * x**2, definition({E: x})) == (Ground.DEFINITION, failed)
    assert found(D, Relation.EQUAL, x, definition()) == (Ground.DEFINITION, proved), "a name"
    above = (x**2, Relation.ABOVE, formula(0))
    assert found(*above, quoted("Fermat")) == (Ground.QUOTED, proved)
    assert found(*above, quoted("")) == (Ground.QUOTED, failed)
    assert found(*above, by_hand("as x is not 0")) == (Ground.BY_HAND, proved)
    assert found(*above, by_hand("")) == (Ground.BY_HAND, failed)
    assert found(*above, sampled()) == (Ground.SAMPLED, Status.SAMPLED)
    assert solver(x, D).facts == (x, D) and solver(x).ground is Ground.SOLVER
    assert [str(k) for k in (quoted("Fermat"), by_hand("as x is not 0"), sampled(), solver())] == [
        "quoted: Fermat", "by hand: as x is not 0", "sampled only", "solver"]
