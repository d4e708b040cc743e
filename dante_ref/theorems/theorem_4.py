"""Theorem 4 (section 3.2, proof in section 5.5): the inner layer, one output.

    Let an idealized two-layer network be φ₂⟨w₂, φ₁⟨W₁, x⟩⟩. Assuming ‖W₁*‖_F ≤ W₁ and
    ‖w₂*‖ ≤ W₂, err(W₁, w₂) is (ε, (a/(4b⁵W₂²W₁) − W₁/ε)⁻¹, W₁*)-SLQC in W₁, for all W₁ in
    B(0, W₁) and all ε > 0.

It can be read in three ways, and none saves it:

* literally, w₂ is not bounded (w₂* is): refuted by one unit, `literal_counterexample`;
* with ‖w₂‖ ≤ W₂, as the proof has it, and where κ > 0, as Definition 4 asks: that is for
  ε > 4b⁵W₂²W₁²/a, and no error is larger than 4b⁴W₂²W₁² (`VACUITY`). So clause 1 holds by itself
  wherever the theorem speaks: vacuous;
* for all ε > 0, a ball of negative radius being empty: there clause 2 is ‖∇err‖ > 0 alone, and
  `inner_layer.stationary_instance` refutes it.

What it is meant to say, that the inner layer is SLQC for every ε > 0 with some κ, is false too, for
W₁* and for every other minimiser (`inner_layer`, where the repair stands). φ₁ and φ₂ have the same
a and b. Theorem 4 doesn't print ‖xᵢ‖ ≤ 1 and needs it. In formulas W₁ and W₂ are the bounds.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import numpy as np

from .. import checks, norms
from ..activations import GeneralizedReLU
from ..arrays import Array
from ..problems import IdealisedLayer, TwoLayerNetwork
from ..proofs import certificates, exact
from ..proofs.algebra import assumed
from ..proofs.claim import Claim, Item, SLQCClaim, Verdict
from ..proofs.derivation import ABOVE, AT_LEAST, AT_MOST, EQUAL, Chain, Line, derivation
from ..proofs.families import Instance, TwoLayerFamily
from ..proofs.formula import ZERO, Symbol, mean, sqrt
from ..proofs.hypotheses import (
    ANOTHER_PHI,
    INPUTS,
    ONE_HIDDEN_UNIT,
    ONE_OUTPUT,
    ONE_PHI,
    OPTIMUM_INNER,
    OPTIMUM_OUTER,
    OUTER,
    OUTER_IS_OPTIMAL,
    OUTER_POSITIVE,
    POINT_INNER,
    REFUTED_WITH_IT,
    RELU,
    W_IS_FREE,
    WITHOUT_LOSS,
    Hypothesis,
    Without,
)
from ..proofs.known import by_hand, definition, identity
from ..proofs.lemmas import cauchy_schwarz, lipschitz_length, modulus, triangle_of_two
from ..proofs.proof import Gap, Proof
from ..proofs.symbols import W1, W2, a, b, eps, in_range
from . import inner_layer, kantorovich
from .inner_layer import kappa_of_radius, numbers, stationary_instance
from .terms import inputs_unit, norm_x, worst_v

# The statement

KAPPA = (a / (4 * b**5 * W2**2 * W1) - W1 / eps) ** -1
RADIUS = a * eps / (4 * b**5 * W2**2 * W1) - W1
"""ε/κ, negative for small ε."""
THRESHOLD = 4 * b**5 * W2**2 * W1**2 / a
"""κ is positive only for ε above it."""
ERROR_BOUND = 4 * b**4 * W2**2 * W1**2
"""The proof's own bound on the error; not attained for a < b, see inner_layer.LARGEST_ERROR."""


def kappa(eps: Any, network: TwoLayerNetwork) -> Any:
    """κ of the theorem, on a problem; nan where it isn't positive."""
    return kappa_of_radius(eps, RADIUS.at(numbers(network), eps=eps))


def radius(eps: Any, a: Any, b: Any, W1: Any, W2: Any) -> Any:
    """ε/κ = aε/(4b⁵W₂²W₁) − W₁; negative for small ε. Works element by element.

    InputError unless 0 < a <= b, W1, W2 > 0 and eps >= 0.
    """
    return RADIUS.at(in_range(eps=eps, a=a, b=b, W1=W1, W2=W2))


def kappa_printed(eps: Any, a: Any, b: Any, W1: Any, W2: Any) -> Any:
    """κ as printed, nan where it isn't positive; arguments as in `radius`."""
    return kappa_of_radius(eps, radius(eps, a, b, W1, W2))


