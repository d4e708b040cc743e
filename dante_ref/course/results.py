"""Section 4's results in a notebook: a table, a picture and the verdicts of one experiment."""

import math
from collections import Counter

from matplotlib import pyplot as plt
from matplotlib.ticker import LogLocator

from ..experiments.experiment import Ordering
from ..experiments.outcome import Outcome, Published
from ..experiments.statistics import Verdict, span
from .display import COLOURS


def is_tuned(claim: Ordering) -> bool:
    """Whether the claim is about learning rates chosen by validation, not the paper's."""
    return claim.better.endswith(", tuned")


def tally(experiment: Outcome) -> dict[bool, Counter[Verdict]]:
    """How many claims come to which verdict: at the paper's rate (False), and tuned (True)."""
    counts: dict[bool, Counter[Verdict]] = {False: Counter(), True: Counter()}
    for claim in experiment.claims:
        counts[is_tuned(claim)][experiment.decide(claim).verdict] += 1
    return counts


def beside(results: Published, name: str) -> None:
    """One figure or table: paper's numbers beside ours, drawn, and its verdicts.

    Says so where the results don't hold it.
    """
    if name not in results.experiments:
        print(f"{name} isn't among these results. To compute it:\n"
              f"  dante-ref reproduce {name} --profile {results.profile}")
        return
    experiment = results.experiments[name]
    print(f"{experiment.source}; {experiment.unit}; profile {results.profile}\n")
    panel = max(len(line.panel) for line in experiment.rows) + 1
    label = max(len(line.label) for line in experiment.rows)
    rate = max(5, *(len(span(line.etas)) for line in experiment.rows)) + 1
    row = f"{{:<{panel}}} {{:<{label}}} {{:>{rate}}} {{:>9}} {{:>9}} {{:>9}} {{:>10}}"
    print(row.format("data", "method", "rate", "paper", "ours", "+-", "difference"))
    for line in experiment.rows:
        s = line.summary
        print(row.format(
            line.panel, line.label, span(line.etas), _number(line.paper),
            _number(s.mean) if s.n else "diverged", _number(s.half_width),
            _number(line.difference, "+"),
        ))
    _draw(experiment)
    for tuned, heading in ((False, "at the learning rates given"), (True, "both tuned")):
        claims = [claim for claim in experiment.claims if is_tuned(claim) is tuned]
        if not claims:
            continue
        print(f"\nThe paper's claims, {heading}:")
        for claim in claims:
            d = experiment.decide(claim)
            words = claim.words.replace(", tuned", "")
            print(f"  {claim.panel}: {words}: {d.words} "
                  f"(advantage {_number(d.advantage, '+')}, p = {_number(d.p)})")
        print("  in all: " + _counted(tally(experiment)[tuned]))


def _counted(counts: Counter[Verdict]) -> str:
    return ", ".join(f"{counts[v]} {v}" for v in Verdict)


def _number(x: float | None, sign: str = "") -> str:
    return "-" if x is None or not math.isfinite(x) else f"{x:{sign}.4g}"


def _draw(experiment: Outcome) -> None:
    lines = [line for line in experiment.rows if line.summary.n]
    _, axes = plt.subplots(figsize=(7, 1.3 + 0.22 * len(lines)))
    for y, line in enumerate(lines):
        s = line.summary
        half = s.half_width if math.isfinite(s.half_width) else 0.0
        axes.errorbar(
            s.mean, y, xerr=[[min(half, 0.95 * s.mean)], [half]], capsize=3, linestyle="none",
            marker="o" if line.label.startswith("DANTE") else "s",
            markerfacecolor="w" if line.tuned else None,
            color=COLOURS[0] if line.label.startswith("DANTE") else COLOURS[2],
        )
        if line.paper is not None:
            axes.plot(line.paper, y, "D", color=COLOURS[1], markersize=4)
    for y in range(1, len(lines)):
        if lines[y].panel != lines[y - 1].panel:
            axes.axhline(y - 0.5, color="0.6", linewidth=0.8)
    axes.set_yticks(range(len(lines)), [f"{x.panel}  {x.label}" for x in lines], fontsize=8)
    axes.invert_yaxis()
    axes.set(xlabel=experiment.unit, xscale="linear" if experiment.higher else "log",
             title=f"{experiment.source}: mean, 95% interval (hollow: tuned; diamond: paper)")
    if not experiment.higher:
        axes.xaxis.set_minor_locator(LogLocator(subs=(2, 5)))
        axes.xaxis.set_minor_formatter("{x:g}")
        axes.xaxis.set_major_formatter("{x:g}")
    plt.show()
