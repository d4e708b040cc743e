"""`dante-ref show theorem-3`: an item of the paper or a claim, on an instance of your choice."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from .. import checks
from ..companion import text
from ..companion.items import ITEMS, Item
from ..companion.names import find
from ..exceptions import InputError
from ..proofs import certificates
from ..proofs.claim import Claim
from ..proofs.families import Instance
from ..theorems import CLAIMS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dante-ref show`."""
    parser.add_argument(
        "claim", metavar="NAME",
        help=f"a claim ({', '.join(CLAIMS)}) or an item of the paper ({', '.join(ITEMS)})",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--instance", type=Path, metavar="FILE.npz",
        help="arrays by the names of the ledger's certificates (X, w, w_star, a, b, ...)",
    )
    which.add_argument(
        "--seed", type=int, help="a random instance (without it: the counterexample of a refuted "
        "claim, else seed 0)",
    )
    which.add_argument("--worst", action="store_true", help="the worst instance known")
    parser.add_argument(
        "--eps", type=float, help="evaluate the proof at this eps (default: f(x) - f(z))"
    )


def run(args: argparse.Namespace) -> int:
    """Print it."""
    found = find(args.claim)
    if isinstance(found, Item):
        if args.instance or args.seed is not None or args.worst or args.eps is not None:
            raise InputError(f"{found.id} has no instances; name one of its claims, as theorem-1")
        print(text.of_item(found), end="")
        return 0
    eps = None if args.eps is None else checks.number("--eps", args.eps, above=0)
    if args.instance is not None:
        instance = from_file(found, args.instance)
    elif args.worst:
        instance = found.worst()
    else:
        seed = None if args.seed is None else checks.whole_number("--seed", args.seed)
        instance = text.informative(found, seed)
    print(text.of_claim(found, instance, eps), end="")
    return 0


def from_file(claim: Claim[Any], path: Path) -> Instance[Any]:
    """The instance whose arrays an .npz file holds, checked against the assumptions.

    It needs what the claim's worst instance has, by the same names, a and b for the activation.
    """
    example = claim.worst()
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except OSError:
        raise
    except Exception as error:  # a damaged file can fail in any way
        raise InputError(f"--instance {path} is no .npz file of plain arrays: {error}") from None
    needed = certificates.names(example)
    missing = [name for name in needed if name not in arrays]
    if missing:
        raise InputError(
            f"--instance {path} lacks {', '.join(missing)}; needed: {', '.join(needed)}"
        )
    return certificates.like(example, arrays, assumed=True)
