"""The companion on Theorems 4 and 5 (sections 5.5, 5.6): where the inner layer is SLQC, and not.

With W2 = W2*, write for sample i and output j: z = W1^T x, u_j = <w_j, phi1(z)>, D_j = phi2(u_j) -
phi2(u_j*), delta_j = |u_j - u_j*|, g_j = g(u_j), n_j = ||w_j||; a star marks the same at W1*. By
positive homogeneity phi1(z) = g1 z, so

    <w_j, g1 (z - z*)> = (u_j - u_j*) + e_j,   e_j = <w_j, (g1* - g1) z*>,   |e_j| <= (b-a) n_j W1:

the slopes of the hidden units at W1 and at W1* mismatch, and that is all that can go wrong.

*It does go wrong for small eps*, as soon as there are two hidden units: `counterexample`, and for
every eps < b^2 (b-a)^2 W1^2 W2^2 (`failing_instance`).

*It does not for large eps*: err is (eps, eps/r(eps), W1*)-SLQC in every W1, for every eps with
r(eps) = (mu(eta) - (b-a)) W1/b > 0, eta = sqrt(eps)/(b W1 W2), mu of `bounds.mu`; that is for
eps > eps_0 = bounds.least_eps_inner_layer, which is below the largest possible error for all a, b.
The same holds for one output and for many, whatever d' and d''. `repaired_proof` is the proof; it
uses ||W1*||_F <= W1 and ||W2||_F <= W2, but no bound on the point W1.

For w2 != w2* and one output, mu - b ||w2 - w2*||/W2 takes the place of mu.
"""

from fractions import Fraction

import numpy as np

from .. import balls, bounds
from ..activations import GeneralizedReLU
from ..problems import TwoLayerNetwork
from ..proofs import exact
from ..proofs.chain import AT_LEAST, AT_MOST, EQUAL, Chain, Line, chain
from ..proofs.families import Instance


def numbers(network: TwoLayerNetwork) -> tuple:
    """a, b, and the bounds on ||W1*||_F and ||W2||_F."""
    return network.phi1.a, network.phi1.b, network.W1_max, network.W2_max


# Where it holds


def outer_distance(network: TwoLayerNetwork) -> np.ndarray:
    """||W2 - W2*||_F."""
    return balls.norm(network.W2 - network.W2_star, 2)


def kappa_repaired(eps: float | np.ndarray, network: TwoLayerNetwork) -> float | np.ndarray:
    """eps/r(eps), nan where r(eps) <= 0."""
    return bounds.kappa_inner_layer(eps, *numbers(network), outer_distance(network))


class _Terms:
    """u, D, delta, g, the mismatch e (all (..., m, d'')) and n_j of a network at W1."""

    def __init__(self, network: TwoLayerNetwork, W1: np.ndarray):
        n = self.network = network
        self.W1 = W1
        z, z_star = n.X @ W1, n.X @ n.W1_star
        self.u = n.phi1.phi(z) @ n.W2
        self.u_star = n.phi1.phi(z_star) @ n.W2_star
        self.D = n.phi2.phi(self.u) - n.phi2.phi(self.u_star)
        self.delta = np.abs(self.u - self.u_star)
        self.g = n.phi2.g(self.u)
        # <w_j, g1 (z - z*)> - (u_j - u_j*); for W2 = W2* it is <w_j, (g1* - g1) z*>
        self.e = self.u_star - (n.phi1.g(z) * z_star) @ n.W2
        a, b, _, W2_max = numbers(n)
        self.outer_distance = outer_distance(n)
        self.single = n.W2.shape[-1] == 1
        # n_j, or anything above: for one output W2 itself, so that w2 != w2* can be allowed
        single_n = self.spread(W2_max) * np.ones_like(self.u)
        self.n = single_n if self.single else balls.norm(n.W2.mT)[..., None, :]
        self.M = (b - a) + b * self.outer_distance / W2_max

    @staticmethod
    def mean(per_output):
        """Mean over samples, sum over outputs."""
        return np.sum(np.sum(per_output, axis=-1), axis=-1) / per_output.shape[-2]

    @staticmethod
    def spread(number):
        """A number of each problem, against arrays over samples and outputs."""
        return np.asarray(number)[..., None, None] if np.ndim(number) else number


