"""Theorems 4 and 5 (sections 5.5, 5.6): where the inner layer isn't SLQC, whatever κ (companion).

What they are meant to say, that the inner layer is SLQC for every ε > 0 with some κ, is false for
small ε as soon as there are two hidden units: the gradient points away from W₁* (`counterexample`),
and does so in some network for every ε < b²(b − a)²W₁²W₂² (`failing_instance`). It is false for
every minimiser, not for W₁* alone: `stationary_instance` is a local minimum with an error. That one
refutes the reading of κ < 0 as an empty ball too, where clause 2 is ‖∇err‖ > 0 alone.
"""

from fractions import Fraction
from typing import Any

from ..activations import GeneralizedReLU
from ..problems import TwoLayerNetwork
from ..proofs import certificates, exact
from ..proofs.claim import Claim, Subject, Verdict
from ..proofs.derivation import AT_MOST, EQUAL, Line, derivation
from ..proofs.evidence import direction_margin, gradient_margin
from ..proofs.families import Instance, TwoLayerFamily
from ..proofs.hypotheses import ONE_INPUT, OUTER_IS_OPTIMAL, refuted_with
from ..proofs.symbols import W1, W2, a, b, checked
from .inner_terms import ASSUMED, D, E, delta, e, in_fractions

# The gradient points away


def counterexample() -> Instance[TwoLayerNetwork]:
    """m = 1, d = 1, d' = 2, in Fractions: err > 0 and the gradient points away from W₁*.

    x = 1, a = 1/2, b = 1, w₂ = (1/2, 1/2), W₁* = (1/2, −1/2), W₁ = (−1/4, 1/4).
    z* = (1/2, −1/2): u* = (1/2)(1/2) − (1/2)(1/4) = 1/8. z = (−1/4, 1/4): u = 1/16. D = −1/16, so
    err = 1/256; g₂ = 1, g₁ = diag(1/2, 1) and ⟨G, W₁ − W₁*⟩ = 2D(1/2)(1/2 (−3/4) + 3/4) = −3/128.
    No score is 0, so it stays a violation nearby: an open set of them, for every κ > 0.
    """
    return in_fractions([1], ["1/2", "1/2"], ["1/2", "-1/2"], ["-1/4", "1/4"])


def failing_instance() -> Instance[TwoLayerNetwork]:
    """The same shape with err = 0.19010, near the supremum b²(b − a)² = 49/256 = 0.19141.

    a = 9/16, b = 1, w₂ = (4/5, 3/5), W₁* = (4/5, −3/5), W₁ = (−1, 1)/100; bounds W₁ = W₂ = 1.
    """
    return in_fractions([1], ["4/5", "3/5"], ["4/5", "-3/5"], ["-1/100", "1/100"], "9/16")


def swapped_columns(t: Fraction = Fraction(1, 10)) -> Instance[TwoLayerNetwork]:
    """d = d' = 2, equal w₂: with W₁*'s columns swapped the error is 0 too; near that, it fails.

    x = (3/5, −4/5), a = 1/10, b = 1, w₂ = (1/2, 1/2), W₁* = I/2, W₁ = (P + t (I − P))/2, P swaps.
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


FAILING_ERROR = b**2 * (b - a) ** 2 * W1**2 * W2**2
"""For every ε below it some network with one sample and two hidden units fails, for every κ.

It is the exact supremum for one sample and one output (`ONE_SAMPLE`).
"""
failing_error = checked(FAILING_ERROR, a, b, W1, W2)
ONE_SAMPLE = derivation(
    "one sample, one output, ⟨G, W₁ − W₁*⟩ ≤ 0",
    E,
    Line(EQUAL, D**2, "m = 1, one output"),
    Line(AT_MOST, b**2 * delta**2, "φ₂ is b-Lipschitz"),
    Line(AT_MOST, b**2 * e**2, "0 ≥ ⟨G, W₁ − W₁*⟩ = 2gD(u − u* + e) ≥ 2g|D|(δ − |e|)"),
    Line(AT_MOST, FAILING_ERROR, "the bound on the mismatch"),
)
"""With `failing_instance` and its limit, the exact supremum of the errors where SLQC fails."""

# The gradient is zero


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
    return in_fractions([1, -1], W2, ["9/16", "-5/16"], ["3/16", "3/16"])


def stationary_claim(d_out: int = 1, **said: Any) -> Claim[TwoLayerNetwork]:
    """A claim that `stationary_instance` refutes, and no other instance known."""
    def instance() -> Instance[TwoLayerNetwork]:
        return stationary_instance(d_out)

    return Claim(
        verdict=Verdict.REFUTED,
        margin=gradient_margin,
        families=(TwoLayerFamily(m=2, d=1, d_hidden=2, d_out=d_out),),
        worst=lambda: exact.as_floats(instance()),
        exactly=lambda: exact.slqc(instance()).is_stationary,
        certificate=lambda: certificates.two_layers(instance(), "stationary"),
        **said,
    )


CLAIMS = (
    stationary_claim(
        id="theorem-4-empty-ball",
        theorem=Subject.THEOREM_4,
        source="Theorem 4 for all ε, the ball of a negative radius being empty",
        statement="with ‖w₂*‖, ‖w₂‖ ≤ W₂ and ε/κ < 0, as for every ε that an error exceeds, clause "
        "2 is ‖∇err(W₁, w₂)‖ > 0 alone, and holds for all W₁ ∈ B(0, W₁) with err > ε",
        hypotheses=refuted_with(*ASSUMED, OUTER_IS_OPTIMAL, ONE_INPUT),
    ),
    Claim(
        id="theorem-4-spirit",
        theorem=Subject.THEOREM_4,
        source="section 3.2, 'layer-wise SLQC'",
        statement="for every ε > 0 some κ makes err(W₁, w₂) (ε, κ, W₁*)-SLQC in W₁, with w₂ = w₂*",
        verdict=Verdict.REFUTED,
        margin=direction_margin,
        families=(TwoLayerFamily(m=1, d=1, d_hidden=2), TwoLayerFamily(m=3, d=2, d_hidden=2)),
        hypotheses=refuted_with(*ASSUMED, OUTER_IS_OPTIMAL),
        worst=lambda: exact.as_floats(counterexample()),
        exactly=lambda: exact.slqc(counterexample()).no_kappa_will_do,
        certificate=lambda: certificates.two_layers(counterexample(), "points away"),
    ),
    stationary_claim(
        id="theorem-4-any-minimiser",
        theorem=Subject.THEOREM_4,
        source="section 3.2, 'layer-wise SLQC', any minimiser",
        statement="for every ε > 0 some κ and some global minimiser Z of err(·, w₂), w₂ = w₂*, "
        "make err(W₁, w₂) (ε, κ, Z)-SLQC in W₁",
        hypotheses=refuted_with(*ASSUMED, OUTER_IS_OPTIMAL, ONE_INPUT),
    ),
)
