"""ledger.md: the ledger as Markdown, for readers of the repository and for diffs."""

from collections.abc import Sequence

from ..proofs.ledger import Entry
from ..proofs.proof import StepSummary
from . import wording


def document(entries: Sequence[Entry], seed: int) -> str:
    """The whole of ledger.md: the table of verdicts, then each claim."""
    lines = [
        "# The ledger", "", wording.HOW_TO_READ, "", f"All searches from seed {seed}.", "",
        *table(
            ["claim", "source", "verdict", "proof", "rests on", "instances", "violations",
             "worst ratio"],
            [
                [
                    code(e.claim.id), cell(e.claim.source), cell(e.verdict),
                    cell(wording.proof_verdict(e)), e.rests.short, f"{e.evidence.instances:,}",
                    f"{e.evidence.violations:,}", wording.ratio(e.evidence.worst_ratio),
                ]
                for e in entries
            ],
        ),
    ]
    for theorem, group in wording.by_theorem(entries).items():
        lines += ["", f"## {theorem}"]
        for entry in group:
            lines += ["", *section(entry)]
    return "\n".join(lines) + "\n"


def section(entry: Entry) -> list[str]:
    """One claim: statement, both verdicts, evidence, steps of the proof, worst instance."""
    claim = entry.claim
    lines = [
        f"### {claim.id}", "", f"{claim.source}:", "", f"    {claim.statement}", "",
        f"- statement: **{entry.verdict}**",
        f"- proof: **{cell(wording.proof_verdict(entry))}**",
        f"- rests on: {cell(str(entry.rests) if entry.rests.findings else entry.rests.short)}", "",
        wording.evidence(entry),
    ]
    if entry.evidence.rates:
        rows = [[cell(text) for text in row] for row in wording.rate_rows(entry)]
        lines += ["", *table(list(wording.RATES), rows)]
    if entry.steps:
        lines += ["", f"The proof over {entry.steps[0].instances:,} random instances:", ""]
        lines += table(
            ["chain", "step", "line", "because", "smallest slack", "relative", "fails on"],
            [step_row(step) for step in entry.steps],
        )
    certificate = wording.certificate_lines(entry)
    if certificate:
        lines += ["", "Worst instance:", "", "```"]
        for name, value in certificate:
            indent = "\n" + " " * (len(name) + 3)
            lines.append(f"{name} = {value.replace(chr(10), indent)}")
        lines.append("```")
    return lines


def step_row(step: StepSummary) -> list[str]:
    """A step in the table of a proof."""
    return [
        cell(step.chain), cell(step.step), code(f"{step.left} {step.relation} {step.right}"),
        cell(step.because), wording.six_digits(step.slack), wording.six_digits(step.relative),
        f"{step.failures:,}",
    ]


def table(header: list[str], rows: list[list[str]]) -> list[str]:
    """A Markdown table, a line each."""
    return [f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows]]


def cell(text: str) -> str:
    """Plain text in a table: no bar ends the cell, no star and no bracket is markup."""
    for special in "\\|*_<":
        text = text.replace(special, "\\" + special)
    return text


def code(text: str) -> str:
    """A formula in a table, as code; a bar must be escaped even there."""
    return "`" + text.replace("|", "\\|") + "`"
