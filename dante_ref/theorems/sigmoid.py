"""Sigmoid and tanh: 'each of these results also holds for sigmoid' (section 3.2).

For one GLM and for a layer it does: `kantorovich` needs a monotone φ with slopes in [γ, L] only.
On |z| ≤ W the sigmoid σ has L = 1/4, γ = σ(W) σ(−W), tanh L = 1, γ = 1/cosh² W, so

    sigmoid:  κ(ε) = ((cosh(W/2) + 1/cosh(W/2))/8) √ε
    tanh:     κ(ε) = ((cosh(W) + 1/cosh(W))/2) √ε

The e^W that is quoted from Hazan et al. after Definition 2 holds, and is about the square of what
is needed: κ grows as e^(W/2), and up to a factor √W it must (`sigmoid_lower`). Tanh is a rescaled
sigmoid, tanh z = 2σ(2z) − 1, which doubles W: its κ grows as e^W. Neither κ is tight for large W:
slope γ is found at |z| = W only, chords of slope L only near 0.

For the inner layer (Theorems 4 and 5) it doesn't: the proof of section 5.5 begins with
φ₁(z) = g(z) z, which only positively homogeneous activations satisfy. At z = 0: 1/2 is not 0.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..activations import Activation, Sigmoid, Tanh
from ..arrays import Array
from ..problems import IdealisedGLM, TwoLayerNetwork
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.claim import Claim, SLQCClaim, Subject, Verdict, identity_margin
from ..proofs.derivation import AT_LEAST, AT_MOST, EQUAL, Line, derivation
from ..proofs.families import GLMFamily, Instance, TwoLayerFamily
from ..proofs.formula import POSITIVE, Formula, Symbol, exp, formula, function, sqrt
from ..proofs.known import definition, identity
from ..proofs.lemmas import cosh_large, exponential_large, tanh_small
from ..proofs.proof import Proof
from ..proofs.symbols import W, eps, on_problem
from . import kantorovich
from .kantorovich import sharp
from .sigmoid_lower import hard_instance
from .terms import along

# The statements

KAPPA_HAZAN = exp(W)
"""W = ‖w*‖: Hazan et al. as quoted after Definition 2."""
kappa_hazan = on_problem(KAPPA_HAZAN)


def _sum(z: Formula) -> Formula:
    """cosh z + 1/cosh z."""
    cosh = function("cosh", z)
    return cosh + 1 / cosh


KAPPA_SIGMOID = _sum(W / 2) / 8 * sqrt(eps)
KAPPA_TANH = _sum(W) / 2 * sqrt(eps)

# The slopes

e_z = Symbol("e_z", "e^zᵢ", "zᵢ = ⟨w, xᵢ⟩; for tanh 2zᵢ and 2W, as tanh z = 2σ(2z) − 1", "i",
             sign=POSITIVE)
e_W = Symbol("e_W", "e^W", "", sign=POSITIVE)
slope = Symbol("slope", "σ'(zᵢ)", "σ(zᵢ) σ(−zᵢ)", "i")

LARGEST_SLOPE = derivation(
    "the largest slope",
    slope,
    Line(EQUAL, e_z / (1 + e_z) ** 2, "σ' = σ(1 − σ), σ(z) = e^z/(1 + e^z)",
         known=definition({slope: e_z / (1 + e_z) ** 2})),
    Line(AT_MOST, formula(0.25), "L = 1/4",
         known=identity((1 - e_z) ** 2 / (4 * (1 + e_z) ** 2))),
)
LEAST_SLOPE = derivation(
    "the least slope on |z| ≤ W",
    slope,
    Line(EQUAL, e_z / (1 + e_z) ** 2, "as above", known=definition({slope: e_z / (1 + e_z) ** 2})),
    Line(AT_LEAST, e_W / (1 + e_W) ** 2, "γ = σ(W) σ(−W)", known=identity(
        assumed("z ≤ W", e_W, e_z) * assumed("z ≥ −W", e_z, 1 / e_W) * e_W
        / ((1 + e_z) ** 2 * (1 + e_W) ** 2)
    )),
)


def values(instance: Instance[IdealisedGLM], eps: Any) -> dict[str, Any]:
    """What the symbols stand for, here and in `kantorovich`; of the sigmoid and of tanh."""
    glm = instance.problem
    twice = 2 if isinstance(glm.activation, Tanh) else 1
    z, radius = twice * along(glm.X, instance.point), twice * np.asarray(glm.radius)
    return kantorovich.values(instance, eps) | {
        "e_z": np.exp(z), "e_W": np.exp(radius), "slope": Sigmoid().g(z),
        "kappa": kantorovich.kappa(eps, glm),
    }


PROOF = Proof("companion", (*kantorovich.PROOF.displays, LARGEST_SLOPE, LEAST_SLOPE), values)
"""The companion's theorem, and that the activation has the slopes γ and L that it asks for."""

