"""Section 5.3: the outer layer of a network is a set of GLMs, one for each output.

    min_W mean ||phi<W, x> - y||^2 = sum_j min_{w_j} mean (phi<w_j, x> - y_j)^2

The decomposition holds: each squared norm is a sum over the outputs, and output j depends on the
column w_j alone, so the minimum of the sum is the sum of the minima. The second display as printed
is false, in any reading in which it is not the third: it has the sum over the outputs inside the
norm, mean ||sum_j (phi<w_j, x> - y_j)||^2, where residuals of opposite sign cancel.
"""

from fractions import Fraction

import numpy as np

from .. import errors
from ..activations import GeneralizedReLU
from ..problems import IdealisedLayer
from ..proofs import exact
from ..proofs.chain import EQUAL, Chain, Line, chain
from ..proofs.claim import Claim, Item, Verdict, identity_margin
from ..proofs.families import Instance, LayerFamily
from ..proofs.proof import Gap, Proof

SUM_INSIDE, SUM_OUTSIDE = "second display", "third display"

def outputs_as_glms(layer: IdealisedLayer, W: np.ndarray) -> np.ndarray:
    """err(w_j), Definition 2's error of each output as a GLM of its own: shape (..., d')."""
    errs = [
        errors.glm_error(W[..., j], layer.X, layer.Y[..., j], layer.activation)
        for j in range(W.shape[-1])
    ]
    return np.stack(errs, axis=-1)


def decomposition(layer: IdealisedLayer, W: np.ndarray) -> Chain:
    """The displays of section 5.3 at a W (before the minimum is taken)."""
    residuals = errors.layer_predict(W, layer.X, layer.activation) - layer.Y
    return chain(
        "section 5.3",
        Line("mean ||phi<W, x> - y||^2", layer.error(W)),
        Line("mean ||sum_j phi<w_j, x> - y_j||^2",
             np.mean(np.sum(residuals, axis=-1) ** 2, axis=-1), EQUAL, "as printed", SUM_INSIDE),
        Line("sum_j mean (phi<w_j, x> - y_j)^2",
             np.sum(np.mean(residuals**2, axis=-2), axis=-1), EQUAL, "as printed", SUM_OUTSIDE),
        Line("sum_j err(w_j)", np.sum(outputs_as_glms(layer, W), axis=-1), EQUAL,
             "each term is Definition 2's error of one GLM, and has its own variable w_j"),
    )


def counterexample() -> Instance:
    """One input x = 1, two outputs, a = b = 1, W* = 0, W = (1, -1)/2: 1/2 is not (1/2 - 1/2)^2."""
    one = Fraction(1)
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


def margin(instances: Instance) -> np.ndarray:
    """Of the identity err(W) = sum_j err(w_j)."""
    layer, W = instances.problem, instances.point
    return identity_margin(layer.error(W), np.sum(outputs_as_glms(layer, W), axis=-1))


CLAIMS = (
    Claim(
        id="section-5.3",
        theorem=Item.SECTION_5_3,
        source="section 5.3",
        statement="err(W) = sum_j err(w_j), and each w_j appears in one term alone",
        verdict=Verdict.HOLDS,
        families=(LayerFamily(m=4, d=3, d_out=3),),
        worst=lambda: exact.as_floats(counterexample()),
        margin=margin,
        proof=Proof(
            "section 5.3", lambda i, eps: (decomposition(i.problem, i.point),), GAPS
        ),
    ),
)
