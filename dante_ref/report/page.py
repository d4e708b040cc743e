"""ledger.html: the ledger as one page that needs nothing else, no network, no script."""

import html
import platform
from collections.abc import Sequence

import numpy as np

from .. import __version__
from ..proofs.claim import SLQCClaim, Verdict
from ..proofs.ledger import Entry
from . import instance_picture, kappa_map, style, waterfall, wording
from .chain_table import proof_tables
from .page_style import CSS
from .typography import prose

MARKS = {
    Verdict.HOLDS: ("✓", "good"), Verdict.SHARPENED: ("✓+", "good"), Verdict.TIGHT: ("✓=", "good"),
    Verdict.VACUOUS: ("∅", "empty"), Verdict.REFUTED: ("✗", "bad"),
}
"""A sign and a frame for each verdict, so that colour is never needed."""


def document(entries: Sequence[Entry], seed: int) -> str:
    """The whole page."""
    sections = [
        theorem_section(theorem, group, seed)
        for theorem, group in wording.by_theorem(entries).items()
    ]
    made = f"dante_ref {__version__}, numpy {np.__version__}, Python {platform.python_version()}"
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The ledger of DANTE's theorems</title><style>{CSS}</style></head><body>{waterfall.HATCH}
<header><h1>The ledger of DANTE’s theorems</h1>
<p>Every theorem of <cite>DANTE: Deep AlterNations for Training nEural networks</cite>
(Kudugunta, Sinha, Sankar, Chavali, Kar, Balasubramanian, 2019), executed: what holds, how tightly,
where a proof has a gap, and what can be proved instead.</p>
<p>{html.escape(wording.HOW_TO_READ)}</p><p>{html.escape(wording.SHOWN)}</p></header>
<main><section id="verdicts"><h2>Verdicts</h2>{verdict_table(entries)}</section>
{"".join(sections)}</main>
<footer><p>Written by <code>dante-ref verify</code> with seed {seed}: {html.escape(made)}.
All numbers in full: <code>ledger.json</code>. Strict local quasi-convexity and SNGD are due to
E. Hazan, K. Y. Levy and S. Shalev-Shwartz, <cite>Beyond Convexity: Stochastic Quasi-Convex
Optimization</cite>, NIPS 2015.</p></footer></body></html>
"""


def badge(verdict: Verdict) -> str:
    """A verdict with its sign."""
    sign, look = MARKS[verdict]
    return f'<span class="badge {look}">{sign}&nbsp;{html.escape(verdict)}</span>'


def proof_badge(entry: Entry) -> str:
    """The verdict on the proof, the gaps by name."""
    proof = entry.claim.proof
    if proof is None:
        return '<span class="badge empty">none given</span>'
    if not proof.gaps:
        return '<span class="badge good">✓&nbsp;holds</span>'
    names = ", ".join(html.escape(name) for name in proof.gaps)
    return f'<span class="badge gap">!&nbsp;gap: {names}</span>'


def verdict_table(entries: Sequence[Entry]) -> str:
    """One row a claim."""
    rows = [
        f'<tr><td><a href="#{e.claim.id}">{e.claim.id}</a></td>'
        f"<td>{prose(e.claim.statement)}<span class=why>{html.escape(e.claim.source)}</span></td>"
        f"<td>{badge(e.verdict)}{'' if e.agrees else ' <strong>not as recorded</strong>'}</td>"
        f"<td>{proof_badge(e)}</td><td class=number>{e.evidence.instances:,}</td>"
        f"<td class=number>{e.evidence.violations:,}</td>"
        f"<td class=number>{wording.ratio(e.evidence.worst_ratio)}</td></tr>"
        for e in entries
    ]
    return (
        "<table class=verdicts><thead><tr><th>claim</th><th>statement</th><th>verdict</th>"
        "<th>proof</th><th>instances sampled</th><th>violations</th><th>worst ratio seen</th></tr>"
        f"</thead><tbody>{''.join(rows)}</tbody></table>"
        "<p class=note>Worst ratio: the largest κ<sub>emp</sub>/κ, what an instance needs over "
        "what is claimed (1/margin where a claim has no κ). Above 1 is a violation; inf: no κ is "
        "enough.</p>"
    )


def theorem_section(theorem: str, group: list[Entry], seed: int) -> str:
    """The claims of one theorem, and the map that they share."""
    claims = "".join(claim_article(entry, seed) for entry in group)
    maps = "".join(
        map_figure(figure) for figure in maps_of([entry.claim for entry in group], seed)
    )
    heading = html.escape(theorem)
    return f'<section class="theorem"><h2>{heading}</h2>{claims}{maps}</section>'


def claim_article(entry: Entry, seed: int) -> str:
    """Statement, verdicts, evidence, proof and worst instance of one claim."""
    claim = entry.claim
    statement = f'<span class="display">{prose(claim.statement)}</span>'
    proof = f"<h4>Proof: {prose(wording.proof_verdict(entry))}</h4>" + (
        proof_tables(entry, seed) if claim.proof else ""
    )
    return (
        f'<article id="{claim.id}"><h3>{claim.id} <small>{html.escape(claim.source)}</small></h3>'
        f'<p class="statement">{statement}</p>'
        f"<p>Statement {badge(entry.verdict)} Proof {proof_badge(entry)}</p>"
        f"<p>{prose(wording.evidence(entry))}</p>{rates(entry)}{proof}{worst_instance(entry)}</article>"
    )


def rates(entry: Entry) -> str:
    """The failure rates of a claim about probabilities, as a table."""
    if not entry.evidence.rates:
        return ""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in wording.RATES)
    rows = "".join(
        "<tr>" + "".join(f"<td>{prose(text)}</td>" for text in row) + "</tr>"
        for row in wording.rate_rows(entry)
    )
    return f"<table class=rates><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def worst_instance(entry: Entry) -> str:
    """The worst instance, drawn and in numbers."""
    numbers = "\n".join(
        f"<div><dt>{prose(name)}</dt><dd>{html.escape(value)}</dd></div>"
        for name, value in wording.certificate_lines(entry)
    )
    if not numbers:
        return ""
    what = "Counterexample" if entry.verdict is Verdict.REFUTED else "Worst instance known"
    picture = ""
    if instance_picture.can_draw(entry.worst):
        figure, caption = instance_picture.draw(entry.worst, ball_radius(entry))
        picture = img_figure(figure, f"{what} of {entry.claim.id}", caption)
    return (
        f"<h4>{what}</h4>{picture}<details open><summary>Its numbers</summary>"
        f'<dl class="certificate">{numbers}</dl></details>'
    )


def ball_radius(entry: Entry) -> float | None:
    """eps/kappa of the claim at its worst instance; None where it speaks of no ball."""
    decision = entry.claim.decision(entry.worst)
    if not {"eps", "kappa"} <= set(decision):
        return None
    eps, kappa = float(decision["eps"]), float(decision["kappa"])
    return eps / kappa if eps > 0 and kappa > 0 and np.isfinite(kappa) else None


def maps_of(claims: list, seed: int) -> list:
    """A map for the SLQC claims of each kind of instances."""
    kinds: dict = {}
    for claim in claims:
        if isinstance(claim, SLQCClaim) and claim.families:
            kinds.setdefault(kappa_map.kind(claim.families[-1]), []).append(claim)
    figures = [kappa_map.draw(same, seed) for same in kinds.values()]
    return [figure for figure in figures if figure is not None]


def map_figure(figure) -> str:
    """The map of a theorem with its caption."""
    return "<h4>Map of κ</h4>" + img_figure(
        figure, "Map of kappa",
        "The κ that each claim asks for (lines) and the κ that instances were found to need "
        "(markers, a sample). A claim fails where a marker lies above its line; the space between "
        "is what a bound gives away. A line is missing where a claim says nothing. Where the κ of "
        "a claim depends on the instance, line and markers needn’t be of the same one.",
    )


def img_figure(figure, alt: str, caption: str) -> str:
    """A matplotlib figure inside the page, at 96 CSS pixels an inch."""
    width = round(figure.get_figwidth() * 96)
    source = style.data_uri("png", style.png(figure))
    return (
        f'<figure><img width="{width}" alt="{html.escape(alt, quote=True)}" src="{source}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )
