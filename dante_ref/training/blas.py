"""BLAS in place, on C-ordered arrays of one dtype: products, sums into an array, norms.

All of it goes through NumPy's BLAS. scipy's is another copy of the library with threads of its own,
and threads of two libraries, each waiting busily for its next product, take the cores from each
other. NumPy offers products alone; the two routines that add to an array in one pass, gemm and
axpy, are called in its own library where that is an OpenBLAS, as in the wheels of PyPI. Elsewhere
they are made of NumPy's operations, with the same results but for rounding.
"""

import ctypes
import math
from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.linalg import get_blas_funcs
from threadpoolctl import ThreadpoolController

ROW_MAJOR, AS_IT_IS, TRANSPOSED = 101, 111, 112  # cblas.h


class Blas:
    """The routines for one dtype."""

    def __init__(self, dtype: np.dtype):
        self._nrm2 = get_blas_funcs("nrm2", dtype=dtype)
        self._gemm = numpys_own("gemm", dtype)
        self._axpy = numpys_own("axpy", dtype)
        # A sum of squares above this has lost nothing that counts to underflow.
        self.least = float(np.finfo(dtype).tiny) / float(np.finfo(dtype).eps) ** 2

    def product(
        self, A: np.ndarray, B: np.ndarray, C: np.ndarray, *, A_T: bool = False, B_T: bool = False
    ) -> None:
        """C <- A B; A_T and B_T put A^T and B^T in place of A and B."""
        np.matmul(A.T if A_T else A, B.T if B_T else B, out=C)

    def add_product(self, A: np.ndarray, B: np.ndarray, C: np.ndarray) -> None:
        """C <- C + A^T B."""
        if self._gemm is None or not _in_c_order(A, B, C):
            np.add(C, A.T @ B, out=C)
            return
        (m, n), k = A.shape, B.shape[1]
        self._gemm(
            ROW_MAJOR, TRANSPOSED, AS_IT_IS, n, k, m, 1.0, A.ctypes.data, n, B.ctypes.data, k, 1.0,
            C.ctypes.data, k,
        )

    def add(self, c: float, A: np.ndarray, C: np.ndarray) -> None:
        """C <- C + c A. A may be used up."""
        if self._axpy is None or not _in_c_order(A, C):
            np.multiply(A, c, out=A)
            np.add(C, A, out=C)
            return
        self._axpy(A.size, c, A.ctypes.data, 1, C.ctypes.data, 1)

    def dot(self, A: np.ndarray, B: np.ndarray) -> float:
        """<A, B>, the Frobenius inner product."""
        return float(np.vdot(A, B))

    def norm(self, A: np.ndarray) -> float:
        """||A||_F: the root of <A, A>, or by the slower nrm2 where squares over- or underflow."""
        square = self.dot(A, A)
        if self.least < square < math.inf:
            return math.sqrt(square)
        return float(self._nrm2(A.reshape(-1)))


def _in_c_order(*arrays: np.ndarray) -> bool:
    return all(array.flags.c_contiguous for array in arrays)


@cache
def numpys_own(name: str, dtype: np.dtype) -> Callable[..., None] | None:
    """cblas's routine in the OpenBLAS that NumPy's wheel brings, for one dtype; None elsewhere."""
    letter, real = {"float32": ("s", ctypes.c_float), "float64": ("d", ctypes.c_double)}[dtype.name]
    order, whole, array = ctypes.c_int, ctypes.c_int64, ctypes.c_void_p
    for library in ThreadpoolController().lib_controllers:
        if library.internal_api == "openblas" and "numpy.libs" in library.filepath:
            routine = getattr(library.dynlib, f"scipy_cblas_{letter}{name}64_", None)
            if routine is not None:
                routine.restype = None
                routine.argtypes = {
                    "gemm": [*[order] * 3, *[whole] * 3, real, array, whole, array, whole, real,
                             array, whole],
                    "axpy": [whole, real, array, whole, array, whole],
                }[name]
                return routine
    return None
