"""Pictures of the notebooks: one look, sliders where a kernel runs, a proof as a table."""

import inspect
import os
import textwrap
from collections.abc import Callable
from importlib import import_module
from itertools import product
from typing import Any

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.figure import Figure

from ..proofs.derivation import Chain
from ..report import chains
from ..report.columns import WIDTH
from ..report.style import png
from ..theorems import find_claim

STATIC = "DANTE_REF_STATIC"
"""Set in the environment where notebooks are run for their committed outputs: no sliders."""

NO_BREAK = "\u00a0"

COLOURS = ("#00466e", "#c44900", "#6b6b6b", "#e69f00")
"""Dark, middle, grey and light: with the line styles below they read without colour."""


def figures() -> None:
    """Set matplotlib's look for a notebook: small PNGs, lines that differ in dash and darkness."""
    lines = cycler(color=COLOURS) + cycler(linestyle=["-", "--", ":", "-."])
    matplotlib.rcParams.update({
        "figure.dpi": 80, "savefig.dpi": 80, "figure.figsize": (7.0, 3.4),
        "figure.constrained_layout.use": True, "axes.prop_cycle": lines, "font.size": 10,
        "axes.grid": True, "grid.color": "0.9", "axes.axisbelow": True, "lines.linewidth": 1.8,
        "legend.frameon": False, "legend.handlelength": 3.0, "image.cmap": "gray",
    })


def live() -> bool:
    """Can a slider be shown: is ipywidgets there, and is this not a run for committed outputs?"""
    if os.environ.get(STATIC):
        return False
    try:
        import ipywidgets  # noqa: F401
    except ImportError:
        return False
    return True


def explore(draw: Callable[..., Any], **values: Any) -> None:
    """draw(name=value, ...) with a slider for each name; without sliders, one static picture.

    values: name -> (the values of its slider, the value to begin with, which is also the static
    one).
    """
    if not live():
        draw(**{name: start for name, (_, start) in values.items()})
        return
    from ipywidgets import SelectionSlider, interact

    interact(draw, **{
        name: SelectionSlider(
            options=[(f"{v:g}", v) for v in options], value=start, continuous_update=False
        )
        for name, (options, start) in values.items()
    })


def source(function: Callable[..., Any]) -> None:
    """Print how dante_ref computes it: the function's own code."""
    print(textwrap.dedent(inspect.getsource(function)).rstrip(), end="\n\n")


def state(name: str) -> None:
    """Print a claim of the ledger: its statement, what it assumes, and the verdict."""
    claim = find_claim(name)
    said = [_held_together(claim.statement)]
    if claim.hypotheses:
        assumed = (str(hypothesis).replace(" ", NO_BREAK) for hypothesis in claim.hypotheses)
        said.append("assuming " + "; ".join(assumed))
    said.append(f"verdict: {claim.verdict}")
    for i, line in enumerate(said):
        print(textwrap.fill(
            line, WIDTH, initial_indent="  " * min(i, 1), subsequent_indent="  ",
            break_long_words=False, break_on_hyphens=False,
        ).replace(NO_BREAK, " "))


def _held_together(text: str) -> str:
    """The text with no place for a line break within brackets."""
    depth, out = 0, ""
    for character in text:
        depth += (character in "([") - (character in ")]")
        out += NO_BREAK if character == " " and depth > 0 else character
    return out


def show(chain: Chain) -> None:
    """Print a chain of displayed lines: each with its number, its slack and its reason."""
    print(chains.text(chain))


def shown(figure: Figure) -> None:
    """Show a figure of the report, which is made without pyplot."""
    ipython: Any = import_module("IPython.display")
    ipython.display(ipython.Image(png(figure, dpi=80)))


def grid(*axes: np.ndarray) -> np.ndarray:
    """Every combination of the axes' values, a row each: for a function on a stack of points."""
    return np.array(list(product(*axes)))
