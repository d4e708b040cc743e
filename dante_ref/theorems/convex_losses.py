"""Any convex loss on one GLM (the outlook of section 3.2): SLQC, with one κ for every ε.

Let each sample have a loss ℓᵢ of the output φ⟨w, xᵢ⟩ that is convex, G-Lipschitz and least at the
planted output φ⟨w*, xᵢ⟩: the absolute error, Huber's, a hinge. Then the mean loss is
(ε, b²G/a, w*)-SLQC in every w, for every ε > 0. Free of W; and no smaller κ will do, as the
absolute error shows (`steep_instance`, in the limit). For losses with more curvature κ is smaller:
of order √ε for squares (`theorem_1`) and the cross-entropy (`logistic`).

The proof is four lines. Let qᵢ be a slope of ℓᵢ at the output: it has Dᵢ's sign, |qᵢ| ≤ G, and
ℓᵢ − ℓᵢ* ≤ qᵢDᵢ by convexity.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..problems import IdealisedGLM
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.claim import SLQCClaim, Subject, Verdict
from ..proofs.derivation import AT_LEAST, EQUAL, Line, derivation
from ..proofs.families import GLMFamily, Instance, Recast
from ..proofs.formula import POSITIVE, Symbol, mean
from ..proofs.known import definition, identity
from ..proofs.lemmas import lemma, letter, triangle
from ..proofs.proof import Proof
from ..proofs.symbols import a, b, eps, on_problem
from .terms import D, dz, g, g_above, g_below, glm_terms, norm_G, norm_x, progress
from .theorem_1 import ANY_PHI

# The statement

lipschitz_constant = Symbol("G_max", "G", "how fast the loss may grow", sign=POSITIVE)
KAPPA = b**2 * lipschitz_constant / a
kappa = on_problem(KAPPA)


@dataclass(frozen=True)
class AbsoluteGLM(IdealisedGLM):
    """One GLM under the absolute error mean |φ⟨w, xᵢ⟩ − yᵢ|: convex in the output, G = 1."""

    def error(self, w: Array) -> Array:
        """The mean absolute error."""
        return np.asarray(np.mean(np.abs(self.predict(w) - self.y), axis=-1))

    @property
    def numbers(self) -> dict[str, Any]:
        """a, b, W, and G = 1."""
        return super().numbers | {"G_max": 1.0}

    def subgradient(self, w: Array) -> Array:
        """mean q g x, q the sign of the residual."""
        slopes = self.activation.g((self.X @ w[..., None])[..., 0])
        weights = slopes * np.sign(self.predict(w) - self.y)
        return np.asarray(np.mean(weights[..., None] * self.X, axis=-2))


# The proof

q = Symbol("q", "qᵢ", "a slope of ℓᵢ at the output", "i")
rise = Symbol("rise", "ℓᵢ − ℓᵢ*", "", "i")
gap = Symbol("gap", "err(w) − err(w*)", "", means=mean(rise))
gap_above = assumed("err(w) − err(w*) ≥ ε", gap, eps)
convex = assumed("ℓᵢ − ℓᵢ* ≤ qᵢDᵢ, by convexity", q * D, rise)
short = assumed("‖xᵢ‖ ≤ 1", 1, norm_x)
slow = assumed("|qᵢ| ≤ G", lipschitz_constant, abs(q))

along_slope = lemma(
    "along_slope", "q Dz ≥ q D/b, as q, D and Dz have one sign",
    lambda q, D, Dz, b: b * q * Dz - q * D,
)
chord = letter("a", POSITIVE) + letter("s")
for case, side in (("Dz ≥ 0", 1), ("Dz < 0", -1)):
    along_slope.case(
        f"{case}, D = s Dz, s ≤ b", side * letter("q"), chord * (side * letter("x")),
        side * letter("x"), chord + letter("t"),
    )

signs = assumed("qᵢDᵢ ≥ 0, as ℓᵢ is least at the planted output", q * D)

PROGRESS = derivation(
    "a convex loss",
    progress,
    Line(EQUAL, mean(g * q * dz), "definition of the subgradient", known=definition()),
    Line(AT_LEAST, mean(g * (q * D)) / b, "φ is monotone and b-Lipschitz, q has D's sign",
         known=identity(mean(g * along_slope(q, D, dz, b)) / b)),
    Line(AT_LEAST, a / b * mean(q * D), "g ≥ a", known=identity(mean(g_above * signs) / b)),
    Line(AT_LEAST, a / b * gap, "convexity", known=identity(a / b * mean(convex))),
    Line(AT_LEAST, a / b * eps, "err(w) − err(w*) ≥ ε", known=identity(a / b * gap_above)),
    Line(AT_LEAST, eps / KAPPA * norm_G, "‖G‖ ≤ mean gᵢ |qᵢ| ‖xᵢ‖ ≤ bG",
         known=identity(eps / KAPPA * (
             triangle(norm_G, g * abs(q) * norm_x)
             + mean(b * lipschitz_constant * short + norm_x * (b * slow + abs(q) * g_below))
         ))),
)


def values(instance: Instance[AbsoluteGLM], eps: Any) -> dict[str, Any]:
    """What the symbols stand for, of the absolute error."""
    glm, w = instance.problem, instance.point
    residual = glm.predict(w) - glm.y
    return glm_terms(glm, w) | {
        "eps": eps, "q": np.sign(residual), "rise": np.abs(residual),
    }


# The worst instance


def steep_instance(
    a: float = 0.1, rare: float = 5e-4, far: float = 1e-4, t: float = 1e-9
) -> Instance[AbsoluteGLM]:
    """In R³: a share `rare` of the inputs carries the error, at slope a; the rest the gradient.

    w = (0, 0, t), w* = w + (0, W, 0). At x_A the score is just below its kink and D = −far; at the
    rest just above, with |D| < t: nothing of the error, yet a whole slope b. All inputs are nearly
    (1, 0, 0). κ_emp -> b²/a as rare, far and t/(rare far) -> 0.
    """
    m, W = round(1 / rare), 1.0

    def sample(u: float, side: int) -> list[float]:
        return [np.sqrt(1 - u**2 - t**2), -side * u, side * t]

    X = np.array([sample(far, -1)] + [sample(t * t, 1)] * (m - 1))
    glm = AbsoluteGLM(X, np.array([0.0, W, t]), GeneralizedReLU(a, 1.0), 2.0)
    return Instance(glm, np.array([0.0, 0.0, t]))


CLAIMS = (
    SLQCClaim(
        id="convex-losses",
        theorem=Subject.LOSSES,
        source="section 3.2, 'all such error functions', companion",
        statement="a convex, G-Lipschitz loss of φ⟨w, x⟩ that is least at the planted output is "
        f"(ε, {KAPPA}, w*)-SLQC for all w, ε > 0 (searched: the absolute error)",
        verdict=Verdict.TIGHT,
        kappa=kappa,
        families=(
            Recast(GLMFamily(m=1, d=1), AbsoluteGLM.of), Recast(GLMFamily(m=4, d=3), AbsoluteGLM.of)
        ),
        hypotheses={
            # of norm 2: errors and subgradients are twice as large, κ_emp too
            given.INPUTS: lambda: given.longer_inputs(steep_instance(), 2), given.RELU: ANY_PHI,
        },
        without_loss=given.WITHOUT_LOSS | given.FREE_OF_W,
        worst=steep_instance,
        proof=Proof("companion", (PROGRESS,), values),
    ),
)
