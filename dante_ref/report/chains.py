"""A proof in a terminal or a notebook: each line with its number, its slack and its reason."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..arrays import Array
from ..proofs.derivation import AT_MOST, EQUAL, Chain, ProofStep
from ..proofs.proof import Gap
from .columns import wrapped

INDENT = 17


def in_column(x: npt.ArrayLike) -> str:
    """A number in a column: 6 significant digits; of an array its smallest entry."""
    smallest = float(np.min(np.asarray(x, dtype=float)))
    return f"{0.0 if abs(smallest) < 1e-12 else smallest:.6g}"


def one_entry(chain: Chain) -> Chain:
    """The chain at one sample, step or output: of those that aren't 0, with the least slack."""
    values = np.stack([np.ravel(np.asarray(line.value, float)) for line in chain.lines])
    slack = np.where(values.any(axis=0), scaled_slack(chain.steps, values), np.inf)
    return Chain(chain.title, tuple(
        replace(line, value=value)
        for line, value in zip(chain.lines, values[:, np.argmin(slack)], strict=True)
    ))


def scaled_slack(steps: list[ProofStep], values: Array) -> Array:
    """For each entry the least slack among the inequalities, as a share of the larger side."""
    falls = values[:-1] - values[1:]
    signs = {EQUAL: 0, AT_MOST: -1}
    sign = np.array([signs.get(step.relation, 1) for step in steps])
    scale = np.maximum(np.abs(values[:-1]), np.abs(values[1:]))
    least: Array = (sign[:, None] * falls / np.where(scale > 0, scale, 1.0)).min(axis=0)
    return least


def text(chain: Chain, gaps: Mapping[str, Gap[Any]] | None = None) -> str:
    """The chain: a display and its number, then below each step why it follows, or that it fails.

    gaps: the steps of the proof that don't follow, by name.
    """
    chain = one_entry(chain)
    first = chain.lines[0]
    lines = [f"   {in_column(first.value):>12}  {first.formula}"]
    for step in chain.steps:
        lines.append(f"{step.relation:>2} {in_column(step.right.value):>12}  {step.right.formula}")
        lines.append(wrapped(reason(step), INDENT, 1))
        if gaps and step.name in gaps:
            lines.append(wrapped(f"GAP: {gaps[step.name].why}", INDENT, 1))
    return "\n".join(lines)


def reason(step: ProofStep) -> str:
    """'(Step 2: φ is monotone; slack 0.1)', with FAILS before it where the step does."""
    failed = "" if np.all(step.holds()) else "FAILS "
    why = ": ".join(filter(None, (step.name, step.because)))
    return f"{failed}({why}; slack {in_column(step.slack)})"
