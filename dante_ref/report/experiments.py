"""Section 4's results as results.json, results.md and lines for a terminal."""

import os
import platform
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from .. import __version__, store
from ..experiments import BEYOND
from ..experiments.experiment import GRID
from ..experiments.outcome import SCHEMA, Measured, Outcome, Published, as_json, is_dante
from ..experiments.paper import PROFILES
from ..experiments.statistics import TEST, Replication, span
from .columns import in_columns
from .loss_scale import iteration_count, loss_scale
from .markdown import cell, table
from .numbers import first, measured, rates, rounded

HEADER = [
    "data", "method", "learning rate", "paper", "ours (mean ± 95%)", "seeds", "difference",
    "first at or below the paper's value", "iterations", "GFlop", "seconds",
]
PACKAGES = ("numpy", "scipy", "scikit-learn", "matplotlib", "joblib")


def versions() -> dict[str, str]:
    """The versions that the numbers depend on, and the kind of machine."""
    found = {"python": platform.python_version(), "dante_ref": __version__}
    return found | {name: version(name) for name in PACKAGES} | {"machine": platform.machine()}


def crossings(row: Measured, higher: bool) -> str:
    """When the row's runs are first at or below the paper's value."""
    return "–" if row.paper is None or higher or not all(row.curves) else first(row, row.paper)


def number_rows(outcome: Outcome) -> list[list[str]]:
    """The lines of the table of numbers: HEADER's columns."""
    return [
        [
            row.panel, row.label, rates(row), rounded(row.paper), measured(row),
            str(len(row.seeds)), rounded(row.difference, "+", 3), crossings(row, outcome.higher),
            f"{row.iterations:.0f}",
            rounded(row.flops / 1e9, digits=3), rounded(row.seconds, digits=3),
        ]
        for row in outcome.rows
    ]


def decision_rows(outcome: Outcome) -> list[list[str]]:
    """The lines of the table of claims: CLAIMS's columns."""
    return [
        [claim.panel, claim.words, str(d.n), rounded(d.advantage), rounded(d.p), d.words]
        for claim, d in outcome.decisions
    ]


CLAIMS = ["data", "claim", "seeds", "mean advantage", "p", "claim replicates?"]


def losses(outcome: Outcome) -> list[str]:
    """Where DANTE loses to another method, in so many words."""
    lines = []
    for claim, d in outcome.decisions:
        dante = [is_dante(label) for label in (claim.better, claim.worse)]
        lost = Replication.CONTRADICTED if dante[0] else Replication.REPLICATES
        if dante[0] is not dante[1] and d.verdict is lost:
            if dante[0]:
                claim = replace(claim, better=claim.worse, worse=claim.better)
            lines.append(f"{claim.panel}: {claim.words}")
    return lines


def tables(outcome: Outcome) -> list[str]:
    """The numbers, without columns that have none, and the claims in Markdown."""
    columns = zip(HEADER, *number_rows(outcome), strict=True)
    header, *rows = zip(*(c for c in columns if {*c[1:]} - {"–", "never"}), strict=True)
    return [*table([*header], [[cell(c) for c in row] for row in rows]), "",
            *table(CLAIMS, [[cell(c) for c in row] for row in decision_rows(outcome)])]


def section(outcome: Outcome) -> list[str]:
    """One experiment in Markdown."""
    e = outcome
    picture = f"![{e.title}]({e.id}.png)"
    lines = [f"## {e.source}: {e.title}", "", picture, "", f"Numbers: {e.unit}."]
    lines += [*e.notes, ""]
    lines += tables(outcome)
    lines += [""]
    if any(not is_dante(label) for c in e.claims for label in (c.better, c.worse)):
        where = "; ".join(losses(e)) or "nowhere that these seeds decide"
        lines += [f"**Where DANTE does not win:** {where}.", ""]
    means = {r.panel: r.mean_answer for r in outcome.rows if r.mean_answer is not None}
    if means:
        lines += ["Always answering the training mean has error " + ", ".join(
            f"{rounded(v)} ({cell(panel)})" for panel, v in means.items()) + ".", ""]
    return lines


def beyond_the_paper(outcomes: Iterable[Outcome]) -> str:
    """The titles of comparisons that the paper hasn't; '' if a figure or table is among them."""
    titles = {o.id: o.title for o in outcomes}
    return " and ".join(titles.values()) if titles.keys() <= BEYOND.keys() else ""


