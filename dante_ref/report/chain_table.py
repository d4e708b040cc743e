"""A proof on the page: one row a line, with a waterfall bar for each of the shown instances."""

import html
from dataclasses import dataclass

import numpy as np

from ..proofs.chain import Chain
from ..proofs.families import Instance
from ..proofs.ledger import Entry
from ..proofs.proof import StepSummary
from . import waterfall
from .typography import formula, prose


@dataclass(frozen=True)
class Shown:
    """An instance that a proof is evaluated on, in words, and the chains there."""

    caption: str
    chains: tuple[Chain, ...]


def shown_instances(entry: Entry, seed: int) -> list[Shown]:
    """A random instance of the last family that the proof is about, and the claim's worst one."""
    claim, shown = entry.claim, []
    families = claim.proof_families or claim.families
    if families:
        instance, eps = waterfall.typical(claim.proof, families[-1], seed)
        caption = f"on a random instance, ε = {eps:.3g}"
        shown.append(Shown(caption, claim.proof.chains(instance, eps)))
    if isinstance(entry.worst, Instance):
        eps = float(entry.worst.slqc().gap)
        if eps > 0:
            caption = f"on the worst instance known, ε = {eps:.3g}"
            shown.append(Shown(caption, claim.proof.chains(entry.worst, eps)))
    return shown


def proof_tables(entry: Entry, seed: int) -> str:
    """Every chain of the claim's proof as a table."""
    shown = shown_instances(entry, seed)
    if not shown:
        return ""
    tables, steps = [], list(entry.steps)
    for k, chain in enumerate(shown[0].chains):
        here, steps = steps[: len(chain.steps)], steps[len(chain.steps):]
        tables.append(chain_table(entry, k, shown, here))
    return "\n".join(tables)


def chain_table(entry: Entry, k: int, shown: list[Shown], steps: list[StepSummary]) -> str:
    """Chain number k: formula and justification, bars, and what the sample says of each step."""
    lines, gaps = shown[0].chains[k].lines, entry.claim.proof.gaps
    columns = [waterfall.bars(s.chains[k]) for s in shown]
    columns = [c if c and all(np.isfinite(bar.value) for bar in c) else None for c in columns]
    n = f"{steps[0].instances:,}" if steps else "0"
    head = "".join(f"<th>{html.escape(s.caption)}</th>" for s in shown)
    rows = [
        f'<table class="chain"><caption>{html.escape(shown[0].chains[k].title)}</caption>'
        f"<thead><tr><th>line, and why it follows</th>{head}"
        f"<th>over {n} random instances</th></tr></thead><tbody>"
    ]
    for i, line in enumerate(lines):
        gap = gaps.get(line.step) if i else None
        cells = "".join(f"<td>{bar_cell(column, i)}</td>" for column in columns)
        summary = step_cell(steps[i - 1]) if i and steps else ""
        rows.append(
            f'<tr{" class=gap" if gap else ""}><td>{line_cell(line, gap)}</td>{cells}'
            f'<td class="sample">{summary}</td></tr>'
        )
    return "\n".join(rows) + "</tbody></table>"


def line_cell(line, gap) -> str:
    """Relation and formula; below, the step's name, why it follows, or why it doesn't."""
    relation = f'<span class="relation">{prose(line.relation)}</span> ' if line.relation else ""
    why = ". ".join(part for part in (line.step, prose(line.because)) if part)
    text = f'<span class="line">{relation}{formula(str(line.formula))}</span>'
    if why:
        text += f'<span class="why">{why}</span>'
    if gap:
        text += f'<span class="why"><strong>GAP</strong>: {prose(gap.why)}</span>'
    return text


def bar_cell(column: list[waterfall.Bar] | None, i: int) -> str:
    """A bar with its value and what the step gave away."""
    if column is None:
        return "not drawn: no finite numbers of one shape"
    bar = column[i]
    low, high = waterfall.span(column)
    text = f"{bar.value:.4g}"
    if bar.slack is not None and not bar.holds:
        text += f" <strong>fails by {-bar.slack:.3g}</strong>"
    elif bar.slack is not None and bar.slack > 1e-9 * (high - low):
        text += f", slack {bar.slack:.3g}"
    return f'{waterfall.svg(bar, (low, high))}<span class="value">{text}</span>'


def step_cell(step: StepSummary) -> str:
    """Smallest slack over the sample as a share of the larger side, and the failures."""
    if step.failures:
        return f"<strong>fails on {step.failures:,}</strong>"
    if step.relation == "=":
        return "equal to rounding"
    least = step.relative if step.relative > 1e-6 else 0.0
    return f"holds on all, least slack {100 * least:.3g}%"
