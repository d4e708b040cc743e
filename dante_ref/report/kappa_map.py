"""The map of a theorem: the kappa that its claims ask for, and the kappa that instances need.

Three panels: against b/a, against W (||w*|| <= W, or W1 for an inner layer) and against eps; one
line for each SLQC claim of the theorem (the paper's, the sharp or repaired one), markers for the
largest kappa_emp that was found. Nothing here knows a theorem: any SLQCClaim can be drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter

from ..activations import GeneralizedReLU
from ..proofs.claim import SLQCClaim
from ..proofs.climbing import climb
from ..proofs.families import Family
from . import style

LINES = ((0, (5, 2)), "-", (0, (5, 1.5, 1, 1.5)), (0, (1, 1.2)))
WIDTHS = (1.5, 2.2, 1.5, 1.5)
SLOPES = (0.1, 0.5, 0.8)  # a at b = 1 where it isn't varied: the first at which enough is said
POINTS = 6
ERRORS = np.geomspace(1e-4, 1.0, 81)  # eps as shares of the largest error
ENOUGH = 10  # of these, half a decade: less is no range to draw
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

    def kappa(self, claim: SLQCClaim, n: int = 200) -> tuple[float, float, float]:
        """kappa(eps) as the claim gives it to n random problems: 10%, 50% and 90% quantiles.

        All equal where kappa depends on a, b, W and eps alone; nan where it gives none to any.
        """
        family = self.instances()
        problems = family.decode(family.draw(np.random.default_rng(0), n)).problem
        kappas = np.broadcast_to(claim.kappa(np.full(n, self.eps), problems), n)
        given = kappas[np.isfinite(kappas)]
        if not given.size:
            return (np.nan, np.nan, np.nan)
        return tuple(float(q) for q in np.quantile(given, (0.1, 0.5, 0.9), method="nearest"))

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
    sloped = kind(family)[1] is None
    W = float(getattr(family, bound_name(family)))
    for a in SLOPES if sloped else (None,):
        setting = Setting(family, a, W)
        grid = [replace(setting, eps=eps) for eps in ERRORS * setting.largest_error(seed)]
        spoken = [at for at in grid if np.isfinite(at.kappa(claims[-1])[0])]
        if len(spoken) >= ENOUGH:
            break
    return spoken[len(spoken) // 2] if spoken else grid[-ENOUGH]


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
    legend(figure, all_axes)
    return figure


def legend(figure: Figure, all_axes: Sequence[Axes]) -> None:
    """One legend for all panels; of a line that is empty in every one it says so."""
    found: dict[str, list] = {}
    for axes in all_axes:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(label, []).append(handle)
    labels = [
        f"{label.removesuffix(' asks')} claims nothing here"
        if all(isinstance(h, Line2D) and np.isnan(h.get_ydata()).all() for h in handles)
        else label
        for label, handles in found.items()
    ]
    handles = [handles[0] for handles in found.values()]
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)


def panel(axes: Axes, claims: list[SLQCClaim], xs: np.ndarray, at, seed: int) -> None:
    """Lines of the claims and markers of what was found, at the settings at(x)."""
    smooth = np.geomspace(xs[0], xs[-1], 60)
    for i, claim in enumerate(claims):
        low, middle, high = np.array([at(x).kappa(claim) for x in smooth]).T
        look = {"color": style.INK, "linestyle": LINES[i % 4], "linewidth": WIDTHS[i % 4]}
        axes.plot(smooth, middle, label=f"{claim.id} asks", **look)
        if np.any(high > low * (1 + 1e-9)):
            axes.fill_between(
                smooth, low, high, color=style.PALE, linewidth=0,
                label="where it depends on the instance: its middle 80%",
            )
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
