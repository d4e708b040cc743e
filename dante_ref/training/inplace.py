"""Activations and losses into buffers that exist: `activations` and `losses`, without new arrays.

In NumPy a pass over an array that fits the cache costs little, a new array or a masked loop much.
So the generalized ReLU and its subgradient are written without a branch, with 0 < a <= b:

    phi(z) = max(a z, b z),    g(z) = [z >= 0] clipped to a..b  (b [z >= 0] where b > 1)

and s(z) = 1/2 + tanh(z/2) / 2 uses tanh's vector instructions; g = s (1 - s) then, as is usual.
Its absolute error is of the order of rounding; where s is 1 to rounding, g is 0, which
`activations` avoids at twice the price. Activations of other types take their own phi and g.
"""

import numpy as np
from scipy.special import logsumexp

from ..activations import Activation, GeneralizedReLU, Identity, Sigmoid, Tanh
from .losses import CrossEntropy, Loss, SquaredError


def phi_into(phi: Activation, Z: np.ndarray, P: np.ndarray) -> None:
    """P <- phi(Z). Z keeps its signs, not always its size."""
    if type(phi) is GeneralizedReLU and np.ndim(phi.a) == np.ndim(phi.b) == 0:
        np.multiply(Z, phi.a, out=P)
        if phi.b != 1:
            np.multiply(Z, phi.b, out=Z)
        np.maximum(P, Z, out=P)
    elif type(phi) is Sigmoid:
        np.multiply(Z, 0.5, out=P)
        np.tanh(P, out=P)
        np.multiply(P, 0.5, out=P)
        np.add(P, 0.5, out=P)
    elif type(phi) is Tanh:
        np.tanh(Z, out=P)
    elif type(phi) is Identity:
        np.copyto(P, Z)
    else:
        np.copyto(P, phi.phi(Z))


def times_g(phi: Activation, D: np.ndarray, Z: np.ndarray, P: np.ndarray) -> None:
    """D <- g(Z) o D, after phi_into(phi, Z, P). Z is used up."""
    if type(phi) is GeneralizedReLU and np.ndim(phi.a) == np.ndim(phi.b) == 0:
        np.greater_equal(Z, 0, out=Z)
        if phi.b > 1:
            np.multiply(Z, phi.b, out=Z)
        np.clip(Z, phi.a, phi.b, out=Z)
        np.multiply(D, Z, out=D)
    elif type(phi) is Sigmoid:
        np.subtract(1, P, out=Z)
        np.multiply(Z, P, out=Z)
        np.multiply(D, Z, out=D)
    elif type(phi) is Tanh:
        np.multiply(P, P, out=Z)
        np.subtract(1, Z, out=Z)
        np.multiply(D, Z, out=D)
    elif type(phi) is not Identity:
        np.multiply(D, phi.g(Z), out=D)


def residual_into(
    loss: Loss, phi: Activation, Z: np.ndarray, P: np.ndarray, Y: np.ndarray, D: np.ndarray
) -> float:
    """D <- c times `loss.residual(Z, Y, phi)` and P <- something; c is returned. Z is used up."""
    if type(loss) is SquaredError:
        phi_into(phi, Z, P)
        np.subtract(P, Y, out=D)
        times_g(phi, D, Z, P)
        return 0.5
    if type(loss) is CrossEntropy:
        np.subtract(Z, logsumexp(Z, axis=1, keepdims=True), out=P)
        np.exp(P, out=D)
        np.multiply(D, Y.sum(axis=1, keepdims=True), out=D)
        np.subtract(D, Y, out=D)
        return 1.0
    np.copyto(D, loss.residual(Z, Y, phi))
    return 1.0
