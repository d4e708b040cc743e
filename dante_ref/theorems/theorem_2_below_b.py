"""Theorem 2 for a < b (companion): true, with the paper's own κ.

At a = b the statement fails for every sample size (`theorem_2`). For a < b the paper's κ = 2b³W/a
is larger than what is needed without noise, by a factor that depends on t = a/b alone: within
B(0, W) one κ for every ε is ρκ (`finite_w` at the largest error, (a + b)²W²), with

    ρ = (1 + t)² √(t (1 + t)(3 − t))/8 < 1.

So there is room for noise: with τ = (1 − ρ)/(1 + ρ) and any w in B(0, W), SLQC with the paper's κ
holds with probability ≥ 1 − 2δ after

    m ≥ (1/ε) max{ 2(1 − τ)/τ² log(1/δ),  8/(t²(1 − τ)(1 − ρ)²) log(1/δ),
                   (1 + t)² (1 + √(2 log(1/δ)))²/((1 − τ)³(1 − ρ)²) }

samples: free of W, and of order 1/ε. Labels lie in [0, 1], so each ξᵢ in an interval of length 1,
and that is all that is asked of the units: 2bW may be anything, as an error above (1 − τ)ε is at
most (a + b)²W² too.

Proof: split at E = (1 − τ)ε, E = mean D². Below it Hoeffding's inequality gives clause 1. Above it
the ball costs r‖G₀‖ ≤ (1 + ρ)P where 2P = ⟨G₀, w − w*⟩, which leaves (1 − ρ)P for the noise along
w − w* and for the noise that the ball sees, half for each.
"""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from ..activations import GeneralizedReLU
from ..norms import norm
from ..problems import NoisyGLM
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.chance import ChanceClaim, Trial
from ..proofs.claim import Subject, Verdict
from ..proofs.derivation import ABOVE, AT_LEAST, AT_MOST, EQUAL, Line, derivation
from ..proofs.evidence import margin_of
from ..proofs.families import Instance, Recast
from ..proofs.formula import POSITIVE, ZERO, Formula, Symbol, function, mean, sqrt
from ..proofs.known import by_hand, definition, identity, quoted
from ..proofs.lemmas import PAIRS, lemma, letter
from ..proofs.obligations import unfolded
from ..proofs.proof import Proof
from ..proofs.symbols import W, a, b, checked, eps
from . import finite_w
from .kantorovich import constant_of
from .terms import D, dz, g, norm_G, progress
from .theorem_1 import KAPPA, kappa, paper
from .theorem_2 import DELTA, FAMILIES, delta, m, noisy_terms, xi
from .theorem_2_refuted import failures
from .theorem_2_repaired import norm_G0, norm_N

# The statement: the paper's κ, and a sample size


def needed_share(t: Formula) -> Formula:
    """ρ, t = a/b."""
    return (1 + t) ** 2 * sqrt(t * (1 + t) * (3 - t)) / 8


t = a / b
RHO = needed_share(t)
rho = Symbol("rho", "ρ", "the share of the paper's κ that is needed without noise", sign=POSITIVE)
tau = Symbol("tau", "τ", "(1 − ρ)/(1 + ρ)", means=(1 - rho) / (1 + rho))
log_delta = Symbol("log_delta", "log(1/δ)", "", means=function("log", 1 / delta))

NEEDED = (
    2 * (1 - tau) / tau**2 * log_delta,
    8 / (t**2 * (1 - tau) * (1 - rho) ** 2) * log_delta,
    (1 + t) ** 2 * (1 + sqrt(2 * log_delta)) ** 2 / ((1 - tau) ** 3 * (1 - rho) ** 2),
)
SAMPLE_SIZE = function("max", function("max", NEEDED[0], NEEDED[1]), NEEDED[2]) / eps
sample_size = checked(unfolded(SAMPLE_SIZE, {rho: RHO}), a, b, eps, delta, positive=[eps])
"""The m of the theorem, for a < b."""


# Its proof, given the inputs: G = G₀ − N, G₀ the idealised subgradient and N = 2 mean gᵢξᵢxᵢ

