"""The companion on Theorems 4 and 5 (sections 5.5, 5.6): where the inner layer is SLQC, and not.

With W₂ = W₂*, write for sample i and output j: z = W₁ᵀx, u_j = ⟨w_j, φ₁(z)⟩, D_j = φ₂(u_j) −
φ₂(u_j*), δ_j = |u_j − u_j*|, g_j = g(u_j), n_j = ‖w_j‖; a star marks the same at W₁*. By positive
homogeneity φ₁(z) = g₁z, so

    ⟨w_j, g₁(z − z*)⟩ = (u_j − u_j*) + e_j,   e_j = ⟨w_j, (g₁* − g₁)z*⟩,   |e_j| ≤ (b − a) n_j W₁:

the slopes of the hidden units at W₁ and at W₁* mismatch, and that is all that can go wrong.

*It does go wrong for small ε*, as soon as there are two hidden units: `counterexample`, and for
every ε < b²(b − a)²W₁²W₂² (`failing_instance`). It fails for every minimiser, not for W₁* alone:
`stationary_instance` is a local minimum with an error.

*It does not for large ε*: err is (ε, ε/r(ε), W₁*)-SLQC in every W₁, for every ε with r(ε) > 0
(`RADIUS`, W₂ = W₂*); that is for ε > ε₀ (`least_eps`), which is below the largest error for all
a, b. The same holds for one output and for many, whatever d' and d''. `repaired_proof` is the
proof; it uses ‖W₁*‖_F ≤ W₁ and ‖W₂‖_F ≤ W₂, but no bound on the point W₁.

For w₂ ≠ w₂* and one output, μ − b‖w₂ − w₂*‖/W₂ takes the place of μ.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from .. import norms
from ..activations import GeneralizedReLU
from ..arrays import Array
from ..problems import TwoLayerNetwork
from ..proofs import exact
from ..proofs.algebra import Fact, assumed
from ..proofs.derivation import ABOVE, AT_LEAST, AT_MOST, EQUAL, Chain, Line, derivation
from ..proofs.families import Instance
from ..proofs.formula import (
    NONNEGATIVE,
    POSITIVE,
    ZERO,
    Formula,
    Symbol,
    function,
    mean,
    sqrt,
    total,
)
from ..proofs.hypotheses import (
    ANOTHER_PHI,
    INPUTS,
    ONE_PHI,
    OPTIMUM_INNER,
    OPTIMUM_OUTER,
    OUTER,
    RELU,
    Hypothesis,
    Without,
)
from ..proofs.known import by_hand, definition, identity, solver
from ..proofs.lemmas import (
    Cases,
    Lemma,
    between,
    cauchy_schwarz,
    lemma,
    letter,
    lipschitz,
    modulus,
    one_sign,
    root_mean_square,
)
from ..proofs.symbols import W1, W2, a, b, eps, in_range
from .terms import progress, slopes_of

# The statement

outer_distance = Symbol(
    "outer_distance", "‖W₂ − W₂*‖", "0 where the outer layer is the optimal one", sign=">= 0"
)
eta = Symbol("eta", "η", "the error's root, scaled", means=sqrt(eps) / (b * W1 * W2))
clipped = Symbol(
    "clipped", "η̄", "η, at least √(ab) and at most b",
    means=function("min", function("max", eta, sqrt(a * b)), b),
)
tau = Symbol(
    "tau", "τ", "from √(b/a) at η̄ = √(ab), where it is Kantorovich's, to 1 at η̄ = b",
    means=(clipped + sqrt((b - a) * (b**2 - clipped**2) / a)) / b,
)
lam = Symbol("lam", "λ", "the weight of Lemma A", means=1 + tau**2)
mu = Symbol("mu", "μ", "the progress that an error forces", means=2 * eta * tau / lam)
M = Symbol("M", "M", "the mismatch allowed for", means=b - a + b * outer_distance / W2)

RADIUS = (mu - M) * W1 / b
r = Symbol("r", "r", "the radius ε/κ(ε) of the ball", means=RADIUS)

RADIUS_ANY_OUTER = (
    2 * sqrt(a * eps / b) / (a + b) - (b - a) * W1 * W2 - b * W1 * outer_distance
) / (b * W2)
"""Simpler, and for W₂ ≠ W₂* with many outputs: RADIUS for η² ≤ ab, and smaller beyond.

