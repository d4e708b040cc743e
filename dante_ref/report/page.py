"""Pages from templates, by Jinja2 alone, which escapes every text in HTML; ledger.html is one.

It needs nothing else: no network, no script. The templates are package data, in `templates/`.
"""

import platform
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from .. import __version__
from ..proofs.claim import Claim, SLQCClaim, Verdict
from ..proofs.ledger import Entry
from . import chains, chart, instance_picture, kappa_map, waterfall, wording
from .chain_table import proof_tables
from .chart import Chart
from .columns import wrapped

MARKS = {
    Verdict.HOLDS: ("✓", "good"), Verdict.SHARPENED: ("✓+", "good"), Verdict.TIGHT: ("✓=", "good"),
    Verdict.VACUOUS: ("∅", "empty"), Verdict.REFUTED: ("✗", "bad"),
}
"""A sign and a frame for each verdict, so that colour is never needed."""


Told = Callable[[Iterable[Any]], Iterable[Any]]
"""Hands on what it is given, one by one, and may tell someone of it."""


def document(entries: Sequence[Entry], seed: int, told: Told = iter) -> str:
    """ledger.html; `told` hears of each theorem when its part is drawn."""
    groups = told(wording.by_theorem(entries).items())
    return render("ledger.html", entries=entries, groups=groups, seed=seed)


def render(template: str, **context: Any) -> str:
    """The page that a template makes of the context."""
    return environment().get_template(template).render(**context)


@cache
def environment() -> Environment:
    """The templates, with what they call. A name that isn't given is an error."""
    found = Environment(
        loader=PackageLoader("dante_ref.report"), autoescape=select_autoescape(),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )
    found.globals.update(
        style=source("style.css"), made=made_by(), wording=wording, waterfall=waterfall,
        wrap=wrapped, in_column=chains.in_column, chain_text=chains.text,
        drawn=chart.drawn, swatch=chart.swatch, panel_width=chart.WIDTH, panel_height=chart.HEIGHT,
        panel_box=(chart.LEFT, chart.TOP, chart.RIGHT, chart.BOTTOM),
        mark=MARKS.get, Verdict=Verdict, proof_tables=proof_tables, instance_chart=instance_chart,
        maps=maps_of, page_of=lambda claim: "", code_of=lambda display: (),
    )
    return found


def source(name: str) -> str:
    """A file of `templates/` as it stands."""
    return PackageLoader("dante_ref.report").get_source(Environment(), name)[0]


def made_by() -> str:
    """The versions that a page names at its end."""
    return f"dante_ref {__version__}, numpy {np.__version__}, Python {platform.python_version()}"


def instance_chart(entry: Entry) -> Chart | None:
    """The worst instance drawn; None where it is no one problem with an error and an optimum."""
    if not instance_picture.can_draw(entry.worst):
        return None
    return instance_picture.draw(entry.worst, ball_radius(entry))


def ball_radius(entry: Entry) -> float | None:
    """eps/kappa of the claim at its worst instance; None where it speaks of no ball."""
    decision = entry.claim.decision(entry.worst)
    eps, kappa = (float(decision.get(name, np.nan)) for name in ("eps", "kappa"))
    return eps / kappa if eps > 0 and 0 < kappa < np.inf else None


def maps_of(claims: Iterable[Claim[Any]], seed: int) -> list[Chart]:
    """A map for the SLQC claims of each kind of instances."""
    kinds: dict[tuple[object, ...], list[SLQCClaim[Any]]] = {}
    for claim in claims:
        if isinstance(claim, SLQCClaim) and claim.families:
            kinds.setdefault(kappa_map.kind(claim.families[-1]), []).append(claim)
    charts = [kappa_map.draw(same, seed) for same in kinds.values()]
    return [chart for chart in charts if chart is not None]
