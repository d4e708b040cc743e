"""The products of the fast path: which library multiplies is decided here, and nowhere else.

It is NumPy's, alone. scipy's BLAS could add to an array in one pass, which gains in float64 with
one thread at batch 20 and loses elsewhere; with two threads it gains nothing, as another copy of
BLAS has threads of its own, which wait busily for their next product and take the cores from the
first one's (notebooks/results/speed.md). A and B may be C-ordered arrays or their transposes.
"""

import numpy as np

from ..arrays import Array


def product(A: Array, B: Array, out: Array) -> None:
    """out ← A B."""
    np.matmul(A, B, out=out)


def add_product(A: Array, B: Array, C: Array, scratch: Array) -> None:
    """C ← C + A B; scratch is an array like C."""
    np.matmul(A, B, out=scratch)
    np.add(C, scratch, out=C)


def add(alpha: float, A: Array, C: Array) -> None:
    """C ← C + alpha A; A is used up."""
    np.multiply(A, alpha, out=A)
    np.add(C, A, out=C)


def dot(A: Array, B: Array) -> float:
    """⟨A, B⟩, the sum of all products of entries."""
    return float(np.vdot(A, B))
