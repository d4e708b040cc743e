"""Theorem 4 (section 3.2, proof in section 5.5): the inner layer, one output.

    Let an idealized two-layer network be phi2<w2, phi1<W1, x>>. Assuming ||W1*||_F <= W1 and
    ||w2*|| <= W2, err(W1, w2) is (eps, (a/(4 b^5 W2^2 W1) - W1/eps)^-1, W1*)-SLQC in W1, for all
    W1 in B(0, W1) and all eps > 0.

The statement is vacuous: the kappa is positive, as Definition 4 asks, only for
eps > 4 b^5 W2^2 W1^2/a, and no error is larger than 4 b^4 W2^2 W1^2 (`vacuity`). So clause 1 of
Definition 4 holds wherever the theorem speaks, and it says nothing about gradients.
What it is meant to say, that the inner layer is SLQC for every eps > 0, is false (`inner_layer`).
The scalar bounds are called W1_max and W2_max here; W1 and w2 are the weights.
"""

from fractions import Fraction

import numpy as np

from .. import balls, bounds
from ..activations import GeneralizedReLU
from ..problems import IdealisedLayer, TwoLayerNetwork
from ..proofs import exact
from ..proofs.chain import AT_LEAST, AT_MOST, EQUAL, Chain, Line, chain
from ..proofs.claim import Claim, Item, SLQCClaim, Verdict
from ..proofs.families import Instance, TwoLayerFamily
from ..proofs.proof import Gap, Proof
from . import inner_layer, kantorovich
from .inner_layer import numbers
from .terms import worst_v

# The statement


def kappa(eps: float | np.ndarray, network: TwoLayerNetwork) -> float | np.ndarray:
    """(a/(4 b^5 W2^2 W1) - W1/eps)^-1; nan where it isn't positive."""
    return bounds.kappa_theorem_4(eps, *numbers(network))


# The paper's proof

DIFFERENCE, SUM, DROPPED_2, EMPTY = (
    "difference of squares", "sum of values", "factor 2", "eps/kappa"
)


def proof(
    network: TwoLayerNetwork, W1: np.ndarray, eps: float | np.ndarray,
    V1: np.ndarray | None = None,
) -> tuple[Chain, ...]:
    """Section 5.5, every display in its order, one chain for each run of lines. Works on stacks.

    V1 defaults to the worst point of the ball. Where eps/kappa is negative there is no ball, and
    V1 is its centre W1*: the lines are evaluated with r = max(eps/kappa, 0) for its radius.
    """
    return _Displays(network, W1, eps, V1).chains()