def how_timed(outcomes: Iterable[Outcome]) -> str:
    """How seconds were measured: as many runs at a time as the runs themselves say."""
    at_a_time = sorted({n or 0 for o in outcomes for r in o.rows for n in r.at_a_time} or {0})
    return (
        "Seconds are wall-clock seconds of training alone, without measuring errors, on this "
        "machine: one thread a run, a panel's methods taken up in turn within each seed, at a time "
        + " or ".join(f"{n or 'unknown'} run{'s' if n != 1 else ''}" for n in at_a_time)
        + ". Other work on the machine isn't excluded."
    )


def document(found: Published) -> str:
    """results.md."""
    profile, outcomes, used = PROFILES[found.profile], found.experiments.values(), found.data_sets
    standins = [f"{name} by {other}" for name, other in used.items() if name != other]
    lines = [
        f"# {beyond_the_paper(outcomes) or 'Section 4, reproduced'}", "",
        f"    {found.command}", "",
        f"Profile {profile.name}: {profile}. Seeds 0 to {found.seeds - 1}; a row says how many are "
        "done. "
        + ", ".join(f"{k} {v}" for k, v in versions().items())
        + f"; {os.cpu_count()} cores, one thread a run.", "",
        *([f"Shortened: {profile.width:g} of the paper's hidden units on MNIST, "
           f"{profile.train_rows} of its training rows, few iterations. Differences from the "
           "paper's values say little then; orderings at this length may change later.", ""]
          if profile.width < 1 else []),
        "**Stand-ins**: " + (", ".join(standins) + ": made of other data, so no number of the "
                             "paper can be compared with them." if standins else
                             "none, all data sets are the real ones."), "",
        "Errors are means over samples and outputs (per entry); the gradient is that of the "
        "paper's error (3), which sums over outputs, and DANTE divides a layer's by its Frobenius "
        "norm: the reading sum-matrix. `--readings` has others, under which a claim that is "
        "contradicted here may hold. Tuned: the learning rate of the least "
        f"validation error (20% of the training rows) among {', '.join(map(str, GRID))}, for every "
        "method alike: once, on seed 0's rows, where a set has test rows of its own, else for each "
        "seed by its own training rows, so that no test row is seen. Choices of ours, where the "
        f"paper is silent: {profile.T_SNGD} iterations of a layer's turn on MNIST, the numbers of "
        "iterations, one activation for all layers, initial weights as in training/initial.py, "
        "float32, and what each section notes. Training errors are of 2000 training rows at most. "
        "GFlop counts matrix products.", "", how_timed(outcomes), "", f"Claims: {TEST}.", "",
    ]
    for outcome in outcomes:
        lines += section(outcome)
    if found.bracket is not None:
        lines += loss_scale(found.bracket)
        if profile.width == 1:
            lines += iteration_count(outcomes)
    return "\n".join(lines).rstrip() + "\n"


def write(out: Path, found: Published) -> None:
    """results.json and results.md into `out`, each whole or not at all."""
    store.write_json(out / "results.json", {
        "schema": SCHEMA, "command": found.command, "profile": vars(PROFILES[found.profile]),
        "seeds": list(range(found.seeds)), "versions": versions(), "data_sets": found.data_sets,
        "test": TEST, "loss_scale": vars(found.bracket) if found.bracket else None,
        "experiments": [as_json(o) for o in found.experiments.values()],
    })
    store.write_text(out / "results.md", document(found))


def terminal(outcome: Outcome) -> str:
    """The rows and the claims in plain lines: the paper's numbers beside ours."""
    header = ("data", "method", "rate", "paper", "ours", "difference")
    lines = [header] + [
        (r.panel, r.label, span(r.etas), rounded(r.paper), measured(r), rounded(r.difference, "+"))
        for r in outcome.rows
    ]
    text = [in_columns(lines)]
    for tuned, heading in ((False, "at the learning rates given"), (True, "both tuned")):
        decisions = [(claim, d) for claim, d in outcome.decisions if claim.tuned is tuned]
        if decisions:
            counts = outcome.tally(tuned)
            text += ["", f"Claims, {heading}:"] + [
                f"  {claim.panel}: {claim.words.replace(', tuned', '')}: {d.words} "
                f"(advantage {rounded(d.advantage, '+')}, p = {rounded(d.p)}, {d.n} seeds)"
                for claim, d in decisions
            ] + ["  in all: " + ", ".join(f"{counts[v]} {v}" for v in Replication)]
    return "\n".join(text)
