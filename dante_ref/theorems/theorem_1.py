"""Theorem 1 (section 3.2, proof in section 5.1): one GLM with generalized ReLU.

    In the idealized GLM with generalized ReLU activation, assuming ||w*|| <= W, err(w) is
    (eps, 2 b^3 W/a, w*)-SLQC in w, for all w in B(0, W) and all eps > 0.

The statement holds, and at a = b no smaller constant will do (d = 1, x = 1, w = -w* = W). For
a < b the companion's kappa(eps) = ((a + b)/2) sqrt(b eps/a) is smaller and free of W; since
eps <= err(w) <= 4 b^2 W^2, it implies the theorem.
"""

import numpy as np

from .. import balls, bounds
from ..activations import GeneralizedReLU
from ..problems import IdealisedGLM
from ..proofs.chain import AT_LEAST, EQUAL, Chain, Line, chain
from ..proofs.claim import Verdict, slqc_claim
from ..proofs.families import GLMFamily, Instance
from ..proofs.proof import Proof
from . import kantorovich

# The statement


def kappa(eps: float | np.ndarray, glm: IdealisedGLM) -> float | np.ndarray:
    """2 b^3 W/a."""
    return bounds.kappa_theorem_1(glm.activation.a, glm.activation.b, glm.W_max)


# The paper's proof


def proof(
    glm: IdealisedGLM, w: np.ndarray, eps: float | np.ndarray, v: np.ndarray | None = None
) -> Chain:
    """Section 5.1, line by line: <G(w), w - v> >= 0 for v in B(w*, eps/kappa) if err(w) >= eps.

    v defaults to the worst point of the ball, w* + (eps/kappa) G/||G||. Works on stacks. The
    paper's last two lines keep a free i: a mean over the samples is meant.
    """
    a, b, W, X = glm.activation.a, glm.activation.b, glm.W_max, glm.X
    r = bounds.radius(eps, kappa(eps, glm))
    G = glm.subgradient(w)
    if v is None:
        v = worst_v(G, glm.w_star, r)

    def along_x(u):  # <x_i, u>
        return (X @ u[..., None])[..., 0]

    def mean(per_sample):
        return np.mean(per_sample, axis=-1)

    def per_sample(number):  # a number of each problem, against arrays over its samples
        return np.asarray(number)[..., None]

    phi = glm.activation
    g = phi.g(along_x(w))
    D = phi.phi(along_x(w)) - phi.phi(along_x(glm.w_star))
    norm_x = balls.norm(X)
    to_v = per_sample(balls.norm(glm.w_star - v))
    to_w_star = per_sample(balls.norm(w - glm.w_star))
    a_, b_, r_ = per_sample(a), per_sample(b), per_sample(r)
    dz = np.abs(along_x(w - glm.w_star))
    return chain(
        "section 5.1",
        Line("<G(w), w - v>", balls.inner(G, w - v)),
        Line("2/m sum g (phi<w,x_i> - y_i) <x_i, w - v>",
             2 * mean(g * (phi.phi(along_x(w)) - glm.y) * along_x(w - v)), EQUAL,
             "definition of G"),
        Line("2/m sum g D_i [<x_i, w - w*> + <x_i, w* - v>]",
             2 * mean(g * D * (along_x(w - glm.w_star) + along_x(glm.w_star - v))), EQUAL,
             "y_i = phi<w*, x_i>", "Step 1"),
        Line("2/m sum g [D_i^2/b + D_i <x_i, w* - v>]",
             2 * mean(g * (D**2 / b_ + D * along_x(glm.w_star - v))), AT_LEAST,
             "phi is monotone and b-Lipschitz", "Step 2"),
        Line("2/m sum g (D_i^2/b - |D_i| ||x_i|| ||w* - v||)",
             2 * mean(g * (D**2 / b_ - np.abs(D) * norm_x * to_v)), AT_LEAST,
             "Cauchy-Schwarz"),
        Line("2/m sum (a/b) D_i^2 - b |D_i| ||x_i|| ||w* - v||",
             2 * mean(a_ / b_ * D**2 - b_ * np.abs(D) * norm_x * to_v), AT_LEAST,
             "a <= g <= b", "Step 3"),
        Line("2/m sum (a/b) D_i^2 - b^2 |<w - w*, x_i>| (eps/kappa) ||x_i||",
             2 * mean(a_ / b_ * D**2 - b_**2 * dz * r_ * norm_x), AT_LEAST,
             "phi is b-Lipschitz and ||w* - v|| <= eps/kappa", "Step 4"),
        Line("2 (a/b) eps - (a eps/(b W)) mean |<w - w*, x_i>| ||x_i||",
             2 * a / b * eps - a * eps / (b * W) * mean(dz * norm_x), AT_LEAST,
             "err(w) >= eps and kappa = 2 b^3 W/a", "Step 5"),
        Line("(a/b) eps (2 - ||w - w*||/W mean ||x_i||^2)",
             a / b * eps * (2 - mean(to_w_star * norm_x**2) / W), AT_LEAST, "Cauchy-Schwarz"),
        Line("0", np.zeros_like(a / b * np.asarray(eps)), AT_LEAST,
             "||w - w*|| <= 2W and ||x_i|| <= 1"),
    )


