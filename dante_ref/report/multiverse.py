"""The multiverse of section 4 as one picture, a sentence a claim, and a table a choice; so too
comparisons that the paper hasn't, under several readings."""

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .. import datasets
from ..experiments import BEYOND
from ..experiments.experiment import GRID, Ordering
from ..experiments.multiverse import (
    Effect,
    NotRun,
    Universe,
    effects,
    lengths,
    sentence,
    to_json,
)
from ..experiments.paper import Profile
from ..experiments.readings import CHOICES, READINGS
from ..experiments.statistics import TEST, Replication
from ..store import write_bytes, write_json, write_text
from .experiments import beyond_the_paper
from .markdown import cell, table
from .numbers import measured, rates, rounded
from .style import BLUE, GREY, INK, VERMILION, in_style, new_figure, png

MARKS = {
    Replication.REPLICATES: ("o", BLUE, "●", "holds"),
    Replication.CONTRADICTED: ("x", VERMILION, "✕", "fails"),
    Replication.UNDECIDED: ("_", GREY, "–", "undecided"),
}
"""Of a verdict: the picture's mark and colour, the table's mark, the word."""


def rows_of(universe: Universe) -> list[tuple[str, str, Ordering]]:
    """(name, experiment's id, claim) of each row."""
    return [
        (f"{figure_of(universe, id)}, {''.join(titled(claim.panel))}: {claim.words}", id, claim)
        for id, claim in universe.claims()
    ]


def title(universe: Universe) -> str:
    """What is read how many ways: section 4's claims, or comparisons that the paper hasn't."""
    found = [o for outcomes in universe.outcomes.values() for o in outcomes]
    subject = beyond_the_paper(found) or "Section 4's claims"
    return f"{subject} under {len(universe.readings)} readings"


def notes(universe: Universe) -> list[str]:
    """What comparisons that the paper hasn't say of themselves."""
    return list(dict.fromkeys(
        note for outcomes in universe.outcomes.values() for o in outcomes if o.id in BEYOND
        for note in o.notes
    ))


def figure_of(universe: Universe, id: str) -> str:
    """'Figure 5' for 'fig5'."""
    return universe.source(id).split(",")[0]


def titled(panel: str) -> tuple[str, str]:
    """A panel's name with the data set's title in place of its key: ('MNIST', ', 20 hidden')."""
    name = re.split(r"\W", panel, maxsplit=1)[0]
    if name not in datasets.names():
        return panel, ""
    return re.split(r",| \(", datasets.lookup(name).title, maxsplit=1)[0], panel[len(name):]


def lines_of(universe: Universe) -> list[tuple[str, str, Ordering | None]]:
    """(label, experiment's id, claim) of each line of the picture, a figure's or table's heading
    (no claim) before its claims. What all of its panels have in common is in the heading."""
    lines: list[tuple[str, str, Ordering | None]] = []
    for id, group in groupby(universe.claims(), key=lambda pair: pair[0]):
        claims = [claim for _, claim in group]
        heading = [figure_of(universe, id)]
        panels = dict.fromkeys(titled(claim.panel) for claim in claims)
        common = len({name for name, _ in panels}) == 1
        if common:
            heading += ["".join(next(iter(panels))) if len(panels) == 1 else next(iter(panels))[0]]
        lines.append((", ".join(heading), id, None))
        for claim in claims:
            name, rest = titled(claim.panel)
            words = [] if len(panels) == 1 else [rest.lstrip(" ,") if common else name + rest]
            lines.append((": ".join([*words, claim.words]), id, claim))
    return lines


