"""Sigmoid and tanh: 'each of these results also holds for sigmoid' (section 3.2).

For one GLM and for a layer it does: `kantorovich` needs a monotone phi with slopes in [gamma, L]
only. On |z| <= W the sigmoid s has L = 1/4, gamma = s(W) s(-W), tanh L = 1, gamma = sech^2 W, so

    sigmoid:  kappa(eps) = (1/8)(cosh(W/2) + sech(W/2)) sqrt(eps)
    tanh:     kappa(eps) = (1/2)(cosh W + sech W) sqrt(eps)

The e^W that is quoted from Hazan et al. after Definition 2 holds, and is about the square of what
is needed: kappa grows as e^(W/2), and up to a factor sqrt(W) it must (`sigmoid_lower`). Tanh is a
rescaled sigmoid, tanh z = 2 s(2z) - 1, which doubles W: its kappa grows as e^W. Neither kappa is
tight for large W: slope gamma is found at |z| = W only, chords of slope L only near 0.

For the inner layer (Theorems 4 and 5) it doesn't: the proof of section 5.5 begins with
phi1(z) = g(z) z, which only positively homogeneous activations satisfy. At z = 0: 1/2 is not 0.
"""

import numpy as np

from .. import bounds
from ..activations import Sigmoid, Tanh
from ..problems import IdealisedGLM, TwoLayerNetwork
from ..proofs.chain import AT_MOST, EQUAL, Chain, Line, chain
from ..proofs.claim import Claim, Item, SLQCClaim, Verdict, identity_margin
from ..proofs.families import GLMFamily, Instance, TwoLayerFamily
from ..proofs.proof import Proof
from .sigmoid_lower import hard_instance
from .theorem_1 import kappa_sharp, sharp_proof

# The quoted kappa


def kappa_hazan(eps: float | np.ndarray, glm: IdealisedGLM) -> float | np.ndarray:
    """e^W for every eps."""
    return bounds.kappa_sigmoid_hazan(glm.W_max) + 0 * eps


def sharp_below_hazan(glm: IdealisedGLM, eps: float | np.ndarray) -> Chain:
    """kappa_sharp(eps) <= e^W for every eps that can occur."""
    W = np.asarray(glm.W_max)
    cosh, root = np.cosh(W / 2), np.sqrt(eps)
    return chain(
        "the sharp kappa is below e^W",
        Line("kappa(eps)", kappa_sharp(eps, glm)),
        Line("(1/8)(cosh(W/2) + sech(W/2)) sqrt(eps)", (cosh + 1 / cosh) / 8 * root, EQUAL,
             "L = 1/4, gamma = s(W) s(-W) = 1/(4 cosh^2(W/2))"),
        Line("(1/8)(cosh(W/2) + sech(W/2)) tanh(W/2)",
             (cosh + 1 / cosh) / 8 * np.tanh(W / 2) + 0 * root, AT_MOST,
             "eps <= err(w), and |D_i| <= s(W) - s(-W) = tanh(W/2)"),
        Line("(1/4) cosh(W/2)", cosh / 4 + 0 * root, AT_MOST, "sech <= 1 <= cosh and tanh <= 1"),
        Line("e^W", bounds.kappa_sigmoid_hazan(W) + 0 * root, AT_MOST, "cosh(W/2) <= e^(W/2)"),
    )


# The worst instances


def hard_tanh_instance() -> Instance:
    """The hard instance for tanh: half the weights, as tanh z = 2 s(2z) - 1."""
    hard = hard_instance()
    glm = hard.problem
    return Instance(
        IdealisedGLM(glm.X, glm.w_star / 2, Tanh(), glm.W_max / 2), hard.point / 2
    )


# The trace identity of section 5.5


def trace_identity(network: TwoLayerNetwork, W1: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """<w_j, phi1<W1, x>> and Tr(g1 w_j x^T W1) = sum_k w_kj g(z_k) z_k, both (..., m, d'')."""
    z = network.X @ W1
    return network.phi1.phi(z) @ network.W2, (network.phi1.g(z) * z) @ network.W2


def trace_margin(instances: Instance) -> np.ndarray:
    """Of the identity, over all samples and outputs."""
    margins = identity_margin(*trace_identity(instances.problem, instances.point))
    return np.min(margins, axis=(-2, -1))


def trace_counterexample() -> Instance:
    """x = 1, w2 = 1, W1 = 0 (W1* = 1): phi1(0) = 1/2, exactly, and g1 0 = 0."""
    phi, unit = Sigmoid(), np.ones((1, 1))
    return Instance(TwoLayerNetwork(unit, unit, unit, phi, phi, 1.0, 1.0), 0 * unit)


def trace_identity_fails_exactly() -> bool:
    """1/2 against 0: s(0) = 1/(1 + e^0) has no rounding."""
    instance = trace_counterexample()
    left, right = trace_identity(instance.problem, instance.point)
    return float(left[0, 0]).as_integer_ratio() == (1, 2) and float(right[0, 0]) == 0


def _glms(phi, *radii):
    return tuple(GLMFamily(m=4, d=3, activation=phi, W_max=W) for W in radii)


SHARP_PROOF = Proof("companion", lambda i, eps: (sharp_proof(i.problem, i.point, eps),))

CLAIMS = (
    SLQCClaim(
        id="sigmoid-hazan",
        theorem=Item.SIGMOID,
        source="quoted after Definition 2, Hazan et al.",
        statement="with the sigmoid, err(w) is (eps, e^W, w*)-SLQC for all w, w* in B(0, W), "
        "eps > 0",
        verdict=Verdict.SHARPENED,
        kappa=kappa_hazan,
        families=_glms(Sigmoid(), 1.0, 5.0),
        worst=hard_instance,
        proof=Proof(
            "companion",
            lambda i, eps: (
                sharp_proof(i.problem, i.point, eps), sharp_below_hazan(i.problem, eps),
            ),
        ),
    ),
    SLQCClaim(
        id="sigmoid-sharp",
        theorem=Item.SIGMOID,
        source="section 3.2, companion",
        statement="with the sigmoid, err(w) is (eps, (1/8)(cosh(W/2) + sech(W/2)) sqrt(eps), w*)-"
        "SLQC for all w, w* in B(0, W), eps > 0",
        verdict=Verdict.HOLDS,
        kappa=kappa_sharp,
        families=_glms(Sigmoid(), 1.0, 5.0),
        worst=hard_instance,
        proof=SHARP_PROOF,
    ),
    SLQCClaim(
        id="tanh-sharp",
        theorem=Item.SIGMOID,
        source="section 3.2, companion",
        statement="with tanh, err(w) is (eps, (1/2)(cosh W + sech W) sqrt(eps), w*)-SLQC for all "
        "w, w* in B(0, W), eps > 0",
        verdict=Verdict.HOLDS,
        kappa=kappa_sharp,
        families=_glms(Tanh(), 1.0, 3.0),
        worst=hard_tanh_instance,
        proof=SHARP_PROOF,
    ),
    Claim(
        id="sigmoid-trace-identity",
        theorem=Item.SIGMOID,
        source="section 5.5 with the sigmoid of section 3.2",
        statement="<w2, phi1<W1, x>> = Tr(g1 w2 x^T W1), with the sigmoid as phi1",
        verdict=Verdict.REFUTED,
        families=(TwoLayerFamily(m=2, d=2, d_hidden=2, activation=Sigmoid()),),
        worst=trace_counterexample,
        margin=trace_margin,
        exactly=trace_identity_fails_exactly,
    ),
)