Vacuous from b/a = 4.77 on: it is negative at the largest error.
"""

LARGEST_ERROR = (a**2 + b**2) ** 2 * W1**2 * W2**2
"""The largest err(W₁, W₂) with W₂ = W₂*, attained at `largest_error_instance`."""

FAILING_ERROR = b**2 * (b - a) ** 2 * W1**2 * W2**2
"""For every ε below it some network with one sample and two hidden units fails, for every κ.

It is the exact supremum for one sample and one output (`ONE_SAMPLE`).
"""

NEAR = b**2 * ((b - a) ** 2 * (a + b) ** 2 / (4 * a * b)) * W1**2 * W2**2
_share = 2 * (a**2 + b**2 + (b - a) * sqrt(a * (a + 2 * b))) / ((b - a) ** 2 + 4 * a**2)
FAR = b**2 * (b**2 - _share * a**2) * W1**2 * W2**2


def numbers(network: TwoLayerNetwork) -> dict[str, Any]:
    """a, b, W₁, W₂ and ‖W₂ − W₂*‖_F of a network, by the names of their symbols."""
    return {
        **slopes_of(network.phi1), "W1": network.W1_max, "W2": network.W2_max,
        "outer_distance": norms.norm(network.W2 - network.W2_star, 2),
    }


def radius(eps: Any, a: Any, b: Any, W1: Any, W2: Any, outer_distance: Any = 0.0) -> Any:
    """r(ε) = (μ − (b − a) − b‖W₂ − W₂*‖/W₂) W₁/b; the theorem speaks where it is positive.

    outer_distance is ‖w₂ − w₂*‖, for one output; 0 for Theorem 5. Works element by element.
    InputError unless 0 < a <= b, W1, W2 > 0, eps >= 0 and outer_distance >= 0.
    """
    return RADIUS.at(in_range(eps=eps, a=a, b=b, W1=W1, W2=W2, outer_distance=outer_distance))


def radius_any_outer(eps: Any, a: Any, b: Any, W1: Any, W2: Any, outer_distance: Any = 0.0) -> Any:
    """RADIUS_ANY_OUTER; arguments as in `radius`."""
    return RADIUS_ANY_OUTER.at(
        in_range(eps=eps, a=a, b=b, W1=W1, W2=W2, outer_distance=outer_distance)
    )


def kappa_inner(eps: Any, a: Any, b: Any, W1: Any, W2: Any, outer_distance: Any = 0.0) -> Any:
    """κ = ε/r(ε) where the radius is positive, else nan; arguments as in `radius`."""
    return kappa_of_radius(eps, radius(eps, a, b, W1, W2, outer_distance))


def kappa_of_radius(eps: Any, r: Any) -> Any:
    """ε/r, nan where r isn't positive: nothing is claimed there."""
    r = np.asarray(r)
    return np.where(r > 0, eps / np.where(r > 0, r, 1.0), np.nan)[()]


def least_eps(a: Any, b: Any, W1: Any, W2: Any) -> Any:
    """ε₀: NEAR if b/a ≤ 1 + √2, else FAR. The repaired Theorems 4 and 5 speak of every ε above it.

    Works element by element. InputError unless 0 < a <= b and W1, W2 > 0.
    """
    at = in_range(a=a, b=b, W1=W1, W2=W2)
    return np.where(at["b"] <= (1 + np.sqrt(2)) * at["a"], NEAR.at(at), FAR.at(at))[()]


def largest_error(a: Any, b: Any, W1: Any, W2: Any) -> Any:
    """LARGEST_ERROR = (a² + b²)²W₁²W₂²; arguments as in `least_eps`."""
    return LARGEST_ERROR.at(in_range(a=a, b=b, W1=W1, W2=W2))


