"""How small a kappa can be for the sigmoid (companion): e^(W/2), up to a factor sqrt(W).

For W >= 3 and eps <= 0.1 every kappa(eps) for which err is SLQC in all of B(0, W) satisfies

    kappa(eps) >= 0.06 sqrt(eps) e^(W/2)/sqrt(W),

as `hard_instance` needs that much. Hazan et al.'s e^W can therefore be lowered to kappa_sharp, of
order e^(W/2) (`sigmoid`), but not much further: 'exponential in W' is right for the sigmoid.
"""

from dataclasses import dataclass

import numpy as np

from .. import balls
from ..activations import Sigmoid
from ..problems import IdealisedGLM
from ..proofs.chain import AT_LEAST, AT_MOST, EQUAL, Chain, Line, chain
from ..proofs.claim import Claim, Item, Verdict
from ..proofs.families import Family, Instance
from ..proofs.proof import Proof

ZETA = np.log(3)
"""s(ZETA) = 3/4."""


def lower_bound(eps: float | np.ndarray, W: float | np.ndarray) -> float | np.ndarray:
    """0.06 sqrt(eps) e^(W/2)/sqrt(W): no smaller kappa(eps) is valid, for W >= 3, eps <= 0.1."""
    return 0.06 * np.sqrt(eps) * np.exp(W / 2) / np.sqrt(W)


def hard_instance(
    W: float | np.ndarray = 3.0, m_A: int | np.ndarray = 4, m: int = 40
) -> Instance:
    """The instance behind `lower_bound`, in R^2; a stack of them where W, m_A have shape (n,).

        x_A = (-1, 0), m_A of the m samples,    x_B = (0, 1), the rest,
        w = (W, 0),    w* = (-zeta, h),         zeta = log 3

    with D_A = s(zeta) - s(-W) and h^2 = 16 E e^-W (W + zeta)/D_A, where E = err(w) itself depends
    on h (the fixed point is iterated). At x_A the slope is nearly 0 where much error sits; at x_B
    it is 1/4, but w* - w has only the small part h there.
    """
    W, m_A = np.asarray(W, float), np.asarray(m_A)
    p_A, D_A, s = m_A / m, difference(W), Sigmoid().phi
    E = p_A * D_A**2
    for _ in range(60):  # a contraction: D_B^2 <= h^2/16 <= 0.3 E
        h = 4 * np.sqrt(E * np.exp(-W) * (W + ZETA) / D_A)
        E = p_A * D_A**2 + (1 - p_A) * (s(h) - 0.5) ** 2
    x_A, x_B = np.array([-1.0, 0.0]), np.array([0.0, 1.0])
    X = np.where((np.arange(m) < m_A[..., None])[..., None], x_A, x_B)
    w_star = np.stack(np.broadcast_arrays(-ZETA, h), axis=-1)
    w = np.stack(np.broadcast_arrays(W, 0.0), axis=-1)
    return Instance(IdealisedGLM(X, w_star, Sigmoid(), W[()]), w)


def difference(W: np.ndarray) -> np.ndarray:
    """D_A = s(zeta) - s(-W)."""
    return 0.75 - Sigmoid().phi(-W)


def proof(glm: IdealisedGLM, w: np.ndarray) -> tuple[Chain, ...]:
    """kappa_emp(E) >= lower_bound(E) on a `hard_instance`, E = err(w)."""
    W, E, h = np.asarray(glm.W_max), glm.error(w), glm.w_star[..., 1]
    p_A = np.mean(glm.X[..., 0] < 0, axis=-1)
    D_A, D_B = difference(W), Sigmoid().phi(h) - 0.5
    g_A, p_B = Sigmoid().g(W), 1 - p_A
    G, growth = glm.subgradient(w), np.exp(W / 2)
    cubic = 1 - h**2 / 12
    return (
        chain(
            "progress is small",
            Line("<G, w - w*>/2", balls.inner(G, w - glm.w_star) / 2),
            Line("p_A g_A D_A (W + zeta) + p_B D_B h/4",
                 p_A * g_A * D_A * (W + ZETA) + p_B * D_B * h / 4, EQUAL, "definition of G"),
            Line("(E/D_A) e^-W (W + zeta) + h^2/16",
                 E / D_A * np.exp(-W) * (W + ZETA) + h**2 / 16, AT_MOST,
                 "p_A D_A^2 <= E, g_A = s(W) s(-W) <= e^-W, D_B <= h/4"),
            Line("h^2/8", h**2 / 8, EQUAL, "choice of h"),
        ),
        chain(
            "the gradient is not",
            Line("||G||/2", balls.norm(G) / 2),
            Line("p_B D_B/4", p_B * D_B / 4, AT_LEAST, "its part along x_B"),
            Line("p_B (h/16)(1 - h^2/12)", p_B * h / 16 * cubic, AT_LEAST,
                 "s(h) - 1/2 = tanh(h/2)/2 >= (h/4)(1 - h^2/12)"),
        ),
        chain(
            "the kappa that is needed",
            Line("E ||G||/<G, w - w*>", E * balls.norm(G) / balls.inner(G, w - glm.w_star)),
            Line("E p_B (1 - h^2/12)/(2h)", E * p_B * cubic / (2 * h), AT_LEAST,
                 "both chains above"),
            Line("sqrt(E) e^(W/2) sqrt(D_A) p_B (1 - h^2/12)/(8 sqrt(W + zeta))",
                 np.sqrt(E * D_A) * growth * p_B * cubic / (8 * np.sqrt(W + ZETA)), EQUAL,
                 "h = 4 sqrt(E e^-W (W + zeta)/D_A)"),
            Line("0.06 sqrt(E) e^(W/2)/sqrt(W)", lower_bound(E, W), AT_LEAST,
                 "W >= 3, E <= 0.1: D_A >= 0.70, p_B >= 1 - E/0.49, h^2 <= 0.47"),
        ),
    )


@dataclass(frozen=True)
class HardFamily(Family):
    """The hard instances with W in [3, W_largest] and E <= 0.1."""

    W_largest: float = 20.0
    m: int = 40

    @property
    def blocks(self):
        return {"W": (1,), "m_A": (1,)}

    def build(self, W, m_A):
        share = [np.abs(t[:, 0]) / (1 + np.abs(t[:, 0])) for t in (W, m_A)]
        return hard_instance(
            3 + (self.W_largest - 3) * share[0], 1 + np.floor(0.15 * self.m * share[1]), self.m
        )


def margin(instances: Instance) -> np.ndarray:
    """kappa_emp(E)/lower_bound(E)."""
    slqc = instances.slqc()
    needed = slqc.kappa_emp(np.nextafter(slqc.gap, 0))
    return needed / lower_bound(slqc.gap, instances.problem.W_max)


CLAIMS = (
    Claim(
        id="sigmoid-lower",
        theorem=Item.SIGMOID,
        source="section 3.2, companion",
        statement="with the sigmoid, W >= 3 and eps <= 0.1, no kappa(eps) below 0.06 sqrt(eps) "
        "e^(W/2)/sqrt(W) serves all of B(0, W)",
        verdict=Verdict.HOLDS,
        families=(HardFamily(),),
        worst=hard_instance,
        margin=margin,
        proof=Proof("companion", lambda i, eps: proof(i.problem, i.point)),
    ),
)
