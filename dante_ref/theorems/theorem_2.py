"""Theorem 2 (section 3.2, proof in section 5.2): one GLM with noisy labels.

    In the noisy GLM with generalized ReLU activation, assuming ‖w*‖ ≤ W, given w in B(0, W),
    then with probability ≥ 1 − δ after m ≥ O(log(1/δ)/ε²) samples, err_m(w) is
    (ε, 2b³W/a, w*)-SLQC in w.

The statement is false at a = b, where the κ leaves no room for noise, for every sample size
(`theorem_2_refuted`). The printed proof ends by asking a zero-mean average to exceed a
positive number, and Hoeffding's inequality bounds the other tail; four of its displays before that
don't hold as printed either, and ‖G‖ > 0, the first half of clause 2, is neither shown nor true of
every draw of the labels.

The repair is in `theorem_2_repaired`.
"""

from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from .. import norms
from ..arrays import Array
from ..problems import NoisyGLM
from ..proofs import certificates, exact
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.chance import ChanceClaim, Trial
from ..proofs.claim import Subject, Verdict
from ..proofs.derivation import ABOVE, AT_LEAST, AT_MOST, EQUAL, Line, derivation
from ..proofs.evidence import margin_of
from ..proofs.families import Instance, NoisyGLMFamily
from ..proofs.formula import ZERO, Symbol, function, mean
from ..proofs.known import definition, identity, solver
from ..proofs.lemmas import cauchy_schwarz, lipschitz, lipschitz_length
from ..proofs.proof import Gap, Misprint, Proof
from ..proofs.symbols import W, a, b, checked, eps
from .terms import (
    D,
    along,
    distance,
    dz,
    g,
    g_below,
    glm_terms,
    in_fractions,
    inputs_unit,
    norm_G,
    norm_x,
    phi,
    phi_star,
    points_near,
    slopes_ordered,
    worst_v,
    y,
)
from .theorem_1 import KAPPA, along_v, kappa, kappa_, progress_v, to_v
from .theorem_2_refuted import (
    MOSTLY_ONES,
    corner,
    corner_draws,
    corner_failure_probability,
    least_failure_probability,
    thin,
    thin_corner,
    thin_corner_draws,
    thin_corner_failure_probability,
)

# The statement: Theorem 1's κ, and a sample size

delta = Symbol("delta", "δ", "the failure probability", sign="> 0")
m = Symbol("m", "m", "the number of samples", sign="> 0")

SAMPLE_SIZE = 288 * b**4 * W**4 / a**2 * function("log", 1 / delta) / eps**2
sample_size = checked(SAMPLE_SIZE, a, b, W, eps, delta, positive=[eps])
"""Section 5.2's last line."""


# The paper's proof

xi = Symbol("xi", "ξᵢ", "the noise", means=y - phi_star)
error_gap = Symbol("error_gap", "err(w) − err(w*)", "at least ε where clause 1 fails")
error_star = Symbol("error_star", "err(w*)", "the noise's own error", sign=">= 0")
lam = Symbol("lam", "λᵢ", "the weight of ξᵢ", means=2 * g * dz - 4 * (a / b) * D)
noise_short = assumed("|ξᵢ| ≤ 1", 1, abs(xi))
ball = 2 * (eps * b**2 / kappa_) * (distance + mean(abs(xi)))

EXPANSION = derivation(
    "the error, by equation (7)",
    error_gap,
    Line(EQUAL, mean(D**2) - mean(2 * xi * D) + mean(xi**2) - error_star,
         "yᵢ = φ⟨w*, xᵢ⟩ + ξᵢ (7)",
         known=definition({error_gap: mean((y - phi) ** 2) - error_star})),
    Line(EQUAL, mean(D**2) - mean(2 * xi * D), "err(w*) = mean ξᵢ²",
         known=definition({error_star: mean(xi**2)})),
)

STEP_3, STEP_4, STEP_5, STEP_7 = "Step 3", "Step 4", "Step 5", "Step 7"
LAMBDA, TAIL, GRADIENT = "6b", "Hoeffding", "‖G‖ > 0"

