"""Two samples suffice: what a search over weighted pairs in the plane covers (companion).

The error and the subgradient of section 3.2's problems are means over samples. Let Eᵢ, Gᵢ and
⟨Gᵢ, w − w*⟩ be those of sample i alone.

Lemma. Where an idealised problem (a GLM, a layer, an inner layer; any m, d and weights) has
err(w) ≥ ε and ⟨G, w − w*⟩ ≤ r‖G‖, two of its samples, with weights s and 1 − s, have both as
well; and so have they in their plane, d = 2. Where ⟨G, w − w*⟩ ≤ 0 < err(w) one sample has.

Proof. With u = G/‖G‖ sample i counts against clause 2 with hᵢ = r⟨Gᵢ, u⟩ − ⟨Gᵢ, w − w*⟩, which are
≥ 0 on average. Call i a sample with Eᵢ ≥ ε, j one below. Pairs (i, j) with the weights that give
them the error ε, and single samples i, make up the whole (`MIXTURE`); so for one of them h ≥ 0 too,
and ‖G'‖ ≥ ⟨G', u⟩ (`PAIR`). The parts of w and w* across the two inputs change no score and lie
across G', so without them everything is as it was, and no norm has grown (`PLANE`). Of the last
sentence: if ⟨Gᵢ, w − w*⟩ > 0 for each i with Eᵢ > 0, the mean is > 0, as Gᵢ = 0 for the others.

Of all κ here r = ε/κ(ε) doesn't fall as ε grows; so the pair's margin is no larger than the
whole's, and a search over `PairFamily`, nine numbers and the ratio a/b, looks for the worst GLM of
*every* m and d. What that makes exact: κ(ε) and κ(ε; s) are attained, and were. Of the least κ that
serves B(0, W) with one output `finite_w` has an upper bound, κ_W(ε); over the pairs, which are all
there is to search, the largest κ found is this share of it (b = W = 1):

    ε/(a + b)²    0.05     0.2      0.4      0.6      0.8      0.95
    a = 1/10      0.999    0.982    0.930    0.843    0.678    0.398
    a = 1/2       0.998    0.998    0.977    0.843    0.771    0.739

From 0.95, and 0.6, on the worst is one sample, w* = 1, −w = (√ε − 1)/a: κ = ε/(1 + (√ε − 1)/a).
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import expit

from ..arrays import Array
from ..norms import norm
from ..objectives import GLMObjective, predict
from ..problems import IdealisedGLM
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.claim import Claim, Subject, Verdict
from ..proofs.derivation import AT_LEAST, AT_MOST, EQUAL, Line, derivation
from ..proofs.evidence import bound_margin
from ..proofs.families import Family, GLMFamily, Instance, Shapes
from ..proofs.formula import NONNEGATIVE, POSITIVE, Symbol, total
from ..proofs.known import definition, identity
from ..proofs.lemmas import cauchy_schwarz, modulus
from ..proofs.proof import Proof
from ..proofs.symbols import eps
from . import kantorovich

# Two weighted samples


@dataclass(frozen=True)
class WeightedPair(IdealisedGLM):
    """An idealised GLM with two samples, of weights `share` (...,) and 1 − share; φ homogeneous.

    √(2p)x and √(2p)y in place of x and y give a sample the weight p, as φ and g x allow it.
    """

    share: Any = 0.5

    @cached_property
    def weighted(self) -> GLMObjective:
        """The objective with the weights in its samples."""
        p = np.stack([np.asarray(self.share), 1 - np.asarray(self.share)], axis=-1)
        X = self.X * np.sqrt(2 * p)[..., None]
        y = predict(X, (self.w_star[..., None],), (self.activation,))[..., 0]
        return GLMObjective.unchecked(X=X, y=y, phi=self.activation)

    def error(self, w: Array) -> Array:
        """err(w), the weighted mean."""
        return self.weighted.error(w)

    def subgradient(self, w: Array) -> Array:
        """G(w), likewise."""
        return self.weighted.subgradient(w)

    def arrays(self) -> dict[str, Any]:
        """The numbers, by the paper's names, and the share."""
        return super().arrays() | {"share": self.share}


@dataclass(frozen=True)
class PairFamily(Family[WeightedPair]):
    """Every pair of weighted samples in the plane, and a point w in B(0, 1); b = 1."""

    glms = GLMFamily(m=2, d=2)

    @property
    def blocks(self) -> Shapes:
        return {**self.glms.blocks, "share": (1,)}

    def build(self, share: Array, **blocks: Array) -> Instance[WeightedPair]:
        instance = self.glms.build(**blocks)
        return Instance(
            WeightedPair.of(instance.problem, share=expit(share[:, 0])), instance.point
        )


# The proof. Axis i: samples with Eᵢ ≥ ε; j: those below. On the other axis they have weight 0

