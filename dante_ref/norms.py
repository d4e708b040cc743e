"""The Euclidean and the Frobenius norm (the paper's footnote 1), their product and their balls.

Arrays of vectors (ndim=1) or matrices (ndim=2) fill the last `ndim` axes of a stack. These are the
formulas, for arrays that are checked; `balls` has the same for a user's own.
"""

from fractions import Fraction
from math import isqrt

import numpy as np

from .arrays import Array, Real


def exact_root(q: Fraction) -> Fraction:
    """The square root of a rational number that is the square of one; ValueError otherwise."""
    root = Fraction(isqrt(q.numerator), isqrt(q.denominator))
    if root**2 != q:
        raise ValueError(f"the root of {q} is not rational; exact arithmetic needs one that is")
    return root


def norm(v: Array, ndim: int = 1) -> Array:
    """‖v‖ (ndim=1) or ‖v‖_F (ndim=2) over the last axes; scaled, so no square overflows.

    Of Fractions it is exact, and asked only where it is rational.
    """
    last = tuple(range(-ndim, 0))
    if v.dtype == object:
        root: Array = np.vectorize(exact_root, otypes=[object])(inner(v, v, ndim))
        return root[()]
    largest = np.abs(v).max(axis=last, keepdims=True)
    scale = np.where(largest > 0, largest, 1)
    length: Array = scale * np.sqrt(((v / scale) ** 2).sum(axis=last, keepdims=True))
    return length.reshape(v.shape[:-ndim])


def unit(v: Array) -> Array:
    """v/‖v‖ over the last axis, 0 where v is 0."""
    length = np.asarray(norm(v))[..., None]
    return np.asarray(v / np.where(length > 0, length, 1))


def inner(u: Array, v: Array, ndim: int = 1) -> Array:
    """⟨u, v⟩ (ndim=1) or ⟨u, v⟩_F = Tr(uᵀ v) (ndim=2) over the last axes."""
    product: Array = np.sum(u * v, axis=tuple(range(-ndim, 0)))
    return product


def into_ball(v: Array, radius: Real = 1.0, ndim: int = 1) -> Array:
    """The nearest point of B(0, radius): v if it's inside, v * radius / ‖v‖ otherwise."""
    length = norm(v, ndim)
    shrink: Array = np.minimum(1.0, radius / np.where(length > 0, length, 1.0))
    nearest: Array = v * shrink.reshape(shrink.shape + (1,) * ndim)
    return nearest