AFTER_STEP_3 = 2 / b * mean(g * D**2) - 2 * mean(g * xi * dz) - ball
STEPS_1_TO_8 = derivation(
    "Steps 1 to 8",
    progress_v,
    Line(EQUAL, 2 * mean(g * (phi - y) * along_v), "definition of G", known=definition()),
    Line(EQUAL, 2 * mean(g * (D - xi) * (dz + to_v)), "equation (7)", "Step 1",
         definition({along_v: dz + to_v})),
    Line(AT_LEAST, 2 / b * mean(g * D**2) - 2 * mean(g * xi * dz) + 2 * mean(g * (D - xi) * to_v),
         "φ is monotone and b-Lipschitz", "Step 2",
         identity(2 * mean(g / b * lipschitz(D, dz, b)))),
    Line(AT_LEAST, AFTER_STEP_3, "the noise term carries b, not b²: true for b ≥ 1 only", STEP_3),
    Line(EQUAL,
         2 / b * mean(a * (D**2 - 2 * xi * D)) - 2 * mean(g * xi * dz - 2 * (a / b) * xi * D)
         - ball, "g replaced by a: ≥ would be true, = is not", STEP_4),
    Line(AT_LEAST, 2 * (a / b) * eps - ball + mean(xi * lam),
         "err(w) − err(w*) ≥ ε; but the last sum enters with a minus", STEP_5),
    Line(AT_LEAST, 2 * (a / b) * eps - a / b * eps / W * (distance + mean(abs(xi)))
         + mean(xi * lam), "κ = 2b³W/a", "Step 6", identity(ZERO)),
    Line(AT_LEAST, 2 * (a / b) * eps - a / b * eps * (1 + 1 / W) + mean(xi * lam),
         "asks ‖w − w*‖ ≤ W, but only 2W is known", STEP_7),
    Line(AT_LEAST, -(a / b * eps / W) + mean(xi * lam), "arithmetic", "Step 8",
         identity(a / b * eps)),
)

NOISE = derivation(
    "bound on ξᵢλᵢ",
    abs(xi * lam),
    Line(AT_MOST, 2 * b * abs(dz) + 4 * (a / b) * abs(D), "|ξᵢ| ≤ 1, g ≤ b",
         known=solver(noise_short, g_below, slopes_ordered)),
    Line(AT_MOST, 2 * b * (3 * abs(dz)), "|Dᵢ| ≤ b|⟨xᵢ, w − w*⟩| and a ≤ b", LAMBDA,
         identity(4 * (a / b) * lipschitz_length(D, dz, b) + 4 * slopes_ordered * abs(dz))),
    Line(AT_MOST, 12 * b * W, "|⟨xᵢ, w − w*⟩| ≤ ‖w − w*‖ ≤ 2W", known=identity(6 * b * (
        points_near + distance * inputs_unit + cauchy_schwarz(dz, norm_x, distance)
    ))),
)

CONCLUSION = derivation(
    "conclusion",
    mean(xi * lam),
    Line(AT_LEAST, a / b * eps / W,
         "by Hoeffding, it is said; a zero-mean average is that large with probability ≤ δ at "
         "the printed m", TAIL),
)

HOEFFDING = derivation(
    "the printed m makes P(mean ξᵢλᵢ ≤ −(a/b)ε/W), the other tail, at most δ: its exponent is",
    2 * m * (a / b * eps / W) ** 2 / (24 * b * W) ** 2,
    Line(EQUAL, function("log", 1 / delta),
         "Hoeffding for ξᵢλᵢ in an interval of length 24bW; m = 288 b⁴W⁴/a² log(1/δ)/ε²",
         known=definition({m: SAMPLE_SIZE})),
)

NOT_ZERO = derivation(
    "‖G(w)‖ > 0",
    norm_G,
    Line(ABOVE, ZERO, "not in the print, and not true of every draw of the labels", GRADIENT),
)

