"""Theorem 1 sharpened once more: the kappa of one GLM when w and w* lie in B(0, W) (companion).

Let phi be monotone with slopes in [gamma, L], ||x_i|| <= 1, y_i = phi<w*, x_i>, and write
s = ||w - w*||, K = (gamma + L)^2/(4 gamma L). In every w, for every eps > 0, err is SLQC with

    kappa(eps; s)^2 = K L^2 eps - (K - 1) eps^2/s^2     (bounds.kappa_at_distance)

and so, as s <= 2W, with the kappa_W of bounds.kappa_finite_W. `tight_instance` attains
kappa(eps; s) for the generalized ReLU, for every e = eps/(b s)^2 in (0, 1), at a distance s between
W and 2W. So the first form can't be improved; of the smallest kappa(eps) that serves all of B(0, W)

    K b^2 eps - (K-1) eps^2/S^2 <= kappa(eps)^2 <= K b^2 eps - (K-1) eps^2/(4W^2)

is known, with S the distance of `tight_instance`: S^2/(4W^2) = 1 - (b/a) eps/(4 b^2 W^2) + ..., so
the upper bound is exact to second order in eps. It is not for eps near (a+b)^2 W^2, the largest
error; there the exact kappa is open.
"""

from fractions import Fraction

import numpy as np

from .. import balls, bounds, checks
from ..activations import GeneralizedReLU
from ..problems import IdealisedGLM
from ..proofs.chain import AT_MOST, EQUAL, Chain, Line, chain
from ..proofs.claim import Claim, Item, SLQCClaim, Verdict
from ..proofs.families import GLMFamily, Instance
from ..proofs.proof import Proof

# The statements


def kappa(eps: float | np.ndarray, glm: IdealisedGLM) -> float | np.ndarray:
    """kappa_W(eps)."""
    return bounds.kappa_finite_W(eps, *glm.activation.slopes(glm.W_max), glm.W_max)


def margin_at_distance(instances: Instance) -> np.ndarray:
    """The margin of SLQC with kappa(eps; ||w - w*||)."""
    glm = instances.problem
    s = balls.norm(instances.point - glm.w_star)
    s = np.where(s > 0, s, 1.0)  # w = w*: nothing is claimed, the gap is 0
    slopes = glm.activation.slopes(glm.W_max)
    return instances.slqc().margin(lambda eps: bounds.kappa_at_distance(eps, *slopes, s))


# The proof


def proof(glm: IdealisedGLM, w: np.ndarray, eps: float | np.ndarray) -> Chain:
    """||G|| <= (kappa/eps) <G, w - w*> whenever E = err(w) >= eps, squared. Works on stacks.

    u = (w - w*)/s splits each input: x = <x, u> u + x_perp. D, Dz and g are those of section 5.1,
    P = mean g D Dz = <G, w - w*>/2, X = mean g D^2, e = E/(L s)^2.
    """
    phi, W = glm.activation, glm.W_max
    gamma, L = phi.slopes(W)
    s = balls.norm(w - glm.w_star)
    u = (w - glm.w_star) / s[..., None]

    def along(v):  # <x_i, v>
        return (glm.X @ v[..., None])[..., 0]

    def mean(per_sample):
        return np.mean(per_sample, axis=-1)

    def sine(cosine):  # the share of x that is left across u
        return np.sqrt(np.maximum(1 - cosine**2, 0))

    z, z_star = along(w), along(glm.w_star)
    g, D = phi.g(z), phi.phi(z) - phi.phi(z_star)
    across = glm.X - along(u)[..., None] * u[..., None, :]
    q = balls.norm(np.mean((g * D)[..., None] * across, axis=-2))
    s_, L_ = s[..., None], np.asarray(L)[..., None]
    E, P, X = glm.error(w), mean(g * D * along(w - glm.w_star)), mean(g * D**2)
    e, K = E / (L * s) ** 2, bounds.kantorovich(gamma, L)
    along_u = (P / s) ** 2
    at_s = bounds.kappa_at_distance(eps, gamma, L, s)
    at_W = bounds.kappa_finite_W(eps, gamma, L, W)
    return chain(
        "finite W",
        Line("||G||^2/4", balls.norm(glm.subgradient(w)) ** 2 / 4),
        Line("(P/s)^2 + ||mean g D x_perp||^2", along_u + q**2, EQUAL,
             "G/2 = mean g D x, split along u and across", "1"),
        Line("(P/s)^2 + (mean g |D| sqrt(1 - (Dz/s)^2))^2",
             along_u + mean(g * np.abs(D) * sine(along(u))) ** 2, AT_MOST,
             "||x|| <= 1 and <x, u> = Dz/s", "2"),
        Line("(P/s)^2 + (mean g |D| sqrt(1 - (D/(L s))^2))^2",
             along_u + mean(g * np.abs(D) * sine(D / (L_ * s_))) ** 2, AT_MOST,
             "|D| <= L |Dz|", "3"),
        Line("(P/s)^2 + (1 - e) mean g^2 D^2", along_u + (1 - e) * mean(g**2 * D**2), AT_MOST,
             "Cauchy-Schwarz, and mean (D/(L s))^2 = e", "4"),
        Line("(P/s)^2 + (1 - e) ((gamma + L) X - gamma L E)",
             along_u + (1 - e) * ((gamma + L) * X - gamma * L * E), AT_MOST,
             "(g - gamma)(L - g) >= 0", "5"),
        Line("(P/s)^2 + (1 - e) K X^2/E", along_u + (1 - e) * K * X**2 / E, AT_MOST,
             "((gamma + L) X/(2 sqrt(gamma L)) - sqrt(gamma L) E)^2 >= 0", "5"),
        Line("(P/s)^2 + (1 - e) K L^2 P^2/E", along_u + (1 - e) * K * L**2 * P**2 / E, AT_MOST,
             "phi is monotone and L-Lipschitz, so D^2 <= L D Dz", "6"),
        Line("P^2 (K L^2/E - (K - 1)/s^2)", P**2 * (K * L**2 / E - (K - 1) / s**2), EQUAL,
             "e = E/(L s)^2", "7"),
        Line("P^2 (K L^2/eps - (K - 1)/s^2)", P**2 * (K * L**2 / eps - (K - 1) / s**2), AT_MOST,
             "E >= eps", "8"),
        Line("P^2 (kappa(eps; s)/eps)^2", P**2 * (at_s / eps) ** 2, EQUAL,
             "definition of kappa(eps; s)"),
        Line("P^2 (kappa_W(eps)/eps)^2", P**2 * (at_W / eps) ** 2, AT_MOST, "s <= 2W", "8"),
    )


