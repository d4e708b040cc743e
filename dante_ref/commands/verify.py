"""`dante-ref verify`: gather evidence for every claim and compare it with the recorded verdicts.

Into --out it writes ledger.json after every claim, and at the end ledger.html (the page to read),
ledger.md and theorem-1.png.
"""

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path

from tqdm import tqdm

from .. import checks, store
from ..proofs import ledger
from ..proofs.claim import Claim
from ..proofs.cluster import dask_cluster
from ..proofs.evidence import Evidence
from ..report import markdown, page, terminal, theorem_1_map
from ..theorems import CLAIMS, find_claim


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dante-ref verify`."""
    parser.add_argument(
        "--out", type=Path, default=Path("out/verify"), help="folder for ledger.html, .md, .json"
    )
    parser.add_argument(
        "--instances", type=int, default=200_000, help="random instances for each claim"
    )
    parser.add_argument(
        "--generations", type=int, default=250, help="generations of each adversarial search"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes to search with")
    parser.add_argument(
        "--dask", metavar="ADDRESS", help="search on the Dask cluster with this scheduler"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of every search")
    parser.add_argument(
        "--only", nargs="+", metavar="CLAIM", default=list(CLAIMS),
        help="the claims to check, by id",
    )


def run(args: argparse.Namespace) -> int:
    """Exit code 0 iff every outcome equals the verdict recorded in the source."""
    checks.whole_number("--instances", args.instances, at_least=1)
    checks.whole_number("--generations", args.generations, at_least=1)
    checks.whole_number("--seed", args.seed)
    checks.processes("--jobs", args.jobs)
    claims = [find_claim(claim) for claim in args.only]
    store.writable_folder(args.out)

    entries = []
    cluster = dask_cluster(args.dask) if args.dask is not None else nullcontext()
    with cluster, tqdm(
        unit=" instances", unit_scale=True, mininterval=0.5, file=sys.stderr
    ) as bar:

        def progress(claim: Claim, evidence: Evidence) -> None:
            bar.set_description(claim.id, refresh=False)
            bar.update(evidence.instances)

        for entry in ledger.run(
            claims, args.instances, args.seed, args.generations, progress, args.jobs
        ):
            entries.append(entry)
            store.write_json(args.out / "ledger.json", ledger.as_json(entries, args.seed))
    store.write_text(args.out / "ledger.md", markdown.document(entries, args.seed))
    print(terminal.table(entries), flush=True)
    print("drawing the page", file=sys.stderr)
    store.write_text(args.out / "ledger.html", page.document(entries, args.seed))
    theorem_1_map.draw(args.out / "theorem-1.png", args.seed, args.generations)
    print(f"wrote ledger.html, ledger.md, ledger.json and theorem-1.png to {args.out}")
    return 0 if all(entry.agrees for entry in entries) else 1
