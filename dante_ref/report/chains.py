"""A proof in a terminal or a notebook: each line with its number, its slack and its reason."""

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ..proofs.derivation import Chain, Step
from ..proofs.proof import Gap

WIDTH = 96
INDENT = 17


def number(x: npt.ArrayLike) -> str:
    """A number in a column: 6 significant digits; of an array its smallest entry."""
    smallest = float(np.min(np.asarray(x, dtype=float)))
    return f"{0.0 if abs(smallest) < 1e-12 else smallest:.6g}"


def text(chain: Chain, gaps: Mapping[str, Gap[Any]] | None = None) -> str:
    """The chain: a display and its number, then below each step why it follows, or that it fails.

    gaps: the steps of the proof that don't follow, by name.
    """
    first = chain.lines[0]
    lines = [f"   {number(first.value):>12}  {first.formula}"]
    for step in chain.steps:
        lines.append(f"{step.relation:>2} {number(step.right.value):>12}  {step.right.formula}")
        lines.append(wrapped(reason(step)))
        if gaps and step.name in gaps:
            lines.append(wrapped(f"GAP: {gaps[step.name].why}"))
    return "\n".join(lines)


def reason(step: Step) -> str:
    """'(Step 2: φ is monotone; slack 0.1)', with FAILS before it where the step does."""
    failed = "" if np.all(step.holds()) else "FAILS "
    why = ": ".join(filter(None, (step.name, step.because)))
    return f"{failed}({why}; slack {number(step.slack)})"


def wrapped(words: str) -> str:
    """Words below a formula, no line of them longer than WIDTH."""
    return textwrap.fill(
        words, WIDTH, initial_indent=" " * INDENT, subsequent_indent=" " * (INDENT + 1)
    )
