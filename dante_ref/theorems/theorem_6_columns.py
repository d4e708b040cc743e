"""Theorem 6 column by column (sections 5.3 and 3.3.1): one step length for a layer, or one a GLM?

Section 5.3 splits a layer's problem into d′ GLMs, 'which can be solved effectively using SNGD as
seen in Theorem 6'; Theorem 3 takes the layer as one problem with one Frobenius norm. With K = (a +
b)²/(4ab), δⱼ = ‖wⱼ − wⱼ*‖ and the sharp κ, what Theorem 6 promises is the same:

* Each column with its own step ηⱼ = δⱼ/√T: the errors of the best iterates add up to ε after
  T = Kb² Σⱼ δⱼ²/ε steps, the layer's own number, and d′ such steps together have the Frobenius
  length of the layer's step, Σⱼ ηⱼ² = η². So nothing is gained, and nothing lost.
* With ε/d′ for every column T is Kb² d′ maxⱼ δⱼ²/ε: equal if all distances are, and else *larger*.
  Columns do not gain where distances differ: the split ε/d′ wastes what the near ones don't need.
* With the paper's κ = 2b³W/a and the best split of ε, columns need (2b³/a)² (Σⱼ Wⱼδⱼ)²/ε² steps, at
  most the layer's, and fewer unless the bounds Wⱼ are in proportion to the δⱼ (Cauchy-Schwarz).

*The inner layer is no set of GLMs*, and there a step normalised by columns can lead away from W₁*
where the gradient leads to it, even for linear units and one sample (`away_from_the_optimum`).
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..norms import inner, norm, unit
from ..problems import IdealisedLayer, TwoLayerNetwork
from ..proofs import certificates, exact
from ..proofs import hypotheses as given
from ..proofs.claim import Claim, Subject, Verdict
from ..proofs.derivation import AT_LEAST, AT_MOST, EQUAL, Line, derivation
from ..proofs.evidence import bound_margin
from ..proofs.families import Instance, LayerFamily, TwoLayerFamily
from ..proofs.formula import NONNEGATIVE, Symbol, largest, sqrt, total
from ..proofs.known import definition, identity, quoted
from ..proofs.lemmas import at_most_largest, cauchy_schwarz
from ..proofs.proof import Proof
from ..proofs.symbols import a, b, eps
from . import inner_terms
from .inner_terms import ASSUMED
from .terms import in_fractions
from .theorem_6 import KANTOROVICH, T

STEPS = 24
"""Steps of the runs on which the statement is searched."""

# The count

near = Symbol("near", "δⱼ", "‖wⱼ − wⱼ*‖ at the start", "j", sign=NONNEGATIVE)
bound = Symbol("bound", "Wⱼ", "the bound on ‖wⱼ*‖", "j", sign=NONNEGATIVE)
outputs = Symbol("outputs", "d′", "the number of columns", means=total(near**0))
eta_j = Symbol("eta_j", "ηⱼ", "δⱼ/√T", "j", means=near / sqrt(T))
best = Symbol("best", "minₜ fⱼ(wⱼₜ)", "the best iterate of a column", "j", sign=NONNEGATIVE)
distance = Symbol("distance", "‖W₁ − W*‖", "", sign=NONNEGATIVE)
rate = KANTOROVICH * b**2
paper_rate = (2 * b**3 / a) ** 2

LAYER_STEPS = rate * distance**2 / eps
EVEN_STEPS = rate * outputs * largest(near**2) / eps
PAPER_LAYER = paper_rate * total(bound**2) * total(near**2) / eps**2
PAPER_COLUMNS = paper_rate * total(bound * near) ** 2 / eps**2

SUM = derivation(
    "each column with its own step",
    total(best),
    Line(AT_MOST, rate * total(eta_j**2), "Theorem 6 with the sharp κ, for each GLM",
         known=quoted("the companion's theorem-6-sharp, with its own proof")),
    Line(EQUAL, rate * distance**2 / T, "ηⱼ = δⱼ/√T",
         known=definition({distance: sqrt(total(near**2))})),
    Line(EQUAL, eps, "T = Kb²‖W₁ − W*‖²/ε", known=definition({eps: rate * distance**2 / T})),
)
LENGTH = derivation(
    "the length of d′ steps together",
    total(eta_j**2),
    Line(EQUAL, distance**2 / T, "that of the layer's step, η = ‖W₁ − W*‖/√T",
         known=definition({distance: sqrt(total(near**2))})),
)
EVEN_SPLIT = derivation(
    "with ε/d′ for every column",
    EVEN_STEPS,
    Line(AT_LEAST, LAYER_STEPS, "d′ times the largest δⱼ² is at least their sum",
         known=identity(
             rate / eps * total(at_most_largest(near**2)), {distance: sqrt(total(near**2))}
         )),
)
PAPERS_KAPPA = derivation(
    "with the paper's κ and the best split",
    PAPER_LAYER,
    Line(AT_LEAST, PAPER_COLUMNS, "Cauchy-Schwarz over the columns",
         known=identity(
             paper_rate / eps**2
             * cauchy_schwarz(total(bound * near), sqrt(total(bound**2)), sqrt(total(near**2)))
             * (sqrt(total(bound**2)) * sqrt(total(near**2)) + total(bound * near))
         )),
)


def column_direction(G: Array) -> Array:
    """G with each column divided by its own length; a zero column stays 0."""
    return unit(G.mT).mT


def column_values(layer: IdealisedLayer, W: Array, T: int) -> Array:
    """fⱼ(wⱼₜ) for t = 1..T, each column by full-batch steps of its own ηⱼ = δⱼ/√T: (..., T, d')."""
    f = layer.objective
    eta = norm((W - layer.W_star).mT) / np.sqrt(T)
    values = []
    for _ in range(T):
        values.append(np.mean((f.predict(W) - layer.Y) ** 2, axis=-2))
        W = W - eta[..., None, :] * column_direction(f.subgradient(W))
    return np.stack(values, axis=-2)


def values(instance: Instance[IdealisedLayer], _: Any) -> dict[str, Any]:
    """What the symbols stand for, on runs of STEPS steps from W; ε is what so many promise."""
    layer, W = instance.problem, instance.point
    at = layer.numbers | {
        "T": float(STEPS), "near": norm((W - layer.W_star).mT),
        "bound": norm(layer.W_star.mT), "distance": norm(W - layer.W_star, 2),
        "best": np.min(column_values(layer, W, STEPS), axis=-2),
    }
    return at | {"eps": (rate * distance**2 / T).at(at)}


def margin(instances: Instance[IdealisedLayer]) -> Array:
    """What Theorem 6 promises the layer after STEPS steps, over the columns' best errors' sum."""
    at = values(instances, None)
    # nearer, the steps are lost in rounding
    return bound_margin(at["eps"], np.sum(at["best"], axis=-1), at["distance"] > 1e-6)


def even_margin(instances: Instance[IdealisedLayer]) -> Array:
    """The layer's number of steps over the columns', with ε/d′ for each."""
    layer, W = instances.problem, instances.point
    squares = norm((W - layer.W_star).mT) ** 2
    most = squares.shape[-1] * np.max(squares, axis=-1)
    total = np.sum(squares, axis=-1)
    # equal distances make both the same, but for rounding
    return np.where(most > total * (1 + 1e-9), total / np.where(most > 0, most, 1.0), 1.0)


def one_far_column() -> Instance[IdealisedLayer]:
    """Two outputs, x = 1, W* = 0, W = (1, 0): 2 max δⱼ² = 2, Σ δⱼ² = 1."""
    return in_fractions(IdealisedLayer, [[1]], [[0, 0]], [[1, 0]], "1/2")


def long_input() -> Instance[IdealisedLayer]:
    """The same with x = 11, a = b = 1: the nearest that 24 steps of η = 1/√24 come to W* = 0 is
    5η − 1, an error of 1.23η², and η² is promised.
    """
    layer = IdealisedLayer(
        np.full((1, 1), 11.0), np.zeros((1, 2)), GeneralizedReLU(1.0, 1.0), 1.0
    )
    return Instance(layer, np.array([[1.0, 0.0]]))


# The inner layer


def inner_margin(instances: Instance[TwoLayerNetwork]) -> Array:
    """1 + the cosine between the column-normalised G and W₁ − W₁*, or that where it is ≤ 0.

    inf where the gradient itself doesn't lead to W₁*.
    """
    network, W1 = instances.problem, instances.point
    G, D = network.subgradient(W1), W1 - network.W1_star
    leads = inner(G, D, 2) > 0
    direction = column_direction(G)
    size = norm(direction, 2) * norm(D, 2)
    cosine = inner(direction, D, 2) / np.where(size > 0, size, 1.0)
    return np.where(leads, np.where(cosine > 0, 1 + cosine, cosine), np.inf)


def away_from_the_optimum() -> Instance[TwoLayerNetwork]:
    """x = 1, a = b = 1, w2 = (1, 1/10), W₁* = (0, 1), W₁ = (1/5, 0): in Fractions.

    u − u* = 1/5 − 1/10 > 0 and G = (1/5)(1, 1/10): ⟨G, W₁ − W₁*⟩ = (1/5)(1/5 − 1/10) > 0. By
    columns the direction is (1, 1), and ⟨(1, 1), (1/5, −1)⟩ = −4/5: away from W₁*.
    """
    bounded_by_1 = inner_terms.in_fractions([1], ["1", "1/10"], [0, 1], ["1/5", 0], 1)
    return Instance(replace(bounded_by_1.problem, W2_max=Fraction(2)), bounded_by_1.point)


def leads_away_exactly() -> bool:
    """The two signs, in Fractions."""
    instance = away_from_the_optimum()
    network, W1 = instance.problem, instance.point
    G, D = network.subgradient(W1), W1 - network.W1_star
    return bool(np.sum(G * D) > 0 > np.sum(column_direction(G) * D))


CLAIMS = (
    Claim(
        id="theorem-6-columns",
        theorem=Subject.THEOREM_6,
        source="section 5.3 with Theorem 6, companion",
        statement=f"each column of a layer with its own ηⱼ = δⱼ/√T: after T ≥ {LAYER_STEPS} "
        "full-batch steps, the layer's own number, the errors of the columns' best iterates add up "
        "to ≤ ε",
        verdict=Verdict.HOLDS,
        margin=margin,
        families=(LayerFamily(1, 1, 2), LayerFamily(3, 2, 3)),
        hypotheses={given.INPUTS: long_input, given.RELU: given.ANOTHER_PHI},
        without_loss=given.WITHOUT_LOSS | given.FREE_OF_W,
        worst=lambda: exact.as_floats(one_far_column()),
        proof=Proof("companion", (SUM, LENGTH, EVEN_SPLIT, PAPERS_KAPPA), values),
        most=10_000,
    ),
    Claim(
        id="theorem-6-columns-even",
        theorem=Subject.THEOREM_6,
        source="section 5.3 with Theorem 6, ε/d′ for each GLM",
        statement="with the sharp κ, Theorem 6 for each GLM asks for no more steps than Theorem 6 "
        f"for the layer: {EVEN_STEPS} ≤ {LAYER_STEPS}",
        verdict=Verdict.REFUTED,
        margin=even_margin,
        families=(LayerFamily(1, 1, 2), LayerFamily(3, 2, 3)),
        hypotheses=given.refuted_with(
            given.INPUTS, given.RELU, given.OPTIMUM_LAYER, given.POINT_LAYER
        ),
        worst=lambda: exact.as_floats(one_far_column()),
        exactly=lambda: float(even_margin(exact.as_floats(one_far_column()))) == 0.5,
        certificate=lambda: {"kind": "steps", "squares": ["1", "0"]},
    ),
    Claim(
        id="inner-layer-columns",
        theorem=Subject.THEOREM_6,
        source="section 5.3's columns in the inner layer",
        statement="where ⟨G, W₁ − W₁*⟩ > 0, G with each column normalised leads to W₁* too",
        verdict=Verdict.REFUTED,
        margin=inner_margin,
        families=(
            TwoLayerFamily(m=1, d=1, d_hidden=2, activation=GeneralizedReLU(1.0, 1.0)),
            TwoLayerFamily(m=3, d=2, d_hidden=2),
        ),
        hypotheses=given.refuted_with(*ASSUMED, given.OUTER_IS_OPTIMAL),
        worst=lambda: exact.as_floats(away_from_the_optimum()),
        exactly=leads_away_exactly,
        certificate=lambda: certificates.two_layers(away_from_the_optimum(), "columns lead away"),
    ),
)