# The companion's kappa is smaller

kappa_ = Symbol("kappa", "κ(ε)", "the companion's, of Theorem 1", sign=POSITIVE)
cosh, tanh = function("cosh", W / 2), function("tanh", W / 2)
error_small = assumed("ε ≤ err(w) ≤ tanh²(W/2)", tanh, sqrt(eps))

SHARP_BELOW_HAZAN = derivation(
    "the sharp κ is below e^W",
    kappa_,
    Line(EQUAL, KAPPA_SIGMOID, "L = 1/4, γ = σ(W) σ(−W) = 1/(4 cosh²(W/2))",
         known=definition({kappa_: sharp(1 / (4 * cosh**2), formula(Fraction(1, 4)))})),
    Line(AT_MOST, _sum(W / 2) / 8 * tanh, "ε ≤ err(w), and |Dᵢ| ≤ σ(W) − σ(−W) = tanh(W/2)",
         known=identity(_sum(W / 2) / 8 * error_small)),
    Line(AT_MOST, cosh / 4, "1/cosh ≤ 1 ≤ cosh and tanh ≤ 1", known=identity(
        _sum(W / 2) / 8 * tanh_small(W / 2) + cosh_large(W / 2) * (cosh + 1) / (8 * cosh)
    )),
    Line(AT_MOST, KAPPA_HAZAN, "cosh(W/2) ≤ e^(W/2)", known=identity(exponential_large(W / 2))),
)


PROOF_HAZAN = replace(PROOF, displays=(*PROOF.displays, SHARP_BELOW_HAZAN))
"""And κ(ε) ≤ e^W, for every ε that can occur."""

# The trace identity of section 5.5


def trace_identity(network: TwoLayerNetwork, W1: Array) -> tuple[Array, Array]:
    """⟨wⱼ, φ₁⟨W₁, x⟩⟩ and Tr(g₁ wⱼ xᵀ W₁) = Σₖ wₖⱼ g(zₖ) zₖ, both (..., m, d″)."""
    z = network.X @ W1
    return network.phi1.phi(z) @ network.W2, (network.phi1.g(z) * z) @ network.W2


def trace_margin(instances: Instance[TwoLayerNetwork]) -> Any:
    """Of the identity, over all samples and outputs."""
    margins = identity_margin(*trace_identity(instances.problem, instances.point))
    return np.min(margins, axis=(-2, -1))


def trace_counterexample() -> Instance[TwoLayerNetwork]:
    """x = 1, w₂ = 1, W₁ = 0 (W₁* = 1): φ₁(0) = 1/2, exactly, and g₁ 0 = 0."""
    phi, unit = Sigmoid(), np.ones((1, 1))
    return Instance(TwoLayerNetwork(unit, unit, unit, phi, phi, 1.0, 1.0), 0 * unit)


def trace_identity_fails_exactly() -> bool:
    """1/2 against 0: σ(0) = 1/(1 + e⁰) has no rounding."""
    instance = trace_counterexample()
    left, right = trace_identity(instance.problem, instance.point)
    return float(left[0, 0]).as_integer_ratio() == (1, 2) and float(right[0, 0]) == 0


def _glms(phi: Activation, *radii: float) -> tuple[GLMFamily, ...]:
    return tuple(GLMFamily(m=4, d=3, activation=phi, W_max=W) for W in radii)


def long_inputs(W: float = 20.0) -> Instance[IdealisedGLM]:
    """The hard instance with ‖xᵢ‖ = W and ‖w‖ = 1: its scores, and W times its gradient."""
    hard = hard_instance(W)
    glm = hard.problem
    return Instance(
        IdealisedGLM(W * glm.X, glm.w_star / W, glm.activation, 1.0), hard.point / W
    )


