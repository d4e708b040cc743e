"""Three layers and more (section 3.4): what of the theory is left when one layer moves.

The paper trains deep networks, of which it proves nothing. Hold all layers but one at their planted
values. Then

* *the outermost layer* is Theorem 3, with the last hidden activations for inputs. Those have norm
  ‖z‖ ≤ R = b^(L−1) times the norms of the layers below, and the sharp κ grows by the factor R: the
  progress stays what it is, and the subgradient is R times as long at most.
* *a chain of single units* is one GLM, with slopes between aᴸ and bᴸ times the weights: Theorem 1.
* *any other layer* fails to be SLQC for small ε, for every κ, as soon as it has two units. The
  smallest example is Theorem 4's, one sample, one input, two units, with one unit on top
  (`counterexample`; deeper by more such units).
* *for large ε* it is SLQC: the simpler radius of Theorem 5 extends. With k layers of hidden units
  from the moving one up (k = 1 for two layers), held at W₂*, ..., ‖Wₗ*‖ ≤ Wₗ and inputs ‖x‖ ≤ 1,

      bᵏ W₂⋯ r(ε) = 2√(aε/b)/(a + b) − 2(bᵏ − ((a + b)/2)ᵏ) W₁W₂⋯

  is the radius of the ball, wherever it is positive. It is at a = b, for every ε; and at the
  largest error known it is up to b/a = 2.35 for k = 2, where two layers allow 4.77.

The second term is the mismatch of the slopes at W₁ and at W₁*. Each layer's slopes are (a + b)/2
plus (b − a)/2 times signs; in the product of k layers every term with a sign in it differs by 2 at
most, and they add up to 2(bᵏ − ((a + b)/2)ᵏ). Here it is proved and searched for three layers.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..activations import Activation, GeneralizedReLU
from ..arrays import Array, Real
from ..norms import inner, into_ball, norm
from ..objectives import InnerLayerObjective, predict
from ..problems import Planted, TwoLayerNetwork
from ..proofs import certificates, exact
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.claim import Claim, SLQCClaim, Subject, Verdict
from ..proofs.derivation import AT_LEAST, AT_MOST, EQUAL, Line, derivation
from ..proofs.evidence import direction_margin
from ..proofs.families import Family, Instance, Shapes, squashed
from ..proofs.formula import NONNEGATIVE, POSITIVE, Symbol, mean, sqrt, total
from ..proofs.known import by_hand, definition, identity
from ..proofs.lemmas import cauchy_schwarz, lipschitz, modulus, root_mean_square, triangle
from ..proofs.proof import Proof
from ..proofs.symbols import W1, W2, a, b, eps, on_problem
from .inner_terms import kappa_of_radius
from .kantorovich import half_slack
from .terms import inputs_unit, norm_G, norm_x, progress, slopes_ordered
from .theorem_4_refuted import counterexample as two_layers

W3 = Symbol("W3", "W₃", "the bound on ‖W₃*‖", sign=POSITIVE)
MISMATCH = 2 * (b**2 - ((a + b) / 2) ** 2) * W1 * W2 * W3
RADIUS = (2 * sqrt(a * eps / b) / (a + b) - MISMATCH) / (b**2 * W2 * W3)


@dataclass(frozen=True)
class ThreeLayerNetwork(Planted):
    """y = φ⟨W₃*, φ⟨W₂*, φ⟨W₁*, x⟩⟩⟩, ‖x‖ ≤ 1, ‖Wₗ*‖_F ≤ Wₗ; W₁ moves and the others are held."""

    X: Array
    W1_star: Array
    W2: Array
    W3: Array
    activation: Activation
    W1_max: Real = 1.0
    W2_max: Real = 1.0
    W3_max: Real = 1.0
    point_name = "W1"
    _planted, _axes = ("W1_star", "W1_max"), ("d", "d'")
    _assumed = ("section 3.4: ||W1*||_F <= W1", "section 3.4: W1 in B(0, W1)")

    @cached_property
    def objective(self) -> InnerLayerObjective:
        """err of W₁."""
        phis, above = (self.activation,) * 3, (self.W2, self.W3)
        Y = predict(self.X, (self.W1_star, *above), phis)
        return InnerLayerObjective.unchecked(X=self.X, Y=Y, above=above, activations=phis)

    @property
    def numbers(self) -> dict[str, Any]:
        """a, b and the three bounds."""
        a, b = self.activation.slopes()
        return {"a": a, "b": b, "W1": self.W1_max, "W2": self.W2_max, "W3": self.W3_max}

    def check(self) -> "ThreeLayerNetwork":
        """The problem itself, or an error that names the violated assumption."""
        TwoLayerNetwork(
            self.X, self.W1_star, self.W2, self.activation, self.activation, self.W1_max,
            self.W2_max,
        ).check()
        return self

    def arrays(self) -> dict[str, Any]:
        """The numbers, by the paper's names."""
        return {
            "X": self.X, "W1_star": self.W1_star, "W2": self.W2, "W3": self.W3,
            **dict(zip("ab", self.activation.slopes(), strict=True)),
        }


