"""A proof as tables: one row a line, with a waterfall bar for each of the shown instances."""

from dataclasses import dataclass

from ..proofs.derivation import Chain, Line
from ..proofs.families import Instance
from ..proofs.ledger import Entry
from ..proofs.proof import StepSummary
from . import waterfall


@dataclass(frozen=True)
class ChainRow:
    """A line of the proof: why it follows, or why it doesn't; its bars; its step over a sample.

    A bar is None where the chain has no finite numbers of one shape to draw.
    """

    line: Line
    gap: str
    bars: tuple[waterfall.Bar | None, ...]
    step: StepSummary | None


@dataclass(frozen=True)
class Table:
    """A chain: its title, the captions of its columns of bars, how many instances were sampled."""

    title: str
    captions: tuple[str, ...]
    instances: int
    rows: tuple[ChainRow, ...]


def shown(entry: Entry, seed: int) -> list[tuple[str, tuple[Chain, ...]]]:
    """The proof on a random instance of its last family, and on the worst one: caption, chains."""
    claim, on = entry.claim, []
    families = claim.proof_families or claim.families
    if claim.proof is None:
        return []
    if families:
        on.append(("a random instance", *waterfall.typical(claim.proof, families[-1], seed)))
    if isinstance(entry.worst, Instance) and (eps := float(entry.worst.slqc().gap)) > 0:
        on.append(("the worst instance known", entry.worst, eps))
    return [(f"on {words}, ε = {eps:.3g}", claim.proof.at(instance, eps))
            for words, instance, eps in on]


def proof_tables(entry: Entry, seed: int) -> list[Table]:
    """Every chain of the claim's proof on the shown instances, and what the sample says of it."""
    proof, on, steps, tables = entry.claim.proof, shown(entry, seed), iter(entry.steps), []
    instances = entry.steps[0].instances if entry.steps else 0
    for same in zip(*(chains for _, chains in on), strict=True):
        columns = [waterfall.bars(chain) for chain in same]
        rows = []
        for i, line in enumerate(same[0].lines):
            gap = proof.gaps.get(line.step) if proof and i else None
            bars = tuple(column[i] if column else None for column in columns)
            step = next(steps, None) if i else None
            rows.append(ChainRow(line, gap.why if gap else "", bars, step))
        tables.append(Table(same[0].title, tuple(words for words, _ in on), instances, tuple(rows)))
    return tables
