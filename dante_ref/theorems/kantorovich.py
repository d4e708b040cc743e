"""The companion's sharp theorem behind Theorems 1 and 3: one proof for a GLM and for a layer.

Let φ be monotone with slopes in [γ, L], ‖xᵢ‖ ≤ 1, and yᵢ = φ⟨W*, xᵢ⟩. Then err is
(ε, κ(ε), W*)-SLQC in every W, for every ε > 0, with

    κ(ε) = ((γ + L)/2) √(Lε/γ)

The bound is free of W; (γ + L)/(2√(γL)) is the root of the Kantorovich constant K. For the
generalized ReLU γ = a and L = b, and `tight_instance` attains it in the limit W → ∞,
`tight_layer_instance` at every W: with two outputs no κ is smaller (with one: `finite_w`).
"""

from fractions import Fraction
from typing import Any

import numpy as np

from .. import checks, norms
from ..activations import GeneralizedReLU
from ..problems import IdealisedGLM, IdealisedLayer
from ..proofs.derivation import ABOVE, AT_LEAST, EQUAL, Line, derivation
from ..proofs.families import Instance
from ..proofs.formula import ZERO, Formula, Symbol, mean, sqrt, total
from ..proofs.known import definition, identity
from ..proofs.lemmas import between, lipschitz, root_mean_square, triangle
from ..proofs.proof import Proof
from ..proofs.symbols import L, checked, eps, gamma, on_problem
from .layer_terms import D, E, dz, error_above, g, g_above, layer_terms, norm_G, progress
from .terms import inputs_unit, norm_x

# The statement


def sharp(low: Formula, high: Formula) -> Formula:
    """κ(ε) for slopes between these two."""
    return (low + high) / 2 * sqrt(high * eps / low)


def constant_of(low: Formula, high: Formula) -> Formula:
    """The Kantorovich constant of slopes between these two."""
    return (low + high) ** 2 / (4 * low * high)


KAPPA = sharp(gamma, L)
K = Symbol("K", "K", "the Kantorovich constant", means=constant_of(gamma, L))

kappa = on_problem(KAPPA)
kappa_sharp = checked(KAPPA, eps, gamma, L)
constant = checked(K, gamma, L)


# The proof

kappa_ = Symbol("kappa", "κ", "of the theorem", means=KAPPA)
steep = mean(g**2 * D**2)
size = sqrt(total(g**2 * D**2))
amount = 2 * sqrt(gamma * L * E) / (gamma + L)


def half_slack(
    g: Formula, D: Formula, root: Formula, E: Formula, low: Formula, high: Formula
) -> Formula:
    """What mean gD² leaves above 2√(γL err)/(γ + L) · root, over L, where root² = mean g²D²."""
    square = (root - sqrt(low * high * E)) ** 2
    return (mean(between(g, low, high) * D**2) + square) / (high * (low + high))


SHARP_FORM = derivation(
    "sharp form",
    progress,
    Line(EQUAL, 2 * mean(g * D * dz), "definition of G", known=definition()),
    Line(AT_LEAST, 2 / L * mean(g * D**2), "φ is monotone and L-Lipschitz, so D² ≤ L D ⟨x, w − w*⟩",
         known=identity(2 * mean(g / L * lipschitz(D, dz, L)))),
    Line(AT_LEAST, 2 / L * ((steep + gamma * L * E) / (gamma + L)),
         "(g − γ)(L − g) ≥ 0, so g ≥ (g² + γL)/(γ + L)",
         known=identity(2 / (L * (gamma + L)) * mean(between(g, gamma, L) * D**2))),
    Line(AT_LEAST, 2 / L * amount * sqrt(steep), "arithmetic ≥ geometric mean",
         known=identity(2 / (L * (gamma + L)) * (sqrt(steep) - sqrt(gamma * L * E)) ** 2)),
    Line(AT_LEAST, amount / L * norm_G,
         "‖G‖ ≤ 2 mean ‖gᵢ ∘ Dᵢ‖ ‖xᵢ‖ and ‖xᵢ‖ ≤ 1, then Jensen",
         known=identity(2 * amount / L * (
             root_mean_square(size) + mean(size * inputs_unit)
             + triangle(norm_G / 2, size * norm_x)
         ))),
    Line(AT_LEAST, eps / kappa_ * norm_G, "err(W) ≥ ε",
         known=identity(2 * sqrt(gamma / L) / (gamma + L) * norm_G
                        * (error_above / (sqrt(E) + sqrt(eps))))),
)

NOT_ZERO = derivation(
    "‖G(W)‖ > 0",
    progress,
    Line(EQUAL, 2 * mean(g * D * dz), "definition of G", known=definition()),
    Line(AT_LEAST, 2 / L * mean(g * D**2), "φ is monotone and L-Lipschitz",
         known=identity(2 * mean(g / L * lipschitz(D, dz, L)))),
    Line(AT_LEAST, 2 * (gamma / L) * E, "g ≥ γ", known=identity(2 / L * mean(g_above * D**2))),
    Line(AT_LEAST, 2 * (gamma / L) * eps, "err(W) ≥ ε",
         known=identity(2 * (gamma / L) * error_above)),
    Line(ABOVE, ZERO, "ε > 0; the product is not 0, so neither is G(W)",
         known=identity(2 * (gamma / L) * eps)),
)


