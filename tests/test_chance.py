"""Claims about probabilities: coins of known bias, and what the ledger must say of them."""

from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from scipy.stats import binom

from dante_ref.proofs import ledger
from dante_ref.proofs.chance import CONFIDENCE, ChanceClaim, Trial, margin_of_rate
from dante_ref.proofs.claim import Subject, Verdict
from dante_ref.proofs.evidence import Evidence, total
from dante_ref.proofs.search import BATCH, LARGEST_MARGIN, run_tasks
from dante_ref.report import wording
from dante_ref.theorems import CLAIMS


def coin(rng, n, p):
    return rng.random(n) < p


def claim_of(*trials, **changes):
    """Anything, with these trials."""
    base = CLAIMS["section-5.3"]
    return ChanceClaim(
        id="coin", theorem=Subject.THEOREM_6, source="a coin",
        statement="it fails with probability <= 0.2",
        verdict=Verdict.HOLDS, families=base.families, worst=base.worst, margin=base.margin,
        trials=trials, **changes,
    )


def evidence_of(claim, n=2000, seed=0):
    return claim.constructed() + total(run_tasks(claim.tasks(n, seed, 0)))


@pytest.mark.parametrize("p, verdict", [(0.3, Verdict.REFUTED), (0.2, Verdict.HOLDS),
                                        (0.1, Verdict.HOLDS), (0.0, Verdict.HOLDS)])
def test_a_claim_is_refuted_iff_the_coin_fails_too_often(p, verdict):
    claim = claim_of(Trial("a coin", 0.2, partial(coin, p=p)))
    found = evidence_of(claim)
    assert claim.outcome(found) is verdict
    assert found.violations == (verdict is Verdict.REFUTED)
    assert (found.worst_ratio > 1) == (verdict is Verdict.REFUTED)
    (rate,) = found.rates
    assert rate.lower <= p <= rate.upper and rate.draws == 2000


def test_settings_around_the_claimed_ones_refute_nothing_but_are_counted():
    claim = claim_of(
        Trial("as stated", 0.2, partial(coin, p=0.1)),
        Trial("beside it", 0.2, partial(coin, p=0.9), claimed=False),
    )
    found = evidence_of(claim)
    assert claim.agrees(found) and found.instances == 4000
    assert [(rate.trial, rate.claimed) for rate in found.rates] == [
        ("as stated", True), ("beside it", False)]
    assert found.rates[1].lower > 0.8


def test_the_clopper_pearson_limits_by_their_definition():
    """P[Bin(n, lower) >= k] = P[Bin(n, upper) <= k] = 1 - CONFIDENCE."""
    rate = Trial("s", 0.1, coin).rate(200, 17)
    assert binom.sf(16, 200, rate.lower) == pytest.approx(1 - CONFIDENCE)
    assert binom.cdf(17, 200, rate.upper) == pytest.approx(1 - CONFIDENCE)
    assert Trial("s", 0.1, coin).rate(5, 0).lower == 0
    beside = Trial("beside", 0.25, coin, claimed=False).rate(200, 17)
    assert beside == replace(rate, trial="beside", allowed=0.25, claimed=False)
    assert (rate.trial, rate.allowed, rate.claimed, rate.draws, rate.failures) == (
        "s", 0.1, True, 200, 17)


def test_a_margin_is_what_is_allowed_over_what_is_seen():
    assert (margin_of_rate(0.25, 0.5), margin_of_rate(0.5, 0.25)) == (0.5, 2.0)
    assert margin_of_rate(0.2, 0.0) == margin_of_rate(0.2, 1e-9) == LARGEST_MARGIN
    claim = claim_of(Trial("s", 0.25, lambda rng, n: np.arange(n) % 2 == 0))
    found = evidence_of(claim)
    assert found.smallest_margin == 0.25 / found.rates[0].lower and found.instances == 2000


def test_what_is_not_claimed_is_no_constructed_evidence():
    known = partial(Trial, "s", 0.2, coin, exact=lambda: Fraction(1, 2))
    assert claim_of(known(claimed=False)).constructed() == Evidence()
    both = claim_of(known(), known(claimed=False), known()).constructed()
    assert (both.instances, both.violations) == (2, 2)


def test_an_exact_probability_decides_without_any_draw():
    for exact, refuted in ((Fraction(1, 2), True), (Fraction(1, 5), False), (Fraction(0), False)):
        claim = claim_of(Trial("s", 0.2, partial(coin, p=0.5), exact=lambda p=exact: p))
        known = claim.constructed()
        assert bool(known.violations) is refuted
        assert known.smallest_margin == margin_of_rate(0.2, float(exact))
        assert known.instances == 1 and known.worst is not None


def test_a_rate_that_is_allowed_to_the_last_bit_refutes_nothing():
    limit = Trial("s", 0.1, coin).rate(2000, 40).lower
    for allowed, refuted in ((limit, False), (np.nextafter(limit, 0), True)):
        trial = Trial("s", allowed, lambda rng, n: np.arange(n) < 40)
        assert bool(evidence_of(claim_of(trial)).violations) is refuted
    for allowed, refuted in ((0.25, False), (np.nextafter(0.25, 0), True)):
        trial = Trial("s", allowed, partial(coin, p=0.5), exact=lambda: Fraction(1, 4))
        assert bool(claim_of(trial).constructed().violations) is refuted


def test_draws_depend_on_the_seed_alone_and_come_in_batches():
    sizes, first = [], []

    def fails(rng, n):
        sizes.append(n)
        drawn = rng.random(n)
        first.append(drawn[0])
        return drawn < 0.5

    claim = claim_of(Trial("s", 0.9, fails), draws=BATCH + 10)
    counts = [evidence_of(claim, 10**6, seed).rates[0].failures for seed in (1, 1, 2)]
    assert first[0] == first[2] and len(set(first)) == 4  # no batch repeats another
    assert sizes[:2] == [BATCH, 10] and counts[0] == counts[1] != counts[2]


def test_the_rates_reach_the_ledger_and_the_report():
    claim = claim_of(
        Trial("b = 7", 0.2, partial(coin, p=0.1)),
        Trial("b = 1", 0.2, partial(coin, p=0.9), claimed=False),
    )
    (entry,) = ledger.run([claim], ledger.Search(500, 1, 0))
    (written,) = ledger.as_json([entry], ledger.Search(500, 1))["claims"]
    assert [rate["trial"] for rate in written["rates"]] == ["b = 7", "b = 1"]
    for rate, row in zip(entry.evidence.rates, wording.rate_rows(entry), strict=True):
        assert row[:3] == (rate.trial, "500", str(rate.failures))
    assert entry.agrees
    (other,) = ledger.run([replace(claim, verdict=Verdict.REFUTED)], ledger.Search(500, 1, 0))
    assert not other.agrees and other.verdict is Verdict.HOLDS


def test_other_claims_have_no_rates():
    (entry,) = ledger.run([CLAIMS["section-5.3"]], ledger.Search(100, 1, 0))
    assert ledger.as_json([entry], ledger.Search(500, 1))["claims"][0]["rates"] == []
    assert np.isfinite(entry.evidence.smallest_margin)