E = Symbol("E", "E", "mean Dᵢ², the idealised error", sign=POSITIVE)
E_small = Symbol("E_small", "E", "an error up to (1 − τ)ε", sign=POSITIVE)
P = Symbol("P", "P", "half of ⟨G₀, w − w*⟩", sign=POSITIVE)
r = Symbol("r", "r", "ε/κ", means=eps / KAPPA)
noise = Symbol("noise", "2 mean gᵢξᵢ⟨xᵢ, w − w*⟩")


def squared_kappa(E: Formula, a: Formula, b: Formula, W: Formula) -> Formula:
    """κ_W(E)² of `finite_w`."""
    return finite_w.squared_kappa(2 * W, E, E, constant_of(a, b), b)


kappa_E = Symbol("kappa_E", "κ_W(E)", "finite_w's κ", means=sqrt(squared_kappa(E, a, b, W)))

above = assumed("E ≥ (1 − τ)ε", E, (1 - tau) * eps)
room = assumed("ρ < 1", 1, rho)


less_than_one = lemma("less_than_one", "ρ < 1 for a < b", lambda a, b: 1 - needed_share(a / b) ** 2)
less_than_one.case("b = a + (b − a)", a, a + letter("b − a", POSITIVE))

largest_difference = lemma(
    "largest_difference", "|D| ≤ (a + b)W for scores in [−W, W]",
    lambda D, a, b, W: (a + b) * W - abs(D),
)
for pair in PAIRS:
    sizes = [assumed(f"{size} ≤ W", W, size) for size in (pair.size, pair.size_star)]
    if pair.side != pair.side_star:
        certificate = pair.g * sizes[0] + pair.g_star * sizes[1]
    else:  # |D| is the slope times the difference of the sizes, q + p and q
        farther = sizes[pair.size == letter("q")]
        certificate = pair.g * (farther + letter("q")) + (pair.a + pair.b - pair.g) * W
    phi, phi_star = pair.phi
    largest_difference.case(
        pair.name, phi - phi_star, pair.a, pair.b, W, known=identity(certificate)
    )

one_kappa = lemma(
    "one_kappa", "κ_W(E) ≤ ρ 2b³W/a, as κ_W grows up to the largest error",
    lambda E, a, b, W:
        (needed_share(a / b) * paper(a, b, W)) ** 2 - squared_kappa(E, a, b, W),
)
steeper = a + letter("b − a")
# (a + b)²W² = E + rest, the largest error
one_kappa.case("E ≤ (a + b)²W²", E, a, steeper, sqrt(E + letter("rest")) / (a + steeper))

noiseless = lemma(
    "noiseless", "E ‖G₀‖ ≤ κ_W(E) ⟨G₀, w − w*⟩, the noiseless GLM in B(0, W)",
    lambda P, E, kappa, norm: 2 * P * kappa - E * norm,
)
noiseless.case(
    "one GLM", letter("P"), letter("E"), letter("κ_W(E)"), letter("‖G₀‖"),
    known=quoted("the companion's theorem-1-finite-W, with its own proof"),
)

triangle_N = assumed("‖G‖ ≤ ‖G₀‖ + ‖N‖", norm_G0 + norm_N, norm_G)
steep = 1 + rho

BALL = derivation(
    "the ball without noise, E ≥ (1 − τ)ε",
    r * norm_G0,
    Line(AT_MOST, 2 * (r / E) * kappa_E * P, "the noiseless theorem, within B(0, W)",
         known=identity(r / E * noiseless(P, E, kappa_E, norm_G0))),
    Line(AT_MOST, 2 * rho * (eps / E) * P, "κ_W(E) ≤ ρκ, as E ≤ (a + b)²W²",
         known=identity(
             2 * P * r / E * one_kappa(E, a, b, W) / (rho * KAPPA + kappa_E), {rho: RHO}
         )),
    Line(AT_MOST, steep * P, "E ≥ (1 − τ)ε and τ = (1 − ρ)/(1 + ρ)",
         known=identity(steep * P / E * above)),
)
ALONG = derivation(
    "progress",
    progress - r * norm_G,
    Line(AT_LEAST, 2 * P - noise - r * norm_G0 - r * norm_N, "G = G₀ − N, triangle inequality",
         known=identity(r * triangle_N, {progress: 2 * P - noise})),
    Line(AT_LEAST, (1 - rho) * P - noise - r * norm_N, "the ball without noise",
         known=identity(1 * assumed("r‖G₀‖ ≤ (1 + ρ)P", steep * P, r * norm_G0))),
)

