"""What the losses printed in Tables 3 to 5 can be means of, and after how many iterations full-size
runs are there."""

from collections.abc import Iterable

import numpy as np

from ..experiments.digits import WITHIN, nearest_count
from ..experiments.loss_scale import Bracket
from ..experiments.outcome import Measured, Outcome
from ..experiments.paper import DANTE_LOSS, SGD_LOSS
from .markdown import table
from .numbers import first, measured, rounded


def loss_scale(bracket: Bracket) -> list[str]:
    """What the printed loss can be a mean of, in Markdown."""
    n, mean, least = bracket.outputs, bracket.mean_answer, bracket.pca[max(bracket.pca)]
    k = bracket.equivalent_components(DANTE_LOSS)
    low = DANTE_LOSS / n
    fits = least <= DANTE_LOSS <= mean
    return [
        f"## What is the paper's {DANTE_LOSS} a mean of?", "",
        f"Measured on {bracket.dataset} ({n} outputs in [0, 1], all rows), test error:", "",
        *table(["answer", "mean over samples and outputs", "mean over samples, sum over outputs"], [
            ["the training mean", rounded(mean), rounded(mean * n)],
            *([f"PCA, {c} components", rounded(v), rounded(v * n)]
              for c, v in bracket.pca.items() if c in (1, 5, 10, 20, 50, 100, 200, 400)),
        ]), "",
        f"Read as a mean over samples and outputs, {DANTE_LOSS} "
        + (f"lies between the two: about what PCA reaches with {k} components. " if fits else
           "doesn't lie between the two. ")
        + f"Read as the paper's error (3), a sum over outputs, it is {rounded(low)} an output, "
        + (f"{rounded(least / low)} times below the best linear autoencoder with "
           f"{max(bracket.pca)} hidden units, which we take to be out of reach. " if low < least
           else "within reach. ")
        + "So tables give means over samples and outputs; the column of first crossings says after "
        "how many iterations a run is there. The rows of Table 4 don't fit one iteration count: "
        "SGD's progress is nearly in proportion to the learning rate before it flattens, and the "
        "printed losses differ by 5% over learning rates that differ by 1000.", "",
    ]


def iteration_count(outcomes: Iterable[Outcome]) -> list[str]:
    """After how many iterations full-size runs are at the first rows' losses, in Markdown."""
    rows: dict[str, Measured] = {}
    for o in outcomes:
        if o.id in ("table3", "table4", "table5"):
            for r in o.rows:
                if r.label in ("DANTE", "SGD") and any(r.curves):
                    rows.setdefault(r.label, r)
    if not rows:
        return []
    lines = [
        "Full-size runs of the first rows of Tables 3 to 5 (iterations, over seeds; linear between "
        "the measured points of a run's curve, so no finer than they are):", "", *table(
            ["method", f"test error first {SGD_LOSS}", f"first {DANTE_LOSS}",
             "at the end (mean ± 95%)", "iterations", "seeds"],
            [[label, first(r, SGD_LOSS), first(r, DANTE_LOSS), measured(r),
              f"{r.iterations:.0f}", str(len(r.seeds))] for label, r in rows.items()],
        ), "",
    ]
    if len(rows) == 2 and set(rows["DANTE"].seeds) & set(rows["SGD"].seeds):
        lines += [together(rows["DANTE"], rows["SGD"]), ""]
    return lines


def together(dante: Measured, sgd: Measured) -> str:
    """Whether one iteration count gives both printed losses."""
    other = dict(zip(sgd.seeds, sgd.curves, strict=True))
    T, off = np.mean([nearest_count(curve, other[seed]) for seed, curve in
                      zip(dante.seeds, dante.curves, strict=True) if seed in other], axis=0)
    return (
        f"Nearest to both printed losses after {T:.0f} iterations, where the farther one is "
        f"{off:.1%} off (means over seeds), so that "
        + ("one iteration count gives both." if off <= WITHIN else
           "no common iteration count gives both.")
    )
