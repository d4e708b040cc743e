"""Theorems 1 and 3: statements by both kappas, every step of every chain, sharpness."""

import numpy as np
import pytest
from hypothesis import strategies as st

from dante_ref.activations import GeneralizedReLU
from dante_ref.theorems import CLAIMS

seeds = st.integers(0, 10**6)
sizes = st.integers(1, 5)
radii = st.sampled_from([0.1, 1.0, 7.0])
relus = st.tuples(st.floats(0.01, 1), st.floats(1, 4)).map(lambda ab: GeneralizedReLU(*ab))
ROUNDING = 1e-9


def one(family, seed):
    return family.decode(family.draw(np.random.default_rng(seed), 1))[0]


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

