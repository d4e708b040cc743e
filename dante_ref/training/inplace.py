"""Activations and losses into buffers that exist: `activations` and `losses`, without new arrays.

In NumPy a pass over an array that fits the cache costs little, a new array or a masked loop much.
So the generalized ReLU and its subgradient are written without a branch, with 0 < a <= b:

    phi(z) = max(a z, b z) = g(z) z,    g(z) has the bits of b, or of a where z has a sign bit

(-0 has one; there, where phi has a kink, every number in a..b is a subgradient). The sigmoid

    s(z) = 1/2 + tanh(z/2) / 2,    g = s (1 - s)

uses tanh's vector instructions. Its absolute error is of the order of rounding; where s is 1 to
rounding, g is 0, which `activations` avoids at twice the price. Activations of other types take
their own phi and g.

A residual's many passes are made over a few rows before the next few are taken, so that these stay
in the cache.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.special import logsumexp

from ..activations import Activation, GeneralizedReLU, Identity, Sigmoid, Tanh
from ..arrays import Array, blocks
from . import aligned
from .losses import CrossEntropy, Loss, SquaredError

CHUNK_BYTES = 1 << 18


def _chunks(Z: Array) -> Iterator[slice]:
    return blocks(len(Z), max(1, CHUNK_BYTES // Z[0].nbytes))


@dataclass(frozen=True)
class Targets:
    """The targets of a minibatch: Y[rows], or Y itself without rows. Gathered when asked for."""

    Y: Array
    rows: Array | None = None

    def part(self, part: slice, out: Array) -> Array:
        """The targets of this part of the minibatch, in `out` if they had to be gathered."""
        if self.rows is None:
            return self.Y[part]
        return take_rows(self.Y, self.rows[part], out)


def take_rows(X: Array, rows: Array, out: Array) -> Array:
    """out <- X[rows]; out."""
    if X.flags.c_contiguous:
        X.take(rows, axis=0, out=out, mode="clip")  # clip: without a buffer between
    else:  # take would first copy all of X, which may be memory-mapped columns
        out[...] = X[rows]
    return out


class ResidualInto:
    """Z ← c times `loss.residual(Z, targets, phi)`; c = 1, or 1/2 where that saves a pass.

    Z (b, n) is always the same array: its parts, and the buffers for each, are taken once.
    """

    def __init__(self, loss: Loss, phi: Activation, Z: Array):
        self.loss, self.phi = loss, phi
        self.c = 0.5 if type(loss) is SquaredError else 1.0
        first = Z[next(_chunks(Z))]
        self._buffers = [aligned.empty(first.shape, Z.dtype) for _ in "TPR"]
        self._parts = [(part, Z[part]) for part in _chunks(Z)]

    def __call__(self, targets: Targets) -> None:
        for part, Z in self._parts:
            T, P, R = (buffer[:len(Z)] for buffer in self._buffers)
            self._part(Z, targets.part(part, T), P, R)

    def _part(self, Z: Array, Y: Array, P: Array, R: Array) -> None:
        if type(self.loss) is SquaredError and type(self.phi) is GeneralizedReLU:
            _g_into(self.phi, Z, R)  # Z ← g (g Z − Y), as φ(Z) is g Z
            np.multiply(Z, R, out=Z)
            np.subtract(Z, Y, out=Z)
            np.multiply(Z, R, out=Z)
        elif type(self.loss) is SquaredError and type(self.phi) is Identity:
            np.subtract(Z, Y, out=Z)
        elif type(self.loss) is SquaredError:
            phi_into(self.phi, Z, P)
            np.subtract(P, Y, out=R)
            times_g(self.phi, R, Z, P, out=Z)
        elif type(self.loss) is CrossEntropy:
            np.subtract(Z, logsumexp(Z, axis=1, keepdims=True), out=Z)
            np.exp(Z, out=Z)
            np.multiply(Z, Y.sum(axis=1, keepdims=True), out=Z)
            np.subtract(Z, Y, out=Z)
        else:
            np.copyto(Z, self.loss.residual(Z, Y, self.phi))


def phi_into(phi: Activation, Z: Array, P: Array) -> None:
    """P ← φ(Z). Z keeps its signs, not always its size."""
    if type(phi) is GeneralizedReLU:
        np.multiply(Z, float(phi.a), out=P)
        if phi.b != 1:
            np.multiply(Z, float(phi.b), out=Z)
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


def _g_into(phi: GeneralizedReLU, Z: Array, G: Array) -> None:
    """G <- g(Z), by whole numbers of Z's width."""
    b, differ, last = _bits(float(phi.a), float(phi.b), Z.dtype)
    z, g = Z.view(b.dtype), G.view(b.dtype)
    np.right_shift(z, last, out=g)  # the sign bit in every place: all ones, or 0
    np.bitwise_and(g, differ, out=g)
    np.bitwise_xor(g, b, out=g)


@cache
def _bits(a: float, b: float, dtype: np.dtype[Any]) -> tuple[Array, ...]:
    """(b's bits, those in which a's differ from them, the number of the sign bit), no axes."""
    whole = np.dtype(f"i{dtype.itemsize}")
    a_bits, b_bits = np.array([a, b], dtype).view(whole)
    return tuple(np.array(n, whole) for n in (b_bits, a_bits ^ b_bits, 8 * dtype.itemsize - 1))


def times_g(phi: Activation, D: Array, Z: Array, P: Array, out: Array) -> None:
    """out ← g(Z) ∘ D, after phi_into(phi, Z, P); `out` may be D or Z, which is used up."""
    if type(phi) is Identity:
        if out is not D:
            np.copyto(out, D)
        return
    if type(phi) is GeneralizedReLU:
        _g_into(phi, Z, Z)
    elif type(phi) is Sigmoid:
        np.subtract(1, P, out=Z)
        np.multiply(Z, P, out=Z)
    elif type(phi) is Tanh:
        np.multiply(P, P, out=Z)
        np.subtract(1, Z, out=Z)
    else:
        np.copyto(Z, phi.g(Z))
    np.multiply(D, Z, out=out)
