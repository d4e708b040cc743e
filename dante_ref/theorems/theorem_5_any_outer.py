"""Theorem 5 with any outer layer, W₂ ≠ W₂* (companion): Theorem 3's sharp proof, with a mismatch.

The radius is `theorem_4_repaired`'s for η² ≤ ab, and smaller beyond; but it serves many outputs. It
is vacuous from b/a = 4.77 on, where it is negative at the largest error.
"""

from typing import Any

import numpy as np

from ..problems import TwoLayerNetwork
from ..proofs.algebra import shown
from ..proofs.claim import SLQCClaim, Subject, Verdict
from ..proofs.derivation import ABOVE, AT_LEAST, AT_MOST, EQUAL, Line, derivation
from ..proofs.families import Instance
from ..proofs.formula import ZERO, Symbol, mean, sqrt, total
from ..proofs.known import by_hand, definition, identity
from ..proofs.lemmas import cauchy_schwarz, lipschitz, modulus, root_mean_square
from ..proofs.proof import Proof
from ..proofs.symbols import W1, W2, a, b, checked, eps, on_problem
from .inner_terms import (
    D,
    E,
    e,
    error_above,
    g,
    kappa_of_radius,
    outer_distance,
    reach,
    terms,
    u,
    u_star,
)
from .kantorovich import half_slack
from .terms import progress, slopes_ordered
from .theorem_4_repaired import REPAIRED_WITH
from .theorem_5 import FAMILIES, FAR_POINTS, OUTER_FREE, largest_error_instance

# The statement

RADIUS = (
    2 * sqrt(a * eps / b) / (a + b) - (b - a) * W1 * W2 - b * W1 * outer_distance
) / (b * W2)
radius = checked(RADIUS, eps, a, b, W1, W2, outer_distance, outer_distance=0.0)
kappa = on_problem(RADIUS, kappa_of_radius)

# The proof

M = Symbol(
    "M", "M", "the mismatch allowed for", means=((b - a) * W2 + b * outer_distance) * W1
)
r = Symbol("r", "r", "the radius of the ball", means=RADIUS)
S = Symbol("S", "S", "√(mean ‖gᵢ ∘ Dᵢ‖²)", means=sqrt(mean((g * D) ** 2)))
size = sqrt(total((g * D) ** 2))
against = total(g * D * e)
mismatch = shown("‖eᵢ‖ ≤ M", M, sqrt(total(e**2)))
with_mismatch = 2 * mean(g / b * lipschitz(D, u - u_star, b)) + 2 * mean(
    modulus(-against) + cauchy_schwarz(against, size, sqrt(total(e**2))) + size * mismatch
)
sharp_form = (
    2 * half_slack(g, D, S, E, a, b)
    + 2 * (slopes_ordered * W2 + b * outer_distance) * W1 * root_mean_square(size)
)

MISMATCH = derivation(
    "the mismatch of a sample",
    sqrt(total(e**2)),
    Line(AT_MOST, M, "Cauchy-Schwarz over the outputs",
         known=by_hand("‖W₂ᵀ(g₁* − g₁)z* + (W₂* − W₂)ᵀφ₁(z*)‖ and Cauchy-Schwarz")),
)
PROGRESS = derivation(
    "progress, any W₂",
    progress,
    Line(EQUAL, 2 * mean(g * D * (u - u_star + e)), "positive homogeneity", known=definition()),
    Line(AT_LEAST, 2 / b * mean(g * D**2) - 2 * M * mean(sqrt(total((g * D) ** 2))),
         "φ₂ is monotone and b-Lipschitz; Cauchy-Schwarz; ‖eᵢ‖ ≤ M",
         known=identity(with_mismatch)),
    Line(AT_LEAST, 2 / b * (2 * sqrt(a * b * E) / (a + b)) * S - 2 * M * S,
         "Theorem 3's sharp form; Jensen", known=identity(sharp_form)),
    Line(AT_LEAST, 2 * b * W2 * r * S, "E ≥ ε, definition of r",
         known=identity(
             4 * sqrt(a * b) / (b * (a + b)) * S * (error_above / (sqrt(E) + sqrt(eps)))
         )),
    Line(AT_LEAST, reach, "‖G‖ ≤ 2bW₂ mean ‖gᵢ ∘ Dᵢ‖ ≤ 2bW₂S",
         known=by_hand("the triangle inequality, ‖W₂‖ ≤ W₂, g₁ ≤ b, ‖x‖ ≤ 1, then Jensen")),
)
NOT_ZERO = derivation(
    "‖G‖ > 0, any W₂",
    progress - 2 * b * W2 * r * S,
    Line(EQUAL, 2 * mean(g * D * (u - u_star + e)) - 2 * b * W2 * r * S,
         "positive homogeneity",
         known=definition({progress: 2 * mean(g * D * (u - u_star + e))})),
    Line(AT_LEAST, 4 / b * sqrt(a * b) / (a + b) * (sqrt(E) - sqrt(eps)) * S, "the lines above",
         known=identity(with_mismatch + sharp_form)),
    Line(ABOVE, ZERO, "E > ε, so S > 0; for r ≥ 0 the gradient isn't 0",
         known=by_hand("E > ε ≥ 0: some Dᵢⱼ isn't 0, so S > 0")),
)


def values(instance: Instance[TwoLayerNetwork], eps: Any) -> dict[str, Any]:
    """What the symbols stand for."""
    at = terms(instance, eps)
    length = RADIUS.at(at)
    return at | {"reach": length * np.where(length > 0, at["norm_G"], (2 * b * W2 * S).at(at))}


CLAIMS = (
    SLQCClaim(
        id="theorem-5-repaired-outer",
        theorem=Subject.THEOREM_5,
        source="Theorem 5 with W₂ ≠ W₂*, companion",
        statement="err(W₁, W₂) is (ε, ε/r(ε), W₁*)-SLQC for all W₁, wherever "
        f"r(ε) = {RADIUS} > 0",
        verdict=Verdict.HOLDS,
        kappa=kappa,
        families=(*FAMILIES, OUTER_FREE, FAR_POINTS),
        hypotheses=REPAIRED_WITH,
        worst=largest_error_instance,
        proof=Proof("companion, any W₂", (MISMATCH, PROGRESS, NOT_ZERO), values),
    ),
)
