"""The balls of section 3.2: B(0, r) for vectors (Euclidean) and matrices (Frobenius norm).

Every function takes stacks: the last `ndim` axes hold one vector (ndim=1) or matrix (ndim=2).
Raises InputError for arrays that aren't finite real numbers of at least so many axes.
"""

from fractions import Fraction
from math import isqrt

import numpy as np

from . import checks
from .exceptions import InputError


def axes(ndim: int) -> str:
    """The letters of the last `ndim` axes for `checks.stacks`."""
    if checks.whole_number("ndim", ndim, at_least=1) > 2:
        raise InputError(f"ndim is {ndim!r}; allowed are 1 (vectors) and 2 (matrices)")
    return "dn"[:ndim]


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
    v, = checks.stacks(v=(v, axes(ndim)))
    last = tuple(range(-ndim, 0))
    if v.dtype == object:
        return np.vectorize(exact_root, otypes=[object])(inner(v, v, ndim))[()]
    largest = np.max(np.abs(v), axis=last, keepdims=True)
    scale = np.where(largest > 0, largest, 1)
    return (scale * np.sqrt(np.sum((v / scale) ** 2, axis=last, keepdims=True))).reshape(
        v.shape[:-ndim]
    )


def inner(u: np.ndarray, v: np.ndarray, ndim: int = 1) -> np.ndarray:
    """<u, v> (ndim=1) or <u, v>_F = Tr(u^T v) (ndim=2) over the last axes."""
    u, v = checks.stacks(u=(u, axes(ndim)), v=(v, axes(ndim)))
    return np.sum(u * v, axis=tuple(range(-ndim, 0)))


def into_ball(v: np.ndarray, radius: float | np.ndarray = 1.0, ndim: int = 1) -> np.ndarray:
    """The nearest point of B(0, radius): v if it's inside, v * radius / ||v|| otherwise."""
    radius = checks.numbers_in("radius", radius, at_least=0)
    v, = checks.stacks(v=(v, axes(ndim)))
    length = norm(v, ndim)
    shrink = np.minimum(1.0, radius / np.where(length > 0, length, 1.0))
    return v * shrink.reshape(shrink.shape + (1,) * ndim)


def uniform_in_ball(
    rng: np.random.Generator, shape: tuple[int, ...], radius: float = 1.0, ndim: int = 1
) -> np.ndarray:
    """Independent draws, uniform in B(0, radius), each filling the last `ndim` axes of `shape`."""
    axes(ndim)
    shape = tuple(checks.whole_number("shape", n, at_least=1) for n in shape)
    if len(shape) < ndim:
        raise InputError(f"shape is {shape}; allowed are {ndim} axes or more")
    checks.number("radius", radius, at_least=0)
    direction = rng.standard_normal(shape)
    dimension = int(np.prod(shape[-ndim:]))
    length = radius * rng.random(shape[:-ndim]) ** (1 / dimension)
    return direction * (length / norm(direction, ndim)).reshape(shape[:-ndim] + (1,) * ndim)
