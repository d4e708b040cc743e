"""The map of a theorem: the kappa that its claims ask for, and the kappa that instances need.

Three panels: against b/a, against W (‖w*‖ ≤ W, or W1 for an inner layer) and against eps; one
line for each SLQC claim of the theorem (the paper's, the sharp or repaired one), markers for the
largest kappa_emp that was found. Nothing here knows a theorem: any SLQCClaim can be drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..proofs.claim import SLQCClaim
from ..proofs.climbing import climb
from ..proofs.families import Family, Instance
from .chart import Area, Chart, Curve, Element, Marks, Panel

LOOKS = ("dashed", "solid", "dashdot", "dotted")
SLOPES = np.array([0.1, 0.5, 0.8])  # a at b = 1 where it isn't varied: the first with enough said
POINTS = 6
ERRORS = np.geomspace(1e-4, 1.0, 81)  # eps as shares of the largest error
ENOUGH = 10  # of these, half a decade: less is no range to draw
DRAWS = 5000
SAMPLE = f"of {DRAWS:,} random instances"


@dataclass(frozen=True)
class Places:
    """k places of the map: a (with b = 1), W and eps, each (k,).

    a is None for activations without slopes a, b.
    """

    family: Family[Any]
    a: Array | None
    W: Array
    eps: Array

    def along(self, xs: Array, **varied: Array) -> "Places":
        """This one place for each of xs, with one of a, W and eps varied."""
        held: dict[str, Any] = {
            name: None if (value := getattr(self, name)) is None else np.repeat(value, len(xs))
            for name in ("a", "W", "eps")
        }
        return replace(self, **held | varied)

    def instances(self, theta: Array) -> Instance[Any]:
        """theta (k, n, p) as one stack: n instances at each place."""
        n = theta.shape[1]
        return self._with(n).decode(theta.reshape(-1, theta.shape[2]))

    def _with(self, n: int) -> Family[Any]:
        """The family with the a and W of n instances at each place."""
        changes: dict[str, Any] = {str(bound_name(self.family)): np.repeat(self.W, n)}
        if self.a is not None:
            a = np.repeat(self.a, n)
            changes["activation"] = GeneralizedReLU(a, np.ones_like(a))
        return replace(self.family, **changes)  # type: ignore[type-var]  # all are dataclasses

    def kappa(self, claim: SLQCClaim[Any], n: int = 200) -> Array:
        """kappa(eps) as the claim gives it to n random problems: 10, 50 and 90% quantiles, (k, 3).

        All equal where kappa depends on a, b, W and eps alone; nan where it gives none to any.
        """
        theta = self._with(n).draw(np.random.default_rng(0), n)
        problems = self.instances(np.broadcast_to(theta, (len(self.W), *theta.shape))).problem
        eps = np.repeat(self.eps, n)
        kappas = np.broadcast_to(claim.kappa(eps, problems), eps.shape).reshape(-1, n)
        return np.array([
            np.quantile(given, (0.1, 0.5, 0.9), method="nearest") if given.size else [np.nan] * 3
            for given in (row[np.isfinite(row)] for row in kappas)
        ])

    def largest(self, height: Callable[[Instance[Any]], Array], seed: int, **effort: int) -> Array:
        """The largest height of random instances, and after climbing from the worst: (2, k)."""
        def heights(theta: Array) -> Array:
            return height(self.instances(theta)).reshape(theta.shape[:2])

        rng = np.random.default_rng([seed, POINTS])
        return climb(self._with(1), heights, rng, places=len(self.W), **effort)

    def needed(self, seed: int, draws: int = DRAWS, **effort: int) -> Array:
        """The largest kappa_emp(eps), as `largest`."""
        def kappa_emp(instances: Instance[Any]) -> Array:
            n = len(instances.point) // len(self.eps)
            return instances.slqc().kappa_emp(np.repeat(self.eps, n))

        return self.largest(kappa_emp, seed, draws=draws, **effort)

    def largest_error(self, seed: int) -> Array:
        """The largest err(w) - err(w*) found, (k,): no larger eps is of interest."""
        gaps: Array = self.largest(lambda instances: instances.slqc().gap, seed)[1]
        return gaps


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
    return next((name for name in ("W_max", "W1_max") if hasattr(family, name)), None)


def middle(claims: list[SLQCClaim[Any]], seed: int) -> tuple[Places, float] | None:
    """The middle of the map, an eps at which the last claim (the repaired one) says something.

    And the largest error there. None if the claims' family has no bound W to vary, as nothing can
    be mapped then.
    """
    family = claims[0].families[-1]
    bound = bound_name(family)
    if bound is None:
        return None
    slopes = SLOPES if kind(family)[1] is None else None
    W = np.full(1 if slopes is None else len(slopes), float(getattr(family, bound)))
    for k, largest in enumerate(Places(family, slopes, W, W).largest_error(seed)):
        eps = ERRORS * largest
        here = Places(family, None if slopes is None else slopes[k:k + 1], W[:1], eps[:1])
        spoken = eps[np.isfinite(here.along(eps, eps=eps).kappa(claims[-1])[:, 0])]
        if len(spoken) >= ENOUGH:
            break
    at = spoken[len(spoken) // 2] if len(spoken) else eps[-ENOUGH]
    return replace(here, eps=np.array([at])), float(largest)


CAPTION = (
    "The κ that each claim asks for (lines) and the κ that instances were found to need (markers, "
    "a sample). A claim fails where a marker lies above its line; the space between is what a "
    "bound gives away. A line is missing where a claim says nothing. Where the κ of a claim "
    "depends on the instance, line and markers needn’t be of the same one."
)


def draw(claims: list[SLQCClaim[Any]], seed: int) -> Chart | None:
    """The map of claims about one family of instances, or None if it has nothing to vary."""
    found = middle(claims, seed)
    if found is None:
        return None
    base, largest = found
    held = {"ε": base.eps[0], "W": base.W[0]} | (
        {} if base.a is None else {"b/a": 1 / base.a[0]}
    )
    axes: dict[str, tuple[Array, Callable[[Array], Places]]] = {
        "b/a": (np.geomspace(1, 100, POINTS), lambda x: base.along(x, a=1 / x)),
        "W": (held["W"] * np.geomspace(0.5, 8, POINTS), lambda x: base.along(x, W=x)),
        "ε": (np.geomspace(1e-3, 0.9, POINTS + 1) * largest, lambda x: base.along(x, eps=x)),
    }
    panels = []
    for name in (axis for axis in axes if axis in held):
        fixed = ", ".join(f"{other} = {value:.3g}" for other, value in held.items()
                          if other != name)
        panels.append(panel(claims, name, fixed, *axes[name], seed))
    return Chart("Map of κ", tuple(panels), CAPTION)


def panel(
    claims: list[SLQCClaim[Any]], name: str, fixed: str, xs: Array,
    at: Callable[[Array], Places], seed: int,
) -> Panel:
    """Lines of the claims and markers of what was found, at the places at(x)."""
    smooth = np.geomspace(xs[0], xs[-1], 25)
    items: list[Element] = []
    for i, claim in enumerate(claims):
        low, middle, high = at(smooth).kappa(claim).T
        asks = "asks" if np.isfinite(middle).any() else "claims nothing here"
        items.append(Curve(smooth, middle, LOOKS[i % len(LOOKS)], f"{claim.id} {asks}"))
        some = np.isfinite(low)
        if np.any(high > low * (1 + 1e-9)):
            items.insert(0, Area(
                np.concatenate([smooth[some], smooth[some][::-1]]),
                np.concatenate([high[some], low[some][::-1]]), "band",
                "where it depends on the instance: its middle 80%",
            ))
    needed = at(xs).needed(seed)
    marks = (
        ("dot", "sample", f"largest κ_emp {SAMPLE}"),
        ("triangle", "climbed", "after climbing from the worst of them"),
    )
    for (shape, look, label), values in zip(marks, needed, strict=True):
        seen = np.where((values > 0) & np.isfinite(values), values, np.nan)
        if np.isfinite(seen).any():
            items.append(Marks(xs, seen, look, label, shape))
    drawn = np.concatenate([np.ravel(item.y) for item in items])
    drawn = drawn[np.isfinite(drawn) & (drawn > 0)]
    bottom, top = (0.8 * drawn.min(), 1.25 * drawn.max()) if drawn.size else (0.1, 10.0)
    hopeless = xs[np.isinf(needed[1])]
    if hopeless.size:  # at the top, in room of its own
        top *= (top / bottom) ** 0.12
        high = np.full(len(hopeless), top / (top / bottom) ** 0.05)
        items.append(Marks(
            hopeless, high, "failing", "an instance for which no κ is enough", "cross"
        ))
    room = (xs[-1] / xs[0]) ** 0.05
    return Panel(
        f"κ against {name} ({fixed})", name, "κ", tuple(items), (xs[0] / room, xs[-1] * room),
        (float(bottom), float(top)), x_log=True, y_log=True,
    )
