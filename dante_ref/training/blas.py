"""The matrix products of the fast path: which library multiplies is decided here, and nowhere else.

It is NumPy's, alone: a second copy of BLAS, such as scipy's, has threads of its own, which wait
busily for their next product and take the cores from the first one's. A and B may be C-ordered
arrays or their transposes.
"""

import numpy as np

from ..arrays import Array


def product(A: Array, B: Array, out: Array) -> None:
    """out <- A B."""
    np.matmul(A, B, out=out)


def add_product(A: Array, B: Array, C: Array, scratch: Array) -> None:
    """C <- C + A B; scratch is an array like C."""
    np.matmul(A, B, out=scratch)
    np.add(C, scratch, out=C)