below = assumed("E ≤ (1 − τ)ε", (1 - tau) * eps, E_small)
enough_1 = assumed("m ≥ 2(1 − τ)/τ² log(1/δ)/ε", m, NEEDED[0] / eps)
room_tau = room / (1 + rho)
CLAUSE_1 = derivation(
    "Hoeffding's exponent of err(w) − err(w*) > ε, E ≤ (1 − τ)ε",
    m * (eps - E_small) ** 2 / (2 * E_small),
    Line(AT_LEAST, m * (tau**2 * eps / (2 * (1 - tau))), "it falls in E",
         known=identity(
             m / (2 * E_small * (1 - tau)) * below
             * ((1 - tau) * (2 * room_tau * eps + below) + room_tau**2 * eps)
         )),
    Line(AT_LEAST, log_delta, "m ≥ 2(1 − τ)/τ² log(1/δ)/ε",
         known=identity(tau**2 * eps / (2 * (1 - tau)) * enough_1)),
)
"""−2 mean ξᵢDᵢ > ε − E, and ξᵢDᵢ ranges over an interval of length |Dᵢ|: probability ≤ δ."""

P_0 = Symbol("P_0", "P₀", "(a/b)(1 − τ)ε, the least P where E > (1 − τ)ε",
             means=a / b * ((1 - tau) * eps))
enough_2 = assumed("m ≥ 8/(t²(1 − τ)(1 − ρ)²) log(1/δ)/ε", m, NEEDED[1] / eps)
HOEFFDING = derivation(
    "Hoeffding's exponent of 2 mean gᵢξᵢ⟨xᵢ, w − w*⟩ > (1 − ρ)P/2, at the least P",
    m * ((1 - rho) * P_0 / 2) ** 2 / (2 * (b / a * P_0)),
    Line(AT_LEAST, log_delta, "m ≥ 8/(t²(1 − τ)(1 − ρ)²) log(1/δ)/ε",
         known=identity((1 - rho) ** 2 * P_0 * a / (8 * b) * enough_2)),
)
"""The mean of (gᵢ⟨xᵢ, w − w*⟩)² is at most (b/a)P, as g ≤ b and |⟨xᵢ, w − w*⟩| ≤ |Dᵢ|/a."""

spread = 1 + sqrt(2 * log_delta)
root_m = (1 + t) * spread / ((1 - tau) * sqrt(1 - tau) * room)  # of NEEDED[2]
enough_3 = assumed("√m ≥ the root of the third term", sqrt(m), root_m / sqrt(eps))
largest_root = assumed("√((1 − τ)ε) ≤ √E ≤ (a + b)W", (a + b) * W, sqrt((1 - tau) * eps))
MCDIARMID = derivation(
    "McDiarmid: r‖N‖, outside an event of probability δ",
    r * (b / sqrt(m)) * spread,
    Line(AT_MOST, r * b * spread * sqrt(eps) / root_m, "m is at least the third term",
         known=identity(r * b * spread * sqrt(eps) / (root_m * sqrt(m)) * enough_3)),
    Line(AT_MOST, (1 - rho) * P_0 / 2, "(1 − τ)ε ≤ E ≤ (a + b)²W²",
         known=identity(
             a * eps * (1 - tau) * room / (2 * b**2 * W * (1 + t)) * largest_root
         )),
)
"""mean ‖N‖ ≤ b/√m as Var ξᵢ ≤ 1/4; a label that changes moves N by 2b/m at most."""

NOT_ZERO = derivation(
    "‖G‖ > 0, and clause 2, outside the two events of E > (1 − τ)ε",
    (1 - rho) * P - (1 - rho) * P / 2 - (1 - rho) * P_0 / 2,
    Line(EQUAL, (1 - rho) * (P - P_0) / 2, "rearranged", known=definition()),
    Line(ABOVE, ZERO, "P ≥ (a/b) E > P₀ and ρ < 1",
         known=by_hand("ρ < 1 by the lemma; mean g D Dz ≥ (a/b) mean D² > (a/b)(1 − τ)ε")),
)


