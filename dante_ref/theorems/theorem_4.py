"""Theorem 4 (section 3.2, proof in section 5.5): the inner layer, one output.

    Let an idealized two-layer network be φ₂⟨w₂, φ₁⟨W₁, x⟩⟩. Assuming ‖W₁*‖_F ≤ W₁ and
    ‖w₂*‖ ≤ W₂, err(W₁, w₂) is (ε, (a/(4b⁵W₂²W₁) − W₁/ε)⁻¹, W₁*)-SLQC in W₁, for all W₁ in
    B(0, W₁) and all ε > 0.

It can be read in three ways, and none saves it:

* literally, w₂ is not bounded (w₂* is): refuted by one unit, `theorem_4_literal`;
* with ‖w₂‖ ≤ W₂, as the proof has it, and where κ > 0, as Definition 4 asks: that is for
  ε > 4b⁵W₂²W₁²/a, and no error is larger than 4b⁴W₂²W₁² (`VACUITY`). So clause 1 holds by itself
  wherever the theorem speaks: vacuous;
* for all ε > 0, a ball of negative radius being empty: there clause 2 is ‖∇err‖ > 0 alone, and a
  local minimum with an error refutes it.

What it is meant to say, that the inner layer is SLQC for every ε > 0 with some κ, is false too, for
W₁* and for every other minimiser (`theorem_4_refuted`). It is true for large ε
(`theorem_4_repaired`) and for one hidden unit (`theorem_4_one_unit`). φ₁ and φ₂ have the same a and
b. Theorem 4 doesn't print ‖xᵢ‖ ≤ 1 and needs it. In formulas W₁ and W₂ are the bounds.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from .. import norms
from ..activations import GeneralizedReLU
from ..arrays import Array
from ..problems import TwoLayerNetwork
from ..proofs import exact
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed, shown
from ..proofs.claim import SLQCClaim, Subject, Verdict
from ..proofs.derivation import ABOVE, AT_LEAST, AT_MOST, EQUAL, Chain, Line, derivation
from ..proofs.families import Instance, TwoLayerFamily
from ..proofs.formula import NONNEGATIVE, POSITIVE, ZERO, Symbol, mean
from ..proofs.known import by_hand, definition, identity
from ..proofs.lemmas import cauchy_schwarz, lipschitz_length, modulus, triangle_of_two
from ..proofs.proof import Gap, Proof
from ..proofs.symbols import W1, W2, a, b, checked, eps, on_problem
from .inner_terms import in_fractions, kappa_of_radius, largest_error_instance
from .terms import inputs_unit, norm_x, slopes_ordered, worst_v
from .theorem_4_refuted import stationary_instance

# The statement

KAPPA = (a / (4 * b**5 * W2**2 * W1) - W1 / eps) ** -1
RADIUS = a * eps / (4 * b**5 * W2**2 * W1) - W1
"""ε/κ, negative for small ε."""
THRESHOLD = 4 * b**5 * W2**2 * W1**2 / a
"""κ is positive only for ε above it."""
ERROR_BOUND = 4 * b**4 * W2**2 * W1**2
"""The proof's own bound on the error; not attained for a < b: LARGEST_ERROR of the repair."""
radius = checked(RADIUS, eps, a, b, W1, W2)
threshold = checked(THRESHOLD, a, b, W1, W2)
error_bound = checked(ERROR_BOUND, b, W1, W2)
kappa = on_problem(RADIUS, kappa_of_radius)

# The paper's proof

