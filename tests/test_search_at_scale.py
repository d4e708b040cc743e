"""The searches at scale: a million instances of a claim, at constant memory."""

import tracemalloc

import pytest

from dante_ref.proofs.claim import SLQCClaim, Verdict
from dante_ref.proofs.evidence import total
from dante_ref.proofs.search import random_tasks, run_tasks
from dante_ref.theorems import CLAIMS

HOLDING = [
    claim.id for claim in CLAIMS.values()
    if isinstance(claim, SLQCClaim) and claim.verdict not in (Verdict.REFUTED, Verdict.VACUOUS)
]


def peak_of(instances):
    claim = CLAIMS["theorem-1-sharp"]
    tracemalloc.start()
    found = total(run_tasks(random_tasks(claim.families[1], claim.margin, instances, 0)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.instances == instances
    return peak


def test_memory_does_not_grow_with_the_number_of_instances():
    peak_of(5_000)  # what is loaded once
    assert peak_of(200_000) < 1.5 * peak_of(20_000) + 2**20


@pytest.mark.slow
@pytest.mark.parametrize("name", HOLDING)
def test_a_million_random_instances_without_a_violation(name):
    claim = CLAIMS[name]
    for family in claim.families:
        share = 1_000_000 // len(claim.families) + 1
        found = total(run_tasks(random_tasks(family, claim.margin, share, 99), jobs=2))
        assert found.instances == share and found.violations == 0, (family, found.worst_ratio)
