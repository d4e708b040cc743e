"""Every claim of the registry: gaps and misprints shown exactly, and no other step fails."""

import pytest

from dante_ref.theorems import CLAIMS

PROOFS = {name: claim for name, claim in CLAIMS.items() if claim.proof}


@pytest.mark.parametrize("name", PROOFS)
def test_every_gap_has_its_exact_counterexample_and_nothing_else_fails(name):
    claim = PROOFS[name]
    assert claim.proof.unshown_gaps() == []
    for step in claim.steps(n=500, seed=7):
        if step.step not in claim.proof.gaps:
            assert step.failures == 0, f"{step.chain} {step.step}: {step.right} ({step.slack})"


@pytest.mark.parametrize("name", [n for n, claim in PROOFS.items() if claim.proof.misprints])
def test_every_misprint_breaks_as_it_is_printed(name):
    """In Fractions; the line that says what is meant holds there, unless it is a gap too."""
    proof = PROOFS[name].proof
    for step, misprint in proof.misprints.items():
        assert misprint.shown(), step