kappa = on_problem(RADIUS, kappa_of_radius)

# The proof. u are the scores of the outermost layer; J its Jacobian in φ⟨W₁, x⟩'s place

g = Symbol("g", "gᵢⱼ", "the outermost slopes at W₁", "ij", sign=NONNEGATIVE)
D = Symbol("D", "Dᵢⱼ", "the residual", "ij")
du = Symbol("du", "uᵢⱼ − uᵢⱼ*", "the difference of the outermost scores", "ij")
inner_e = Symbol("inner_e", "⟨gᵢ∘Dᵢ, eᵢ⟩", "eᵢ = (J* − J) zᵢ*, the mismatch", "i")
norm_e = Symbol("norm_e", "‖eᵢ‖", "", "i", sign=NONNEGATIVE)
norm_back = Symbol("norm_back", "‖Jᵀ(gᵢ∘Dᵢ)‖", "", "i", sign=NONNEGATIVE)
norm_gD = Symbol("norm_gD", "‖gᵢ∘Dᵢ‖", "", means=sqrt(total(g**2 * D**2)))
error = Symbol("error", "err(W₁)", "", means=mean(D**2))
S = Symbol("S", "S", "", means=sqrt(mean(g**2 * D**2)))

error_above = assumed("err(W₁) ≥ ε", error, eps)
mismatched = assumed("‖eᵢ‖ ≤ M", MISMATCH, norm_e)
back = assumed("‖Jᵀv‖ ≤ b²W₂W₃ ‖v‖", b**2 * W2 * W3 * norm_gD, norm_back)

