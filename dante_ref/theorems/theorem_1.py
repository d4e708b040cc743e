"""Theorem 1 (section 3.2, proof in section 5.1): one GLM with generalized ReLU.

    In the idealized GLM with generalized ReLU activation, assuming ‖w*‖ ≤ W, err(w) is
    (ε, 2b³W/a, w*)-SLQC in w, for all w in B(0, W) and all ε > 0.

The statement holds, and its proof does. At a = b no smaller constant will do (`worst_instance`).
For a < b the companion's κ(ε) = ((a + b)/2) √(bε/a) is smaller and free of W (`kantorovich`, where
its proof and the instance that attains it stand); since ε ≤ err(w) ≤ 4b²W², it implies the theorem.
Within B(0, W) less is enough still (`finite_w`).
"""

from fractions import Fraction
from typing import Any

import numpy as np

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..norms import inner, norm
from ..problems import IdealisedGLM
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.claim import SLQCClaim, Subject, Verdict
from ..proofs.derivation import ABOVE, AT_LEAST, EQUAL, Line, derivation
from ..proofs.families import GLMFamily, Instance
from ..proofs.formula import NONNEGATIVE, ZERO, Formula, Symbol, mean
from ..proofs.known import definition, identity
from ..proofs.lemmas import cauchy_schwarz, lipschitz, lipschitz_length, modulus
from ..proofs.proof import Misprint, Proof
from ..proofs.symbols import W, a, b, checked, eps, on_problem
from . import kantorovich
from .terms import (
    D,
    E,
    along,
    distance,
    dz,
    error_above,
    g,
    g_above,
    g_below,
    glm_terms,
    in_fractions,
    inputs_short,
    norm_x,
    phi,
    phi_star,
    points_near,
    progress,
    worst_v,
    y,
)
from .two_samples import PairFamily

# The statement


def paper(a: Formula, b: Formula, W: Formula) -> Formula:
    """Theorem 1's κ."""
    return 2 * b**3 * W / a


KAPPA = paper(a, b, W)
kappa_paper = checked(KAPPA, a, b, W)
kappa = on_problem(KAPPA)

ERROR_BOUND = 4 * b**2 * W**2
"""err(w) ≤ 4b²W² when w, w* are in B(0, W): no ε above it can occur (section 5.1)."""
LARGEST_ERROR = (a + b) ** 2 * W**2
"""The largest err(w), w and w* in B(0, W), of one GLM: attained at x = 1, w = −w* = W.

φ differs by at most (a + b)W on [−W, W].
"""
error_bound = checked(ERROR_BOUND, b, W)
largest_error = checked(LARGEST_ERROR, a, b, W)

# The paper's proof

kappa_ = Symbol("kappa", "κ", "of the theorem", means=KAPPA)
progress_v = Symbol("progress_v", "⟨G(w), w − v⟩", "clause 2 asks that it is never negative")
along_v = Symbol("along_v", "⟨xᵢ, w − v⟩", "", "i")
to_v = Symbol("to_v", "⟨xᵢ, w* − v⟩", "", "i")
distance_v = Symbol(
    "distance_v", "‖w* − v‖", "at most ε/κ, as v is in the ball around w*", sign=NONNEGATIVE
)
v_in_ball = assumed("‖w* − v‖ ≤ ε/κ", eps / kappa_, distance_v)

SECTION_5_1 = derivation(
    "section 5.1",
    progress_v,
    Line(EQUAL, 2 * mean(g * (phi - y) * along_v), "definition of G", known=definition()),
    Line(EQUAL, 2 * mean(g * D * (dz + to_v)), "yᵢ = φ⟨w*, xᵢ⟩", "Step 1",
         definition({y: phi_star, along_v: dz + to_v})),
    Line(AT_LEAST, 2 * mean(g * (D**2 / b + D * to_v)),
         "φ is monotone and b-Lipschitz", "Step 2",
         identity(2 * mean(g / b * lipschitz(D, dz, b)))),
    Line(AT_LEAST, 2 * mean(g * (D**2 / b - abs(D) * norm_x * distance_v)), "Cauchy-Schwarz",
         known=identity(2 * mean(g * (
             abs(D) * cauchy_schwarz(to_v, norm_x, distance_v) + modulus(-(D * to_v))
         )))),
    Line(AT_LEAST, 2 * mean(a / b * D**2 - b * abs(D) * norm_x * distance_v),
         "a ≤ g ≤ b", "Step 3",
         identity(2 * mean(g_above * D**2 / b + g_below * abs(D) * norm_x * distance_v))),
    Line(AT_LEAST, 2 * mean(a / b * D**2 - b**2 * abs(dz) * (eps / kappa_) * norm_x),
         "φ is b-Lipschitz and ‖w* − v‖ ≤ ε/κ", "Step 4",
         identity(2 * mean(b * norm_x * (
             distance_v * lipschitz_length(D, dz, b) + b * abs(dz) * v_in_ball
         )))),
    Line(AT_LEAST, 2 * (a / b) * eps - a * eps / (b * W) * mean(abs(dz) * norm_x),
         "err(w) ≥ ε and κ = 2b³W/a", "Step 5", identity(2 * (a / b) * error_above)),
    Line(AT_LEAST, a / b * eps * (2 - distance / W * mean(norm_x**2)), "Cauchy-Schwarz",
         known=identity(a * eps / (b * W) * mean(norm_x * cauchy_schwarz(dz, norm_x, distance)))),
    Line(AT_LEAST, ZERO, "‖w − w*‖ ≤ 2W and ‖xᵢ‖ ≤ 1",
         known=identity(a / b * eps / W * (points_near + distance * mean(inputs_short)))),
)