def repaired_proof(
    network: TwoLayerNetwork, W1: np.ndarray, eps: float | np.ndarray
) -> tuple[Chain, ...]:
    """<G, W1 - W1*>_F >= r(eps) ||G||_F if err(W1, W2) >= eps. Works on stacks.

    For W2 = W2*, and for one output with any w2 (its n_j is then W2). M = b - a + b ||w2-w2*||/W2.
    Where r(eps) <= 0 the theorem claims nothing, but the chain holds all the same.
    """
    t = _Terms(network, W1)
    return _mismatch(t), _lemma(t, eps), _progress(t, eps)


def _mismatch(t: _Terms) -> Chain:
    M, W1_max = t.spread(t.M), t.spread(t.network.W1_max)
    return chain(
        "the mismatch",
        Line("|e_ij|", np.abs(t.e)),
        Line("M n_j W1", M * t.n * W1_max + 0 * t.e, AT_MOST,
             "e = <w, (g1* - g1) z*> + <w* - w, phi1(z*)>; entries of g1* - g1 are at most b - a, "
             "||z*|| <= ||W1*|| ||x||, ||phi1(z*)|| <= b ||z*||"),
    )


def _lemma(t: _Terms, eps) -> Chain:
    a, b, W1_max, W2_max = (t.spread(s) for s in numbers(t.network))
    eta = np.sqrt(t.spread(eps)) / (b * W1_max * W2_max)
    weight, mu = bounds.square_weight(eta, a, b), bounds.mu(eta, a, b)
    scale = t.n * W1_max
    return chain(
        "Lemma A, per sample and output",
        Line("b^2 eta^2 n_j^2 W1^2 + lambda g |D| (delta - mu n_j W1)",
             b**2 * eta**2 * scale**2 + weight * t.g * np.abs(t.D) * (t.delta - mu * scale)),
        Line("D^2", t.D**2, AT_LEAST,
             "u, u* on one side or u >= 0: g delta >= |D|, complete the square; u < 0 < u*: "
             "u* <= b n_j W1 bounds a quadratic in |D|, see lemma_cases"),
    )


def _progress(t: _Terms, eps) -> Chain:
    network = t.network
    a, b, W1_max, W2_max = numbers(network)
    G = network.subgradient(t.W1)
    r = bounds.radius_inner_layer(eps, a, b, W1_max, W2_max, t.outer_distance)
    eta = np.sqrt(eps) / (b * W1_max * W2_max)
    weight, mu = bounds.square_weight(eta, a, b), bounds.mu(eta, a, b)
    M_, b_, W1_, r_ = (t.spread(s) for s in (t.M, b, W1_max, r))
    gD = t.g * np.abs(t.D)
    E = t.mean(t.D**2)
    squares = t.mean(t.D**2 - (t.spread(b * eta * W1_max) * t.n) ** 2)
    # for r < 0 there is no ball: r ||G|| >= r (2b mean ...) would turn around, so it is written out
    reach = np.where(r > 0, r * balls.norm(G, 2), r * 2 * b * t.mean(t.n * gD))
    return chain(
        "progress",
        Line("<G, W1 - W1*>_F - r ||G||_F", balls.inner(G, t.W1 - network.W1_star, 2) - reach),
        Line("2 mean sum_j g_j D_j (u_j - u_j* + e_j) - r ||G||_F",
             2 * t.mean(t.g * t.D * (t.u - t.u_star + t.e)) - reach, EQUAL,
             "phi1(z) = g1 z, positive homogeneity"),
        Line("2 mean sum_j g_j |D_j| (delta_j - M n_j W1) - r ||G||_F",
             2 * t.mean(gD * (t.delta - M_ * t.n * W1_)) - reach, AT_LEAST,
             "D_j and u_j - u_j* have one sign; the bound on the mismatch"),
        Line("2 mean sum_j g_j |D_j| (delta_j - (M W1 + b r) n_j)",
             2 * t.mean(gD * (t.delta - (M_ * W1_ + b_ * r_) * t.n)), AT_LEAST,
             "||G|| <= 2 mean ||x|| ||g1 W2 (g2 o D)|| <= 2b mean sum_j n_j g_j |D_j|"),
        Line("2 mean sum_j g_j |D_j| (delta_j - mu n_j W1)",
             2 * t.mean(gD * (t.delta - t.spread(mu) * t.n * W1_)), EQUAL, "definition of r"),
        Line("(2/lambda) mean sum_j (D_j^2 - b^2 eta^2 n_j^2 W1^2)", 2 / weight * squares, AT_LEAST,
             "Lemma A"),
        Line("(2/lambda) (E - eps)", 2 / weight * (E - eps), AT_LEAST,
             "sum_j n_j^2 <= W2^2 and b eta W1 W2 = sqrt(eps)"),
    )