p = Symbol("p", "pᵢ", "the weight of a sample with Eᵢ ≥ ε", "i", sign=NONNEGATIVE)
q = Symbol("q", "qⱼ", "the weight of a sample with Eⱼ < ε", "j", sign=NONNEGATIVE)
E_i = Symbol("E_i", "Eᵢ", "the error of sample i alone", "i")
E_j = Symbol("E_j", "Eⱼ", "the error of sample j alone", "j")
h_i = Symbol("h_i", "hᵢ", "how far sample i counts against clause 2", "i")
h_j = Symbol("h_j", "hⱼ", "how far sample j counts against clause 2", "j")
surplus = Symbol("surplus", "cᵢ", "what i has above ε", means=p * (E_i - eps))
lack = Symbol("lack", "dⱼ", "what j lacks", means=q * (eps - E_j))
C = Symbol("C", "C", "Σᵢ cᵢ", sign=POSITIVE)
S = Symbol("S", "S", "Σⱼ dⱼ; C − S is err(w) − ε", sign=NONNEGATIVE)
H = Symbol("H", "H", "the largest h of a pair, or of a sample with Eᵢ ≥ ε alone")
sums = {C: total(surplus, "i"), S: total(lack, "j")}

suboptimal = assumed("err(w) ≥ ε", C, S)
pair_below = assumed(
    "no pair with the error ε has more than H", H * (p * lack + q * surplus),
    p * lack * h_i + q * surplus * h_j,
)
single_below = assumed("no single sample has more than H", H, h_i)

MIXTURE = derivation(
    "the samples as a mixture of pairs",
    total(p * h_i, "i") + total(q * h_j, "j"),
    Line(EQUAL,
         total(total(p * lack * h_i + q * surplus * h_j, "j"), "i") / C
         + (1 - S / C) * total(p * h_i, "i"),
         "i and j with weights in the ratio pᵢdⱼ : qⱼcᵢ have the error ε; what is left of i is "
         "alone", known=definition(sums)),
    Line(AT_MOST,
         total(total(p * lack + q * surplus, "j"), "i") / C * H
         + (1 - S / C) * total(p, "i") * H,
         "H is the largest",
         known=identity(
             total(total(pair_below, "j"), "i") / C
             + suboptimal / C * total(p * single_below, "i")
         )),
    Line(EQUAL, (total(p, "i") + total(q, "j")) * H, "all weights add up to 1, as before",
         known=definition(sums)),
)

r = Symbol("r", "r", "ε/κ(ε)", sign=NONNEGATIVE)
progress = Symbol("progress", "⟨G', w − w*⟩", "of the pair, or of the single sample")
norm_G = Symbol("norm_G", "‖G'‖", "of its subgradient", sign=NONNEGATIVE)
along = Symbol("along", "⟨G', u⟩", "u = G/‖G‖ of the whole")
unit = Symbol("unit", "‖u‖", "1", sign=POSITIVE)
whole = Symbol("whole", "r‖G‖ − ⟨G, w − w*⟩", "of the whole: mean hᵢ, ≥ 0 where clause 2 fails")
worst_known = assumed("h of the pair is H ≥ mean hᵢ (shown above)", r * along - progress, whole)

PAIR = derivation(
    "the pair fails clause 2 as well",
    r * norm_G * unit - progress,
    Line(AT_LEAST, r * along - progress, "Cauchy-Schwarz",
         known=identity(r * (cauchy_schwarz(along, norm_G, unit) + modulus(along)))),
    Line(AT_LEAST, whole, "MIXTURE: the pair is the one with h = H",
         known=identity(1 * worst_known)),
)

norm_w = Symbol("norm_w", "‖w‖²", "the same for w*")
flat = Symbol("flat", "‖w'‖²", "of its part in the plane of the two inputs", sign=NONNEGATIVE)
off = Symbol("off", "‖w − w'‖²", "of the part across", sign=NONNEGATIVE)

PLANE = derivation(
    "in the plane of its two inputs",
    norm_w,
    Line(EQUAL, flat + off, "Pythagoras; scores and ⟨G', w − w*⟩ are those of the parts",
         known=definition({norm_w: flat + off})),
    Line(AT_LEAST, flat, "squares", known=identity(1 * off)),
)


# Samples one by one


def samples(instance: Instance[Any]) -> tuple[Array, Array, Array]:
    """Eᵢ (..., m), Gᵢ (..., m, k) with its entries in a row, and ⟨Gᵢ, w − w*⟩ (..., m)."""
    problem, w = instance.problem, instance.point
    alone = [
        replace(problem, X=problem.X[..., i:i + 1, :]) for i in range(problem.X.shape[-2])
    ]
    stack = problem.X.shape[:-2]
    E = np.stack([one.error(w) for one in alone], axis=-1)
    G = np.stack([one.subgradient(w).reshape(*stack, -1) for one in alone], axis=-2)
    return E, G, np.sum(G * (w - problem.optimum).reshape(*stack, 1, -1), axis=-1)


def mixture(E: Array, h: Array, eps: Any) -> dict[str, Array]:
    """The symbols of MIXTURE for samples of equal weights, ε at most their mean E."""
    above = np.asarray(eps)[..., None] <= E
    at = {
        "p": above / E.shape[-1], "q": ~above / E.shape[-1], "E_i": E, "E_j": E, "h_i": h,
        "h_j": h, "eps": np.asarray(eps),
    }
    return at | {symbol.name: means.at(at) for symbol, means in sums.items()}


