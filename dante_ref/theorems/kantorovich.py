"""The companion's sharp theorem behind Theorems 1 and 3: one proof for a GLM and for a layer.

Let phi be monotone with slopes in [gamma, L], ||x_i|| <= 1, and y_i = phi<W*, x_i>. Then err is
(eps, kappa(eps), W*)-SLQC in every W, for every eps > 0, with

    kappa(eps) = (gamma + L)/2 sqrt(L eps/gamma)          (bounds.kappa_sharp)

The bound is free of W; (gamma + L)/(2 sqrt(gamma L)) is the Kantorovich constant. For the
generalized ReLU gamma = a and L = b, and `tight_instance` attains it in the limit W -> infinity,
`tight_layer_instance` at every W: with two outputs no kappa is smaller (with one: `finite_w`).
"""

from fractions import Fraction

import numpy as np

from .. import balls, bounds, checks
from ..activations import GeneralizedReLU
from ..problems import IdealisedGLM, IdealisedLayer
from ..proofs import symbols
from ..proofs.chain import AT_LEAST, EQUAL, Chain, Line, chain
from ..proofs.families import Instance
from ..proofs.formula import Formula, sqrt

# The statement


def sharp(low: Formula, high: Formula) -> Formula:
    """κ(ε) for slopes between these two."""
    return (low + high) / 2 * sqrt(high * symbols.eps / low)


KAPPA = sharp(symbols.gamma, symbols.L)


# The proof


def sharp_proof(layer: IdealisedLayer, W: np.ndarray, eps: float | np.ndarray) -> Chain:
    """The proof that <G, W - W*> >= eps/kappa ||G||_F whenever E = err(W) >= eps.

    By section 0's exact decision this is clause 2 of Definition 4. Notation: D_i = phi<W, x_i> -
    phi<W*, x_i> and Z_i = <W - W*, x_i>, vectors over the outputs; g_i the slopes at <W, x_i>; o
    is the element-wise product.
    """
    phi, X = layer.activation, layer.X
    gamma, L = phi.slopes(layer.W_max)
    scores, scores_star = X @ W, X @ layer.W_star
    g, D, Z = phi.g(scores), phi.phi(scores) - phi.phi(scores_star), scores - scores_star

    def mean(per_output):
        return np.mean(np.sum(per_output, axis=-1), axis=-1)

    G = layer.subgradient(W)
    norm_G = balls.norm(G, 2)
    E, gD2, g2D2 = mean(D**2), mean(g * D**2), mean(g**2 * D**2)
    kantorovich = 2 * np.sqrt(gamma * L * E) / (gamma + L)
    return chain(
        "sharp form",
        Line("<G(W), W - W*>_F", balls.inner(G, W - layer.W_star, 2)),
        Line("2 mean <g_i o D_i, Z_i>", 2 * mean(g * D * Z), EQUAL, "definition of G"),
        Line("(2/L) mean g_i D_i^2", 2 / L * gD2, AT_LEAST,
             "phi is monotone and L-Lipschitz, so D Z >= D^2/L"),
        Line("(2/L) (mean g_i^2 D_i^2 + gamma L E)/(gamma + L)",
             2 / L * (g2D2 + gamma * L * E) / (gamma + L), AT_LEAST,
             "(g - gamma)(L - g) >= 0, so g >= (g^2 + gamma L)/(gamma + L)"),
        Line("(2/L) (2 sqrt(gamma L E)/(gamma + L)) sqrt(mean g_i^2 D_i^2)",
             2 / L * kantorovich * np.sqrt(g2D2), AT_LEAST, "arithmetic >= geometric mean"),
        Line("(2 sqrt(gamma L E)/(L (gamma + L))) ||G||_F", kantorovich / L * norm_G, AT_LEAST,
             "||G||_F <= 2 mean ||g_i o D_i|| ||x_i|| and ||x_i|| <= 1, then Jensen"),
        Line("eps/kappa ||G||_F", bounds.radius(eps, bounds.kappa_sharp(eps, gamma, L)) * norm_G,
             AT_LEAST, "E >= eps"),
    )