PRINTED_STEP_5 = derivation(
    "Step 5 as printed",
    SECTION_5_1.lines[6].formula,
    Line(AT_LEAST, 2 * (a / b) * eps - a * eps / (b * W) * abs(dz) * norm_x, "for every i",
         "Step 5"),
)

NOT_ZERO = derivation(
    "‖G(w)‖ > 0",
    progress,
    Line(EQUAL, 2 * mean(g * D * dz), "yᵢ = φ⟨w*, xᵢ⟩", known=definition()),
    Line(AT_LEAST, 2 * mean(g * (D**2 / b)), "φ is monotone and b-Lipschitz",
         known=identity(2 * mean(g / b * lipschitz(D, dz, b)))),
    Line(AT_LEAST, 2 * (a / b) * E, "g ≥ a", known=identity(2 / b * mean(g_above * D**2))),
    Line(AT_LEAST, 2 * (a / b) * eps, "err(w) ≥ ε", known=identity(2 * (a / b) * error_above)),
    Line(ABOVE, ZERO, "ε > 0; the product is not 0, so neither is G(w)",
         known=identity(2 * (a / b) * eps)),
)
"""The first half of clause 2, which the paper's proof passes over."""


def values(
    instance: Instance[IdealisedGLM], eps: Any, v: Array | None = None
) -> dict[str, Any]:
    """What the symbols stand for; v defaults to the worst of the ball, w* + (ε/κ) G/‖G‖."""
    glm, w = instance.problem, instance.point
    G = glm.subgradient(w)
    if v is None:
        v = worst_v(G, glm.w_star, eps / kappa(eps, glm))
    return glm_terms(glm, w) | {
        "eps": eps, "progress_v": inner(G, w - v), "along_v": along(glm.X, w - v),
        "to_v": along(glm.X, glm.w_star - v), "distance_v": norm(glm.w_star - v),
    }


def free_index() -> tuple[Instance[IdealisedGLM], Fraction]:
    """x = 1 and x = 0, a = b = W = 1, w* = 0, w = 1, ε = err(w) = 1/2: 3/4 is not ≥ 1 at x = 0."""
    return in_fractions(IdealisedGLM, [[1], [0]], [0], [1]), Fraction(1, 2)


PROOF = Proof(
    "section 5.1", (SECTION_5_1, NOT_ZERO), values, misprints={
        "Step 5": Misprint(
            "i is free here and in the next line; a mean over the samples is meant",
            PRINTED_STEP_5, free_index,
        )
    },
)
"""⟨G(w), w − v⟩ ≥ 0 for v in B(w*, ε/κ) if err(w) ≥ ε; and ‖G(w)‖ > 0."""

# The companion's own theorem

KAPPA_SHARP = kantorovich.sharp(a, b)

# The worst instances


def worst_instance(W: float = 1.0, b: float = 1.0) -> Instance[IdealisedGLM]:
    """a = b, d = 1, x = 1, w* = W, w = −W: kappa_emp = 2b²W is the paper's κ exactly."""
    glm = IdealisedGLM(np.ones((1, 1)), np.array([W]), GeneralizedReLU(b, b), W)
    return Instance(glm, np.array([-W]))


def without(x: float = 1.0, w_star: float = 1.0, w: float = -1.0) -> Instance[IdealisedGLM]:
    """The worst instance at W = 1, a = b = 1, with one hypothesis broken: the theorem is false."""
    glm = IdealisedGLM(np.array([[x]]), np.array([w_star]), GeneralizedReLU(1.0, 1.0), 1.0)
    return Instance(glm, np.array([w]))


ANY_PHI = "not needed: any monotone φ with slopes in [γ, L] will do"
SHARP_WITH: dict[given.Hypothesis, given.Without] = {
    given.INPUTS: lambda: without(x=2.0), given.RELU: ANY_PHI
}
"""The hypotheses of the companion's theorem."""

FAMILIES = (
    GLMFamily(m=1, d=1), GLMFamily(m=4, d=3), GLMFamily(m=4, d=3, activation=GeneralizedReLU(0.1)),
)
SEARCHED = (PairFamily(), *FAMILIES)
"""By `two_samples` its pairs are all that there is to search, whatever m and d."""

CLAIMS = (
    SLQCClaim(
        id="theorem-1",
        theorem=Subject.THEOREM_1,
        source="Theorem 1, section 5.1",
        statement=f"err(w) is (ε, {KAPPA}, w*)-SLQC for all w ∈ B(0, W), ε > 0",
        verdict=Verdict.SHARPENED,
        kappa=kappa,
        families=SEARCHED,
        proof_families=FAMILIES,
        hypotheses={
            given.INPUTS: lambda: without(x=2.0), given.RELU: given.ANOTHER_PHI,
            given.OPTIMUM_GLM: lambda: without(w_star=2.0),
            given.POINT_GLM: lambda: without(w=-2.0),
        },
        worst=worst_instance,
        proof=PROOF,
    ),
    SLQCClaim(
        id="theorem-1-sharp",
        theorem=Subject.THEOREM_1,
        source="Theorem 1, companion's sharp form",
        statement=f"err(w) is (ε, {KAPPA_SHARP}, w*)-SLQC for all w, ε > 0",
        verdict=Verdict.TIGHT,
        kappa=kantorovich.kappa,
        families=SEARCHED,
        proof_families=FAMILIES,
        hypotheses=SHARP_WITH,
        without_loss=given.WITHOUT_LOSS | given.FREE_OF_W,
        worst=kantorovich.tight_instance,
        proof=kantorovich.PROOF,
    ),
)
