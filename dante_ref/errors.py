"""The empirical errors of section 3.2, normalised as there: mean over samples, sum over outputs.

Shapes: X is (m, d), one sample x_i a row. Every argument may carry further axes in front, the
same for all: a stack of problems of one shape, evaluated by a few matrix products.
In the paper's notation phi<W, x> = phi(W^T x); with samples as rows that is phi(X W).
"""

import numpy as np

from .activations import Activation


def scores(w: np.ndarray, X: np.ndarray) -> np.ndarray:
    """<w, x_i> for every sample: w (..., d), X (..., m, d) -> (..., m)."""
    return (X @ w[..., None])[..., 0]


def glm_predict(w: np.ndarray, X: np.ndarray, phi: Activation) -> np.ndarray:
    """phi<w, x_i> (Definition 2): w (..., d), X (..., m, d) -> (..., m)."""
    return phi.phi(scores(w, X))


def layer_predict(W: np.ndarray, X: np.ndarray, phi: Activation) -> np.ndarray:
    """phi<W, x_i> (before Theorem 3): W (..., d, d'), X (..., m, d) -> (..., m, d')."""
    return phi.phi(X @ W)


def two_layer_predict(
    W1: np.ndarray, W2: np.ndarray, X: np.ndarray, phi1: Activation, phi2: Activation
) -> np.ndarray:
    """phi2<W2, phi1<W1, x_i>> (equation 4): W1 (..., d, d'), W2 (..., d', d'') -> (..., m, d'')."""
    return layer_predict(W2, layer_predict(W1, X, phi1), phi2)


def glm_error(w: np.ndarray, X: np.ndarray, y: np.ndarray, phi: Activation) -> np.ndarray:
    """err(w) = 1/m sum_i (y_i - phi<w, x_i>)^2 (Definition 2); y (..., m)."""
    return np.mean((y - glm_predict(w, X, phi)) ** 2, axis=-1)


def layer_error(W: np.ndarray, X: np.ndarray, Y: np.ndarray, phi: Activation) -> np.ndarray:
    """err(W) = 1/m sum_i ||y_i - phi<W, x_i>||^2 (before Theorem 3); Y (..., m, d')."""
    return np.mean(np.sum((Y - layer_predict(W, X, phi)) ** 2, axis=-1), axis=-1)


def two_layer_error_single(
    W1: np.ndarray, w2: np.ndarray, X: np.ndarray, y: np.ndarray,
    phi1: Activation, phi2: Activation,
) -> np.ndarray:
    """err(W1, w2) = 1/m sum_i (y_i - phi2<w2, phi1<W1, x_i>>)^2 (before Theorem 4).

    w2 (..., d'), y (..., m).
    """
    return glm_error(w2, layer_predict(W1, X, phi1), y, phi2)


def two_layer_error(
    W1: np.ndarray, W2: np.ndarray, X: np.ndarray, Y: np.ndarray,
    phi1: Activation, phi2: Activation,
) -> np.ndarray:
    """err(W1, W2) = 1/m sum_i ||y_i - phi2<W2, phi1<W1, x_i>>||^2 (before Theorem 5).

    W2 (..., d', d''), Y (..., m, d'').
    """
    return layer_error(W2, layer_predict(W1, X, phi1), Y, phi2)