u = Symbol("u", "uᵢ", "⟨w₂, φ₁⟨W₁, xᵢ⟩⟩, the score", "i")
u_star = Symbol("u_star", "uᵢ*", "⟨w₂*, φ₁⟨W₁*, xᵢ⟩⟩", "i")
p = Symbol("p", "φ₂(uᵢ)", "the output", "i")
p_star = Symbol("p_star", "φ₂(uᵢ*)", "yᵢ", "i")
D = Symbol("D", "Dᵢ", "φ₂(uᵢ) − yᵢ", means=p - p_star)
g2 = Symbol("g2", "g₂", "g₂(W₁, w₂, xᵢ) = g(uᵢ)", "i", sign=POSITIVE)
Tr = Symbol("Tr", "Tr(g₁w₂xᵢᵀW₁)", "g₁ = diag of the slopes of φ₁ at ⟨W₁, xᵢ⟩", "i")
Tr_star = Symbol("Tr_star", "Tr(g₁*w₂*xᵢᵀW₁*)", "the same at W₁*, w₂*", "i")
Tr_V = Symbol("Tr_V", "Tr(g₁w₂xᵢᵀV₁)", "", "i")
back_V = Symbol("back_V", "⟨xᵢw₂ᵀg₁ᵀ, W₁ − V₁⟩_F", "∂⟨w₂, φ₁⟨W₁, xᵢ⟩⟩/∂W₁ against W₁ − V₁", "i")
back_W1 = Symbol("back_W1", "⟨xᵢw₂ᵀg₁ᵀ, W₁⟩_F", "", "i")
back_star = Symbol("back_star", "⟨xᵢw₂*ᵀg₁*ᵀ, W₁*⟩_F", "", "i")
back_V1 = Symbol("back_V1", "⟨xᵢw₂ᵀg₁ᵀ, V₁⟩_F", "", "i")
norm_w2 = Symbol("norm_w2", "‖w₂‖", "", sign=NONNEGATIVE)
norm_w2s = Symbol("norm_w2s", "‖w₂*‖", "", sign=NONNEGATIVE)
norm_W1 = Symbol("norm_W1", "‖W₁‖", "of the matrix", sign=NONNEGATIVE)
norm_W1s = Symbol("norm_W1s", "‖W₁*‖", "of the matrix", sign=NONNEGATIVE)
norm_V1 = Symbol("norm_V1", "‖V₁‖", "", sign=NONNEGATIVE)
distance_V = Symbol("distance_V", "‖V₁ − W₁*‖", "", sign=NONNEGATIVE)
hidden = Symbol("hidden", "‖φ₁⟨W₁, xᵢ⟩‖", "", "i", sign=NONNEGATIVE)
hiddens = Symbol("hiddens", "‖φ₁⟨W₁*, xᵢ⟩‖", "", "i", sign=NONNEGATIVE)
scores = Symbol("scores", "‖⟨W₁, xᵢ⟩‖", "", "i", sign=NONNEGATIVE)
scoress = Symbol("scoress", "‖⟨W₁*, xᵢ⟩‖", "", "i", sign=NONNEGATIVE)
r = Symbol("r", "r", "ε/κ where that is positive, else 0", sign=NONNEGATIVE)
progress_V = Symbol("progress_V", "⟨∇err(W₁, w₂), W₁ − V₁⟩_F", "never negative, says the theorem")
norm_G = Symbol("norm_G", "‖∇err(W₁, w₂)‖_F", "", sign=NONNEGATIVE)
error = Symbol("error", "err(W₁, w₂)", "", sign=NONNEGATIVE)

outer_bounded = assumed("‖w₂‖ ≤ W₂", W2, norm_w2)
outer_star_bounded = assumed("‖w₂*‖ ≤ W₂", W2, norm_w2s)
point_bounded = assumed("‖W₁‖ ≤ W₁", W1, norm_W1)
optimum_bounded = assumed("‖W₁*‖ ≤ W₁", W1, norm_W1s)
in_ball = assumed("‖V₁ − W₁*‖ ≤ r", r, distance_V)
g2_above, g2_below = assumed("g₂ ≥ a", g2, a), assumed("g₂ ≤ b", b, g2)
error_above = assumed("err ≥ ε", mean(D**2), eps)
residual_short = shown("|Dᵢ| ≤ 2b²W₂W₁", 2 * b**2 * W2 * W1, abs(D))
traces_short = shown(
    "|Tr(g₁*w₂*xᵢᵀW₁*) − Tr(g₁w₂xᵢᵀV₁)| ≤ bW₂(2‖W₁*‖ + r)",
    b * W2 * (2 * norm_W1s + r), abs(Tr_star - Tr_V),
)