def worst_pair(E: Array, h: Array, eps: Any) -> tuple[Array, Array, Array]:
    """(i, j, s), each (...,): the pair with h = H, and the weight s of i; j = i for one alone."""
    at = mixture(E, h, eps)
    i_share, j_share = (np.asarray(f.at(at)) for f in (p * lack, q * surplus))
    both = i_share + j_share
    mixed = i_share * h[..., :, None] + j_share * h[..., None, :]
    found = np.where(both > 0, mixed / np.where(both > 0, both, 1.0), -np.inf)
    m = E.shape[-1]
    alone = np.where(at["p"] > 0, h, -np.inf)
    found = np.where(np.eye(m, dtype=bool), alone[..., None], found)
    i, j = np.divmod(np.argmax(found.reshape(*E.shape[:-1], -1), axis=-1), m)

    def taken(array: Array) -> Array:
        flat = array.reshape(*E.shape[:-1], -1)
        return np.take_along_axis(flat, (m * i + j)[..., None], axis=-1)[..., 0]

    return i, j, np.where(i == j, 1.0, taken(i_share) / np.where(i == j, 1.0, taken(both)))


def against(G: Array, progress: Array) -> tuple[Array, Array]:
    """hᵢ (..., m) with r = ⟨G, w − w*⟩/‖G‖, so that they are 0 on average, and u (..., k)."""
    whole = np.mean(G, axis=-2)
    length = norm(whole)[..., None]
    u = whole / np.where(length > 0, length, 1.0)
    reach = np.mean(progress, axis=-1)[..., None] / np.where(length > 0, length, 1.0)
    return reach * np.sum(G * u[..., None, :], axis=-1) - progress, u


def picked(array: Array, i: Array) -> Array:
    """Sample i of each: array (..., m, k), i (...,) -> (..., k)."""
    return np.asarray(np.take_along_axis(array, i[..., None, None], axis=-2)[..., 0, :])


def mixed(array: Array, i: Array, j: Array, s: Array) -> Array:
    """s of sample i and 1 − s of sample j: array (..., m, k) -> (..., k)."""
    return np.asarray(s[..., None] * picked(array, i) + (1 - s[..., None]) * picked(array, j))


def values(instance: Instance[Any], eps: Any) -> dict[str, Any]:
    """What the symbols stand for, r being what the instance's own progress allows."""
    E, G, P = samples(instance)
    h, u = against(G, P)
    i, j, s = worst_pair(E, h, eps)
    length = norm(np.mean(G, axis=-2))
    pair_G, w = mixed(G, i, j, s), instance.point
    part = projected(instance.problem.X, i, j, w)
    return mixture(E, h, eps) | {
        "H": mixed(h[..., None], i, j, s)[..., 0],
        "r": np.mean(P, axis=-1) / np.where(length > 0, length, 1.0), "norm_G": norm(pair_G),
        "progress": mixed(P[..., None], i, j, s)[..., 0], "along": np.sum(pair_G * u, axis=-1),
        "unit": norm(u), "whole": np.mean(h, axis=-1),
        "norm_w": norm(w) ** 2, "flat": norm(part) ** 2, "off": norm(w - part) ** 2,
    }


def projected(X: Array, i: Array, j: Array, w: Array) -> Array:
    """The part of w (..., d) in the span of the inputs i and j."""
    two = np.stack([picked(X, i), picked(X, j)], axis=-2)
    return np.asarray((np.linalg.pinv(two) @ (two @ w[..., None]))[..., 0])


def margin(instances: Instance[IdealisedGLM]) -> Array:
    """‖G'‖/⟨G', w − w*⟩ of the worst pair with err' ≥ err, over ‖G‖/⟨G, w − w*⟩."""
    E, G, P = samples(instances)
    at = worst_pair(E, against(G, P)[0], np.mean(E, axis=-1))
    pair_P, whole_P = mixed(P[..., None], *at)[..., 0], np.mean(P, axis=-1)
    size = norm(np.mean(G, axis=-2)) * pair_P
    return bound_margin(norm(mixed(G, *at)) * whole_P, size, whole_P > 0)


CLAIMS = (
    Claim(
        id="two-samples",
        theorem=Subject.THEOREM_1,
        source="what the search covers, companion",
        statement="where SLQC with a radius ε/κ(ε) that never falls as ε grows is false for a GLM, "
        "it is false for two of its samples, weighted, in their plane; so the search over such "
        "pairs covers every m and d",
        verdict=Verdict.TIGHT,
        margin=margin,
        families=(GLMFamily(m=3, d=2), GLMFamily(m=6, d=3)),
        hypotheses={
            given.INPUTS: "not used: a pair has the inputs of the whole",
            given.RELU: "used for the weights of a pair, as φ is homogeneous; the rest is any φ's",
        },
        without_loss=given.WITHOUT_LOSS | given.FREE_OF_W,
        worst=kantorovich.tight_instance,
        proof=Proof("companion", (MIXTURE, PAIR, PLANE), values),
        most=20_000,
    ),
)