def kappa_outer(eps: float | np.ndarray, network: TwoLayerNetwork) -> float | np.ndarray:
    """eps/r(eps) for any W2 and many outputs: bounds.radius_kantorovich_inner, nan where <= 0."""
    r = np.asarray(
        bounds.radius_kantorovich_inner(eps, *numbers(network), outer_distance(network))
    )
    return np.where(r > 0, eps / np.where(r > 0, r, 1.0), np.nan)[()]


def outer_proof(
    network: TwoLayerNetwork, W1: np.ndarray, eps: float | np.ndarray
) -> tuple[Chain, ...]:
    """The simpler proof, which allows W2 != W2* with many outputs: Theorem 3's, with a mismatch."""
    t = _Terms(network, W1)
    a, b, W1_max, W2_max = numbers(network)
    r = bounds.radius_kantorovich_inner(eps, a, b, W1_max, W2_max, t.outer_distance)
    M = ((b - a) * W2_max + b * t.outer_distance) * W1_max
    G = network.subgradient(W1)
    gD = balls.norm(t.g * t.D)
    E, S = t.mean(t.D**2), np.sqrt(np.mean(gD**2, axis=-1))
    gD2 = t.mean(t.g * t.D**2)
    mean_gD = np.mean(gD, axis=-1)
    kantorovich = 2 * np.sqrt(a * b * E) / (a + b)
    norm_G = balls.norm(G, 2)
    reach = np.where(r > 0, r * norm_G, r * 2 * b * W2_max * S)
    return (
        chain(
            "the mismatch of a sample",
            Line("||e_i||", balls.norm(t.e)),
            Line("((b-a) W2 + b ||W2 - W2*||_F) W1",
                 np.asarray(M)[..., None] + 0 * gD, AT_MOST, "Cauchy-Schwarz over the outputs"),
        ),
        chain(
            "progress, any W2",
            Line("<G, W1 - W1*>_F", balls.inner(G, W1 - network.W1_star, 2)),
            Line("2 mean <g_i o D_i, U_i - U_i* + e_i>",
                 2 * t.mean(t.g * t.D * (t.u - t.u_star + t.e)), EQUAL, "positive homogeneity"),
            Line("(2/b) mean g_i D_i^2 - 2 M mean ||g_i o D_i||", 2 / b * gD2 - 2 * M * mean_gD,
                 AT_LEAST, "phi2 is monotone and b-Lipschitz; Cauchy-Schwarz; ||e_i|| <= M"),
            Line("(2/b) (2 sqrt(ab E)/(a+b)) S - 2 M S", 2 / b * kantorovich * S - 2 * M * S,
                 AT_LEAST, "Theorem 3's sharp form; S^2 = mean ||g_i o D_i||^2, Jensen"),
            Line("2 b W2 r S", 2 * b * W2_max * r * S, AT_LEAST, "E >= eps, definition of r"),
            Line("r ||G||_F", reach, AT_LEAST, "||G|| <= 2 b W2 mean ||g_i o D_i|| <= 2 b W2 S"),
        ),
    )


