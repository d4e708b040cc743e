"""Theorem 3 (section 3.2, proof in section 5.4): a layer of generalized ReLUs, many outputs.

    Let an idealized single-layer multi-output network be phi<W, x>. Assuming ||W*||_F <= W, err(W)
    is (eps, 2 b^3 W/a, W*)-SLQC in W, for all W in the Frobenius ball B(0, W) and all eps > 0.

The statement holds: the companion's kappa of Theorem 1 serves a layer unchanged. The printed proof
has a gap: its step 6 puts d' eps where only eps is known, since err sums over the outputs.
The scalar bound W is called W_max here; W is the matrix.
"""

from fractions import Fraction

import numpy as np

from .. import balls, bounds
from ..activations import GeneralizedReLU
from ..problems import IdealisedLayer
from ..proofs import exact
from ..proofs.chain import AT_LEAST, EQUAL, Chain, Line, chain
from ..proofs.claim import Item, SLQCClaim, Verdict
from ..proofs.families import Instance, LayerFamily
from ..proofs.proof import Gap, Proof
from . import kantorovich, theorem_1
from .terms import worst_v

# The statement


def kappa(eps: float | np.ndarray, layer: IdealisedLayer) -> float | np.ndarray:
    """2 b^3 W/a."""
    return bounds.kappa_theorem_3(layer.activation.a, layer.activation.b, layer.W_max)


# The paper's proof

GAP = "Step 6"
"""The step of `proof` that fails for d' > 1."""


def proof(
    layer: IdealisedLayer, W: np.ndarray, eps: float | np.ndarray, V: np.ndarray | None = None
) -> Chain:
    """Section 5.4, line by line: <G(W), W - V>_F >= 0 for V in B(W*, eps/kappa) if err(W) >= eps.

    V defaults to the worst point of the ball, W* + (eps/kappa) G/||G||_F. Works on stacks. The
    line of step 6 is false for d' > 1: E >= eps doesn't give d' eps. As printed, ||w - w*|| there
    is the largest over the outputs j, and the free i is a mean over the samples.
    """
    a, b, W_max, X = layer.activation.a, layer.activation.b, layer.W_max, layer.X
    d_out = layer.W_star.shape[-1]
    r = bounds.radius(eps, kappa(eps, layer))
    G = layer.subgradient(W)
    if V is None:
        V = worst_v(G, layer.W_star, r, ndim=2)

    def mean(per_output):  # mean over samples, sum over outputs
        return np.mean(np.sum(per_output, axis=-1), axis=-1)

    def spread(number):  # a number of each problem, against arrays over samples and outputs
        return np.asarray(number)[..., None, None]

    phi = layer.activation
    g = phi.g(X @ W)
    D = phi.phi(X @ W) - phi.phi(X @ layer.W_star)
    norm_x = balls.norm(X)[..., None]
    columns_to_V = balls.norm((layer.W_star - V).mT)[..., None, :]
    columns_to_W = balls.norm((W - layer.W_star).mT)
    a_, b_, r_ = spread(a), spread(b), spread(r)
    dz = np.abs(X @ (W - layer.W_star))
    largest_dz = dz.max(axis=-1)
    return chain(
        "section 5.4",
        Line("<G(W), W - V>_F", balls.inner(G, W - V, 2)),
        Line("sum_j <G(w_j), w_j - v_j>", np.sum(np.sum(G * (W - V), axis=-2), axis=-1), EQUAL,
             "definition of the Frobenius product"),
        Line("2/m sum_ij (phi<w_j,x_i> - y_ij) <dphi<w_j,x_i>/dw_j, w_j - v_j>",
             2 * mean((phi.phi(X @ W) - layer.Y) * g * (X @ (W - V))), EQUAL,
             "definition of G", "Step 1"),
        Line("2/m sum_ij g D_ij [<x_i, w_j - w_j*> + <x_i, w_j* - v_j>]",
             2 * mean(g * D * (X @ (W - layer.W_star) + X @ (layer.W_star - V))), EQUAL,
             "y_ij = phi<w_j*, x_i>", "Step 2"),
        Line("2/m sum_ij g [D_ij^2/b + D_ij <x_i, w_j* - v_j>]",
             2 * mean(g * (D**2 / b_ + D * (X @ (layer.W_star - V)))), AT_LEAST,
             "phi is monotone and b-Lipschitz", "Step 3"),
        Line("2/m sum_ij g [D_ij^2/b - |D_ij| ||x_i|| ||w_j* - v_j||]",
             2 * mean(g * (D**2 / b_ - np.abs(D) * norm_x * columns_to_V)), AT_LEAST,
             "Cauchy-Schwarz"),
        Line("2/m sum_ij [(a/b) D_ij^2 - b |D_ij| ||x_i|| ||w_j* - v_j||]",
             2 * mean(a_ / b_ * D**2 - b_ * np.abs(D) * norm_x * columns_to_V), AT_LEAST,
             "a <= g <= b"),
        Line("2/m sum_ij [(a/b) D_ij^2 - b^2 |<w_j - w_j*, x_i>| (eps/kappa) ||x_i||]",
             2 * mean(a_ / b_ * D**2 - b_**2 * dz * r_ * norm_x), AT_LEAST,
             "phi is b-Lipschitz and ||w_j* - v_j|| <= eps/kappa"),
        Line("2 (a/b) d' eps - (a d' eps/(b W)) mean max_j |<w_j - w_j*, x_i>| ||x_i||",
             2 * a / b * d_out * eps
             - a * d_out * eps / (b * W_max) * np.mean(largest_dz * norm_x[..., 0], axis=-1),
             AT_LEAST, "printed as from err(W) >= eps, which gives eps, not d' eps", GAP),
        Line("(a/b) d' eps (2 - max_j ||w_j - w_j*||/W mean ||x_i||^2)",
             a / b * d_out * eps * (
                 2 - columns_to_W.max(axis=-1) / W_max * np.mean(norm_x[..., 0] ** 2, axis=-1)
             ), AT_LEAST, "Cauchy-Schwarz", "Step 7"),
        Line("0", np.zeros_like(a / b * np.asarray(eps)), AT_LEAST,
             "||w_j - w_j*|| <= 2W and ||x_i|| <= 1"),
    )


