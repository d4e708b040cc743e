"""The quantities of section 5 as symbols, and what they are on an instance.

One GLM has numbers for each sample i, a layer for each sample i and output j. A page adds the
vector-level displays of its own.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from .. import norms
from ..activations import GeneralizedReLU
from ..arrays import Array
from ..problems import IdealisedGLM
from ..proofs import exact
from ..proofs.algebra import assumed
from ..proofs.families import Instance, P
from ..proofs.formula import NONNEGATIVE, Symbol, mean
from ..proofs.symbols import W, a, b, eps

# One GLM (sections 5.1 and 5.2)

g = Symbol("g", "gᵢ", "g(⟨w, xᵢ⟩), the subgradient of φ", "i", sign=NONNEGATIVE)
phi = Symbol("phi", "φ⟨w, xᵢ⟩", "the output", "i")
phi_star = Symbol("phi_star", "φ⟨w*, xᵢ⟩", "the output at the optimum", "i")
y = Symbol("y", "yᵢ", "the label", "i")
D = Symbol("D", "Dᵢ", "φ⟨w, xᵢ⟩ − φ⟨w*, xᵢ⟩", means=phi - phi_star)
dz = Symbol("dz", "⟨xᵢ, w − w*⟩", "the difference of the scores", "i")
norm_x = Symbol("norm_x", "‖xᵢ‖", "at most 1", "i", sign=NONNEGATIVE)
distance = Symbol("distance", "‖w − w*‖", "at most 2W", sign=NONNEGATIVE)
progress = Symbol("progress", "⟨G(w), w − w*⟩", "how far −G(w) points to w*")
norm_G = Symbol("norm_G", "‖G(w)‖", "", sign=NONNEGATIVE)
E = Symbol("E", "err(w)", "the error, Definition 2", means=mean(D**2))

g_above = assumed("g ≥ a", g, a)
g_below = assumed("g ≤ b", b, g)
error_above = assumed("err(w) ≥ ε", E, eps)
inputs_short = assumed("‖xᵢ‖² ≤ 1", 1, norm_x**2)
inputs_unit = assumed("‖xᵢ‖ ≤ 1", 1, norm_x)
points_near = assumed("‖w − w*‖ ≤ 2W", 2 * W, distance)
slopes_ordered = assumed("a ≤ b", b, a)
"""What the theorems assume, as facts for the certificates of their steps."""


def glm_terms(glm: IdealisedGLM, w: Array) -> dict[str, Any]:
    """The values of these symbols at w; of a stack of problems, an array for each."""
    activation = glm.activation
    z, z_star = along(glm.X, w), along(glm.X, glm.w_star)
    G = glm.subgradient(w)
    return glm.numbers | {
        "g": activation.g(z), "phi": activation.phi(z), "phi_star": activation.phi(z_star),
        "y": glm.y, "dz": along(glm.X, w - glm.w_star), "norm_x": norms.norm(glm.X),
        "distance": norms.norm(w - glm.w_star),
        "progress": norms.inner(G, w - glm.w_star), "norm_G": norms.norm(G),
    }


def in_fractions(
    kind: Callable[..., P], X: Any, star: Any, point: Any, a: Any = 1, b: Any = 1, W: Any = 1,
    **labels: Any,
) -> Instance[P]:
    """A GLM (labels=...: a noisy one) or a layer, with slopes a, b, and a point, in Fractions."""
    phi = GeneralizedReLU(*exact.rational([a, b]))
    drawn = {name: exact.rational(values) for name, values in labels.items()}
    problem = kind(exact.rational(X), exact.rational(star), phi, Fraction(W), **drawn)
    return Instance(problem, exact.rational(point))


def along(X: Array, u: Array) -> Array:
    """⟨xᵢ, u⟩ for every sample: X (..., m, d), u (..., d) -> (..., m)."""
    return (X @ u[..., None])[..., 0]


def worst_v(G: Array, center: Array, r: Any, ndim: int = 1) -> Array:
    """The point of B(center, r) where ⟨G, w − v⟩ is least: center + r G/‖G‖ (center if G = 0)."""
    norm = norms.norm(G, ndim)
    step = r / np.where(norm > 0, norm, 1)
    worst: Array = center + np.asarray(step).reshape(np.shape(step) + (1,) * ndim) * G
    return worst