SLOPES = derivation(
    "the mismatch of a sample",
    norm_e,
    Line(AT_MOST, MISMATCH, "the slopes are (a + b)/2 and (b − a)/2 times signs",
         known=by_hand(
             "J is a product of two slope matrices cI + hS and the held layers; its terms with a "
             "sign differ from J*'s by 2, 2ch + 2ch + 2h² in all, which is 2(b² − c²)"
         )),
)
PROGRESS = derivation(
    "progress, three layers",
    progress,
    Line(EQUAL, 2 * mean(g * D * du) + 2 * mean(inner_e), "positive homogeneity: u = J z",
         known=definition()),
    Line(AT_LEAST, 2 / b * mean(g * D**2) - 2 * MISMATCH * mean(norm_gD),
         "φ is monotone and b-Lipschitz; Cauchy-Schwarz; ‖eᵢ‖ ≤ M",
         known=identity(
             2 / b * mean(g * lipschitz(D, du, b)) + 2 * mean(
                 cauchy_schwarz(inner_e, norm_gD, norm_e) + modulus(-inner_e)
                 + norm_gD * mismatched
             )
         )),
    Line(AT_LEAST, 4 * sqrt(a * b * error) / (b * (a + b)) * S - 2 * MISMATCH * S,
         "Theorem 3's sharp form, and Jensen",
         known=identity(
             2 * half_slack(g, D, S, error, a, b)
             + slopes_ordered * (3 * b + a) * W1 * W2 * W3 * root_mean_square(norm_gD)
         )),
    Line(AT_LEAST, 2 * b**2 * W2 * W3 * RADIUS * S, "err(W₁) ≥ ε, definition of r",
         known=identity(
             4 * sqrt(a * b) / (b * (a + b)) * S * error_above / (sqrt(error) + sqrt(eps))
         )),
)
LENGTH = derivation(
    "the subgradient",
    norm_G,
    Line(AT_MOST, 2 * mean(norm_back * norm_x), "G is a mean of xᵢ (Jᵀ(gᵢ∘Dᵢ))ᵀ",
         known=identity(2 * triangle(norm_G / 2, norm_back * norm_x))),
    Line(AT_MOST, 2 * b**2 * W2 * W3 * mean(norm_gD), "slopes are ≤ b, ‖xᵢ‖ ≤ 1",
         known=identity(2 * mean(back * norm_x + b**2 * W2 * W3 * norm_gD * inputs_unit))),
    Line(AT_MOST, 2 * b**2 * W2 * W3 * S, "Jensen",
         known=identity(2 * b**2 * W2 * W3 * root_mean_square(norm_gD))),
)


def values(instance: Instance[ThreeLayerNetwork], eps: Any) -> dict[str, Any]:
    """What the symbols stand for."""
    n, W = instance.problem, instance.point
    phi, z, z_star = n.activation, n.X @ W, n.X @ n.W1_star

    def up(z: Array) -> tuple[Array, Array]:  # the scores above, from φ⟨W₁, x⟩ on
        second = phi.phi(z) @ n.W2
        return second, phi.phi(second) @ n.W3

    second, u = up(z)
    u_star = up(z_star)[1]
    residual, slopes = phi.phi(u) - phi.phi(u_star), phi.g(u)
    # ⟨v, J(z − z*)⟩ = ⟨v, u − u* + e⟩
    forward = (phi.g(second) * ((phi.g(z) * (z - z_star)) @ n.W2)) @ n.W3
    e, v, G = forward - (u - u_star), slopes * residual, n.subgradient(W)
    backward = phi.g(z) * ((phi.g(second) * (v @ n.W3.mT)) @ n.W2.mT)
    return n.numbers | {
        "eps": eps, "g": slopes, "D": residual, "du": u - u_star, "norm_e": norm(e),
        "inner_e": np.sum(v * e, axis=-1), "norm_back": norm(backward), "norm_x": norm(n.X),
        "progress": inner(G, W - n.W1_star, 2), "norm_G": norm(G, 2),
    }


PROOF = Proof("companion", (SLOPES, PROGRESS, LENGTH), values)
"""Together: ⟨G, W₁ − W₁*⟩ ≥ r‖G‖."""


# Instances


@dataclass(frozen=True)
class ThreeLayerFamily(Family[ThreeLayerNetwork]):
    """Planted networks of three layers with a/b in [least, 1), and a point W₁ in the ball."""

    m: int
    d: int
    d_hidden: int
    d_out: int = 1
    least: float = 0.45

    @property
    def blocks(self) -> Shapes:
        inner, square = (self.d, self.d_hidden), (self.d_hidden, self.d_hidden)
        return {
            "slope": (1,), "X": (self.m, self.d), "W1": inner, "W1_star": inner, "W2": square,
            "W3": (self.d_hidden, self.d_out),
        }

    def build(
        self, slope: Array, X: Array, W1: Array, W1_star: Array, W2: Array, W3: Array
    ) -> Instance[ThreeLayerNetwork]:
        a = 1 - (1 - self.least) * np.abs(squashed(slope[:, 0]))
        network = ThreeLayerNetwork(
            into_ball(X), into_ball(W1_star, 1.0, 2), into_ball(W2, 1.0, 2), into_ball(W3, 1.0, 2),
            GeneralizedReLU(a, np.ones_like(a)),
        )
        return Instance(network, into_ball(W1, 1.0, 2))


