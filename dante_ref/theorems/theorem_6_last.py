"""Theorem 6 with Algorithm 1 as printed, which returns the last iterate: false.

On the real line, with w* = 0 and the even function

    f(w) = h(w^2),   h(v) = 3v (v - 1/2)^2 + v/10 = (60 v^3 - 60 v^2 + 17 v)/20,

f(w) - f(0) > 1 only where |w| > 1, since h <= 0.85 on [0, 1]; and there w f'(w) > 0, since h' > 0
from v = 1/2 on. In one dimension the point w + f'(w)/|f'(w)| r of Definition 1 is at the distance
|w| of w* at least, so f is (1, 1, 0)-SLQC everywhere: eps = kappa = eta = 1. Take f_t = f for every
minibatch, so delta = 0 and any b will do.

From w_1 = 3/2, T >= 9/4 steps are asked for. But h'(1/4) < 0: SNGD goes 3/2, 1/2, 3/2, 1/2, ...
for ever. The best iterate has f = 0.07; w_T for every odd T, and w_{T+1} for every even T, has
f = 20.9, where 3 eps = 3 is promised. (No such example is known among GLMs with the sharp eta:
there a step after a good iterate adds at most b eta to the root of the error.)
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .. import checks
from ..proofs import exact
from ..proofs.claim import Claim, Item, Verdict
from ..proofs.families import Family, Instance
from ..slqc import SLQC, slqc_at


@dataclass(frozen=True)
class Ridges:
    """The function f, as a problem over one weight, w (..., 1); Fractions stay exact."""

    point_name: ClassVar[str] = "w"

    @property
    def optimum(self) -> np.ndarray:
        """w* = 0."""
        return np.zeros(1, dtype=int)

    def check(self) -> "Ridges":
        """Nothing can be wrong."""
        return self

    def check_point(self, w: np.ndarray) -> np.ndarray:
        """w, if it is one number (or a stack of them)."""
        w = checks.real_array("w", w, min_ndim=1)
        checks.shape_is("w", w, (*w.shape[:-1], 1), "(..., 1)")
        return w

    def error(self, w: np.ndarray) -> np.ndarray:
        """f(w) = h(w^2)."""
        v = w[..., 0] ** 2
        return (60 * v**3 - 60 * v**2 + 17 * v) / 20

    def subgradient(self, w: np.ndarray) -> np.ndarray:
        """f'(w) = 2w h'(w^2)."""
        v = w**2
        return 2 * w * (180 * v**2 - 120 * v + 17) / 20

    def slqc(self, w: np.ndarray) -> SLQC:
        """Definition 1 at w with respect to w* = 0."""
        return slqc_at(w, self.optimum, self.error(w), 0 * self.error(w), self.subgradient(w))

    def arrays(self) -> dict[str, np.ndarray]:
        """The coefficients of h, from v^0 to v^3."""
        return {"h": np.array([0, 17, -60, 60]) / 20}


EPS = KAPPA = ETA = 1


def iterates(w: np.ndarray, T: int) -> list[np.ndarray]:
    """w_1, ..., w_{T+1} of SNGD with eta = 1; where f' = 0 the step is skipped."""
    points = [w]
    for _ in range(T):
        w = w - ETA * np.sign(Ridges().subgradient(w))
        points.append(w)
    return points


def margin(instances: Instance) -> np.ndarray:
    """3 eps over the larger of f(w_T) and f(w_{T+1}), T the least whole number >= w_1^2.

    w_{T+1} is what T + 1 steps return as their w_T, and T as the point after the last step.
    """
    f, w = instances.problem, instances.point
    T = np.maximum(np.ceil(w[..., 0] ** 2), 1).astype(int)
    points = np.stack(iterates(w, int(T.max())), axis=-2)
    errors = f.error(points)
    last = np.take_along_axis(errors, np.stack([T - 1, T], axis=-1), axis=-1).max(axis=-1)
    return np.where(last > 0, 3 * EPS / np.where(last > 0, last, 1.0), np.inf)


def counterexample() -> Instance:
    """w_1 = 3/2, as a Fraction."""
    return Instance(Ridges(), exact.rational(["3/2"]))


def refuted_exactly() -> bool:
    """T = 3 >= 9/4 and T = 4: f(w_3) = f(w_5) = 6687/320 > 3, by Fractions alone."""
    f, w = Ridges(), counterexample().point
    points = iterates(w, 4)
    least_T = (KAPPA * w[0] / EPS) ** 2
    return least_T <= 3 and all(f.error(points[T - 1]) > 3 * EPS for T in (3, 5))


@dataclass(frozen=True)
class RidgesFamily(Family):
    """Starts w_1 in (-3, 3)."""

    @property
    def blocks(self):
        return {"w": (1,)}

    def build(self, w):
        return Instance(Ridges(), 3 * w / (1 + np.abs(w)))


CLAIMS = (
    Claim(
        id="theorem-6-last",
        theorem=Item.THEOREM_6,
        source="Theorem 6 with Algorithm 1 as printed",
        statement="with T >= kappa^2 ||w_1 - w*||^2/eps^2, eta = eps/kappa and b as in Theorem 6, "
        "the last iterate w_T has f(w) - f(w*) <= 3 eps with probability >= 1 - 2 delta",
        verdict=Verdict.REFUTED,
        families=(RidgesFamily(),),
        worst=lambda: exact.as_floats(counterexample()),
        margin=margin,
        exactly=refuted_exactly,
    ),
)
