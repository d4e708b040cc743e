"""`dante-ref prove`: check what every step of every proof rests on.

Identities and lemmas are checked by exact arithmetic; the solver's steps need the extra `prove`,
and are said to be unchecked without it.
"""

import argparse
import time

from ..proofs import solver
from ..proofs.obligations import Finding, Status
from ..proofs.prove import counted, lemma_findings, rests_on, sentence
from ..theorems import CLAIMS, find_claim


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dante-ref prove`."""
    parser.add_argument(
        "--only", nargs="+", metavar="CLAIM", default=list(CLAIMS), help="claims, by their ids"
    )
    parser.add_argument("--steps", action="store_true", help="print every step, with its ground")


def run(args: argparse.Namespace) -> int:
    """Exit code 1 iff some obligation fails."""
    start = time.perf_counter()
    claims = [find_claim(name) for name in args.only]
    used: list[str] = []
    failed: list[Finding] = []
    steps: list[Finding] = []
    width = max(len(claim.id) for claim in claims)
    for claim in claims:
        rests = rests_on(claim)
        used += rests.lemmas
        failed += rests.failed
        steps += rests.findings
        print(f"{claim.id:{width}} {sentence(claim, rests)}")
        if args.steps:
            for finding in rests.findings:
                print(_line(finding))
    if used:
        lemmas = lemma_findings(tuple(used))
        failed += [finding for finding in lemmas if finding.outcome is Status.FAILED]
        print(f"{'lemmas':{width}} {len(set(used))} used, {len(lemmas)} cases")
        if args.steps:
            for finding in lemmas:
                print(_line(finding))
    for finding in failed:
        print(f"FAILED {finding.obligation.name}: {finding.obligation}\n  {finding.detail}")
    version = solver.version()
    print(
        f"{len(steps)} steps: {counted(steps)}; {time.perf_counter() - start:.1f} s"
        + (f", z3 {version}" if version else ", without the solver (extra 'prove')")
    )
    return 1 if failed else 0


def _line(finding: Finding) -> str:
    ground = ": ".join(filter(None, (finding.ground, ", ".join(finding.lemmas))))
    detail = f" [{finding.detail}]" if finding.detail else ""
    return f"  {finding.outcome:13} {finding.obligation.name}: {ground}{detail}"