def as_layer(glm: IdealisedGLM) -> IdealisedLayer:
    """A GLM as the layer with one output, d' = 1."""
    return IdealisedLayer(glm.X, glm.w_star[..., None], glm.activation, glm.W_max)


def tight_instance(
    a: float = 0.1, b: float = 1.0, E: float = 0.01, W: float = 1000.0, t: float = 1e-6
) -> Instance:
    """A GLM in R^3 and a point w where err(w) = E and kappa_emp(E)/kappa_sharp(E) -> 1 as W grows.

    u_A = sqrt(bE/a) and u_B = sqrt(aE/b); a fraction a/(a+b) of the samples is x_A, the rest x_B:

        x_A = (sqrt(1 - (u_A/s)^2 - t^2), u_A/s, -t),    w  = (0, 0, t),
        x_B = (sqrt(1 - (u_B/s)^2 - t^2), u_B/s, +t),    w* = (0, s/b, t),  s = b sqrt(W^2 - t^2).

    Then <w, x> is just below its kink at x_A (slope a) and just above at x_B (slope b), so
    g_i |D_i| is the same for all samples and every step of the proof is an equality in the limit.
    Labels lie in [0, 1] (the stricter reading of Definition 2) when b E/a <= 1.

    Raises InputError unless 0 < a <= b, E, W > 0 and the inputs fit the unit ball: u_A < s.
    """
    phi = GeneralizedReLU(a, b)
    checks.number("E", E, above=0)
    t = checks.number("t", t, above=0, below=min(W, 1.0))
    checks.number("W", W, above=np.sqrt(E / (a * b)) + t)
    share = (Fraction(a) / (Fraction(a) + Fraction(b))).limit_denominator(1000)
    m_A, m_B = share.numerator, share.denominator - share.numerator
    s = b * np.sqrt(W**2 - t**2)

    def sample(u, side):
        return [np.sqrt(1 - (u / s) ** 2 - t**2), u / s, side * t]

    X = np.array(
        [sample(np.sqrt(b * E / a), -1)] * m_A + [sample(np.sqrt(a * E / b), +1)] * m_B
    )
    return Instance(
        IdealisedGLM(X, np.array([0, s / b, t]), phi, float(W)), np.array([0.0, 0.0, t])
    )


def repeated(instance: Instance, d_out: int = 2) -> Instance:
    """A GLM's instance as a layer's: d' copies of its one output, each w scaled by 1/sqrt(d').

    For a positively homogeneous activation every number of section 0 stays as it was.
    """
    glm, share = instance.problem, np.ones(d_out) / np.sqrt(d_out)
    layer = IdealisedLayer(glm.X, np.outer(glm.w_star, share), glm.activation, glm.W_max)
    return Instance(layer, np.outer(instance.point, share))


def tight_layer_instance(
    a: float = 0.1, b: float = 1.0, E: float = 0.01, W: float = 1.0, t: float = 1e-9
) -> Instance:
    """One input x = 1 and two outputs, err(W) = E and kappa_emp(E)/kappa_sharp(E) -> 1 as t -> 0.

        W  = (-t, sqrt(aE/(a+b))/b),    W* = (sqrt(E/(b(a+b))), 0)

    The first output is just below its kink (slope a), D = (-sqrt(bE/(a+b)), sqrt(aE/(a+b))), so
    g_i |D_i| is the same for both: every step of the proof is an equality. Labels are >= 0, and
    <= 1 when bE/(a+b) <= 1.

    Raises InputError unless 0 < a <= b, 0 < E <= b (a+b) W^2 and 0 < t, with W in B(0, W).
    """
    phi = GeneralizedReLU(a, b)
    W = checks.number("W", W, above=0)
    checks.number("E", E, above=0, at_most=b * (a + b) * W**2)
    second = np.sqrt(a * E / (a + b)) / b
    t = checks.number("t", t, above=0, at_most=np.sqrt(W**2 - second**2))
    layer = IdealisedLayer(
        np.ones((1, 1)), np.array([[np.sqrt(E / (b * (a + b))), 0.0]]), phi, W
    )
    return Instance(layer, np.array([[-t, second]]))
