"""The quantities of sections 5.5 and 5.6, for an inner layer: numbers for each sample and output.

For sample i and output j: z = W₁ᵀx, u_j = ⟨w_j, φ₁(z)⟩, D_j = φ₂(u_j) − φ₂(u_j*), g_j = g(u_j),
n_j = ‖w_j‖; a star marks the same at W₁*, W₂*. By positive homogeneity φ₁(z) = g₁z, so

    ⟨w_j, g₁(z − z*)⟩ = (u_j − u_j*) + e_j,   e_j = ⟨w_j, (g₁* − g₁)z*⟩ + ⟨w_j* − w_j, φ₁(z*)⟩:

the slopes of the hidden units at W₁ and at W₁* mismatch, and, but for W₂ ≠ W₂*, that is all that
can go wrong.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from .. import norms
from ..activations import GeneralizedReLU
from ..problems import TwoLayerNetwork
from ..proofs import exact
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.families import Instance
from ..proofs.formula import NONNEGATIVE, POSITIVE, Symbol, mean, total
from ..proofs.symbols import W2, eps

ASSUMED = (
    given.INPUTS, given.RELU, given.ONE_PHI, given.OPTIMUM_INNER, given.OPTIMUM_OUTER,
    given.POINT_INNER, given.OUTER, given.ONE_OUTPUT,
)
"""The hypotheses of Theorem 4; Theorem 5 has them all but the last."""

outer_distance = Symbol(
    "outer_distance", "‖W₂ − W₂*‖", "0 where the outer layer is the optimal one", sign=NONNEGATIVE
)
u = Symbol("u", "uᵢⱼ", "⟨w_j, φ₁(z)⟩, the score of output j", "ij")
u_star = Symbol("u_star", "uᵢⱼ*", "the same at the optimum", "ij")
D = Symbol("D", "Dᵢⱼ", "φ₂(uᵢⱼ) − φ₂(uᵢⱼ*)", "ij")
g = Symbol("g", "gᵢⱼ", "g(uᵢⱼ), the subgradient of φ₂", "ij", sign=POSITIVE)
e = Symbol("e", "eᵢⱼ", "⟨w_j, g₁(z − z*)⟩ − (uᵢⱼ − uᵢⱼ*)", "ij")
n = Symbol("n", "nⱼ", "‖w_j‖; for one output W₂", "j", sign=">= 0")
delta = Symbol("delta", "δᵢⱼ", "|uᵢⱼ − uᵢⱼ*|", means=abs(u - u_star))
E = Symbol("E", "err(W₁, W₂)", "the error", means=mean(D**2))
reach = Symbol("reach", "r‖G‖_F", "how far clause 2 asks the progress to reach")

error_above = assumed("err > ε", E, eps)
columns = assumed("Σⱼ nⱼ² ≤ W₂²", W2**2, total(n**2))


def terms(instance: Instance[TwoLayerNetwork], eps: Any) -> dict[str, Any]:
    """The values of this page's symbols at W₁; ε where it is below the error, else just below it.

    (Clause 2 is asked where E > ε.) For r < 0 there is no ball, and reach ≥ r (2b mean ...) would
    turn around: it is written out there.
    """
    net, W1 = instance.problem, instance.point
    at = net.numbers
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


def kappa_of_radius(eps: Any, r: Any) -> Any:
    """ε/r, nan where r isn't positive: nothing is claimed there. Works element by element."""
    r = np.asarray(r)
    return np.where(r > 0, eps / np.where(r > 0, r, 1.0), np.nan)[()]


def largest_error_instance(a: float = 0.1, b: float = 1.0) -> Instance[TwoLayerNetwork]:
    """x = 1, w₂ = 1, W₁* = 1, W₁ = −1: err = (a² + b²)², the largest there is for W₂ = W₂*."""
    phi, unit = GeneralizedReLU(a, b), np.ones((1, 1))
    return Instance(TwoLayerNetwork(unit, unit, unit, phi, phi, 1.0, 1.0), -unit)


def in_fractions(
    x: list[Any], W2: list[Any], W1_star: list[Any], W1: list[Any], a: Any = Fraction(1, 2), *,
    W2_star: list[Any] | None = None, phi2: GeneralizedReLU | None = None,
) -> Instance[TwoLayerNetwork]:
    """d = 1, b = 1 and both bounds 1, in Fractions; W2 (and W2*) the entries of w₂, or rows of W₂.

    Without W2_star it is W2, and φ₂ is φ₁ where none is given.
    """
    one: Any = Fraction(1)
    phi = GeneralizedReLU(Fraction(a), one)
    outer, outer_star = (
        exact.rational(W).reshape(len(W), -1) for W in (W2, W2 if W2_star is None else W2_star)
    )
    network = TwoLayerNetwork(
        exact.rational(x)[:, None], exact.rational([W1_star]), outer_star, phi, phi2 or phi, one,
        one, outer,
    )
    return Instance(network, exact.rational([W1]))
