"""Training curves as a table (CSV), without matplotlib: numbers are saved whatever that does."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from .. import store
from ..training.run import Point

HEADER = (
    "method", "minibatch_iteration",
    "train_error_mean_over_samples_sum_over_outputs",
    "test_error_mean_over_samples_sum_over_outputs",
)


def write_csv(path: Path, curves: Mapping[str, Sequence[Point]]) -> None:
    """One line a measured point: the columns of HEADER. Numbers read back to the same float."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for method, curve in curves.items():
        writer.writerows(
            (method, int(iteration), repr(train), repr(test)) for iteration, train, test in curve
        )
    store.write_text(path, text.getvalue())
