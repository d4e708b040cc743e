"""The map of a theorem: the kappa that its claims ask for, and the kappa that instances need.

Three panels: against b/a, against W (‖w*‖ ≤ W, or W1 for an inner layer) and against eps; one
line for each SLQC claim of the theorem (the paper's, the sharp or repaired one), markers for the
largest kappa_emp that was found. Nothing here knows a theorem: any SLQCClaim can be drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..proofs.claim import SLQCClaim
from ..proofs.climbing import climb
from ..proofs.families import Family
from .chart import Area, Chart, Item, Line, Marks, Panel

LOOKS = ("dashed", "solid", "dashdot", "dotted")
SLOPES = (0.1, 0.5, 0.8)  # a at b = 1 where it isn't varied: the first at which enough is said
POINTS = 6
ERRORS = np.geomspace(1e-4, 1.0, 81)  # eps as shares of the largest error
ENOUGH = 10  # of these, half a decade: less is no range to draw
DRAWS = 5000
SAMPLE = f"of {DRAWS:,} random instances"


@dataclass(frozen=True)
class Setting:
    """Where the map is evaluated. a (with b = 1) is None for activations without slopes a, b."""

    family: Family[Any]
    a: float | None
    W: float
    eps: float = np.nan

    def instances(self) -> Family[Any]:
        """The family with this a and W."""
        changes: dict[str, Any] = {str(bound_name(self.family)): self.W}
        if self.a is not None:
            changes["activation"] = GeneralizedReLU(self.a, 1.0)
        return replace(self.family, **changes)  # type: ignore[type-var]  # all are dataclasses

    def kappa(self, claim: SLQCClaim[Any], n: int = 200) -> tuple[float, float, float]:
        """kappa(eps) as the claim gives it to n random problems: 10%, 50% and 90% quantiles.

        All equal where kappa depends on a, b, W and eps alone; nan where it gives none to any.
        """
        family = self.instances()
        problems = family.decode(family.draw(np.random.default_rng(0), n)).problem
        kappas = np.broadcast_to(claim.kappa(np.full(n, self.eps), problems), n)
        given = kappas[np.isfinite(kappas)]
        if not given.size:
            return (np.nan, np.nan, np.nan)
        low, middle, high = np.quantile(given, (0.1, 0.5, 0.9), method="nearest").tolist()
        return low, middle, high

    def needed(self, seed: int) -> tuple[float, float]:
        """Largest kappa_emp(eps) of random instances, and after climbing from the worst ones."""
        rng = np.random.default_rng([seed, POINTS])
        return climb(self.instances(), lambda i: i.slqc().kappa_emp(self.eps), rng, draws=DRAWS)

    def largest_error(self, seed: int) -> float:
        """The largest err(w) - err(w*) found: no larger eps is of interest."""
        rng = np.random.default_rng([seed, 0])
        return climb(self.instances(), lambda i: i.slqc().gap, rng)[1]


def kind(family: Family[Any]) -> tuple[Any, ...]:
    """What the claims of one map have in common: the instances, but for their size and slopes."""
    activation = getattr(family, "activation", None)
    sloped = isinstance(activation, GeneralizedReLU | None)
    options = ("outer_free", "outer_sign")
    return (
        type(family), None if sloped else type(activation),
        *(getattr(family, name, None) for name in options),
    )


def bound_name(family: Family[Any]) -> str | None:
    """The family's bound on the norm of the optimum."""
    names = {f.name for f in fields(family)}  # type: ignore[arg-type]
    return next((name for name in ("W_max", "W1_max") if name in names), None)


