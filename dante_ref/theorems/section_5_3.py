"""Section 5.3: the outer layer of a network is a set of GLMs, one for each output.

    min_W mean ‖φ⟨W, x⟩ − y‖² = Σⱼ min_wⱼ mean (φ⟨wⱼ, x⟩ − yⱼ)²

The decomposition holds: each squared norm is a sum over the outputs, and output j depends on the
column wⱼ alone, so the minimum of the sum is the sum of the minima. The second display as printed
is false, in any reading in which it is not the third: it has the sum over the outputs inside the
norm, mean ‖Σⱼ (φ⟨wⱼ, x⟩ − yⱼ)‖², where residuals of opposite sign cancel.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from ..arrays import Array
from ..objectives import GLMObjective
from ..problems import IdealisedLayer
from ..proofs import exact
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.claim import Claim, Subject, Verdict, identity_margin
from ..proofs.derivation import AT_LEAST, AT_MOST, EQUAL, Line, derivation
from ..proofs.families import Instance, LayerFamily
from ..proofs.formula import SAMPLES, Over, Symbol, total
from ..proofs.known import definition, identity
from ..proofs.proof import Gap, Proof
from .layer_terms import phi, y
from .terms import in_fractions

SUM_INSIDE, SUM_OUTSIDE = "second display", "third display"

error = Symbol("error", "mean ‖φ⟨W, x⟩ − y‖²", "err(W)")
error_j = Symbol("error_j", "err(wⱼ)", "Definition 2's error of output j as a GLM of its own", "j")
squares = Over("mean", SAMPLES, (phi - y) ** 2)

DISPLAYS = derivation(
    "section 5.3",
    error,
    Line(EQUAL, Over("mean", SAMPLES, total(phi - y) ** 2), "as printed", SUM_INSIDE),
    Line(EQUAL, total(squares), "as printed", SUM_OUTSIDE),
    Line(EQUAL, total(error_j),
         "each term is Definition 2's error of one GLM, and has its own variable wⱼ",
         known=definition({error_j: squares})),
)

least = Symbol("least", "min err(wⱼ)", "the least error of output j as a GLM", "j")
least_whole = Symbol("least_whole", "min err(W)", "the least error of the layer")
at_minimisers = Symbol("at_minimisers", "err(W̄)", "the columns of W̄ are minimisers, each its own's")
FOURTH = "fourth display"

AT_LEAST_THE_SUM = derivation(
    "min err(W) is no less than the sum of the minima",
    error,
    Line(EQUAL, total(error_j), "the lines above", known=definition({error: total(error_j)})),
    Line(AT_LEAST, total(least), "each term is at least its least value, for every W", FOURTH,
         identity(total(assumed("min err(wⱼ) ≤ err(wⱼ)", error_j, least)))),
)
AT_MOST_THE_SUM = derivation(
    "... and no more",
    least_whole,
    Line(AT_MOST, at_minimisers, "W̄ is one of the W",
         known=identity(1 * assumed("min err(W) ≤ err(W̄)", at_minimisers, least_whole))),
    Line(EQUAL, total(least), "the lines above, at W̄",
         known=definition({at_minimisers: total(least)})),
)


def outputs_as_glms(layer: IdealisedLayer, W: Array) -> Array:
    """err(wⱼ), Definition 2's error of each output as a GLM of its own: shape (..., d′)."""
    errs = [
        GLMObjective(layer.X, layer.Y[..., j], layer.activation).error(W[..., j])
        for j in range(W.shape[-1])
    ]
    return np.stack(errs, axis=-1)


def values(instance: Instance[IdealisedLayer], _: Any) -> dict[str, Any]:
    """What the symbols stand for; W̄ = W*, whose error is the least there is, 0."""
    layer, W, star = instance.problem, instance.point, instance.problem.W_star
    return {
        "error": layer.error(W), "phi": layer.activation.phi(layer.X @ W), "y": layer.Y,
        "error_j": outputs_as_glms(layer, W), "least": outputs_as_glms(layer, star),
        "least_whole": layer.error(star), "at_minimisers": layer.error(star),
    }


def counterexample() -> Instance[IdealisedLayer]:
    """One input x = 1, two outputs, a = b = 1, W* = 0, W = (1, −1)/2: 1/2 is not (1/2 − 1/2)²."""
    return in_fractions(IdealisedLayer, [[1]], [[0, 0]], [["1/2", "-1/2"]])


PROOF = Proof(
    "section 5.3", (DISPLAYS, AT_LEAST_THE_SUM, AT_MOST_THE_SUM), values,
    {
        SUM_INSIDE: Gap(
            "the sum over outputs stands inside the norm, where residuals cancel",
            lambda: (counterexample(), Fraction(1, 2)),
        ),
        SUM_OUTSIDE: Gap(
            "it restores what the second display lost", lambda: (counterexample(), Fraction(1, 2))
        ),
    },
)


def margin(instances: Instance[IdealisedLayer]) -> Any:
    """Of the identity err(W) = Σⱼ err(wⱼ)."""
    layer, W = instances.problem, instances.point
    return identity_margin(layer.error(W), np.sum(outputs_as_glms(layer, W), axis=-1))


CLAIMS = (
    Claim(
        id="section-5.3",
        theorem=Subject.SECTION_5_3,
        source="section 5.3",
        statement=f"err(W) = {total(error_j)}, and each wⱼ appears in one term alone",
        verdict=Verdict.HOLDS,
        families=(LayerFamily(m=4, d=3, d_out=3),),
        worst=lambda: exact.as_floats(counterexample()),
        margin=margin,
        without_loss=dict.fromkeys(
            (given.INPUTS, given.RELU, given.OPTIMUM_LAYER, given.POINT_LAYER, given.B_IS_ONE,
             given.W_IS_ONE),
            "an identity, for every φ and all numbers",
        ),
        proof=PROOF,
    ),
)
