"""The ledger as a table in a terminal."""

from collections.abc import Iterable
from textwrap import shorten

from ..proofs.ledger import Entry

ROW = "{:<24} {:<38} {:>9} {:>10} {:>11}  {:<28} {}"


def table(entries: Iterable[Entry]) -> str:
    """One line a claim: source, instances, violations, worst kappa_emp/kappa, verdict."""
    lines = [
        ROW.format(
            "claim", "source", "instances", "violations", "worst ratio", "verdict", "as recorded"
        )
    ]
    lines += [
        ROW.format(
            entry.claim.id, shorten(entry.claim.source, 38, placeholder=" ..."),
            f"{entry.evidence.instances:,}",
            f"{entry.evidence.violations:,}", f"{entry.evidence.worst_ratio:.6g}", entry.verdict,
            "yes" if entry.agrees else "NO",
        )
        for entry in entries
    ]
    lines.append(
        "worst ratio: largest kappa_emp/kappa over random, adversarial and constructed instances; "
        "above 1 is a violation"
    )
    return "\n".join(lines)
