"""An item or a claim in a terminal: what it says, its symbols and code, and an instance in full."""

import inspect
import textwrap
from typing import Any

import numpy as np

from ..exceptions import InputError
from ..proofs import check_certificates
from ..proofs.claim import Claim, SLQCClaim, Verdict
from ..proofs.families import Instance
from ..proofs.prove import rests_on
from ..report import page, waterfall, wording
from ..report.wording import plain
from . import sources
from .items import Item, item_of
from .legend import printed_lines, symbols


def informative(claim: Claim[Any], seed: int | None) -> Instance[Any]:
    """An instance to show the claim on: the counterexample of a refuted claim, else a random one.

    A random one has an error to speak of, and shows the proof's gaps where one of those drawn does.
    seed None: the counterexample, or seed 0.
    """
    families = claim.proof_families or claim.families
    if (seed is None and claim.verdict is Verdict.REFUTED) or not families:
        return claim.worst()
    for family in reversed(families):
        try:
            return waterfall.typical(claim.proof, family, seed or 0)[0]
        except (AttributeError, TypeError):  # instances without an error to be small
            continue
    return claim.worst()


def of_claim(claim: Claim[Any], instance: Instance[Any], eps: float | None) -> str:
    """The claim on an instance; eps: at which its proof is evaluated, None for f(x) − f(z)."""
    item = item_of(claim)
    module = next(name for name in item.code if claim in sources.resolve(name).CLAIMS)
    return page.render(
        "claim.txt", claim=claim, instance=instance, eps=proof_eps(claim, instance, eps),
        rests=rests_on(claim), legend=symbols(item, claim), line_places=sources.line_places,
        places=[(sources.written(module, claim, claim.id), "the claim"),
                *((sources.place(name), name) for name in item.code if ":" in name)],
        numbers=[(wording.symbol(name), in_full(value))
                 for name, value in instance.arrays().items()],
        exact=exact_lines(claim), slqc=isinstance(claim, SLQCClaim),
    )


def of_item(item: Item) -> str:
    """An item of the paper: what it states, its symbols, and its code."""
    first = sources.resolve(item.code[0])
    return page.render(
        "item.txt", item=item, legend=symbols(item, *item.claims), printed=printed_lines(item),
        place=sources.place,
        code="" if inspect.ismodule(first) else textwrap.dedent(inspect.getsource(first)).rstrip(),
    )


def in_full(value: Any) -> str:
    """Every number of an array."""
    array = np.asarray(value, dtype=float) + 0.0
    return wording.six_digits(float(array)) if array.ndim == 0 else np.array2string(
        array, precision=6, threshold=10**9, max_line_width=80, separator=", ",
    )


def proof_eps(claim: Claim[Any], instance: Instance[Any], eps: float | None) -> float | None:
    """The ε at which the claim's proof is evaluated; None where it speaks of none."""
    if claim.proof is None:
        return None
    gap = float(instance.slqc().gap)
    if eps is not None and (eps <= 0 or eps > gap * (1 + 1e-12)):
        raise InputError(f"eps is {eps:g}; allowed is 0 < eps <= f(x) - f(z) = {gap:g}")
    at = gap if eps is None else eps
    return at if at > 0 else None


# Exact arithmetic

CAME_TO = {
    "gap": "err(w) − err(w*)", "progress": "⟨G, w − w*⟩", "squared_norm": "‖G‖²",
    "radius": "r = ε/κ", "z": "z = ⟨w, x⟩", "u_star": "u*", "predicted": "φ₂(u)", "error": "err",
    "last": "w at the end",
}
FAILS = {
    "stationary": "G = 0 with an error: clause 2 fails for every ball",
    "points away": "⟨G, w − w*⟩ ≤ 0: w* itself isn't ahead, for every κ",
    "columns lead away": "with each column divided by its length, the sign of ⟨G, w − w*⟩ turns",
    "ball too large": "⟨G, w − w*⟩ < r‖G‖: the ball reaches behind the plane of G",
}


def exact_lines(claim: Claim[Any]) -> list[str]:
    """The numbers of a refuted claim, and what check_certificates.py makes of them."""
    if claim.verdict is not Verdict.REFUTED or claim.certificate is None:
        return []
    certificate = claim.certificate()
    check = check_certificates.KINDS[certificate["kind"]]
    said: dict[str, Any] = {}
    check(certificate, said.update)
    given = {name: value for name, value in (certificate | certificate.get("slopes", {})).items()
             if name not in ("kind", "shows", "slopes", *said)}
    lines = [inspect.getdoc(check), *(
        f"{CAME_TO.get(name, wording.symbol(name))} = {plain(value)}"
        for name, value in (given | said).items()
    ), FAILS.get(certificate.get("shows", ""))]
    return [line for line in lines if line]
