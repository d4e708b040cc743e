"""Every kappa, radius, step size, sample size and iteration count, each with its source.

The paper's own constants carry the number of their theorem. The companion's sharper or repaired
ones end in `_sharp` or `_repaired`; their proofs are in the module of that theorem.
Symbols: a, b the slopes of Definition 3; W, W1, W2 bounds on norms (numbers, not matrices);
eps, delta as in the paper. Everything works element by element on arrays.

Raises InputError, naming it, for a number outside the range that its symbol has: 0 < a <= b,
0 < delta < 1, positive kappa, W, ...
"""

import numpy as np

from . import checks
from .exceptions import InputError

Number = float | np.ndarray

_RANGES = {
    "eps": {"at_least": 0},  # 0 as a limit, where nothing is divided by it
    "delta": {"above": 0, "below": 1}, "outer_distance": {"at_least": 0},
    "distance": {"at_least": 0}, "eta": {"at_least": 0}, "T": {"at_least": 1},
    "b0": {"at_least": 1},
}


def _in_range(**numbers: Number) -> list[Number]:
    """The numbers; InputError for one that isn't in its range: positive, if _RANGES has none.

    Floats become NumPy's, which go to infinity with a RuntimeWarning where Python's would raise
    OverflowError or ZeroDivisionError.
    """
    numbers = {
        name: checks.numbers_in(name, value, **_RANGES.get(name, {"above": 0}))
        for name, value in numbers.items()
    }
    for low, high in (("a", "b"), ("gamma", "L")):
        if low in numbers and not np.all(np.asarray(numbers[low]) <= numbers[high]):
            raise InputError(
                f"{low}, {high} are {numbers[low]}, {numbers[high]}; allowed is 0 < {low} <= {high}"
            )
    return [np.float64(x) if isinstance(x, float) else x for x in numbers.values()]


# Theorem 2: a GLM with noise


def m_theorem_2(a: Number, b: Number, W: Number, eps: Number, delta: Number) -> Number:
    """Section 5.2, last line: m >= 288 b^4 W^4 / a^2 log(1/delta) / eps^2 samples."""
    a, b, W, eps, delta = _in_range(a=a, b=b, W=W, eps=eps, delta=delta)
    checks.numbers_in("eps", eps, above=0)
    return 288 * b**4 * W**4 / a**2 * np.log(1 / delta) / eps**2


def kappa_theorem_2_repaired(eps: Number, a: Number, b: Number) -> Number:
    """Theorem 2, repaired: kappa(eps) = (a + b) sqrt(2 b eps/a) = 2 sqrt(2) kappa_sharp."""
    eps, a, b = _in_range(eps=eps, a=a, b=b)
    return (a + b) * np.sqrt(2 * b * eps / a)


def m_theorem_2_repaired(a: Number, b: Number, eps: Number, delta: Number) -> Number:
    """Theorem 2, repaired: samples for probability >= 1 - 2 delta; free of W, and 1/eps.

    m >= 1/eps max{16 (b/a)^2 log(1/delta), 8 b^3 (1 + sqrt(2 log(1/delta)))^2 / (a (a + b)^2)}

    Asks of the noise only that each xi_i, given the inputs, is independent, has mean zero and lies
    in an interval of length 1, as labels in [0, 1] do.
    """
    a, b, eps, delta = _in_range(a=a, b=b, eps=eps, delta=delta)
    checks.numbers_in("eps", eps, above=0)
    log = np.log(1 / delta)
    progress = 16 * (b / a) ** 2 * log
    noise = 8 * b**3 * (1 + np.sqrt(2 * log)) ** 2 / (a * (a + b) ** 2)
    return np.maximum(progress, noise) / eps


# Theorems 4 and 5: the inner layer


def radius_theorem_4(eps: Number, a: Number, b: Number, W1: Number, W2: Number) -> Number:
    """eps/kappa of Theorems 4 and 5 = a eps/(4 b^5 W2^2 W1) - W1; negative for small eps."""
    eps, a, b, W1, W2 = _in_range(eps=eps, a=a, b=b, W1=W1, W2=W2)
    return a * eps / (4 * b**5 * W2**2 * W1) - W1


