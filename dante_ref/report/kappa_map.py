"""The map of a theorem: the kappa that its claims ask for, and the kappa that instances need.

Three panels: against b/a, against W (||w*|| <= W, or W1 for an inner layer) and against eps; one
line for each SLQC claim of the theorem (the paper's, the sharp or repaired one), markers for the
largest kappa_emp that was found. Nothing here knows a theorem: any SLQCClaim can be drawn.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from ..activations import GeneralizedReLU
from ..search.climbing import climb
from ..search.families import Family
from ..theorems.claim import SLQCClaim
from . import style

LINES = ((0, (5, 2)), "-", (0, (5, 1.5, 1, 1.5)), (0, (1, 1.2)))
WIDTHS = (1.5, 2.2, 1.5, 1.5)
SLOPE = 0.1  # a at b = 1, where it isn't varied
POINTS = 6
DRAWS = 5000
SAMPLE = f"of {DRAWS:,} random instances"


@dataclass(frozen=True)
class Setting:
    """Where the map is evaluated. a (with b = 1) is None for activations without slopes a, b."""

    family: Family
    a: float | None
    W: float
    eps: float = np.nan

    def instances(self) -> Family:
        """The family with this a and W."""
        changes: dict = {bound_name(self.family): self.W}
        if self.a is not None:
            changes["activation"] = GeneralizedReLU(self.a, 1.0)
        return replace(self.family, **changes)

    def kappa(self, claim: SLQCClaim, n: int = 50) -> tuple[float, float]:
        """Smallest and largest kappa(eps) that the claim gives n random problems; nan: none."""
        family = self.instances()
        problems = family.decode(family.draw(np.random.default_rng(0), n)).problem
        kappas = np.broadcast_to(claim.kappa(np.full(n, self.eps), problems), n)
        given = kappas[np.isfinite(kappas)]
        return (float(given.min()), float(given.max())) if given.size else (np.nan, np.nan)

    def needed(self, seed: int) -> tuple[float, float]:
        """Largest kappa_emp(eps) of random instances, and after climbing from the worst ones."""
        rng = np.random.default_rng([seed, POINTS])
        return climb(self.instances(), lambda i: i.slqc().kappa_emp(self.eps), rng, draws=DRAWS)

    def largest_error(self, seed: int) -> float:
        """The largest err(w) - err(w*) found: no larger eps is of interest."""
        rng = np.random.default_rng([seed, 0])
        return climb(self.instances(), lambda i: i.slqc().gap, rng)[1]


def kind(family: Family) -> tuple:
    """What the claims of one map have in common: the instances, but for their size and slopes."""
    activation = getattr(family, "activation", None)
    sloped = isinstance(activation, GeneralizedReLU | None)
    options = ("outer_free", "outer_sign")
    return (
        type(family), None if sloped else type(activation),
        *(getattr(family, name, None) for name in options),
    )


def bound_name(family: Family) -> str | None:
    """The family's bound on the norm of the optimum."""
    names = {f.name for f in fields(family)}
    return next((name for name in ("W_max", "W1_max") if name in names), None)


