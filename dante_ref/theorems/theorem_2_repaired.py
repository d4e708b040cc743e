"""The companion on Theorem 2 (section 5.2): a GLM with noisy labels, repaired.

Fix any w in ℝᵈ. With probability ≥ 1 − 2δ after

    m ≥ (1/ε) max{16 (b/a)² log(1/δ), 8b³(1 + √(2 log(1/δ)))²/(a(a + b)²)}

samples, err_m is (ε, κ(ε), w*)-SLQC in w with κ(ε) = (a + b)√(2bε/a), which is 2√2 times the
noiseless κ of `kantorovich`. Free of W, and 1/ε where the paper has W⁴/ε². It asks that, given the
inputs, the ξᵢ are independent, have mean zero and lie each in an interval of length 1, as the noise
of labels in [0, 1] does.
"""

from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from .. import norms
from ..activations import GeneralizedReLU
from ..arrays import Array
from ..problems import NoisyGLM
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.chance import ChanceClaim, Trial
from ..proofs.claim import Subject, Verdict
from ..proofs.derivation import ABOVE, AT_LEAST, AT_MOST, EQUAL, Line, derivation
from ..proofs.evidence import margin_of
from ..proofs.families import Instance
from ..proofs.formula import NONNEGATIVE, POSITIVE, ZERO, Symbol, function, mean, sqrt
from ..proofs.known import definition, identity
from ..proofs.lemmas import lipschitz, short_inputs, squared_slope, triangle_of_two
from ..proofs.proof import Proof
from ..proofs.symbols import a, b, checked, eps, on_problem
from .kantorovich import half_slack
from .terms import D, dz, g, g_above, norm_G, phi, progress, slopes_ordered, y
from .theorem_2 import DELTA, FAMILIES, delta, m, noisy_terms, xi
from .theorem_2_refuted import failures

# The statement

KAPPA = (a + b) * sqrt(2 * b * eps / a)
kappa = on_problem(KAPPA)

log_delta = function("log", 1 / delta)
E_small = Symbol("E_small", "E", "every error up to ε/2", "k", sign=POSITIVE)
SAMPLE_SIZE = function(
    "max",
    16 * (b / a) ** 2 * log_delta,
    8 * b**3 * (1 + sqrt(2 * log_delta)) ** 2 / (a * (a + b) ** 2),
) / eps
sample_size = checked(SAMPLE_SIZE, a, b, eps, delta, positive=[eps])
"""The m of the repaired theorem."""


# Its proof, given the inputs: G = G₀ − N, G₀ the idealised subgradient and N = 2 mean gᵢξᵢxᵢ

E = Symbol("E", "E", "mean Dᵢ², the idealised error", means=mean(D**2))
P = Symbol("P", "P", "half of ⟨G₀, w − w*⟩", means=mean(g * D * dz))
r = Symbol("r", "r", "ε/κ(ε)", means=eps / KAPPA)
norm_G0 = Symbol("norm_G0", "‖G₀‖", "", sign=NONNEGATIVE)
norm_N = Symbol("norm_N", "‖N‖", "", sign=NONNEGATIVE)
log_term = Symbol("log_term", "log(1/δ)", "", sign=NONNEGATIVE)
noise = 2 * mean(g * xi * dz)
reach_0 = sqrt(a * E / b) / (a + b)

second_case = replace(assumed("E > ε/2", E, eps / 2), sign=POSITIVE)
first_case = assumed("E ≤ ε/2", eps / 2, E_small)
enough = assumed("m ≥ 16 (b/a)² log(1/δ)/ε", m, 16 * (b / a) ** 2 * log_term / eps)
enough_2 = assumed(
    "m ≥ 8b³(1 + √(2 log(1/δ)))²/(a(a + b)²ε)", m,
    8 * b**3 * (1 + sqrt(2 * log_term)) ** 2 / (a * (a + b) ** 2 * eps),
)
half_of_sharp_form = (
    mean(g / b * lipschitz(D, dz, b)) + half_slack(g, D, sqrt(mean((g * D) ** 2)), E, a, b)
    + 2 * reach_0 * short_inputs(norm_G0 / 2, abs(g * D))
)
"""P − √(aE/b)/(a + b) ‖G₀‖, as `kantorovich` has it."""