def as_layer(
    instance: Instance[IdealisedGLM] | Instance[IdealisedLayer]
) -> Instance[IdealisedLayer]:
    """A GLM as the layer with one output, d' = 1; a layer as it is."""
    problem, w = instance.problem, instance.point
    if isinstance(problem, IdealisedLayer):
        return Instance(problem, w)
    layer = IdealisedLayer(problem.X, problem.w_star[..., None], problem.activation, problem.W_max)
    return Instance(layer, w[..., None])


def values(
    instance: Instance[IdealisedGLM] | Instance[IdealisedLayer], eps: Any
) -> dict[str, Any]:
    """What the symbols of both derivations stand for, for a GLM or a layer."""
    layer, W = (of := as_layer(instance)).problem, of.point
    norm = norms.norm(layer.subgradient(W), 2)
    return layer_terms(layer, W) | {"eps": eps, "norm_G": norm}


PROOF: Proof[Any] = Proof("companion", (SHARP_FORM, NOT_ZERO), values)
"""⟨G, W − W*⟩ ≥ (ε/κ) ‖G‖ whenever err(W) ≥ ε, and ‖G‖ > 0: both halves of clause 2, by `slqc`."""


# The worst instances


def tight_instance(
    a: float = 0.1, b: float = 1.0, E: float = 0.01, W: float = 1000.0, t: float = 1e-6
) -> Instance[IdealisedGLM]:
    """A GLM in ℝ³ and a point w where err(w) = E and κ_emp(E)/κ(E) → 1 as W grows.

    u_A = √(bE/a) and u_B = √(aE/b); a fraction a/(a + b) of the samples is x_A, the rest x_B:

        x_A = (√(1 − (u_A/s)² − t²), u_A/s, −t),    w  = (0, 0, t),
        x_B = (√(1 − (u_B/s)² − t²), u_B/s, +t),    w* = (0, s/b, t),  s = b √(W² − t²).

    Then ⟨w, x⟩ is just below its kink at x_A (slope a) and just above at x_B (slope b), so
    g_i |D_i| is the same for all samples and every step of the proof is an equality in the limit.
    Labels lie in [0, 1] (the stricter reading of Definition 2) when bE/a ≤ 1.

    Raises InputError unless 0 < a <= b, E, W > 0 and the inputs fit the unit ball: u_A < s.
    """
    phi = GeneralizedReLU(a, b)
    checks.number("E", E, above=0)
    t = checks.number("t", t, above=0, below=min(W, 1.0))
    checks.number("W", W, above=np.sqrt(E / (a * b)) + t)
    share = (Fraction(a) / (Fraction(a) + Fraction(b))).limit_denominator(1000)
    m_A, m_B = share.numerator, share.denominator - share.numerator
    s = b * np.sqrt(W**2 - t**2)

    def sample(u: Any, side: float) -> list[float]:
        return [np.sqrt(1 - (u / s) ** 2 - t**2), u / s, side * t]

    X = np.array(
        [sample(np.sqrt(b * E / a), -1)] * m_A + [sample(np.sqrt(a * E / b), +1)] * m_B
    )
    return Instance(
        IdealisedGLM(X, np.array([0, s / b, t]), phi, float(W)), np.array([0.0, 0.0, t])
    )


def repeated(instance: Instance[IdealisedGLM], d_out: int = 2) -> Instance[IdealisedLayer]:
    """A GLM's instance as a layer's: d' copies of its one output, each w scaled by 1/√d'.

    For a positively homogeneous activation err(w), ‖w − w*‖ and ‖G(w)‖ stay as they were.
    """
    glm, share = instance.problem, np.ones(d_out) / np.sqrt(d_out)
    layer = IdealisedLayer(glm.X, np.outer(glm.w_star, share), glm.activation, glm.W_max)
    return Instance(layer, np.outer(instance.point, share))


def tight_layer_instance(
    a: float = 0.1, b: float = 1.0, E: float = 0.01, W: float = 1.0, t: float = 1e-9
) -> Instance[IdealisedLayer]:
    """One input x = 1 and two outputs, err(W) = E and κ_emp(E)/κ(E) → 1 as t → 0.

        W  = (−t, √(aE/(a + b))/b),    W* = (√(E/(b(a + b))), 0)

    The first output is just below its kink (slope a), D = (−√(bE/(a + b)), √(aE/(a + b))), so
    g_i |D_i| is the same for both: every step of the proof is an equality. Labels are ≥ 0, and
    ≤ 1 when bE/(a+b) ≤ 1.

    Raises InputError unless 0 < a <= b, 0 < E <= b(a+b)W² and 0 < t, with W in B(0, W).
    """
    phi = GeneralizedReLU(a, b)
    W = checks.number("W", W, above=0)
    checks.number("E", E, above=0, at_most=b * (a + b) * W**2)
    second = np.sqrt(a * E / (a + b)) / b
    t = checks.number("t", t, above=0, at_most=np.sqrt(W**2 - second**2))
    layer = IdealisedLayer(
        np.ones((1, 1)), np.array([[np.sqrt(E / (b * (a + b))), 0.0]]), phi, W
    )
    return Instance(layer, np.array([[-t, second]]))