def lemma_cases(eta: np.ndarray, u: np.ndarray, u_star: np.ndarray, a: float, b: float):
    """Lemma A's slack with n_j W1 = 1, for scores u, u* with |u*| <= b; it is never negative.

    b^2 eta^2 + lambda g |D| (delta - mu) - D^2, with g = b for u >= 0 and a for u < 0.
    """
    phi = GeneralizedReLU(a, b)
    D, delta = np.abs(phi.phi(u) - phi.phi(u_star)), np.abs(u - u_star)
    weight, mu = bounds.square_weight(eta, a, b), bounds.mu(eta, a, b)
    return b**2 * eta**2 + weight * phi.g(u) * D * (delta - mu) - D**2


def largest_error_instance(a: float = 0.1, b: float = 1.0) -> Instance:
    """x = 1, w2 = 1, W1* = 1, W1 = -1: err = (a^2 + b^2)^2, the largest there is for W2 = W2*."""
    phi, unit = GeneralizedReLU(a, b), np.ones((1, 1))
    return Instance(TwoLayerNetwork(unit, unit, unit, phi, phi, 1.0, 1.0), -unit)


# Where it fails


def near_eps_0(a: float = 0.5, b: float = 1.0, f: float = 1e-3, m: int = 1000) -> Instance:
    """An error near eps_0 where no kappa will do, for b/a <= 1 + sqrt 2: eps_0 can't be lowered.

    Two directions at a small angle f, x_A = (1, 0) and x_B = (cos f, sin f), W1* = e_1 (sqrt P,
    -sqrt N), w2 = (sqrt P, sqrt N), and W1 such that z_A -> (0-, 0+), u_A -> 0- and z_B -> (0-,
    zeta). Then e_A = e_B = b - a; x_A has a large error and a small slope, x_B the gradient that
    points away. ||W1|| grows as 1/f: the repaired theorem bounds ||W1*|| alone.
    """
    M = b - a
    delta_A, delta_B = M * (a + b) / (2 * a), M * (a + b) / (2 * b)
    P = (delta_A + a) / (a + b)  # u_A* = b P - a N = delta_A
    N = 1 - P
    zeta = (delta_A - delta_B) / (b * np.sqrt(N))
    # p a b delta_A (delta_A - M) + (1 - p) b^2 delta_B (delta_B - M) = 0 gives the share p of x_A
    away, towards = b * delta_B * (M - delta_B), a * delta_A * (delta_A - M)
    m_A = int(m * away / (away + towards)) - 1
    X = np.array([[1.0, 0.0]] * m_A + [[np.cos(f), np.sin(f)]] * (m - m_A))
    t = f**2
    second = t * a * np.sqrt(P) / (2 * b * np.sqrt(N))  # small enough for u_A < 0
    W1 = np.array([[-t, second], [0.0, zeta / np.sin(f)]])
    W1_star = np.array([[np.sqrt(P), -np.sqrt(N)], [0.0, 0.0]])
    W2 = np.array([[np.sqrt(P)], [np.sqrt(N)]])
    phi = GeneralizedReLU(a, b)
    return Instance(TwoLayerNetwork(X, W1_star, W2, phi, phi, 1.0, 1.0), W1)


def counterexample() -> Instance:
    """m = 1, d = 1, d' = 2, in Fractions: err > 0 and the gradient points away from W1*.

    x = 1, a = 1/2, b = 1, w2 = (1/2, 1/2), W1* = (1/2, -1/2), W1 = (-1/4, 1/4).
    z* = (1/2, -1/2): u* = (1/2)(1/2) - (1/2)(1/4) = 1/8. z = (-1/4, 1/4): u = 1/16. D = -1/16, so
    err = 1/256; g2 = 1, g1 = diag(1/2, 1) and <G, W1 - W1*> = 2 D (1/2)(1/2 (-3/4) + 3/4) = -3/128.
    No score is 0, so it stays a violation nearby: an open set of them, for every kappa > 0.
    """
    return _one_sample(Fraction(1, 2), ["1/2", "1/2"], ["1/2", "-1/2"], ["-1/4", "1/4"])


