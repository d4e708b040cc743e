"""Training curves as a table (CSV) and as a picture (PNG)."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

Point = tuple[float, float, float]  # iteration, training error, test error

HEADER = (
    "method", "minibatch_iteration",
    "train_error_mean_over_samples_sum_over_outputs",
    "test_error_mean_over_samples_sum_over_outputs",
)
# One dash pattern a curve, so that the picture reads in grey.
STYLES = {
    ("DANTE", "train"): dict(color="#0072b2", linestyle="-", linewidth=1.8),
    ("DANTE", "test"): dict(color="#0072b2", linestyle=(0, (4, 1.5)), linewidth=1.8),
    ("SGD", "train"): dict(color="#d55e00", linestyle="-.", linewidth=1.2),
    ("SGD", "test"): dict(color="#d55e00", linestyle=":", linewidth=1.8),
}


def write_csv(path: Path, curves: Mapping[str, Sequence[Point]]) -> None:
    """One line a measured point: the columns of HEADER. Numbers read back to the same float."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for method, curve in curves.items():
            writer.writerows(
                (method, int(iteration), repr(train), repr(test))
                for iteration, train, test in curve
            )


def plot(
    path: Path, curves: Mapping[str, Sequence[Point]], *, title: str, outputs: int, b: int,
    mean_error: float | None = None,
) -> None:
    """Training and test error of each method against minibatch iterations, as a PNG.

    `mean_error`: the test error of always answering the training mean, drawn as a level.
    """
    figure = Figure(figsize=(8, 4.8), layout="constrained")
    axes = figure.add_subplot()
    for method, curve in curves.items():
        iterations, *errors = zip(*curve, strict=True)
        for part, values in zip(("train", "test"), errors, strict=True):
            axes.plot(iterations, values, label=f"{method}, {part}", **STYLES[method, part])
    if mean_error:
        axes.axhline(
            mean_error, color="0.45", linewidth=0.8, label="answering the training mean, test"
        )
    axes.set_yscale("log")
    axes.set_xlabel(f"minibatch iterations (b = {b} samples each)")
    axes.set_ylabel(
        f"squared error of the scaled data\n(mean over samples, sum over {outputs} outputs)"
    )
    axes.set_title(title, fontsize=10)
    axes.grid(True, which="both", color="0.9", linewidth=0.6)
    axes.legend(handlelength=4.5, frameon=False)
    figure.savefig(path, dpi=150)
