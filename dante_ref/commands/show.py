"""`dante-ref show theorem-3`: one claim, with its proof evaluated on an instance of your choice."""

import argparse
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from .. import checks
from ..activations import GeneralizedReLU
from ..exceptions import InputError
from ..proofs.claim import Claim
from ..proofs.families import Instance
from ..report import chains
from ..theorems import CLAIMS, find_claim


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dante-ref show`."""
    parser.add_argument("claim", metavar="CLAIM", help=f"one of: {', '.join(CLAIMS)}")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--instance", type=Path, metavar="FILE.npz",
        help="arrays by the names of the ledger's certificates (X, w, w_star, a, b, ...)",
    )
    which.add_argument("--seed", type=int, help="a random instance (default: the worst one known)")
    parser.add_argument(
        "--eps", type=float, help="evaluate the proof at this eps (default: f(x) - f(z))"
    )


def run(args: argparse.Namespace) -> int:
    """Print the claim."""
    claim = find_claim(args.claim)
    if args.instance is not None:
        instance = from_file(claim, args.instance)
    elif args.seed is not None:
        family = claim.families[-1]
        rng = np.random.default_rng(checks.whole_number("--seed", args.seed))
        instance = family.decode(family.draw(rng, 1))[0]
    else:
        instance = claim.worst()
    gap = float(instance.slqc().gap)
    eps = gap if args.eps is None else checks.number("--eps", args.eps, above=0)
    if eps <= 0 or eps > gap * (1 + 1e-12):
        raise InputError(f"eps is {eps:g}; allowed is 0 < eps <= f(x) - f(z) = {gap:g}")
    print(described(claim, instance, eps))
    return 0


def described(claim: Claim[Any], instance: Instance[Any], eps: float) -> str:
    """Statement, verdicts, the instance's decision and every chain evaluated on it."""
    lines = [
        f"{claim.id}  ({claim.source})", f"  {claim.statement}",
        f"  verdict: {claim.verdict}", f"  proof:   {claim.proof or 'none given'}", "",
        "  on this instance: " + ", ".join(
            f"{name} = {value:.6g}" for name, value in claim.decision(instance).items()
        ),
        f"  the chains below are evaluated at eps = {float(eps):.6g}", "",
    ]
    if claim.proof:
        for chain in claim.proof.chains(instance, eps):
            lines += [chain.title, chains.text(chain, claim.proof.gaps), ""]
    return "\n".join(lines)


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
    names = [*given_fields(example), *slope_names(example), example.problem.point_name]
    missing = [name for name in names if name not in arrays]
    if missing:
        raise InputError(
            f"--instance {path} lacks {', '.join(missing)}; needed: {', '.join(names)}"
        )
    values = {name: checks.real_array(name, arrays[name]) for name in names}
    changes: dict[str, Any] = {name: values[name] for name in given_fields(example)}
    for f in fields(example.problem):
        if isinstance(getattr(example.problem, f.name), GeneralizedReLU):
            changes[f.name] = GeneralizedReLU(float(values["a"]), float(values["b"]))
    problem = replace(example.problem, **changes).check()
    return Instance(problem, problem.check_point(values[problem.point_name]))


def given_fields(example: Instance[Any]) -> list[str]:
    """The arrays and numbers that define the problem."""
    problem = example.problem
    return [
        f.name for f in fields(problem)
        if isinstance(getattr(problem, f.name), (np.ndarray, float, int))
    ]


def slope_names(example: Instance[Any]) -> list[str]:
    """a and b, if the problem has generalized ReLUs."""
    return [name for name in ("a", "b") if name in example.arrays()]