PRINTED_STEP_4 = derivation(
    "Step 4 with the bracket and the free i as printed",
    AFTER_STEP_3,
    Line(AT_LEAST,
         2 / b * mean(a * (D**2 - 2 * xi * D)) - 2 * mean(g * xi * dz) - 2 * (a / b) * xi * D
         - ball, "printed with =; not even ≥ is true", STEP_4),
)
PRINTED_LAMBDA = derivation(
    "the bound on ξᵢλᵢ with the bracket as printed",
    2 * b * (abs(dz) + 4 * (a / b) * abs(D)),
    Line(AT_MOST, 2 * b * (3 * abs(dz)), "not true at a = b = 1", LAMBDA),
)


DELTA = 0.05
"""The δ at which a sample size is evaluated."""


def noisy_terms(glm: NoisyGLM, w: Array) -> dict[str, Any]:
    """The values of the symbols of the three pages on noise that speak of w alone."""
    return glm_terms(glm, w) | {
        "error_star": glm.error(glm.w_star),
        "error_gap": glm.error(w) - glm.error(glm.w_star),
    }


def values(
    instance: Instance[NoisyGLM], eps: Any, v: Array | None = None
) -> dict[str, Any]:
    """What the symbols stand for; v defaults to the worst of the ball, w* + (ε/κ) G/‖G‖."""
    glm, w = instance.problem, instance.point
    G, r = glm.subgradient(w), eps / kappa(eps, glm)
    v = worst_v(G, glm.w_star, r) if v is None else v
    at = noisy_terms(glm, w) | {
        "eps": eps, "progress_v": norms.inner(G, w - v),
        "along_v": along(glm.X, w - v), "to_v": along(glm.X, glm.w_star - v),
    }
    size = {name: np.asarray(at[name], dtype=float) for name in ("a", "b", "W", "eps")}
    return at | {"delta": DELTA, "m": SAMPLE_SIZE.at(size, delta=DELTA)}


# What is wrong with it, in exact numbers


def gap_counterexample() -> tuple[Instance[NoisyGLM], Fraction]:
    """m = d = 1, x = 1, a = b = 1/2, W = 1, w* = 1, w = −1, y = 1 (ξ = 1/2), ε = 19/10."""
    instance = in_fractions(NoisyGLM, [[1]], [1], [-1], "1/2", "1/2", labels=[1])
    return instance, Fraction(19, 10)


def equality_counterexample() -> tuple[Instance[NoisyGLM], Fraction]:
    """Step 4's =: a = 1/2, b = 1, x = 1, w = 1, w* = 0, y = 0: 2gD²/b is 2, 2aD²/b is 1."""
    return in_fractions(NoisyGLM, [[1]], [0], [1], "1/2", labels=[0]), Fraction(1, 2)


def stationary_counterexample() -> tuple[Instance[NoisyGLM], Fraction]:
    """G(w) = 0 exactly, and err(w) − err(w*) = 0.0391..., a = 1/2, b = 1, W = 1, ε = 1/30.

    x₁ = (−1, 0), x₂ = (0, −1), x₃ = (3, −4)/5, w* = −(2, 3)/5, w = −(11, 8)/20, y = (17/20, 0,
    199/200): gᵢ(φ⟨w, xᵢ⟩ − yᵢ) = −3/10, 2/5, −1/2, and (3/10)x₁ − (2/5)x₂ + (1/2)x₃ = 0.
    """
    instance = in_fractions(
        NoisyGLM, [[-1, 0], [0, -1], ["3/5", "-4/5"]], ["-2/5", "-3/5"], ["-11/20", "-2/5"],
        "1/2", labels=["17/20", 0, "199/200"],
    )
    return instance, Fraction(1, 30)


