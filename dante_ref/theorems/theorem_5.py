"""Theorem 5 (section 3.2, proof in section 5.6): the inner layer, many outputs.

    Let an idealized two-layer network be phi2<W2, phi1<W1, x>>. Assuming ||W1*||_F <= W1 and
    ||W2*||_F <= W2, err(W1, W2) is (eps, (a/(4 b^5 W2^2 W1) - W1/eps)^-1, W1*)-SLQC in W1, for all
    W1 in B(0, W1) and all eps > 0.

Vacuous, as Theorem 4 is: no error exceeds (a^2 + b^2)^2 W2^2 W1^2 when W2 = W2* (and none exceeds
4 b^4 W2^2 W1^2). The proof sums Theorem 4 over the outputs, which asks err_j >= eps of every output
j where only their sum is known to be >= eps. Repaired as Theorem 4 is, with W2 = W2*: the proof in
`inner_layer` is one for any number of outputs.
"""

from fractions import Fraction

import numpy as np

from .. import balls, bounds
from ..activations import GeneralizedReLU
from ..problems import TwoLayerNetwork
from ..proofs import exact
from ..proofs.chain import AT_LEAST, AT_MOST, EQUAL, Chain, Line, chain
from ..proofs.claim import Item, SLQCClaim, Verdict
from ..proofs.families import Instance, TwoLayerFamily
from ..proofs.proof import Gap, Proof
from ..subgradients import vectorised
from . import inner_layer, theorem_4
from .terms import worst_v

# The paper's proof

EACH, ALL = "each term", "sum of the terms"


def output_gradients(network: TwoLayerNetwork, W1: np.ndarray) -> np.ndarray:
    """grad_W1 err(W1, w_j) for each output j: shape (..., d'', d, d')."""
    n = network
    outputs = range(n.W2.shape[-1])
    return np.stack(
        [
            vectorised.inner_single(W1, n.W2[..., j], n.X, n.Y[..., j], n.phi1, n.phi2)
            for j in outputs
        ],
        axis=-3,
    )


def proof(
    network: TwoLayerNetwork, W1: np.ndarray, eps: float | np.ndarray,
    V1: np.ndarray | None = None,
) -> tuple[Chain, ...]:
    """Section 5.6, every display in its order. V1 as in theorem_4.proof. Works on stacks."""
    a, b, W1_max, W2_max = inner_layer.numbers(network)
    r = np.asarray(bounds.radius_theorem_4(eps, a, b, W1_max, W2_max))
    G = network.subgradient(W1)
    if V1 is None:
        V1 = worst_v(G, network.W1_star, np.where(r > 0, r, r * 0)[()], ndim=2)
    G_j = output_gradients(network, W1)
    terms = balls.inner(G_j, (W1 - V1)[..., None, :, :], 2)
    d_out = network.W2.shape[-1]
    bound = np.asarray(a / b * eps)
    squares = np.sum(network.W2**2, axis=-2)
    return (
        chain(
            "the gradient",
            Line("grad_W1 err(W1, W2)", G),
            Line("sum_j grad_W1 err(W1, w_j)", np.sum(G_j, axis=-3), EQUAL,
                 "the error is a sum over the outputs, and so is its gradient"),
        ),
        chain(
            "the inner product",
            Line("<grad_W1 err(W1, W2), W1 - V1>_F", balls.inner(G, W1 - V1, 2)),
            Line("sum_j <grad_W1 err(W1, w_j), W1 - V1>_F", np.sum(terms, axis=-1), EQUAL,
                 "linearity"),
        ),
        chain(
            "the columns of W2",
            Line("||w_j||^2", squares),
            Line("W2^2", np.asarray(W2_max**2)[..., None] + 0 * squares, AT_MOST,
                 "||w_j|| <= ||W2||_F <= W2"),
        ),
        chain(
            "each output",
            Line("<grad_W1 err(W1, w_j), W1 - V1>_F", terms),
            Line("(a/b) eps", bound[..., None] + 0 * terms, AT_LEAST,
                 "said to be Theorem 4's, which asks err_j >= eps of this output", EACH),
        ),
        chain(
            "conclusion",
            Line("<grad_W1 err(W1, W2), W1 - V1>_F", balls.inner(G, W1 - V1, 2)),
            Line("(a/b) eps d''", bound * d_out, AT_LEAST, "the sum of the terms", ALL),
            Line("0", bound * 0, AT_LEAST, "eps > 0"),
        ),
    )


