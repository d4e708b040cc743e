"""How the cost grows: time with width, depth, minibatch and samples; memory with the data."""

import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..training.engine import Training
from ..training.network import Network
from ..training.rules import SGD
from ..training.schedules import make_schedule
from .steps import ETA, PHI, samples
from .timing import interleaved

BASE = {"inputs": 256, "width": 128, "depth": 1, "batch": 64, "samples": 2048}
AXES = {
    "width": (32, 64, 128, 256, 512),
    "depth": (1, 2, 4, 8),
    "batch": (8, 32, 128, 512),
    "samples": (1024, 4096, 16384),
}


def _training(sizes: dict[str, int], passes: int = 1) -> Training:
    """A round robin over depth + 1 layers; each turn draws `passes` times as many rows as X has."""
    d, m, b = sizes["inputs"], sizes["samples"], sizes["batch"]
    X = samples(m, d, np.float32)
    widths = [sizes["width"]] * sizes["depth"]
    network = Network.initial((d, *widths, d), PHI, random_state=0, dtype=np.float32)
    T = passes * m // b
    schedule = make_schedule("round_robin", L=network.L, T_SNGD=T, iterations=network.L * T)
    return Training(network, X, X, schedule, rule=SGD(ETA), b=b, random_state=0)


def variations(quick: bool) -> Iterator[tuple[str, dict[str, int]]]:
    """(axis, sizes): BASE with one of its sizes varied at a time."""
    for axis, values in AXES.items():
        for value in values[:3] if quick else values:
            yield axis, BASE | {axis: value}


def measure_time(axis: str, sizes: dict[str, int], rounds: int) -> dict[str, Any]:
    """Seconds of one turn on each layer, and microseconds a step."""
    trainings: list[Training] = []

    def prepare() -> Callable[[], object]:
        trainings[:] = [_training(sizes)]
        return trainings[0].run

    seconds = interleaved({"run": prepare}, rounds).median("run")
    steps = trainings[0].progress.iterations
    return {
        "axis": axis, "value": sizes[axis], "seconds": seconds, "step_us": seconds / steps * 1e6
    }


def measure_memory(m: int) -> dict[str, Any]:
    """Peak of what a training holds beside its m samples, and the size of these, in bytes.

    Each turn draws twice as many rows as there are, so what is held is that of nearly all.
    """
    training = _training(BASE | {"samples": m}, passes=2)
    tracemalloc.start()
    try:
        training.run()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return {"samples": m, "data_bytes": training.X.nbytes, "peak_bytes": peak}
