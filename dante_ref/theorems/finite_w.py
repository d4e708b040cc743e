"""Theorem 1 sharpened once more: the κ of one GLM when w and w* lie in B(0, W) (companion).

Let φ be monotone with slopes in [γ, L], ‖xᵢ‖ ≤ 1, yᵢ = φ⟨w*, xᵢ⟩, and write s = ‖w − w*‖,
K = (γ + L)²/(4γL). In every w, for every ε > 0, err is SLQC with

    κ(ε; s)² = KL²ε − (K − 1) (ε/s)²

and so, as s ≤ 2W, with κ_W(ε) = κ(ε; 2W). `tight_instance` attains κ(ε; s) for the generalized
ReLU, for every e = ε/(bs)² in (0, 1), at a distance s between W and 2W. So the first form can't be
improved; of the smallest κ(ε) that serves all of B(0, W)

    Kb²ε − (K − 1) ε²/S² ≤ κ(ε)² ≤ Kb²ε − (K − 1) ε²/(4W²)

is known, with S the distance of `tight_instance`: S²/(4W²) = 1 − (b/a) ε/(4b²W²) + ..., so the
upper bound is exact to second order in ε. It is not for ε near (a + b)²W², the largest error; there
the exact κ is open. At that error κ_W is ((a + b)²/2) √(b/a − (b − a)²/(4ab)) W, Theorem 1 with one
κ for every ε: it grows as √(b/a), where the paper's 2b³W/a grows as b/a. For one output only: a
layer of two or more needs `kantorovich.KAPPA`, whatever W is.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from .. import checks, norms
from ..activations import GeneralizedReLU
from ..problems import IdealisedGLM
from ..proofs.algebra import assumed
from ..proofs.claim import Claim, SLQCClaim, Subject, Verdict
from ..proofs.derivation import AT_MOST, EQUAL, Line, derivation
from ..proofs.families import Instance
from ..proofs.formula import NONNEGATIVE, POSITIVE, Formula, Symbol, formula, function, mean, sqrt
from ..proofs.hypotheses import FREE_OF_W, OPTIMUM_GLM, POINT_GLM, WITHOUT_LOSS
from ..proofs.known import definition, identity
from ..proofs.lemmas import across_score, across_short, between, lipschitz, mean_product, triangle
from ..proofs.proof import Proof
from ..proofs.symbols import L, W, checked, eps, gamma, on_problem
from . import theorem_1
from .kantorovich import K
from .terms import D, E, along, dz, error_above, g, glm_terms

# The statements

s = Symbol("s", "s", "‖w − w*‖", sign=POSITIVE)


def squared_kappa(
    s: Formula, eps: Formula = eps, reached: Formula = eps, K: Formula = K, L: Formula = L
) -> Formula:
    """κ² at the distance s, for slopes up to L with the Kantorovich constant K."""
    return K * L**2 * eps - (K - 1) * (reached / s) ** 2


KAPPA_AT_DISTANCE = sqrt(squared_kappa(s, reached=function("min", eps, (L * s) ** 2)))
"""κ(ε; s), what a w at the distance s needs; attained for every ε in (0, L²s²).

