"""The products of the fast path: which library multiplies is decided here, and nowhere else.

It is NumPy's, alone. scipy's BLAS could add to an array in one pass, which gains in float64 with
one thread at batch 20 and loses elsewhere; with two threads it gains nothing, as another copy of
BLAS has threads of its own, which wait busily for their next product and take the cores from the
first one's (notebooks/results/speed.md). A and B may be C-ordered arrays or their transposes.
"""

from collections.abc import Iterator

import numpy as np

from ..arrays import Array, blocks

CACHED = 1 << 18  # bytes of a product that is added while it is in the cache
ROWS = 48
"""A multiple of the widths of BLAS's kernels: with one thread, blocks of so many rows add each sum
in the order of the whole, so all bits are the same."""


def product(A: Array, B: Array, out: Array) -> None:
    """out ← A B."""
    np.matmul(A, B, out=out)


def add_product(A: Array, B: Array, C: Array, scratch: Array) -> None:
    """C ← C + A B, a few rows at a time; scratch is an array like C."""
    for rows in _cached(C):
        part = C[rows]
        AB = scratch[:len(part)]
        np.matmul(A[rows], B, out=AB)
        np.add(part, AB, out=part)


def add(alpha: float, A: Array, C: Array) -> None:
    """C ← C + alpha A, a few rows at a time; A is used up."""
    for rows in _cached(C):
        np.multiply(A[rows], alpha, out=A[rows])
        np.add(C[rows], A[rows], out=C[rows])


def _cached(C: Array) -> Iterator[slice]:
    """Rows of C, as many at a time as stay in the cache."""
    return blocks(len(C), max(1, CACHED // (ROWS * C[0].nbytes)) * ROWS)


def dot(A: Array, B: Array) -> float:
    """⟨A, B⟩, the sum of all products of entries."""
    return float(np.vdot(A, B))