def threshold(a: Any, b: Any, W1: Any, W2: Any) -> Any:
    """THRESHOLD = 4b⁵W₂²W₁²/a; InputError unless 0 < a <= b and W1, W2 > 0."""
    return THRESHOLD.at(in_range(a=a, b=b, W1=W1, W2=W2))


def error_bound(b: Any, W1: Any, W2: Any) -> Any:
    """ERROR_BOUND = 4b⁴W₂²W₁², never above THRESHOLD; InputError unless b, W1, W2 > 0."""
    return ERROR_BOUND.at(in_range(b=b, W1=W1, W2=W2))


# The paper's proof

u = Symbol("u", "uᵢ", "⟨w₂, φ₁⟨W₁, xᵢ⟩⟩, the score", "i")
u_star = Symbol("u_star", "uᵢ*", "⟨w₂*, φ₁⟨W₁*, xᵢ⟩⟩", "i")
p = Symbol("p", "φ₂(uᵢ)", "the output", "i")
p_star = Symbol("p_star", "φ₂(uᵢ*)", "yᵢ", "i")
D = Symbol("D", "Dᵢ", "φ₂(uᵢ) − yᵢ", means=p - p_star)
g2 = Symbol("g2", "g₂", "g₂(W₁, w₂, xᵢ) = g(uᵢ)", "i", sign="> 0")
Tr = Symbol("Tr", "Tr(g₁w₂xᵢᵀW₁)", "g₁ = diag of the slopes of φ₁ at ⟨W₁, xᵢ⟩", "i")
Tr_star = Symbol("Tr_star", "Tr(g₁*w₂*xᵢᵀW₁*)", "the same at W₁*, w₂*", "i")
Tr_V = Symbol("Tr_V", "Tr(g₁w₂xᵢᵀV₁)", "", "i")
back_V = Symbol("back_V", "⟨xᵢw₂ᵀg₁ᵀ, W₁ − V₁⟩_F", "∂⟨w₂, φ₁⟨W₁, xᵢ⟩⟩/∂W₁ against W₁ − V₁", "i")
back_W1 = Symbol("back_W1", "⟨xᵢw₂ᵀg₁ᵀ, W₁⟩_F", "", "i")
back_star = Symbol("back_star", "⟨xᵢw₂*ᵀg₁*ᵀ, W₁*⟩_F", "", "i")
back_V1 = Symbol("back_V1", "⟨xᵢw₂ᵀg₁ᵀ, V₁⟩_F", "", "i")
norm_w2 = Symbol("norm_w2", "‖w₂‖", "", sign=">= 0")
norm_w2s = Symbol("norm_w2s", "‖w₂*‖", "", sign=">= 0")
norm_W1 = Symbol("norm_W1", "‖W₁‖", "of the matrix", sign=">= 0")
norm_W1s = Symbol("norm_W1s", "‖W₁*‖", "of the matrix", sign=">= 0")
norm_V1 = Symbol("norm_V1", "‖V₁‖", "", sign=">= 0")
distance_V = Symbol("distance_V", "‖V₁ − W₁*‖", "", sign=">= 0")
hidden = Symbol("hidden", "‖φ₁⟨W₁, xᵢ⟩‖", "", "i", sign=">= 0")
hiddens = Symbol("hiddens", "‖φ₁⟨W₁*, xᵢ⟩‖", "", "i", sign=">= 0")
scores = Symbol("scores", "‖⟨W₁, xᵢ⟩‖", "", "i", sign=">= 0")
scoress = Symbol("scoress", "‖⟨W₁*, xᵢ⟩‖", "", "i", sign=">= 0")
r = Symbol("r", "r", "ε/κ where that is positive, else 0", sign=">= 0")
progress_V = Symbol("progress_V", "⟨∇err(W₁, w₂), W₁ − V₁⟩_F", "never negative, says the theorem")
norm_G = Symbol("norm_G", "‖∇err(W₁, w₂)‖_F", "", sign=">= 0")
error = Symbol("error", "err(W₁, w₂)", "", sign=">= 0")

