"""Cross-entropy on a layer (the outlook of section 3.2): where the paper's belief holds, and not.

*On a linear layer* the softmax loss with planted probabilities is (ε, √ε/2, W*)-SLQC in every W, a
constant that is attained; for any labels, and any W* that is better by more than ε, κ = √2 will do
for every ε. Both come from one identity: with p, p* the softmax of the scores s, s*,

    ⟨p − p*, s − s*⟩ = KL(p*, p) + KL(p, p*),   each ≥ ‖p − p*‖²   (Pinsker, and Σⱼ pⱼ − pⱼ* = 0).

*After the generalized ReLU* it is false, for every κ, as soon as a < b and there are two outputs:
'convex, thus SLQC' speaks of the scores, and the layer's weights stand behind a kink. The softmax
sees differences of outputs; an output that is held down at slope a moves them less than its weight
moves. In `counterexample` one input is enough.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import log_softmax, softmax

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..norms import inner, norm
from ..problems import EXCESS, IdealisedLayer
from ..proofs import exact
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.claim import Claim, SLQCClaim, Subject, Verdict
from ..proofs.derivation import AT_LEAST, EQUAL, Line, derivation
from ..proofs.evidence import direction_margin
from ..proofs.families import Family, Instance, LayerFamily, Recast, Shapes
from ..proofs.formula import NONNEGATIVE, Symbol, mean, sqrt
from ..proofs.known import definition, identity, quoted
from ..proofs.lemmas import lemma, letter, short_inputs
from ..proofs.proof import Proof
from ..proofs.symbols import eps, on_problem
from .terms import norm_G, progress

LINEAR = GeneralizedReLU(1.0, 1.0)


@dataclass(frozen=True)
class SoftmaxLayer(IdealisedLayer):
    """A layer under the cross-entropy: yᵢ = softmax(φ⟨W*, xᵢ⟩), or any labels (..., m, d').

    Its error is the mean of KL(yᵢ, softmax(φ⟨W, xᵢ⟩)): the cross-entropy less the labels' entropy.
    """

    labels: Array | None = None

    @cached_property
    def Y(self) -> Array:
        """The labels (..., m, d'), probabilities."""
        return softmax(self.predict(self.W_star), axis=-1) if self.labels is None else self.labels

    def divergences(self, W: Array) -> Array:
        """KL(yᵢ, softmax(φ⟨W, xᵢ⟩)), (..., m)."""
        if self.labels is None:
            return divergence(self.predict(self.W_star), self.predict(W))
        entropy = np.sum(self.Y * np.log(np.where(self.Y > 0, self.Y, 1.0)), axis=-1)
        return np.asarray(entropy - np.sum(self.Y * log_softmax(self.predict(W), axis=-1), axis=-1))

    def residual(self, W: Array) -> Array:
        """pᵢ − yᵢ, (..., m, d')."""
        if self.labels is None:
            return difference(self.predict(self.W_star), self.predict(W))
        return np.asarray(softmax(self.predict(W), axis=-1) - self.labels)

    def error(self, W: Array) -> Array:
        """The mean divergence."""
        return np.asarray(np.mean(self.divergences(W), axis=-1))

    def subgradient(self, W: Array) -> Array:
        """mean x (g o (p − y))ᵀ."""
        slopes = self.activation.g(self.X @ W)
        return np.asarray(self.X.mT @ (slopes * self.residual(W)) / self.X.shape[-2])

    def arrays(self) -> dict[str, Any]:
        """The numbers, by the paper's names."""
        return super().arrays() | ({} if self.labels is None else {"labels": self.labels})


def divergence(s: Array, t: Array) -> Array:
    """KL(softmax s, softmax t), to all its digits where t is near s."""
    p, step = _centred(s, t)
    return np.asarray(np.log1p(np.sum(p * _beyond_tangent(step), axis=-1)))


def difference(s: Array, t: Array) -> Array:
    """softmax t − softmax s, to all its digits: pⱼ (e^(tⱼ − sⱼ)/Σ pₖ e^(tₖ − sₖ) − 1)."""
    p, step = _centred(s, t)
    return np.asarray(p * np.expm1(step - divergence(s, t)[..., None]))


def _centred(s: Array, t: Array) -> tuple[Array, Array]:
    """p = softmax s, and t − s less its mean under p."""
    p, step = softmax(s, axis=-1), t - s
    return p, step - np.sum(p * step, axis=-1, keepdims=True)


def _beyond_tangent(x: Array) -> Array:
    """e^x − 1 − x."""
    series = x**2 / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6 * (1 + x / 7)))))
    return np.asarray(np.where(np.abs(x) < 0.02, series, np.expm1(x) - x))


