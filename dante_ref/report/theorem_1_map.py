"""The README's picture: the map of Theorem 1 with the companion's tight instances on it.

`dante-ref verify` writes it, and notebooks/results/theorem-1.png is a copy. (`kappa_map` draws any
theorem's map, without tight instances.)
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from .. import store
from ..activations import GeneralizedReLU
from ..arrays import Array
from ..proofs.families import GLMFamily
from ..theorems import kantorovich, theorem_1
from .kappa_map import Places
from .style import in_style, new_figure, png

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

    a = 1 / RATIOS
    smooth = np.geomspace(1, RATIOS[-1], 200)
    left.plot(smooth, theorem_1.kappa_paper(1 / smooth, 1.0, W), "k--", label="paper: 2b³W/a")
    left.plot(
        smooth, kantorovich.kappa_sharp(EPS, 1 / smooth, 1.0), "k-",
        label="sharp: ½(a+b)√(bε/a)",
    )
    at_random, climbed = searched(seed)
    tight = [kantorovich.tight_instance(s, 1.0, EPS, W=W * 1000).slqc() for s in a]
    left.plot(
        RATIOS, [s.kappa_emp(EPS * (1 - 1e-9)) for s in tight], "D", mfc="none", color="tab:red",
        ms=9, label="tight instance (W = 1000)",
    )
    left.plot(RATIOS, climbed, "^", color="tab:blue", label="worst after climbing (m = 3)")
    left.plot(
        RATIOS, at_random, ".", color="tab:orange", label="worst of 40,000 at random (m = 3)"
    )
    left.set(
        xscale="log", yscale="log", xlabel="ratio of slopes b/a (b = 1)", ylabel="κ",
        title=f"Theorem 1 at ε = {EPS:g}, W = {W:g}",
    )
    left.legend(fontsize=8)

    slope = 0.1
    eps = np.geomspace(1e-4, theorem_1.error_bound(1.0, W), 200)
    right.plot(
        eps, np.full_like(eps, theorem_1.kappa_paper(slope, 1.0, W)), "k--", label="paper: 2b³W/a"
    )
    right.plot(eps, kantorovich.kappa_sharp(eps, slope, 1.0), "k-", label="sharp: ½(a+b)√(bε/a)")
    E = np.geomspace(1e-4, 1, 9)
    tight = [kantorovich.tight_instance(slope, 1.0, e, W=1000).slqc() for e in E]
    right.plot(
        E, [s.kappa_emp(e * (1 - 1e-9)) for s, e in zip(tight, E, strict=True)], "D", mfc="none",
        color="tab:red", ms=9, label="tight instance (W = 1000)",
    )
    family = GLMFamily(m=4, d=3, activation=GeneralizedReLU(slope, 1.0), W_max=W)
    instances = family.decode(family.draw(np.random.default_rng(seed), 3000))
    slqc = instances.slqc()
    right.plot(
        slqc.gap, slqc.kappa_emp(slqc.gap * (1 - 1e-9)), ".", ms=2, color="tab:orange",
        label="3,000 at random (m = 4)",
    )
    right.set(
        xscale="log", yscale="log", xlabel="ε (for an instance: err(w))", ylabel="κ",
        xlim=(1e-4, 5), ylim=(1e-3, 50), title=f"Theorem 1 at a = {slope:g}, b = 1, W = {W:g}",
    )
    right.legend(fontsize=8, loc="lower right")
    return figure