class _Displays:
    """The quantities of section 5.5, per sample (..., m), and the chains made of them.

    u_i = <w2, phi1<W1, x_i>>; a trailing `s` marks the same at (W1*, w2*).
    Tr_i = Tr(g1(W1, x_i) w2 x_i^T W1) = sum_k g1_k w2_k <W1_k, x_i>, g1 being diagonal.
    """

    def __init__(self, network, W1, eps, V1):
        n = network
        self.network, self.W1, self.eps = n, W1, eps
        self.a, self.b, self.W1_max, self.W2_max = numbers(n)
        r = np.asarray(bounds.radius_theorem_4(eps, *numbers(n)))
        self.eps_over_kappa, self.r = r[()], np.where(r > 0, r, r * 0)[()]
        self.G = n.subgradient(W1)
        self.V1 = worst_v(self.G, n.W1_star, self.r, ndim=2) if V1 is None else V1

        self.w2, self.w2s = n.W2[..., 0], n.W2_star[..., 0]
        Z, Zs = n.X @ W1, n.X @ n.W1_star
        self.g1, self.g1s = n.phi1.g(Z), n.phi1.g(Zs)
        self.hidden, self.hiddens = n.phi1.phi(Z), n.phi1.phi(Zs)
        self.u = self.per_unit(self.hidden, self.w2)
        self.us = self.per_unit(self.hiddens, self.w2s)
        self.value, self.values = n.phi2.phi(self.u), n.phi2.phi(self.us)
        self.g2 = n.phi2.g(self.u)
        self.Tr = self.per_unit(self.g1 * Z, self.w2)
        self.Trs = self.per_unit(self.g1s * Zs, self.w2s)
        self.TrV = self.per_unit(self.g1 * (n.X @ self.V1), self.w2)

    @staticmethod
    def per_unit(units, w2):
        """sum_k w2_k units_ik, for each sample i: the trace with a diagonal matrix."""
        return np.sum(units * w2[..., None, :], axis=-1)

    @staticmethod
    def spread(number):
        """A number of each problem, against arrays over its samples."""
        return np.asarray(number)[..., None] if np.ndim(number) else number

    def chains(self):
        return (
            self.gradient(), self.traces(), self.score_difference(), self.squares(),
            self.trace_bound(), self.value_bound(), self.conclusion(),
        )

    def mean(self, per_sample):
        return np.sum(per_sample, axis=-1) / per_sample.shape[-1]

    def residual_times(self, per_sample):
        """2/m sum_i g2 (phi2<..> - y_i) per_sample_i."""
        return 2 * self.mean(self.g2 * (self.value - self.values) * per_sample)

    def gradient(self):
        n, W1, V1 = self.network, self.W1, self.V1
        # x_i w2^T g1^T, the (d, d') matrix of each sample
        back = n.X[..., :, :, None] * (self.g1 * self.w2[..., None, :])[..., :, None, :]
        backs = n.X[..., :, :, None] * (self.g1s * self.w2s[..., None, :])[..., :, None, :]

        def against(matrices, W):
            return balls.inner(matrices, W[..., None, :, :], 2)

        return chain(
            "Steps 1 and 2",
            Line("<grad err(W1, w2), W1 - V1>_F", balls.inner(self.G, W1 - V1, 2)),
            Line("2/m sum (phi2<..> - y_i) <d phi2<..>/d W1, W1 - V1>_F, chain rule: "
                 "g2 x_i w2^T g1^T",
                 self.residual_times(against(back, W1 - V1)), EQUAL, "definition of err", "Step 1"),
            Line("2/m sum g2 (phi2<..> - y_i) [<x w2^T g1, W1> - <x w2*^T g1*, W1*> "
                 "+ <x w2*^T g1*, W1*> - <x w2^T g1, V1>]",
                 self.residual_times(
                     against(back, W1) - against(backs, n.W1_star)
                     + against(backs, n.W1_star) - against(back, V1)
                 ), EQUAL, "add and subtract"),
            Line("2/m sum g2 (phi2<..> - y_i) [Tr(g1 w2 x^T W1) - Tr(g1* w2* x^T W1*) "
                 "+ Tr(g1* w2* x^T W1*) - Tr(g1 w2 x^T V1)]",
                 self.residual_times(self.Tr - self.Trs + self.Trs - self.TrV), EQUAL,
                 "<A, B>_F = Tr(A^T B)", "Step 2"),
        )

    def traces(self):
        return chain(
            "observation: the trace identity",
            Line("<w2, phi1<W1, x_i>>", self.u),
            Line("Tr(g1(W1, x_i) w2 x_i^T W1)", self.Tr, EQUAL,
                 "phi1 is positively homogeneous: phi1(z) = g1(z) z"),
        )

    def score_difference(self):
        return chain(
            "difference of the scores",
            Line("<w2, phi1<W1, x_i>> - <w2*, phi1<W1*, x_i>>", self.u - self.us),
            Line("Tr(g1 w2 x^T W1) - Tr(g1* w2* x^T W1*)", self.Tr - self.Trs, EQUAL,
                 "the trace identity twice"),
        )

    def squares(self):
        b = self.spread(self.b)
        D = self.value - self.values
        return chain(
            "bound on the squared residual",
            Line("(phi2<w2, ..> - phi2<w2*, ..>)^2", D**2),
            Line("b (phi2<w2, ..> - phi2<w2*, ..>)(phi2<w2, ..> + phi2<w2*, ..>)",
                 b * D * (self.value + self.values), AT_MOST,
                 "printed with a + where b-Lipschitz gives b D (u - u*)", DIFFERENCE),
            Line("b (phi2<w2, ..> - phi2<w2*, ..>)(Tr - Tr*)", b * D * (self.Tr - self.Trs), EQUAL,
                 "the sum of the values is not the difference of the traces", SUM),
        )

    def trace_bound(self):
        n, b, W2_max = self.network, self.spread(self.b), self.spread(self.W2_max)
        norm_x = balls.norm(n.X)
        norm_w2, norm_w2s = self.spread(balls.norm(self.w2)), self.spread(balls.norm(self.w2s))
        norm_V1 = self.spread(balls.norm(self.V1, 2))
        norm_W1s = self.spread(balls.norm(n.W1_star, 2))
        distance = self.spread(balls.norm(self.V1 - n.W1_star, 2))
        one = np.ones_like(self.u)
        return chain(
            "bound on the traces",
            Line("|Tr(g1* w2* x^T W1*) - Tr(g1 w2 x^T V1)|", np.abs(self.Trs - self.TrV)),
            Line("|Tr(g1* w2* x^T W1*)| + |Tr(g1 w2 x^T V1)|",
                 np.abs(self.Trs) + np.abs(self.TrV), AT_MOST, "triangle inequality"),
            Line("b ||w2*|| ||x|| ||W1*|| + b ||w2|| ||x|| ||V1||",
                 b * norm_w2s * norm_x * norm_W1s + b * norm_w2 * norm_x * norm_V1, AT_MOST,
                 "Cauchy-Schwarz and g1 <= b"),
            Line("b W2 [||W1*|| + ||V1||]", b * W2_max * (norm_W1s + norm_V1) * one, AT_MOST,
                 "||x|| <= 1, ||w2||, ||w2*|| <= W2"),
            Line("b W2 [2 ||W1*|| + ||V1 - W1*||]",
                 b * W2_max * (2 * norm_W1s + distance) * one, AT_MOST, "triangle inequality"),
            Line("b W2 [2 ||W1*|| + r]", b * W2_max * (2 * norm_W1s + self.spread(self.r)) * one,
                 AT_MOST, "V1 is in the ball (its radius r is eps/kappa, where that is positive)"),
        )

    def value_bound(self):
        n, b = self.network, self.spread(self.b)
        W1_max, W2_max = self.spread(self.W1_max), self.spread(self.W2_max)
        norm_x = balls.norm(n.X)
        norm_w2, norm_w2s = self.spread(balls.norm(self.w2)), self.spread(balls.norm(self.w2s))
        norm_W1 = self.spread(balls.norm(self.W1, 2))
        norm_W1s = self.spread(balls.norm(n.W1_star, 2))
        hidden, hiddens = balls.norm(self.hidden), balls.norm(self.hiddens)
        scores, scoress = balls.norm(n.X @ self.W1), balls.norm(n.X @ n.W1_star)
        one = np.ones_like(self.u)
        return chain(
            "bound on the residual",
            Line("|phi2<w2, phi1<W1, x>> - phi2<w2*, phi1<W1*, x>>|",
                 np.abs(self.value - self.values)),
            Line("|phi2<w2, ..>| + |phi2<w2*, ..>|", np.abs(self.value) + np.abs(self.values),
                 AT_MOST, "triangle inequality"),
            Line("b [|<w2, phi1<W1, x>>| + |<w2*, phi1<W1*, x>>|]",
                 b * (np.abs(self.u) + np.abs(self.us)), AT_MOST,
                 "phi2 is b-Lipschitz and phi2(0) = 0"),
            Line("b [||w2|| ||phi1<W1, x>|| + ||w2*|| ||phi1<W1*, x>||]",
                 b * (norm_w2 * hidden + norm_w2s * hiddens), AT_MOST, "Cauchy-Schwarz"),
            Line("b W2 [||phi1<W1, x>|| + ||phi1<W1*, x>||]", b * W2_max * (hidden + hiddens),
                 AT_MOST, "||w2||, ||w2*|| <= W2"),
            Line("b W2 [b ||<W1, x>|| + b ||<W1*, x>||]",
                 b * W2_max * (b * scores + b * scoress), AT_MOST, "phi1 is b-Lipschitz"),
            Line("b^2 W2 [||W1|| ||x|| + ||W1*|| ||x||]",
                 b**2 * W2_max * (norm_W1 * norm_x + norm_W1s * norm_x), AT_MOST, "Cauchy-Schwarz"),
            Line("b^2 W2 [||W1|| + ||W1*||]", b**2 * W2_max * (norm_W1 + norm_W1s) * one, AT_MOST,
                 "||x|| <= 1"),
            Line("2 b^2 W2 W1", 2 * b**2 * W2_max * W1_max * one, AT_MOST,
                 "||W1||, ||W1*|| <= W1"),
        )

    def conclusion(self):
        a, b, W1_max, W2_max, eps, r = self.a, self.b, self.W1_max, self.W2_max, self.eps, self.r
        D, per = self.value - self.values, self.spread
        first = 2 * a / b * eps
        norm_W1s = balls.norm(self.network.W1_star, 2)
        return chain(
            "conclusion",
            Line("<grad err(W1, w2), W1 - V1>_F", balls.inner(self.G, self.W1 - self.V1, 2)),
            Line("2/m sum g2 [D_i^2/b + D_i (Tr* - Tr(g1 w2 x^T V1))]",
                 2 * self.mean(self.g2 * (D**2 / per(b) + D * (self.Trs - self.TrV))), AT_LEAST,
                 "D^2 <= b D (Tr - Tr*), which is true although its two displays are not"),
            Line("2 (a/b) eps + 2/m sum g2 D_i (Tr* - Tr(g1 w2 x^T V1))",
                 first + self.residual_times(self.Trs - self.TrV), AT_LEAST,
                 "g2 >= a and err >= eps"),
            Line("2 (a/b) eps - 2/m sum g2 |D_i| |Tr* - Tr(g1 w2 x^T V1)|",
                 first - 2 * self.mean(self.g2 * np.abs(D) * np.abs(self.Trs - self.TrV)), AT_LEAST,
                 "absolute values", "Step 3"),
            Line("2 (a/b) eps - 2b 2b^2 W2 W1 b W2 [2 ||W1*|| + r]",
                 first - 4 * b**4 * W2_max**2 * W1_max * (2 * norm_W1s + r), AT_LEAST,
                 "the two bounds, and g2 <= b"),
            Line("2 (a/b) eps - 4 b^4 W2^2 W1 W1 - 4 b^4 W2^2 W1 r",
                 first - 4 * b**4 * W2_max**2 * W1_max * (W1_max + r), AT_LEAST,
                 "2 ||W1*|| is printed as W1", DROPPED_2),
            Line("2 (a/b) eps - 4 b^4 W2^2 W1 W1 - 4 b^4 W2^2 W1 eps/kappa",
                 first - 4 * b**4 * W2_max**2 * W1_max * (W1_max + self.eps_over_kappa), EQUAL,
                 "eps/kappa is negative for every eps that an error reaches: no ball", EMPTY),
            Line("(a/b) eps", a / b * eps, EQUAL, "eps/kappa = a eps/(4 b^5 W2^2 W1) - W1"),
            Line("0", a / b * eps * 0, AT_LEAST, "eps > 0"),
        )


