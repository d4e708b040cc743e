"""Theorem 4 with one hidden unit and w₂ = w₂* > 0 (companion): there the inner layer is a GLM.

φ₂(w₂φ₁(z)) is a generalized ReLU with slopes a²w₂ and b²w₂, so `kantorovich` serves unchanged and
is attained. (For w₂ < 0 the network is linear, of slope abw₂.) With two units no κ will do for
small ε: `theorem_4_refuted`.
"""

from typing import Any

import numpy as np

from ..activations import GeneralizedReLU
from ..problems import IdealisedLayer, TwoLayerNetwork
from ..proofs import exact
from ..proofs import hypotheses as given
from ..proofs.claim import SLQCClaim, Subject, Verdict
from ..proofs.derivation import EQUAL, Line, derivation
from ..proofs.families import Instance, TwoLayerFamily
from ..proofs.formula import NONNEGATIVE, POSITIVE, Symbol, sqrt
from ..proofs.known import definition
from ..proofs.proof import Proof
from ..proofs.symbols import a, b, eps
from . import kantorovich
from .theorem_4 import error, one_unit, without

w2 = Symbol("w2", "w₂", "the outer weight, positive", sign=POSITIVE)
KAPPA = (a**2 + b**2) / 2 * w2 * (b / a) * sqrt(eps)
"""The sharp κ of the GLM with slopes a²w₂ and b²w₂."""


def kappa(eps: Any, network: TwoLayerNetwork) -> Any:
    """κ(ε) of the network; eps and κ (n,) or ()."""
    return KAPPA.at(network.numbers, eps=eps, w2=np.asarray(network.W2)[..., 0, 0])


error_of_glm = Symbol(
    "error_of_glm", "err of the GLM with slopes a²w₂ and b²w₂", sign=NONNEGATIVE
)

ONE_UNIT = derivation(
    "one hidden unit",
    error,
    Line(EQUAL, error_of_glm,
         "w₂φ₁(z) has the sign of z: φ₂(w₂φ₁(z)) is b²w₂z or a²w₂z", known=definition()),
)


def values(instance: Instance[TwoLayerNetwork], eps: Any) -> dict[str, Any]:
    """What the symbols stand for; those of `kantorovich` of the GLM, a layer of one output."""
    network, W1 = instance.problem, instance.point
    w2 = np.asarray(network.W2)[..., 0, 0]
    slopes = network.phi1.slopes()
    phi = GeneralizedReLU(slopes.gamma**2 * w2, slopes.L**2 * w2)
    layer = IdealisedLayer(network.X, network.W1_star, phi, network.W1_max)
    return kantorovich.values(Instance(layer, W1), eps) | {
        "error": network.error(W1), "error_of_glm": layer.error(W1),
    }


def tight_instance(a: float = 0.5, b: float = 1.0) -> Instance[TwoLayerNetwork]:
    """The tight GLM with slopes a² and b², as a network with w₂ = 1."""
    tight = kantorovich.tight_instance(a**2, b**2)
    glm, phi = tight.problem, GeneralizedReLU(a, b)
    network = TwoLayerNetwork(
        glm.X, glm.w_star[:, None], np.ones((1, 1)), phi, phi, glm.W_max, 1.0
    )
    return Instance(network, tight.point[:, None])


def with_another_outer_layer() -> Instance[TwoLayerNetwork]:
    """w₂ = w₂* is needed: a = b = 1, x = 1, w₂ = 1/2, w₂* = 1, W₁* = 1/2, W₁ = −1.

    err(W₁, w₂) − err(W₁*, w₂) = 1 − 1/16, so r(ε) → √15/2 > 3/2 = |W₁ − W₁*|.
    """
    return one_unit(w2="1/2", W1_star="1/2")


CLAIMS = (
    SLQCClaim(
        id="theorem-4-one-unit",
        theorem=Subject.THEOREM_4,
        source="Theorem 4 with d' = 1, w₂ = w₂* > 0, companion",
        statement=f"with one hidden unit and w₂ = w₂* > 0, err(W₁, w₂) is (ε, {KAPPA}, "
        "W₁*)-SLQC for all W₁, ε > 0",
        verdict=Verdict.TIGHT,
        kappa=kappa,
        families=(TwoLayerFamily(m=4, d=3, d_hidden=1, outer_sign=1),),
        hypotheses={
            given.INPUTS: without(x=3), given.RELU: given.ANOTHER_PHI,
            given.ONE_PHI: without(slope_2=10),
            given.ONE_OUTPUT: "with more it is a layer of GLMs, with a κ of its own",
            given.ONE_HIDDEN_UNIT: "with two units no κ will do: theorem-4-spirit",
            given.OUTER_POSITIVE: "for w₂ < 0 the network is linear, with a κ of its own",
            given.OUTER_IS_OPTIMAL: lambda: exact.as_floats(with_another_outer_layer()),
        },
        without_loss=given.WITHOUT_LOSS | dict.fromkeys(
            (given.OPTIMUM_INNER, given.OPTIMUM_OUTER, given.OUTER, given.POINT_INNER),
            given.W_IS_FREE,
        ),
        worst=tight_instance,
        proof=Proof("companion", (ONE_UNIT, kantorovich.SHARP_FORM), values),
    ),
)
