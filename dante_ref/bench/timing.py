"""Timing by interleaved repeats: every candidate once a round, so that a slow spell hits all."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

REST = 0.15  # seconds

Candidate = Callable[[], Callable[[], object]]  # prepares, untimed, what is then timed


@dataclass(frozen=True)
class Timings:
    """Seconds of each candidate, one for each round."""

    seconds: Mapping[str, list[float]]

    def median(self, name: str) -> float:
        """The candidate's median seconds."""
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, reference: str) -> float:
        """The median over rounds of seconds(name) / seconds(reference) in the same round."""
        pairs = zip(self.seconds[name], self.seconds[reference], strict=True)
        return statistics.median(a / b for a, b in pairs)


def interleaved(candidates: Mapping[str, Candidate], rounds: int) -> Timings:
    """Time each candidate once in each round, in an order that turns; one round before to warm up.

    Before each is a rest: NumPy, scipy and PyTorch have threads of their own, which wait busily for
    another product (OpenBLAS's for nearly 0.1 s) and would take the next candidate's cores.
    """
    names = list(candidates)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for round_ in range(rounds + 1):
        turn = round_ % len(names)
        for name in names[turn:] + names[:turn]:
            run = candidates[name]()
            time.sleep(REST)
            gc.disable()
            try:
                start = time.perf_counter()
                run()
                elapsed = time.perf_counter() - start
            finally:
                gc.enable()
            if round_:
                seconds[name].append(elapsed)
    return Timings(seconds)