def failing_error(a: Any, b: Any, W1: Any, W2: Any) -> Any:
    """FAILING_ERROR = b²(b − a)²W₁²W₂²; arguments as in `least_eps`."""
    return FAILING_ERROR.at(in_range(a=a, b=b, W1=W1, W2=W2))


def kappa_repaired(eps: Any, network: TwoLayerNetwork) -> Any:
    """ε/r(ε) on a network, nan where r(ε) ≤ 0."""
    return kappa_of_radius(eps, RADIUS.at(numbers(network), eps=eps))


def kappa_outer(eps: Any, network: TwoLayerNetwork) -> Any:
    """ε/r(ε) on a network with any W₂, r of RADIUS_ANY_OUTER; nan where r(ε) ≤ 0."""
    return kappa_of_radius(eps, RADIUS_ANY_OUTER.at(numbers(network), eps=eps))


# Where it holds: the proof

u = Symbol("u", "uᵢⱼ", "⟨w_j, φ₁(z)⟩, the score of output j", "ij")
u_star = Symbol("u_star", "uᵢⱼ*", "the same at the optimum", "ij")
D = Symbol("D", "Dᵢⱼ", "φ₂(uᵢⱼ) − φ₂(uᵢⱼ*)", "ij")
g = Symbol("g", "gᵢⱼ", "g(uᵢⱼ), the subgradient of φ₂", "ij", sign=POSITIVE)
e = Symbol("e", "eᵢⱼ", "⟨w_j, g₁(z − z*)⟩ − (uᵢⱼ − uᵢⱼ*)", "ij")
n = Symbol("n", "nⱼ", "‖w_j‖; for one output W₂", "j", sign=">= 0")
delta = Symbol("delta", "δᵢⱼ", "|uᵢⱼ − uᵢⱼ*|", means=abs(u - u_star))
E = Symbol("E", "err(W₁, W₂)", "the error", means=mean(D**2))
reach = Symbol("reach", "r‖G‖_F", "how far clause 2 asks the progress to reach")
gD = g * abs(D)
norm_G = Symbol("norm_G", "‖G‖_F", "", sign=NONNEGATIVE)

slopes_ordered = assumed("a ≤ b", b, a)
error_above = assumed("err > ε", E, eps)
columns = assumed("Σⱼ nⱼ² ≤ W₂²", W2**2, total(n**2))


def shown(text: str, larger: Formula, smaller: Formula) -> Fact:
    """larger ≥ smaller, where a derivation above ends, as a fact for those that follow."""
    return replace(assumed(text, larger, smaller), meaning="shown above")


mismatch = shown("|eᵢⱼ| ≤ M nⱼ W₁", M * n * W1, abs(e))


def _lemma_A_cases(made: Lemma) -> Cases:
    D_, w, s, k, h, t = (letter(name) for name in ("|D|", "w", "s", "k", "η", "τ"))
    p, q, low = letter("|u|"), letter("|u*|"), letter("a", POSITIVE)
    yield (
        "u, u* on one side, or u ≥ 0: gδ = |D| + w, w ≥ 0, and b = g + s",
        made.slack(D_, (D_ + w) / low, low, k, h, t, low + s),
        identity(
            (1 + t**2) * D_ * w + ((low + s) * h * k - t * D_) ** 2 + 2 * h * t * k * D_ * s
        ),
    )
    high = low + s
    slack = made.slack(high * q + low * p, p + q, low, k, h, t, high)
    short = high * k - q  # u* ≤ b ‖w‖ ‖W₁*‖
    tau_2 = low * high * t**2 - 2 * low * h * t + h**2 + low * high - high**2
    for regime, facts in (
        ("η² ≤ ab, aτ² = b", (low * high - h**2, low * t**2 - high, high - low * t**2)),
        ("ab ≤ η² ≤ b², τ the larger root of abτ² − 2aητ + η² + ab − b²",
         (h**2 - low * high, high - h, tau_2, -tau_2, high * t - h)),
        ("η ≥ b, τ = 1", (h - high, t - 1, 1 - t)),
    ):
        yield f"u < 0 < u* ≤ bk, {regime}", slack, solver(short, *facts)