No larger error occurs there, and ε is read as L²s². kantorovich.KAPPA is s = inf.
"""
KAPPA = sqrt(squared_kappa(2 * W, reached=function("min", eps, (L * (2 * W)) ** 2)))
kappa_finite_W = checked(KAPPA, eps, gamma, L, W)
kappa = on_problem(KAPPA)


def margin_at_distance(instances: Instance[IdealisedGLM]) -> Any:
    """The margin of SLQC with κ(ε; ‖w − w*‖)."""
    glm = instances.problem
    s = norms.norm(instances.point - glm.w_star)
    s = np.where(s > 0, s, 1.0)  # w = w*: nothing is claimed, the gap is 0
    return instances.slqc().margin(
        lambda eps: KAPPA_AT_DISTANCE.at(glm.numbers, eps=eps, s=s)
    )


# The proof

norm_G = Symbol("norm_G", "‖G(w)‖", "of the subgradient", sign=NONNEGATIVE)
across = Symbol(
    "across", "‖mean gᵢ Dᵢ xᵢ⊥‖", "xᵢ⊥, the part of xᵢ across w − w*", sign=NONNEGATIVE
)
rest = Symbol("rest", "‖xᵢ⊥‖", "", "i", sign=NONNEGATIVE)
P = Symbol("P", "P", "⟨G(w), w − w*⟩/2", means=mean(g * D * dz))
X = Symbol("X", "X", "", means=mean(g * D**2))
e = Symbol("e", "e", "the error as a share of L²s²", means=E / (L * s) ** 2)
kappa_s = Symbol("kappa_s", "κ(ε; s)", "of the theorem", means=sqrt(squared_kappa(s)))
kappa_W = Symbol("kappa_W", "κ_W(ε)", "of the theorem", means=sqrt(squared_kappa(2 * W)))

within = assumed("err(w) ≤ L²s²", formula(1), e)
near = assumed("s ≤ 2W", 2 * W, s)


def sine(cosine: Formula) -> Formula:
    """The share of x that is left across w − w*."""
    return sqrt(1 - cosine**2)


SQUARES = derivation(
    "finite W",
    norm_G**2 / 4,
    Line(EQUAL, (P / s) ** 2 + across**2, "G/2 = mean gᵢ Dᵢ xᵢ, split along w − w* and across",
         "1", definition({norm_G: 2 * sqrt((P / s) ** 2 + across**2)})),
    Line(AT_MOST, (P / s) ** 2 + mean(g * abs(D) * sine(dz / s)) ** 2,
         "‖xᵢ‖ ≤ 1, and its part along w − w* is ⟨xᵢ, w − w*⟩/s", "2",
         identity((mean(g * abs(D) * sine(dz / s)) + across) * (
             triangle(across, g * abs(D) * rest)
             + mean(g * abs(D) * across_short(dz / s, rest))
         ))),
    Line(AT_MOST, (P / s) ** 2 + mean(g * abs(D) * sine(D / (L * s))) ** 2,
         "|Dᵢ| ≤ L |⟨xᵢ, w − w*⟩|", "3",
         identity((mean(g * abs(D) * sine(D / (L * s))) + mean(g * abs(D) * sine(dz / s)))
                  * mean(g * abs(D) * across_score(D, dz, L, s)))),
    Line(AT_MOST, (P / s) ** 2 + (1 - e) * mean(g**2 * D**2),
         "Cauchy-Schwarz, and mean (Dᵢ/(Ls))² = e", "4",
         identity(mean_product(g * abs(D), sine(D / (L * s))))),
    Line(AT_MOST, (P / s) ** 2 + (1 - e) * ((gamma + L) * X - gamma * L * E),
         "(g − γ)(L − g) ≥ 0", "5", identity(within * mean(between(g, gamma, L) * D**2))),
    Line(AT_MOST, (P / s) ** 2 + (1 - e) * K * X**2 / E,
         "((γ + L)X/(2√(γL)) − √(γL) err(w))² ≥ 0", "5",
         identity(within / E * (
             (gamma + L) * X / (2 * sqrt(gamma * L)) - sqrt(gamma * L) * E
         ) ** 2)),
    Line(AT_MOST, (P / s) ** 2 + (1 - e) * K * L**2 * P**2 / E,
         "φ is monotone and L-Lipschitz, so D² ≤ L D ⟨x, w − w*⟩", "6",
         identity(within * K / E * mean(g * lipschitz(D, dz, L))
                  * (mean(g * lipschitz(D, dz, L)) + 2 * X))),
    Line(EQUAL, P**2 * (K * L**2 / E - (K - 1) / s**2), "e = err(w)/(Ls)²", "7", definition()),
    Line(AT_MOST, P**2 * (K * L**2 / eps - (K - 1) / s**2), "err(w) ≥ ε", "8",
         identity(P**2 * K * L**2 * error_above / (eps * E))),
    Line(EQUAL, P**2 * (kappa_s / eps) ** 2, "definition of κ(ε; s)", known=definition()),
    Line(AT_MOST, P**2 * (kappa_W / eps) ** 2, "s ≤ 2W", "8",
         identity(P**2 * (L - gamma) ** 2 / (4 * gamma * L) * near * (2 * W + s)
                  / (2 * W * s) ** 2)),
)


def values(instance: Instance[IdealisedGLM], eps: Any) -> dict[str, Any]:
    """What the symbols stand for."""
    glm, w = instance.problem, instance.point
    terms = glm_terms(glm, w)
    s = terms["distance"]
    u = (w - glm.w_star) / s[..., None]
    part_across = glm.X - along(glm.X, u)[..., None] * u[..., None, :]
    gD = terms["g"] * (terms["phi"] - terms["phi_star"])
    return terms | {
        "eps": eps, "s": s,
        "across": norms.norm(np.mean(gD[..., None] * part_across, axis=-2)),
    }


PROOF = Proof("companion", (SQUARES, theorem_1.NOT_ZERO), values)
"""‖G‖ ≤ (κ/ε) ⟨G, w − w*⟩ whenever err(w) ≥ ε, squared; and ‖G‖ > 0, where γ = a and L = b."""


# The worst instance


def tight_distance(a: float, b: float, e: float, W: float) -> float:
    """The s in [W, 2W] of `tight_instance`: 2W cos A where A ≤ 45°, else W/sin A."""
    squared_sine = e * b / (a * (1 - e) + b * e)
    if squared_sine <= 0.5:
        return float(2 * W * np.sqrt(1 - squared_sine))
    return float(W / np.sqrt(squared_sine))


def tight_instance(
    a: float = 0.25, b: float = 1.0, e: float = 0.25, W: float = 1.0, t: float = 1e-6
) -> Instance[IdealisedGLM]:
    """err(w) = e(bs)² and κ_emp → κ(err(w); s) as t → 0, s = ‖w − w*‖.

    In the plane of w and w*, with w − w* = s (1, 0), s = tight_distance(a, b, e, W):

        x_A = (−sin A, cos A),   sin² A = eb/(a(1−e) + be),   a share (a(1−e) + be)/(a+b)
        x_B = (−sin B, cos B),   sin² B = ea/(b(1−e) + ae),   the rest
        w   = ‖w‖ (cos A, sin A),   ‖w‖ = W where A ≤ 45°, else s cos A

    so ⟨w, x_A⟩ = 0 is a kink; a third coordinate, t in w and w*, −t in x_A and t in x_B, puts w on
    the side where the slope is a, and everything is scaled back into its ball. The shares must be
    whole numbers of samples: they are taken to the nearest fraction with a denominator ≤ 1000.

    Raises InputError unless 0 < a <= b, 0 < e < 1, W, t > 0.
    """
    phi = GeneralizedReLU(a, b)
    e = checks.number("e", e, above=0, below=1)
    W = checks.number("W", W, above=0)
    t = checks.number("t", t, above=0)
    a_, b_, e_ = (Fraction(x).limit_denominator(10**6) for x in (a, b, e))
    share = ((a_ * (1 - e_) + b_ * e_) / (a_ + b_)).limit_denominator(1000)
    m_A, m_B = share.numerator, share.denominator - share.numerator
    s = tight_distance(a, b, e, W)
    sin_A = np.sqrt(e * b / (a * (1 - e) + b * e))
    sin_B = np.sqrt(e * a / (b * (1 - e) + a * e))
    cos_A, cos_B = np.sqrt(1 - sin_A**2), np.sqrt(1 - sin_B**2)
    length = W if sin_A**2 <= 0.5 else s * cos_A
    w = np.array([length * cos_A, length * sin_A, t])
    w_star = w - np.array([s, 0.0, 0.0])
    X = np.array([[-sin_A, cos_A, -t]] * m_A + [[-sin_B, cos_B, t]] * m_B)
    inside = W / np.sqrt(W**2 + t**2)
    glm = IdealisedGLM(X / np.sqrt(1 + t**2), inside * w_star, phi, W)
    return Instance(glm, inside * w)


def farther_optimum() -> Instance[IdealisedGLM]:
    """‖w*‖ = 1 with W = 1/2 ≥ ‖w‖: then ‖w − w*‖ = 1.08 > 2W, and κ_W is too small."""
    tight = tight_instance(e=0.6)
    return Instance(replace(tight.problem, W_max=0.5), tight.point)


CLAIMS = (
    Claim(
        id="theorem-1-distance",
        theorem=Subject.THEOREM_1,
        source="Theorem 1, companion, at distance s",
        statement="err(w) is (ε, κ, w*)-SLQC in every w, for all ε > 0, with "
        f"κ² = {squared_kappa(s)}, s = ‖w − w*‖",
        verdict=Verdict.TIGHT,
        families=theorem_1.SEARCHED,
        proof_families=theorem_1.FAMILIES,
        worst=tight_instance,
        margin=margin_at_distance,
        hypotheses=theorem_1.SHARP_WITH,
        without_loss=WITHOUT_LOSS | FREE_OF_W,
        proof=PROOF,
    ),
    SLQCClaim(
        id="theorem-1-finite-W",
        theorem=Subject.THEOREM_1,
        source="Theorem 1, companion, within B(0, W)",
        statement="err(w) is (ε, κ, w*)-SLQC for all w ∈ B(0, W), ε > 0, with κ² = "
        f"{squared_kappa(2 * W)}",
        verdict=Verdict.HOLDS,
        kappa=kappa,
        families=theorem_1.SEARCHED,
        proof_families=theorem_1.FAMILIES,
        hypotheses=theorem_1.SHARP_WITH | {
            OPTIMUM_GLM: farther_optimum, POINT_GLM: "used as ‖w*‖ ≤ W is: ‖w − w*‖ ≤ 2W",
        },
        worst=lambda: tight_instance(e=1 / 36),
        proof=PROOF,
    ),
)
