"""What the proofs of the claims rest on: `prove.rests_on`, and the command."""

import re

import pytest

from dante_ref.cli import main
from dante_ref.proofs import solver
from dante_ref.proofs.claim import Verdict
from dante_ref.proofs.obligations import Status
from dante_ref.proofs.prove import rests_on
from dante_ref.theorems import CLAIMS

needs_z3 = pytest.mark.skipif(not solver.version(), reason="needs the extra 'prove'")
PROVED = [name for name, claim in CLAIMS.items() if claim.proof is not None]


@needs_z3
@pytest.mark.parametrize("name", PROVED)
def test_no_step_is_sampled_only_and_none_fails(name):
    rests = rests_on(CLAIMS[name])
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