@lemma("Lemma A: gδ ≥ |D|, or u < 0 < u* ≤ bk with τ as it is chosen", _lemma_A_cases)
def lemma_A(
    D: Formula, delta: Formula, g: Formula, k: Formula, eta: Formula, tau: Formula, b: Formula
) -> Formula:
    """b²η²k² + (1 + τ²) g|D|δ − 2ητ g|D| k − D² >= 0, for k = nⱼ W₁."""
    return (
        b**2 * eta**2 * k**2 + (1 + tau**2) * g * abs(D) * delta
        - 2 * eta * tau * g * abs(D) * k - D**2
    )


by_lemma_A = lemma_A(D, delta, g, n * W1, eta, tau, b)

MISMATCH = derivation(
    "the mismatch",
    abs(e),
    Line(AT_MOST, M * n * W1,
         "e = ⟨w, (g₁* − g₁)z*⟩ + ⟨w* − w, φ₁(z*)⟩; entries of g₁* − g₁ are at most b − a, "
         "‖z*‖ ≤ ‖W₁*‖‖x‖, ‖φ₁(z*)‖ ≤ b‖z*‖",
         known=by_hand("Cauchy-Schwarz over the hidden units, entry by entry")),
)
LEMMA_A = derivation(
    "Lemma A, per sample and output",
    b**2 * eta**2 * (n * W1) ** 2 + lam * gD * (delta - mu * n * W1),
    Line(AT_LEAST, D**2,
         "u, u* on one side or u ≥ 0: gδ ≥ |D|, complete the square; u < 0 < u*: "
         "u* ≤ b n W₁ bounds a quadratic in |D|, see lemma_cases",
         known=identity(by_lemma_A)),
)
PROGRESS = derivation(
    "progress",
    progress - reach,
    Line(EQUAL, 2 * mean(g * D * (u - u_star + e)) - reach,
         "φ₁(z) = g₁z, positive homogeneity",
         known=definition({progress: 2 * mean(g * D * (u - u_star + e))})),
    Line(AT_LEAST, 2 * mean(gD * (delta - M * n * W1)) - reach,
         "D and u − u* have one sign; the bound on the mismatch",
         known=identity(2 * mean(g * (
             one_sign(D, u - u_star) + modulus(-(D * e)) + abs(D) * mismatch
         )))),
    Line(AT_LEAST, 2 * mean(gD * (delta - (M * W1 + b * r) * n)),
         "‖G‖ ≤ 2 mean ‖x‖‖g₁W₂(g₂ ∘ D)‖ ≤ 2b mean Σⱼ nⱼgᵢⱼ|Dᵢⱼ|",
         known=by_hand("the triangle inequality over samples and outputs, g₁ ≤ b, ‖x‖ ≤ 1")),
    Line(EQUAL, 2 * mean(gD * (delta - mu * n * W1)), "definition of r", known=definition()),
    Line(AT_LEAST, 2 / lam * mean(D**2 - b**2 * eta**2 * (n * W1) ** 2), "Lemma A",
         known=identity(2 / lam * mean(by_lemma_A))),
    Line(AT_LEAST, 2 / lam * (E - eps), "Σⱼ nⱼ² ≤ W₂² and bηW₁W₂ = √ε",
         known=identity(2 / lam * b**2 * eta**2 * W1**2 * columns)),
    Line(ABOVE, ZERO, "E > ε, as clause 1 fails; so for r ≥ 0 the gradient isn't 0 either",
         known=identity(2 / lam * replace(error_above, sign=POSITIVE))),
)