PROGRESS = derivation(
    "progress, E > ε/2",
    progress - r * norm_G,
    Line(EQUAL, 2 * P - noise - r * norm_G, "definition of G",
         known=definition({progress: 2 * mean(g * (phi - y) * dz)})),
    Line(AT_LEAST, 2 * P - noise - r * norm_G0 - r * norm_N,
         "G = G₀ − N and the triangle inequality",
         known=identity(r * triangle_of_two(norm_G, norm_G0, norm_N))),
    Line(AT_LEAST, 2 * P - noise - reach_0 * norm_G0 - r * norm_N,
         "r = √(aε/(2b))/(a + b) and E > ε/2",
         known=identity(norm_G0 * (a / b) * second_case
                        / ((a + b) * (sqrt(a * E / b) + (a + b) * r)))),
    Line(AT_LEAST, P - noise - r * norm_N,
         "2P = ⟨G₀, w − w*⟩ ≥ 2√(aE/b)/(a + b) ‖G₀‖, Theorem 1's sharp form",
         known=identity(half_of_sharp_form)),
)

ALONG = derivation(
    "the noise along w − w*",
    (g * dz) ** 2,
    Line(AT_MOST, b / a * g * D * dz,
         "g ≤ b and |⟨xᵢ, w − w*⟩| ≤ |Dᵢ|/a; so the mean of the squares is at most (b/a) P",
         known=identity(squared_slope(g, D, dz, a, b))),
)

P_0 = Symbol("P_0", "P₀", "(a/b) ε/2, the least P where E > ε/2", means=a / b * (eps / 2))
along_noise = 2 * sqrt(b / a * P_0 * log_term / (2 * m))
across_noise = r * (b / sqrt(m)) * (1 + sqrt(2 * log_term))
mcdiarmid = a**2 * eps**2 / (16 * b**2 * m) * enough_2 / (P_0 / 2 + across_noise)

CLAUSE_1 = derivation(
    "Hoeffding, E ≤ ε/2: P(err(w) − err(w*) > ε) ≤ e^−x, x =",
    m * (eps - E_small) ** 2 / (2 * E_small),
    Line(AT_LEAST, m * eps / 4,
         "−2 mean ξᵢDᵢ > ε − E; ξᵢDᵢ ranges over an interval of length |Dᵢ|",
         known=identity(m / (2 * E_small) * (4 * first_case + 3 * E_small) * first_case)),
    Line(AT_LEAST, log_term, "m ≥ 16 (b/a)² log(1/δ)/ε: at most δ",
         known=identity(
             eps / 4 * enough + log_term * (3 + 4 * slopes_ordered * (a + b) / a**2)
         )),
)
HOEFFDING = derivation(
    "Hoeffding, E > ε/2: 2 mean gᵢξᵢ⟨xᵢ, w − w*⟩, outside an event of probability δ",
    along_noise,
    Line(AT_MOST, P_0 / 2, "m ≥ 16 (b/a)² log(1/δ)/ε; of P > P₀ it is the root",
         known=identity(P_0 / m * (a * eps / (8 * b)) * enough / (P_0 / 2 + along_noise))),
)
MCDIARMID = derivation(
    "McDiarmid, E > ε/2: r‖N‖, outside an event of probability δ",
    across_noise,
    Line(AT_MOST, P_0 / 2, "mean of ‖N‖ ≤ b/√m as Var ξᵢ ≤ 1/4; bounded differences 2b/m; m",
         known=identity(mcdiarmid)),
)
above_P = mean(g / b * lipschitz(D, dz, b)) + mean(g_above * D**2) / b
"""P − (a/b) E."""
along_P = 2 * sqrt(b / a * P * log_term / (2 * m))
NOT_ZERO = derivation(
    "‖G‖ > 0, and clause 2, outside the two events of E > ε/2: ⟨G, w − w*⟩ − r‖G‖ is at least",
    P - along_P - across_noise,
    Line(AT_LEAST, P - (P + P_0) / 4 - P_0 / 2, "m, as for P₀; √(PP₀) ≤ (P + P₀)/2",
         known=identity(
             ((P - P_0) ** 2 / 16 + (a / b * E + above_P) / m * (a * eps / (8 * b)) * enough)
             / ((a / b * E + above_P + P_0) / 4 + along_P) + mcdiarmid
         )),
    Line(AT_LEAST, 3 * (a / b) / 4 * (E - eps / 2), "P ≥ (a/b) E",
         known=identity(Fraction(3, 4) * above_P)),
    Line(ABOVE, ZERO, "E > ε/2: so ⟨G, w − w*⟩ > r‖G‖, and G isn't 0",
         known=identity(3 * (a / b) / 4 * second_case)),
)