def gap_counterexample() -> tuple[Instance, Fraction]:
    """d' = 2, one input x = 1, W* = 0, W = (1, 0), a = b = 1, eps = err(W) = 1.

    The line before step 6 is 2 eps - eps |<w_1 - w_1*, x>| = 1, the printed one is twice that.
    """
    one = Fraction(1)
    layer = IdealisedLayer(
        exact.rational([[1]]), exact.rational([[0, 0]]), GeneralizedReLU(one, one), one
    )
    return Instance(layer, exact.rational([[1, 0]])), one


GAPS = {
    GAP: Gap("d' eps where only eps is known, as err sums over the d' outputs", gap_counterexample)
}


# The companion's own theorem


def kappa_sharp(eps: float | np.ndarray, layer: IdealisedLayer) -> float | np.ndarray:
    """((a + b)/2) sqrt(b eps/a)."""
    return bounds.kappa_sharp(eps, *layer.activation.slopes(layer.W_max))


sharp_proof = kantorovich.sharp_proof


# The worst instances


def worst_instance() -> Instance:
    """Theorem 1's, a = b, as two equal outputs: the paper's kappa is attained."""
    return kantorovich.repeated(theorem_1.worst_instance())


def tight_instance() -> Instance:
    """The companion's tight layer: one input, two outputs, W = 1."""
    return kantorovich.tight_layer_instance()


FAMILIES = (
    LayerFamily(m=2, d=2, d_out=2), LayerFamily(m=4, d=3, d_out=2),
    LayerFamily(m=4, d=3, d_out=3, activation=GeneralizedReLU(0.1)),
)

CLAIMS = (
    SLQCClaim(
        id="theorem-3",
        theorem=Item.THEOREM_3,
        source="Theorem 3, section 5.4",
        statement="err(W) is (eps, 2 b^3 W/a, W*)-SLQC for all W in B(0, W), eps > 0",
        verdict=Verdict.SHARPENED,
        kappa=kappa,
        families=FAMILIES,
        worst=worst_instance,
        proof=Proof("section 5.4", lambda i, eps: (proof(i.problem, i.point, eps),), GAPS),
    ),
    SLQCClaim(
        id="theorem-3-sharp",
        theorem=Item.THEOREM_3,
        source="Theorem 3, companion's sharp form",
        statement="err(W) is (eps, ((a+b)/2) sqrt(b eps/a), W*)-SLQC for all W, eps > 0",
        verdict=Verdict.TIGHT,
        kappa=kappa_sharp,
        families=FAMILIES,
        worst=tight_instance,
        proof=Proof("companion", lambda i, eps: (sharp_proof(i.problem, i.point, eps),)),
    ),
)
