"""The README's picture: the map of Theorem 1 with the companion's tight instances on it.

`dante-ref verify` writes it, and notebooks/results/theorem-1.png is a copy. (`kappa_map` draws any
theorem's map, without tight instances.)
"""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import store
from ..activations import GeneralizedReLU
from ..arrays import Array
from ..proofs.families import GLMFamily
from ..theorems import kantorovich, theorem_1
from .kappa_map import Places
from .style import BLUE, ORANGE, VERMILION, in_style, new_figure, png

EPS, W = 0.01, 1.0
RATIOS = np.array([1, 2, 5, 10, 20, 50, 100])


def searched(seed: int) -> Array:
    """The largest kappa_emp(EPS) of three samples at RATIOS: at random, and after climbing."""
    held = np.ones(len(RATIOS))
    places = Places(GLMFamily(m=3, d=2), 1 / RATIOS, W * held, EPS * held)
    return places.needed(seed, draws=40_000, climbers=100, rounds=1500)


def draw(path: Path, seed: int) -> None:
    """Write the map as a PNG: kappa against b/a at fixed eps, and against eps at fixed b/a."""
    with in_style():
        store.write_bytes(path, png(_map(seed), 130))


def _map(seed: int) -> Figure:
    figure = new_figure(10, 4.2)
    left, right = figure.subplots(1, 2)

    smooth = np.geomspace(1, RATIOS[-1], 200)
    at_random, climbed = searched(seed)
    _bounds(left, smooth, EPS, 1 / smooth)
    _tight(left, RATIOS, EPS, 1 / RATIOS)
    left.plot(RATIOS, climbed, "^", color=BLUE, label="worst after climbing (m = 3)")
    left.plot(
        RATIOS, at_random, ".", color=ORANGE, label="worst of 40,000 at random (m = 3)"
    )
    left.set(
        xscale="log", yscale="log", xlabel="ratio of slopes b/a (b = 1)", ylabel="κ",
        title=f"Theorem 1 at ε = {EPS:g}, W = {W:g}",
    )
    left.legend(fontsize=8)

    slope, E = 0.1, np.geomspace(1e-4, 1, 9)
    eps = np.geomspace(1e-4, theorem_1.error_bound(1.0, W), 200)
    _bounds(right, eps, eps, slope)
    _tight(right, E, E, slope)
    family = GLMFamily(m=4, d=3, activation=GeneralizedReLU(slope, 1.0), W_max=W)
    slqc = family.decode(family.draw(np.random.default_rng(seed), 3000)).slqc()
    right.plot(
        slqc.gap, slqc.kappa_emp(slqc.gap * (1 - 1e-9)), ".", ms=2, color=ORANGE,
        label="3,000 at random (m = 4)",
    )
    right.set(
        xscale="log", yscale="log", xlabel="ε (for an instance: err(w))", ylabel="κ",
        xlim=(1e-4, 5), ylim=(1e-3, 50), title=f"Theorem 1 at a = {slope:g}, b = 1, W = {W:g}",
    )
    right.legend(fontsize=8, loc="lower right")
    return figure


def _bounds(axes: Axes, x: Array, eps: Any, a: Any) -> None:
    """The paper's κ and the sharp one at b = 1."""
    paper = np.broadcast_to(theorem_1.kappa_paper(a, 1.0, W), x.shape)
    axes.plot(x, paper, "k--", label=f"paper: {theorem_1.KAPPA}")
    sharp = kantorovich.kappa_sharp(eps, a, 1.0)
    axes.plot(x, sharp, "k-", label=f"sharp: {theorem_1.KAPPA_SHARP}")


def _tight(axes: Axes, x: Array, eps: Any, a: Any) -> None:
    """What the tight instances of these errors need just below them."""
    tight = [(E, kantorovich.tight_instance(slope, 1.0, E, W=1000 * W).slqc())
             for E, slope in np.broadcast(eps, a)]
    axes.plot(x, [slqc.kappa_emp(E * (1 - 1e-9)) for E, slqc in tight], "D", mfc="none",
              color=VERMILION, ms=9, label="tight instance (W = 1000)")
