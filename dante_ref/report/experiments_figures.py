"""Section 4's figures: errors against minibatch iterations, and against the other two measures."""

import math
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator

from .. import store
from ..arrays import Array
from ..experiments.outcome import Measured, Outcome, is_dante
from ..experiments.statistics import span
from .style import BLUE, GREY, INK, ORANGE, VERMILION, in_style, new_figure, png

ITERATIONS = "minibatch iterations"
AXES = ((0, 4, ITERATIONS, 1.0), (1, 4, "GFlop of matrix products", 1e-9),
        (2, 4, "seconds of training", 1.0))
"""Columns of a figure: which numbers of a curve are x and y, x's name and scale."""

TRAINING = (0, 3, ITERATIONS, 1.0)
ERRORS = {3: "training error", 4: "test error"}
FAMILIES = (("DANTE", BLUE), ("SGD+AltMin", VERMILION), ("SGD+", ORANGE), ("SGD", INK))
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
MARKS = "osv^DxP"
PANELS = 8
"""At most, of curves."""


def color(label: str) -> str:
    """One colour a family of methods; DANTE is dark blue, SGD black."""
    return next((c for start, c in FAMILIES if label.startswith(start)), GREY)


def mean_curve(row: Measured) -> Array:
    """The curves of the row's runs, averaged over seeds as far as all of them reach."""
    points = min(len(curve) for curve in row.curves)
    mean: Array = np.mean([curve[:points] for curve in row.curves], axis=0)
    return mean


def draw(path: Path, outcome: Outcome) -> None:
    """The experiment as a PNG: curves of errors; else, or where these fill a page, intervals."""
    panels = {row.panel for row in outcome.rows if row.curves and all(row.curves)}
    with in_style():
        curves = not outcome.higher and 0 < len(panels) <= PANELS
        store.write_bytes(path, png(_curves(outcome) if curves else intervals(outcome)))


def _curves(outcome: Outcome) -> Figure:
    drawn = [r for r in outcome.rows if all(r.curves)]
    panels = list(dict.fromkeys(r.panel for r in drawn))
    columns = ((TRAINING,) if outcome.training else ()) + AXES
    figure = new_figure(2.5 + 3 * len(columns), 3.1 * len(panels) + 0.5)
    grid = figure.subplots(len(panels), len(columns), squeeze=False, sharey="row")
    for line, panel in zip(grid, panels, strict=True):
        rows = [r for r in drawn if r.panel == panel]
        for k, r in enumerate(rows):  # a dash and a mark of its own: no curve rests on its colour
            curve = mean_curve(r)
            for axes, (x, y, _, scale) in zip(line, columns, strict=True):
                axes.plot(
                    curve[:, x] * scale, curve[:, y], color=color(r.label),
                    linestyle=DASHES[k % len(DASHES)], marker=MARKS[k % len(MARKS)], markersize=4,
                    markevery=(k % 5, max(1, len(curve) // 4)), linewidth=1.2,
                    label=f"{r.label} (η = {span(r.etas)}{_diverged(r)})",
                )
        papers = {r.paper for r in rows if r.paper} if len(rows) <= 4 else {
            r.paper for r in rows if r.label == "DANTE" and r.paper}
        for axes, (x, y, text, _) in zip(line, columns, strict=True):
            axes.set_xlabel(text)
            axes.xaxis.set_major_locator(MaxNLocator(4))
            axes.set_ylabel(ERRORS[y])
            axes.grid(True, which="both", color="0.92", linewidth=0.6)
            if (x, y) == (0, 4):
                for value in papers:
                    axes.axhline(value, color=GREY, linewidth=0.8, linestyle=":")
                if papers:
                    axes.set_title(
                        "dotted: the paper's " + ", ".join(f"{p:g}" for p in sorted(papers)),
                        fontsize=7, color=GREY, loc="left",
                    )
        curves = [mean_curve(r)[:, 3:] for r in rows]
        highest = max(max(r.curves[0][0][3:]) for r in rows)
        values = [v for curve in curves for v in curve.ravel() if v > 0] + list(papers)
        line[0].set_yscale("log")
        line[0].yaxis.set_major_formatter("{x:.3g}")
        wide = max(values) > 30 * min(values)
        line[0].yaxis.set_minor_locator(LogLocator(subs=(2, 5) if wide else (2, 3, 5)))
        line[0].yaxis.set_minor_formatter("{x:.3g}")
        line[0].tick_params(axis="y", which="minor", labelsize=6)
        line[0].set_ylim(min(values) * 0.9, min(max(values), 2 * highest) * 1.1)
        line[0].set_ylabel(f"{panel}\n{ERRORS[columns[0][1]]}")
        line[-1].legend(
            fontsize=6.5, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5),
            handlelength=4,
        )
    figure.suptitle(_title(outcome) + "\nerrors are means over samples and outputs")
    return figure


def _diverged(row: Measured) -> str:
    """How many of the row's runs diverged, for its curve then ends with the first of them."""
    return f"; {row.diverged} of {len(row.seeds)} diverged" if row.diverged else ""


def _title(outcome: Outcome) -> str:
    seeds = sorted({len(r.seeds) for r in outcome.rows})
    many = f"{seeds[0]}" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"
    return f"{outcome.source}: {outcome.title} (means of {many} seeds)"


def intervals(outcome: Outcome) -> Figure:
    """A row a line: the mean and its 95% interval, and the paper's value."""
    lines = [line for line in outcome.rows if line.summary.n]
    figure = new_figure(7, 1.3 + 0.22 * len(lines))
    axes = figure.subplots()
    for y, line in enumerate(lines):
        s = line.summary
        half = s.half_width if math.isfinite(s.half_width) else 0.0
        axes.errorbar(
            s.mean, y, xerr=[[min(half, 0.95 * s.mean)], [half]], capsize=3, linestyle="none",
            marker="o" if is_dante(line.label) else "s",
            markerfacecolor="w" if line.tuned else None,
            color=color(line.label),
        )
        if line.paper is not None:
            axes.plot(line.paper, y, "D", color=VERMILION, markersize=4)
    for y in range(1, len(lines)):
        if lines[y].panel != lines[y - 1].panel:
            axes.axhline(y - 0.5, color="0.6", linewidth=0.8)
    axes.set_yticks(range(len(lines)), [f"{x.panel}  {x.label}" for x in lines], fontsize=8)
    axes.invert_yaxis()
    axes.set_xscale("linear" if outcome.higher else "log")
    axes.tick_params(axis="x", which="both", labelsize=7)
    figure.supxlabel(outcome.unit, fontsize=9)  # the figure's, as long names leave the axes narrow
    figure.suptitle(f"{outcome.source}: mean, 95% interval (hollow: tuned; diamond: paper)",
                    fontsize=10)
    if not outcome.higher:
        axes.xaxis.set_minor_locator(LogLocator(subs=(2, 5)))
        axes.xaxis.set_minor_formatter("{x:g}")
        axes.xaxis.set_major_formatter("{x:g}")
    return figure
