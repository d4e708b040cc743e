"""Every kappa, radius, step size, sample size and iteration count, each with its source.

The paper's own constants carry the number of their theorem. The companion's sharper or repaired
ones end in `_sharp` or `_repaired`; their proofs are in the module of that theorem.
Symbols: a, b the slopes of Definition 3; W, W1, W2 bounds on norms (numbers, not matrices);
eps, delta as in the paper. Everything works element by element on arrays.
"""

import numpy as np

Number = float | np.ndarray


def radius(eps: Number, kappa: Number) -> Number:
    """eps/kappa, the radius of the ball in Definitions 1 and 4."""
    return eps / kappa


# Theorems 1 and 3: one GLM, one layer


def kappa_theorem_1(a: Number, b: Number, W: Number) -> Number:
    """Theorem 1 (also 2 and 3): kappa = 2 b^3 W / a."""
    return 2 * b**3 * W / a


def kappa_theorem_3(a: Number, b: Number, W: Number) -> Number:
    """Theorem 3 prints Theorem 1's kappa = 2 b^3 W / a, W bounding the Frobenius norm."""
    return kappa_theorem_1(a, b, W)


def kappa_sharp(eps: Number, gamma: Number, L: Number) -> Number:
    """Theorems 1 and 3, sharp: kappa(eps) = (gamma + L)/2 sqrt(L eps/gamma); free of W.

    For any monotone activation with slopes in [gamma, L]; gamma = a, L = b for Definition 3.
    Never above kappa_theorem_1 where eps can occur, since eps <= 4 b^2 W^2.
    """
    return (gamma + L) / 2 * np.sqrt(L * eps / gamma)


def kappa_sigmoid_hazan(W: Number) -> Number:
    """Hazan et al. as quoted after Definition 2: kappa = e^W for the sigmoid, W = ||w*||."""
    return np.exp(W)


def error_bound_glm(b: Number, W: Number) -> Number:
    """err(w) <= 4 b^2 W^2 when w, w* are in B(0, W): no eps above it can occur (section 5.1)."""
    return 4 * b**2 * W**2


# Theorem 2: a GLM with noise


def m_theorem_2(a: Number, b: Number, W: Number, eps: Number, delta: Number) -> Number:
    """Section 5.2, last line: m >= 288 b^4 W^4 / a^2 log(1/delta) / eps^2 samples."""
    return 288 * b**4 * W**4 / a**2 * np.log(1 / delta) / eps**2


def kappa_theorem_2_repaired(eps: Number, a: Number, b: Number) -> Number:
    """Theorem 2, repaired: kappa(eps) = (a + b) sqrt(2 b eps/a) = 2 sqrt(2) kappa_sharp."""
    return 2 * np.sqrt(2) * kappa_sharp(eps, a, b)


def m_theorem_2_repaired(a: Number, b: Number, W: Number, eps: Number, delta: Number) -> Number:
    """Theorem 2, repaired: samples for probability >= 1 - 2 delta.

    m >= max{128 b^2 W^2 log(1/delta)/eps^2,
             144 b^4 W^2 (1 + sqrt(2 log(1/delta)))^2 / (a^2 eps^2)}
    """
    log = np.log(1 / delta)
    hoeffding = 128 * b**2 * W**2 * log / eps**2
    mcdiarmid = 144 * b**4 * W**2 * (1 + np.sqrt(2 * log)) ** 2 / (a**2 * eps**2)
    return np.maximum(hoeffding, mcdiarmid)


# Theorems 4 and 5: the inner layer


def radius_theorem_4(eps: Number, a: Number, b: Number, W1: Number, W2: Number) -> Number:
    """eps/kappa of Theorems 4 and 5 = a eps/(4 b^5 W2^2 W1) - W1; negative for small eps."""
    return a * eps / (4 * b**5 * W2**2 * W1) - W1


def kappa_theorem_4(eps: Number, a: Number, b: Number, W1: Number, W2: Number) -> Number:
    """Theorems 4 and 5: kappa = (a/(4 b^5 W2^2 W1) - W1/eps)^-1, as printed.

    Positive, as Definition 4 asks, only for eps > threshold_theorem_4; nan elsewhere.
    """
    r = np.asarray(radius_theorem_4(eps, a, b, W1, W2))
    return np.where(r > 0, eps / np.where(r > 0, r, 1.0), np.nan)[()]


def threshold_theorem_4(a: Number, b: Number, W1: Number, W2: Number) -> Number:
    """The kappa of Theorems 4 and 5 is positive only for eps > 4 b^5 W2^2 W1^2 / a."""
    return 4 * b**5 * W2**2 * W1**2 / a


def error_bound_two_layer(b: Number, W1: Number, W2: Number) -> Number:
    """err(W1, W2) <= 4 b^4 W2^2 W1^2 (section 5.5): never above threshold_theorem_4."""
    return 4 * b**4 * W2**2 * W1**2


def radius_theorem_4_repaired(
    eps: Number, a: Number, b: Number, W1: Number, W2: Number, outer_distance: Number = 0.0
) -> Number:
    """Theorems 4 and 5, repaired: the radius r(eps) of the ball for which SLQC is proved.

    b W2 r = 2 sqrt(a eps/b)/(a + b) - (b - a) W1 W2 - b W1 ||W2 - W2*||

    with outer_distance = ||W2 - W2*||. The claim says something only where r > 0.
    """
    bracket = (
        2 * np.sqrt(a * eps / b) / (a + b) - (b - a) * W1 * W2 - b * W1 * outer_distance
    )
    return bracket / (b * W2)


def kappa_theorem_4_repaired(
    eps: Number, a: Number, b: Number, W1: Number, W2: Number, outer_distance: Number = 0.0
) -> Number:
    """Theorems 4 and 5, repaired: kappa = eps / r(eps) where the radius is positive, else nan."""
    r = np.asarray(radius_theorem_4_repaired(eps, a, b, W1, W2, outer_distance))
    return np.where(r > 0, eps / np.where(r > 0, r, 1.0), np.nan)[()]


# Theorem 6: SNGD


def step_theorem_6(eps: Number, kappa: Number) -> Number:
    """Theorem 6: eta = eps/kappa."""
    return eps / kappa


def iterations_theorem_6(eps: Number, kappa: Number, distance: Number) -> Number:
    """Theorem 6: T >= kappa^2 ||w_1 - w*||^2 / eps^2; the least whole T.

    With kappa_sharp(eps, a, b) it is ((a+b)^2 b/(4a)) ||w_1 - w*||^2 / eps.
    """
    return np.ceil(kappa**2 * distance**2 / eps**2)


def minibatch_theorem_6(
    eps: Number, delta: Number, T: Number, M: Number, b0: Number = 1
) -> Number:
    """Theorem 6: b >= max{M^2 log(4T/delta) / (2 eps^2), b0}, |f_t| <= M; the least whole b."""
    return np.ceil(np.maximum(M**2 * np.log(4 * T / delta) / (2 * eps**2), b0))
