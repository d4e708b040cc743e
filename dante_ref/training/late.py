"""Steps of low rank, added to the weights a few at a time.

A minibatch of b samples moves W by Aᵀ D, a matrix of rank b. To add it takes a pass over W, which
at small b costs as much time as its flops do (notebooks/results/speed.md). So W waits, while the A
and D of a few iterations are kept, and is made whole again in one product:

    A W_t = A W + Σ_s (A A_sᵀ) D_s,    W_t = W + Σ_s A_sᵀ D_s,    s = the steps W hasn't got yet
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from ..arrays import Array
from . import aligned, blas

SHARE = 0.4
"""The most that Σ_s (A A_sᵀ) D_s may cost, as a part of the flops of A W. Measured at 1024 x 400
and b = 20: 4 to 8 iterations kept take the same time, within the noise, 12 and 17 longer."""


def iterations_kept(shape: tuple[int, ...], b: int) -> int:
    """Minibatches of b samples after which W, of this shape, is made whole; 1: each time."""
    n, p = shape
    return max(1, int(SHARE * n * p / (n + p)) // b)


class Late:
    """W (n, p) and the steps that it hasn't got yet, on minibatches of b samples.

    scratch  an array like W
    """

    def __init__(self, W: Array, b: int, scratch: Array):
        self.W, self.b, self._scratch = W, b, scratch
        n, p = W.shape
        rows = iterations_kept(W.shape, b) * b
        self._A, self._D = aligned.empty((rows, n), W.dtype), aligned.empty((rows, p), W.dtype)
        self._AA, self._Z = aligned.empty((b * rows,), W.dtype), aligned.empty((b, p), W.dtype)
        self._rows = 0  # of A and D, that are kept

    def scores(self, A: Array, Z: Array) -> None:
        """Z ← A W_t."""
        blas.product(A, self.W, Z)
        if self._rows:
            AA = self._AA[:self.b * self._rows].reshape(self.b, self._rows)
            blas.product(A, self._A[:self._rows].T, AA)
            blas.product(AA, self._D[:self._rows], self._Z)
            np.add(Z, self._Z, out=Z)

    def add(self, alpha: float | Array, A: Array, D: Array) -> None:
        """W_{t+1} = W_t + Aᵀ (alpha D); alpha is a number, or one for each column."""
        kept = slice(self._rows, self._rows + self.b)
        self._A[kept] = A
        np.multiply(D, alpha, out=self._D[kept])
        self._rows += self.b
        if self._rows == len(self._A):
            self.settle()

    def settle(self) -> None:
        """W ← W_t."""
        if self._rows:
            blas.add_product(
                self._A[:self._rows].T, self._D[:self._rows], self.W, self._scratch
            )
            self._rows = 0

    @contextmanager
    def settled(self) -> Iterator[None]:
        """W is W_t while this lasts; after it all bits are as before."""
        before, rows = self.W.copy(), self._rows
        self.settle()
        try:
            yield
        finally:
            self.W[...], self._rows = before, rows