def gap_counterexample() -> tuple[Instance, Fraction]:
    """d = d' = 1, x = 1, a = b = 1, W1* = 1, w2 = w2* = 1, W1 = 1/2; W1_max = W2_max = 1.

    D = -1/2, err = 1/4: D^2 = 1/4 against b D (1/2 + 1) = -3/4; that against D (1/2 - 1) = 1/4;
    2 ||W1*|| = 2 against W1 = 1; and eps/kappa = 1/16 - 1 < 0.
    """
    one = Fraction(1)
    phi, unit = GeneralizedReLU(one, one), exact.rational([[1]])
    return Instance(TwoLayerNetwork(unit, unit, unit, phi, phi, one, one), unit / 2), one / 4


GAPS = {
    DIFFERENCE: Gap("A^2 - B^2 where (A - B)^2 is meant", gap_counterexample),
    SUM: Gap("a sum of values put equal to a difference of traces", gap_counterexample),
    DROPPED_2: Gap("2 ||W1*|| became W1: a factor 2 is lost", gap_counterexample),
    EMPTY: Gap("eps/kappa < 0 for every eps that occurs: there is no ball", gap_counterexample),
}


def chains(instance: Instance, eps: np.ndarray) -> tuple[Chain, ...]:
    """The chains of `proof` on an instance."""
    return proof(instance.problem, instance.point, eps)