def base_setting(claims: list[SLQCClaim[Any]], seed: int) -> Setting | None:
    """The middle of the map: an eps at which the last claim (the repaired one) says something.

    None if the claims' family has no bound W to vary, as nothing can be mapped then.
    """
    family = claims[0].families[-1]
    bound = bound_name(family)
    if bound is None:
        return None
    sloped = kind(family)[1] is None
    W = float(getattr(family, bound))
    for a in SLOPES if sloped else (None,):
        setting = Setting(family, a, W)
        grid = [replace(setting, eps=eps) for eps in ERRORS * setting.largest_error(seed)]
        spoken = [at for at in grid if np.isfinite(at.kappa(claims[-1])[0])]
        if len(spoken) >= ENOUGH:
            break
    return spoken[len(spoken) // 2] if spoken else grid[-ENOUGH]


CAPTION = (
    "The κ that each claim asks for (lines) and the κ that instances were found to need (markers, "
    "a sample). A claim fails where a marker lies above its line; the space between is what a "
    "bound gives away. A line is missing where a claim says nothing. Where the κ of a claim "
    "depends on the instance, line and markers needn’t be of the same one."
)


def draw(claims: list[SLQCClaim[Any]], seed: int) -> Chart | None:
    """The map of claims about one family of instances, or None if it has nothing to vary."""
    base = base_setting(claims, seed)
    if base is None:
        return None
    largest = base.largest_error(seed)
    ratios, bounds = np.geomspace(1, 100, POINTS), base.W * np.geomspace(0.5, 8, POINTS)
    errors = np.geomspace(1e-3, 0.9, POINTS + 1) * largest
    at_eps, at_W = f"ε = {base.eps:.3g}", f"W = {base.W:g}"
    slopes = "" if base.a is None else f", b/a = {1 / base.a:g}"
    panels = [
        panel("W", f"{at_eps}{slopes}", claims, bounds, lambda x: replace(base, W=x), seed),
        panel("ε", f"{at_W}{slopes}", claims, errors, lambda x: replace(base, eps=x), seed),
    ]
    if base.a is not None:
        panels.insert(0, panel(
            "b/a", f"{at_eps}, {at_W}", claims, ratios, lambda x: replace(base, a=1 / x), seed
        ))
    return Chart("Map of κ", tuple(panels), CAPTION)


def panel(
    name: str, fixed: str, claims: list[SLQCClaim[Any]], xs: Array,
    at: Callable[[float], Setting], seed: int,
) -> Panel:
    """Lines of the claims and markers of what was found, at the settings at(x)."""
    smooth = np.geomspace(xs[0], xs[-1], 25)
    items: list[Item] = []
    for i, claim in enumerate(claims):
        low, middle, high = np.array([at(x).kappa(claim) for x in smooth]).T
        asks = "asks" if np.isfinite(middle).any() else "claims nothing here"
        items.append(Line(smooth, middle, LOOKS[i % len(LOOKS)], f"{claim.id} {asks}"))
        some = np.isfinite(low)
        if np.any(high > low * (1 + 1e-9)):
            items.insert(0, Area(
                np.concatenate([smooth[some], smooth[some][::-1]]),
                np.concatenate([high[some], low[some][::-1]]), "band",
                "where it depends on the instance: its middle 80%",
            ))
    needed = np.array([at(x).needed(seed) for x in xs])
    marks = (
        ("dot", "sample", f"largest κ_emp {SAMPLE}"),
        ("triangle", "climbed", "after climbing from the worst of them"),
    )
    for (shape, look, label), values in zip(marks, needed.T, strict=True):
        seen = np.where((values > 0) & np.isfinite(values), values, np.nan)
        if np.isfinite(seen).any():
            items.append(Marks(xs, seen, shape, look, label))
    drawn = np.concatenate([np.ravel(item.y) for item in items])
    drawn = drawn[np.isfinite(drawn) & (drawn > 0)]
    bottom, top = (0.8 * drawn.min(), 1.25 * drawn.max()) if drawn.size else (0.1, 10.0)
    hopeless = xs[np.isinf(needed[:, 1])]
    if hopeless.size:  # at the top, in room of its own
        top *= (top / bottom) ** 0.12
        high = np.full(len(hopeless), top / (top / bottom) ** 0.05)
        items.append(Marks(
            hopeless, high, "cross", "failing", "an instance for which no κ is enough"
        ))
    return Panel(
        f"κ against {name} ({fixed})", name, "κ", tuple(items), x_log=True, y_log=True,
        y_limits=(float(bottom), float(top)),
    )