DIFFERENCE, SUM, DROPPED_2, EMPTY, GRADIENT = (
    "difference of squares", "sum of values", "factor 2", "eps/kappa", "‖∇err‖ > 0"
)

STEPS_1_2 = derivation(
    "Steps 1 and 2",
    progress_V,
    Line(EQUAL, 2 * mean(g2 * D * back_V), "definition of err, chain rule", "Step 1",
         definition()),
    Line(EQUAL, 2 * mean(g2 * D * (back_W1 - back_star + back_star - back_V1)),
         "add and subtract", known=definition({back_V: back_W1 - back_V1})),
    Line(EQUAL, 2 * mean(g2 * D * (Tr - Tr_star + Tr_star - Tr_V)), "⟨A, B⟩_F = Tr(AᵀB)",
         "Step 2", definition({back_W1: Tr, back_star: Tr_star, back_V1: Tr_V})),
)
TRACES = derivation(
    "observation: the trace identity",
    u,
    Line(EQUAL, Tr, "φ₁ is positively homogeneous: φ₁(z) = g₁(z) z", known=definition()),
)
SCORES = derivation(
    "difference of the scores",
    u - u_star,
    Line(EQUAL, Tr - Tr_star, "the trace identity twice",
         known=definition({u: Tr, u_star: Tr_star})),
)
SQUARES = derivation(
    "bound on the squared residual",
    (p - p_star) ** 2,
    Line(AT_MOST, b * (p - p_star) * (p + p_star),
         "printed with a + where b-Lipschitz gives b D (u − u*)", DIFFERENCE),
    Line(EQUAL, b * (p - p_star) * (Tr - Tr_star),
         "the sum of the values is not the difference of the traces", SUM),
)
TRACE_BOUND = derivation(
    "bound on the traces",
    abs(Tr_star - Tr_V),
    Line(AT_MOST, abs(Tr_star) + abs(Tr_V), "triangle inequality",
         known=identity(triangle_of_two(abs(Tr_star - Tr_V), abs(Tr_star), abs(Tr_V)))),
    Line(AT_MOST, b * norm_w2s * norm_x * norm_W1s + b * norm_w2 * norm_x * norm_V1,
         "Cauchy-Schwarz and g₁ ≤ b", known=by_hand("Cauchy-Schwarz for traces, g₁ diagonal")),
    Line(AT_MOST, b * W2 * (norm_W1s + norm_V1), "‖xᵢ‖ ≤ 1 and ‖w₂‖, ‖w₂*‖ ≤ W₂",
         known=identity(b * (
             outer_star_bounded * norm_W1s + norm_w2s * inputs_unit * norm_W1s
             + outer_bounded * norm_V1 + norm_w2 * inputs_unit * norm_V1
         ))),
    Line(AT_MOST, b * W2 * (2 * norm_W1s + distance_V), "triangle inequality",
         known=identity(b * W2 * triangle_of_two(norm_V1, distance_V, norm_W1s))),
    Line(AT_MOST, b * W2 * (2 * norm_W1s + r),
         "V₁ is in the ball (its radius r is ε/κ, where that is positive)",
         known=identity(b * W2 * in_ball)),
)
RESIDUAL_BOUND = derivation(
    "bound on the residual",
    abs(p - p_star),
    Line(AT_MOST, abs(p) + abs(p_star), "triangle inequality",
         known=identity(triangle_of_two(abs(p - p_star), abs(p), abs(p_star)))),
    Line(AT_MOST, b * (abs(u) + abs(u_star)), "φ₂ is b-Lipschitz and φ₂(0) = 0",
         known=identity(lipschitz_length(p, u, b) + lipschitz_length(p_star, u_star, b))),
    Line(AT_MOST, b * (norm_w2 * hidden + norm_w2s * hiddens), "Cauchy-Schwarz",
         known=identity(b * (
             cauchy_schwarz(u, norm_w2, hidden) + cauchy_schwarz(u_star, norm_w2s, hiddens)
         ))),
    Line(AT_MOST, b * W2 * (hidden + hiddens), "‖w₂‖, ‖w₂*‖ ≤ W₂",
         known=identity(b * (outer_bounded * hidden + outer_star_bounded * hiddens))),
    Line(AT_MOST, b * W2 * (b * scores + b * scoress), "φ₁ is b-Lipschitz",
         known=identity(b * W2 * (
             lipschitz_length(hidden, scores, b) + lipschitz_length(hiddens, scoress, b)
         ))),
    Line(AT_MOST, b**2 * W2 * (norm_W1 * norm_x + norm_W1s * norm_x), "Cauchy-Schwarz",
         known=identity(b**2 * W2 * (
             cauchy_schwarz(scores, norm_W1, norm_x) + cauchy_schwarz(scoress, norm_W1s, norm_x)
         ))),
    Line(AT_MOST, b**2 * W2 * (norm_W1 + norm_W1s), "‖xᵢ‖ ≤ 1",
         known=identity(b**2 * W2 * (norm_W1 + norm_W1s) * inputs_unit)),
    Line(AT_MOST, 2 * b**2 * W2 * W1, "‖W₁‖, ‖W₁*‖ ≤ W₁",
         known=identity(b**2 * W2 * (point_bounded + optimum_bounded))),
)
CONCLUSION = derivation(
    "conclusion",
    progress_V,
    Line(AT_LEAST, 2 * mean(g2 * (D**2 / b + D * (Tr_star - Tr_V))),
         "D² ≤ bD(Tr − Tr*), which is true although its two displays are not",
         known=by_hand("Step 2, then φ₂ monotone and b-Lipschitz with Tr − Tr* = uᵢ − uᵢ*")),
    Line(AT_LEAST, 2 * (a / b) * eps + 2 * mean(g2 * D * (Tr_star - Tr_V)), "g₂ ≥ a and err ≥ ε",
         known=identity(2 / b * mean(g2_above * D**2) + 2 * (a / b) * error_above)),
    Line(AT_LEAST, 2 * (a / b) * eps - 2 * mean(g2 * abs(D) * abs(Tr_star - Tr_V)),
         "absolute values", "Step 3",
         identity(2 * mean(g2 * (
             modulus(-(D * (Tr_star - Tr_V)))
             + cauchy_schwarz(D * (Tr_star - Tr_V), abs(D), abs(Tr_star - Tr_V))
         )))),
    Line(AT_LEAST,
         2 * (a / b) * eps - 2 * b * (2 * b**2 * W2 * W1) * (b * W2 * (2 * norm_W1s + r)),
         "the two bounds, and g₂ ≤ b",
         known=identity(2 * mean(
             g2_below * abs(D) * abs(Tr_star - Tr_V)
             + b * abs(Tr_star - Tr_V) * residual_short
             + b * (2 * b**2 * W2 * W1) * traces_short
         ))),
    Line(AT_LEAST,
         2 * (a / b) * eps - 4 * b**4 * W2**2 * W1 * W1 - 4 * b**4 * W2**2 * W1 * r,
         "2‖W₁*‖ is printed as W₁", DROPPED_2),
    Line(EQUAL,
         2 * (a / b) * eps - 4 * b**4 * W2**2 * W1 * W1 - 4 * b**4 * W2**2 * W1 * RADIUS,
         "ε/κ is negative for every ε that an error reaches: no ball", EMPTY),
    Line(EQUAL, a / b * eps, "ε/κ = aε/(4b⁵W₂²W₁) − W₁", known=definition()),
    Line(AT_LEAST, ZERO, "ε > 0", known=identity(a / b * eps)),
)
NOT_ZERO = derivation(
    "‖∇err‖ > 0",
    norm_G,
    Line(ABOVE, ZERO, "not in the print, and false: a local minimum with an error", GRADIENT),
)
DISPLAYS = (
    STEPS_1_2, TRACES, SCORES, SQUARES, TRACE_BOUND, RESIDUAL_BOUND, CONCLUSION, NOT_ZERO
)