def values(
    instance: Instance[NoisyGLM], eps: Any, delta: float = DELTA
) -> dict[str, Any]:
    """What the symbols stand for, at the m of the statement."""
    glm, w = instance.problem, instance.point
    at = noisy_terms(glm, w)
    # The second case, E > ε/2; the first needs no gradient.
    second = np.minimum(eps, 1.99 * E.at(at))
    N = 2 * np.mean((g * xi).at(at)[..., None] * glm.X, axis=-2)
    return at | {
        "eps": second, "norm_N": norms.norm(N), "norm_G0": norms.norm(glm.subgradient(w) + N),
        "log_term": np.log(1 / delta), "m": SAMPLE_SIZE.at(at, eps=second, delta=delta),
        "E_small": np.linspace(0.01, 0.5, 8) * np.asarray(second)[..., None],
    }


PROOF = Proof("companion", (PROGRESS, ALONG, CLAUSE_1, HOEFFDING, MCDIARMID, NOT_ZERO), values)
"""If E ≤ ε/2, clause 1 holds unless a tail event of Hoeffding happens. If E > ε/2, clause 2 holds
unless one of two other tail events happens: the last line of `PROGRESS` is > 0 outside them. So
SLQC holds with probability ≥ 1 − 2δ.
"""


# How often it fails


def draws(
    eps: float, m: int, a: float = 1.0, b: float = 1.0, distance: float | None = None
) -> "partial[Array]":
    """Draws with the repaired κ: d = 1, x = 1, φ⟨w*, x⟩ = 1/2, w = w* − distance.

    The noise is the largest that labels in [0, 1] can have. The default distance puts E at the
    edge of the two cases of the proof, E = ε/2.
    """
    w_star = 1 / (2 * b)
    distance = np.sqrt(eps / 2) / b if distance is None else distance
    glm = NoisyGLM(
        np.ones((m, 1)), np.array([w_star]), GeneralizedReLU(a, b), w_star, np.zeros(m)
    )
    return partial(failures, glm, np.array([w_star - distance]), eps, float(kappa(eps, glm)))


def _trials() -> tuple[Trial, ...]:
    """At the stated m, at a tenth and a hundredth of it; E at the edge of the cases, and beyond."""
    trials = []
    for slope, goal in ((1.0, 0.2), (1.0, 0.02), (0.5, 0.1)):
        stated = int(np.ceil(sample_size(slope, 1.0, goal, DELTA)))
        for share in (1, 10, 100):
            samples = max(1, stated // share)
            part = "as stated" if share == 1 else f"1/{share} of it"
            trials.append(
                Trial(
                    f"a = {slope:g}, ε = {goal:g}, m = {samples} ({part})", 2 * DELTA,
                    draws(goal, samples, slope, distance=np.sqrt(goal) / 3), claimed=share == 1,
                )
            )
    return tuple(trials)


def largest_noise() -> Instance[NoisyGLM]:
    """One draw of the repaired theorem's setting at ε = 0.2, labels 0, 1, 0, 1, ..."""
    glm, w = draws(0.2, 240).args[:2]
    return Instance(replace(glm, labels=np.arange(240) % 2.0), w)


CLAIMS = (
    ChanceClaim(
        id="theorem-2-repaired",
        theorem=Subject.THEOREM_2,
        source="Theorem 2, companion's repair",
        statement=f"for every w, with probability ≥ 1 − 2δ after m ≥ {SAMPLE_SIZE} samples err_m(w)"
        f" is (ε, {KAPPA}, w*)-SLQC in w",
        verdict=Verdict.HOLDS,
        margin=margin_of(kappa),
        families=FAMILIES,
        hypotheses={
            given.INPUTS: "it bounds ‖N‖; no draw without it is kept",
            given.RELU: given.ANOTHER_PHI,
            given.LABELS: "it is asked only that each ξᵢ lies in an interval of length 1",
            given.MEANS: "as labels in [0, 1] with these means have them",
        },
        without_loss=given.FREE_OF_W,
        worst=largest_noise,
        trials=_trials(),
        proof=PROOF,
    ),
)