def picture(universe: Universe, heading: str) -> Figure:
    """Claims as rows, readings as columns; narrow, so that a telephone shows its letters."""
    lines, names = lines_of(universe), universe.readings
    above = 0.8 + 0.07 * max(map(len, names))  # inches of the heading, the readings' names, the key
    figure = new_figure(3.1 + 0.27 * max(8, len(names)), above + 0.17 * len(lines))
    axes, blank = figure.subplots(), False
    for y, (_, id, claim) in enumerate(lines):
        if claim is None:
            axes.axhline(y - 0.5, color="0.85", linewidth=0.8)
            continue
        for x, name in enumerate(names):
            verdict = universe.verdict(name, id, claim)
            blank |= verdict is None
            if verdict is not None:
                mark, color, _, _ = MARKS[verdict]
                axes.plot(x, y, mark, color=color, markersize=6, markeredgewidth=1.6)
    for x in range(1, len(names)):
        groups = [name.split("+")[0] if "+" in name else "" for name in names[x - 1:x + 1]]
        if groups[0] != groups[1]:
            axes.axvline(x - 0.5, color="0.6", linewidth=0.8)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(lines)), [label for label, _, _ in lines], fontsize=8)
    for text, (_, _, claim) in zip(axes.get_yticklabels(), lines, strict=True):
        text.set_fontweight("normal" if claim else "bold")
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    handles = [
        Line2D([], [], linestyle="none", marker=mark, color=color, markeredgewidth=1.6, label=word)
        for mark, color, _, word in MARKS.values()
    ]
    if blank:
        handles.append(Line2D([], [], linestyle="none", label="blank: fewer than two seeds"))
    figure.legend(
        handles=handles, frameon=False, ncols=4, loc="outside lower center", fontsize=9,
        columnspacing=1.2, handletextpad=0.4,
    )
    figure.suptitle(heading, fontsize=9, color=INK)
    return figure


def document(
    universe: Universe, left: Sequence[NotRun], command: str, standins: str
) -> str:
    """multiverse.md."""
    names = universe.readings
    lines = [
        f"# {title(universe)}", "", f"    {command}", "",
        "![Claims as rows, readings as columns](multiverse.png)", "",
        "● the claim holds (replicates), ✕ it fails (contradicted), – it is undecided, blank: of "
        "fewer than two seeds, or a reading that its methods can't have (Table 2's estimators have "
        f"no other choices than normalise and error). {TEST[0].upper()}{TEST[1:]}. {standins}", "",
        *(line for note in notes(universe) for line in (note, "")),
        "## The readings", "", *readings_table(names), "",
        "## What decides each claim", "",
    ]
    lines += [f"* {name}: {sentence(universe, id, claim)}." for name, id, claim in
              rows_of(universe)]
    alike, compared = lengths(universe)
    if compared:
        lines += ["", "**Direction or length?** A step by columns is sqrt(columns) times as long "
                  f"as one by matrix. In {alike} of {compared} comparisons a step by matrix of "
                  "that length ('long') has the verdict of the step by columns."]
    lines += ["", "## Verdicts", "", *verdicts_table(universe), "",
              "## How far ahead", "",
              "The mean advantage of the method that the claim puts ahead, in proportion to the "
              "mean of both errors (2 at most, -2 at least; – where there are no runs, or one "
              "left the finite numbers).", "",
              *by_reading(universe, lambda *claim: rounded(universe.gap(*claim))), ""]
    if rows := tuned_rows(universe):
        lines += ["## At the best rates", "",
                  "Mean error or accuracy ± 95% at the learning rate that validation chose from "
                  f"{len(GRID)}, {GRID[0]:g} to {GRID[-1]:g}, for each method alike.", "",
                  *table(["figure or table", "data", "method", *names], rows), ""]
    found = effects(universe)
    if found:
        lines += ["## Choices made one at a time", "", *effects_table(found), ""]
        lines += effects_sentences(found)
    if left:
        lines += ["## What isn't run", "", *not_run_table(left), ""]
    return "\n".join(lines).rstrip() + "\n"


def readings_table(names: Sequence[str]) -> list[str]:
    """What each reading chooses otherwise than today's; where each answer to these choices is from.
    """
    rows = []
    for name in names:
        changed = READINGS[name].differences
        rows.append([name, ", ".join(f"{k}: {v}" for k, v in changed.items()) or "today's"])
    lines = table(["reading", "what it chooses"], [[cell(c) for c in row] for row in rows])
    made = {choice for name in names for choice in READINGS[name].differences}
    lines += ["", *table(["choice", "question", "answer", "where it comes from"], [
        [cell(str(x)) for x in (choice.field, choice.question, value, source)]
        for choice in CHOICES if choice.field in made for value, source in choice.sources.items()
    ])]
    return lines


