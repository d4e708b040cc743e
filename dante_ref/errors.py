"""The empirical errors of section 3.2, normalised as there: mean over samples, sum over outputs.

Shapes: X is (m, d), one sample x_i a row. Every argument may carry further axes in front, the
same for all: a stack of problems of one shape, evaluated by a few matrix products.
Raises InputError for arrays that aren't finite real numbers of these shapes. Where finite numbers
overflow, NumPy's RuntimeWarning says so.
In the paper's notation phi<W, x> = phi(W^T x); with samples as rows that is phi(X W).
"""

import numpy as np

from . import checks
from .activations import Activation


def scores(w: np.ndarray, X: np.ndarray) -> np.ndarray:
    """<w, x_i> for every sample: w (..., d), X (..., m, d) -> (..., m)."""
    w, X = checks.stacks(w=(w, "d"), X=(X, "md"))
    return _scores(w, X)


def glm_predict(w: np.ndarray, X: np.ndarray, phi: Activation) -> np.ndarray:
    """phi<w, x_i> (Definition 2): w (..., d), X (..., m, d) -> (..., m)."""
    checks.of_type("phi", phi, Activation)
    return phi.phi(scores(w, X))


def layer_predict(W: np.ndarray, X: np.ndarray, phi: Activation) -> np.ndarray:
    """phi<W, x_i> (before Theorem 3): W (..., d, d'), X (..., m, d) -> (..., m, d')."""
    checks.of_type("phi", phi, Activation)
    W, X = checks.stacks(W=(W, "dn"), X=(X, "md"))
    return _layer(W, X, phi)


def two_layer_predict(
    W1: np.ndarray, W2: np.ndarray, X: np.ndarray, phi1: Activation, phi2: Activation
) -> np.ndarray:
    """phi2<W2, phi1<W1, x_i>> (equation 4): W1 (..., d, d'), W2 (..., d', d'') -> (..., m, d'')."""
    _are_activations(phi1, phi2)
    W1, W2, X = checks.stacks(W1=(W1, "dk"), W2=(W2, "kn"), X=(X, "md"))
    return _layer(W2, _layer(W1, X, phi1), phi2)


def glm_error(w: np.ndarray, X: np.ndarray, y: np.ndarray, phi: Activation) -> np.ndarray:
    """err(w) = 1/m sum_i (y_i - phi<w, x_i>)^2 (Definition 2); y (..., m)."""
    checks.of_type("phi", phi, Activation)
    w, X, y = checks.stacks(w=(w, "d"), X=(X, "md"), y=(y, "m"))
    return np.mean((y - phi.phi(_scores(w, X))) ** 2, axis=-1)


def layer_error(W: np.ndarray, X: np.ndarray, Y: np.ndarray, phi: Activation) -> np.ndarray:
    """err(W) = 1/m sum_i ||y_i - phi<W, x_i>||^2 (before Theorem 3); Y (..., m, d')."""
    checks.of_type("phi", phi, Activation)
    W, X, Y = checks.stacks(W=(W, "dn"), X=(X, "md"), Y=(Y, "mn"))
    return _mean_square(Y - _layer(W, X, phi))


def two_layer_error_single(
    W1: np.ndarray, w2: np.ndarray, X: np.ndarray, y: np.ndarray,
    phi1: Activation, phi2: Activation,
) -> np.ndarray:
    """err(W1, w2) = 1/m sum_i (y_i - phi2<w2, phi1<W1, x_i>>)^2 (before Theorem 4).

    w2 (..., d'), y (..., m).
    """
    _are_activations(phi1, phi2)
    W1, w2, X, y = checks.stacks(W1=(W1, "dk"), w2=(w2, "k"), X=(X, "md"), y=(y, "m"))
    return two_layer_error(W1, w2[..., None], X, y[..., None], phi1, phi2)


def two_layer_error(
    W1: np.ndarray, W2: np.ndarray, X: np.ndarray, Y: np.ndarray,
    phi1: Activation, phi2: Activation,
) -> np.ndarray:
    """err(W1, W2) = 1/m sum_i ||y_i - phi2<W2, phi1<W1, x_i>>||^2 (before Theorem 5).

    W2 (..., d', d''), Y (..., m, d'').
    """
    _are_activations(phi1, phi2)
    W1, W2, X, Y = checks.stacks(W1=(W1, "dk"), W2=(W2, "kn"), X=(X, "md"), Y=(Y, "mn"))
    return _mean_square(Y - _layer(W2, _layer(W1, X, phi1), phi2))


# The formulas on arrays that are checked.


def _scores(w: np.ndarray, X: np.ndarray) -> np.ndarray:
    return (X @ w[..., None])[..., 0]


def _layer(W: np.ndarray, X: np.ndarray, phi: Activation) -> np.ndarray:
    return phi.phi(X @ W)


def _mean_square(residual: np.ndarray) -> np.ndarray:
    return np.mean(np.sum(residual**2, axis=-1), axis=-1)


def _are_activations(phi1: Activation, phi2: Activation) -> None:
    checks.of_type("phi1", phi1, Activation)
    checks.of_type("phi2", phi2, Activation)