# Planted labels, a linear layer

KAPPA = sqrt(eps) / 2
kappa = on_problem(KAPPA)

forth = Symbol("KL", "KL(pᵢ*, pᵢ)", "", "i", sign=NONNEGATIVE)
back = Symbol("back", "KL(pᵢ, pᵢ*)", "", "i", sign=NONNEGATIVE)
both = Symbol("both", "⟨pᵢ − pᵢ*, sᵢ − sᵢ*⟩", "", "i")
length = Symbol("length", "‖pᵢ − pᵢ*‖", "", "i", sign=NONNEGATIVE)
error = Symbol("error", "err(W)", "the mean divergence", means=mean(forth))
error_above = assumed("err(W) ≥ ε", error, eps)

# for either order of the two laws
pinsker_many = lemma(
    "pinsker_many", "Pinsker: KL ≥ ‖p − p*‖²", lambda KL, length: KL - length**2
)
pinsker_many.case("any number of outcomes", letter("KL"), letter("‖p − p*‖"), known=quoted(
    "Pinsker's inequality KL ≥ ‖p − p*‖₁²/2; and ‖v‖² ≤ ‖v‖₁ max |vⱼ| ≤ ‖v‖₁²/2 if Σ vⱼ = 0"
))

PLANTED_LABELS = derivation(
    "softmax, planted labels",
    progress,
    Line(EQUAL, mean(both), "definition of G, and φ = identity", known=definition()),
    Line(EQUAL, error + mean(back), "log pⱼ − log pⱼ* = sⱼ − sⱼ* but for one constant",
         known=definition({both: forth + back})),
    Line(AT_LEAST, error + mean(length**2), "Pinsker",
         known=identity(mean(pinsker_many(back, length)))),
    Line(AT_LEAST, 2 * sqrt(error) * sqrt(mean(length**2)), "arithmetic ≥ geometric mean",
         known=identity((sqrt(error) - sqrt(mean(length**2))) ** 2)),
    Line(AT_LEAST, 2 * sqrt(error) * norm_G, "‖G‖ ≤ mean ‖pᵢ − pᵢ*‖ ‖xᵢ‖, ‖xᵢ‖ ≤ 1, then Jensen",
         known=identity(2 * sqrt(error) * short_inputs(norm_G, length))),
    Line(AT_LEAST, eps / KAPPA * norm_G, "err(W) ≥ ε",
         known=identity(2 * norm_G * error_above / (sqrt(error) + sqrt(eps)))),
)


def values(instance: Instance[SoftmaxLayer], eps: Any) -> dict[str, Any]:
    """What the symbols stand for, with planted labels or any."""
    layer, W = instance.problem, instance.point
    s, s_star, G = layer.predict(W), layer.predict(layer.W_star), layer.subgradient(W)
    residual, KL = layer.residual(W), layer.divergences(W)
    rise = KL - layer.divergences(layer.W_star)
    return {
        "eps": eps, "KL": KL, "back": divergence(s, s_star),
        "both": np.sum(residual * (s - s_star), axis=-1), "length": norm(residual),
        "progress": inner(G, W - layer.W_star, 2), "norm_G": norm(G, 2),
        "rise": rise, "gap": np.mean(rise, axis=-1),
    }


def near_even(t: float = 1e-3) -> Instance[SoftmaxLayer]:
    """x = 1, two outputs, W* = 0 and W = (t, −t): κ_emp -> √ε/2 as t -> 0."""
    layer = SoftmaxLayer(np.ones((1, 1)), np.zeros((1, 2)), LINEAR, 1.0)
    return Instance(layer, np.array([[t, -t]]))


