"""What the proofs of the claims rest on: `prove.rests_on`, and the command."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from dante_ref.cli import main
from dante_ref.proofs import solver
from dante_ref.proofs.claim import Verdict
from dante_ref.proofs.derivation import AT_LEAST
from dante_ref.proofs.formula import POSITIVE, ZERO, Symbol
from dante_ref.proofs.known import Ground, by_hand, identity, sampled
from dante_ref.proofs.lemmas import LEMMAS
from dante_ref.proofs.obligations import Obligation, Status, check
from dante_ref.proofs.prove import Rests, counted, rests_on, sentence
from dante_ref.theorems import CLAIMS

needs_z3 = pytest.mark.skipif(not solver.version(), reason="needs the extra 'prove'")
a = Symbol("a", "a", sign=POSITIVE)
PROVED = [name for name, claim in CLAIMS.items() if claim.proof is not None]


@cache
def rests_of(name):
    return rests_on(CLAIMS[name])


@needs_z3
@pytest.mark.parametrize("name", PROVED)
def test_no_step_is_sampled_only_and_none_fails(name):
    rests = rests_of(name)
    assert rests.findings
    for finding in rests.findings:
        said = f"{finding.obligation.name}: {finding.obligation} [{finding.detail}]"
        assert finding.outcome is Status.PROVED, said


def test_theorem_1_is_proved_by_machine_alone():
    said = str(rests_on(CLAIMS["theorem-1"]))
    grounds = r"\(definitions \d+, identities \d+, lemmas \d+\)"
    assert re.fullmatch(f"proved for all parameters {grounds}", said)


def test_the_hypotheses_of_theorem_1_are_the_ones_that_its_steps_use():
    used = {text for finding in rests_on(CLAIMS["theorem-1"]).findings for text in finding.assumed}
    assert used == {
        "g ≥ a", "g ≤ b", "err(w) ≥ ε", "‖w* − v‖ ≤ ε/κ", "‖w − w*‖ ≤ 2W", "‖xᵢ‖² ≤ 1",
    }


def test_the_false_steps_of_theorem_2_are_counted_and_not_proved():
    rests = rests_on(CLAIMS["theorem-2"])
    assert rests.gaps == len(CLAIMS["theorem-2"].proof.gaps) > 0
    whole = len(rests.findings) + rests.gaps
    assert str(rests).startswith(f"{rests.gaps} of {whole} steps false, the others ")


def test_what_is_said_of_a_refuted_claim_begins_with_that(capsys):
    assert main(["prove", "--only", "theorem-2", "theorem-2-any-m", "theorem-3"]) == 0
    false, without, gap = capsys.readouterr().out.splitlines()[:3]
    assert false.split(maxsplit=1)[1].startswith("refuted; its printed proof: 6 of ")
    assert without.split(maxsplit=1)[1].startswith("refuted by a counterexample")
    assert gap.split(maxsplit=1)[1].startswith("holds (sharper result given); its printed proof: 1")


def test_in_a_table_it_is_said_shortly():
    said = {name: rests_on(CLAIMS[name]).short for name in (
        "theorem-1", "theorem-6-average", "theorem-3", "theorem-2-any-m",
    )}
    assert said == {
        "theorem-1": "14 proved (14 by machine)",
        "theorem-6-average": "5 proved (4 by machine, 1 by hand)",
        "theorem-3": "14 proved (14 by machine), 1 false",
        "theorem-2-any-m": "an exact counterexample",
    }


def finding(known, of="a step"):
    return check(Obligation(of, a, AT_LEAST, ZERO, known))


def test_one_step_that_fails_is_said_before_all_that_are_proved():
    proved, failed = finding(identity(1 * a)), finding(identity(2 * a))
    sample, word = finding(sampled()), finding(by_hand("a > 0"))
    assert str(Rests((proved, proved))) == "proved for all parameters (identities 2)"
    assert str(Rests((proved, word, word), 2)) == (
        "2 of 5 steps false, the others proved for all parameters, all but 2 by machine "
        "(identities 1, by hand 2)"
    )
    assert str(Rests((proved, failed, sample, failed))) == (
        "2 of 4 steps failed; 1 of 4 steps sampled only (identities 1)"
    )
    assert str(Rests((sample,))) == "1 of 1 steps sampled only"
    assert Rests((proved, failed)).failed == (failed,)
    assert counted((proved, word, failed, sample)) == (
        "2 proved (1 by machine, 1 by hand), 1 failed, 1 sampled only"
    )


def test_lemmas_in_words_are_named_where_a_proof_uses_them():
    words = {Ground.QUOTED: "at_most_largest", Ground.BY_HAND: "sigmoid_cubic"}
    for name in words.values():
        assert name in LEMMAS
    step = replace(finding(identity(1 * a)), lemmas=("lipschitz", *words.values()))
    assert str(Rests((step,))) == (
        "proved for all parameters (identities 1; lemmas quoted: at_most_largest; "
        "lemmas by hand: sigmoid_cubic)"
    )


def test_the_sentence_says_the_verdict_and_whose_proof_is_false():
    assert sentence(CLAIMS["theorem-1"], rests_on(CLAIMS["theorem-1"])).startswith(
        "holds (sharper result given): proved for all parameters ("
    )


@needs_z3
def test_the_readme_counts_the_steps():
    said = counted([finding for name in PROVED for finding in rests_of(name).findings])
    steps, machine, quoted, words = re.fullmatch(
        r"(\d+) proved \((\d+) by machine, (\d+) quoted, (\d+) by hand\)", said
    ).groups()
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert (
        f"checks {steps} steps for all parameters, in 7 seconds of processor time: {machine} by "
        "machine (polynomial identities, lemmas that are such themselves, z3); "
        f"{quoted} quote a theorem of the literature and {words} are proved in words"
    ) in " ".join(readme.split())


def test_only_what_is_refuted_has_no_steps():
    assert all(CLAIMS[name].verdict is Verdict.REFUTED for name in CLAIMS.keys() - set(PROVED))


def test_the_command_says_what_a_claim_rests_on(capsys):
    assert main(["prove", "--only", "theorem-1", "--steps"]) == 0
    said = capsys.readouterr().out
    assert "proved for all parameters" in said and "lemma: lipschitz" in said
    assert re.search(r"^14 steps: 14 proved \(14 by machine\); ", said, re.MULTILINE)
    assert main(["prove", "--only", "theorem-6-average"]) == 0
    assert "5 steps: 5 proved (4 by machine, 1 by hand); " in capsys.readouterr().out


def test_the_command_fails_where_an_obligation_does(monkeypatch, capsys):
    from dante_ref.proofs import lemmas

    broken = lemmas.LEMMAS["lipschitz"]
    wrong = lemmas.Lemma(
        broken.name, broken.statement, broken.slack,
        [(case, slack - slack - slack, known) for case, slack, known in broken.cases],
    )
    monkeypatch.setitem(lemmas.LEMMAS, "lipschitz", wrong)
    from dante_ref.proofs import prove

    prove._lemma_findings.cache_clear()
    try:
        assert main(["prove", "--only", "theorem-1"]) == 1
        assert "FAILED lemma lipschitz" in capsys.readouterr().out
    finally:
        prove._lemma_findings.cache_clear()


def test_without_the_solver_the_command_says_so(monkeypatch, capsys):
    monkeypatch.setattr(solver, "version", lambda: "")
    assert main(["prove", "--only", "theorem-2"]) == 0
    said = capsys.readouterr().out
    assert "unchecked here" in said and "without the solver (extra 'prove')" in said


def test_an_unknown_claim_is_refused_by_name(capsys):
    assert main(["prove", "--only", "theorem-7"]) == 2
    assert "theorem-7" in capsys.readouterr().err