def values(
    instance: Instance[TwoLayerNetwork], eps: Any, V1: Array | None = None
) -> dict[str, Any]:
    """What the symbols stand for; V1 defaults to the worst point of the ball.

    Where ε/κ is negative there is no ball, and V1 is its centre W₁*: r = max(ε/κ, 0).
    """
    n, W1 = instance.problem, instance.point
    at = n.numbers | {"eps": eps}
    r = np.asarray(RADIUS.at(at))
    r = np.where(r > 0, r, r * 0)[()]
    G = n.subgradient(W1)
    V1 = worst_v(G, n.W1_star, r, ndim=2) if V1 is None else V1
    w2, w2s = np.asarray(n.W2)[..., 0], n.W2_star[..., 0]
    Z, Zs = n.X @ W1, n.X @ n.W1_star
    g1, g1s = n.phi1.g(Z), n.phi1.g(Zs)
    u, u_star = _per_unit(n.phi1.phi(Z), w2), _per_unit(n.phi1.phi(Zs), w2s)
    return at | {
        "r": r, "u": u, "u_star": u_star, "p": n.phi2.phi(u), "p_star": n.phi2.phi(u_star),
        "g2": n.phi2.g(u), "Tr": _per_unit(g1 * Z, w2), "Tr_star": _per_unit(g1s * Zs, w2s),
        "Tr_V": _per_unit(g1 * (n.X @ V1), w2),
        "back_V": _against(n.X, g1, w2, W1 - V1), "back_W1": _against(n.X, g1, w2, W1),
        "back_star": _against(n.X, g1s, w2s, n.W1_star), "back_V1": _against(n.X, g1, w2, V1),
        "norm_w2": norms.norm(w2), "norm_w2s": norms.norm(w2s), "norm_W1": norms.norm(W1, 2),
        "norm_W1s": norms.norm(n.W1_star, 2), "norm_V1": norms.norm(V1, 2),
        "distance_V": norms.norm(V1 - n.W1_star, 2), "norm_x": norms.norm(n.X),
        "hidden": norms.norm(n.phi1.phi(Z)), "hiddens": norms.norm(n.phi1.phi(Zs)),
        "scores": norms.norm(Z), "scoress": norms.norm(Zs),
        "progress_V": norms.inner(G, W1 - V1, 2), "norm_G": norms.norm(G, 2),
        "error": n.error(W1),
    }


