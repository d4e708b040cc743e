"""Subgradients as the proofs of section 5 write them: one sample at a time, g1 and g2 diagonal.

This is the specification: slow, and line by line the paper's. `vectorised` has the same functions
for use; the tests hold the two together. One problem at a time, no stacks. Bad arrays: as in
`errors`.
"""

import numpy as np

from .. import checks
from ..activations import Activation


def glm(w: np.ndarray, X: np.ndarray, y: np.ndarray, phi: Activation) -> np.ndarray:
    """G(w) = 2/m sum_i g<w, x_i> (phi<w, x_i> - y_i) x_i (section 5.1). Shape (d,)."""
    checks.of_type("phi", phi, Activation)
    w, X, y = checks.single(w=(w, "d"), X=(X, "md"), y=(y, "m"))
    m = len(X)
    G = np.zeros_like(w)
    for x_i, y_i in zip(X, y, strict=True):
        z = w @ x_i
        G += phi.g(z) * (phi.phi(z) - y_i) * x_i
    return 2 / m * G


def layer(W: np.ndarray, X: np.ndarray, Y: np.ndarray, phi: Activation) -> np.ndarray:
    """G(W) = [G(w_1) ... G(w_d')], a GLM's subgradient for each output (section 5.4). (d, d')."""
    checks.of_type("phi", phi, Activation)
    W, X, Y = checks.single(W=(W, "dn"), X=(X, "md"), Y=(Y, "mn"))
    return np.stack(
        [glm(w_j, X, y_j, phi) for w_j, y_j in zip(W.T, Y.T, strict=True)], axis=1
    )


def g1(W1: np.ndarray, x: np.ndarray, phi1: Activation) -> np.ndarray:
    """g1(W1, x), the diagonal d' x d' matrix of phi1's slopes at <W1, x> (section 5.5)."""
    checks.of_type("phi1", phi1, Activation)
    W1, x = checks.single(W1=(W1, "dk"), x=(x, "d"))
    return np.diag(phi1.g(W1.T @ x))


def g2(
    W1: np.ndarray, W2: np.ndarray, x: np.ndarray, phi1: Activation, phi2: Activation
) -> np.ndarray:
    """g2(W1, W2, x), the diagonal d'' x d'' matrix of phi2's slopes at <W2, phi1<W1, x>>."""
    checks.of_type("phi1", phi1, Activation)
    checks.of_type("phi2", phi2, Activation)
    W1, W2, x = checks.single(W1=(W1, "dk"), W2=(W2, "kn"), x=(x, "d"))
    return np.diag(phi2.g(W2.T @ phi1.phi(W1.T @ x)))


def inner_single(
    W1: np.ndarray, w2: np.ndarray, X: np.ndarray, y: np.ndarray,
    phi1: Activation, phi2: Activation,
) -> np.ndarray:
    """grad_W1 err(W1, w2), one output (section 5.5, Step 1 and the chain rule under it). (d, d').

    2/m sum_i g2(W1, w2, x_i) (phi2<w2, phi1<W1, x_i>> - y_i) x_i w2^T g1(W1, x_i)^T
    """
    checks.of_type("phi1", phi1, Activation)
    checks.of_type("phi2", phi2, Activation)
    W1, w2, X, y = checks.single(W1=(W1, "dk"), w2=(w2, "k"), X=(X, "md"), y=(y, "m"))
    m = len(X)
    G = np.zeros_like(W1)
    for x_i, y_i in zip(X, y, strict=True):
        u = w2 @ phi1.phi(W1.T @ x_i)
        x_w2T_g1 = np.outer(x_i, w2) @ g1(W1, x_i, phi1).T
        G += phi2.g(u) * (phi2.phi(u) - y_i) * x_w2T_g1
    return 2 / m * G


def inner(
    W1: np.ndarray, W2: np.ndarray, X: np.ndarray, Y: np.ndarray,
    phi1: Activation, phi2: Activation,
) -> np.ndarray:
    """grad_W1 err(W1, W2) = sum_j grad_W1 err(W1, w2_j), over the outputs j (section 5.6). (d, d').
    """
    checks.of_type("phi1", phi1, Activation)
    checks.of_type("phi2", phi2, Activation)
    W1, W2, X, Y = checks.single(W1=(W1, "dk"), W2=(W2, "kn"), X=(X, "md"), Y=(Y, "mn"))
    return sum(
        inner_single(W1, w2_j, X, y_j, phi1, phi2) for w2_j, y_j in zip(W2.T, Y.T, strict=True)
    )


def inner_diagonal(
    W1: np.ndarray, W2: np.ndarray, X: np.ndarray, Y: np.ndarray,
    phi1: Activation, phi2: Activation,
) -> np.ndarray:
    """The same with all outputs at once: 2/m sum_i x_i (g1 W2 g2 (phi2<...> - y_i))^T. (d, d')."""
    checks.of_type("phi1", phi1, Activation)
    checks.of_type("phi2", phi2, Activation)
    W1, W2, X, Y = checks.single(W1=(W1, "dk"), W2=(W2, "kn"), X=(X, "md"), Y=(Y, "mn"))
    m = len(X)
    G = np.zeros_like(W1)
    for x_i, y_i in zip(X, Y, strict=True):
        residual = phi2.phi(W2.T @ phi1.phi(W1.T @ x_i)) - y_i
        back = g1(W1, x_i, phi1) @ W2 @ g2(W1, W2, x_i, phi1, phi2) @ residual
        G += np.outer(x_i, back)
    return 2 / m * G