outer_bounded = assumed("‖w₂‖ ≤ W₂", W2, norm_w2)
outer_star_bounded = assumed("‖w₂*‖ ≤ W₂", W2, norm_w2s)
point_bounded = assumed("‖W₁‖ ≤ W₁", W1, norm_W1)
optimum_bounded = assumed("‖W₁*‖ ≤ W₁", W1, norm_W1s)
in_ball = assumed("‖V₁ − W₁*‖ ≤ r", r, distance_V)
g2_above, g2_below = assumed("g₂ ≥ a", g2, a), assumed("g₂ ≤ b", b, g2)
error_above = assumed("err ≥ ε", mean(D**2), eps)
residual_short = inner_layer.shown("|Dᵢ| ≤ 2b²W₂W₁", 2 * b**2 * W2 * W1, abs(D))
traces_short = inner_layer.shown(
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


def proof(
    network: TwoLayerNetwork, W1: Array, eps: Any, V1: Array | None = None
) -> tuple[Chain, ...]:
    """Section 5.5, every display in its order. Works on stacks.

    V1 defaults to the worst point of the ball. Where ε/κ is negative there is no ball, and V1 is
    its centre W₁*: the lines are evaluated with r = max(ε/κ, 0) for its radius.
    """
    at = values(network, W1, eps, V1)
    return tuple(display.at(at) for display in DISPLAYS)


def values(
    network: TwoLayerNetwork, W1: Array, eps: Any, V1: Array | None = None
) -> dict[str, Any]:
    """The values of this page's symbols; V1 as in `proof`."""
    n, at = network, numbers(network) | {"eps": eps}
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
    return _one_unit(Fraction(1), Fraction(1), Fraction(1), Fraction(1, 2)), Fraction(1, 4)


def _one_unit(
    w2: Any, w2_star: Any, W1_star: Any, W1: Any, x: Any = Fraction(1), slope_2: Any = Fraction(1)
) -> Instance[TwoLayerNetwork]:
    """d = d' = 1, φ₁(z) = z, φ₂(u) = slope_2 u, both bounds 1, in Fractions."""
    one: Any = Fraction(1)
    phi1, phi2, unit = (
        GeneralizedReLU(one, one), GeneralizedReLU(slope_2, slope_2), exact.rational([[1]])
    )
    network = TwoLayerNetwork(
        unit * x, unit * W1_star, unit * w2_star, phi1, phi2, one, one, unit * w2
    )
    return Instance(network, unit * W1)


def without(**changes: int) -> Callable[[], Instance[TwoLayerNetwork]]:
    """The worst instance with one number changed: an error far beyond the bound, D = O(1) away."""
    numbers = {"w2": 1, "w2_star": 1, "W1_star": 1, "W1": -1} | changes
    exactly = {name: Fraction(value) for name, value in numbers.items()}
    return lambda: exact.as_floats(_one_unit(**exactly))


GAPS = {
    DIFFERENCE: Gap("A² − B² where (A − B)² is meant", gap_counterexample),
    SUM: Gap("a sum of values put equal to a difference of traces", gap_counterexample),
    DROPPED_2: Gap("2‖W₁*‖ became W₁: a factor 2 is lost", gap_counterexample),
    EMPTY: Gap("ε/κ < 0 for every ε that occurs: there is no ball", gap_counterexample),
    GRADIENT: Gap(
        "the first half of clause 2: at a local minimum with an error the gradient is 0",
        lambda: (stationary_instance(), Fraction(1, 1000)),
        lambda i, eps: NOT_ZERO.at(
            {"norm_G": norms.norm(i.problem.subgradient(i.point), 2)}
        ),
    ),
}


# The literal reading


@dataclass(frozen=True)
class AnyOuterLayer(TwoLayerNetwork):
    """A network of the literal reading: ‖W₂*‖_F ≤ W₂, and the W₂ that is held is any."""

    def check(self) -> "AnyOuterLayer":
        """The problem itself, or InputError/AssumptionError naming what is wrong."""
        bounded = {f.name: getattr(self, f.name) for f in fields(self)} | {"W2": None}
        TwoLayerNetwork(**bounded).check()
        W2 = checks.real_array("W2", self.W2, min_ndim=2)
        checks.shape_is("W2", W2, np.shape(self.W2_star), "(..., d', d'')")
        return self


@dataclass(frozen=True)
class AnyOuterFamily(TwoLayerFamily):
    """Networks of the literal reading: a W₂ of its own, up to ten times as long as W₂_max."""

    outer_free: bool = True

    def build(self, *args: Any, **blocks: Any) -> Instance[TwoLayerNetwork]:
        """The stack of instances that the blocks stand for."""
        instance = super().build(*args, **blocks)
        numbers = {f.name: getattr(instance.problem, f.name) for f in fields(TwoLayerNetwork)}
        return Instance(
            AnyOuterLayer(**numbers | {"W2": 10 * np.asarray(instance.problem.W2)}), instance.point
        )


def literal_counterexample() -> Instance[TwoLayerNetwork]:
    """a = b = 1, x = 1, W₁* = w₂* = 1, both bounds 1; w₂ = 10 and W₁ = −1.

    err(W₁, w₂) − err(W₁*, w₂) = 121 − 81 = 40 > ε = 39, κ = (1/4 − 1/39)⁻¹ = 156/35, and
    ⟨G, W₁ − W₁*⟩ = 440 < 1925 = (ε/κ)‖G‖.
    """
    one = Fraction(1)
    bounded = _one_unit(10 * one, one, one, -one)
    numbers = {f.name: getattr(bounded.problem, f.name) for f in fields(TwoLayerNetwork)}
    return Instance(AnyOuterLayer(**numbers), bounded.point)


def refuted_literally() -> bool:
    """The counterexample by Fractions alone, at ε = 39."""
    eps, one = Fraction(39), Fraction(1)
    length = RADIUS.at(eps=eps, a=one, b=one, W1=one, W2=one)
    return not exact.decide(literal_counterexample()).holds(eps, length**2)


def literal_certificate(instance: Instance[TwoLayerNetwork]) -> dict[str, Any]:
    """The numbers of a counterexample to the literal reading, at ε = 39."""
    return certificates.two_layers(instance, "ball too large", eps=Fraction(39))


# Vacuity, with ‖w₂‖ ≤ W₂

VACUITY = derivation(
    "vacuity",
    error,
    Line(AT_MOST, ERROR_BOUND, "the proof's own bound on the residual, squared"),
    Line(AT_MOST, THRESHOLD, "a ≤ b",
         known=identity(4 * b**4 * W2**2 * W1**2 / a * inner_layer.slopes_ordered)),
)


def vacuity(network: TwoLayerNetwork, W1: Array) -> Chain:
    """No error reaches the ε from which on the printed κ is positive."""
    return VACUITY.at(numbers(network) | {"error": network.error(W1)})


def worst_instance(b: float = 1.0) -> Instance[TwoLayerNetwork]:
    """a = b, x = 1, w₂ = w₂* = 1, W₁* = 1, W₁ = −1: err = 4b⁴ is the threshold itself."""
    phi, unit = GeneralizedReLU(b, b), np.ones((1, 1))
    return Instance(TwoLayerNetwork(unit, unit, unit, phi, phi, 1.0, 1.0), -unit)


FAMILIES = (
    TwoLayerFamily(m=1, d=1, d_hidden=1), TwoLayerFamily(m=3, d=2, d_hidden=2),
    TwoLayerFamily(m=3, d=2, d_hidden=2, outer_free=True),
)
BEYOND = TwoLayerFamily(m=2, d=2, d_hidden=2, reach=30.0)
"""Points W₁ far outside the ball: the repaired theorem bounds W₁* alone."""


# One hidden unit, w₂ = w₂* > 0: φ₂(w₂φ₁(z)) is a generalized ReLU with slopes a²w₂ and b²w₂

w2 = Symbol("w2", "w₂", "the outer weight, positive", sign="> 0")
KAPPA_ONE_UNIT = (a**2 + b**2) / 2 * w2 * (b / a) * sqrt(eps)
error_of_glm = Symbol("error_of_glm", "err of the GLM with slopes a²w₂ and b²w₂", "", sign=">= 0")

ONE_UNIT = derivation(
    "one hidden unit",
    error,
    Line(EQUAL, error_of_glm,
         "w₂φ₁(z) has the sign of z: φ₂(w₂φ₁(z)) is b²w₂z or a²w₂z", known=definition()),
)


def kappa_one_unit(eps: Any, network: TwoLayerNetwork) -> Any:
    """The sharp κ of the GLM with slopes a²w₂, b²w₂. (For w₂ < 0 it is linear, of slope abw₂.)"""
    return KAPPA_ONE_UNIT.at(numbers(network), eps=eps, w2=np.asarray(network.W2)[..., 0, 0])


def one_unit_proof(network: TwoLayerNetwork, W1: Array, eps: Any) -> tuple[Chain, ...]:
    """The network is a layer of one output with those slopes; then the sharp form's proof."""
    w2 = np.asarray(network.W2)[..., 0, 0]
    slopes = network.phi1.slopes()
    phi = GeneralizedReLU(slopes.gamma**2 * w2, slopes.L**2 * w2)
    layer = IdealisedLayer(network.X, network.W1_star, phi, network.W1_max)
    return (
        ONE_UNIT.at({"error": network.error(W1), "error_of_glm": layer.error(W1)}),
        kantorovich.sharp_proof(layer, W1, eps),
    )


def tight_one_unit(a: float = 0.5, b: float = 1.0) -> Instance[TwoLayerNetwork]:
    """The tight GLM with slopes a² and b², as a network with w₂ = 1."""
    tight = kantorovich.tight_instance(a**2, b**2)
    glm, phi = tight.problem, GeneralizedReLU(a, b)
    network = TwoLayerNetwork(
        glm.X, glm.w_star[:, None], np.ones((1, 1)), phi, phi, glm.W_max, 1.0
    )
    return Instance(network, tight.point[:, None])


def one_unit_with_another_outer_layer() -> Instance[TwoLayerNetwork]:
    """w₂ = w₂* is needed: a = b = 1, x = 1, w₂ = 1/2, w₂* = 1, W₁* = 1/2, W₁ = −1.

    err(W₁, w₂) − err(W₁*, w₂) = 1 − 1/16, so r(ε) → √15/2 > 3/2 = |W₁ − W₁*|.
    """
    half = Fraction(1, 2)
    return _one_unit(half, 2 * half, half, -2 * half)


VACUOUS_WITH: dict[Hypothesis, Without] = {
    INPUTS: without(x=3), RELU: ANOTHER_PHI, ONE_PHI: without(slope_2=10),
    OPTIMUM_INNER: without(W1_star=10), OPTIMUM_OUTER: without(w2_star=10),
    POINT_INNER: without(W1=-10), OUTER: without(w2=10),
    ONE_OUTPUT: "not needed: Theorem 5",
}
"""The hypotheses of Theorem 4; without one of them it isn't vacuous, but false."""

REFUTED_UNDER = dict.fromkeys(VACUOUS_WITH, REFUTED_WITH_IT)

STATEMENT = f"err(W₁, w₂) is (ε, {KAPPA}, W₁*)-SLQC for all W₁ ∈ B(0, W₁)"

CLAIMS = (
    SLQCClaim(
        id="theorem-4",
        theorem=Item.THEOREM_4,
        source="Theorem 4, section 5.5",
        statement=f"with ‖w₂*‖, ‖w₂‖ ≤ W₂, {STATEMENT} and ε > 0 for which κ > 0",
        verdict=Verdict.VACUOUS,
        kappa=kappa,
        families=FAMILIES,
        hypotheses=VACUOUS_WITH,
        worst=worst_instance,
        proof=Proof("section 5.5", lambda i, eps: proof(i.problem, i.point, eps), GAPS),
    ),
    SLQCClaim(
        id="theorem-4-literal",
        theorem=Item.THEOREM_4,
        source="Theorem 4 as stated, w₂ unbounded",
        statement=f"with ‖w₂*‖ ≤ W₂ and any w₂, {STATEMENT} and ε > 0 for which κ > 0",
        verdict=Verdict.REFUTED,
        kappa=kappa,
        families=(AnyOuterFamily(m=1, d=1, d_hidden=1), AnyOuterFamily(m=3, d=2, d_hidden=2)),
        hypotheses=dict.fromkeys(VACUOUS_WITH.keys() - {OUTER}, REFUTED_WITH_IT),
        worst=lambda: exact.as_floats(literal_counterexample()),
        exactly=refuted_literally,
        certificate=lambda: literal_certificate(literal_counterexample()),
    ),
    Claim(
        id="theorem-4-empty-ball",
        theorem=Item.THEOREM_4,
        source="Theorem 4 for all ε, the ball of a negative radius being empty",
        statement="with ‖w₂*‖, ‖w₂‖ ≤ W₂ and ε/κ < 0, as for every ε that an error exceeds, clause "
        "2 is ‖∇err(W₁, w₂)‖ > 0 alone, and holds for all W₁ ∈ B(0, W₁) with err > ε",
        verdict=Verdict.REFUTED,
        margin=inner_layer.gradient_margin,
        hypotheses=REFUTED_UNDER | {OUTER_IS_OPTIMAL: REFUTED_WITH_IT},
        families=(TwoLayerFamily(m=2, d=1, d_hidden=2),),
        worst=lambda: exact.as_floats(stationary_instance()),
        exactly=lambda: exact.decide(stationary_instance()).is_stationary,
        certificate=lambda: certificates.two_layers(stationary_instance(), "stationary"),
    ),
    Claim(
        id="theorem-4-spirit",
        theorem=Item.THEOREM_4,
        source="section 3.2, 'layer-wise SLQC'",
        statement="for every ε > 0 some κ makes err(W₁, w₂) (ε, κ, W₁*)-SLQC in W₁, with w₂ = w₂*",
        verdict=Verdict.REFUTED,
        margin=inner_layer.direction_margin,
        families=(TwoLayerFamily(m=1, d=1, d_hidden=2), TwoLayerFamily(m=3, d=2, d_hidden=2)),
        hypotheses=REFUTED_UNDER | {OUTER_IS_OPTIMAL: REFUTED_WITH_IT},
        worst=lambda: exact.as_floats(inner_layer.counterexample()),
        exactly=lambda: exact.decide(inner_layer.counterexample()).no_kappa_will_do,
        certificate=lambda: certificates.two_layers(inner_layer.counterexample(), "points away"),
    ),
    Claim(
        id="theorem-4-any-minimiser",
        theorem=Item.THEOREM_4,
        source="section 3.2, 'layer-wise SLQC', any minimiser",
        statement="for every ε > 0 some κ and some global minimiser Z of err(·, w₂), w₂ = w₂*, "
        "make err(W₁, w₂) (ε, κ, Z)-SLQC in W₁",
        verdict=Verdict.REFUTED,
        margin=inner_layer.gradient_margin,
        hypotheses=REFUTED_UNDER | {OUTER_IS_OPTIMAL: REFUTED_WITH_IT},
        families=(TwoLayerFamily(m=2, d=1, d_hidden=2),),
        worst=lambda: exact.as_floats(stationary_instance()),
        exactly=lambda: exact.decide(stationary_instance()).is_stationary,
        certificate=lambda: certificates.two_layers(stationary_instance(), "stationary"),
    ),
    SLQCClaim(
        id="theorem-4-repaired",
        theorem=Item.THEOREM_4,
        source="Theorem 4, companion's repair",
        statement="err(W₁, w₂) is (ε, ε/r(ε), W₁*)-SLQC for all W₁, wherever "
        f"r(ε) = {inner_layer.RADIUS} > 0, M = {inner_layer.M.means}",
        verdict=Verdict.HOLDS,
        kappa=inner_layer.kappa_repaired,
        families=(*FAMILIES, BEYOND),
        hypotheses=inner_layer.REPAIRED_WITH | {
            ONE_OUTPUT: "for W₂ = W₂* it isn't needed: theorem-5-repaired"
        },
        worst=inner_layer.largest_error_instance,
        proof=Proof(
            "companion", lambda i, eps: inner_layer.repaired_proof(i.problem, i.point, eps)
        ),
        proof_families=(
            TwoLayerFamily(m=1, d=1, d_hidden=2), TwoLayerFamily(m=3, d=2, d_hidden=3),
            TwoLayerFamily(m=3, d=2, d_hidden=3, outer_free=True), BEYOND,
        ),
    ),
    SLQCClaim(
        id="theorem-4-one-unit",
        theorem=Item.THEOREM_4,
        source="Theorem 4 with d' = 1, w₂ = w₂* > 0, companion",
        statement=f"with one hidden unit and w₂ = w₂* > 0, err(W₁, w₂) is (ε, {KAPPA_ONE_UNIT}, "
        "W₁*)-SLQC for all W₁, ε > 0",
        verdict=Verdict.TIGHT,
        kappa=kappa_one_unit,
        families=(TwoLayerFamily(m=4, d=3, d_hidden=1, outer_sign=1),),
        hypotheses={
            INPUTS: without(x=3), RELU: ANOTHER_PHI, ONE_PHI: without(slope_2=10),
            ONE_OUTPUT: "with more it is a layer of GLMs, with a κ of its own",
            ONE_HIDDEN_UNIT: "with two units no κ will do: theorem-4-spirit",
            OUTER_POSITIVE: "for w₂ < 0 the network is linear, with a κ of its own",
            OUTER_IS_OPTIMAL: lambda: exact.as_floats(one_unit_with_another_outer_layer()),
        },
        without_loss=WITHOUT_LOSS | dict.fromkeys(
            (OPTIMUM_INNER, OPTIMUM_OUTER, OUTER, POINT_INNER), W_IS_FREE
        ),
        worst=tight_one_unit,
        proof=Proof("companion", lambda i, eps: one_unit_proof(i.problem, i.point, eps)),
    ),
)
