"""The quantities of section 5.4, for a layer: numbers for each sample i and output j."""

from typing import Any

from .. import norms
from ..arrays import Array
from ..problems import IdealisedLayer
from ..proofs.algebra import assumed
from ..proofs.formula import NONNEGATIVE, Symbol, largest, mean
from ..proofs.symbols import W, b, eps, gamma

g = Symbol("g", "gᵢⱼ", "g(⟨wⱼ, xᵢ⟩), the subgradient of φ", "ij", sign=NONNEGATIVE)
phi = Symbol("phi", "φ⟨wⱼ, xᵢ⟩", "output j", "ij")
phi_star = Symbol("phi_star", "φ⟨wⱼ*, xᵢ⟩", "output j at the optimum", "ij")
y = Symbol("y", "yᵢⱼ", "the label", "ij")
D = Symbol("D", "Dᵢⱼ", "φ⟨wⱼ, xᵢ⟩ − φ⟨wⱼ*, xᵢ⟩", means=phi - phi_star)
dz = Symbol("dz", "⟨xᵢ, wⱼ − wⱼ*⟩", "the difference of the scores", "ij")
column = Symbol("column", "‖wⱼ − wⱼ*‖", "at most 2W", "j", sign=NONNEGATIVE)
progress = Symbol("progress", "⟨G(W), W − W*⟩", "how far −G(W) points to W*; Frobenius")
norm_G = Symbol("norm_G", "‖G(W)‖", "of the subgradient; Frobenius", sign=NONNEGATIVE)
E = Symbol("E", "err(W)", "the error, the display before Theorem 3", means=mean(D**2))

g_above = assumed("g ≥ γ", g, gamma)
g_below = assumed("g ≤ b", b, g)
error_above = assumed("err(W) ≥ ε", E, eps)
columns_near = assumed("‖wⱼ − wⱼ*‖ ≤ 2W", 2 * W, largest(column))


def layer_terms(layer: IdealisedLayer, W: Array) -> dict[str, Any]:
    """The values of these symbols at W; of a stack of problems, an array for each."""
    activation, step = layer.activation, W - layer.W_star
    z, z_star = layer.X @ W, layer.X @ layer.W_star
    return layer.numbers | {
        "g": activation.g(z), "phi": activation.phi(z), "phi_star": activation.phi(z_star),
        "y": layer.Y, "dz": layer.X @ step, "norm_x": norms.norm(layer.X),
        "progress": norms.inner(layer.subgradient(W), step, 2),
    }
