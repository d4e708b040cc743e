"""Training curves as a picture (PNG)."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from .. import store
from ..training.run import Point
from .style import BLUE, ORANGE, in_style, new_figure, png

# A dash pattern and a darkness of its own for each method, so that the picture reads in grey.
STYLES = {
    "DANTE": dict(color=BLUE, linestyle="-", linewidth=1.6),
    "SGD": dict(color=ORANGE, linestyle=(0, (5, 1.5)), linewidth=1.6),
}


def plot(
    path: Path, curves: Mapping[str, Sequence[Point]], *, title: str, outputs: int, b: int,
    mean_error: float | None = None,
) -> None:
    """Training error (left) and test error (right) against minibatch iterations, as a PNG.

    `mean_error`: the test error of always answering the training mean, drawn as a level.
    """
    with in_style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # the data's name may be in any script
        store.write_bytes(path, png(_figure(curves, title, outputs, b, mean_error), 150))


def _figure(
    curves: Mapping[str, Sequence[Point]], title: str, outputs: int, b: int,
    mean_error: float | None,
) -> Figure:
    figure = new_figure(9, 4.5)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for column, (axes, part) in enumerate(zip(panels, ("Training", "Test"), strict=True), start=1):
        for method, curve in curves.items():
            iterations = [point[0] for point in curve]
            values = [point[column] for point in curve]
            axes.plot(iterations, values, label=method, **STYLES[method])
        axes.set_title(f"{part} error", fontsize=10)
        axes.set_xlabel(f"minibatch iterations (b = {b} samples each)")
        axes.grid(True, which="both", color="0.9", linewidth=0.6)
    train_axes, test_axes = panels
    if mean_error:
        test_axes.axhline(
            mean_error, color="0.4", linestyle=":", label="answering the training mean"
        )
    if any(error > 0 for curve in curves.values() for _, *errors in curve for error in errors):
        train_axes.set_yscale("log")
        train_axes.yaxis.set_major_formatter("{x:g}")
    train_axes.set_ylabel(
        "squared error, units of the inputs as scaled\n"
        f"(mean over samples, sum over {outputs} outputs)"
    )
    for axes in panels:
        axes.legend(handlelength=3.5, frameon=False)
    figure.suptitle(title, fontsize=10, parse_math=False)  # it may have dollars, too
    return figure
