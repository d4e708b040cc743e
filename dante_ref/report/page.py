"""ledger.html: the ledger as one page that needs nothing else, no network, no script."""

import platform
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .. import __version__
from ..proofs.claim import Claim, SLQCClaim, Verdict
from ..proofs.ledger import Entry
from . import instance_picture, kappa_map, wording
from .chain_table import proof_tables
from .chart import Chart
from .render import render

MARKS = {
    Verdict.HOLDS: ("✓", "good"), Verdict.SHARPENED: ("✓+", "good"), Verdict.TIGHT: ("✓=", "good"),
    Verdict.VACUOUS: ("∅", "empty"), Verdict.REFUTED: ("✗", "bad"),
}
"""A sign and a frame for each verdict, so that colour is never needed."""


Told = Callable[[Iterable[Any]], Iterable[Any]]
"""Hands on what it is given, one by one, and may tell someone of it."""


def document(entries: Sequence[Entry], seed: int, told: Told = iter) -> str:
    """The whole page; `told` hears of each theorem when its part is drawn."""
    return render(
        "ledger.html", entries=entries, groups=told(wording.by_theorem(entries).items()),
        seed=seed, made=made_by(), **parts(),
    )


def made_by() -> str:
    """The versions that a page names at its end."""
    return f"dante_ref {__version__}, numpy {np.__version__}, Python {platform.python_version()}"


def parts() -> dict[str, Any]:
    """What the templates of claims call."""
    return {
        "mark": MARKS.get, "Verdict": Verdict, "proof_tables": proof_tables,
        "instance_chart": instance_chart, "page_of": lambda claim: "",
        "code_of": lambda table: (),
        "maps": lambda group, seed: maps_of([entry.claim for entry in group], seed),
    }


def instance_chart(entry: Entry) -> Chart | None:
    """The worst instance drawn; None where it is no one problem with an error and an optimum."""
    if not instance_picture.can_draw(entry.worst):
        return None
    return instance_picture.draw(entry.worst, ball_radius(entry))


def ball_radius(entry: Entry) -> float | None:
    """eps/kappa of the claim at its worst instance; None where it speaks of no ball."""
    decision = entry.claim.decision(entry.worst)
    if not {"eps", "kappa"} <= set(decision):
        return None
    eps, kappa = float(decision["eps"]), float(decision["kappa"])
    return eps / kappa if eps > 0 and kappa > 0 and np.isfinite(kappa) else None


def maps_of(claims: Sequence[Claim[Any]], seed: int) -> list[Chart]:
    """A map for the SLQC claims of each kind of instances."""
    kinds: dict[tuple[object, ...], list[SLQCClaim[Any]]] = {}
    for claim in claims:
        if isinstance(claim, SLQCClaim) and claim.families:
            kinds.setdefault(kappa_map.kind(claim.families[-1]), []).append(claim)
    charts = [kappa_map.draw(same, seed) for same in kinds.values()]
    return [chart for chart in charts if chart is not None]
