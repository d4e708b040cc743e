"""A proof as tables: one row a line, with a waterfall bar for each of the shown instances."""

from dataclasses import dataclass

from ..proofs.derivation import Chain, Derivation, Line
from ..proofs.families import Instance
from ..proofs.ledger import Entry
from ..proofs.proof import StepSummary
from . import waterfall


@dataclass(frozen=True)
class ChainRow:
    """A line of the proof: why it follows, or why it doesn't; its bars; its step over a sample.

    A bar is None where the chain's numbers aren't finite.
    """

    line: Line
    gap: str
    bars: tuple[waterfall.Bar | None, ...]
    step: StepSummary | None


@dataclass(frozen=True)
class Table:
    """A display: the captions of its columns of bars, how many instances were sampled, rows."""

    display: Derivation
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
    for n, display in enumerate(proof.displays if proof and on else ()):
        columns = [waterfall.bars(chains[n]) for _, chains in on]
        rows = []
        for i, line in enumerate(display.lines):
            gap = proof.gaps.get(line.step) if proof and i else None
            bars = tuple(column[i] if column else None for column in columns)
            step = next(steps, None) if i else None
            rows.append(ChainRow(line, gap.why if gap else "", bars, step))
        tables.append(Table(display, tuple(words for words, _ in on), instances, tuple(rows)))
    return tables