def _per_unit(units: Array, w2: Array) -> Array:
    """Σ_k w2_k units_ik, for each sample i: the trace with a diagonal matrix."""
    return np.asarray(np.sum(units * w2[..., None, :], axis=-1))


def _against(X: Array, g1: Array, w2: Array, matrix: Array) -> Array:
    """⟨xᵢ w₂ᵀ g₁ᵀ, matrix⟩_F, the (d, d') matrix of each sample written out."""
    outer = X[..., :, :, None] * (g1 * w2[..., None, :])[..., :, None, :]
    return norms.inner(outer, matrix[..., None, :, :], 2)


def gap_counterexample() -> tuple[Instance[TwoLayerNetwork], Fraction]:
    """d = d' = 1, x = 1, a = b = 1, W₁* = 1, w₂ = w₂* = 1, W₁ = 1/2; both bounds 1.

    D = −1/2, err = 1/4: D² = 1/4 against bD(1/2 + 1) = −3/4; that against D(1/2 − 1) = 1/4;
    2‖W₁*‖ = 2 against W₁ = 1; and ε/κ = 1/16 − 1 < 0.
    """
    return one_unit(W1="1/2"), Fraction(1, 4)


def one_unit(
    w2: Any = 1, w2_star: Any = 1, W1_star: Any = 1, W1: Any = -1, x: Any = 1, slope_2: Any = 1
) -> Instance[TwoLayerNetwork]:
    """d = d' = 1, φ₁(z) = z, φ₂(u) = slope_2 u, both bounds 1, in Fractions."""
    phi2 = GeneralizedReLU(*exact.rational([slope_2, slope_2]))
    return in_fractions([x], [w2], [W1_star], [W1], 1, W2_star=[w2_star], phi2=phi2)


