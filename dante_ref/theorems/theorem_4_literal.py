"""Theorem 4 as it is printed (section 3.2): ‖w₂*‖ ≤ W₂, and the w₂ that is held is any.

It is refuted by one unit, `counterexample`. Section 5.5 bounds w₂ too (`theorem_4`). Theorem 5's
literal reading fares alike.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from .. import checks
from ..problems import TwoLayerNetwork
from ..proofs import certificates, exact
from ..proofs.claim import SLQCClaim, Subject, Verdict
from ..proofs.families import Instance, TwoLayerFamily
from ..proofs.hypotheses import OUTER, refuted_with
from .inner_terms import ASSUMED
from .theorem_4 import RADIUS, STATEMENT, kappa, one_unit


@dataclass(frozen=True)
class AnyOuterLayer(TwoLayerNetwork):
    """A network of the literal reading: ‖W₂*‖_F ≤ W₂, and the W₂ that is held is any."""

    def check(self) -> "AnyOuterLayer":
        """The problem itself, or InputError/AssumptionError naming what is wrong."""
        TwoLayerNetwork.of(self, W2=None).check()
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
        network = instance.problem
        return Instance(AnyOuterLayer.of(network, W2=10 * np.asarray(network.W2)), instance.point)


def counterexample() -> Instance[TwoLayerNetwork]:
    """a = b = 1, x = 1, W₁* = w₂* = 1, both bounds 1; w₂ = 10 and W₁ = −1.

    err(W₁, w₂) − err(W₁*, w₂) = 121 − 81 = 40 > ε = 39, κ = (1/4 − 1/39)⁻¹ = 156/35, and
    ⟨G, W₁ − W₁*⟩ = 440 < 1925 = (ε/κ)‖G‖.
    """
    bounded = one_unit(w2=10)
    return Instance(AnyOuterLayer.of(bounded.problem), bounded.point)


def refuted(instance: Instance[TwoLayerNetwork]) -> bool:
    """Does SLQC fail there, by Fractions alone, at ε = 39 and a = b = W₁ = W₂ = 1?"""
    eps, one = Fraction(39), Fraction(1)
    length = RADIUS.at(eps=eps, a=one, b=one, W1=one, W2=one)
    return not exact.slqc(instance).holds(eps, length**2)


def certificate(instance: Instance[TwoLayerNetwork]) -> dict[str, Any]:
    """The numbers of a counterexample to the literal reading, at ε = 39."""
    return certificates.two_layers(instance, "ball too large", eps=Fraction(39))


CLAIMS = (
    SLQCClaim(
        id="theorem-4-literal",
        theorem=Subject.THEOREM_4,
        source="Theorem 4 as stated, w₂ unbounded",
        statement=f"with ‖w₂*‖ ≤ W₂ and any w₂, {STATEMENT} and ε > 0 for which κ > 0",
        verdict=Verdict.REFUTED,
        kappa=kappa,
        families=(AnyOuterFamily(m=1, d=1, d_hidden=1), AnyOuterFamily(m=3, d=2, d_hidden=2)),
        hypotheses=refuted_with(*(h for h in ASSUMED if h is not OUTER)),
        worst=lambda: exact.as_floats(counterexample()),
        exactly=lambda: refuted(counterexample()),
        certificate=lambda: certificate(counterexample()),
    ),
)