def far_point() -> Instance[IdealisedGLM]:
    """The hard instance with ‖w‖ = 20 and a bound of 2, which ‖w*‖ keeps."""
    hard = hard_instance(20.0)
    return Instance(replace(hard.problem, W_max=2.0), hard.point)


def as_tanh(instance: Instance[IdealisedGLM]) -> Instance[IdealisedGLM]:
    """For tanh, with half the weights, as tanh z = 2σ(2z) − 1."""
    glm = instance.problem
    return Instance(
        IdealisedGLM(glm.X, glm.w_star / 2, Tanh(), glm.radius / 2), instance.point / 2
    )


ANOTHER = "another φ has another κ"
WITH: dict[given.Hypothesis, given.Without] = {
    given.INPUTS: long_inputs, given.POINT_GLM: far_point, given.SIGMOID: ANOTHER,
    given.OPTIMUM_GLM: "not used: the slopes at w alone are",
}

CLAIMS = (
    SLQCClaim(
        id="sigmoid-hazan",
        theorem=Subject.SIGMOID,
        source="quoted after Definition 2, Hazan et al.",
        statement=f"with the sigmoid, err(w) is (ε, {KAPPA_HAZAN}, w*)-SLQC for all w, w* ∈ "
        "B(0, W), ε > 0",
        verdict=Verdict.SHARPENED,
        kappa=kappa_hazan,
        families=_glms(Sigmoid(), 1.0, 5.0),
        hypotheses=WITH | {given.OPTIMUM_GLM: "used for err(w) ≤ tanh²(W/2); no instance is kept"},
        worst=hard_instance,
        proof=PROOF_HAZAN,
    ),
    SLQCClaim(
        id="sigmoid-sharp",
        theorem=Subject.SIGMOID,
        source="section 3.2, companion",
        statement=f"with the sigmoid, err(w) is (ε, {KAPPA_SIGMOID}, w*)-SLQC for all w, w* ∈ "
        "B(0, W), ε > 0",
        verdict=Verdict.HOLDS,
        kappa=kantorovich.kappa,
        families=_glms(Sigmoid(), 1.0, 5.0),
        hypotheses=WITH,
        worst=hard_instance,
        proof=PROOF,
    ),
    SLQCClaim(
        id="tanh-sharp",
        theorem=Subject.SIGMOID,
        source="section 3.2, companion",
        statement=f"with tanh, err(w) is (ε, {KAPPA_TANH}, w*)-SLQC for all w, w* ∈ B(0, W), "
        "ε > 0",
        verdict=Verdict.HOLDS,
        kappa=kantorovich.kappa,
        families=_glms(Tanh(), 1.0, 3.0),
        hypotheses={
            given.INPUTS: lambda: as_tanh(long_inputs()),
            given.POINT_GLM: lambda: as_tanh(far_point()),
            given.TANH: ANOTHER, given.OPTIMUM_GLM: WITH[given.OPTIMUM_GLM],
        },
        worst=lambda: as_tanh(hard_instance()),
        proof=PROOF,
    ),
    Claim(
        id="sigmoid-trace-identity",
        theorem=Subject.SIGMOID,
        source="section 5.5 with the sigmoid of section 3.2",
        statement="⟨w₂, φ₁⟨W₁, x⟩⟩ = Tr(g₁ w₂ xᵀ W₁), with the sigmoid as φ₁",
        verdict=Verdict.REFUTED,
        families=(TwoLayerFamily(m=2, d=2, d_hidden=2, activation=Sigmoid()),),
        hypotheses=given.refuted_with(
            given.INPUTS, given.SIGMOID, given.ONE_PHI, given.OPTIMUM_INNER, given.OPTIMUM_OUTER,
            given.POINT_INNER, given.OUTER, given.OUTER_IS_OPTIMAL, given.ONE_OUTPUT,
            given.W1_IS_ONE, given.W2_IS_ONE,
        ),
        without_loss={},
        worst=trace_counterexample,
        margin=trace_margin,
        exactly=trace_identity_fails_exactly,
        certificate=lambda: {"kind": "trace identity", "z": "0", "left": "1/2", "right": "0"},
    ),
)
