"""A claim and its proof in a terminal: each line of the chain with its number and its slack."""

import numpy as np

from ..proofs.chain import Chain
from ..proofs.claim import Claim
from ..proofs.families import Instance


def number(x) -> str:
    """A number in a column: 6 significant digits; of an array its smallest entry."""
    return f"{float(np.min(x)):.6g}"


def chain_lines(chain: Chain, gaps) -> list[str]:
    """The chain, a line each: relation, formula, value, slack, justification."""
    first = chain.lines[0]
    lines = [f"  {chain.title}", f"      {number(first.value):>12}  {first.formula}"]
    for step in chain.steps:
        mark = "" if np.all(step.holds()) else "  <-- FAILS"
        lines.append(
            f"   {step.relation:>2} {number(step.right.value):>12}  {step.right.formula}"
        )
        why = f"{step.name + ': ' if step.name else ''}{step.because}"
        lines.append(f"{'':20}[{why}; slack {number(step.slack)}]{mark}")
        if step.name in gaps:
            lines.append(f"{'':20}GAP: {gaps[step.name].why}")
    return lines


def show(claim: Claim, instance: Instance, eps: float) -> str:
    """Statement, verdicts, the instance's decision and every chain evaluated on it."""
    lines = [
        f"{claim.id}  ({claim.source})",
        f"  {claim.statement}",
        f"  verdict: {claim.verdict}",
        f"  proof:   {claim.proof or 'none given'}",
        "",
        "  on this instance: " + ", ".join(
            f"{name} = {value:.6g}" for name, value in claim.decision(instance).items()
        ),
        f"  the chains below are evaluated at eps = {float(eps):.6g}",
        "",
    ]
    if claim.proof:
        for chain in claim.proof.chains(instance, eps):
            lines += [*chain_lines(chain, claim.proof.gaps), ""]
    return "\n".join(lines)