def by_reading(universe: Universe, text: Callable[[str, str, Ordering], str]) -> list[str]:
    """A line for each claim, in it text(reading, id, claim) for each reading."""
    return table(["claim", *universe.readings], [
        [cell(name), *(text(reading, id, claim) for reading in universe.readings)]
        for name, id, claim in rows_of(universe)
    ])


def verdicts_table(universe: Universe) -> list[str]:
    """A mark for each claim and reading, and the number of seeds where it isn't the same for
    all."""
    seeds = {d.n for claim in universe.claims() for d in universe.decisions(*claim).values()}

    def mark(reading: str, id: str, claim: Ordering) -> str:
        d = universe.decision(reading, id, claim)
        return MARKS[d.verdict][2] + (f" {d.n}" if len(seeds) > 1 else "") if d else ""

    lines = by_reading(universe, mark)
    return [*lines, "", "The numbers are of seeds."] if len(seeds) > 1 else lines


def tuned_rows(universe: Universe) -> list[list[str]]:
    """A line for each tuned row: what it comes to under each reading, and at which rate."""
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for reading, outcomes in universe.outcomes.items():
        for o in outcomes:
            for row in o.rows:
                if row.tuned:
                    found.setdefault((figure_of(universe, o.id), row.panel, row.label), {})[
                        reading] = f"{measured(row)} at {rates(row)}"
    return [[*map(cell, key), *(cells.get(reading, "") for reading in universe.readings)]
            for key, cells in found.items()]


def effects_table(found: Sequence[Effect]) -> list[str]:
    """How many verdicts each choice changes."""
    return table(["from", "choice", "claims compared", "other verdicts", "holds <-> fails"], [
        [e.base, e.choice, str(e.compared), str(len(e.changed)), str(e.flips)] for e in found
    ])


def effects_sentences(found: Sequence[Effect]) -> list[str]:
    """The choices that turn no verdict over, and what the others turn over."""
    lines = []
    for e in found:
        if not e.compared:
            continue
        if not e.flips:
            lines.append(f"* {e.choice}, from {e.base}: turns none of {e.compared} verdicts over"
                         + (f" ({len(e.changed)} go to or from undecided)." if e.changed else
                            ", and changes none."))
            continue
        turned = [f"{id} {claim.panel} {claim.words}: {MARKS[a][3]} -> {MARKS[b][3]}"
                  for id, claim, a, b in e.changed if Replication.UNDECIDED not in (a, b)]
        lines.append(f"* {e.choice}, from {e.base}: " + "; ".join(turned) + ".")
    return [*lines, ""]


def not_run_table(left: Sequence[NotRun]) -> list[str]:
    """The runs that are left, and roughly how long they take."""
    rows = [[cell(n.source), n.reading, str(n.runs), f"{n.hours:.2f}"] for n in left]
    total = sum(n.runs for n in left), sum(n.hours for n in left)
    rows.append(["all", "", str(total[0]), f"{total[1]:.1f}"])
    return table(["figure or table", "reading", "runs", "hours of one core, estimated"], rows)


def terminal(universe: Universe) -> str:
    """A sentence a claim."""
    return "\n".join(f"{name}: {sentence(universe, id, claim)}"
                     for name, id, claim in rows_of(universe))


def write(
    out: Path, universe: Universe, left: Sequence[NotRun], command: str, profile: Profile,
    used: dict[str, str],
) -> None:
    """multiverse.json, multiverse.md and multiverse.png into `out`, each whole or not at all.
    left: what isn't run."""
    standins = [f"{name} by {other}" for name, other in used.items() if name != other]
    words = f"Stand-ins: {', '.join(standins)}." if standins else "All data sets are the real ones."
    write_json(out / "multiverse.json", to_json(
        universe, command=command, profile=profile.name, data_sets=used, test=TEST))
    write_text(out / "multiverse.md", document(universe, left, command, words))
    with in_style():
        write_bytes(out / "multiverse.png", png(picture(
            universe, f"{title(universe)}, profile {profile.name}")))