@dataclass(frozen=True)
class CentredFamily(Family[SoftmaxLayer]):
    """Linear layers with planted labels; the columns of W and of W* sum to 0.

    That is without loss: the softmax doesn't see a vector that is added to every column, and as
    G's columns sum to 0, ⟨G, W − W*⟩ doesn't either. (In floating point it would: by cancellation.)
    """

    layers: LayerFamily

    @property
    def blocks(self) -> Shapes:
        return self.layers.blocks

    def build(self, **blocks: Array) -> Instance[SoftmaxLayer]:
        ideal = self.layers.build(**blocks)
        W, W_star = (M - np.mean(M, axis=-1, keepdims=True)
                     for M in (ideal.point, ideal.problem.W_star))
        return Instance(SoftmaxLayer.of(ideal.problem, W_star=W_star), W)


# Any labels, a linear layer

KAPPA_ANY = sqrt(2)
kappa_any = on_problem(KAPPA_ANY)

gap = Symbol("gap", "err(W) − err(W*)")
gap_above = assumed("err(W) − err(W*) ≥ ε", gap, eps)
rise = Symbol("rise", "KL(yᵢ, pᵢ) − KL(yᵢ, pᵢ*)", "", "i")

laws_apart = lemma(
    "laws_apart", "‖G‖ ≤ √2, as ‖p − y‖ ≤ √2 for two laws and ‖xᵢ‖ ≤ 1",
    lambda norm: sqrt(2) - norm,
)
laws_apart.case("two laws", letter("‖G‖"), known=quoted(
    "‖mean vᵢ xᵢ‖ ≤ max ‖vᵢ‖ ‖xᵢ‖, and ‖p − y‖² = ‖p‖² + ‖y‖² − 2⟨p, y⟩ ≤ 2"
))

ANY_LABELS = derivation(
    "softmax, any labels",
    progress,
    Line(EQUAL, mean(both), "definition of G, and φ = identity", known=definition()),
    Line(EQUAL, gap + mean(back), "⟨p − y, s − s*⟩ is the rise of the loss and KL(p, p*)",
         known=definition({both: rise + back, gap: mean(rise)})),
    Line(AT_LEAST, gap, "KL ≥ 0: the loss is convex in the scores", known=identity(mean(back))),
    Line(AT_LEAST, eps, "err(W) − err(W*) ≥ ε", known=identity(1 * gap_above)),
    Line(AT_LEAST, eps / KAPPA_ANY * norm_G, "‖G‖ ≤ √2",
         known=identity(eps / KAPPA_ANY * laws_apart(norm_G))),
)


@dataclass(frozen=True)
class LabelledFamily(Family[SoftmaxLayer]):
    """Linear layers with any labels; W and W* change places where W is the better one.

    That is without loss: where W is better, SLQC says nothing. Errors closer than a millionth leave
    their difference too few digits to decide by; there W* is put at W.
    """

    layers: LayerFamily

    @property
    def blocks(self) -> Shapes:
        return {**self.layers.blocks, "labels": (self.layers.m, self.layers.d_out)}

    def build(self, labels: Array, **blocks: Array) -> Instance[SoftmaxLayer]:
        ideal = self.layers.build(**blocks)
        layer = ideal.problem
        Y = softmax(3 * labels, axis=-1)

        def at(W_star: Array) -> SoftmaxLayer:
            return SoftmaxLayer.of(layer, W_star=W_star, labels=Y)

        err, err_star = (at(layer.W_star).error(W) for W in (ideal.point, layer.W_star))
        swap = (err < err_star)[..., None, None]
        lost = (abs(err - err_star) < 1e-6 * np.maximum(err, err_star))[..., None, None]
        return Instance(
            at(np.where(swap | lost, ideal.point, layer.W_star)),
            np.where(swap & ~lost, layer.W_star, ideal.point),
        )


def surely_wrong(W: float = 30.0) -> Instance[SoftmaxLayer]:
    """x = 1, y = (1, 0), W = (−W, W), W* a little better: the loss is linear there, κ_emp -> √2."""
    W_star = (W - 1.0) * np.array([[-1.0, 1.0]])
    layer = SoftmaxLayer(np.ones((1, 1)), W_star, LINEAR, 2 * W, np.array([[1.0, 0.0]]))
    return Instance(layer, W * np.array([[-1.0, 1.0]]))


# After the generalized ReLU