def terms(network: TwoLayerNetwork, W1: Array, eps: Any) -> dict[str, Any]:
    """The values of this page's symbols at W₁; ε where it is below the error, else just below it.

    (Clause 2 is asked where E > ε.) For r < 0 there is no ball, and reach ≥ r (2b mean ...) would
    turn around: it is written out there.
    """
    net, at = network, numbers(network)
    z, z_star, W2 = net.X @ W1, net.X @ net.W1_star, np.asarray(net.W2)
    scores, scores_star = net.phi1.phi(z) @ W2, net.phi1.phi(z_star) @ net.W2_star
    single = W2.shape[-1] == 1
    G = net.subgradient(W1)
    at |= {
        "u": scores, "u_star": scores_star, "g": net.phi2.g(scores),
        "D": net.phi2.phi(scores) - net.phi2.phi(scores_star),
        "e": scores_star - (net.phi1.g(z) * z_star) @ W2,
        # for one output n may be W2 itself, so that w2 != w2* can be allowed
        "n": np.asarray(at["W2"])[..., None] if single else norms.norm(W2.mT),
        "progress": norms.inner(G, W1 - net.W1_star, 2), "norm_G": norms.norm(G, 2),
    }
    at["eps"] = np.minimum(eps, E.at(at) * (1 - 1e-6))
    return at


def repaired_proof(network: TwoLayerNetwork, W1: Array, eps: Any) -> tuple[Chain, ...]:
    """⟨G, W₁ − W₁*⟩_F > r(ε)‖G‖_F if err(W₁, W₂) > ε. Works on stacks.

    For W₂ = W₂*, and for one output with any w₂. Where r(ε) ≤ 0 the theorem claims nothing, but
    the chain holds all the same.
    """
    at = terms(network, W1, eps)
    length = RADIUS.at(at)
    at["reach"] = length * np.where(
        length > 0, at["norm_G"], (2 * b * mean(n * gD)).at(at)
    )
    return MISMATCH.at(at), LEMMA_A.at(at), PROGRESS.at(at)


# ... and the simpler one for any W₂

M_any = Symbol(
    "M_any", "M", "the mismatch allowed for",
    means=((b - a) * W2 + b * outer_distance) * W1,
)
r_any = Symbol("r_any", "r", "the radius of the ball", means=RADIUS_ANY_OUTER)
S = Symbol("S", "S", "√(mean ‖gᵢ ∘ Dᵢ‖²)", means=sqrt(mean((g * D) ** 2)))
size = sqrt(total((g * D) ** 2))
against = total(g * D * e)
outer_mismatch = shown("‖eᵢ‖ ≤ M", M_any, sqrt(total(e**2)))
with_mismatch = 2 * mean(g / b * lipschitz(D, u - u_star, b)) + 2 * mean(
    modulus(-against) + cauchy_schwarz(against, size, sqrt(total(e**2))) + size * outer_mismatch
)
kantorovich = (
    2 / (b * (a + b)) * (mean(between(g, a, b) * D**2) + (S - sqrt(a * b * E)) ** 2)
    + 2 * (slopes_ordered * W2 + b * outer_distance) * W1 * root_mean_square(size)
)

OUTER_MISMATCH = derivation(
    "the mismatch of a sample",
    sqrt(total(e**2)),
    Line(AT_MOST, M_any, "Cauchy-Schwarz over the outputs",
         known=by_hand("‖W₂ᵀ(g₁* − g₁)z* + (W₂* − W₂)ᵀφ₁(z*)‖ and Cauchy-Schwarz")),
)
OUTER_PROGRESS = derivation(
    "progress, any W₂",
    progress,
    Line(EQUAL, 2 * mean(g * D * (u - u_star + e)), "positive homogeneity", known=definition()),
    Line(AT_LEAST, 2 / b * mean(g * D**2) - 2 * M_any * mean(sqrt(total((g * D) ** 2))),
         "φ₂ is monotone and b-Lipschitz; Cauchy-Schwarz; ‖eᵢ‖ ≤ M",
         known=identity(with_mismatch)),
    Line(AT_LEAST, 2 / b * (2 * sqrt(a * b * E) / (a + b)) * S - 2 * M_any * S,
         "Theorem 3's sharp form; Jensen", known=identity(kantorovich)),
    Line(AT_LEAST, 2 * b * W2 * r_any * S, "E ≥ ε, definition of r",
         known=identity(
             4 * sqrt(a * b) / (b * (a + b)) * S * (error_above / (sqrt(E) + sqrt(eps)))
         )),
    Line(AT_LEAST, reach, "‖G‖ ≤ 2bW₂ mean ‖gᵢ ∘ Dᵢ‖ ≤ 2bW₂S",
         known=by_hand("the triangle inequality, ‖W₂‖ ≤ W₂, g₁ ≤ b, ‖x‖ ≤ 1, then Jensen")),
)
OUTER_NOT_ZERO = derivation(
    "‖G‖ > 0, any W₂",
    progress - 2 * b * W2 * r_any * S,
    Line(EQUAL, 2 * mean(g * D * (u - u_star + e)) - 2 * b * W2 * r_any * S,
         "positive homogeneity",
         known=definition({progress: 2 * mean(g * D * (u - u_star + e))})),
    Line(AT_LEAST, 4 / b * sqrt(a * b) / (a + b) * (sqrt(E) - sqrt(eps)) * S, "the lines above",
         known=identity(with_mismatch + kantorovich)),
    Line(ABOVE, ZERO, "E > ε, so S > 0; for r ≥ 0 the gradient isn't 0",
         known=by_hand("E > ε ≥ 0: some Dᵢⱼ isn't 0, so S > 0")),
)


