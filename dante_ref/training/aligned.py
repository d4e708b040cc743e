"""Arrays that begin on a cache line: what the fast path computes in.

A large array of NumPy often begins 16 bytes after a page does. Each of the processor's widest
loads and stores then touches two cache lines, and a pass takes up to twice the time.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arrays import Array

LINE = 64  # bytes: a cache line, and the widest vector register


def empty(shape: Sequence[int], dtype: Any) -> Array:
    """A new C-ordered array of this shape and dtype, its numbers as they come."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.empty(size + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    array: Array = memory[start:start + size].view(dtype).reshape(shape)
    return array


def copy(A: Array, dtype: Any) -> Array:
    """A new C-ordered array with A's numbers in this dtype."""
    new = empty(A.shape, dtype)
    new[...] = A
    return new
