"""Minibatches for one phase, gathered a block at a time, and what is held computed once.

What the held layers make of the samples is computed for all of them at the phase's start if it
draws more rows than there are, else for a block of minibatches in one product. A minibatch is then
a slice, no copy. Targets are gathered a few rows at a time, where they are subtracted, and stay in
the cache.
"""

from collections.abc import Callable, Iterator

import numpy as np

from ..arrays import Array, blocks
from . import aligned, blas
from .inplace import Targets, phi_into, take_rows
from .network import Network

BLOCK_ROWS = 1024  # samples gathered at a time
HELD_BYTES = 1 << 28  # the most that the held activations of all samples may take


class Feed:
    """The activations that the lowest moving layer sees, and targets, for each minibatch.

    X, Y     all samples (they may be memory-mapped)
    below    the number of held layers below the lowest moving one
    drawn    how many rows the phase will draw
    W_above  None, or the W_L of `Step`'s shorter way: the targets are then Y W_Lᵀ
    """

    def __init__(
        self, network: Network, X: Array, Y: Array, below: int, b: int, drawn: int,
        W_above: Array | None = None,
    ):
        self.network, self.below, self.b, self.W_above = network, below, b, W_above
        self.per_block = max(1, BLOCK_ROWS // b)
        self._rows = self.per_block * b
        sizes = network.sizes
        self._Z, self._P = ([self._buffer(n) for n in sizes[1:below + 1]] for _ in range(2))
        if W_above is not None:
            self._Q = self._buffer(len(W_above))
            if self._fits(Y, len(W_above), drawn):
                Y, self.W_above = self._of_all(Y, len(W_above), self._above), None
            else:
                self._T = self._buffer(Y.shape[1])
        if below and self._fits(X, sizes[below], drawn):
            X, self.below = self._of_all(X, sizes[below], self._activation), 0
        self._X, self._Y = X, Y
        self._A = self._buffer(X.shape[1])
        self._own_targets = Y is X  # an autoencoder's lowest layer: what it sees is what it is told

    def _buffer(self, n: int) -> Array:
        return aligned.empty((self._rows, n), self.network.dtype)

    def _fits(self, X: Array, n: int, drawn: int) -> bool:
        return drawn > len(X) and len(X) * n * self.network.dtype.itemsize <= HELD_BYTES

    def _of_all(self, X: Array, n: int, f: Callable[[Array], Array]) -> Array:
        """f of all rows, (m, n)."""
        held = aligned.empty((len(X), n), self.network.dtype)
        for part in blocks(len(X), self._rows):
            held[part] = f(np.ascontiguousarray(X[part]))
        return held

    def _activation(self, A: Array) -> Array:
        """What the held layers make of these rows."""
        rows = len(A)
        for l in range(self.below):
            Z, P = self._Z[l][:rows], self._P[l][:rows]
            blas.product(A, self.network.weights[l], Z)
            phi_into(self.network.activations[l], Z, P)
            A = P
        return A

    def _above(self, Y: Array) -> Array:
        """Y W_Lᵀ."""
        assert self.W_above is not None
        Q = self._Q[:len(Y)]
        blas.product(Y, self.W_above.T, Q)
        return Q

    def minibatches(self, rows: Array) -> Iterator[tuple[Array, Targets]]:
        """(A, targets) for each of the minibatches whose rows are given, (count, b)."""
        flat = rows.reshape(-1)
        X = take_rows(self._X, flat, self._A[:len(flat)])
        A, Q = self._activation(X), None
        if self.W_above is not None:
            Q = self._above(
                X if self._own_targets else take_rows(self._Y, flat, self._T[:len(flat)])
            )
        elif self._own_targets:
            Q = X
        for part in blocks(len(flat), self.b):
            yield A[part], Targets(self._Y, flat[part]) if Q is None else Targets(Q[part])
