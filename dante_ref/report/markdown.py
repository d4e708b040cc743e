"""ledger.md: the ledger as Markdown, for readers of the repository and for diffs."""

from collections.abc import Iterable, Sequence

from ..proofs.ledger import Entry
from .page import render


def document(entries: Sequence[Entry], seed: int) -> str:
    """The whole of ledger.md: the table of verdicts, then each claim."""
    return render("ledger.md", entries=entries, seed=seed, cell=cell, code=code)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
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