def outer_proof(network: TwoLayerNetwork, W1: Array, eps: Any) -> tuple[Chain, ...]:
    """The simpler proof, which allows W₂ ≠ W₂* with many outputs: Theorem 3's, with a mismatch."""
    at = terms(network, W1, eps)
    length = RADIUS_ANY_OUTER.at(at)
    at["reach"] = length * np.where(length > 0, at["norm_G"], (2 * b * W2 * S).at(at))
    return OUTER_MISMATCH.at(at), OUTER_PROGRESS.at(at), OUTER_NOT_ZERO.at(at)


def lemma_cases(eta: float, u: Array, u_star: Array, a: float, b: float) -> Array:
    """Lemma A's slack with n_j W₁ = 1, for scores u, u* with |u*| ≤ b; it is never negative.

    g is b for u ≥ 0 and a for u < 0.
    """
    phi = GeneralizedReLU(a, b)
    at = {
        "a": a, "b": b, "eta": eta, "u": u, "u_star": u_star,
        "D": phi.phi(u) - phi.phi(u_star), "g": phi.g(u), "n": np.ones(u.shape[-1]), "W1": 1.0,
    }
    return np.asarray(LEMMA_A.at(at).steps[0].slack)


def largest_error_instance(a: float = 0.1, b: float = 1.0) -> Instance[TwoLayerNetwork]:
    """x = 1, w₂ = 1, W₁* = 1, W₁ = −1: err = (a² + b²)², the largest there is for W₂ = W₂*."""
    phi, unit = GeneralizedReLU(a, b), np.ones((1, 1))
    return Instance(TwoLayerNetwork(unit, unit, unit, phi, phi, 1.0, 1.0), -unit)


# Where it fails


def near_eps_0(
    a: float = 0.5, b: float = 1.0, f: float = 1e-3, m: int = 1000
) -> Instance[TwoLayerNetwork]:
    """An error near ε₀ where no κ will do, for b/a ≤ 1 + √2: ε₀ can't be lowered.

    Two directions at a small angle f, x_A = (1, 0) and x_B = (cos f, sin f), W₁* = e₁(√P, −√N),
    w₂ = (√P, √N), and W₁ such that z_A → (0−, 0+), u_A → 0− and z_B → (0−, ζ). Then
    e_A = e_B = b − a; x_A has a large error and a small slope, x_B the gradient that
    points away. ‖W₁‖ grows as 1/f: the repaired theorem bounds ‖W₁*‖ alone.
    """
    M = b - a
    delta_A, delta_B = M * (a + b) / (2 * a), M * (a + b) / (2 * b)
    P = (delta_A + a) / (a + b)  # u_A* = bP − aN = δ_A
    N = 1 - P
    zeta = (delta_A - delta_B) / (b * np.sqrt(N))
    # p a b δ_A (δ_A − M) + (1 − p) b² δ_B (δ_B − M) = 0 gives the share p of x_A
    away, towards = b * delta_B * (M - delta_B), a * delta_A * (delta_A - M)
    m_A = int(m * away / (away + towards)) - 1
    X = np.array([[1.0, 0.0]] * m_A + [[np.cos(f), np.sin(f)]] * (m - m_A))
    t = f**2
    second = t * a * np.sqrt(P) / (2 * b * np.sqrt(N))  # small enough for u_A < 0
    W1 = np.array([[-t, second], [0.0, zeta / np.sin(f)]])
    W1_star = np.array([[np.sqrt(P), -np.sqrt(N)], [0.0, 0.0]])
    W2 = np.array([[np.sqrt(P)], [np.sqrt(N)]])
    phi = GeneralizedReLU(a, b)
    return Instance(TwoLayerNetwork(X, W1_star, W2, phi, phi, 1.0, 1.0), W1)


