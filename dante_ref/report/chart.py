"""Charts as inline SVG: what is to be seen, in data units; a template writes the elements.

A chart holds panels, each of them an SVG of its own, so that they stand side by side on a desk and
under each other on a phone. A `look` is a class of the style sheet, which knows the dashes, the
darkness and the hatching that tell lines apart without colour.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

import numpy as np
import numpy.typing as npt

Numbers = Sequence[float] | npt.NDArray[np.float64]
Place = Callable[[Numbers | float], npt.NDArray[np.float64]]

WIDTH, HEIGHT = 360, 270  # of a panel, in CSS pixels at its largest
LEFT, RIGHT, TOP, BOTTOM = 48, 10, 8, 38

SHAPES = {
    "dot": "m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0",
    "circle": "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0",
    "triangle": "m0-5l4.5 8h-9z",
    "square": "m-4-4h8v8h-8z",
    "diamond": "m0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
    "cross": "m-4-4l8 8m0-8l-8 8",
    "star": "m0-7l1.6 4.8h5l-4 3l1.5 4.8l-4.1-2.9l-4.1 2.9l1.5-4.8l-4-3h5z",
}
"""Each mark as the rest of an SVG path that begins at its middle."""


@dataclass(frozen=True)
class _Points:
    """Points in data units, a class of the style sheet, and what a legend says."""

    x: Numbers
    y: Numbers
    look: str
    label: str = ""


class Curve(_Points):
    """A curve through the points; a NaN interrupts it."""


class Area(_Points):
    """The polygon with these corners."""


@dataclass(frozen=True)
class Marks(_Points):
    """A mark at each of the points that is finite: one of SHAPES."""

    shape: str = "dot"


@dataclass(frozen=True)
class Disc:
    """A disc; the panel must have equal scales."""

    x: float
    y: float
    radius: float
    look: str
    label: str = ""


@dataclass(frozen=True)
class Text:
    """A few words in the middle of a point, moved down by `below` pixels."""

    x: float
    y: float
    text: str
    look: str = ""
    below: float = 0.0


Element = Curve | Area | Marks | Disc | Text


@dataclass(frozen=True)
class Panel:
    """Axes with what is drawn on them.

    x_limits, y_limits  where the axes end
    x_log, y_log        logarithmic axes; only positive numbers are drawn on them
    equal               one unit of x is as long as one of y
    """

    title: str
    x_name: str
    y_name: str
    items: tuple[Element, ...]
    x_limits: tuple[float, float] = (0.0, 1.0)
    y_limits: tuple[float, float] = (0.0, 1.0)
    x_log: bool = False
    y_log: bool = False
    equal: bool = False


@dataclass(frozen=True)
class Chart:
    """Panels, what they show in a sentence (also for those who can't see them), and a caption."""

    alt: str
    panels: tuple[Panel, ...]
    caption: str = ""

    @property
    def legend(self) -> list[Element]:
        """The first item of each label."""
        found: dict[str, Element] = {}
        for panel in self.panels:
            for item in panel.items:
                if not isinstance(item, Text) and item.label:
                    found.setdefault(item.label, item)
        return list(found.values())


@dataclass
class Drawn:
    """A panel in pixels: paths (data, class), words, and the ticks of both axes."""

    paths: list[tuple[str, str]] = field(default_factory=list)
    words: list[tuple[float, float, Text]] = field(default_factory=list)
    x_ticks: list[tuple[float, str]] = field(default_factory=list)
    y_ticks: list[tuple[float, str]] = field(default_factory=list)


def ticks(low: float, high: float, log: bool) -> list[float]:
    """Round numbers between low and high: about five, or the powers of ten on a long log axis."""
    if log and high > 3 * low:
        decades = range(floor(log10(low)), ceil(log10(high)) + 1)
        steps = (1,) if high > 50 * low else (1, 2, 5)
        every = max(1, round(log10(high / low) / 5))
        found = [s * 10.0**k for k in decades if k % every == 0 for s in steps]
    else:
        rough = (high - low) / 4
        size = 10.0 ** floor(log10(rough))
        step = size * min((1, 2, 5, 10), key=lambda s: abs(s * size - rough))
        found = [k * step for k in range(ceil(low / step), floor(high / step) + 1)]
    return [t for t in found if low * (1 - 1e-9) <= t <= high * (1 + 1e-9) or low <= t <= high]


def axis(low: float, high: float, log: bool, start: float, length: float) -> Place:
    """Where numbers are on an axis, in pixels; NaN for those that it doesn't show."""
    if log:
        low, high = log10(low), log10(high)

    def at(values: Numbers | float) -> npt.NDArray[np.float64]:
        v = np.asarray(values, dtype=float)
        v = np.where(np.isfinite(v) & ((v > 0) if log else True), v, np.nan)
        v = np.log10(v) if log else v
        return np.asarray(start + length * np.clip((v - low) / (high - low), -20, 21))

    return at


def drawn(panel: Panel) -> Drawn:
    """The panel in pixels."""
    (x0, x1), (y0, y1) = panel.x_limits, panel.y_limits
    wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    if panel.equal:  # widen the axis that has room
        unit = max((x1 - x0) / wide, (y1 - y0) / tall)
        x_more, y_more = (unit * wide - (x1 - x0)) / 2, (unit * tall - (y1 - y0)) / 2
        x0, x1, y0, y1 = x0 - x_more, x1 + x_more, y0 - y_more, y1 + y_more

    at_x = axis(x0, x1, panel.x_log, LEFT, wide)
    at_y = axis(y0, y1, panel.y_log, TOP + tall, -tall)
    out = Drawn(
        x_ticks=[(round(float(at_x(t)), 1), f"{t:.6g}") for t in ticks(x0, x1, panel.x_log)],
        y_ticks=[(round(float(at_y(t)), 1), f"{t:.6g}") for t in ticks(y0, y1, panel.y_log)],
    )
    for item in panel.items:
        x, y = at_x(item.x), at_y(item.y)
        if isinstance(item, Curve):
            out.paths.append((curve(x, y), f"line {item.look}"))
        elif isinstance(item, Area):
            out.paths.append((f"{curve(x, y)}z", f"area {item.look}"))
        elif isinstance(item, Marks):
            out.paths.append((
                "".join(f"M{a:.1f} {b:.1f}{SHAPES[item.shape]}" for a, b in zip(x, y, strict=True)
                        if np.isfinite(a + b)),
                f"mark {item.look}",
            ))
        elif isinstance(item, Disc):
            r = round(min(item.radius * wide / (x1 - x0), 5000.0), 1)
            half = f"a{r} {r} 0 1 0 "
            path = f"M{float(x) - r:.1f} {float(y):.1f}{half}{2 * r} 0{half}{-2 * r} 0z"
            out.paths.append((path, f"area {item.look}"))
        else:
            out.words.append((round(float(x), 1), round(float(y) + item.below, 1), item))
    return out


def curve(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> str:
    """A path through the finite points, beginning anew after each gap."""
    parts, pen = [], "M"
    for a, b in zip(x, y, strict=True):
        if np.isfinite(a + b):
            parts.append(f"{pen}{a:.1f} {b:.1f}")
            pen = "L"
        else:
            pen = "M"
    return "".join(parts)


def swatch(item: Element) -> tuple[str, str]:
    """Path and class of an item's sample in the legend, 26 by 12 pixels."""
    if isinstance(item, Curve):
        return "M1 6L25 6", f"line {item.look}"
    if isinstance(item, Marks):
        return f"M13 6{SHAPES[item.shape]}", f"mark {item.look}"
    return "M2 1h22v10h-22z", f"area {item.look if not isinstance(item, Text) else ''}"
