"""The balls of section 3.2: B(0, r) for vectors (Euclidean) and matrices (Frobenius norm).

Every function takes stacks: the last `ndim` axes hold one vector (ndim=1) or matrix (ndim=2).
"""

from fractions import Fraction
from math import isqrt

import numpy as np


def exact_root(q: Fraction) -> Fraction:
    """The square root of a rational number that is the square of one; ValueError otherwise."""
    root = Fraction(isqrt(q.numerator), isqrt(q.denominator))
    if root**2 != q:
        raise ValueError(f"the root of {q} is not rational; exact arithmetic needs one that is")
    return root


def norm(v: np.ndarray, ndim: int = 1) -> np.ndarray:
    """||v|| (ndim=1) or ||v||_F (ndim=2) over the last axes; scaled, so no square overflows.

    Of Fractions it is exact, and asked only where it is rational.
    """
    axes = tuple(range(-ndim, 0))
    if v.dtype == object:
        return np.vectorize(exact_root, otypes=[object])(inner(v, v, ndim))[()]
    largest = np.max(np.abs(v), axis=axes, keepdims=True)
    scale = np.where(largest > 0, largest, 1)
    return (scale * np.sqrt(np.sum((v / scale) ** 2, axis=axes, keepdims=True))).reshape(
        v.shape[:-ndim]
    )


def inner(u: np.ndarray, v: np.ndarray, ndim: int = 1) -> np.ndarray:
    """<u, v> (ndim=1) or <u, v>_F = Tr(u^T v) (ndim=2) over the last axes."""
    return np.sum(u * v, axis=tuple(range(-ndim, 0)))


def into_ball(v: np.ndarray, radius: float | np.ndarray = 1.0, ndim: int = 1) -> np.ndarray:
    """The nearest point of B(0, radius): v if it's inside, v * radius / ||v|| otherwise."""
    length = norm(v, ndim)
    shrink = np.minimum(1.0, radius / np.where(length > 0, length, 1.0))
    return v * shrink.reshape(shrink.shape + (1,) * ndim)


def uniform_in_ball(
    rng: np.random.Generator, shape: tuple[int, ...], radius: float = 1.0, ndim: int = 1
) -> np.ndarray:
    """Independent draws, uniform in B(0, radius), each filling the last `ndim` axes of `shape`."""
    direction = rng.standard_normal(shape)
    dimension = int(np.prod(shape[-ndim:]))
    length = radius * rng.random(shape[:-ndim]) ** (1 / dimension)
    return direction * (length / norm(direction, ndim)).reshape(shape[:-ndim] + (1,) * ndim)
