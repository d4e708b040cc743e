"""`dante-ref verify`: gather evidence for every claim and compare it with the recorded verdicts.

Into --out it writes ledger.json after every claim, and at the end ledger.html (the page to read),
ledger.md, theorem-1.png, and check_certificates.py, which checks the counterexamples of ledger.json
with Python alone. The same command goes on after the claims that are finished; another one refuses
the folder, unless --overwrite.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

from .. import checks, store
from ..exceptions import InputError
from ..proofs import check_certificates, ledger
from ..proofs.claim import Claim
from ..proofs.cluster import dask_cluster
from ..proofs.evidence import Evidence
from ..report import markdown, page, terminal, theorem_1_map
from ..theorems import CLAIMS, find_claim
from .earlier import add_overwrite, make_room

CHECKER = Path(check_certificates.__file__)
WRITTEN = ("ledger.json", "ledger.html", "ledger.md", "theorem-1.png", CHECKER.name)
T = TypeVar("T")


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
    add_overwrite(parser)


def run(args: argparse.Namespace) -> int:
    """Exit code 0 iff every outcome equals the verdict recorded in the source."""
    search = ledger.Search(
        instances=checks.whole_number("--instances", args.instances, at_least=1),
        generations=checks.whole_number("--generations", args.generations, at_least=1),
        seed=checks.whole_number("--seed", args.seed),
    )
    jobs = checks.processes("--jobs", args.jobs)
    claims = [find_claim(claim) for claim in args.only]
    path = store.writable_folder(args.out) / "ledger.json"

    entries = [] if args.overwrite else finished(path, claims, search)
    if entries:
        print(f"going on after the {len(entries)} claims in {path}; --overwrite searches them anew",
              file=sys.stderr)
    else:
        make_room(args.out, WRITTEN, overwrite=args.overwrite)
    left = claims[len(entries):]
    cluster = dask_cluster(args.dask) if args.dask is not None else nullcontext()
    with cluster, progress(left, search, len(claims)) as gathered:
        for entry in ledger.run(left, search, gathered, jobs):
            entries.append(entry)
            complete = len(entries) == len(claims)
            store.write_json(path, ledger.as_json(entries, search, complete=complete))
    store.write_text(args.out / "ledger.md", markdown.document(entries, args.seed))
    store.write_text(args.out / CHECKER.name, CHECKER.read_text(encoding="utf-8"))
    print(terminal.table(entries), flush=True)
    store.write_text(args.out / "ledger.html", page.document(entries, args.seed, drawing))
    for _ in drawing(["theorem-1.png"]):
        theorem_1_map.draw(args.out / "theorem-1.png", args.seed)
    print(f"wrote {', '.join(WRITTEN)} to {args.out}")
    return 0 if all(entry.agrees for entry in entries) else 1


def finished(path: Path, claims: list[Claim[Any]], search: ledger.Search) -> list[ledger.Entry]:
    """The first of these claims, as far as a run of the same search has done them."""
    try:
        found = ledger.read_json(path, {claim.id: claim for claim in claims})
    except (OSError, InputError):
        return []
    same = found.search == search and found.versions == ledger.versions()
    done = [entry.claim.id for entry in found.entries]
    return found.entries if same and done == [claim.id for claim in claims[: len(done)]] else []


@contextmanager
def progress(
    claims: list[Claim[Any]], search: ledger.Search, of: int
) -> Iterator[Callable[[Claim[Any], Evidence], None]]:
    """A bar over the pieces of every claim's search, which says what claim it is; told of each."""
    said = {claim.id: f"claim {of - len(claims) + n} of {of}, {claim.id}"
            for n, claim in enumerate(claims, start=1)}
    pieces = sum(
        len(claim.tasks(search.instances, search.seed, search.generations)) for claim in claims
    )
    with tqdm(
        desc=next(iter(said.values()), "searched"), total=pieces, mininterval=0.5, file=sys.stderr,
        bar_format="{desc}: {percentage:3.0f}%|{bar:20}| {elapsed}, about {remaining} left",
    ) as bar:
        def gathered(claim: Claim[Any], evidence: Evidence) -> None:
            bar.set_description_str(said[claim.id], refresh=said[claim.id] != bar.desc)
            bar.update()

        yield gathered


def drawing(what: Iterable[T]) -> Iterator[T]:
    """The same things one by one, with a bar that says how many pictures are drawn."""
    yield from tqdm(
        list(what), desc="drawing", mininterval=0.5, file=sys.stderr,
        bar_format="{desc} {n_fmt} of {total_fmt}|{bar:20}| {elapsed}, about {remaining} left",
    )
