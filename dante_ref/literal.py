"""Section 5's subgradients as the proofs write them: one sample at a time, g1 and g2 diagonal.

This is the specification: slow, and line by line the paper's. `objectives` computes the same by
matrix products alone; the tests hold the two together. Each function takes an objective and its
weights, of one problem, no stack, and raises InputError for weights that don't go with it.
"""

import numpy as np

from . import checks
from .activations import Activation
from .arrays import Array
from .objectives import GLMObjective, InnerLayerObjective, LayerObjective


def glm(f: GLMObjective, w: Array) -> Array:
    """G(w) = 2/m Σᵢ g⟨w, xᵢ⟩ (φ⟨w, xᵢ⟩ − yᵢ) xᵢ (section 5.1). Shape (d,)."""
    w = f.check_weights(w, single=True)
    G = np.zeros_like(w)
    for x_i, y_i in zip(f.X, f.y, strict=True):
        z = w @ x_i
        G += f.phi.g(z) * (f.phi.phi(z) - y_i) * x_i
    return 2 / f.m * G


def layer(f: LayerObjective, W: Array) -> Array:
    """G(W) = [G(w_1) ... G(w_d')], a GLM's subgradient for each output (section 5.4). (d, d')."""
    W = f.check_weights(W, single=True)
    return np.stack(
        [glm(GLMObjective(f.X, y_j, f.phi), w_j) for w_j, y_j in zip(W.T, f.Y.T, strict=True)],
        axis=1,
    )


def g1(W1: Array, x: Array, phi1: Activation) -> Array:
    """g₁(W₁, x), the diagonal d′ × d′ matrix of φ₁'s slopes at ⟨W₁, x⟩ (section 5.5)."""
    checks.of_type("phi1", phi1, Activation)
    W1, x = checks.single(W1=(W1, ("d", "d'")), x=(x, ("d",)))
    return np.diag(phi1.g(W1.T @ x))


def g2(W1: Array, W2: Array, x: Array, phi1: Activation, phi2: Activation) -> Array:
    """g₂(W₁, W₂, x), the diagonal d″ × d″ matrix of φ₂'s slopes at ⟨W₂, φ₁⟨W₁, x⟩⟩."""
    checks.of_type("phi1", phi1, Activation)
    checks.of_type("phi2", phi2, Activation)
    W1, W2, x = checks.single(W1=(W1, ("d", "d'")), W2=(W2, ("d'", "d''")), x=(x, ("d",)))
    return np.diag(phi2.g(W2.T @ phi1.phi(W1.T @ x)))


def inner_single(f: InnerLayerObjective, W1: Array) -> Array:
    """∇_W₁ err(W₁, w₂), one output (section 5.5, Step 1 and the chain rule under it). (d, d').

    2/m Σᵢ g₂(W₁, w₂, xᵢ) (φ₂⟨w₂, φ₁⟨W₁, xᵢ⟩⟩ − yᵢ) xᵢ w₂ᵀ g₁(W₁, xᵢ)ᵀ
    """
    W1 = f.check_weights(W1, single=True)
    (W2,), (phi1, phi2) = f.above, f.activations
    checks.shape_is("Y", f.Y, (f.m, 1), "(m, 1)")
    w2, y = W2[:, 0], f.Y[:, 0]
    G = np.zeros_like(W1)
    for x_i, y_i in zip(f.X, y, strict=True):
        u = w2 @ phi1.phi(W1.T @ x_i)
        x_w2T_g1 = np.outer(x_i, w2) @ g1(W1, x_i, phi1).T
        G += phi2.g(u) * (phi2.phi(u) - y_i) * x_w2T_g1
    return 2 / f.m * G


def inner(f: InnerLayerObjective, W1: Array) -> Array:
    """∇_W₁ err(W₁, W₂) = Σⱼ ∇_W₁ err(W₁, w₂ⱼ), over the outputs j (section 5.6). (d, d').
    """
    W1 = f.check_weights(W1, single=True)
    G = np.zeros_like(W1)
    for j in range(f.Y.shape[1]):
        of_output_j = InnerLayerObjective(
            f.X, f.Y[:, j:j + 1], (f.above[0][:, j:j + 1],), f.activations
        )
        G += inner_single(of_output_j, W1)
    return G


def inner_diagonal(f: InnerLayerObjective, W1: Array) -> Array:
    """The same with all outputs at once: 2/m Σᵢ xᵢ (g₁ W₂ g₂ (φ₂⟨...⟩ − yᵢ))ᵀ. (d, d')."""
    W1 = f.check_weights(W1, single=True)
    (W2,), (phi1, phi2) = f.above, f.activations
    G = np.zeros_like(W1)
    for x_i, y_i in zip(f.X, f.Y, strict=True):
        residual = phi2.phi(W2.T @ phi1.phi(W1.T @ x_i)) - y_i
        back = g1(W1, x_i, phi1) @ W2 @ g2(W1, W2, x_i, phi1, phi2) @ residual
        G += np.outer(x_i, back)
    return 2 / f.m * G