def gap_counterexample() -> tuple[Instance, Fraction]:
    """x = 1, a = 1/2, b = 1, W2 = diag(3/5, 4/5), W1* = (3/5, 4/5), W1 = (-3/5, 4/5), V1 = W1*.

    The second output is exact, D = (-9/20, 0): err = eps = 81/400. Its term is 0 < 81/800, and the
    sum of the terms is 81/500 < 81/400 = (a/b) eps d''.
    """
    one = Fraction(1)
    phi = GeneralizedReLU(one / 2, one)
    network = TwoLayerNetwork(
        exact.rational([[1]]), exact.rational([["3/5", "4/5"]]),
        exact.rational([["3/5", 0], [0, "4/5"]]), phi, phi, one, one,
    )
    return Instance(network, exact.rational([["-3/5", "4/5"]])), Fraction(81, 400)


GAPS = {
    EACH: Gap("Theorem 4 for one output asks err_j >= eps, known of the sum only",
              gap_counterexample),
    ALL: Gap("it rests on each term being at least (a/b) eps", gap_counterexample),
}


# The worst instances


def worst_instance() -> Instance:
    """Theorem 4's, its one output split into two equal ones: err is the threshold, a = b."""
    return _split(theorem_4.worst_instance())


def largest_error_instance() -> Instance:
    """The largest error there is for a = 0.1, its output split into two equal ones."""
    return _split(inner_layer.largest_error_instance())


def _split(instance: Instance) -> Instance:
    n = instance.problem
    W2 = np.repeat(n.W2, 2, axis=-1) / np.sqrt(2)
    return Instance(
        TwoLayerNetwork(n.X, n.W1_star, W2, n.phi1, n.phi2, n.W1_max, n.W2_max), instance.point
    )


FAMILIES = (
    TwoLayerFamily(m=2, d=2, d_hidden=2, d_out=2), TwoLayerFamily(m=3, d=2, d_hidden=2, d_out=3),
)

CLAIMS = (
    SLQCClaim(
        id="theorem-5",
        theorem=Item.THEOREM_5,
        source="Theorem 5, section 5.6",
        statement="err(W1, W2) is (eps, (a/(4 b^5 W2^2 W1) - W1/eps)^-1, W1*)-SLQC for all W1 in "
        "B(0, W1), eps > 0",
        verdict=Verdict.VACUOUS,
        kappa=theorem_4.kappa,
        families=FAMILIES,
        worst=worst_instance,
        proof=Proof("section 5.6", lambda i, eps: proof(i.problem, i.point, eps), GAPS),
    ),
    SLQCClaim(
        id="theorem-5-repaired",
        theorem=Item.THEOREM_5,
        source="Theorem 5, companion's repair",
        statement="err(W1, W2*) is (eps, eps/r(eps), W1*)-SLQC for all W1, wherever "
        "r(eps) = (mu(eta) - (b-a)) W1/b > 0",
        verdict=Verdict.HOLDS,
        kappa=inner_layer.kappa_repaired,
        families=FAMILIES,
        worst=largest_error_instance,
        proof=Proof(
            "companion, W2 = W2*",
            lambda i, eps: inner_layer.repaired_proof(i.problem, i.point, eps),
        ),
    ),
    SLQCClaim(
        id="theorem-5-repaired-outer",
        theorem=Item.THEOREM_5,
        source="Theorem 5 with W2 != W2*, companion",
        statement="err(W1, W2) is (eps, eps/r(eps), W1*)-SLQC for all W1, wherever "
        "b W2 r(eps) = 2 sqrt(a eps/b)/(a+b) - (b-a) W1 W2 - b W1 ||W2-W2*||_F > 0",
        verdict=Verdict.HOLDS,
        kappa=inner_layer.kappa_outer,
        families=(
            *FAMILIES, TwoLayerFamily(m=2, d=2, d_hidden=2, d_out=2, outer_free=True),
        ),
        worst=largest_error_instance,
        proof=Proof(
            "companion, any W2",
            lambda i, eps: inner_layer.outer_proof(i.problem, i.point, eps),
        ),
    ),
)
