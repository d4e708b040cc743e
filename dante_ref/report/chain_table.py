"""A proof as tables: one row a line, with a waterfall bar for each of the shown instances."""

from dataclasses import dataclass

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
    columns = [waterfall.bars(s.chains[k]) for s in shown]
    rows = []
    for i, line in enumerate(chain.lines):
        gap = gaps.get(line.step) if i else None
        bars = tuple(column[i] if column else None for column in columns)
        step = steps[i - 1] if i and steps else None
        rows.append(ChainRow(line, gap.why if gap else "", bars, step))
    captions = tuple(s.caption for s in shown)
    return Table(chain.title, captions, steps[0].instances if steps else 0, tuple(rows))