def kappa_theorem_4(eps: Number, a: Number, b: Number, W1: Number, W2: Number) -> Number:
    """Theorems 4 and 5: kappa = (a/(4 b^5 W2^2 W1) - W1/eps)^-1, as printed.

    Positive, as Definition 4 asks, only for eps > threshold_theorem_4; nan elsewhere.
    """
    eps, a, b, W1, W2 = _in_range(eps=eps, a=a, b=b, W1=W1, W2=W2)
    r = np.asarray(radius_theorem_4(eps, a, b, W1, W2))
    return np.where(r > 0, eps / np.where(r > 0, r, 1.0), np.nan)[()]


def threshold_theorem_4(a: Number, b: Number, W1: Number, W2: Number) -> Number:
    """The kappa of Theorems 4 and 5 is positive only for eps > 4 b^5 W2^2 W1^2 / a."""
    a, b, W1, W2 = _in_range(a=a, b=b, W1=W1, W2=W2)
    return 4 * b**5 * W2**2 * W1**2 / a


def error_bound_two_layer(b: Number, W1: Number, W2: Number) -> Number:
    """err(W1, W2) <= 4 b^4 W2^2 W1^2 (section 5.5): never above threshold_theorem_4.

    Not attained for a < b: see largest_error_two_layer.
    """
    b, W1, W2 = _in_range(b=b, W1=W1, W2=W2)
    return 4 * b**4 * W2**2 * W1**2


def largest_error_two_layer(a: Number, b: Number, W1: Number, W2: Number) -> Number:
    """(a^2 + b^2)^2 W1^2 W2^2: the largest err(W1, W2) with W2 = W2*, attained (inner_layer)."""
    a, b, W1, W2 = _in_range(a=a, b=b, W1=W1, W2=W2)
    return (a**2 + b**2) ** 2 * W1**2 * W2**2


def mu(eta: Number, a: Number, b: Number) -> Number:
    """The companion's mu(eta), eta = sqrt(eps)/(b W1 W2): the progress that an error forces.

    mu = 2 eta tau/(1 + tau^2) with
    tau = sqrt(b/a)                                    if eta^2 <= ab (Kantorovich)
        = (eta + sqrt((b - a)(b^2 - eta^2)/a))/b       if ab <= eta^2 <= b^2
        = 1                                            if eta >= b
    Continuous and nondecreasing in eta.
    """
    eta, a, b = _in_range(eta=eta, a=a, b=b)
    tau = _tau(eta, a, b)
    return 2 * eta * tau / (1 + tau**2)


def _tau(eta: Number, a: Number, b: Number) -> Number:
    middle = (eta + np.sqrt((b - a) * np.maximum(b**2 - eta**2, 0) / a)) / b
    return np.where(eta**2 <= a * b, np.sqrt(b / a), np.where(eta >= b, 1.0, middle))[()]


def square_weight(eta: Number, a: Number, b: Number) -> Number:
    """lambda = 1 + tau^2 of Lemma A (inner_layer)."""
    eta, a, b = _in_range(eta=eta, a=a, b=b)
    return 1 + _tau(eta, a, b) ** 2


def radius_inner_layer(
    eps: Number, a: Number, b: Number, W1: Number, W2: Number, outer_distance: Number = 0.0
) -> Number:
    """Theorems 4 and 5, repaired: the radius r(eps) of the ball for which SLQC is proved.

    r = (mu(eta) - (b - a) - b outer_distance/W2) W1/b,   eta = sqrt(eps)/(b W1 W2)

    outer_distance = ||w2 - w2*|| (one output; 0 for Theorem 5). The theorem speaks where r > 0:
    for eps > eps_0 (`least_eps_inner_layer`), below every largest error, so it is never vacuous.
    """
    eps, a, b, W1, W2, outer_distance = _in_range(
        eps=eps, a=a, b=b, W1=W1, W2=W2, outer_distance=outer_distance
    )
    eta = np.sqrt(eps) / (b * W1 * W2)
    return (mu(eta, a, b) - (b - a) - b * outer_distance / W2) * W1 / b


