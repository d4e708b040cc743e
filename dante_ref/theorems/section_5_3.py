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

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..objectives import GLMObjective
from ..problems import IdealisedLayer
from ..proofs import exact
from ..proofs.claim import Claim, Item, Verdict, identity_margin
from ..proofs.derivation import EQUAL, Chain, Line, derivation
from ..proofs.families import Instance, LayerFamily
from ..proofs.formula import SAMPLES, Over, Symbol, total
from ..proofs.known import definition
from ..proofs.proof import Gap, Proof
from .layer_terms import phi, y

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


def outputs_as_glms(layer: IdealisedLayer, W: Array) -> Array:
    """err(wⱼ), Definition 2's error of each output as a GLM of its own: shape (..., d′)."""
    errs = [
        GLMObjective(layer.X, layer.Y[..., j], layer.activation).error(W[..., j])
        for j in range(W.shape[-1])
    ]
    return np.stack(errs, axis=-1)


def decomposition(layer: IdealisedLayer, W: Array) -> Chain:
    """The displays of section 5.3 at a W (before the minimum is taken)."""
    return DISPLAYS.at({
        "error": layer.error(W), "phi": layer.activation.phi(layer.X @ W), "y": layer.Y,
        "error_j": outputs_as_glms(layer, W),
    })


def counterexample() -> Instance[IdealisedLayer]:
    """One input x = 1, two outputs, a = b = 1, W* = 0, W = (1, −1)/2: 1/2 is not (1/2 − 1/2)²."""
    one: Any = Fraction(1)
    layer = IdealisedLayer(
        exact.rational([[1]]), exact.rational([[0, 0]]), GeneralizedReLU(one, one), one
    )
    return Instance(layer, exact.rational([["1/2", "-1/2"]]))


GAPS = {
    SUM_INSIDE: Gap(
        "the sum over outputs stands inside the norm, where residuals cancel",
        lambda: (counterexample(), Fraction(1, 2)),
    ),
    SUM_OUTSIDE: Gap(
        "it restores what the second display lost", lambda: (counterexample(), Fraction(1, 2))
    ),
}


def margin(instances: Instance[IdealisedLayer]) -> Any:
    """Of the identity err(W) = Σⱼ err(wⱼ)."""
    layer, W = instances.problem, instances.point
    return identity_margin(layer.error(W), np.sum(outputs_as_glms(layer, W), axis=-1))


CLAIMS = (
    Claim(
        id="section-5.3",
        theorem=Item.SECTION_5_3,
        source="section 5.3",
        statement=f"err(W) = {total(error_j)}, and each wⱼ appears in one term alone",
        verdict=Verdict.HOLDS,
        families=(LayerFamily(m=4, d=3, d_out=3),),
        worst=lambda: exact.as_floats(counterexample()),
        margin=margin,
        proof=Proof(
            "section 5.3", lambda i, eps: (decomposition(i.problem, i.point),), GAPS
        ),
    ),
)
