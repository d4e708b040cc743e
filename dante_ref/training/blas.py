"""The products of the fast path: which library multiplies is decided here, and nowhere else.

float64 is scipy's, whose BLAS adds to an array in one pass, where NumPy makes a second array and
adds that. float32 is NumPy's: the OpenBLAS of scipy's wheels (0.3.30) multiplies few rows of
float32 1.6 times slower than that of NumPy's (0.3.31), which costs more than the pass does
(notebooks/results/speed.md). So a training, which has one dtype, stays with one library: another
copy of BLAS has threads of its own, which wait busily for their next product and take the cores
from the first one's.

A and B may be C-ordered arrays or their transposes, what is written to is C-ordered.
"""

import numpy as np
from scipy.linalg.blas import daxpy, ddot, dgemm

from ..arrays import Array


def product(A: Array, B: Array, out: Array) -> None:
    """out ← A B."""
    if out.dtype == np.float64:
        _gemm(A, B, 0.0, out)
    else:
        np.matmul(A, B, out=out)


def add_product(A: Array, B: Array, C: Array, scratch: Array) -> None:
    """C ← C + A B; scratch is an array like C."""
    if C.dtype == np.float64:
        _gemm(A, B, 1.0, C)
    else:
        np.matmul(A, B, out=scratch)
        np.add(C, scratch, out=C)


def _gemm(A: Array, B: Array, beta: float, C: Array) -> None:
    """C ← beta C + A B. BLAS counts columns first and sees Cᵀ = Bᵀ Aᵀ: nothing is copied."""
    (b, b_T), (a, a_T) = ((M.T, 0) if M.flags.c_contiguous else (M, 1) for M in (B, A))
    dgemm(1.0, b, a, beta, C.T, b_T, a_T, 1)


def add(alpha: float, A: Array, C: Array) -> None:
    """C ← C + alpha A; A is used up."""
    if C.dtype == np.float64:
        daxpy(A.reshape(-1), C.reshape(-1), a=alpha)
    else:
        np.multiply(A, alpha, out=A)
        np.add(C, A, out=C)


def dot(A: Array, B: Array) -> float:
    """⟨A, B⟩, the sum of all products of entries."""
    if A.dtype == np.float64:
        return float(ddot(A.reshape(-1), B.reshape(-1)))
    return float(np.vdot(A, B))