def worst_v(G: np.ndarray, center: np.ndarray, r: float | np.ndarray, ndim: int = 1) -> np.ndarray:
    """The point of B(center, r) where <G, w - v> is least: center + r G/||G|| (center if G = 0)."""
    norm = balls.norm(G, ndim)
    step = r / np.where(norm > 0, norm, 1.0)
    return center + np.asarray(step).reshape(np.shape(step) + (1,) * ndim) * G


# The companion's own theorem


def kappa_sharp(eps: float | np.ndarray, glm: IdealisedGLM) -> float | np.ndarray:
    """((a + b)/2) sqrt(b eps/a)."""
    return bounds.kappa_sharp(eps, *glm.activation.slopes(glm.W_max))


def sharp_proof(glm: IdealisedGLM, w: np.ndarray, eps: float | np.ndarray) -> Chain:
    """kantorovich.sharp_proof, a GLM being a layer with one output."""
    return kantorovich.sharp_proof(kantorovich.as_layer(glm), w[..., None], eps)


# The worst instances


def worst_instance(W: float = 1.0, b: float = 1.0) -> Instance:
    """a = b, d = 1, x = 1, w* = W, w = -W: kappa_emp = 2 b^2 W is the paper's kappa exactly."""
    glm = IdealisedGLM(np.ones((1, 1)), np.array([W]), GeneralizedReLU(b, b), W)
    return Instance(glm, np.array([-W]))


FAMILIES = (
    GLMFamily(m=1, d=1), GLMFamily(m=4, d=3), GLMFamily(m=4, d=3, activation=GeneralizedReLU(0.1)),
)

CLAIMS = (
    slqc_claim(
        id="theorem-1",
        source="Theorem 1, section 5.1",
        statement="err(w) is (eps, 2 b^3 W/a, w*)-SLQC for all w in B(0, W), eps > 0",
        formula=r"$\mathrm{err}(w)$ is $(\epsilon,\ 2b^3W/a,\ w^\ast)$-SLQC"
        r" for all $w\in B(0,W),\ \epsilon>0$",
        verdict=Verdict.SHARPENED,
        kappa=kappa,
        families=FAMILIES,
        worst=worst_instance,
        proof=Proof("section 5.1", lambda i, eps: (proof(i.problem, i.point, eps),)),
    ),
    slqc_claim(
        id="theorem-1-sharp",
        source="Theorem 1, companion's sharp form",
        statement="err(w) is (eps, ((a+b)/2) sqrt(b eps/a), w*)-SLQC for all w, eps > 0",
        formula=r"$\mathrm{err}(w)$ is $(\epsilon,\ \frac{a+b}{2}\sqrt{b\,\epsilon/a},"
        r"\ w^\ast)$-SLQC for all $w,\ \epsilon>0$",
        verdict=Verdict.TIGHT,
        kappa=kappa_sharp,
        families=FAMILIES,
        worst=kantorovich.tight_instance,
        proof=Proof("companion", lambda i, eps: (sharp_proof(i.problem, i.point, eps),)),
    ),
)
