"""The numbers of section 4's results as tables show them."""

import math

from ..experiments.loss_scale import first_crossing
from ..experiments.outcome import Measured
from ..experiments.statistics import span


def rounded(x: float | None, sign: str = "", digits: int = 4) -> str:
    """Four digits, or a dash."""
    return "–" if x is None or not math.isfinite(x) else f"{x:{sign}.{digits}g}"


def measured(row: Measured) -> str:
    """Mean and half width of the interval; how many runs diverged."""
    s = row.summary
    if not s.n:
        return f"diverged ({s.diverged} of {s.diverged})"
    text = rounded(s.mean) + (f" ± {s.half_width:.2g}" if math.isfinite(s.half_width) else "")
    return text + (f" ({s.diverged} of {s.n + s.diverged} diverged)" if s.diverged else "")


def rates(row: Measured) -> str:
    """Its learning rates, with a word where an end of the grid was chosen."""
    return span(row.etas) + (" (end of the grid)" if row.at_an_end else "")


def first(row: Measured, value: float) -> str:
    """The range over seeds of `first_crossing` of a value."""
    found = [first_crossing(curve, value) for curve in row.curves]
    known = [round(c) for c in found if c is not None]
    if not known:
        return "never"
    text = f"{min(known)}" if min(known) == max(known) else f"{min(known)} to {max(known)}"
    return text + ("" if len(known) == len(found) else f" ({len(known)} of {len(found)} seeds)")
