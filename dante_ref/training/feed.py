"""Minibatches for one phase, gathered a block at a time, and what is held computed once.

A minibatch is a slice of its block, no copy. Targets are gathered a few rows at a time, where they
are subtracted, and stay in the cache.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

from ..arrays import Array, blocks
from . import aligned, blas
from .inplace import Targets, phi_into, take_rows
from .network import Network

BLOCK_ROWS = 2048
"""Samples gathered at a time. With 1024 a step takes 0.94 to 1.15 of the time, at 1024 x 400."""
HELD_BYTES = 1 << 28  # the most that what is computed of a phase's samples may take


def per_block(b: int) -> int:
    """How many minibatches of b samples are gathered at a time."""
    return max(1, BLOCK_ROWS // b)


class Samples:
    """Samples by their rows; with f, what f makes of them.

    f is given each sample that the phase draws once, at the phase's start; where to keep them all
    would take more than HELD_BYTES, as they are asked for.

    X        all samples (m, n_0); they may be memory-mapped
    most     how many are asked for at a time
    f        f(A, out): out (k, n) ← what becomes of A (k, n_0)
    drawn()  the rows that will be asked for, each once
    """

    def __init__(
        self, X: Array, most: int, dtype: np.dtype[Any], n: int = 0,
        f: Callable[[Array, Array], None] | None = None, drawn: Callable[[], Array] | None = None,
    ):
        self._X, self._A, self._f = X, aligned.empty((most, X.shape[1]), dtype), f
        self._place: Array | None = None  # of a row among those that are kept
        if f is None or drawn is None:
            return
        rows = drawn()
        if len(rows) * n * dtype.itemsize > HELD_BYTES:
            self._out = aligned.empty((most, n), dtype)
            return
        kept = aligned.empty((len(rows), n), dtype)
        for part in blocks(len(rows), most):
            f(self._taken(rows[part]), kept[part])
        self._X, self._A, self._f = kept, aligned.empty((most, n), dtype), None
        self._place = np.empty(len(X), np.intp)
        self._place[rows] = np.arange(len(rows))

    def take(self, rows: Array) -> Array:
        """What belongs to these rows, in a buffer that the next call takes."""
        A = self._taken(rows if self._place is None else self._place[rows])
        if self._f is None:
            return A
        out = self._out[:len(rows)]
        self._f(A, out)
        return out

    def _taken(self, rows: Array) -> Array:
        return take_rows(self._X, rows, self._A[:len(rows)])


class Feed:
    """The activations that the lowest moving layer sees, and targets, for each minibatch.

    X, Y     all samples
    below    the number of held layers below the lowest moving one
    drawn()  the rows of the samples that the phase draws, each once
    W_above  None, or the W_L of `Step`'s shorter way: the targets are then Y W_Lᵀ
    """

    def __init__(
        self, network: Network, X: Array, Y: Array, below: int, b: int,
        drawn: Callable[[], Array], W_above: Array | None = None,
    ):
        self.network, self.b, self.Y = network, b, Y
        self.per_block, drawn = per_block(b), cache(drawn)
        most, dtype, sizes = self.per_block * b, network.dtype, network.sizes
        self._Z, self._P = (
            [aligned.empty((most, n), dtype) for n in sizes[1:top]] for top in (below + 1, below)
        )
        f = self._activation if below else None
        self._inputs = Samples(X, most, dtype, sizes[below], f, drawn)
        # An autoencoder's lowest layer is told what it sees.
        self._targets = self._inputs if Y is X and not below else None
        if W_above is not None:
            self._targets = Samples(
                Y, most, dtype, len(W_above), lambda Y, out: blas.product(Y, W_above.T, out), drawn
            )

    def _activation(self, A: Array, out: Array) -> None:
        """out ← what the held layers make of these samples."""
        k = len(A)
        for l, Z in enumerate(self._Z):
            P = self._P[l][:k] if l < len(self._P) else out
            blas.product(A, self.network.weights[l], Z[:k])
            phi_into(self.network.activations[l], Z[:k], P)
            A = P

    def minibatches(self, rows: Array) -> Iterator[tuple[Array, Targets]]:
        """(A, targets) for each of the minibatches whose rows are given, (count, b)."""
        flat = rows.reshape(-1)
        A, Q = self._inputs.take(flat), None
        if self._targets is not None:
            Q = A if self._targets is self._inputs else self._targets.take(flat)
        for part in blocks(len(flat), self.b):
            yield A[part], Targets(self.Y, flat[part]) if Q is None else Targets(Q[part])
