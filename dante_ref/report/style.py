"""How every figure of the report looks: colours told apart by the colour-blind, and in grey."""

from contextlib import AbstractContextManager
from io import BytesIO

from matplotlib.figure import Figure
from matplotlib.style import context

INK, GREY = "#1a1a1a", "#6b6b6b"
BLUE, VERMILION, ORANGE = "#00568c", "#c44900", "#e69f00"

FONT = {"font.size": 9, "axes.titlesize": 9.5, "axes.labelsize": 9}

DPI = 160
"""Pixels an inch; a page shows a figure at 96 an inch, so print and large screens stay sharp."""


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches; draw on it within `in_style()`."""
    return Figure(figsize=(width, height), layout="constrained")


def in_style() -> AbstractContextManager[None]:
    """The report's look, as a context: matplotlib's defaults, whatever the user's matplotlibrc
    says (usetex needs a TeX), and the report's fonts."""
    return context(["default", FONT])


def png(figure: Figure, dpi: int = DPI) -> bytes:
    """The figure as a PNG."""
    out = BytesIO()
    with in_style():
        figure.savefig(out, format="png", dpi=dpi)
    return out.getvalue()