# Vacuity


def vacuity(network: TwoLayerNetwork, W1: np.ndarray) -> Chain:
    """No error reaches the eps from which on the printed kappa is positive."""
    a, b, W1_max, W2_max = numbers(network)
    return chain(
        "vacuity",
        Line("err(W1, w2)", network.error(W1)),
        Line("4 b^4 W2^2 W1^2", bounds.error_bound_two_layer(b, W1_max, W2_max), AT_MOST,
             "the proof's own bound on the residual, squared"),
        Line("4 b^5 W2^2 W1^2 / a", bounds.threshold_theorem_4(a, b, W1_max, W2_max), AT_MOST,
             "a <= b"),
    )


def worst_instance(b: float = 1.0) -> Instance:
    """a = b, x = 1, w2 = w2* = 1, W1* = 1, W1 = -1: err = 4 b^4 is the threshold itself."""
    phi, unit = GeneralizedReLU(b, b), np.ones((1, 1))
    return Instance(TwoLayerNetwork(unit, unit, unit, phi, phi, 1.0, 1.0), -unit)


FAMILIES = (
    TwoLayerFamily(m=1, d=1, d_hidden=1), TwoLayerFamily(m=3, d=2, d_hidden=2),
    TwoLayerFamily(m=3, d=2, d_hidden=2, outer_free=True),
)


# One hidden unit