def without(**broken: int) -> Callable[[], Instance[TwoLayerNetwork]]:
    """The unit with one hypothesis broken: an error far beyond the bound, D = O(1) away."""
    return lambda: exact.as_floats(one_unit(**broken))


PROOF = Proof("section 5.5", DISPLAYS, values, {
    DIFFERENCE: Gap("A² − B² where (A − B)² is meant", gap_counterexample),
    SUM: Gap("a sum of values put equal to a difference of traces", gap_counterexample),
    DROPPED_2: Gap("2‖W₁*‖ became W₁: a factor 2 is lost", gap_counterexample),
    EMPTY: Gap("ε/κ < 0 for every ε that occurs: there is no ball", gap_counterexample),
    GRADIENT: Gap(
        "the first half of clause 2: at a local minimum with an error the gradient is 0",
        lambda: (stationary_instance(), Fraction(1, 1000)),
        lambda i, _: {"norm_G": norms.norm(i.problem.subgradient(i.point), 2)},
    ),
})


# Vacuity, with ‖w₂‖ ≤ W₂

VACUITY = derivation(
    "vacuity",
    error,
    Line(AT_MOST, ERROR_BOUND, "the proof's own bound on the residual, squared"),
    Line(AT_MOST, THRESHOLD, "a ≤ b",
         known=identity(4 * b**4 * W2**2 * W1**2 / a * slopes_ordered)),
)


def vacuity(network: TwoLayerNetwork, W1: Array) -> Chain:
    """No error reaches the ε from which on the printed κ is positive."""
    return VACUITY.at(network.numbers | {"error": network.error(W1)})


FAMILIES = (
    TwoLayerFamily(m=1, d=1, d_hidden=1), TwoLayerFamily(m=3, d=2, d_hidden=2),
    TwoLayerFamily(m=3, d=2, d_hidden=2, outer_free=True),
)

VACUOUS_WITH: dict[given.Hypothesis, given.Without] = {
    given.INPUTS: without(x=3), given.RELU: given.ANOTHER_PHI, given.ONE_PHI: without(slope_2=10),
    given.OPTIMUM_INNER: without(W1_star=10), given.OPTIMUM_OUTER: without(w2_star=10),
    given.POINT_INNER: without(W1=-10), given.OUTER: without(w2=10),
    given.ONE_OUTPUT: "not needed: Theorem 5",
}
"""The hypotheses of Theorem 4; without one of them it isn't vacuous, but false."""

STATEMENT = f"err(W₁, w₂) is (ε, {KAPPA}, W₁*)-SLQC for all W₁ ∈ B(0, W₁)"

CLAIMS = (
    SLQCClaim(
        id="theorem-4",
        theorem=Subject.THEOREM_4,
        source="Theorem 4, section 5.5",
        statement=f"with ‖w₂*‖, ‖w₂‖ ≤ W₂, {STATEMENT} and ε > 0 for which κ > 0",
        verdict=Verdict.VACUOUS,
        kappa=kappa,
        families=FAMILIES,
        hypotheses=VACUOUS_WITH,
        worst=partial(largest_error_instance, 1.0, 1.0),
        proof=PROOF,
    ),
)
