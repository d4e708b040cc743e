"""A proof as tables: one row a line, with a waterfall bar for each of the shown instances."""

from dataclasses import dataclass

import numpy as np

from ..proofs.derivation import Chain, Line
from ..proofs.families import Instance
from ..proofs.ledger import Entry
from ..proofs.proof import StepSummary
from . import waterfall


@dataclass(frozen=True)
class Shown:
    """An instance that a proof is evaluated on, in words, and the chains there."""

    caption: str
    chains: tuple[Chain, ...]


@dataclass(frozen=True)
class Cell:
    """A bar, the axis of its chain, and what the step gave away."""

    bar: waterfall.Bar
    axis: tuple[float, float]

    @property
    def slack(self) -> float:
        """What the step gave away; 0 where that is rounding. Negative where it fails."""
        slack = self.bar.slack or 0.0
        return slack if not self.bar.holds else self._rounded(slack)

    @property
    def before(self) -> float:
        """The value of the line before; 0 where that is rounding."""
        return self._rounded(self.bar.before or 0.0)

    def _rounded(self, x: float) -> float:
        low, high = self.axis
        return x if abs(x) > 1e-9 * (high - low) else 0.0


@dataclass(frozen=True)
class ChainRow:
    """A line of the proof: why it follows, or why it doesn't; its bars; its step over a sample.

    A cell is None where the chain has no finite numbers of one shape to draw.
    """

    line: Line
    gap: str
    cells: tuple[Cell | None, ...]
    step: StepSummary | None


@dataclass(frozen=True)
class Table:
    """A chain: its title, the captions of its columns of bars, how many instances were sampled."""

    title: str
    captions: tuple[str, ...]
    instances: int
    rows: tuple[ChainRow, ...]


def shown_instances(entry: Entry, seed: int) -> list[Shown]:
    """A random instance of the last family that the proof is about, and the claim's worst one."""
    claim, shown = entry.claim, []
    families = claim.proof_families or claim.families
    if claim.proof and families:
        instance, eps = waterfall.typical(claim.proof, families[-1], seed)
        caption = f"on a random instance, ε = {eps:.3g}"
        shown.append(Shown(caption, claim.proof.chains(instance, eps)))
    if claim.proof and isinstance(entry.worst, Instance):
        eps = float(entry.worst.slqc().gap)
        if eps > 0:
            caption = f"on the worst instance known, ε = {eps:.3g}"
            shown.append(Shown(caption, claim.proof.chains(entry.worst, eps)))
    return shown


def proof_tables(entry: Entry, seed: int) -> list[Table]:
    """Every chain of the claim's proof as a table."""
    shown = shown_instances(entry, seed)
    tables, steps = [], list(entry.steps)
    for k, chain in enumerate(shown[0].chains if shown else ()):
        here, steps = steps[: len(chain.steps)], steps[len(chain.steps):]
        tables.append(chain_table(entry, k, shown, here))
    return tables


def chain_table(entry: Entry, k: int, shown: list[Shown], steps: list[StepSummary]) -> Table:
    """Chain number k on each of the shown instances, and what the sample says of each step."""
    chain, proof = shown[0].chains[k], entry.claim.proof
    gaps = proof.gaps if proof else {}
    columns = [column_of(s.chains[k]) for s in shown]
    rows = []
    for i, line in enumerate(chain.lines):
        gap = gaps.get(line.step) if i else None
        cells = tuple(column[i] if column else None for column in columns)
        rows.append(ChainRow(
            line, gap.why if gap else "", cells, steps[i - 1] if i and steps else None
        ))
    captions = tuple(s.caption for s in shown)
    return Table(chain.title, captions, steps[0].instances if steps else 0, tuple(rows))


def column_of(chain: Chain) -> list[Cell] | None:
    """The bars of a chain, or None where it has no finite numbers of one shape."""
    bars = waterfall.bars(chain)
    if bars is None or not all(np.isfinite(bar.value) for bar in bars):
        return None
    axis = waterfall.span(bars)
    return [Cell(bar, axis) for bar in bars]
