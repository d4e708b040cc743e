"""What the report says of an entry, in the same words on every page."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..proofs.chance import CONFIDENCE
from ..proofs.claim import SLQCClaim, Subject
from ..proofs.formula import ROUNDING
from ..proofs.ledger import Entry, numbers_there
from ..proofs.proof import Failure

HOW_TO_READ = (
    "A verdict on a statement rests on its proof, or on a counterexample. The instances are a "
    "sample: they can refute a claim but not prove it. They are drawn at random and by an "
    "optimiser that looks for the worst, and one is constructed. A proof is a chain of lines; "
    "each line is evaluated on instances, and the slack of a step is what it gives away. A gap "
    "is a step that doesn't follow; its counterexample is checked in rational arithmetic."
)
SHOWN = (
    "The random instance that a proof is shown on is chosen: of 201 drawn one where its gaps fail, "
    "if any, and most steps give something away, with a rather large error. Dark bars are the "
    "values of the lines, pale ones the "
    "slack of a step, hatched ones what is missing where a step fails."
)


def by_theorem(entries: Iterable[Entry]) -> dict[Subject, list[Entry]]:
    """The entries of each theorem, in the order of the ledger."""
    groups: dict[Subject, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.claim.theorem, []).append(entry)
    return groups


SYMBOLS = {
    "w_star": "w*", "W_star": "W*", "W1_star": "W₁*", "W2_star": "W₂*", "W1": "W₁", "W2": "W₂",
    "W_max": "bound W", "W1_max": "bound W₁", "W2_max": "bound W₂", "eps": "ε", "kappa": "κ",
    "kappa_emp": "κ_emp",
}


def symbol(name: str) -> str:
    """A certificate's name as the paper writes it."""
    return SYMBOLS.get(name, name)


def six_digits(x: float) -> str:
    """A number in a sentence or table: 6 significant digits."""
    return f"{float(x):.6g}"


def ratio(x: float) -> str:
    """A worst ratio; one that is nearly 1, beyond rounding, by its distance to 1."""
    away = float(x) - 1
    if ROUNDING < abs(away) < 5e-4:
        return f"1 {'+' if away > 0 else '-'} {abs(away):.1g}"
    return six_digits(x)


def plain(value: Any) -> str:
    """Exact numbers as a person writes them: [1/2, −1]; of an array of one number, the number."""
    array = np.asarray(value)
    if array.size == 1:
        return str(array.flat[0]).replace("-", "−")
    return "[" + ", ".join(plain(entry) for entry in array) + "]"


def failure(found: Failure[Any]) -> str:
    """'At X = 1, ..., ε = 1/4: 1/4 ≤ −3/4 is false.': where a display fails, exactly."""
    step = found.step
    holds, left, right = np.broadcast_arrays(step.holds(), step.left.value, step.right.value)
    first = int(np.argmin(holds))
    at = [f"{symbol(name)} = {plain(value)}" for name, value in found.instance.arrays().items()]
    entry = f"entry {first + 1}, " if holds.size > 1 else ""
    return (
        f"At {', '.join(at)}, ε = {plain(found.eps)}: {entry}{plain(left.flat[first])} "
        f"{step.relation} {plain(right.flat[first])} is false."
    )


def proof_verdict(entry: Entry) -> str:
    """The verdict on the proof, or 'none given'."""
    return str(entry.claim.proof) if entry.claim.proof else "none given"


def evidence(entry: Entry) -> str:
    """How many instances were looked at, how many were violations, and the worst: a sample."""
    found, known = entry.evidence, entry.constructed
    measure = "κ_emp/κ" if isinstance(entry.claim, SLQCClaim) else "1/margin"
    sentences = [
        f"Sampled: {found.instances:,} instances ({known.instances:,} constructed, the others "
        f"drawn at random or proposed by an optimiser), {found.violations:,} violations (beyond "
        f"rounding, {ROUNDING:g})."
    ]
    if found.worst is None:
        sentences.append("The claim says nothing of any of them.")
    else:
        sentences.append(
            f"Largest {measure} seen: {ratio(found.worst_ratio)}; of the constructed "
            f"instance: {ratio(known.worst_ratio)}. Above 1 is a violation."
        )
    if entry.claim.exactly is not None:
        answer = "confirmed" if entry.claim.exactly() else "NOT confirmed"
        sentences.append(f"The constructed violation is {answer} in rational arithmetic.")
    if not entry.agrees:
        sentences.append(
            f"THIS DIFFERS from the recorded verdict ({entry.claim.verdict}; "
            f"proof: {proof_verdict(entry)})."
        )
        if entry.surprises:
            sentences.append(f"Unexpected in the proof: {'; '.join(entry.surprises)}.")
    return " ".join(sentences)


RATES = (
    "trial", "draws", "failures",
    f"the probability lies in (Clopper-Pearson, {CONFIDENCE:.1%} each side)", "allowed",
)
"""The columns of `rate_rows`."""


def rate_rows(entry: Entry) -> list[tuple[str, ...]]:
    """How often each trial of a claim about probabilities failed; [] for other claims."""
    return [
        (
            rate.trial, f"{rate.draws:,}", f"{rate.failures:,}",
            f"[{rate.lower:.3g}, {rate.upper:.3g}]",
            f"{rate.allowed:.3g}" if rate.claimed else f"no claim (else {rate.allowed:.3g})",
        )
        for rate in entry.evidence.rates
    ]


def certificate_lines(entry: Entry) -> list[tuple[str, str]]:
    """Name and numbers of the worst instance; 6 digits, as ledger.json holds all of them."""
    if entry.worst is None:
        return []
    lines = []
    for name, value in numbers_there(entry.claim, entry.worst).items():
        if isinstance(value, list):
            value = np.array2string(
                np.asarray(value), precision=6, threshold=80, edgeitems=3, max_line_width=90
            )
        elif not isinstance(value, str):
            value = six_digits(value)
        lines.append((symbol(name), "none claimed" if value == "nan" else value))
    return lines
