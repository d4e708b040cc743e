"""The ledger as a table in a terminal."""

from collections.abc import Iterable
from textwrap import shorten

from ..proofs.ledger import Entry
from .columns import in_columns

HEADER = ("claim", "source", "instances", "violations", "worst ratio", "verdict", "as recorded")


def table(entries: Iterable[Entry]) -> str:
    """One line a claim: source, instances, violations, worst kappa_emp/kappa, verdict."""
    rows = [
        (
            entry.claim.id, shorten(entry.claim.source, 38, placeholder=" ..."),
            f"{entry.evidence.instances:,}", f"{entry.evidence.violations:,}",
            f"{entry.evidence.worst_ratio:.6g}", entry.verdict, "yes" if entry.agrees else "NO",
        )
        for entry in entries
    ]
    return "\n".join((
        in_columns([HEADER, *rows], right={2, 3, 4}),
        "worst ratio: largest kappa_emp/kappa over random, adversarial and constructed instances; "
        "above 1 is a violation",
    ))
