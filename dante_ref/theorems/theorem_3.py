"""Theorem 3 (section 3.2, proof in section 5.4): a layer of generalized ReLUs, many outputs.

    Let an idealized single-layer multi-output network be φ⟨W, x⟩. Assuming ‖W*‖ ≤ W, err(W) is
    (ε, 2b³W/a, W*)-SLQC in W, for all W in the Frobenius ball B(0, W) and all ε > 0.

The statement holds: the companion's κ(ε) = ((a + b)/2) √(bε/a) of Theorem 1 serves a layer
unchanged (`kantorovich`, with its proof and the instance that attains it). The printed proof has a
gap: its step 6 puts d′ε where only ε is known, since err sums over the d′ outputs. The scalar bound
W is called W_max in code; W is the matrix.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..norms import inner, norm
from ..problems import IdealisedLayer
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.claim import SLQCClaim, Subject, Verdict
from ..proofs.derivation import AT_LEAST, EQUAL, Line, derivation
from ..proofs.families import Instance, LayerFamily
from ..proofs.formula import (
    NONNEGATIVE,
    POSITIVE,
    SAMPLES,
    ZERO,
    Over,
    Symbol,
    largest,
    mean,
    total,
)
from ..proofs.known import definition, identity
from ..proofs.lemmas import cauchy_schwarz, largest_product, lipschitz, lipschitz_length, modulus
from ..proofs.proof import Gap, Misprint, Proof
from ..proofs.symbols import W, a, b, checked, eps
from . import kantorovich, theorem_1
from .layer_terms import D, column, columns_near, dz, g, g_below, layer_terms, phi, phi_star, y
from .terms import in_fractions, inputs_short, norm_x, worst_v

# The statement

KAPPA, kappa, kappa_paper = theorem_1.KAPPA, theorem_1.kappa, theorem_1.kappa_paper
"""2b³W/a, Theorem 1's: here W bounds the Frobenius norm."""

LARGEST_ERROR = 2 * (a**2 + b**2) * W**2
"""The largest err(W) of a layer of two outputs or more, W, W* in B(0, W).

Each output has (φ(z) − φ(z*))² ≤ (a² + b²)(z² + z*²). Attained at x = 1, d′ = 2,
W = W (b, −a)/√(a² + b²), W* = W (−a, b)/√(a² + b²).
"""
largest_error = checked(LARGEST_ERROR, a, b, W)

# The paper's proof

GAP = "Step 6"
"""The step that fails for d′ > 1."""

progress_v = Symbol("progress_v", "⟨G(W), W − V⟩", "clause 2 asks that it is never negative")
progress_j = Symbol("progress_j", "⟨G(wⱼ), wⱼ − vⱼ⟩", "the part of output j", "j")
along_v = Symbol("along_v", "⟨xᵢ, wⱼ − vⱼ⟩", "", "ij")
to_v = Symbol("to_v", "⟨xᵢ, wⱼ* − vⱼ⟩", "", "ij")
column_v = Symbol("column_v", "‖wⱼ* − vⱼ‖", "at most ε/κ", "j", sign=NONNEGATIVE)
d_out = Symbol("d_out", "d′", "the number of outputs", sign=POSITIVE)

g_above = assumed("g ≥ a", g, a)
v_in_ball = assumed("‖wⱼ* − vⱼ‖ ≤ ε/κ", eps / theorem_1.kappa_, column_v)

SECTION_5_4 = derivation(
    "section 5.4",
    progress_v,
    Line(EQUAL, total(progress_j), "definition of the Frobenius product", known=definition()),
    Line(EQUAL, 2 * mean((phi - y) * g * along_v), "definition of G", "Step 1",
         definition({progress_j: Over("mean", SAMPLES, 2 * (phi - y) * g * along_v)})),
    Line(EQUAL, 2 * mean(g * D * (dz + to_v)), "yᵢⱼ = φ⟨wⱼ*, xᵢ⟩", "Step 2",
         definition({y: phi_star, along_v: dz + to_v})),
    Line(AT_LEAST, 2 * mean(g * (D**2 / b + D * to_v)), "φ is monotone and b-Lipschitz", "Step 3",
         identity(2 * mean(g / b * lipschitz(D, dz, b)))),
    Line(AT_LEAST, 2 * mean(g * (D**2 / b - abs(D) * norm_x * column_v)), "Cauchy-Schwarz",
         known=identity(2 * mean(g * (
             abs(D) * cauchy_schwarz(to_v, norm_x, column_v) + modulus(-(D * to_v))
         )))),
    Line(AT_LEAST, 2 * mean(a / b * D**2 - b * abs(D) * norm_x * column_v), "a ≤ g ≤ b",
         known=identity(2 * mean(g_above * D**2 / b + g_below * abs(D) * norm_x * column_v))),
    Line(AT_LEAST, 2 * mean(a / b * D**2 - b**2 * abs(dz) * (eps / theorem_1.kappa_) * norm_x),
         "φ is b-Lipschitz and ‖wⱼ* − vⱼ‖ ≤ ε/κ",
         known=identity(2 * mean(b * norm_x * (
             column_v * lipschitz_length(D, dz, b) + b * abs(dz) * v_in_ball
         )))),
    Line(AT_LEAST,
         2 * (a / b) * d_out * eps - a * d_out * eps / (b * W) * mean(largest(abs(dz)) * norm_x),
         "printed as from err(W) ≥ ε, which gives ε, not d′ε", GAP),
    Line(AT_LEAST, a / b * d_out * eps * (2 - largest(column) / W * mean(norm_x**2)),
         "Cauchy-Schwarz", "Step 7",
         identity(a * d_out * eps / (b * W) * mean(norm_x * largest_product(dz, norm_x, column)))),
    Line(AT_LEAST, ZERO, "‖wⱼ − wⱼ*‖ ≤ 2W and ‖xᵢ‖ ≤ 1",
         known=identity(
             a / b * d_out * eps / W * (columns_near + largest(column) * mean(inputs_short))
         )),
)


