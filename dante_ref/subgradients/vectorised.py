"""The subgradients of section 5 by matrix products alone: `literal`, made fast.

A diagonal matrix times a vector is an element-wise product, and a sum of outer products x_i r_i^T
is the matrix product X^T R. Stacks of problems (axes in front) are welcome. Bad arrays: as in
`errors`.
"""

import numpy as np

from .. import checks
from ..activations import Activation


def glm(w: np.ndarray, X: np.ndarray, y: np.ndarray, phi: Activation) -> np.ndarray:
    """G(w) = 2/m X^T (g o (phi(Xw) - y)) (section 5.1). w (..., d), y (..., m) -> (..., d)."""
    checks.of_type("phi", phi, Activation)
    w, X, y = checks.stacks(w=(w, "d"), X=(X, "md"), y=(y, "m"))
    return layer(w[..., None], X, y[..., None], phi)[..., 0]


def layer(W: np.ndarray, X: np.ndarray, Y: np.ndarray, phi: Activation) -> np.ndarray:
    """G(W) = 2/m X^T (g o (phi(XW) - Y)) (section 5.4). W (..., d, d'), Y (..., m, d')."""
    checks.of_type("phi", phi, Activation)
    W, X, Y = checks.stacks(W=(W, "dn"), X=(X, "md"), Y=(Y, "mn"))
    Z = X @ W
    return X.mT @ (phi.g(Z) * (phi.phi(Z) - Y)) * 2 / X.shape[-2]


def inner_single(
    W1: np.ndarray, w2: np.ndarray, X: np.ndarray, y: np.ndarray,
    phi1: Activation, phi2: Activation,
) -> np.ndarray:
    """grad_W1 err(W1, w2), one output (section 5.5). w2 (..., d'), y (..., m) -> (..., d, d')."""
    checks.of_type("phi1", phi1, Activation)
    checks.of_type("phi2", phi2, Activation)
    W1, w2, X, y = checks.stacks(W1=(W1, "dk"), w2=(w2, "k"), X=(X, "md"), y=(y, "m"))
    return inner(W1, w2[..., None], X, y[..., None], phi1, phi2)


def inner(
    W1: np.ndarray, W2: np.ndarray, X: np.ndarray, Y: np.ndarray,
    phi1: Activation, phi2: Activation,
) -> np.ndarray:
    """grad_W1 err(W1, W2) = 2/m X^T (g1 o ((g2 o (phi2(..) - Y)) W2^T)) (section 5.6).

    W1 (..., d, d'), W2 (..., d', d''), Y (..., m, d'') -> (..., d, d').
    """
    checks.of_type("phi1", phi1, Activation)
    checks.of_type("phi2", phi2, Activation)
    W1, W2, X, Y = checks.stacks(W1=(W1, "dk"), W2=(W2, "kn"), X=(X, "md"), Y=(Y, "mn"))
    Z1 = X @ W1
    Z2 = phi1.phi(Z1) @ W2
    back = (phi2.g(Z2) * (phi2.phi(Z2) - Y)) @ W2.mT
    return X.mT @ (phi1.g(Z1) * back) * 2 / X.shape[-2]
