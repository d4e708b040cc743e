"""`dante-ref site DIR`: the annotated companion as a static site, to open in any browser."""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from .. import checks, store
from ..companion.pages import Site
from ..proofs import ledger
from ..shipped import shipped
from ..theorems import CLAIMS
from .earlier import add_overwrite, make_room

QUICK = ledger.Search(instances=2000, generations=5)
"""How claims are searched where there is no ledger yet."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dante-ref site`."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to write the site")
    parser.add_argument(
        "--from", type=Path, dest="ledger", metavar="OUT", default=argparse.SUPPRESS,
        help="use the ledger.json in this folder of `dante-ref verify` (without it the claims are "
        f"searched anew, with {QUICK.instances} instances each)",
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes to search with")
    add_overwrite(parser)


def run(args: argparse.Namespace) -> int:
    """Write the site."""
    jobs = checks.processes("--jobs", args.jobs)
    out = store.writable_folder(args.folder)
    make_room(out, ("index.html", "style.css", "search.js"), overwrite=args.overwrite,
              option="DIR", what="a site")
    if "ledger" in args:
        found = ledger.read_json(args.ledger / "ledger.json", CLAIMS)
        entries, search = found.entries, found.search
    else:
        claims = list(CLAIMS.values())
        entries = list(tqdm(
            ledger.run(claims, QUICK, jobs=jobs), total=len(claims), desc="claims", file=sys.stderr
        ))
        search = QUICK
    course = shipped("notebooks")
    site = Site(entries, search, course, course / "results")
    index = site.write(out, lambda pages: tqdm(pages, desc="pages", file=sys.stderr))
    print(f"wrote {len(site.pages)} pages; open {index}")
    return 0
