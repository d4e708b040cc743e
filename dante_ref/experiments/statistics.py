"""Means with intervals over seeds, and the paired test by which a claim replicates or doesn't."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import stats

LEVEL = 0.05
TEST = (
    f"two-sided paired t-test over seeds (scipy.stats.ttest_rel) at level {LEVEL:g}, each seed "
    "giving both methods one split, one start and one order of comparison; no correction for "
    "several claims"
)


@dataclass(frozen=True)
class Summary:
    """Mean over the seeds whose run stayed finite, and half the width of its 95% t-interval."""

    mean: float
    half_width: float
    n: int
    diverged: int


def summary(values: Sequence[float]) -> Summary:
    """The Summary of one number a seed; inf and NaN are runs that diverged."""
    numbers = np.asarray(values, dtype=float)
    finite = numbers[np.isfinite(numbers)]
    n = len(finite)
    mean = float(finite.mean()) if n else math.nan
    half = math.inf
    if n > 1:
        half = float(stats.t.ppf(0.975, n - 1) * finite.std(ddof=1) / math.sqrt(n))
    return Summary(mean, half, n, len(values) - n)


class Replication(StrEnum):
    """What the seeds say of an ordering that the paper claims."""

    REPLICATES = "replicates"
    UNDECIDED = "undecided"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True)
class Decision:
    """Whether `better` is better than `worse`: verdict, mean advantage over seeds, p, seeds.

    because: what the verdict rests on where it isn't the t-test.
    """

    verdict: Replication
    advantage: float
    p: float
    n: int
    because: str = ""

    @property
    def words(self) -> str:
        """'undecided (one seed)'."""
        return f"{self.verdict} ({self.because})" if self.because else str(self.verdict)


def span(values: Sequence[float]) -> str:
    """'0.03', or '0.01 to 0.1' where they aren't all the same."""
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def decide(better: Sequence[float], worse: Sequence[float], *, higher: bool = False) -> Decision:
    """Does the first method beat the second, as the paper claims? Paired by seed, see TEST.

    REPLICATES: the mean advantage is positive and p < LEVEL; CONTRADICTED: negative and
    p < LEVEL; else UNDECIDED. A run that diverged is worse than any that didn't: where such
    runs keep the t-test from being computed, the exact sign test decides instead. Fewer than two
    seeds decide nothing.
    """
    x, y = np.asarray(better, float), np.asarray(worse, float)
    n = len(x)
    if n < 2 or len(y) != n:
        return Decision(Replication.UNDECIDED, math.nan, math.nan, n, "one seed")
    mean, because = math.nan, ""
    if np.isfinite(x).all() and np.isfinite(y).all():
        advantage = x - y if higher else y - x
        sign = mean = float(advantage.mean())
        if advantage.std() <= 1e-12 * max(np.abs(x).max(), np.abs(y).max()):
            # Nothing varies, so there is nothing to test; only equal methods come to this.
            p = 1.0 if mean == 0 else math.nan
        else:
            p = float(stats.ttest_rel(x, y).pvalue)
    else:
        bad = -math.inf if higher else math.inf
        x, y = np.where(np.isfinite(x), x, bad), np.where(np.isfinite(y), y, bad)
        wins, losses = int((x < y).sum()), int((x > y).sum())
        if higher:
            wins, losses = losses, wins
        sign = wins - losses
        p = float(stats.binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0
        if bool(wins) is not bool(losses):
            word = "every" if wins + losses == n else "each decided"
            because = (f"diverged: {word} seed, sign test" if p < LEVEL else
                       f"{'worse' if wins else 'better'} diverged")
    verdict = Replication.UNDECIDED
    if p < LEVEL:
        verdict = Replication.REPLICATES if sign > 0 else Replication.CONTRADICTED
    return Decision(verdict, mean, p, n, because)