PROOF = Proof(
    "section 5.2", (EXPANSION, STEPS_1_TO_8, NOISE, CONCLUSION, HOEFFDING, NOT_ZERO), values,
    {
        STEP_3: Gap("b² where the noise term has b: false for b < 1", gap_counterexample),
        STEP_4: Gap("= where ≥ holds", equality_counterexample),
        STEP_5: Gap("the sign of mean ξᵢλᵢ", gap_counterexample),
        STEP_7: Gap("‖w − w*‖ ≤ W is not known, only 2W", gap_counterexample),
        TAIL: Gap(
            "a zero-mean average is asked to exceed a positive number; Hoeffding bounds the other "
            "tail", gap_counterexample,
        ),
        GRADIENT: Gap("a stationary point elsewhere, for some labels", stationary_counterexample),
    },
    {
        STEP_4: Misprint(
            "the bracket closes before the last term, which leaves its i free",
            PRINTED_STEP_4, gap_counterexample,
        ),
        LAMBDA: Misprint(
            "2b before the bracket that holds 4(a/b)|Dᵢ| too",
            PRINTED_LAMBDA, lambda: (corner(), Fraction(7, 6)),
        ),
    },
)

FAMILIES = (NoisyGLMFamily(m=1, d=1), NoisyGLMFamily(m=4, d=2), NoisyGLMFamily(m=4, d=3))

HYPOTHESES = given.refuted_with(
    given.INPUTS, given.RELU, given.OPTIMUM_GLM, given.POINT_GLM, given.LABELS, given.MEANS
)

CLAIMS = (
    ChanceClaim(
        id="theorem-2",
        theorem=Subject.THEOREM_2,
        source="Theorem 2, section 5.2",
        statement="given w ∈ B(0, W), with probability ≥ 1 − δ after m ≥ O(log(1/δ)/ε²) samples "
        f"err_m(w) is (ε, {KAPPA}, w*)-SLQC in w",
        verdict=Verdict.REFUTED,
        margin=margin_of(kappa),
        families=FAMILIES,
        hypotheses=HYPOTHESES,
        worst=lambda: exact.as_floats(corner()),
        trials=(
            Trial(
                f"corner, ε = 51/50, m = 25 ≥ {SAMPLE_SIZE}", 0.25, corner_draws(25, 0.02),
                exact=partial(corner_failure_probability, 25, Fraction(1, 50)),
            ),
            Trial(
                "corner, ε = 1 + 10⁻⁴, m = 1001", 0.25, corner_draws(1001, 1e-4),
                exact=partial(corner_failure_probability, 1001, Fraction(1, 10**4)),
            ),
        ),
        proof=PROOF,
        exactly=lambda: corner_failure_probability(25, Fraction(1, 50)) > Fraction(1, 4),
        certificate=lambda: certificates.noisy_glm(
            corner(MOSTLY_ONES), eps=Fraction(51, 50), p=Fraction(1, 2),
            above=Fraction(25) * Fraction(51, 50) / 2, allowed=Fraction(1, 4),
        ),
    ),
    ChanceClaim(
        id="theorem-2-any-m",
        theorem=Subject.THEOREM_2,
        source="Theorem 2 with any sample size, companion",
        statement="for all ε > 0, δ < 1/2, a ≤ b and W some m(ε, δ, a, b, W) is enough: given "
        f"w ∈ B(0, W), after m or more samples err_m(w) is (ε, {KAPPA}, w*)-SLQC in w with "
        "probability ≥ 1 − δ",
        verdict=Verdict.REFUTED,
        margin=margin_of(kappa),
        families=FAMILIES,
        hypotheses=HYPOTHESES,
        worst=lambda: exact.as_floats(thin_corner(100, MOSTLY_ONES)),
        trials=tuple(
            Trial(
                f"a = b, ε = 4b²W² = 1, n = 100, m = {m}", 0.25,
                partial(thin_corner_draws, m=m, n=100),
                exact=partial(thin_corner_failure_probability, m, 100),
            )
            for m in (25, 101, 1001)
        ),
        exactly=lambda: all(
            thin_corner_failure_probability(m, 100) >= least_failure_probability(m, 100)
            > Fraction(1, 4)
            for m in (25, 101, 1001)
        ),
        certificate=lambda: certificates.noisy_glm(
            thin_corner(100, MOSTLY_ONES), eps=Fraction(1), p=thin(100)[0] / 2,
            above=25 / (2 * thin(100)[0]), allowed=Fraction(1, 4),
        ),
    ),
)
