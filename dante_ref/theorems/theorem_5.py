"""Theorem 5 (section 3.2, proof in section 5.6): the inner layer, many outputs.

    Let an idealized two-layer network be φ₂⟨W₂, φ₁⟨W₁, x⟩⟩. Assuming ‖W₁*‖_F ≤ W₁ and
    ‖W₂*‖_F ≤ W₂, err(W₁, W₂) is (ε, (a/(4b⁵W₂²W₁) − W₁/ε)⁻¹, W₁*)-SLQC in W₁, for all W₁ in
    B(0, W₁) and all ε > 0.

Its three readings fare as Theorem 4's do: refuted, vacuous (no error exceeds (a² + b²)²W₂²W₁² when
W₂ = W₂*, and none exceeds 4b⁴W₂²W₁²), refuted. The proof sums Theorem 4 over the outputs, which
asks err_j ≥ ε of every output j where only their sum is known to be ≥ ε. Repaired as Theorem 4 is,
with W₂ = W₂*: the proof in `theorem_4_repaired` is one for any number of outputs. For W₂ ≠ W₂*:
`theorem_5_any_outer`.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from .. import norms
from ..arrays import Array
from ..objectives import InnerLayerObjective
from ..problems import TwoLayerNetwork
from ..proofs import exact
from ..proofs.claim import SLQCClaim, Subject, Verdict
from ..proofs.derivation import AT_LEAST, AT_MOST, EQUAL, Line, derivation
from ..proofs.families import Instance, TwoLayerFamily
from ..proofs.formula import NONNEGATIVE, POSITIVE, ZERO, Symbol, total
from ..proofs.hypotheses import ONE_INPUT, ONE_OUTPUT, OUTER, OUTER_IS_OPTIMAL, refuted_with
from ..proofs.known import by_hand, definition, identity
from ..proofs.proof import Gap, Proof
from ..proofs.symbols import W2, a, b, eps
from . import inner_terms, theorem_4, theorem_4_literal, theorem_4_repaired
from .terms import worst_v
from .theorem_4 import GRADIENT, NOT_ZERO
from .theorem_4_refuted import stationary_claim, stationary_instance

# The paper's proof

EACH, ALL = "each term", "sum of the terms"

entry = Symbol("entry", "∇err(W₁, W₂)", "every entry of it", "kl")
entry_j = Symbol("entry_j", "∇err(W₁, w_j)", "of output j alone", "jkl")
progress_V = Symbol("progress_V", "⟨∇err(W₁, W₂), W₁ − V₁⟩_F", "")
term = Symbol("term", "⟨∇err(W₁, w_j), W₁ − V₁⟩_F", "", "j")
square = Symbol("square", "‖w_j‖²", "of a column of W₂", "j", sign=NONNEGATIVE)
d_out = Symbol("d_out", "d''", "the number of outputs", sign=POSITIVE)

DISPLAYS = (
    derivation(
        "the gradient",
        entry,
        Line(EQUAL, total(entry_j), "the error is a sum over the outputs, and so is its gradient",
             known=definition()),
    ),
    derivation(
        "the inner product", progress_V,
        Line(EQUAL, total(term), "linearity", known=definition()),
    ),
    derivation(
        "the columns of W₂", square,
        Line(AT_MOST, W2**2, "‖w_j‖ ≤ ‖W₂‖_F ≤ W₂",
             known=by_hand("‖W₂‖_F² is the sum of the ‖w_j‖², none negative")),
    ),
    derivation(
        "each output",
        term,
        Line(AT_LEAST, a / b * eps,
             "said to be Theorem 4's, which asks err_j ≥ ε of this output", EACH),
    ),
    derivation(
        "conclusion",
        progress_V,
        Line(AT_LEAST, a / b * eps * d_out, "the sum of the terms", ALL),
        Line(AT_LEAST, ZERO, "ε > 0", known=identity(a / b * eps * d_out)),
    ),
    NOT_ZERO,
)


def output_gradients(network: TwoLayerNetwork, W1: Array) -> Array:
    """∇_W₁ err(W₁, w_j) for each output j: shape (..., d'', d, d')."""
    n, W2 = network, np.asarray(network.W2)
    outputs = range(W2.shape[-1])
    return np.stack(
        [
            InnerLayerObjective(
                n.X, n.Y[..., j:j + 1], (W2[..., j:j + 1],), (n.phi1, n.phi2)
            ).subgradient(W1)
            for j in outputs
        ],
        axis=-3,
    )


def values(
    instance: Instance[TwoLayerNetwork], eps: Any, V1: Array | None = None
) -> dict[str, Any]:
    """What the symbols stand for; V1 as in `theorem_4.values`."""
    network, W1 = instance.problem, instance.point
    at = network.numbers | {"eps": eps}
    r = np.asarray(theorem_4.RADIUS.at(at))
    G, G_j, W2 = network.subgradient(W1), output_gradients(network, W1), np.asarray(network.W2)
    if V1 is None:
        V1 = worst_v(G, network.W1_star, np.where(r > 0, r, r * 0)[()], ndim=2)
    return at | {
        "entry": G, "entry_j": G_j, "norm_G": norms.norm(G, 2), "d_out": W2.shape[-1],
        "square": np.sum(W2**2, axis=-2), "progress_V": norms.inner(G, W1 - V1, 2),
        "term": norms.inner(G_j, (W1 - V1)[..., None, :, :], 2),
    }


def gap_counterexample() -> tuple[Instance[TwoLayerNetwork], Fraction]:
    """x = 1, a = 1/2, b = 1, W₂ = diag(3/5, 4/5), W₁* = (3/5, 4/5), W₁ = (−3/5, 4/5), V₁ = W₁*.

    The second output is exact, D = (−9/20, 0): err = ε = 81/400. Its term is 0 < 81/800, and the
    sum of the terms is 81/500 < 81/400 = (a/b) ε d''.
    """
    W2 = [["3/5", 0], [0, "4/5"]]
    instance = inner_terms.in_fractions([1], W2, ["3/5", "4/5"], ["-3/5", "4/5"])
    return instance, Fraction(81, 400)


PROOF = Proof("section 5.6", DISPLAYS, values, {
    EACH: Gap("Theorem 4 for one output asks err_j ≥ ε, known of the sum only",
              gap_counterexample),
    ALL: Gap("it rests on each term being at least (a/b) ε", gap_counterexample),
    GRADIENT: replace(
        theorem_4.PROOF.gaps[GRADIENT],
        counterexample=lambda: (stationary_instance(2), Fraction(1, 1000)),
    ),
})


# The worst instances: Theorem 4's, the one output split into two, which leaves the error


def worst_instance() -> Instance[TwoLayerNetwork]:
    """err is the threshold, a = b."""
    return _split(inner_terms.largest_error_instance(1.0, 1.0), [1 / np.sqrt(2)] * 2)


def largest_error_instance() -> Instance[TwoLayerNetwork]:
    """The largest error there is for a = 0.1."""
    return _split(inner_terms.largest_error_instance(), [1 / np.sqrt(2)] * 2)


def literal_counterexample() -> Instance[TwoLayerNetwork]:
    """W₂* = (3/5, 4/5) and W₂ = 10 W₂*, in Fractions: every number is Theorem 4's."""
    return _split(theorem_4_literal.counterexample(), exact.rational(["3/5", "4/5"]))


def _split(instance: Instance[TwoLayerNetwork], shares: Any) -> Instance[TwoLayerNetwork]:
    """The output times each of the shares, whose squares sum to 1."""
    n, shares = instance.problem, np.asarray(shares)
    return Instance(replace(n, W2=n.W2 * shares, W2_star=n.W2_star * shares), instance.point)


FAMILIES = (
    TwoLayerFamily(m=2, d=2, d_hidden=2, d_out=2), TwoLayerFamily(m=3, d=2, d_hidden=2, d_out=3),
)
OUTER_FREE = TwoLayerFamily(m=2, d=2, d_hidden=2, d_out=2, outer_free=True)

VACUOUS_WITH = {h: w for h, w in theorem_4.VACUOUS_WITH.items() if h is not ONE_OUTPUT}
OUTER_FIXED = {OUTER_IS_OPTIMAL: "then the radius is smaller: theorem-5-repaired-outer"}
FAR_POINTS = TwoLayerFamily(m=2, d=2, d_hidden=2, d_out=2, reach=30.0)

STATEMENT = f"err(W₁, W₂) is (ε, {theorem_4.KAPPA}, W₁*)-SLQC for all W₁ ∈ B(0, W₁)"

CLAIMS = (
    SLQCClaim(
        id="theorem-5",
        theorem=Subject.THEOREM_5,
        source="Theorem 5, section 5.6",
        statement=f"with ‖W₂*‖_F, ‖W₂‖_F ≤ W₂, {STATEMENT} and ε > 0 for which κ > 0",
        verdict=Verdict.VACUOUS,
        kappa=theorem_4.kappa,
        families=(*FAMILIES, OUTER_FREE),
        hypotheses=VACUOUS_WITH,
        worst=worst_instance,
        proof=PROOF,
    ),
    SLQCClaim(
        id="theorem-5-literal",
        theorem=Subject.THEOREM_5,
        source="Theorem 5 as stated, W₂ unbounded",
        statement=f"with ‖W₂*‖_F ≤ W₂ and any W₂, {STATEMENT} and ε > 0 for which κ > 0",
        verdict=Verdict.REFUTED,
        kappa=theorem_4.kappa,
        families=(theorem_4_literal.AnyOuterFamily(m=2, d=2, d_hidden=2, d_out=2),),
        hypotheses=refuted_with(*(h for h in VACUOUS_WITH if h is not OUTER)),
        worst=lambda: exact.as_floats(literal_counterexample()),
        exactly=lambda: theorem_4_literal.refuted(literal_counterexample()),
        certificate=lambda: theorem_4_literal.certificate(literal_counterexample()),
    ),
    stationary_claim(
        2,
        id="theorem-5-empty-ball",
        theorem=Subject.THEOREM_5,
        source="Theorem 5 for all ε, the ball of a negative radius being empty",
        statement="with ‖W₂*‖_F, ‖W₂‖_F ≤ W₂ and ε/κ < 0, as for every ε that an error exceeds, "
        "clause 2 is ‖∇err(W₁, W₂)‖ > 0 alone, and holds for all W₁ ∈ B(0, W₁) with err > ε",
        hypotheses=refuted_with(*VACUOUS_WITH, OUTER_IS_OPTIMAL, ONE_INPUT),
    ),
    SLQCClaim(
        id="theorem-5-repaired",
        theorem=Subject.THEOREM_5,
        source="Theorem 5, companion's repair",
        statement="err(W₁, W₂*) is (ε, ε/r(ε), W₁*)-SLQC for all W₁, wherever "
        f"r(ε) = {theorem_4_repaired.RADIUS} > 0, M = b − a",
        verdict=Verdict.TIGHT,
        kappa=theorem_4_repaired.kappa,
        families=(*FAMILIES, FAR_POINTS),
        hypotheses=theorem_4_repaired.REPAIRED_WITH | OUTER_FIXED,
        worst=lambda: theorem_4_repaired.tight_instance(d_out=2),
        proof=replace(theorem_4_repaired.PROOF, source="companion, W₂ = W₂*"),
    ),
)
