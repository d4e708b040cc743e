"""The balls of section 3.2: B(0, r) for vectors (Euclidean) and matrices (Frobenius norm).

Every function takes stacks: the last `ndim` axes hold one vector (ndim=1) or matrix (ndim=2).
Raises InputError for arrays that aren't finite real numbers of at least so many axes. `norms` has
the formulas, for arrays that are checked.
"""

import numpy as np

from . import checks, norms
from .arrays import Array, Real
from .exceptions import InputError


def axes(ndim: int) -> str:
    """The letters of the last `ndim` axes for `checks.stacks`."""
    if checks.whole_number("ndim", ndim, at_least=1) > 2:
        raise InputError(f"ndim is {ndim!r}; allowed are 1 (vectors) and 2 (matrices)")
    return "dn"[:ndim]


def norm(v: Array, ndim: int = 1) -> Array:
    """‖v‖ (ndim=1) or ‖v‖_F (ndim=2) over the last axes."""
    v, = checks.stacks(v=(v, axes(ndim)))
    return norms.norm(v, ndim)


def inner(u: Array, v: Array, ndim: int = 1) -> Array:
    """⟨u, v⟩ (ndim=1) or ⟨u, v⟩_F = Tr(uᵀ v) (ndim=2) over the last axes."""
    u, v = checks.stacks(u=(u, axes(ndim)), v=(v, axes(ndim)))
    return norms.inner(u, v, ndim)


def into_ball(v: Array, radius: Real = 1.0, ndim: int = 1) -> Array:
    """The nearest point of B(0, radius): v if it's inside, v * radius / ‖v‖ otherwise."""
    radius = checks.numbers_in("radius", radius, at_least=0)
    v, = checks.stacks(v=(v, axes(ndim)))
    return norms.into_ball(v, radius, ndim)


def uniform_in_ball(
    rng: np.random.Generator, shape: tuple[int, ...], radius: float = 1.0, ndim: int = 1
) -> Array:
    """Independent draws, uniform in B(0, radius), each filling the last `ndim` axes of `shape`."""
    axes(ndim)
    shape = tuple(checks.whole_number("shape", n, at_least=1) for n in shape)
    if len(shape) < ndim:
        raise InputError(f"shape is {shape}; allowed are {ndim} axes or more")
    checks.number("radius", radius, at_least=0)
    direction = rng.standard_normal(shape)
    dimension = int(np.prod(shape[-ndim:]))
    length = radius * rng.random(shape[:-ndim]) ** (1 / dimension)
    return direction * (length / norms.norm(direction, ndim)).reshape(shape[:-ndim] + (1,) * ndim)