def counterexample() -> Instance[TwoLayerNetwork]:
    """m = 1, d = 1, d' = 2, in Fractions: err > 0 and the gradient points away from W₁*.

    x = 1, a = 1/2, b = 1, w₂ = (1/2, 1/2), W₁* = (1/2, −1/2), W₁ = (−1/4, 1/4).
    z* = (1/2, −1/2): u* = (1/2)(1/2) − (1/2)(1/4) = 1/8. z = (−1/4, 1/4): u = 1/16. D = −1/16, so
    err = 1/256; g₂ = 1, g₁ = diag(1/2, 1) and ⟨G, W₁ − W₁*⟩ = 2D(1/2)(1/2 (−3/4) + 3/4) = −3/128.
    No score is 0, so it stays a violation nearby: an open set of them, for every κ > 0.
    """
    return _network([1], ["1/2", "1/2"], ["1/2", "-1/2"], ["-1/4", "1/4"])


def failing_instance() -> Instance[TwoLayerNetwork]:
    """The same shape with err = 0.19010, near the supremum b²(b − a)² = 49/256 = 0.19141.

    a = 9/16, b = 1, w₂ = (4/5, 3/5), W₁* = (4/5, −3/5), W₁ = (−1, 1)/100; bounds W₁ = W₂ = 1.
    """
    return _network(
        [1], ["4/5", "3/5"], ["4/5", "-3/5"], ["-1/100", "1/100"], Fraction(9, 16)
    )


def stationary_instance(d_out: int = 1) -> Instance[TwoLayerNetwork]:
    """G = 0 exactly and err = 17/8192: it fails for every κ, every minimiser and every ε < err.

    x = ±1, a = 1/2, b = 1, w₂ = (1/2, 1/2), W₁* = (9/16, −5/16), W₁ = (3/16, 3/16): u* = 13/64 and
    1/64 (before φ₂, which leaves them), φ₂(u) = 3/16 and −3/64, so D = −1/64 and −4/64, and each
    column of G is (1/2) Σ (2D g₂ g₁ x)/2 = (1/2)(−1/64 + (4/64)/4) = 0. Clause 2 asks ‖G‖ > 0
    whatever z is; clause 1 asks err(W₁) − err(z) ≤ ε, and err(z) = 0 for a minimiser z. Where both
    entries of W₁ are positive err is a convex quadratic of their sum: a local minimum.

    Every number is a float too. d_out outputs: as many copies of w₂, and the error times as much.
    """
    W2 = [["1/2"] * d_out, ["1/2"] * d_out]
    return _network([1, -1], W2, ["9/16", "-5/16"], ["3/16", "3/16"])


def swapped_columns(t: Fraction = Fraction(1, 10)) -> Instance[TwoLayerNetwork]:
    """d = d' = 2, equal w2: with W1*'s columns swapped the error is 0 too; near that, it fails.

    x = (3/5, -4/5), a = 1/10, b = 1, w2 = (1/2, 1/2), W1* = I/2, W1 = (P + t (I - P))/2, P swaps.
    """
    identity, swap = exact.rational([[1, 0], [0, 1]]), exact.rational([[0, 1], [1, 0]])
    one: Any = Fraction(1)
    half = Fraction(1, 2)
    phi = GeneralizedReLU(one / 10, one)
    W2 = exact.rational([["1/2"], ["1/2"]])
    network = TwoLayerNetwork(
        exact.rational([["3/5", "-4/5"]]), identity * half, W2, phi, phi, one, one
    )
    return Instance(network, (swap + t * (identity - swap)) * half)