# The worst instance


def tight_distance(a: float, b: float, e: float, W: float) -> float:
    """The s in [W, 2W] of `tight_instance`: 2W cos A where A <= 45 degrees, else W/sin A."""
    squared_sine = e * b / (a * (1 - e) + b * e)
    if squared_sine <= 0.5:
        return 2 * W * np.sqrt(1 - squared_sine)
    return W / np.sqrt(squared_sine)


def tight_instance(
    a: float = 0.25, b: float = 1.0, e: float = 0.25, W: float = 1.0, t: float = 1e-6
) -> Instance:
    """err(w) = e (b s)^2 and kappa_emp -> kappa(err(w); s) as t -> 0, s = ||w - w*||.

    In the plane of w and w*, with w - w* = s (1, 0), s = tight_distance(a, b, e, W):

        x_A = (-sin A, cos A),   sin^2 A = e b/(a(1-e) + be),   a share (a(1-e) + be)/(a+b)
        x_B = (-sin B, cos B),   sin^2 B = e a/(b(1-e) + ae),   the rest
        w   = |w| (cos A, sin A),   |w| = W where A <= 45 degrees, else s cos A

    so <w, x_A> = 0 is a kink; a third coordinate, t in w and w*, -t in x_A and t in x_B, puts w on
    the side where the slope is a, and everything is scaled back into its ball. The shares must be
    whole numbers of samples: they are taken to the nearest fraction with a denominator <= 1000.

    Raises InputError unless 0 < a <= b, 0 < e < 1, W, t > 0.
    """
    phi = GeneralizedReLU(a, b)
    e = checks.number("e", e, above=0, below=1)
    W = checks.number("W", W, above=0)
    t = checks.number("t", t, above=0)
    a_, b_, e_ = (Fraction(x).limit_denominator(10**6) for x in (a, b, e))
    share = ((a_ * (1 - e_) + b_ * e_) / (a_ + b_)).limit_denominator(1000)
    m_A, m_B = share.numerator, share.denominator - share.numerator
    s = tight_distance(a, b, e, W)
    sin_A = np.sqrt(e * b / (a * (1 - e) + b * e))
    sin_B = np.sqrt(e * a / (b * (1 - e) + a * e))
    cos_A, cos_B = np.sqrt(1 - sin_A**2), np.sqrt(1 - sin_B**2)
    length = W if sin_A**2 <= 0.5 else s * cos_A
    w = np.array([length * cos_A, length * sin_A, t])
    w_star = w - np.array([s, 0.0, 0.0])
    X = np.array([[-sin_A, cos_A, -t]] * m_A + [[-sin_B, cos_B, t]] * m_B)
    inside = W / np.sqrt(W**2 + t**2)
    glm = IdealisedGLM(X / np.sqrt(1 + t**2), inside * w_star, phi, W)
    return Instance(glm, inside * w)


FAMILIES = (
    GLMFamily(m=1, d=1), GLMFamily(m=4, d=3), GLMFamily(m=4, d=3, activation=GeneralizedReLU(0.1)),
)
PROOF = Proof("companion", lambda i, eps: (proof(i.problem, i.point, eps),))

CLAIMS = (
    Claim(
        id="theorem-1-distance",
        theorem=Item.THEOREM_1,
        source="Theorem 1, companion, at distance s",
        statement="err(w) is (eps, kappa, w*)-SLQC in every w, for all eps > 0, with kappa^2 = "
        "K b^2 eps - (K-1) eps^2/s^2, s = ||w - w*||",
        verdict=Verdict.TIGHT,
        families=FAMILIES,
        worst=tight_instance,
        margin=margin_at_distance,
        proof=PROOF,
    ),
    SLQCClaim(
        id="theorem-1-finite-W",
        theorem=Item.THEOREM_1,
        source="Theorem 1, companion, within B(0, W)",
        statement="err(w) is (eps, kappa, w*)-SLQC for all w in B(0, W), eps > 0, with kappa^2 = "
        "K b^2 eps - (K-1) eps^2/(4W^2)",
        verdict=Verdict.HOLDS,
        kappa=kappa,
        families=FAMILIES,
        worst=lambda: tight_instance(e=1 / 36),
        proof=PROOF,
    ),
)
