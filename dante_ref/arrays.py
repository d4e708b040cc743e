"""Names for the types of arrays, and their rows a block at a time, in one place."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
"""Numbers of one dtype: float32, float64, or Fractions as objects (`proofs.exact`)."""

Real: TypeAlias = float | Fraction | npt.NDArray[Any]
"""One number for all problems of a stack, or one for each."""

Rows: TypeAlias = npt.NDArray[np.intp]
"""Indices of samples."""


def blocks(m: int, rows: int) -> Iterator[slice]:
    """Slices of at most `rows` rows that cover range(m) in order."""
    for start in range(0, m, rows):
        yield slice(start, min(start + rows, m))