def _network(
    x: list[Any], W2: list[Any], W1_star: list[Any], W1: list[Any], a: Any = Fraction(1, 2)
) -> Instance[TwoLayerNetwork]:
    """d = 1, b = 1, both bounds 1, in Fractions; W2 the entries of w₂, or rows of W₂."""
    one: Any = Fraction(1)
    phi = GeneralizedReLU(a, one)
    outer = exact.rational(W2).reshape(len(W2), -1)
    network = TwoLayerNetwork(
        exact.rational(x)[:, None], exact.rational([W1_star]), outer, phi, phi, one, one
    )
    return Instance(network, exact.rational([W1]))


def direction_margin(instances: Instance[Any]) -> Array:
    """Of the claim that some κ works, by c, the cosine between G and W₁ − W₁*.

    c > 0: 1 + c. Else c, or −inf if G = 0: the gradient points away from W₁*, and SLQC fails for
    every κ and every ε below the error. inf where the error is no larger than at W₁*.
    """
    slqc = instances.slqc()
    distance = norms.norm(instances.point - instances.problem.optimum, 2)
    size = slqc.gradient_norm * distance
    cosine = slqc.progress / np.where(size > 0, size, 1.0)
    margin = np.where(cosine > 0, 1 + cosine, cosine)
    return np.where(slqc.gap <= 0, np.inf, np.where(size > 0, margin, -np.inf))


def gradient_margin(instances: Instance[TwoLayerNetwork]) -> Array:
    """Of the claim that G ≠ 0 wherever err > 0: −inf where it is 0 (exactly), else inf."""
    slqc = instances.slqc()
    return np.where((slqc.gap > 0) & (slqc.gradient_norm == 0), -np.inf, np.inf)


def _tiny_bound() -> Instance[TwoLayerNetwork]:
    """The counterexample with a bound on W₁* that it is far above: r(ε) > 0 for its ε."""
    instance = exact.as_floats(counterexample())
    return Instance(replace(instance.problem, W1_max=1e-3), instance.point)


def _long_inputs() -> Instance[TwoLayerNetwork]:
    """The counterexample with x = 100: its error is 10⁴ times as large, and r(ε) > 0."""
    instance = exact.as_floats(counterexample())
    return Instance(replace(instance.problem, X=100 * instance.problem.X), instance.point)


REPAIRED_WITH: dict[Hypothesis, Without] = {
    INPUTS: _long_inputs, RELU: ANOTHER_PHI,
    ONE_PHI: "with a the least slope of both and b the largest; not tried with others",
    OPTIMUM_INNER: _tiny_bound,
    OPTIMUM_OUTER: "it bounds u*; no instance without it alone is kept",
    OUTER: "it bounds nⱼ; no instance without it alone is kept",
}
"""What the repaired theorems assume."""


ONE_SAMPLE = derivation(
    "one sample, one output, ⟨G, W₁ − W₁*⟩ ≤ 0",
    E,
    Line(EQUAL, D**2, "m = 1, one output"),
    Line(AT_MOST, b**2 * delta**2, "φ₂ is b-Lipschitz"),
    Line(AT_MOST, b**2 * e**2, "0 ≥ ⟨G, W₁ − W₁*⟩ = 2gD(u − u* + e) ≥ 2g|D|(δ − |e|)"),
    Line(AT_MOST, FAILING_ERROR, "the bound on the mismatch"),
)


def one_sample_supremum(network: TwoLayerNetwork, W1: Array) -> Chain:
    """Where the gradient points away from W₁*, err ≤ b²(b − a)²W₁²W₂². Works on stacks.

    With `failing_instance` and its limit, the exact supremum of the errors where SLQC fails.
    """
    return ONE_SAMPLE.at(terms(network, W1, 1.0))