def base_setting(claims: list[SLQCClaim], seed: int) -> Setting | None:
    """The middle of the map: an eps at which the last claim (the repaired one) says something.

    None if the claims' family has no bound W to vary, as nothing can be mapped then.
    """
    family = claims[0].families[-1]
    if bound_name(family) is None:
        return None
    sloped = isinstance(getattr(family, "activation", None), GeneralizedReLU | None)
    setting = Setting(family, SLOPE if sloped else None, float(getattr(family, bound_name(family))))
    grid = np.geomspace(1e-4, 1.0, 81) * setting.largest_error(seed)
    spoken = [eps for eps in grid if np.isfinite(replace(setting, eps=eps).kappa(claims[-1])[0])]
    return replace(setting, eps=float(spoken[len(spoken) // 2] if spoken else grid[-10]))


def draw(claims: list[SLQCClaim], seed: int) -> Figure | None:
    """The map of claims about one family of instances, or None if it has nothing to vary."""
    base = base_setting(claims, seed)
    if base is None:
        return None
    with style.in_style():
        return _draw(claims, base, seed)


def _draw(claims: list[SLQCClaim], base: Setting, seed: int) -> Figure:
    largest = base.largest_error(seed)
    ratios, bounds = np.geomspace(1, 100, POINTS), base.W * np.geomspace(0.5, 8, POINTS)
    errors = np.geomspace(1e-3, 0.9, POINTS + 1) * largest
    at_eps, at_W = f"ε = {base.eps:.3g}", f"W = {base.W:g}"
    slopes = "" if base.a is None else f", b/a = {1 / base.a:g}"
    panels = [
        ("W", f"{at_eps}{slopes}", bounds, lambda x: replace(base, W=x)),
        ("ε", f"{at_W}{slopes}", errors, lambda x: replace(base, eps=x)),
    ]
    if base.a is not None:
        panels.insert(
            0, ("b/a", f"{at_eps}, {at_W}", ratios, lambda x: replace(base, a=1 / x))
        )
    figure = style.new_figure(3.3 * len(panels), 3.5)
    all_axes = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, (name, fixed, xs, at) in zip(all_axes, panels, strict=True):
        panel(axes, claims, xs, at, seed)
        axes.set(xscale="log", yscale="log", xlabel=name, title=f"κ against {name}\n({fixed})")
        headroom(axes)
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            if high < 50 * low:
                axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_major_formatter("{x:g}")
            axis.set_minor_formatter(NullFormatter())
        axes.grid(True, color=style.PALE, linewidth=0.5)
    all_axes[0].set_ylabel("κ")
    handles, labels = all_axes[0].get_legend_handles_labels()
    for axes in all_axes[1:]:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            if label not in labels:
                handles, labels = [*handles, handle], [*labels, label]
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return figure


def panel(axes: Axes, claims: list[SLQCClaim], xs: np.ndarray, at, seed: int) -> None:
    """Lines of the claims and markers of what was found, at the settings at(x)."""
    smooth = np.geomspace(xs[0], xs[-1], 60)
    for i, claim in enumerate(claims):
        low, high = np.array([at(x).kappa(claim) for x in smooth]).T
        look = dict(color=style.INK, linestyle=LINES[i % 4], linewidth=WIDTHS[i % 4])
        silent = "" if np.isfinite(high).any() else " (claims nothing here)"
        axes.plot(smooth, high, label=f"{claim.id} asks{silent}", **look)
        if np.nanmax(np.append(high - low, 0)) > 1e-9 * np.nanmax(np.append(high, 0)):
            axes.fill_between(smooth, low, high, color=style.PALE, linewidth=0)
    needed = np.array([at(x).needed(seed) for x in xs])
    marks = (
        (".", {"color": style.ORANGE, "ms": 8}, rf"largest $\kappa_\mathrm{{emp}}$ {SAMPLE}"),
        ("^", {"color": style.BLUE, "ms": 6}, "after climbing from the worst of them"),
    )
    for (marker, look, label), values in zip(marks, needed.T, strict=True):
        seen = np.where((values > 0) & np.isfinite(values), values, np.nan)
        if np.isfinite(seen).any():
            axes.plot(xs, seen, marker, label=label, **look)
    hopeless = xs[np.isinf(needed[:, 1])]
    if hopeless.size:
        axes.plot(
            hopeless, np.full(len(hopeless), 0.96), "x", color=style.VERMILION, ms=7, mew=2,
            transform=axes.get_xaxis_transform(), label="an instance for which no κ is enough",
        )


def headroom(axes: Axes) -> None:
    """Keep the top of the panel free for the marks of 'no kappa is enough'."""
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, top * (top / bottom) ** 0.08)
