"""BLAS in place, on C-ordered arrays of one dtype: matrix products, inner products, norms.

All of it goes through NumPy's BLAS. scipy's is another copy of the library with threads of its own:
its gemm could add A^T D to the weights in one pass, but threads of two libraries, each waiting
busily for its next product, take the cores from each other.
"""

import math

import numpy as np
from scipy.linalg import get_blas_funcs


class Blas:
    """The routines for one dtype."""

    def __init__(self, dtype: np.dtype):
        self._nrm2 = get_blas_funcs("nrm2", dtype=dtype)
        # A sum of squares above this has lost nothing that counts to underflow.
        self.least = float(np.finfo(dtype).tiny) / float(np.finfo(dtype).eps) ** 2

    def product(
        self, A: np.ndarray, B: np.ndarray, C: np.ndarray, *, A_T: bool = False, B_T: bool = False
    ) -> None:
        """C <- A B; A_T and B_T put A^T and B^T in place of A and B."""
        np.matmul(A.T if A_T else A, B.T if B_T else B, out=C)

    def dot(self, A: np.ndarray, B: np.ndarray) -> float:
        """<A, B>, the Frobenius inner product."""
        return float(np.vdot(A, B))

    def norm(self, A: np.ndarray) -> float:
        """||A||_F: the root of <A, A>, or by the slower nrm2 where squares over- or underflow."""
        square = self.dot(A, A)
        if self.least < square < math.inf:
            return math.sqrt(square)
        return float(self._nrm2(A.reshape(-1)))