def kappa_inner_layer(
    eps: Number, a: Number, b: Number, W1: Number, W2: Number, outer_distance: Number = 0.0
) -> Number:
    """Theorems 4 and 5, repaired: kappa = eps/r(eps) where the radius is positive, else nan."""
    eps, a, b, W1, W2, outer_distance = _in_range(
        eps=eps, a=a, b=b, W1=W1, W2=W2, outer_distance=outer_distance
    )
    r = np.asarray(radius_inner_layer(eps, a, b, W1, W2, outer_distance))
    return np.where(r > 0, eps / np.where(r > 0, r, 1.0), np.nan)[()]


def least_eps_inner_layer(a: Number, b: Number, W1: Number, W2: Number) -> Number:
    """eps_0: the repaired Theorems 4 and 5 speak of every eps above it.

    eps_0 = b^2 (b-a)^2 (a+b)^2/(4ab) W1^2 W2^2                  if b/a <= 1 + sqrt 2,
          = b^2 (b^2 - lam a^2) W1^2 W2^2 otherwise,
    lam = 2 [(a^2 + b^2) + (b - a) sqrt(a (a + 2b))]/((b - a)^2 + 4a^2).
    """
    a, b, W1, W2 = _in_range(a=a, b=b, W1=W1, W2=W2)
    lam = 2 * ((a**2 + b**2) + (b - a) * np.sqrt(a * (a + 2 * b))) / ((b - a) ** 2 + 4 * a**2)
    near = (b - a) ** 2 * (a + b) ** 2 / (4 * a * b)
    return b**2 * np.where(b <= (1 + np.sqrt(2)) * a, near, b**2 - lam * a**2) * W1**2 * W2**2


def failing_error_inner_layer(a: Number, b: Number, W1: Number, W2: Number) -> Number:
    """b^2 (b - a)^2 W1^2 W2^2: for every eps below it the inner layer fails to be SLQC.

    For every kappa, at some network with one sample and two hidden units (inner_layer); it is the
    exact supremum for one sample and one output.
    """
    a, b, W1, W2 = _in_range(a=a, b=b, W1=W1, W2=W2)
    return b**2 * (b - a) ** 2 * W1**2 * W2**2


def radius_kantorovich_inner(
    eps: Number, a: Number, b: Number, W1: Number, W2: Number, outer_distance: Number = 0.0
) -> Number:
    """The simpler radius: b W2 r = 2 sqrt(a eps/b)/(a+b) - (b-a) W1 W2 - b W1 ||W2 - W2*||.

    It is radius_inner_layer for eta^2 <= ab and smaller beyond, but allows W2 != W2* with many
    outputs. Vacuous from b/a = 4.77 on: it is negative at the largest error.
    """
    eps, a, b, W1, W2, outer_distance = _in_range(
        eps=eps, a=a, b=b, W1=W1, W2=W2, outer_distance=outer_distance
    )
    bracket = (
        2 * np.sqrt(a * eps / b) / (a + b) - (b - a) * W1 * W2 - b * W1 * outer_distance
    )
    return bracket / (b * W2)


# Theorem 6: SNGD


def step_theorem_6(eps: Number, kappa: Number) -> Number:
    """Theorem 6: eta = eps/kappa."""
    eps, kappa = _in_range(eps=eps, kappa=kappa)
    return eps / kappa


def iterations_theorem_6(eps: Number, kappa: Number, distance: Number) -> Number:
    """Theorem 6: T >= kappa^2 ||w_1 - w*||^2 / eps^2; the least whole T.

    With kappa_sharp(eps, a, b) it is ((a+b)^2 b/(4a)) ||w_1 - w*||^2 / eps.
    """
    eps, kappa, distance = _in_range(eps=eps, kappa=kappa, distance=distance)
    checks.numbers_in("eps", eps, above=0)
    return np.ceil(kappa**2 * distance**2 / eps**2)


def minibatch_theorem_6(
    eps: Number, delta: Number, T: Number, M: Number, b0: Number = 1
) -> Number:
    """Theorem 6: b >= max{M^2 log(4T/delta) / (2 eps^2), b0}, |f_t| <= M; the least whole b."""
    eps, delta, T, M, b0 = _in_range(eps=eps, delta=delta, T=T, M=M, b0=b0)
    checks.numbers_in("eps", eps, above=0)
    return np.ceil(np.maximum(M**2 * np.log(4 * T / delta) / (2 * eps**2), b0))
