"""Definitions 1 and 4 (section 3.2): Strict Local Quasi-Convexity, decided exactly.

Clause 2 asks ⟨∇f(x), y − x⟩ ≤ 0 for every y in B(z, r), r = ε/κ. Its largest value
over that ball is taken at y = z + r G/‖G‖, G = ∇f(x):

    max_y ⟨G, y − x⟩ = ⟨G, z − x⟩ + r ‖G‖,

so f is (ε, κ, z)-SLQC in x iff

    f(x) − f(z) ≤ ε   or   (‖G‖ > 0 and ⟨G, x − z⟩ ≥ r ‖G‖).

No point of the ball is ever sampled. Definition 4 is the same with the Frobenius product.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import balls, checks
from .arrays import Array, Real
from .norms import inner, norm


@dataclass(frozen=True)
class SLQC:
    """The three numbers that decide SLQC at a point x, or at each of a stack of points.

    gap            f(x) - f(z)
    gradient_norm  ‖G‖, G = ∇f(x)
    progress       ⟨G, x − z⟩

    Each is an array of the stack's shape (0-d for one point).
    """

    gap: Array
    gradient_norm: Array
    progress: Array

    @classmethod
    def at(
        cls, x: Array, z: Array, f_x: Real, f_z: Real, gradient: Array, ndim: int = 1
    ) -> "SLQC":
        """The three at x with respect to z, of arrays that are checked (else: `slqc_at`)."""
        return cls(
            gap=np.asarray(f_x - f_z), gradient_norm=norm(gradient, ndim),
            progress=inner(gradient, x - z, ndim),
        )

    def holds(
        self, eps: Real, kappa: Real, rounding: float = 0.0
    ) -> Array:
        """Is f (ε, κ, z)-SLQC in x? Booleans of the stack's shape.

        `rounding` forgives an inequality missed by that relative amount (floating point).
        Raises InputError unless eps > 0 and kappa > 0.
        """
        eps = checks.numbers_in("eps", eps, above=0)
        kappa = checks.numbers_in("kappa", kappa, above=0)
        checks.number("rounding", rounding, at_least=0)
        suboptimal = self.gap > eps * (1 + rounding)
        reaches = self.progress * (1 + rounding) >= eps / kappa * self.gradient_norm
        return ~suboptimal | ((self.gradient_norm > 0) & reaches)

    def kappa_emp(self, eps: Real) -> Array:
        """The smallest κ for which SLQC holds at x with this ε.

        0 where clause 1 holds (any κ > 0 will do); else ε ‖G‖ / ⟨G, x − z⟩, or inf
        where G = 0 or ⟨G, x − z⟩ ≤ 0, as no κ will do.
        Raises InputError unless eps > 0.
        """
        eps = checks.numbers_in("eps", eps, above=0)
        possible = (self.gradient_norm > 0) & (self.progress > 0)
        with np.errstate(over="ignore"):  # beyond the largest float: inf
            smallest = eps * self.gradient_norm / np.where(possible, self.progress, 1.0)
        return np.where(self.gap <= eps, 0.0, np.where(possible, smallest, np.inf))

    def margin(self, kappa: Callable[[Array], Real]) -> Array:
        """inf over ε < gap of ⟨G, x − z⟩ / (r ‖G‖), r = ε/κ(ε).

        The claim 'SLQC at x for all ε > 0' is true iff margin >= 1. It is 1/worst_ratio, but
        stays finite and keeps falling where the gradient points away from z.

        `kappa` is a function of eps for which eps/kappa(eps) does not fall as eps grows (so it is
        for every kappa of `theorems`): the worst eps is then the limit eps -> gap. It is nan where
        nothing is claimed; there, and where gap <= 0, the margin is inf. A zero gradient has
        margin -inf: clause 2 asks ‖G‖ > 0.
        """
        eps = np.where(self.gap > 0, self.gap, 1.0)
        claimed = np.asarray(kappa(eps))
        silent = (self.gap <= 0) | np.isnan(claimed)
        stuck = self.gradient_norm == 0
        reach = eps / np.where(silent, 1.0, claimed) * np.where(stuck, 1.0, self.gradient_norm)
        return np.where(silent, np.inf, np.where(stuck, -np.inf, self.progress / reach))

    def worst_ratio(self, kappa: Callable[[Array], Real]) -> Array:
        """sup over ε < gap of κ_emp(ε)/κ(ε) = 1/margin; inf where margin <= 0."""
        return ratio(self.margin(kappa))


def radius(eps: Real, kappa: Real) -> Real:
    """ε/κ, the radius of the ball in Definitions 1 and 4. InputError unless kappa > 0."""
    eps = checks.numbers_in("eps", eps, at_least=0)
    r: Real = eps / checks.numbers_in("kappa", kappa, above=0)
    return r


def ratio(margin: Real) -> Array:
    """κ_emp/κ from a margin: 1/margin, inf where margin <= 0 (no κ is enough)."""
    margin = np.asarray(margin)
    positive = margin > 0
    with np.errstate(over="ignore"):  # 1/(a denormal number) is inf: no κ is enough
        return np.where(positive, 1 / np.where(positive, margin, 1.0), np.inf)


def slqc_at(
    x: Array, z: Array, f_x: Real, f_z: Real,
    gradient: Array, *, ndim: int = 1,
) -> SLQC:
    """SLQC's numbers at x with respect to z (Definition 1: ndim=1; Definition 4: ndim=2).

    x, z and gradient are (..., d) or (..., d, d'), f_x and f_z have the stack's shape (...).

    Raises InputError for arrays that aren't finite real numbers of these shapes.
    """
    axes = balls.axes(ndim)
    x, z, gradient = checks.stacks(x=(x, axes), z=(z, axes), gradient=(gradient, axes))
    f_x, f_z = checks.stacks(f_x=(f_x, ""), f_z=(f_z, ""))
    return SLQC.at(x, z, f_x, f_z, gradient, ndim)
