"""BLAS on C-ordered arrays, in place: matrix products, dot products and x <- x + alpha y.

All products of a training go through scipy's BLAS, whose gemm can add to what is there. NumPy's is
another copy of the library with threads of its own, and the two would be in each other's way.

BLAS counts columns first: a C-ordered array is the transpose of what it sees, so C = A B is asked
for as C^T = B^T A^T. Arrays must be C-contiguous and of the dtype: others would be copied, and the
result lost.
"""

import math

import numpy as np
from scipy.linalg import get_blas_funcs


class Blas:
    """The routines for one dtype."""

    def __init__(self, dtype: np.dtype):
        self._gemm, self._dot, self._nrm2, self._axpy = get_blas_funcs(
            ("gemm", "dot", "nrm2", "axpy"), dtype=dtype
        )
        # A sum of squares above this has lost nothing that counts to underflow.
        self.least = float(np.finfo(dtype).tiny) / float(np.finfo(dtype).eps) ** 2

    def product(
        self, A: np.ndarray, B: np.ndarray, C: np.ndarray, *, alpha: float = 1.0,
        beta: float = 0.0, A_T: bool = False, B_T: bool = False,
    ) -> None:
        """C <- alpha A B + beta C; A_T and B_T put A^T and B^T in place of A and B."""
        self._gemm(alpha, B.T, A.T, beta, C.T, B_T, A_T, True)

    def dot(self, A: np.ndarray, B: np.ndarray) -> float:
        """<A, B>, the Frobenius inner product."""
        return self._dot(A.reshape(-1), B.reshape(-1))

    def norm(self, A: np.ndarray) -> float:
        """||A||_F: the root of <A, A>, or by the slower nrm2 where squares over- or underflow."""
        square = self.dot(A, A)
        if self.least < square < math.inf:
            return math.sqrt(square)
        return self._nrm2(A.reshape(-1))

    def add(self, A: np.ndarray, B: np.ndarray, alpha: float) -> None:
        """B <- B + alpha A."""
        self._axpy(A.reshape(-1), B.reshape(-1), a=alpha)