def failing_instance() -> Instance:
    """The same shape with err = 0.19010, near the supremum b^2 (b-a)^2 = 49/256 = 0.19141.

    a = 9/16, b = 1, w2 = (4/5, 3/5), W1* = (4/5, -3/5), W1 = (-1, 1)/100; W1_max = W2_max = 1.
    """
    return _one_sample(Fraction(9, 16), ["4/5", "3/5"], ["4/5", "-3/5"], ["-1/100", "1/100"])


def swapped_columns(t: Fraction = Fraction(1, 10)) -> Instance:
    """d = d' = 2, equal w2: with W1*'s columns swapped the error is 0 too; near that, it fails.

    x = (3/5, -4/5), a = 1/10, b = 1, w2 = (1/2, 1/2), W1* = I/2, W1 = (P + t (I - P))/2, P swaps.
    """
    identity, swap = exact.rational([[1, 0], [0, 1]]), exact.rational([[0, 1], [1, 0]])
    one, half = Fraction(1), Fraction(1, 2)
    phi = GeneralizedReLU(Fraction(1, 10), one)
    W2 = exact.rational([["1/2"], ["1/2"]])
    network = TwoLayerNetwork(
        exact.rational([["3/5", "-4/5"]]), identity * half, W2, phi, phi, one, one
    )
    return Instance(network, (swap + t * (identity - swap)) * half)


def _one_sample(a: Fraction, w2: list, W1_star: list, W1: list) -> Instance:
    one = Fraction(1)
    phi = GeneralizedReLU(a, one)
    network = TwoLayerNetwork(
        exact.rational([[1]]), exact.rational([W1_star]), exact.rational(w2)[:, None], phi, phi,
        one, one,
    )
    return Instance(network, exact.rational([W1]))


def direction_margin(instances: Instance) -> np.ndarray:
    """Of the claim that some kappa works, by c, the cosine between G and W1 - W1*.

    c > 0: 1 + c. Else c, or -inf if G = 0: the gradient points away from W1*, and SLQC fails for
    every kappa and every eps below the error. inf where the error is no larger than at W1*.
    """
    slqc = instances.slqc()
    distance = balls.norm(instances.point - instances.problem.optimum, 2)
    size = slqc.gradient_norm * distance
    cosine = slqc.progress / np.where(size > 0, size, 1.0)
    margin = np.where(cosine > 0, 1 + cosine, cosine)
    return np.where(slqc.gap <= 0, np.inf, np.where(size > 0, margin, -np.inf))


def one_sample_supremum(network: TwoLayerNetwork, W1: np.ndarray) -> Chain:
    """m = 1, one output, <G, W1 - W1*> <= 0: then err <= b^2 (b-a)^2 W1^2 W2^2. Works on stacks.

    With `failing_instance` and its limit, the exact supremum of the errors where SLQC fails.
    """
    t = _Terms(network, W1)
    a, b, W1_max, W2_max = numbers(network)
    e, delta, D = (np.abs(v[..., 0, 0]) for v in (t.e, t.delta, t.D))
    return chain(
        "one sample",
        Line("err(W1, w2)", network.error(W1)),
        Line("D^2", D**2, EQUAL, "m = 1, one output"),
        Line("b^2 delta^2", b**2 * delta**2, AT_MOST, "phi2 is b-Lipschitz"),
        Line("b^2 e^2", b**2 * e**2, AT_MOST,
             "0 >= <G, W1 - W1*> = 2 g D (u - u* + e) >= 2 g |D| (delta - |e|)"),
        Line("b^2 (b-a)^2 W1^2 W2^2", bounds.failing_error_inner_layer(a, b, W1_max, W2_max),
             AT_MOST, "the bound on the mismatch"),
    )