def counterexample() -> Instance[SoftmaxLayer]:
    """x = 1, a = 1/2, b = 1, W = (4/5, 1/10), W* = (1/10, −1).

    The outputs are (4/5, 1/10) and (1/10, −1/2): their difference grows from 3/5 to 7/10, so p₁ >
    p₁* and the error is positive. Both slopes at W are 1: ⟨G, W − W*⟩ = (p₁ − p₁*)(7/10 − 11/10).
    """
    layer = SoftmaxLayer(
        np.ones((1, 1)), np.array([[0.1, -1.0]]), GeneralizedReLU(0.5), 2.0
    )
    return Instance(layer, np.array([[0.8, 0.1]]))


def counterexample_is_exact() -> bool:
    """The signs in rational arithmetic: ⟨G, W − W*⟩ is (p₁ − p₁*) times a negative number."""
    phi = GeneralizedReLU(*exact.rational(["1/2", 1]))
    W, W_star = exact.rational(["4/5", "1/10"]), exact.rational(["1/10", -1])
    rises = (phi.phi(W) - phi.phi(W_star)) @ np.array([1, -1])  # of s₁ − s₂: p₁ > p₁* iff > 0
    factor = (phi.g(W) * (W - W_star)) @ np.array([1, -1])  # p₂ − p₂* = −(p₁ − p₁*)
    return bool(rises > 0 and factor < 0)


CENTRED = given.Hypothesis(
    "the columns of W and of W* add up to 0", given.LAYER,
    lambda i: np.all([
        norm(np.sum(W, axis=-1)) <= EXCESS for W in (i.point, i.problem.W_star)
    ], axis=0),
)

_RELU: Family[SoftmaxLayer] = Recast(LayerFamily(1, 1, 2, GeneralizedReLU(0.5)), SoftmaxLayer.of)

CLAIMS = (
    SLQCClaim(
        id="softmax",
        theorem=Subject.LOSSES,
        source="section 3.2, cross-entropy, companion",
        statement=f"the softmax loss of a linear layer, y planted, is (ε, {KAPPA}, W*)-SLQC for "
        "all W, ε > 0",
        verdict=Verdict.TIGHT,
        kappa=kappa,
        families=(
            CentredFamily(LayerFamily(1, 1, 2, LINEAR)),
            CentredFamily(LayerFamily(3, 2, 3, LINEAR, 5.0)),
        ),
        hypotheses={
            given.INPUTS: lambda: given.longer_inputs(near_even(), 2),
            given.IDENTITY: counterexample,
        },
        without_loss=given.FREE_OF_W | {CENTRED: "see CentredFamily"},
        worst=near_even,
        proof=Proof("companion", (PLANTED_LABELS,), values),
    ),
    SLQCClaim(
        id="softmax-any-labels",
        theorem=Subject.LOSSES,
        source="section 3.2, cross-entropy, companion",
        statement="the softmax loss of a linear layer, any labels and any W*, is (ε, √2, W*)-SLQC "
        "for all W, ε > 0",
        verdict=Verdict.TIGHT,
        kappa=kappa_any,
        families=(
            LabelledFamily(LayerFamily(1, 1, 2, LINEAR)),
            LabelledFamily(LayerFamily(3, 2, 3, LINEAR, 5.0)),
        ),
        hypotheses={
            given.INPUTS: lambda: given.longer_inputs(surely_wrong(), 2),
            given.IDENTITY: counterexample,
        },
        without_loss=given.FREE_OF_W,
        worst=surely_wrong,
        proof=Proof("companion", (ANY_LABELS,), values),
    ),
    Claim(
        id="softmax-after-relu",
        theorem=Subject.LOSSES,
        source="section 3.2, 'our results can be extended to all such error functions'",
        statement="for every ε > 0 some κ makes the softmax loss SLQC in W, with scores φ⟨W, x⟩",
        verdict=Verdict.REFUTED,
        margin=direction_margin,
        families=(_RELU,),
        hypotheses=given.refuted_with(
            given.INPUTS, given.RELU, given.KINK, given.ONE_INPUT, given.OPTIMUM_LAYER,
            given.POINT_LAYER, given.B_IS_ONE,
        ),
        without_loss={given.W_IS_ONE: "the counterexample has W = 2, and is enough"},
        worst=counterexample,
        exactly=counterexample_is_exact,
        certificate=lambda: {
            "kind": "softmax", "W": ["4/5", "1/10"], "W_star": ["1/10", "-1"],
            "slopes": {"a": "1/2", "b": "1"},
        },
    ),
)