def kappa_one_unit(eps: float | np.ndarray, network: TwoLayerNetwork) -> float | np.ndarray:
    """d' = 1, w2 > 0: phi2(w2 phi1(z)) is a generalized ReLU with slopes a^2 w2 and b^2 w2.

    So the network is a GLM, and kappa_sharp applies. (For w2 < 0 it is linear with slope a b w2.)
    """
    w2 = network.W2[..., 0, 0]
    return bounds.kappa_sharp(eps, network.phi1.a**2 * w2, network.phi1.b**2 * w2)


def one_unit_proof(
    network: TwoLayerNetwork, W1: np.ndarray, eps: float | np.ndarray
) -> tuple[Chain, ...]:
    """The network is a layer of one output with those slopes; then the sharp form's proof."""
    w2 = network.W2[..., 0, 0]
    phi = GeneralizedReLU(network.phi1.a**2 * w2, network.phi1.b**2 * w2)
    layer = IdealisedLayer(network.X, network.W1_star, phi, network.W1_max)
    return (
        chain(
            "one hidden unit",
            Line("err(W1, w2)", network.error(W1)),
            Line("err of the GLM with slopes a^2 w2 and b^2 w2", layer.error(W1), EQUAL,
                 "w2 phi1(z) has the sign of z: phi2(w2 phi1(z)) is b^2 w2 z or a^2 w2 z"),
        ),
        kantorovich.sharp_proof(layer, W1, eps),
    )


def tight_one_unit(a: float = 0.5, b: float = 1.0) -> Instance:
    """The tight GLM with slopes a^2 and b^2, as a network with w2 = 1."""
    glm, w = (tight := kantorovich.tight_instance(a**2, b**2)).problem, tight.point
    phi = GeneralizedReLU(a, b)
    network = TwoLayerNetwork(
        glm.X, glm.w_star[:, None], np.ones((1, 1)), phi, phi, glm.W_max, 1.0
    )
    return Instance(network, w[:, None])


CLAIMS = (
    SLQCClaim(
        id="theorem-4",
        theorem=Item.THEOREM_4,
        source="Theorem 4, section 5.5",
        statement="err(W1, w2) is (eps, (a/(4 b^5 W2^2 W1) - W1/eps)^-1, W1*)-SLQC for all W1 in "
        "B(0, W1), eps > 0",
        verdict=Verdict.VACUOUS,
        kappa=kappa,
        families=FAMILIES,
        worst=worst_instance,
        proof=Proof("section 5.5", chains, GAPS),
    ),
    Claim(
        id="theorem-4-spirit",
        theorem=Item.THEOREM_4,
        source="section 3.2, 'layer-wise SLQC'",
        statement="for every eps > 0 some kappa makes err(W1, w2) SLQC in W1, with w2 = w2*",
        verdict=Verdict.REFUTED,
        margin=inner_layer.direction_margin,
        families=(TwoLayerFamily(m=1, d=1, d_hidden=2), TwoLayerFamily(m=3, d=2, d_hidden=2)),
        worst=lambda: exact.as_floats(inner_layer.counterexample()),
        exactly=lambda: exact.decide(inner_layer.counterexample()).no_kappa_will_do,
    ),
    SLQCClaim(
        id="theorem-4-repaired",
        theorem=Item.THEOREM_4,
        source="Theorem 4, companion's repair",
        statement="err(W1, w2) is (eps, eps/r(eps), W1*)-SLQC for all W1, wherever "
        "r(eps) = (mu(eta) - (b-a) - b ||w2-w2*||/W2) W1/b > 0",
        verdict=Verdict.HOLDS,
        kappa=inner_layer.kappa_repaired,
        families=FAMILIES,
        worst=inner_layer.largest_error_instance,
        proof=Proof(
            "companion",
            lambda i, eps: inner_layer.repaired_proof(i.problem, i.point, eps),
        ),
        proof_families=(
            TwoLayerFamily(m=1, d=1, d_hidden=2), TwoLayerFamily(m=3, d=2, d_hidden=3),
            TwoLayerFamily(m=3, d=2, d_hidden=3, outer_free=True),
        ),
    ),
    SLQCClaim(
        id="theorem-4-one-unit",
        theorem=Item.THEOREM_4,
        source="Theorem 4 with d' = 1, w2 > 0, companion",
        statement="err(W1, w2) is (eps, (a^2+b^2)/2 w2 (b/a) sqrt(eps), W1*)-SLQC for all W1, "
        "eps > 0",
        verdict=Verdict.TIGHT,
        kappa=kappa_one_unit,
        families=(TwoLayerFamily(m=4, d=3, d_hidden=1, outer_sign=1),),
        worst=tight_one_unit,
        proof=Proof("companion", lambda i, eps: one_unit_proof(i.problem, i.point, eps)),
    ),
)