def opposite(a: float = 0.9) -> Instance[ThreeLayerNetwork]:
    """One unit a layer, all weights 1, x = 1 and W₁ = −1: err = (a³ + b³)²."""
    unit = np.ones((1, 1))
    return Instance(ThreeLayerNetwork(unit, unit, unit, unit, GeneralizedReLU(a)), -unit)


def counterexample() -> Instance[ThreeLayerNetwork]:
    """Theorem 4's, in Fractions, with one unit of weight 1 on top: its scores there are ≥ 0."""
    two = two_layers()
    network, one = two.problem, exact.rational([1])[0]
    held = ThreeLayerNetwork(
        network.X, network.W1_star, network.W2, exact.rational([[1]]), network.phi1, one, one, one
    )
    return Instance(held, two.point)


THREE = (ThreeLayerNetwork,)
OPTIMUM, POINT = (replace(h, of=THREE) for h in (given.OPTIMUM_INNER, given.POINT_INNER))
SECOND = given.Hypothesis(
    "‖W₂*‖_F ≤ W₂", THREE, lambda i: given.within(i.problem.W2, i.problem.W2_max, 2)
)
THIRD = given.Hypothesis(
    "‖W₃*‖_F ≤ W₃", THREE, lambda i: given.within(i.problem.W3, i.problem.W3_max, 2)
)
W1_IS_ONE, W2_IS_ONE = (replace(h, of=THREE) for h in (given.W1_IS_ONE, given.W2_IS_ONE))
W3_IS_ONE = given.Hypothesis("W₃ = 1", THREE, lambda i: np.asarray(i.problem.W3_max) == 1)
WITHOUT_LOSS = dict.fromkeys((given.B_IS_ONE, W1_IS_ONE, W2_IS_ONE, W3_IS_ONE), given.BY_SCALING)

CLAIMS = (
    SLQCClaim(
        id="three-layers-repaired",
        theorem=Subject.LAYERS,
        source="section 3.4, three layers, companion",
        statement="the innermost of three layers, the others held at their planted values, is "
        f"(ε, ε/r(ε), W₁*)-SLQC for all W₁ wherever r(ε) = {RADIUS} > 0",
        verdict=Verdict.HOLDS,
        kappa=kappa,
        families=(ThreeLayerFamily(1, 1, 2), ThreeLayerFamily(3, 2, 2, 2)),
        hypotheses={
            given.INPUTS: "it bounds zᵢ*; no instance without it alone is kept",
            given.RELU: given.ANOTHER_PHI,
            OPTIMUM: "it bounds zᵢ*; no instance without it alone is kept",
            SECOND: "it bounds J; no instance without it alone is kept",
            THIRD: "it bounds J; no instance without it alone is kept",
            POINT: "not used in the proof, which is for all W₁; not searched without it",
        },
        without_loss=WITHOUT_LOSS,
        worst=opposite,
        proof=PROOF,
    ),
    Claim(
        id="three-layers",
        theorem=Subject.LAYERS,
        source="section 3.4, 'a series of SLQC problem pairs'",
        statement="for every ε > 0 some κ makes the error of three layers SLQC in the innermost, "
        "the others held at their planted values",
        verdict=Verdict.REFUTED,
        margin=direction_margin,
        families=(ThreeLayerFamily(1, 1, 2), ThreeLayerFamily(3, 2, 2)),
        hypotheses=given.refuted_with(given.INPUTS, given.RELU, OPTIMUM, SECOND, THIRD, POINT),
        without_loss=WITHOUT_LOSS,
        worst=lambda: exact.as_floats(counterexample()),
        exactly=lambda: exact.slqc(counterexample()).no_kappa_will_do,
        certificate=lambda: certificates.two_layers(two_layers(), "points away") | {"top": "1"},
    ),
)