def values(instance: Instance[NoisyGLM], eps: Any) -> dict[str, Any]:
    """What the symbols stand for, at the m of the statement; at a = b nothing is said."""
    glm, w = instance.problem, instance.point
    at = noisy_terms(glm, w)
    share = RHO.at(at)
    E_, P_ = mean(D**2).at(at), mean(g * D * dz).at(at)
    split = 1 - (1 - share) / (1 + share)  # 1 − τ
    # The second case, E > (1 − τ)ε; P ≥ (a/b)E but for rounding, where w is all but w*.
    second = np.minimum(eps, 0.99 * np.minimum(E_, (b / a).at(at) * P_) / split)
    N = 2 * np.mean((g * xi).at(at)[..., None] * glm.X, axis=-2)
    shares = np.linspace(0.05, 1.0, np.size(second)).reshape(np.shape(second))
    at |= {
        "eps": second, "rho": share, "E": E_, "P": P_, "delta": DELTA, "norm_N": norm(N),
        "norm_G0": norm(glm.subgradient(w) + N), "noise": 2 * mean(g * xi * dz).at(at),
        "E_small": split * second * shares,
    }
    return at | {"m": SAMPLE_SIZE.at(at)}


# How often it fails

def leaning(slope: float, c: float, samples: int) -> Instance[NoisyGLM]:
    """x = (c, ±√(1 − c²)) in turn, b = 1, w* = (1/2, 0) = −w: the thin corner, for a < b."""
    x = np.array([[c, np.sqrt(1 - c**2)], [c, -np.sqrt(1 - c**2)]])
    w_star = np.array([0.5, 0.0])
    X = x[np.arange(samples) % 2]
    glm = NoisyGLM(X, w_star, GeneralizedReLU(slope, 1.0), 0.5, np.arange(samples) % 2.0)
    return Instance(glm, -w_star)


def trials() -> tuple[Trial, ...]:
    """At the stated m, and at so few samples that SLQC fails more often than 2δ."""
    made = []
    for slope, c, few in ((0.5, 0.9, 1), (0.9, 0.6, 1), (0.97, 0.9, 1)):
        eps = (1 + slope) ** 2 / 4
        stated = int(np.ceil(sample_size(slope, 1.0, eps, DELTA)))
        for samples in (stated, few):
            instance = leaning(slope, c, samples)
            fails = partial(
                failures, instance.problem, instance.point, eps,
                float(kappa(eps, instance.problem)),
            )
            made.append(Trial(
                f"a = {slope:g}, c = {c:g}, ε = {eps:.3g}, m = {samples}"
                + " as stated" * (samples == stated),
                2 * DELTA, fails, claimed=samples == stated,
            ))
    return tuple(made)


def strictly_below(glm: NoisyGLM) -> NoisyGLM:
    """The same GLM with a < b: 0.999a for a."""
    slopes = glm.activation.slopes(glm.radius)
    return replace(glm, activation=GeneralizedReLU(0.999 * slopes.gamma, slopes.L))


CLAIMS = (
    ChanceClaim(
        id="theorem-2-below-b",
        theorem=Subject.THEOREM_2,
        source="Theorem 2 for a < b, companion",
        statement=f"a < b and w ∈ B(0, W): with probability ≥ 1 − 2δ after m ≥ C(a/b, δ)/ε samples "
        f"err_m(w) is (ε, {KAPPA}, w*)-SLQC in w, C free of W",
        verdict=Verdict.HOLDS,
        margin=margin_of(kappa),
        families=tuple(Recast(family, strictly_below) for family in FAMILIES),
        hypotheses={
            given.INPUTS: "it bounds ‖N‖; no draw without it is kept",
            given.RELU: given.ANOTHER_PHI,
            given.KINK: "at a = b it is false for every sample size: theorem-2-any-m",
            given.OPTIMUM_GLM: "used for |D| ≤ (a + b)W; no draw without it is kept",
            given.POINT_GLM: "used for |D| ≤ (a + b)W; no draw without it is kept",
            given.LABELS: "it is asked only that each ξᵢ lies in an interval of length 1",
            given.MEANS: "as labels in [0, 1] with these means have them",
        },
        worst=partial(leaning, 0.9, 0.6, 10),
        trials=trials(),
        proof=Proof(
            "companion", (BALL, ALONG, CLAUSE_1, HOEFFDING, MCDIARMID, NOT_ZERO), values
        ),
    ),
)
