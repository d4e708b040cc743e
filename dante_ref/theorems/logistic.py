"""Cross-entropy on one GLM (the outlook of section 3.2): here the paper's belief is right.

    'most other widely used error functions such as cross-entropy loss are convex (and thus SLQC)
    as well as Lipschitz. We believe that our results can be extended to all such error functions.'

The logistic loss through the generalized ReLU, with planted probabilities pᵢ* = σ(φ⟨w*, xᵢ⟩), isn't
convex in w. It is SLQC, with a κ of the sharp form of Theorem 1 and free of W,

    κ(ε) = ((a + b)/(4√2)) √(bε/a),

which is κ of the squared loss over 2√2, and no smaller constant will do: near w* the cross-entropy
is the squared loss over 8. (The squared loss on a sigmoid needs a κ that grows as e^(W/2).)

The proof is Kantorovich's chain with another sample inequality. Let d = p − p*, s = φ⟨w, x⟩, and
KL, KL' the divergences KL(p*, p) and KL(p, p*). Then d D = KL + KL', and both are at least 2d²
(Pinsker). `sample` says what a sample gives. It goes by the kink: where z ≥ 0 or both scores are
<= 0 the two divergences are enough. Where z < 0 < z*, KL may be the larger one, by at most
2|s||d| = 2a|z||d| (`trapezoid`); but there the chord of φ is less steep than b by (b − a)|z|/|Dz|.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import expit

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..problems import IdealisedGLM
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.claim import SLQCClaim, Subject, Verdict
from ..proofs.derivation import AT_LEAST, EQUAL, Line, derivation
from ..proofs.families import GLMFamily, Instance, Recast
from ..proofs.formula import NONNEGATIVE, Symbol, mean, sqrt
from ..proofs.known import by_hand, definition, identity, quoted
from ..proofs.lemmas import lemma, letter, short_inputs
from ..proofs.proof import Proof
from ..proofs.symbols import a, b, eps, on_problem
from .kantorovich import tight_instance
from .terms import dz, g, glm_terms, norm_G, progress

# The statement

KAPPA = (a + b) / (4 * sqrt(2)) * sqrt(b * eps / a)
kappa = on_problem(KAPPA)


@dataclass(frozen=True)
class LogisticGLM(IdealisedGLM):
    """One GLM under the cross-entropy, yᵢ = σ(φ⟨w*, xᵢ⟩); `predict` answers with the log-odds.

    Its error is the mean of KL(yᵢ, σ(φ⟨w, xᵢ⟩)): the cross-entropy less what it is at w*.
    """

    @cached_property
    def y(self) -> Array:
        """The planted probabilities (..., m)."""
        return np.asarray(expit(self.predict(self.w_star)))

    def divergences(self, w: Array) -> Array:
        """KL(yᵢ, σ(φ⟨w, xᵢ⟩)), (..., m)."""
        return divergence(self.predict(self.w_star), self.predict(w))

    def error(self, w: Array) -> Array:
        """The mean divergence."""
        return np.asarray(np.mean(self.divergences(w), axis=-1))

    def subgradient(self, w: Array) -> Array:
        """mean g d x, d = σ(φ⟨w, x⟩) − y."""
        slope = self.activation.g((self.X @ w[..., None])[..., 0])
        weights = slope * difference(self.predict(w), self.predict(self.w_star))
        return np.asarray(np.mean(weights[..., None] * self.X, axis=-2))


def divergence(s: Array, t: Array) -> Array:
    """KL of the Bernoulli law with log-odds s from that with log-odds t, to all its digits."""
    s, step = np.where(s > 0, -s, s), np.where(s > 0, s - t, t - s)  # the rarer outcome's law
    p = expit(s)
    v = p * expit(-s)
    series = v * step**2 / 2 * (1 + (1 - 2 * p) * step / 3 + (1 - 6 * v) * step**2 / 12)
    direct = np.log1p(p * np.expm1(step)) - p * step
    return np.asarray(np.where(np.abs(step) < 1e-4, series, direct))


def difference(s: Array, t: Array) -> Array:
    """σ(s) − σ(t), to all its digits."""
    high, low = np.maximum(s, t), np.minimum(s, t)
    return np.asarray(np.sign(s - t) * expit(high) * expit(-low) * -np.expm1(low - high))


# The proof

KL = Symbol("KL", "KLᵢ", "the divergence KL(pᵢ*, pᵢ)", "i", sign=NONNEGATIVE)
d = Symbol("d", "dᵢ", "pᵢ − pᵢ*", "i")
error = Symbol("error", "err(w)", "the mean divergence", means=mean(KL))
error_above = assumed("err(w) ≥ ε", error, eps)

# for either order of the two laws
pinsker = lemma("pinsker", "Pinsker: KL ≥ 2d²", lambda KL, d: KL - 2 * d**2)
pinsker.case("Bernoulli laws", letter("KL"), letter("d", ""),
             known=quoted("Pinsker's inequality, with the constant 2"))

# log-odds s ≤ 0 ≤ s*, |d| = p* − p
trapezoid = lemma(
    "trapezoid", "p ≤ 1/2 ≤ p*: KL − KL' ≤ 2 |s| |d|",
    lambda KL, back, size, length: 2 * size * length - KL + back,
)

# of d and Dz, which have one sign, any sign
sample = lemma(
    "sample", "(a + b) b g d Dz ≥ 4 g²d² + 2ab KL, by Pinsker and the trapezoid",
    lambda g, d, Dz, KL, a, b: (a + b) * b * g * d * Dz - 4 * g**2 * d**2 - 2 * a * b * KL,
)


def _by_cases() -> None:
    length, back, s_star, m = (letter(name) for name in ("|d|", "KL'", "s*", "|s| − s*"))
    # KL + KL' = |d| (|s| + s*)
    trapezoid.case("s* ≤ |s|", length * (s_star + m + s_star) - back, back, s_star + m, length)
    trapezoid.case("s* > |s|", letter("KL"), back, letter("|s|"), length, known=by_hand(
        "KL' − KL is 0 at s* = |s|, and its derivative in s* is |d| − σ'(s*)(s* − s) >= 0: |d| is "
        "s* − s times the mean of σ' over [s, s*], and σ' is even and falls in |s|"
    ))
    a, v, length = letter("a", "> 0"), letter("b − a"), letter("|d|", "> 0")
    KL, t, size = (letter(name) for name in ("KL", "t", "|z|"))
    b, both = a + v, KL + back  # both is |d| |D|
    forth, other = pinsker(KL, length), pinsker(back, length)
    sample.case(
        "z ≥ 0: b |Dz| = |D| + t/|d|", b, length, (both + t) / (b * length), KL, a, b,
        known=identity(b * (v * forth + (a + b) * (other + t))),
    )
    sample.case(
        "z < 0, z* ≤ 0: |D| = a |Dz|", a, length, both / (a * length), KL, a, b,
        known=identity(b * (v * forth + (a + b) * other) + 4 * v * (a + b) * length**2),
    )
    sample.case(
        "z < 0 < z*: b |Dz| = |D| + (b − a) |z|",
        a, length, (both + v * size * length) / (b * length), KL, a, b, known=identity(a * (
            v * trapezoid(KL, back, a * size, length) + v**2 * size * length + 2 * a * other
        )),
    )


_by_cases()

SHARE = 4 / (b * (a + b))
PROGRESS = derivation(
    "cross-entropy",
    progress,
    Line(EQUAL, mean(g * d * dz), "definition of G", known=definition()),
    Line(AT_LEAST, SHARE * (mean(g**2 * d**2) + a * b / 2 * error),
         "the sample inequality: Pinsker, and the chord at the kink",
         known=identity(mean(sample(g, d, dz, KL, a, b)) / (b * (a + b)))),
    Line(AT_LEAST, SHARE * sqrt(2 * a * b * error) * sqrt(mean(g**2 * d**2)),
         "arithmetic ≥ geometric mean",
         known=identity(SHARE * (sqrt(mean(g**2 * d**2)) - sqrt(a * b * error / 2)) ** 2)),
    Line(AT_LEAST, SHARE * sqrt(2 * a * b * error) * norm_G,
         "‖G‖ ≤ mean gᵢ |dᵢ| ‖xᵢ‖, ‖xᵢ‖ ≤ 1, then Jensen",
         known=identity(SHARE * sqrt(2 * a * b * error) * short_inputs(norm_G, g * abs(d)))),
    Line(AT_LEAST, eps / KAPPA * norm_G, "err(w) ≥ ε",
         known=identity(
             SHARE * sqrt(2 * a * b) * norm_G * error_above / (sqrt(error) + sqrt(eps))
         )),
)


def values(instance: Instance[LogisticGLM], eps: Any) -> dict[str, Any]:
    """What the symbols stand for."""
    glm, w = instance.problem, instance.point
    d = difference(glm.predict(w), glm.predict(glm.w_star))
    return glm_terms(glm, w) | {"eps": eps, "KL": glm.divergences(w), "d": d}


# The worst instance


def small_instance(E: float = 1e-4) -> Instance[LogisticGLM]:
    """The GLM that attains κ_sharp, at a small error: log-odds near 0, where 8 KL is about D²."""
    tight = tight_instance(E=E)
    return Instance(LogisticGLM.of(tight.problem), tight.point)


CLAIMS = (
    SLQCClaim(
        id="cross-entropy",
        theorem=Subject.LOSSES,
        source="section 3.2, cross-entropy, companion",
        statement=f"the logistic loss through φ is (ε, {KAPPA}, w*)-SLQC for all w, ε > 0",
        verdict=Verdict.TIGHT,
        kappa=kappa,
        families=(
            Recast(GLMFamily(m=1, d=1), LogisticGLM.of),
            Recast(GLMFamily(m=4, d=3, W_max=5.0), LogisticGLM.of),
            Recast(GLMFamily(4, 3, GeneralizedReLU(0.1), 30.0), LogisticGLM.of),
        ),
        hypotheses={
            # of norm 2: as b = 2 would have it, with twice the κ of b = 1
            given.INPUTS: lambda: given.longer_inputs(small_instance(), 2),
            given.RELU: given.ANOTHER_PHI,
        },
        without_loss=given.FREE_OF_W | {
            given.B_IS_ONE: "slopes times c and weights over c have the same errors"
        },
        worst=small_instance,
        proof=Proof("companion", (PROGRESS,), values),
    ),
)
