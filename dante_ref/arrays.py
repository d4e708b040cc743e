"""Names for the types of arrays, in one place."""

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
