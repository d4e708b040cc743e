"""An item or a claim in a terminal: what it says, its symbols and code, and an instance in full."""

import inspect
import textwrap
from typing import Any

import numpy as np

from ..exceptions import InputError
from ..proofs import check_certificates
from ..proofs.claim import Claim, SLQCClaim, Verdict
from ..proofs.families import Instance
from ..proofs.proof import with_error
from ..proofs.prove import rests_on
from ..report import chains, waterfall, wording
from ..report.wording import plain
from . import sources
from .items import Item, item_of
from .legend import printed_lines, symbols

WIDTH = chains.WIDTH
DRAWS = 201


def informative(claim: Claim[Any], seed: int | None) -> Instance[Any]:
    """An instance to show the claim on: the counterexample of a refuted claim, else a random one.

    A random one has an error to speak of, and shows the proof's gaps where one of DRAWS does.
    seed None: the counterexample, or seed 0.
    """
    families = claim.proof_families or claim.families
    if (seed is None and claim.verdict is Verdict.REFUTED) or not families:
        return claim.worst()
    if claim.proof is not None:
        return waterfall.typical(claim.proof, families[-1], seed or 0, DRAWS)[0]
    for family in reversed(families):
        try:
            found, _ = with_error(family, DRAWS, seed or 0)
        except (AttributeError, TypeError):  # instances without an error to be small
            continue
        gaps = np.asarray(found.slqc().gap)
        return found[int(np.argsort(gaps)[(9 * len(gaps)) // 10])]
    return claim.worst()


def of_claim(claim: Claim[Any], instance: Instance[Any], eps: float | None) -> str:
    """The claim on an instance; eps: at which its proof is evaluated, None for f(x) − f(z)."""
    parts = [_head(claim), _places(claim), _legend(symbols(item_of(claim), claim)),
             _instance(claim, instance)]
    if claim.proof is not None:
        parts.append(_proof(claim, instance, eps))
    if claim.verdict is Verdict.REFUTED and claim.certificate is not None:
        parts.append(_exact(claim))
    return "\n\n".join(filter(None, parts))


def of_item(item: Item) -> str:
    """An item of the paper: what it states, its symbols, and its code."""
    lines = [f"{item.title}  ({item.where})"]
    for said in item.says:
        lines.append(f"    {said.strip()}" if said.startswith("  ") else _wrap(said, 2))
    parts = ["\n".join(lines)]
    if item.claims:
        parts.append("claims:\n" + "\n".join(
            f"  {claim.id}: {claim.verdict}" for claim in item.claims
        ))
    parts.append(_legend(symbols(item, *item.claims)))
    printed = printed_lines(item)
    if printed:
        rows = []
        for row in printed:
            rows.append(f"  {row.printed.line or '(not printed)'}")
            if row.line is not None:
                rows.append(f"      {row.line}: {row.code}")
            if row.printed.note:
                rows.append(_wrap(row.printed.note, 6))
        parts.append("printed, and the code that does it:\n" + "\n".join(rows))
    parts.append("code:\n" + "\n".join(f"  {name}: {sources.place(name)}" for name in item.code))
    first = sources.resolve(item.code[0])
    if not inspect.ismodule(first):
        parts.append(textwrap.dedent(inspect.getsource(first)).rstrip())
    return "\n\n".join(filter(None, parts))


def _wrap(words: str, indent: int) -> str:
    return textwrap.fill(
        words, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2)
    )


def _head(claim: Claim[Any]) -> str:
    rests = rests_on(claim)
    return "\n".join([
        f"{claim.id}  ({claim.source})", f"  {claim.statement}",
        *([_wrap(f"assumes: {'; '.join(map(str, claim.hypotheses))}", 2)]
          if claim.hypotheses else []),
        f"  verdict: {claim.verdict}", _wrap(f"proof:   {claim.proof or 'none given'}", 2),
        *([_wrap(f"rests:   {rests}", 2)] if rests.findings else []),
    ])


def _places(claim: Claim[Any]) -> str:
    item = item_of(claim)
    page = next(name for name in item.code if claim in sources.resolve(name).CLAIMS)
    lines = [f"  {sources.written(page, claim, claim.id)}  the claim"]
    lines += [f"  {sources.place(name)}  {name}" for name in item.code if ":" in name]
    return "code:\n" + "\n".join(lines)


def _legend(rows: list[tuple[str, str, str]]) -> str:
    """The symbols with meaning and shape."""
    wide = max((len(symbol) for symbol, *_ in rows), default=0)
    return "" if not rows else "symbols:\n" + "\n".join(
        f"  {symbol:<{wide}}  {meaning} [{shape}]" for symbol, shape, meaning in rows
    )


def _instance(claim: Claim[Any], instance: Instance[Any]) -> str:
    """Every number of the instance, and what decides the claim there."""
    lines = []
    for name, value in instance.arrays().items():
        array = np.asarray(value, dtype=float) + 0.0
        text = wording.six_digits(float(array)) if array.ndim == 0 else np.array2string(
            array, precision=6, threshold=10**9, max_line_width=80, separator=", ",
        )
        shown = wording.symbol(name)
        lines.append(f"  {shown} = " + text.replace("\n", "\n" + " " * (len(shown) + 5)))
    decision = ", ".join(
        f"{wording.symbol(name)} = {chains.in_column(value)}" if not np.isnan(value)
        else f"{wording.symbol(name)}: nothing is claimed"
        for name, value in claim.decision(instance).items()
    )
    refutes = "" if isinstance(claim, SLQCClaim) else " (below 1 it refutes the claim)"
    return "the instance:\n" + "\n".join(lines) + f"\nwhat decides: {decision}{refutes}"


def _proof(claim: Claim[Any], instance: Instance[Any], eps: float | None) -> str:
    assert claim.proof is not None
    gap = float(instance.slqc().gap)
    if eps is not None and (eps <= 0 or eps > gap * (1 + 1e-12)):
        raise InputError(f"eps is {eps:g}; allowed is 0 < eps <= f(x) - f(z) = {gap:g}")
    at = gap if eps is None else eps
    if at <= 0:
        return "the proof speaks of no ε here, as f(x) − f(z) is 0"
    parts = [f"the proof at ε = {chains.in_column(at)}:"]
    for chain in claim.proof.at(instance, at):
        places = sources.line_places(chain.title, chain.lines)
        place = f"  ({places[0].file}:{places[0].first})" if places[0] else ""
        parts.append(f"{chain.title}{place}\n{chains.text(chain, claim.proof.gaps)}")
    failing = [
        "\n".join([
            f"  {found.name}: {found.why}", f"      {found.step.left.formula}",
            f"    {found.step.relation} {found.step.right.formula}",
            _wrap(wording.failure(found), 4),
        ]) for found in claim.proof.failures()
    ]
    if failing:
        parts.append("\n".join(["displays that fail as they are printed:", *failing]))
    return "\n\n".join(parts)


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


def _exact(claim: Claim[Any]) -> str:
    """The numbers of the certificate, and what check_certificates.py comes to with them."""
    assert claim.certificate is not None
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
    return "in exact arithmetic:\n" + "\n".join(_wrap(line, 2) for line in lines if line)