PRINTED_STEP_6 = derivation(
    "Step 6 as printed",
    SECTION_5_4.lines[7].formula,
    Line(AT_LEAST,
         2 * (a / b) * d_out * eps - a * d_out * eps / (b * W) * largest(abs(dz)) * norm_x,
         "for every i", GAP),
)


def values(
    instance: Instance[IdealisedLayer], eps: Any, V: Array | None = None
) -> dict[str, Any]:
    """What the symbols stand for; V defaults to the worst of the ball, W* + (ε/κ) G/‖G‖."""
    layer, W = instance.problem, instance.point
    G = layer.subgradient(W)
    if V is None:
        V = worst_v(G, layer.W_star, eps / kappa(eps, layer), ndim=2)
    return layer_terms(layer, W) | {
        "eps": eps, "d_out": layer.W_star.shape[-1],
        "progress_v": inner(G, W - V, 2), "progress_j": np.sum(G * (W - V), axis=-2),
        "along_v": layer.X @ (W - V), "to_v": layer.X @ (layer.W_star - V),
        "column": norm((W - layer.W_star).mT), "column_v": norm((layer.W_star - V).mT),
    }


def gap_counterexample() -> tuple[Instance[IdealisedLayer], Fraction]:
    """d′ = 2, one input x = 1, W* = 0, W = (1, 0), a = b = 1, ε = err(W) = 1.

    The line before step 6 is 2ε − ε |⟨w₁ − w₁*, x⟩| = 1, the printed one is twice that.
    """
    return in_fractions(IdealisedLayer, [[1]], [[0, 0]], [[1, 0]]), Fraction(1)


def free_index() -> tuple[Instance[IdealisedLayer], Fraction]:
    """Theorem 1's, as a layer of one output, where step 6 is no gap."""
    glm, eps = theorem_1.free_index()
    return kantorovich.as_layer(glm), eps


PROOF = Proof(
    "section 5.4", (SECTION_5_4, kantorovich.NOT_ZERO), values,
    {GAP: Gap("d′ε where only ε is known, as err sums over the d′ outputs", gap_counterexample)},
    {
        GAP: Misprint(
            "i is free here and in the next line; a mean over the samples is meant",
            PRINTED_STEP_6, free_index,
        )
    },
)
"""⟨G(W), W − V⟩ ≥ 0 for V in B(W*, ε/κ) if err(W) ≥ ε; and ‖G(W)‖ > 0.

The w without index that step 6 prints is read as the largest over the outputs.
"""


# The companion's own theorem

KAPPA_SHARP = theorem_1.KAPPA_SHARP


def without(**broken: float) -> Instance[IdealisedLayer]:
    """Theorem 1's instance with one hypothesis broken, as a layer of one output."""
    return kantorovich.as_layer(theorem_1.without(**broken))


FAMILIES = (
    LayerFamily(m=2, d=2, d_out=2), LayerFamily(m=4, d=3, d_out=2),
    LayerFamily(m=4, d=3, d_out=3, activation=GeneralizedReLU(0.1)),
)

CLAIMS = (
    SLQCClaim(
        id="theorem-3",
        theorem=Subject.THEOREM_3,
        source="Theorem 3, section 5.4",
        statement=f"err(W) is (ε, {KAPPA}, W*)-SLQC for all W ∈ B(0, W), ε > 0",
        verdict=Verdict.SHARPENED,
        kappa=kappa,
        families=FAMILIES,
        hypotheses={
            given.INPUTS: lambda: without(x=2.0), given.RELU: given.ANOTHER_PHI,
            given.OPTIMUM_LAYER: lambda: without(w_star=2.0),
            given.POINT_LAYER: lambda: without(w=-2.0),
        },
        # Theorem 1's, a = b, as two equal outputs: the paper's κ is attained
        worst=lambda: kantorovich.repeated(theorem_1.worst_instance()),
        proof=PROOF,
    ),
    SLQCClaim(
        id="theorem-3-sharp",
        theorem=Subject.THEOREM_3,
        source="Theorem 3, companion's sharp form",
        statement=f"err(W) is (ε, {KAPPA_SHARP}, W*)-SLQC for all W, ε > 0",
        verdict=Verdict.TIGHT,
        kappa=kantorovich.kappa,
        families=FAMILIES,
        hypotheses={given.INPUTS: lambda: without(x=2.0), given.RELU: theorem_1.ANY_PHI},
        without_loss=given.WITHOUT_LOSS | given.FREE_OF_W,
        worst=kantorovich.tight_layer_instance,
        proof=kantorovich.PROOF,
    ),
)
